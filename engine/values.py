"""Results with status, trace and provenance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from engine.definition import AchievementRule, Better, Number, Target, Threshold
from engine.numbers import at_nine, rounded
from engine.problems import InvalidRequest, Message, error, nearest, say

StepValue = float | int | str | bool | date | None


@dataclass(frozen=True)
class Absent:
    """No value, and why."""

    reason: Message

    def __str__(self) -> str:
        return str(self.reason)


@dataclass(frozen=True)
class FileUsed:
    """A file that was read for a result: its name, the hash of its bytes, its size in bytes."""

    source: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Provenance:
    """What a result was made from: engine version, definitions, data."""

    engine: str
    definitions: str
    data: str | None
    files: tuple[FileUsed, ...]
    parameters: tuple[tuple[str, StepValue], ...] = ()


@dataclass(frozen=True)
class Achievement:
    """Realisation against target in percent: as published, before a cap or floor, and its word."""

    value: Number
    uncapped: Number
    category: str | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """One indicator's value in a period, for the whole or for one group, with all that explains it.

    `value` is published (rounded where declared), `unrounded` what it was before. Without a value,
    `reason` says why. `notes` say what the reader must know, such as rows left out.
    """

    indicator: str
    title: str
    period: str
    group: str | None = None
    value: Number | None = None
    unrounded: Number | None = None
    unit: str | None = None
    decimals: int | None = None
    category: str | None = None
    category_reason: Message | None = None
    target: Target | None = None
    achievement: Achievement | None = None
    achievement_reason: Message | None = None
    status: Literal["value", "no value"] = "value"
    reason: Message | None = None
    objective: str = ""
    division: str = ""
    version_from: date | None = None
    basis: str | None = None
    steps: Mapping[str, StepValue | Absent] = field(default_factory=dict)
    rows_read: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Result, ...] = ()
    notes: tuple[Message, ...] = ()
    provenance: Provenance | None = None

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the result as plain values for JSON: ISO dates, numbers, texts, None.

        Reasons and notes are in *language* (``id`` or ``en``).
        """

        def told(reason: Message | None) -> str | None:
            return None if reason is None else reason.text(language)

        steps = {
            name: {"reason": told(value.reason)} if isinstance(value, Absent) else _plain(value)
            for name, value in self.steps.items()
        }
        return {
            "indicator": self.indicator,
            "title": self.title,
            "period": self.period,
            "group": self.group,
            "status": self.status,
            "value": self.value,
            "unrounded": self.unrounded,
            "unit": self.unit,
            "category": self.category,
            "category_reason": told(self.category_reason),
            "target": _target(self.target),
            "achievement": None if self.achievement is None else self.achievement.value,
            "achievement_uncapped": None if self.achievement is None else self.achievement.uncapped,
            "achievement_category": None if self.achievement is None else self.achievement.category,
            "achievement_reason": told(self.achievement_reason),
            "reason": told(self.reason),
            "objective": self.objective,
            "division": self.division,
            "version_from": None if self.version_from is None else self.version_from.isoformat(),
            "basis": self.basis,
            "steps": steps,
            "rows_read": dict(self.rows_read),
            "parts": [
                {
                    "period": part.period,
                    "value": part.value,
                    "unrounded": part.unrounded,
                    "reason": told(part.reason),
                }
                for part in self.parts
            ],
            "notes": [told(note) for note in self.notes],
        }


def _plain(value: StepValue) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _target(target: Target | None) -> Any:
    if target is None:
        return None
    return list(target.value) if isinstance(target.value, tuple) else target.value


@dataclass(frozen=True, eq=False)
class Results:
    """The results of one evaluation, in the order of the catalogue; groups in alphabetical order.

    Iterate over it, or take one by id: ``results["ip_asn"]``. `data_note` is what a file ``NOTE.txt``
    beside the data says of them, such as that they are invented.
    """

    period: str
    results: tuple[Result, ...]
    provenance: Provenance
    by: str | None = None
    data_note: str | None = None
    _rows: Callable[[str], Any] | None = field(default=None, repr=False)
    _frame: Callable[[Sequence[Mapping[str, Any]]], Any] | None = field(default=None, repr=False)
    _whole: Callable[[], Results] | None = field(default=None, repr=False)

    @property
    def whole(self) -> Results:
        """The same results split by nothing; computed when first asked for, from the rows read already."""
        return self if self._whole is None else self._whole()

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, indicator: str) -> Result:
        """Return an indicator's result for the whole; raises InvalidRequest for an unknown id."""
        found = [result for result in self.results if result.indicator == indicator]
        if not found:
            known = [result.indicator for result in self.results]
            raise InvalidRequest(
                error(
                    "unknown-name",
                    None,
                    say("there is no result of `{name}`", name=indicator),
                    nearest(indicator, known),
                )
            )
        if self.by is not None and len(found) > 1:
            raise InvalidRequest(
                error(
                    "grouped",
                    None,
                    say("`{name}` has a result for each {by}", name=indicator, by=self.by),
                    say("iterate over the results, or use of()"),
                )
            )
        return found[0]

    def of(self, indicator: str, group: str | None = None) -> Result:
        """Return an indicator's result for one group; raises InvalidRequest if there is none."""
        for result in self.results:
            if result.indicator == indicator and result.group == group:
                return result
        raise InvalidRequest(
            error(
                "unknown-name",
                None,
                say("there is no result of `{name}` for {group}", name=indicator, group=group),
            )
        )

    def to_dicts(self, language: str = "en") -> list[dict[str, Any]]:
        """Return every result as a dict of plain values, reasons and notes in *language* (``id``, ``en``)."""
        return [result.to_dict(language) for result in self.results]

    def to_json(self, indent: int | None = 2, language: str = "en") -> str:
        """Return the results with their provenance as JSON; never NaN or infinity."""
        document = {
            "period": self.period,
            "by": self.by,
            "data_note": self.data_note,
            "results": self.to_dicts(language),
            "provenance": {
                "engine": self.provenance.engine,
                "definitions": self.provenance.definitions,
                "data": self.provenance.data,
                "files": [vars(file) for file in self.provenance.files],
                "parameters": {name: _plain(value) for name, value in self.provenance.parameters},
            },
        }
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)

    def to_frame(self) -> Any:
        """Return one row a result as the kind of frame that came in (Polars where files were read)."""
        columns = (
            "indicator",
            "title",
            "period",
            "group",
            "status",
            "value",
            "unrounded",
            "unit",
            "category",
            "target",
            "achievement",
            "achievement_category",
            "reason",
            "division",
            "version_from",
            "basis",
        )
        rows = [
            {
                name: row[name] if name != "target" or not isinstance(row[name], list) else None
                for name in columns
            }
            for row in self.to_dicts()
        ]
        assert self._frame is not None, "results made by evaluate() can make frames"
        return self._frame(rows)

    def rows(self, source: str) -> Any:
        """Return a source's rows with all step values, as the kind of frame that came in.

        Raises InvalidRequest if the source takes no part in these results.
        """
        assert self._rows is not None, "results made by evaluate() have rows"
        return self._rows(source)


def published(value: Number, decimals: int | None, mode: Any) -> Number:
    """Return *value* as it is published: rounded where decimals are declared, whole numbers as such."""
    if decimals is None:
        return value
    result = rounded(float(value), decimals, mode)
    return int(result) if decimals <= 0 else result


def row_reached(value: Number, rows: Sequence[Threshold]) -> Threshold | None:
    """Return the highest row whose limit *value* reaches, compared at nine decimals; None below them all."""
    count = at_nine(float(value))
    for row in rows:
        limit = None if row.limit is None else at_nine(float(row.limit))
        if limit is None or count > limit or (row.inclusive and count == limit):
            return row
    return None


def category_of(value: Number, rows: Sequence[Threshold]) -> tuple[str | None, Message | None]:
    """Return the word of the highest row whose limit *value* reaches, or why there is none."""
    row = row_reached(value, rows)
    if row is not None:
        return row.label, None
    return None, say("below the table, which starts at {limit}", limit=rows[-1].limit)


def reached(result: Result, better: Better) -> bool | None:
    """Return whether the published value reaches the target, None where one of them is missing."""
    if result.value is None or result.target is None:
        return None
    goal, value = result.target.value, at_nine(float(result.value))
    low, high = (at_nine(float(end)) for end in (goal if isinstance(goal, tuple) else (goal, goal)))
    return (value >= low or better == "lower") and (value <= high or better == "higher")


def achievement_of(
    value: Number, target: Target, better: str, rule: AchievementRule
) -> Achievement | Message:
    """Return realisation against target in percent, or why it can't be computed.

    Higher is better: R / T * 100. Lower: (2T - R) / T * 100, or T / R * 100 where so declared. Closer:
    100 minus the distance from the target in percent of it. A target from low to high: within it 100;
    above R / high, below R / low (annex of PermenPANRB 8/2021, superseded; inside 100 is our reading).
    """
    goal, realised = target.value, float(value)
    if isinstance(goal, tuple):
        low, high = float(goal[0]), float(goal[1])
        if at_nine(low) <= at_nine(realised) <= at_nine(high):
            return _achieved(100.0, rule)
        goal = high if realised > high else low
    base = float(goal)
    if at_nine(base) == 0:
        return say("the target is zero, so that a percentage of it has no meaning")
    if better == "lower" and rule.lower == "inverse":
        if at_nine(realised) == 0:
            return say("the realisation is zero, so that target / realisation has no meaning")
        percent = base / realised * 100
    elif better == "lower":
        percent = (2 * base - realised) / base * 100
    elif better == "closer" and not isinstance(target.value, tuple):
        percent = (1 - abs(realised - base) / abs(base)) * 100
    else:
        percent = realised / base * 100
    return _achieved(percent, rule)


def _achieved(percent: float, rule: AchievementRule) -> Achievement:
    decimals = 2 if rule.decimals is None else rule.decimals
    uncapped = published(percent, decimals, "half_up")
    value = uncapped if rule.cap is None else min(uncapped, rule.cap)
    value = value if rule.floor is None else max(value, rule.floor)
    word = category_of(value, rule.scale)[0] if rule.scale else None
    return Achievement(value, uncapped, word)
