"""Turn YAML text into located nodes; refuse surprises.

The only package that knows PyYAML, and of PyYAML it uses only the stream of events: nodes are
made here, without recursion, so that size and depth are known before anything is built (guard Y2).
libyaml's parser gives the events where PyYAML has it, PyYAML's own otherwise. What the two read
differently (tabs outside quotes, tags, marks inside the text) is refused before or after.

scalars  What a plain scalar means, and which ones are refused because programs differ.
writing  Write a text so that YAML reads it as that text again.
passage  A value's characters, each at its place in the file; how a part of it is written anew.
nodes    What a document is made of: scalars, mappings and lists, each with its place.
tabs     Tabs where YAML takes spaces, and the spaces that take their place.
syntax   YAML's own errors and forbidden features, in plain words.
paths    The keys that lead to a place: a name for it that stays when lines are inserted above.
compose  Events to nodes, counted, without recursion.
"""

from __future__ import annotations

import re

from engine.document.compose import MAX_LEVELS, MAX_NODES, Composer, Refused, is_odd
from engine.document.nodes import Document, Entry, MappingNode, Node, ScalarNode, SequenceNode
from engine.document.passage import Passage
from engine.document.paths import key_path
from engine.document.scalars import as_text, day_first, misread, value_of
from engine.document.syntax import feature
from engine.document.tabs import tabs
from engine.document.writing import in_quotes, scalar
from engine.problems import MOST_OF_A_FILE, Edit, Fix, Problem, error, say, warning
from engine.text import Place, Text

__all__ = [
    "MAX_BYTES",
    "MAX_LEVELS",
    "MAX_NODES",
    "Document",
    "Entry",
    "MappingNode",
    "Node",
    "Passage",
    "ScalarNode",
    "SequenceNode",
    "as_text",
    "day_first",
    "decode",
    "key_path",
    "misread",
    "read",
    "scalar",
    "value_of",
]

# Guard Y1 speaks of 64 KB, and guard Y2 measured that 256 KB are safe. Worked examples make
# indicators long, so the larger size is taken.
MAX_BYTES = 256 * 1024

_LOST_COMMENT = re.compile(r"(?<=[^\s]) +#(?=[^\s#])")
_SEPARATE_BYTES = re.compile(rb"[\x80-\xff]")


def decode(data: bytes, path: str) -> tuple[Text | None, tuple[Problem, ...]]:
    """Return the text of a file's bytes: strict UTF-8, at most `MAX_BYTES`, one byte order mark skipped."""
    if len(data) > MAX_BYTES:
        return None, (_too_large(Text(path, "")),)
    try:
        return Text(path, data.decode("utf-8-sig")), ()
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8-sig", "replace")
        text = Text(path, before + _SEPARATE_BYTES.sub(b"?", data[fault.start :]).decode("ascii"))
        return None, (
            error(
                "file-encoding",
                Place(text, len(before), len(before) + 1),
                say("the file is not saved as UTF-8"),
                say("save it again with the encoding UTF-8 (in Notepad: Save as, Encoding)"),
            ),
        )


def read(text: Text) -> tuple[Document | None, tuple[Problem, ...]]:
    """Return the one mapping that *text* holds, as located nodes, and everything odd about it.

    The document is None where YAML could not be read to its end; where single values were refused
    it is whole, with those values `flawed`.
    """
    refused = _odd_text(text)
    if refused is not None:
        return None, (refused,)
    composer = Composer(text)
    try:
        composer.compose()
    except Refused as stop:
        return None, (*composer.problems, stop.problem)
    tab = tabs(text, composer.quoted) if "\t" in text.content else None
    if tab is not None:
        return None, (tab,)
    problems = [*composer.problems, *_lost_comments(text, composer.plain_texts)]
    root = composer.root
    if isinstance(root, MappingNode):
        return Document(text, root), tuple(problems)
    if not problems:
        problems.append(_not_a_mapping(text, root))
    return None, tuple(problems)


def _odd_text(text: Text) -> Problem | None:
    """Return the problem of a text that is too large or holds characters nobody sees (guard Y1)."""
    content = text.content
    if len(content) > MAX_BYTES or len(content.encode("utf-8", "replace")) > MAX_BYTES:
        return _too_large(text)
    odd = "".join(c for c in set(content) if c != "\r" and is_odd(c))
    first = re.search(rf"[{re.escape(odd)}]|\r(?!\n)" if odd else r"\r(?!\n)", content)
    if first is not None:
        return error(
            "odd-character",
            Place(text, first.start(), first.end()),
            say("the character `{character}` stands here and cannot be seen", character=first[0]),
            say("delete it; it often comes with text pasted from Word or a web page"),
        )
    directive = re.search(r"^%", content, re.MULTILINE)
    if directive is not None:
        return feature(
            Place(text, directive.start(), directive.end()),
            say("a line that begins with `%` is an instruction in YAML"),
        )
    return None


def _too_large(text: Text) -> Problem:
    return error(
        "too-large",
        Place(text, 0, 1),
        say("the file is larger than {size} KB", size=MAX_BYTES // 1024),
        say("split it, or move rows of data to a data file"),
    )


def _not_a_mapping(text: Text, root: Node | None) -> Problem:
    if root is None or (isinstance(root, ScalarNode) and root.value is None):
        return error(
            "yaml-syntax",
            Place(text, 0, 1),
            say("the file is empty"),
            say("write keys with values: `key: value`"),
        )
    return error(
        "yaml-syntax",
        root.place,
        say("the file does not consist of keys with values"),
        say("write `key: value`, one a line"),
    )


def _lost_comments(text: Text, spans: list[tuple[int, int]]) -> list[Problem]:
    """Warn of ``9 Tahun 2019 #catatan``: what follows `` #`` directly was perhaps meant as text."""
    found: list[Problem] = []
    if not spans or "#" not in text.content:
        return found
    for start, end in spans:
        match = _LOST_COMMENT.match(text.content, end)
        if match is not None:
            line = text.line(text.line_and_column(end)[0])
            stop = text.offset_of_line(text.line_and_column(end)[0]) + len(line.rstrip())
            whole = Place(text, start, stop)
            space = Place(text, match.end(), match.end())
            found.append(
                warning(
                    "lost-comment",
                    Place(text, match.end() - 1, stop),
                    say("what follows ` #` is a comment and is not read"),
                    say("put the text in quotes if it belongs to it; else write a space after `#`"),
                    fixes=(
                        *([] if "\n" in whole.written else [_in_quotes(whole)]),
                        Fix(say("write a space after `#`"), (Edit(space, " "),)),
                    ),
                )
            )
            if len(found) == MOST_OF_A_FILE:
                break
    return found


def _in_quotes(place: Place) -> Fix:
    return Fix(say("put the text in quotes"), (Edit(place, in_quotes(place.written)),))
