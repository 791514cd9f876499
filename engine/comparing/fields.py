"""Compare two definitions field by field: nothing that a definition says is left out.

A definition is walked by the fields of its dataclass, so that a field that is added later is compared
without a word here. What is not compared is where things stand: places, the texts of files, and the order
of mappings. A formula is what it means: blanks and line breaks within it are no change.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from engine.comparing.nouns import NOTHING
from engine.definition import (
    Amended,
    Bands,
    Example,
    Formula,
    Label,
    Members,
    Name,
    Range,
    Removed,
    Single,
    Table,
    Target,
    Threshold,
)
from engine.text import Place


class Difference(NamedTuple):
    """Two values at the end of a path of keys, `NOTHING` where there is none; `row` is the row of a table."""

    path: tuple[str, ...]
    old: Any
    new: Any
    old_place: Place | None = None
    new_place: Place | None = None
    row: Threshold | None = None


_KEYS = {"from_": "from", "dialect": "format", "remarks": "", "content": "", "statistics": ""}
"""The keys of fields that files write otherwise; what has none stands beside its owner's keys."""
_CONTENTS = {"Single": "value", "Table": "table", "Bands": "bands", "Members": "set"}


def differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Yield what is different between two definitions of one kind, or two values of fields."""
    if old is new:
        return
    if type(old) is not type(new) and not (_is_number(old) and _is_number(new)):
        yield _difference(path, old, new)
    elif isinstance(old, Label):
        yield from _labels(old, new, path)
    elif isinstance(old, Formula):
        if meaning(old) != meaning(new):
            yield _difference(path, written(old), written(new), old, new)
    elif isinstance(old, Name):
        if old.id != new.id:
            yield _difference(path, old.id, new.id, old, new)
    elif isinstance(old, Range):
        if (old.low, old.high) != (new.low, new.high):
            yield _difference(path, old, new)
    elif isinstance(old, Single):
        yield from _singles(old, new, path)
    elif isinstance(old, Table):
        yield from _mappings(old.entries, new.entries, path)
        yield from differences(old.total, new.total, (*path[:-1], "total"))
    elif isinstance(old, Bands):
        yield from _thresholds(old.rows, new.rows, path)
    elif isinstance(old, Members):
        yield from _sequences(old.values, new.values, path)
    elif isinstance(old, Target | Amended):
        yield from differences(old.value, new.value, path)
    elif isinstance(old, Removed):
        return
    elif is_dataclass(old):
        yield from _of_fields(old, new, path)
    elif isinstance(old, Mapping):
        yield from _mappings(old, new, path)
    elif isinstance(old, tuple):
        yield from _sequences(old, new, path)
    elif old != new:
        yield _difference(path, old, new)


def same(old: Any, new: Any) -> bool:
    """Return whether nothing is different."""
    return next(differences(old, new), None) is None


def meaning(formula: Formula) -> str:
    """Return what a formula means, whatever blanks it is written with."""
    return ast.dump(formula.tree.root)


def written(formula: Formula) -> str:
    """Return a formula on one line."""
    return " ".join(formula.text.split())


_COMPARED: dict[type, tuple[str, ...]] = {}


def compared(kind: type) -> tuple[str, ...]:
    """Return the fields of a kind of definition that say something, not where it stands."""
    if kind not in _COMPARED:
        _COMPARED[kind] = tuple(
            field.name
            for field in fields(kind)
            if "Place" not in str(field.type) and str(field.type) not in ("Text", "tuple[Text, ...]")
        )
    return _COMPARED[kind]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def place_of(value: object) -> Place | None:
    """Return where a definition stands; plain values don't know."""
    place = getattr(value, "place", None)
    return place if isinstance(place, Place) else None


def _difference(path: tuple[str, ...], old: Any, new: Any, at: Any = None, now: Any = None) -> Difference:
    return Difference(
        path,
        NOTHING if old is None else old,
        NOTHING if new is None else new,
        _place(old if at is None else at),
        _place(new if now is None else now),
    )


def _place(value: Any) -> Place | None:
    return value.passage.place if isinstance(value, Formula) else place_of(value)


def _of_fields(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    for name in compared(type(old)):
        first, second = getattr(old, name), getattr(new, name)
        if name == "remarks" and getattr(old, "title", None) != getattr(new, "title", None):  # told before
            first, second = replace(first, title=None), replace(second, title=None)
        if name == "content" and type(first) is not type(second):
            yield _difference(path, old, new)
            continue
        key = _CONTENTS.get(type(first).__name__) or _KEYS.get(name, name)
        for found in differences(first, second, (*path, key) if key else path):
            yield found._replace(
                old_place=found.old_place or place_of(old), new_place=found.new_place or place_of(new)
            )


def _labels(old: Label, new: Label, path: tuple[str, ...]) -> Iterator[Difference]:
    """Yield the languages in which a text is different; one text for all is compared as one."""
    apart = [key for key in ("id", "en") if getattr(old, key) != getattr(new, key)]
    if (old.id, old.en, new.id, new.en) == (None, None, None, None) or not apart:
        if old.default != new.default:
            yield _difference(path, old.default, new.default)
        return
    for key in apart:
        yield _difference((*path, key), getattr(old, key), getattr(new, key))


def _singles(old: Single, new: Single, path: tuple[str, ...]) -> Iterator[Difference]:
    """Yield a value and its choices; how it is written counts for fractions, which are shown so."""
    fractions = "/" in old.written or "/" in new.written
    if (
        isinstance(old.value, bool | str) != isinstance(new.value, bool | str)
        or old.value != new.value
        or (fractions and old.written.split() != new.written.split())
    ):
        shown = (old.written, new.written) if fractions else (old.value, new.value)
        yield _difference(path, *shown)
    if not same(old.choices, new.choices):
        yield _difference((*path[:-1], "choices"), old.choices, new.choices)


def _mappings(old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Difference]:
    for key in dict.fromkeys((*old, *new)):
        first, second = old.get(key, NOTHING), new.get(key, NOTHING)
        if first is NOTHING or second is NOTHING:
            yield Difference((*path, key), first, second, place_of(first), place_of(second))
        elif first is None or second is None:  # a blank, which is not the same as nothing
            if first is not second:
                yield Difference((*path, key), first, second)
        else:
            yield from differences(first, second, (*path, key))


def _sequences(old: Sequence[Any], new: Sequence[Any], path: tuple[str, ...]) -> Iterator[Difference]:
    items = (*old, *new)
    if all(isinstance(item, Threshold) for item in items):
        yield from _thresholds(old, new, path)
    elif all(isinstance(item, Target | Example) for item in items):
        yield from _mappings(_by_key(old), _by_key(new), path)
    elif all(isinstance(item, Mapping) for item in items):
        for number, (first, second) in enumerate(_side_by_side(old, new), start=1):
            key = (*path, str(number))
            if first is NOTHING or second is NOTHING:
                yield Difference(key, first, second)
            else:
                yield from _mappings(first, second, key)
    elif [_plain(item) for item in old] != [_plain(item) for item in new]:
        yield _difference(path, tuple(map(_shown, old)), tuple(map(_shown, new)))


def _plain(item: Any) -> tuple[type | None, Any]:
    """Return an item of a list so that 1 and true are two, 1 and 1.0 one."""
    return None if _is_number(item) else type(item), _shown(item)


def _shown(item: Any) -> Any:
    return item.id if isinstance(item, Name) else item


def _side_by_side(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    for number in range(max(len(old), len(new))):
        yield (
            old[number] if number < len(old) else NOTHING,
            new[number] if number < len(new) else NOTHING,
        )


def _by_key(items: Sequence[Target | Example]) -> dict[str, Any]:
    """Return targets by their period, examples by their title; of several alike the later are counted."""
    found: dict[str, Any] = {}
    for item in items:
        name = item.period if isinstance(item, Target) else str(item.title)
        count = 2
        key = name
        while key in found:
            key, count = f"{name} ({count})", count + 1
        found[key] = item
    return found


# ── rows of bands and categories ──


def _thresholds(
    old: Sequence[Threshold], new: Sequence[Threshold], path: tuple[str, ...]
) -> Iterator[Difference]:
    for first, second in paired(old, new):
        if first is None or second is None:
            number = first if second is None else second
            key = (*path, str((number or 0) + 1))
            row = None if first is None else old[first], None if second is None else new[second]
            yield _difference(key, *row)
            continue
        before, after, key = old[first], new[second], (*path, str(second + 1))
        if limit_of(before) != limit_of(after):
            yield _difference((*key, "limit"), before, after)._replace(row=after)
        for name in ("value", "title", "note"):
            for found in differences(getattr(before, name), getattr(after, name), (*key, name)):
                yield found._replace(old_place=before.place, new_place=after.place, row=after)


def limit_of(row: Threshold) -> tuple[float | None, bool]:
    """Return from where on a row counts, as two rows are compared by it."""
    return (None, True) if row.limit is None else (float(row.limit), row.inclusive)


def paired(old: Sequence[Threshold], new: Sequence[Threshold]) -> list[tuple[int | None, int | None]]:
    """Return which row of *new* is which of *old*: those alike, then by limit, by value, and by position."""
    before, after = ([(limit_of(row), _key(row.value)) for row in rows] for rows in (old, new))
    found: list[tuple[int | None, int | None]] = []
    for what, i, j, m, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found += zip(range(i, j), range(m, n), strict=True)
        else:
            found += _in_block(old, new, list(range(i, j)), list(range(m, n)))
    return sorted(found, key=lambda pair: (pair[1] if pair[1] is not None else pair[0] or 0, pair[0] is None))


def _in_block(
    old: Sequence[Threshold], new: Sequence[Threshold], before: list[int], after: list[int]
) -> list[tuple[int | None, int | None]]:
    found: list[tuple[int | None, int | None]] = []
    for alike in (limit_of, lambda row: _key(row.value)):
        for first in tuple(before):
            second = next((n for n in after if alike(new[n]) == alike(old[first])), None)
            if second is not None:
                found.append((first, second))
                before.remove(first)
                after.remove(second)
    if len(before) == len(after):
        return [*found, *zip(before, after, strict=True)]
    return [*found, *((first, None) for first in before), *((None, second) for second in after)]


def _key(value: object) -> Hashable:
    return _plain(value)
