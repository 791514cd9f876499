"""Which element is weakest? Dots from low to high, the weakest three with a mark and their names.

The elements are rows of a source that the definitions hold themselves, such as the elements of a survey:
never rows of data, which may be persons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from engine.definition import Catalogue, Indicator, Source, Step
from engine.numbers import at_nine
from engine.pictures.drawing import MARGIN, SMALL, WIDTH, Canvas, Drawing
from engine.pictures.lettering import one_line, shortened, wrapped
from engine.pictures.scale import Scale
from engine.pictures.shown import title_of, written
from engine.pictures.words import said
from engine.report.wording import Wording
from engine.values import Results
from engine.versions import Period, Rule, in_force

_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_NAMES = 150
"""How wide a name may be."""
_WEAKEST = 3
_MOST_NAMED = 20
"""Of more elements only the weakest are named."""
_LINE, _GAP, _LOW = 15, 7, 8
_DECIMALS = 2


@dataclass(frozen=True)
class Element:
    """An element with its value; None where there is none."""

    title: str
    value: float | None


@dataclass(frozen=True)
class Elements:
    """The elements of an indicator, what was measured of them and when, and between which ends."""

    title: str
    measured: str
    items: tuple[Element, ...]
    low: float
    high: float


def elements(
    results: Results,
    indicator: str,
    catalogue: Catalogue,
    wording: Wording,
    hidden: Collection[tuple[str, str]],
) -> Elements | None:
    """Return the elements that *indicator* measures, with their values in *results*; None where it has none.

    They are the rows of the one step that has a range and is reckoned for each row of a source whose rows
    stand in the definitions. The name of a row is its first column of texts that is not the key. *hidden*
    are the steps, each with its indicator, that pass personal values on (`checking.personal`): none is shown,
    and no source that has a personal column.
    """
    step = element_step(catalogue.indicators[indicator], catalogue, Period.parse(results.period), hidden)
    if step is None or step.each is None or step.range is None:
        return None
    source = catalogue.sources[step.each.id]
    name, column = _name(source), f"{indicator}.{step.id}"
    rows = results.rows(source.id)
    rows = rows if isinstance(rows, list) else rows.to_dicts()
    called = step.id if step.remarks.title is None else one_line(wording.label(step.remarks.title))
    measured = f"{called}, {Period.parse(results.period).title(wording.language)}"
    return Elements(
        title_of(indicator, catalogue, wording),
        measured,
        tuple(Element(one_line(str(row[name])), row[column]) for row in rows),
        float(step.range.low),
        float(step.range.high),
    )


def element_step(
    indicator: Indicator, catalogue: Catalogue, period: Period, hidden: Collection[tuple[str, str]]
) -> Step | None:
    """Return the step that measures the elements of *indicator* in *period*; None where there is none."""
    rule = in_force(indicator, period)
    if not isinstance(rule, Rule):
        return None
    found = [
        step
        for step in rule.steps.values()
        if step.range is not None and step.each is not None and _shown(catalogue.sources[step.each.id])
    ]
    return found[0] if len(found) == 1 and (indicator.id, found[0].id) not in hidden else None


def _shown(source: Source) -> bool:
    return source.rows is not None and not any(column.personal for column in source.columns.values())


def _name(source: Source) -> str:
    key = None if source.key is None else source.key.id
    texts = [name for name, column in source.columns.items() if column.type == "text" and name != key]
    return texts[0] if texts else key or next(iter(source.columns))


def dots(measured: Elements, wording: Wording, decimals: int | None = _DECIMALS) -> Drawing:
    """Return the elements from the lowest to the highest as dots on one scale; those without a value last.

    The three lowest stand out by the mark ▼, with all that equal the third; none do where all are equal.
    Raises ValueError without elements.
    """
    if not measured.items:
        raise ValueError("dots need an element")
    valued = sorted(
        (one for one in measured.items if one.value is not None), key=lambda one: one.value or 0.0
    )
    missing = [one for one in measured.items if one.value is None]
    weak = _weakest([float(one.value or 0.0) for one in valued])
    known = [float(one.value or 0.0) for one in valued]
    scale = Scale(min([measured.low, *known]), max([measured.high, *known]), _LEFT + _NAMES + 24, _RIGHT - 44)
    nothing = said(wording.language, "no data")
    told = [f"{one.title}: {written(one.value, decimals, wording)}" for one in valued]
    told += [f"{one.title}: {nothing}" for one in missing]
    canvas, y = Canvas(), 22.0
    for number in (measured.low, measured.high):
        canvas.centred("quiet", scale.at(number), 12, wording.number(number), SMALL, _LEFT + _NAMES, _RIGHT)
    for place, one in enumerate((*valued, *missing)):
        named = place < weak or len(measured.items) <= _MOST_NAMED
        y = _row(canvas, one, told[place], scale, y, wording, decimals, weakest=place < weak, named=named)
    weakest = [one.title for one in valued[:weak]]
    if weakest:
        told.insert(0, f"{said(wording.language, 'weakest')}: {', '.join(weakest)}")
        canvas.mark("bad", _LEFT + 5, y + 9)
        canvas.text("bad", _LEFT + 16, y + 13, said(wording.language, "weakest"), SMALL)
        y += 20
    return canvas.finished(WIDTH, y + 4, f"{measured.measured}: {one_line(measured.title)}", "; ".join(told))


def _weakest(values: Sequence[float]) -> int:
    """Return how many of the sorted *values* are the weakest: three, and all that equal the third."""
    counts = [at_nine(value) for value in values]
    if not counts or counts[0] == counts[-1]:
        return 0
    limit = counts[min(_WEAKEST, len(counts)) - 1]
    found = sum(count <= limit for count in counts)
    return found if found < len(counts) else sum(count < limit for count in counts)


def _row(
    canvas: Canvas, one: Element, told: str, scale: Scale, y: float, wording: Wording,
    decimals: int | None, *, weakest: bool, named: bool,
) -> float:  # fmt: skip
    """Draw an element, and return where the next one stands."""
    lines = wrapped(one.title, SMALL, _NAMES, 2, bold=weakest) if named else ()
    tall = len(lines) * _LINE + _GAP if named else _LOW
    middle = y + tall / 2
    canvas.open_group(told)
    canvas.path("axis", "M", scale.start, middle, "H", scale.stop)
    top = middle + 4 - (len(lines) - 1) / 2 * _LINE
    for number, line in enumerate(lines):
        canvas.text("ink", _LEFT, top + number * _LINE, line, SMALL, bold=weakest)
    if one.value is None:
        canvas.text("figure", scale.start + 4, middle + 4, said(wording.language, "no data"), SMALL)
    elif weakest:
        canvas.mark("bad", scale.at(one.value), middle, 12)
    else:
        canvas.circle("value", scale.at(one.value), middle, 5 if named else 3)
    if one.value is not None and named:
        figure = shortened(written(one.value, decimals, wording), SMALL, 46)
        canvas.text("ink", _RIGHT, middle + 4, figure, SMALL, "end", bold=weakest)
    canvas.close_group()
    return y + tall
