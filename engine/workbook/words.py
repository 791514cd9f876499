"""What is said on a workbook's sheets: labels, citations, sources, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definition import Basis, Catalogue, Label, Parameter, Threshold
from engine.explain.rows import Behind
from engine.problems import Message, say


@dataclass(frozen=True)
class Words:
    """The words of one language (``id`` or ``en``)."""

    language: str
    catalogue: Catalogue

    def say(self, message: Message) -> str:
        """Return a message as it is said."""
        return message.text(self.language)

    def head(self, message: Message) -> str:
        """Return a message with a capital letter, as headings are written."""
        words = message.text(self.language)
        return words[:1].upper() + words[1:]

    def label(self, label: Label) -> str:
        """Return a text for people on one line."""
        return " ".join(label.text(self.language).split())

    def called(self, name: str, title: Label | None) -> str:
        """Return the title of what has one, else its name in words."""
        return self.label(title) if title is not None else name.replace("_", " ")

    def basis(self, basis: Basis | None) -> str:
        """Return a legal basis: the citation, and the place in it."""
        if basis is None:
            return ""
        found = None if basis.regulation is None else self.catalogue.regulations.get(basis.regulation.id)
        return ", ".join(part for part in (found.citation if found else None, basis.locator) if part)

    def source(self, name: str, behind: Behind) -> str:
        """Return a source with the division that answers for it and the files that were read."""
        source = self.catalogue.sources[name]
        division = self.catalogue.organization.divisions.get(source.division.id)
        owner = source.division.id if division is None else self.label(division.title)
        files = ", ".join(file.path for file in behind.rows[name].files)
        return "; ".join(part for part in (self.label(source.title), owner, files) if part)

    def parameter(self, parameter: Parameter, basis: Basis | None) -> tuple[str, str]:
        """Return what a parameter is, and where it is from."""
        remarks = parameter.remarks
        inferred = (
            self.say(say("inferred, not read in a regulation")) if remarks.certainty == "inferred" else ""
        )
        origin = "; ".join(part for part in (self.basis(basis), inferred) if part)
        return self.called(parameter.id, remarks.title), origin

    def row(self, row: Threshold) -> str:
        """Return the title of a row of bands or categories."""
        return "" if row.title is None else self.label(row.title)
