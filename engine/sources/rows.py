"""The checked rows of a source, as records or as a frame; what was found wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.definition import Column, Source
from engine.problems import InvalidData, Message, Problem, error, in_order, say, say_many
from engine.text import Cell

if TYPE_CHECKING:
    import polars

    from engine.sources.backends import Backend, Table
    from engine.sources.cells import Wrong

Sources = Mapping[str, Source]
Record = dict[str, Any]
Address = Callable[[int, str], Cell]
"""The place of a cell, by its row (from 0) and its column's name."""
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
    asked to keep going. Numbers are floats, whole numbers ints, blanks None (null). `address` gives the
    place of a cell that was read, by its row among those that were kept. `apart` are the columns of a
    frame in which no two rows have the same hash: there the hash can stand for the value. Of a frame in
    memory (`held`), `leads` keeps where the references of a column lead, once found: the position of the
    row in the other source for each row, null for a blank. Rows that stay in a `backend` are its `table`.
    """

    source: Source
    sources: Sources
    listed: Sequence[Record] | None = None
    lazy: polars.LazyFrame | None = None
    table: Table | None = None
    backend: Backend | None = None
    held: bool = False
    files: tuple[FileRead, ...] = ()
    findings: tuple[Problem, ...] = ()
    left_out: int = 0
    absent: Message | None = None
    count: int = 0
    address: Address | None = None
    apart: frozenset[str] = frozenset()
    leads: dict[tuple[str, Rows], polars.Series] = field(default_factory=dict, repr=False)

    @property
    def is_records(self) -> bool:
        """Whether the rows are plain Python records, which need no dataframe library."""
        return self.listed is not None

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

        types = types_of(as_read(self.source, self.sources))
        return polars.DataFrame(self.listed, schema=types, orient="row").lazy()


def nothing(source: Source, reason: Message, files: tuple[FileRead, ...] = ()) -> Rows:
    """Return that there are no rows, and why."""
    return Rows(source, {}, listed=(), files=files, absent=reason)


def without_rows(source: Source, where: str, files: tuple[FileRead, ...], sources: Sources) -> Rows:
    """Return what a file or list without rows means: nothing to compute with, unless `empty: allow` (D5)."""
    if source.empty == "allow":
        return Rows(source, sources, listed=(), files=files)
    return nothing(source, say("{where} has no rows", where=where), files)


def all_left_out(
    source: Source, where: str, files: tuple[FileRead, ...], findings: tuple[Problem, ...], left_out: int
) -> Rows:
    """Return that no row is left without the ones with findings."""
    reason = say("all {count} rows of {where} were left out because of findings", count=left_out, where=where)
    return replace(nothing(source, reason, files), findings=findings, left_out=left_out)


def as_read(source: Source, sources: Sources) -> dict[str, Column]:
    """Return the declared columns by name, each reference with the type, values and privacy of its key."""
    return {name: _resolved(column, sources, 0) for name, column in source.columns.items()}


def _resolved(column: Column, sources: Sources, depth: int) -> Column:
    if column.type != "reference":
        return column
    target = None if column.to is None else sources.get(column.to.id)
    if target is None or target.key is None or target.key.id not in target.columns or depth > len(sources):
        return replace(column, type="text")
    key = _resolved(target.columns[target.key.id], sources, depth + 1)
    return replace(
        column,
        type=key.type,
        values=key.values,
        aliases=key.aliases,
        personal=column.personal or key.personal,
    )


def _row(problem: Problem) -> tuple[str, str | None, int | None] | None:
    """Return the row that a finding is about."""
    place = problem.place
    return (place.path, place.sheet, place.line) if isinstance(place, Cell) and place.line else None


class Findings:
    """Gathers what is wrong with rows; refuses the whole at the end unless told to keep going."""

    def __init__(self, *, keep_going: bool) -> None:
        self.keep_going = keep_going
        self.problems: list[Problem] = []
        self.count = 0
        self.rows: set[int] = set()
        self._concern_all = False
        self._worded: Counter[str | None] = Counter()
        self._at: Counter[str] = Counter()

    def add(self, row: int | None, problem: Problem) -> None:
        """Note a finding in a row; None: it concerns the whole file, which is refused in any case.

        Of a column with thousands of wrong cells the first ones are worded, the others counted.
        """
        self.count += 1
        if row is None:
            self._concern_all = True
        else:
            self.rows.add(row)
        column = problem.place.column if isinstance(problem.place, Cell) else None
        self._worded[column] += 1
        if self._worded[column] <= MOST_FINDINGS:
            self.problems.append(problem)

    def add_at(self, row: int, wrong: Wrong, address: Address, name: str) -> None:
        """Note what is wrong with a cell; beyond what is worded of its column it costs nothing more."""
        self._at[name] += 1
        if self._at[name] <= MOST_FINDINGS:
            self.add(row, wrong.at(address(row, name)))
        else:
            self.add_unworded((row,))

    def add_unworded(self, rows: Iterable[int]) -> None:
        """Count findings in rows beyond those that are put into words."""
        found = list(rows)
        self.rows.update(found)
        self.count += len(found)

    def settle(self, where: str) -> tuple[Problem, ...]:
        """Raise InvalidData with the first 50 findings and a count of the others (O1), by row.

        A caller that keeps going without the rows in question gets them back instead.
        """
        totals = {_row(problem) for problem in self.problems if problem.code == "total-row"} - {None}
        told = [
            problem for problem in self.problems if problem.code == "total-row" or _row(problem) not in totals
        ]
        count = self.count - len(self.problems) + len(told)  # A total's other cells are no own mistakes.
        problems = list(in_order(told)[:MOST_FINDINGS])
        if count > len(problems):
            more = say_many(
                "{count} more finding is not listed",
                "{count} more findings are not listed",
                count=count - len(problems),
            )
            problems.append(error("more-findings", Cell(where), more))
        if problems and (self._concern_all or not self.keep_going):
            raise InvalidData(problems)
        return tuple(problems)
