"""Tables of DuckDB and Spark to checked rows, without bringing them here.

The same checks as `frames`, said with narwhals. One query counts the rows and the wrong cells; only if
there are any are some of them looked at. These tables have no order: a finding names the column and what
stands there, never a line, and of two rows with the same key none is the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any

from engine.definition import Column, Source
from engine.problems import Problem, error, say
from engine.sources.backends import Backend, Table
from engine.sources.cells import LARGEST_WHOLE, Wrong, blank, bounds, from_value, told
from engine.sources.frames import kind_of_type, wrong_type
from engine.sources.headers import check_headers
from engine.sources.places import reading_as
from engine.sources.rows import (
    MOST_FINDINGS,
    FileRead,
    Findings,
    Rows,
    Sources,
    all_left_out,
    as_read,
    without_rows,
)
from engine.text import Cell

_WRONG, _ANY, _COUNT, _DISTINCT, _PRESENT = "=wrong ", "=any", "=count", "=distinct ", "=present "


@dataclass(frozen=True)
class Conversion:
    """A column's value and where its cells are wrong, as narwhals expressions."""

    value: Any
    wrong: Any


def from_table(
    source: Source,
    given: Any,
    backend: Backend,
    *,
    sources: Sources,
    keep_going: bool = False,
    where: str = "the table given",
) -> Rows:
    """Return the rows of a relation or DataFrame, by column name, checked where they are."""
    import narwhals

    columns = {name: replace(column, header=None) for name, column in as_read(source, sources).items()}
    with reading_as(where, say("a table"), cells_in_reasons=True):
        table = narwhals.from_native(given)
    return checked_table(source, columns, table, backend, sources=sources, keep_going=keep_going, where=where)


def checked_table(
    source: Source,
    columns: Mapping[str, Column],
    table: Table,
    backend: Backend,
    *,
    sources: Sources,
    keep_going: bool,
    where: str,
    files: tuple[FileRead, ...] = (),
) -> Rows:
    """Return a table's rows with every cell checked; raises InvalidData with the findings.

    Rows with findings are left out if told to keep going; a value that stands twice where it must be
    unique refuses the table in any case.
    """
    with reading_as(where, say("a table"), cells_in_reasons=True):
        schema = table.collect_schema()
    headers = [column.written_as for column in columns.values()]
    check_headers(headers, schema.names(), Cell(where))
    findings = Findings(keep_going=keep_going)
    conversions = _conversions(source, columns, schema, where, findings)
    with reading_as(where, say("a table"), cells_in_reasons=True):
        marked = table.select(
            *(found.value.alias(name) for name, found in conversions.items()),
            *(found.wrong.alias(_WRONG + name) for name, found in conversions.items()),
        )
        key = source.key.id if source.key is not None else None
        single = [name for name, column in columns.items() if name == key or column.unique]
        seen = _seen(marked, list(conversions), single)
        if not seen[_COUNT]:
            return without_rows(source, where, files, sources)
        for name, conversion in conversions.items():
            if count := seen[_WRONG + name]:
                _word(table, columns[name], conversion, count, where, findings, key=name == key)
        kept = marked.filter(~_any_wrong(conversions)) if seen[_ANY] else marked
        for name in single:
            if seen[_DISTINCT + name] != seen[_PRESENT + name]:
                _unique(kept, name, columns[name], where, findings)
        problems = findings.settle(where)
    if seen[_ANY] == seen[_COUNT]:
        return all_left_out(source, where, files, problems, seen[_ANY])
    return Rows(
        source,
        sources,
        table=kept.select(*conversions),
        backend=backend,
        files=files,
        findings=problems,
        left_out=seen[_ANY],
        count=seen[_COUNT] - seen[_ANY],
        address=lambda row, name: Cell(where, None, None, columns[name].written_as),
    )


def _conversions(
    source: Source, columns: Mapping[str, Column], schema: Mapping[str, Any], where: str, findings: Findings
) -> dict[str, Conversion]:
    import narwhals

    key = source.key.id if source.key is not None else None
    found: dict[str, Conversion] = {}
    for name, column in columns.items():
        dtype = schema[column.written_as]
        conversion = conversion_of(column, dtype, key=name == key)
        if conversion is not None:
            found[name] = conversion
            continue
        findings.add(None, wrong_type(column, kind_of_type(dtype, narwhals), where))
    findings.settle(where)
    return found


# ── one column ──


def conversion_of(column: Column, dtype: Any, *, key: bool) -> Conversion | None:
    """Return the conversion of a typed column, or None if its type can't be what is declared."""
    import narwhals as nw

    raw = nw.col(column.written_as)
    empty = raw.is_null()
    typed: Any = None
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        raw = raw if dtype == nw.String else raw.cast(nw.String)
        empty = empty | (raw == "")
        if column.type == "category":
            typed = _category(column, raw)
        elif column.type in ("text", "reference"):
            typed = nw.when(~empty).then(raw)
    elif (column.type == "boolean" and dtype == nw.Boolean) or (column.type == "date" and dtype == nw.Date):
        typed = raw
    elif column.type == "date" and dtype == nw.Datetime and getattr(dtype, "time_zone", None) is None:
        typed = nw.when(raw.dt.date().cast(dtype) == raw).then(raw.dt.date())
    elif column.type in ("number", "integer") and dtype.is_numeric():
        typed = _number(column, raw, dtype)
    return None if typed is None else _bounded(column, typed, empty, key=key)


def _category(column: Column, text: Any) -> Any:
    import narwhals as nw

    typed: nw.Expr = nw.when(text.is_in(list(column.values))).then(text)
    for alias, value in column.aliases.items():
        typed = nw.when(text == alias).then(nw.lit(value)).otherwise(typed)
    return typed


def _number(column: Column, raw: Any, dtype: Any) -> Any:
    """Return a number as a double, or a whole one as 64 bits wherever it fits into them."""
    import narwhals as nw

    low, high = bounds(column)
    if column.type == "integer" and dtype.is_integer():
        return nw.when((raw >= int(low)) & (raw <= int(high))).then(raw).cast(nw.Int64)
    # Through its text a decimal becomes the nearest double.
    number = raw.cast(nw.String).cast(nw.Float64) if dtype.is_decimal() else raw.cast(nw.Float64)
    if column.type == "number":
        return number
    small = nw.when(number.abs() <= float(LARGEST_WHOLE)).then(number)
    return nw.when(small == small.floor()).then(small).cast(nw.Int64)


def _bounded(column: Column, typed: Any, empty: Any, *, key: bool) -> Conversion:
    """Add what a blank means and where a number or day is out of bounds."""
    import narwhals as nw

    wrong = typed.is_null() & ~empty
    if column.type in ("number", "integer"):
        low, high = bounds(column)
        wrong = wrong | _true(~((typed >= low) & (typed <= high)))
        if column.type == "number":
            wrong = wrong | _true(typed.is_nan())
    elif column.type == "date":
        wrong = wrong | _true(~((typed >= nw.lit(date.min)) & (typed <= nw.lit(date.max))))
    if key or column.missing.kind == "refuse":
        wrong = wrong | empty
    elif column.missing.kind == "fill":
        filled = blank(column)
        number = column.type == "number" and isinstance(filled, int)
        typed = nw.when(empty).then(nw.lit(float(filled) if number else filled)).otherwise(typed)
    return Conversion(typed, wrong)


def _true(condition: Any) -> Any:
    """Return a condition that is false where it can't be told."""
    import narwhals as nw

    return nw.when(condition.is_null()).then(nw.lit(False)).otherwise(condition)


# ── all columns ──


def _any_wrong(conversions: Mapping[str, Conversion]) -> Any:
    import narwhals as nw

    return reduce(lambda one, other: one | other, (nw.col(_WRONG + name) for name in conversions))


def _seen(marked: Table, names: list[str], single: list[str]) -> dict[str, int]:
    """Return the counts that decide whether anything is wrong, in one query."""
    import narwhals as nw

    def times(condition: Any) -> Any:
        return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).sum()

    anywhere = reduce(lambda one, other: one | other, (nw.col(_WRONG + name) for name in names))
    found = marked.select(
        nw.len().alias(_COUNT),
        times(anywhere).alias(_ANY),
        *(times(nw.col(_WRONG + name)).alias(_WRONG + name) for name in names),
        *(nw.col(name).count().alias(_PRESENT + name) for name in single),
        *(nw.col(name).n_unique().alias(_DISTINCT + name) for name in single),
    ).collect()
    seen = {name: int(value or 0) for name, value in found.rows(named=True)[0].items()}
    for name in single:  # the blanks count as one value more
        seen[_DISTINCT + name] -= seen[_PRESENT + name] < seen[_COUNT]
    return seen


def _word(
    table: Table,
    column: Column,
    conversion: Conversion,
    count: int,
    where: str,
    findings: Findings,
    *,
    key: bool,
) -> None:
    """Say what stands in wrong cells: each value once, the first ones in their order."""
    import narwhals as nw

    raw = nw.col(column.written_as)
    shown = raw.cast(nw.String) if column.type == "date" else raw
    values = table.filter(conversion.wrong).select(shown.alias("=value")).unique().sort("=value")
    listed = [row[0] for row in values.head(MOST_FINDINGS).collect().rows()]
    for number, value in enumerate(listed):
        findings.add(number, _wrong(column, value, key=key).at(Cell(where, None, None, column.written_as)))
    findings.count += count - len(listed)


def _wrong(column: Column, value: Any, *, key: bool) -> Wrong:
    if value is None or value == "":
        found = blank(column, key=key)
    elif column.type == "date":
        found = Wrong("wrong-date", say("{cell} is no day of the calendar", cell=told(column, value)))
    else:
        found = from_value(column, value)
    assert isinstance(found, Wrong), f"{column.name}: {value!r} was counted as wrong"
    return found


def _unique(table: Table, name: str, column: Column, where: str, findings: Findings) -> None:
    """Find the values that stand twice in a column that holds each once."""
    import narwhals as nw

    counted = table.filter(~nw.col(name).is_null()).group_by(name).agg(nw.len().alias(_COUNT))
    twice = counted.filter(nw.col(_COUNT) > 1).sort(name)
    rows = twice.head(MOST_FINDINGS).collect().rows()
    for value, count in rows:
        findings.add(None, repeated(column, value, int(count), Cell(where, None, None, column.written_as)))
    if len(rows) == MOST_FINDINGS:
        findings.count += int(twice.select(nw.len().alias(_COUNT)).collect().item()) - len(rows)


def repeated(column: Column, value: object, count: int, cell: Cell) -> Problem:
    """Return the finding of a value that stands in several rows of a table without an order."""
    return error(
        "duplicate-key",
        cell,
        say("{cell} stands in {count} rows", cell=told(column, value), count=count),
        say("`{column}` holds each value once; remove or correct the others", column=column.written_as),
    )


# ── from and to other rows ──


def table_of(rows: Rows, backend: Backend) -> Table:
    """Return rows as a table of *backend*, wherever they are."""
    if rows.table is not None:
        return rows.table
    return backend.take(rows.frame().collect())


def lost_references(child: Table, column: str, parent: Table, key: str) -> tuple[int, list[Any], Table]:
    """Return how many rows refer to nothing, some of their values, and all of those as a table."""
    import narwhals as nw

    present = child.filter(~nw.col(column).is_null()).select(column)
    lost = present.join(parent.select(nw.col(key).alias(column)), on=column, how="anti")
    count = int(lost.select(nw.len().alias(_COUNT)).collect().item())
    if not count:
        return 0, [], lost
    values = lost.unique().sort(column).head(MOST_FINDINGS).collect().rows()
    return count, [value for (value,) in values], lost.unique()
