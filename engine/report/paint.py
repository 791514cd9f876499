"""Colour for a terminal, or none: a text and what it is give the text as it is shown."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Gives a text the look of a style, which is one of `STYLES`."""

STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "advice": "1;36",
    "place": "1",
    "gutter": "2",
    "hint": "32",
    "good": "32",
}


def painted(text: str, style: str) -> str:
    """Return *text* with the control sequences that give it its look on a terminal."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m"


def unpainted(text: str, style: str) -> str:
    """Return *text* as it is."""
    return text
