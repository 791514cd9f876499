"""Formulas made at random: good ones with their value from an independent evaluation, and broken ones.

The independent evaluation is plain Python over fractions; it knows nothing of the engine. Where a
comparison, a rounding or a logarithm hangs on less than a billionth, the row is left aside, for there
double arithmetic may rightly decide the other way.
"""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from catalogues import read_texts

from engine import checking
from engine.api import Catalogue
from engine.checking import content_of
from engine.formula.checked import check
from engine.formula.functions import NoValue
from engine.formula.grammar import FormulaRefused, parse
from engine.formula.names import Landscape, Scope, SourceNames, bind
from engine.formula.scalar import compile_closure
from engine.problems import Problem
from fuzz.judging import Case

TABLE = {"x": Fraction(2), "y": Fraction(5, 2), "z": Fraction(0)}
BANDS = [
    (Fraction(50), True, Fraction(4)),
    (Fraction(0), False, Fraction(3)),
    (Fraction(-7, 2), True, Fraction(1)),
]
ROWS = 6
_BILLION = 10**9
_NEAR = Fraction(1, 10**11)

_ORGANIZATION = """\
organization: badan
name: Badan
language: en
objectives: {o: {title: O}}
divisions: {d: {title: D}}
"""
_SOURCE = """\
source: s
title: S
division: d
file: s.csv
key: id
columns:
  id: {type: text, unique: true}
  a: {type: number, range: [-100, 100]}
  b: {type: number, range: [-10, 10]}
  p: {type: number, range: [0.5, 100]}
  i: {type: integer, range: [-10, 10]}
  c: {type: number, range: [-100, 100], missing: keep}
  k: {type: category, values: [x, y, z]}
  t: {type: boolean}
"""
_INDICATOR = """\
indicator: f
title: F
objective: o
division: d
sources: [s]
versions:
  - from: 2020-01-01
    basis: {regulation: r}
    parameters:
      tab: {table: {x: 2, y: 2.5, z: 0}}
      ban: {bands: [{from: 50, value: 4}, {above: 0, value: 3}, {from: -3.5, value: 1}]}
      lim: 12.5
    steps:
"""


class Unsure(Exception):
    """The exact value lies where doubles may decide otherwise."""


class Absent(Exception):
    """There is no value."""


Row = dict[str, Any]
Meaning = Callable[[Row], Any]


def at_nine(x: Fraction) -> int:
    """Return x as a whole count of billionths, halves up."""
    scaled = x * _BILLION + Fraction(1, 2)
    if abs(scaled - round(scaled)) < _NEAR * _BILLION and x.denominator > 10**8:
        raise Unsure
    return math.floor(scaled)


def half_up(x: Fraction, digits: int) -> Fraction:
    """Return x rounded from its value at nine decimals, halves away from zero."""
    if abs(x) * 10**digits >= 2**53:
        raise Absent
    size = Fraction(at_nine(abs(x)), _BILLION)
    rounded = Fraction(math.floor(size * 10**digits + Fraction(1, 2)), 10**digits)
    return -rounded if x < 0 else rounded


def _finite(x: Any) -> Any:
    if isinstance(x, float):
        if not math.isfinite(x):
            raise Absent
        return Fraction(x)
    if abs(x) > 10**200 or x.denominator > 10**200:
        raise Unsure
    return x


class Maker:
    """Makes formulas of each kind, each with its meaning."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def number(self, depth: int) -> tuple[str, Meaning]:
        """Return a formula of a number."""
        pick = self.chance.random()
        if depth <= 0 or pick < 0.18:
            return self.leaf()
        makers = [
            (0.52, self.arithmetic),
            (0.60, self.signed),
            (0.72, self.choice),
            (0.76, self.from_table),
            (0.80, self.from_bands),
            (0.84, self.filled),
            (1.00, self.called),
        ]
        return next(make for limit, make in makers if pick < limit)(depth - 1)

    def leaf(self) -> tuple[str, Meaning]:
        """Return a column, a parameter or a literal."""
        if self.chance.random() < 0.6:
            name = self.chance.choice("aabpi")
            return name, lambda row: row[name]
        if self.chance.random() < 0.2:
            return "lim", lambda row: Fraction(25, 2)
        text = self.chance.choice(["0", "1", "2", "100", "0.5", "0.1", "3.75", "12.5", "0.125", "7"])
        return text, lambda row: Fraction(text)

    def arithmetic(self, depth: int) -> tuple[str, Meaning]:
        """Return two numbers with an operator."""
        sign = self.chance.choice("+++--***//%")
        left, one = self.number(depth)
        right, other = self.number(depth)
        if sign == "*" and self.chance.random() < 0.2:
            power = self.chance.randint(0, 3)
            return f"({left}) ** {power}", lambda row: _finite(one(row) ** power)
        return f"({left} {sign} {right})", lambda row: combined(sign, one(row), other(row))

    def signed(self, depth: int) -> tuple[str, Meaning]:
        """Return a number with a sign."""
        text, meaning = self.number(depth)
        return (
            (f"-({text})", lambda row: -meaning(row)) if self.chance.random() < 0.7 else (f"+{text}", meaning)
        )

    def choice(self, depth: int) -> tuple[str, Meaning]:
        """Return ``x if condition else y``."""
        test, holds = self.condition(depth)
        (yes, one), (no, other) = self.number(depth), self.number(depth)
        return f"({yes} if {test} else {no})", lambda row: one(row) if holds(row) else other(row)

    def from_table(self, depth: int) -> tuple[str, Meaning]:
        """Return a look-up."""
        return "tab[k]", lambda row: TABLE[row["k"]]

    def from_bands(self, depth: int) -> tuple[str, Meaning]:
        """Return the value of a band."""
        text, meaning = self.number(depth)
        return f"band({text}, ban)", lambda row: banded(meaning(row))

    def filled(self, depth: int) -> tuple[str, Meaning]:
        """Return what takes the place of a blank."""
        name, meaning = self.leaf()
        if self.chance.random() < 0.5:
            return f"coalesce(c, {name})", lambda row: meaning(row) if row["c"] is None else row["c"]
        text = f"({name} if is_missing(c) else c)"
        return text, lambda row: meaning(row) if row["c"] is None else row["c"]

    def called(self, depth: int) -> tuple[str, Meaning]:
        """Return a function of numbers."""
        name = self.chance.choice("min max abs round round1 floor ceil sqrt exp log clip".split())
        parts = [self.number(depth) for _ in range({"min": 3, "max": 2, "clip": 3}.get(name, 1))]
        inside = ", ".join(text for text, _ in parts)
        inside += {"round1": ", 1"}.get(name, "")
        function = _FUNCTIONS[name]
        return f"{name.rstrip('1')}({inside})", lambda row: _finite(
            function(*[part(row) for _, part in parts])
        )

    def condition(self, depth: int) -> tuple[str, Meaning]:
        """Return a condition."""
        pick = self.chance.random()
        if depth <= 0 or pick < 0.1:
            return self.chance.choice(
                [("t", lambda row: row["t"]), ('k == "x"', lambda row: row["k"] == "x")]
            )
        if pick < 0.15:
            return 'k in ["x", "z"]', lambda row: row["k"] in ("x", "z")
        if pick < 0.2:
            return "i not in [1, 2, -3]", lambda row: row["i"] not in (1, 2, -3)
        if pick < 0.3:
            text, meaning = self.condition(depth - 1)
            return f"not ({text})", lambda row: not meaning(row)
        if pick < 0.5:
            (left, one), (right, other) = self.condition(depth - 1), self.condition(depth - 1)
            if self.chance.random() < 0.5:
                return f"({left} and {right})", lambda row: one(row) and other(row)
            return f"({left} or {right})", lambda row: one(row) or other(row)
        sign = self.chance.choice(["<", "<=", ">", ">=", "==", "!="])
        (left, one), (right, other) = self.number(depth - 1), self.number(depth - 1)
        if pick < 0.6:
            last, third = self.number(depth - 1)
            return (
                f"{left} <= {right} {sign} {last}",
                lambda row: compared("<=", one(row), other(row)) and compared(sign, other(row), third(row)),
            )
        return f"{left} {sign} {right}", lambda row: compared(sign, one(row), other(row))


def combined(sign: str, left: Fraction, right: Fraction) -> Fraction:
    """Return what an operator makes of two numbers."""
    if sign in "/%":
        if right == 0:
            raise Absent
        if abs(right) < Fraction(1, 10**8):
            raise Unsure
    if sign == "%":
        ratio = left / right
        if abs(ratio) >= 2**53:
            raise Absent
        if abs(ratio) > 10**6:
            raise Unsure
        if abs(ratio - round(ratio)) < Fraction(1, 10**8) and ratio != round(ratio):
            raise Unsure
        if ratio == round(ratio) and left.denominator * right.denominator > 10**6:
            raise Unsure
        return left - math.floor(ratio) * right
    return _finite(
        {"+": left + right, "-": left - right, "*": left * right}.get(sign) if sign != "/" else left / right
    )


def compared(sign: str, left: Fraction, right: Fraction) -> bool:
    """Return whether a comparison holds at nine decimals."""
    one, other = at_nine(left), at_nine(right)
    return bool(eval(f"{one} {sign} {other}"))


def banded(x: Fraction) -> Fraction:
    """Return the value of the highest band that x reaches."""
    for limit, included, value in BANDS:
        if at_nine(x) > at_nine(limit) or (included and at_nine(x) == at_nine(limit)):
            return value
    raise Absent


def _root(x: Fraction) -> float:
    if -Fraction(1, 10**8) < x < 0:
        raise Unsure
    if x < 0:
        raise Absent
    return math.sqrt(x)


def _log(x: Fraction) -> float:
    if -Fraction(1, 10**8) < x < Fraction(1, 10**8) and x != 0:
        raise Unsure
    if x <= 0:
        raise Absent
    return math.log(x)


def _exp(x: Fraction) -> float:
    if x > 300:
        raise Unsure
    return math.exp(x) if x > -300 else 0.0


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": lambda x: half_up(x, 0),
    "round1": lambda x: half_up(x, 1),
    "floor": lambda x: Fraction(math.floor(Fraction(at_nine(x), _BILLION))),
    "ceil": lambda x: Fraction(math.ceil(Fraction(at_nine(x), _BILLION))),
    "sqrt": _root,
    "exp": _exp,
    "log": _log,
    "clip": lambda x, low, high: min(max(x, low), high),
}


def rows(chance: random.Random) -> list[Row]:
    """Return rows of exact numbers: halves, tenths and blanks."""
    return [
        {
            "id": str(number),
            "a": Fraction(chance.randint(-1000, 1000), 10),
            "b": Fraction(chance.randint(-20, 20), 2),
            "p": Fraction(chance.randint(1, 200), 2),
            "i": Fraction(chance.randint(-10, 10)),
            "c": None if chance.random() < 0.4 else Fraction(chance.randint(-100, 100)),
            "k": chance.choice("xyz"),
            "t": chance.random() < 0.5,
        }
        for number in range(ROWS)
    ]


def plain(row: Row) -> dict[str, Any]:
    """Return a row as a caller gives it: doubles and whole numbers."""
    return {
        name: int(value) if name == "i" else float(value) if isinstance(value, Fraction) else value
        for name, value in row.items()
    }


def catalogue_of(formulas: dict[str, str]) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Return a catalogue with a step for each formula, and what is wrong with it."""
    steps = "".join(f"      {name}: {{each: s, formula: '{text}'}}\n" for name, text in formulas.items())
    texts = {
        "organization.yaml": _ORGANIZATION,
        "regulations.yaml": "regulations: {r: {citation: R}}\n",
        "sources/s.yaml": _SOURCE,
        "indicators/f.yaml": f"{_INDICATOR}{steps}    result: count(s)\n",
    }
    found, problems = read_texts(Path("definitions"), texts)
    if found is not None:
        problems = (*problems, *checking.check(found).problems)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    return (None if found is None or errors else Catalogue(found, ())), errors


class Batch:
    """Formulas that are checked and computed together; a case is one formula on all rows."""

    def __init__(self, seed: int, size: int) -> None:
        chance = random.Random(seed)
        maker = Maker(chance)
        self.rows = rows(chance)
        self.meant: dict[str, tuple[str, Meaning]] = {}
        while len(self.meant) < size:
            text, meaning = maker.number(chance.choice([1, 2, 3, 3, 4]))
            if len(text) < 300:
                self.meant[f"s{len(self.meant)}"] = (text, meaning)
        self.refused: dict[str, str] = {}
        self.catalogue = self._catalogue()

    @cached_property
    def computed(self) -> list[dict[str, Any]]:
        """The rows with every formula's value, from the record evaluator; None where there is none."""
        given = {"s": [plain(row) for row in self.rows]}
        found: list[dict[str, Any]] = self.catalogue.evaluate("2021", given, keep_rows=["s"]).rows("s")
        return found

    def _catalogue(self) -> Catalogue:
        """Return the catalogue of what is left without formulas that the proofs refuse, as they may."""
        while True:
            left = {name: text for name, (text, _) in self.meant.items() if name not in self.refused}
            found, errors = catalogue_of(left)
            if found is not None:
                return found
            for error in errors:
                line = error.place.text.line(error.place.line) if error.place is not None else ""  # type: ignore[union-attr]
                name = line.strip().partition(":")[0]
                if name in left:
                    self.refused[name] = f"{error.code}: {error.message}"
            assert any(name in left for name in self.refused), errors

    def cases(self) -> Iterator[Case]:
        """Yield a case for each formula that was accepted."""
        for name, (text, meaning) in self.meant.items():
            if name not in self.refused:
                yield Case(text, lambda name=name, meaning=meaning: self.judged(name, meaning))  # type: ignore[misc]

    def judged(self, name: str, meaning: Meaning) -> str | None:
        """Return in which row a formula gives another value than the independent evaluation, if it does."""
        for row, computed in zip(self.rows, self.computed, strict=True):
            try:
                expected = meaning(row)
            except Unsure:
                continue
            except Absent:
                expected = None
            value = computed[f"f.{name}"]
            if not same(expected, value):
                wanted = None if expected is None else float(expected)
                return f"{value} where {wanted} was expected of {plain(row)}"
        return None


def same(expected: Fraction | None, value: Any) -> bool:
    """Return whether two values are the same within the noise of doubles."""
    if expected is None or value is None:
        return expected is value
    return math.isclose(float(expected), value, rel_tol=1e-7, abs_tol=1e-7)


def cases(count: int, seed: int = 1, size: int = 200) -> Iterator[Case]:
    """Yield *count* good formulas."""
    for number in range(-(-count // size)):
        yield from Batch(seed * 1_000 + number, size).cases()


# ── broken ones ──

_PIECES = """\
( ) [ ] { } + - * / % ** // < <= == = != <> => , . : ; ^ & | ~ ! ? @ # $ \\ ` ' " if else and or not in is lambda for
where= true True None nan 0x1 1e9 1_0 .5 5. 00 1j "x" 'y' f"x" __class__ __import__ import os .real .a [0] () (,) a,b
a.b.c s.a s t[a] tab ban lim previous(f) period.year sum(s.a) mean(1) count(s) band( coalesce( is_missing( round(1,-9999999)
9**9**9 4000000**4000000 1e400 ×  “ ” ² π а ａ \u200b \u202e \ud800 \x00 \x1b[2J \n \r \t :: ::error:: := -> ... * *a **a
await yield a;b a\nb 1if 1else 0 0or 1 not_ a" b' """.split(" ")


def broken(count: int, seed: int = 1) -> Iterator[str]:
    """Yield texts that were once good formulas."""
    chance = random.Random(seed)
    maker = Maker(chance)
    for _ in range(count):
        text = maker.number(chance.choice([1, 2, 3]))[0]
        for _ in range(chance.choice([1, 1, 2, 4])):
            at, to = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
            pick = chance.random()
            if pick < 0.5:
                text = text[:at] + chance.choice(_PIECES) + text[at + chance.choice([0, 0, 1, 3]) :]
            elif pick < 0.7:
                text = text[:at] + text[at + chance.choice([1, 1, 2, 8]) :]
            elif pick < 0.8:
                text = text[:at] + text[min(at, to) : max(at, to)] * chance.choice([1, 2, 30]) + text[at:]
            elif pick < 0.9:
                text = (
                    text[:at]
                    + chr(chance.choice([*range(128), *range(0x2000, 0x2070), 0xFF41, 0x1D41A]))
                    + text[at:]
                )
            else:
                text = (
                    chance.choice(["(", "-", "not ", "abs(", "1+", "a if t else "]) * chance.randint(1, 300)
                    + text
                )
        yield text


def judged_text(text: str) -> str | None:
    """Return what is wrong with what becomes of a text: a refusal, faults, or a value for each row."""
    landscape = Landscape({"s": SourceNames(frozenset("id a b p i c k t".split()), {}, False)}, {"f": {}})
    scope = Scope(landscape, "f", "s", frozenset(["tab", "ban", "lim"]))
    try:
        tree = parse(text)
    except FormulaRefused as refused:
        return told([(fault.start, fault.end, fault.message, fault.hint) for fault in refused.faults], text)
    bound, faults = bind(tree, scope)
    if faults:
        return told([(fault.start, fault.end, fault.message, fault.hint) for fault in faults], text)
    known = _known()
    checked, faults, _ = check(bound, known.contents, known.kind_of)
    if checked is None:
        return told([(fault.start, fault.end, fault.message, fault.hint) for fault in faults], text)
    closure = compile_closure(checked, known, {"year": 2021})
    for row in known.rows:
        try:
            value = closure(row)
        except NoValue as nothing:
            if len(str(nothing.reason)) > 300:
                return "a reason is too long"
            continue
        if isinstance(value, float) and not math.isfinite(value):
            return f"the value is {value}"
        if not (value is None or type(value) in (bool, int, float, str)):
            return f"the value is of type {type(value).__name__}"
    return None


def told(faults: list[tuple[int, int, Any, Any]], text: str) -> str | None:
    """Return what is wrong with what is said of a text (O1)."""
    if not faults:
        return "refused without a word"
    for start, end, message, hint in faults:
        if not 0 <= start <= end:
            return "a place outside of the text"
        for said in (str(message), str(hint or "")):
            if len(said) > 300 or not said.isprintable():
                return f"a message is too long or shows what nobody sees: {said!r}"
    return None


class _Known:
    """Columns as slots of a record, for formulas without a catalogue around them."""

    def __init__(self) -> None:
        found, errors = catalogue_of({"s0": "a + b + p + i + coalesce(c, 1) + tab[k] + band(a, ban) + lim"})
        assert found is not None, errors
        definitions = found.definitions
        self.columns = list(definitions.sources["s"].columns)
        version = definitions.indicators["f"].versions[0]
        self.contents = {name: content_of(parameter) for name, parameter in version.parameters.items()}  # type: ignore[arg-type]
        self.kinds = {
            name: checking.column_kind(definitions, definitions.sources["s"], column)
            for name, column in definitions.sources["s"].columns.items()
        }
        made = [plain(row) for seed in range(2) for row in rows(random.Random(seed))]
        self.rows = [[row[name] for name in self.columns] for row in made]

    def kind_of(self, reference: Any) -> Any:
        return self.kinds.get(getattr(reference, "item", ""))

    def path(self, reference: Any) -> tuple[int, ...]:
        return (self.columns.index(reference.item),)

    def aggregate(self, call: ast.Call) -> int | None:
        return None


_FOUND: list[_Known] = []


def _known() -> _Known:
    if not _FOUND:
        _FOUND.append(_Known())
    return _FOUND[0]


def broken_cases(count: int, seed: int = 1) -> Iterator[Case]:
    """Yield *count* broken formulas."""
    for text in broken(count, seed):
        yield Case(repr(text)[:80], lambda text=text: judged_text(text))  # type: ignore[misc]
