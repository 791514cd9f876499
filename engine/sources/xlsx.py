"""Spreadsheets to checked rows; the types of their cells are kept."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from engine.definition import Column, Source
from engine.problems import error, say
from engine.sources.cells import TOTALS, Wrong, total
from engine.sources.headers import check_headers
from engine.sources.places import reading_as
from engine.sources.records import checked_records
from engine.sources.rows import FileRead, Findings, Rows, Sources, as_read, without_rows
from engine.sources.wide import as_filed, lengthened
from engine.sources.workbook import CellsSeen, letters, look_into
from engine.text import Cell


def read_xlsx(source: Source, content: bytes, file: FileRead, *, sources: Sources, keep_going: bool) -> Rows:
    """Return the rows of the declared sheet, the one called as the source, or the only visible one.

    Its first row holds the headers; yes and no may stand there in the words declared for them.

    Rows without any cell filled in are no rows.
    """
    where = file.path
    sheet, seen = look_into(source, content, where)
    table = _table(content, sheet, where)
    if not table:
        return without_rows(source, where, (file,), sources)
    headers = [_header(value) for value in table[0]]
    while headers and headers[-1] == "":
        headers.pop()
    columns = as_filed(source, as_read(source, sources))
    check_headers([column.written_as for column in columns.values()], headers, Cell(where, sheet, 1))
    positions = {name: headers.index(column.written_as) for name, column in columns.items()}

    def cell(row: int, position: int) -> Cell:
        header = f" ({headers[position]})" if position < len(headers) else ""
        return Cell(where, sheet, row, f"{letters(position)}{header}")

    findings = Findings(keep_going=keep_going)
    marked = _marked(seen)
    listed: list[Mapping[str, object]] = []
    numbers: list[int] = []
    for number, values in enumerate(table[1:], start=2):
        if all(value == "" for value in values) and number not in marked:
            continue
        wrong = marked.get(number, {})
        listed.append({name: wrong.get(at + 1, _worded(source, columns[name], values[at]))
                       for name, at in positions.items()})  # fmt: skip
        numbers.append(number)
        for position in range(len(headers), len(values)):
            if values[position] != "":
                message = say("a value stands in a column without a header")
                hint = say("remove it, or give the column a header")
                findings.add(len(listed) - 1, error("row-length", cell(number, position), message, hint))

    def address(row: int, name: str) -> Cell:
        return cell(numbers[row], positions[name])

    key = source.key.id if source.key is not None else None
    if key is not None and columns[key].type == "text":
        listed = [_without_total(row, key, columns[key]) for row in listed]
    rows = checked_records(
        source, columns, listed, address, findings, sources=sources, where=where, files=(file,)
    )
    return lengthened(rows)


def _marked(seen: CellsSeen) -> dict[int, dict[int, Wrong]]:
    """Return what is wrong with cells that hold no plain value, by row and column, each from 1."""
    formula = Wrong(
        "formula-cell",
        say("the cell holds a formula, whose stored value may be old"),
        say("copy the column and paste it as values"),
    )
    failed = Wrong(
        "error-cell",
        say("the cell shows an error in place of a value"),
        say("correct its formula, then paste the column as values"),
    )
    marked: dict[int, dict[int, Wrong]] = {}
    for places, wrong in ((seen.formulas, formula), (seen.errors, failed)):
        for row, column in places:
            marked.setdefault(row, {})[column] = wrong
    return marked


def _without_total(row: Mapping[str, object], key: str, column: Column) -> Mapping[str, object]:
    """Return a row whose key is wrong if it is the word for a total (D5)."""
    found = row[key]
    return {**row, key: total(column, found)} if isinstance(found, str) and found in TOTALS else row


def _worded(source: Source, column: Column, value: object) -> object:
    """Return yes or no for the words that the source declares for them; anything else as it is."""
    if column.type != "boolean" or not isinstance(value, str) or value == "":
        return value
    return value in source.dialect.true if value in (*source.dialect.true, *source.dialect.false) else value


def _header(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(content: bytes, sheet: str, shown: str) -> Sequence[Sequence[object]]:
    """Return all cells of a sheet from its first row and column on; blank ones are empty texts."""
    import python_calamine

    with reading_as(shown, say("a workbook")):
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        table: Sequence[Sequence[object]] = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return table
