"""Convert a cell to a value by our own grammar, or say what stands there and what was expected (D3).

`from_text` reads cells of text files under the declared dialect, `from_value` takes what a typed source
holds (a spreadsheet, a record, a frame). Neither guesses: a decimal comma is no number where a dot is
declared, a text that looks like a number is a text. References come here with the type of their key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.definition import Column, ColumnType, Dialect
from engine.problems import Message, Problem, either, error, nearest, say
from engine.text import Cell, Place

Reader = Callable[[Any], Any]
"""From a typed value to the checked one, or to what is Wrong with it."""
LARGEST_NUMBER = 1e18
LARGEST_WHOLE = 2**53 - 1
_MOST_DIGITS = 400
_DATES = {
    "YYYY-MM-DD": re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    "DD/MM/YYYY": re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})"),
    "DD-MM-YYYY": re.compile(r"(?P<d>[0-9]{2})-(?P<m>[0-9]{2})-(?P<y>[0-9]{4})"),
}
_TOTALS = ("total", "jumlah", "subtotal", "sub total", "grand total", "jumlah total", "total keseluruhan")
TOTALS = frozenset(form for word in _TOTALS for form in (word, word.upper(), word.title(), word.capitalize()))
"""What the key column holds in a total row; a sum counted as one more row doubles every figure (D5)."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell."""

    code: str
    message: Message
    hint: Message | None = None

    def at(self, place: Cell | Place) -> Problem:
        """Return it as a problem at its place."""
        return error(self.code, place, self.message, self.hint)


def told(column: Column, value: object) -> Message:
    """Return what a sentence calls the value of a cell; that of a personal column is never shown."""
    if column.personal:
        return say("the value (personal, not shown)")
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() >= 1024:
        return say("a number of hundreds of digits")  # which Python refuses to print
    printable = value if isinstance(value, bool | int | float | str) else str(value)
    return say("`{value}`", value=printable)


def number_pattern(dialect: Dialect, *, whole: bool) -> str:
    """Return the form of a whole cell that is a number, for Python and for Polars alike."""
    digits = r"[0-9]+"
    if dialect.thousands:
        digits = rf"(?:[0-9]{{1,3}}(?:{re.escape(dialect.thousands)}[0-9]{{3}})+|[0-9]+)"
    decimals = "" if whole else rf"(?:{re.escape(dialect.decimal)}[0-9]+)?"
    return rf"\A-?{digits}{decimals}\z"


# ── texts ──


def from_text(column: Column, dialect: Dialect, text: str) -> Any:
    """Return the value of a text cell that is not blank, or Wrong."""
    match column.type:
        case "number" | "integer":
            return _number(column, dialect, text)
        case "category":
            return category(column, text)
        case "boolean":
            if text in dialect.true:
                return True
            if text in dialect.false:
                return False
            words = either([*dialect.true, *dialect.false])
            return Wrong(
                "wrong-boolean",
                say("{cell} is neither of the words declared for yes and no", cell=told(column, text)),
                say("write {words}; declare other words under `format:` as `true` and `false`", words=words),
            )
        case "date":
            return _date(column, dialect, text)
        case _:
            return text


def _number(column: Column, dialect: Dialect, text: str) -> Any:
    whole = column.type == "integer"
    if not re.match(number_pattern(dialect, whole=whole).replace(r"\z", r"\Z"), text):
        return _no_number(column, dialect, text, whole=whole)
    if len(text) > _MOST_DIGITS:
        return _too_large(column, text)
    plain = text.replace(dialect.thousands, "") if dialect.thousands else text
    value = int(plain) if whole else float(plain.replace(dialect.decimal, "."))
    return _in_bounds(column, value, text)


def _no_number(column: Column, dialect: Dialect, text: str, *, whole: bool) -> Wrong:
    what = say("a whole number") if whole else say("a number")
    other = "," if dialect.decimal == "." else "."
    if text != text.strip():
        return Wrong(
            "wrong-number",
            say("{cell} has spaces around the number", cell=told(column, text)),
            say("remove the spaces"),
        )
    if text.endswith("%"):
        return Wrong(
            "percent-sign",
            say("{cell} has a percent sign", cell=told(column, text)),
            say("write the number alone"),
        )
    if re.fullmatch(r"-?[0-9]{1,3}([., '_])[0-9]{3}(\1[0-9]{3})+([.,][0-9]+)?", text):
        return Wrong(
            "thousands-mark",
            say("{cell} has marks between the thousands, and none are declared", cell=told(column, text))
            if not dialect.thousands
            else say(
                "{cell} has other thousands marks than `{mark}`",
                cell=told(column, text),
                mark=dialect.thousands,
            ),
            say("write the digits alone, or declare `format: {{thousands: ...}}` if the whole file is so"),
        )
    if re.fullmatch(rf"-?[0-9]+{re.escape(other)}[0-9]+", text):
        if whole:
            return Wrong("wrong-number", say("{cell} is not a whole number", cell=told(column, text)))
        return Wrong(
            "comma-decimal" if other == "," else "dot-decimal",
            say(
                "{cell} has a decimal {mark}; the source declares `{declared}`",
                cell=told(column, text),
                mark=say("comma") if other == "," else say("dot"),
                declared=dialect.decimal,
            ),
            say(
                'correct the cell, or declare `format: {{decimal: "{other}"}}` if the whole file is so',
                other=other,
            ),
        )
    return Wrong(
        "wrong-number",
        say("{cell} is not {what}", cell=told(column, text), what=what),
        say('if it stands for a blank, declare `format: {{blank: ["{text}"]}}`', text=text)
        if text.casefold() in _FOR_BLANK and not column.personal
        else None,
    )


_FOR_BLANK = frozenset(
    ["-", "--", "\u2013", "\u2014", ".", "n/a", "na", "null", "none", "kosong", "nihil", "tidak ada"]
)
"""What people write in cells that have no number."""


def _too_large(column: Column, value: object) -> Wrong:
    return Wrong(
        "long-number",
        say("{cell} is too large to be exact", cell=told(column, value)),
        say("an identifier such as a NIP is declared as `type: text`"),
    )


def bounds(column: Column) -> tuple[float, float]:
    """Return the smallest and the largest number that a column may hold."""
    widest = LARGEST_WHOLE if column.type == "integer" else LARGEST_NUMBER
    if column.range is None:
        return -widest, widest
    return max(column.range.low, -widest), min(column.range.high, widest)


def _in_bounds(column: Column, value: float, written: object) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        if value == math.inf or value == -math.inf:
            return Wrong(
                "wrong-number", say("{cell} is infinite; a number is needed", cell=told(column, written))
            )
        return Wrong(
            "wrong-number",
            say("{cell} is not a number", cell=told(column, written)),
            say("leave the cell blank where there is no value"),
        )
    if abs(value) > (LARGEST_WHOLE if column.type == "integer" else LARGEST_NUMBER):
        return _too_large(column, written)
    low, high = bounds(column)
    if not low <= value <= high:
        return Wrong(
            "out-of-range",
            say(
                "{cell} is outside the range {low} to {high}", cell=told(column, written), low=low, high=high
            ),
        )
    return value


def _date(column: Column, dialect: Dialect, text: str) -> Any:
    match = _DATES[dialect.date].fullmatch(text)
    if match is None:
        return Wrong(
            "wrong-date",
            say("{cell} is not a date", cell=told(column, text)),
            say("write it as {form}", form=dialect.date),
        )
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return Wrong("wrong-date", say("{cell} is no day of the calendar", cell=told(column, text)))


def category(column: Column, text: str) -> Any:
    """Return the declared value that *text* names, directly or by an alias, or Wrong."""
    if text in column.aliases:
        return column.aliases[text]
    if text in column.values:
        return text
    return Wrong(
        "unknown-category",
        say("{cell} is not a value of `{name}`", cell=told(column, text), name=column.name),
        _category_hint(column, text),
    )


def _category_hint(column: Column, text: str) -> Message:
    known = [*column.values, *column.aliases]
    if column.personal:  # a near value would tell what stands there
        return say("the values are {values}", values=", ".join(column.values))
    near = {_folded(name): name for name in known}.get(_folded(text))
    if near is not None:
        return say("write `{near}` exactly so, or add `{value}` under `aliases`", near=near, value=text)
    return nearest(text, known) or say("the values are {values}", values=", ".join(column.values))


def _folded(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word.casefold()).strip()


# ── typed values ──


def from_value(column: Column, value: object) -> Any:
    """Return the value of a typed cell that is not blank, or Wrong."""
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    match column.type:
        case "text" | "reference":
            return _typed_text(column, value)
        case "category":
            if isinstance(value, str):
                return category(column, value)
            return _wrong_type(column, value, say("a word"), "wrong-type")
        case "boolean":
            if isinstance(value, bool):
                return value
            return _wrong_type(column, value, say("true or false"), "wrong-boolean")
        case "date":
            return _typed_date(column, value)
        case _:
            return _typed_number(column, value)


def _typed_text(column: Column, value: object) -> Any:
    if not isinstance(value, str):
        hint = say("format the column as text, so that leading zeros are kept")
        return _wrong_type(column, value, say("a text"), "wrong-type", hint if _is_number(value) else None)
    try:
        value.encode()
    except UnicodeEncodeError:
        return Wrong(
            "wrong-text",
            say("{cell} holds half a character", cell=told(column, value)),
            say("type the text anew"),
        )
    return str(value)


def _typed_date(column: Column, value: object) -> Any:
    if isinstance(value, datetime):
        if value != value:  # pandas' NaT, which takes part in nothing
            return Wrong("wrong-date", say("{cell} is not a date", cell=told(column, value)))
        if value.tzinfo is not None:
            return Wrong(
                "wrong-date", say("{cell} has a time zone; a date is needed", cell=told(column, value))
            )
        if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
            return Wrong(
                "wrong-date", say("{cell} has a time of day; a date is needed", cell=told(column, value))
            )
        return value.date()
    if isinstance(value, date):
        return value
    return _wrong_type(column, value, say("a date"), "wrong-date")


def _typed_number(column: Column, value: Any) -> Any:
    needed = say("a whole number") if column.type == "integer" else say("a number")
    if isinstance(value, str):
        return Wrong(
            "text-number",
            say("{cell} is a text; {needed} is needed", cell=told(column, value), needed=needed),
            _numbers_cure(value),
        )
    if not _is_number(value):
        return _wrong_type(column, value, needed, "wrong-number")
    try:
        number = value.__index__() if hasattr(value, "__index__") else float(value)
        exact = number if column.type == "integer" else float(number)
    except OverflowError:
        return _too_large(column, value)
    except (TypeError, ValueError):  # a Decimal that signals, an array
        return _wrong_type(column, value, needed, "wrong-number")
    if isinstance(exact, float) and column.type == "integer" and math.isfinite(exact):
        if not exact.is_integer():
            return Wrong("wrong-number", say("{cell} is not a whole number", cell=told(column, value)))
        exact = int(exact)
    return _in_bounds(column, exact, value)


def _numbers_cure(value: str) -> Message:
    """Return what to do about a text where a number is needed."""
    if value.strip().casefold() in _FOR_BLANK:
        return say("leave the cell blank where there is no value")
    if value.endswith("%"):
        return say("write the number alone")
    if re.fullmatch(r"-?[0-9]+,[0-9]+", value):
        return say("the comma made it a text; enter it as a number")
    return say("a number typed as text counts for nothing; enter it as a number")


def _wrong_type(
    column: Column, value: object, needed: Message, code: str, hint: Message | None = None
) -> Wrong:
    found = _what(value)
    return Wrong(
        code,
        say("{cell} is {found}; {needed} is needed", cell=told(column, value), found=found, needed=needed),
        hint,
    )


def _is_number(value: object) -> bool:
    return not isinstance(value, bool | str) and (hasattr(value, "__index__") or hasattr(value, "__float__"))


def _what(value: object) -> Message:
    match value:
        case bool():
            return say("true or false")
        case str():
            return say("a text")
        case date():
            return say("a date")
        case time() | timedelta():
            return say("a time")
    return (
        say("a number") if _is_number(value) else say("of another kind ({type})", type=type(value).__name__)
    )


# ── blanks ──


def blank(column: Column, *, key: bool = False) -> Any:
    """Return what a blank cell of a column means: None, a declared value, or Wrong; a key is never blank."""
    if key:
        return Wrong(
            "total-row",
            say("the row has no `{column}`, by which rows are told apart", column=column.written_as),
            say("remove the row if it is a total; else fill in the cell"),
        )
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


def total(column: Column, value: str) -> Wrong:
    """Return what is wrong with a key that names a total."""
    return Wrong(
        "total-row",
        say(
            "{cell} stands where each row has its `{name}`", cell=told(column, value), name=column.written_as
        ),
        say("remove total rows; they are counted like the others"),
    )


def reader_of(column: Column, key_type: ColumnType | None = None, *, key: bool = False) -> Reader:
    """Return a quick function from a typed value to the checked one, or to what is Wrong with it.

    The common case of each type is decided by one look; everything else goes the long way. *key_type*
    is the type of the key that a reference refers to, where *column* does not say it already.
    """
    if column.type == "reference":
        column = replace(column, type=key_type or "text")
    nothing = blank(column, key=key)
    low, high = bounds(column)

    def long_way(value: Any) -> Any:
        is_blank = value is None or (value.__class__ is str and not value)
        return nothing if is_blank else from_value(column, value)

    def number(value: Any) -> Any:
        return value if value.__class__ is float and low <= value <= high else long_way(value)

    def whole(value: Any) -> Any:
        return value if value.__class__ is int and low <= value <= high else long_way(value)

    known = {**{name: name for name in column.values}, **column.aliases}

    def word(value: Any) -> Any:
        found = known.get(value) if value.__class__ is str else None
        return long_way(value) if found is None else found

    def text(value: Any) -> Any:
        return value if value.__class__ is str and value and value.isascii() else long_way(value)

    def truth(value: Any) -> Any:
        return value if value.__class__ is bool else long_way(value)

    quick: Mapping[str, Reader] = {
        "number": number,
        "integer": whole,
        "category": word,
        "text": text,
        "boolean": truth,
    }
    return quick.get(column.type, long_way)
