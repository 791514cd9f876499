"""The last sheets of a working paper: regulations, and what all of it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.definition import Catalogue, Regulation
from engine.problems import Message, say
from engine.values import Provenance
from engine.versions import Rule
from engine.workbook.book import Book
from engine.workbook.words import Words

_REGULATION_HEADS = (
    say("citation"),
    say("title"),
    say("in force"),
    say("until"),
    say("address"),
    say("used by"),
)


def write_regulations(
    book: Book, words: Words, catalogue: Catalogue, rules: Mapping[str, Iterable[Rule]], title: str
) -> None:
    """Write the regulations on which the *rules* of each indicator rest, in the order of the register."""
    heading = words.head(say("regulations"))
    sheet = book.sheet(book.sheet_name(heading), (34, 44, 13, 13, 36, 20))
    sheet.text(0, 0, f"{heading}: {title}", "title")
    for column, head in enumerate(_REGULATION_HEADS):
        sheet.text(2, column, words.head(head), "head")
    for row, (regulation, used) in enumerate(_cited(catalogue, rules), start=3):
        name = "" if regulation.title is None else words.label(regulation.title)
        since = regulation.in_force or regulation.promulgated or regulation.enacted or ""
        facts = (regulation.citation, name, since, regulation.ends or "", regulation.address or "", used)
        for column, text in enumerate(facts):
            sheet.text(row, column, text)
    sheet.page((2, 2), title)


def _cited(catalogue: Catalogue, rules: Mapping[str, Iterable[Rule]]) -> list[tuple[Regulation, str]]:
    used: dict[str, dict[str, None]] = {}
    for indicator, found in rules.items():
        for rule in found:
            entries = [
                *(f"parameters.{name}" for name in rule.parameters),
                *(f"steps.{name}" for name in rule.steps),
                "result",
                "categories",
            ]
            for basis in (*map(rule.basis_of, entries), *(version.basis for version in rule.chain)):
                if basis is not None and basis.regulation is not None:
                    used.setdefault(basis.regulation.id, {})[indicator] = None
    return [
        (regulation, ", ".join(used[name]))
        for name, regulation in catalogue.regulations.items()
        if name in used
    ]


def write_trail(book: Book, words: Words, provenance: Provenance, title: str) -> None:
    """Write the versions and fingerprints of all that the figures were made from."""
    heading = words.head(say("trail"))
    sheet = book.sheet(book.sheet_name(heading), (44, 70, 14))
    sheet.text(0, 0, f"{heading}: {title}", "title")
    facts: list[tuple[Message, str]] = [
        (say("version of iku"), provenance.engine),
        (say("fingerprint of the definitions (SHA-256)"), provenance.definitions),
        (say("fingerprint of the data (SHA-256)"), provenance.data or "–"),
    ]
    facts += [
        (say("parameter `{name}` set by hand", name=name), str(value))
        for name, value in provenance.parameters
    ]
    for row, (what, text) in enumerate(facts, start=2):
        sheet.text(row, 0, words.head(what))
        sheet.text(row, 1, text, "name")
    row = 3 + len(facts)
    for column, head in enumerate((say("file"), say("fingerprint (SHA-256)"), say("bytes"))):
        sheet.text(row, column, words.head(head), "head")
    for number, file in enumerate(provenance.files, start=row + 1):
        sheet.text(number, 0, file.path)
        sheet.text(number, 1, file.sha256, "name")
        sheet.value(number, 2, file.size)
    sheet.page(None, title)
