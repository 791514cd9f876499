"""What an explanation consists of, and its form for programs.

An explanation is a set of items that refer to one another by id, never text put into text (G2): each
item is explained once, however many others use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal

from engine.comparing import Change
from engine.definition import Bands, Catalogue, Label, Members, Number, Single, Table, Threshold, Value
from engine.formula.names import Bound
from engine.problems import Message
from engine.text import Place
from engine.values import Absent, Achievement, StepValue

_INNER = {"inner": True}
"""Marks what printers need and programs do not."""


@dataclass(frozen=True)
class Filled:
    """A value that stands in the place of a name."""

    value: StepValue | Absent


@dataclass(frozen=True)
class Branch:
    """A condition of ``a if condition else b`` as written, whether it holds, and what was chosen then."""

    condition: str
    holds: bool
    chosen: str | None


@dataclass(frozen=True)
class Entry:
    """The entry of a table that was looked up; the key is None where it comes from a personal column."""

    parameter: str
    key: StepValue
    value: Value


@dataclass(frozen=True)
class BandRow:
    """The row of bands that a value reached; the value is None where it comes from a personal column."""

    parameter: str
    value: Number | None
    row: Threshold


@dataclass(frozen=True)
class ChildRow:
    """Rows that an aggregate went over and that are alike: how many, whether chosen, what counts of them."""

    times: int
    chosen: bool
    values: Mapping[str, StepValue | Absent]


@dataclass(frozen=True)
class Over:
    """An aggregate of a formula as written: its value, and the rows it went over.

    `chosen` of `rows` fulfil ``where=``; `low` and `high` bound the values that entered, where those are
    numbers that may be shown; `failed` rows have no value. `takes_row` says whether the chosen row is among
    the chosen. `heaviest` are the keys of the rows that weigh most in a sum or mean, with what each adds,
    where rows are nobody's own. `children` are the rows themselves (at most `LISTED` different ones) where
    the aggregate is one of a row.
    """

    text: str
    source: str
    value: StepValue | Absent
    rows: int
    chosen: int
    low: Number | None = None
    high: Number | None = None
    failed: int = 0
    takes_row: bool | None = None
    heaviest: Mapping[str, Number] = field(default_factory=dict)
    children: tuple[ChildRow, ...] = ()


HEAVIEST = 5
"""So many rows that weigh most are named."""
LISTED = 20
"""So many different rows behind an aggregate of a single row are listed; more are only counted."""


@dataclass(frozen=True)
class Trace:
    """One computation of a formula: its text with values put in, and how it came to its value."""

    value: StepValue | Absent
    filled: tuple[str | Filled, ...]
    branches: tuple[Branch, ...] = ()
    hits: tuple[Entry | BandRow, ...] = ()
    over: tuple[Over, ...] = ()

    @property
    def text(self) -> str:
        """The formula with its values, written for programs."""
        return "".join(part if isinstance(part, str) else text_of(part.value) for part in self.filled)


@dataclass(frozen=True)
class Spread:
    """The values of a row step over all rows: how many, without value or blank; bounds or counts."""

    rows: int
    failed: int = 0
    blank: int = 0
    low: Number | None = None
    mean: Number | None = None
    high: Number | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Citation:
    """A regulation as it is cited, with the place in it."""

    regulation: str
    citation: str
    locator: str | None = None

    @property
    def shown(self) -> str:
        """The citation with the place in it, as it is printed."""
        return self.citation if self.locator is None else f"{self.citation}, {self.locator}"


@dataclass(frozen=True)
class Rounded:
    """A rounding that the definition declares: the value before it, and how."""

    unrounded: StepValue
    decimals: int
    rounding: str


@dataclass(frozen=True)
class Reached:
    """What was to be reached: the target, the achievement in percent or why there is none."""

    target: Number | tuple[Number, Number]
    realised: Number
    better: Literal["higher", "lower", "closer"]
    lower: Literal["mirror", "inverse"]
    achievement: Achievement | None
    reason: Message | None
    cap: Number | None = None
    floor: Number | None = None
    row: Threshold | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """What every cause has: an id, what it is called, its legal basis, its place, and what it uses.

    `since` is the first day of the version that set it as it counts.
    """

    id: str
    name: str
    title: Label | None = None
    note: Label | None = None
    inferred: bool = False
    basis: Citation | None = None
    since: date | None = None
    place: Place | None = None
    unit: str | None = None
    uses: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class Computed(Item):
    """A result or a step. `trace` is that of the whole unit or group, `row` that of the chosen row.

    Without either the formula could not be computed; `value` then says why. A `personal` step has the
    very values of a personal column, so that none is told.
    """

    kind: Literal["result", "step", "row step"]
    formula: str
    value: StepValue | Absent | None
    bound: Bound | None = field(default=None, repr=False, metadata=_INNER)
    trace: Trace | None = None
    row: Trace | None = None
    each: str | None = None
    personal: bool = False
    spread: Spread | None = None
    rounded: Rounded | None = None
    category: Threshold | None = None
    category_reason: Message | None = None
    reached: Reached | None = None


@dataclass(frozen=True, kw_only=True)
class Parameter(Item):
    """A parameter with all that the regulation prints."""

    kind: Literal["parameter"] = "parameter"
    content: Single | Table | Bands | Members
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """A file that rows were read from, and the hash of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Source(Item):
    """Rows that were used: how many, from which files, how many were left out, which columns.

    `row` holds the columns of the chosen row that formulas use, never a personal one.
    """

    kind: Literal["source"] = "source"
    division: Label | None
    one_row_is: Label | None = None
    files: tuple[FileRead, ...] = ()
    rows: int | None = None
    left_out: int = 0
    absent: Message | None = None
    columns: Mapping[str, Label | None] = field(default_factory=dict)
    row: Mapping[str, StepValue] | None = None


@dataclass(frozen=True, kw_only=True)
class Figure(Item):
    """A figure that is explained on its own: of an earlier or a shorter period."""

    kind: Literal["figure"] = "figure"
    indicator: str
    period: str
    value: StepValue | Absent
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class Combination(Item):
    """A result made of shorter periods' figures: the last known one, their mean or their sum."""

    kind: Literal["combination"] = "combination"
    how: Literal["last", "mean", "sum"] | None
    value: StepValue | Absent
    rounded: Rounded | None = None
    category: Threshold | None = None
    category_reason: Message | None = None
    reached: Reached | None = None


@dataclass(frozen=True, kw_only=True)
class NoRule(Item):
    """An indicator without a rule in force, or a value that was never computed, and why."""

    kind: Literal["no rule"] = "no rule"
    value: Absent


@dataclass(frozen=True)
class Coming:
    """The version that takes the place of the rule, and what it changes in it."""

    version_from: date
    version: Citation | None
    version_title: Label | None
    changes: tuple[Change, ...] = field(metadata=_INNER)


AnyItem = Computed | Parameter | Source | Figure | Combination | NoRule


@dataclass(frozen=True)
class Explanation:
    """A result with all its causes: items by id, `root` first, each reached through the `uses` of another.

    `others` are the ids of the indicator's remaining steps, which the result does not need. `row_source`
    is the source of the chosen row, `row_key` its key unless that is personal. `coming` is the next version
    of the rule, `definitions` what titles are taken from.
    """

    root: str
    indicator: str
    period: str
    items: Mapping[str, AnyItem]
    group: tuple[str, str | None] | None = None
    row_source: str | None = None
    row_key: StepValue = None
    version: Citation | None = None
    version_title: Label | None = None
    version_from: date | None = None
    notes: tuple[Message, ...] = ()
    others: tuple[str, ...] = ()
    coming: Coming | None = None
    definitions: Catalogue | None = field(default=None, repr=False)

    def to_dict(self, language: str | None = None) -> dict[str, Any]:
        """Return the explanation as plain values for JSON, texts in *language* or the organization's own."""
        document = {
            name: _plain(getattr(self, name), language)
            for name in (
                "root",
                "indicator",
                "period",
                "group",
                "row_source",
                "row_key",
                "version",
                "version_from",
                "notes",
                "others",
                "coming",
            )
        }
        return {**document, "items": {name: _plain(item, language) for name, item in self.items.items()}}


def text_of(value: StepValue | Absent) -> str:
    """Return a value as a formula writes it: a dot for decimals, words in quotes, ISO dates."""
    if isinstance(value, Absent):
        return "no value"
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, date):
        return value.isoformat()
    return f'"{value}"' if isinstance(value, str) else str(value)


_NOTHING: tuple[Any, ...] = ((), {})


def _plain(value: Any, language: str | None) -> Any:
    """Return any part of an explanation as plain values; what is None or empty is left out of mappings."""
    if isinstance(value, Label):
        return value.text(language)
    if isinstance(value, Absent):
        return {"reason": value.reason.text(language or "en")}
    if isinstance(value, Place):
        return {"file": value.path, "line": value.line}
    if isinstance(value, Message):
        return value.text(language or "en")
    if isinstance(value, Threshold):
        limit = {} if value.limit is None else {"from" if value.inclusive else "above": value.limit}
        shown = {"value": value.value, "title": value.title, "note": value.note}
        return {**limit, **{name: _plain(part, language) for name, part in shown.items() if part is not None}}
    if isinstance(value, Trace):
        shown = {"value": _plain(value.value, language), "filled": value.text}
        parts = {"branches": value.branches, "hits": value.hits, "over": value.over}
        return {**shown, **{name: _plain(part, language) for name, part in parts.items() if part}}
    if isinstance(value, Mapping):
        return {str(name): _plain(part, language) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part, language) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        found = {
            part.name: getattr(value, part.name) for part in fields(value) if "inner" not in part.metadata
        }
        return {
            name: _plain(part, language)
            for name, part in found.items()
            if name == "value" or not (part is None or part in _NOTHING)
        }
    return value
