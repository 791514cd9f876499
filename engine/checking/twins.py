"""Check that no two definitions compute the same.

Formulas are compared by what they mean, not by their names: a parameter is its content, a step its formula,
and the order of sums, products and conditions does not matter. Each distinct part gets a number, so that
equal formulas are equal numbers however long they are.

Parameters with equal contents are no finding: regulations print the same table for several things, and each
has its own article.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definition import Bands, Parameter, Single, Step, Table
from engine.formula.grammar import Tree
from engine.formula.names import (
    Bound,
    ParameterValue,
    Reference,
    RowValue,
    UnitValue,
    function_name,
    is_aggregate,
)
from engine.graph import RESULT, Graph
from engine.problems import Problem, Related, advice, say, warning
from engine.versions import Key, Rule, Timeline, Window

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def _at_once(first: Window, second: Window) -> bool:
    """Return whether two windows are of different indicators and have a day in common."""
    return (
        first.rule is not None
        and second.rule is not None
        and first.rule.indicator.id != second.rule.indicator.id
        and (second.last is None or first.first <= second.last)
        and (first.last is None or second.first <= first.last)
    )


def _same_indicator(first: Rule, second: Rule) -> Problem:
    return warning(
        "same-indicator",
        second.result.place,
        say(
            "`{second}` computes the same as `{first}`", second=second.indicator.id, first=first.indicator.id
        ),
        say("remove one of the two, or correct the formula that should differ"),
        [Related(first.result.place, say("the result of `{first}`", first=first.indicator.id))],
    )


def _same_step(first: Step, second: Step) -> Problem:
    return advice(
        "same-formula",
        second.place,
        say("`{second}` computes the same as `{first}`", second=second.id, first=first.id),
        say("keep one of the two, or correct the formula that should differ"),
        [Related(first.place, say("`{first}` stands here", first=first.id))],
    )


@dataclass
class Twins:
    """The numbers of all parts of the formulas seen so far, and which rule's result has which number."""

    parts: dict[object, int] = field(default_factory=dict)
    results: dict[Key, int] = field(default_factory=dict)
    found: list[Problem] = field(default_factory=list)

    def add(self, graph: Graph, new: Mapping[Key, Rule]) -> None:
        """Number the formulas of the *new* rules of a graph, and note steps that are twins."""
        if graph.cycles:
            return
        steps: dict[tuple[str, str], int] = {}
        first: dict[tuple[str, int], Step] = {}
        for node in graph.order:
            rule, name = graph.rules.get(node.id), node.name or RESULT
            bound = graph.bounds.get((node.id, name))
            if node.kind not in ("step", "indicator") or rule is None or rule.key not in new or bound is None:
                continue
            step = rule.result if name == RESULT else rule.steps[name]
            meaning = _Meaning(self, rule, bound, steps).number(bound.tree.root)
            if name == RESULT:
                self.results[rule.key] = meaning
            if step.decimals is not None:
                meaning = self.of("rounded", meaning, step.decimals, step.rounding)
            steps[node.id, name] = meaning
            if name != RESULT and _computes(bound.tree):
                same = first.setdefault((node.id, self.of(step.each and step.each.id, meaning)), step)
                if same is not step:
                    self.found.append(_same_step(*sorted((same, step), key=lambda each: each.place.start)))

    def check(self, timeline: Timeline) -> Iterator[Problem]:
        """Give an advice for twins among steps of one rule, a warning for those among indicators."""
        yield from self.found
        first: dict[int, list[Window]] = {}
        for window in (window for written in timeline.values() for window in written):
            meaning = None if window.rule is None else self.results.get(window.rule.key)
            if window.rule is None or meaning is None:
                continue
            before = first.setdefault(meaning, [])
            for other in before:
                if other.rule is not None and _at_once(other, window):
                    yield _same_indicator(other.rule, window.rule)
                    break
            before.append(window)

    def of(self, *part: object) -> int:
        """Return the number of a part, the same for equal parts."""
        return self.parts.setdefault(part, len(self.parts))


def _computes(tree: Tree) -> bool:
    """Return whether a formula does more than give another name to one thing."""
    return not isinstance(tree.root, ast.Name | ast.Attribute | ast.Constant)


class _Meaning:
    """One formula and what its names mean."""

    def __init__(
        self, numbers: Twins, rule: Rule, bound: Bound, steps: Mapping[tuple[str, str], int]
    ) -> None:
        self.of, self.rule, self.steps = numbers.of, rule, steps
        self.references = bound.references

    def number(self, node: ast.expr) -> int:
        """Return the number of what *node* means; formulas are at most 100 levels deep."""
        reference = self.references.get(node)
        return HANDLERS[type(node)](self, node) if reference is None else self.reference(reference)

    def constant(self, node: ast.Constant) -> int:
        return self.value(node.value)

    def value(self, value: object) -> int:
        return self.of("constant", type(value) is bool, value)

    def operation(self, node: ast.BinOp) -> int:
        sign = type(node.op)
        if sign in (ast.Add, ast.Mult):
            return self.of(sign, *sorted(map(self.number, _chain(node, sign))))
        return self.of(sign, self.number(node.left), self.number(node.right))

    def all_or_any(self, node: ast.BoolOp) -> int:
        return self.of(type(node.op), *sorted(set(map(self.number, node.values))))

    def sign(self, node: ast.UnaryOp) -> int:
        return self.of(type(node.op), self.number(node.operand))

    def comparison(self, node: ast.Compare) -> int:
        signs, numbers = [*map(type, node.ops)], [*map(self.number, (node.left, *node.comparators))]
        if len(signs) == 1 and signs[0] in _TURNED:
            return self.of("compare", _TURNED[signs[0]], *reversed(numbers))
        if signs in ([ast.Eq], [ast.NotEq]):
            numbers.sort()
        return self.of("compare", *signs, *numbers)

    def choice(self, node: ast.IfExp) -> int:
        return self.of("if", self.number(node.test), self.number(node.body), self.number(node.orelse))

    def entry(self, node: ast.Subscript) -> int:
        return self.of("entry", self.number(node.value), self.number(node.slice))

    def members(self, node: ast.List) -> int:
        return self.of("set", *sorted(set(map(self.number, node.elts))))

    def call(self, node: ast.Call) -> int:
        name, given = function_name(node), [*map(self.number, node.args)]
        if name in ("min", "max") and not is_aggregate(node):
            given.sort()
        return self.of(name, *given, "where", *(self.number(keyword.value) for keyword in node.keywords))

    def reference(self, reference: Reference) -> int:
        if isinstance(reference, ParameterValue):
            return self.parameter(self.rule.parameters[reference.name])
        if isinstance(reference, RowValue) and reference.step_of is not None:
            known = self.steps.get((reference.step_of, reference.item))
            if known is not None:
                own = reference.row == reference.source and not reference.path
                return known if own else self.of("reached", reference.row, reference.path, known)
        if isinstance(reference, UnitValue) and reference.step is not None:
            known = self.steps.get((reference.indicator, reference.step))
            if known is not None:
                return known
        return self.of(reference)

    def parameter(self, parameter: Parameter) -> int:
        content = parameter.content
        if isinstance(content, Single):
            return self.value(content.value)
        if isinstance(content, Table):
            return self.of("table", *sorted(content.entries.items()))
        if isinstance(content, Bands):
            return self.of("bands", *((row.limit, row.inclusive, row.value) for row in content.rows))
        return self.of("set", *sorted(set(map(self.value, content.values))))


HANDLERS: dict[type[ast.expr], Callable[[_Meaning, Any], int]] = {
    ast.Constant: _Meaning.constant,
    ast.BinOp: _Meaning.operation,
    ast.BoolOp: _Meaning.all_or_any,
    ast.UnaryOp: _Meaning.sign,
    ast.Compare: _Meaning.comparison,
    ast.IfExp: _Meaning.choice,
    ast.Subscript: _Meaning.entry,
    ast.List: _Meaning.members,
    ast.Call: _Meaning.call,
}


def _chain(node: ast.expr, sign: type[ast.operator]) -> Iterator[ast.expr]:
    """Yield the terms of a sum or the factors of a product."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, sign):
            waiting += [one.right, one.left]
        else:
            yield one
