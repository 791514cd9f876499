"""How the latest figure of an indicator came about, each cause linked to what is known of it."""

from __future__ import annotations

from engine.explain.nouns import AnyItem, Computed, Figure, Parameter, Source
from engine.report.explanation import Told, told_causes
from engine.site import nouns
from engine.site.addresses import address
from engine.site.figures import Figures
from engine.site.guide import Guide, one_line

_DEEPEST = 6
"""From this level on, causes are not indented further."""


def explained(guide: Guide, figures: Figures, name: str) -> nouns.Explained | None:
    """Return how the latest figure of an indicator came about; None without one.

    Other indicators are told by their figures and explained on their own pages.
    """
    explanation = figures.explanation(name)
    if explanation is None:
        return None
    root, *others = told_causes(explanation, guide.language)
    causes = [_cause(guide, name, told) for told in others]
    beside = set(explanation.others)
    return nouns.Explained(
        filled=root.filled,
        lines=[one_line(line) for line in root.lines],
        causes=[cause for cause, told in zip(causes, others, strict=True) if told.item.id not in beside],
        others=[cause for cause, told in zip(causes, others, strict=True) if told.item.id in beside],
    )


def _cause(guide: Guide, name: str, told: Told) -> nouns.Cause:
    return nouns.Cause(
        number=told.number,
        level=min(told.level, _DEEPEST),
        link=nouns.Link(one_line(told.head), _where(name, told.item)),
        filled=told.filled,
        lines=[one_line(line) for line in told.lines],
    )


def _where(name: str, item: AnyItem) -> str | None:
    """Return where a cause is described: on the page of the indicator, or a page of its own."""
    page = address("indicator", name)
    match item:
        case Computed(kind="step" | "row step"):
            return f"{page}#step-{item.name}"
        case Parameter():
            return f"{page}#parameter-{item.name}"
        case Source():
            return address("source", item.name)
        case Figure() if item.indicator != name:
            return address("indicator", item.indicator)
    return None
