"""Walk an approved tree with simpleeval; what differs between interpretations is the algebra.

simpleeval evaluates a tree by looking up a handler per kind of node. An algebra here replaces all
of its handlers: only nodes that `grammar` approved have one, and each handler hands over to a method
that an interpretation (kinds, one record, columns) fills in. Long sums and long chains of conditions
lean to one side; they are walked in a loop, so that depth is what brackets make it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from simpleeval import SimpleEval

from engine.formula.functions import FUNCTIONS, Function
from engine.formula.names import AggregateOver, Bound, ParameterValue, Reference, function_name

V = TypeVar("V")
Constant = int | float | bool | str


@dataclass(frozen=True)
class TableContent:
    """A parameter that gives a value for each key."""

    entries: Mapping[str, Constant]


@dataclass(frozen=True)
class BandsContent:
    """A parameter that gives a value from a limit on: (limit, included, value), highest first.

    The last limit may be None: the rest.
    """

    rows: tuple[tuple[float | None, bool, Constant], ...]


@dataclass(frozen=True)
class SetContent:
    """A parameter that is a set of values."""

    values: tuple[Constant, ...]


@dataclass(frozen=True)
class SingleContent:
    """A parameter that is one value, chosen from `choices` where those are declared."""

    value: Constant
    choices: tuple[Constant, ...] = ()


Content = TableContent | BandsContent | SetContent | SingleContent


_MODEL = vars(SimpleEval(operators={}, functions={}, names={}))


class Algebra(SimpleEval, Generic[V]):  # type: ignore[misc]  # simpleeval carries no types
    """The walk that all interpretations share."""

    def __init__(self, bound: Bound, parameters: Mapping[str, Content]) -> None:
        # simpleeval builds its own table of handlers each time, with Python's warnings switched off
        # for all threads. All handlers are replaced here, so one evaluator made beforehand serves as model.
        self.__dict__.update(_MODEL)
        self.bound = bound
        self.parameters = parameters
        self.nodes = {
            ast.Constant: self._constant,
            ast.Name: self._reference,
            ast.Attribute: self._reference,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.BoolOp: self.logic,
            ast.Compare: self.comparison,
            ast.IfExp: self._conditional,
            ast.Subscript: self.look_up,
            ast.Call: self._call,
        }

    def interpret(self, node: ast.expr) -> V:
        """Return what *node* means in this algebra."""
        value: V = self._eval(node)
        return value

    # ── what an interpretation fills in ──

    def constant(self, node: ast.expr, value: Constant) -> V:
        """Return the meaning of a value that is known beforehand."""
        raise NotImplementedError

    def reference(self, node: ast.expr, reference: Reference) -> V:
        """Return the meaning of a name."""
        raise NotImplementedError

    def sign(self, node: ast.UnaryOp, operand: V) -> V:
        """Return the meaning of ``-x`` or ``+x``."""
        raise NotImplementedError

    def negation(self, node: ast.UnaryOp) -> V:
        """Return the meaning of ``not x``."""
        raise NotImplementedError

    def arithmetic(self, node: ast.BinOp, left: V, right: V) -> V:
        """Return the meaning of ``left operator right``."""
        raise NotImplementedError

    def logic(self, node: ast.BoolOp) -> V:
        """Return the meaning of ``a and b and ...`` or ``a or b or ...``."""
        raise NotImplementedError

    def comparison(self, node: ast.Compare) -> V:
        """Return the meaning of a comparison, chained or not."""
        raise NotImplementedError

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> V:
        """Return the meaning of ``a if x else b if y else otherwise``."""
        raise NotImplementedError

    def look_up(self, node: ast.Subscript) -> V:
        """Return the meaning of ``table[key]``."""
        raise NotImplementedError

    def function(self, node: ast.Call, function: Function) -> V:
        """Return the meaning of a function of values."""
        raise NotImplementedError

    def aggregate(self, node: ast.Call, over: AggregateOver) -> V:
        """Return the meaning of a function of rows."""
        raise NotImplementedError

    # ── what they share ──

    def known(self, node: ast.expr) -> Constant | None:
        """Return the value of a literal, a signed literal or a single parameter; None for all else."""
        if isinstance(node, ast.Constant):
            return literal_of(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.known(node.operand)
            return -inner if isinstance(inner, (int, float)) and not isinstance(inner, bool) else None
        content = self.content(node)
        return content.value if isinstance(content, SingleContent) else None

    def fixed(self, node: ast.expr) -> Constant | None:
        """Return the value of a literal, or of a parameter that has no choices; None for all else."""
        content = self.content(node)
        return None if isinstance(content, SingleContent) and content.choices else self.known(node)

    def content(self, node: ast.expr) -> Content | None:
        """Return the parameter that *node* names, or None."""
        reference = self.bound.references.get(node)
        return self.parameters.get(reference.name) if isinstance(reference, ParameterValue) else None

    def members(self, node: ast.expr) -> tuple[Constant, ...]:
        """Return the values on the right side of ``in``."""
        if isinstance(node, (ast.List, ast.Tuple)):
            return tuple(value for item in node.elts if (value := self.known(item)) is not None)
        content = self.content(node)
        return content.values if isinstance(content, SetContent) else ()

    def pairs(self, node: ast.Compare) -> list[tuple[ast.expr, ast.cmpop, ast.expr]]:
        """Return a chained comparison as its single ones."""
        sides = [node.left, *node.comparators]
        return list(zip(sides, node.ops, sides[1:], strict=False))

    def _constant(self, node: ast.Constant) -> V:
        return self.constant(node, literal_of(node))

    def _reference(self, node: ast.expr) -> V:
        return self.reference(node, self.bound.references[node])

    def _unary(self, node: ast.UnaryOp) -> V:
        if isinstance(node.op, ast.Not):
            return self.negation(node)
        return self.sign(node, self.interpret(node.operand))

    def _binary(self, node: ast.BinOp) -> V:
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        value = self.interpret(spine[-1].left)
        for link in reversed(spine):
            value = self.arithmetic(link, value, self.interpret(link.right))
        return value

    def _conditional(self, node: ast.IfExp) -> V:
        cases = [node]
        while isinstance(cases[-1].orelse, ast.IfExp):
            cases.append(cases[-1].orelse)
        return self.choice(cases, cases[-1].orelse)

    def _call(self, node: ast.Call) -> V:
        if node in self.bound.aggregates:
            return self.aggregate(node, self.bound.aggregates[node])
        if node in self.bound.references:
            return self.reference(node, self.bound.references[node])
        return self.function(node, FUNCTIONS[function_name(node)])


def literal_of(node: ast.Constant) -> Constant:
    """Return the value of a literal; the grammar lets only numbers and texts through."""
    value = node.value
    assert isinstance(value, (int, float, str))
    return value


def operator_of(node: ast.BinOp) -> str:
    """Return the operator as it is written."""
    return _OPERATORS[type(node.op)]


def comparison_of(operator: ast.cmpop) -> str:
    """Return the comparison as it is written."""
    return _COMPARISONS[type(operator)]


_OPERATORS: dict[type[Any], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Mod: "%",
    ast.Pow: "**",
}
_COMPARISONS: dict[type[Any], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
