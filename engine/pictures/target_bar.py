"""Was the target reached? A number and a bar with a tick at the target, both named in words."""

from __future__ import annotations

from engine.definition import Catalogue
from engine.pictures.drawing import MARGIN, SMALL, WIDTH, Canvas, Drawing
from engine.pictures.lettering import one_line, shortened, width
from engine.pictures.scale import Scale
from engine.pictures.shown import Shown, shown, title_of, verdict, written
from engine.pictures.words import said
from engine.report.wording import Wording
from engine.values import Result
from engine.versions import Period, Rule, in_force

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_ABOVE, _THICK, _BELOW = 26, 18, 28
"""The height of the words above the bar, of the bar, and of the words below it."""
_HEAD = 62
"""The height of the number and the verdict."""
_NUMBER_SIZES = (32, 26, 20, 15)


def bar(result: Result, catalogue: Catalogue, wording: Wording, *, number: bool = True) -> Drawing:
    """Return the published value of *result* as number and bar, its target as a tick, as two for a range.

    The bar begins at zero. Its scale is the declared range, longer where a value or target lies beyond it.
    Without a value only target and scale are drawn, and the words say so. Without *number* the bar alone is
    drawn, for a place where number and verdict stand beside it as text.
    """
    return _Bar(result, catalogue, wording, number).drawing()


class _Bar:
    def __init__(self, result: Result, catalogue: Catalogue, wording: Wording, number: bool) -> None:
        self.result, self.catalogue, self.wording = result, catalogue, wording
        self.figure: Shown = shown(result, wording)
        self.indicator = catalogue.indicators[result.indicator]
        self.mark = verdict(result, self.indicator.better)
        self.canvas, self.headed = Canvas(), number
        self.y = _ABOVE + (_HEAD if number else 0)
        known = [0.0] if self.figure.value is None else [0.0, self.figure.value]
        goal = self.figure.goal
        known += [] if goal is None else [goal.low, goal.high]
        self.ends = self.declared()
        low, high = min(known), max(known)
        if self.ends is None:
            room = (high / 2 - low / 2) * 0.2
            low, high = low - (room if low < 0 else 0), high + (room if high > 0 else 0)
        else:
            low, high = min(low, self.ends[0]), max(high, self.ends[1])
        self.scale = Scale(low, high if high > low else low + 1, _LEFT, _RIGHT)

    def declared(self) -> tuple[float, float] | None:
        """Return the range that values are declared to have, None without one."""
        rule = in_force(self.indicator, Period.parse(self.result.period))
        found = rule.range if isinstance(rule, Rule) else self.indicator.range
        return None if found is None else (float(found.low), float(found.high))

    def say(self, word: str, /, **values: str) -> str:
        return said(self.wording.language, word, **values)

    def drawing(self) -> Drawing:
        if self.headed:
            self.number()
        self.track()
        title = title_of(self.result.indicator, self.catalogue, self.wording)
        return self.canvas.finished(
            WIDTH, self.y + _THICK + _BELOW, f"{title}, {self.figure.called}", self.told()
        )

    def sentence(self) -> list[str]:
        """Return what is said of the figure, most important first."""
        result, word = self.result, {"good": "reached", "bad": "missed"}.get(self.mark)
        if word is None:
            word = "no data" if result.value is None else "no target"
        told = [self.say(word)]
        if result.achievement is not None:
            decimals = self.catalogue.organization.achievement.changed_by(self.indicator.achievement).decimals
            percent = written(result.achievement.value, 2 if decimals is None else decimals, self.wording)
            told.append(self.say("achievement", percent=percent))
        if result.category is not None:
            told.append(self.say("category", word=one_line(result.category)))
        if self.indicator.better != "higher":
            told.append(self.say(self.indicator.better))
        return told

    def told(self) -> str:
        """Return the picture in words."""
        unit = self.unit()
        told = [f"{self.say('value')} {self.figure.written}{unit}"] if self.figure.value is not None else []
        told += [f"{self.say('target')} {self.figure.goal.written}{unit}"] if self.figure.goal else []
        told += self.sentence()
        told += [self.result.reason.text(self.wording.language)] if self.result.reason is not None else []
        return "; ".join(told)

    def unit(self) -> str:
        return "" if self.result.unit in (None, "1") else f" {one_line(self.result.unit or '')}"

    def number(self) -> None:
        """Write the number as large as it fits, its unit, and below it the verdict."""
        number, room = self.figure.written, _RIGHT - _LEFT
        size = next(
            (s for s in _NUMBER_SIZES if width(number, s, bold=True) <= room * 0.75), _NUMBER_SIZES[-1]
        )
        number = shortened(number, size, room, bold=True)
        self.canvas.text("ink", _LEFT, 36, number, size, bold=True)
        after = _LEFT + width(number, size, bold=True) + 6
        unit = self.unit().strip()
        if unit and after < _RIGHT - 20:
            self.canvas.text("quiet", after, 36, shortened(unit, SMALL, _RIGHT - after), SMALL)
        self.canvas.mark(self.mark, _LEFT + 5, 52)
        first, *rest = self.sentence()
        self.canvas.text(self.mark, _LEFT + 15, 57, first, bold=True)
        x = _LEFT + 15 + width(first, 13, bold=True)
        if rest:
            self.canvas.text(
                "quiet", x + 5, 57, shortened("· " + " · ".join(rest), SMALL, _RIGHT - x - 5), SMALL
            )

    def track(self) -> None:
        """Draw the bar from zero, the target across it, and what both are below and above."""
        canvas, figure, bottom = self.canvas, self.figure, self.y + _THICK
        canvas.rect("track" if figure.value is not None else "empty", _LEFT, self.y, _RIGHT - _LEFT, _THICK)
        zero = self.scale.at(0.0)
        if figure.value is not None:
            end = self.scale.at(figure.value)
            canvas.rect("value", min(zero, end), self.y, abs(end - zero), _THICK)
        if self.scale.low < 0 < self.scale.high:
            canvas.path("axis", "M", zero, self.y - 4, "V", bottom + 4)
        if figure.goal is not None:
            self.goal()
        taken = []
        if figure.value is not None:
            told = shortened(f"{self.say('value')} {figure.written}", SMALL, _RIGHT - _LEFT)
            canvas.centred("ink", self.scale.at(figure.value), bottom + 18, told, SMALL, _LEFT, _RIGHT)
            half = width(told, SMALL) / 2
            middle = min(max(self.scale.at(figure.value), _LEFT + half), _RIGHT - half)
            taken.append((middle - half, middle + half))
        for number in dict.fromkeys((self.scale.low, self.scale.high, 0.0)):
            if number != 0 and (self.ends is None or number not in self.ends):
                continue
            place, told = self.scale.at(number), self.wording.number(number)
            half = width(told, SMALL) / 2
            middle = min(max(place, _LEFT + half), _RIGHT - half)
            if all(middle + half + 8 < start or middle - half - 8 > stop for start, stop in taken):
                canvas.centred("quiet", place, bottom + 18, told, SMALL, _LEFT, _RIGHT)
                taken.append((middle - half, middle + half))

    def goal(self) -> None:
        goal, canvas = self.figure.goal, self.canvas
        assert goal is not None
        places = sorted({self.scale.at(goal.low), self.scale.at(goal.high)})
        if len(places) > 1:
            canvas.path("goal-line", "M", places[0], self.y - 6, "H", places[-1])
        for place in places:
            canvas.rect("goal", place - 2, self.y - 7, 4, _THICK + 14)
        word = self.say("target" if goal.single else "goal zone")
        told = shortened(f"{word} {goal.written}", SMALL, _RIGHT - _LEFT)
        middle = (places[0] + places[-1]) / 2
        canvas.centred("ink", middle, self.y - 12, told, SMALL, _LEFT, _RIGHT)
