"""The checked rows of a source, as records or as a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.definition import Source
from engine.problems import InvalidData, Message, Problem, error, say
from engine.text import Cell

if TYPE_CHECKING:
    import polars

Sources = Mapping[str, Source]
Record = dict[str, Any]
MOST_FINDINGS = 50


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its name as people see it, the hash and the number of its bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, eq=False)
class Rows:
    """The checked rows of one source for a period.

    `absent` says why there are none. `left_out` rows had `findings` and were dropped because the caller
    asked to keep going. Numbers are floats, whole numbers ints, blanks None (null).
    """

    source: Source
    sources: Sources
    listed: Sequence[Record] | None = None
    lazy: polars.LazyFrame | None = None
    files: tuple[FileRead, ...] = ()
    findings: tuple[Problem, ...] = ()
    left_out: int = 0
    absent: Message | None = None

    @property
    def is_records(self) -> bool:
        """Whether the rows are plain Python records, which need no dataframe library."""
        return self.listed is not None

    @property
    def count(self) -> int | None:
        """The number of rows, if it is known without reading a lazy frame."""
        return None if self.listed is None else len(self.listed)

    def records(self) -> Sequence[Record]:
        """Return the rows as dicts by column name."""
        if self.listed is not None:
            return self.listed
        assert self.lazy is not None
        return self.lazy.collect().to_dicts()

    def frame(self) -> polars.LazyFrame:
        """Return the rows as a lazy Polars frame with the declared types."""
        if self.lazy is not None:
            return self.lazy
        import polars

        from engine.sources.frames import types_of

        assert self.listed is not None
        return polars.DataFrame(self.listed, schema=types_of(self.source, self.sources), orient="row").lazy()


def nothing(source: Source, reason: Message, files: tuple[FileRead, ...] = ()) -> Rows:
    """Return that there are no rows, and why."""
    return Rows(source, {}, listed=(), files=files, absent=reason)


def without_rows(source: Source, where: str, files: tuple[FileRead, ...], sources: Sources) -> Rows:
    """Return what a file or list without rows means: nothing to compute with, unless `empty: allow`."""
    if source.empty == "allow":
        return Rows(source, sources, listed=(), files=files)
    return nothing(source, say("{where} has no rows", where=where), files)


class Findings:
    """Gathers what is wrong with rows, by row; refuses the whole at the end unless told to keep going."""

    def __init__(self, *, keep_going: bool) -> None:
        self.keep_going = keep_going
        self.problems: list[Problem] = []
        self.count = 0
        self.rows: set[int] = set()

    def add(self, row: int | None, problem: Problem) -> None:
        """Note a finding in a row (None: in the whole file)."""
        self.count += 1
        if row is not None:
            self.rows.add(row)
        if len(self.problems) < MOST_FINDINGS:
            self.problems.append(problem)

    def settle(self, path: str) -> tuple[Problem, ...]:
        """Raise InvalidData with all findings, or return them if the caller goes on without those rows."""
        if not self.count:
            return ()
        problems = list(self.problems)
        if self.count > len(problems):
            more = say("and {count} more findings", count=self.count - len(problems))
            problems.append(error("more-findings", Cell(path), more))
        if not self.keep_going:
            raise InvalidData(problems)
        return tuple(problems)
