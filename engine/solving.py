"""Answer "what would it take": search the value of one parameter or input at which a figure reaches a goal.

Figures are computed, never guessed: at points spread over the allowed values, then by halving between two
neighbouring points, one of which reaches the goal and one of which does not, down to the last decimal. That
finds the nearest such place where the figure only rises or only falls; whether it does is judged by the
points, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeGuard

from engine import versions
from engine.definition import Better, Catalogue, Number, Single
from engine.evaluation import Evaluation
from engine.graph import RESULT
from engine.numbers import at_nine, to_nine
from engine.problems import InvalidData, InvalidDefinitions, InvalidRequest, Message, error, nearest, say
from engine.sources import Rows
from engine.versions import Period, Rule

POINTS = 9
"""Points at which the figure is computed before the search, both ends included."""

Course = Literal["rises", "falls", "stays", "turns"]


@dataclass(frozen=True)
class Tried:
    """A value that was tried, and the figure with it; `reason` says why there is none."""

    at: Number
    value: Number | None
    reason: Message | None = None


@dataclass(frozen=True)
class Solution:
    """What it takes for an indicator to reach `target`, or how near it comes.

    `now` is the figure as it is, `found` the value nearest to that with which the target is reached (or,
    where it is reached already, the last one with which it still is), `beside` its neighbour on the other
    side of the target. `points` are the spread points in order, both ends included, `course` what the
    figure does over them. `proved` are the least and largest figure that any data can give by the rule as
    it is, where the checker knows them. `decimals` are those of the values tried, `published` those of
    the figure, `tried` how often it was computed.
    """

    indicator: str
    period: str
    varied: str
    target: Number
    better: Better
    reached: bool
    now: Tried
    found: Tried | None
    beside: Tried | None
    points: tuple[Tried, ...]
    course: Course
    proved: tuple[float, float] | None
    decimals: int
    published: int | None
    tried: int

    @property
    def best(self) -> Tried | None:
        """The point whose figure comes nearest to the target; None where no point has a figure."""
        known = [point for point in self.points if point.value is not None]
        return min(known, key=lambda point: abs(float(point.value or 0) - self.target), default=None)


@dataclass(frozen=True)
class Question:
    """What is asked: which figure, what may vary between which ends, by which step (10 ** -decimals)."""

    indicator: str
    period: str
    varied: str
    target: Number
    better: Better
    low: Number
    high: Number
    decimals: int
    now: Number
    published: int | None = None
    proved: tuple[float, float] | None = None


def solve(question: Question, figure: Callable[[Number], Tried]) -> Solution:
    """Return what it takes; *figure* computes the indicator with a value."""
    known: dict[int, Tried] = {}
    steps = round((float(question.high) - float(question.low)) * 10**question.decimals)

    def at(step: int) -> Tried:
        if step not in known:
            known[step] = figure(_value(question, step))
        return known[step]

    now = figure(question.now)
    up = question.better == "higher" or (
        question.better == "closer" and now.value is not None and now.value < question.target
    )

    def reaches(point: Tried) -> bool:
        if point.value is None:
            return False
        value, goal = at_nine(float(point.value)), at_nine(float(question.target))
        return value >= goal if up else value <= goal

    places = sorted({round(steps * number / (POINTS - 1)) for number in range(POINTS)})
    start = reaches(now)
    here = round((float(question.now) - float(question.low)) * 10**question.decimals)
    if at_nine(float(_value(question, here))) == at_nine(float(question.now)):
        known[here] = now
    state = {place: reaches(at(place)) for place in sorted({*places, here})}
    points = [at(place) for place in places]
    pair = _nearest(state, here)
    found = beside = None
    if pair is not None:
        inside, outside = pair  # steps: one reaches the goal, one does not
        while abs(inside - outside) > 1:
            middle = (inside + outside) // 2
            if reaches(at(middle)):
                inside = middle
            else:
                outside = middle
        found, beside = at(inside), at(outside)
    elif start != state[here]:  # between two values of so few decimals, and the only one on its side
        found, beside = (now, at(here)) if start else (at(here), now)
    return Solution(
        question.indicator,
        question.period,
        question.varied,
        question.target,
        question.better,
        start,
        now,
        found,
        beside,
        tuple(points),
        _course(points),
        question.proved,
        question.decimals,
        question.published,
        len(known) + 1,
    )


def _value(question: Question, step: int) -> Number:
    value = to_nine(float(question.low) + step / 10**question.decimals)
    return round(value) if question.decimals == 0 else round(value, question.decimals)


def _nearest(reached: Mapping[int, bool], here: int) -> tuple[int, int] | None:
    """Return the neighbours nearest to *here* of which one reaches the goal, that one first."""
    pairs = [(a, b) for a, b in pairwise(reached) if reached[a] != reached[b]]
    if not pairs:
        return None
    first, second = min(pairs, key=lambda pair: min(abs(pair[0] - here), abs(pair[1] - here)))
    return (first, second) if reached[first] else (second, first)


def _course(points: Sequence[Tried]) -> Course:
    """Return what the figure does over the points; where one has no figure, that is no turn."""
    values = [at_nine(float(point.value)) for point in points if point.value is not None]
    steps = {(b > a) - (b < a) for a, b in pairwise(values)} - {0}
    if len(steps) > 1:
        return "turns"
    return "stays" if not steps else ("rises" if steps == {1} else "falls")


# ── what is asked, of a catalogue ──


@dataclass(frozen=True)
class Varied:
    """What may change: a parameter, or a `column` of a record's `source`, and what is known of it."""

    name: str
    now: Number
    whole: bool
    low: Number | None = None
    high: Number | None = None
    source: str | None = None
    column: str = ""


Start = Callable[[Mapping[str, Number], Mapping[str, Mapping[str, Number]]], Evaluation]
"""Begin an evaluation with other parameters and other inputs of records."""


def answer(
    catalogue: Catalogue,
    start: Start,
    indicator: str,
    target: Number,
    vary: str,
    period: Period,
    between: tuple[float, float] | None = None,
    decimals: int | None = None,
) -> Solution:
    """Return what it takes for an indicator to reach *target* by varying one thing.

    Raises InvalidRequest for what can't be varied, or where the ends of the search are not known.
    """
    own = catalogue.indicators[indicator]
    rule = versions.in_force(own, period)
    if not isinstance(rule, Rule):
        raise _refused(rule.reason)
    base = start({}, {})
    varied = _varied(catalogue, base, vary, rule, period)
    low, high = between or (varied.low, varied.high)
    if low is None or high is None:
        raise _refused(
            say("nothing says between which values `{name}` may lie", name=vary),
            say("say it with --between LOW HIGH"),
        )
    if not low <= varied.now <= high:
        raise _refused(
            say(
                "`{name}` is {now}, which does not lie between {low} and {high}",
                name=vary,
                now=varied.now,
                low=low,
                high=high,
            )
        )
    if not low < high:
        raise _refused(
            say("the search goes from {low} to {high}; the first must be smaller", low=low, high=high)
        )
    places = decimals if decimals is not None else 0 if varied.whole else rule.decimals or 2
    rows: dict[tuple[str, str], Rows] = {}

    def figure(value: Number) -> Tried:
        if varied.source is None:
            evaluation = start({varied.name: value}, {})
        else:
            evaluation = start({}, {varied.source: {varied.column: value}})
        evaluation.rows_read.update({key: read for key, read in rows.items() if key[0] != varied.source})
        try:
            result = evaluation.results(period, [indicator])[0]
        except (InvalidDefinitions, InvalidData) as refused:
            if value == varied.now:
                raise
            return Tried(value, None, refused.problems[0].message)
        rows.update(evaluation.rows_read)
        return Tried(value, result.value, result.reason)

    kind = base.proof(period)[0].kinds.get((indicator, RESULT))
    proved = None if kind is None or not kind.bounded else (kind.low, kind.high)
    question = Question(
        indicator, period.text, vary, target, own.better, low, high, places, varied.now, rule.decimals, proved
    )
    return solve(question, figure)


def _varied(catalogue: Catalogue, base: Evaluation, vary: str, rule: Rule, period: Period) -> Varied:
    owner, _, name = vary.rpartition(".")
    source = catalogue.sources.get(owner)
    if source is not None and source.shape == "record":
        column = source.columns.get(name)
        if column is None:
            message = say("the source `{source}` has no column `{column}`", source=owner, column=name)
            raise _unknown(message, name, source.columns)
        rows = base.read(owner, period)
        value = None if rows.absent is not None else rows.records()[0].get(name)
        if not _is_number(value):
            raise _refused(say("`{name}` holds no number in {period}", name=vary, period=period.text))
        low, high = (None, None) if column.range is None else (column.range.low, column.range.high)
        return Varied(vary, value, column.type == "integer", low, high, owner, name)
    if source is not None:
        raise _refused(
            say("`{name}` has many rows; what is varied is one value", name=owner),
            say("vary a parameter, or a column of a source with `shape: record`"),
        )
    of_owner = catalogue.indicators.get(owner)
    found = rule if not owner else None if of_owner is None else versions.in_force(of_owner, period)
    if not isinstance(found, Rule) or name not in found.parameters:
        known = [f"{rule.indicator.id}.{own}" for own in rule.parameters]
        message = say("there is no parameter or input `{name}` in {period}", name=vary, period=period.text)
        raise _unknown(message, vary, known)
    content = found.parameters[name].content
    if not isinstance(content, Single) or not _is_number(content.value):
        raise _refused(say("`{name}` is not a single number and can't be varied", name=vary))
    return Varied(f"{found.indicator.id}.{name}", content.value, isinstance(content.value, int))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unknown(message: Message, name: str, known: Iterable[str]) -> InvalidRequest:
    return InvalidRequest(error("unknown-name", None, message, nearest(name, known)))


def _refused(message: Message, hint: Message | None = None) -> InvalidRequest:
    return InvalidRequest(error("wrong-option", None, message, hint))
