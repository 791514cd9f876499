"""Parquet files, folders and globs to checked rows: types from the footer, rows scanned lazily (D4, D6)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from engine.definition import Source
from engine.problems import as_message, say
from engine.sources.backends import Backend
from engine.sources.footer import unpacked_size
from engine.sources.frames import typed_frame
from engine.sources.headers import check_headers
from engine.sources.places import reading_as, refused
from engine.sources.rows import FileRead, Rows, Sources, as_read
from engine.sources.tables import checked_table
from engine.sources.wide import as_filed, lengthened
from engine.text import Cell

MOST_ROWS = 2_000_000_000
MOST_ROWS_PER_BYTE = 20
MOST_RATIO = 100
_FEW_ROWS = 1_000_000
_SMALL = 2**24


def _weigh(path: Path, file: FileRead) -> None:
    """Refuse what is no Parquet file, and one that claims to be far larger when unpacked."""
    with path.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            message = say("this is no Parquet file, whatever its name says")
            raise refused(file.path, "file-kind", message)
        stream.seek(max(0, file.size - 8))
        ending = stream.read(8)
        if ending[4:] != b"PAR1":
            return  # cut off, as the reader will say
        length = min(int.from_bytes(ending[:4], "little"), file.size)
        stream.seek(max(0, file.size - 8 - length))
        with reading_as(file.path, as_message("Parquet")):
            unpacked = unpacked_size(stream.read(length))
    if unpacked > max(_SMALL, MOST_RATIO * file.size):
        message = say("the file is packed more than {ratio} to 1", ratio=MOST_RATIO)
        raise refused(file.path, "file-too-big", message)


def rows_claimed(path: Path, shown: str, size: int) -> int:
    """Return the rows of a Parquet file of *size* bytes as its footer tells them; no row is read."""
    import polars

    _weigh(path, FileRead(shown, "", size))
    with reading_as(shown, as_message("Parquet")):
        return int(polars.scan_parquet(path, glob=False).select(polars.len()).collect().item())


def read_parquet(
    source: Source,
    paths: Sequence[Path],
    files: tuple[FileRead, ...],
    *,
    sources: Sources,
    keep_going: bool,
    backend: Backend | None = None,
) -> Rows:
    """Return the rows of one or more Parquet files of the same columns, lazily; in *backend* if it can."""
    import polars

    where = files[0].path if len(files) == 1 else f"{files[0].path} and {len(files) - 1} more"
    for path, file in zip(paths, files, strict=True):
        _weigh(path, file)
    with reading_as(where, as_message("Parquet")):
        lazy = polars.scan_parquet(list(paths), glob=False, hive_partitioning=False)
        schema = lazy.collect_schema()
        count = lazy.select(polars.len()).collect().item()
    packed = count > _FEW_ROWS and count > MOST_ROWS_PER_BYTE * sum(file.size for file in files)
    if count > MOST_ROWS or packed:
        message = say("the file has {count} rows, more than its size allows", count=count)
        raise refused(where, "file-too-big", message)
    columns = as_filed(source, as_read(source, sources))
    scanned = None if backend is None or source.unpivot is not None else backend.scan(paths)
    if backend is not None and scanned is not None:
        options: dict[str, Any] = {"sources": sources, "keep_going": keep_going, "where": where}
        return checked_table(source, columns, scanned, backend, files=files, **options)
    check_headers([column.written_as for column in columns.values()], schema.names(), Cell(where))
    frame = lazy.select(polars.col(column.written_as).alias(name) for name, column in columns.items())
    types = {name: schema[column.written_as] for name, column in columns.items()}

    @cache
    def first_rows() -> list[int]:
        counts = [
            polars.scan_parquet(path, glob=False).select(polars.len()).collect().item() for path in paths
        ]
        return [0, *accumulate(counts)]

    def address(row: int, name: str) -> Cell:
        number = bisect_right(first_rows(), row) - 1
        return Cell(files[number].path, None, row - first_rows()[number] + 1, columns[name].written_as)

    rows = typed_frame(
        source,
        columns,
        frame,
        types,
        address,
        sources=sources,
        where=where,
        eager=False,
        keep_going=keep_going,
        files=files,
    )
    return lengthened(rows)
