"""Say in plain words where YAML cannot go on, and why."""

from __future__ import annotations

import re

from engine.problems import Message, Problem, error, say
from engine.text import Place, Text

_NO_SPACE_AFTER_COLON = re.compile(r"\s*(?:- )?\s*([A-Za-z_][A-Za-z0-9_]*):[^\s:/]")
_QUOTES = say('put the whole text in quotes: `key: "text"`')


def tabs(text: Text, allowed: list[tuple[int, int]]) -> Problem | None:
    """Return the problem of the first tab that is neither inside *allowed* spans nor in a comment."""
    position = text.content.find("\t")
    spans = iter(sorted(allowed))
    span = next(spans, None)
    while position >= 0:
        while span is not None and span[1] <= position:
            span = next(spans, None)
        inside = span is not None and span[0] <= position
        if not inside and not _in_comment(text.content, position):
            return _tab(Place(text, position, position + 1))
        position = text.content.find("\t", position + 1)
    return None


def refusal(text: Text, problem: str, at: int, context_at: int | None) -> Problem:
    """Return what PyYAML's *problem* at offset *at* means to the author of the file.

    `context_at` is where the thing began that could not be read to its end.
    """
    content = text.content
    at = min(max(at, 0), len(content))
    here = Place(text, at, min(at + 1, max(at, len(content))))
    line_number = text.line_and_column(at)[0]
    line = text.line(line_number)
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or here.written == "\t":
        offset = _offset_of_line(text, line_number) + indent.index("\t") if "\t" in indent else at
        return _tab(Place(text, offset, offset + 1))
    glued = _glued_key(text, line_number)
    if glued is not None and ("mapping values" in problem or "expected ':'" in problem):
        return glued
    began = here if context_at is None else Place(text, context_at, min(context_at + 1, len(content)))
    if "mapping values are not allowed" in problem:
        if line.count(": ") + line.rstrip().endswith(":") > 1 and ": " in line[: here.column]:
            return error(
                "yaml-colon", here, say("a colon and a space stand inside the text of this line"), _QUOTES
            )
        return _indentation(here)
    if "cannot start any token" in problem:
        return error(
            "yaml-quotes",
            here,
            say("a text cannot begin with `{mark}` unless it stands in quotes", mark=here.written),
            _QUOTES,
        )
    if "escape" in problem:
        return error(
            "yaml-escape",
            began,
            say("inside double quotes a backslash has a meaning of its own; this one has none"),
            say("use single quotes, or write two backslashes"),
        )
    if "unexpected end of stream" in problem or "unexpected document" in problem:
        return error(
            "yaml-quotes",
            began,
            say("the quote that opens here is not closed"),
            say("close it with the same quote; inside single quotes write '' for one quote"),
        )
    if re.search(r"expected ',' or '[\]}]'", problem):
        return error(
            "yaml-bracket",
            began,
            say("the bracket that opens here is not closed, or a comma is missing between two of its parts"),
            say("write lists as `[a, b]` and mappings as `{{a: 1, b: 2}}`"),
        )
    if "expected ':'" in problem:
        return error(
            "yaml-space",
            began,
            say("this line is neither `key: value` nor a list item `- value`"),
            say("write a colon and a space after the key; indent a text that goes on from the line above"),
        )
    if "alphabetic or numeric" in problem:
        return error(
            "yaml-quotes",
            began,
            say("a text cannot begin with `{mark}` unless it stands in quotes", mark=began.written),
            _QUOTES,
        )
    if (
        "expected key" in problem
        or "block end" in problem
        or "sequence entries" in problem
        or "'-'" in problem
    ):
        return _indentation(here)
    return error(
        "yaml-syntax",
        here,
        say("the file cannot be read beyond this point"),
        say("look for a missing quote, bracket or colon here or in the line above"),
    )


def feature(place: Place, what: Message) -> Problem:
    """Return the problem of a part of YAML that definitions do without."""
    return error(
        "yaml-feature",
        place,
        what,
        say("write the value out; a text that begins with this sign needs quotes"),
    )


def _indentation(here: Place) -> Problem:
    return error(
        "yaml-indent",
        here,
        say("this line is indented differently from the lines it belongs to"),
        say("keys of the same mapping begin in the same column; what belongs to a key stands further right"),
    )


def _tab(place: Place) -> Problem:
    return error(
        "yaml-tab",
        place,
        say("a tab stands here; only spaces may indent and separate"),
        say("replace the tab by spaces (two for each level)"),
    )


def _glued_key(text: Text, line_number: int) -> Problem | None:
    for number in (line_number, line_number - 1):
        found = _NO_SPACE_AFTER_COLON.match(text.line(number))
        if found is not None:
            start = _offset_of_line(text, number) + found.start(1)
            return error(
                "yaml-space",
                Place(text, start, start + len(found[1]) + 1),
                say("there is no space after `{key}:`, so the line is read as one text", key=found[1]),
                say("write a space after the colon"),
            )
    return None


def _offset_of_line(text: Text, number: int) -> int:
    position = 0
    for _ in range(number - 1):
        position = text.content.index("\n", position) + 1
    return position


def _in_comment(content: str, position: int) -> bool:
    line = content[content.rfind("\n", 0, position) + 1 : position]
    return re.search(r"(?:^|\s)#", line) is not None
