"""The decree of performance indicators, regenerated from the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.definition import Catalogue, Indicator
from engine.documents.mathematics import passages
from engine.documents.paper import NONE, Paper, Passage, Sheet, line, sheet
from engine.formula.names import Reference
from engine.formula.typeset import Part, Row, Sign, Words, layout
from engine.report.titles import title_of
from engine.report.wording import Wording


@dataclass(frozen=True)
class Item:
    """One entry of a list with its number or letter."""

    number: str
    text: str


@dataclass(frozen=True)
class Line:
    """An indicator as the decree prints it; `number` is empty where it is the only one of its objective."""

    number: str
    title: str
    explanation: tuple[Passage, ...]
    sources: str

    @property
    def numbered(self) -> str:
        """The title behind its number."""
        return f"{self.number} {self.title}".lstrip()


@dataclass(frozen=True)
class Goal:
    """An objective with its indicators."""

    number: str
    title: str
    indicators: tuple[Line, ...]


@dataclass(frozen=True)
class Signature:
    """Place and month, and who signs; an unknown part is empty and not printed."""

    issued: str
    post: str
    name: str
    rank: str
    number: str


@dataclass(frozen=True)
class Decree:
    """All that the decree prints, every text ready to be set."""

    sheet: Sheet
    agency: str
    post: str
    task: str
    functions: tuple[Item, ...]
    goals: tuple[Goal, ...]
    signature: Signature | None
    notes: tuple[str, ...]


def decree(catalogue: Catalogue, wording: Wording, paper: Paper, made: date) -> Decree:
    """Return the decree of *catalogue* as *wording*'s language prints it."""
    organization = catalogue.organization
    common = sheet("", catalogue, wording, paper, made)
    goals = tuple(
        Goal(f"{number}.", line(wording.label(organization.objectives[name].title)), lines)
        for number, (name, lines) in enumerate(_by_objective(catalogue, wording), 1)
    )
    without = [
        item.title
        for goal in goals
        for item in goal.indicators
        if item.explanation == (_NO_PASSAGE,) and item is not _NO_LINE
    ]
    missing = common.words["no_wording"].format(names="; ".join(without))
    return Decree(
        sheet=sheet(common.words["decree"], catalogue, wording, paper, made),
        agency=line(wording.label(organization.name)),
        post=line(organization.post),
        task=line(organization.task),
        functions=tuple(Item(f"{letters(i)}.", line(text)) for i, text in enumerate(organization.functions)),
        goals=goals,
        signature=_signature(catalogue),
        notes=(missing,) if without else (),
    )


_NO_PASSAGE = Passage(NONE)
_NO_LINE = Line("", NONE, (_NO_PASSAGE,), NONE)


def ordered(catalogue: Catalogue, objective: str) -> list[Indicator]:
    """Return the indicators of an objective in the order of documents: by `order`, then by id."""
    found = [i for i in catalogue.indicators.values() if i.objective.id == objective]
    return sorted(found, key=lambda i: (i.order is None, i.order or 0, i.id))


def letters(index: int) -> str:
    """Return the letter of the entry with this *index*: a to z, then aa, ab."""
    before, last = divmod(index, 26)
    return (letters(before - 1) if before else "") + chr(ord("a") + last)


def _by_objective(catalogue: Catalogue, wording: Wording) -> Sequence[tuple[str, tuple[Line, ...]]]:
    """Return the objectives in the organization's order, with what is printed of their indicators."""
    by_objective = [(name, ordered(catalogue, name)) for name in catalogue.organization.objectives]
    return [
        (
            name,
            tuple(
                _line(catalogue, indicator, wording, f"{number}." if len(indicators) > 1 else "")
                for number, indicator in enumerate(indicators, 1)
            )
            or (_NO_LINE,),
        )
        for name, indicators in by_objective
    ]


def _line(catalogue: Catalogue, indicator: Indicator, wording: Wording, number: str) -> Line:
    parts = passages(indicator.wording or "")
    worded = tuple(Passage(line(part)) if isinstance(part, str) else Passage("", part) for part in parts)
    return Line(
        number=number,
        title=line(wording.label(indicator.title)),
        explanation=worded or tuple(_computed(catalogue, indicator, wording)) or (_NO_PASSAGE,),
        sources=line(", ".join(source_titles(catalogue, indicator, wording))),
    )


def _computed(catalogue: Catalogue, indicator: Indicator, wording: Wording) -> Iterator[Passage]:
    """Yield what explains an indicator without a wording: its concept, and the formula of its newest rule."""
    concept = indicator.statistics.get("concept")
    if concept is not None:
        yield Passage(line(wording.label(concept)))
    formula = _formula(catalogue, indicator, wording)
    if formula is not None:
        yield Passage("", formula)


def _formula(catalogue: Catalogue, indicator: Indicator, wording: Wording) -> Part | None:
    """Return the formula of the result, or of the step that the result is, with titles for names."""
    from engine.report.graph_text import graph_at

    graph = graph_at(catalogue)
    rule = graph.rules.get(indicator.id)
    if rule is None:
        return None

    def called(reference: Reference) -> str | None:
        found = title_of(reference, catalogue, rule, graph.rules)
        return None if found is None else line(wording.label(found))

    step, seen = rule.result, set[str]()
    while (name := step.formula.text.strip()) in rule.steps and name not in seen:
        seen.add(name)
        step = rule.steps[name]
    bound = graph.bounds.get((indicator.id, step.id))
    if bound is None:
        return None
    title = step.remarks.title or indicator.title
    return Row((Words(line(wording.label(title))), Sign("="), layout(bound, called, wording.language)))


def source_titles(catalogue: Catalogue, indicator: Indicator, wording: Wording) -> list[str]:
    """Return what an indicator's data are called, each once; rows that stand in a definition are no data."""
    used = (catalogue.sources[name.id] for name in indicator.sources)
    return list(dict.fromkeys(wording.label(source.title) for source in used if source.rows is None))


def _signature(catalogue: Catalogue) -> Signature | None:
    organization, signer = catalogue.organization, catalogue.organization.signatory
    if signer is None:
        return None
    issued = ", ".join(part for part in (organization.issued_at, organization.issued_on) if part)
    rank, number = (line(text) if text else "" for text in (signer.rank, signer.number))
    return Signature(line(issued) if issued else "", line(signer.post), line(signer.name), rank, number)
