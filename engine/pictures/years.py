"""Where is it going? A line over periods, targets as steps, a mark where the rule changed.

A period without a value is a gap in the line, never zero, and so is a period that has no result at all.
Nothing is smoothed. Targets that are set for later years are drawn too, to the end of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.definition import Catalogue, Version
from engine.pictures.drawing import MARGIN, SMALL, WIDTH, Canvas, Drawing
from engine.pictures.lettering import one_line, shortened, width, wrapped
from engine.pictures.scale import Scale
from engine.pictures.shown import NONE, Shown, goal, period_called, shown, title_of
from engine.pictures.words import said
from engine.report.wording import Wording
from engine.values import Result
from engine.versions import Period

_LEFT, _RIGHT = 36, WIDTH - 36
_DEEP = 126
"""How high the room of the line is."""
_MOST_PERIODS = 40
_MOST_AHEAD = 5
_MOST_CHANGES = 5
_LINE = 16


def trend(results: Sequence[Result], catalogue: Catalogue, wording: Wording) -> Drawing:
    """Return the figures of one indicator over years, or over parts of years, the earliest first.

    Raises ValueError without any result.
    """
    if not results:
        raise ValueError("a trend needs a result")
    return _Trend(results[-_MOST_PERIODS:], catalogue, wording).drawing()


@dataclass(frozen=True)
class _Change:
    """The rule that counts from a column on."""

    column: int
    told: str


class _Trend:
    def __init__(self, results: Sequence[Result], catalogue: Catalogue, wording: Wording) -> None:
        self.catalogue, self.wording = catalogue, wording
        self.indicator = catalogue.indicators[results[0].indicator]
        self.decimals = results[-1].decimals
        self.unit = results[-1].unit
        self.columns = self.filled(results)
        self.changes = tuple(self.changed())
        self.canvas = Canvas()

    def say(self, word: str, /, **values: str) -> str:
        return said(self.wording.language, word, **values)

    # ── what is shown ──

    def filled(self, results: Sequence[Result]) -> list[Shown]:
        """Return every period from the first to the last, and the years ahead that have a target."""
        found = {result.period: shown(result, self.wording) for result in results}
        periods = [Period.parse(result.period) for result in results]
        if len({period.frequency for period in periods}) > 1:
            return list(found.values())
        names = [periods[-1].text]
        period = periods[-1]
        while period != periods[0] and len(names) < _MOST_PERIODS:
            period = period.previous()
            names.insert(0, period.text)
        targets = {target.period: target for target in self.indicator.targets}
        if periods[-1].frequency == "yearly":
            names += sorted(name for name in targets if len(name) == 4 and name > names[-1])[:_MOST_AHEAD]
        return [
            found.get(name)
            or Shown(
                name,
                period_called(name, self.wording),
                None,
                NONE,
                goal(targets.get(name), self.wording),
                None,
            )
            for name in names
        ]

    def changed(self) -> Iterator[_Change]:
        """Yield each place where another version counts than in the period before that had a rule."""
        ruled = [(place, one.since) for place, one in enumerate(self.columns) if one.since is not None]
        for (_, before), (place, after) in pairwise(ruled):
            if before == after or before is None or after is None:
                continue
            new = [one for one in self.indicator.versions if before < one.from_ <= after]
            told = "; ".join(dict.fromkeys(self.called(version) for version in new))
            yield _Change(place, told or self.say("another rule"))

    def called(self, version: Version) -> str:
        """Return what people call a version: its regulation, else its title."""
        basis = version.basis
        if basis is not None and basis.regulation is not None:
            act = self.catalogue.regulations.get(basis.regulation.id)
            return one_line(basis.regulation.id if act is None else act.citation)
        title = version.remarks.title
        return self.say("another rule") if title is None else one_line(self.wording.label(title))

    # ── the drawing ──

    def drawing(self) -> Drawing:
        top = self.key() + 14
        self.top, self.bottom = top, top + _DEEP
        known = [one.value for one in self.columns if one.value is not None]
        known += [end for one in self.columns if one.goal for end in (one.goal.low, one.goal.high)]
        self.scale = Scale(
            min(known, default=0.0),
            max(known, default=0.0),
            self.bottom - 24,
            top + (32 if self.changes else 20),
        )
        count = len(self.columns)
        self.step = (_RIGHT - _LEFT) / max(1, count - 1)
        self.canvas.path("axis", "M", MARGIN, self.bottom, "H", WIDTH - MARGIN)
        self.goals()
        for change in self.changes:
            self.canvas.path("change", "M", self.x(change.column) - self.step / 2, top, "V", self.bottom)
        self.line()
        if not [one for one in self.columns if one.value is not None]:
            self.canvas.text("aim", WIDTH / 2, self.bottom - 8, self.say("no data"), SMALL, "middle")
        self.periods()
        for number, change in enumerate(self.changes, start=1):
            self.canvas.numbered(number, self.x(change.column) - self.step / 2, top)
        tall = self.reasons(self.bottom + 30)
        title = title_of(self.indicator.id, self.catalogue, self.wording)
        return self.canvas.finished(WIDTH, tall, self.say("trend of", title=title), self.told())

    def x(self, column: float) -> float:
        if len(self.columns) == 1:
            return WIDTH / 2
        return _LEFT + self.step * column

    def told(self) -> str:
        """Return the picture in words: each period with its figures, then what changed."""
        unit = "" if self.unit in (None, "1") else f" {one_line(self.unit or '')}"
        told = []
        for one in self.columns:
            parts = [self.say("no data") if one.value is None else f"{one.written}{unit}"]
            parts += [f"{self.say('target')} {one.goal.written}"] if one.goal else []
            told.append(f"{one.called}: {', '.join(parts)}")
        told += [
            self.say("from", period=self.columns[change.column].called, rule=change.told)
            for change in self.changes
        ]
        return "; ".join(told)

    def key(self) -> float:
        """Draw what the lines are, and return where the last row of it ends."""
        goals = [one.goal for one in self.columns if one.goal]
        kinds = [("line", self.say("value"))]
        kinds += [("goal-line", self.say("target"))] if goals else []
        kinds += [("change", self.say("new rule"))] if self.changes else []
        x, y = float(MARGIN), 14.0
        for shade, word in kinds:
            wide = 30 + width(word, SMALL)
            if x + wide > WIDTH - MARGIN and x > MARGIN:
                x, y = float(MARGIN), y + _LINE
            if shade == "change":
                self.canvas.path(shade, "M", x + 12, y - 10, "V", y + 3)
            else:
                self.canvas.path(shade, "M", x, y - 4, "H", x + 24)
            if shade == "line":
                self.canvas.circle("point", x + 12, y - 4, 3.5)
            self.canvas.text("ink", x + 30, y, word, SMALL)
            x += wide + 14
        return y

    def goals(self) -> None:
        """Draw the targets as steps; a range as a zone between two."""
        for place, one in enumerate(self.columns):
            if one.goal is not None and not one.goal.single:
                start, stop = self.span(place)
                high, low = self.scale.at(one.goal.high), self.scale.at(one.goal.low)
                self.canvas.rect("goal-zone", start, high, stop - start, low - high)
        self.steps([one.goal.high if one.goal else None for one in self.columns])
        lows = [one.goal.low if one.goal and not one.goal.single else None for one in self.columns]
        self.steps(lows)

    def span(self, place: int) -> tuple[float, float]:
        """Return where the column of a period begins and ends."""
        x = self.x(place)
        return max(x - self.step / 2, MARGIN), min(x + self.step / 2, WIDTH - MARGIN)

    def steps(self, ends: Sequence[float | None]) -> None:
        """Draw one line of steps, broken where there is no target and where the rule changed."""
        changed = {change.column for change in self.changes}
        told: list[str | float] = []
        for place, end in enumerate(ends):
            if end is None:
                continue
            start, stop = self.span(place)
            follows = place > 0 and ends[place - 1] is not None and place not in changed
            told += [*(("V",) if follows else ("M", start)), self.scale.at(end), "H", stop]
        if told:
            self.canvas.path("goal-line", *told)

    def line(self) -> None:
        """Draw the line, broken where there is no value, its points and their numbers."""
        steps: list[str | float] = []
        pen = "M"
        for place, one in enumerate(self.columns):
            if one.value is None:
                pen = "M"
                continue
            steps += [pen, self.x(place), self.scale.at(one.value)]
            pen = "L"
        if steps:
            self.canvas.path("line", *steps)
        numbered = self.numbered()
        for place, one in enumerate(self.columns):
            if one.value is not None:
                self.canvas.circle("point", self.x(place), self.scale.at(one.value), 3.5)
        aims = [place for place, one in enumerate(self.columns) if one.goal]
        for place in dict.fromkeys((*aims[:1], *aims[-1:])):
            self.aim(place)
        for place in numbered:
            self.number(place)

    def numbered(self) -> list[int]:
        """Return the columns whose value is written: all that fit beside each other, always both ends."""
        valued = [place for place, one in enumerate(self.columns) if one.value is not None]
        widest = max((width(self.columns[place].written, SMALL, bold=True) for place in valued), default=0)
        if widest + 4 <= self.step or len(self.columns) == 1:
            return valued
        return list(dict.fromkeys((*valued[:1], *valued[-1:])))

    def number(self, place: int) -> None:
        """Write a value on the side of its point on which the target, or else the line, is not."""
        one = self.columns[place]
        assert one.value is not None
        y = self.scale.at(one.value) + (18 if self.below(place) else -9)
        self.canvas.centred("figure", self.x(place), y, one.written, SMALL, 2, WIDTH - 2)

    def below(self, place: int) -> bool:
        """Return whether the number of a value stands below it: where target or line is above."""
        one = self.columns[place]
        if one.value is None:
            return False
        if one.goal is not None:
            return one.value < one.goal.high
        beside = [other.value for other in self.columns[max(place - 1, 0) : place + 2] if other is not one]
        known = [value for value in beside if value is not None]
        return bool(known) and min(known) > one.value

    def aim(self, place: int) -> None:
        """Write a target on the side on which the value is not."""
        one = self.columns[place]
        assert one.goal is not None
        above = one.value is None or self.below(place)
        y = self.scale.at(one.goal.high) - 6 if above else self.scale.at(one.goal.low) + 15
        self.canvas.centred("aim", self.x(place), y, one.goal.written, SMALL, 2, WIDTH - 2)

    def periods(self) -> None:
        """Write the periods below the line, every second or third where they would touch."""
        widest = max(width(one.period, SMALL) for one in self.columns)
        every = next((n for n in range(1, 60) if n * self.step >= widest + 8), 60)
        last = len(self.columns) - 1
        for place, one in enumerate(self.columns):
            if (last - place) % every == 0:
                self.canvas.path("axis", "M", self.x(place), self.bottom, "V", self.bottom + 4)
                self.canvas.centred("quiet", self.x(place), self.bottom + 17, one.period, SMALL, 1, WIDTH - 1)

    def reasons(self, y: float) -> float:
        """Write below the line what changed the rule, and return how high the picture is."""
        for number, change in enumerate(self.changes[:_MOST_CHANGES], start=1):
            told = self.say("from", period=self.columns[change.column].called, rule=change.told)
            self.canvas.open_group(told)
            self.canvas.numbered(number, MARGIN + 8, y + 6)
            for line in wrapped(told, SMALL, WIDTH - 2 * MARGIN - 24, 2):
                self.canvas.text("ink", MARGIN + 24, y + 10, line, SMALL)
                y += _LINE
            self.canvas.close_group()
            y += 5
        if len(self.changes) > _MOST_CHANGES:
            more = self.say("more changes", count=str(len(self.changes) - _MOST_CHANGES))
            self.canvas.text("quiet", MARGIN + 24, y + 10, shortened(more, SMALL, WIDTH), SMALL)
            y += _LINE
        return y
