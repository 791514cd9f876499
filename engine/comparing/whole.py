"""Compare two catalogues, or two days of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine.comparing.amendments import compare_rules, compare_versions
from engine.comparing.fields import differences, place_of
from engine.comparing.nouns import HIDDEN, NOTHING, Change, Comparison, Kind, Subject
from engine.comparing.reach import Reach
from engine.definition import Catalogue, Indicator, Named


def compare(old: Catalogue, new: Catalogue, named: tuple[str, str] = ("old", "new")) -> Comparison:
    """Return every change from one catalogue to another; *named* is how people call the two."""
    changes = (
        *_organization(old, new),
        *_many("objective", old.organization.objectives, new.organization.objectives),
        *_many("division", old.organization.divisions, new.organization.divisions),
        *_many("regulation", old.regulations, new.regulations),
        *_many("source", old.sources, new.sources),
        *_many("indicator", old.indicators, new.indicators),
        *_many("scenario", old.scenarios, new.scenarios),
    )
    return _comparison(old, new, changes, named)


def compare_days(catalogue: Catalogue, old: date, new: date) -> Comparison:
    """Return what is otherwise in the rules in force on the day *new* than on *old*."""
    changes = [
        change for indicator in catalogue.indicators.values() for change in compare_rules(indicator, old, new)
    ]
    return _comparison(catalogue, catalogue, changes, (old.isoformat(), new.isoformat()))


def _comparison(
    old: Catalogue, new: Catalogue, changes: Iterable[Change], named: tuple[str, str]
) -> Comparison:
    reach = Reach(old, new)
    hidden = _personal(old) | _personal(new)
    found = Comparison(*named, tuple(reach.of(_discreet(change, hidden)) for change in changes))
    named_in = ((side.indicators, name) for side in (old, new) for name in found.reached)
    touched = [indicators[name] for indicators, name in named_in if name in indicators]
    return replace(
        found,
        objectives=tuple(sorted({indicator.objective.id for indicator in touched})),
        divisions=tuple(sorted({indicator.division.id for indicator in touched})),
    )


def _organization(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    """Yield what is otherwise in the organization; the order of its lists counts, as it is printed."""
    first, second = old.organization, new.organization
    subject = Subject("organization")
    bare = [replace(side, objectives={}, divisions={}) for side in (first, second)]
    for found in differences(bare[0], bare[1]):
        yield Change(
            subject, None, found.path, found.old, found.new, None,
            found.old_place, found.new_place, row=found.row,
        )  # fmt: skip
    for key in ("objectives", "divisions"):
        lists: list[Mapping[str, Named]] = [getattr(side, key) for side in (first, second)]
        before, after = (
            tuple(name for name in side if name in lists[0] and name in lists[1]) for side in lists
        )
        if before != after:
            yield Change(subject, None, (key, "order"), before, after, None, first.place, second.place)


def _many(kind: Kind, old: Mapping[str, Named], new: Mapping[str, Named]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        first, second = old.get(name), new.get(name)
        subject = Subject(kind, name)
        if first is None or second is None:
            sides = (NOTHING if first is None else first, NOTHING if second is None else second)
            yield Change(subject, None, (), *sides, None, place_of(first), place_of(second))
            continue
        yield from _head(subject, first, second)
        if isinstance(first, Indicator) and isinstance(second, Indicator):
            yield from compare_versions(first, second)


def _head(subject: Subject, old: Named, new: Named) -> Iterator[Change]:
    bare = [replace(side, versions=()) if isinstance(side, Indicator) else side for side in (old, new)]
    for found in differences(bare[0], bare[1]):
        yield Change(
            subject, None, found.path, found.old, found.new, None,
            found.old_place or old.place, found.new_place or new.place, row=found.row,
        )  # fmt: skip


# ── what may not be shown ──


def _personal(catalogue: Catalogue) -> set[tuple[str, str]]:
    """Return the personal columns, by source and name."""
    columns = (
        (source, column) for source in catalogue.sources.values() for column in source.columns.values()
    )
    return {(source.id, column.name) for source, column in columns if column.personal}


def _discreet(change: Change, hidden: set[tuple[str, str]]) -> Change:
    """Return a change without the values of personal columns, which definitions may hold as rows."""
    kind, name = change.subject
    path = change.path
    if kind == "source" and path[:1] == ("rows",):
        keys: tuple[str, ...] = (name, *path[2:])
    elif kind == "indicator" and path[:1] == ("examples",) and path[2:3] == ("rows",):
        keys = path[3:4] + path[5:]
    else:
        return change
    if len(keys) > 1:
        private = keys[:2] in hidden
        return replace(change, old=HIDDEN, new=HIDDEN) if private else change
    return replace(change, old=_row(change.old, keys[:1], hidden), new=_row(change.new, keys[:1], hidden))


def _row(value: Any, source: tuple[str, ...], hidden: set[tuple[str, str]]) -> Any:
    if isinstance(value, tuple):
        return tuple(_row(row, source, hidden) for row in value)
    if not isinstance(value, Mapping):
        return value
    return {key: HIDDEN if (*source, key) in hidden else cell for key, cell in value.items()}
