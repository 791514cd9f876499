"""Evaluate a period: which rules, which data, which earlier and shorter periods, and the results.

A figure for a period comes from one plan at that period, or from the figures of the shorter periods
inside it (`over_the_year`), or it depends on the figure of an earlier one (`previous`). Each is
computed once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path, PurePath
from typing import Any

from engine import sources, versions
from engine.checking import Proof, prove, rules_at
from engine.definition import (
    FREQUENCIES,
    AchievementRule,
    Catalogue,
    Frequency,
    Indicator,
    Single,
    Source,
    Target,
    Value,
)
from engine.formula.functions import NoValue
from engine.formula.names import PreviousValue, UnitValue
from engine.graph import RESULT, Node
from engine.numbers import TooLarge, as_fraction
from engine.plan import Plan, all_steps, make
from engine.problems import (
    InvalidData,
    InvalidDefinitions,
    InvalidRequest,
    Message,
    error,
    errors_in,
    nearest,
    say,
    say_many,
)
from engine.run.finish import as_declared
from engine.run.frames import GROUP, FrameRun, narwhals_library, polars_library
from engine.run.records import RecordRun
from engine.run.unit import GivenValue, Outcome
from engine.sources import Backend, Rows
from engine.text import Text
from engine.values import (
    Absent,
    FileUsed,
    Provenance,
    Result,
    Results,
    StepValue,
    achievement_of,
    category_of,
    published,
)
from engine.versions import Key, NotInForce, Period, Rule

RowValues = Mapping[tuple[str, str], Sequence[StepValue | Absent]]
"""The values of row steps by indicator and step, in the order of the rows."""
LONGEST_NOTE = 300
"""Characters of a note about the data that results carry."""
FEW_ROWS = 20_000
"""Up to so many rows, records given by the caller are computed without a dataframe library."""


@dataclass(frozen=True)
class Data:
    """Where rows come from: files below `root`, and what the caller gives for single sources.

    Given rows are those of one period: no earlier or shorter one is read from them. `inputs` take the
    place of cells of records, by source and column, in the period asked for and those inside it. Rows stay
    in `backend`, if there is one, and are computed there.
    """

    root: Path | None
    given: Mapping[str, Any] = field(default_factory=dict)
    keep_going: bool = False
    deliberate: bool = False
    previous: Mapping[str, StepValue] = field(default_factory=dict)
    values: Mapping[str, StepValue] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Value | None]] = field(default_factory=dict)
    backend: Backend | None = None


def period_parts(period: Period) -> dict[str, int | date]:
    """Return the parts of a period that formulas may ask for."""
    parts: dict[str, int | date] = {"year": period.year, "start": period.first, "end": period.last}
    finer = {"semester": period.semester, "quarter": period.quarter, "month": period.month}
    return {**parts, **{name: value for name, value in finer.items() if value is not None}}


def with_parameters(rule: Rule, chosen: Mapping[str, Value]) -> Rule:
    """Return *rule* with the caller's values for its parameters; raises InvalidRequest if that can't be."""
    parameters = dict(rule.parameters)
    for key, value in chosen.items():
        owner, _, name = key.rpartition(".")
        if owner not in ("", rule.indicator.id):
            continue
        found = parameters.get(name)
        if found is None:
            continue
        content = found.content
        if not isinstance(content, Single):
            raise InvalidRequest(
                error(
                    "wrong-parameter",
                    found.place,
                    say("`{name}` is not a single value and can't be set", name=name),
                )
            )
        if isinstance(value, str) != isinstance(content.value, str) or isinstance(value, bool) != isinstance(
            content.value, bool
        ):
            raise InvalidRequest(
                error(
                    "wrong-parameter",
                    found.place,
                    say(
                        "`{name}` is {old}; {new} is of another kind",
                        name=name,
                        old=content.written,
                        new=value,
                    ),
                )
            )
        if content.choices and value not in content.choices:
            choices = ", ".join(_written(choice) for choice in content.choices)
            raise InvalidRequest(
                error(
                    "wrong-parameter",
                    found.place,
                    say("`{name}` can't be {value}", name=name, value=value),
                    say("choose one of {choices}", choices=choices),
                )
            )
        parameters[name] = replace(found, content=replace(content, value=value, written=str(value)))
    return replace(rule, parameters=parameters)


def _written(value: Value) -> str:
    return (as_fraction(value) if isinstance(value, float) else None) or str(value)


class Evaluation:
    """All figures of one request, each computed when first asked for."""

    def __init__(
        self,
        catalogue: Catalogue,
        data: Data,
        by: str | None,
        parameters: Mapping[str, Value],
        keep: Sequence[str] = (),
    ) -> None:
        self.catalogue, self.data, self.by, self.parameters = catalogue, data, by, parameters
        self.keep = frozenset(keep)
        self.asked: Period | None = None
        self.proofs: dict[Period, tuple[Proof, dict[str, NotInForce]]] = {}
        self.by_rules: dict[frozenset[Key], Proof] = {}
        self.elsewhere: dict[Period, frozenset[Node]] = {}
        self.figures: dict[tuple[str, Period], list[Result]] = {}
        self.files_read: dict[tuple[str, str], Rows] = {}
        self.rows_read: dict[tuple[str, str], Rows] = {}
        self.recalled: dict[tuple[str, str], tuple[FileUsed, ...]] = {}
        """The files of figures that were taken as they were saved, by source and period."""
        self.kept: dict[str, Any] = {}
        self.computed: dict[tuple[str, Period], tuple[Plan, Any]] = {}
        self.beside_split = False
        self.row_values: dict[tuple[str, str], list[StepValue | Absent]] = {}
        self._check_parameters()

    @cached_property
    def of_the_whole(self) -> Evaluation:
        """The evaluation of the same request that splits nothing; both read and check rows once."""
        whole = Evaluation(self.catalogue, self.data, None, self.parameters, tuple(self.keep))
        whole.proofs, whole.by_rules, whole.elsewhere = self.proofs, self.by_rules, self.elsewhere
        whole.files_read, whole.rows_read = self.files_read, self.rows_read
        whole.kept, whole.computed = self.kept, self.computed
        whole.beside_split, whole.asked = True, self.asked
        return whole

    def results(self, period: Period, wanted: Sequence[str]) -> tuple[Result, ...]:
        """Return the results of *wanted* indicators for *period*, in that order, groups sorted."""
        self.asked = period
        self.compute(period, wanted)
        return tuple(result for name in wanted for result in self.figures[name, period])

    def _check_parameters(self) -> None:
        written = [rule for i in self.catalogue.indicators.values() for rule in versions.rules(i)]
        known = {name for rule in written for name in rule.parameters}
        known |= {f"{rule.indicator.id}.{name}" for rule in written for name in rule.parameters}
        for name in self.parameters:
            if name not in known:
                raise InvalidRequest(
                    error(
                        "unknown-name",
                        None,
                        say("no indicator has a parameter `{name}`", name=name),
                        nearest(name, sorted(key for key in known if ("." in key) == ("." in name))),
                    )
                )

    # ── which figure comes from where ──

    def compute(self, period: Period, wanted: Iterable[str]) -> None:
        """Compute what *wanted* still lacks for *period*, after everything that it depends on."""
        proof, absent = self.proof(period)
        missing = [name for name in wanted if (name, period) not in self.figures]
        if not missing:
            return
        direct: list[str] = []
        longer: list[str] = []
        for name in missing:
            indicator = self.catalogue.indicators[name]
            if name in absent:
                self.figures[name, period] = [self.no_value(indicator, None, period, absent[name].reason)]
            elif indicator.frequency == period.frequency:
                lost = _unchecked(name, proof)
                if lost is None:
                    direct.append(name)
                else:
                    self.figures[name, period] = [self.no_value(indicator, proof.rules[name], period, lost)]
            elif period.within(indicator.frequency) is not None:
                reason = say(
                    "`{name}` is measured {frequency}", name=name, frequency=FREQUENCIES[indicator.frequency]
                )
                self.figures[name, period] = [self.no_value(indicator, proof.rules[name], period, reason)]
            else:
                longer.append(name)
        split = [name for name in direct if self.splits(name)]
        whole = [name for name in direct if not self.splits(name)]
        if split:
            self.run(period, proof, split, self.by)
        if whole:
            self.run(period, proof, whole, None)
        self.compute_parts(period, longer)
        for name in longer:
            self.figures[name, period] = self.combined(
                self.catalogue.indicators[name], proof.rules[name], period
            )

    def compute_parts(self, period: Period, wanted: Sequence[str]) -> None:
        """Compute the shorter periods that make the figures of *wanted*, those of one together."""
        if self.data.given:
            return
        together: dict[Frequency, list[str]] = {}
        for name in wanted:
            indicator = self.catalogue.indicators[name]
            if indicator.over_the_year is not None:
                together.setdefault(indicator.frequency, []).append(name)
        for frequency, names in together.items():
            for part in period.parts(frequency):
                self.compute(part, names)

    def known(self, period: Period) -> frozenset[Node]:
        """Return what no plan of *period* computes: figures that are given, or that other periods make.

        Of an indicator that is measured more or less often the formulas say nothing about *period* itself.
        """
        if period not in self.elsewhere:
            found = {Node("indicator", name) for name in self.data.values}
            rules = self.proof(period)[0].rules
            for name, indicator in self.catalogue.indicators.items():
                if indicator.frequency != period.frequency:
                    found.add(Node("indicator", name))
                    steps = rules[name].steps.values() if name in rules else ()
                    found |= {Node("step", name, step.id) for step in steps if step.each is None}
            self.elsewhere[period] = frozenset(found)
        return self.elsewhere[period]

    def splits(self, name: str) -> bool:
        """Return whether an indicator may be split by the column asked for."""
        return self.by is not None and self.by in {
            column.id for column in self.catalogue.indicators[name].breakdowns
        }

    def proof(self, period: Period) -> tuple[Proof, dict[str, NotInForce]]:
        """Return the checked rules of a period, and why other indicators have none."""
        if period not in self.proofs:
            found = rules_at(self.catalogue, period)
            rules = {
                name: with_parameters(rule, self.parameters)
                for name, rule in found.items()
                if isinstance(rule, Rule)
            }
            proof = self.proved(rules)
            absent = {name: rule for name, rule in found.items() if isinstance(rule, NotInForce)}
            self.proofs[period] = (proof, absent)
        return self.proofs[period]

    def proved(self, rules: Mapping[str, Rule]) -> Proof:
        """Return the proof of *rules*; periods with the same ones share it."""
        key = frozenset(rule.key for rule in rules.values())
        if key not in self.by_rules:
            proof = prove(self.catalogue, rules)
            errors = errors_in(proof.problems)
            if errors:
                raise InvalidDefinitions(errors)
            self.by_rules[key] = proof
        return self.by_rules[key]

    # ── one plan ──

    def run(self, period: Period, proof: Proof, wanted: Sequence[str], by: str | None) -> None:
        """Carry out one plan for *wanted* and keep the figures; what has no data keeps the reason."""
        plan = make(proof, all_steps(proof, wanted), by, known=self.known(period))
        rows = self.with_references({name: self.read(name, period) for name in plan.sources})
        absent = {name: found.absent for name, found in rows.items() if found.absent is not None}
        plan, reasons = self.within_reach(plan, period, wanted, absent)
        usable = [name for name in wanted if UnitValue(name) not in reasons]
        if not usable:
            return
        if by is not None and all(found.held for found in rows.values()):
            self.of_the_whole.compute(period, usable)  # its rows serve the groups too
        outcomes = self.outcomes(plan, {name: rows[name] for name in plan.sources}, period)
        computed = {step.indicator for step in plan.unit_steps if step.value.step is None}
        for name in sorted(computed if by is None else computed.intersection(usable)):
            rule = proof.rules[name]
            head = self.head(rule.indicator, rule, period)
            self.figures[name, period] = [
                self.result(head, rule, outcome, plan, reasons, rows) for outcome in outcomes
            ] or [
                self.no_value(rule.indicator, rule, period, say("there are no rows to split by {by}", by=by))
            ]

    def within_reach(
        self, plan: Plan, period: Period, wanted: Sequence[str], absent: Mapping[str, Message]
    ) -> tuple[Plan, Mapping[UnitValue, Message]]:
        """Return the plan without what *absent* sources make impossible, and why that is.

        Those of *wanted* that are lost have their figure then: no value.
        """
        proof, known = self.proof(period)[0], self.known(period)
        reasons = _out_of_reach(proof, absent, known)
        for name in wanted:
            if UnitValue(name) in reasons:
                rule, reason = proof.rules[name], reasons[UnitValue(name)]
                self.figures[name, period] = [self.no_value(rule.indicator, rule, period, reason)]
        usable = [name for name in wanted if UnitValue(name) not in reasons]
        if usable and absent:
            plan = make(proof, all_steps(proof, usable), plan.by, without=absent, known=known)
        return plan, reasons

    def with_references(self, rows: dict[str, Rows]) -> dict[str, Rows]:
        """Return rows that all find what they refer to; raises InvalidData unless told to keep going."""
        problems = sources.check_references(rows)
        if not problems:
            return rows
        if not self.data.keep_going:
            raise InvalidData(problems)
        return sources.without_orphans(rows)

    def outcomes(self, plan: Plan, rows: Mapping[str, Rows], period: Period) -> list[Outcome]:
        """Carry a plan out on records where rows are few and plain, on frames otherwise."""
        given = self.given(plan, period)
        parts = period_parts(period)
        if self.data.backend is not None:
            return self.queried(self.data.backend, plan, rows, period, given)
        counts = [found.count for found in rows.values()]
        few = all(count is not None for count in counts) and sum(count or 0 for count in counts) <= FEW_ROWS
        if few and all(found.is_records for found in rows.values()):
            run = RecordRun(plan, parts)
            records = {name: found.records() for name, found in rows.items()}
            outcomes, computed = run.outcomes(records, given.get(None, {}))
            self.keep_records(plan, run, computed, rows)
            return outcomes
        frame_run = FrameRun(
            plan,
            parts,
            polars_library(),
            apart=_apart(rows),
            leads={} if plan.spread else _leads(rows),
            heights={name: found.count for name, found in rows.items()},
        )

        def keep(source: str, frame: Any) -> Any:
            if plan.by is not None:
                return frame
            self.kept[source] = frame
            if source in self.keep:
                frame = self.kept[source] = _without_parts(frame).collect().lazy()
            elif self.beside_split and rows[source].held:
                frame = frame.select(frame_run.after_layers(source)).collect().lazy()
            if source in self.keep or rows[source].held:
                self.computed[source, period] = (plan, frame)
            return frame

        frames = {name: found.frame() for name, found in rows.items()}
        return frame_run.outcomes(frames, given, keep, self.already(plan, period))

    def queried(
        self,
        backend: Backend,
        plan: Plan,
        rows: Mapping[str, Rows],
        period: Period,
        given: Mapping[str | None, Mapping[GivenValue, StepValue | Absent]],
    ) -> list[Outcome]:
        """Carry a plan out by queries of DuckDB or Spark."""

        def keep(source: str, frame: Any) -> Any:
            if plan.by is not None:
                return frame
            if source in self.keep:
                frame = backend.held(_without_parts(frame))
            self.kept[source] = frame
            return frame

        run = FrameRun(plan, period_parts(period), narwhals_library(backend))
        tables = {name: sources.table_of(found, backend) for name, found in rows.items()}
        return run.outcomes(tables, given, keep)

    def already(self, plan: Plan, period: Period) -> Mapping[str, Any]:
        """Return the rows that the whole has computed and kept, where a split plan has the same ones."""
        found = {
            name: self.computed[name, period] for name in plan.sources if (name, period) in self.computed
        }
        same = plan.by is not None and not plan.spread
        return {name: frame for name, (other, frame) in found.items() if same and other.names == plan.names}

    def keep_records(
        self,
        plan: Plan,
        run: RecordRun,
        computed: Mapping[str | None, Mapping[str, Sequence[Sequence[Any]]]],
        rows: Mapping[str, Rows],
    ) -> None:
        """Hold on to the rows that a record run computed: for examples, and for ``results.rows``."""
        if plan.by is not None:
            return
        records = computed[None]
        for step in plan.row_steps:
            slot = run.layout.rows_of[step.source][step.column]
            values = [record[slot] for record in records[step.source]]
            self.row_values[step.indicator, step.step.id] = [
                Absent(value.reason) if isinstance(value, NoValue) else as_declared(value, step.kind)
                for value in values
            ]
        for source, found in rows.items():
            steps = [step for step in plan.row_steps if step.source == source]
            columns = {step.column: self.row_values[step.indicator, step.step.id] for step in steps}
            self.kept[source] = [
                {
                    **row,
                    **{
                        name: None if isinstance(values[i], Absent) else values[i]
                        for name, values in columns.items()
                    },
                }
                for i, row in enumerate(found.records())
            ]

    def given(self, plan: Plan, period: Period) -> dict[str | None, dict[GivenValue, StepValue | Absent]]:
        """Return the figures of other indicators and of earlier periods that a plan needs, by group."""
        found: dict[str | None, dict[GivenValue, StepValue | Absent]] = {None: {}}
        self.compute_given(plan, period)
        for value in plan.given:
            if isinstance(value, PreviousValue):
                figures = self.earlier(value.indicator, period)
            elif value.step is None:
                figures = self.other(value.indicator, period)
            else:
                reason = say("`{name}` has no steps for this period", name=value.indicator)
                figures = {None: Absent(reason)}
            for group, figure in figures.items():
                found.setdefault(group, {})[value] = figure
        whole = found[None]
        return {group: {**whole, **values} for group, values in found.items()}

    def compute_given(self, plan: Plan, period: Period) -> None:
        """Compute what a plan needs of others and of the period before, those of one period together."""
        now = {v.indicator: None for v in plan.given if isinstance(v, UnitValue) and v.step is None}
        before = {v.indicator: None for v in plan.given if isinstance(v, PreviousValue)}
        self.compute(period, [name for name in now if name not in self.data.values])
        if self.has_earlier:
            self.compute(period.previous(), [name for name in before if name not in self.data.previous])

    @property
    def has_earlier(self) -> bool:
        """Whether there may be data of earlier periods: rows that the caller gives are those of one."""
        return self.data.root is not None and not self.data.given

    def other(self, name: str, period: Period) -> dict[str | None, StepValue | Absent]:
        """Return another indicator's unrounded figure for *period*, by group."""
        if name in self.data.values:
            return {None: self.data.values[name]}
        self.compute(period, [name])
        return {result.group: _figure(result) for result in self.figures[name, period]}

    def earlier(self, name: str, period: Period) -> dict[str | None, StepValue | Absent]:
        """Return an indicator's unrounded figure one period before *period*, by group."""
        if name in self.data.previous:
            return {None: self.data.previous[name]}
        before = period.previous()
        if not self.has_earlier:
            return {
                None: Absent(
                    say(
                        "the data given are those of {period}, without {before}",
                        period=period.text,
                        before=before.text,
                    )
                )
            }
        return self.other(name, before)

    # ── rows ──

    def files_of(self, read: tuple[str, str]) -> tuple[FileUsed, ...]:
        """Return the files that a source's rows for a period came from."""
        rows = self.rows_read.get(read)
        if rows is None:
            return self.recalled.get(read, ())
        return tuple(FileUsed(rows.source.id, file.path, file.sha256, file.size) for file in rows.files)

    def read(self, name: str, period: Period) -> Rows:
        """Return a source's checked rows for a period, read once."""
        source = self.catalogue.sources[name]
        key = (name, period.text)
        if key in self.rows_read:
            return self.rows_read[key]
        rows = self.file_of(source, period)
        if name in self.data.inputs and (
            period == self.asked or (self.asked is not None and period in self.asked.parts(period.frequency))
        ):
            rows = self.assumed(rows, self.data.inputs[name])
        self.rows_read[key] = rows
        return rows

    def file_of(self, source: Source, period: Period) -> Rows:
        """Return the checked rows of a source's file, which may be that of other periods too; read once."""
        given = self.data.given.get(source.id)
        fixed = given is not None or source.rows is not None or self.data.root is None
        file = "" if fixed else sources.held_at(source, period)
        if (source.id, file) not in self.files_read:
            self.files_read[source.id, file] = self.read_anew(source, period, given)
        return self.files_read[source.id, file]

    def read_anew(self, source: Source, period: Period, given: Any) -> Rows:
        """Return the checked rows of a source: of what the caller gave, of its definition, or of its file."""
        options: dict[str, Any] = {"sources": self.catalogue.sources, "keep_going": self.data.keep_going}
        if given is None and source.rows is not None:
            return sources.from_records(
                source, source.rows, where=source.text.path, text_dates=True, **options
            )
        if given is None and self.data.root is None:
            return sources.nothing(source, say("no rows of `{name}` were given", name=source.id))
        if given is None or isinstance(given, (str, Path)):
            path = None if given is None else Path(given)
            options["backend"] = self.data.backend
            return sources.read(source, period, self.data.root or Path(), path=path, **options)
        if isinstance(given, (Mapping, Sequence)):
            listed = [given] if isinstance(given, Mapping) else given
            return sources.from_records(
                source, listed, allow_empty=self.data.deliberate, text_dates=self.data.deliberate, **options
            )
        if self.data.backend is not None and sources.backend_of(given) is not None:
            return sources.from_table(source, given, self.data.backend, **options)
        return sources.from_frame(source, given, **options)

    def assumed(self, rows: Rows, inputs: Mapping[str, Value | None]) -> Rows:
        """Return the one row of a record with other values in some of its cells, checked as a file is."""
        row = {} if rows.absent is not None else rows.records()[0]
        if rows.absent is not None and not rows.source.columns.keys() <= inputs.keys():
            return rows
        found = sources.from_records(
            rows.source, [{**row, **inputs}], sources=self.catalogue.sources, text_dates=True
        )
        return replace(found, files=rows.files)

    # ── results ──

    def result(
        self,
        head: Result,
        rule: Rule,
        outcome: Outcome,
        plan: Plan,
        reasons: Mapping[UnitValue, Message],
        rows: Mapping[str, Rows],
    ) -> Result:
        """Return one indicator\'s result from what a plan gave for one group."""
        name = rule.indicator.id
        steps: dict[str, StepValue | Absent] = {}
        for step in rule.steps.values():
            if step.each is None:
                key = UnitValue(name, step.id)
                lost = reasons.get(key)
                steps[step.id] = (
                    Absent(lost) if lost is not None else outcome.values.get(key, Absent(say("not computed")))
                )
        used = [source.id for source in rule.indicator.sources if source.id in outcome.rows_read]
        read = {source: outcome.rows_read[source] for source in used}
        notes = [note for source in used for note in _left_out(source, rows[source])]
        if self.by is not None and plan.by is None:
            notes.append(
                say("can't be split by {by}: it is not among the indicator's breakdowns", by=self.by)
            )
        base = replace(
            head,
            group=outcome.group,
            steps=steps,
            rows_read=read,
            notes=tuple(notes),
        )
        value = outcome.values.get(UnitValue(name), Absent(say("not computed")))
        if isinstance(value, Absent):
            return replace(base, status="no value", reason=value.reason)
        assert isinstance(value, (int, float))
        return self.with_value(base, rule, value)

    def with_value(self, base: Result, rule: Rule, value: int | float) -> Result:
        """Return the result with its published value, category and achievement."""
        try:
            shown = published(value, rule.decimals, rule.rounding)
        except TooLarge:
            return replace(base, status="no value", reason=say("the value is too large for exact decimals"))
        category, why_none = category_of(shown, rule.categories) if rule.categories else (None, None)
        achievement, unjudged = None, None
        if base.target is not None:
            found = achievement_of(
                shown, base.target, rule.indicator.better, self.achievement_rule(rule.indicator)
            )
            achievement, unjudged = (None, found) if isinstance(found, Message) else (found, None)
        return replace(
            base,
            value=shown,
            unrounded=value,
            category=category,
            category_reason=why_none,
            achievement=achievement,
            achievement_reason=unjudged,
        )

    def achievement_rule(self, indicator: Indicator) -> AchievementRule:
        """Return the organization's achievement rule with what the indicator declares itself."""
        return self.catalogue.organization.achievement.changed_by(indicator.achievement)

    def head(self, indicator: Indicator, rule: Rule | None, period: Period) -> Result:
        """Return what a result says before there is a value."""
        return Result(
            indicator=indicator.id,
            title=indicator.title.text(self.catalogue.organization.language),
            period=period.text,
            unit=rule.unit if rule is not None else indicator.unit,
            decimals=rule.decimals if rule is not None else indicator.decimals,
            target=_target_of(indicator, period),
            objective=indicator.objective.id,
            division=indicator.division.id,
            version_from=rule.version.from_ if rule is not None else None,
            basis=None if rule is None else self.basis(rule),
        )

    def basis(self, rule: Rule) -> str | None:
        """Return the legal bases of a rule, from the instrument to its last amendment."""
        cited: dict[str, None] = {}
        for version in rule.chain:
            if version.basis is None or version.basis.regulation is None:
                continue
            name, locator = version.basis.regulation.id, version.basis.locator
            regulation = self.catalogue.regulations.get(name)
            citation = regulation.citation if regulation is not None else name
            cited[f"{citation}, {locator}" if locator else citation] = None
        return "; ".join(cited) or None

    def no_value(self, indicator: Indicator, rule: Rule | None, period: Period, reason: Message) -> Result:
        """Return the result of an indicator that has no value, with the reason."""
        return replace(self.head(indicator, rule, period), status="no value", reason=reason)

    # ── the year's figure of shorter periods ──

    def combined(self, indicator: Indicator, rule: Rule, period: Period) -> list[Result]:
        """Return the figure of a period made of shorter ones, as `over_the_year` says."""
        how = indicator.over_the_year
        base = self.head(indicator, rule, period)
        if how is None:
            reason = say(
                "`over_the_year` does not say how {frequency} figures become one",
                frequency=FREQUENCIES[indicator.frequency],
            )
            return [replace(base, status="no value", reason=reason)]
        if self.data.given:
            reason = say(
                "the data given are those of one period; `{name}` is measured {frequency}",
                name=indicator.id,
                frequency=FREQUENCIES[indicator.frequency],
            )
            return [replace(base, status="no value", reason=reason)]
        by_group: dict[str | None, list[Result]] = {}
        parts = period.parts(indicator.frequency)
        for part in parts:
            self.compute(part, [indicator.id])
            for result in self.figures[indicator.id, part]:
                by_group.setdefault(result.group, []).append(result)
        split = sorted(group for group in by_group if group is not None)
        groups: list[str | None] = [*split] if split else [None]
        return [
            self.one_figure(replace(base, group=group), rule, how, len(parts), by_group[group])
            for group in groups
        ]

    def one_figure(
        self, base: Result, rule: Rule, how: str, expected: int, parts: Sequence[Result]
    ) -> Result:
        """Return the figure that the results of shorter periods make."""
        known = [part for part in parts if part.unrounded is not None]
        base = replace(base, parts=tuple(parts))
        read: dict[str, int] = {}
        for part in parts:
            for source, count in part.rows_read.items():
                read[source] = read.get(source, 0) + count
        base = replace(
            base, rows_read=read, notes=tuple(dict.fromkeys(n for part in parts for n in part.notes))
        )
        if not known:
            reason = next((part.reason for part in parts if part.reason is not None), None)
            return replace(base, status="no value", reason=reason or say("no shorter period has a value"))
        if how != "last" and len(known) < expected:
            lacking = (
                next(part for part in [*parts, *known] if part.unrounded is None)
                if len(parts) == expected
                else None
            )
            count = expected - len(known)
            reason = (
                say("{count} of {expected} shorter periods have no value", count=count, expected=expected)
                if lacking is None
                else say(
                    "{count} of {expected} shorter periods have no value, the first is {period}",
                    count=count,
                    expected=expected,
                    period=lacking.period,
                )
            )
            return replace(base, status="no value", reason=reason)
        if how == "last":
            last = known[-1]
            if last.period != parts[-1].period:
                base = replace(
                    base,
                    notes=(*base.notes, say("the last known figure is that of {period}", period=last.period)),
                )
            value: float | int = last.unrounded if last.unrounded is not None else 0
            return self.with_value(replace(base, steps=last.steps), rule, value)
        total = sum(float(part.unrounded or 0) for part in known)
        return self.with_value(base, rule, total / expected if how == "mean" else total)


def _figure(result: Result) -> StepValue | Absent:
    if result.unrounded is not None:
        return result.unrounded
    reason = result.reason or say("no value")
    first = dict(reason.values).get("cause", reason)  # of a chain its near and its far end are named
    return Absent(say("`{name}` has no value: {cause}", name=result.indicator, cause=first))


def _target_of(indicator: Indicator, period: Period) -> Target | None:
    return next((target for target in indicator.targets if target.period == period.text), None)


def _left_out(source: str, rows: Rows) -> list[Message]:
    if not rows.left_out:
        return []
    return [
        say_many(
            "{count} row of `{source}` was left out because of findings",
            "{count} rows of `{source}` were left out because of findings",
            count=rows.left_out,
            source=source,
        )
    ]


def _unchecked(name: str, proof: Proof) -> Message | None:
    """Return why an indicator could not be checked: it needs a step of one that has no rule then."""
    if (name, RESULT) in proof.checked:
        return None
    needed = proof.graph.needed_for([Node("indicator", name)])
    owner = min(node.id for node in needed if node.kind == "step" and node.id not in proof.rules)
    return say("`{name}` has no steps for this period", name=owner)


def _out_of_reach(proof: Proof, absent: Mapping[str, Message], known: Set[Node]) -> dict[UnitValue, Message]:
    """Return the unit's values that an absent source makes impossible, with the reason; *known* are given."""
    reasons: dict[UnitValue, Message] = {}
    for source in sorted(absent):
        for node in proof.graph.reached_from([Node("source", source)], known):
            if node.kind in ("step", "indicator"):
                reasons.setdefault(UnitValue(node.id, node.name or None), absent[source])
    return reasons


def definitions_fingerprint(texts: Sequence[Text]) -> str:
    """Return a hash of all definition files, by content and by name in their folder, wherever that lies."""
    digest = hashlib.sha256()
    folder = PurePath(os.path.commonpath([os.path.dirname(text.path) for text in texts]))
    for text in sorted(texts, key=lambda t: t.path):
        content = text.content.encode()
        digest.update(f"{PurePath(text.path).relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def data_fingerprint(files: Sequence[FileUsed], given: Mapping[str, Any]) -> str | None:
    """Return a hash of the data: of the files' hashes, and of rows given as records.

    None where frames were given: hashing millions of rows would cost more than computing them.
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.source}\0{file.sha256}\0".encode())
    for name in sorted(given):
        rows = given[name]
        if isinstance(rows, (str, Path)):
            continue
        if not isinstance(rows, (Mapping, Sequence)):
            return None
        digest.update(json.dumps([name, rows], sort_keys=True, default=str).encode())
    return digest.hexdigest()


def results_of(evaluation: Evaluation, period: Period, wanted: Sequence[str]) -> Results:
    """Return the results of *wanted* for *period* with their provenance and their rows."""
    split = evaluation.by is not None

    @cache
    def whole() -> Results:
        return results_of(evaluation.of_the_whole, period, wanted)

    if split and evaluation.keep:
        whole()
    results = evaluation.results(period, wanted)
    catalogue, data = evaluation.catalogue, evaluation.data
    files = tuple(
        file
        for read in sorted({*evaluation.rows_read, *evaluation.recalled})
        for file in evaluation.files_of(read)
    )
    provenance = Provenance(
        engine=_engine_version(),
        definitions=definitions_fingerprint(catalogue.texts),
        data=data_fingerprint(files, data.given),
        files=files,
        parameters=tuple(sorted(evaluation.parameters.items())),
    )
    results = tuple(replace(result, provenance=provenance) for result in results)
    kind = sources.kind_of_frame(data.given)

    def rows_of(source: str) -> Any:
        if split:
            return whole().rows(source)
        if source not in evaluation.kept:
            raise InvalidRequest(
                error(
                    "unknown-name",
                    None,
                    say("these results have no rows of `{name}`", name=source),
                    nearest(source, evaluation.kept),
                )
            )
        kept = evaluation.kept[source]
        if isinstance(kept, list):
            return kept
        if data.backend is not None:
            return _native(_visible(kept), data.backend)
        return sources.to_kind(_visible(kept), kind)

    def frame_of(rows: Sequence[Mapping[str, Any]]) -> Any:
        if data.backend is not None:
            return data.backend.take(sources.frame_of(rows, "polars")).to_native()
        return sources.frame_of(rows, kind)

    return Results(
        period.text,
        results,
        provenance,
        evaluation.by,
        _data_note(data.root, files),
        rows_of,
        frame_of,
        whole if split else None,
    )


def _data_note(root: Path | None, files: Sequence[FileUsed]) -> str | None:
    """Return what a file ``NOTE.txt`` beside the files read, or in a folder above them, says of the data."""
    folders = {
        folder for file in files for folder in Path(file.path).parents if not Path(file.path).is_absolute()
    }
    for folder in sorted(folders, key=lambda path: -len(path.parts)):
        note = (root or Path()) / folder / "NOTE.txt"
        if root is not None and note.is_file():
            return " ".join(note.read_text(encoding="utf-8", errors="replace")[:LONGEST_NOTE].split())
    return None


def _apart(rows: Mapping[str, Rows]) -> frozenset[str]:
    """Return the sources whose keys are texts that their hashes can stand for."""
    return frozenset(
        name
        for name, found in rows.items()
        if (key := found.source.key) is not None
        and key.id in found.apart
        and found.source.columns[key.id].type == "text"
    )


def _leads(rows: Mapping[str, Rows]) -> dict[tuple[str, str], Any]:
    """Return the positions that references lead to, by source and column, where they are known."""
    return {
        (name, column): positions
        for name, found in rows.items()
        for (column, parent), positions in found.leads.items()
        if any(parent is other for other in rows.values())
    }


def _without_parts(frame: Any) -> Any:
    """Return a computed frame without the aggregates that its steps are made of."""
    return frame.select([name for name in frame.collect_schema().names() if not name.startswith("#")])


def _visible(frame: Any) -> Any:
    """Return a computed frame without the columns that only serve the computation."""
    frame = _without_parts(frame)
    names = frame.collect_schema().names()
    return frame.select([name for name in names if ">" not in name and name != GROUP])


def _native(table: Any, backend: Backend) -> Any:
    """Return a computed table as the backend's own kind of frame, its columns called as everywhere."""
    words = narwhals_library(backend).words
    called = {name: words.in_plan(name) for name in table.collect_schema().names()}
    return table.rename({name: plain for name, plain in called.items() if name != plain}).to_native()


def _engine_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("iku")
    except PackageNotFoundError:
        return "checkout"
