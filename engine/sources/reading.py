"""A source's declaration to its rows, from the file of a period."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from engine.definition import Source
from engine.problems import InvalidData, say
from engine.sources.backends import Backend
from engine.sources.places import (
    Measured,
    declared_path,
    fingerprint,
    found_files,
    given_files,
    opened,
    refused,
)
from engine.sources.rows import Rows, Sources, nothing


def read(
    source: Source,
    period: Measured,
    root: Path,
    *,
    path: Path | None = None,
    sources: Sources,
    keep_going: bool = False,
    backend: Backend | None = None,
) -> Rows:
    """Return the checked rows of a source's file for *period*, below *root*, or of the file at *path*.

    A declared file that is not there, or a database whose address nobody gave, is no error here: the rows
    are then absent, with the reason. Parquet files are scanned in *backend*, if there is one. Raises
    InvalidData with every finding for a file that is not as declared, InvalidDefinitions for a path that
    is not a plain one below *root*.
    """
    if path is None and source.table is not None:
        from engine.sources.sql import read_table

        return read_table(source, source.table, period, sources=sources, keep_going=keep_going)
    if path is None:
        label = declared_path(source, period.text, period.year)
        found = found_files(root, label)
        if not found:
            return nothing(source, say("there is no file {path}", path=label))
    else:
        label, found = str(path), given_files(path)
    first_name, first = next(iter(found.items()))
    ending = first_name.lower().rpartition(".")[2]
    options: dict[str, Any] = {"sources": sources, "keep_going": keep_going}
    if ending == "parquet":
        from engine.sources.parquet import read_parquet

        files = tuple(fingerprint(file, name) for name, file in found.items())
        return read_parquet(source, list(found.values()), files, backend=backend, **options)
    if ending == "xlsx":
        from engine.sources.xlsx import read_xlsx

        return read_xlsx(source, *opened(first, first_name), **options)
    if ending in ("csv", "tsv", "txt") or first_name.lower().endswith(".csv.gz"):
        from engine.sources.csv import read_csv

        return read_csv(source, *opened(first, first_name), **options)
    raise _unknown_kind(first_name)


def _unknown_kind(name: str) -> InvalidData:
    ending = "".join(PurePath(name).suffixes[-2:] if name.endswith(".gz") else PurePath(name).suffixes[-1:])
    message = (
        say("files that end in `{ending}` can't be read", ending=ending)
        if ending
        else say("the file's name has no ending that says of which kind it is")
    )
    return refused(name, "file-kind", message, say("save it as .csv, .xlsx or .parquet"))


def kind_of_frame(given: Mapping[str, Any]) -> str:
    """Return the kind of frame that results are given in: that of the first frame that came in."""
    from engine.sources.frames import kind_of

    frames = [
        value for value in given.values() if hasattr(value, "collect_schema") or hasattr(value, "columns")
    ]
    return kind_of(frames[0]) if frames else "polars"
