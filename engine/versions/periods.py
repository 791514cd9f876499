"""Measured periods: how they are written, their days, and the longer and shorter ones around them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date

from engine.definition import Frequency
from engine.problems import InvalidRequest, Message, error, say

MONTHS: dict[Frequency, int] = {"yearly": 12, "semester": 6, "quarterly": 3, "monthly": 1}
"""How many months a period of each frequency has."""
_FORMS: tuple[tuple[re.Pattern[str], Frequency], ...] = (
    (re.compile(r"([1-9][0-9]{3})\Z"), "yearly"),
    (re.compile(r"([1-9][0-9]{3})-S([12])\Z"), "semester"),
    (re.compile(r"([1-9][0-9]{3})-TW([1-4])\Z"), "quarterly"),
    (re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])\Z"), "monthly"),
)
_MONTH_NAMES = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_ROMAN = ("I", "II", "III", "IV")
_WORDS: dict[str, Frequency] = {
    **dict.fromkeys(("s", "sem", "smt", "semester"), "semester"),
    **dict.fromkeys(("tw", "q", "triwulan", "kuartal", "quarter"), "quarterly"),
    **dict.fromkeys(("bulan", "month"), "monthly"),
}
_PLURALS = {"semester": say("semesters"), "quarterly": say("quarters"), "monthly": say("months")}


@dataclass(frozen=True, order=True)
class Period:
    """A measured period: a year, or the `part`-th semester, quarter or month of it."""

    year: int
    frequency: Frequency = "yearly"
    part: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period written as ``2021``, ``2021-S1``, ``2021-TW1`` or ``2021-03``.

        Raises InvalidRequest for anything else, with the form that was probably meant.
        """
        if not isinstance(text, str):
            message = say(
                'a period is given as {kind}; a text such as "2021" is needed', kind=type(text).__name__
            )
            raise InvalidRequest(error("wrong-period", None, message))
        found = cls.read(text)
        if found is None:
            raise InvalidRequest(
                error(
                    "wrong-period",
                    None,
                    say("`{text}` is not a period", text=text),
                    _way_out(text),
                )
            )
        return found

    @classmethod
    def read(cls, text: str) -> Period | None:
        """Return the period that *text* names, or None."""
        for form, frequency in _FORMS:
            match = form.match(text)
            if match is not None:
                return cls(int(match[1]), frequency, int(match[2]) if frequency != "yearly" else 1)
        return None

    @property
    def text(self) -> str:
        """The period as files, folders and commands write it."""
        endings = {"yearly": "", "semester": f"-S{self.part}", "quarterly": f"-TW{self.part}"}
        return f"{self.year:04}{endings.get(self.frequency, f'-{self.part:02}')}"

    def __str__(self) -> str:
        return self.text

    @property
    def _months(self) -> tuple[int, int]:
        length = MONTHS[self.frequency]
        return (self.part - 1) * length + 1, self.part * length

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self._months[0], 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = self._months[1]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def semester(self) -> int | None:
        """The semester that it lies in; a year has none."""
        return None if self.frequency == "yearly" else (self._months[0] - 1) // 6 + 1

    @property
    def quarter(self) -> int | None:
        """The quarter that it lies in; a year or semester has none."""
        return None if self.frequency in ("yearly", "semester") else (self._months[0] - 1) // 3 + 1

    @property
    def month(self) -> int | None:
        """The month; a longer period has none."""
        return self.part if self.frequency == "monthly" else None

    def previous(self) -> Period:
        """Return the period of the same length before this one."""
        if self.part > 1:
            return replace(self, part=self.part - 1)
        return replace(self, year=self.year - 1, part=12 // MONTHS[self.frequency])

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """Return the periods of *frequency* inside this one: itself if that is its own, none if longer."""
        length = MONTHS[frequency]
        if length > MONTHS[self.frequency]:
            return ()
        first, last = self._months
        return tuple(
            Period(self.year, frequency, month // length + 1) for month in range(first - 1, last, length)
        )

    def within(self, frequency: Frequency) -> Period | None:
        """Return the longer period of *frequency* around this one, or None if that is not longer."""
        if MONTHS[frequency] <= MONTHS[self.frequency]:
            return None
        return Period(self.year, frequency, (self._months[0] - 1) // MONTHS[frequency] + 1)

    def title(self, language: str) -> str:
        """Return the period in words: ``Triwulan I 2021``, ``Quarter 1 2021``, ``Januari 2021``."""
        indonesian = language == "id"
        if self.frequency == "yearly":
            return str(self.year)
        if self.frequency == "monthly":
            return f"{_MONTH_NAMES['id' if indonesian else 'en'][self.part - 1]} {self.year}"
        word = {"semester": ("Semester", "Semester"), "quarterly": ("Triwulan", "Quarter")}[self.frequency]
        number = _ROMAN[self.part - 1] if indonesian else str(self.part)
        return f"{word[0] if indonesian else word[1]} {number} {self.year}"


def _way_out(text: str) -> Message:
    """Return how the period that *text* probably means is written, or the four forms."""
    parts = re.findall(r"[a-z]+|[0-9]+", text[:40].lower())
    years = [part for part in parts if re.fullmatch("[1-9][0-9]{3}", part)]
    if len(years) == 1:
        year = int(years[0])
        frequency, number = _meant([part for part in parts if part != years[0]])
        count = 12 // MONTHS[frequency]
        if 1 <= number <= count:
            return say("write `{period}`", period=Period(year, frequency, number).text)
        if number >= 0 and frequency != "yearly":
            return say(
                "a year has {count} {periods}: `{first}` to `{last}`",
                count=count,
                periods=_PLURALS[frequency],
                first=Period(year, frequency, 1).text,
                last=Period(year, frequency, count).text,
            )
    return say("write 2021, 2021-S1 (semester), 2021-TW1 (quarter) or 2021-03 (month)")


def _meant(parts: list[str]) -> tuple[Frequency, int]:
    """Return the frequency and number that the words beside a year speak of; -1 where they don't."""
    words = [part for part in parts if not part.isdigit()]
    numbers = [int(part) for part in parts if part.isdigit()]
    if not parts:
        return "yearly", 1
    if not words and len(numbers) == 1:
        return "monthly", numbers[0]
    if len(words) == 1 and not numbers:
        for names in _MONTH_NAMES.values():
            if words[0].capitalize() in names:
                return "monthly", names.index(words[0].capitalize()) + 1
    if words and words[0] in _WORDS:
        numbers += [_ROMAN.index(word.upper()) + 1 for word in words[1:] if word.upper() in _ROMAN]
        if len(numbers) == 1 and len(parts) == 2:
            return _WORDS[words[0]], numbers[0]
    return "yearly", -1
