"""Parquet files, folders and globs to checked rows: types from the footer, rows scanned lazily (D4, D6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.definition import Source
from engine.problems import InvalidData, say
from engine.sources.frames import typed_frame
from engine.sources.headers import check_headers
from engine.sources.places import refused
from engine.sources.rows import FileRead, Rows, Sources
from engine.text import Cell

MOST_ROWS = 2_000_000_000


def read_parquet(
    source: Source, paths: Sequence[Path], files: tuple[FileRead, ...], *, sources: Sources, keep_going: bool
) -> Rows:
    """Return the rows of one or more Parquet files of the same columns, lazily."""
    import polars

    where = files[0].path if len(files) == 1 else f"{files[0].path} and {len(files) - 1} more"
    try:
        lazy = polars.scan_parquet(list(paths), glob=False)
        schema = lazy.collect_schema()
        count = lazy.select(polars.len()).collect().item()
    except (polars.exceptions.PolarsError, OSError, ValueError) as failure:
        raise refused(
            where,
            "unreadable-file",
            say("can't be read as Parquet: {reason}", reason=str(failure).split("\n")[0]),
        ) from None
    if count > MOST_ROWS:
        raise refused(
            where, "file-too-big", say("it has {count} rows; {most} are allowed", count=count, most=MOST_ROWS)
        )
    check_headers(source, schema.names(), Cell(where))
    lazy = lazy.select([column.written_as for column in source.columns.values()]).rename(
        {column.written_as: name for name, column in source.columns.items()}
    )

    def address(row: int, name: str) -> Cell:
        return Cell(where, None, row + 1, source.columns[name].written_as)

    if source.unpivot is not None:
        raise InvalidData(refused(where, "file-kind", say("`unpivot` is for sheets and CSV files")).problems)
    types = {name: schema[column.written_as] for name, column in source.columns.items()}
    return typed_frame(
        source,
        lazy,
        types,
        address,
        sources=sources,
        where=where,
        eager=False,
        keep_going=keep_going,
        files=files,
    )
