"""Count how much of the definitions rests on a place in a regulation.

Counted is each entry once, in the version that wrote it: parameters, rows of tables, bands and
categories, and steps with the result. An entry is *cited* if its basis names a regulation and a place in
it: its own basis, whose place alone takes the regulation of the version, or else the basis of the version.
A row has the basis of its parameter, a category that of its version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from engine.checking import StaleUse, stale_uses
from engine.definition import (
    Bands,
    Basis,
    Catalogue,
    Certainty,
    Indicator,
    Label,
    Name,
    Parameter,
    Remarks,
    Removed,
    Table,
    Version,
)
from engine.numbers import rounded
from engine.problems import Problem, Related, error, say


@dataclass(frozen=True)
class Share:
    """How many entries there are, how many of them are cited, and how many are marked `inferred`."""

    total: int = 0
    cited: int = 0
    inferred: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.total + other.total, self.cited + other.cited, self.inferred + other.inferred)

    @property
    def percent(self) -> float | None:
        """The share that is cited, in percent, rounded to one decimal; None of no entries."""
        return None if self.total == 0 else rounded(self.cited * 100 / self.total, 1, "half_up")

    def reaches(self, least: float) -> bool:
        """Return whether at least *least* percent are cited; no entries lack nothing."""
        return self.cited * 100 >= least * self.total


@dataclass(frozen=True)
class IndicatorCoverage:
    """The shares of one indicator, over all its versions."""

    indicator: str
    title: Label
    parameters: Share
    rows: Share
    steps: Share

    @property
    def all(self) -> Share:
        """Parameters, rows and steps together."""
        return self.parameters + self.rows + self.steps


@dataclass(frozen=True)
class Coverage:
    """How well a catalogue is founded in law.

    `stale` are acts that are named for a time after their end, `idle` the ids of acts that nothing names.
    """

    indicators: tuple[IndicatorCoverage, ...]
    stale: tuple[StaleUse, ...]
    idle: tuple[str, ...]

    @property
    def parameters(self) -> Share:
        """The parameters of all indicators."""
        return sum((each.parameters for each in self.indicators), Share())

    @property
    def rows(self) -> Share:
        """The rows of all indicators."""
        return sum((each.rows for each in self.indicators), Share())

    @property
    def steps(self) -> Share:
        """The steps of all indicators."""
        return sum((each.steps for each in self.indicators), Share())

    @property
    def all(self) -> Share:
        """All entries of all indicators."""
        return self.parameters + self.rows + self.steps

    @property
    def worst(self) -> tuple[IndicatorCoverage, ...]:
        """The indicators that lack something, by how little is cited; among equals where most is lacking."""
        counted = [each for each in self.indicators if each.all.cited < each.all.total]
        return tuple(
            sorted(
                counted,
                key=lambda each: (
                    each.all.cited / each.all.total,
                    each.all.cited - each.all.total,
                    each.indicator,
                ),
            )
        )


def coverage(catalogue: Catalogue) -> Coverage:
    """Return how much of each indicator of *catalogue* is founded in law."""
    named = {name.id for name in _named(catalogue)}
    return Coverage(
        tuple(_of_indicator(indicator) for indicator in catalogue.indicators.values()),
        stale_uses(catalogue),
        tuple(name for name in catalogue.regulations if name not in named),
    )


def too_low(catalogue: Catalogue, least: float) -> tuple[Problem, ...]:
    """Return the problem of a catalogue of which less than *least* percent is cited; none if it is enough."""
    found = coverage(catalogue)
    if found.all.reaches(least):
        return ()
    low = error(
        "coverage-low",
        None,
        say(
            "{cited} of {total} parameters, rows and steps ({percent} percent) name their place in a "
            "regulation; {least} percent are asked for",
            cited=found.all.cited,
            total=found.all.total,
            percent=found.all.percent,
            least=least,
        ),
        say("write `basis: {{locator: ...}}` where it is known; `iku list --coverage` shows what lacks it"),
        [
            Related(
                catalogue.indicators[each.indicator].place,
                say(
                    "`{name}`: {cited} of {total}",
                    name=each.indicator,
                    cited=each.all.cited,
                    total=each.all.total,
                ),
            )
            for each in found.worst[:3]
        ],
    )
    return (low,)


def _of_indicator(indicator: Indicator) -> IndicatorCoverage:
    parameters, rows, steps = Share(), Share(), Share()
    for version in indicator.versions:
        for parameter in version.parameters.values():
            if isinstance(parameter, Removed):
                continue
            one = _share(version, parameter.remarks)
            parameters += one
            rows += _times(one, _rows_of(parameter))
        for step in version.steps.values():
            if not isinstance(step, Removed):
                steps += _share(version, step.remarks)
        if version.result is not None:
            steps += _share(version, version.result.remarks)
        if version.categories is not None:
            rows += _times(_share(version, Remarks()), len(version.categories.value))
    return IndicatorCoverage(indicator.id, indicator.title, parameters, rows, steps)


def _rows_of(parameter: Parameter) -> int:
    match parameter.content:
        case Table(entries=entries):
            return len(entries)
        case Bands(rows=rows):
            return len(rows)
        case _:
            return 0


def _times(share: Share, count: int) -> Share:
    return Share(share.total * count, share.cited * count, share.inferred * count)


def _share(version: Version, remarks: Remarks) -> Share:
    """Return what one entry of *version* counts."""
    basis, of_version = remarks.basis or version.basis, version.basis
    regulation = None if basis is None else basis.regulation or (of_version and of_version.regulation)
    cited = basis is not None and regulation is not None and basis.locator is not None
    certainties: tuple[Certainty, ...] = (remarks.certainty, version.remarks.certainty)
    return Share(1, int(cited), int("inferred" in certainties))


def _named(catalogue: Catalogue) -> Iterator[Name]:
    """Yield every name of an act that a definition or another act gives."""
    organization = catalogue.organization
    remarks = [organization.remarks, organization.achievement.remarks]
    for source in catalogue.sources.values():
        remarks += [source.remarks, *(column.remarks for column in source.columns.values())]
    for indicator in catalogue.indicators.values():
        remarks.append(indicator.remarks)
        if indicator.achievement is not None:
            remarks.append(indicator.achievement.remarks)
        for version in indicator.versions:
            entries = chain(version.parameters.values(), version.steps.values())
            remarks += [version.remarks, *(e.remarks for e in entries if not isinstance(e, Removed))]
            remarks += [] if version.result is None else [version.result.remarks]
            if version.succeeded_by is not None:
                yield version.succeeded_by
    for act in catalogue.regulations.values():
        remarks.append(act.remarks)
        yield from (*act.amends, *act.repeals)
    bases: list[Basis] = [each.basis for each in remarks if each.basis is not None]
    yield from (basis.regulation for basis in bases if basis.regulation is not None)
