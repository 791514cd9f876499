"""Be the catalogue: organization, regulations, sources, indicators, as frozen definitions.

Every definition keeps the place where it is written, so that a problem found much later can
still point at the line. Nothing here reads YAML (that is `reading`) or computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Generic, Literal, TypeVar

from engine.document import Passage
from engine.formula.grammar import Tree
from engine.problems import Message, Titled, say
from engine.text import Place, Text

Better = Literal["higher", "lower", "closer"]
Frequency = Literal["yearly", "semester", "quarterly", "monthly"]
Rounding = Literal["half_up", "half_even", "down"]
OverTheYear = Literal["last", "mean", "sum"]
Certainty = Literal["certain", "inferred"]
Number = int | float
T = TypeVar("T", covariant=True)
Value = int | float | bool | str


NOUNS: Mapping[str, Message] = {
    "objective": say("objective"),
    "division": say("division"),
    "regulation": say("regulation"),
    "source": say("source"),
    "indicator": say("indicator"),
    "scenario": say("scenario"),
    "parameter": say("parameter"),
    "step": say("step"),
}
"""What messages call the things of a catalogue."""
FREQUENCIES: Mapping[str, Message] = {
    "yearly": say("yearly"),
    "semester": say("by semester"),
    "quarterly": say("quarterly"),
    "monthly": say("monthly"),
}
"""What messages call how often an indicator is measured."""


@dataclass(frozen=True)
class Label:
    """A text for people: the organization's language, or Indonesian and English."""

    default: str
    id: str | None = None
    en: str | None = None

    def text(self, language: str | None = None) -> str:
        """Return the text in *language* (``id`` or ``en``), or the default where it has none."""
        wanted = {"id": self.id, "en": self.en}.get(language or "")
        return wanted or self.default

    def __str__(self) -> str:
        return self.default


@dataclass(frozen=True)
class Name:
    """A reference by id, as written at a place."""

    id: str
    place: Place

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class Range:
    """The smallest and largest value allowed, both included."""

    low: Number
    high: Number
    place: Place


@dataclass(frozen=True)
class Basis:
    """The legal basis of an entry: a regulation of the register, and where in it.

    A parameter may give the locator alone; the regulation is then its version's.
    """

    regulation: Name | None
    locator: str | None
    place: Place


@dataclass(frozen=True)
class Remarks:
    """What may be said of every named thing."""

    title: Label | None = None
    note: Label | None = None
    certainty: Certainty = "certain"
    basis: Basis | None = None


NO_REMARKS = Remarks()


@dataclass(frozen=True)
class Formula:
    """A formula as written and as parsed; `passage` finds the place of a part of it."""

    passage: Passage
    tree: Tree = field(compare=False)

    @property
    def text(self) -> str:
        """The formula as written, without YAML's quotes and line folding."""
        return self.passage.value


@dataclass(frozen=True)
class Threshold:
    """One row of bands or categories: from (>=) or above (>) a limit, or the rest (no limit)."""

    limit: Number | None
    inclusive: bool
    value: Value
    place: Place
    title: Label | None = None
    note: Label | None = None

    @property
    def label(self) -> str:
        """The value as text; for categories, the word that is printed."""
        return str(self.value)


@dataclass(frozen=True)
class Single:
    """One value: a number (``1/9`` is exact division), a word or a boolean.

    `written` is how the file has it; `choices` are the values an agency may choose from, if declared.
    """

    value: Value
    written: str
    choices: tuple[Value, ...] | None = None


@dataclass(frozen=True)
class Table:
    """Category to number or category, in the file's order; numbers sum to `total` where that is said."""

    entries: Mapping[str, Value]
    places: Mapping[str, Place] = field(compare=False)
    total: Number | None = None


@dataclass(frozen=True)
class Bands:
    """Thresholds, highest first."""

    rows: tuple[Threshold, ...]


@dataclass(frozen=True)
class Members:
    """A set of categories or numbers, for ``in``."""

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Parameter:
    """What a regulation prints, under a name; bands may say the unit of their limits too."""

    id: str
    content: Single | Table | Bands | Members
    place: Place
    unit: str | None = None
    unit_place: Place | None = field(default=None, compare=False)
    limit_unit: str | None = None
    limit_unit_place: Place | None = field(default=None, compare=False)
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Step:
    """One named formula: a value per row of `each`, or one per reporting unit. The result is one too."""

    id: str
    each: Name | None
    formula: Formula
    place: Place
    range: Range | None = None
    decimals: int | None = None
    rounding: Rounding = "half_up"
    unit: str | None = None
    unit_place: Place | None = field(default=None, compare=False)
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Removed:
    """``name: null`` in an amendment: the entry ends here."""

    place: Place


@dataclass(frozen=True)
class Amended(Generic[T]):
    """A plain key that a version sets (unit, range, decimals ...), with its place."""

    value: T
    place: Place


@dataclass(frozen=True)
class Version:
    """What one regulation says or changes, from a first day on."""

    from_: date
    place: Place
    from_place: Place
    until: date | None = None
    until_place: Place | None = None
    succeeded_by: Name | None = None
    replaces: bool = False
    basis: Basis | None = None
    parameters: Mapping[str, Parameter | Removed] = field(default_factory=dict)
    steps: Mapping[str, Step | Removed] = field(default_factory=dict)
    result: Step | None = None
    categories: Amended[tuple[Threshold, ...]] | None = None
    unit: Amended[str] | None = None
    range: Range | None = None
    decimals: Amended[int] | None = None
    rounding: Amended[Rounding] | None = None
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Target:
    """What is to be reached in a period: a number, or from low to high."""

    period: str
    value: Number | tuple[Number, Number]
    place: Place


@dataclass(frozen=True)
class AchievementRule:
    """How realisation and target become an achievement in percent; None leaves it to the organization.

    `lower` is the formula for "lower is better": mirror ``(2T - R) / T`` or inverse ``T / R``.
    `scale` are thresholds on the published achievement, highest first.
    """

    lower: Literal["mirror", "inverse"] | None = None
    cap: Number | None = None
    floor: Number | None = None
    decimals: int | None = None
    scale: tuple[Threshold, ...] | None = None
    place: Place | None = None
    remarks: Remarks = NO_REMARKS

    def changed_by(self, own: AchievementRule | None) -> AchievementRule:
        """Return this rule with what an indicator's *own* one says instead."""
        chosen = {name: getattr(own, name, None) for name in ("lower", "cap", "floor", "decimals", "scale")}
        return replace(self, **{name: value for name, value in chosen.items() if value is not None})


@dataclass(frozen=True)
class Expected:
    """What a worked example must give; absent parts are not compared.

    `steps`: a row step's values in row order, or a unit step's one value; None stands for blank,
    and the text ``no value`` (as ``result`` too) for a value that cannot be computed.
    """

    result: Value | None = None
    has_result: bool = False
    category: str | None = None
    has_category: bool = False
    status: Literal["value", "no value"] | None = None
    reason: str | None = None
    achievement: Number | None = None
    steps: Mapping[str, Value | tuple[Value | None, ...] | None] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Example:
    """A worked example: documentation and test in one.

    `given` holds rows of sources (tables), one row (``shape: record``), or values of other indicators.
    """

    title: Label
    period: str
    period_place: Place
    rows: Mapping[str, tuple[Mapping[str, Value | None], ...]]
    values: Mapping[str, Number | str]
    previous: Mapping[str, Number]
    parameters: Mapping[str, Value]
    expect: Expected
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    note: Label | None = None


@dataclass(frozen=True)
class Indicator:
    """One performance indicator with all versions of its rule."""

    id: str
    title: Label
    objective: Name
    division: Name
    sources: tuple[Name, ...]
    place: Place
    text: Text
    contributors: tuple[Name, ...] = ()
    unit: str | None = None
    unit_place: Place | None = field(default=None, compare=False)
    range: Range | None = None
    better: Better = "higher"
    frequency: Frequency = "yearly"
    decimals: int | None = None
    rounding: Rounding = "half_up"
    over_the_year: OverTheYear | None = None
    wording: str | None = None
    order: int | None = None
    targets: tuple[Target, ...] = ()
    breakdowns: tuple[Name, ...] = ()
    achievement: AchievementRule | None = None
    versions: tuple[Version, ...] = ()
    examples: tuple[Example, ...] = ()
    statistics: Mapping[str, Label] = field(default_factory=dict)
    remarks: Remarks = NO_REMARKS


ColumnType = Literal["number", "integer", "boolean", "category", "text", "date", "reference"]


@dataclass(frozen=True)
class Missing:
    """What a blank cell means: an error, a value that stays blank, or a declared value."""

    kind: Literal["refuse", "keep", "fill"] = "refuse"
    value: Value | None = None


@dataclass(frozen=True)
class Column:
    """One declared column of a source. `header` is its name in the file where that differs."""

    name: str
    type: ColumnType
    place: Place
    header: str | None = None
    values: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    unit_place: Place | None = field(default=None, compare=False)
    range: Range | None = None
    missing: Missing = Missing()
    unique: bool = False
    personal: bool = False
    to: Name | None = None
    remarks: Remarks = NO_REMARKS

    @property
    def written_as(self) -> str:
        """The header that a file must have for this column."""
        return self.header if self.header is not None else self.name


@dataclass(frozen=True)
class Dialect:
    """How a CSV file writes its cells. `decimal` and `thousands` also rule numbers kept as text."""

    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    thousands: str | None = None
    encoding: str = "utf-8"
    true: tuple[str, ...] = ("true",)
    false: tuple[str, ...] = ("false",)
    date: Literal["YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY"] = "YYYY-MM-DD"
    blank: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unpivot:
    """Columns of a wide sheet that become rows before anything else.

    `columns` maps the header in the file to the key that the rows get.
    """

    columns: Mapping[str, str]
    name: str
    value: str
    place: Place


@dataclass(frozen=True)
class DatabaseTable:
    """A table or view of a database. `connection` names the environment variable with the database's address.

    `period` is the column of the table that says to which period a row belongs; without it all rows belong
    to each.
    """

    connection: str
    name: str
    place: Place
    period: str | None = None

    @property
    def shown(self) -> str:
        """What people read: the name of the connection and the table, never an address."""
        return f"{self.connection}: {self.name}"


@dataclass(frozen=True)
class Source:
    """One data source: who answers for it, where it lies, what its columns mean.

    `file` is relative to the data folder; ``{period}`` and ``{year}`` stand for the measured period.
    `rows` are given in place instead, or lie in a `table` of a database. `empty` says whether a file without
    rows is an answer.
    """

    id: str
    title: Label
    division: Name
    columns: Mapping[str, Column]
    place: Place
    text: Text
    one_row_is: Label | None = None
    file: str | None = None
    file_place: Place | None = None
    sheet: str | None = None
    dialect: Dialect = Dialect()
    rows: tuple[Mapping[str, Value | None], ...] | None = None
    rows_place: Place | None = None
    table: DatabaseTable | None = None
    key: Name | None = None
    shape: Literal["table", "record"] = "table"
    unpivot: Unpivot | None = None
    empty: Literal["refuse", "allow"] = "refuse"
    contributors: tuple[Name, ...] = ()
    remarks: Remarks = NO_REMARKS

    @property
    def held_in(self) -> str | None:
        """The file or the table of a database that holds the rows, as people read it; None: in place."""
        return self.file if self.table is None else self.table.shown

    @property
    def references(self) -> Mapping[str, Column]:
        """The columns that refer to another source, by name."""
        return {name: column for name, column in self.columns.items() if column.to is not None}


@dataclass(frozen=True)
class Objective:
    """A *sasaran*: the goal that indicators serve."""

    id: str
    title: Label
    place: Place


@dataclass(frozen=True)
class Division:
    """A unit of the organization that answers for figures or data."""

    id: str
    title: Label
    place: Place
    head: str | None = None


@dataclass(frozen=True)
class Signatory:
    """Who signs the decree, as printed."""

    name: str
    post: str
    rank: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class Organization:
    """The agency that the decree speaks for. `advice_off` are the codes of advice that it does not want."""

    name: Label
    language: Literal["id", "en"]
    objectives: Mapping[str, Objective]
    divisions: Mapping[str, Division]
    text: Text
    place: Place
    post: str | None = None
    task: str | None = None
    functions: tuple[str, ...] = ()
    issued_at: str | None = None
    issued_on: str | None = None
    signatory: Signatory | None = None
    achievement: AchievementRule = AchievementRule()
    advice_off: frozenset[str] = frozenset()
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Regulation:
    """One legal basis. Dates are as precise as known: ``2018``, ``2018-08`` or ``2018-08-15``.

    `applies_from` is where its own words reach back to, if that is before it came into force.
    """

    id: str
    citation: str
    place: Place
    title: Label | None = None
    enacted: str | None = None
    promulgated: str | None = None
    in_force: str | None = None
    applies_from: str | None = None
    ends: str | None = None
    amends: tuple[Name, ...] = ()
    repeals: tuple[Name, ...] = ()
    address: str | None = None
    unknown: tuple[str, ...] = ()
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Scenario:
    """A what-if: amendments of every rule of an indicator, and other values in the row of a record.

    `indicators` are amendments without a first day of their own, by indicator; `inputs` values by source
    and column. `places` are where they are named: ``indicator``, ``source.column``.
    """

    id: str
    title: Label
    place: Place
    text: Text
    indicators: Mapping[str, Version] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Value | None]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Catalogue:
    """All definitions of one folder, by id."""

    root: Path
    organization: Organization
    regulations: Mapping[str, Regulation]
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    texts: tuple[Text, ...] = field(repr=False)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)


Named = Objective | Division | Regulation | Source | Column | Indicator | Parameter | Step | Scenario
"""What has an id, and mostly a title."""


def titled(named: Named, here: str) -> Titled:
    """Return the titles of what has a name, and where it stands seen from the file *here*."""
    if isinstance(named, Objective | Division | Source | Indicator | Scenario):
        label: Label | None = named.title
    else:
        label = named.title if isinstance(named, Regulation) else named.remarks.title
    texts = () if label is None else tuple(dict.fromkeys(t for t in (label.default, label.id, label.en) if t))
    path = PurePosixPath(named.place.path)
    file = (
        str(path.relative_to(path.parents[1]))
        if path.parent.name in ("sources", "indicators", "scenarios")
        else path.name
    )
    return Titled(texts, named.place.line, None if str(path) == here else file)
