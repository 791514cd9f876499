"""Describe what is wrong as data; carry many in one exception; one family of exceptions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from string import Formatter
from typing import Literal

from engine.language import decimal, translated, translated_many
from engine.text import Cell, Place, Text

Severity = Literal["error", "warning", "advice"]
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")
Scalar = str | int | float | bool | None

MOST_OF_A_FILE = 50
"""Problems of one definition file that are worded before the reading of it ends."""
_MOST_COMPARED, _LONGEST_COMPARED = 300, 200
_LONGEST_VALUE = 60
_LONGEST_MESSAGE = 300
_MOST_WORDS = 150
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


@dataclass(frozen=True)
class Message:
    """A sentence with gaps: the template is what a translation replaces, the values stay.

    Values come from files and may be hostile: each is cut to 60 characters and its control,
    format and bidirectional characters are written as escapes; the whole is one line (O1). A value that
    is words of ours is a message itself, and is translated with the sentence. `many` is the template
    where the gap ``count`` is not 1.
    """

    template: str
    values: tuple[tuple[str, Filling], ...] = ()
    many: str | None = None

    def text(self, language: str = "en") -> str:
        """Return the sentence in *language*; ``str(message)`` is English."""
        if self.many is None:
            template = translated(self.template, language)
        else:
            count = dict(self.values)["count"]
            assert isinstance(count, int | float), "the gap `count` of a message is a number"
            template = translated_many(self.template, self.many, count, language)
        if language == "en":
            shown = template.format_map({name: rendered(value) for name, value in self.values})
        else:
            shown = _filled(template, dict(self.values), language)
        return _cut(shown, _LONGEST_MESSAGE)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Several:
    """Words that stand side by side in a sentence, joined as the language joins them.

    Words of a file are cut to 60 characters together (O1); only as many are joined as a message can hold.
    """

    words: tuple[Scalar | Message | Several, ...]
    link: Message

    def text(self, language: str = "en") -> str:
        """Return the words joined in *language*."""
        if not self.words:
            return ""
        link = translated(self.link.template, language)
        joined = reduce(
            lambda some, last: link.format(some=some, last=last),
            (rendered(word, language) for word in self.words[:_MOST_WORDS]),
        )
        return joined if isinstance(self.words[0], Message | Several) else _cut(joined, _LONGEST_VALUE)


Filling = Scalar | Path | Message | Several
"""What may stand in a gap: what a file holds, the path of a file (never cut), or words of ours."""


def say(template: str, **values: Filling) -> Message:
    """Return the message with its gaps ``{name}`` filled by *values* when it is shown."""
    return Message(template, tuple(values.items()))


def say_many(one: str, many: str, *, count: float, **values: Filling) -> Message:
    """Return the message *one* where ``count`` is 1, else *many*; both have the gap ``{count}``."""
    return Message(one, (("count", count), *values.items()), many)


def either(words: Iterable[Scalar | Message | Several]) -> Several:
    """Return *words* as a choice: ``a or b or c``."""
    return Several(tuple(words), say("{some} or {last}"))


def both(words: Iterable[Scalar | Message | Several]) -> Several:
    """Return *words* that count together: ``a and b and c``."""
    return Several(tuple(words), say("{some} and {last}"))


def listed(words: Iterable[Scalar | Message | Several]) -> Several:
    """Return *words* as a list: ``a, b, c``."""
    return Several(tuple(words), say("{some}, {last}"))


def as_message(text: str) -> Message:
    """Return *text* of our own that stands elsewhere, such as in a schema; in a gap it is never cut."""
    return Message(text.replace("{", "{{").replace("}", "}}"))


def rendered(value: Filling, language: str = "en") -> str:
    """Return what stands in a gap: words of ours in *language*, all else as `quoted` shows it."""
    return value.text(language) if isinstance(value, Message | Several) else quoted(value)


def _filled(template: str, values: Mapping[str, Filling], language: str) -> str:
    """Return *template* with its gaps filled; between backticks numbers stay as a file writes them."""
    parts: list[str] = []
    code = False
    for literal, name, _, _ in Formatter().parse(template):
        code ^= literal.count("`") % 2 == 1
        parts.append(literal)
        if name is not None:
            shown = rendered(values[name], language)
            parts.append(shown if code or type(values[name]) is not float else decimal(shown, language))
    return "".join(parts)


def quoted(value: Scalar | Path) -> str:
    """Return *value* as it may stand in a message: one line, short, nothing invisible."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, Path):
        return _seen(str(value))
    return _cut(_seen(str(value)[: _LONGEST_VALUE + 1]), _LONGEST_VALUE)


def _seen(text: str) -> str:
    return "".join(
        character
        if character == " " or unicodedata.category(character) not in _UNSEEN
        else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


@dataclass(frozen=True)
class Related:
    """Another place that takes part in a problem, with what it has to do with it."""

    place: Place | Cell
    message: Message

    def text(self, language: str = "en") -> str:
        """Return place and sentence in one line."""
        return f"{_where(self.place, language)}: {self.message.text(language)}"


@dataclass(frozen=True)
class Edit:
    """Replace the characters of a place by another text; nothing else in the file moves."""

    place: Place
    text: str


@dataclass(frozen=True)
class Fix:
    """Edits that mend a problem. A `safe` one means the same for certain; else a person decides.

    `title` says what the edits do, for menus and reports.
    """

    title: Message
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: how bad, a stable code, where, one sentence, and a way out.

    `fixes` are alternatives: each would mend the problem by itself.
    """

    severity: Severity
    code: str
    place: Place | Cell | None
    message: Message
    hint: Message | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key by which problems are sorted: file, position, severity, code, sentence.

        Of what has no place, errors come first, all else last.
        """
        path, position = "" if self.severity == "error" else "\U0010ffff", 0
        if isinstance(self.place, Place):
            path, position = self.place.path, self.place.start
        elif isinstance(self.place, Cell):
            path, position = self.place.path, self.place.line or 0
        return path, position, _SEVERITIES.index(self.severity), self.code, str(self.message)

    def text(self, language: str = "en") -> str:
        """Return place, code and sentence in one line; ``str(problem)`` is English."""
        where = f"{_where(self.place, language)}: " if self.place is not None else ""
        return f"{where}{self.code}: {self.message.text(language)}"

    def __str__(self) -> str:
        return self.text()


def _where(place: Place | Cell, language: str) -> str:
    return place.text(language) if isinstance(place, Cell) else str(place)


def error(
    code: str,
    place: Place | Cell | None,
    message: Message,
    hint: Message | None = None,
    related: Sequence[Related] = (),
    fixes: Sequence[Fix] = (),
) -> Problem:
    """Return a problem that stops the work."""
    return Problem("error", code, place, message, hint, tuple(related), tuple(fixes))


def warning(
    code: str,
    place: Place | Cell | None,
    message: Message,
    hint: Message | None = None,
    related: Sequence[Related] = (),
    fixes: Sequence[Fix] = (),
) -> Problem:
    """Return a problem that is probably a mistake."""
    return Problem("warning", code, place, message, hint, tuple(related), tuple(fixes))


def advice(
    code: str,
    place: Place | Cell | None,
    message: Message,
    hint: Message | None = None,
    related: Sequence[Related] = (),
    fixes: Sequence[Fix] = (),
) -> Problem:
    """Return a problem that is a matter of good practice."""
    return Problem("advice", code, place, message, hint, tuple(related), tuple(fixes))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return *problems* by file and position, each once for a place and code."""
    seen: set[tuple[str, object, str]] = set()
    kept: list[Problem] = []
    for problem in sorted(problems, key=lambda p: p.order):
        start = problem.place.start if isinstance(problem.place, Place) else str(problem.place)
        path = problem.order[0]
        key = (path, start, problem.code if problem.place is not None else str(problem.message))
        if key not in seen:
            seen.add(key)
            kept.append(problem)
    return tuple(kept)


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return those of *problems* that stop the work."""
    return tuple(problem for problem in problems if problem.severity == "error")


def limited(found: Iterable[Problem], text: Text) -> Iterator[Problem]:
    """Yield the problems of one file up to `MOST_OF_A_FILE`, then that there are more (O1).

    The rest is never looked for, so that a file made of mistakes takes no longer than a good one.
    """
    for number, problem in enumerate(found):
        if number == MOST_OF_A_FILE:
            yield more_problems(text)
            return
        yield problem


def more_problems(text: Text) -> Problem:
    """Return that more is wrong with a file than is listed."""
    return error(
        "more-problems",
        Place(text, 0, 1),
        say("more is wrong with this file than the {most} problems listed", most=MOST_OF_A_FILE),
        say("correct these first"),
    )


@dataclass(frozen=True)
class Titled:
    """What a name stands for: its title in each language, and the line where it is declared.

    `file` is None where that is the file from which the name is looked at.
    """

    titles: tuple[str, ...]
    line: int
    file: str | None = None


Titles = Callable[[str], Titled | None]
"""Tells what the title of a name is, if it has one."""


def near(name: str, known: Iterable[str], titles: Titles | None = None) -> tuple[str, ...]:
    """Return the nearest few of *known*, the nearest first; none where none is near.

    With *titles*, the one of *known* whose title *name* resembles is near too.
    """
    import difflib

    names = _comparable(name, known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    meant = None if titles is None else _by_title(name, names, titles)
    return tuple(close) if meant is None or meant in close else (*close[:2], meant)


def nearest(name: str, known: Iterable[str], titles: Titles | None = None) -> Message | None:
    """Return a hint with the nearest one to three of *known*, or None if none is near.

    With *titles*, the one of *known* whose title *name* resembles is told with its title and line; so is the
    only near one.
    """
    names = _comparable(name, known)
    close = near(name, names, titles)
    meant = ""
    if titles is not None:
        meant = _by_title(name, names, titles) or (close[0] if len(close) == 1 else "")
    if not close:
        return None
    told = [other for other in close if other != meant][: 3 - bool(meant)]
    words = [say("`{name}`", name=other) for other in told]
    if meant:
        words.append(_with_title(meant, titles(meant) if titles is not None else None))
    return say("did you mean {names}?", names=either(words))


def _comparable(name: str, known: Iterable[str]) -> list[str]:
    """Return the names with which *name* is compared: of thousands, those that are about as long."""
    if len(name) > _LONGEST_COMPARED:
        return []
    names = list(known)
    if len(names) <= _MOST_COMPARED:
        return names
    return sorted(names, key=lambda other: abs(len(other) - len(name)))[:_MOST_COMPARED]


def _with_title(name: str, told: Titled | None) -> Message:
    if told is None or not told.titles:
        return say("`{name}`", name=name)
    if told.file is None:
        return say("`{name}` ({title}, line {line})", name=name, title=told.titles[0], line=told.line)
    return say(
        "`{name}` ({title}, {file}, line {line})",
        name=name,
        title=told.titles[0],
        file=told.file,
        line=told.line,
    )


def _by_title(name: str, known: Sequence[str], titles: Titles) -> str | None:
    """Return the one of *known* whose title *name* resembles most, if one does.

    It does if it is nearly the title, or made of words of the title alone, two or more.
    """
    import difflib

    asked = _words(name)
    best, found = 0.75, None
    for candidate in known:
        told = titles(candidate)
        for title in told.titles if told is not None else ():
            words = _words(title)
            alike = difflib.SequenceMatcher(None, " ".join(asked), " ".join(words)).ratio()
            if len(asked) > 1 and set(asked) <= set(words):
                alike = max(alike, 0.9)
            if alike > best:
                best, found = alike, candidate
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def write(place: Place, text: str, *, safe: bool = False) -> Fix:
    """Return the fix that puts *text* in the place of what stands there."""
    return Fix(say("write `{text}`", text=text), (Edit(place, text),), safe)


def instead(place: Place, names: Iterable[str]) -> tuple[Fix, ...]:
    """Return fixes that put another name in the place of the one that stands there, each one of *names*."""
    return tuple(write(place, name) for name in names)


class IkuError(Exception):
    """Anything that the engine refuses; the one family to catch. `problems` say what and where."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems = in_order(found)
        super().__init__("\n".join(str(problem) for problem in self.problems[:50]))


class InvalidDefinitions(IkuError):
    """The definitions of the catalogue have errors."""


class InvalidData(IkuError):
    """Input data are missing, unreadable or not as declared."""


class InvalidRequest(IkuError):
    """The caller asked for something that does not exist: a name, a period, a column."""
