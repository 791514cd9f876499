"""Wide sheets: cells are checked where they stand, then columns become rows.

A wide row is checked as one row, so that a finding names the cell in the file, a shared cell is found
wrong once, and a key is unique among the rows of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.definition import Column, Dialect, Source, Unpivot
from engine.problems import InvalidDefinitions
from engine.sources.cells import Wrong, from_text
from engine.sources.rows import Record, Rows, as_read
from engine.text import Cell

if TYPE_CHECKING:
    import polars

_ROW, _HEADER = "=row", "=header"


def as_filed(source: Source, declared: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns that a file of *source* has, by a name of their own.

    These are the *declared* ones or, for a wide sheet, the shared ones and one for each wide header.
    """
    unpivot = source.unpivot
    if unpivot is None:
        return dict(declared)
    shared = {name: column for name, column in declared.items() if name not in (unpivot.name, unpivot.value)}
    value = declared[unpivot.value]
    return {**shared, **{_wide(header): replace(value, header=header) for header in unpivot.columns}}


def _wide(header: str) -> str:
    """Return the name of a wide column; no id starts with an equals sign."""
    return f"={header}"


def lengthened(rows: Rows) -> Rows:
    """Return the checked rows of a file as the source declares them: long, if the file is wide."""
    unpivot = rows.source.unpivot
    if unpivot is None or rows.absent is not None:
        return rows
    declared = as_read(rows.source, rows.sources)
    keys = _keys(unpivot, declared[unpivot.name])
    headers = list(unpivot.columns)
    wide_address = rows.address

    def address(row: int, name: str) -> Cell:
        assert wide_address is not None
        wide, position = divmod(row, len(headers))
        long = name in (unpivot.name, unpivot.value)
        return wide_address(wide, _wide(headers[position]) if long else name)

    long = replace(rows, count=rows.count * len(headers), address=address)
    if rows.listed is not None:
        return replace(long, listed=_long_records(rows.listed, unpivot, declared, keys))
    assert rows.lazy is not None
    return replace(long, lazy=_long_frame(rows.lazy, unpivot, declared, keys))


def _keys(unpivot: Unpivot, column: Column) -> dict[str, Any]:
    """Return what the rows of each wide header get in the name column; raises InvalidDefinitions."""
    keys = {header: from_text(column, Dialect(), key) for header, key in unpivot.columns.items()}
    wrong = [value.at(unpivot.place) for value in keys.values() if isinstance(value, Wrong)]
    if wrong:
        raise InvalidDefinitions(wrong)
    return keys


def _long_records(
    wide: Sequence[Record], unpivot: Unpivot, declared: Mapping[str, Column], keys: Mapping[str, Any]
) -> list[Record]:
    order = list(declared)
    long: list[Record] = []
    for row in wide:
        for header, key in keys.items():
            made = {**row, unpivot.name: key, unpivot.value: row[_wide(header)]}
            long.append({name: made[name] for name in order})
    return long


def _long_frame(
    wide: polars.LazyFrame, unpivot: Unpivot, declared: Mapping[str, Column], keys: Mapping[str, Any]
) -> polars.LazyFrame:
    import polars

    from engine.sources.frames import type_of

    shared = [name for name in declared if name not in (unpivot.name, unpivot.value)]
    names = [_wide(header) for header in keys]
    long = wide.with_row_index(_ROW).unpivot(
        names, index=[_ROW, *shared], variable_name=_HEADER, value_name=unpivot.value
    )
    header = polars.col(_HEADER).cast(polars.Enum(names))
    key = header.replace_strict(
        dict(zip(names, keys.values(), strict=True)), return_dtype=type_of(declared[unpivot.name])
    )
    return (
        long.with_columns(header, key.alias(unpivot.name))
        .sort(_ROW, _HEADER, maintain_order=True)
        .select(*declared)
    )
