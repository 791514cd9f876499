"""From when until when an act can have been in force, as far as the register tells.

Dates of the register are as precise as they are known. Only what is so on every day that a date can
mean is taken as proved: ``2018`` begins on 1 January at the earliest and ends on 31 December at the latest.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.definition import Regulation


@dataclass(frozen=True)
class Validity:
    """What is known of an act's time.

    `begins` is the first day on which it can have been in force, `ends` the last one; None is not known.
    `ended` says that it ends or has ended, also where no day is known, and `by` which act repealed it.
    """

    begins: date | None
    ends: date | None
    ended: bool
    by: Regulation | None

    @property
    def impossible(self) -> bool:
        """Whether the register lets the act end before it begins."""
        return self.begins is not None and self.ends is not None and self.ends < self.begins


def validities(regulations: Mapping[str, Regulation]) -> Mapping[str, Validity]:
    """Return what the register tells of the time of each act, by id."""
    repealers: dict[str, list[Regulation]] = {}
    for act in regulations.values():
        for name in act.repeals:
            repealers.setdefault(name.id, []).append(act)
    return {name: _validity(act, repealers.get(name, [])) for name, act in regulations.items()}


def _validity(act: Regulation, repealers: list[Regulation]) -> Validity:
    begins = act.applies_from or act.in_force or act.promulgated or act.enacted
    # An act that was only enacted may come into force years later: that it repeals is known, but no day.
    starts = [(repealer.in_force or repealer.promulgated, repealer) for repealer in repealers]
    days = [(last_day(start) - timedelta(days=1), repealer) for start, repealer in starts if start]
    if act.ends is not None:
        days.append((last_day(act.ends), repealers[0] if repealers else act))
    ends = min((day for day, _ in days), default=None)
    return Validity(
        None if begins is None else first_day(begins),
        ends,
        bool(repealers) or act.ends is not None,
        repealers[0] if repealers else None,
    )


def first_day(text: str) -> date:
    """Return the first day that a date of the register can mean: ``2018``, ``2018-08``, ``2018-08-15``."""
    return date.fromisoformat(text + "-01-01"[len(text) - 4 :])


def last_day(text: str) -> date:
    """Return the last day that a date of the register can mean."""
    year, month, day = (int(part) for part in (text + "-12-00"[len(text) - 4 :]).split("-"))
    return date(year, month, day or calendar.monthrange(year, month)[1])
