"""What the pages of a source and of a regulation say: what figures rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.definition import Column, Regulation, Source
from engine.site import nouns
from engine.site.addresses import address
from engine.site.entries import version_anchor
from engine.site.examples import shown_columns, table_of
from engine.site.findings import findings_of
from engine.site.guide import Guide, one_line, web_address
from engine.site.indicator import Gathered
from engine.site.relations import Use


def source_page(gathered: Gathered, name: str) -> nouns.SourcePage:
    """Return the page of a source; personal columns are only counted."""
    guide = gathered.guide
    source = guide.catalogue.sources[name]
    shown = shown_columns(guide.catalogue, source)
    return nouns.SourcePage(
        path=address("source", name),
        title=guide.label(source.title),
        template="source.html",
        section="sources",
        id=name,
        facts=list(_source_facts(gathered, source)),
        note=guide.note(source.remarks.note),
        inferred=source.remarks.certainty == "inferred",
        columns=[_column(guide, column) for column in shown.values()],
        hidden=len(source.columns) - len(shown),
        rows=None if source.rows is None else table_of(guide, source, list(shown), source.rows),
        used_by=[guide.indicator(each) for each in gathered.relations.used_by[name]],
        findings=findings_of(guide, gathered.relations, source.place.path),
    )


def _source_facts(gathered: Gathered, source: Source) -> Iterator[nouns.Fact]:
    guide = gathered.guide
    yield nouns.Fact(guide.say("division"), [guide.division(source.division.id)])
    if source.contributors:
        yield nouns.Fact(guide.say("contributors"), [guide.division(each.id) for each in source.contributors])
    if source.one_row_is is not None:
        yield nouns.Fact(guide.say("one row"), [guide.label(source.one_row_is)])
    elif source.shape == "record":
        yield nouns.Fact(guide.say("one row"), [guide.say("one record")])
    yield nouns.Fact(
        guide.say("file"), [guide.say("in place") if source.held_in is None else one_line(source.held_in)]
    )
    if source.sheet is not None:
        yield nouns.Fact(guide.say("sheet"), [one_line(source.sheet)])
    if source.empty == "allow":
        yield nouns.Fact(guide.say("Empty"), [guide.say("empty allow")])
    latest = gathered.figures.latest
    rows = gathered.figures.evaluation.rows_read.get((source.id, latest or ""))
    if latest is not None and rows is not None and rows.count is not None:
        yield nouns.Fact(guide.say("rows read", period=latest), [guide.wording.number(rows.count)])


def _column(guide: Guide, column: Column) -> nouns.Entry:
    if column.to is not None:
        facts = [guide.say("reference", source=guide.source(column.to.id).text)]
    else:
        facts = [guide.say("kind category" if column.type == "category" else column.type)]
    facts += [one_line(column.unit)] if column.unit is not None else []
    facts += [guide.range(column.range)] if column.range is not None else []
    facts += [guide.say("values", values=one_line(", ".join(column.values)))] if column.values else []
    facts += [guide.say("header", header=one_line(column.header))] if column.header is not None else []
    filled = guide.wording.value(column.missing.value)
    facts.append(guide.say(f"missing {column.missing.kind}", value=filled))
    facts += [guide.say("unique")] if column.unique else []
    return nouns.Entry(
        anchor=f"column-{column.name}",
        name=column.name,
        title=guide.note(column.remarks.title),
        facts=facts,
        cited=guide.cited(column.remarks.basis),
        inferred=column.remarks.certainty == "inferred",
        note=guide.note(column.remarks.note),
    )


def regulation_page(gathered: Gathered, name: str) -> nouns.RegulationPage:
    """Return the page of an act: what rests on it, also where it is no longer in force."""
    guide, relations = gathered.guide, gathered.relations
    act = guide.catalogue.regulations[name]
    stale = {use.indicator for use in relations.stale.get(name, ())}
    over = act.ends is not None or name in relations.repealed_by or bool(stale)
    return nouns.RegulationPage(
        path=address("regulation", name),
        title=guide.told(act.citation),
        template="regulation.html",
        section="regulations",
        id=name,
        name=guide.note(act.title),
        facts=list(_act_facts(gathered, act)),
        note=guide.note(act.remarks.note),
        inferred=act.remarks.certainty == "inferred",
        over=guide.say("over but used" if stale else "over") if over else None,
        stale=bool(stale),
        resting=[
            each
            for indicator, uses in relations.resting.get(name, {}).items()
            for each in _resting(guide, indicator, uses, stale=indicator in stale)
        ],
        others=list(_others(gathered, name)),
    )


def _act_facts(gathered: Gathered, act: Regulation) -> Iterator[nouns.Fact]:
    guide, relations = gathered.guide, gathered.relations
    days = {
        "enacted": act.enacted,
        "promulgated": act.promulgated,
        "act in force": act.in_force,
        "applies": act.applies_from,
        "ends": act.ends,
    }
    for word, day in days.items():
        if day is not None:
            yield nouns.Fact(guide.say(word), [guide.known_day(day)])
    linked = {
        "amends": [name.id for name in act.amends],
        "repeals": [name.id for name in act.repeals],
        "amended by": relations.amended_by.get(act.id, ()),
        "repealed by": relations.repealed_by.get(act.id, ()),
    }
    for word, names in linked.items():
        if names:
            yield nouns.Fact(guide.say(word), [guide.regulation(each) for each in names])
    if act.address is not None:
        shown = one_line(act.address)
        yield nouns.Fact(guide.say("address"), [nouns.Link(shown, web_address(act.address), outside=True)])
    if act.unknown:
        yield nouns.Fact(guide.say("unknown"), [guide.told(each) for each in act.unknown])


def _resting(guide: Guide, indicator: str, uses: Sequence[Use], *, stale: bool) -> Iterator[nouns.Resting]:
    """Yield each version of an indicator of which something rests on an act."""
    page = address("indicator", indicator)
    for version in guide.catalogue.indicators[indicator].versions:
        entries: list[tuple[nouns.Link, str | None]] = []
        for use in uses:
            if use.version is version:
                where = f"{page}#{version_anchor(version)}"
                entries.append((nouns.Link(_called(guide, use), where), use.locator))
        if entries:
            since = guide.day(version.from_)
            anchored = nouns.Link(since, f"{page}#{version_anchor(version)}")
            yield nouns.Resting(guide.indicator(indicator), since, anchored, entries, stale)


def _called(guide: Guide, use: Use) -> nouns.Told:
    if use.entry is None:
        return guide.say("whole version")
    title = use.entry.remarks.title
    if title is not None:
        return guide.label(title)
    return guide.say("result") if use.entry is use.version.result else use.entry.id


def _others(gathered: Gathered, name: str) -> Iterator[nouns.Fact]:
    """Yield what else names an act: the organization, sources, indicators, other acts."""
    guide = gathered.guide
    for kind, other, locator in gathered.relations.others.get(name, ()):
        place = [] if locator is None else [one_line(locator)]
        match kind:
            case "organization":
                yield nouns.Fact(guide.say("organization"), place)
            case "achievement":
                yield nouns.Fact(guide.say("achievement rule"), place)
            case "source":
                yield nouns.Fact(guide.say("sources"), [guide.source(other), *place])
            case "regulation":
                yield nouns.Fact(guide.say("citation"), [guide.regulation(other), *place])
            case "successor":
                yield nouns.Fact(guide.say("successor of"), [guide.indicator(other), *place])
            case _:
                yield nouns.Fact(guide.say("indicator"), [guide.indicator(other), *place])
