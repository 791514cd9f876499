"""What a YAML file is made of: mappings, sequences and scalars that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.document.passage import Passage
from engine.problems import Scalar
from engine.text import Place, Text


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One value: a text, a number, true, false, or nothing (None).

    `written` is the value as text, without quotes; `plain` says that no quotes stood around it.
    `flawed` says that a problem has been reported for it, so that nobody reports another one.
    `flow` says that it stands inside brackets.
    """

    text: Text
    start: int
    end: int
    value: Scalar
    written: str
    plain: bool
    flawed: bool = False
    flow: bool = False

    @property
    def place(self) -> Place:
        """Where the value stands, quotes included."""
        return Place(self.text, self.start, self.end)

    @property
    def passage(self) -> Passage:
        """The text tied to its place, so that a part of it can be pointed at."""
        return Passage(self.written, self.place, self.flow)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list of nodes."""

    text: Text
    start: int
    end: int
    items: tuple[Node, ...]

    @property
    def place(self) -> Place:
        """From the first character of the list to its last."""
        return Place(self.text, self.start, self.end)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value. A key is always text: ``2021:`` is the text 2021."""

    key: str
    key_node: ScalarNode
    node: Node

    @property
    def key_place(self) -> Place:
        """Where the key stands."""
        return self.key_node.place


@dataclass(frozen=True)
class MappingNode:
    """Keys with values, in the order of the file; no key occurs twice."""

    text: Text
    start: int
    end: int
    entries: tuple[Entry, ...]

    @property
    def place(self) -> Place:
        """From the first character of the first key to the last of the last value."""
        return Place(self.text, self.start, self.end)

    @cached_property
    def by_key(self) -> dict[str, Entry]:
        """The entries by key."""
        return {entry.key: entry for entry in self.entries}

    def get(self, key: str) -> Node | None:
        """Return the value at *key*, or None where the key is absent."""
        entry = self.by_key.get(key)
        return None if entry is None else entry.node


Node = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True)
class Document:
    """One YAML file that holds one mapping."""

    text: Text
    root: MappingNode
