"""What a source's files say of themselves before they are read: names, sizes, and rows where they tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.definition import Source
from engine.problems import Message, say
from engine.sources.database import address_of
from engine.sources.parquet import rows_claimed
from engine.sources.places import (
    Measured,
    declared_path,
    fingerprint,
    found_files,
    given_files,
    reading_as,
)
from engine.sources.rows import FileRead


@dataclass(frozen=True)
class Announced:
    """The files of a source by the names that people see, and how many bytes and rows they have.

    `rows` is None where that is known only when they are read. `absent` says why there are none.
    """

    files: tuple[str, ...] = ()
    size: int = 0
    rows: int | None = None
    absent: Message | None = None


def announced(source: Source, period: Measured, root: Path, path: Path | None = None) -> Announced:
    """Return what is known of a source's file for *period* below *root*, or of the file at *path*, unread.

    Of Parquet files the footer is looked at, which holds the number of rows. Raises what reading raises for
    a path that is not safe or a footer that is damaged.
    """
    if path is None and source.table is not None:
        address = address_of(source.table)
        return Announced((source.table.shown,)) if isinstance(address, str) else Announced(absent=address)
    if path is None:
        label = declared_path(source, period.text, period.year)
        found = found_files(root, label)
        if not found:
            return Announced(absent=say("there is no file {path}", path=label))
    else:
        found = given_files(path)
    with reading_as(next(iter(found)), say("a file")):
        sizes = {name: file.stat().st_size for name, file in found.items()}
    rows = None
    if source.unpivot is None and all(name.lower().endswith(".parquet") for name in found):
        rows = sum(rows_claimed(file, name, sizes[name]) for name, file in found.items())
    return Announced(tuple(found), sum(sizes.values()), rows)


def current_files(source: Source, period: Measured, root: Path) -> tuple[FileRead, ...]:
    """Return the files that a source has for *period* below *root* as they are now, with their hashes.

    Raises what reading raises for a path that is not safe.
    """
    if source.file is None:
        return ()
    found = found_files(root, declared_path(source, period.text, period.year))
    return tuple(fingerprint(path, shown) for shown, path in (found or {}).items())
