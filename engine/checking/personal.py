"""Know what may not be shown: personal columns, and steps that pass such a value on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from engine.checking.formulas import Proof
from engine.definition import Catalogue, Column
from engine.formula.checked import Checked
from engine.formula.names import RecordValue, Reference, RowValue, function_name
from engine.graph import RESULT
from engine.problems import Problem, Related, error, errors_in, say

_CHOOSING = frozenset({"coalesce", "min", "max", "clip", "median", "percentile"})
"""Functions that give one of their arguments unchanged, and aggregates that give the value of one row."""
_CONVERTING = frozenset({"abs", "round", "floor", "ceil", "sqrt", "exp", "log", "days_between"})
"""Functions whose value still tells their argument. The year or the month of a day is not the day."""
_FOLLOWED = _CHOOSING | _CONVERTING


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


def personal_breakdowns(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield the breakdowns by a personal column: its values would be the names of published groups.

    Of a catalogue that is not whole, what its sources are known to have is looked at.
    """
    for indicator in catalogue.indicators.values():
        sources = [catalogue.sources[used.id] for used in indicator.sources if used.id in catalogue.sources]
        for name in indicator.breakdowns:
            column = next(
                (
                    source.columns[name.id]
                    for source in sources
                    if name.id in source.columns and is_personal(catalogue, source.columns[name.id])
                ),
                None,
            )
            if column is not None:
                yield error(
                    "personal-breakdown",
                    name.place,
                    say(
                        "figures split by `{column}` would publish the values of a personal column",
                        column=name.id,
                    ),
                    say("split by a column that many rows share, such as a unit or a category"),
                    [Related(column.place, say("the column `{column}`", column=name.id))],
                )


def is_personal(catalogue: Catalogue, column: Column) -> bool:
    """Return whether a column's values may not be shown: it says so, or refers to a key that does."""
    seen: set[str] = set()
    while not column.personal and column.to is not None and column.to.id not in seen:
        seen.add(column.to.id)
        target = catalogue.sources.get(column.to.id)
        if target is None or target.key is None or target.key.id not in target.columns:
            return False
        column = target.columns[target.key.id]
    return column.personal


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
            return self.hides_column(self.catalogue.sources[reference.source].columns[reference.item])
        return False

    def hides_column(self, column: Column) -> bool:
        """Return whether the values of a column may not be shown."""
        return is_personal(self.catalogue, column)

    def hides_step(self, indicator: str, step: str) -> bool:
        """Return whether a step has a personal column's very values."""
        return (indicator, step) in self.hidden_steps

    def passes_on(self, checked: Checked, root: ast.expr) -> bool:
        """Return whether a part of a formula may give a personal value as it is or converted.

        One person's pay in millions, rounded or less the mean, is still that person's. Totals over
        many rows, conditions and what a table or bands hold are not.
        """
        waiting: list[ast.expr] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.IfExp):
                waiting += [node.body, node.orelse]
            elif isinstance(node, ast.UnaryOp):
                waiting.append(node.operand)
            elif isinstance(node, ast.BinOp):
                waiting += [node.left, node.right]
            elif isinstance(node, ast.Call) and function_name(node) in _FOLLOWED:
                waiting += node.args
            elif self.hides(checked.bound.references.get(node)):
                return True
        return False

    def mentioned(self, checked: Checked, root: ast.AST) -> bool:
        """Return whether any name in a part of a formula refers to what may not be shown."""
        return any(self.hides(checked.bound.references.get(node)) for node in ast.walk(root))


_KNOWN: WeakKeyDictionary[Proof, Privacy] = WeakKeyDictionary()
