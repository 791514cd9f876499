"""References between sources: every row that refers to another finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.problems import Problem, error, say
from engine.sources.cells import told
from engine.sources.rows import MOST_FINDINGS, Rows, all_left_out, as_read
from engine.sources.tables import lost_references, table_of
from engine.text import Cell

if TYPE_CHECKING:
    import polars


def check_references(rows: Mapping[str, Rows]) -> tuple[Problem, ...]:
    """Return a finding for the first rows of each column that refer to a row which is not there.

    A source that is absent as a whole is no parent to look in; its absence is the problem.
    """
    return tuple(
        problem
        for _, child in sorted(rows.items())
        for name, parent, key in _parents(child, rows)
        for problem in _problems(child, name, parent, key)
    )


def without_orphans(rows: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return the rows without those that refer to nothing, counted as left out with their findings.

    What refers to a row that is left out is left out too.
    """
    found = dict(rows)
    changed = True
    while changed:
        changed = False
        for source, child in sorted(found.items()):
            for name, parent, key in _parents(child, found):
                problems = _problems(found[source], name, parent, key)
                if problems:
                    found[source] = _kept(found[source], name, parent, key, problems)
                    changed = True
    return found


def _parents(child: Rows, rows: Mapping[str, Rows]) -> Iterator[tuple[str, Rows, str]]:
    """Yield each reference column of *child* with the rows that it refers to and their key."""
    for name, column in child.source.references.items():
        parent = rows.get(column.to.id) if column.to is not None else None
        there = parent is not None and parent.absent is None and child.absent is None
        if there and parent is not None and parent.source.key is not None:
            yield name, parent, parent.source.key.id


def _problems(child: Rows, name: str, parent: Rows, key: str) -> tuple[Problem, ...]:
    backend = child.backend or parent.backend
    if backend is not None:
        count, values, _ = lost_references(table_of(child, backend), name, table_of(parent, backend), key)
        return tuple(_orphan(child, name, None, value, parent, count) for value in values)
    count, orphans = _orphans(child, name, parent, key)
    return tuple(_orphan(child, name, row, value, parent, count) for row, value in orphans)


def _kept(child: Rows, column: str, parent: Rows, key: str, problems: tuple[Problem, ...]) -> Rows:
    """Return the rows whose reference in *column* is blank or finds its row in *parent*."""
    backend = child.backend or parent.backend
    kept: Any = None
    if backend is not None:
        table = table_of(child, backend)
        count, _, lost = lost_references(table, column, table_of(parent, backend), key)
        kept = table.join(lost, on=column, how="anti")
    else:
        count, _ = _orphans(child, column, parent, key)
    findings = tuple(dict.fromkeys((*child.findings, *problems)))
    if count == child.count:
        where = child.files[0].path if child.files else child.source.id
        return all_left_out(child.source, where, child.files, findings, child.left_out + count)
    left = replace(child, findings=findings, left_out=child.left_out + count, count=child.count - count)
    if backend is not None:
        return replace(left, listed=None, lazy=None, table=kept, backend=backend)
    if child.listed is not None and parent.is_records:
        known = {None, *(row[key] for row in parent.records())}
        return replace(left, listed=[row for row in child.listed if row[column] in known])
    import polars

    keys = parent.frame().select(polars.col(key).alias(column))
    present = polars.col(column).is_not_null()
    lost = child.frame().select(column).filter(present).unique().join(keys, on=column, how="anti")
    kept = child.frame().join(lost, on=column, how="anti", maintain_order="left")
    return replace(left, listed=None, lazy=kept, held=False, leads={})


def _orphan(child: Rows, name: str, row: int | None, value: Any, parent: Rows, count: int) -> Problem:
    column = as_read(child.source, child.sources)[name]
    if child.table is not None and child.address is not None:
        cell = child.address(0, name)  # a table has no lines
    elif child.address is None or row is None:
        cell = Cell(child.source.id, None, None if row is None else row + 1, name)
    else:
        cell = child.address(row, name)
    message = say(
        "{cell} is not among the rows of `{parent}`", cell=told(column, value), parent=parent.source.id
    )
    hint = say(
        "rows that refer to nothing: {count}; complete `{parent}` or correct them",
        parent=parent.source.id,
        count=count,
    )
    return error("orphan", cell, message, hint)


def _orphans(child: Rows, column: str, parent: Rows, key: str) -> tuple[int, list[tuple[int, Any]]]:
    """Return how many child rows refer to nothing, and the first of them with their value."""
    if child.is_records and parent.is_records:
        known = {row[key] for row in parent.records()}
        lost = [
            (number, row[column])
            for number, row in enumerate(child.records())
            if row[column] is not None and row[column] not in known
        ]
        return len(lost), lost[:MOST_FINDINGS]
    import polars

    if (column, parent) in child.leads:
        return 0, []
    if child.held and parent.held and key in parent.apart:
        leads = _positions(child.frame(), column, parent.frame(), key, child.count)
        blank = child.frame().select(polars.col(column).null_count()).collect().item()
        if leads.null_count() == blank:
            child.leads[column, parent] = leads
            return 0, []
    value = polars.col(column)
    keys = parent.frame().select(polars.col(key).alias(column))
    wanted = child.frame().select(column).drop_nulls()
    # Hashes are joined first, in a third of the time of texts; an orphan hides behind another key's hash
    # once in 10^12 orphans.
    hashed = wanted.select(value.hash()).join(keys.select(value.hash()), on=column, how="anti")
    if not hashed.select(polars.len()).collect(engine="streaming").item():
        return 0, []
    missing = wanted.unique().join(keys, on=column, how="anti")
    orphans = (
        child.frame()
        .select(value)
        .with_row_index("row")
        .join(missing, on=column, how="semi")
        .sort("row")
        .collect(engine="streaming")
    )
    return orphans.height, list(orphans.head(MOST_FINDINGS).iter_rows())


def _positions(
    child: polars.LazyFrame, column: str, parent: polars.LazyFrame, key: str, height: int
) -> polars.Series:
    """Return for each child row the position of the parent row it refers to, null where there is none."""
    import polars

    present = child.select(column).with_row_index("own").filter(polars.col(column).is_not_null())
    own = present.select("own", polars.col(column).hash().alias("hash"))
    others = parent.select(polars.col(key).hash().alias("hash")).with_row_index("other")
    found = own.join(others, on="hash").select("own", "other").collect()
    nowhere = polars.Series("leads", [None], dtype=polars.get_index_type()).new_from_index(0, height)
    return nowhere.scatter(found["own"], found["other"])
