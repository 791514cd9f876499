"""A part of a value is found where it stands in the file, whatever the style of YAML it is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.document import Node, ScalarNode, SequenceNode, read
from engine.text import Text

WORDS = st.text(alphabet="abz09_().*+<>=é中😀αЖ'\"\\#:,[]{}&!|%@-", min_size=1, max_size=6)
BREAKS = st.sampled_from(["\n", "\r\n"])
ESCAPES = {'"': ['\\"', "\\x22"], "\\": ["\\\\"]}
BEFORE = ["", "'judul 😀 a\tb': 1\n", "# 中 Ж\tcatatan\n", "a: {b: [1, é]}\n"]


@dataclass
class Written:
    """A file as it is put together: its text, the value it holds, and where each character stands."""

    line_break: str
    indent: int = 0
    text: str = ""
    value: str = ""
    spans: list[tuple[int, int]] = field(default_factory=list)

    def put(self, text: str, reads: str | None = None) -> None:
        """Write *text*, which reads as the one character *reads*, or each character as itself."""
        for part in text if reads is None else [text]:
            self.value += part if reads is None else reads
            self.spans.append((len(self.text), len(self.text) + len(part)))
            self.text += part

    def unread(self, text: str) -> None:
        """Write what is no part of the value."""
        self.text += text

    def fold(self, trailing: str = "") -> None:
        """Write a line break that reads as a space."""
        self.put(trailing + self.line_break + " " * self.indent, " ")

    def breaks(self, count: int) -> None:
        """Write so many line breaks that read as themselves, as folded lines have them: one more."""
        self.unread(self.line_break)
        for _ in range(count):
            self.put(self.line_break, "\n")
        self.unread(" " * self.indent)


@dataclass(frozen=True)
class Gap:
    """What stands between two words: spaces, a folded line, or line breaks."""

    kind: str
    count: int


GAPS = st.builds(Gap, st.sampled_from(["spaces", "fold", "breaks"]), st.integers(1, 3))


def started(draw: Callable) -> Written:
    """Return a file up to where the value begins, nested to some depth."""
    written = Written(draw(BREAKS))
    levels = draw(st.integers(0, 3))
    written.unread(draw(st.sampled_from(BEFORE)).replace("\n", written.line_break))
    for level in range(levels):
        written.unread(f"{'  ' * level}x:{written.line_break}")
    listed = levels > 0 and draw(st.booleans())
    written.unread("  " * levels + ("- " if listed else "x: "))
    written.indent = 2 * levels + draw(st.integers(1, 4))
    return written


def value_node(written: Written, *, plain: bool = False) -> ScalarNode:
    """Read the file and return the last value in it, the value that was meant; of plain texts, if it is."""
    document, problems = read(Text("a.yaml", written.text))
    assume(document is not None and not problems)
    assert document is not None
    node: Node = document.root.entries[-1].node
    while not isinstance(node, ScalarNode):
        node = node.items[-1] if isinstance(node, SequenceNode) else node.entries[-1].node
    if plain:
        assume(node.plain and node.written == written.value)
    assert node.written == written.value
    return node


def assert_exact(written: Written, node: ScalarNode) -> None:
    passage, spans = node.passage, written.spans
    for position, (start, end) in enumerate(spans):
        place = passage.part(position, position + 1)
        assert (place.start, place.end) == (start, end), repr(written.value[position])
        place = passage.part(position, len(spans))
        assert (place.start, place.end) == (start, spans[-1][1])


def put_words(draw: Callable, written: Written, put_word: Callable[[str], None]) -> None:
    """Write words with gaps between them, as all styles but blocks have them."""
    for number, word in enumerate(draw(st.lists(WORDS, min_size=1, max_size=5))):
        if number:
            gap = draw(GAPS)
            if gap.kind == "spaces":
                written.put(" " * gap.count)
            elif gap.kind == "fold":
                written.fold(draw(st.sampled_from(["", " ", "  "])))
            else:
                written.breaks(gap.count)
        put_word(word)


@given(st.data())
@settings(deadline=None)
def test_plain_text(data):
    """Plain text may go on in further lines."""
    written = started(data.draw)
    put_words(data.draw, written, written.put)
    written.unread(data.draw(st.sampled_from(["", "  # Ж", "\n", "\r\n"])))
    assert_exact(written, value_node(written, plain=True))


@given(st.data())
@settings(deadline=None)
def test_single_quotes(data):
    """Two single quotes are one."""
    written = started(data.draw)

    def put_word(word: str) -> None:
        for character in word:
            written.put("''" if character == "'" else character, character)

    written.unread("'")
    put_words(data.draw, written, put_word)
    written.unread("'")
    assert_exact(written, value_node(written))


@given(st.data())
@settings(deadline=None)
def test_double_quotes(data):
    """An escape is one character; an escaped line break is none."""
    draw = data.draw
    written = started(draw)

    def put_word(word: str) -> None:
        for number, character in enumerate(word, start=1):
            point = ord(character)
            ways = [*ESCAPES.get(character, [character]), f"\\U{point:08x}"]
            ways += [f"\\u{point:04x}"] if point < 0x10000 else []
            written.put(draw(st.sampled_from(ways)), character)
            inside = ["on", "on and break"] if number < len(word) else []
            extra = draw(st.sampled_from(["", "", "", "\t", "\n", *inside]))
            if len(extra) == 1:
                written.put("\\t" if extra == "\t" else "\\n", extra)
            elif extra:
                written.unread("\\" + written.line_break + " " * written.indent)
                if extra == "on and break":
                    written.put(written.line_break, "\n")
                    written.unread(" " * written.indent)

    written.unread('"')
    put_words(draw, written, put_word)
    written.unread('"')
    assert_exact(written, value_node(written))


@given(st.data())
@settings(deadline=None)
def test_blocks(data):
    """Literal and folded blocks, with and without signs for indentation and for their last lines."""
    draw = data.draw
    written = started(draw)
    folded, told = draw(st.booleans()), draw(st.booleans())
    opening = written.text.splitlines()[-1]
    holder = len(opening) - len(opening.lstrip())
    chomp = draw(st.sampled_from(["", "-", "+"]))
    signs = draw(st.permutations([str(written.indent - holder) if told else "", chomp]))
    comment = draw(st.sampled_from(["", "  # Ж 😀"]))
    written.unread((">" if folded else "|") + "".join(signs) + comment + written.line_break)
    lines = draw(st.lists(WORDS, min_size=1, max_size=5))
    spaced = [draw(st.integers(0, 2)) if told or number else 0 for number in range(len(lines))]
    for _ in range(draw(st.integers(0, 2))):
        written.put(written.line_break, "\n")
    written.unread(" " * written.indent)
    for number, line in enumerate(lines):
        if number:
            apart = not folded or spaced[number] > 0 or spaced[number - 1] > 0
            count = draw(st.integers(1 if apart else 0, 3))
            if not count:
                written.fold()
            elif not apart:
                written.breaks(count)
            else:
                for _ in range(count):
                    written.put(written.line_break, "\n")
                written.unread(" " * written.indent)
        written.put(" " * spaced[number] + line + draw(st.sampled_from(["", " x", " é  y"])))
    ends = draw(st.integers(1, 3))
    kept = {"": 1, "-": 0, "+": ends}[chomp]
    for number in range(ends):
        if number < kept:
            written.put(written.line_break, "\n")
        else:
            written.unread(written.line_break)
    assert_exact(written, value_node(written))


@pytest.mark.parametrize(
    ("file", "part", "line", "column"),
    [
        ('a: "\\u00e9 + bobott"', "bobott", 1, 14),
        ("a: 'jenis == ''x'' + bobott'", "bobott", 1, 22),
        ('"😀": "a\\\n    bobott"', "bobott", 2, 5),
        ("a: >-\r\n  1 +\r\n\r\n  bobott\r\n", "bobott", 4, 3),
        ("a: |2-\n    1 +\n  bobott\n", "bobott", 3, 3),
        ("a: >\n   1\n     2\n   bobott\n", "bobott", 4, 4),
        ('a: "1 \\\\ \\" bobott"', "bobott", 1, 13),
    ],
)
def test_a_name_is_found_behind_what_reads_differently(file, part, line, column):
    document, _ = read(Text("a.yaml", file))
    assert document is not None
    node = document.root.entries[0].node
    assert isinstance(node, ScalarNode)
    at = node.written.index(part)
    found = node.passage.part(at, at + len(part))
    assert (found.line, found.column, found.written) == (line, column, part)
