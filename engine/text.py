"""Know a text, name a place in it, draw the lines around that place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from engine.language import translated


@dataclass(frozen=True)
class Text:
    """A file's text under the name that people see; line breaks are LF or CRLF."""

    path: str
    content: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        position = self.content.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.content.find("\n", position + 1)
        return starts

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of the character at *offset*."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @property
    def lines(self) -> int:
        """How many lines there are; behind a last line break stands one more, an empty one."""
        return len(self._line_starts)

    def offset_of_line(self, number: int) -> int:
        """Return where 1-based line *number* begins."""
        return self._line_starts[number - 1]

    def line(self, number: int) -> str:
        """Return the text of 1-based line *number* without its line break, or "" past the end."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        start = self._line_starts[number - 1]
        end = self.content.find("\n", start)
        return self.content[start : len(self.content) if end < 0 else end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Place:
    """The characters from *start* up to *end* of a text."""

    text: Text
    start: int
    end: int

    @property
    def path(self) -> str:
        """The file's name as people see it."""
        return self.text.path

    @property
    def line(self) -> int:
        """1-based line of the first character."""
        return self.text.line_and_column(self.start)[0]

    @property
    def column(self) -> int:
        """1-based column of the first character, in characters."""
        return self.text.line_and_column(self.start)[1]

    @property
    def end_line(self) -> int:
        """1-based line of the last character."""
        return self.text.line_and_column(max(self.start, self.end - 1))[0]

    @property
    def end_column(self) -> int:
        """1-based column just past the last character."""
        return self.text.line_and_column(max(self.start, self.end - 1))[1] + 1

    @property
    def written(self) -> str:
        """The characters that stand there."""
        return self.text.content[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Cell:
    """A place in a data file: sheet, row or line (both 1-based), and column, as far as known.

    In a table of a database a row is called by its key (`row`), as it may be shown; `line` orders findings.
    """

    path: str
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    row: str | None = None

    def text(self, language: str = "en") -> str:
        """Return the place as people of *language* say it; ``str(cell)`` is English."""
        parts = [self.path] if self.path else []
        if self.sheet is not None:
            parts.append(translated("sheet {name}", language).format(name=self.sheet))
        if self.row is not None:
            parts.append(translated("row {line}", language).format(line=self.row))
        elif self.line is not None:
            in_file, in_sheet = translated("line {line}", language), translated("row {line}", language)
            parts.append((in_file if self.sheet is None else in_sheet).format(line=self.line))
        if self.column is not None:
            parts.append(translated("column {name}", language).format(name=self.column))
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.text()
