"""Find tabs where YAML takes spaces, and the spaces that take their place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from engine.problems import Edit, Fix, Problem, error, say
from engine.text import Place, Text

_BLANKS = re.compile(r"[ \t]+")
_COMMENT = re.compile(r"(?:^|\s)#")
_LINE = re.compile(r"^([ \t]*)([^\s#][^\r\n]*?)[ \t\r]*$", re.MULTILINE)
_WIDTHS = (2, 4, 8)
_MOST_MENDED = 2_000
"""A file with more tabs was not written by hand."""


def tabs(text: Text, allowed: list[tuple[int, int]]) -> Problem | None:
    """Return the problem of the tabs that are neither inside *allowed* spans nor in a comment."""
    runs = list(_outside(text, sorted(allowed)))
    return _problem(text, _first_tab(runs[0]), runs) if runs else None


def tab(text: Text, position: int) -> Problem:
    """Return the problem of the tab at *position*, at which YAML could not be read further."""
    line = text.line_and_column(position)[0]
    runs = [run for run in _BLANKS.finditer(text.content, text.offset_of_line(line)) if run.end() > position]
    return _problem(text, position, runs[:1])


def _outside(text: Text, allowed: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Yield the runs of blanks with a tab that stand outside of *allowed* and of comments."""
    spans = iter(allowed)
    span = next(spans, None)
    comments: dict[int, int] = {}
    for run in _BLANKS.finditer(text.content):
        if "\t" not in run[0]:
            continue
        position = _first_tab(run)
        while span is not None and span[1] <= position:
            span = next(spans, None)
        if span is not None and span[0] <= position:
            continue
        line = text.line_and_column(position)[0]
        if line not in comments:
            comments[line] = _comment(text, line, allowed)
        if position < comments[line]:
            yield run


def _comment(text: Text, line: int, quoted: list[tuple[int, int]]) -> int:
    """Return where the comment of a line begins, behind its `#`; one in quotes begins none."""
    start = text.offset_of_line(line)
    for found in _COMMENT.finditer(text.line(line)):
        sign = start + found.end() - 1
        number = bisect_right(quoted, sign, key=lambda span: span[0]) - 1
        if number < 0 or sign >= quoted[number][1]:
            return sign + 1
    return len(text.content)


def _first_tab(run: re.Match[str]) -> int:
    return run.start() + run[0].index("\t")


def _problem(text: Text, position: int, runs: list[re.Match[str]]) -> Problem:
    first = text.offset_of_line(text.line_and_column(position)[0])
    fixes: tuple[Fix, ...] = ()
    if text.content.count("\t") <= _MOST_MENDED:
        fixes = _indented(text) if runs[0].start() == first else _separated(text, runs)
    return error(
        "yaml-tab",
        Place(text, position, position + 1),
        say("a tab stands here; only spaces may indent and separate"),
        say("replace the tab by spaces (two for each level)"),
        fixes=fixes,
    )


# ── tabs between words ──


def _separated(text: Text, runs: list[re.Match[str]]) -> tuple[Fix, ...]:
    """A tab that parts a key from its value is a space, one at the end of a line nothing."""
    between = [run for run in runs if text.line_and_column(run.start())[1] > 1]
    safe = all(_parts(text.content, run) for run in between)
    edits = tuple(Edit(Place(text, *run.span()), _space(text.content, run)) for run in between)
    return (Fix(say("write spaces instead of tabs"), edits, safe),)


def _parts(content: str, run: re.Match[str]) -> bool:
    return content[run.start() - 1] in ":,-[{" or content[run.end() : run.end() + 1] in ("", "\n", "\r", "#")


def _space(content: str, run: re.Match[str]) -> str:
    return "" if content[run.end() : run.end() + 1] in ("", "\n", "\r") else " "


# ── tabs that indent ──


@dataclass(frozen=True)
class _Level:
    indent: int
    listed: bool


def _indented(text: Text) -> tuple[Fix, ...]:
    """How wide a tab is, YAML does not know; safe if only one structure can be meant."""
    lines = list(_LINE.finditer(text.content))
    structures = {width: _structure(lines, width) for width in _WIDTHS}
    possible = {width: levels for width, levels in structures.items() if levels is not None}
    if not possible:
        return ()
    width = min(possible)
    edits = tuple(
        Edit(Place(text, *line.span(1)), _wide(line[1], width)) for line in lines if "\t" in line[1]
    )
    one = all(levels == possible[width] for levels in possible.values())
    return (Fix(say("write spaces instead of tabs"), edits, safe=one),)


def _wide(indent: str, width: int) -> str:
    return " " * (indent.count(" ") + width * indent.count("\t"))


def _structure(lines: list[re.Match[str]], width: int) -> list[int] | None:
    """Return the level of each line that a tab indents, None where a line would not fit in."""
    open_levels: list[_Level] = []
    levels: list[int] = []
    opened = True
    for line in lines:
        indent, tabbed = len(_wide(line[1], width)), "\t" in line[1]
        dashes = re.match(r"(?:- +)*", line[2])
        listed = line[2].startswith("- ") or line[2] == "-"
        while open_levels and open_levels[-1].indent > indent:
            open_levels.pop()
        top = open_levels[-1] if open_levels else None
        if top is None or top.indent < indent or (opened and listed and not top.listed):
            if not opened and tabbed:
                return None
            if not opened:
                continue  # The line goes on with the text of the line above.
            open_levels.append(_Level(indent, listed))
        elif top.listed != listed and tabbed:
            return None
        if tabbed:
            levels.append(len(open_levels))
        inner = indent + (len(dashes[0]) if dashes is not None else 0)
        if inner > indent:
            open_levels.append(_Level(inner, listed=False))
        opened = line[2][-1] in ":|>-+" or line[2].endswith(("|-", ">-"))
    return levels
