"""Results as pictures show them: numbers with how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.definition import Better, Catalogue, Number, Target
from engine.pictures.drawing import Mark
from engine.pictures.lettering import one_line
from engine.report.wording import Wording
from engine.values import Result, reached
from engine.versions import Period

NONE = "–"
"""What is written where there is nothing; never 0."""


@dataclass(frozen=True)
class Goal:
    """A target as a number, or from low to high, and how it is written."""

    low: float
    high: float
    written: str

    @property
    def single(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


@dataclass(frozen=True)
class Shown:
    """The figure of a period: value and target if there are any, as written too, and the rule's first day."""

    period: str
    called: str
    value: float | None
    written: str
    goal: Goal | None
    since: date | None


def shown(result: Result, wording: Wording) -> Shown:
    """Return what a picture shows of *result*."""
    return Shown(
        result.period,
        period_called(result.period, wording),
        None if result.value is None else float(result.value),
        written(result.value, result.decimals, wording),
        goal(result.target, wording),
        result.version_from,
    )


def goal(target: Target | None, wording: Wording) -> Goal | None:
    """Return a target as it is shown."""
    if target is None:
        return None
    ends = target.value if isinstance(target.value, tuple) else (target.value, target.value)
    told = list(dict.fromkeys(wording.number(end) for end in ends))
    return Goal(float(ends[0]), float(ends[1]), "–".join(told))


def written(value: Number | None, decimals: int | None, wording: Wording) -> str:
    """Return a number with its declared decimals, as many as it has where none are declared."""
    if value is None or decimals is None:
        return wording.number(value)
    return wording.figure(value, "#,##0." + "0" * decimals if decimals > 0 else "#,##0")


def period_called(text: str, wording: Wording) -> str:
    """Return a period in words."""
    found = Period.read(text)
    return text if found is None else found.title(wording.language)


def title_of(indicator: str, catalogue: Catalogue, wording: Wording) -> str:
    """Return what an indicator is called, whole and on one line."""
    return one_line(wording.label(catalogue.indicators[indicator].title))


def verdict(result: Result, better: Better) -> Mark:
    """Return the mark of whether a target is reached: what is missing can't be judged."""
    marks: Mapping[bool | None, Mark] = {True: "good", False: "bad", None: "unknown"}
    return marks[reached(result, better)]
