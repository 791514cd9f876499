"""Interpret a tree as a formula of a spreadsheet, which gives what the engine gives.

What a spreadsheet does of its own accord differs: an empty cell counts as zero, ``"a" = "A"`` is true,
``-2^2`` is 4, AND computes what it need not. So a blank is the empty text and asked for as such, no value
is ``#N/A`` and spreads by itself, conditions that may fail stand in IF, which is lazy, and numbers are
compared at nine decimals: ``ROUND(x,9)`` where x can't be negative, else ``INT(x*1E9+0.5)``, whose halves
go up as the engine's do. What a formula needs twice, and what would nest too deep or grow too long, gets a
cell of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from engine.formula.algebra import Algebra, Constant, comparison_of, literal_of, operator_of
from engine.formula.checked import Checked
from engine.formula.functions import Function
from engine.formula.kinds import Kind
from engine.formula.names import (
    AggregateOver,
    NoValueHere,
    ParameterValue,
    PeriodValue,
    Reference,
    Truth,
    function_name,
)
from engine.numbers import ABOVE_ZERO, EXACT_COUNTS, LARGEST_EXACT

NO_VALUE = "NA()"
FIRST_DAY = date(1900, 3, 1)
"""Days before this one have other numbers in different spreadsheets."""
_LONGEST = 1_200
_DEEPEST = 24
"""Spreadsheets take 8,192 characters and 64 levels; a part of this size gets a cell of its own."""
_MOST_ARGUMENTS = 100
_WILD = frozenset("*?~")
_SUM, _PRODUCT, _WHOLE = 1, 2, 3


@dataclass(frozen=True)
class Limit:
    """A row of bands as cells: from (>=) or above (>) `limit`, or the rest (None), `value` is the answer."""

    limit: str | None
    inclusive: bool
    value: str


@dataclass(frozen=True)
class Entries:
    """A table as cells: the ranges of keys (texts) and of values, and each key with both of its cells."""

    keys: str
    values: str
    rows: Sequence[tuple[str, str, str]]


class Helpers(Protocol):
    """Gives parts of formulas cells of their own."""

    def helper(self, formula: str, of: str) -> str:
        """Give a part of a formula a cell of its own and return it; *of* is what the author wrote."""


class Cells(Helpers, Protocol):
    """Where a spreadsheet keeps what a formula asks for; every answer may stand in a formula as it is."""

    def value(self, reference: Reference) -> str:
        """Return the cell of a column, a step, another indicator or a single parameter."""

    def part_of_period(self, part: str) -> int | date | None:
        """Return a part of the measured period; None where it has none."""

    def aggregate(self, checked: Checked, call: ast.Call) -> str:
        """Return the cell of an aggregate's value."""

    def table(self, name: str) -> Entries:
        """Return the cells of a table."""

    def bands(self, name: str) -> Sequence[Limit]:
        """Return the cells of bands, highest first."""

    def members(self, name: str) -> Sequence[str]:
        """Return the cells of a set."""


@dataclass(frozen=True)
class Part:
    """A part of a formula: how tightly its outermost operator binds, how deep calls stand in one another."""

    text: str
    binds: int = _WHOLE
    depth: int = 0
    simple: bool = False

    def __str__(self) -> str:
        return self.text


def printed(checked: Checked, cells: Cells) -> Part:
    """Return a checked formula as one of a spreadsheet, without the equals sign."""
    return _Printer(checked, cells).whole(checked.root)


def text(words: str) -> str:
    """Return a text as a formula writes it; words of definitions are shorter than the 255 it may have."""
    return '"' + words.replace('"', '""') + '"'


def day(value: date) -> str:
    """Return a day as a formula writes it."""
    return f"DATE({value.year},{value.month},{value.day})"


def call(name: str, *arguments: Part | str) -> Part:
    """Return a call of a spreadsheet's function."""
    depth = 1 + max((part.depth for part in arguments if isinstance(part, Part)), default=0)
    return Part(f"{name}({','.join(str(part) for part in arguments)})", depth=depth)


def at_nine(x: Part, low: float, high: float) -> Part:
    """Return x, a cell or number within bounds, as it is compared; both sides of a comparison the same way.

    See `counts`: bounds that hold both sides are given for both.
    """
    if low >= 0:
        return call("ROUND", x, "9")
    return counts(x, low, high)


def counts(x: Part, low: float, high: float) -> Part:
    """Return a cell or number as its count of 1e-9, halves up."""
    count = f"INT({grouped(x, _PRODUCT)}*1E9+0.5)"
    if max(abs(low), abs(high)) * 1e9 < EXACT_COUNTS:
        return Part(count, depth=x.depth + 1)
    plain = f"{grouped(x, _PRODUCT)}*1E9"
    return Part(f"IF(ABS({x})*1E9<2^52,{count},{plain})", depth=x.depth + 2)


def grouped(part: Part, binds: int) -> str:
    """Return a part, in brackets if what stands around it binds more tightly."""
    return part.text if part.binds >= binds and not part.text.startswith("-") else f"({part})"


def rounded(
    x: str, decimals: int, mode: Literal["half_up", "half_even", "down"], cells: Helpers, of: str, kind: Kind
) -> str:
    """Return the cell *x*, whose value is of *kind*, rounded as the engine rounds: from its nine decimals.

    A number too large for its published digits gives no value.
    """
    if mode == "half_up":
        result = f"ROUND(ROUND({x},9),{decimals})"
    else:
        places = 9 - decimals
        units = cells.helper(f"ROUND(ABS({x})*1E9,0)/1E{places}", of)
        whole = f"INT({units})"
        if mode == "half_even":
            rest = f"{units}-{whole}"
            odd = f"AND({rest}=0.5,ISODD({whole}))"
            whole = f"({whole}+IF(OR({rest}>0.5,{odd}),1,0))"
        scale = f"/1E{decimals}" if decimals > 0 else f"*1E{-decimals}"
        result = f"SIGN({x})*{whole}{scale}"
    if max(abs(kind.low), abs(kind.high)) * 10.0**decimals < LARGEST_EXACT:
        return result
    return f"IF(ABS({x})*1E{decimals}<2^53,{result},{NO_VALUE})"


def within(x: str, low: float, high: float, kind: Kind) -> str:
    """Return the cell *x* where it is from *low* to *high* at nine decimals, no value elsewhere."""
    bounds = (min(kind.low, low), max(kind.high, high))
    one, least, most = (at_nine(Part(part, simple=True), *bounds) for part in (x, number(low), number(high)))
    return f"IF(AND({one}>={least},{one}<={most}),{x},{NO_VALUE})"


def number(value: float) -> str:
    """Return a number as a formula writes it."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return repr(float(value)).upper().replace("E+", "E")


def reached(
    x: str, rows: Sequence[Limit], kind: Kind, cells: Helpers, of: str, below: str = NO_VALUE
) -> Part:
    """Return what the highest row gives whose limit the cell *x* reaches; *below* where it is below all."""
    rest = rows[-1].value if rows[-1].limit is None else below
    found = Part(rest)
    value = at_nine(Part(x, simple=True), kind.low, kind.high)
    for row in reversed([row for row in rows if row.limit is not None]):
        limit = at_nine(Part(str(row.limit), simple=True), kind.low, kind.high)
        sign = ">=" if row.inclusive else ">"
        found = _fitting(call("IF", f"{value}{sign}{limit}", row.value, found), cells, of)
    return found


def _fitting(part: Part, cells: Helpers, of: str) -> Part:
    if part.depth < _DEEPEST and len(part.text) < _LONGEST:
        return part
    return Part(cells.helper(part.text, of), simple=True)


class _Printer(Algebra[Part]):
    def __init__(self, checked: Checked, cells: Cells) -> None:
        super().__init__(checked.bound, checked.parameters)
        self.checked, self.kinds, self.cells = checked, checked.kinds, cells
        self.guards = any(
            isinstance(node, ast.Call) and function_name(node) in ("is_missing", "coalesce")
            for node in ast.walk(checked.root)
        )

    def interpret(self, node: ast.expr) -> Part:
        part: Part = super().interpret(node)
        return _fitting(part, self.cells, self.written(node))

    def whole(self, node: ast.expr) -> Part:
        """Return a part whose value is passed on as it is: a blank stays one and is not counted as zero."""
        part = self.interpret(node)
        if part.simple and self.kinds[node].blank:
            return call("IF", f'{part}=""', '""', part)
        return part

    def written(self, node: ast.expr) -> str:
        start, end = self.checked.bound.tree.span(node)
        return " ".join(self.checked.bound.tree.text[start:end].split())

    def cell(self, node: ast.expr) -> Part:
        """Return a part that may stand in a formula several times."""
        part = self.interpret(node)
        if part.simple:
            return part
        return Part(self.cells.helper(part.text, self.written(node)), simple=True)

    # ── leaves ──

    def constant(self, node: ast.expr, value: Constant) -> Part:
        if isinstance(value, bool):
            return Part("TRUE" if value else "FALSE", simple=True)
        return Part(text(value) if isinstance(value, str) else number(value), simple=True)

    def reference(self, node: ast.expr, reference: Reference) -> Part:
        if isinstance(reference, Truth):
            return self.constant(node, reference.value)
        if isinstance(reference, NoValueHere):
            return Part(NO_VALUE)
        if isinstance(reference, PeriodValue):
            value = self.cells.part_of_period(reference.part)
            if value is None:
                return Part(NO_VALUE)
            return Part(day(value) if isinstance(value, date) else number(value), simple=True)
        return Part(self.cells.value(reference), simple=True)

    # ── operators ──

    def sign(self, node: ast.UnaryOp, operand: Part) -> Part:
        if isinstance(node.op, ast.UAdd):
            return operand
        return Part(f"-{grouped(operand, _WHOLE)}", _PRODUCT, operand.depth)

    def negation(self, node: ast.UnaryOp) -> Part:
        return call("NOT", self.interpret(node.operand))

    def arithmetic(self, node: ast.BinOp, left: Part, right: Part) -> Part:
        written = operator_of(node)
        if written in ("+", "-", "*"):
            binds = _PRODUCT if written == "*" else _SUM
            both = f"{grouped(left, binds)}{written}{grouped(right, binds + 1)}"
            part = Part(both, binds, max(left.depth, right.depth))
        else:
            part = {"/": self.quotient, "%": self.remainder, "**": self.power}[written](node, left, right)
        return _fitting(part, self.cells, self.written(node))

    def again(self, node: ast.expr, part: Part) -> Part:
        """Return a part that was interpreted already as one that may stand several times."""
        return part if part.simple else Part(self.cells.helper(part.text, self.written(node)), simple=True)

    def quotient(self, node: ast.BinOp, left: Part, right: Part) -> Part:
        kind = self.kinds[node.right]
        if kind.excludes_zero or kind.base == "integer":  # of a whole number, zero alone is zero
            both = f"{grouped(left, _PRODUCT)}/{grouped(right, _WHOLE)}"
            return Part(both, _PRODUCT, max(left.depth, right.depth))
        right = self.again(node.right, right)
        return call(
            "IF", f"{self.is_zero(right, kind)}", NO_VALUE,
            Part(f"{grouped(left, _PRODUCT)}/{grouped(right, _WHOLE)}", depth=left.depth),
        )  # fmt: skip

    def remainder(self, node: ast.BinOp, left: Part, right: Part) -> Part:
        left, right = self.again(node.left, left), self.again(node.right, right)
        quotient = self.quotient(node, left, right)
        ratio, of = self.cells.helper(quotient.text, self.written(node)), self.written(node)
        rest = self.cells.helper(
            f"IF(ABS({ratio})>=2^53,{NO_VALUE},{grouped(left, _SUM)}-INT({ratio})*{grouped(right, _WHOLE)})",
            of,
        )
        unbounded = Kind("number")
        nothing = f"{self.is_zero(Part(rest, simple=True), unbounded)}"
        left_over = self.cells.helper(f"{grouped(right, _SUM)}-{rest}", of)
        full = f"{self.is_zero(Part(left_over, simple=True), unbounded)}"
        kept = f"IF({right}>0,MIN(MAX({rest},0),{right}),MAX(MIN({rest},0),{right}))"
        return Part(f"IF(OR({nothing},{full}),0,{kept})", depth=4)

    def power(self, node: ast.BinOp, left: Part, right: Part) -> Part:
        known = self.known(node.right)
        if isinstance(known, (int, float)) and known >= 1 and float(known).is_integer():
            return call("POWER", left, right)
        base, exponent = self.again(node.left, left), self.again(node.right, right)
        plain = f"IF({exponent}=0,1,POWER({base},{exponent}))"
        of_zero = f"IF({exponent}=0,1,IF({exponent}<0,{NO_VALUE},0))"
        zero = self.is_zero(base, self.kinds[node.left])
        return Part(f"IF(AND({zero},OR({base}<0,{exponent}<0)),{of_zero},{plain})", depth=5)

    def is_zero(self, x: Part, kind: Kind) -> Part:
        return Part(f"{at_nine(x, kind.low, kind.high)}=0", 0, x.depth + 3)

    def logic(self, node: ast.BoolOp) -> Part:
        parts = [self.interpret(value) for value in node.values]
        deciding = "TRUE" if isinstance(node.op, ast.Or) else "FALSE"
        eager = not self.guards and not any(self.kinds[value].failing for value in node.values[1:])
        if eager and len(parts) <= _MOST_ARGUMENTS:
            return call("OR" if deciding == "TRUE" else "AND", *parts)
        found = parts[-1]
        for part in reversed(parts[:-1]):
            further = ("TRUE", found) if deciding == "TRUE" else (found, "FALSE")
            found = _fitting(call("IF", part, *further), self.cells, self.written(node))
        return found

    def choice(self, cases: Sequence[ast.IfExp], otherwise: ast.expr) -> Part:
        found = self.whole(otherwise)
        for case in reversed(cases):
            chosen = call("IF", self.interpret(case.test), self.whole(case.body), found)
            found = _fitting(chosen, self.cells, self.written(case))
        return found

    # ── comparisons ──

    def comparison(self, node: ast.Compare) -> Part:
        pairs = self.pairs(node)
        if len(pairs) == 1:
            return self.compared(*pairs[0], {})
        shared = {side: self.cell(side) for side in node.comparators[:-1]}
        found = self.compared(*pairs[-1], shared)
        for pair in reversed(pairs[:-1]):
            found = call("IF", self.compared(*pair, shared), found, "FALSE")
        return found

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr, shared: dict[ast.expr, Part]) -> Part:
        written = comparison_of(op)
        if written in ("in", "not in"):
            return self.membership(left, right, inside=written == "in")
        one, other = (shared[side] if side in shared else self.interpret(side) for side in (left, right))
        first, second = self.kinds[left], self.kinds[right]
        sign = {"==": "=", "!=": "<>"}.get(written, written)
        if first.numeric and not first.base == second.base == "integer":
            bounds = min(first.low, second.low), max(first.high, second.high)
            one, other = self.counted(left, one, bounds), self.counted(right, other, bounds)
        elif first.base in ("category", "text"):
            same = self.same_word(one, other, first, second)
            return same if written == "==" else call("NOT", same)
        both = f"{grouped(one, _SUM)}{sign}{grouped(other, _SUM)}"
        return Part(both, 0, max(one.depth, other.depth))

    def counted(self, node: ast.expr, part: Part, bounds: tuple[float, float]) -> Part:
        """Return one side of a comparison of numbers within *bounds*."""
        if bounds[0] >= 0 and isinstance(node, ast.Constant) and isinstance(literal_of(node), int):
            return part
        return at_nine(self.again(node, part) if bounds[0] < 0 else part, *bounds)

    def membership(self, left: ast.expr, right: ast.expr, *, inside: bool) -> Part:
        kind, value = self.kinds[left], self.cell(left)
        found: list[Part] = []
        for member, cell in self.each_member(right):
            if kind.numeric:
                assert not isinstance(member, str)
                bounds = min(kind.low, float(member)), max(kind.high, float(member))
                one, other = at_nine(value, *bounds), at_nine(Part(cell, simple=True), *bounds)
                found.append(Part(f"{one}={other}", 0, one.depth))
            else:
                word = Kind(kind.base, values=(str(member),))
                found.append(self.same_word(value, Part(cell, simple=True), kind, word))
        while len(found) > _MOST_ARGUMENTS:
            some = call("OR", *found[:_MOST_ARGUMENTS])
            found = [*found[_MOST_ARGUMENTS:], _fitting(some, self.cells, self.written(left))]
        either = call("OR", *found) if found else Part("FALSE")
        return either if inside else call("NOT", either)

    def each_member(self, right: ast.expr) -> Iterable[tuple[Constant, str]]:
        """Yield each value of a list or set with what stands for it in a formula."""
        if isinstance(right, (ast.List, ast.Tuple)):
            return [(value, str(self.interpret(item))) for item in right.elts
                    if (value := self.known(item)) is not None]  # fmt: skip
        reference = self.bound.references[right]
        assert isinstance(reference, ParameterValue)
        return zip(self.members(right), self.cells.members(reference.name), strict=True)

    def same_word(self, one: Part, other: Part, first: Kind, second: Kind) -> Part:
        """Return whether two words are equal: capital letters count, which ``=`` overlooks."""
        if _told_apart((*first.values, *second.values)) and first.values and second.values:
            return Part(f"{grouped(one, _SUM)}={grouped(other, _SUM)}", 0, max(one.depth, other.depth))
        if "boolean" in (first.base, second.base):
            return Part(f"{one}={other}", 0, max(one.depth, other.depth))
        return call("EXACT", one, other)

    # ── tables, bands, functions, aggregates ──

    def look_up(self, node: ast.Subscript) -> Part:
        reference = self.bound.references[node.value]
        assert isinstance(reference, ParameterValue)
        entries, kind = self.cells.table(reference.name), self.kinds[node.slice]
        keys = [key for key, _, _ in entries.rows]
        if _told_apart((*kind.values, *keys)) and not _WILD.intersection("".join(keys)):
            key = self.interpret(node.slice)
            sought = f'{grouped(key, _SUM)}&""' if kind.numeric else str(key)
            found = call("MATCH", Part(sought, depth=key.depth), entries.keys, "0")
            return call("INDEX", entries.values, found)
        sought = str(self.cell(node.slice))
        sought = f'{sought}&""' if kind.numeric else sought
        value = Part(NO_VALUE)
        for _, cell, answer in reversed(entries.rows):
            chosen = call("IF", f"EXACT({sought},{cell})", answer, value)
            value = _fitting(chosen, self.cells, self.written(node))
        return value

    def function(self, node: ast.Call, function: Function) -> Part:
        if function.name == "band":
            return self.band(node)
        if function.name == "is_missing":
            return Part(f'{grouped(self.interpret(node.args[0]), _SUM)}=""', 0)
        if function.name == "coalesce":
            return self.first_present(node.args)
        arguments = [self.interpret(argument) for argument in node.args]
        x, kind = arguments[0], self.kinds[node.args[0]]
        match function.name:
            case "min" | "max" | "abs" | "exp" | "year" | "month":
                return call(function.name.upper(), *arguments)
            case "clip":
                return call("MIN", call("MAX", x, arguments[1]), arguments[2])
            case "days_between":
                return Part(f"{grouped(arguments[1], _SUM)}-{grouped(x, _PRODUCT)}", _SUM)
            case "round":
                digits = int(float(self.known(node.args[1]) or 0)) if len(node.args) > 1 else 0
                if kind.base == "integer" and digits >= 0 and kind.bounded and kind.high < 2**52:
                    return x
                cell = str(self.again(node.args[0], x))
                return Part(rounded(cell, digits, "half_up", self.cells, self.written(node), kind), depth=3)
            case "floor" | "ceil" if kind.base == "integer":
                return x
            case "floor":
                return call("INT", self.to_nine(node.args[0], x))
            case "ceil":
                floor = call("INT", Part(f"-{grouped(self.to_nine(node.args[0], x), _WHOLE)}"))
                return Part(f"-{floor}", _PRODUCT, floor.depth + 2)
            case "sqrt":
                if kind.low >= 0:
                    return call("SQRT", x)
                x = self.again(node.args[0], x)
                nothing = f"IF({self.is_zero(x, kind)},0,{NO_VALUE})"
                return Part(f"IF({x}<0,{nothing},SQRT({x}))", depth=5)
            case "log":
                if kind.low >= ABOVE_ZERO:
                    return call("LN", x)
                x = self.again(node.args[0], x)
                return Part(f"IF({at_nine(x, kind.low, kind.high)}<=0,{NO_VALUE},LN({x}))", depth=5)
            case _:
                raise NotImplementedError(function.name)

    def to_nine(self, node: ast.expr, x: Part) -> Part:
        kind = self.kinds[node]
        if kind.low >= 0:
            return call("ROUND", x, "9")
        x = self.again(node, x)
        count = f"INT({grouped(x, _PRODUCT)}*1E9+0.5)/1E9"
        return Part(f"IF(ABS({x})*1E9<2^52,{count},{x})", depth=3)

    def first_present(self, arguments: Sequence[ast.expr]) -> Part:
        found: Part | None = None
        for argument in reversed(arguments):
            if found is None or not self.kinds[argument].blank:
                found = self.whole(argument)
                continue
            x = self.cell(argument)
            found = _fitting(call("IF", f'{x}=""', found, x), self.cells, self.written(argument))
        assert found is not None
        return found

    def band(self, node: ast.Call) -> Part:
        reference = self.bound.references[node.args[1]]
        assert isinstance(reference, ParameterValue)
        rows = self.cells.bands(reference.name)
        content = self.content(node.args[1])
        limits = [float(limit) for limit, _, _ in getattr(content, "rows", ()) if limit is not None]
        kind = self.kinds[node.args[0]]
        both = Kind("number", low=min([kind.low, *limits]), high=max([kind.high, *limits]))
        return reached(str(self.cell(node.args[0])), rows, both, self.cells, self.written(node))

    def aggregate(self, node: ast.Call, over: AggregateOver) -> Part:
        return Part(self.cells.aggregate(self.checked, node), simple=True)


def _told_apart(words: Iterable[str]) -> bool:
    """Return whether a spreadsheet, to which "a" is "A", tells all of *words* apart."""
    different = set(words)
    plain = all(word.isascii() and word.isprintable() for word in different)
    return plain and len({word.lower() for word in different}) == len(different)
