"""Say in plain words where YAML cannot go on, and why."""

from __future__ import annotations

import re

from engine.document.tabs import tab
from engine.document.writing import in_quotes
from engine.problems import Edit, Fix, Message, Problem, error, say
from engine.text import Place, Text

_NO_SPACE_AFTER_COLON = re.compile(r"\s*(?:- )?\s*([A-Za-z_][A-Za-z0-9_]*):[^\s:/]")
_KEY_AND_TEXT = re.compile(r"(\s*(?:- +)*[A-Za-z_][A-Za-z0-9_]*: +)([^\s'\"\[{#].*)")
_QUOTES = say('put the whole text in quotes: `key: "text"`')


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
        offset = text.offset_of_line(line_number) + indent.index("\t") if "\t" in indent else at
        return tab(text, offset)
    glued = _glued_key(text, line_number)
    if glued is not None and ("mapping values" in problem or "expected ':'" in problem):
        return glued
    began = here if context_at is None else Place(text, context_at, min(context_at + 1, len(content)))
    if "mapping values are not allowed" in problem:
        if line.count(": ") + line.rstrip().endswith(":") > 1 and ": " in line[: here.column]:
            return error(
                "yaml-colon",
                here,
                say("a colon and a space stand inside the text of this line"),
                _QUOTES,
                fixes=quoted_value(text, line_number, safe=True),
            )
        return _indentation(here)
    if "cannot start any token" in problem:
        return error(
            "yaml-quotes",
            here,
            say("a text cannot begin with `{mark}` unless it stands in quotes", mark=here.written),
            _QUOTES,
            fixes=quoted_value(text, line_number, safe=True),
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
            fixes=quoted_value(text, began.line, safe=False),
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
        say("YAML cannot be read beyond this point: {reason}", reason=problem),
        say("look for a missing quote, bracket or colon here or in the line above"),
    )


def feature(place: Place, what: Message) -> Problem:
    """Return the problem of a part of YAML that definitions do without."""
    return error(
        "yaml-feature",
        place,
        what,
        say("write the value out; a text that begins with this sign needs quotes"),
        fixes=quoted_value(place.text, place.line, safe=False),
    )


def quoted_value(text: Text, line_number: int, *, safe: bool) -> tuple[Fix, ...]:
    """Return the fix that puts what follows the first key of a line in quotes, if it is all on that line.

    A part behind `` #`` may be a comment or not: then a person decides.
    """
    line = text.line(line_number)
    found = _KEY_AND_TEXT.match(line)
    if found is None or _goes_on(text, line_number, len(found[1]) - len(found[1].lstrip())):
        return ()
    start = text.offset_of_line(line_number) + found.start(2)
    value = found[2].rstrip()
    edit = Edit(Place(text, start, start + len(value)), in_quotes(value))
    return (Fix(say("put the text in quotes"), (edit,), safe and " #" not in value),)


def _goes_on(text: Text, line_number: int, indent: int) -> bool:
    """Return whether the next line that is not empty stands further right, as if it went on from this one."""
    following = line_number + 1
    while following <= text.lines and not text.line(following).strip():
        following += 1
    line = text.line(following)
    return len(line) - len(line.lstrip()) > indent


def _indentation(here: Place) -> Problem:
    return error(
        "yaml-indent",
        here,
        say("this line is indented differently from the lines it belongs to"),
        say("keys of the same mapping begin in the same column; what belongs to a key stands further right"),
    )


def _glued_key(text: Text, line_number: int) -> Problem | None:
    for number in (line_number, line_number - 1):
        found = _NO_SPACE_AFTER_COLON.match(text.line(number))
        if found is not None:
            start = text.offset_of_line(number) + found.start(1)
            return error(
                "yaml-space",
                Place(text, start, start + len(found[1]) + 1),
                say("there is no space after `{key}:`, so the line is read as one text", key=found[1]),
                say("write a space after the colon"),
                fixes=(
                    Fix(
                        say("write a space after the colon"),
                        (Edit(Place(text, start + len(found[1]) + 1, start + len(found[1]) + 1), " "),),
                        safe=True,
                    ),
                ),
            )
    return None
