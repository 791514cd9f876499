"""Know what may not be shown: personal columns, and steps that pass such a value on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from engine.checking.formulas import Proof
from engine.definition import Catalogue
from engine.formula.checked import Checked
from engine.formula.names import RecordValue, Reference, RowValue, function_name
from engine.graph import RESULT
from engine.problems import Problem, error, errors_in, say

_CHOOSING = frozenset({"coalesce", "min", "max", "clip", "median", "percentile"})
"""Functions that give one of their arguments unchanged, and aggregates that give the value of one row."""


def personal_figures(proof: Proof) -> Iterator[Problem]:
    """Yield the figures of the whole that would be a value of one person: they would be published."""
    if errors_in(proof.problems):
        return
    privacy = privacy_of(proof.catalogue, proof)
    for name, rule in proof.rules.items():
        for step in (*rule.steps.values(), rule.result):
            checked = proof.checked.get((name, step.id))
            if step.each is not None or checked is None or not privacy.passes_on(checked, checked.root):
                continue
            what = say("the result") if step.id == RESULT else say("`{step}`", step=step.id)
            yield error(
                "personal-figure",
                step.formula.passage.place,
                say(
                    "{what} would publish the value of one person: it takes it from a personal column",
                    what=what,
                ),
                say(
                    "use mean, sum or count over many rows; or the column is nobody's own: remove `personal`"
                ),
            )


def privacy_of(catalogue: Catalogue, proof: Proof) -> Privacy:
    """Return what of a proof's rules may not be shown, found out once for each proof."""
    known = _KNOWN.get(proof)
    if known is None:
        known = _KNOWN[proof] = Privacy(catalogue, proof)
    return known


class Privacy:
    """What of the rules of one moment may not be shown; `personal: true` says it of a column."""

    def __init__(self, catalogue: Catalogue, proof: Proof) -> None:
        self.catalogue = catalogue
        self.hidden_steps: set[tuple[str, str]] = set()
        for node in proof.graph.order:
            checked = proof.checked.get((node.id, node.name))
            if checked is not None and self.passes_on(checked, checked.root):
                self.hidden_steps.add((node.id, node.name))

    def hides(self, reference: Reference | None) -> bool:
        """Return whether the values of what a name refers to may not be shown."""
        if isinstance(reference, RowValue) and reference.step_of is not None:
            return (reference.step_of, reference.item) in self.hidden_steps
        if isinstance(reference, (RowValue, RecordValue)):
            return self.catalogue.sources[reference.source].columns[reference.item].personal
        return False

    def hides_step(self, indicator: str, step: str) -> bool:
        """Return whether a step has a personal column's very values."""
        return (indicator, step) in self.hidden_steps

    def passes_on(self, checked: Checked, root: ast.expr) -> bool:
        """Return whether a part of a formula may give a personal value just as it is."""
        waiting: list[ast.expr] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.IfExp):
                waiting += [node.body, node.orelse]
            elif isinstance(node, ast.UnaryOp):
                waiting.append(node.operand)
            elif isinstance(node, ast.Call) and function_name(node) in _CHOOSING:
                waiting += node.args
            elif self.hides(checked.bound.references.get(node)):
                return True
        return False

    def mentioned(self, checked: Checked, root: ast.AST) -> bool:
        """Return whether any name in a part of a formula refers to what may not be shown."""
        return any(self.hides(checked.bound.references.get(node)) for node in ast.walk(root))


_KNOWN: WeakKeyDictionary[Proof, Privacy] = WeakKeyDictionary()
