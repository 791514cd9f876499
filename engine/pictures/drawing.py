"""The only place that knows SVG: shapes with a class, texts that are never markup.

A drawing is `WIDTH` units wide unless it says else, letters are 11 to 13 units high: as wide as a phone and
half as wide as a sheet of paper its letters are those of the text around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Literal

from engine.pictures.lettering import FONT, one_line, width
from engine.pictures.shades import PREFIX, SHADES, dark_style

WIDTH = 360
MARGIN = 10
TEXT, SMALL = 13, 12
"""Heights of letters."""
Anchor = Literal["start", "middle", "end"]
Mark = Literal["good", "bad", "unknown"]


@dataclass(frozen=True)
class Drawing:
    """A finished picture: its size in units, what it is, what it shows in words, and its shapes.

    ``svg`` stands in a page, on paper or in Word; ``themed`` is for a file of its own, which a browser
    shows dark where the screen is dark.
    """

    width: int
    height: int
    title: str
    description: str
    shapes: str
    role: Literal["img", "group"] = "img"

    @property
    def svg(self) -> str:
        """The picture with the colours of paper."""
        return self._written("")

    @property
    def themed(self) -> str:
        """The picture with the style that colours it in the dark."""
        return self._written(f"<style>{dark_style().strip()}</style>")

    def _written(self, style: str) -> str:
        size = self.width, self.height
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{PREFIX}picture" role="{self.role}" '
            f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}" '
            f'font-family="{FONT}" font-size="{TEXT}">'
            f"<title>{_text(self.title)}</title><desc>{_text(self.description)}</desc>{style}"
            f'<rect {_shade("ground")} width="{size[0]}" height="{size[1]}"/>{self.shapes}</svg>\n'
        )


class Canvas:
    """Shapes as they are drawn, the last one on top."""

    def __init__(self) -> None:
        self._shapes: list[str] = []

    def finished(
        self, wide: float, tall: float, title: str, description: str, role: Literal["img", "group"] = "img"
    ) -> Drawing:
        """Return what was drawn, of a size, with what it is and what it shows; with links it is a group."""
        return Drawing(ceil(wide), ceil(tall), title, description, "".join(self._shapes), role)

    def rect(self, shade: str, x: float, y: float, wide: float, tall: float, corner: float = 0) -> None:
        """Draw a rectangle, *x* and *y* its upper left corner."""
        rounded = f' rx="{_number(corner)}"' if corner else ""
        self._shapes.append(
            f'<rect {_shade(shade)} x="{_number(x)}" y="{_number(y)}" width="{_number(wide)}" '
            f'height="{_number(tall)}"{rounded}/>'
        )

    def path(self, shade: str, *steps: str | float) -> None:
        """Draw a path of commands and numbers: ``path("axis", "M", 0, 0, "H", 20)``."""
        told = " ".join(step if isinstance(step, str) else _number(step) for step in steps)
        self._shapes.append(f'<path {_shade(shade)} d="{told}"/>')

    def circle(self, shade: str, x: float, y: float, radius: float) -> None:
        """Draw a circle around *x* and *y*."""
        self._shapes.append(
            f'<circle {_shade(shade)} cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"/>'
        )

    def mark(self, kind: Mark, x: float, y: float, size: float = 10) -> None:
        """Draw ▲ (good), ▼ (bad) or ● (unknown) around *x* and *y*, in shapes: fonts often lack them."""
        half = size / 2
        if kind == "unknown":
            self.circle(kind, x, y, half * 0.9)
            return
        tip = -half if kind == "good" else half
        self.path(kind, "M", x, y + tip, "L", x + half, y - tip, "H", x - half, "Z")

    def numbered(self, number: int, x: float, y: float) -> None:
        """Draw a number on a disc around *x* and *y*."""
        self.circle("disc", x, y, 8)
        self.text("number", x, y + 4, str(number), 11, "middle", bold=True)

    def text(
        self, shade: str, x: float, y: float, text: str, size: float = TEXT,
        anchor: Anchor = "start", *, bold: bool = False,
    ) -> None:  # fmt: skip
        """Write *text* on one line that stands on *y*; one with an edge covers what lies below it."""
        weight = ' font-weight="bold"' if bold else ""
        placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
        edge = ' stroke-linejoin="round" paint-order="stroke"' if SHADES[shade].stroke is not None else ""
        self._shapes.append(
            f'<text {_shade(shade)} x="{_number(x)}" y="{_number(y)}" font-size="{size:g}"'
            f"{weight}{placed}{edge}>{_text(text)}</text>"
        )

    def centred(
        self, shade: str, x: float, y: float, text: str, size: float, left: float, right: float
    ) -> None:
        """Write *text* around *x*, but not beyond *left* and *right*."""
        half = width(text, size) / 2
        self.text(shade, min(max(x, left + half), max(right - half, left + half)), y, text, size, "middle")

    def open_group(self, title: str, href: str | None = None) -> None:
        """Begin shapes that belong together under a *title*, a link where they lead somewhere."""
        opened = "<g>" if href is None else f'<a href="{escape(href)}">'
        self._shapes.append(f"{opened}<title>{_text(title)}</title>")

    def close_group(self, href: str | None = None) -> None:
        """End the shapes of the group."""
        self._shapes.append("</g>" if href is None else "</a>")


def _shade(name: str) -> str:
    return f'class="{PREFIX}{name}" {SHADES[name].attributes()}'


def _number(value: float) -> str:
    """Return a place with one decimal, which is finer than any eye, and never ``-0``."""
    return f"{round(value, 1) + 0.0:g}" if abs(value) < 1e5 else f"{value:.0f}"


def _text(text: str) -> str:
    return escape(one_line(text), quote=False)
