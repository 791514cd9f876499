"""Every cause of a result, each explained once.

The walk goes breadth first, so that `depth` cuts at the shortest way to a cause, and never recurses (G5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.comparing.amendments import compare_rules
from engine.definition import Basis, Label, Number, Step
from engine.evaluation import Evaluation
from engine.explain import nouns
from engine.explain.context import Context, of_group
from engine.explain.nouns import (
    AnyItem,
    Citation,
    Combination,
    Coming,
    Computed,
    Explanation,
    Figure,
    FileRead,
    NoRule,
    Reached,
    Rounded,
)
from engine.explain.rows import RowView
from engine.explain.trace import trace
from engine.formula.names import (
    ParameterValue,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    SourceRows,
    UnitValue,
)
from engine.graph import RESULT
from engine.problems import InvalidRequest, error, nearest, say
from engine.values import Absent, StepValue, row_reached
from engine.versions import Period, Rule


def explain(
    evaluation: Evaluation,
    indicator: str,
    period: Period,
    *,
    row: str | None = None,
    group: str | None = None,
    depth: int | None = None,
    own: bool = False,
) -> Explanation:
    """Return how an indicator's result for *period* came about, down to one *row* by its key if asked.

    *group* chooses one group where the evaluation splits by a column. *depth* is the number of links from
    the result that are followed; None follows all. With *own*, other indicators are told by their figures
    alone. Raises InvalidRequest for an unknown name, group or row.
    """
    if indicator not in evaluation.catalogue.indicators:
        raise InvalidRequest(
            error(
                "unknown-name",
                None,
                say("there is no indicator `{name}`", name=indicator),
                nearest(indicator, evaluation.catalogue.indicators),
            )
        )
    explainer = _Explainer(evaluation, period, group, row, indicator if own else None)
    return explainer.explanation(indicator, depth)


@dataclass(frozen=True)
class _Cause:
    """What is to be explained: an id for people and programs, and where to find it."""

    kind: str
    indicator: str
    name: str
    period: Period

    @property
    def id(self) -> str:
        shown = (
            self.name if self.kind == "source" else self.indicator + (f".{self.name}" if self.name else "")
        )
        return f"{self.kind}:{shown}" + (f"@{self.period.text}" if self.kind == "figure" else "")


class _Explainer:
    def __init__(
        self, evaluation: Evaluation, period: Period, group: str | None, row: str | None, only: str | None
    ) -> None:
        self.only = only
        self.evaluation, self.period, self.group, self.row_key = evaluation, period, group, row
        self.catalogue = evaluation.catalogue
        self.contexts: dict[str, Context] = {}
        self.row: RowView | None = None

    def explanation(self, indicator: str, depth: int | None) -> Explanation:
        result = self.context(indicator).result
        if self.row_key is not None:
            self.row = self.chosen_row(indicator, self.row_key)
            self.row.behind.unit.chosen_row = self.row
        root = _Cause("indicator", indicator, "", self.period)
        items = self.items(root, depth)
        rule = self.context(indicator).rule
        others = (
            ()
            if rule is None
            else tuple(
                cause.id
                for step in rule.steps.values()
                if (cause := _Cause("step", indicator, step.id, self.period)).id not in items
                and depth is None
            )
        )
        behind = self.context(indicator).behind if others else None
        extra = (
            {}
            if behind is None
            else {
                name: replace(
                    self.step(_Cause("step", indicator, name.partition(".")[2], self.period)), uses=()
                )
                for name in others
            }
        )
        by = self.evaluation.by if self.evaluation.splits(indicator) else None
        return Explanation(
            root.id,
            indicator,
            self.period.text,
            {**items, **extra},
            None if by is None else (by, self.group),
            None if self.row is None else self.row.source,
            None if self.row is None else self.row.key,
            None if rule is None else self.citation(rule.version.basis),
            None if rule is None else rule.version.remarks.title,
            None if rule is None else rule.version.from_,
            result.notes,
            tuple(extra),
            None if rule is None else self.coming(rule),
            self.catalogue,
        )

    def coming(self, rule: Rule) -> Coming | None:
        """Return the version that follows the rule, with all that it changes."""
        later = [version for version in rule.indicator.versions if version.from_ > rule.version.from_]
        if not later:
            return None
        version = min(later, key=lambda version: version.from_)
        return Coming(
            version.from_,
            self.citation(version.basis),
            version.remarks.title,
            tuple(compare_rules(rule.indicator, rule.version.from_, version.from_)),
        )

    def context(self, indicator: str) -> Context:
        """Return all that is known of one indicator's figure, found out once."""
        if indicator not in self.contexts:
            self.contexts[indicator] = Context(self.evaluation, indicator, self.period, self.group)
        return self.contexts[indicator]

    def chosen_row(self, indicator: str, key: str) -> RowView:
        context = self.context(indicator)
        if context.behind is None:
            raise InvalidRequest(
                error(
                    "unknown-row",
                    None,
                    say(
                        "`{name}` was not computed from rows for {period}",
                        name=indicator,
                        period=self.period.text,
                    ),
                    say("choose one of the shorter periods") if context.result.parts else None,
                )
            )
        return context.behind.chosen_row(key)

    def items(self, root: _Cause, depth: int | None) -> dict[str, AnyItem]:
        """Return the root and all its causes up to *depth* links away, nearest first."""
        found: dict[str, AnyItem] = {}
        level = [root]
        distance = 0
        while level:
            further: dict[str, _Cause] = {}
            known = {*found, *(cause.id for cause in level)}
            for cause in level:
                item, uses = self.item(cause)
                ids = tuple(dict.fromkeys(use.id for use in uses))
                if depth is not None and distance >= depth:
                    item = replace(item, more=len([name for name in ids if name not in known]))
                    ids = ()
                found[cause.id] = replace(item, uses=ids)
                further.update({use.id: use for use in uses if use.id in ids})
            level = [cause for name, cause in further.items() if name not in found]
            distance += 1
        return found

    def item(self, cause: _Cause) -> tuple[AnyItem, list[_Cause]]:
        """Return one cause explained, and what it uses in reading order."""
        context = self.context(cause.indicator)
        if cause.kind == "figure":
            return self.figure(cause), []
        if cause.kind == "source":
            return self.source(cause), []
        if cause.kind == "parameter":
            return self.parameter(cause), []
        if cause.kind == "indicator":
            if cause.indicator in self.evaluation.data.values:
                return self.given(cause), []
            if context.rule is None or not context.is_direct:
                return self.without_formula(cause)
        return self.step(cause), self.uses(cause)

    # ── computed values ──

    def step(self, cause: _Cause) -> Computed:
        """Return a step, or the result of an indicator, with its formula and its numbers."""
        context = self.context(cause.indicator)
        rule = context.rule
        assert rule is not None
        step = rule.steps[cause.name] if cause.name else rule.result
        remarks, entry = step.remarks, f"steps.{cause.name}" if cause.name else "result"
        checked = context.checked(step.id)
        item = Computed(
            id=cause.id,
            name=cause.name or cause.indicator,
            title=remarks.title,
            note=remarks.note,
            inferred=inferred(rule, entry),
            basis=self.citation(rule.basis_of(entry)),
            since=since(rule, entry),
            place=step.formula.passage.place,
            unit=step.unit or (None if cause.name else rule.unit),
            kind="step" if cause.name else "result",
            formula=" ".join(step.formula.text.split()),
            bound=self.evaluation.proof(self.period)[0].graph.bounds.get((cause.indicator, step.id)),
            value=None,
            each=step.each.id if step.each else None,
        )
        if not cause.name:
            return self.result(item, context, rule)
        behind = context.behind
        if step.each is not None:
            row_step = context.row_step(step.id)
            item = replace(item, kind="row step")
            if behind is None or row_step is None or checked is None:
                return replace(item, value=Absent(context.reason))
            if behind.privacy.hides_step(row_step.indicator, row_step.step.id):
                return replace(item, personal=True)
            item = replace(item, spread=behind.spread(row_step))
            if self.row is not None and self.row.behind is behind and self.row.source == step.each.id:
                traced = trace(checked, self.row, rule.parameters, behind.privacy)
                value = self.row.step_value(row_step)
                item = replace(item, row=traced, value=value, rounded=_rounded(step, traced.value, value))
            return item
        value = context.result.steps.get(step.id, Absent(context.reason))
        if behind is None or checked is None or UnitValue(cause.indicator, step.id) not in context.values:
            return replace(item, value=value)
        traced = trace(checked, behind.unit, rule.parameters, behind.privacy)
        return replace(item, value=value, trace=traced, rounded=_rounded(step, traced.value, value))

    def result(self, item: Computed, context: Context, rule: Rule) -> Computed:
        """Return the result with its publication, category and achievement."""
        indicator, result = rule.indicator, context.result
        item = replace(
            item,
            title=indicator.title,
            note=rule.result.remarks.note,
            value=context.value,
            category=context.category,
            category_reason=result.category_reason,
            reached=self.reached(context),
            rounded=context.rounded,
        )
        checked = context.checked(RESULT)
        if context.behind is None or checked is None or UnitValue(indicator.id) not in context.values:
            return item
        behind = context.behind
        return replace(item, trace=trace(checked, behind.unit, rule.parameters, behind.privacy))

    def reached(self, context: Context) -> Reached | None:
        result = context.result
        if result.target is None or result.value is None:
            return None
        indicator = self.catalogue.indicators[result.indicator]
        rule = self.evaluation.achievement_rule(indicator)
        row = None
        if result.achievement is not None and rule.scale:
            row = row_reached(result.achievement.value, rule.scale)
        return Reached(
            result.target.value,
            result.value,
            indicator.better,
            rule.lower or "mirror",
            result.achievement,
            result.achievement_reason,
            rule.cap,
            rule.floor,
            row,
        )

    def uses(self, cause: _Cause) -> list[_Cause]:
        """Return what a formula uses, in reading order; last the source that a row step goes through."""
        context = self.context(cause.indicator)
        rule = context.rule
        assert rule is not None
        step = rule.steps[cause.name] if cause.name else rule.result
        proof, _ = self.evaluation.proof(self.period)
        bound = proof.graph.bounds.get((cause.indicator, step.id))
        found = (
            []
            if bound is None
            else [used for reference, _ in bound.uses() for used in self.used(cause.indicator, reference)]
        )
        if step.each is not None:
            found.append(_Cause("source", cause.indicator, step.each.id, self.period))
        return found

    def used(self, indicator: str, reference: Reference) -> Iterable[_Cause]:
        match reference:
            case RowValue(step_of=str() as owner) | UnitValue(indicator=owner) if self.only not in (
                None,
                owner,
            ):
                yield _Cause("figure", owner, "", self.period)
            case RowValue(item=item, step_of=str() as owner):
                yield _Cause("step", owner, item, self.period)
            case RowValue(source=source) | RecordValue(source=source) | SourceRows(source=source):
                yield _Cause("source", indicator, source, self.period)
            case UnitValue(indicator=owner, step=str() as step):
                yield _Cause("step", owner, step, self.period)
            case UnitValue(indicator=owner):
                yield _Cause("indicator", owner, "", self.period)
            case PreviousValue(indicator=owner):
                yield _Cause("figure", owner, "", self.period.previous())
            case ParameterValue(name=name):
                yield _Cause("parameter", indicator, name, self.period)
            case _:
                pass

    # ── values that come from elsewhere ──

    def without_formula(self, cause: _Cause) -> tuple[AnyItem, list[_Cause]]:
        """Return an indicator whose figure is made of shorter periods, or that has none and says why."""
        context = self.context(cause.indicator)
        indicator, result = self.catalogue.indicators[cause.indicator], context.result
        if context.rule is None or not result.parts:
            reason = Absent(context.reason)
            return NoRule(
                id=cause.id, name=cause.indicator, title=indicator.title, place=indicator.place, value=reason
            ), []
        parts = [_Cause("figure", cause.indicator, "", Period.parse(part.period)) for part in result.parts]
        return Combination(
            id=cause.id,
            name=cause.indicator,
            title=indicator.title,
            place=indicator.place,
            unit=result.unit,
            how=indicator.over_the_year,
            value=context.value,
            rounded=context.rounded,
            category=context.category,
            category_reason=result.category_reason,
            reached=self.reached(context),
        ), parts

    def given(self, cause: _Cause) -> Figure:
        indicator = self.catalogue.indicators[cause.indicator]
        return Figure(
            id=cause.id,
            name=cause.indicator,
            title=indicator.title,
            indicator=cause.indicator,
            period=self.period.text,
            value=self.evaluation.data.values[cause.indicator],
        )

    def figure(self, cause: _Cause) -> Figure:
        """Return the figure of an earlier or a shorter period; it is explained by asking for that period."""
        indicator, shorter = self.catalogue.indicators[cause.indicator], cause.period.frequency
        value: StepValue | Absent
        category = None
        if shorter == self.period.frequency and cause.period != self.period:
            figures = self.evaluation.earlier(cause.indicator, self.period)
            missing = Absent(say("no value for {period}", period=cause.period.text))
            value = figures.get(self.group, figures.get(None, missing))
        else:
            results = self.evaluation.results(cause.period, [cause.indicator])
            result = of_group(results, self.group)
            value = Absent(result.reason or say("no value")) if result.unrounded is None else result.unrounded
            category = result.category
        return Figure(
            id=cause.id,
            name=cause.indicator,
            title=indicator.title,
            unit=indicator.unit,
            indicator=cause.indicator,
            period=cause.period.text,
            value=value,
            category=category,
        )

    # ── parameters and sources ──

    def parameter(self, cause: _Cause) -> nouns.Parameter:
        rule = self.context(cause.indicator).rule
        assert rule is not None
        declared, entry = rule.parameters[cause.name], f"parameters.{cause.name}"
        return nouns.Parameter(
            id=cause.id,
            name=declared.id,
            title=declared.remarks.title,
            note=declared.remarks.note,
            inferred=inferred(rule, entry),
            basis=self.citation(rule.basis_of(entry)),
            since=since(rule, entry),
            place=declared.place,
            unit=declared.unit,
            content=declared.content,
            chosen=declared.id in self.evaluation.parameters,
        )

    def source(self, cause: _Cause) -> nouns.Source:
        declared = self.catalogue.sources[cause.name]
        division = self.catalogue.organization.divisions.get(declared.division.id)
        behind = self.context(cause.indicator).behind
        rows = self.evaluation.rows_read.get((cause.name, self.period.text))
        used: Iterable[str] = () if behind is None else behind.plan.columns.get(cause.name, ())
        columns: Mapping[str, Label | None] = {
            name: declared.columns[name].remarks.title for name in used if not declared.columns[name].personal
        }
        count = None
        if behind is not None and behind.outcome is not None:
            count = behind.outcome.rows_read.get(cause.name)
        return nouns.Source(
            id=cause.id,
            name=declared.id,
            title=declared.title,
            note=declared.remarks.note,
            inferred=declared.remarks.certainty == "inferred",
            place=declared.place,
            division=None if division is None else division.title,
            one_row_is=declared.one_row_is,
            rows=count,
            columns=columns,
            files=() if rows is None else tuple(FileRead(path=f.path, sha256=f.sha256) for f in rows.files),
            left_out=0 if rows is None else rows.left_out,
            absent=None if rows is None else rows.absent,
            row=self.row.columns() if self.row is not None and self.row.source == cause.name else None,
        )

    def citation(self, basis: Basis | None) -> Citation | None:
        """Return a legal basis as it is cited."""
        if basis is None or basis.regulation is None:
            return None
        regulation = self.catalogue.regulations.get(basis.regulation.id)
        citation = basis.regulation.id if regulation is None else regulation.citation
        return Citation(basis.regulation.id, citation, basis.locator)


def since(rule: Rule, entry: str) -> date:
    """Return the first day of the version that set an entry as it counts in *rule*."""
    return rule.origins.get(entry, rule.version).from_


def inferred(rule: Rule, entry: str) -> bool:
    """Return whether an entry (``steps.x``, ``result``) or the version that set it rests on no text read."""
    kind, _, name = entry.partition(".")
    own = rule.result if kind == "result" else rule.steps[name] if kind == "steps" else rule.parameters[name]
    origin = rule.origins.get(entry)
    return "inferred" in (own.remarks.certainty, None if origin is None else origin.remarks.certainty)


def _rounded(step: Step, before: StepValue | Absent, after: StepValue | Absent) -> Rounded | None:
    """Return how a step's value was rounded, where it declares that."""
    numbers: tuple[type[Number], ...] = (int, float)
    if step.decimals is None or not isinstance(before, numbers) or not isinstance(after, numbers):
        return None
    return Rounded(before, step.decimals, step.rounding)
