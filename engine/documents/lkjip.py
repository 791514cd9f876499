"""The yearly performance report's third chapter (LKjIP, Bab III), in the order that the field expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from engine.definition import Indicator
from engine.documents.decree import ordered
from engine.documents.figures import Figures, Written, last_target
from engine.documents.paper import NONE, Paper, Picture, Sheet, line, sheet
from engine.numbers import at_nine
from engine.pictures import Drawing, bar, trend
from engine.problems import Message
from engine.report.wording import Wording
from engine.values import Result
from engine.versions import Rule


@dataclass(frozen=True)
class Slot:
    """A text that people write: what it is about, and what to write there."""

    title: str
    prompt: str


@dataclass(frozen=True)
class Scale:
    """One row of the scale of achievement."""

    limit: str
    word: str


@dataclass(frozen=True)
class Year:
    """One year of an indicator."""

    year: str
    target: str
    value: str
    achievement: str


@dataclass(frozen=True)
class Measured:
    """An indicator in the measured year: its figures, and what they are compared with.

    `sentences` tell the year, `moves` what changed since earlier years, `planned` the end of the plan.
    """

    number: str
    title: str
    division: str
    unit: str
    target: str
    value: str
    achievement: str
    word: str
    sentences: tuple[str, ...]
    years: tuple[Year, ...]
    picture: Picture
    trend: Picture
    moves: tuple[str, ...]
    planned: Year | None
    plan: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Aim:
    """An objective with its indicators."""

    number: str
    title: str
    indicators: tuple[Measured, ...]


@dataclass(frozen=True)
class Report:
    """All that the chapter prints, every text ready to be set."""

    sheet: Sheet
    year: str
    agency: str
    opening: str
    warning: str
    overview: str
    this_year: str
    scale: tuple[Scale, ...]
    aims: tuple[Aim, ...]
    closing: Slot
    notes: tuple[str, ...]


_PICTURE = 95
"""Millimetres: letters of pictures are then those of a caption."""
_SLOTS = ("national", "causes", "efficiency", "programmes")


def report(figures: Figures, wording: Wording, paper: Paper, made: date) -> Report:
    """Return the chapter about the measured year as *wording*'s language prints it."""
    catalogue = figures.catalogue.definitions
    bare = sheet("", catalogue, wording, paper, made)
    gathering = _Gathering(figures, Written(figures.catalogue, wording), bare)
    words = bare.words
    organization = catalogue.organization
    agency = line(wording.label(organization.name))
    opening = words["opening"].format(agency=agency, year=figures.year)
    scale = tuple(Scale(wording.limit(row), line(row.label)) for row in organization.achievement.scale or ())
    return Report(
        sheet=sheet(f"{words['lkjip']} {figures.year}", catalogue, wording, paper, made),
        year=figures.year,
        agency=agency,
        opening=" ".join([opening, words["read_on_scale"]]) if scale else opening,
        warning="" if figures.now.data_note is None else line(figures.now.data_note),
        overview=words["overview"].format(year=figures.year),
        this_year=words["this_year"].format(year=figures.year),
        scale=scale,
        aims=tuple(gathering.aims()),
        closing=Slot(words["closing"], words["closing_prompt"]),
        notes=tuple(gathering.notes()),
    )


class _Gathering:
    """What the indicators of a report have in common while it is gathered."""

    def __init__(self, figures: Figures, written: Written, bare: Sheet) -> None:
        self.figures, self.written, self.words = figures, written, bare.words
        self.wording, self.catalogue = written.wording, figures.catalogue.definitions

    def say(self, sentence: str, **values: str) -> str:
        return self.words[sentence].format(**values)

    def aims(self) -> Iterator[Aim]:
        """Yield the objectives that have indicators, in the organization's order."""
        objectives = self.catalogue.organization.objectives
        served = [(name, found) for name in objectives if (found := ordered(self.catalogue, name))]
        for number, (name, indicators) in enumerate(served, 1):
            measured = (self.measured(one, f"{number}.{place}") for place, one in enumerate(indicators, 1))
            yield Aim(f"{number}.", line(self.wording.label(objectives[name].title)), tuple(measured))

    def measured(self, indicator: Indicator, number: str) -> Measured:
        history = self.figures.history(indicator.id)
        result = history[-1]
        reached, title = result.achievement, line(self.wording.label(indicator.title))
        division = self.catalogue.organization.divisions[indicator.division.id]
        planned, plan = self.planned(indicator, result)
        return Measured(
            number=number,
            title=title,
            division=line(self.wording.label(division.title)),
            unit=line(result.unit),
            target=self.written.target(result.target),
            value=self.written.value(result),
            achievement=self.written.achievement(indicator.id, reached),
            word=line(None if reached is None else reached.category),
            sentences=tuple(self.told(result)),
            picture=self.drawn(bar(result, self.catalogue, self.wording, number=False), "against_target"),
            trend=self.drawn(trend(history, self.catalogue, self.wording), "trend"),
            years=tuple(self.year(one) for one in history),
            moves=tuple(self.moves(history)),
            planned=planned,
            plan=plan,
            slots=tuple(Slot(self.words[name], self.words[f"{name}_prompt"]) for name in _SLOTS),
        )

    def drawn(self, drawing: Drawing, caption: str) -> Picture:
        """Return a picture as a document holds it."""
        told = f"{drawing.title}: {drawing.description}"
        return Picture(drawing.svg, told, self.words[caption], _PICTURE)

    def year(self, result: Result) -> Year:
        """Return one year of an indicator, a dash for what is missing."""
        return Year(
            result.period,
            self.written.target(result.target),
            self.written.value(result),
            self.written.achievement(result.indicator, result.achievement),
        )

    def told(self, result: Result) -> Iterator[str]:
        """Yield what a reader must know of the measured year."""
        title = line(self.wording.label(self.catalogue.indicators[result.indicator].title))
        unit = "" if result.unit in (None, "1") else f" {line(result.unit)}"
        said = {"title": title, "year": result.period, "unit": unit}
        if result.value is None:
            yield self.say("no_value", **said, reason=self.written.told(result.reason))
            return
        said["value"] = self.written.value(result)
        if result.target is None:
            yield self.say("no_target", **said)
        elif result.achievement is None:
            reason = self.written.told(result.achievement_reason)
            yield self.say("no_achievement", **said, target=self.written.target(result.target), reason=reason)
        else:
            yield self.say(
                "reached",
                **said,
                target=self.written.target(result.target),
                achievement=self.written.achievement(result.indicator, result.achievement),
                word="" if (word := result.achievement.category) is None else f" ({line(word)})",
            )
            if result.achievement.uncapped != result.achievement.value:
                uncapped = replace(result.achievement, value=result.achievement.uncapped)
                yield self.say("uncapped", uncapped=self.written.achievement(result.indicator, uncapped))
        if result.category is not None:
            yield self.say("category", category=line(self.category(result)))
        if result.basis is not None and result.version_from is not None:
            yield self.say("basis", basis=line(result.basis), day=self.written.day(result.version_from))
        yield from (line(note.text(self.wording.language)) for note in result.notes)

    def category(self, result: Result) -> str:
        """Return the category of a result, with its title where the rule gives one."""
        rule = self.figures.catalogue.rule(result.indicator, result.period)
        rows = rule.categories or () if isinstance(rule, Rule) else ()
        found = next((row for row in rows if row.label == result.category), None)
        return str(result.category) if found is None else self.wording.outcome(found)

    def moves(self, history: Sequence[Result]) -> Iterator[str]:
        """Yield how the realisation moved since the year before, and where the rule changed in between."""
        if len(history) == 1:
            yield self.say("no_earlier")
            return
        before, now = history[-2:]
        if before.value is None or now.value is None:
            yield self.say("not_compared", before=before.period, year=now.period)
        else:
            moved = at_nine(float(now.value)) - at_nine(float(before.value))
            decimals = now.decimals if now.decimals == before.decimals else None
            kind = "rose" if moved > 0 else "fell" if moved < 0 else "stayed"
            by = self.written.number(abs(moved) / 1e9, decimals)
            yield self.say(kind, before=before.period, old=self.written.value(before), by=by)
        for earlier, later in pairwise(history):
            if (
                None not in (earlier.version_from, later.version_from)
                and later.version_from != earlier.version_from
            ):
                yield self.say(
                    "rule_changed", year=later.period, before=earlier.period, basis=line(later.basis)
                )

    def planned(self, indicator: Indicator, result: Result) -> tuple[Year | None, str]:
        """Return the realisation against the last target of the plan, and what there is to say of it."""
        last = last_target(indicator, self.figures.year)
        if last is None:
            return None, self.say("no_plan")
        reached = self.written.against(result, last)
        shown = Year(last.period, self.written.target(last), self.written.value(result), NONE)
        if isinstance(reached, Message):
            return shown, self.say("no_plan_achievement", reason=self.written.told(reached))
        achievement = self.written.achievement(indicator.id, reached)
        said = self.say("planned", year=last.period, achievement=achievement)
        return replace(shown, achievement=achievement), said

    def notes(self) -> Iterator[str]:
        """Yield what a reader must know of all figures: how the scale was chosen."""
        rule = self.catalogue.organization.achievement
        if rule.remarks.note is not None:
            yield line(self.wording.label(rule.remarks.note))
