"""From a catalogue to all files of its site, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.api import Catalogue
from engine.documents.decree import ordered
from engine.evaluation import definitions_fingerprint
from engine.language import LANGUAGES, Language
from engine.site import downloads, overview, pages
from engine.site.addresses import ASSETS, DATA, HOME, LISTS, MAP, PROBLEMS, address, download, inside
from engine.site.figures import Figures, figures
from engine.site.founding import regulation_page, source_page
from engine.site.guide import Guide
from engine.site.indicator import Gathered, indicator_page
from engine.site.nouns import Page
from engine.site.relations import relations
from engine.site.search import search_list

_SHORT = 12
"""Characters of a fingerprint that people compare."""


@dataclass(frozen=True)
class File:
    """A file of the site: where it lies, and how its bytes are made."""

    path: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Site:
    """All files of a site. `latest` is the last year that has figures, None without data."""

    files: Sequence[File]
    latest: str | None


def site(catalogue: Catalogue, data: Path | None = None, period: str | None = None) -> Site:
    """Return the site of *catalogue* with the figures of every year that has data below *data*.

    Without a folder the data of the catalogue are taken; *period* is the last year that counts. The
    organization's language has the root, the other one a folder. Equal definitions and data give equal bytes.

    Raises InvalidData for data that are not as declared, ImportError where the extra `site` is not installed.
    """
    found = figures(catalogue, data, period)
    related = relations(catalogue.definitions, catalogue.problems, found)
    main = catalogue.definitions.organization.language
    wanted = _in_order(catalogue)
    files = [
        File(f"{ASSETS}/{name}", partial(pages.asset, name))
        for name in ("style.css", "search.js", "icon.svg")
    ]
    of_languages = []
    for language in LANGUAGES:
        guide = Guide(catalogue.definitions, language)
        files.append(File(f"{ASSETS}/search-{language}.js", partial(search_list, guide)))
        gathered = Gathered(guide, found, related)
        root, made = inside(language, main), _made(catalogue, found, guide)
        of_languages.append(
            [File(root + path, make) for path, make in _of_language(gathered, wanted, main, made)]
        )
    # A page and its twin one after the other: what both are made from is made once.
    files += [file for twins in zip(*of_languages, strict=True) for file in twins]
    return Site(files, found.latest)


def _in_order(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the indicators in the order of documents: by objective, then by `order`, then by id."""
    objectives = catalogue.definitions.organization.objectives
    return tuple(each.id for name in objectives for each in ordered(catalogue.definitions, name))


def _of_language(
    gathered: Gathered, indicators: Sequence[str], main: Language, made: str
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the files of one language."""
    guide = gathered.guide
    catalogue = guide.catalogue

    def of(gather: Callable[..., Page], *words: object) -> Callable[[], bytes]:
        return lambda: pages.set_page(gather(gathered, *words), guide, main, made)

    yield HOME, of(overview.home, indicators)
    yield MAP, of(overview.map_page, indicators)
    yield PROBLEMS, of(overview.problems_page)
    for kind, path in LISTS.items():
        yield path, of(overview.list_page, kind)
    for kind, names, gather in (
        ("indicator", indicators, indicator_page),
        ("division", catalogue.organization.divisions, overview.division_page),
        ("source", catalogue.sources, source_page),
        ("regulation", catalogue.regulations, regulation_page),
    ):
        yield from ((address(kind, name), of(gather, name)) for name in names)
    yield f"{DATA}/figures.csv", partial(downloads.figures_csv, gathered)
    yield f"{DATA}/figures.json", partial(downloads.figures_json, gathered)
    yield f"{DATA}/indicators.csv", partial(downloads.indicators_csv, gathered)
    yield f"{DATA}/catalogue.json", partial(downloads.catalogue_json, gathered)
    for name in indicators:
        yield download(name, "json"), partial(downloads.indicator_json, gathered, name)
        yield download(name, "csv"), partial(downloads.indicator_csv, gathered, name)


def _made(catalogue: Catalogue, found: Figures, guide: Guide) -> str:
    """Return the line at the foot of each page: from which definitions and data it was made."""
    definitions = definitions_fingerprint(catalogue.definitions.texts)[:_SHORT]
    if found.latest is None:
        return guide.say("made", definitions=definitions) + "."
    provenance = found.years[found.latest].provenance
    told = guide.say("made", definitions=definitions)
    if provenance.data is not None:
        told += guide.say("made data", data=provenance.data[:_SHORT])
    return told + "."
