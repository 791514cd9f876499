"""The table of a database that a source declares, to checked rows.

The database sorts, filters by the period, and sends the declared columns alone, as texts; what they must be
is checked here by the rules for files. A type that can't be what is declared is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.definition import Column, DatabaseTable, Dialect, Source
from engine.problems import InvalidData, Message, error, quoted, say
from engine.sources.cells import blank, from_value
from engine.sources.database import Condition, Picked, address_of, opened
from engine.sources.frames import (
    Conversion,
    checked_frame,
    from_text_column,
    from_typed_column,
    reword_text,
    wrong_type,
)
from engine.sources.headers import check_headers
from engine.sources.places import Measured, held_at
from engine.sources.rows import Findings, Rows, Sources, as_read, nothing
from engine.sources.wide import as_filed, lengthened
from engine.text import Cell

if TYPE_CHECKING:
    import polars

_WRITTEN = Dialect(delimiter=",", decimal=".", true=("t",), false=("f",), date="YYYY-MM-DD")
"""How the database writes values as texts."""
_TEXTS = ("text", "padded", "enum")
_FIT = {
    **dict.fromkeys(("number", "integer"), ("whole", "exact", "double")),
    "boolean": ("boolean",),
    "date": ("date", "time"),
}
"""The kinds of a table's columns that can be what is declared; for all other types texts alone."""
_HOLDS = {
    **dict.fromkeys(_TEXTS, say("texts")),
    **dict.fromkeys(("exact", "double"), say("numbers")),
    "whole": say("whole numbers"),
    "boolean": say("true and false"),
    "date": say("dates"),
    "time": say("times"),
    "zoned": say("times with a time zone"),
}
_LONGEST_KEY = 40


@dataclass(frozen=True)
class _Received:
    """The texts that a database sent, with what its columns hold."""

    frame: polars.DataFrame
    kinds: Mapping[str, str]


def read_table(
    source: Source, table: DatabaseTable, period: Measured, *, sources: Sources, keep_going: bool
) -> Rows:
    """Return the checked rows of a source's table for *period*; absent if nobody gave the database's address.

    Raises InvalidData for what can't be reached or read, and with every finding.
    """
    address = address_of(table)
    if isinstance(address, Message):
        return nothing(source, address)
    columns = as_filed(source, as_read(source, sources))
    key = source.key.id if source.key is not None and source.key.id in columns else None
    findings = Findings(keep_going=keep_going)
    where = held_at(source, period)
    headers = [column.written_as for column in columns.values()]
    with opened(table, address) as found:
        wanted = headers if table.period is None else [*headers, table.period]
        check_headers(list(dict.fromkeys(wanted)), found.columns, Cell(table.shown))
        kinds = found.kinds(wanted)
        for column in columns.values():
            kind = kinds[column.written_as]
            if kind not in _FIT.get(column.type, _TEXTS):
                findings.add(None, wrong_type(column, _holds(kind), table.shown))
        findings.settle(where)
        picked = {name: _picked(column, kinds[column.written_as]) for name, column in columns.items()}
        only = None if table.period is None else _of_period(table, table.period, kinds[table.period], period)
        texts, file = found.texts(picked, [key] if key is not None else list(columns), only, where)
    received = _Received(texts, {name: kinds[column.written_as] for name, column in columns.items()})
    return lengthened(_checked(source, table, columns, key, received, findings, sources, where, file))


def _holds(kind: str) -> Message:
    return _HOLDS.get(kind) or say("values of the type {type}", type=kind)


def _picked(column: Column, kind: str) -> Picked:
    """Return how a column is read, so that its text is the one that the declared type is written with."""
    if kind in ("padded", "enum"):
        return Picked(column.written_as, "as text")
    if kind == "time":
        return Picked(column.written_as, "day if it can be")
    whole = column.type == "integer" and kind == "exact"
    return Picked(column.written_as, "whole if it can be" if whole else "as it is")


def _of_period(table: DatabaseTable, column: str, kind: str, period: Measured) -> Condition:
    """Return which rows belong to *period*: by its text, its year, or a day within it."""
    if kind in _TEXTS:
        return Condition(Picked(column, "as text" if kind != "text" else "as it is"), equal=period.text)
    if kind == "whole" and period.text == f"{period.year:04}":
        return Condition(Picked(column), equal=period.year)
    if kind in ("date", "time"):
        return Condition(Picked(column), days=(period.first, period.last + timedelta(days=1)))
    message = (
        say("the column holds whole numbers, which name no period shorter than a year")
        if kind == "whole"
        else say("the column of the period holds {holds}", holds=_holds(kind))
    )
    hint = say("a period is told by a text such as 2021-TW1, by a date, or by the year as a whole number")
    raise InvalidData(error("wrong-type", Cell(table.shown, None, None, column), message, hint))


def _checked(
    source: Source,
    table: DatabaseTable,
    columns: Mapping[str, Column],
    key: str | None,
    received: _Received,
    findings: Findings,
    sources: Sources,
    where: str,
    file: Any,
) -> Rows:
    """Return the rows with every cell checked, a row being called by its key unless that is personal."""
    import polars

    doubles = [name for name, kind in received.kinds.items() if kind == "double"]
    lazy = received.frame.lazy().with_columns(polars.col(name).cast(polars.Float64) for name in doubles)
    conversions: dict[str, Conversion] = {}
    for name, column in columns.items():
        found = (
            from_typed_column(name, column, polars.Float64(), key=name == key)
            if name in doubles
            else from_text_column(name, column, _WRITTEN, key=name == key)
        )
        assert found is not None, f"{name}: a double is a number"
        conversions[name] = found
    reword_written = reword_text(columns, _WRITTEN, key)

    def reword(name: str, value: Any) -> Any:
        if name in doubles:
            return (
                blank(columns[name], key=name == key) if value is None else from_value(columns[name], value)
            )
        return reword_written(name, value)

    def address(row: int, name: str) -> Cell:
        called = None if key is None or columns[key].personal else received.frame[key][row]
        shown = quoted(called) if called and len(called) <= _LONGEST_KEY else str(row + 1)
        return Cell(table.shown, None, row + 1, columns[name].written_as, shown)

    return checked_frame(
        source,
        columns,
        lazy,
        conversions,
        reword,
        address,
        findings,
        sources=sources,
        where=where,
        eager=True,
        files=(file,),
    )
