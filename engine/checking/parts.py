"""Check what can be checked of a catalogue that could not be read whole.

What refers to something that could not be read is put off, without a word about each name: one line for
each file tells how many checks wait for it. All else is checked as ever.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from engine.definition import (
    Catalogue,
    Division,
    Formula,
    Indicator,
    Label,
    Objective,
    Organization,
    Regulation,
    Step,
    Version,
)
from engine.document import Document, Entry, MappingNode, Passage, SequenceNode, read
from engine.formula.grammar import parse
from engine.problems import Problem, advice, say_many
from engine.reading import Parts
from engine.reading.parts import entry_at, errors_by_file, sound_sources
from engine.text import Place, Text

RESULT = "result"
_HARMLESS = frozenset(
    [
        "basis",
        "note",
        "title",
        "certainty",
        "until",
        "succeeded_by",
        "unit",
        "decimals",
        "rounding",
        "categories",
    ]
)
"""Keys of a version that no formula reads."""
_OF_THE_WHOLE = frozenset(["unrelated-sources", "missing-source", "unused-source"])
"""Codes of what can be known only of a catalogue without gaps."""
Token = tuple[str, ...]
"""What a formula may name: ``("id", x)``, ``("own", indicator, x)``, ``("of", indicator, step)``."""


def check_parts(parts: Parts, check: Callable[[Catalogue], Iterable[Problem]]) -> tuple[Problem, ...]:
    """Return what *check* finds in the parts that can be judged, and how many checks were put off."""
    judge = _Judge(parts)
    judge.put_off_users()
    kept = [problem for problem in check(judge.catalogue()) if judge.may_say(problem)]
    return (*kept, *judge.waiting())


@dataclass
class _Judge:
    parts: Parts
    errors: dict[str, list[Place]] = field(init=False)
    unread: dict[Token, str] = field(default_factory=dict)
    """What could not be read, with the file that is to be mended first."""
    whole: set[str] = field(default_factory=set)
    """Indicators of which something can be judged."""
    documents: dict[str, Document] = field(default_factory=dict)
    off: dict[tuple[str, str], str] = field(default_factory=dict)
    """Steps that are put off, by indicator and name, with the file that they wait for."""

    def __post_init__(self) -> None:
        self.errors = errors_by_file(self.parts.problems)
        sound = sound_sources(self.parts.sources, self.parts.problems)
        for relative, text in self.parts.texts.items():
            path = PurePosixPath(relative)
            if path.parts[0] == "sources" and path.stem not in sound:
                self.unread["id", path.stem] = relative
            elif path.parts[0] == "indicators":
                self._indicator(path.stem, text, relative)

    def _indicator(self, name: str, text: Text | None, relative: str) -> None:
        found = self.parts.indicators.get(name)
        if found is None or found.text is not text:
            self.unread["id", name] = relative
            return
        errors = self.errors.get(found.text.path)
        names = set() if errors is None else _unread_entries(self.document(found), found, errors)
        if names is None:
            self.unread["id", name] = relative
            return
        self.whole.add(name)
        for entry in names:
            self.unread["own", name, entry] = self.unread["of", name, entry] = relative
            if entry == RESULT:
                self.unread["id", name] = relative

    def document(self, indicator: Indicator) -> Document:
        """Return the file of an indicator as nodes; it was read before, so it can be."""
        path = indicator.text.path
        if path not in self.documents:
            document = read(indicator.text)[0]
            assert document is not None, "an indicator was made of it"
            self.documents[path] = document
        return self.documents[path]

    # ── what waits ──

    def put_off_users(self) -> None:
        """Put off every formula that names what could not be read, and those that name it in turn."""
        users: dict[Token, list[tuple[str, str]]] = {}
        for indicator, step in self._steps():
            for token in _tokens(indicator, step):
                users.setdefault(token, []).append((indicator, step.id))
        waiting = list(self.unread.items())
        while waiting:
            token, path = waiting.pop()
            for user in users.get(token, ()):
                if user in self.off:
                    continue
                self.off[user] = path
                indicator, name = user
                waiting += [(("own", indicator, name), path), (("of", indicator, name), path)]
                waiting += [(("id", indicator), path)] if name == RESULT else []

    def _steps(self) -> Iterator[tuple[str, Step]]:
        for name in self.whole:
            for version in self.parts.indicators[name].versions:
                for step in (*version.steps.values(), version.result):
                    if isinstance(step, Step):
                        yield name, step

    def waiting(self) -> Iterator[Problem]:
        """Yield for each file how many checks wait until it is mended."""
        counts: dict[str, int] = {}
        for indicator, step in self._steps():
            path = self.off.get((indicator, step.id))
            if path is not None:
                counts[path] = counts.get(path, 0) + 1
        for path, count in counts.items():
            message = say_many(
                "{count} check waits until {file} is mended",
                "{count} checks wait until {file} is mended",
                count=count,
                file=path,
            )
            yield advice("put-off", None, message)

    # ── what is judged ──

    def catalogue(self) -> Catalogue:
        """Return the catalogue of all that can be judged; names of what is missing stand for themselves."""
        parts = self.parts
        used: dict[str, dict[str, Place]] = {}
        for kind, name in parts.used:
            used.setdefault(kind, {}).setdefault(name.id, name.place)
        organization = parts.organization or _nobody(parts)
        objectives = {n: Objective(n, Label(n), place) for n, place in used.get("objective", {}).items()}
        divisions = {n: Division(n, Label(n), place) for n, place in used.get("division", {}).items()}
        regulations = {n: Regulation(n, n, place) for n, place in used.get("regulation", {}).items()}
        sources = {n: source for n, source in parts.sources.items() if ("id", n) not in self.unread}
        return Catalogue(
            parts.root,
            replace(
                organization,
                objectives={**objectives, **organization.objectives},
                divisions={**divisions, **organization.divisions},
            ),
            {**regulations, **parts.regulations},
            sources,
            {name: self._judged(parts.indicators[name]) for name in parts.indicators if name in self.whole},
            tuple(text for text in parts.texts.values() if text is not None),
        )

    def _judged(self, indicator: Indicator) -> Indicator:
        versions = [self._version(indicator.id, version) for version in indicator.versions]
        if versions and versions[0].result is None and self._waits(indicator.id, RESULT):
            versions[0] = replace(versions[0], result=_nothing(versions[0]))
        sources = tuple(name for name in indicator.sources if name.id in self.parts.sources)
        return replace(indicator, sources=sources, versions=tuple(versions))

    def _version(self, indicator: str, version: Version) -> Version:
        steps = {name: step for name, step in version.steps.items() if not self._waits(indicator, name)}
        result = version.result
        if result is not None and self._waits(indicator, RESULT):
            result = _nothing(version)
        return replace(version, steps=steps, result=result)

    def _waits(self, indicator: str, name: str) -> bool:
        return (indicator, name) in self.off or ("own", indicator, name) in self.unread

    def may_say(self, problem: Problem) -> bool:
        """Tell whether a problem is none that follows from an error of reading."""
        place = problem.place
        if problem.severity != "error" or problem.code in _OF_THE_WHOLE or not isinstance(place, Place):
            return False
        owner = self.owners.get(place.path)
        waits = owner is not None and owner.id in self.waiting_indicators
        if place.path not in self.errors and not waits:
            return True
        return owner is not None and self._inside_judged(owner, place)

    @cached_property
    def owners(self) -> dict[str, Indicator]:
        """The indicators by the name of their file."""
        return {indicator.text.path: indicator for indicator in self.parts.indicators.values()}

    @cached_property
    def waiting_indicators(self) -> set[str]:
        """The indicators of which some step waits."""
        return {indicator for indicator, _ in self.off}

    def _inside_judged(self, indicator: Indicator, place: Place) -> bool:
        for entry in _formula_entries(self.document(indicator)):
            if entry.key_node.start <= place.start < entry.node.end and place.end <= entry.node.end:
                return not self._waits(indicator.id, entry.key)
        return False


def _unread_entries(document: Document, indicator: Indicator, errors: Sequence[Place]) -> set[str] | None:
    """Return the parameters and steps that could not be read well, None where all may be wrong."""
    nodes = document.root.get("versions")
    if not isinstance(nodes, SequenceNode) or len(nodes.items) != len(indicator.versions):
        return None
    unread: set[str] = set()
    for node, version in zip(nodes.items, indicator.versions, strict=True):
        read = {*version.parameters, *version.steps, *([RESULT] if version.result is not None else [])}
        unread |= {entry.key for entry in _named_entries(node)} - read
    for place in errors:
        top = entry_at(document.root, place)
        if top is not None and top.key == "range":
            unread.add(RESULT)
        if top is None or top.key != "versions":
            continue
        inner = entry_at(top.node, place)
        if inner is None or inner.key not in {*_HARMLESS, "parameters", "steps", RESULT}:
            return None
        if inner.key in ("parameters", "steps"):
            named = entry_at(inner.node, place)
            if named is None:
                return None
            unread.add(named.key)
        elif inner.key == RESULT:
            unread.add(RESULT)
    return unread


def _named_entries(version: object) -> Iterator[Entry]:
    """Yield the parameters, the steps and the result of a version as they stand in the file."""
    if not isinstance(version, MappingNode):
        return
    for key in ("parameters", "steps"):
        node = version.get(key)
        yield from node.entries if isinstance(node, MappingNode) else ()
    if RESULT in version.by_key:
        yield version.by_key[RESULT]


def _formula_entries(document: Document) -> Iterator[Entry]:
    nodes = document.root.get("versions")
    for node in nodes.items if isinstance(nodes, SequenceNode) else ():
        yield from _named_entries(node)


def _tokens(indicator: str, step: Step) -> Iterator[Token]:
    """Yield all that the formula of a step may name."""
    if step.each is not None:
        yield "id", step.each.id
    for node in ast.walk(step.formula.tree.root):
        if isinstance(node, ast.Name):
            yield "id", node.id
            yield "own", indicator, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield "of", node.value.id, node.attr
            yield "own", indicator, node.attr


def _nothing(version: Version) -> Step:
    """Return a result that stands for one that cannot be judged."""
    passage = Passage("0", version.from_place)
    return Step(RESULT, None, Formula(passage, parse("0")), version.from_place)


def _nobody(parts: Parts) -> Organization:
    """Return an organization that stands for one that could not be read."""
    text = Text(f"{parts.root}/organization.yaml", "")
    return Organization(Label(""), "id", {}, {}, text, Place(text, 0, 0))
