"""Formulas of the rule in force as mathematics, with titles in place of names."""

from __future__ import annotations

from engine.definition import Indicator, Step
from engine.formula.names import Bound, Reference
from engine.formula.typeset import layout, mathml
from engine.graph import Graph
from engine.report.titles import title_of
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
        label = title_of(reference, self.guide.catalogue, self.rule, self.graph.rules)
        return None if label is None else self.guide.label(label).text
