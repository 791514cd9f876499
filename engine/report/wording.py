"""Numbers, days, values and lines of text as people of a language write them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from engine.definition import Bands, Label, Members, Number, Single, Table, Threshold, Value
from engine.formula.kinds import LARGEST_GIVEN
from engine.language import decimal
from engine.numbers import as_fraction
from engine.problems import quoted
from engine.values import Absent, StepValue

WIDTH = 100
"""Columns of a line, unless the terminal is narrower."""
_DECIMALS = 6
_PLAIN_BELOW = 10_000
_WORDS = {  # Indonesian, English
    "no value": ("tidak bernilai", "no value"),
    "blank": ("kosong", "blank"),
    "true": ("benar", "true"),
    "false": ("salah", "false"),
    "rest": ("selainnya", "all else"),
    "or": ("atau", "or"),
    "choices": ("pilihan", "choices"),
}


@lru_cache(maxsize=10_000)
def _formatted(value: Number, form: str, language: str) -> str:
    """Return a number in a form of Babel; the same numbers come again and again in pages and tables."""
    from babel.numbers import format_decimal

    return format_decimal(value, form, language)


@dataclass(frozen=True)
class Wording:
    """How a language (``id`` or ``en``) writes values, in lines of at most `width` columns."""

    language: str = "id"
    width: int = WIDTH

    def word(self, name: str) -> str:
        """Return one of the few words that values need."""
        return _WORDS[name][0 if self.language == "id" else 1]

    def wrapped(self, text: str, indent: int, hanging: int = 2) -> Iterator[str]:
        """Yield *text* in lines that begin after *indent* columns, further lines *hanging* more."""
        yield from textwrap.wrap(
            text, max(self.width, indent + 30), initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hanging), break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip

    def label(self, label: Label) -> str:
        """Return a text for people on one line."""
        return " ".join(label.text(self.language).split())

    def called(self, name: str, title: Label | None) -> str:
        """Return the title of a thing with its name in brackets, or the name alone."""
        return name if title is None else f"{self.label(title)} ({name})"

    def day(self, day: date) -> str:
        """Return a date in words: ``1 Januari 2021``."""
        from babel.dates import format_date

        return format_date(day, format="d MMMM y", locale=self.language)

    def number(self, value: Number | None, decimals: int = _DECIMALS) -> str:
        """Return a number with at most *decimals* decimals; a dash for none."""
        return "–" if value is None else self.figure(value, "#,##0." + "#" * decimals)

    def figure(self, value: Number, form: str) -> str:
        """Return a number in a form of Babel; one that nobody counts the digits of, as a power of ten."""
        if abs(value) < LARGEST_GIVEN:
            return _formatted(value, form, self.language)
        digits, _, exponent = f"{value:.6e}".partition("e+")
        return f"{decimal(digits.rstrip('0').rstrip('.'), self.language)} × 10^{int(exponent)}"

    def value(self, value: StepValue | Absent, unit: str | None = None) -> str:
        """Return any value; a whole number below 10,000 without a separator, as years are written."""
        if isinstance(value, Absent):
            return f"{self.word('no value')}: {value.reason.text(self.language)}"
        if value is None:
            return self.word("blank")
        if isinstance(value, bool):
            return self.word("true" if value else "false")
        if isinstance(value, (int, float)):
            plain = float(value).is_integer() and abs(value) < _PLAIN_BELOW
            told = str(int(value)) if plain else self.number(value)
            return told if unit in (None, "1") else f"{told} {unit}"
        return self.day(value) if isinstance(value, date) else quoted(value)

    def limit(self, row: Threshold) -> str:
        """Return from where on a row of bands or categories counts: ``≥ 76``, ``> 90``, ``all else``."""
        if row.limit is None:
            return self.word("rest")
        return f"{'≥' if row.inclusive else '>'} {self.number(row.limit)}"

    def outcome(self, row: Threshold) -> str:
        """Return what a row of bands or categories gives, with its title."""
        return self.value(row.value) + ("" if row.title is None else f" ({self.label(row.title)})")

    def entries(self, content: Single | Table | Bands | Members) -> list[tuple[str, str]]:
        """Return a parameter's rows as pairs of what is looked up and what it gives."""
        match content:
            case Single():
                return [("", self.single(content))]
            case Table(entries=entries):
                return [(quoted(key), self.value(value)) for key, value in entries.items()]
            case Bands(rows=rows):
                return [(self.limit(row), self.outcome(row)) for row in rows]
            case Members(values=values):
                return [("", ", ".join(self.value(value) for value in values))]

    def single(self, content: Single, unit: str | None = None) -> str:
        """Return a single value, a fraction as it is written too, with the values it may be replaced by."""
        shown = self.value(content.value, unit)
        if "/" in content.written:
            shown = f"{content.written} = {shown}"
        offered = f" {self.word('or')} ".join(self.choice(choice) for choice in content.choices or ())
        return shown + (f"; {self.word('choices')}: {offered}" if offered else "")

    def choice(self, value: Value) -> str:
        """Return a value that may be chosen, as one writes it to choose it where it is a fraction."""
        return (as_fraction(value) if isinstance(value, float) else None) or self.value(value)

    def one_line(self, content: Single | Table | Bands | Members, unit: str | None) -> str:
        """Return all that a parameter's content says, on one line."""
        if isinstance(content, Single):
            return self.single(content, unit)
        return "; ".join(f"{key}: {value}" if key else value for key, value in self.entries(content))
