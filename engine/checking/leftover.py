"""Check that nothing stands in the catalogue for no purpose, and that what readers need is there.

What may have a reader outside the formulas is left alone where the file says so: a step with a title or a
note, or one that an example expects, is an output; a column with a note is there for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.definition import Catalogue, Indicator, Removed, Source
from engine.formula.names import Bound, RecordValue, RowValue, UnitValue
from engine.graph import RESULT, Graph
from engine.problems import Message, Problem, advice, say, warning
from engine.versions import Key, Period, Rule, Timeline, Window


@dataclass
class Uses:
    """Columns (source, column) and steps (indicator, step) that the rules seen so far use."""

    columns: set[tuple[str, str]] = field(default_factory=set)
    steps: set[tuple[str, str]] = field(default_factory=set)

    def add(self, graph: Graph, new: Mapping[Key, Rule]) -> None:
        """Note what the *new* rules of a graph use."""
        for rule in new.values():
            for step in (*rule.steps, RESULT):
                bound = graph.bounds.get((rule.indicator.id, step))
                if bound is not None:
                    self._note(bound)

    def _note(self, bound: Bound) -> None:
        for reference in bound.references.values():
            match reference:
                case RowValue(source=source, item=item, step_of=None):
                    self.columns.add((source, item))
                case RecordValue(source=source, item=item):
                    self.columns.add((source, item))
                case RowValue(item=item, step_of=str() as owner):
                    self.steps.add((owner, item))
                case UnitValue(indicator=owner, step=str() as item):
                    self.steps.add((owner, item))

    def check(self, catalogue: Catalogue, timeline: Timeline) -> Iterator[Problem]:
        """Give the problems of the indicators of *timeline*, and of the sources if those are all."""
        for name, written in timeline.items():
            indicator = catalogue.indicators[name]
            yield from _unused_steps(indicator, self)
            yield from _missing(indicator)
            yield from _untried(indicator, written)
        if len(timeline) == len(catalogue.indicators):
            yield from _unused_of_sources(catalogue, self)


def _unused_steps(indicator: Indicator, uses: Uses) -> Iterator[Problem]:
    expected = {name for example in indicator.examples for name in example.expect.steps}
    for version in indicator.versions:
        for step in version.steps.values():
            if isinstance(step, Removed) or step.id in expected or (indicator.id, step.id) in uses.steps:
                continue
            if step.remarks.title is None and step.remarks.note is None:
                yield advice(
                    "unused-step",
                    step.place,
                    say("nothing uses the step `{name}`", name=step.id),
                    say("remove it, or give it a `title` if it is there to be read"),
                )


def _missing(indicator: Indicator) -> Iterator[Problem]:
    if indicator.wording is None:
        yield advice(
            "missing-wording",
            indicator.place,
            say("`{name}` has no `wording`, the decree's own text", name=indicator.id),
            say("copy it from the decree, word for word; it is printed as it is"),
        )
    for version in indicator.versions:
        if version.basis is None or version.basis.regulation is None:
            yield advice(
                "no-legal-basis",
                version.place,
                say("this version does not say which regulation it follows"),
                say("write `basis: {{regulation: ...}}` with an id of regulations.yaml"),
            )


def _untried(indicator: Indicator, written: Sequence[Window]) -> Iterator[Problem]:
    """Each version that counts for some period is tried by an example."""
    days = [period.last for e in indicator.examples if (period := Period.read(e.period)) is not None]
    for window in written:
        if window.rule is not None and not any(window.holds(day) for day in days):
            yield advice(
                "missing-example",
                window.rule.version.from_place,
                _untried_message(window),
                say("add one under `examples`, so that `iku test` shows what the version computes"),
            )


def _untried_message(window: Window) -> Message:
    if window.last is None:
        return say(
            "no worked example is of a period that ends on {first} or later", first=window.first.isoformat()
        )
    return say(
        "no worked example is of a period that ends from {first} to {last}",
        first=window.first.isoformat(),
        last=window.last.isoformat(),
    )


def _unused_of_sources(catalogue: Catalogue, uses: Uses) -> Iterator[Problem]:
    listed = {name.id for indicator in catalogue.indicators.values() for name in indicator.sources}
    waiting = [catalogue.sources[name] for name in sorted(listed)]
    for source in waiting:
        for column in source.references.values():
            if column.to is not None and column.to.id not in listed:
                listed.add(column.to.id)
                waiting.append(catalogue.sources[column.to.id])
    split = {
        (source.id, name.id)
        for indicator in catalogue.indicators.values()
        for name in indicator.breakdowns
        for source in indicator.sources
    }
    for source in catalogue.sources.values():
        if source.id not in listed:
            yield warning(
                "unused-source",
                source.place,
                say("no indicator uses the source `{name}`", name=source.id),
                say("remove the file, or list it under the `sources` of an indicator"),
            )
        elif source.rows is None:
            yield from _unused_columns(source, uses.columns | split)


def _unused_columns(source: Source, used: Collection[tuple[str, str]]) -> Iterator[Problem]:
    made = () if source.unpivot is None else (source.unpivot.name, source.unpivot.value)
    for name, column in source.columns.items():
        own = column.personal or column.unique or column.to is not None or name in made
        if own or (source.key is not None and source.key.id == name) or (source.id, name) in used:
            continue
        if column.remarks.note is None:
            yield advice(
                "unused-column",
                column.place,
                say("no formula uses the column `{name}`", name=name),
                say("remove it (files may have other columns), or say in a `note` what it is for"),
            )
