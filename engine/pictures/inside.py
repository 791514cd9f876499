"""What is inside an index? One bar of all parts, each against its maximum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from engine.definition import Step
from engine.pictures.drawing import MARGIN, SMALL, WIDTH, Canvas, Drawing
from engine.pictures.lettering import one_line, shortened, width, wrapped
from engine.pictures.shown import written
from engine.pictures.words import said
from engine.report.wording import Wording
from engine.values import Result
from engine.versions import Rule

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_TRACK, _THICK = 26, 24
_LINE = 16
_MOST_STEPS = 10
"""Among so many steps parts are looked for: each more would double the work."""
_DECIMALS = 2


@dataclass(frozen=True)
class Piece:
    """A part of an index: what it is called, its value (None: no data), and the most that it can give."""

    title: str
    value: float | None
    maximum: float


def pieces(result: Result, rule: Rule, wording: Wording) -> tuple[Piece, ...]:
    """Return the steps that *result* is the sum of, in the rule's order; none where that isn't certain.

    They are steps of the result's unit with a range from zero whose values add up to the unrounded result
    and whose maxima add up to its own: more than one, and the only such choice there is.
    """
    whole = rule.range
    if whole is None or result.unrounded is None:
        return ()
    steps = [step for step in rule.steps.values() if _may_be_part(step, rule)]
    valued: list[tuple[Step, float, float]] = []
    for step in steps:
        value = result.steps.get(step.id)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and step.range is not None:
            valued.append((step, float(value), float(step.range.high)))
    if len(valued) > _MOST_STEPS:
        return ()
    choices = chain.from_iterable(combinations(valued, count) for count in range(2, len(valued) + 1))
    found = [
        choice
        for choice in choices
        if _equal(sum(most for _, _, most in choice), float(whole.high))
        and _equal(sum(value for _, value, _ in choice), float(result.unrounded))
    ]
    if len(found) != 1:
        return ()
    return tuple(Piece(_called(step, wording), value, most) for step, value, most in found[0])


def _may_be_part(step: Step, rule: Rule) -> bool:
    return step.each is None and step.unit == rule.unit and step.range is not None and step.range.low >= 0


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)


def _called(step: Step, wording: Wording) -> str:
    return step.id if step.remarks.title is None else one_line(wording.label(step.remarks.title))


def stacked(
    title: str, parts: Sequence[Piece], wording: Wording, decimals: int | None = _DECIMALS
) -> Drawing:
    """Return *parts* side by side, as wide as their maxima, each filled as far as its value goes.

    Below stands each with its number, value and maximum. A value beyond its maximum fills its part and is
    said to be above it. Raises ValueError without parts, or with a maximum that is not above zero.
    """
    if not parts or any(part.maximum <= 0 for part in parts):
        raise ValueError("parts have a maximum above zero")
    canvas, y = Canvas(), float(_TRACK + _THICK + 16)
    whole = sum(part.maximum for part in parts)
    x = float(_LEFT)
    for number, part in enumerate(parts, start=1):
        wide = (_RIGHT - _LEFT) * part.maximum / whole
        canvas.rect("track" if part.value is not None else "empty", x, _TRACK, wide, _THICK)
        if part.value is not None and part.value > 0:
            canvas.rect("value", x, _TRACK, wide * min(1.0, part.value / part.maximum), _THICK)
        if wide >= 16:
            canvas.numbered(number, x + wide / 2, _TRACK - 12)
        else:
            canvas.text("ink", x + wide / 2, _TRACK - 8, str(number), 11, "middle", bold=True)
        x += wide
        canvas.rect("ground", x - 1.75, _TRACK - 1, 3.5, _THICK + 2)
    told = []
    for number, part in enumerate(parts, start=1):
        figure = _figure(part, wording, decimals)
        told.append(f"{one_line(part.title)}: {figure}")
        y = _row(canvas, number, part, figure, y)
    return canvas.finished(
        WIDTH, y, said(wording.language, "inside of", title=one_line(title)), "; ".join(told)
    )


def _figure(part: Piece, wording: Wording, decimals: int | None) -> str:
    maximum = wording.number(part.maximum)
    if part.value is None:
        return said(wording.language, "no data")
    told = said(wording.language, "of", value=written(part.value, decimals, wording), maximum=maximum)
    return f"{told} ({said(wording.language, 'above')})" if part.value > part.maximum else told


def _row(canvas: Canvas, number: int, part: Piece, figure: str, y: float) -> float:
    """Write a part below the bar, and return where the next one stands."""
    figure = shortened(figure, SMALL, 190)
    canvas.open_group(f"{one_line(part.title)}: {figure}")
    canvas.numbered(number, _LEFT + 8, y)
    canvas.text("ink", _RIGHT, y + 4, figure, SMALL, "end", bold=False)
    room = _RIGHT - _LEFT - 24 - width(figure, SMALL) - 12
    for line in wrapped(one_line(part.title), SMALL, room, 2):
        canvas.text("ink", _LEFT + 24, y + 4, line, SMALL)
        y += _LINE
    canvas.close_group()
    return y + 6
