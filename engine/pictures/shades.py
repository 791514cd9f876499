"""The colours of every shape, on paper and in the dark.

Blue for what is, black for what should be; blue-green and burnt orange, which are told apart without
red or green, for reached and missed. As grey they differ in lightness. A test computes every contrast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COLOURS: Mapping[str, tuple[str, str]] = {  # on paper, in the dark
    "paper": ("#ffffff", "#1b2024"),
    "soft": ("#ebe9e2", "#2c333a"),
    "ink": ("#1d2126", "#e9e7e2"),
    "quiet": ("#545c67", "#abb3bd"),
    "edge": ("#767d86", "#8b939d"),
    "blue": ("#1f5f99", "#79b4ea"),
    "good": ("#00616b", "#7fd0dd"),
    "bad": ("#9a3b00", "#ffb27a"),
}


@dataclass(frozen=True)
class Shade:
    """The names of the colours of a class of shapes, and how wide and how dashed its lines are."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 1
    dashes: str = ""

    def attributes(self) -> str:
        """Return the attributes of a shape with the colours of paper."""
        told = f'fill="{_colour(self.fill, 0)}"'
        if self.stroke is not None:
            told += f' stroke="{_colour(self.stroke, 0)}" stroke-width="{self.width:g}"'
            told += f' stroke-dasharray="{self.dashes}"' if self.dashes else ""
        return told


SHADES: Mapping[str, Shade] = {
    "ground": Shade("paper"),
    "track": Shade("soft", "edge"),
    "empty": Shade(None, "edge", 1, "4 3"),
    "ink": Shade("ink"),
    "quiet": Shade("quiet"),
    "figure": Shade("ink", "paper", 3.5),
    "aim": Shade("quiet", "paper", 3.5),
    "axis": Shade(None, "edge"),
    "value": Shade("blue"),
    "line": Shade(None, "blue", 2.5),
    "point": Shade("paper", "blue", 2.5),
    "goal": Shade("ink", "paper", 1.5),
    "goal-line": Shade(None, "ink", 1.75, "6 3"),
    "goal-zone": Shade("soft"),
    "change": Shade(None, "quiet", 1.5, "1.5 3"),
    "disc": Shade("quiet"),
    "number": Shade("paper"),
    "good": Shade("good"),
    "bad": Shade("bad"),
    "unknown": Shade("quiet"),
    "use": Shade(None, "quiet", 1.25),
    "earlier": Shade(None, "quiet", 1.25, "5 3"),
    "tip": Shade("quiet"),
    "source": Shade("soft", "edge", 1.25),
    "step": Shade("paper", "edge", 1.25),
    "indicator": Shade("paper", "blue", 2.5),
    "objective": Shade("paper", "ink", 2),
}
"""The shape or text of each class. Texts in a shape are `ink`, `number` on a `disc`."""
WRITTEN_ON: Mapping[str, tuple[str, ...]] = {
    "ink": ("paper", "soft"),
    "quiet": ("paper", "soft"),
    "figure": ("paper", "soft"),
    "aim": ("paper", "soft"),
    "number": ("quiet",),
    "good": ("paper",),
    "bad": ("paper",),
    "unknown": ("paper",),
}
"""The colours that each class of texts is written on."""
PREFIX = "iku-"
"""What the name of each class begins with, so that no style of a page is met by chance."""


def _colour(name: str | None, theme: int) -> str:
    return "none" if name is None else COLOURS[name][theme]


def dark_style() -> str:
    """Return the style sheet that colours all pictures of a page on a dark screen; paper stays white."""
    rules = []
    for name, shade in SHADES.items():
        told = [f"fill:{_colour(shade.fill, 1)}"] if shade.fill is not None else []
        told += [f"stroke:{_colour(shade.stroke, 1)}"] if shade.stroke is not None else []
        rules.append(f".{PREFIX}{name}{{{';'.join(told)}}}")
    return f"@media screen and (prefers-color-scheme: dark){{{''.join(rules)}}}\n"
