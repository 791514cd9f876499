"""Make random formulas, data for them, and the catalogue that holds both."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

SOURCES: dict[str, Any] = {
    "region": {
        "key": "code",
        "columns": {
            "code": {"type": "text", "unique": True},
            "factor": {"type": "number", "range": [0, 10]},
            "zone": {"type": "category", "values": ["u", "v", "w"]},
        },
    },
    "p": {
        "key": "id",
        "columns": {
            "id": {"type": "text", "unique": True},
            "at": {"type": "reference", "to": "region"},
            "alt": {"type": "reference", "to": "region", "missing": "keep"},
            "a": {"type": "number"},
            "s": {"type": "number", "range": [0, 100]},
            "b": {"type": "number", "missing": "keep"},
            "n": {"type": "integer", "range": [0, 5]},
            "i": {"type": "integer", "missing": "keep"},
            "k": {"type": "category", "values": ["u", "v", "w"]},
            "m": {"type": "category", "values": ["u", "v", "w"], "missing": "keep"},
            "ok": {"type": "boolean"},
            "y": {"type": "boolean", "missing": "keep"},
            "d": {"type": "date"},
            "e": {"type": "date", "missing": "keep"},
        },
    },
    "c": {
        "empty": "allow",
        "columns": {
            "p": {"type": "reference", "to": "p"},
            "x": {"type": "number", "missing": "keep"},
            "w": {"type": "number", "range": [0, 50]},
            "j": {"type": "integer", "range": [-3, 3]},
            "g": {"type": "category", "values": ["u", "v", "w"], "missing": "keep"},
            "t": {"type": "boolean", "missing": "keep"},
            "on": {"type": "date"},
        },
    },
}
PARAMETERS: dict[str, Any] = {
    "ninth": {"value": "1/9"},
    "limit": {"value": 88.31},
    "big": {"value": 1000000},
    "points": {"table": {"u": 1, "v": 2.5, "w": -1}},
    "by_number": {"table": {"0": 10, "1": 0.1, "2": 30, "3": 40.5, "4": 0, "5": 60}},
    "turned": {"table": {"u": "v", "v": "w", "w": "u"}},
    "steps_": {"bands": [{"from": 88.31, "value": 4}, {"above": 60, "value": 2.5}, {"value": 1}]},
    "open_": {"bands": [{"above": 50, "value": 3}, {"from": 0, "value": 5}]},
    "grades": {"bands": [{"from": 60, "value": "u"}, {"from": 10, "value": "v"}, {"value": "w"}]},
    "few": {"set": ["u", "v"]},
    "numbers": {"set": [1, 3, 0.3]},
}
REFERENCES = {
    name: {
        column: declared["to"]
        for column, declared in source["columns"].items()
        if declared["type"] == "reference"
    }
    for name, source in SOURCES.items()
}
NUMBERS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, -2.5, 2.675, 88.305, 88.31, 60.0, 50.0, -0.005, 1e-7, 1e-10)
NUMBERS += (-88.305, 1.005, 1e6, 123456789.125, -1e12, 1e17, 0.0, 100.0, 99.995, 76.605, 7.0)


def data(dice: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Return rows with blanks, ties, huge and tiny numbers, parents without children, blank columns."""
    blank = {name: dice.choice([0, 0.3, 0.3, 0.3, 1]) for name in ("alt", "b", "i", "m", "y", "e")}
    days = [date(2021, 1, 1) + timedelta(days=dice.randrange(-900, 900)) for _ in range(4)]
    days += [date(2020, 2, 29), date(2021, 12, 31)]

    def number(tame: bool = dice.random() < 0.6) -> float:
        return dice.choice(NUMBERS[:16] if tame else NUMBERS)

    def sometimes(name: str, value: Any) -> Any:
        return None if dice.random() < blank[name] else value

    regions = [
        {"code": f"r{n}", "factor": dice.choice([0.0, 0.5, 2.0, 0.1]), "zone": dice.choice("uvw")}
        for n in range(3)
    ]
    people = [
        {
            "id": f"p{n}",
            "at": f"r{dice.randrange(3)}",
            "alt": sometimes("alt", f"r{dice.randrange(3)}"),
            "a": number(),
            "s": dice.choice([0.0, 50.0, 60.0, 60.1, 88.305, 88.31, 88.3049999, 100.0, 90.5]),
            "b": sometimes("b", number()),
            "n": dice.randrange(6),
            "i": sometimes("i", dice.choice([0, 1, -7, 2**40, 3])),
            "k": dice.choice("uvw"),
            "m": sometimes("m", dice.choice("uvw")),
            "ok": dice.random() < 0.5,
            "y": sometimes("y", dice.random() < 0.5),
            "d": dice.choice(days),
            "e": sometimes("e", dice.choice(days)),
        }
        for n in range(dice.randrange(1, 9))
    ]
    children = [
        {
            "p": f"p{dice.randrange(len(people))}",
            "x": None if dice.random() < 0.3 else number(),
            "w": dice.choice([0.0, 0.0, 1.0, 0.1, 0.2, 50.0]),
            "j": dice.randrange(-3, 4),
            "g": None if dice.random() < 0.3 else dice.choice("uvw"),
            "t": None if dice.random() < 0.3 else dice.random() < 0.5,
            "on": dice.choice(days),
        }
        for _ in range(dice.choice([0, 1, 5, 20]))
    ]
    return {"region": regions, "p": people, "c": children}


class Maker:
    """Make formulas as text: most of them are valid, the engine itself sorts out the others."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.steps: dict[str, str] = {}
        """Row steps made so far: their names by what they are."""

    def row_formula(self) -> tuple[str, str]:
        """Return the formula of a row step, and what it gives."""
        kind = self.dice.choice(["number"] * 4 + ["condition"] * 2 + ["word", "day", "blank"])
        return self.make("number" if kind == "blank" else kind, "", 4, allow_blank=kind == "blank"), kind

    def whole_formula(self) -> str:
        """Return a formula of the whole: aggregates and what is made from them."""
        return self.make(self.dice.choice(["number"] * 5 + ["condition"]), None, 3)

    def make(self, kind: str, rows: str | None, depth: int, *, allow_blank: bool = False) -> str:
        """Return a part. *rows* is what goes before a column: ``""`` in a row step, ``"c."`` in an aggregate
        over c, None where no rows are."""
        if allow_blank and rows is not None:
            test, other = self.make("condition", rows, 2), self.make(kind, rows, 2)
            return f"{self.blank(kind, rows)} if {test} else {other}"
        made = {"number": self.number, "condition": self.condition, "word": self.word, "day": self.day}
        return made[kind](rows, depth)

    def one(self, *options: str) -> str:
        return self.dice.choice(options)

    def pick(self, *options: Callable[[], str]) -> str:
        """Return one of several parts; only that one is made."""
        return self.dice.choice(options)()

    # ── leaves ──

    def column(self, kind: str, rows: str) -> str:
        """Return a column that is never blank."""
        own = {"": "p", "p.": "p", "c.": "c"}[rows]
        names = {
            "p": {
                "number": ["a", "s", "n", "at.factor"],
                "condition": ["ok"],
                "word": ["k", "at.zone"],
                "day": ["d"],
            },
            "c": {"number": ["w", "j"], "condition": [], "word": ["p.k"], "day": ["on"]},
        }[own][kind]
        if rows == "p." and kind in ("number", "word"):
            names = [name for name in names if "." not in name]
        steps = [name for name, gives in self.steps.items() if gives == kind and own == "p"]
        if steps and self.dice.random() < 0.25:
            names = steps
        if rows == "c." and kind == "number":
            names = [*names, "p.a", "p.s"]
        if not names:
            return self.one("true", "false")
        name = self.dice.choice(names)
        return name if "." in name else rows + name

    def blank(self, kind: str, rows: str) -> str:
        """Return a column that may be blank."""
        own = {"": "p", "p.": "p", "c.": "c"}[rows]
        names = {
            "p": {"number": ["b", "i"], "condition": ["y"], "word": ["m"], "day": ["e"]},
            "c": {"number": ["x"], "condition": ["t"], "word": ["g"], "day": ["p.e"]},
        }[own][kind]
        if rows == "" and kind in ("number", "word"):
            names = [*names, "alt.factor" if kind == "number" else "alt.zone"]
        name = self.dice.choice(names)
        return name if "." in name else rows + name

    def leaf(self, kind: str, rows: str | None) -> str:
        known = {
            "number": [
                "0",
                "1",
                "2",
                "100",
                "0.1",
                "0.3",
                "88.305",
                "0.005",
                "ninth",
                "limit",
                "big",
                "period.year",
            ],
            "condition": ["true", "false", "period.month > 2"],
            "word": ['"u"', '"v"'],
            "day": ["period.start", "period.end"],
        }[kind]
        if rows is None or self.dice.random() < 0.3:
            return self.dice.choice(known)
        if self.dice.random() < 0.3:
            return self.decided(kind, rows)
        return self.column(kind, rows)

    def decided(self, kind: str, rows: str) -> str:
        """Return a blank column with what it is where blank."""
        name, other = self.blank(kind, rows), self.make(kind, rows, 1)
        return self.one(
            f"coalesce({name}, {other})",
            f"({name} if not is_missing({name}) else {other})",
            f"({other} if is_missing({name}) else {name})",
            f"coalesce({name}, {self.blank(kind, rows)}, {other})",
        )

    # ── kinds ──

    def number(self, rows: str | None, depth: int) -> str:
        if depth <= 0:
            return self.leaf("number", rows)
        if rows is None or (rows == "" and self.dice.random() < 0.15):
            if rows is None and self.dice.random() < 0.3:
                one, other = self.number(None, depth - 1), self.number(None, depth - 1)
                return f"({one} {self.one('+', '-', '*', '/')} {other})"
            return self.aggregate(rows, depth - 1)

        def part() -> str:
            return self.number(rows, depth - self.dice.randrange(1, 4))

        def test() -> str:
            return self.condition(rows, depth - 2)

        return self.pick(
            lambda: f"({part()} + {part()})",
            lambda: f"({part()} - {part()})",
            lambda: f"({part()} * {part()})",
            lambda: f"({part()} / {part()})",
            lambda: f"({part()} / {part()})",
            lambda: f"({part()} % ({part()}))",
            lambda: f"({part()}) ** {self.one('2', '3', '0.5', '(-1)', '0')}",
            lambda: f"(-{part()})",
            lambda: f"min({part()}, {part()})",
            lambda: f"max({part()}, {part()}, {part()})",
            lambda: f"abs({part()})",
            lambda: f"round({part()})",
            lambda: f"round({part()}, {self.one('0', '1', '2', '3', '-1', '-2', '6')})",
            lambda: f"floor({part()})",
            lambda: f"ceil({part()})",
            lambda: f"sqrt({part()})",
            lambda: f"log({part()})",
            lambda: f"exp(clip({part()}, -5, 5))",
            lambda: f"clip({part()}, {self.one('0', '-1')}, {self.one('1', '88.305')})",
            lambda: f"band({part()}, {self.one('steps_', 'open_')})",
            lambda: f"points[{self.word(rows, depth - 2)}]",
            lambda: f"coalesce({part()}, {part()})",
            lambda: f"({part()} if {test()} else {part()})",
            lambda: f"({part()} if {test()} else {part()} if {test()} else {part()})",
            lambda: f"(1 if {test()} else 0)",
            lambda: f"{self.one('year', 'month')}({self.make('day', rows, depth - 2)})",
            lambda: f"days_between({self.make('day', rows, depth - 2)}, {self.make('day', rows, depth - 2)})",
            *([lambda: self.one("by_number[n]", "points[turned[k]]")] if rows == "" else []),
        )

    def condition(self, rows: str | None, depth: int) -> str:
        if depth <= 0:
            return self.leaf("condition", rows)
        if rows is None:
            left, right = self.number(None, depth - 1), self.number(None, depth - 2)
            return f"{left} {self.one('<', '<=', '>', '>=', '==', '!=')} {right}"

        def x() -> str:
            return self.number(rows, depth - self.dice.randrange(1, 4))

        def p() -> str:
            return self.condition(rows, depth - 2)

        def sign() -> str:
            return self.one("<", "<=", ">", ">=", "==", "!=")

        def word() -> str:
            return self.word(rows, depth - 2)

        return self.pick(
            lambda: f"{x()} {sign()} {x()}",
            lambda: f"{x()} {sign()} {self.one('88.31', 'limit', '0', '0.3')}",
            lambda: f"{self.one('60', '0.3')} {sign()} {x()}",
            lambda: f"{x()} {sign()} {x()} {sign()} {x()}",
            lambda: f"({p()} and {p()})",
            lambda: f"({p()} or {p()} or {p()})",
            lambda: f"({p()} and {p()} and {p()})",
            lambda: f"(not {p()})",
            lambda: f"{word()} == {self.word(rows, 0)}",
            lambda: f'{word()} != "{self.dice.choice("uvw")}"',
            lambda: f"{word()} {self.one('in', 'not in')} few",
            lambda: f'{word()} in ["w", "v"]',
            lambda: f"{x()} {self.one('in', 'not in')} numbers",
            lambda: f"{x()} in [0.3, 88.305, 1]",
            lambda: f"is_missing({self.blank(self.one('number', 'condition', 'word', 'day'), rows)})",
            lambda: f"is_missing({x()})",
            lambda: f"is_missing({p()})",
            lambda: f"coalesce({p()}, {p()})",
            lambda: f"({p()} if {p()} else {p()})",
            lambda: f"{self.day(rows, depth - 2)} {sign()} {self.day(rows, depth - 2)}",
            *(
                [lambda: f"{self.one('any', 'all')}({self.condition('c.', 2)}{self.where('c.')})"]
                if rows == ""
                else []
            ),
        )

    def word(self, rows: str | None, depth: int) -> str:
        if depth <= 0 or rows is None:
            return self.leaf("word", rows)

        def p() -> str:
            return self.condition(rows, depth - 1)

        return self.pick(
            lambda: self.leaf("word", rows),
            lambda: f"({self.word(rows, depth - 1)} if {p()} else {self.word(rows, depth - 1)})",
            lambda: f"turned[{self.word(rows, depth - 1)}]",
            lambda: f"band({self.number(rows, depth - 1)}, grades)",
            lambda: f"coalesce({self.word(rows, depth - 1)}, {self.word(rows, depth - 1)})",
        )

    def day(self, rows: str | None, depth: int) -> str:
        if depth <= 0 or rows is None:
            return self.leaf("day", rows)

        def p() -> str:
            return self.condition(rows, depth - 1)

        return self.pick(
            lambda: self.leaf("day", rows), lambda: f"({self.day(rows, 0)} if {p()} else {self.day(rows, 0)})"
        )

    # ── rows ──

    def where(self, inner: str) -> str:
        return f", where={self.condition(inner, 2)}" if self.dice.random() < 0.6 else ""

    def aggregate(self, rows: str | None, depth: int) -> str:
        inner = "c." if rows == "" else self.one("p.", "c.")
        name = self.one(
            "sum",
            "sum",
            "mean",
            "min",
            "max",
            "median",
            "stdev",
            "percentile",
            "count",
            "share",
            "weighted_mean",
        )
        where = self.where(inner)
        if name == "count":
            return f"count({inner[0]}{where})"
        if name == "share":
            return f"share({self.condition(inner, depth)}{where})"
        blank = self.blank("number", inner)
        if not where and self.dice.random() < 0.3:
            return f"sum({blank}, where=not is_missing({blank}) and {self.condition(inner, 1)})"
        x = self.number(inner, depth)
        second = {
            "percentile": f", {self.one('0', '25', '90', '100')}",
            "weighted_mean": f", {self.number(inner, 1)}",
        }
        return f"{name}({x}{second.get(name, '')}{where})"
