"""What could be read of a catalogue, also where it is not whole, and where its errors stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.definition import Catalogue, Indicator, Name, Organization, Regulation, Source
from engine.document import Document, Entry, MappingNode, SequenceNode, read
from engine.problems import Problem, errors_in
from engine.reading.fields import Kind
from engine.text import Place, Text

_WHAT_FORMULAS_SEE = frozenset(["columns", "key", "shape", "unpivot", "rows"])

_HOLD_ENTRIES = frozenset(
    ["versions", "parameters", "steps", "columns", "objectives", "divisions", "regulations", "examples"]
)


@dataclass(frozen=True, eq=False)
class Parts:
    """All files of a folder, as far as they could be read; `catalogue` is None unless it is whole.

    `texts` are by path within the folder, sources and indicators by id; `used` are the names that other
    files should have.
    """

    root: Path
    catalogue: Catalogue | None
    organization: Organization | None
    regulations: Mapping[str, Regulation]
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    texts: Mapping[str, Text | None]
    used: tuple[tuple[Kind, Name], ...]
    problems: tuple[Problem, ...]


def errors_by_file(problems: Iterable[Problem]) -> dict[str, list[Place]]:
    """Return where errors stand, by the name of the file."""
    found: dict[str, list[Place]] = {}
    for problem in errors_in(problems):
        if isinstance(problem.place, Place):
            found.setdefault(problem.place.path, []).append(problem.place)
    return found


def sound_sources(sources: Mapping[str, Source], problems: Iterable[Problem]) -> dict[str, Source]:
    """Return those of *sources* of which formulas see nothing that an error has changed."""
    errors = errors_by_file(problems)
    return {name: found for name, found in sources.items() if _is_sound(found, errors.get(found.text.path))}


def _is_sound(source: Source, errors: Iterable[Place] | None) -> bool:
    if errors is None:
        return True
    document = read(source.text)[0]
    entries = [None if document is None else entry_at(document.root, place) for place in errors]
    return all(entry is not None and entry.key not in _WHAT_FORMULAS_SEE for entry in entries)


def entry_at(node: object, place: Place) -> Entry | None:
    """Return the entry of a mapping, or of a mapping in a list, in which *place* begins."""
    for entry in _entries(node):
        if entry.key_node.start <= place.start < max(entry.node.end, entry.key_node.end):
            return entry
    return None


def _entries(node: object) -> Iterator[Entry]:
    if isinstance(node, MappingNode):
        yield from node.entries
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _entries(item)


def without_echoes(document: Document, told: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """Return those of *found* that do not stand in the same entry of *document* as an error that was *told*.

    A row whose limit is no number seems to have none. What is wrong with it has been said.
    """
    places = errors_by_file(told).get(document.text.path, ())
    units = {_unit(document, place) for place in places}
    return [
        problem
        for problem in found
        if not isinstance(problem.place, Place)
        or not any(start <= problem.place.start < end for start, end in units)
    ]


def _unit(document: Document, place: Place) -> tuple[int, int]:
    """Return from where to where the smallest named entry goes in which *place* begins."""
    entry = entry_at(document.root, place)
    if entry is None:
        return place.start, place.end
    while entry.key in _HOLD_ENTRIES:
        inner = entry_at(entry.node, place)
        if inner is None:
            return place.start, place.end
        entry = inner
    return entry.key_node.start, max(entry.node.end, entry.key_node.end)
