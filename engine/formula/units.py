"""Say in which unit a number is: a product of powers of named units.

A unit is written ``poin``, ``JP/orang``, ``orang*hari``, ``m^2``, ``kasus per 100.000 penduduk``; ``1`` is
a ratio. Small and capital letters are the same. Two names begin with ``#``, which no text can: the
rows of a source, which are whatever a definition calls them, and a multiplication by 100, which
makes anything of a ratio but a ratio.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

Exponent = int | Fraction

_JOINTS = re.compile(r"( per |^per | ?[*·/-] ?)", re.IGNORECASE)
_POWER = re.compile(
    r"(?P<name>.*?)(?:\^(?P<written>-?[1-9])|(?P<raised>[²³])|(?<=[A-Za-z])(?P<plain>[23]))?\Z", re.DOTALL
)
_SAME = {
    **dict.fromkeys(("%", "percent", "persen"), "percent"),
    **dict.fromkeys(("‰", "permil", "permille"), "permille"),
    **dict.fromkeys(("day", "days", "hari"), "day"),
    **dict.fromkeys(("month", "months", "bulan"), "month"),
    **dict.fromkeys(("year", "years", "tahun"), "year"),
}
_RATIOS = ("1", "ratio", "rasio")
_SCALES = ("index", "indeks")
_SPOKEN = {
    "id": {"percent": "persen", "permille": "permil", "day": "hari", "month": "bulan", "year": "tahun"},
    "en": {"percent": "percent", "permille": "permille", "day": "days", "month": "months", "year": "years"},
}
_RATIO_SPOKEN = {"id": "1 (rasio)", "en": "1 (ratio)"}
_ROWS_SPOKEN = {"id": "baris ", "en": "rows of "}
_MOST_NAMES = 16
_LARGEST_POWER = 64
_ROWS, _HUNDRED, _LOG = "#rows ", "#100", "log^"


@dataclass(frozen=True)
class Unit:
    """Names with their exponents, by name; none at all is a ratio. `spelling` is how people write a name."""

    powers: tuple[tuple[str, Exponent], ...] = ()
    spelling: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __mul__(self, other: Unit) -> Unit:
        """Return the unit of a product."""
        if not other.powers:
            return self
        exponents = dict(self.powers)
        for name, exponent in other.powers:
            exponents[name] = exponents.get(name, 0) + exponent
        return _unit(exponents, {**self.spelling, **other.spelling})

    def __truediv__(self, other: Unit) -> Unit:
        """Return the unit of a quotient."""
        return self * other**-1

    def __pow__(self, exponent: Exponent) -> Unit:
        """Return the unit of a power."""
        return _unit({name: power * exponent for name, power in self.powers}, self.spelling)

    @property
    def names(self) -> tuple[str, ...]:
        """The names as they are written, in the order of the letters."""
        return tuple(self.spelling.get(name, name) for name, _ in self.powers)

    @property
    def open(self) -> bool:
        """Whether a part of it is what a definition makes of it: rows, or a scale of 100."""
        return any(name.startswith("#") for name, _ in self.powers)

    @property
    def modest(self) -> bool:
        """Whether it is of a size that some author may have meant; larger ones are not followed."""
        return len(self.powers) <= _MOST_NAMES and all(
            -_LARGEST_POWER <= power <= _LARGEST_POWER and power.denominator <= _LARGEST_POWER
            for _, power in self.powers
        )

    @property
    def of_logarithms(self) -> bool:
        """Whether a part of it is the logarithm of a unit."""
        return any(name.startswith(_LOG) for name, _ in self.powers)

    def fits(self, other: Unit) -> bool:
        """Return whether numbers in the two units may be added and compared."""
        if self == other or (self.open and other.open):
            return True
        if not self.open and not other.open:
            return False
        loose, firm = (self, other) if self.open else (other, self)
        names = {name for name, _ in loose.powers}
        if _HUNDRED in names:
            return firm != RATIO
        return not {name for name, _ in firm.powers} & {"percent", "permille"}

    def look_alike(self, other: Unit) -> tuple[str, str] | None:
        """Return a name of each that the other has not, if the two are nearly the same, else None."""
        own, others = set(self.names) - set(other.names), set(other.names) - set(self.names)
        for name in sorted(own):
            near = difflib.get_close_matches(name, sorted(others), n=1, cutoff=0.8)
            if near:
                return name, near[0]
        return None

    def written(self, language: str) -> str:
        """Return the unit as a person of *language* (``id`` or ``en``) writes it."""
        if not self.powers:
            return _RATIO_SPOKEN[language]
        words = {_HUNDRED: "percent", **self.spelling}
        spoken = _SPOKEN[language]
        above: list[str] = []
        below: list[str] = []
        for name, exponent in self.powers:
            word = words.get(name, name)
            told = _ROWS_SPOKEN[language] if name.startswith(_ROWS) else ""
            told += spoken.get(word, word) + ("" if abs(exponent) == 1 else f"^{abs(exponent)}")
            (above if exponent > 0 else below).append(told)
        return "/".join(["*".join(above) or "1", *below])


RATIO = Unit()
HUNDRED = Unit(((_HUNDRED, 1),))
PERCENT = Unit((("percent", 1),))
DAYS = Unit((("day", 1),))
MONTHS = Unit((("month", 1),))
YEARS = Unit((("year", 1),))


def rows_of(source: str) -> Unit:
    """Return the unit of a number of rows."""
    return Unit(((_ROWS + source, 1),), {_ROWS + source: source})


def logarithm_of(unit: Unit, language: str) -> Unit | None:
    """Return the unit of a logarithm: a ratio for a ratio, else one that can be told from others.

    None for a logarithm of what has a logarithm in it: names would grow without end.
    """
    if unit == RATIO:
        return unit
    if unit.open or unit.of_logarithms:
        return None
    name = _LOG + "*".join(f"{name}^{power}" for name, power in unit.powers)
    return Unit(((name, 1),), {name: f"log({unit.written(language)})"})


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """Return the unit that a definition declares; None for a scale (``indeks``), of which nothing follows."""
    whole = RATIO
    sign = 1
    for part in _JOINTS.split(text.strip()):
        joint = part.strip().casefold()
        if joint in ("/", "per"):
            sign = -1
        elif joint in ("*", "·", "-"):
            sign = 1
        elif joint in _SCALES:
            return None
        elif joint and joint not in _RATIOS:
            whole *= _factor(part) ** sign
    return whole


def _factor(text: str) -> Unit:
    match = _POWER.match(" ".join(text.split()))
    assert match is not None, "every text matches"
    written = match["name"]
    name = _SAME.get(written.casefold(), written.casefold())
    power = int(match["written"] or match["plain"] or {"²": 2, "³": 3, None: 1}[match["raised"]])
    return Unit(((name, power),), {} if name != written.casefold() or name in _SAME else {name: written})


def _unit(exponents: dict[str, Exponent], spelling: Mapping[str, str]) -> Unit:
    """Return the unit without names that cancel out; 100 percent are one."""
    percent, hundred = exponents.get("percent", 0), exponents.get(_HUNDRED, 0)
    if percent * hundred < 0:
        left = percent + hundred
        exponents |= {
            "percent": left if left * percent > 0 else 0,
            _HUNDRED: left if left * hundred > 0 else 0,
        }
    powers = tuple((name, exponents[name]) for name in sorted(exponents) if exponents[name])
    return Unit(powers, spelling)
