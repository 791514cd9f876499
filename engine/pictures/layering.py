"""Where the boxes of a map stand, and how its lines run between them: columns, order, heights.

The method of Sugiyama, Tagawa and Toda: a line that passes columns goes through a place in each of them;
the order within a column follows the mean of the neighbours, the order with the fewest crossings is kept;
then every column comes as close to its neighbours as its boxes let it. Equal graphs are placed equally,
whatever the order in which their boxes and lines come.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12
_PASSING = 10.0
"""How much height a line needs that passes a column."""


@dataclass(frozen=True)
class Placed:
    """The middle of every box, and the heights at which every line passes the columns between its ends."""

    middles: Mapping[str, float]
    passing: Mapping[tuple[str, str], Sequence[float]]
    tall: float
    crossings: int


def columns_of(needs: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return the column of each box: one to the right of the rightmost that it needs, 0 where it needs none.

    Boxes that need each other in a circle are placed one after the other by name.
    """
    users: dict[str, list[str]] = {name: [] for name in needs}
    waiting = {name: set(needs[name]) & needs.keys() - {name} for name in needs}
    for name, used in waiting.items():
        for other in used:
            users[other].append(name)
    found: dict[str, int] = {}
    while len(found) < len(needs):
        ready = sorted(name for name, left in waiting.items() if not left) or [min(waiting)]
        for name in ready:
            placed = [found[other] for other in needs[name] if other in found and other != name]
            found[name] = 1 + max(placed, default=-1)
        for name in ready:
            del waiting[name]
            for user in users[name]:
                if user in waiting:
                    waiting[user].discard(name)
    return found


def layout(
    columns: Mapping[str, int],
    heights: Mapping[str, float],
    lines: Collection[tuple[str, str]],
    gap: float,
) -> Placed:
    """Return where boxes stand that are *heights* high, in given *columns*, at least *gap* from each other.

    *lines* lead from a box to one in a column further to the right; raises ValueError for others.
    """
    return _Layout(columns, heights, sorted(set(lines)), gap).placed()


class _Layout:
    def __init__(
        self,
        columns: Mapping[str, int],
        heights: Mapping[str, float],
        lines: Sequence[tuple[str, str]],
        gap: float,
    ) -> None:
        self.gap = gap
        self.heights = dict(heights)
        self.rows: list[list[str]] = [[] for _ in range(1 + max(columns.values(), default=0))]
        for name in sorted(columns):
            self.rows[columns[name]].append(name)
        self.before: dict[str, list[str]] = {name: [] for name in columns}
        self.after: dict[str, list[str]] = {name: [] for name in columns}
        self.chains: dict[tuple[str, str], list[str]] = {}
        for number, (start, stop) in enumerate(lines):
            if columns[start] >= columns[stop]:
                raise ValueError(f"the line from {start} to {stop} does not lead to the right")
            chain = [start]
            for column in range(columns[start] + 1, columns[stop]):
                # A name that no box has: those hold no line break.
                name = f"\n{number}\n{column}"
                self.rows[column].append(name)
                self.heights[name] = _PASSING
                chain.append(name)
            chain.append(stop)
            self.chains[start, stop] = chain
            for left, right in pairwise(chain):
                self.after.setdefault(left, []).append(right)
                self.before.setdefault(right, []).append(left)

    def placed(self) -> Placed:
        crossings = self.order()
        middles = self.middles()
        names = [name for row in self.rows for name in row]
        top = min((middles[name] - self.heights[name] / 2 for name in names), default=0.0)
        bottom = max((middles[name] + self.heights[name] / 2 for name in names), default=0.0)
        middles = {name: middle - top for name, middle in middles.items()}
        return Placed(
            {name: middles[name] for name in names if not name.startswith("\n")},
            {line: [middles[name] for name in chain[1:-1]] for line, chain in self.chains.items()},
            bottom - top,
            crossings,
        )

    # ── order ──

    def order(self) -> int:
        """Sort every column so that few lines cross, and return how many do."""
        best, fewest = [list(row) for row in self.rows], self.crossings()
        for sweep in range(_SWEEPS):
            if not fewest:
                break
            rightwards = sweep % 2 == 0
            rows = self.rows if rightwards else self.rows[::-1]
            beside = self.before if rightwards else self.after
            for fixed, row in pairwise(rows):
                places = {name: place for place, name in enumerate(fixed)}
                own = {name: place for place, name in enumerate(row)}
                row.sort(key=lambda name: (self.mean(beside.get(name, ()), places, own[name]), own[name]))
            count = self.crossings()
            if count < fewest:
                best, fewest = [list(row) for row in self.rows], count
        self.rows = best
        return fewest

    @staticmethod
    def mean(others: Sequence[str], places: Mapping[str, float], own: float) -> float:
        """Return the mean place of *others*, or one's *own* where there are none."""
        return sum(places[other] for other in others) / len(others) if others else own

    def crossings(self) -> int:
        """Return how many pairs of lines cross."""
        count = 0
        for left, right in pairwise(self.rows):
            places = {name: place for place, name in enumerate(right)}
            seen: list[int] = []
            for name in left:
                ends = sorted(places[other] for other in self.after.get(name, ()))
                count += sum(1 for end in ends for other in seen if other > end)
                seen += ends
        return count

    # ── heights ──

    def middles(self) -> dict[str, float]:
        """Return the middle of every place: as near to its neighbours as the order of its column lets it."""
        middles: dict[str, float] = {}
        for row in self.rows:
            middles.update(self.apart(row, [0.0] * len(row)))
        for sweep in range(_SWEEPS):
            for row in self.rows if sweep % 2 == 0 else self.rows[::-1]:
                wished = []
                for name in row:
                    others = [*self.before.get(name, ()), *self.after.get(name, ())]
                    wished.append(self.mean(others, middles, middles[name]))
                middles.update(self.apart(row, wished))
        return middles

    def apart(self, row: Sequence[str], wished: Sequence[float]) -> dict[str, float]:
        """Return middles that keep order and gap of a column and are nearest to those that are *wished*.

        Isotonic regression: what would overlap is moved together, to the mean of its wishes.
        """
        shifts, shift = [], 0.0
        for place, name in enumerate(row):
            if place:
                above = row[place - 1]
                lines = above.startswith("\n") and name.startswith("\n")
                shift += (self.heights[above] + self.heights[name]) / 2 + (0 if lines else self.gap)
            shifts.append(shift)
        pools: list[tuple[float, int]] = []
        for wish, shift in zip(wished, shifts, strict=True):
            total, count = wish - shift, 1
            while pools and pools[-1][0] / pools[-1][1] >= total / count:
                more, others = pools.pop()
                total, count = total + more, count + others
            pools.append((total, count))
        levels = [total / count for total, count in pools for _ in range(count)]
        return {name: level + shift for name, level, shift in zip(row, levels, shifts, strict=True)}
