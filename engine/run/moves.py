"""How many rows have another value of a step than before: from which value to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from engine.numbers import at_nine

MOST_PAIRS = 12
"""So many pairs of values are told, those of most rows first."""
Cell = float | int | str | bool | None


@dataclass(frozen=True)
class Moves:
    """Of `rows` rows that are in both, `moved` have another value; `pairs` are old, new and how many.

    Numbers are compared at nine decimals. `up` and `down` count those of numbers. `came` and `went` are
    rows that only one of the two has. A blank, or no value, is None.
    """

    rows: int
    moved: int
    pairs: tuple[tuple[Cell, Cell, int], ...]
    up: int = 0
    down: int = 0
    came: int = 0
    went: int = 0


def moves_of(old: Any, new: Any, column: str, key: str | None) -> Moves | None:
    """Return how the rows of two runs moved in *column*; None where rows can't be told apart.

    Rows are the same if they have the same *key*; records without one are in the order of the file.
    """
    if isinstance(old, list) and isinstance(new, list):
        return _of_records(old, new, column, key)
    if isinstance(old, list) or isinstance(new, list) or key is None:
        return None
    return _of_frames(old, new, column, key)


def _of_records(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], column: str, key: str | None
) -> Moves | None:
    if key is None:
        if len(old) != len(new):
            return None
        both = [(a[column], b[column]) for a, b in zip(old, new, strict=True)]
        return _counted(Counter(both), 0, 0)
    first = {row[key]: row[column] for row in old}
    second = {row[key]: row[column] for row in new}
    both = [(value, second[name]) for name, value in first.items() if name in second]
    return _counted(Counter(both), len(second) - len(both), len(first) - len(both))


def _of_frames(old: Any, new: Any, column: str, key: str) -> Moves:
    import polars as pl

    first = old.lazy().select(pl.col(key).alias("key"), pl.col(column).alias("old"), pl.lit(1).alias("was"))
    second = new.lazy().select(pl.col(key).alias("key"), pl.col(column).alias("new"), pl.lit(1).alias("is"))
    joined = first.join(second, on="key", how="full", coalesce=True)
    counted = joined.group_by("was", "is", "old", "new").agg(pl.len().alias("rows")).collect()
    pairs: Counter[tuple[Cell, Cell]] = Counter()
    alone = {"was": 0, "is": 0}
    for row in counted.iter_rows(named=True):
        if row["was"] is None or row["is"] is None:
            alone["is" if row["was"] is None else "was"] += row["rows"]
        else:
            pairs[row["old"], row["new"]] += row["rows"]
    return _counted(pairs, alone["is"], alone["was"])


def _counted(pairs: Mapping[tuple[Cell, Cell], int], came: int, went: int) -> Moves:
    moved = {pair: count for pair, count in pairs.items() if not _same(*pair)}
    order = sorted(moved.items(), key=lambda item: (-item[1], str(item[0])))
    steps = [(float(b) - float(a), n) for (a, b), n in order if _is_number(a) and _is_number(b)]
    return Moves(
        sum(pairs.values()),
        sum(moved.values()),
        tuple((a, b, count) for (a, b), count in order[:MOST_PAIRS]),
        up=sum(count for step, count in steps if step > 0),
        down=sum(count for step, count in steps if step < 0),
        came=came,
        went=went,
    )


def _same(old: Cell, new: Cell) -> bool:
    if _is_number(old) and _is_number(new):
        return at_nine(float(old)) == at_nine(float(new))
    return type(old) is type(new) and old == new


def _is_number(value: Cell) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
