"""What an evaluation would read and compute: the same way through the request, and nothing is read.

It goes the way of `evaluation`, so that it can't promise another plan than the one that is carried out;
where that would read rows, a look at the file's name, size and footer is taken instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import sources
from engine.checking import Proof
from engine.definition import Indicator
from engine.evaluation import Evaluation
from engine.formula.names import UnitValue
from engine.graph import Node
from engine.plan import Plan, all_steps, make
from engine.problems import Message, say
from engine.sources import Announced
from engine.values import Result
from engine.versions import Period, Rule


@dataclass(frozen=True)
class Pass:
    """One pass over the rows of a source: what it adds to each row, or takes of all; for which indicators.

    `steps` and `look_ups` become columns of the rows. `totals` counts the aggregates that are taken: over
    all rows, or over those that lead to each row of the source `per`.
    """

    serves: tuple[str, ...]
    look_ups: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    totals: int = 0
    per: str | None = None


@dataclass(frozen=True)
class SourcePasses:
    """A source in one run: its files, how many rows are expected, the columns used, and the passes.

    `rows` is None where that is known only when the file is read; `size` are the bytes of the files.
    Further columns of the file are checked and not used. `absent` says why there is nothing to read.
    """

    source: str
    files: tuple[str, ...]
    size: int
    rows: int | None
    absent: Message | None
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    passes: tuple[Pass, ...]


@dataclass(frozen=True)
class Run:
    """One plan: the indicators that are computed together for a period, whole or split by a column.

    `formulas` counts the formulas of the whole that follow the passes, for each group.
    """

    period: str
    by: str | None
    indicators: tuple[str, ...]
    sources: tuple[SourcePasses, ...]
    formulas: int


@dataclass(frozen=True)
class Without:
    """An indicator that has no value in a period, as is certain before anything is read."""

    indicator: str
    period: str
    reason: Message


@dataclass(frozen=True)
class Preview:
    """What an evaluation would do, in its order, and what it can't compute."""

    period: str
    by: str | None
    indicators: tuple[str, ...]
    runs: tuple[Run, ...]
    without: tuple[Without, ...]

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the preview as plain values for JSON, reasons in *language* (``id`` or ``en``)."""
        return {
            "period": self.period,
            "by": self.by,
            "indicators": list(self.indicators),
            "runs": [
                {
                    "period": run.period,
                    "by": run.by,
                    "indicators": list(run.indicators),
                    "sources": [
                        {
                            **vars(source),
                            "absent": None if source.absent is None else source.absent.text(language),
                            "passes": [vars(one) for one in source.passes],
                        }
                        for source in run.sources
                    ],
                    "formulas": run.formulas,
                }
                for run in self.runs
            ],
            "without": [{**vars(one), "reason": one.reason.text(language)} for one in self.without],
        }


def preview(evaluation: Evaluation, period: Period, wanted: Sequence[str]) -> Preview:
    """Return what *evaluation* would do for *wanted* in *period*; raises what it would before it reads."""
    looking = _Looking(
        evaluation.catalogue, evaluation.data, evaluation.by, evaluation.parameters, evaluation.keep
    )
    looking.results(period, wanted)
    return Preview(
        period.text, evaluation.by, tuple(wanted), tuple(looking.runs), tuple(looking.without.values())
    )


class _Looking(Evaluation):
    """An evaluation that notes each plan where it would be carried out."""

    def __init__(self, *request: Any) -> None:
        super().__init__(*request)
        self.runs: list[Run] = []
        self.without: dict[tuple[str, str], Without] = {}

    def run(self, period: Period, proof: Proof, wanted: Sequence[str], by: str | None) -> None:
        """Note the plan for *wanted*, after those whose figures it needs."""
        plan = make(proof, all_steps(proof, wanted), by, known=self.known(period))
        seen = {name: self.look_at(name, period) for name in plan.sources}
        absent = {name: found.absent for name, found in seen.items() if found.absent is not None}
        plan, reasons = self.within_reach(plan, period, wanted, absent)
        usable = tuple(name for name in wanted if UnitValue(name) not in reasons)
        if not usable:
            return
        for name in usable:
            self.figures[name, period] = [self.head(proof.rules[name].indicator, proof.rules[name], period)]
        self.compute_given(plan, period)
        found = tuple(self.passes(plan, name, seen[name], proof, usable) for name in plan.sources)
        self.runs.append(Run(period.text, by, usable, found, len(plan.unit_steps)))

    def no_value(self, indicator: Indicator, rule: Rule | None, period: Period, reason: Message) -> Result:
        """Return and note the result of an indicator that has no value."""
        self.without[indicator.id, period.text] = Without(indicator.id, period.text, reason)
        return super().no_value(indicator, rule, period, reason)

    def look_at(self, name: str, period: Period) -> Announced:
        """Return what is known of a source's rows before they are read."""
        source, given = self.catalogue.sources[name], self.data.given.get(name)
        if given is None and source.rows is not None:
            return Announced(rows=len(source.rows))
        if given is None and self.data.root is None:
            return Announced(absent=say("no rows of `{name}` were given", name=name))
        if given is None or isinstance(given, (str, Path)):
            path = None if given is None else Path(given)
            return sources.announced(source, period, self.data.root or Path(), path)
        if isinstance(given, Mapping):
            return Announced(rows=1)
        if isinstance(given, Sequence):
            return Announced(rows=len(given))
        height = getattr(given, "shape", (None,))[0]
        return Announced(rows=height if isinstance(height, int) else None)

    def passes(
        self, plan: Plan, name: str, seen: Announced, proof: Proof, wanted: Sequence[str]
    ) -> SourcePasses:
        """Return the passes of a plan over one source; none where its single row is taken as it is."""
        columns = plan.columns[name]

        def served(*users: Node) -> tuple[str, ...]:
            return _served(users, proof, wanted)

        found: list[Pass] = []
        for level in plan.layers:
            for layer in level:
                users = [Node("indicator", g.user) for g in layer.gatherings if g.over.source == name]
                if users:
                    found.append(Pass(served(*users), totals=len(users), per=layer.source))
            for layer in level:
                if layer.source == name and (layer.look_ups or layer.steps):
                    users = [Node("step", step.indicator, step.step.id) for step in layer.steps]
                    users += [Node("source", name)] if layer.look_ups else []
                    looked = tuple(look_up.name for look_up in layer.look_ups)
                    found.append(Pass(served(*users), looked, tuple(step.column for step in layer.steps)))
        totals = plan.totals.get(name, ())
        if totals:
            users = [Node("indicator", total.user) for total in totals]
            found.append(Pass(served(*users), totals=len(totals)))
        unused = tuple(column for column in plan.sources[name].columns if column not in columns)
        return SourcePasses(
            name, seen.files, seen.size, seen.rows, seen.absent, columns, unused, tuple(found)
        )


def _served(users: Sequence[Node], proof: Proof, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return those of *wanted* that are, or need, one of *users*."""
    owners = {node.id for node in users if node.kind != "source"}
    reached = {node.id for node in proof.graph.reached_from(users) if node.kind == "indicator"}
    return tuple(name for name in wanted if name in owners or name in reached)
