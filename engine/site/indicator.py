"""What the page of an indicator says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition import Indicator, Step
from engine.documents.mathematics import mathml as tex_mathml
from engine.documents.mathematics import passages
from engine.site import nouns
from engine.site.addresses import address, download
from engine.site.drawings import of_figure, trend
from engine.site.entries import Entries
from engine.site.examples import examples
from engine.site.explained import explained
from engine.site.figures import Figures
from engine.site.findings import findings_of
from engine.site.formulas import Formulas
from engine.site.guide import Guide, one_line
from engine.site.relations import Relations
from engine.values import Result
from engine.versions import NotInForce, Rule, in_force_on


@dataclass(frozen=True)
class Gathered:
    """All that pages are gathered from, in one language."""

    guide: Guide
    figures: Figures
    relations: Relations


def indicator_page(gathered: Gathered, name: str) -> nouns.IndicatorPage:
    """Return the page of an indicator."""
    return _Gatherer(gathered, gathered.guide.catalogue.indicators[name]).page()


class _Gatherer:
    def __init__(self, gathered: Gathered, indicator: Indicator) -> None:
        self.guide, self.figures, self.relations = gathered.guide, gathered.figures, gathered.relations
        self.indicator = indicator
        self.entries = Entries(self.guide, indicator)

    def page(self) -> nouns.IndicatorPage:
        indicator, guide = self.indicator, self.guide
        name = indicator.id
        rule, absent = self.rule()
        latest = self.figures.of(name)
        history = self.figures.history(name)
        return nouns.IndicatorPage(
            path=address("indicator", name),
            title=guide.label(indicator.title),
            template="indicator.html",
            section="home",
            id=name,
            lead=list(self.lead(rule)),
            figure=None if latest is None else guide.figure(latest),
            pictures=list(of_figure(guide, self.figures, self.relations, latest, rule)),
            wording=list(self.wording()),
            note=guide.note(indicator.remarks.note),
            about=list(self.about(rule)),
            absent=None if absent is None else absent.reason.text(guide.language),
            in_force=None if rule is None else guide.day(rule.version.from_),
            result=None if rule is None else self.step(rule, rule.result),
            steps=[] if rule is None else [self.step(rule, step) for step in rule.steps.values()],
            parameters=[]
            if rule is None
            else [self.entries.parameter(rule, each) for each in rule.parameters.values()],
            categories=None if rule is None else self.entries.categories(rule),
            achievement=self.entries.achievement(),
            versions=list(
                self.entries.versions(None if rule is None or absent is not None else rule.version)
            ),
            sources=list(self.sources(latest)),
            needs=[guide.indicator(other) for other in self.relations.needs[name]],
            feeds=[guide.indicator(other) for other in self.relations.feeds[name]],
            trend=trend(guide, history),
            history=[guide.figure(result) for result in reversed(history)],
            parts=[] if latest is None else [guide.figure(part) for part in latest.parts],
            explanation=explained(guide, self.figures, name),
            examples=list(examples(guide, indicator, self.relations.hidden_steps)),
            findings=findings_of(guide, self.relations, indicator.place.path),
            downloads=[
                nouns.Link(guide.say("definition form", form="JSON"), download(name, "json")),
                nouns.Link(guide.say("figures form", form="CSV"), download(name, "csv")),
            ],
        )

    def wording(self) -> Iterator[nouns.Told | nouns.Drawn]:
        """Yield the decree's words, formulas in them set as mathematics."""
        for part in passages(self.indicator.wording or ""):
            yield self.guide.told(part) if isinstance(part, str) else nouns.Drawn(tex_mathml(part))

    def step(self, rule: Rule, step: Step) -> nouns.Entry:
        return self.entries.step(rule, step, Formulas(self.guide, self.relations.graph, rule).drawn(step))

    def rule(self) -> tuple[Rule | None, NotInForce | None]:
        """Return the rule of the latest figure, else the last one, and why there is none in force."""
        found = in_force_on(self.indicator, self.figures.day)
        if isinstance(found, Rule):
            return found, None
        written = self.relations.rules[self.indicator.id]
        return (written[-1] if written else None), found

    def lead(self, rule: Rule | None) -> Iterator[nouns.Fact]:
        """Yield what one asks first: who answers, on which basis, in which unit."""
        guide, indicator = self.guide, self.indicator
        yield nouns.Fact(guide.say("objective"), [guide.objective(indicator.objective.id)])
        yield nouns.Fact(guide.say("division"), [guide.division(indicator.division.id)])
        if indicator.contributors:
            yield nouns.Fact(
                guide.say("contributors"), [guide.division(each.id) for each in indicator.contributors]
            )
        unit = indicator.unit if rule is None else rule.unit
        if unit is not None:
            yield nouns.Fact(guide.say("Unit"), [one_line(unit)])
        yield nouns.Fact(guide.say("measured"), list(self.measured()))
        yield nouns.Fact(guide.say("better"), [guide.say(indicator.better)])

    def measured(self) -> Iterator[str]:
        yield self.guide.say(self.indicator.frequency)
        if self.indicator.over_the_year is not None and self.indicator.frequency != "yearly":
            yield self.guide.say(f"year {self.indicator.over_the_year}")

    def about(self, rule: Rule | None) -> Iterator[nouns.Fact]:
        """Yield what the national metadata ask for, and how the figure is published."""
        guide, indicator = self.guide, self.indicator
        for key in ("concept", "definition", "interpretation", "measure", "coverage", "access"):
            if key in indicator.statistics:
                yield nouns.Fact(guide.say(key), [guide.label(indicator.statistics[key])])
        if rule is not None and rule.range is not None:
            yield nouns.Fact(guide.say("range"), [guide.range(rule.range)])
        if rule is not None and rule.decimals is not None:
            yield nouns.Fact(guide.say("rounding"), [self.entries.rounded(rule.decimals, rule.rounding)])
        if indicator.breakdowns:
            yield nouns.Fact(guide.say("breakdowns"), [self.column(each.id) for each in indicator.breakdowns])

    def column(self, name: str) -> nouns.Told:
        """Return the title of a column by which figures are split."""
        for used in self.indicator.sources:
            column = self.guide.catalogue.sources[used.id].columns.get(name)
            if column is not None and column.remarks.title is not None:
                return self.guide.label(column.remarks.title)
        return name

    def sources(self, latest: Result | None) -> Iterator[tuple[nouns.Link, nouns.Link, str | None]]:
        """Yield each source with who keeps it, and how many of its rows the latest figure used."""
        for used in self.indicator.sources:
            source = self.guide.catalogue.sources[used.id]
            rows = None if latest is None else latest.rows_read.get(used.id)
            yield (
                self.guide.source(used.id),
                self.guide.division(source.division.id),
                None if rows is None else self.guide.wording.number(rows),
            )
