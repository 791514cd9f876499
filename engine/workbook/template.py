"""The workbook that divisions fill in: a sheet a source with headers, choices and limits, and what they mean.

It is read as it is: the sheet of a source is the one that it declares, else the one called as the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine import versions
from engine.definition import Catalogue, Column, Source
from engine.formula.kinds import NAMES
from engine.formula.names import RecordValue, RowValue
from engine.graph import build
from engine.problems import InvalidRequest, Message, error, nearest, say
from engine.sources.cells import bounds
from engine.sources.rows import as_read
from engine.sources.wide import as_filed
from engine.workbook.book import Book, Sheet
from engine.workbook.words import Words

ROWS = 5_000
"""So many rows of a table have choices and limits; more may be filled in without them."""
_DAYS = (date(1900, 3, 1), date(9999, 12, 31))
_HEADS = (
    say("sheet"), say("column"), say("meaning"), say("to be filled in with"), say("unit"),
    say("if left blank"), say("used by"), say("responsible"),
)  # fmt: skip
_WIDTHS = (20, 24, 46, 34, 12, 22, 20, 26)
_MOST_INPUT = 255
"""Characters of what a spreadsheet says beside a cell."""


def template(catalogue: Catalogue, wanted: Sequence[str], language: str) -> bytes:
    """Return a workbook to fill in the *wanted* sources, or all that are files, as an XLSX file.

    Raises InvalidRequest for an unknown source, one whose rows are part of its definition, and two that
    declare the same sheet.
    """
    return _Template(catalogue, _chosen(catalogue, wanted), language).content()


def _chosen(catalogue: Catalogue, wanted: Sequence[str]) -> list[Source]:
    for name in wanted:
        if name not in catalogue.sources:
            hint = nearest(name, catalogue.sources)
            raise _refused("unknown-name", say("there is no source `{name}`", name=name), hint)
        if catalogue.sources[name].rows is not None:
            message = say("the rows of `{name}` are part of its definition", name=name)
            raise _refused("rows-of-definition", message)
    found = [
        source
        for name, source in catalogue.sources.items()
        if (name in wanted if wanted else source.rows is None)
    ]
    sheets: dict[str, str] = {}
    for source in found:
        name = (source.sheet or source.id).lower()
        if name in sheets:
            message = say("`{one}` and `{other}` have the same sheet", one=sheets[name], other=source.id)
            raise _refused("wrong-option", message, say("name one of them"))
        sheets[name] = source.id
    return found


def _refused(code: str, message: Message, hint: Message | None = None) -> InvalidRequest:
    return InvalidRequest(error(code, None, message, hint))


@dataclass
class _Lists:
    """Choices, each in a column of a hidden sheet, where they may be long and hold commas."""

    sheet: Sheet
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, values: tuple[str, ...]) -> str:
        """Return the range in which *values* stand."""
        if values not in self.known:
            column = len(self.known)
            for row, value in enumerate(values):
                self.sheet.text(row, column, value, "plain")
            letter = self.sheet.letters(column)
            self.known[values] = f"='{self.sheet.name}'!${letter}$1:${letter}${len(values)}"
        return self.known[values]


class _Template:
    def __init__(self, catalogue: Catalogue, chosen: Sequence[Source], language: str) -> None:
        self.catalogue, self.chosen, self.words = catalogue, chosen, Words(language, catalogue)
        title = self.words.head(say("form for data"))
        self.book = Book(
            f"{title}: {self.words.label(catalogue.organization.name)}", language, "a4", _DAYS[0]
        )
        names = [source.sheet or source.id for source in chosen]
        self.sheets = {
            source.id: self.book.sheet_name(name) for source, name in zip(chosen, names, strict=True)
        }
        self.title = title
        self.used = _users(catalogue)

    def content(self) -> bytes:
        """Return the workbook's bytes."""
        about = self.book.sheet(self.book.sheet_name(self.words.head(say("explanation"))), _WIDTHS)
        filed = {source.id: self.filed(source) for source in self.chosen}
        forms: dict[str, Sheet] = {}
        for source in self.chosen:
            widths = [max(12, len(column.written_as) + 4) for column in filed[source.id].values()]
            forms[source.id] = self.book.sheet(self.sheets[source.id], widths)
        lists = _Lists(self.book.sheet(self.book.sheet_name(self.words.head(say("choices"))), (30,) * 20))
        lists.sheet.sheet.hide()
        for source in self.chosen:
            self.write_form(forms[source.id], source, filed[source.id], lists)
        self.write_about(about, filed)
        return self.book.content()

    def filed(self, source: Source) -> dict[str, Column]:
        """Return the columns that the file of a source has."""
        return as_filed(source, as_read(source, self.catalogue.sources))

    # ── a form ──

    def write_form(self, sheet: Sheet, source: Source, columns: Mapping[str, Column], lists: _Lists) -> None:
        last = 1 if source.shape == "record" else ROWS
        for position, column in enumerate(columns.values()):
            sheet.text(0, position, column.written_as, "head")
            sheet.column_form(position, _FORMS.get(column.type, {}))
            sheet.validate(1, position, last, self.rule(source, column, lists))
        sheet.page((0, 0), f"{self.words.label(source.title)}")

    def rule(self, source: Source, column: Column, lists: _Lists) -> dict[str, Any]:
        """Return what a cell may hold, and what is said beside it and for what it may not."""
        what = self.may_hold(source, column)
        said = " ".join(part for part in (self.meaning(column), f"({what})", column.unit or "") if part)
        rule: dict[str, Any] = {
            "input_title": column.written_as[:32],
            "input_message": said if len(said) <= _MOST_INPUT else said[: _MOST_INPUT - 1] + "…",
            "error_title": column.written_as[:32],
            "error_message": what[:_MOST_INPUT],
        }
        low, high = bounds(column)
        values = self.choices(source, column)
        if values:
            return {**rule, "validate": "list", "source": lists.place(values)}
        match column.type:
            case "number":
                limits: tuple[Any, Any] = low, high
            case "integer":
                limits = int(low), int(high)
            case "date":
                limits = _DAYS
            case _:
                return {**rule, "validate": "any"}
        kind = "decimal" if column.type == "number" else column.type
        return {**rule, "validate": kind, "criteria": "between", "minimum": limits[0], "maximum": limits[1]}

    def choices(self, source: Source, column: Column) -> tuple[str, ...]:
        """Return the words that a column may hold; none where they are not limited or not known here."""
        if column.type == "category":
            return column.values
        if column.type == "boolean":
            dialect = source.dialect
            return (dialect.true[0], dialect.false[0])
        target = None if column.to is None else self.catalogue.sources.get(column.to.id)
        if target is None or target.rows is None or target.key is None:
            return ()
        return tuple(str(row[target.key.id]) for row in target.rows)

    # ── what it means ──

    def write_about(self, sheet: Sheet, filed: Mapping[str, Mapping[str, Column]]) -> None:
        sheet.text(0, 0, self.title, "title")
        sheet.text(1, 0, self.words.label(self.catalogue.organization.name), "subtitle")
        for row, remark in enumerate(_REMARKS, start=2):
            sheet.text(row, 0, self.words.say(remark), "subtitle")
        head = 3 + len(_REMARKS)
        for position, heading in enumerate(_HEADS):
            sheet.text(head, position, self.words.head(heading), "head")
        row = head + 1
        for source in self.chosen:
            title = self.words.label(source.title)
            if source.one_row_is is not None:
                title += f" ({self.words.say(say('one row'))}: {self.words.label(source.one_row_is)})"
            sheet.text(row, 0, title, "group")
            row += 1
            for column in filed[source.id].values():
                for position, text in enumerate(self.facts(source, column)):
                    sheet.text(row, position, text)
                row += 1
        sheet.page((head, head), self.title)

    def facts(self, source: Source, column: Column) -> tuple[str, ...]:
        """Return what the sheet of explanations says of a column."""
        name = column.name
        if source.unpivot is not None and name not in source.columns:
            name = source.unpivot.value
        return (
            self.sheets[source.id],
            column.written_as,
            self.meaning(column, whole=True),
            self.may_hold(source, column),
            column.unit or "",
            self.blank(source, column),
            ", ".join(self.used.get((source.id, name), ())) or "–",
            self.owner(source),
        )

    def meaning(self, column: Column, *, whole: bool = False) -> str:
        """Return what a column is, *whole* with the note on it."""
        title = self.words.called(column.name.removeprefix("="), column.remarks.title)
        note = column.remarks.note
        return f"{title}. {self.words.label(note)}" if whole and note is not None else title

    def may_hold(self, source: Source, column: Column) -> str:
        """Return what a column may be filled in with."""
        values = self.choices(source, column)
        if values:
            return f"{self.words.say(say('one of'))}: {', '.join(values)}"
        if column.to is not None:
            there = self.catalogue.sources[column.to.id]
            return self.words.say(say("a key of `{source}`", source=self.sheets.get(there.id, there.id)))
        if column.range is not None:
            low, high = column.range.low, column.range.high
            kind = NAMES["integer" if column.type == "integer" else "number"]
            return self.words.say(say("{kind} from {low} to {high}", kind=kind, low=low, high=high))
        kind = NAMES["text" if column.type == "reference" else column.type]
        return self.words.say(say("{kind}, each once", kind=kind) if column.unique else kind)

    def blank(self, source: Source, column: Column) -> str:
        """Return what a blank cell of a column means."""
        if column.missing.kind == "keep" and (source.key is None or source.key.id != column.name):
            return self.words.say(say("counts as not known"))
        if column.missing.kind == "fill":
            value = column.missing.value
            if isinstance(value, bool):
                value = (source.dialect.true if value else source.dialect.false)[0]
            return self.words.say(say("counts as {value}", value=value))
        return self.words.say(say("not allowed"))

    def owner(self, source: Source) -> str:
        """Return the division that answers for a source."""
        division = self.catalogue.organization.divisions.get(source.division.id)
        return source.division.id if division is None else self.words.label(division.title)


_FORMS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "reference": {"num_format": "@"},
    "category": {"num_format": "@"},
    "boolean": {"num_format": "@"},
    "date": {"num_format": "dd/mm/yyyy"},
}
"""Text keeps leading zeros, and words stay words."""
_REMARKS = (
    say("Fill in one sheet for each source; leave the first row and the names of the sheets as they are."),
    say("No totals, no merged cells, no formulas: paste values. A cell refuses what does not belong in it."),
    say("Check it before you send it: iku data check SOURCE --period 2024 --data SOURCE=FILE.xlsx"),
)


def _users(catalogue: Catalogue) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the indicators whose formulas, in any version, read a column of a source."""
    rules = {indicator.id: versions.rules(indicator) for indicator in catalogue.indicators.values()}
    found: dict[tuple[str, str], dict[str, None]] = {}
    for age in range(max((len(listed) for listed in rules.values()), default=0)):
        moment = {name: listed[min(age, len(listed) - 1)] for name, listed in rules.items()}
        for (indicator, _), bound in build(catalogue, moment).bounds.items():
            for reference in bound.references.values():
                if isinstance(reference, RecordValue) or (
                    isinstance(reference, RowValue) and not reference.step_of
                ):
                    found.setdefault((reference.source, reference.item), {})[indicator] = None
    return {place: tuple(sorted(users)) for place, users in found.items()}
