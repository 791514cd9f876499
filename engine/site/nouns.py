"""What pages are made of. All texts are plain: nothing in them is markup but `Drawn`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal


@dataclass(frozen=True)
class Phrase:
    """A text of the catalogue; `lang` is its language where that is not the page's."""

    text: str
    lang: str | None = None

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        """Return the text as it stands in a page, marked with its language where that is another one."""
        told = escape(self.text)
        return told if self.lang is None else f'<span lang="{self.lang}">{told}</span>'


@dataclass(frozen=True)
class Drawn:
    """A picture or formula that our own printers made: the only text that is markup."""

    markup: str

    def __html__(self) -> str:
        """Return the markup."""
        return self.markup


@dataclass(frozen=True)
class Picture:
    """A picture, and what stands below it."""

    drawn: Drawn
    caption: str = ""


Told = str | Phrase


@dataclass(frozen=True)
class Link:
    """A text that leads to a page; `href` is seen from the root of the language, or a web address."""

    text: Told
    href: str | None = None
    outside: bool = False


@dataclass(frozen=True)
class Fact:
    """A term and what is said of it."""

    term: str
    values: Sequence[Told | Link]


@dataclass(frozen=True)
class Cited:
    """A regulation as it is cited, with the place in it."""

    link: Link
    locator: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows below headings; `numbers` says which columns stand to the right."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Told | Link]]
    numbers: Sequence[bool]


@dataclass(frozen=True)
class Figure:
    """One indicator in one period, as people read it. `reached` tells whether the target was."""

    period: str
    value: str | None
    unit: str | None
    category: str | None
    target: str | None
    achievement: str | None
    word: str | None
    reached: bool | None
    reason: str | None
    notes: Sequence[str] = ()
    rule: Cited | None = None


@dataclass(frozen=True)
class Row:
    """An indicator in a list, with its figure."""

    id: str
    indicator: Link
    division: Link
    figure: Figure | None


@dataclass(frozen=True)
class Group:
    """An objective with its indicators."""

    id: str
    title: Phrase
    rows: Sequence[Row]


@dataclass(frozen=True)
class Entry:
    """A parameter, a step or the categories of a rule: what it is, and what put it there."""

    anchor: str
    name: str | None
    title: Phrase | None
    facts: Sequence[str] = ()
    formula: str | None = None
    drawn: Drawn | None = None
    value: str | None = None
    rows: Sequence[tuple[str, str]] = ()
    since: str | None = None
    cited: Cited | None = None
    inferred: bool = False
    note: Phrase | None = None


@dataclass(frozen=True)
class Change:
    """What a version did to one entry; texts of a formula or of rows before and after it."""

    how: Literal["added", "changed", "removed", "dropped"]
    what: str
    name: str | None
    title: Phrase | None
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    code: bool = False


@dataclass(frozen=True)
class Version:
    """One version of a rule: from when to when, on which basis, and what it changed."""

    anchor: str
    since: str
    until: str | None
    current: bool
    title: Phrase | None
    cited: Cited | None
    inferred: bool
    starts: bool
    successor: Link | None
    note: Phrase | None
    changes: Sequence[Change]


@dataclass(frozen=True)
class Example:
    """A worked example: what is given and what must come out."""

    title: Phrase
    period: str
    given: Sequence[Table]
    values: Sequence[Fact]
    expected: Sequence[Fact]
    steps: Sequence[Table]
    hidden: int
    note: Phrase | None


@dataclass(frozen=True)
class Cause:
    """One cause of a figure: its number in the outline, its name with its value, how that was computed."""

    number: str
    level: int
    link: Link
    filled: str | None
    lines: Sequence[str]


@dataclass(frozen=True)
class Explained:
    """How a figure came about: sentences on the result, all causes, and steps that it does not need."""

    filled: str | None
    lines: Sequence[str]
    causes: Sequence[Cause]
    others: Sequence[Cause]


@dataclass(frozen=True)
class Finding:
    """One problem: how bad, its code and what that means, where, the sentence and the way out."""

    severity: str
    code: str
    title: str
    where: str
    page: Link | None
    message: str
    hint: str | None


@dataclass(frozen=True)
class Resting:
    """What of an indicator rests on an act: the version, and entries with their places in the act."""

    indicator: Link
    since: str
    version: Link
    entries: Sequence[tuple[Link, str | None]]
    stale: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page has: where it lies, what it is called, and what kind of page it is."""

    path: str
    title: Told
    template: str
    section: str


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """The first page: objectives with their indicators and figures."""

    lead: str
    facts: Sequence[Fact]
    groups: Sequence[Group]
    note: str | None
    downloads: Sequence[Link]


@dataclass(frozen=True, kw_only=True)
class IndicatorPage(Page):
    """All that is known of one indicator."""

    id: str
    lead: Sequence[Fact]
    figure: Figure | None
    pictures: Sequence[Picture]
    wording: Sequence[Told | Drawn]
    note: Phrase | None
    about: Sequence[Fact]
    absent: str | None
    in_force: str | None
    result: Entry | None
    steps: Sequence[Entry]
    parameters: Sequence[Entry]
    categories: Entry | None
    achievement: Entry | None
    versions: Sequence[Version]
    sources: Sequence[tuple[Link, Link, str | None]]
    needs: Sequence[Link]
    feeds: Sequence[Link]
    trend: Drawn | None
    history: Sequence[Figure]
    parts: Sequence[Figure]
    explanation: Explained | None
    examples: Sequence[Example]
    findings: Sequence[Finding]
    downloads: Sequence[Link]

    @property
    def sections(self) -> Sequence[tuple[str, str]]:
        """The parts of the page that there are, as anchor and word."""
        there = {
            "about": self.wording or self.about or self.note,
            "formula": self.result,
            "steps": self.steps,
            "parameters": self.parameters,
            "versions": True,
            "relations": True,
            "trend": self.history,
            "explanation": self.explanation,
            "examples": self.examples,
            "findings": self.findings,
            "downloads": True,
        }
        return tuple((word, word) for word, found in there.items() if found)


@dataclass(frozen=True, kw_only=True)
class DivisionPage(Page):
    """What a division answers for."""

    id: str
    head: str | None
    rows: Sequence[Row]
    contributes: Sequence[Link]
    sources: Sequence[Link]


@dataclass(frozen=True, kw_only=True)
class SourcePage(Page):
    """One data source: where it lies, what its columns mean, who uses it."""

    id: str
    facts: Sequence[Fact]
    note: Phrase | None
    inferred: bool
    columns: Sequence[Entry]
    hidden: int
    rows: Table | None
    used_by: Sequence[Link]
    findings: Sequence[Finding]


@dataclass(frozen=True, kw_only=True)
class RegulationPage(Page):
    """One act: when it counts, what it amends, and what rests on it."""

    id: str
    name: Phrase | None
    facts: Sequence[Fact]
    note: Phrase | None
    inferred: bool
    over: str | None
    stale: bool
    resting: Sequence[Resting]
    others: Sequence[Fact]


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """All divisions, sources or regulations."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Sequence[Told | Link]]]
    flagged: Sequence[str | None]


@dataclass(frozen=True, kw_only=True)
class MapPage(Page):
    """What uses what: a picture, and the same as a table."""

    picture: Drawn | None
    rows: Sequence[tuple[Link, Sequence[Link], Sequence[Link], Sequence[Link]]]


@dataclass(frozen=True, kw_only=True)
class ProblemsPage(Page):
    """Warnings and advice about the definitions, and how well they are founded in law."""

    counted: str
    groups: Sequence[tuple[str, Sequence[Finding]]]
    coverage: Table
    stale: Sequence[tuple[Link, Link]]
