"""Read what a regulation prints: a value, a table, bands or a set."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.definition import Bands, Members, Parameter, Removed, Single, Table, Value
from engine.document import Entry, MappingNode, ScalarNode, scalar
from engine.numbers import at_nine, to_nine
from engine.problems import Related, error, near, nearest, say, write
from engine.reading.fields import Fields, Notes, value_in

_CONTENTS = ("value", "table", "bands", "set")


def read_parameter(entry: Entry, notes: Notes) -> Parameter | Removed | None:
    """Return the parameter; ``name: null`` removes it, a bare value is short for ``{value: ...}``."""
    node = entry.node
    if isinstance(node, ScalarNode):
        if node.value is None and not node.flawed:
            return Removed(entry.key_place)
        value = value_in(node, notes)
        return None if value is None else Parameter(entry.key, Single(value, node.written), entry.key_place)
    if not isinstance(node, MappingNode):
        return None
    inner = Fields(node, notes)
    remarks, content = inner.remarks(), _content(entry, inner)
    if content is None:
        return None
    return Parameter(
        id=entry.key,
        content=content,
        place=entry.key_place,
        unit=inner.text("unit"),
        unit_place=inner.where("unit"),
        limit_unit=inner.text("limit_unit"),
        limit_unit_place=inner.where("limit_unit"),
        remarks=remarks,
    )


def _content(entry: Entry, inner: Fields) -> Single | Table | Bands | Members | None:
    given = [key for key in _CONTENTS if inner.has(key)]
    if len(given) != 1:
        inner.notes.problems.append(
            error(
                "one-of",
                entry.key_place,
                say("`{name}` needs exactly one of `value`, `table`, `bands` and `set`", name=entry.key),
                say("add the one that the regulation prints") if not given else say("keep one of them"),
                [
                    Related(inner.node.by_key[key].key_place, say("`{key}` stands here", key=key))
                    for key in given
                ],
            )
        )
        return None
    for key, owner in (("choices", "value"), ("limit_unit", "bands"), ("total", "table")):
        if inner.has(key) and given != [owner]:
            inner.notes.problems.append(
                error(
                    "not-allowed",
                    inner.node.by_key[key].key_place,
                    say(
                        "`{key}` belongs to `{owner}`; `{name}` has `{other}`",
                        key=key,
                        owner=owner,
                        name=entry.key,
                        other=given[0],
                    ),
                )
            )
    if given == ["value"]:
        return _single(inner)
    if given == ["table"]:
        return _table(inner)
    if given == ["bands"]:
        rows = inner.thresholds("bands", "value")
        return None if rows is None else Bands(rows)
    return _members(inner)


def _single(inner: Fields) -> Single | None:
    node, value = inner.scalar("value"), inner.value("value")
    if node is None or value is None:
        return None
    if not inner.has("choices"):
        return Single(value, node.written)
    choices = _values(inner, "choices")
    if value not in choices:
        inner.notes.problems.append(
            error(
                "not-in-list",
                node.place,
                say("`{value}` is not among the `choices`", value=node.written),
                nearest(node.written, [str(choice) for choice in choices]),
                fixes=[
                    write(node.place, scalar(name))
                    for name in near(node.written, [choice for choice in choices if isinstance(choice, str)])
                ],
            )
        )
    return Single(value, node.written, choices)


def _table(inner: Fields) -> Table | None:
    entries: dict[str, Value] = {}
    places = {}
    for entry in inner.entries("table"):
        value = value_in(entry.node, inner.notes)
        if value is not None:
            entries[entry.key] = value
            places[entry.key] = entry.key_place
    if not entries or len(entries) != len(inner.entries("table")):
        return None
    total = inner.value("total")
    if not isinstance(total, int | float) or isinstance(total, bool):
        return Table(entries, places)
    _check_total(inner, entries, total)
    return Table(entries, places, total)


def _check_total(inner: Fields, entries: Mapping[str, Value], total: float) -> None:
    """The numbers of the table sum to *total*, at nine decimals."""
    numbers = [v for v in entries.values() if isinstance(v, int | float) and not isinstance(v, bool)]
    place = inner.place("total")
    if len(numbers) != len(entries):
        message = say("a `total` is of numbers; this table has words")
        inner.notes.problems.append(error("wrong-total", place, message, say("remove `total`")))
    elif at_nine(math.fsum(numbers)) != at_nine(total):
        inner.notes.problems.append(
            error(
                "wrong-total",
                place,
                say(
                    "the table sums to {sum}, not to {total}",
                    sum=to_nine(math.fsum(numbers)),
                    total=inner.text("total"),
                ),
                say("correct the table, or the total that it should have"),
            )
        )


def _members(inner: Fields) -> Members | None:
    values = _values(inner, "set")
    return Members(values) if values else None


def _values(inner: Fields, key: str) -> tuple[Value, ...]:
    found: list[Value] = []
    for node in inner.items(key):
        value = value_in(node, inner.notes)
        if value is None:
            continue
        if value in found:
            inner.notes.problems.append(
                error(
                    "duplicate-value",
                    node.place,
                    say("`{value}` stands in this list for the second time", value=value),
                    say("remove one of the two"),
                )
            )
        found.append(value)
    return tuple(found)
