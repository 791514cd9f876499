"""A value's characters, each at its place in the file; how a part of it is written anew.

What YAML reads differs from what stands there by quotes, escapes, indentation and folded lines. The
places of the characters are found by reading the scalar once more, style by style, as YAML does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.document.writing import in_quotes, reads_as_itself
from engine.formula.cures import cured
from engine.formula.grammar import Fault
from engine.problems import Edit, Fix, Problem, Severity
from engine.text import Place

Change = tuple[int, int, str]
"""Put a text in the place of the characters from one position of a value up to another."""
_Read = Iterator[tuple[str, int, int]]

_BLANKS = re.compile(r"[ \t\r\n]+")
_BREAK = re.compile(r"\r?\n")
_ESCAPED_BREAK = re.compile(r"\\\r?\n[ \t]*")
_ESCAPED = {"x": 4, "u": 6, "U": 10}
_LINE = re.compile(r"([^\r\n]*)(\r?\n|\Z)")


@dataclass(frozen=True)
class Passage:
    """A value as it was read, tied to the place where it was written, quotes included.

    `flow` says that it stands inside brackets, where a comma or a bracket ends a plain text.
    """

    value: str
    place: Place
    flow: bool = False

    def part(self, start: int, end: int) -> Place:
        """Return the place of ``value[start:end]`` in the file, at least one character wide."""
        if not self.value.strip():
            return self.place
        last = len(self.value) - 1
        first = self._span(min(max(start, 0), last))
        opening = first[1] if start > last else first[0]
        closing = self._span(min(max(end - 1, 0), last))[1]
        return Place(self.place.text, opening, max(closing, opening + 1))

    def problem(self, fault: Fault, severity: Severity = "error") -> Problem:
        """Return a fault of the formula that stands here as a problem at its place, with its fixes."""
        cures = fault.cures or cured(self.value, fault).cures
        fixes = tuple(Fix(cure.title, self.edits(cure.changes), cure.safe) for cure in cures)
        place = self.part(fault.start, fault.end)
        return Problem(severity, fault.code, place, fault.message, fault.hint, (), fixes)

    def edits(self, changes: Iterable[Change]) -> tuple[Edit, ...]:
        """Return the edits of the file after which the value reads as with *changes*.

        They keep to the quotes that stand here. A plain text that would be read differently with the
        changes is written anew as a whole, in quotes.
        """
        wanted = sorted(self._without_gap(*change) for change in changes)
        if self.place.written[:1] not in ("'", '"', "|", ">"):
            after = self._after(wanted)
            if not reads_as_itself(after, flow=self.flow):
                return (Edit(self.place, in_quotes(after)),)
        return tuple(Edit(self._gap(start, end), self._written(text)) for start, end, text in wanted)

    def _without_gap(self, start: int, end: int, text: str) -> Change:
        """Return a change that leaves no space at the beginning, where it would count as indentation."""
        if start == 0 and not text:
            end += len(self.value[end:]) - len(self.value[end:].lstrip())
        return start, end, text

    def _after(self, changes: list[Change]) -> str:
        after, behind = "", 0
        for start, end, text in changes:
            after += self.value[behind:start] + text
            behind = end
        return after + self.value[behind:]

    def _gap(self, start: int, end: int) -> Place:
        """Return exactly what stands for ``value[start:end]``, which may be nothing."""
        if start == end:
            at = self._span(start)[0] if start < len(self.value) else self._span(start - 1)[1]
            return Place(self.place.text, at, at)
        return Place(self.place.text, self._span(start)[0], self._span(end - 1)[1])

    def _written(self, text: str) -> str:
        """Return *text* as it is written within the quotes that stand here."""
        style = self.place.written[:1]
        if style == "'":
            return text.replace("'", "''")
        return text.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else text

    def _span(self, position: int) -> tuple[int, int]:
        """Return where the character at *position* begins and ends in the file."""
        if self._straight is not None:
            return self._straight + position, self._straight + position + 1
        if position < len(self._spans):
            return self._spans[position]
        return self.place.end, self.place.end

    @cached_property
    def _straight(self) -> int | None:
        """Where the value begins, if it stands in the file letter by letter."""
        written = self.place.written
        if written == self.value:
            return self.place.start
        quoted = written[:1] in ("'", '"') and written[1:-1] == self.value and "\\" not in written
        return self.place.start + 1 if quoted else None

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        content, start, end = self.place.text.content, self.place.start, self.place.end
        style = content[start]
        if style == "'":
            read = _single(content, start + 1, end - 1)
        elif style == '"':
            read = _double(content, start + 1, end - 1)
        elif style in ("|", ">"):
            read = _block(content, start, self.value, folded=style == ">")
        else:
            read = _plain(content, start, end)
        # A block is read on over its last line breaks, of which the value has some, one or none.
        return [(first, last) for _, (_, first, last) in zip(self.value, read, strict=False)]


# ── plain and quoted ──


def _plain(content: str, position: int, end: int) -> _Read:
    while position < end:
        if content[position] in " \t\r\n":
            yield from _blanks(content, position, end)
            position = _behind(_BLANKS, content, position, end)
        else:
            yield content[position], position, position + 1
            position += 1


def _single(content: str, position: int, end: int) -> _Read:
    while position < end:
        if content[position] in " \t\r\n":
            yield from _blanks(content, position, end)
            position = _behind(_BLANKS, content, position, end)
        else:
            width = 2 if content[position] == "'" else 1
            yield content[position], position, position + width
            position += width


def _double(content: str, position: int, end: int) -> _Read:
    while position < end:
        if content[position] in " \t\r\n":
            yield from _blanks(content, position, end)
            position = _behind(_BLANKS, content, position, end)
        elif _ESCAPED_BREAK.match(content, position, end):
            # The line goes on: nothing is read here, and of empty lines that follow each is itself.
            position = _behind(_ESCAPED_BREAK, content, position, end)
            if _BREAK.match(content, position, end):
                yield from _breaks(content, position, end)
                position = _behind(_BLANKS, content, position, end)
        else:
            escaped = content[position] == "\\"
            width = _ESCAPED.get(content[position + 1], 2) if escaped else 1
            yield content[position : position + width], position, position + width
            position += width


def _blanks(content: str, position: int, end: int) -> _Read:
    """Spaces within a line are themselves; one line break is a space, of several the first is nothing."""
    stop = _behind(_BLANKS, content, position, end)
    first = _BREAK.search(content, position, stop)
    if first is None:
        for at in range(position, stop):
            yield content[at], at, at + 1
    elif _BREAK.search(content, first.end(), stop) is None:
        yield " ", position, stop
    else:
        yield from _breaks(content, first.end(), stop)


def _breaks(content: str, position: int, end: int) -> _Read:
    """Each line break among the blanks that stand here."""
    stop = _behind(_BLANKS, content, position, end)
    for found in _BREAK.finditer(content, position, stop):
        yield "\n", found.start(), found.end()


def _behind(pattern: re.Pattern[str], content: str, position: int, end: int) -> int:
    found = pattern.match(content, position, end)
    return position if found is None else found.end()


# ── blocks ──


def _block(content: str, start: int, value: str, *, folded: bool) -> _Read:
    """A block's lines without their indentation; folded, a line break between two texts is a space.

    How far the block is indented is told by its first text: what the value lacks before it.
    """
    header = _behind(_LINE, content, start, len(content))
    indent = _before_text(content[header:]) - _before_text(value)
    open_break: tuple[int, int] | None = None
    empty: list[tuple[int, int]] = []
    spaced = False
    for line in _LINE.finditer(content, header):
        spaces = len(line[1]) - len(line[1].lstrip(" "))
        text = line.start() + min(indent, spaces)
        if text == line.end(1):
            empty.append(line.span(2))
            continue
        was_spaced, spaced = spaced, content[text] in " \t"
        if open_break is not None and (not folded or was_spaced or spaced):
            yield "\n", *open_break
        elif open_break is not None and not empty:
            yield " ", open_break[0], text
        for span in empty:
            yield "\n", *span
        for at in range(text, line.end(1)):
            yield content[at], at, at + 1
        open_break, empty = line.span(2), []
    for span in empty if open_break is None else [open_break, *empty]:
        yield "\n", *span


def _before_text(text: str) -> int:
    """Return how many spaces stand in the first line that has more than spaces, ahead of its text."""
    bare = text.lstrip(" \r\n")
    before = text[: len(text) - len(bare)]
    return len(before) - before.rfind("\n") - 1
