"""What every verb shares: the catalogue, the language, how much is said, and where it goes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from engine.commands.speaking import let_click_speak
from engine.language import Language, language_of
from engine.problems import Message, say

if TYPE_CHECKING:
    from engine.api import Catalogue
    from engine.problems import Problem
    from engine.report.paint import Paint
    from engine.report.wording import Wording

FINE, FINDINGS, USAGE, DATA, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130
_COMMAND = re.compile(r"^((?:[ \t]|\x1b\[[0-9;]*m)*)(::|##(?![# ]))", re.MULTILINE)
"""A line that begins like this is an order to the program that runs checks of proposed changes."""


def harmless(text: str) -> str:
    """Return *text* with no line that would be an order to the program that runs checks (O1)."""
    return _COMMAND.sub(r"\1\\\2", text)


@dataclass
class Session:
    """What the options of every verb decide: the catalogue, the language, how much is said, colours."""

    catalogue: Path | None = None
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    lang: Language | None = None
    language: Language = "en"
    data_folder: Path | None = None

    def speak(self, folder: Path | None) -> None:
        """Speak the language asked for, else that of the organization whose definitions lie in *folder*."""
        self.language = self.lang or (None if folder is None else language_of(folder)) or "en"
        let_click_speak(self.language)

    def note(self, message: Message) -> None:
        """Write a line to standard error unless told to be quiet."""
        if not self.quiet:
            click.echo(message.text(self.language), err=True)

    def coloured(self, stream: IO[str] | None) -> bool:
        """Return whether what goes to *stream* may have colours."""
        if self.color != "auto":
            return self.color == "always"
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain and stream is not None and stream.isatty()

    def paint(self, stream: IO[str] | None) -> Paint:
        """Return what gives texts their look on *stream*."""
        from engine.report.paint import painted, unpainted

        return painted if self.coloured(stream) else unpainted

    def print(self, text: str) -> None:
        """Write a result to standard output; no text of a file becomes an order there (O1)."""
        click.echo(harmless(text), nl=False, color=self.coloured(sys.stdout))

    def deliver(self, text: str, output: Path | None, *, force: bool, orders: bool = False) -> None:
        """Write a result to a file, or to standard output; *orders*: its lines are meant as orders."""
        if output is None:
            if orders:
                click.echo(text, nl=False)
            else:
                self.print(text)
            return
        from engine.report.export import write_file

        write_file(output, text.encode("utf-8", "backslashreplace"), force=force)
        self.note(say("written: {path}", path=output))

    def draw(self, problems: Sequence[Problem]) -> None:
        """Write problems with their places to standard error, and how many there are."""
        from engine.report.problems_text import counted, problems_text

        text = problems_text(problems, self.paint(sys.stderr), self.data_folder, self.language)
        click.echo(harmless(text), nl=False, err=True, color=self.coloured(sys.stderr))
        if len(problems) > 1:
            click.echo(f"\n{counted(problems, self.language)}", err=True)

    def folder(self) -> Path | None:
        """Return the folder of the definitions, None for those that ship with iku; say which if not here."""
        if self.catalogue is not None:
            if self.catalogue.is_file():
                raise Refused(
                    say("{path} is a file; name the folder of all definitions", path=self.catalogue)
                )
            if not holds_definitions(self.catalogue):
                raise Refused(say("there are no definitions in {path}", path=self.catalogue))
            self.speak(self.catalogue)
            return self.catalogue
        found = definitions_here()
        if found is None:
            from engine.schema import shipped

            self.speak(shipped("definitions"))
            self.note(say("definitions: those that ship with iku (no folder definitions/ here or above)"))
            return None
        self.speak(found)
        if Path.cwd() not in (found, found.parent):
            self.note(say("definitions: {path}", path=Path(os.path.relpath(found))))
        return Path(os.path.relpath(found))

    def load(self) -> Catalogue:
        """Return the checked catalogue."""
        import engine

        folder = self.folder()
        with self.working(say("reading the definitions")):
            catalogue = engine.load(folder)
        self.data_folder = catalogue.definitions.root
        return catalogue

    def wording(self) -> Wording:
        """Return how values are written: in the language asked for, at most as wide as the terminal."""
        import shutil

        from engine.report.wording import Wording

        columns = shutil.get_terminal_size((100, 24)).columns
        return Wording(self.language, max(60, min(columns, 140)))

    @contextmanager
    def working(self, what: Message) -> Iterator[None]:
        """Show on a terminal that work takes its time."""
        if self.quiet or sys.stderr is None or not sys.stderr.isatty():
            yield
            return
        from engine.report.progress import working

        with working(what.text(self.language)):
            yield


class Refused(click.UsageError):
    """Wrong usage, as data: the language is chosen when it is shown."""

    language = "en"

    def __init__(self, told: Message, below: str = "") -> None:
        super().__init__(str(told))
        self.told, self.below = told, below

    def format_message(self) -> str:
        """Return the sentence in `language`, and what stands below it."""
        return "\n".join(filter(None, (self.told.text(self.language), self.below)))


def definitions_here() -> Path | None:
    """Return the folder of definitions in the current folder or the nearest one above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        inside = folder / "definitions"
        if holds_definitions(inside):
            return inside
        if (folder / "organization.yaml").is_file():
            return folder
    return None


def holds_definitions(folder: Path) -> bool:
    """Return whether *folder* is a catalogue."""
    return (folder / "organization.yaml").is_file() or (folder / "indicators").is_dir()


def no_such(refusal: Message, name: str, known: Sequence[str]) -> Refused:
    """Return a refusal with the names that were probably meant, or all of them."""
    from engine.problems import nearest

    hint = nearest(name, known) or say("there are {known}", known=", ".join(known))
    return Refused(say("{refusal}; {hint}", refusal=refusal, hint=hint))


def needs(library: str, extra: str) -> None:
    """Refuse a verb whose *library* is not installed, and say how to install it."""
    from importlib.util import find_spec

    if find_spec(library) is None:
        raise Refused(
            say(
                "this needs {library}, which is not installed: pip install 'iku[{extra}]'",
                library=library,
                extra=extra,
            )
        )


def iku_version() -> str:
    """Return the version of iku, or nothing where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("iku")
    except PackageNotFoundError:
        return ""


def as_json(value: Any) -> str:
    """Return *value* as indented JSON that ends with its line."""
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
