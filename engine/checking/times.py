"""Check that on every day there is a rule, and that all it rests on and reads is in force.

An act counts as in force for a rule if it was so on at least one day of every measured period for which
the rule counts: it may begin within the first of them and end within the last. Dates that the register
does not know prove nothing.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.definition import Catalogue, Frequency, Indicator, Name, Regulation, Target
from engine.graph import Edge, Graph
from engine.problems import Message, Problem, Related, error, say, warning
from engine.text import Place
from engine.versions import (
    Key,
    Period,
    Rule,
    Timeline,
    Validity,
    Window,
    holes,
    periods_in,
    rules,
    validities,
    windows,
)
from engine.versions.periods import MONTHS
from engine.versions.windows import ONE_DAY


@dataclass
class Readings:
    """Which rule reads which other indicator, with the first place of each, in the rules seen so far."""

    edges: dict[tuple[Key, str, bool], Edge] = field(default_factory=dict)

    def add(self, graph: Graph, new: Mapping[Key, Rule]) -> None:
        """Note what the *new* rules of a graph read."""
        for edge in graph.edges:
            if edge.user.id != edge.used.id and edge.used.kind in ("indicator", "step"):
                rule = graph.rules[edge.user.id]
                if rule.key in new:
                    self.edges.setdefault((rule.key, edge.used.id, edge.earlier), edge)

    def check(self, catalogue: Catalogue, timeline: Timeline) -> Iterator[Problem]:
        """Give the problems of time of the register and of the indicators of *timeline*."""
        yield from _register(catalogue.regulations)
        rests = list(_rests(catalogue, timeline))
        yield from _early(catalogue, rests)
        yield from (_stale(catalogue, use) for use in _stale_uses(rests))
        for name, written in timeline.items():
            yield from _targets(catalogue.indicators[name], written)
        yield from _gaps(self.edges, timeline)


# ── what a rule rests on ──


@dataclass(frozen=True)
class StaleUse:
    """An act that a rule rests on although it is no longer in force.

    `period` is the last measured period of the rule, None where the rule has no end; `place` is where the
    act is named.
    """

    indicator: str
    regulation: str
    place: Place
    validity: Validity
    period: Period | None


@dataclass(frozen=True)
class _Rest:
    """A rule of an indicator rests on an act, in the measured periods from `first` to `last` (None: all)."""

    indicator: str
    act: Name
    validity: Validity
    first: Period
    last: Period | None


def stale_uses(catalogue: Catalogue) -> tuple[StaleUse, ...]:
    """Return each place that names an act for a time after its end, once."""
    timeline = {name: windows(rules(indicator)) for name, indicator in catalogue.indicators.items()}
    return tuple(_stale_uses(_rests(catalogue, timeline)))


def _stale_uses(rests: Iterable[_Rest]) -> Iterator[StaleUse]:
    told: set[tuple[str, int]] = set()
    for rest in rests:
        validity, last = rest.validity, rest.last
        key = rest.indicator, rest.act.place.start
        over = last is None or (validity.ends is not None and validity.ends < last.first)
        if validity.ended and over and key not in told:
            told.add(key)
            yield StaleUse(rest.indicator, rest.act.id, rest.act.place, validity, last)


def _stale(catalogue: Catalogue, use: StaleUse) -> Problem:
    act, by = catalogue.regulations[use.regulation], use.validity.by
    since = act.ends or (None if use.validity.ends is None else use.validity.ends.isoformat())
    related = [_registered(act)]
    if by is not None:
        related = [Related(by.place, say("`{act}` repeals it", act=by.id))]
    return warning(
        "stale-regulation",
        use.place,
        _stale_message(use, since),
        say(
            "end the rule with `until`, let the version of the new act begin anew with `replaces: true`, "
            "or give what is left of it a new `basis`"
        ),
        related,
    )


def _stale_message(use: StaleUse, since: str | None) -> Message:
    if use.period is not None:
        return say(
            "`{act}` was in force until {day}; {period} is measured by it all the same",
            act=use.regulation,
            day=since,
            period=use.period.text,
        )
    if since is None:
        return say("`{act}` is repealed, and the rule that rests on it has no end", act=use.regulation)
    return say(
        "`{act}` was in force until {day}, and the rule that rests on it has no end",
        act=use.regulation,
        day=since,
    )


def _early(catalogue: Catalogue, rests: Iterable[_Rest]) -> Iterator[Problem]:
    for rest in rests:
        if rest.validity.begins is not None and rest.validity.begins > rest.first.last:
            act = catalogue.regulations[rest.act.id]
            yield warning(
                "early-regulation",
                rest.act.place,
                say(
                    "`{act}` was not in force before {day}; {period} is measured by it all the same",
                    act=act.id,
                    day=act.applies_from or act.in_force or act.promulgated or act.enacted,
                    period=rest.first.text,
                ),
                say(
                    "begin with a later period; if the act itself reaches back, "
                    "say so in the register: `applies_from`"
                ),
                [_registered(act)],
            )


def _registered(act: Regulation) -> Related:
    return Related(act.place, say("the register has `{act}` here", act=act.id))


def _rests(catalogue: Catalogue, timeline: Timeline) -> Iterator[_Rest]:
    """Yield what each rule of the indicators rests on, by indicator and time."""
    known = validities(catalogue.regulations)
    for name, written in timeline.items():
        indicator = catalogue.indicators[name]
        for window in written:
            measured = None if window.rule is None else periods_in(window, indicator.frequency)
            if window.rule is None or measured is None:
                continue
            for act in _acts_of(indicator, window.rule):
                if act.id in known and not known[act.id].impossible:
                    yield _Rest(name, act, known[act.id], *measured)


def _acts_of(indicator: Indicator, rule: Rule) -> Collection[Name]:
    """Return the acts of all versions of which the rule has an entry left, and those of single entries."""
    versions = {id(version): version for version in (rule.version, *rule.origins.values())}
    remarks = [indicator.remarks, *(version.remarks for version in versions.values())]
    remarks += [parameter.remarks for parameter in rule.parameters.values()]
    remarks += [step.remarks for step in (*rule.steps.values(), rule.result)]
    return {
        each.basis.regulation.place.start: each.basis.regulation
        for each in remarks
        if each.basis is not None and each.basis.regulation is not None
    }.values()


def _register(regulations: Mapping[str, Regulation]) -> Iterator[Problem]:
    """No act ends before it begins, or is repealed by one that was enacted before it."""
    known = validities(regulations)
    for act in regulations.values():
        validity, by = known[act.id], known[act.id].by
        if validity.impossible and validity.begins is not None and validity.ends is not None:
            yield error(
                "date-order",
                act.place,
                say(
                    "`{act}` ends on {ends} at the latest, before it begins on {begins}",
                    act=act.id,
                    ends=validity.ends.isoformat(),
                    begins=validity.begins.isoformat(),
                ),
                say("correct the dates of the register"),
                [] if by is None else [Related(by.place, say("`{act}` repeals it", act=by.id))],
            )


# ── targets ──


def _targets(indicator: Indicator, written: Sequence[Window]) -> Iterator[Problem]:
    """A target is for a period that can have a value."""
    for target in indicator.targets:
        period = Period.read(target.period)
        if period is None or not written:
            continue
        parts = period.parts(indicator.frequency)
        if not parts:
            yield _target(
                target,
                say("`{name}` has no values for periods so short", name=indicator.id),
                say("remove it, or write it for a period as long as the `frequency` says"),
            )
            continue
        ruled = [part for part in parts if any(w.rule and w.holds(part.last) for w in written)]
        if len(ruled) == len(parts) or (ruled and indicator.over_the_year == "last"):
            continue
        missing = next(part for part in parts if part not in ruled)
        yield _target(
            target,
            say("no rule is in force on {day}", day=missing.last.isoformat()),
            say("remove the target for {period}, or write the rule for it", period=target.period),
        )


def _target(target: Target, why: Message, way_out: Message) -> Problem:
    return warning("target-without-value", target.place, why, way_out)


# ── what a rule reads ──


def _gaps(edges: Mapping[tuple[Key, str, bool], Edge], timeline: Timeline) -> Iterator[Problem]:
    """What a rule reads of another indicator has a rule on the same days; one problem for each place."""
    found: dict[tuple[Place, str], list[Window]] = {}
    for (key, used, earlier), edge in edges.items():
        for window in timeline.get(key[0], ()):
            if used in timeline and window.rule is not None and window.rule.key == key:
                lacking = _lacking(timeline[used], window, earlier=earlier)
                found.setdefault((edge.place, used), []).extend(lacking)
    users = {(edge.place, used): key[0] for (key, used, _), edge in edges.items()}
    for (place, used), all_ in found.items():
        joined = _joined(sorted(all_, key=lambda hole: hole.first))
        if joined:
            yield warning(
                "rule-gap",
                place,
                _gap_message(users[place, used], used, joined[0]),
                say(
                    "begin this rule later, end it with `until`, or write a rule of `{used}` for these days",
                    used=used,
                ),
                [_why(used, hole, timeline[used][0]) for hole in joined],
            )


def _lacking(read: Sequence[Window], window: Window, *, earlier: bool) -> Sequence[Window]:
    """Return the days of *window* on which what is read has no rule; or had none one period *earlier*.

    A series has to begin somewhere: before the first rule nothing earlier is lacking.
    """
    if not earlier:
        return holes(read, window)
    moved = [_later(each, window.rule) for each in read]
    return [hole for hole in holes(moved, window) if hole.after is not None]


def _joined(written: Sequence[Window]) -> list[Window]:
    """Return holes in order of time, those that follow one another without a day between as one."""
    found: list[Window] = []
    for hole in written:
        before = found[-1] if found else None
        if before is not None and before.last is not None and before.last + ONE_DAY == hole.first:
            found[-1] = Window(before.first, hole.last, None, before.after)
        elif before is None or (before.last is not None and before.last < hole.first):
            found.append(hole)
    return found


def _why(used: str, hole: Window, first: Window) -> Related:
    """Return the place where the rule that lacks ends, or begins too late."""
    if hole.after is not None:
        version = hole.after.version
        return Related(
            version.until_place or version.place,
            say("the rule of `{used}` ends on {day}", used=used, day=str(version.until)),
        )
    assert first.rule is not None, "a timeline begins with a rule"
    return Related(
        first.rule.version.from_place,
        say("the first rule of `{used}` begins on {day}", used=used, day=first.first.isoformat()),
    )


def _gap_message(user: str, used: str, hole: Window) -> Message:
    if hole.last is None:
        return say(
            "`{user}` needs `{used}`, which has no rule from {first} on",
            user=user,
            used=used,
            first=hole.first.isoformat(),
        )
    return say(
        "`{user}` needs `{used}`, which has no rule from {first} to {last}",
        user=user,
        used=used,
        first=hole.first.isoformat(),
        last=hole.last.isoformat(),
    )


def _later(window: Window, rule: Rule | None) -> Window:
    """Return a window moved by one measured period of *rule*: the days whose earlier period lies in it."""
    frequency: Frequency = "yearly" if rule is None else rule.indicator.frequency
    last = None if window.last is None else _moved(window.last, MONTHS[frequency])
    return Window(_moved(window.first, MONTHS[frequency]), last, window.rule, window.after)


def _moved(day: date, months: int) -> date:
    """Return the same day so many months later; the last day of a month stays a last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if year > date.max.year:
        return date.max
    length = calendar.monthrange(year, month)[1]
    at_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month, length if at_end else min(day.day, length))
