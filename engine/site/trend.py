"""The figures of all years as a line, beside the targets, with a mark where the rule changed.

The colours are those of the page, by class, so that the picture follows light, dark and paper. Nothing
is told by colour alone: the line is solid, targets are dashed steps, figures stand there as numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from engine.definition import Number
from engine.site.guide import Guide
from engine.site.nouns import Drawn
from engine.values import Result

_WIDTH, _HEIGHT = 480, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 434, 44, 200
_MOST_NUMBERS = 8
"""Up to so many years, every figure stands at its point; of more, the first and the last."""


def trend(guide: Guide, results: Sequence[Result]) -> Drawn | None:
    """Return the picture of *results*, the earliest first; None where fewer than two have a value."""
    if sum(result.value is not None for result in results) < 2:
        return None
    return Drawn("".join(_Picture(guide, results).svg()))


class _Picture:
    def __init__(self, guide: Guide, results: Sequence[Result]) -> None:
        self.guide, self.results = guide, results
        known = [float(r.value) for r in results if r.value is not None]
        known += [float(end) for result in results for end in _ends(result)]
        low, high = min(known), max(known)
        room = (high - low or abs(high) or 1.0) * 0.1
        self.low, self.high = low - 2 * room, high + room

    def x(self, place: float) -> str:
        return f"{_LEFT + (_RIGHT - _LEFT) * place / max(1, len(self.results) - 1):.1f}"

    def y(self, value: Number) -> str:
        return f"{_BOTTOM - (_BOTTOM - _TOP) * (float(value) - self.low) / (self.high - self.low):.1f}"

    def svg(self) -> Iterator[str]:
        said = self.guide.say("trend")
        box, told = f"0 0 {_WIDTH} {_HEIGHT}", escape(self.told())
        yield f'<svg class="trend" viewBox="{box}" role="img" aria-label="{told}">'
        yield f"<title>{escape(said)}</title><desc>{told}</desc>"
        yield from self.key()
        yield f'<path class="ground" d="M{_LEFT - 20} {_BOTTOM}H{_RIGHT + 20}"/>'
        yield from self.changes()
        yield from self.targets()
        yield from self.line()
        for place, result in enumerate(self.results):
            period = escape(self.guide.period(result.period))
            yield f'<text class="year" x="{self.x(place)}" y="{_BOTTOM + 22}">{period}</text>'
        yield "</svg>"

    def told(self) -> str:
        """Return the picture in words."""
        shown = (
            f"{self.guide.period(r.period)}: "
            f"{self.guide.number(r.value, r.decimals) or self.guide.say('no data')}"
            for r in self.results
        )
        return f"{self.guide.say('trend')}. {'; '.join(shown)}."

    def key(self) -> Iterator[str]:
        """Yield what the lines are."""
        kinds = [("value", "value", "h24")]
        kinds += [("goal", "target", "h24")] if any(_ends(result) for result in self.results) else []
        kinds += [("change", "new rule", "m12 -8v16")] if list(self.changes()) else []
        for place, (look, word, stroke) in enumerate(kinds):
            x = _LEFT - 20 + place * 140
            yield f'<path class="{look}" d="M{x} 16{stroke}"/>'
            yield f'<text class="key" x="{x + 32}" y="21">{escape(self.guide.say(word))}</text>'

    def changes(self) -> Iterator[str]:
        """Yield a line where another version counts than the year before."""
        for place, (before, after) in enumerate(zip(self.results, self.results[1:], strict=False)):
            if None not in (before.version_from, after.version_from) and (
                before.version_from != after.version_from
            ):
                yield f'<path class="change" d="M{self.x(place + 0.5)} {_TOP - 8}V{_BOTTOM}"/>'

    def targets(self) -> Iterator[str]:
        """Yield a step for each target; for one from low to high, one at either end."""
        for place, result in enumerate(self.results):
            for end in _ends(result):
                start, stop = self.x(max(place - 0.4, -0.2)), self.x(place + 0.4)
                yield f'<path class="goal" d="M{start} {self.y(end)}H{stop}"/>'

    def line(self) -> Iterator[str]:
        """Yield the line, broken where a year has no value, and its points with their numbers."""
        pen = "M"
        path = ""
        for place, result in enumerate(self.results):
            if result.value is None:
                pen = "M"
                continue
            path += f"{pen}{self.x(place)} {self.y(result.value)}"
            pen = "L"
        yield f'<path class="value" d="{path}"/>'
        ends = (0, len(self.results) - 1)
        for place, result in enumerate(self.results):
            if result.value is None:
                continue
            yield f'<circle class="point" cx="{self.x(place)}" cy="{self.y(result.value)}" r="4"/>'
            if len(self.results) <= _MOST_NUMBERS or place in ends:
                number = escape(self.guide.number(result.value, result.decimals) or "")
                # On the side of the point on which no target is.
                below = any(float(end) > float(result.value) for end in _ends(result))
                y = float(self.y(result.value)) + (21 if below else -10)
                yield f'<text class="number" x="{self.x(place)}" y="{y:.1f}">{number}</text>'


def _ends(result: Result) -> tuple[Number, ...]:
    if result.target is None:
        return ()
    return result.target.value if isinstance(result.target.value, tuple) else (result.target.value,)
