"""References between sources: every row that refers to another finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.problems import Problem, error, say
from engine.sources.cells import about
from engine.sources.rows import MOST_FINDINGS, Rows, as_read
from engine.text import Cell


def check_references(rows: Mapping[str, Rows]) -> tuple[Problem, ...]:
    """Return a finding for the first rows of each column that refer to a row which is not there.

    A source that is absent as a whole is no parent to look in; its absence is the problem.
    """
    problems: list[Problem] = []
    for _, child in sorted(rows.items()):
        for name, column in child.source.references.items():
            parent = rows.get(column.to.id) if column.to is not None else None
            if parent is None or parent.source.key is None or parent.absent is not None:
                continue
            count, orphans = _orphans(child, name, parent, parent.source.key.id)
            problems.extend(_orphan(child, name, row, value, parent, count) for row, value in orphans)
    return tuple(problems)


def _orphan(child: Rows, name: str, row: int, value: Any, parent: Rows, count: int) -> Problem:
    column = as_read(child.source, child.sources)[name]
    cell = Cell(child.source.id, None, row + 1, name) if child.address is None else child.address(row, name)
    message = about(column, value, "is not among the rows of `{parent}`", parent=parent.source.id)
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
