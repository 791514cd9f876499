"""What all documents have in common: language, paper, when and from what they were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from engine.definition import Catalogue
from engine.documents.words import words_in
from engine.evaluation import definitions_fingerprint
from engine.formula.typeset import Part
from engine.report.problems_text import visible
from engine.report.wording import Wording

Paper = Literal["a4", "f4"]
SIZES: Mapping[Paper, tuple[int, int]] = {"a4": (210, 297), "f4": (215, 330)}
"""Width and height in millimetres."""
NONE = "–"
"""What is printed where there is nothing; never 0."""
_SHOWN_OF_HASH = 7


@dataclass(frozen=True)
class Passage:
    """A paragraph of an explanation: a text, or a formula."""

    text: str
    formula: Part | None = None


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, what it shows in words, what stands below it, and its width on paper."""

    svg: str
    alt: str
    caption: str
    millimetres: int


@dataclass(frozen=True)
class Sheet:
    """Language, paper and origin of a document; `words` are the labels that it prints."""

    title: str
    language: str
    paper: Paper
    author: str
    made: date
    origin: str
    words: Mapping[str, str]

    @property
    def moment(self) -> datetime:
        """When a file says that it was made: the start of the day, so that equal input gives equal bytes."""
        return datetime(self.made.year, self.made.month, self.made.day, tzinfo=UTC)

    @property
    def millimetres(self) -> tuple[int, int]:
        """Width and height of the paper."""
        return SIZES[self.paper]


def sheet(title: str, catalogue: Catalogue, wording: Wording, paper: Paper, made: date) -> Sheet:
    """Return what a document titled *title*, made of *catalogue* on a day, has in common with all others."""
    words = words_in(wording.language)
    definitions = definitions_fingerprint(catalogue.texts)[:_SHOWN_OF_HASH]
    return Sheet(
        title=title,
        language=wording.language,
        paper=paper,
        author=line(wording.label(catalogue.organization.name)),
        made=made,
        origin=words["made"].format(day=wording.day(made), definitions=definitions),
        words=words,
    )


def line(text: str | None) -> str:
    """Return a text of a definition as one printed line, a dash for none."""
    return visible(" ".join(text.split())) if text is not None and text.strip() else NONE
