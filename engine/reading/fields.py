"""Take values out of a mapping by key, each as what it should be, and note what is odd.

A value of the wrong type gives None without a word: the schema has reported it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal, TypeVar

from engine.definition import Basis, Certainty, Label, Name, Range, Remarks, Rounding, Threshold, Value
from engine.document import Entry, MappingNode, Node, ScalarNode, SequenceNode, day_first, misread
from engine.problems import MOST_OF_A_FILE, Edit, Fix, Problem, Related, error, say
from engine.text import Place

T = TypeVar("T")
Kind = Literal["objective", "division", "regulation", "source"]

ROUNDINGS: tuple[Rounding, ...] = ("half_up", "half_even", "down")
_CERTAINTIES: tuple[Certainty, ...] = ("certain", "inferred")
_FRACTION = re.compile(r"(-?[0-9]{1,15})/([0-9]{1,15})", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_PERIOD = re.compile(r"[0-9]{4}(-(S[12]|TW[1-4]|0[1-9]|1[0-2]))?", re.ASCII)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


class Enough(Exception):
    """So much is wrong with a document that the rest of it is not read."""


class Gathered(list[Problem]):
    """The problems of one document; one more than `MOST_OF_A_FILE` raises Enough (O1)."""

    def append(self, problem: Problem) -> None:
        """Add a problem."""
        if len(self) == MOST_OF_A_FILE:
            raise Enough
        super().append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several problems."""
        for problem in problems:
            self.append(problem)


@dataclass
class Notes:
    """What reading a catalogue gathers on its way: problems, and names that other files must have."""

    problems: list[Problem] = field(default_factory=list)
    formula_characters: int = 0
    language: str = "id"
    used: list[tuple[Kind, Name]] = field(default_factory=list)

    def uses(self, kind: Kind, name: Name | None) -> Name | None:
        """Remember that *name* must exist, and return it."""
        if name is not None:
            self.used.append((kind, name))
        return name


class Fields:
    """A mapping, asked key by key."""

    def __init__(self, node: MappingNode, notes: Notes) -> None:
        self.node = node
        self.notes = notes

    def has(self, key: str) -> bool:
        """Tell whether the key stands there."""
        return key in self.node.by_key

    def place(self, key: str) -> Place:
        """Return the place of the value at *key*, or of the whole mapping's first key."""
        entry = self.node.by_key.get(key)
        return self.start if entry is None else entry.node.place

    def where(self, key: str) -> Place | None:
        """Return the place of the value at *key*, or None where the key does not stand there."""
        entry = self.node.by_key.get(key)
        return None if entry is None else entry.node.place

    @property
    def start(self) -> Place:
        """Where the mapping begins: its first key."""
        return self.node.entries[0].key_place if self.node.entries else self.node.place

    def scalar(self, key: str) -> ScalarNode | None:
        """Return the scalar at *key*, or None."""
        node = self.node.get(key)
        return node if isinstance(node, ScalarNode) and not node.flawed else None

    def text(self, key: str) -> str | None:
        """Return the text at *key*; a number gives its digits as written."""
        node = self.scalar(key)
        return None if node is None else written(node)

    def number(self, key: str) -> int | float | None:
        """Return the number at *key*."""
        node = self.scalar(key)
        return None if node is None else number_in(node)

    def whole(self, key: str) -> int | None:
        """Return the whole number at *key*."""
        value = self.number(key)
        return int(value) if value is not None and value == int(value) else None

    def flag(self, key: str) -> bool:
        """Return whether `true` stands at *key*."""
        node = self.scalar(key)
        return node is not None and node.value is True

    def choice(self, key: str, choices: Iterable[T]) -> T | None:
        """Return the one of *choices* that stands at *key*."""
        node = self.scalar(key)
        if node is None:
            return None
        return next((choice for choice in choices if choice == node.value), None)

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the items of the list at *key*, none where there is no list."""
        node = self.node.get(key)
        return node.items if isinstance(node, SequenceNode) else ()

    def words(self, key: str) -> tuple[str, ...]:
        """Return the list of texts at *key*; a word that occurs twice is a problem."""
        seen: dict[str, Place] = {}
        for node in self.items(key):
            word = written(node)
            if word is None:
                continue
            if word in seen:
                self.notes.problems.append(
                    error(
                        "duplicate-value",
                        node.place,
                        say("`{word}` stands in this list for the second time", word=word),
                        say("remove one of the two"),
                        [Related(seen[word], say("`{word}` stands here first", word=word))],
                    )
                )
            seen.setdefault(word, node.place)
        return tuple(seen)

    def entries(self, key: str) -> tuple[Entry, ...]:
        """Return the entries of the mapping at *key*, none where there is no mapping."""
        node = self.node.get(key)
        return node.entries if isinstance(node, MappingNode) else ()

    def fields(self, key: str) -> Fields | None:
        """Return the mapping at *key*, to be asked in turn."""
        node = self.node.get(key)
        return Fields(node, self.notes) if isinstance(node, MappingNode) else None

    def name(self, key: str) -> Name | None:
        """Return the id at *key* with its place."""
        node = self.scalar(key)
        return name_in(node) if node is not None else None

    def names(self, key: str, kind: Kind | None = None) -> tuple[Name, ...]:
        """Return the ids of the list at *key*; those of a *kind* must exist in another file."""
        self.words(key)
        found = {name.id: name for node in self.items(key) if (name := name_in(node)) is not None}
        if kind is not None:
            for name in found.values():
                self.notes.uses(kind, name)
        return tuple(found.values())

    def label(self, key: str) -> Label | None:
        """Return the text for people at *key*."""
        node = self.node.get(key)
        if isinstance(node, MappingNode):
            both = Fields(node, self.notes)
            indonesian, english = both.text("id"), both.text("en")
            first, second = (english, indonesian) if self.notes.language == "en" else (indonesian, english)
            default = first or second
            return None if default is None else Label(default, indonesian, english)
        text = self.text(key)
        return None if text is None else Label(text)

    def range(self, key: str) -> Range | None:
        """Return the range ``[low, high]`` at *key*; a low above the high is a problem."""
        ends = [number_in(node) for node in self.items(key)]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return None
        place = self.place(key)
        if ends[0] > ends[1]:
            self.notes.problems.append(
                error(
                    "range-order",
                    place,
                    say(
                        "the range begins with {low}, which is more than its end {high}",
                        low=ends[0],
                        high=ends[1],
                    ),
                    say("write the smaller number first: `[{high}, {low}]`", high=ends[1], low=ends[0]),
                    fixes=[self._turned_round(key)],
                )
            )
            return None
        return Range(ends[0], ends[1], place)

    def _turned_round(self, key: str) -> Fix:
        first, second = (node.place for node in self.items(key))
        edits = (Edit(first, second.written), Edit(second, first.written))
        return Fix(say("write the smaller number first"), edits)

    def date(self, key: str) -> date | None:
        """Return the date at *key*; one that the calendar does not have is a problem."""
        text = self.partial_date(key)
        return date.fromisoformat(text) if text is not None and len(text) == 10 else None

    def partial_date(self, key: str) -> str | None:
        """Return the date at *key*, as precise as it is given: ``2018``, ``2018-08``, ``2018-08-15``."""
        text = self.text(key)
        found = None if text is None else _DATE.fullmatch(text)
        if text is None or found is None:
            return None
        year, month, day = (int(part) if part else 1 for part in found.groups())
        try:
            date(year, month, day)
        except ValueError:
            self.notes.problems.append(
                error("bad-date", self.place(key), say("the calendar has no day `{date}`", date=text))
            )
            return None
        return text

    def basis(self, key: str = "basis") -> Basis | None:
        """Return the legal basis at *key*: a mapping, or the locator alone."""
        inner = self.fields(key)
        if inner is None:
            locator = self.text(key)
            return None if locator is None else Basis(None, locator, self.place(key))
        regulation = self.notes.uses("regulation", inner.name("regulation"))
        return Basis(regulation, inner.text("locator"), self.place(key))

    def remarks(self) -> Remarks:
        """Return what may be said of every named thing."""
        return Remarks(
            self.label("title"),
            self.label("note"),
            self.choice("certainty", _CERTAINTIES) or "certain",
            self.basis(),
        )

    def value(self, key: str) -> Value | None:
        """Return the value at *key*: number, fraction, true, false or word."""
        node = self.node.get(key)
        return None if node is None else value_in(node, self.notes)

    def thresholds(self, key: str, gives: Literal["value", "label"]) -> tuple[Threshold, ...] | None:
        """Return the rows of bands (that give a `value`) or categories (a `label`), highest first."""
        nodes = self.items(key)
        rows = [
            row
            for node in nodes
            if isinstance(node, MappingNode) and (row := self._threshold(node, gives)) is not None
        ]
        if not nodes or len(rows) != len(nodes):
            return None
        self._check_order(rows)
        if gives == "label":
            self._check_labels(rows)
        return tuple(rows)

    def _threshold(self, node: MappingNode, gives: Literal["value", "label"]) -> Threshold | None:
        row = Fields(node, self.notes)
        value = row.value(gives) if gives == "value" else row.text(gives)
        if value is None:
            return None
        inclusive = row.has("from")
        limit = row.number("from" if inclusive else "above")
        if inclusive and row.has("above"):
            self.notes.problems.append(
                error(
                    "band-limits",
                    row.start,
                    say("this row has both `from` and `above`"),
                    say("keep one: `from` includes the limit, `above` does not"),
                )
            )
        return Threshold(limit, inclusive, value, node.place, row.label("title"), row.label("note"))

    def _check_order(self, rows: list[Threshold]) -> None:
        for upper, lower in pairwise(rows):
            if upper.limit is None:
                self.notes.problems.append(
                    error(
                        "band-limits",
                        upper.place,
                        say("this row has no limit, so the rows below it are never reached"),
                        say("give it `from` or `above`; only the last row may have neither"),
                    )
                )
            elif lower.limit is not None and not _above(upper, lower):
                self.notes.problems.append(
                    error(
                        "band-order",
                        lower.place,
                        say(
                            "the limit {lower} is not below the limit {upper} of the row before",
                            lower=lower.limit,
                            upper=upper.limit,
                        ),
                        say("write the rows from the highest limit to the lowest"),
                        [Related(upper.place, say("the row before"))],
                    )
                )

    def _check_labels(self, rows: list[Threshold]) -> None:
        first: dict[str, Threshold] = {}
        for row in rows:
            if row.label in first:
                self.notes.problems.append(
                    error(
                        "duplicate-label",
                        row.place,
                        say("two categories are called `{label}`", label=row.label),
                        say("join the two rows, or give one another word"),
                        [
                            Related(
                                first[row.label].place, say("`{label}` stands here first", label=row.label)
                            )
                        ],
                    )
                )
            first.setdefault(row.label, row)


def written(node: Node) -> str | None:
    """Return the text of a scalar, a number as its digits stand; None for anything else."""
    if not isinstance(node, ScalarNode) or node.flawed or node.value is None or isinstance(node.value, bool):
        return None
    return node.written


def number_in(node: Node) -> int | float | None:
    """Return the number that *node* is, or None."""
    if (
        isinstance(node, ScalarNode)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return node.value
    return None


def name_in(node: Node) -> Name | None:
    """Return the id that *node* is, or None."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value and not node.flawed:
        return Name(node.value, node.place)
    return None


def value_in(node: Node, notes: Notes) -> Value | None:
    """Return the value that *node* is; ``1/9`` without quotes is an exact division."""
    if not isinstance(node, ScalarNode) or node.flawed or node.value is None:
        return None
    if not node.plain or not isinstance(node.value, str):
        return node.value
    odd = misread(node)
    if odd is not None:
        notes.problems.append(odd)
        return None
    fraction = _FRACTION.fullmatch(node.written)
    if fraction is None:
        return node.value
    if int(fraction[2]) == 0:
        notes.problems.append(
            error("division-by-zero", node.place, say("`{fraction}` divides by zero", fraction=node.written))
        )
        return None
    return int(fraction[1]) / int(fraction[2])


def is_id(text: str) -> bool:
    """Tell whether *text* can be an id; the schema says so where it can't."""
    return _ID.fullmatch(text) is not None


def is_period(text: str) -> bool:
    """Tell whether *text* is a period: ``2021``, ``2021-S1``, ``2021-TW1``, ``2021-03``."""
    return _PERIOD.fullmatch(text) is not None


def wrong_date(text: str, place: Place) -> Problem | None:
    """Return the problem of a *text* that should be a date, or None where it is one."""
    try:
        if len(text) == 10 and _DATE.fullmatch(text):
            date.fromisoformat(text)
            return None
    except ValueError:
        return error("bad-date", place, say("the calendar has no day `{date}`", date=text))
    return day_first(text, place) or error(
        "bad-date",
        place,
        say("`{text}` is not a date", text=text),
        say("write year, month, day, such as `2021-01-31`"),
    )


def _above(upper: Threshold, lower: Threshold) -> bool:
    assert upper.limit is not None, "asked only of rows with limits"
    assert lower.limit is not None, "asked only of rows with limits"
    if upper.limit == lower.limit:
        return lower.inclusive and not upper.inclusive
    return upper.limit > lower.limit
