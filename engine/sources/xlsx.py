"""Spreadsheets to checked rows; the types of their cells are kept."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from engine.definition import Column, Source
from engine.problems import error, say
from engine.sources.cells import TOTALS, total
from engine.sources.headers import check_headers
from engine.sources.places import reading_as
from engine.sources.records import checked_records
from engine.sources.rows import Address, FileRead, Findings, Rows, Sources, as_read, without_rows
from engine.sources.wide import as_filed, lengthened
from engine.sources.workbook import letters, look_into
from engine.text import Cell


def read_xlsx(source: Source, content: bytes, file: FileRead, *, sources: Sources, keep_going: bool) -> Rows:
    """Return the rows of the declared sheet, or of the only visible one; its first row holds the headers.

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
    listed: list[Mapping[str, object]] = []
    numbers: list[int] = []
    for number, values in enumerate(table[1:], start=2):
        if all(value == "" for value in values):
            continue
        numbers.append(number)
        listed.append({name: values[position] for name, position in positions.items()})
        for position in range(len(headers), len(values)):
            if values[position] != "":
                message = say("a value stands in a column without a header")
                hint = say("remove it, or give the column a header")
                findings.add(len(listed) - 1, error("row-length", cell(number, position), message, hint))

    def address(row: int, name: str) -> Cell:
        return cell(numbers[row], positions[name])

    rows_at = {number: row for row, number in enumerate(numbers)}
    used = {position + 1 for position in positions.values()}
    for number, position in seen.errors:
        if position in used:
            message = say("the cell shows an error in place of a value")
            hint = say("correct its formula, then paste the column as values")
            findings.add(rows_at.get(number), error("error-cell", cell(number, position - 1), message, hint))
    for number, position in seen.formulas:
        if position in used and (number, position) not in seen.errors:
            message = say("the cell holds a formula, whose stored value may be old")
            hint = say("copy the column and paste it as values")
            findings.add(
                rows_at.get(number), error("formula-cell", cell(number, position - 1), message, hint)
            )
    _totals(source, columns, listed, address, findings)
    rows = checked_records(
        source, columns, listed, address, findings, sources=sources, where=where, files=(file,)
    )
    return lengthened(rows)


def _totals(
    source: Source,
    columns: Mapping[str, Column],
    listed: Sequence[Mapping[str, object]],
    address: Address,
    findings: Findings,
) -> None:
    """Refuse rows whose key is the word for a total (D5)."""
    name = source.key.id if source.key is not None else None
    if name is None or columns[name].type != "text":
        return
    for row, record in enumerate(listed):
        key = record[name]
        if isinstance(key, str) and key in TOTALS:
            findings.add(row, total(columns[name], key).at(address(row, name)))


def _header(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(content: bytes, sheet: str, shown: str) -> Sequence[Sequence[object]]:
    """Return all cells of a sheet from its first row and column on; blank ones are empty texts."""
    import python_calamine

    with reading_as(shown, "a workbook"):
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        table: Sequence[Sequence[object]] = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return table
