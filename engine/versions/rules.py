"""Amendments worked in, entry by entry: the consolidated rule, and the one in force on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from engine.definition import (
    Basis,
    Indicator,
    Name,
    Parameter,
    Range,
    Removed,
    Rounding,
    Step,
    Threshold,
    Version,
)
from engine.problems import Message, say
from engine.versions.periods import Period

Key = tuple[str, date]
"""An indicator's id and the first day of one of its rules."""


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

    @property
    def key(self) -> Key:
        """What stays the same when the rule is worked out again."""
        return self.indicator.id, self.version.from_

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
            replace(self.result, range=_narrower(self.result.range, self.range)),
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


def _narrower(own: Range | None, declared: Range | None) -> Range | None:
    """Return what two declared ranges of a result have in common, at the place of its own."""
    if own is None or declared is None:
        return own or declared
    return Range(max(own.low, declared.low), min(own.high, declared.high), own.place)


def in_force(indicator: Indicator, period: Period) -> Rule | NotInForce:
    """Return the rule that counts for *period*: the last one that begins on or before its last day."""
    return in_force_on(indicator, period.last)


def in_force_on(indicator: Indicator, day: date) -> Rule | NotInForce:
    """Return the rule in force on *day*, or why there is none."""
    rule = _begun(rules(indicator), day)
    if rule is None:
        if not indicator.versions:
            return NotInForce(say("no rule is written down"))
        first = min(version.from_ for version in indicator.versions)
        return NotInForce(say("the first rule is in force from {day}", day=first.isoformat()))
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


def course(written: Sequence[Rule], days: Sequence[date]) -> tuple[tuple[date, Rule | None], ...]:
    """Return which of an indicator's *written* rules is in force from which day on, where that changes.

    None stands on the first of *days* (in order) on which no rule is in force any more. Nothing is said
    of the time before the first rule.
    """
    asked = {rule.version.from_ for rule in written}
    for rule in written:
        if rule.version.until is not None:
            asked.update(days[bisect_right(days, rule.version.until) :][:1])
    found: list[tuple[date, Rule | None]] = []
    for day in sorted(asked):
        begun = _begun(written, day)
        ended = begun is None or (begun.version.until is not None and day > begun.version.until)
        state = None if ended else begun
        if state is not (found[-1][1] if found else None):
            found.append((day, state))
    return tuple(found)


def _begun(written: Sequence[Rule], day: date) -> Rule | None:
    """Return the last rule that begins on or before *day*, whether it has ended or not."""
    return next((rule for rule in reversed(written) if rule.version.from_ <= day), None)
