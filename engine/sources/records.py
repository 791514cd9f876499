"""Plain Python records to checked rows: worked examples, rows in place, spreadsheets, callers' dicts.

No dataframe library is loaded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine.definition import Column, Source
from engine.problems import error, nearest, say
from engine.sources.cells import Wrong, from_text, reader_of, shown
from engine.sources.rows import FileRead, Findings, Record, Rows, Sources, without_rows
from engine.text import Cell

Address = Callable[[int, str], Cell]
"""The place of a cell, by its row's number (from 0) and its header."""


def key_type(column: Column, sources: Sources) -> str:
    """Return the type of a column's values; that of the key it refers to for a reference."""
    if column.to is None or column.to.id not in sources:
        return "text"
    target = sources[column.to.id]
    return target.columns[target.key.id].type if target.key is not None else "text"


def from_records(
    source: Source,
    records: Iterable[Mapping[str, object]],
    *,
    sources: Sources,
    keep_going: bool = False,
    allow_empty: bool = False,
    where: str = "the rows given",
    text_dates: bool = False,
) -> Rows:
    """Return dicts by column name as checked rows; a column that is not given is blank.

    With *text_dates*, dates are ISO texts, as definition files write them. Raises InvalidData with every
    finding unless *keep_going*.
    """

    def address(row: int, header: str) -> Cell:
        return Cell(where, None, row + 1, header)

    listed = list(records)
    findings = Findings(keep_going=keep_going)
    for row, record in enumerate(listed):
        for name in record:
            if name not in source.columns:
                findings.add(
                    row,
                    error(
                        "unknown-column",
                        address(row, str(name)),
                        say("`{source}` has no column `{name}`", source=source.id, name=str(name)),
                        nearest(str(name), source.columns),
                    ),
                )
    if text_dates:
        listed = [_with_dates(source, record) for record in listed]
    return checked_records(
        source, listed, address, findings, sources=sources, where=where, allow_empty=allow_empty
    )


def _with_dates(source: Source, record: Mapping[str, object]) -> dict[str, object]:
    dates = {name for name, column in source.columns.items() if column.type == "date"}
    return {
        name: from_text(source, source.columns[name], value)
        if name in dates and isinstance(value, str)
        else value
        for name, value in record.items()
    }


def checked_records(
    source: Source,
    listed: Sequence[Mapping[str, object]],
    address: Address,
    findings: Findings,
    *,
    sources: Sources,
    where: str,
    files: tuple[FileRead, ...] = (),
    allow_empty: bool = False,
    row_numbers: Sequence[int] | None = None,
) -> Rows:
    """Return records by column name with every cell checked; *row_numbers* are those of the file's rows."""
    readers = {name: reader_of(column, key_type(column, sources)) for name, column in source.columns.items()}
    numbers = row_numbers if row_numbers is not None else range(len(listed))
    rows: list[Record] = []
    for number, record in zip(numbers, listed, strict=True):
        row: Record = {}
        for name, read in readers.items():
            value = read(record.get(name))
            if value.__class__ is Wrong:
                findings.add(number, value.at(address(number, name)))
                value = None
            row[name] = value
        rows.append(row)
    _unique(source, rows, numbers, address, findings)
    problems = findings.settle(where)
    kept = [row for number, row in zip(numbers, rows, strict=True) if number not in findings.rows]
    if not kept and not allow_empty:
        return without_rows(source, where, files, sources)
    left_out = len(rows) - len(kept)
    return Rows(source, sources, listed=kept, files=files, findings=problems, left_out=left_out)


def _unique(
    source: Source, rows: Sequence[Record], numbers: Sequence[int], address: Address, findings: Findings
) -> None:
    """The key and `unique` columns hold each value once."""
    key = source.key.id if source.key is not None else None
    for name, column in source.columns.items():
        if name != key and not column.unique:
            continue
        seen: dict[Any, int] = {}
        for number, row in zip(numbers, rows, strict=True):
            value = row[name]
            first = seen.setdefault(value, number)
            if value is not None and first != number:
                findings.add(number, duplicate(column, value, address(number, name), address(first, name)))


def duplicate(column: Column, value: object, cell: Cell, first: Cell) -> Any:
    """Return the finding of a value that stands twice where it must be unique."""
    return error(
        "duplicate-key",
        cell,
        say(
            "`{value}` stands here for the second time; the first is in {first}",
            value=shown(column, value),
            first=f"{'row' if first.sheet else 'line'} {first.line}",
        ),
        say("`{column}` holds each value once", column=column.name),
    )


def unpivoted(
    source: Source, rows: Sequence[Mapping[str, object]]
) -> tuple[list[dict[str, object]], list[int], list[str]]:
    """Return wide rows (by header) as long ones by column name, with each one's wide row and wide header."""
    unpivot = source.unpivot
    assert unpivot is not None
    rest = {
        name: column for name, column in source.columns.items() if name not in (unpivot.name, unpivot.value)
    }
    long: list[dict[str, object]] = []
    numbers: list[int] = []
    headers: list[str] = []
    for number, row in enumerate(rows):
        shared = {name: row.get(column.written_as) for name, column in rest.items()}
        for header, key in unpivot.columns.items():
            long.append({**shared, unpivot.name: key, unpivot.value: row.get(header)})
            numbers.append(number)
            headers.append(header)
    return long, numbers, headers


def from_wide_rows(
    source: Source,
    rows: Sequence[Mapping[str, object]],
    cell: Callable[[int, str], Cell],
    findings: Findings,
    *,
    sources: Sources,
    where: str,
    files: tuple[FileRead, ...],
) -> Rows:
    """Return a sheet's rows, by header, as checked rows; wide ones are turned into long ones first."""
    if source.unpivot is None:
        by_name = [
            {name: row.get(column.written_as) for name, column in source.columns.items()} for row in rows
        ]

        def address(number: int, name: str) -> Cell:
            return cell(number, source.columns[name].written_as)

        return checked_records(source, by_name, address, findings, sources=sources, where=where, files=files)
    long, numbers, headers = unpivoted(source, rows)
    value = source.unpivot.value

    def wide_address(index: int, name: str) -> Cell:
        header = headers[index] if name == value else source.columns[name].written_as
        return cell(numbers[index], header)

    return checked_records(source, long, wide_address, findings, sources=sources, where=where, files=files)
