"""Spreadsheets to checked rows; the types of their cells are kept."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from engine.definition import Column, Dialect, Source
from engine.problems import error, say
from engine.sources.cells import TOTALS, Wrong, from_text, told, total
from engine.sources.headers import check_headers
from engine.sources.places import reading_as
from engine.sources.records import checked_records
from engine.sources.rows import FileRead, Findings, Rows, Sources, as_read, without_rows
from engine.sources.wide import as_filed, lengthened
from engine.sources.workbook import MOST_CELLS, CellsSeen, letters, look_into
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
    marked = _marked(seen, len(table), sorted(positions.values()))
    listed: list[Mapping[str, object]] = []
    numbers: list[int] = []
    for number, values in enumerate(table[1:], start=2):
        if all(value == "" for value in values) and number not in marked:
            continue
        wrong = marked.get(number, {})
        filled = [name for name, at in positions.items() if values[at] != ""]
        if len(filled) == 1 and len(positions) > _MOST_ALONE and _needs_more(columns, filled[0]):
            wrong = {
                **wrong,
                positions[filled[0]] + 1: _alone(columns[filled[0]], values[positions[filled[0]]]),
            }
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


_MOST_ALONE = 2
"""In a row of more columns than this, a cell that stands alone is a note or a signature below the data."""


def _needs_more(columns: Mapping[str, Column], filled: str) -> bool:
    return any(column.missing.kind == "refuse" for name, column in columns.items() if name != filled)


def _alone(column: Column, value: object) -> Wrong:
    """Return what is wrong with the only filled cell of a row, in place of all the blank ones."""
    message = say("{cell} stands alone in its row", cell=told(column, value))
    return Wrong(
        "total-row", message, say("remove the row if it is a note or a signature; else fill in the others")
    )


def _marked(seen: CellsSeen, rows: int, positions: Sequence[int]) -> dict[int, dict[int, Wrong]]:
    """Return what is wrong with cells that hold no plain value, by row and column, each from 1.

    Of merged cells the first one alone holds the value that all of them show.
    """
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
    count = 0
    for top, first, bottom, last in seen.merged:
        behind = Wrong(
            "blank-cell",
            say(
                "the cell is merged with {place}, which alone holds the value",
                place=f"{letters(first - 1)}{top}",
            ),
            say("take the merging back and fill in every cell"),
        )
        for row in range(max(top, 2), min(bottom, rows) + 1):
            for column in (at + 1 for at in positions if first <= at + 1 <= last):
                count += 1
                if (row, column) != (top, first) and count <= MOST_CELLS:
                    marked.setdefault(row, {})[column] = behind
    return marked


def _without_total(row: Mapping[str, object], key: str, column: Column) -> Mapping[str, object]:
    """Return a row whose key is wrong if it is the word for a total (D5)."""
    found = row[key]
    return {**row, key: total(column, found)} if isinstance(found, str) and found in TOTALS else row


def _worded(source: Source, column: Column, value: object) -> object:
    """Return yes or no for the words that the source declares for them; anything else as it is."""
    dialect = source.dialect
    if column.type != "boolean" or not isinstance(value, str) or value == "":
        return value
    known = value in (*dialect.true, *dialect.false)
    return from_text(column, dialect, value) if known or dialect.true != Dialect.true else value


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
