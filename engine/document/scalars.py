"""Decide what a plain scalar means, and what an analyst probably meant by an odd one.

The resolver is ours (guard Y5): a plain scalar is a JSON-like number, ``true``, ``false``, ``null``,
or a text that YAML 1.1 and YAML 1.2 both read as text. Whatever the two read differently is refused.
Dates and keys are the exceptions: they are text here, and the definitions say where a date belongs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from engine.problems import Fix, Problem, Scalar, error, say, warning, write
from engine.text import Place

if TYPE_CHECKING:
    from engine.document.nodes import ScalarNode

LARGEST_EXACT = 2**53

Oddity = Callable[[str, Place], Problem]

_CONSTANTS: dict[str, Scalar] = {"": None, "null": None, "true": True, "false": False}
_LIKE_TRUE = frozenset(["True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"])
_LIKE_FALSE = frozenset(["False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"])
_LIKE_NULL = frozenset(["~", "Null", "NULL"])
_ODD_WORDS = _LIKE_TRUE | _LIKE_FALSE | _LIKE_NULL | {"=", "<<"}

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+(?:[eE][-+][0-9]+)?)?", re.ASCII)
_LEADING_ZERO = re.compile(r"[-+]?0[0-9][0-9_]*(?:\.[0-9_]*)?", re.ASCII)
_CLOCK = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:.*", re.ASCII)
_NUMBER_FOR_SOME = re.compile(  # for YAML 1.1 or YAML 1.2, or for both in ways that we do not take
    r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0b[01_]+|[0-9][0-9_]*|\.(?:inf|Inf|INF)"
    r"|(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?)|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_THOUSANDS_OR_DECIMALS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{2}0", re.ASCII)

_COMMA_OR_THOUSAND = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}", re.ASCII)
_COMMA_THOUSANDS = re.compile(
    r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+|-?[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}", re.ASCII
)
_COMMA_DECIMAL = re.compile(r"-?[0-9]+,[0-9]+", re.ASCII)
_BOTH_MARKS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", re.ASCII)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){2,}", re.ASCII)
_PERCENT = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)\s*%", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", re.ASCII)
_CURLY = "“”‘’„«»"
_ODD_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def value_of(written: str) -> tuple[Scalar, Oddity | None]:
    """Return what the plain scalar *written* means, and what is odd about one that may mean two things.

    With an oddity that is an error the value is the text as written.
    """
    if written in _CONSTANTS:
        return _CONSTANTS[written], None
    if written[0] not in "0123456789-+.":
        return written, _odd_word if written in _ODD_WORDS else None
    found = _NUMBER.fullmatch(written)
    if found is None:
        return written, _odd_number(written)
    if found[1] is None:
        if len(written) > 17 or abs(int(written)) > LARGEST_EXACT:
            return written, _long_number
        return int(written), None
    number = float(written)
    if abs(number) == float("inf"):
        return written, _long_number
    return number + 0.0, _maybe_thousands if _THOUSANDS_OR_DECIMALS.fullmatch(written) else None


def misread(node: ScalarNode) -> Problem | None:
    """Return what is odd about a text that stands where a number or a date belongs, if we know it."""
    written, place = node.written, node.place
    stripped = _ODD_SPACES.sub(" ", written).strip()
    bare = stripped.strip(_CURLY)
    meant = numbers_meant(bare)
    fixes = numbers(place, meant)
    if meant and bare != stripped:
        return error(
            "curly-quotes",
            place,
            say("`{text}` has curly quotes around a number, so it is read as a text", text=written),
            say("write `{number}` without quotes", number=meant[0]),
            fixes=fixes,
        )
    if meant and stripped != written:
        return error(
            "odd-space",
            place,
            say("`{text}` holds a space that was pasted with it, so it is read as a text", text=written),
            say("type the number again: `{number}`", number=meant[0]),
            fixes=fixes,
        )
    if not node.plain:
        if not meant:
            return None
        return error(
            "wrong-type",
            place,
            say("`{text}` stands in quotes, so it is a text; a number was expected", text=written),
            say("remove the quotes: `{text}`", text=meant[0]),
            fixes=fixes,
        )
    if len(meant) == 2:
        return _decimal_or_thousand(written, place, meant)
    if meant and "," in written:
        return error(
            "comma-decimal",
            place,
            say("`{text}` is read as a text, because decimals follow a point here", text=written),
            say("write `{number}`", number=meant[0]),
            fixes=fixes,
        )
    if meant:
        return error(
            "thousands-dot",
            place,
            say("`{text}` is read as a text, because thousands have no points here", text=written),
            say("write `{number}`", number=meant[0]),
            fixes=fixes,
        )
    percent = _PERCENT.fullmatch(written)
    if percent is not None:
        number = percent[1].replace(",", ".")
        return error(
            "percent-sign",
            place,
            say("`{text}` is read as a text, because of the percent sign", text=written),
            say("write `{number}` and say `unit: persen`", number=number),
            fixes=numbers(place, (number,), safe=False),
        )
    return None


def decimal_comma(place: Place) -> Problem:
    """Return the problem of a number at *place* whose decimal comma parts it in two, as in ``{a: 0,5}``."""
    written = place.written
    meant = numbers_meant(written)
    if len(meant) == 2:
        return _decimal_or_thousand(written, place, meant)
    return error(
        "comma-decimal",
        place,
        say("`{written}` is written with a decimal comma", written=written),
        say("write {plain}", plain=meant[0]),
        fixes=numbers(place, meant),
    )


def _decimal_or_thousand(written: str, place: Place, meant: Sequence[str]) -> Problem:
    return error(
        "comma-decimal",
        place,
        say("`{written}` is a decimal to some and a thousand to others", written=written),
        say(
            "write {decimal} if the comma is a decimal comma, {thousands} if it parts thousands",
            decimal=meant[0],
            thousands=meant[1],
        ),
        fixes=numbers(place, meant),
    )


def numbers_meant(text: str) -> tuple[str, ...]:
    """Return the numbers that *text* may mean as people write them, none if it is no number.

    ``0,5`` and ``1.250,5`` mean one; ``1,250`` and ``1.250`` mean two, first the one with decimals.
    """
    if _THOUSANDS_OR_DECIMALS.fullmatch(text) or _COMMA_OR_THOUSAND.fullmatch(text):
        whole, decimals = text[:-4], text[-3:].rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole, f"{whole}{text[-3:]}"
    if _NUMBER.fullmatch(text):
        return (text,)
    if _COMMA_DECIMAL.fullmatch(text) or _BOTH_MARKS.fullmatch(text):
        return (text.replace(".", "").replace(",", "."),)
    if _THOUSANDS.fullmatch(text):
        return (text.replace(".", ""),)
    return (text.replace(",", ""),) if _COMMA_THOUSANDS.fullmatch(text) else ()


def numbers(place: Place, meant: Sequence[str], *, safe: bool = True) -> tuple[Fix, ...]:
    """Return the fixes that write one of the numbers *meant*; safe if it can only be one."""
    return tuple(write(place, number, safe=safe and len(meant) == 1) for number in meant)


def day_first(written: str, place: Place) -> Problem | None:
    """Return the problem of a date that begins with the day, such as ``31-01-2021``, or None."""
    found = _DAY_FIRST.fullmatch(written)
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[2]), found[3]
    if month > 12 >= day:
        day, month = month, day
    ways = dict.fromkeys([(month, day), (day, month)] if day <= 12 else [(month, day)])
    dates = [f"{year}-{first:02}-{second:02}" for first, second in ways]
    return error(
        "date-order",
        place,
        say("`{text}` begins with the day; dates are written year, month, day", text=written),
        say("write `{date}`", date=dates[0]),
        fixes=tuple(write(place, day, safe=len(dates) == 1) for day in dates if _is_day(day)),
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_text(written: str, place: Place, *, safe: bool = False) -> Fix:
    """Return the fix that makes a text of a word or number; safe where nothing but a text is taken."""
    return write(place, f'"{written}"', safe=safe)


def _odd_word(written: str, place: Place) -> Problem:
    if written in _LIKE_NULL:
        return error(
            "yaml-null",
            place,
            say("`{text}` may be read as nothing or as a text", text=written),
            say('write `null` for nothing, or put the text in quotes: `"{text}"`', text=written),
            fixes=(write(place, "null"), as_text(written, place)),
        )
    if written not in _LIKE_TRUE and written not in _LIKE_FALSE:
        return error(
            "yaml-feature",
            place,
            say("`{text}` has a meaning of its own in YAML", text=written),
            say('put it in quotes: `"{text}"`', text=written),
            fixes=(as_text(written, place),),
        )
    meant = "true" if written in _LIKE_TRUE else "false"
    return error(
        "yaml-boolean",
        place,
        say("`{text}` may be read as {meant} or as a text", text=written, meant=meant),
        say('write `{meant}`, or put the text in quotes: `"{text}"`', meant=meant, text=written),
        fixes=(write(place, meant), as_text(written, place)),
    )


def _odd_number(written: str) -> Oddity | None:
    if _LEADING_ZERO.fullmatch(written):
        return _leading_zero
    if _CLOCK.fullmatch(written) or _MOMENT.fullmatch(written):
        return _time
    return _number_for_some if _NUMBER_FOR_SOME.fullmatch(written) else None


def _number_or_text(number: str, written: str, place: Place) -> tuple[Fix, ...]:
    """Return the fixes of what may be a number or a code; which one is meant, the schema may know."""
    text = as_text(written, place)
    return (write(place, number), text) if _NUMBER.fullmatch(number) else (text,)


def _leading_zero(written: str, place: Place) -> Problem:
    bare = re.sub(r"\A(-?)\+?0+(?=[0-9])", r"\1", written)
    return error(
        "leading-zero",
        place,
        say("`{text}` begins with a zero, which programs read in different ways", text=written),
        say(
            'put it in quotes if it is a code: `"{text}"`; a number is written without the zero', text=written
        ),
        fixes=_number_or_text(bare, written, place),
    )


def _time(written: str, place: Place) -> Problem:
    return error(
        "yaml-time",
        place,
        say("`{text}` may be read as a time, as a number or as a text", text=written),
        say('put it in quotes: `"{text}"`', text=written),
        fixes=(as_text(written, place),),
    )


def _number_for_some(written: str, place: Place) -> Problem:
    bare = written.removeprefix("+").replace("_", "").removesuffix(".")
    return error(
        "yaml-number",
        place,
        say("`{text}` may be read as a number or as a text", text=written),
        say('write a number as `0.5` or `1000`, or put a text in quotes: `"{text}"`', text=written),
        fixes=_number_or_text(f"0{bare}" if bare.startswith(".") else bare, written, place),
    )


def _long_number(written: str, place: Place) -> Problem:
    return error(
        "long-number",
        place,
        say("`{text}` is too long for a number: spreadsheets and browsers would round it", text=written),
        say('put it in quotes if it is a code: `"{text}"`', text=written),
        fixes=(as_text(written, place),),
    )


def _maybe_thousands(written: str, place: Place) -> Problem:
    return warning(
        "thousands-dot",
        place,
        say("`{text}` is read as {value}", text=written, value=float(written)),
        say(
            "if a thousand was meant write `{thousands}`; if not write `{value}`",
            thousands=written.replace(".", ""),
            value=float(written),
        ),
        fixes=numbers(place, numbers_meant(written)),
    )
