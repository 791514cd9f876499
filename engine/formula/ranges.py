"""Interpret a tree over a box: what a formula can give when its inputs are confined.

A box confines inputs, and what is made of them, to parts of what they can be: ``jabatan`` to
"fungsional", ``jp`` to 20 and more. The meaning of a tree is here a function from a box to the kind of
the value, whose bounds are never too narrow. Where a box leaves open which way a condition goes or
which entry a table gives, it notes a wish: the split that would decide it. Whoever searches
(`checking.boxes`) splits until a claim holds in every box, or one is left in which it does not.

A limit on a value means: *if* there is a value, it lies within. So boxes that come from a split together
cover all inputs, those too for which the value fails.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from engine.formula import kinds
from engine.formula.algebra import (
    Algebra,
    BandsContent,
    Constant,
    SingleContent,
    TableContent,
    comparison_of,
    operator_of,
)
from engine.formula.checked import Checked
from engine.formula.functions import Function, period_kind
from engine.formula.kinds import FALSE, TRUE, Kind
from engine.formula.names import (
    AggregateOver,
    NoValueHere,
    ParameterValue,
    PeriodValue,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    SourceRows,
    Truth,
    UnitValue,
    condition_of,
)
from engine.formula.scalar import thresholds
from engine.numbers import least, least_above

Key = str
"""What can be confined: an input, a step, or a part of a formula, by its text and point of view."""


class Nothing(Exception):
    """No input of the box gives a value here."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A split that would decide something: by values, into blank and filled, or below a limit and from it."""

    key: Key
    by: Literal["values", "blank", "limit"]
    limit: float = 0.0


class Box:
    """Limits on values by key; what was found out while looking at it is kept for the search.

    `wishes` counts how often a split was wished for, `reached` holds the operations of which an
    operand may be outside of their domain, `inputs` the kinds of the inputs that were looked at and
    how often, `kept` the kinds of steps (None: no value), each computed once for a box.
    """

    __slots__ = ("inputs", "kept", "kinds", "limits", "reached", "wishes")

    def __init__(self, limits: Mapping[Key, Kind]) -> None:
        self.limits = limits
        self.wishes: dict[Wish, int] = {}
        self.kinds: dict[Key, Kind] = {}
        self.reached: set[ast.expr] = set()
        self.inputs: dict[Key, tuple[Kind, int]] = {}
        self.kept: dict[Key, Kind | None] = {}

    def confined(self, key: Key, kind: Kind) -> Kind:
        """Return *kind* within the limit on *key*; raises Nothing if nothing is left."""
        limit = self.limits.get(key)
        return kind if limit is None else within(kind, limit)

    def wish(self, key: Key, kind: Kind, by: Literal["values", "blank", "limit"], limit: float = 0.0) -> None:
        """Note a split that would decide something; *kind* is what the value is here."""
        wish = Wish(key, by, limit)
        self.wishes[wish] = self.wishes.get(wish, 0) + 1
        self.kinds[key] = kind

    def split(self, wish: Wish) -> list[Box]:
        """Return the boxes into which *wish* divides this one."""
        kind = self.kinds[wish.key]
        if wish.by == "blank":
            parts = [replace(kind, present=False), replace(kind, blank=False)]
        elif wish.by == "limit":
            below = math.nextafter(wish.limit, -math.inf)
            parts = [replace(kind, high=below, blank=True), replace(kind, low=wish.limit, blank=True)]
        else:
            values = kind.values or ("false", "true")
            parts = [replace(kind, values=(value,), blank=True) for value in values]
        return [Box({**self.limits, wish.key: part}) for part in parts]


def within(kind: Kind, limit: Kind) -> Kind:
    """Return what *kind* and *limit* have in common; raises Nothing if that is nothing."""
    blank, present = kind.blank and limit.blank, kind.present and limit.present
    low, high = max(kind.low, limit.low), min(kind.high, limit.high)
    values = kind.values
    if kind.base == "integer":
        low, high = _up(low), _down(high)
    if kind.numeric:
        present = present and low <= high
    elif kind.base in ("category", "boolean") and limit.values:
        values = tuple(v for v in kind.values if v in limit.values) if kind.values else limit.values
        present = present and bool(values)
    if not (blank or present):
        raise Nothing
    if not present:
        return replace(kind, blank=True, present=False)
    return replace(kind, low=low, high=high, values=values, blank=blank)


def union(found: Sequence[Kind]) -> Kind:
    """Return the kind of a value that is one of *found*."""
    if len(found) == 1:
        return found[0]
    filled = [kind for kind in found if kind.present]
    joined = kinds.joined(filled or found)
    assert joined is not None, "the checker joins only kinds that go together"
    blank = any(kind.blank for kind in found)
    return replace(joined, blank=blank, present=bool(filled))


def _up(x: float) -> float:
    return float(math.ceil(x)) if math.isfinite(x) else x


def _down(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else x


Meaning = Callable[[Box], Kind]


def meaning_of(
    checked: Checked,
    view: str,
    kind_of: Callable[[Reference], Kind | None],
    step_of: Callable[[Reference], Meaning | None],
) -> Meaning:
    """Return what a formula can give in a box.

    *view* names the point of view, so that the same text in two formulas of one view is the same value.
    *kind_of* gives the kind of an input, *step_of* the meaning of a step seen from the same view.
    """
    return _Ranges(checked, view, kind_of, step_of).interpret(checked.root)


def key_of(reference: Reference) -> Key:
    """Return the key under which a name is confined: the name as a formula of the unit would write it."""
    match reference:
        case RowValue(row=row, path=path):
            return ">".join([row, *path, reference.column]) if path else f"{row}.{reference.column}"
        case RecordValue(source=source, item=item):
            return f"{source}.{item}"
        case UnitValue(indicator=indicator, step=step):
            return f"{indicator}.{step}" if step else indicator
        case PreviousValue(indicator=indicator):
            return f"previous({indicator})"
        case PeriodValue(part=part):
            return f"period.{part}"
        case _:
            return str(reference)


class _Ranges(Algebra[Meaning]):
    def __init__(
        self,
        checked: Checked,
        view: str,
        kind_of: Callable[[Reference], Kind | None],
        step_of: Callable[[Reference], Meaning | None],
    ) -> None:
        super().__init__(checked.bound, checked.parameters)
        self.checked = checked
        self.view = view
        self.kind_of = kind_of
        self.step_of = step_of

    def key(self, node: ast.expr) -> Key:
        """Return the key of a part of the formula: what it refers to, or its text and the view."""
        reference = self.bound.references.get(node)
        if isinstance(reference, ParameterValue):
            return f"{self.view}:{reference.name}"
        if reference is not None:
            return key_of(reference)
        start, end = self.bound.tree.span(node)
        return f"{self.view}:{' '.join(self.bound.tree.text[start:end].split())}"

    # ── leaves ──

    def constant(self, node: ast.expr, value: Constant) -> Meaning:
        kind = kinds.constant(value)
        return lambda box: kind

    def reference(self, node: ast.expr, reference: Reference) -> Meaning:
        if isinstance(reference, Truth):
            return self.constant(node, reference.value)
        if isinstance(reference, SourceRows):
            return self.constant(node, True)
        if isinstance(reference, NoValueHere):
            return _refusing
        if isinstance(reference, ParameterValue):
            return self.parameter(node, reference)
        if isinstance(reference, PeriodValue):
            return self.input(self.key(node), period_kind(reference.part))
        step = self.step_of(reference)
        if step is not None:
            return self.decided(self.key(node), step)
        kind = self.kind_of(reference)
        return self.input(self.key(node), self.checked.kinds[node] if kind is None else kind)

    def parameter(self, node: ast.expr, reference: ParameterValue) -> Meaning:
        content = self.parameters[reference.name]
        assert isinstance(content, SingleContent), "the checker lets only single values stand alone"
        choices = dict.fromkeys((content.value, *content.choices))
        if len(choices) == 1:
            return self.constant(node, content.value)
        kind = kinds.joined(kinds.constant(choice) for choice in choices)
        assert kind is not None, "the values of a parameter are of one kind"
        return self.input(self.key(node), kind)

    def input(self, key: Key, kind: Kind) -> Meaning:
        """Return the meaning of a value that comes from outside of the formulas."""

        def look(box: Box) -> Kind:
            found = box.confined(key, kind)
            box.inputs[key] = found, box.inputs.get(key, (found, 0))[1] + 1
            return found

        return self.decided(key, look)

    def decided(self, key: Key, meaning: Meaning) -> Meaning:
        """Return a meaning that wishes for a split where a condition may be either."""

        def look(box: Box) -> Kind:
            found = meaning(box)
            if found.base == "boolean" and not found.values:
                box.wish(key, found, "values")
            return found

        return look

    def confined(self, node: ast.expr, meaning: Meaning) -> Meaning:
        """Return the meaning of a part of the formula, which may be confined like an input."""
        key = self.key(node)
        return lambda box: box.confined(key, meaning(box))

    # ── operators ──

    def sign(self, node: ast.UnaryOp, operand: Meaning) -> Meaning:
        if isinstance(node.op, ast.UAdd):
            return operand
        return lambda box: kinds.negated(_filled(operand(box)))

    def negation(self, node: ast.UnaryOp) -> Meaning:
        operand = self.interpret(node.operand)

        def opposite(box: Box) -> Kind:
            found = operand(box)
            return _opposite(found) if found.values else kinds.BOOLEAN

        return opposite

    def arithmetic(self, node: ast.BinOp, left: Meaning, right: Meaning) -> Meaning:
        operator = operator_of(node)
        combine = kinds.ARITHMETIC[operator]
        divides = operator in ("/", "%")

        def compute(box: Box) -> Kind:
            first, second = _filled(left(box)), _filled(right(box))
            if divides and not second.excludes_zero:
                box.reached.add(node)
                if second.low == second.high == 0:
                    raise Nothing
            return combine(first, second)

        return self.confined(node, compute)

    def logic(self, node: ast.BoolOp) -> Meaning:
        parts = [self.interpret(value) for value in node.values]
        stop, rest = (FALSE, TRUE) if isinstance(node.op, ast.And) else (TRUE, FALSE)

        def decide(box: Box) -> Kind:
            open_ = False
            for part in parts:
                try:
                    found = part(box)
                except Nothing:
                    if not open_:
                        raise
                    return stop  # the only value that there can be
                if found.values == stop.values:
                    return stop
                open_ = open_ or found.values != rest.values
            return kinds.BOOLEAN if open_ else rest

        return decide

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> Meaning:
        branches = [(self.interpret(case.test), self.interpret(case.body)) for case in cases]
        last = self.interpret(otherwise)

        def choose(box: Box) -> Kind:
            found: list[Kind] = []
            for test, body in branches:
                truth = test(box)
                if truth.values == FALSE.values:
                    continue
                _collect(found, body, box)
                if truth.values == TRUE.values:
                    break
            else:
                _collect(found, last, box)
            if not found:
                raise Nothing
            return union(found)

        return choose

    # ── comparisons ──

    def comparison(self, node: ast.Compare) -> Meaning:
        parts = [self.compared(left, op, right) for left, op, right in self.pairs(node)]
        if len(parts) == 1:
            return self.confined(node, parts[0])

        def decide(box: Box) -> Kind:
            found = [part(box) for part in parts]
            if any(kind.values == FALSE.values for kind in found):
                return FALSE
            return TRUE if all(kind.values == TRUE.values for kind in found) else kinds.BOOLEAN

        return decide

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Meaning:
        written = comparison_of(op)
        first = self.interpret(left)
        if written in ("in", "not in"):
            return self.membership(left, first, right, inside=written == "in")
        second = self.interpret(right)
        if self.checked.kinds[left].numeric:
            return self.compared_numbers(left, first, written, right, second)
        keys = [self.key(side) for side in (left, right)]
        equal, differ = (TRUE, FALSE) if written == "==" else (FALSE, TRUE)
        test = f"{self.key(left)} {written} {self.key(right)}"

        def decide(box: Box) -> Kind:
            one, other = _filled(first(box)), _filled(second(box))
            listed = one.base in ("category", "boolean") and one.base == other.base
            a = one.values or ("false", "true")
            b = other.values or ("false", "true")
            if listed and written in ("==", "!="):
                if not set(a) & set(b):
                    return differ
                if len(a) == len(b) == 1:
                    return equal
                for key, kind in zip(keys, (one, other), strict=True):
                    if len(kind.values) != 1:
                        box.wish(key, kind, "values")
                return kinds.BOOLEAN
            return _pinned(box, test)

        return decide

    def compared_numbers(
        self, left: ast.expr, first: Meaning, written: str, right: ast.expr, second: Meaning
    ) -> Meaning:
        limit = self.fixed(right)
        if isinstance(limit, (int, float)):
            return _against(self.key(left), first, written, float(limit))
        limit = self.fixed(left)
        if isinstance(limit, (int, float)):
            return _against(self.key(right), second, _MIRRORED[written], float(limit))
        test = f"{self.key(left)} {written} {self.key(right)}"

        def decide(box: Box) -> Kind:
            a, b = _filled(first(box)), _filled(second(box))
            truth = kinds.compared(a, written, b)
            return _pinned(box, test) if truth is None else TRUE if truth else FALSE

        return decide

    def membership(self, left: ast.expr, value: Meaning, right: ast.expr, *, inside: bool) -> Meaning:
        members = self.members(right)
        yes, no = (TRUE, FALSE) if inside else (FALSE, TRUE)
        key = self.key(left)
        if self.checked.kinds[left].numeric:
            single = [_against(key, value, "==", float(m)) for m in members if not isinstance(m, str)]

            def among(box: Box) -> Kind:
                found = [part(box) for part in single]
                if any(kind.values == TRUE.values for kind in found):
                    return yes
                return no if all(kind.values == FALSE.values for kind in found) else kinds.BOOLEAN

            return among
        listed = {str(member) for member in members}

        def decide(box: Box) -> Kind:
            found = _filled(value(box))
            if found.base != "category":
                truth = _pinned(box, f"{key} in {sorted(listed)}")
                return truth if inside or not truth.values else _opposite(truth)
            values = set(found.values)
            if values <= listed:
                return yes
            if not values & listed:
                return no
            box.wish(key, found, "values")
            return kinds.BOOLEAN

        return decide

    # ── tables, bands, functions, aggregates ──

    def look_up(self, node: ast.Subscript) -> Meaning:
        content = self.content(node.value)
        assert isinstance(content, TableContent), "the checker lets only tables be looked up"
        entries = {name: kinds.constant(value) for name, value in content.entries.items()}
        key, name = self.interpret(node.slice), self.key(node.slice)

        def find(box: Box) -> Kind:
            at = _filled(key(box))
            if at.base == "category":
                keys: Sequence[str] = at.values
            else:
                keys = [str(number) for number in range(int(at.low), int(at.high) + 1)]
            found = list(dict.fromkeys(entries[one] for one in keys if one in entries))
            if not found:
                raise Nothing
            if len(found) > 1:
                if at.base == "category":
                    box.wish(name, at, "values")
                else:
                    box.wish(name, at, "limit", math.ceil((at.low + at.high) / 2))
            return union(found)

        return self.confined(node, find)

    def function(self, node: ast.Call, function: Function) -> Meaning:
        if function.name == "band":
            return self.band(node)
        arguments = [self.interpret(argument) for argument in node.args]
        if function.name == "is_missing":
            return self.is_missing(node.args[0], arguments[0])
        if function.name == "coalesce":
            return self.coalesce(node, arguments)
        gives, domain = function.gives, function.domain

        def compute(box: Box) -> Kind:
            given = [_filled(argument(box)) for argument in arguments]
            if domain is not None and not given[0].low >= domain:
                box.reached.add(node)
                if given[0].high < domain:
                    raise Nothing
            return gives(given)

        return self.confined(node, compute)

    def is_missing(self, node: ast.expr, argument: Meaning) -> Meaning:
        key = self.key(node)

        def decide(box: Box) -> Kind:
            found = argument(box)
            if not found.blank:
                return FALSE
            if not found.present:
                return TRUE
            box.wish(key, found, "blank")
            return kinds.BOOLEAN

        return decide

    def coalesce(self, node: ast.Call, arguments: Sequence[Meaning]) -> Meaning:
        keys = [self.key(argument) for argument in node.args]

        def first_filled(box: Box) -> Kind:
            found: list[Kind] = []
            for key, argument in zip(keys, arguments, strict=True):
                kind = argument(box)
                if kind.present:
                    found.append(replace(kind, blank=False))
                if not kind.blank:
                    break
                if kind.present:
                    box.wish(key, kind, "blank")
            else:
                found.append(replace(kind, present=False))
            return union(found)

        return first_filled

    def band(self, node: ast.Call) -> Meaning:
        content = self.content(node.args[1])
        assert isinstance(content, BandsContent), "the checker lets only bands be the second argument"
        value, key = self.interpret(node.args[0]), self.key(node.args[0])
        limits, rest = thresholds(content)
        rows = [(limit, kinds.constant(result)) for limit, result in limits]
        last = None if rest is None else kinds.constant(rest)

        def find(box: Box) -> Kind:
            x = _filled(value(box))
            found: list[Kind] = []
            for limit, result in rows:
                if x.high >= limit:
                    found.append(result)
                    if x.low >= limit:
                        break
                    box.wish(key, x, "limit", limit)
            else:
                if last is not None:
                    found.append(last)
                else:
                    box.reached.add(node)
            if not found:
                raise Nothing
            return union(found)

        return self.confined(node, find)

    def aggregate(self, node: ast.Call, over: AggregateOver) -> Meaning:
        """An aggregate is an input; where its rows hold a risk, any one of them is looked at."""
        value = self.input(self.key(node), self.checked.kinds[node])
        risks = set(self.checked.risks)
        if not any(part in risks for part in ast.walk(node)):
            return value
        where = condition_of(node)
        chosen = self.constant(node, True) if where is None else self.interpret(where)
        parts = [self.interpret(argument) for argument in node.args]

        def look(box: Box) -> Kind:
            with suppress(Nothing):
                if chosen(box).values != FALSE.values:
                    for part in parts:
                        part(box)
            return value(box)

        return look


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _refusing(box: Box) -> Kind:
    raise Nothing


def _filled(kind: Kind) -> Kind:
    """Return *kind* where a value is needed; a blank never comes so far."""
    if not kind.present:
        raise Nothing
    return kind


def _opposite(kind: Kind) -> Kind:
    return FALSE if kind.values == TRUE.values else TRUE


def _collect(found: list[Kind], branch: Meaning, box: Box) -> None:
    try:
        found.append(branch(box))
    except Nothing:
        return


def _pinned(box: Box, test: Key) -> Kind:
    """Return a condition that nothing is known of but what the box assumes."""
    found = box.confined(test, kinds.BOOLEAN)
    if not found.values:
        box.wish(test, found, "values")
    return found


def _against(key: Key, value: Meaning, written: str, limit: float) -> Meaning:
    """Return the comparison at nine decimals with a known limit."""
    from_, above = least(limit), least_above(limit)

    def decide(box: Box) -> Kind:
        kind = _filled(value(box))
        if written in ("==", "!="):
            if kind.high < from_ or kind.low >= above:
                return FALSE if written == "==" else TRUE
            if kind.low >= from_ and kind.high < above:
                return TRUE if written == "==" else FALSE
            box.wish(key, kind, "limit", from_ if kind.low < from_ else above)
            return kinds.BOOLEAN
        border = from_ if written in (">=", "<") else above
        reached, not_reached = (TRUE, FALSE) if written in (">=", ">") else (FALSE, TRUE)
        if kind.low >= border:
            return reached
        if kind.high < border:
            return not_reached
        box.wish(key, kind, "limit", border)
        return kinds.BOOLEAN

    return decide
