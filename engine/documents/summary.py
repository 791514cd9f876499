"""One page for the head of agency: what was reached, what needs attention, where it is going."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.documents.bar import bar
from engine.documents.decree import ordered
from engine.documents.figures import Figures, Written
from engine.documents.paper import NONE, Paper, Picture, Sheet, line, sheet
from engine.numbers import at_nine
from engine.report.wording import Wording
from engine.values import Result, reached

MOST_CARDS = 6
"""So many indicators have room on the page; of more, those with the lowest achievement are shown."""
_MARKS = {True: "▲", False: "▼", None: NONE}


@dataclass(frozen=True)
class Card:
    """An indicator in the measured year; `mark` tells without colour whether the target is reached."""

    title: str
    division: str
    value: str
    unit: str
    target: str
    achievement: str
    word: str
    mark: str
    verdict: str
    bar: Picture
    trend: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """All that the page prints, every text ready to be set."""

    sheet: Sheet
    year: str
    agency: str
    warning: str
    cards: tuple[Card, ...]
    years: tuple[str, ...]
    sentences: tuple[str, ...]


def summary(figures: Figures, wording: Wording, paper: Paper, made: date) -> Summary:
    """Return the page about the measured year as *wording*'s language prints it."""
    catalogue = figures.catalogue.definitions
    bare = sheet("", catalogue, wording, paper, made)
    words, agency = bare.words, line(wording.label(catalogue.organization.name))
    every = [
        figures.now.of(i.id) for name in catalogue.organization.objectives for i in ordered(catalogue, name)
    ]
    shown = every if len(every) <= MOST_CARDS else sorted(every, key=_achieved)[:MOST_CARDS]
    gathering = _Gathering(figures, Written(figures.catalogue, wording), bare)
    return Summary(
        sheet=sheet(f"{words['summary']} {figures.year}", catalogue, wording, paper, made),
        year=figures.year,
        agency=agency,
        warning="" if figures.now.data_note is None else line(figures.now.data_note),
        cards=tuple(gathering.card(result) for result in shown),
        years=tuple(figures.by_year),
        sentences=tuple(gathering.sentences(every, len(shown))),
    )


def _achieved(result: Result) -> float:
    """Return what results are sorted by: without an achievement they need attention first."""
    return float("-inf") if result.achievement is None else float(result.achievement.value)


class _Gathering:
    """What the parts of the page have in common while it is gathered."""

    def __init__(self, figures: Figures, written: Written, bare: Sheet) -> None:
        self.figures, self.written, self.words = figures, written, bare.words
        self.catalogue, self.wording = figures.catalogue.definitions, written.wording

    def title(self, result: Result) -> str:
        return line(self.wording.label(self.catalogue.indicators[result.indicator].title))

    def percent(self, result: Result) -> str:
        return self.written.achievement(result.indicator, result.achievement)

    def reached(self, result: Result) -> bool | None:
        return reached(result, self.catalogue.indicators[result.indicator].better)

    def card(self, result: Result) -> Card:
        """Return what is shown of one indicator."""
        verdict = self.reached(result)
        achieved = result.achievement
        of_year = {past.period: past for past in self.figures.history(result.indicator)}
        return Card(
            title=self.title(result),
            division=line(self.wording.label(self.catalogue.organization.divisions[result.division].title)),
            value=self.written.value(result),
            unit="" if result.unit in (None, "1") else line(result.unit),
            target=self.written.target(result.target),
            achievement=self.percent(result),
            word=line(None if achieved is None else achieved.category),
            mark=_MARKS[verdict],
            verdict=self.words[{True: "met", False: "not_met", None: "not_known"}[verdict]],
            bar=bar(
                None if achieved is None else float(achieved.value),
                self.words["bar"].format(title=self.title(result), achievement=self.percent(result)),
            ),
            trend=tuple(
                self.written.value(of_year[year]) if year in of_year else NONE
                for year in self.figures.by_year
            ),
        )

    def sentences(self, every: Sequence[Result], shown: int) -> Iterator[str]:
        """Yield the few sentences of the page."""
        say, met = self.words, [result for result in every if self.reached(result)]
        yield say["met_count"].format(met=len(met), all=len(every), year=self.figures.year)
        unknown = [self.title(result) for result in every if self.reached(result) is None]
        if unknown:
            yield say["unknown"].format(names="; ".join(unknown[:MOST_CARDS]), count=len(unknown))
        known = [result for result in every if result.achievement is not None]
        if known:
            lowest = min(known, key=_achieved)
            yield say["lowest"].format(title=self.title(lowest), achievement=self.percent(lowest))
        yield from self.moved(known)
        for result in every:
            told = (note.text(self.wording.language) for note in result.notes)
            yield from (f"{self.title(result)}: {line(note)}" for note in told)
        if shown < len(every):
            yield say["shown"].format(shown=shown, all=len(every))

    def moved(self, known: Sequence[Result]) -> Iterator[str]:
        """Yield the achievement that moved most since the year before, and whose rule has changed since."""
        pairs = [
            (history[-2], now) for now in known if len(history := self.figures.history(now.indicator)) > 1
        ]
        compared = [(before, now) for before, now in pairs if before.achievement is not None]
        if compared:
            before, now = max(compared, key=lambda pair: abs(_achieved(pair[1]) - _achieved(pair[0])))
            change = at_nine(_achieved(now)) - at_nine(_achieved(before))
            yield self.words["moved_up" if change > 0 else "moved_down" if change < 0 else "unmoved"].format(
                title=self.title(now), before=before.period, old=self.percent(before), new=self.percent(now)
            )
        changed = [self.title(now) for before, now in pairs if before.version_from != now.version_from]
        if changed:
            yield self.words["rules_changed"].format(year=self.figures.year, names="; ".join(changed))
