"""Make nodes of YAML's events, counting them; without recursion."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from sys import intern
from typing import TYPE_CHECKING, Any

from engine.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from engine.document.scalars import as_text, decimal_comma, value_of
from engine.document.syntax import feature, refusal
from engine.problems import MOST_OF_A_FILE, Problem, Related, error, more_problems, say
from engine.text import Place, Text

if TYPE_CHECKING:
    import yaml

# Guards Y1 and Y2 speak of 64 KB and 5,000 nodes and measured that 256 KB stay safe. Worked
# examples make indicators long, so the larger size is taken, and as many nodes as fit into it.
MAX_NODES = 20_000
MAX_LEVELS = 16

# `format: {true: [ya]}` and `issued: {on: ...}`: as keys these are never anything but text here.
_KEYS_OF_THE_LANGUAGE = {"true", "false", "on"}
_LAST_DIGITS = re.compile(r"(?:(?<=^)-)?(?<![0-9.A-Za-z_])[0-9]+(?:\.[0-9]{3})*$", re.ASCII)
_ODD_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


class Refused(Exception):
    """The reading of this text ends here."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def events(text: Text) -> Iterator[yaml.Event]:
    """Give YAML's events; every failure of PyYAML becomes a problem at its place (guard Y6)."""
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    reached = 0
    try:
        for event in yaml.parse(text.content, Loader=loader):
            reached = _span(event)[1]
            yield event
    except yaml.MarkedYAMLError as fault:
        at = reached if fault.problem_mark is None else fault.problem_mark.index
        began = None if fault.context_mark is None else fault.context_mark.index
        raise Refused(refusal(text, fault.problem or "", at, began)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as fault:
        # PyYAML's own parser lets chr() and encoding errors of escapes through.
        raise Refused(refusal(text, f"escape: {fault}", reached, None)) from None


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been reached."""

    start: int
    flow: bool
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    key: ScalarNode | None = None
    seen: dict[str, ScalarNode] = field(default_factory=dict)


class Composer:
    """Turns events into nodes, counting them."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._warnings = 0
        self.quoted: list[tuple[int, int]] = []
        self.plain_texts: list[tuple[int, int]] = []
        self.root: Node | None = None
        self._stack: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def note(self, problem: Problem) -> None:
        """Keep a problem; too many errors end the reading, of warnings the first ones are kept (O1)."""
        if problem.severity != "error":
            self._warnings += 1
            if self._warnings > MOST_OF_A_FILE:
                return
        elif len(self.problems) - min(self._warnings, MOST_OF_A_FILE) >= MOST_OF_A_FILE:
            raise Refused(more_problems(self.text))
        self.problems.append(problem)

    def compose(self) -> None:
        """Take all events of the text; raises Refused where reading ends before them."""
        takers = _takers(self)
        for event in events(self.text):
            take = takers.get(type(event))
            if take is not None:
                take(event)

    def _start(self, event: yaml.CollectionStartEvent, *, mapping: bool) -> None:
        self._count(event)
        if self._stack and self._stack[-1].mapping and self._stack[-1].key is None:
            raise Refused(
                error(
                    "yaml-feature",
                    self._place(event),
                    say("a list or mapping stands where a key belongs"),
                )
            )
        self._stack.append(_Open(_span(event)[0], bool(event.flow_style), mapping))
        if len(self._stack) > MAX_LEVELS:
            raise Refused(
                error(
                    "too-deep",
                    self._place(event),
                    say("more than {levels} levels stand inside each other here", levels=MAX_LEVELS),
                )
            )

    def _alias(self, event: yaml.AliasEvent) -> None:
        raise Refused(
            feature(self._place(event), say("a text that begins with `*` refers to another place in YAML"))
        )

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Refused(
                error(
                    "yaml-feature",
                    self._place(event),
                    say("a second document begins here; a file holds one"),
                    say("move it to a file of its own, or remove the line `---`"),
                )
            )

    def _count(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Refused(
                error(
                    "too-large",
                    self._place(event),
                    say("the file holds more than {nodes} values", nodes=MAX_NODES),
                    say("split it, or move rows of data to a data file"),
                )
            )
        if event.anchor is not None:
            raise Refused(
                feature(self._place(event), say("a text that begins with `&` names a place in YAML"))
            )
        if getattr(event, "tag", None) is not None:
            raise Refused(
                feature(self._place(event), say("a text that begins with `!` names a type in YAML"))
            )

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.text, *_span(event))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event)
        start, end = _span(event)
        written = event.value
        holder = self._stack[-1] if self._stack else None
        if holder is not None and holder.mapping and holder.key is None:
            holder.key = self._key(start, end, written, not event.style)
            return
        if event.style:
            if event.style in ("|", ">"):
                end = start + len(self.text.content[start:end].rstrip())
            self.quoted.append((start, end))
            flawed = self._escaped(start, end, written)
            self._add(ScalarNode(self.text, start, end, written, written, False, flawed, self._flow))
            return
        if start == end and holder is not None and holder.key is not None:
            start, end = holder.key.start, holder.key.end
        value, odd = value_of(written)
        flawed = False
        if odd is not None:
            problem = odd(written, Place(self.text, start, end))
            self.note(problem)
            flawed = problem.severity == "error"
        if isinstance(value, str):
            self.plain_texts.append((start, end))
        self._add(ScalarNode(self.text, start, end, value, written, True, flawed, self._flow))

    @property
    def _flow(self) -> bool:
        return bool(self._stack) and self._stack[-1].flow

    def _key(self, start: int, end: int, written: str, plain: bool) -> ScalarNode:
        """Return the key; it is text, save words that some programs read as yes or no."""
        written = intern(written)  # the same few words in every file
        flawed = False
        if not plain:
            self.quoted.append((start, end))
            flawed = self._escaped(start, end, written)
        elif written in ("", "null", "<<"):
            raise Refused(
                error(
                    "yaml-feature",
                    Place(self.text, start, max(end, start + 1)),
                    say("a key is missing before this colon")
                    if not written
                    else say("`{key}` has a meaning of its own in YAML", key=written),
                    say("put the key in quotes if it is a name"),
                )
            )
        elif written not in _KEYS_OF_THE_LANGUAGE and not written[0].isdigit():
            _, odd = value_of(written)
            problem = None if odd is None else odd(written, Place(self.text, start, end))
            if problem is not None and problem.code in ("yaml-boolean", "yaml-null", "yaml-feature"):
                fix = as_text(written, Place(self.text, start, end), safe=True)
                self.note(replace(problem, fixes=(fix,)))
                flawed = True
        return ScalarNode(self.text, start, end, written, written, plain, flawed)

    def _escaped(self, start: int, end: int, written: str) -> bool:
        """Report a character that an escape made and that may not stand in a text."""
        if "\\" not in self.text.content[start:end]:
            return False
        odd = next((c for c in written if is_odd(c)), None)
        if odd is None:
            return False
        self.note(
            error(
                "odd-character",
                Place(self.text, start, end),
                say("this text holds `{character}`, which cannot be seen", character=odd),
                say("remove the escape that makes it"),
            )
        )
        return True

    def _decimal_commas(self, closed: _Open) -> None:
        """Report ``{a: 0,5}``: the comma ends the value there, and the rest looks like a key without one."""
        for number in range(len(closed.entries) - 1, 0, -1):
            before, entry = closed.entries[number - 1], closed.entries[number]
            whole, rest = before.node, entry.node
            if not (isinstance(whole, ScalarNode) and isinstance(rest, ScalarNode) and whole.plain):
                continue
            digits = _LAST_DIGITS.search(whole.written)
            touching = entry.key_node.start == whole.end + 1 and entry.key.isdecimal() and entry.key.isascii()
            if touching and rest.value is None and digits is not None:
                start = whole.end - len(digits[0])
                here = Place(self.text, start, entry.key_node.end)
                self.problems = [problem for problem in self.problems if problem.place != whole.place]
                self.note(decimal_comma(here))
                closed.entries[number - 1] = Entry(before.key, before.key_node, replace(whole, flawed=True))
                del closed.entries[number]

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        end = _span(event)[1]
        closed = self._stack.pop()
        if closed.mapping and closed.flow:
            self._decimal_commas(closed)
        node: Node
        if closed.mapping:
            if not closed.flow and closed.entries:
                end = closed.entries[-1].node.end
            node = MappingNode(self.text, closed.start, end, tuple(closed.entries))
        else:
            if not closed.flow and closed.items:
                end = closed.items[-1].end
            node = SequenceNode(self.text, closed.start, max(end, closed.start), tuple(closed.items))
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        holder = self._stack[-1]
        if not holder.mapping:
            holder.items.append(node)
            return
        key, holder.key = holder.key, None
        assert key is not None, "YAML gives a key before its value"
        written = key.written
        folded = (written if written.isascii() else unicodedata.normalize("NFKC", written)).casefold()
        first = holder.seen.setdefault(folded, key)
        if first is key:
            holder.entries.append(Entry(written, key, node))
        else:
            self.note(_duplicate(first, key))


def _takers(composer: Composer) -> dict[type, Callable[[Any], None]]:
    """Return what takes each kind of event that says something."""
    import yaml

    return {
        yaml.ScalarEvent: composer._scalar,
        yaml.MappingStartEvent: partial(composer._start, mapping=True),
        yaml.SequenceStartEvent: partial(composer._start, mapping=False),
        yaml.MappingEndEvent: composer._close,
        yaml.SequenceEndEvent: composer._close,
        yaml.AliasEvent: composer._alias,
        yaml.DocumentStartEvent: composer._document,
    }


def _duplicate(first: ScalarNode, second: ScalarNode) -> Problem:
    same = first.written == second.written
    return error(
        "duplicate-key",
        second.place,
        say(
            "`{key}` stands here for the second time; the first is in line {line}",
            key=second.written,
            line=first.place.line,
        )
        if same
        else say(
            "`{key}` differs from `{first}` in line {line} only by its look",
            key=second.written,
            first=first.written,
            line=first.place.line,
        ),
        say("remove or rename one of the two"),
        [Related(first.place, say("`{key}` stands here first", key=first.written))],
    )


def is_odd(character: str) -> bool:
    """Tell whether *character* cannot be seen: control, format, surrogate, private use (guard Y1)."""
    if character in "\n\t":
        return False
    return unicodedata.category(character) in _ODD_CATEGORIES or ord(character) & 0xFFFE == 0xFFFE


def _span(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    assert start is not None, "events of a text carry marks"
    assert end is not None, "events of a text carry marks"
    return start.index, end.index
