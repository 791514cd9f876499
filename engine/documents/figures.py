"""The figures of a year and of those before it, written as documents print them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.api import Catalogue
from engine.definition import AchievementRule, Indicator, Number, Target
from engine.documents.paper import NONE, line
from engine.evaluation import Data, Evaluation, results_of
from engine.problems import InvalidRequest, Message, error, say
from engine.report.wording import Wording
from engine.values import Achievement, Result, Results, achievement_of
from engine.versions import Period

MOST_YEARS = 6
"""So many years stand beside each other on a page, the measured one included."""


@dataclass(frozen=True)
class Figures:
    """The results of a year, and of the years before it that have data, the earliest first."""

    catalogue: Catalogue
    year: str
    by_year: Mapping[str, Results]

    @property
    def now(self) -> Results:
        """The results of the measured year."""
        return self.by_year[self.year]

    def history(self, indicator: str) -> tuple[Result, ...]:
        """Return an indicator's results, the earliest first, from the first year in which a rule counted."""
        found = [results.of(indicator) for results in self.by_year.values()]
        return tuple(r for r in found if r.period == self.year or r.version_from is not None)


def figures(catalogue: Catalogue, period: str, root: Path, *, keep_going: bool = False) -> Figures:
    """Return the figures of the year *period* and of those before it, from the data below *root*.

    Raises InvalidRequest for a period that is no year, InvalidData for data that are not as declared.
    """
    if Period.parse(period).frequency != "yearly":
        raise InvalidRequest(
            error(
                "wrong-period",
                None,
                say("this document is of a whole year, not of {period}", period=period),
                say("write {year}", year=period[:4]),
            )
        )
    evaluation = Evaluation(catalogue.definitions, Data(root, keep_going=keep_going), None, {})
    years = [year for year in catalogue.years(root) if year < period][1 - MOST_YEARS :]
    wanted = catalogue.indicators
    by_year = {year: results_of(evaluation, Period.parse(year), wanted) for year in [*years, period]}
    return Figures(catalogue, period, by_year)


@dataclass(frozen=True)
class Written:
    """How a language writes the figures of results."""

    catalogue: Catalogue
    wording: Wording

    def value(self, result: Result) -> str:
        """Return the realisation with the decimals that are declared, a dash where there is none."""
        return self.number(result.value, result.decimals)

    def number(self, value: Number | None, decimals: int | None) -> str:
        """Return a number with so many decimals; as many as it has where none are declared."""
        if value is None or decimals is None:
            return self.wording.number(value)
        return self.wording.figure(value, "#,##0." + "0" * decimals if decimals > 0 else "#,##0")

    def target(self, target: Target | None) -> str:
        """Return a target, or both its ends; a dash where there is none."""
        if target is None:
            return NONE
        ends = target.value if isinstance(target.value, tuple) else (target.value,)
        return "–".join(self.wording.number(end) for end in ends)

    def achievement(self, indicator: str, reached: Achievement | None) -> str:
        """Return an achievement in percent, a dash where there is none."""
        decimals = self.rule(self.catalogue.indicator(indicator)).decimals
        return NONE if reached is None else self.number(reached.value, 2 if decimals is None else decimals)

    def rule(self, indicator: Indicator) -> AchievementRule:
        """Return how an indicator's achievement is reckoned."""
        return self.catalogue.definitions.organization.achievement.changed_by(indicator.achievement)

    def against(self, result: Result, target: Target) -> Achievement | Message:
        """Return a realisation against the target of another year, or why that can't be told."""
        indicator = self.catalogue.indicator(result.indicator)
        if result.value is None:
            return result.reason or say("there is no realisation")
        return achievement_of(result.value, target, indicator.better, self.rule(indicator))

    def told(self, message: Message | None) -> str:
        """Return a reason in the language of the document."""
        return NONE if message is None else line(message.text(self.wording.language))

    def day(self, day: date) -> str:
        """Return a day in words."""
        return self.wording.day(day)


def last_target(indicator: Indicator, year: str) -> Target | None:
    """Return the target of the last year that has one, not before *year*: the end of the plan."""
    yearly = [target for target in indicator.targets if Period.parse(target.period).frequency == "yearly"]
    last = max(yearly, key=lambda target: target.period, default=None)
    return None if last is None or last.period < year else last
