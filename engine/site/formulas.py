"""Formulas of the rule in force as mathematics, with titles in place of names."""

from __future__ import annotations

from engine.definition import Indicator, Label, Step
from engine.formula.names import (
    Bound,
    ParameterValue,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    SourceRows,
    UnitValue,
)
from engine.formula.typeset import layout, mathml
from engine.graph import Graph
from engine.site.guide import Guide
from engine.site.nouns import Drawn
from engine.versions import Rule


class Formulas:
    """The formulas of one indicator in one language; *graph* is of the moment whose rule is shown."""

    def __init__(self, guide: Guide, graph: Graph, rule: Rule) -> None:
        self.guide, self.graph, self.rule = guide, graph, rule
        self.indicator: Indicator = rule.indicator

    def drawn(self, step: Step) -> Drawn | None:
        """Return a step's formula as MathML; None where its names are not known, as for an ended rule."""
        bound: Bound | None = self.graph.bounds.get((self.indicator.id, step.id))
        shown = self.graph.rules.get(self.indicator.id)
        if bound is None or shown is None or shown.key != self.rule.key:
            return None
        return Drawn(mathml(layout(bound, self.called, self.guide.language)))

    def called(self, reference: Reference) -> str | None:
        """Return the title of what a name refers to."""
        label = self._label(reference)
        return None if label is None else self.guide.label(label).text

    def _label(self, reference: Reference) -> Label | None:
        catalogue = self.guide.catalogue
        match reference:
            case RowValue(item=step, step_of=str() as owner) | UnitValue(indicator=owner, step=str() as step):
                return self._step(owner, step)
            case RowValue(source=source, item=column) | RecordValue(source=source, item=column):
                return catalogue.sources[source].columns[column].remarks.title
            case UnitValue(indicator=owner) | PreviousValue(indicator=owner):
                return catalogue.indicators[owner].title
            case ParameterValue(name=name):
                return self.rule.parameters[name].remarks.title
            case SourceRows(source=source):
                return catalogue.sources[source].title
        return None

    def _step(self, owner: str, step: str) -> Label | None:
        rule = self.graph.rules.get(owner)
        found = None if rule is None else rule.steps.get(step)
        return None if found is None else found.remarks.title
