"""How wide a text is, where it breaks, how it is cut.

Measured as Arial, whose widths Liberation Sans, Arimo and Helvetica share, bold letters included; a letter
that is not in the table counts as wide as it is high, so that no text is longer than was thought.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.report.problems_text import visible

FONT = "Arial, Arimo, 'Liberation Sans', Helvetica, 'DejaVu Sans', sans-serif"
_BOLD = 1.09
_CUT = "…"
_WIDTHS: Mapping[str, int] = {
    **dict.fromkeys("'ijl‘’|", 222),
    **dict.fromkeys(" !,./:;I[]\\ft", 278),
    **dict.fromkeys("()-r`“”·", 333),
    **dict.fromkeys('"*^', 469),
    **dict.fromkeys("Jcksvxyz", 500),
    **dict.fromkeys("#$0123456789?L_abdeghnopqu–≥≤", 556),
    **dict.fromkeys("+<=>~×÷−", 584),
    **dict.fromkeys("FTZ{}", 611),
    **dict.fromkeys("&ABEKPSVXY", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("Mm", 833),
    **dict.fromkeys("%W", 944),
}
"""Thousandths of the height of the letters."""


@lru_cache(maxsize=2_000)
def _width(letter: str) -> int:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(base, 1000) if base != letter else 1000


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide *text* is in letters of *size*, in the unit of *size*."""
    return sum(_width(letter) for letter in text) * size / 1000 * (_BOLD if bold else 1)


def one_line(text: str) -> str:
    """Return *text* on one line, with what can't be seen written as escapes."""
    return visible(" ".join(text.split()))


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return *text* if it is not wider than *room*, else its beginning and an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + _CUT, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + _CUT


def wrapped(text: str, size: float, room: float, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """Return *text* in at most *most* lines not wider than *room*; an ellipsis ends what is cut.

    A word that is wider than a line is broken.
    """
    lines: list[str] = []
    words = list(_words(text, size, room, bold=bold))
    for place, word in enumerate(words):
        if lines and width(f"{lines[-1]} {word}", size, bold=bold) <= room:
            lines[-1] += f" {word}"
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = shortened(" ".join([lines[-1], *words[place:]]), size, room, bold=bold)
            break
    return tuple(lines) or ("",)


def _words(text: str, size: float, room: float, *, bold: bool) -> Iterator[str]:
    for word in text.split():
        rest = word
        while width(rest, size, bold=bold) > room:
            count = 1
            while width(rest[: count + 1], size, bold=bold) <= room:
                count += 1
            yield rest[:count]
            rest = rest[count:]
        if rest:
            yield rest
