"""What the pages of all, of the divisions and of the findings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.legal import Share
from engine.problems import Severity
from engine.report.problems_text import counted
from engine.site import nouns
from engine.site.addresses import DATA, HOME, LISTS, MAP, PROBLEMS, address
from engine.site.drawings import map_of
from engine.site.findings import finding
from engine.site.guide import one_line
from engine.site.indicator import Gathered


def home(gathered: Gathered, indicators: Sequence[str]) -> nouns.HomePage:
    """Return the first page: objectives with their indicators, in the order of *indicators*."""
    guide, figures = gathered.guide, gathered.figures
    catalogue = guide.catalogue
    rows = {name: guide.row(name, figures.of(name)) for name in indicators}
    groups: dict[str, list[nouns.Row]] = {name: [] for name in catalogue.organization.objectives}
    for name in indicators:
        groups.setdefault(catalogue.indicators[name].objective.id, []).append(rows[name])
    shown = [row.figure for row in rows.values() if row.figure is not None]
    judged = [figure.reached for figure in shown if figure.reached is not None]
    facts = [nouns.Fact(guide.say("count indicators"), [guide.wording.number(len(rows))])]
    if judged:
        told = guide.say("of", part=sum(judged), whole=len(judged))
        facts.append(nouns.Fact(guide.say("count reached"), [told]))
    facts.append(nouns.Fact(guide.say("count sources"), [guide.wording.number(len(catalogue.sources))]))
    facts.append(
        nouns.Fact(guide.say("count regulations"), [guide.wording.number(len(catalogue.regulations))])
    )
    latest = None if figures.latest is None else figures.years[figures.latest]
    return nouns.HomePage(
        path=HOME,
        title=guide.say("home title", period=figures.latest or "").rstrip(),
        template="home.html",
        section="home",
        lead=guide.say("lead"),
        facts=facts,
        groups=[
            nouns.Group(name, guide.told(name) if name not in catalogue.organization.objectives
                        else guide.label(catalogue.organization.objectives[name].title), found)
            for name, found in groups.items()
        ],
        note=None if latest is None or latest.data_note is None else one_line(latest.data_note),
        downloads=[
            nouns.Link(guide.say(f"{what}", form=form.upper()), f"{DATA}/{file}.{form}")
            for what, file, forms in (
                ("all figures", "figures", ("csv", "json")),
                ("all indicators", "indicators", ("csv",)),
                ("whole catalogue", "catalogue", ("json",)),
            )
            for form in forms
        ],
    )  # fmt: skip


def division_page(gathered: Gathered, name: str) -> nouns.DivisionPage:
    """Return the page of a division."""
    guide = gathered.guide
    division = guide.catalogue.organization.divisions[name]
    return nouns.DivisionPage(
        path=address("division", name),
        title=guide.label(division.title),
        template="division.html",
        section="divisions",
        id=name,
        head=None if division.head is None else one_line(division.head),
        rows=[guide.row(each, gathered.figures.of(each)) for each in gathered.relations.answers[name]],
        contributes=[guide.indicator(each) for each in gathered.relations.contributes[name]],
        sources=[guide.source(each) for each in gathered.relations.keeps[name]],
    )


def list_page(gathered: Gathered, kind: str) -> nouns.ListPage:
    """Return the page that lists all divisions, sources or regulations."""
    guide, relations = gathered.guide, gathered.relations
    headings, rows = {"division": _divisions, "source": _sources, "regulation": _acts}[kind](gathered)
    over = f"{guide.say('over')}, {guide.say('still used')}"
    return nouns.ListPage(
        path=LISTS[kind],
        title=guide.say(f"{kind}s"),
        template="list.html",
        section=f"{kind}s",
        headings=[guide.say(heading) for heading in headings],
        rows=list(rows.values()),
        flagged=[over if kind == "regulation" and name in relations.stale else None for name in rows],
    )


_Cells = Sequence[Sequence[nouns.Told | nouns.Link]]
_Listed = tuple[Sequence[str], Mapping[str, _Cells]]


def _divisions(gathered: Gathered) -> _Listed:
    guide, relations = gathered.guide, gathered.relations
    return ("division", "answers for", "keeps"), {
        name: (
            [guide.division(name)],
            [guide.indicator(each) for each in relations.answers[name]],
            [guide.source(each) for each in relations.keeps[name]],
        )
        for name in guide.catalogue.organization.divisions
    }


def _sources(gathered: Gathered) -> _Listed:
    guide, relations = gathered.guide, gathered.relations
    return ("sources", "division", "used by"), {
        name: (
            [guide.source(name)],
            [guide.division(source.division.id)],
            [guide.indicator(each) for each in relations.used_by[name]],
        )
        for name, source in guide.catalogue.sources.items()
    }


def _acts(gathered: Gathered) -> _Listed:
    guide, relations = gathered.guide, gathered.relations
    return ("citation", "about act", "used by"), {
        name: (
            [guide.regulation(name)],
            [] if act.title is None else [guide.label(act.title)],
            [guide.indicator(each) for each in relations.resting.get(name, ())],
        )
        for name, act in guide.catalogue.regulations.items()
    }


def map_page(gathered: Gathered, indicators: Sequence[str]) -> nouns.MapPage:
    """Return the map, and the same as a table: indicator, sources, what it needs, what it feeds."""
    guide, relations = gathered.guide, gathered.relations
    return nouns.MapPage(
        path=MAP,
        title=guide.say("map title"),
        template="map.html",
        section="map",
        picture=map_of(guide, relations, indicators, MAP),
        rows=[
            (
                guide.indicator(name),
                [guide.source(used.id) for used in guide.catalogue.indicators[name].sources],
                [guide.indicator(other) for other in relations.needs[name]],
                [guide.indicator(other) for other in relations.feeds[name]],
            )
            for name in indicators
        ],
    )


def problems_page(gathered: Gathered) -> nouns.ProblemsPage:
    """Return the findings of all files by severity, and how well each indicator is founded in law."""
    guide, relations = gathered.guide, gathered.relations
    severities: tuple[Severity, ...] = ("warning", "advice")
    by_severity = {
        severity: [finding(guide, problem) for problem in relations.problems if problem.severity == severity]
        for severity in severities
    }
    found = relations.coverage
    shares: list[tuple[nouns.Told | nouns.Link, Share]] = [
        (guide.indicator(each.indicator), each.all) for each in found.indicators
    ]
    return nouns.ProblemsPage(
        path=PROBLEMS,
        title=guide.say("problems title"),
        template="problems.html",
        section="problems",
        counted=_sentence(counted(relations.problems, guide.language)),
        groups=[(guide.say(severity), each) for severity, each in by_severity.items() if each],
        coverage=nouns.Table(
            caption=guide.say("founded"),
            headings=[
                guide.say(word) for word in ("indicator", "entries", "cited", "percent", "inferred count")
            ],
            rows=[
                _share(gathered, title, share) for title, share in [*shares, (guide.say("all"), found.all)]
            ],
            numbers=[False, True, True, True, True],
        ),
        stale=[
            (guide.regulation(act), guide.indicator(use.indicator))
            for act, uses in relations.stale.items()
            for use in uses
        ],
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _share(
    gathered: Gathered, called: nouns.Told | nouns.Link, share: Share
) -> list[nouns.Told | nouns.Link]:
    number = gathered.guide.wording.number
    return [called, number(share.total), number(share.cited), number(share.percent), number(share.inferred)]
