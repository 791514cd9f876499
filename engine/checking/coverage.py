"""Find what no value ever reaches: entries of tables, rows of bands, categories; and values without a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.checking.formulas import Proof
from engine.definition import Bands, Indicator, Parameter, Table
from engine.formula.kinds import Kind
from engine.numbers import least, least_above
from engine.problems import Problem, advice, error, say, warning
from engine.versions import Rule


@dataclass
class Reach:
    """Which entries of tables and rows of bands formulas may use, gathered over all proofs of a catalogue."""

    entries: dict[int, set[str | int]] = field(default_factory=dict)

    def take(self, proof: Proof) -> None:
        """Add what the formulas of *proof* may use."""
        for (indicator, _), checked in proof.checked.items():
            rule = proof.rules.get(indicator)
            for name, reached in checked.reached if rule is not None else ():
                parameter = rule.parameters[name] if rule is not None else None
                self.entries.setdefault(id(parameter), set()).update(reached)

    def unreached(self, indicator: Indicator) -> Iterator[Problem]:
        """Yield a warning for each entry or row of the indicator's parameters that is never used."""
        for version in indicator.versions:
            for parameter in version.parameters.values():
                if isinstance(parameter, Parameter) and id(parameter) in self.entries:
                    yield from _unreached(parameter, self.entries[id(parameter)])


def _unreached(parameter: Parameter, reached: set[str | int]) -> Iterator[Problem]:
    if isinstance(parameter.content, Table):
        for name, place in parameter.content.places.items():
            if name not in reached:
                yield warning(
                    "unused-entry",
                    place,
                    say("no formula ever looks up `{entry}` in `{table}`", entry=name, table=parameter.id),
                    say("correct the name, or add it to the values of the column; else remove the entry"),
                )
    elif isinstance(parameter.content, Bands):
        for number, row in enumerate(parameter.content.rows):
            if number not in reached:
                yield warning(
                    "unused-entry",
                    row.place,
                    say("no number ever comes to this row of `{bands}`", bands=parameter.id),
                    say("compare its limit with the range of what is looked up; else remove the row"),
                )


def categories(rule: Rule, kind: Kind) -> Iterator[Problem]:
    """Yield the categories that no result can have, and where results have none; *kind* is the result's."""
    rows = rule.categories
    if not rows:
        return
    above = float("inf")
    for row in rows:
        limit = float("-inf") if row.limit is None else _border(float(row.limit), included=row.inclusive)
        if above <= kind.low or limit > kind.high:
            yield error(
                "category-never",
                row.place,
                say(
                    "no result is ever {label}: results are from {low} to {high}",
                    label=row.label,
                    low=kind.low,
                    high=kind.high,
                ),
                say("correct the limit, the formula or the range, or remove the row"),
            )
        above = limit
    last = rows[-1]
    if last.limit is not None and kind.low < above and last.note is None:
        yield advice(
            "category-gap",
            last.place,
            say("results below {limit} have no category", limit=last.limit),
            say("add a row that has only a label; or say in a `note` here why they have none"),
        )


def _border(limit: float, *, included: bool) -> float:
    return least(limit) if included else least_above(limit)
