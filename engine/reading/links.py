"""Check across files that what is named exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, groupby

from engine.definition import (
    NOUNS,
    Example,
    Indicator,
    Name,
    Named,
    Removed,
    Scenario,
    Source,
    Version,
    titled,
)
from engine.document import scalar
from engine.problems import (
    Message,
    Problem,
    Related,
    Titled,
    as_message,
    error,
    instead,
    limited,
    near,
    nearest,
    say,
    write,
)
from engine.reading.fields import Kind, Notes
from engine.text import Place

_HOMES: dict[Kind, Message] = {
    "objective": as_message("organization.yaml"),
    "division": as_message("organization.yaml"),
    "regulation": as_message("regulations.yaml"),
    "source": say("the folder sources"),
}


def check_uses(
    notes: Notes, known: Mapping[Kind, Collection[str]], named: Mapping[Kind, Mapping[str, Named]]
) -> Iterator[Problem]:
    """Give a problem for each name that other files should have; kinds not in *known* are not checked.

    *named* tells what has the names, as far as it could be read.
    """
    for _, used in groupby(notes.used, lambda use: use[1].place.path):
        found = list(used)
        yield from limited(_unknown_uses(found, known, named), found[0][1].place.text)


def _unknown_uses(
    used: Iterable[tuple[Kind, Name]],
    known: Mapping[Kind, Collection[str]],
    named: Mapping[Kind, Mapping[str, Named]],
) -> Iterator[Problem]:
    def titles(id_: str) -> Titled | None:
        found = named[kind].get(id_)
        return None if found is None else titled(found, name.place.path)

    for kind, name in used:
        names = known.get(kind)
        if names is not None and name.id not in names:
            yield error(
                "unknown-name",
                name.place,
                say("{where} has no {kind} `{name}`", where=_HOMES[kind], kind=NOUNS[kind], name=name.id),
                nearest(name.id, names, titles),
                fixes=instead(name.place, near(name.id, names, titles)),
            )


def check_references(sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Give a problem for each reference column whose target has no key."""
    for source in sources.values():
        for column in source.references.values():
            target = None if column.to is None else sources.get(column.to.id)
            if target is not None and target.key is None:
                yield error(
                    "missing-key",
                    column.to.place if column.to is not None else column.place,
                    say(
                        "the source `{source}` has no `key` that this column could refer to", source=target.id
                    ),
                    say("add `key:` with the column that tells its rows apart"),
                    [Related(target.place, say("the source `{source}`", source=target.id))],
                )


def check_indicator(
    indicator: Indicator,
    sources: Mapping[str, Source],
    known_sources: Collection[str],
    indicators: Collection[str],
) -> Iterator[Problem]:
    """Give the problems of breakdowns and worked examples that name what is not there.

    *known_sources* and *indicators* are the ids of all files, also of those that could not be read.
    """
    used = [sources[name.id] for name in indicator.sources if name.id in sources]
    if len(used) == len(indicator.sources):
        columns = sorted({column for source in used for column in source.columns})
        for name in indicator.breakdowns:
            if name.id not in columns:
                yield error(
                    "unknown-name",
                    name.place,
                    say("no source of this indicator has a column `{name}`", name=name.id),
                    nearest(name.id, columns) or say("the columns are {columns}", columns=", ".join(columns)),
                    fixes=instead(name.place, near(name.id, columns)),
                )
    for example in indicator.examples:
        yield from _check_example(example, indicator, known_sources, indicators)


def _check_example(
    example: Example, indicator: Indicator, sources: Collection[str], indicators: Collection[str]
) -> Iterator[Problem]:
    for name in chain(example.rows, example.values):
        if name not in sources and name not in indicators:
            yield error(
                "unknown-name",
                example.places[name],
                say("there is no source and no indicator `{name}`", name=name),
                nearest(name, (*sources, *indicators)),
                fixes=instead(example.places[name], near(name, (*sources, *indicators))),
            )
    for name in example.previous:
        if name not in indicators:
            yield _unknown(example.places[f"previous.{name}"], "indicator", name, indicators)
    parameters = _ever(version.parameters for version in indicator.versions)
    for name in example.parameters:
        if name not in parameters:
            yield _unknown(example.places[f"parameters.{name}"], "parameter", name, parameters)
    steps = _ever(version.steps for version in indicator.versions)
    for name in example.expect.steps:
        if name not in steps:
            yield _unknown(example.expect.places[f"steps.{name}"], "step", name, steps)
    words = list(_categories(indicator.versions))
    if example.expect.category is not None and example.expect.category not in words:
        yield error(
            "not-in-list",
            example.expect.places["category"],
            say("no version has a category `{name}`", name=example.expect.category),
            nearest(example.expect.category, words),
            fixes=[
                write(example.expect.places["category"], scalar(word))
                for word in near(example.expect.category, words)
            ],
        )


def _ever(tables: Iterator[Mapping[str, object]]) -> dict[str, None]:
    return {name: None for table in tables for name, entry in table.items() if not isinstance(entry, Removed)}


def _categories(versions: tuple[Version, ...]) -> Iterator[str]:
    for version in versions:
        if version.categories is not None:
            for row in version.categories.value:
                yield row.label


def _unknown(place: Place, kind: str, name: str, known: Collection[str]) -> Problem:
    return error(
        "unknown-name",
        place,
        say("there is no {kind} `{name}`", kind=NOUNS[kind], name=name),
        nearest(name, known),
        fixes=instead(place, near(name, known)),
    )


def check_scenario(
    scenario: Scenario,
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Source],
    ids: Collection[str],
) -> Iterator[Problem]:
    """Give a problem for each indicator, parameter, source or column of a scenario that there is not."""
    for name, amendment in scenario.indicators.items():
        place = scenario.places[name]
        if name not in ids:
            yield error(
                "unknown-name",
                place,
                say("there is no indicator `{name}`", name=name),
                nearest(name, ids),
                fixes=instead(place, near(name, ids)),
            )
        elif name in indicators:
            yield from _unknown_entries(amendment, indicators[name])
    for name, values in scenario.inputs.items():
        source = sources.get(name)
        if source is None:
            continue
        if source.shape != "record":
            yield error(
                "not-allowed",
                scenario.places[name],
                say(
                    "`{name}` has many rows; a scenario gives values of a source with `shape: record`",
                    name=name,
                ),
                say("amend a parameter instead, or evaluate other data with `--data`"),
            )
            continue
        for column in values:
            if column not in source.columns:
                place = scenario.places[f"{name}.{column}"]
                yield error(
                    "unknown-name",
                    place,
                    say("the source `{source}` has no column `{column}`", source=name, column=column),
                    nearest(column, source.columns),
                )


def _unknown_entries(amendment: Version, indicator: Indicator) -> Iterator[Problem]:
    """Give a problem for each parameter that no rule has, where no formula of the scenario could use it."""
    known = {name for version in indicator.versions for name in version.parameters}
    if amendment.steps or amendment.result is not None:
        return
    for name, entry in amendment.parameters.items():
        if name not in known:
            yield error(
                "unknown-name",
                entry.place,
                say("`{indicator}` has no parameter `{name}`", indicator=indicator.id, name=name),
                nearest(name, known),
                fixes=instead(entry.place, near(name, known)),
            )
