"""Small pictures as SVG: results in, a drawing out that stands on paper, in Word, and in a page.

A drawing holds no script, no style, no reference, and needs nothing from elsewhere: colours are attributes,
those of paper, and every shape has a class, by which a page may colour it for the dark (`shades.dark_style`).
What a colour says is said by a word and a mark too; the whole is told by ``<title>`` and ``<desc>``.

words       What pictures say, in Indonesian and English.
shades      The colours of every shape, on paper and in the dark.
lettering   How wide a text is, where it breaks, how it is cut.
drawing     The only place that knows SVG: shapes with a class, texts that are never markup.
shown       Results as pictures show them: numbers with how they are written.
scale       From numbers to places on a line.
target_bar  Was the target reached? A number and a bar with a tick at the target.
years       Where is it going? A line over periods, targets as steps, a mark where the rule changed.
inside      What is inside an index? One bar of all parts, each against its maximum.
elements    Which element is weakest? Dots from low to high.
layering    Where the boxes of a map stand, and how its lines run between them.
map         Where does it come from? Sources, what needs what, objectives.
page        A map as a page of its own: the picture and the same as a table.
"""

from __future__ import annotations

from engine.pictures.drawing import Drawing
from engine.pictures.elements import Element, dots, elements
from engine.pictures.inside import Piece, pieces, stacked
from engine.pictures.map import drawn, needs_map
from engine.pictures.target_bar import bar
from engine.pictures.years import trend

__all__ = [
    "Drawing",
    "Element",
    "Piece",
    "bar",
    "dots",
    "drawn",
    "elements",
    "needs_map",
    "pieces",
    "stacked",
    "trend",
]
