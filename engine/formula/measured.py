"""Interpret a tree without data: the unit of every part, and where different units meet.

None is a part whose unit is not known: nothing is declared, a number stands there without a name, or
it has a fault already. It fits everything and causes no faults. A sum takes the unit of those of its
parts that have one; a product with an unknown factor is unknown, for the factor may convert.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from engine.formula.algebra import Algebra, Constant, Content, SingleContent, operator_of
from engine.formula.functions import AGGREGATES, Function, UnitRule
from engine.formula.grammar import Fault
from engine.formula.names import (
    AggregateOver,
    Bound,
    NoValueHere,
    PeriodValue,
    Reference,
    Truth,
    condition_of,
    function_name,
)
from engine.formula.units import (
    DAYS,
    HUNDRED,
    MONTHS,
    PERCENT,
    RATIO,
    YEARS,
    Unit,
    logarithm_of,
    rows_of,
)
from engine.problems import Message, say

_PARTS = {"year": YEARS, "month": MONTHS}
_FIXED: Mapping[UnitRule, Unit | None] = {
    "none": None,
    "ratio": RATIO,
    "days": DAYS,
    "months": MONTHS,
    "years": YEARS,
}
_HALF = Fraction(1, 2)
_HUNDREDFOLD = {PERCENT, PERCENT**-1, HUNDRED, HUNDRED**-1}


def measure(
    bound: Bound,
    parameters: Mapping[str, Content],
    unit_of: Callable[[Reference], Unit | None],
    limits_of: Callable[[Reference], Unit | None],
    language: str,
) -> tuple[Unit | None, tuple[Fault, ...]]:
    """Return the unit of a formula without faults of kind, and where it mixes units.

    *unit_of* gives the unit of what a name refers to, *limits_of* that of the limits of bands; None
    where it is not known. Messages name units in *language*.
    """
    measurer = _Measurer(bound, parameters, unit_of, limits_of, language)
    unit = measurer.interpret(bound.tree.root)
    return unit, tuple(measurer.faults)


def conversion(given: Unit, wanted: Unit, language: str) -> Message:
    """Return the way from one unit to the other, as a hint."""
    if given / wanted in _HUNDREDFOLD:
        return say(
            "a ratio from 0 to 1 becomes {percent} by `* 100`, and {percent} a ratio by `/ 100`",
            percent=PERCENT.written(language),
        )
    alike = given.look_alike(wanted)
    if alike is not None:
        return say(
            "if `{one}` and `{other}` are the same, write one of them in both places",
            one=alike[0],
            other=alike[1],
        )
    if given.open or wanted.open:
        return say("{percent} is a ratio times 100", percent=PERCENT.written(language))
    factor = wanted / given
    if factor.of_logarithms:
        return say("correct the unit where it is declared")
    return say(
        "correct the unit where it is declared, or convert with a parameter in {factor}",
        factor=factor.written(language),
    )


class _Measurer(Algebra[Unit | None]):
    """The algebra of units."""

    def __init__(
        self,
        bound: Bound,
        parameters: Mapping[str, Content],
        unit_of: Callable[[Reference], Unit | None],
        limits_of: Callable[[Reference], Unit | None],
        language: str,
    ) -> None:
        super().__init__(bound, parameters)
        self.unit_of, self.limits_of, self.language = unit_of, limits_of, language
        self.found: dict[ast.AST, Unit | None] = {}
        self.faults: list[Fault] = []

    def interpret(self, node: ast.expr) -> Unit | None:
        if node not in self.found:
            unit: Unit | None = super().interpret(node)
            self.found[node] = unit if unit is None or unit.modest else None
        return self.found[node]

    def fault(self, node: ast.expr, message: Message, hint: Message) -> None:
        start, end = self.bound.tree.span(node)
        self.faults.append(Fault(start, end, "different-units", message, hint))

    def written(self, node: ast.expr) -> str:
        start, end = self.bound.tree.span(node)
        return " ".join(self.bound.tree.text[start:end].split())

    # ── meeting units ──

    def together(
        self, parts: Iterable[tuple[ast.expr, Unit | None]], template: Callable[..., Message]
    ) -> Unit | None:
        """Return the one unit of *parts*, the first that is known and not open; None after a fault."""
        known: tuple[ast.expr, Unit] | None = None
        for node, unit in parts:
            if unit is None:
                continue
            if known is not None and not known[1].fits(unit):
                self.fault(
                    node,
                    template(
                        left=self.written(known[0]),
                        first=known[1].written(self.language),
                        right=self.written(node),
                        second=unit.written(self.language),
                    ),
                    conversion(known[1], unit, self.language),
                )
                return None
            if known is None or (known[1].open and not unit.open):
                known = node, unit
        return None if known is None else known[1]

    # ── leaves ──

    def constant(self, node: ast.expr, value: Constant) -> Unit | None:
        return None

    def reference(self, node: ast.expr, reference: Reference) -> Unit | None:
        if isinstance(reference, PeriodValue):
            return _PARTS.get(reference.part)
        return None if isinstance(reference, (NoValueHere, Truth)) else self.unit_of(reference)

    # ── operators ──

    def sign(self, node: ast.UnaryOp, operand: Unit | None) -> Unit | None:
        return operand

    def negation(self, node: ast.UnaryOp) -> Unit | None:
        self.interpret(node.operand)
        return None

    def arithmetic(self, node: ast.BinOp, left: Unit | None, right: Unit | None) -> Unit | None:
        unit = self.combined(node, left, right)
        return unit if unit is None or unit.modest else None

    def combined(self, node: ast.BinOp, left: Unit | None, right: Unit | None) -> Unit | None:
        operator = operator_of(node)
        if operator in _SUMS:
            return self.together([(node.left, left), (node.right, right)], _SUMS[operator])
        if operator == "**":
            return self.power(left, node.right)
        left, right = _factor(node.left, left), _factor(node.right, right)
        if left is None or right is None:
            return None
        return left * right if operator == "*" else left / right

    def power(self, base: Unit | None, node: ast.expr) -> Unit | None:
        """Return the unit of a power: a ratio's is a ratio; others need a known exponent, whole or halves."""
        if base is None or base == RATIO:
            return base
        content, exponent = self.content(node), self.known(node)
        if isinstance(content, SingleContent) and content.choices:
            return None
        if isinstance(exponent, (int, float)) and not isinstance(exponent, bool) and (exponent * 2) % 1 == 0:
            return base ** Fraction(exponent)
        return None

    def logic(self, node: ast.BoolOp) -> Unit | None:
        for value in node.values:
            self.interpret(value)
        return None

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> Unit | None:
        for case in cases:
            self.interpret(case.test)
        branches = [*(case.body for case in cases), otherwise]
        return self.together([(branch, self.interpret(branch)) for branch in branches], _alternatives)

    def comparison(self, node: ast.Compare) -> Unit | None:
        for left, _, right in self.pairs(node):
            members = right.elts if isinstance(right, (ast.List, ast.Tuple)) else [right]
            sides = [left, *members]
            self.together([(side, self.interpret(side)) for side in sides], _compared)
        return None

    # ── tables, bands, functions, aggregates ──

    def look_up(self, node: ast.Subscript) -> Unit | None:
        self.interpret(node.slice)
        return self.interpret(node.value)

    def function(self, node: ast.Call, function: Function) -> Unit | None:
        return self.applied(node, function.unit)

    def aggregate(self, node: ast.Call, over: AggregateOver) -> Unit | None:
        where = condition_of(node)
        if where is not None:
            self.interpret(where)
        rule = AGGREGATES[function_name(node)].unit
        return rows_of(over.source) if rule == "rows" else self.applied(node, rule)

    def applied(self, node: ast.Call, rule: UnitRule) -> Unit | None:
        """Return the unit that a function gives by its *rule*."""
        given = [(argument, self.interpret(argument)) for argument in node.args]
        if rule in _FIXED:
            return _FIXED[rule]
        if rule == "alike":
            return self.together(given, _alternatives)
        argument, unit = given[0]
        if rule == "first":
            return unit
        if rule == "bands":
            return self.banded(argument, unit, node.args[1])
        if unit is None:
            return None
        if rule == "root":
            return unit**_HALF
        if rule == "logarithm":
            return logarithm_of(unit, self.language)
        if unit != RATIO and not unit.open:
            self.fault(
                argument,
                say("`{x}` is in {unit}; exp needs a ratio", x=self.written(argument), unit=self.told(unit)),
                say("divide it by a parameter in {unit}", unit=self.told(unit)),
            )
            return None
        return RATIO

    def banded(self, node: ast.expr, unit: Unit | None, bands: ast.expr) -> Unit | None:
        limits = self.limits_of(self.bound.references[bands])
        if unit is not None and limits is not None and not unit.fits(limits):
            self.fault(
                node,
                say(
                    "`{x}` is in {unit}, but the limits of `{bands}` are in {limits}",
                    x=self.written(node),
                    unit=self.told(unit),
                    bands=self.written(bands),
                    limits=self.told(limits),
                ),
                conversion(unit, limits, self.language),
            )
        return self.interpret(bands)

    def told(self, unit: Unit) -> str:
        return unit.written(self.language)


def _factor(node: ast.expr, unit: Unit | None) -> Unit | None:
    """Return the unit of a factor: 1 is a ratio and 100 makes percent; other bare numbers may convert."""
    if isinstance(node, ast.Constant) and node.value in (1, 100):
        return RATIO if node.value == 1 else HUNDRED
    return unit


def _added(**gaps: str) -> Message:
    return say("`{left}` is in {first} and `{right}` in {second}; the two can't be added", **gaps)


def _subtracted(**gaps: str) -> Message:
    return say("`{left}` is in {first} and `{right}` in {second}; the two can't be subtracted", **gaps)


def _remaindered(**gaps: str) -> Message:
    return say("`{left}` is in {first} and `{right}` in {second}; nothing remains of the two by %", **gaps)


def _compared(**gaps: str) -> Message:
    return say("`{left}` is in {first} and `{right}` in {second}; the two can't be compared", **gaps)


def _alternatives(**gaps: str) -> Message:
    return say("`{left}` is in {first} and `{right}` in {second}; one value can't be in both", **gaps)


_SUMS = {"+": _added, "-": _subtracted, "%": _remaindered}
