"""A source's declaration to its rows; references between sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from engine.definition import Source
from engine.problems import Problem, error, say
from engine.sources.cells import shown
from engine.sources.places import declared_path, fingerprint, found_files, opened, refused
from engine.sources.rows import MOST_FINDINGS, Rows, Sources, nothing
from engine.text import Cell


class Measured(Protocol):
    """The measured period, as far as file names need it."""

    @property
    def text(self) -> str:
        """The period as folders write it: 2021-TW1."""

    @property
    def year(self) -> int:
        """Its year."""


def read(
    source: Source,
    period: Measured,
    root: Path,
    *,
    path: Path | None = None,
    sources: Sources,
    keep_going: bool = False,
) -> Rows:
    """Return the checked rows of a source's file for *period*, below *root*, or of the file at *path*.

    A file that is not there is no error here: the rows are then absent, with the reason. Raises
    InvalidData with every finding for a file that is not as declared.
    """
    if path is not None:
        label = str(path)
        paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not path.exists():
            raise refused(label, "missing-file", say("there is no such file"))
    else:
        label = declared_path(source, period.text, period.year)
        paths = found_files(root, label)
    if not paths:
        return nothing(source, say("there is no file {path}", path=label))
    names = (
        [label]
        if len(paths) == 1 and not paths[0].is_dir()
        else [f"{label.rstrip('*')}/{p.name}" for p in paths]
    )
    ending = paths[0].name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending == "parquet":
        from engine.sources.parquet import read_parquet

        files = tuple(fingerprint(file, name) for file, name in zip(paths, names, strict=True))
        return read_parquet(source, paths, files, sources=sources, keep_going=keep_going)
    content, file = opened(paths[0], label)
    if ending == "xlsx":
        from engine.sources.xlsx import read_xlsx

        return read_xlsx(source, content, file, sources=sources, keep_going=keep_going)
    if ending in ("csv", "tsv", "txt"):
        from engine.sources.csv import read_csv

        return read_csv(source, content, file, sources=sources, keep_going=keep_going)
    raise refused(
        label,
        "file-kind",
        say("a file that ends in .{ending} can't be read", ending=ending),
        say("use .csv, .xlsx or .parquet"),
    )


def check_references(rows: Mapping[str, Rows]) -> tuple[Problem, ...]:
    """Return a finding for every row that refers to a row which is not there."""
    problems: list[Problem] = []
    for name, found in sorted(rows.items()):
        for column in found.source.references.values():
            assert column.to is not None
            parent = rows.get(column.to.id)
            if parent is None or parent.source.key is None:
                continue
            count, values = _orphans(found, column.name, parent, parent.source.key.id)
            where = found.files[0].path if found.files else name
            problems.extend(
                _orphan(
                    Cell(where, None, None, column.written_as), shown(column, value), parent.source.id, count
                )
                for value in values
            )
    return tuple(problems)


def _orphan(cell: Cell, value: str, parent: str, count: int) -> Problem:
    return error(
        "orphan",
        cell,
        say("`{value}` is not among the rows of `{parent}`", value=value, parent=parent),
        say(
            "rows that refer to nothing: {count}; complete `{parent}` or correct them",
            count=count,
            parent=parent,
        ),
    )


def _orphans(child: Rows, column: str, parent: Rows, key: str) -> tuple[int, Sequence[Any]]:
    """Return how many child rows refer to nothing, and the first of their values."""
    if child.is_records and parent.is_records:
        known = {row[key] for row in parent.records()}
        lost = [
            row[column] for row in child.records() if row[column] is not None and row[column] not in known
        ]
        return len(lost), list(dict.fromkeys(lost))[:MOST_FINDINGS]
    import polars

    orphans = (
        child.frame()
        .select(polars.col(column).alias("v"))
        .drop_nulls()
        .join(parent.frame().select(polars.col(key).alias("v")), on="v", how="anti")
    )
    count = orphans.select(polars.len()).collect().item()
    return count, orphans.unique(maintain_order=True).head(MOST_FINDINGS).collect()[
        "v"
    ].to_list() if count else []


def kind_of_frame(given: Mapping[str, Any]) -> str:
    """Return the kind of frame that results are given in: that of the first frame that came in."""
    from engine.sources.frames import kind_of

    frames = [
        value for value in given.values() if hasattr(value, "columns") or hasattr(value, "collect_schema")
    ]
    return kind_of(frames[0]) if frames else "polars"
