"""Set a formula as mathematics: fractions, cases and sums, with the titles of things in place of their names.

A formula becomes a few `Part`s, which have no names of functions or operators any more; `mathml` prints them.
A printer for another format needs these parts alone. Words are texts: no printer takes one for markup.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.formula.names import (
    Bound,
    NoValueHere,
    PeriodValue,
    PreviousValue,
    Reference,
    Truth,
    condition_of,
    function_name,
    is_aggregate,
)
from engine.language import decimal


@dataclass(frozen=True)
class Words:
    """A title, a name or a word, set upright."""

    text: str


@dataclass(frozen=True)
class Digits:
    """A number."""

    text: str


@dataclass(frozen=True)
class Sign:
    """An operator or a bracket; a `word` such as "and" stands off from its neighbours."""

    text: str
    word: bool = False


@dataclass(frozen=True)
class Row:
    """Parts beside each other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Stack:
    """Rows below each other: a sum or a condition that is too long for a line."""

    rows: tuple[Part, ...]


@dataclass(frozen=True)
class Fraction:
    """One part over another."""

    over: Part
    under: Part


@dataclass(frozen=True)
class Raised:
    """A power."""

    base: Part
    above: Part


@dataclass(frozen=True)
class Lowered:
    """A part with an index."""

    base: Part
    below: Part


@dataclass(frozen=True)
class Root:
    """A square root."""

    inner: Part


@dataclass(frozen=True)
class Fenced:
    """A part between brackets that grow with it."""

    opening: str
    inner: Part
    closing: str


@dataclass(frozen=True)
class Cases:
    """What counts under which condition; the last has none and counts otherwise."""

    rows: tuple[tuple[Part, Part | None], ...]
    condition: str
    otherwise: str


Part = Words | Digits | Sign | Row | Stack | Fraction | Raised | Lowered | Root | Fenced | Cases

_OR, _AND, _NOT, _COMPARED, _SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(1, 10)
"""How tightly parts hold together; one that holds less is bracketed."""
_BINARY: Mapping[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", _SUM),
    ast.Sub: ("−", _SUM),
    ast.Mult: ("×", _PRODUCT),
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.In: "∈",
    ast.NotIn: "∉",
}
_BRACKETS = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}
WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "if": ("jika", "if"),
    "otherwise": ("selainnya", "otherwise"),
    "and": ("dan", "and"),
    "or": ("atau", "or"),
    "not": ("tidak", "not"),
    "true": ("benar", "true"),
    "false": ("salah", "false"),
    "blank": ("kosong", "is blank"),
    "filled": ("terisi", "is filled"),
    "no value": ("tidak bernilai", "no value"),
    "earlier": ("periode sebelumnya", "one period earlier"),
    "year": ("tahun ukur", "measured year"),
    "semester": ("semester ukur", "measured semester"),
    "quarter": ("triwulan ukur", "measured quarter"),
    "month": ("bulan ukur", "measured month"),
    "start": ("hari pertama periode", "first day of the period"),
    "end": ("hari terakhir periode", "last day of the period"),
}
FUNCTION_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "min": ("terkecil", "least"),
    "max": ("terbesar", "greatest"),
    "round": ("dibulatkan", "rounded"),
    "clip": ("dibatasi", "limited"),
    "coalesce": ("yang pertama terisi", "first that is filled"),
    "band": ("rentang", "band"),
    "log": ("ln", "ln"),
    "year": ("tahun", "year"),
    "month": ("bulan", "month"),
    "days_between": ("hari antara", "days between"),
    "sum": ("∑", "∑"),
    "count": ("banyaknya", "number of"),
    "mean": ("rata-rata", "mean"),
    "share": ("bagian", "share"),
    "median": ("median", "median"),
    "stdev": ("simpangan baku", "standard deviation"),
    "percentile": ("persentil", "percentile"),
    "weighted_mean": ("rata-rata tertimbang", "weighted mean"),
    "any": ("ada", "any"),
    "all": ("semua", "all"),
    "previous": ("periode sebelumnya", "one period earlier"),
}
SPECIAL = frozenset({"abs", "floor", "ceil", "sqrt", "exp", "is_missing"})
"""Functions that have a form of their own instead of a word."""

_LONGEST_LINE = 72
"""Characters, about, that a sum or a condition may have on one line."""

Called = Callable[[Reference], str | None]
"""Tells what people call what a name refers to; None leaves the name as it is written."""


def layout(bound: Bound, called: Called, language: str) -> Part:
    """Return a formula as parts, its words in *language* (``id`` or ``en``)."""
    return _Setter(bound, called, language).part(bound.tree.root)


class _Setter:
    def __init__(self, bound: Bound, called: Called, language: str) -> None:
        self.bound, self.called, self.language = bound, called, language
        self.index = 0 if language == "id" else 1

    def say(self, word: str) -> str:
        return WORDS[word][self.index]

    def part(self, node: ast.expr, least: int = 0) -> Part:
        """Return a part of the formula, in brackets if it holds together less than *least*."""
        found, holds = self.bare(node)
        return Fenced("(", found, ")") if holds < least else found

    def bare(self, node: ast.expr) -> tuple[Part, int]:
        """Return a part and how tightly it holds together."""
        match node:
            case ast.Constant(value=value):
                return self.constant(value), _ATOM
            case ast.Name() | ast.Attribute():
                return self.name(node), _ATOM
            case ast.BinOp():
                return self.binary(node)
            case ast.UnaryOp():
                return self.unary(node)
            case ast.BoolOp(op=op, values=values):
                holds, word = (_AND, "and") if isinstance(op, ast.And) else (_OR, "or")
                parts = [self.part(value, holds) for value in values]
                return _joined(parts, [Sign(self.say(word), word=True)] * (len(parts) - 1)), holds
            case ast.Compare():
                return self.compared(node), _COMPARED
            case ast.IfExp():
                return self.cases(node), 0
            case ast.Subscript(value=table, slice=key):
                return Row((self.part(table, _ATOM), Fenced("[", self.part(key), "]"))), _ATOM
            case ast.Call():
                return self.call(node)
        return Words(ast.unparse(node)), _ATOM

    def constant(self, value: object) -> Part:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return Digits(decimal(f"{value:.15g}", self.language))
        return Words(f"“{value}”")

    def name(self, node: ast.expr) -> Part:
        """Return what a name refers to by its title."""
        reference = self.bound.references.get(node)
        match reference:
            case Truth(value=value):
                return Words(self.say("true" if value else "false"))
            case NoValueHere():
                return Words(self.say("no value"))
            case PeriodValue(part=part):
                return Words(self.say(part))
            case None:
                return Words(ast.unparse(node).strip())
        return Words(self.called(reference) or ast.unparse(node).strip())

    def binary(self, node: ast.BinOp) -> tuple[Part, int]:
        if isinstance(node.op, ast.Div):
            return Fraction(self.part(node.left), self.part(node.right)), _PRODUCT
        if isinstance(node.op, ast.Pow):
            return Raised(self.part(node.left, _ATOM), self.part(node.right)), _POWER
        if isinstance(node.op, ast.Mod):  # how tightly "mod" holds is told by brackets alone
            left, right = self.part(node.left, _SIGNED), self.part(node.right, _SIGNED)
            return Row((left, Sign("mod", word=True), right)), _COMPARED
        holds = _BINARY[type(node.op)][1]
        parts: list[Part] = []
        signs: list[Sign] = []
        rest: ast.expr = node
        while isinstance(rest, ast.BinOp) and _BINARY.get(type(rest.op), ("", 0))[1] == holds:
            sign = _BINARY[type(rest.op)][0]
            parts.append(self.part(rest.right, holds + 1 if sign == "−" else holds))
            signs.append(Sign(sign))
            rest = rest.left
        parts.append(self.part(rest, holds))
        return _joined(parts[::-1], signs[::-1]), holds

    def unary(self, node: ast.UnaryOp) -> tuple[Part, int]:
        if isinstance(node.op, ast.Not):
            inner = node.operand
            if isinstance(inner, ast.Call) and function_name(inner) == "is_missing":
                return self.is_so(inner, "filled"), _COMPARED
            return Row((Sign(self.say("not"), word=True), self.part(inner, _NOT))), _NOT
        sign = "−" if isinstance(node.op, ast.USub) else "+"
        return Row((Sign(sign), self.part(node.operand, _SIGNED))), _SIGNED

    def is_so(self, call: ast.Call, word: str) -> Part:
        return Row((self.part(call.args[0], _SUM), Words(f"\u00a0{self.say(word)}")))

    def compared(self, node: ast.Compare) -> Part:
        parts: list[Part] = [self.part(node.left, _SUM)]
        for operator, right in zip(node.ops, node.comparators, strict=True):
            parts += [Sign(_COMPARISONS[type(operator)]), self.part(right, _SUM)]
        return Row(tuple(parts))

    def cases(self, node: ast.IfExp) -> Part:
        """Return a choice; one that goes on in its last branch is one list of cases."""
        rows: list[tuple[Part, Part | None]] = []
        rest: ast.expr = node
        while isinstance(rest, ast.IfExp):
            rows.append((self.part(rest.body), self.part(rest.test)))
            rest = rest.orelse
        rows.append((self.part(rest), None))
        return Cases(tuple(rows), self.say("if"), self.say("otherwise"))

    def call(self, node: ast.Call) -> tuple[Part, int]:
        name = function_name(node)
        if not is_aggregate(node):
            if name in _BRACKETS:
                opening, closing = _BRACKETS[name]
                return Fenced(opening, self.part(node.args[0]), closing), _ATOM
            if name == "sqrt":
                return Root(self.part(node.args[0])), _ATOM
            if name == "exp":
                return Raised(Words("e"), self.part(node.args[0])), _POWER
            if name == "is_missing":
                return self.is_so(node, "blank"), _COMPARED
            if name == "band":
                return Row((self.part(node.args[1]), Fenced("(", self.part(node.args[0]), ")"))), _ATOM
            if name == "previous":
                return self.earlier(node), _ATOM
        return Row((self.head(name), Fenced("(", self.arguments(node), ")"))), _ATOM

    def earlier(self, node: ast.Call) -> Part:
        reference = self.bound.references.get(node)
        shown = self.called(reference) if isinstance(reference, PreviousValue) else None
        base = Words(shown) if shown is not None else self.part(node.args[0])
        return Lowered(base, Words(self.say("earlier")))

    def head(self, name: str) -> Part:
        word = FUNCTION_WORDS[name][self.index] if name in FUNCTION_WORDS else name
        return Sign(word) if name == "sum" else Words(word)

    def arguments(self, node: ast.Call) -> Part:
        """Return the arguments; behind a bar the condition on the rows that an aggregate goes over."""
        inner = _joined([self.part(each) for each in node.args], [Sign(";")] * (len(node.args) - 1))
        condition = condition_of(node)
        return inner if condition is None else _joined([inner, self.part(condition)], [Sign("|", word=True)])


def _joined(parts: Sequence[Part], signs: Sequence[Sign]) -> Part:
    """Return parts with a sign between each two, one below the other where they are long."""
    rows: list[Part] = [parts[0]]
    rows += [Row((sign, part)) for sign, part in zip(signs, parts[1:], strict=True)]
    if len(rows) == 1:
        return rows[0]
    if any(isinstance(part, Stack) for part in parts) or sum(map(_length, rows)) > _LONGEST_LINE:
        return Stack(tuple(rows))
    between: list[Part] = [part for sign, part in zip(signs, parts[1:], strict=True) for part in (sign, part)]
    return Row((parts[0], *between))


def _length(part: Part) -> int:
    """Return about how many characters wide a part is."""
    match part:
        case Words(text=text) | Digits(text=text) | Sign(text=text):
            return len(text) + 1
        case Row(parts=parts):
            return sum(map(_length, parts))
        case Stack(rows=rows):
            return max(map(_length, rows))
        case Fraction(over=over, under=under):
            return max(_length(over), _length(under))
        case Raised(base=base, above=other) | Lowered(base=base, below=other):
            return _length(base) + _length(other)
        case Root(inner=inner) | Fenced(inner=inner):
            return _length(inner) + 2
        case Cases(rows=rows):
            return max(_length(value) + (0 if test is None else _length(test)) for value, test in rows)


# ── MathML ──


def mathml(part: Part) -> str:
    """Return parts as MathML, which browsers draw without any script."""
    return f'<math display="block">{_mathml(part)}</math>'


def _mathml(part: Part) -> str:
    match part:
        case Words(text=text):
            return f'<mi mathvariant="normal">{escape(text)}</mi>'
        case Digits(text=text):
            return f"<mn>{escape(text)}</mn>"
        case Sign(text=text, word=True):
            return f"<mtext>\u00a0{escape(text)}\u00a0</mtext>"
        case Sign(text=text):
            return f"<mo>{escape(text)}</mo>"
        case Row(parts=parts):
            return f"<mrow>{''.join(_mathml(each) for each in parts)}</mrow>"
        case Stack(rows=rows):
            lines = "".join(f"<mtr><mtd>{_mathml(row)}</mtd></mtr>" for row in rows)
            return f'<mtable displaystyle="true">{lines}</mtable>'
        case Fraction(over=over, under=under):
            return f"<mfrac>{_mathml(over)}{_mathml(under)}</mfrac>"
        case Raised(base=base, above=above):
            return f"<msup>{_mathml(base)}{_mathml(above)}</msup>"
        case Lowered(base=base, below=below):
            return f"<msub>{_mathml(base)}{_mathml(below)}</msub>"
        case Root(inner=inner):
            return f"<msqrt>{_mathml(inner)}</msqrt>"
        case Fenced(opening=opening, inner=inner, closing=closing):
            return f"<mrow><mo>{opening}</mo>{_mathml(inner)}<mo>{closing}</mo></mrow>"
        case Cases(rows=rows, condition=word, otherwise=otherwise):
            table = "".join(_case(*row, word, otherwise) for row in rows)
            return f'<mrow><mo>{{</mo><mtable class="cases" displaystyle="true">{table}</mtable></mrow>'


def _case(value: Part, condition: Part | None, word: str, otherwise: str) -> str:
    told = escape(otherwise) if condition is None else f"{escape(word)}\u00a0"
    shown = "" if condition is None else _mathml(condition)
    return f"<mtr><mtd>{_mathml(value)}</mtd><mtd><mrow><mtext>{told}</mtext>{shown}</mrow></mtd></mtr>"
