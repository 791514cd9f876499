"""Which rule counts on which days: the windows of an indicator, without holes between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.definition import Frequency
from engine.versions.periods import Period
from engine.versions.rules import Rule

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Window:
    """The days from `first` to `last`, without end if that is None, on which `rule` counts.

    Without a rule the window is a hole; `after` is the rule that ended before it.
    """

    first: date
    last: date | None
    rule: Rule | None
    after: Rule | None = None

    def holds(self, day: date) -> bool:
        """Return whether *day* lies in this window."""
        return self.first <= day and (self.last is None or day <= self.last)


def windows(written: Sequence[Rule]) -> tuple[Window, ...]:
    """Return the windows of an indicator's rules from the first day of the first on, to the end of time.

    They follow one another without a day between them, so that every day has exactly one. The rules must
    be in order (`check` says where versions are not).
    """
    found: list[Window] = []
    for position, rule in enumerate(written):
        first, until = rule.version.from_, rule.version.until
        following = written[position + 1].version.from_ if position + 1 < len(written) else None
        handed_over = None if following is None else following - ONE_DAY
        last = min((day for day in (until, handed_over) if day is not None), default=None)
        found.append(Window(first, last, rule))
        if last is not None and last < (handed_over or date.max):
            found.append(Window(last + ONE_DAY, handed_over, None, rule))
    return tuple(found)


Timeline = Mapping[str, Sequence[Window]]
"""The windows of indicators, by id."""


def holes(written: Sequence[Window], window: Window) -> tuple[Window, ...]:
    """Return the parts of *window* on which none of *written* has a rule, oldest first.

    Days before the first of *written* are a hole too; its `after` is None.
    """
    found: list[Window] = []
    begin = written[0].first if written else None
    if begin is None or window.first < begin:
        before = None if begin is None else begin - ONE_DAY
        found.append(Window(window.first, _earlier(window.last, before), None))
    for hole in written:
        if hole.rule is not None or (hole.last is not None and hole.last < window.first):
            continue
        if window.last is None or hole.first <= window.last:
            first = max(hole.first, window.first)
            found.append(Window(first, _earlier(hole.last, window.last), None, hole.after))
    return tuple(found)


def periods_in(window: Window, frequency: Frequency) -> tuple[Period, Period | None] | None:
    """Return the first and the last measured period whose last day lies in *window*.

    The last is None for a window without end; None stands for a window too short for any period.
    """
    first = period_of(window.first, frequency)
    if window.last is None:
        return first, None
    last = period_of(window.last, frequency)
    if last.last == window.last:
        return first, last
    return None if last == first else (first, last.previous())


def period_of(day: date, frequency: Frequency) -> Period:
    """Return the period of *frequency* that *day* lies in."""
    month = Period(day.year, "monthly", day.month)
    return month.within(frequency) or month


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((day for day in (first, second) if day is not None), default=None)
