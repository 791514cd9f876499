"""Be the only place that knows the YAML keys.

All files of a catalogue are read, whatever is wrong with one of them, and all problems are
returned together: of YAML, of the schema, of single entries, and of names across files.

fields        Take values out of a mapping by key, each as what it should be.
parameter     A parameter: value, table, bands or set.
example       A worked example.
indicator     An indicator with its versions and steps.
organization  The organization, and the register of regulations.
source        A data source with its columns.
scenario      What is assumed to be otherwise.
parts         What could be read of a catalogue, also where it is not whole.
links         Names that other files must have.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from engine import schema, stored
from engine.definition import (
    NOUNS,
    Catalogue,
    Indicator,
    Name,
    Named,
    Organization,
    Regulation,
    Scenario,
    Source,
)
from engine.document import MAX_BYTES, Document, decode, read
from engine.problems import (
    Problem,
    Related,
    error,
    errors_in,
    in_order,
    limited,
    more_problems,
    nearest,
    say,
    warning,
    write,
)
from engine.reading import links
from engine.reading.fields import Enough, Fields, Gathered, Kind, Notes, is_id
from engine.reading.indicator import read_indicator
from engine.reading.organization import read_organization, read_regulations
from engine.reading.parts import Parts, sound_sources, without_echoes
from engine.reading.scenario import read_scenario
from engine.reading.source import read_source
from engine.stored import Store
from engine.text import Place, Text

__all__ = ["Parts", "read_bytes", "read_files", "read_parts", "read_parts_of"]

_SINGLE: dict[str, schema.Kind] = {"organization.yaml": "organization", "regulations.yaml": "regulations"}
_FOLDERS: dict[str, schema.Kind] = {"sources": "source", "indicators": "indicator", "scenarios": "scenario"}
_IGNORED = {"data"}
_YAML = (".yaml", ".yml")
_NOT_READ_ON = {"too-many", "more-problems"}
"""A document with more parts than the schema allows, or with too many problems, is not read further."""
T = TypeVar("T")


def read_parts(root: Path, store: Store | None = None) -> Parts:
    """Return what could be read of the catalogue in the folder *root*, whole or not.

    Files that are in *store* as they are now are not read again.
    """
    if not root.is_dir():
        missing = error("missing-file", None, say("there is no folder `{path}`", path=str(root)))
        return Parts(root, None, None, {}, {}, {}, {}, (), (missing,))
    return _read(root, *read_files(root), store)


def read_files(root: Path) -> tuple[dict[str, Text | None], list[Problem]]:
    """Return the texts of the files of the folder *root* by their path in it, None for one that has none."""
    texts: dict[str, Text | None] = {}
    problems: list[Problem] = []
    for relative in _files(root, problems):
        if kind_of(relative) is None:
            problems.append(_not_read(_named(root, relative), relative))
            continue
        texts[relative], refused = _load(root, relative)
        problems.extend(refused)
    return texts, problems


def read_bytes(root: Path, files: Mapping[str, bytes]) -> Parts:
    """Return what can be read of the bytes of files, by path within the folder, as if they lay in *root*."""
    texts: dict[str, Text | None] = {}
    problems: list[Problem] = []
    for relative, data in sorted(files.items()):
        if kind_of(relative) is not None:
            text, refused = decode(data, _named(root, relative).path)
            texts[relative] = None if refused else text
            problems.extend(refused)
    return _read(root, texts, problems)


def read_parts_of(root: Path, texts: Mapping[str, str]) -> Parts:
    """Return what can be read of *texts*, by path within the folder, as if they lay in *root*."""
    named: dict[str, Text | None] = {}
    problems: list[Problem] = []
    for relative, content in sorted(texts.items()):
        text = _named(root, relative, content)
        if kind_of(relative) is None:
            problems.append(_not_read(text, relative))
        else:
            named[relative] = text
    return _read(root, named, problems)


def kind_of(relative: str) -> schema.Kind | None:
    """Return what the file at *relative* within a catalogue describes, or None where it is not read."""
    path = PurePosixPath(relative)
    if len(path.parts) == 1:
        return _SINGLE.get(relative)
    if len(path.parts) == 2 and path.suffix == ".yaml":
        return _FOLDERS.get(path.parts[0])
    return None


def _read(
    root: Path, texts: Mapping[str, Text | None], problems: list[Problem], store: Store | None = None
) -> Parts:
    """Return what can be read of *texts*; a text that could not be loaded is None."""
    if "organization.yaml" not in texts:
        problems.append(
            error(
                "missing-file",
                None,
                say("the folder of the definitions has no file `organization.yaml`"),
                say("point to the folder of the definitions, or begin one with `organization.yaml`"),
            )
        )
    notes = Notes(problems)
    known = _known(texts)
    organization: Organization | None = None
    regulations: Mapping[str, Regulation] = {}
    for relative in _SINGLE:
        text = texts.get(relative)
        document = None if text is None else _document(text, relative, problems)
        if document is None:
            continue
        known |= _names_in(document, relative)
        if relative == "organization.yaml":
            organization, found = _gathered(document, notes, read_organization)
        else:
            register, found = _gathered(document, notes, read_regulations)
            regulations = register or {}
        problems.extend(without_echoes(document, problems, found))
    reader = _Reader(notes, store)
    sources: dict[str, Source] = {}
    for relative, text in texts.items():
        if text is not None and kind_of(relative) == "source":
            source = reader.read(text, relative, read_source)
            if source is not None:
                sources[source.id] = source
    seen = sound_sources(sources, problems)
    written = "\n".join(source.text.content for source in sources.values())
    indicators: dict[str, Indicator] = {}
    for relative, text in texts.items():
        if text is not None and kind_of(relative) == "indicator":
            indicator = reader.read(text, relative, partial(read_indicator, sources=seen), written)
            if indicator is not None:
                indicators[indicator.id] = indicator
    scenarios: dict[str, Scenario] = {}
    for relative, text in texts.items():
        if text is not None and kind_of(relative) == "scenario":
            document = _document(text, relative, problems)
            if document is not None:
                scenario, found = _gathered(document, notes, read_scenario)
                problems.extend(without_echoes(document, problems, found))
                if scenario is not None:
                    scenarios[scenario.id] = scenario
    named: dict[Kind, Mapping[str, Named]] = {
        "objective": {} if organization is None else organization.objectives,
        "division": {} if organization is None else organization.divisions,
        "regulation": regulations,
        "source": sources,
    }
    problems.extend(links.check_uses(notes, known, named))
    problems.extend(_check_shared_ids(sources, indicators))
    problems.extend(links.check_references(sources))
    ids = _stems(texts, "indicators")
    broken = {problem.place.path for problem in errors_in(problems) if isinstance(problem.place, Place)}
    for indicator in indicators.values():
        if indicator.text.path not in broken:
            wrong = links.check_indicator(indicator, sources, known["source"], ids)
            problems.extend(limited(wrong, indicator.text))
    for scenario in scenarios.values():
        problems.extend(links.check_scenario(scenario, indicators, sources, ids))
    all_found = in_order(problems)
    catalogue: Catalogue | None = None
    if organization is not None and not errors_in(all_found):
        whole = tuple(text for text in texts.values() if text is not None)
        catalogue = Catalogue(root, organization, regulations, sources, indicators, whole, scenarios)
    return Parts(
        root, catalogue, organization, regulations, sources, indicators, texts, tuple(notes.used), all_found
    )


def _document(text: Text, relative: str, problems: list[Problem]) -> Document | None:
    """Return the document that *text* is, None where it is none, and add what is wrong with it."""
    kind = kind_of(relative)
    document, odd = read(text)
    if document is None or kind is None:
        problems.extend(odd)
    else:
        problems.extend(schema.settled(document, kind, odd))
        unlike = schema.check(document, kind)
        problems.extend(unlike)
        problems.extend(_check_file_name(document, kind, relative))
        if any(problem.code in _NOT_READ_ON for problem in unlike):
            return None
    return document


def _gathered(
    document: Document, notes: Notes, define: Callable[[Document, Notes], T | None]
) -> tuple[T | None, list[Problem]]:
    """Return what *define* makes of a document, None where too much is wrong with it, and what is wrong."""
    before = notes.problems
    notes.problems, notes.formula_characters = Gathered(), 0
    try:
        return define(document, notes), notes.problems
    except Enough:
        return None, [*notes.problems, more_problems(document.text)]
    finally:
        notes.problems = before


D = TypeVar("D", Source, Indicator)


class _Reader:
    """Reads the files that are many, one after the other; those that the store knows are not read again.

    What a file defines depends on its text, on the language that the organization speaks, and on what it
    is read with; so does the key under which the store keeps it.
    """

    def __init__(self, notes: Notes, store: Store | None) -> None:
        self.notes, self.store = notes, store

    def read(
        self, text: Text, relative: str, define: Callable[[Document, Notes], D | None], *depends_on: str
    ) -> D | None:
        """Return what the file at *relative* defines; its problems and the names that it uses are noted."""
        if self.store is None:
            found = self._read(text, relative, define)
        else:
            key = stored.key(relative, text.content, self.notes.language, *depends_on)
            found = self.store.get(text.path, key, text)
            if found is None:
                found = self._read(text, relative, define)
                self.store.put(text.path, key, found, text)
        problems, used, defined = found
        self.notes.problems.extend(problems)
        self.notes.used.extend(used)
        return defined

    def _read(
        self, text: Text, relative: str, define: Callable[[Document, Notes], D | None]
    ) -> tuple[tuple[Problem, ...], tuple[tuple[Kind, Name], ...], D | None]:
        notes: Notes = Notes(language=self.notes.language)
        document = _document(text, relative, notes.problems)
        if document is None:
            return tuple(notes.problems), (), None
        defined, found = _gathered(document, notes, define)
        later: list[Problem] = without_echoes(document, notes.problems, found)
        return (*notes.problems, *later), tuple(notes.used), defined


def _known(texts: Mapping[str, Text | None]) -> dict[Kind, dict[str, None]]:
    """Return the names that exist as files; where there is no register, there are no regulations."""
    known: dict[Kind, dict[str, None]] = {"source": _stems(texts, "sources")}
    return known if "regulations.yaml" in texts else {**known, "regulation": {}}


def _names_in(document: Document, relative: str) -> dict[Kind, dict[str, None]]:
    """Return the names that a file of many holds, also of entries that could not be read."""
    holds: dict[str, dict[Kind, str]] = {
        "organization.yaml": {"objective": "objectives", "division": "divisions"},
        "regulations.yaml": {"regulation": "regulations"},
    }
    top = Fields(document.root, Notes())
    return {
        kind: {entry.key: None for entry in top.entries(key)}
        for kind, key in holds[relative].items()
        if top.fields(key) is not None
    }


def _stems(texts: Mapping[str, Text | None], folder: str) -> dict[str, None]:
    """Return the names that files of *folder* have, in order, and found at once."""
    return {PurePosixPath(name).stem: None for name in texts if PurePosixPath(name).parts[0] == folder}


def _check_file_name(document: Document, kind: schema.Kind, relative: str) -> list[Problem]:
    if kind not in _FOLDERS.values():
        return []
    name = Fields(document.root, Notes()).name(kind)
    stem = PurePosixPath(relative).stem
    if name is None or name.id == stem or not is_id(name.id):
        return []
    return [
        error(
            "file-name",
            name.place,
            say(
                "the {kind} is called `{name}`, but its file `{stem}.yaml`",
                kind=NOUNS[kind],
                name=name.id,
                stem=stem,
            ),
            say("write `{kind}: {stem}`, or rename the file", kind=kind, stem=stem),
            fixes=[write(name.place, stem)],
        )
    ]


def _check_shared_ids(sources: Mapping[str, Source], indicators: Mapping[str, Indicator]) -> list[Problem]:
    return [
        error(
            "duplicate-value",
            indicators[name].place,
            say("an indicator and a source are both called `{name}`", name=name),
            say("rename one of them: formulas use both names"),
            [Related(sources[name].place, say("the source `{name}`", name=name))],
        )
        for name in sorted(sources.keys() & indicators.keys())
    ]


def _files(root: Path, problems: list[Problem]) -> list[str]:
    """Return the YAML files of the catalogue, in order; data and hidden files are nobody's business.

    A folder that is there and can't be listed is a problem: what it holds would be missing from the
    results without a word.
    """
    found: list[str] = []
    for folder in ("", *_FOLDERS):
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError as fault:
            problems.append(_not_listed(_named(root, folder), fault))
            continue
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            hidden = entry.name.startswith(".")
            if not hidden and entry.name.endswith(_YAML) and not entry.is_dir():
                found.append(name)
            elif not hidden and not folder and entry.is_dir() and entry.name not in {*_FOLDERS, *_IGNORED}:
                with suppress(OSError):  # nothing is read from there; its files are only told about
                    inner = (path.name for path in Path(entry.path).iterdir() if path.suffix in _YAML)
                    found.extend(f"{name}/{file}" for file in sorted(inner))
    return found


def _not_listed(folder: Text, fault: OSError) -> Problem:
    message = say("the folder cannot be read: {reason}", reason=fault.strerror or type(fault).__name__)
    return error("missing-file", Place(folder, 0, 0), message)


def _load(root: Path, relative: str) -> tuple[Text | None, tuple[Problem, ...]]:
    """Return the text of a file within *root*: regular, not too large, no link that leads outside."""
    named = _named(root, relative)
    path = root / relative
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            return None, (
                error(
                    "missing-file",
                    Place(named, 0, 0),
                    say("the file is a link to a place outside the catalogue"),
                    say("put the file itself into the folder"),
                ),
            )
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None, (error("missing-file", Place(named, 0, 0), say("this is not an ordinary file")),)
            data = file.read(MAX_BYTES + 1)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        return None, (
            error(
                "missing-file", Place(named, 0, 0), say("the file cannot be read: {reason}", reason=reason)
            ),
        )
    text, problems = decode(data, named.path)
    return (None if problems else text), problems


def _not_read(text: Text, relative: str) -> Problem:
    path = PurePosixPath(relative)
    place = Place(text, 0, 0)
    message = say("the file is not read")
    if path.suffix == ".yml" and kind_of(str(path.with_suffix(".yaml"))) is not None:
        return warning("not-read", place, message, say("rename it to `{name}.yaml`", name=path.stem))
    if len(path.parts) == 1:
        close = nearest(path.name, _SINGLE)
        return warning(
            "not-read", place, message, close or say("put it into the folder `sources` or `indicators`")
        )
    return warning(
        "not-read",
        place,
        message,
        nearest(path.parts[0], _FOLDERS) or say("the folders are `sources`, `indicators` and `scenarios`"),
    )


def _named(root: Path, relative: str, content: str = "") -> Text:
    return Text(f"{_shown(root)}/{relative}", content)


def _shown(root: Path) -> str:
    """Return the folder as people see it: from the working folder where it lies below it."""
    try:
        return Path(os.path.abspath(root)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return root.as_posix()
