"""The pictures of the pages, in whose colours a style sheet shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evaluation import Evaluation, results_of
from engine.pictures import bar, dots, drawn, elements, needs_map, pieces, stacked
from engine.pictures import trend as line_of
from engine.pictures.elements import element_step
from engine.pictures.map import Thing
from engine.pictures.shown import title_of
from engine.site.addresses import address, objective, up
from engine.site.figures import Figures
from engine.site.guide import Guide
from engine.site.nouns import Drawn, Picture
from engine.site.relations import Relations
from engine.values import Result
from engine.versions import Period, Rule


def trend(guide: Guide, results: Sequence[Result]) -> Drawn | None:
    """Return the figures of all years, the earliest first; None where fewer than two have a value."""
    if sum(result.value is not None for result in results) < 2:
        return None
    return Drawn(line_of(results, guide.catalogue, guide.wording).svg)


def of_figure(
    guide: Guide, figures: Figures, relations: Relations, result: Result | None, rule: Rule | None
) -> Iterator[Picture]:
    """Yield a figure against its target, what is inside it, and its elements, as far as there are any."""
    if result is None or result.value is None:
        return
    catalogue, wording = guide.catalogue, guide.wording
    yield Picture(Drawn(bar(result, catalogue, wording, number=False).svg))
    if rule is not None and (parts := pieces(result, rule, wording)):
        inside = stacked(title_of(result.indicator, catalogue, wording), parts, wording)
        yield Picture(Drawn(inside.svg), inside.title)
    yield from _elements(guide, figures, relations, result)


def _elements(guide: Guide, figures: Figures, relations: Relations, result: Result) -> Iterator[Picture]:
    """Yield the elements of the last period within a figure's that has a value."""
    last = next((part for part in reversed(result.parts) if part.value is not None), result)
    catalogue, period = guide.catalogue, Period.parse(last.period)
    hidden = relations.hidden_steps
    if element_step(catalogue.indicators[result.indicator], catalogue, period, hidden) is None:
        return
    # An evaluation of its own: the rows of another one may be those of another period by now.
    results = results_of(Evaluation(catalogue, figures.evaluation.data, None, {}), period, [result.indicator])
    found = elements(results, result.indicator, catalogue, guide.wording, hidden)
    if found is not None:
        yield Picture(Drawn(dots(found, guide.wording).svg), found.measured)


def map_of(guide: Guide, relations: Relations, indicators: Sequence[str], page: str) -> Drawn | None:
    """Return the map as seen from *page*, its boxes links; None where even divisions are too many."""
    found = needs_map(relations.graph, guide.catalogue, guide.wording, indicators, steps=False)
    if found is None or not found.boxes:
        return None
    root = up(page)

    def leads(thing: Thing) -> str:
        kind, name = thing
        if kind == "objective":
            return root + objective(name)
        return root + address("division" if kind in ("sources", "indicators") else kind, name)

    return Drawn(drawn(found, guide.wording, leads).svg)
