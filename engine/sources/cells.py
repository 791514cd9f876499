"""Convert a cell to a value by our own grammar, or say what stands there and what was expected (D3).

`from_text` reads cells of text files under the declared dialect, `from_value` takes what a typed source
holds (a spreadsheet, a record). Neither guesses: a decimal comma is no number where a dot is declared,
a text that looks like a number is a text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.definition import Column, Dialect, Source
from engine.problems import Message, Problem, error, nearest, say
from engine.text import Cell

LARGEST_NUMBER = 1e18
LARGEST_WHOLE = 2**53 - 1
_DATES = {
    "YYYY-MM-DD": re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\Z", re.ASCII),
    "DD/MM/YYYY": re.compile(r"(?P<d>\d{2})/(?P<m>\d{2})/(?P<y>\d{4})\Z", re.ASCII),
    "DD-MM-YYYY": re.compile(r"(?P<d>\d{2})-(?P<m>\d{2})-(?P<y>\d{4})\Z", re.ASCII),
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell."""

    code: str
    message: Message
    hint: Message | None = None

    def at(self, cell: Cell) -> Problem:
        """Return it as a problem at its place."""
        return error(self.code, cell, self.message, self.hint)


def number_pattern(dialect: Dialect, *, whole: bool) -> str:
    """Return the form of a number in a text file, for Python and for Polars alike."""
    digits = r"[0-9]+"
    if dialect.thousands:
        mark = re.escape(dialect.thousands)
        digits = rf"(?:[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|[0-9]+)"
    decimals = "" if whole else rf"(?:{re.escape(dialect.decimal)}[0-9]+)?"
    return rf"^-?{digits}{decimals}$"


def shown(column: Column, value: object) -> str:
    """Return a cell's content for a message; never that of a personal column."""
    return "(personal, not shown)" if column.personal else str(value)


def from_text(source: Source, column: Column, text: str) -> Any:
    """Return the value of a text cell that is not blank, or Wrong."""
    dialect = source.dialect
    match column.type:
        case "text" | "reference":
            return text
        case "category":
            return category(column, text)
        case "boolean":
            if text in dialect.true:
                return True
            if text in dialect.false:
                return False
            words = [*dialect.true, *dialect.false]
            return Wrong(
                "wrong-boolean",
                say("`{value}` is neither yes nor no", value=shown(column, text)),
                say("write {words}", words=" or ".join(words)),
            )
        case "date":
            return _date(column, dialect, text)
        case _:
            return _number(column, dialect, text)


def _number(column: Column, dialect: Dialect, text: str) -> Any:
    whole = column.type == "integer"
    if not re.match(number_pattern(dialect, whole=whole).replace("$", r"\Z"), text):
        return _no_number(column, dialect, text, whole=whole)
    plain = text.replace(dialect.thousands, "") if dialect.thousands else text
    value = int(plain) if whole else float(plain.replace(dialect.decimal, "."))
    return _in_bounds(column, value)


def _no_number(column: Column, dialect: Dialect, text: str, *, whole: bool) -> Wrong:
    what = "a whole number" if whole else "a number"
    value = shown(column, text)
    other = "," if dialect.decimal == "." else "."
    if not whole and re.fullmatch(rf"-?[0-9]+{re.escape(other)}[0-9]+", text):
        return Wrong(
            "comma-decimal" if other == "," else "dot-decimal",
            say(
                "`{value}` has a decimal {other}; the source declares `{mark}`",
                value=value,
                other="comma" if other == "," else "dot",
                mark=dialect.decimal,
            ),
            say(
                'correct the cell, or declare `format: {{decimal: "{other}"}}` if the whole file is so',
                other=other,
            ),
        )
    if text != text.strip():
        return Wrong(
            "wrong-number",
            say("`{value}` has spaces around {what}", value=value, what=what),
            say("remove the spaces"),
        )
    if text.endswith("%"):
        return Wrong(
            "percent-sign", say("`{value}` has a percent sign", value=value), say("write the number alone")
        )
    return Wrong("wrong-number", say("`{value}` is not {what}", value=value, what=what))


def _in_bounds(column: Column, value: float) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return Wrong("wrong-number", say("`{value}` is not a finite number", value=shown(column, value)))
    if abs(value) > (LARGEST_WHOLE if column.type == "integer" else LARGEST_NUMBER):
        return Wrong(
            "long-number",
            say("`{value}` is too large to be exact", value=shown(column, value)),
            say("an identifier such as a NIP is declared as `type: text`"),
        )
    declared = column.range
    if declared is not None and not declared.low <= value <= declared.high:
        return Wrong(
            "out-of-range",
            say(
                "{value} is outside {low} to {high}",
                value=shown(column, value),
                low=declared.low,
                high=declared.high,
            ),
        )
    return value


def _date(column: Column, dialect: Dialect, text: str) -> Any:
    match = _DATES[dialect.date].match(text)
    if match is not None:
        try:
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            return Wrong("wrong-date", say("`{value}` is no day of the calendar", value=shown(column, text)))
    return Wrong(
        "wrong-date",
        say("`{value}` is not a date", value=shown(column, text)),
        say("write it as {form}", form=dialect.date),
    )


def category(column: Column, text: str) -> Any:
    """Return the declared value that *text* names, directly or by an alias, or Wrong."""
    if text in column.aliases:
        return column.aliases[text]
    if text in column.values:
        return text
    known = [*column.values, *column.aliases]
    folded = {name.casefold().strip(): name for name in known}
    near = folded.get(text.casefold().strip())
    hint = (
        say("write `{near}`, or add `{value}` under `aliases`", near=near, value=shown(column, text))
        if near
        else (nearest(text, known) or say("the values are {values}", values=", ".join(column.values)))
    )
    return Wrong(
        "unknown-category",
        say("`{value}` is not a value of `{column}`", value=shown(column, text), column=column.name),
        hint,
    )


def from_value(column: Column, value: object, *, key_type: str = "text") -> Any:
    """Return the value of a typed cell that is not blank, or Wrong; *key_type* is that of a reference."""
    kind = key_type if column.type == "reference" else column.type
    match kind:
        case "text":
            if isinstance(value, str):
                return value
            hint = (
                say("format the column as text, so that leading zeros are kept")
                if _is_number(value)
                else None
            )
            return Wrong(
                "wrong-type",
                say("{value} is {what}; a text is needed", value=shown(column, value), what=_what(value)),
                hint,
            )
        case "category":
            if isinstance(value, str):
                return category(column, value)
            return Wrong(
                "wrong-type",
                say("{value} is {what}; a category is needed", value=shown(column, value), what=_what(value)),
            )
        case "boolean":
            if isinstance(value, bool):
                return value
            return Wrong(
                "wrong-boolean",
                say(
                    "`{value}` is {what}; true or false is needed",
                    value=shown(column, value),
                    what=_what(value),
                ),
            )
        case "date":
            if isinstance(value, datetime):
                whole = value.hour == value.minute == value.second == value.microsecond == 0
                return (
                    value.date()
                    if whole
                    else Wrong(
                        "wrong-date",
                        say("`{value}` has a time of day; a date is needed", value=shown(column, value)),
                    )
                )
            if isinstance(value, date):
                return value
            return Wrong(
                "wrong-date",
                say("`{value}` is {what}; a date is needed", value=shown(column, value), what=_what(value)),
            )
        case _:
            return _typed_number(column, value, whole=kind == "integer")


def _typed_number(column: Column, value: Any, *, whole: bool) -> Any:
    if isinstance(value, str):
        return Wrong(
            "text-number",
            say(
                "`{value}` is a text; {what} is needed",
                value=shown(column, value),
                what="a whole number" if whole else "a number",
            ),
            say("a number typed as text counts for nothing; enter it as a number"),
        )
    if not _is_number(value):
        return Wrong(
            "wrong-number",
            say("`{value}` is {what}; a number is needed", value=shown(column, value), what=_what(value)),
        )
    number = value.__index__() if hasattr(value, "__index__") else float(value)
    if whole:
        if isinstance(number, float) and not number.is_integer():
            return Wrong("wrong-number", say("`{value}` is not a whole number", value=shown(column, value)))
        return _in_bounds(column, int(number))
    return _in_bounds(column, float(number))


def _is_number(value: object) -> bool:
    return not isinstance(value, (bool, str)) and (hasattr(value, "__index__") or hasattr(value, "__float__"))


def _what(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, (date, datetime)):
        return "a date"
    return "a number" if _is_number(value) else f"of another kind ({type(value).__name__})"


def blank(column: Column) -> Any:
    """Return what a blank cell of a column means: None, a declared value, or Wrong."""
    if column.missing.kind == "keep":
        return None
    if column.missing.kind == "fill":
        value = column.missing.value
        return float(value) if column.type == "number" and isinstance(value, int) else value
    return Wrong(
        "blank-cell",
        say("the cell is blank"),
        say("fill it in, or declare under `missing:` of `{column}` what a blank means", column=column.name),
    )


def reader_of(column: Column, key_type: str) -> Callable[[object], Any]:
    """Return a quick function from a typed value to the checked one, or to what is Wrong with it.

    The common case of each type is decided by one look; everything else goes the long way.
    """
    low, high = (column.range.low, column.range.high) if column.range else (-LARGEST_NUMBER, LARGEST_NUMBER)
    long_way = from_value

    if column.type == "number":

        def number(value: object) -> Any:
            if value.__class__ is float and low <= value <= high:
                return value
            return blank(column) if value is None else long_way(column, value)

        return number
    if column.type == "category":
        known = {**{name: name for name in column.values}, **column.aliases}

        def word(value: object) -> Any:
            found = known.get(value) if value.__class__ is str else None
            if found is not None:
                return found
            return blank(column) if value is None else long_way(column, value)

        return word
    exact = {"integer": int, "boolean": bool, "text": str}.get(
        key_type if column.type == "reference" else column.type
    )
    bounded = column.type == "integer"

    def plain(value: object) -> Any:
        if value.__class__ is exact and not bounded:
            return value
        return blank(column) if value is None else long_way(column, value, key_type=key_type)

    return plain
