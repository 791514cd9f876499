"""One formula with its numbers, the branches it took, the rows of tables it hit.

The author's own text stays as it is; only names and aggregates give way to their values, at their places.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Protocol

from engine import definition
from engine.checking.personal import Privacy
from engine.definition import Bands, Table
from engine.explain.nouns import BandRow, Branch, Entry, Filled, Over, Trace
from engine.formula.checked import Checked
from engine.formula.names import (
    NoValueHere,
    ParameterValue,
    SourceRows,
    Truth,
    function_name,
)
from engine.values import Absent, StepValue, row_reached


class View(Protocol):
    """From where a formula is looked at: the unit with its totals, or one row with its children."""

    def value(self, checked: Checked, node: ast.expr) -> StepValue | Absent:
        """Return the value of one part of a formula."""

    def over(self, checked: Checked, call: ast.Call) -> Over:
        """Return the value of an aggregate and the rows it went over."""


def trace(
    checked: Checked, view: View, parameters: Mapping[str, definition.Parameter], privacy: Privacy
) -> Trace:
    """Return how a formula came to its value as seen from *view*; personal columns keep their names."""
    return _Tracer(checked, view, parameters, privacy).trace()


def written(checked: Checked, node: ast.expr) -> str:
    """Return a part of a formula as it is written, on one line."""
    start, end = checked.bound.tree.span(node)
    return " ".join(checked.bound.tree.text[start:end].split())


class _Tracer:
    def __init__(
        self,
        checked: Checked,
        view: View,
        parameters: Mapping[str, definition.Parameter],
        privacy: Privacy,
    ) -> None:
        self.checked, self.view, self.parameters, self.privacy = checked, view, parameters, privacy
        self.branches: list[Branch] = []
        self.hits: list[Entry | BandRow] = []
        self.over: list[Over] = []

    def trace(self) -> Trace:
        self.follow(self.checked.root)
        value = self.view.value(self.checked, self.checked.root)
        return Trace(value, tuple(self.filled()), tuple(self.branches), tuple(self.hits), tuple(self.over))

    # ── the text with values in place of names ──

    def filled(self) -> Iterator[str | Filled]:
        """Yield the formula's text in pieces, values where names stood."""
        tree, position = self.checked.bound.tree, 0
        for (start, end), value, guarded in sorted(self.values(), key=lambda found: found[0]):
            before = " ".join(f"|{tree.text[position:start]}|".split())[1:-1]
            yield before + ("(" if guarded else "")
            yield Filled(value)
            if guarded:
                yield ")"
            position = end
        yield " ".join(f"|{tree.text[position:]}|".split())[1:-1]

    def values(self) -> Iterator[tuple[tuple[int, int], StepValue | Absent, bool]]:
        """Yield every place where a value stands instead, and whether a minus sign needs brackets there."""
        tree = self.checked.bound.tree
        waiting: list[tuple[ast.AST, ast.AST | None]] = [(self.checked.root, None)]
        while waiting:
            node, parent = waiting.pop()
            if isinstance(node, ast.expr) and self.stands_for_a_value(node):
                value = self.value_at(node)
                operand = isinstance(parent, (ast.BinOp, ast.UnaryOp))
                negative = isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0
                yield tree.span(node), value, operand and negative
            else:
                waiting.extend((child, node) for child in ast.iter_child_nodes(node))

    def stands_for_a_value(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call) and node in self.checked.bound.aggregates:
            return True
        reference = self.checked.bound.references.get(node)
        if (
            reference is None
            or isinstance(reference, (NoValueHere, Truth, SourceRows))
            or self.privacy.hides(reference)
        ):
            return False
        if isinstance(reference, ParameterValue):
            return isinstance(self.parameters[reference.name].content, definition.Single)
        return True

    def value_at(self, node: ast.expr) -> StepValue | Absent:
        if isinstance(node, ast.Call) and node in self.checked.bound.aggregates:
            return self.view.over(self.checked, node).value
        return self.view.value(self.checked, node)

    # ── the way that the value took ──

    def follow(self, root: ast.AST) -> None:
        """Note branches, table entries, bands and aggregates along the parts that were evaluated."""
        waiting: list[ast.AST] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Call) and node in self.checked.bound.aggregates:
                self.over.append(self.view.over(self.checked, node))
            elif isinstance(node, ast.IfExp):
                waiting.extend(reversed(self.chosen(node)))
            elif isinstance(node, ast.BoolOp):
                waiting.extend(reversed(self.decided(node)))
            else:
                if isinstance(node, ast.Subscript):
                    self.entry(node)
                elif isinstance(node, ast.Call) and function_name(node) == "band":
                    self.band(node)
                waiting.extend(reversed(list(ast.iter_child_nodes(node))))

    def chosen(self, node: ast.IfExp) -> list[ast.AST]:
        """Note a conditional; return the parts that were evaluated."""
        holds = self.view.value(self.checked, node.test)
        if not isinstance(holds, bool):
            return [node.test]
        branch = node.body if holds else node.orelse
        further = isinstance(branch, ast.IfExp) and not holds
        shown = None if further else written(self.checked, branch)
        self.branches.append(Branch(written(self.checked, node.test), holds, shown))
        return [node.test, branch]

    def decided(self, node: ast.BoolOp) -> list[ast.AST]:
        """Return the parts up to the one that decided."""
        deciding = isinstance(node.op, ast.Or)
        parts: list[ast.AST] = []
        for part in node.values:
            parts.append(part)
            if self.view.value(self.checked, part) is deciding:
                break
        return parts

    def entry(self, node: ast.Subscript) -> None:
        reference = self.checked.bound.references.get(node.value)
        key = self.view.value(self.checked, node.slice)
        if not isinstance(reference, ParameterValue) or isinstance(key, Absent):
            return
        content = self.parameters[reference.name].content
        if isinstance(content, Table) and str(key) in content.entries:
            hidden = self.privacy.mentioned(self.checked, node.slice)
            self.hits.append(Entry(reference.name, None if hidden else key, content.entries[str(key)]))

    def band(self, node: ast.Call) -> None:
        reference = self.checked.bound.references.get(node.args[1])
        value = self.view.value(self.checked, node.args[0])
        if not isinstance(reference, ParameterValue) or not isinstance(value, (int, float)):
            return
        content = self.parameters[reference.name].content
        row = row_reached(value, content.rows) if isinstance(content, Bands) else None
        if row is not None:
            hidden = self.privacy.mentioned(self.checked, node.args[0])
            self.hits.append(BandRow(reference.name, None if hidden else value, row))
