"""Plain Python records to checked rows: worked examples, rows in place, spreadsheets, callers' dicts.

No dataframe library is loaded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from engine.definition import Column, ColumnType, Source
from engine.problems import Problem, error, nearest, say
from engine.sources.cells import Wrong, reader_of, told
from engine.sources.rows import (
    Address,
    FileRead,
    Findings,
    Record,
    Rows,
    Sources,
    all_left_out,
    as_read,
    without_rows,
)
from engine.text import Cell


def key_type(column: Column, sources: Sources) -> ColumnType:
    """Return the type of a column's values; that of the key it refers to for a reference."""
    if column.to is None or column.to.id not in sources:
        return "text" if column.type == "reference" else column.type
    target = sources[column.to.id]
    return as_read(target, sources)[target.key.id].type if target.key is not None else "text"


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
    finding; with *keep_going* the rows in question are left out instead.
    """

    def address(row: int, name: str) -> Cell:
        return Cell(where, None, row + 1, name)

    findings = Findings(keep_going=keep_going)
    listed: list[Mapping[str, object]] = []
    for row, record in enumerate(records):
        if not isinstance(record, Mapping):
            findings.add(None, no_row(type(record).__name__, Cell(where, None, row + 1)))
            continue
        for name in record:
            if name not in source.columns:
                findings.add(row, unknown_column(source, str(name), address(row, str(name))))
        listed.append(_with_dates(source, record) if text_dates else record)
    return checked_records(
        source,
        as_read(source, sources),
        listed,
        address,
        findings,
        sources=sources,
        where=where,
        allow_empty=allow_empty,
    )


def no_row(kind: str, cell: Cell) -> Problem:
    """Return the finding of a row that is no dict but of another Python type."""
    return error(
        "wrong-type", cell, say("a row is given as {kind}; a dict by column name is needed", kind=kind)
    )


def unknown_column(source: Source, name: str, cell: Cell) -> Problem:
    """Return the finding of a name that is no column of the source, with the nearest that is."""
    message = say("`{source}` has no column `{name}`", source=source.id, name=name)
    return error("unknown-column", cell, message, nearest(name, source.columns))


def _with_dates(source: Source, record: Mapping[str, object]) -> Mapping[str, object]:
    """Return a record whose ISO dates are dates; other texts stay, and are found wrong later."""
    found = dict(record)
    for name, column in source.columns.items():
        value = found.get(name)
        if column.type == "date" and isinstance(value, str) and len(value) == len("2021-01-01"):
            try:
                found[name] = date.fromisoformat(value)
            except ValueError:
                continue
    return found


def checked_records(
    source: Source,
    columns: Mapping[str, Column],
    listed: Sequence[Mapping[str, object]],
    address: Address,
    findings: Findings,
    *,
    sources: Sources,
    where: str,
    files: tuple[FileRead, ...] = (),
    allow_empty: bool = False,
) -> Rows:
    """Return records by column name with every cell checked; *columns* are those to look for.

    A cell may already be Wrong. Rows that have findings are looked at all the same, so that all is said
    at once.
    """
    key = source.key.id if source.key is not None else None
    readers = {name: reader_of(column, key=name == key) for name, column in columns.items()}
    rows: list[Record] = []
    for number, record in enumerate(listed):
        row: Record = {}
        for name, read in readers.items():
            value = record.get(name)
            value = value if value.__class__ is Wrong else read(value)
            if value.__class__ is Wrong:
                findings.add_at(number, value, address, name)
                value = None
            row[name] = value
        rows.append(row)
    _unique(columns, key, rows, address, findings)
    problems = findings.settle(where)
    positions = [number for number in range(len(rows)) if number not in findings.rows]
    left_out = len(rows) - len(positions)
    if not positions and left_out:
        return all_left_out(source, where, files, problems, left_out)
    if not positions and not allow_empty:
        return without_rows(source, where, files, sources)

    def kept_address(row: int, name: str) -> Cell:
        return address(positions[row], name)

    return Rows(
        source,
        sources,
        listed=[rows[number] for number in positions],
        files=files,
        findings=problems,
        left_out=left_out,
        count=len(positions),
        address=kept_address,
    )


def _unique(
    columns: Mapping[str, Column],
    key: str | None,
    rows: Sequence[Record],
    address: Address,
    findings: Findings,
) -> None:
    """The key and `unique` columns hold each value once."""
    for name, column in columns.items():
        if name != key and not column.unique:
            continue
        first: dict[Any, int] = {}
        for number, row in enumerate(rows):
            value = row[name]
            if value is not None and first.setdefault(value, number) != number:
                cell, earlier = address(number, name), address(first[value], name)
                findings.add(number, duplicate(column, value, cell, earlier))


def duplicate(column: Column, value: object, cell: Cell, first: Cell) -> Problem:
    """Return the finding of a value that stands twice where it must be unique."""
    number = (
        say("line {line}", line=first.line)
        if first.sheet is None and first.row is None
        else say("row {line}", line=first.row or first.line)
    )
    earlier = number if first.path == cell.path else say("{line} of {path}", line=number, path=first.path)
    again = (
        say("{cell} stands in more than one row", cell=told(column, value))
        if first.row is not None and first.row == cell.row
        else say("{cell} stands here again; it stood in {earlier}", cell=told(column, value), earlier=earlier)
    )
    return error(
        "duplicate-key",
        cell,
        again,
        say("`{column}` holds each value once; remove or correct one of the rows", column=column.written_as),
    )
