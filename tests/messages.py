"""All sentences that people get to read, and their translations.

    .venv/bin/python tests/messages.py

brings the catalogues below ``engine/locale`` up to date with the source: new sentences come in without a
translation and are listed, sentences that are gone go. Nothing that is translated is changed.

A sentence is what stands in ``say("...")`` (or ``say_many``, ``translated``) of the engine and the command
line, an explanation of a pattern in a schema, or a help text. What click itself says is a catalogue of its
own.
"""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.commands.main import iku
from engine.commands.speaking import paragraphs
from engine.formula.functions import AGGREGATES, FUNCTIONS
from engine.problems import as_message

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "engine" / "locale" / "id" / "LC_MESSAGES"
OURS = FOLDER / "iku.po"
CLICKS = FOLDER / "click.po"
COMMAND = ".venv/bin/python tests/messages.py"
_SAID = {"say": 1, "translated": 1, "say_many": 2, "translated_many": 2}
"""The functions whose first arguments are sentences, and how many are."""
_HEADER = """\
# {of}
# Sentences are added and removed by `{command}`.
msgid ""
msgstr ""
"Project-Id-Version: iku\\n"
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the source, with its plural if it has one, and the file that it stands in."""

    one: str
    many: str | None
    file: str

    @property
    def nothing(self) -> str | tuple[str, ...]:
        """What stands where there is no translation yet; Indonesian has one form for every count."""
        return "" if self.many is None else ("",)

    @property
    def key(self) -> str | tuple[str, str]:
        """How a catalogue names it."""
        return self.one if self.many is None else (self.one, self.many)


def gaps(template: str) -> list[str]:
    """Return the names of a template's gaps, sorted."""
    return sorted(re.findall(r"{(\w+)}", template.replace("{{", "").replace("}}", "")))


def in_python(path: Path, names: dict[str, int]) -> Iterator[Sentence]:
    """Yield the sentences that *names* are called with; what is not written out is left to `unwritten`."""
    for name, call in _calls(path):
        written = [arg.value for arg in call.args[: names.get(name, 0)] if isinstance(arg, ast.Constant)]
        if written and len(written) == names[name]:
            one, many = (*written, None)[:2]
            yield Sentence(one, many, _named(path))


def unwritten(path: Path) -> Iterator[str]:
    """Yield the calls that put a sentence together from parts, so that nobody can translate it."""
    for name, call in _calls(path):
        if name in ("say", "say_many"):
            whole = all(isinstance(arg, ast.Constant) for arg in call.args)
            if not whole or any(_is_words(keyword.value) for keyword in call.keywords):
                yield f"{_named(path)}:{call.lineno}: {ast.unparse(call)}"


def _is_words(value: ast.expr) -> bool:
    """Return whether an expression gives English words: a constant, a choice of such, words joined by one."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and re.search(r"[a-z] |[a-z]$", value.value) is not None
    if isinstance(value, ast.IfExp):
        return _is_words(value.body) or _is_words(value.orelse)
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and " " in str(part.value) for part in value.values)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "join":
        return isinstance(value.func.value, ast.Constant) and _is_words(value.func.value)
    return False


def _calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Return the calls of plain names in a file, in its order."""
    found = [
        (node.func.id, node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return sorted(found, key=lambda call: (call[1].lineno, call[1].col_offset))


def sources() -> list[Path]:
    """Return the files of the program in reading order."""
    return [*sorted((ROOT / "engine").rglob("*.py")), ROOT / "cli.py"]


def in_schemas() -> Iterator[Sentence]:
    """Yield what the schemas say of a text that does not fit a pattern."""
    for path in sorted((ROOT / "schemas").glob("*.json")):
        found: list[Sentence] = []

        def note(
            keys: dict[str, object], found: list[Sentence] = found, path: Path = path
        ) -> dict[str, object]:
            if isinstance(keys.get("patternErrorMessage"), str):
                found.append(Sentence(_whole(str(keys["patternErrorMessage"])), None, _named(path)))
            return keys

        json.loads(path.read_text(encoding="utf-8"), object_hook=note)
        yield from found


def _commands(command: click.Command, file: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and those below it, each with the file that it stands in."""
    yield file, command
    names = command.list_commands(click.Context(command)) if isinstance(command, click.Group) else ()
    for name in names:  # in the order of the help, whichever was loaded first
        verb = command.commands[name]
        yield from _commands(verb, f"engine/commands/{name}.py" if command is iku else file)


def in_help() -> Iterator[Sentence]:
    """Yield the paragraphs of all help texts; examples of commands are the same in every language."""
    iku.load(click.Context(iku))
    for file, command in _commands(iku, "engine/commands/main.py"):
        options = [param.help for param in command.params if isinstance(param, click.Option)]
        for text in (command.help, *options):
            for mark, paragraph in paragraphs(text or ""):
                if not mark or re.search(r"\S {2,}\S", paragraph):
                    yield Sentence(paragraph, None, file)


def in_tables() -> Iterator[Sentence]:
    """Yield what the functions of formulas promise."""
    for entry in (*FUNCTIONS.values(), *AGGREGATES.values()):
        yield Sentence(_whole(entry.promise), None, "engine/formula/functions.py")


def ours() -> list[Sentence]:
    """Return every sentence of iku, each once, in the order of the files."""
    found = [sentence for path in sources() for sentence in in_python(path, _SAID)]
    found += [*in_schemas(), *in_tables(), *in_help()]
    return _each_once(sentence for sentence in found if _has_words(sentence.one))


def clicks() -> list[Sentence]:
    """Return every sentence of the click that is installed."""
    paths = sorted(Path(inspect.getfile(click)).parent.glob("*.py"))
    found = [s for path in paths for s in in_python(path, {"_": 1, "gettext": 1, "ngettext": 2})]
    return _each_once(Sentence(sentence.one, sentence.many, "click") for sentence in found)


def _each_once(sentences: Iterable[Sentence]) -> list[Sentence]:
    found: dict[object, Sentence] = {}
    for sentence in sentences:
        found.setdefault(sentence.key, sentence)
    return list(found.values())


def _whole(text: str) -> str:
    """Return a text without gaps as the template that it is in a message."""
    return as_message(text).template


def _has_words(template: str) -> bool:
    return re.search(r"[A-Za-z]", re.sub(r"{\w+}", "", template)) is not None


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


# ── the catalogues ──


def catalogue(path: Path) -> Catalog:
    """Return the translations of a file; an empty catalogue where there is none."""
    return _read(path.read_text(encoding="utf-8") if path.exists() else _HEADER)


def _read(text: str) -> Catalog:
    return read_po(io.BytesIO(text.encode()), locale="id")


def renewed(path: Path, sentences: list[Sentence], of: str, *, keep: bool = False) -> str:
    """Return the text of a catalogue with exactly *sentences*; with *keep*, those of other versions stay."""
    before, after = catalogue(path), _read(_HEADER)
    for sentence in sentences:
        known = before.get(sentence.one)
        said = known.string if known is not None and known.id == sentence.key else sentence.nothing
        after.add(sentence.key, said, locations=[(sentence.file, 1)], flags=known.flags if known else ())
    for known in before if keep else ():
        if known.id and after.get(known.id if isinstance(known.id, str) else known.id[0]) is None:
            after.add(known.id, known.string, locations=[("click", 1)])
    text = io.BytesIO()
    write_po(text, after, width=0, omit_header=True, include_lineno=False)
    return _HEADER.format(of=of, command=COMMAND) + text.getvalue().decode("utf-8").lstrip("\n")


def untranslated(path: Path) -> list[str]:
    """Return the sentences of a catalogue that have no translation, or one that nobody has looked at."""
    return [
        entry.id if isinstance(entry.id, str) else entry.id[0]
        for entry in catalogue(path)
        if entry.id
        and (entry.fuzzy or not all([entry.string] if isinstance(entry.string, str) else entry.string))
    ]


def compile_catalogues() -> None:
    """Write the form that gettext reads beside each catalogue that is newer."""
    for path in sorted(FOLDER.glob("*.po")):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= path.stat().st_mtime:
            text = io.BytesIO()
            write_mo(text, catalogue(path))
            target.write_bytes(text.getvalue())


def texts() -> dict[Path, str]:
    """Return what the catalogues should hold; translations for other versions of click are kept."""
    return {
        OURS: renewed(OURS, ours(), "What iku says, in Indonesian."),
        CLICKS: renewed(CLICKS, clicks(), "What click says, in Indonesian.", keep=True),
    }


def renew() -> list[str]:
    """Bring both catalogues up to date and return what is still to be translated."""
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
    compile_catalogues()
    return [f"{path.name}: {sentence}" for path in (OURS, CLICKS) for sentence in untranslated(path)]


if __name__ == "__main__":
    lacking = renew()
    for line in lacking:
        print(line)
    print(f"{len(lacking)} sentences are to be translated in {OURS.relative_to(ROOT).parent}")
    sys.exit(1 if lacking else 0)
