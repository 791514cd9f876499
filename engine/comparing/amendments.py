"""Compare the versions of an indicator, and two of its rules, in the terms of regulations.

A version says what a regulation changes. So a version that is there anew is told as what it changes of
the rule before it, and an entry that a version now says itself is compared with what was true without
that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine.comparing.fields import Difference, differences, place_of
from engine.comparing.nouns import NOTHING, Change, Subject
from engine.definition import Basis, Indicator, Removed, Version
from engine.versions import NotInForce, Rule, in_force_on, rules

ENTRIES = ("parameters", "steps")
KEYS = ("result", "categories", "unit", "range", "decimals", "rounding")
"""What a version may amend: named entries, and plain keys."""


def compare_versions(old: Indicator, new: Indicator) -> Iterator[Change]:
    """Yield what the versions of two indicators of one name say otherwise, in the order of dates."""
    before, after = _numbered(old), _numbered(new)
    for first, second in _paired(old.versions, new.versions):
        if first is not None and second is not None:
            yield from _Amended(old, new, first, second, before, after).changes()
            continue
        version = second if first is None else first
        assert version is not None, "a pair has a version on one side at least"
        whole = _change(new, version, Difference((), *_sides(first, second)), version.basis)
        if first is None:
            yield from _of_whole(whole, _before(version, after), after.get(version.from_))
        else:
            yield from _of_whole(whole, before.get(version.from_), _before(version, before))


def compare_rules(indicator: Indicator, old: date, new: date) -> Iterator[Change]:
    """Yield what is otherwise in the rule in force on the day *new* than on *old*, by which version."""
    first, second = in_force_on(indicator, old), in_force_on(indicator, new)
    if isinstance(first, NotInForce) and isinstance(second, NotInForce):
        return
    if isinstance(first, Rule) and isinstance(second, Rule):
        if first.version is not second.version:
            yield from _of_rules(first, second)
        return
    rule = second if isinstance(second, Rule) else first
    assert isinstance(rule, Rule), "there is a rule on one of the days at least"
    sides = (NOTHING, rule.version) if rule is second else (rule.version, NOTHING)
    yield _change(indicator, rule.version, Difference((), *sides), rule.version.basis)


def _numbered(indicator: Indicator) -> dict[date, Rule]:
    """Return the consolidated rules by the first day of their version."""
    return {rule.version.from_: rule for rule in rules(indicator)}


def _before(version: Version, numbered: Mapping[date, Rule]) -> Rule | None:
    """Return the rule that a version amends or takes the place of."""
    earlier = [day for day in numbered if day < version.from_]
    return numbered[max(earlier)] if earlier else None


def _paired(
    old: tuple[Version, ...], new: tuple[Version, ...]
) -> list[tuple[Version | None, Version | None]]:
    """Return which version is which: by their first day, then by the regulation that they rest on."""
    left = {version.from_: version for version in old}
    found: list[tuple[Version | None, Version | None]] = []
    lone: list[Version] = []
    for version in new:
        same = left.pop(version.from_, None)
        if same is None:
            lone.append(version)
        else:
            found.append((same, version))
    for version in lone:
        act = _act(version)
        moved = next((v for v in left.values() if act is not None and _act(v) == act), None)
        if moved is not None:
            del left[moved.from_]
        found.append((moved, version))
    found += [(version, None) for version in left.values()]
    return sorted(found, key=lambda pair: ((pair[1] or pair[0]).from_, pair[1] is None))  # type: ignore[union-attr]


def _act(version: Version) -> str | None:
    regulation = None if version.basis is None else version.basis.regulation
    return None if regulation is None else regulation.id


class _Amended:
    """Two versions that are the same one, before and after."""

    def __init__(
        self,
        old: Indicator,
        new: Indicator,
        first: Version,
        second: Version,
        before: Mapping[date, Rule],
        after: Mapping[date, Rule],
    ) -> None:
        self.new, self.first, self.second = new, first, second
        self.rules = before.get(first.from_), after.get(second.from_)

    def changes(self) -> Iterator[Change]:
        apart: dict[str, Any] = {**dict.fromkeys(KEYS), **{kind: {} for kind in ENTRIES}}
        bare = replace(self.first, **apart), replace(self.second, **apart)
        for found in differences(*bare):
            yield self.change(found, self.second.basis)
        for kind in ENTRIES:
            said = getattr(self.first, kind), getattr(self.second, kind)
            for name in dict.fromkeys((*said[0], *said[1])):
                yield from self.entry((kind, name), said[0].get(name), said[1].get(name))
        for key in KEYS:
            yield from self.entry((key,), getattr(self.first, key), getattr(self.second, key))

    def entry(self, path: tuple[str, ...], first: Any, second: Any) -> Iterator[Change]:
        """Yield what is different in an entry; where one of the two says nothing, what was true so."""
        if first is None and second is None:
            return
        basis = _basis(self.rules, path) or self.second.basis
        sides = (_true(first, self.rules[0], path), _true(second, self.rules[1], path))
        found = list(_of_entry(path, *sides))
        for difference in found:
            yield self.change(difference, basis)
        if not found and type(first) is not type(second):
            said = _sides(first, second)
            yield replace(self.change(Difference(path, *said), basis), restated=True)

    def change(self, found: Difference, basis: Basis | None) -> Change:
        return _change(self.new, self.second, found, basis)


def _true(said: Any, rule: Rule | None, path: tuple[str, ...]) -> Any:
    """Return what is true of an entry: what the version says, else what the rule has."""
    if said is not None or rule is None:
        return None if isinstance(said, Removed) else said
    return _entry(rule, path)


def _entry(rule: Rule, path: tuple[str, ...]) -> Any:
    """Return an entry of a rule; the result as its version has it, without the range of the indicator."""
    if path == ("result",):
        return rule.origins["result"].result
    if len(path) == 2:
        return getattr(rule, path[0]).get(path[1])
    return getattr(rule, path[0])


def _of_entry(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Difference]:
    old, new = (getattr(side, "value", side) if path[0] in KEYS[1:] else side for side in (old, new))
    if old is None or new is None:
        if old is not new:
            yield Difference(path, *_sides(old, new), place_of(old), place_of(new))
        return
    yield from differences(old, new, path)


def _of_rules(old: Rule, new: Rule) -> Iterator[Change]:
    """Yield the version that counts instead, and the entries that are otherwise because of it."""
    indicator = new.indicator
    yield _change(
        indicator, new.version, Difference(("version",), old.version, new.version), new.version.basis
    )
    for path in _paths(old, new):
        origin = new.origins.get(".".join(path), new.version)
        if _entry(new, path) is None:
            ended = [v for v in new.history(".".join(path)) if v.from_ <= new.version.from_]
            origin = ended[-1] if ended and ended[-1].from_ > old.version.from_ else new.version
        for found in _of_entry(path, _entry(old, path), _entry(new, path)):
            yield _change(indicator, origin, found, _basis((old, new), path) or origin.basis)


def _of_whole(whole: Change, old: Rule | None, new: Rule | None) -> Iterator[Change]:
    """Yield a version that is there anew or no longer, and what it changes of the rule beside it."""
    yield whole
    if old is None or new is None:
        return
    for path in _paths(old, new):
        for found in _of_entry(path, _entry(old, path), _entry(new, path)):
            basis = whole.basis if whole.how == "removed" else _basis((old, new), path) or whole.basis
            yield replace(
                whole,
                path=found.path,
                old=found.old,
                new=found.new,
                basis=basis,
                old_place=found.old_place,
                new_place=found.new_place,
                row=found.row,
            )


def _paths(old: Rule, new: Rule) -> Iterator[tuple[str, ...]]:
    for kind in ENTRIES:
        for name in dict.fromkeys((*getattr(old, kind), *getattr(new, kind))):
            yield kind, name
    for key in KEYS:
        yield (key,)


def _basis(sides: tuple[Rule | None, Rule | None], path: tuple[str, ...]) -> Basis | None:
    """Return what an entry rests on: on the new side, where it still is there."""
    rule = sides[1]
    if rule is None or _entry(rule, path) is None:
        return None
    return rule.basis_of(".".join(path))


def _sides(old: Any, new: Any) -> tuple[Any, Any]:
    return NOTHING if old is None else old, NOTHING if new is None else new


def _change(indicator: Indicator, version: Version, found: Difference, basis: Basis | None) -> Change:
    return Change(
        Subject("indicator", indicator.id),
        version.from_,
        found.path,
        found.old,
        found.new,
        basis,
        found.old_place or place_of(found.old),
        found.new_place or place_of(found.new),
        row=found.row,
    )
