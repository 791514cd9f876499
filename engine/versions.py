"""Periods, amendments, and the consolidated rule in force."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from engine.definition import (
    Basis,
    Frequency,
    Indicator,
    Name,
    Parameter,
    Range,
    Remarks,
    Removed,
    Rounding,
    Step,
    Threshold,
    Version,
)
from engine.problems import InvalidRequest, Message, Problem, Related, advice, error, nearest, say

_MONTHS: dict[Frequency, int] = {"yearly": 12, "semester": 6, "quarterly": 3, "monthly": 1}
_FORMS: tuple[tuple[re.Pattern[str], Frequency], ...] = (
    (re.compile(r"(\d{4})\Z"), "yearly"),
    (re.compile(r"(\d{4})-S([12])\Z"), "semester"),
    (re.compile(r"(\d{4})-TW([1-4])\Z"), "quarterly"),
    (re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z"), "monthly"),
)
_MONTH_NAMES = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, order=True)
class Period:
    """A measured period: a year, or the `part`-th semester, quarter or month of it."""

    year: int
    frequency: Frequency = "yearly"
    part: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period written as ``2021``, ``2021-S1``, ``2021-TW1`` or ``2021-03``.

        Raises InvalidRequest with the forms for anything else.
        """
        found = cls.read(text)
        if found is None:
            raise InvalidRequest(
                error(
                    "wrong-period",
                    None,
                    say("`{text}` is not a period", text=text),
                    say("write 2021, 2021-S1 (semester), 2021-TW1 (quarter) or 2021-03 (month)"),
                )
            )
        return found

    @classmethod
    def read(cls, text: str) -> Period | None:
        """Return the period that *text* names, or None."""
        for form, frequency in _FORMS:
            match = form.match(text)
            if match is not None and int(match[1]) > 0:
                return cls(int(match[1]), frequency, int(match[2]) if frequency != "yearly" else 1)
        return None

    @property
    def text(self) -> str:
        """The period as files, folders and commands write it."""
        endings = {"yearly": "", "semester": f"-S{self.part}", "quarterly": f"-TW{self.part}"}
        return f"{self.year:04}{endings.get(self.frequency, f'-{self.part:02}')}"

    def __str__(self) -> str:
        return self.text

    @property
    def _months(self) -> tuple[int, int]:
        length = _MONTHS[self.frequency]
        return (self.part - 1) * length + 1, self.part * length

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self._months[0], 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = self._months[1]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def semester(self) -> int | None:
        """The semester that it lies in; a year has none."""
        return None if self.frequency == "yearly" else (self._months[0] - 1) // 6 + 1

    @property
    def quarter(self) -> int | None:
        """The quarter that it lies in; a year or semester has none."""
        return None if self.frequency in ("yearly", "semester") else (self._months[0] - 1) // 3 + 1

    @property
    def month(self) -> int | None:
        """The month; a longer period has none."""
        return self.part if self.frequency == "monthly" else None

    def previous(self) -> Period:
        """Return the period of the same length before this one."""
        if self.part > 1:
            return replace(self, part=self.part - 1)
        return replace(self, year=self.year - 1, part=12 // _MONTHS[self.frequency])

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """Return the periods of *frequency* inside this one; itself if that is its own."""
        length = _MONTHS[frequency]
        first, last = self._months
        return tuple(
            Period(self.year, frequency, month // length + 1) for month in range(first - 1, last, length)
        )

    def within(self, frequency: Frequency) -> Period | None:
        """Return the longer period of *frequency* around this one, or None if that is not longer."""
        if _MONTHS[frequency] <= _MONTHS[self.frequency]:
            return None
        return Period(self.year, frequency, (self._months[0] - 1) // _MONTHS[frequency] + 1)

    def title(self, language: str) -> str:
        """Return the period in words: ``Triwulan I 2021``, ``Quarter 1 2021``, ``Januari 2021``."""
        indonesian = language == "id"
        if self.frequency == "yearly":
            return str(self.year)
        if self.frequency == "monthly":
            return f"{_MONTH_NAMES['id' if indonesian else 'en'][self.part - 1]} {self.year}"
        word = {"semester": ("Semester", "Semester"), "quarterly": ("Triwulan", "Quarter")}[self.frequency]
        number = _ROMAN[self.part - 1] if indonesian else str(self.part)
        return f"{word[0] if indonesian else word[1]} {number} {self.year}"


@dataclass(frozen=True, eq=False)
class Rule:
    """An indicator's rule with all amendments worked in, up to and including `version`.

    `origins` tells for each entry (``parameters.x``, ``steps.y``, ``result``, ``categories``, ``unit``,
    ``range``, ``decimals``, ``rounding``) which version put it there; an entry of the indicator's head
    has no origin.
    """

    indicator: Indicator
    version: Version
    chain: tuple[Version, ...]
    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    result: Step
    categories: tuple[Threshold, ...] | None
    unit: str | None
    range: Range | None
    decimals: int | None
    rounding: Rounding
    origins: Mapping[str, Version]

    def basis_of(self, entry: str) -> Basis | None:
        """Return the legal basis of an entry: its own, with the regulation of the version that set it."""
        origin = self.origins.get(entry, self.version)
        kind, _, name = entry.partition(".")
        found: Parameter | Step | None = self.result if kind == "result" else None
        if kind in ("parameters", "steps"):
            found = self.parameters.get(name) if kind == "parameters" else self.steps.get(name)
        own = found.remarks.basis if found is not None else None
        if own is None:
            return origin.basis
        if own.regulation is None and origin.basis is not None:
            return replace(own, regulation=origin.basis.regulation)
        return own

    def history(self, entry: str) -> tuple[Version, ...]:
        """Return the versions of the whole indicator that set or removed an entry, oldest first."""
        kind, _, name = entry.partition(".")
        return tuple(
            version
            for version in self.indicator.versions
            if (name in getattr(version, kind) if name else getattr(version, kind) is not None)
        )


@dataclass(frozen=True)
class NotInForce:
    """No rule counts, and why; `succeeded_by` is the regulation that took its place, if known."""

    reason: Message
    succeeded_by: Name | None = None


E_ = TypeVar("E_", Parameter, Step)


def rules(indicator: Indicator) -> tuple[Rule, ...]:
    """Return the consolidated rule of each version, in the file's order, from the first result on."""
    found: list[Rule] = []
    state = _Consolidation(indicator)
    for version in indicator.versions:
        rule = state.amended(version)
        if rule is not None:
            found.append(rule)
    return tuple(found)


class _Consolidation:
    """The state of a rule while versions are worked in, one after the other."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self.start()

    def start(self) -> None:
        head = self.indicator
        self.chain: tuple[Version, ...] = ()
        self.parameters: dict[str, Parameter] = {}
        self.steps: dict[str, Step] = {}
        self.result: Step | None = None
        self.categories: tuple[Threshold, ...] | None = None
        self.unit, self.range = head.unit, head.range
        self.decimals, self.rounding = head.decimals, head.rounding
        self.origins: dict[str, Version] = {}

    def amended(self, version: Version) -> Rule | None:
        if version.replaces:
            self.start()
        self.chain = (*self.chain, version)
        self.parameters = self.entries(self.parameters, version.parameters, "parameters", version)
        self.steps = self.entries(self.steps, version.steps, "steps", version)
        for key in ("result", "range"):
            if getattr(version, key) is not None:
                setattr(self, key, getattr(version, key))
                self.origins = {**self.origins, key: version}
        for key in ("categories", "unit", "decimals", "rounding"):
            amended = getattr(version, key)
            if amended is not None:
                setattr(self, key, amended.value)
                self.origins = {**self.origins, key: version}
        if self.result is None:
            return None
        return Rule(
            self.indicator,
            version,
            self.chain,
            self.parameters,
            self.steps,
            self.result,
            self.categories,
            self.unit,
            self.range,
            self.decimals,
            self.rounding,
            self.origins,
        )

    def entries(
        self, before: Mapping[str, E_], amendments: Mapping[str, E_ | Removed], kind: str, version: Version
    ) -> dict[str, E_]:
        after = dict(before)
        for name, entry in amendments.items():
            if isinstance(entry, Removed):
                after.pop(name, None)
                self.origins = {
                    key: origin for key, origin in self.origins.items() if key != f"{kind}.{name}"
                }
            else:
                after[name] = entry
                self.origins = {**self.origins, f"{kind}.{name}": version}
        return after


def in_force(indicator: Indicator, period: Period) -> Rule | NotInForce:
    """Return the rule that counts for *period*: the last one that begins on or before its last day."""
    return in_force_on(indicator, period.last)


def in_force_on(indicator: Indicator, day: date) -> Rule | NotInForce:
    """Return the rule in force on *day*, or why there is none."""
    current = [rule for rule in rules(indicator) if rule.version.from_ <= day]
    if not current:
        if not indicator.versions:
            return NotInForce(say("no rule is written down"))
        first = min(version.from_ for version in indicator.versions)
        return NotInForce(say("the first rule is in force from {day}", day=first.isoformat()))
    rule = current[-1]
    until, successor = rule.version.until, rule.version.succeeded_by
    if until is None or day <= until:
        return rule
    if successor is None:
        return NotInForce(say("no rule in force after {day}", day=until.isoformat()))
    return NotInForce(
        say(
            "no rule in force after {day}; {regulation} replaced it and is not transcribed",
            day=until.isoformat(),
            regulation=successor.id,
        ),
        successor,
    )


def check(indicator: Indicator) -> tuple[Problem, ...]:
    """Return what is wrong with the order, the dates and the amendments of an indicator's versions."""
    return (*_dates(indicator), *_amendments(indicator))


def _dates(indicator: Indicator) -> Iterator[Problem]:
    before: Version | None = None
    for version in indicator.versions:
        start, end = version.from_, version.until
        if end is not None and end < start:
            yield error(
                "date-order",
                version.until_place or version.place,
                say(
                    "this version ends on {until}, before it begins on {start}",
                    until=end.isoformat(),
                    start=start.isoformat(),
                ),
            )
        if version.succeeded_by is not None and end is None:
            yield error(
                "missing-key",
                version.succeeded_by.place,
                say("`succeeded_by` needs `until`, the last day of this version"),
            )
        if before is not None and start <= before.from_:
            yield error(
                "date-order",
                version.from_place,
                say("this version begins on {start}, not after the one before it", start=start.isoformat()),
                say("write versions from the oldest to the newest"),
                [
                    Related(
                        before.from_place,
                        say("the version before it begins on {start}", start=before.from_.isoformat()),
                    )
                ],
            )
        elif before is not None and before.until is not None and start <= before.until:
            yield error(
                "date-overlap",
                version.from_place,
                say(
                    "two versions are in force from {start} to {until}",
                    start=start.isoformat(),
                    until=before.until.isoformat(),
                ),
                say("end the earlier one on {day}", day=(start - timedelta(days=1)).isoformat()),
                [Related(before.until_place or before.place, say("the earlier one ends here"))],
            )
        before = version


def _amendments(indicator: Indicator) -> Iterator[Problem]:
    known: dict[str, dict[str, object]] = {"parameters": {}, "steps": {}}
    has_result = False
    for version in indicator.versions:
        if version.replaces:
            known, has_result = {"parameters": {}, "steps": {}}, False
        for kind, entries in (("parameters", version.parameters), ("steps", version.steps)):
            for name, entry in entries.items():
                yield from _amendment(kind.removesuffix("s"), name, entry, known[kind])
        has_result = has_result or version.result is not None
        if not has_result:
            yield error(
                "missing-key",
                version.place,
                say("this version has no `result`"),
                say("write `result:` with a formula; a later version may leave it out and keep this one"),
            )
            has_result = True


def _amendment(
    kind: str, name: str, entry: Parameter | Step | Removed, known: dict[str, object]
) -> Iterator[Problem]:
    if isinstance(entry, Removed):
        if name not in known:
            yield error(
                "unknown-name",
                entry.place,
                say("there is no {kind} `{name}` to remove", kind=kind, name=name),
                nearest(name, known),
            )
        known.pop(name, None)
        return
    if name in known and _content(known[name]) == _content(entry):
        yield advice(
            "same-again",
            entry.place,
            say("`{name}` is repeated without a change", name=name),
            say("leave it out: what a version does not mention stays as it was"),
        )
    known[name] = entry


def _content(entry: object) -> object:
    """Return what an entry says, whatever its place in the file."""
    if isinstance(entry, Parameter):
        return entry.content, entry.unit, _said(entry.remarks)
    if isinstance(entry, Step):
        return (
            entry.formula.text,
            entry.each and entry.each.id,
            entry.decimals,
            entry.rounding,
            _said(entry.remarks),
        )
    return entry


def _said(remarks: Remarks) -> object:
    basis = remarks.basis
    return (
        remarks.title,
        remarks.note,
        remarks.certainty,
        basis and (basis.regulation and basis.regulation.id, basis.locator),
    )
