"""By how much figures move when rules do: two evaluations of the same data, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.checking.personal import Privacy
from engine.definition import Amended, Catalogue, Indicator, Number, Version
from engine.evaluation import Evaluation, results_of
from engine.numbers import to_nine
from engine.run.moves import Moves, moves_of
from engine.values import Result
from engine.versions import Period, Rule, in_force_on


@dataclass(frozen=True)
class RowMoves:
    """How the rows of `source` moved in one row step of an indicator; no `moves` where rows have no key."""

    indicator: str
    step: str
    source: str
    moves: Moves | None


@dataclass(frozen=True)
class Movement:
    """An indicator's result for the whole or one group, by the old rules and by the new ones.

    A side is None where there is no such indicator or group.
    """

    indicator: str
    group: str | None
    old: Result | None
    new: Result | None

    @property
    def difference(self) -> Number | None:
        """By how much the published value moved; None where a side has no value."""
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        return _minus(self.new.value, self.old.value)

    @property
    def achieved(self) -> Number | None:
        """By how many points of percent the achievement of the target moved."""
        first, second = (None if side is None else side.achievement for side in (self.old, self.new))
        return None if first is None or second is None else _minus(second.value, first.value)

    @property
    def still(self) -> bool:
        """Whether value, category and achievement are what they were."""
        sides = [
            None if side is None
            else (side.value, side.category, None if side.achievement is None else side.achievement.value)
            for side in (self.old, self.new)
        ]  # fmt: skip
        return sides[0] == sides[1]


@dataclass(frozen=True)
class Movements:
    """What the figures of a period are by old and by new rules, from the same data."""

    period: str
    by: str | None
    figures: tuple[Movement, ...]
    rows: tuple[RowMoves, ...]
    data_note: str | None = None


def movements(
    old: Callable[[str | None], Evaluation],
    new: Callable[[str | None], Evaluation],
    period: Period,
    by: str | None,
    wanted: Sequence[str],
) -> Movements:
    """Return how the figures of *wanted* for *period* move.

    *old* and *new* begin an evaluation by the rules of a side, split by a column if one is given. Rows are
    counted for the steps of those that are measured in such a period, each row once.
    """
    sides = old(by), new(by)
    found = [results_of(side, period, [name for name in wanted if name in side.catalogue.indicators])
             for side in sides]  # fmt: skip
    results = [{(result.indicator, result.group): result for result in side} for side in found]
    keys = sorted({*results[0], *results[1]}, key=lambda key: (wanted.index(key[0]), key[1] or ""))
    figures = tuple(Movement(*key, results[0].get(key), results[1].get(key)) for key in keys)
    if by is not None:
        sides = old(None), new(None)
        for side in sides:
            side.results(period, [name for name in wanted if name in side.catalogue.indicators])
    return Movements(period.text, by, figures, tuple(_rows(*sides, period, wanted)), found[1].data_note)


def _rows(old: Evaluation, new: Evaluation, period: Period, wanted: Sequence[str]) -> Iterator[RowMoves]:
    proofs = [side.proof(period)[0] for side in (old, new)]
    hidden = [Privacy(side.catalogue, proof) for side, proof in zip((old, new), proofs, strict=True)]
    for name in wanted:
        pair = [proof.rules.get(name) for proof in proofs]
        first, second = pair
        if first is None or second is None or second.indicator.frequency != period.frequency:
            continue
        for step in second.steps.values():
            before = first.steps.get(step.id)
            if step.each is None or before is None or before.each is None or before.each.id != step.each.id:
                continue
            if any((name, step.id) in privacy.hidden_steps for privacy in hidden):
                continue
            source, column = step.each.id, f"{name}.{step.id}"
            kept = [side.kept.get(source) for side in (old, new)]
            if any(rows is None or not _holds(rows, column) for rows in kept):
                continue
            key = new.catalogue.sources[source].key
            moves = moves_of(kept[0], kept[1], column, None if key is None else key.id)
            if moves is None or moves.moved or moves.came or moves.went:
                yield RowMoves(name, step.id, source, moves)


def _holds(rows: object, column: str) -> bool:
    if isinstance(rows, list):
        return not rows or column in rows[0]
    return column in rows.collect_schema().names()  # type: ignore[attr-defined]


def as_of(catalogue: Catalogue, day: date) -> Catalogue:
    """Return *catalogue* with the rules that are in force on *day* for every period."""
    indicators = {name: _standing(indicator, day) for name, indicator in catalogue.indicators.items()}
    return replace(catalogue, indicators=indicators)


def _standing(indicator: Indicator, day: date) -> Indicator:
    rule = in_force_on(indicator, day)
    return replace(indicator, versions=(_whole(rule),) if isinstance(rule, Rule) else ())


def _whole(rule: Rule) -> Version:
    """Return a rule as one version that says all of it, for ever."""
    version = rule.version

    def amended(value: object) -> Amended | None:  # type: ignore[type-arg]
        return None if value is None else Amended(value, version.place)

    return replace(
        version,
        from_=date.min,
        until=None,
        succeeded_by=None,
        replaces=True,
        parameters=rule.parameters,
        steps=rule.steps,
        result=rule.origins["result"].result,
        categories=amended(rule.categories),
        unit=amended(rule.unit),
        range=rule.range,
        decimals=amended(rule.decimals),
        rounding=amended(rule.rounding),
    )


def _minus(new: Number, old: Number) -> Number:
    """Return a difference without the noise of binary numbers."""
    found = to_nine(float(new) - float(old))
    return int(found) if isinstance(new, int) and isinstance(old, int) else found
