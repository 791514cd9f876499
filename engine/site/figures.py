"""The figures of every year that has data, and how the latest came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engine.api import Catalogue
from engine.evaluation import Data, Evaluation, results_of
from engine.explain import Explanation, explain
from engine.values import Result, Results
from engine.versions import Period


@dataclass(frozen=True)
class Figures:
    """The results of each year, the earliest first; none where there are no data.

    `evaluation` is what they were computed with, for explanations; `by_indicator` are the same results.
    """

    evaluation: Evaluation
    years: Mapping[str, Results]
    by_indicator: Mapping[str, Sequence[Result]]
    _explained: list[Explanation] = field(default_factory=list, repr=False)

    @property
    def latest(self) -> str | None:
        """The last year that has data."""
        return max(self.years, default=None)

    @property
    def day(self) -> date:
        """The last day of the latest year; without data the last day of all, for the newest rules."""
        return date.max if self.latest is None else Period.parse(self.latest).last

    def of(self, indicator: str) -> Result | None:
        """Return the latest result of an indicator, None without any data."""
        found = self.by_indicator.get(indicator)
        return None if found is None else found[-1]

    def explanation(self, indicator: str) -> Explanation | None:
        """Return how the latest figure of an indicator came about, other indicators by their figures alone.

        None without a figure. The last one is kept, as both languages ask for it one after the other.
        """
        latest = self.of(indicator)
        if latest is None or latest.value is None:
            return None
        if not self._explained or self._explained[0].indicator != indicator:
            self._explained[:] = [explain(self.evaluation, indicator, Period.parse(latest.period), own=True)]
        return self._explained[0]

    def history(self, indicator: str) -> tuple[Result, ...]:
        """Return the results of an indicator from the first year to the last that a rule was in force."""
        return tuple(
            result
            for result in self.by_indicator.get(indicator, ())
            if result.version_from is not None or result.value is not None
        )


def figures(catalogue: Catalogue, data: Path | None = None, period: str | None = None) -> Figures:
    """Return the figures of every year that has data below *data*, up to *period* if that is given.

    Without a folder, the data of the catalogue are read. Raises InvalidData for data not as declared.
    """
    root = catalogue.definitions.root if data is None else data
    evaluation = Evaluation(catalogue.definitions, Data(root), None, {})
    years = [year for year in catalogue.years(root) if period is None or year <= period]
    wanted = catalogue.indicators
    found = {year: results_of(evaluation, Period.parse(year), wanted) for year in years}
    by_indicator: dict[str, list[Result]] = {}
    for results in found.values():
        for result in results:
            by_indicator.setdefault(result.indicator, []).append(result)
    return Figures(evaluation, found, by_indicator)
