"""What moved a figure between two periods: the rule or the data, and which steps.

Two parts add up to the difference. That of the rule: the earlier period's data under the later rule, less the
earlier figure. That of the data: the later figure, less the same. The part of the data is then told by what
the formula is made of: its operands take their later values one after the other, in reading order, and
each is told by how much the value moves when its turn comes. A mean or sum of steps that are added up is told
by these. Parts are counted in 1e-9 and add up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.comparing.figures import as_of
from engine.definition import Label
from engine.evaluation import Evaluation
from engine.explain.context import of_group
from engine.explain.moves import Part, Sides, all_of, of_shorter
from engine.explain.nouns import Citation
from engine.explain.rows import Behind
from engine.formula.names import (
    UnitValue,
)
from engine.graph import Node
from engine.numbers import at_nine
from engine.plan import make
from engine.problems import InvalidRequest, Message, error, say
from engine.run.frames import polars_library
from engine.values import Absent, Result
from engine.versions import Period, Rule


@dataclass(frozen=True)
class Difference:
    """A figure in two periods, and what moved it; `reason` says why that is not known, where it is not.

    `middle` is the figure of the earlier data under the later rule; `rule` and `data` add up to `units`.
    """

    indicator: str
    title: Label
    unit: str | None
    earlier: str
    later: str
    before: float | int | None
    after: float | int | None
    rules: tuple[Citation | None, Citation | None]
    units: int | None = None
    middle: float | int | None = None
    rule: int | None = None
    data: int | None = None
    parts: tuple[Part, ...] = ()
    reason: Message | None = None
    group: tuple[str, str | None] | None = None

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the difference as plain values for JSON, numbers in the unit of the indicator."""

        def told(part: Part) -> dict[str, Any]:
            return {
                "kind": part.kind,
                "name": part.name,
                "before": None if isinstance(part.before, Absent) else part.before,
                "after": None if isinstance(part.after, Absent) else part.after,
                "by": part.by,
                "parts": [told(inner) for inner in part.parts],
            }

        def of(units: int | None) -> float | None:
            return None if units is None else units / 1e9

        return {
            "indicator": self.indicator,
            "group": None if self.group is None else list(self.group),
            "periods": [self.earlier, self.later],
            "values": [self.before, self.after],
            "rules": [None if rule is None else rule.shown for rule in self.rules],
            "difference": of(self.units),
            "earlier_data_under_later_rule": self.middle,
            "of_the_rule": of(self.rule),
            "of_the_data": of(self.data),
            "parts": [told(part) for part in self.parts],
            "reason": None if self.reason is None else self.reason.text(language),
        }


def difference(
    evaluation: Evaluation, indicator: str, earlier: Period, later: Period, group: str | None = None
) -> Difference:
    """Return what moved an indicator's figure from one period to another, of one group if asked.

    Raises InvalidRequest for an unknown group and for rows that were given: they are those of one period.
    """
    if evaluation.data.given:
        message = say("the rows given are those of one period; a difference needs the data of two")
        raise InvalidRequest(error("wrong-option", None, message, say("give the folder of the data")))
    if earlier.frequency != later.frequency or earlier == later:
        message = say("{one} can't be compared with {other}", one=earlier.text, other=later.text)
        hint = say("name two different periods of one kind, such as two years or two quarters")
        raise InvalidRequest(error("wrong-period", None, message, hint))
    return _Explainer(evaluation, indicator, earlier, later, group).difference()


class _Explainer:
    def __init__(
        self, evaluation: Evaluation, indicator: str, earlier: Period, later: Period, group: str | None
    ) -> None:
        self.evaluation, self.indicator, self.group = evaluation, indicator, group
        self.earlier, self.later = earlier, later

    def difference(self) -> Difference:
        first, second = (self.result(self.evaluation, period) for period in (self.earlier, self.later))
        declared = self.evaluation.catalogue.indicators[self.indicator]
        by = self.evaluation.by if self.evaluation.splits(self.indicator) else None
        found = Difference(
            self.indicator,
            declared.title,
            second.unit,
            self.earlier.text,
            self.later.text,
            first.unrounded,
            second.unrounded,
            (self.cited(self.earlier), self.cited(self.later)),
            group=None if by is None else (by, second.group),
        )
        missing = next((one for one in (first, second) if one.unrounded is None), None)
        if missing is not None or first.unrounded is None or second.unrounded is None:
            assert missing is not None
            reason = say(
                "{period} has no value: {reason}", period=missing.period, reason=missing.reason or ""
            )
            return replace(found, reason=reason)
        before, after = at_nine(float(first.unrounded)), at_nine(float(second.unrounded))
        found = replace(found, units=int(after - before))
        if self.rule_of(self.earlier) is self.rule_of(self.later):
            parts = self.parts(self.evaluation, self.earlier, self.later) or of_shorter(
                first, second, declared.over_the_year
            )
            return replace(
                found,
                middle=first.unrounded,
                rule=0,
                data=found.units,
                parts=all_of(parts, int(after - before)),
            )
        under = self.under_rule_of(self.later)
        lacking = self.lacking(under)
        if lacking is not None:
            return replace(found, reason=lacking)
        middle = self.result(under, self.earlier)
        if middle.unrounded is None:
            reason = say(
                "the data of {period} can't be computed by the later rule: {reason}",
                period=self.earlier.text,
                reason=middle.reason or "",
            )
            return replace(found, reason=reason)
        between = at_nine(float(middle.unrounded))
        return replace(
            found,
            middle=middle.unrounded,
            rule=int(between - before),
            data=int(after - between),
            parts=all_of(self.parts(under, self.earlier, self.later), int(after - between)),
        )

    def result(self, evaluation: Evaluation, period: Period) -> Result:
        return of_group(evaluation.results(period, [self.indicator]), self.group)

    def rule_of(self, period: Period) -> object:
        """Return the version that counts in a period."""
        rule = self.evaluation.proof(period)[0].rules.get(self.indicator)
        return None if rule is None else rule.version

    def cited(self, period: Period) -> Citation | None:
        rule: Rule | None = self.evaluation.proof(period)[0].rules.get(self.indicator)
        if rule is None or rule.version.basis is None or rule.version.basis.regulation is None:
            return None
        basis = rule.version.basis
        name = rule.version.basis.regulation.id
        regulation = self.evaluation.catalogue.regulations.get(name)
        return Citation(name, name if regulation is None else regulation.citation, basis.locator)

    def under_rule_of(self, period: Period) -> Evaluation:
        """Return the same request by the rules that count in *period*, whatever period is measured."""
        asked = self.evaluation
        standing = as_of(asked.catalogue, period.last)
        return Evaluation(standing, asked.data, asked.by, asked.parameters)

    def lacking(self, under: Evaluation) -> Message | None:
        """Return which column that the later rule reads the earlier data have no value of."""
        for source, column in sorted(
            self.columns(under, self.later) - self.columns(self.evaluation, self.earlier)
        ):
            rows = under.read(source, self.earlier)
            if rows.absent is not None:
                continue
            words = polars_library().words
            blank = rows.frame().select(words.column(column).is_null().all().alias("blank"))
            if polars_library().collect([blank])[0][0]["blank"]:
                return say(
                    "the later rule reads `{column}` of `{source}`, which the data of {period} do not have; "
                    "what the rule moved and what the data moved can't be told apart",
                    column=column,
                    source=source,
                    period=self.earlier.text,
                )
        return None

    def columns(self, evaluation: Evaluation, period: Period) -> set[tuple[str, str]]:
        """Return the columns that the rule of a period reads, with their sources."""
        proof, _ = evaluation.proof(period)
        if self.indicator not in proof.rules:
            return set()
        plan = make(proof, [Node("indicator", self.indicator)], known=evaluation.known(period))
        return {(source, column) for source, columns in plan.columns.items() for column in columns}

    # ── what the formula is made of ──

    def parts(self, evaluation: Evaluation, earlier: Period, later: Period) -> tuple[Part, ...]:
        """Return what moved the figure under one rule; nothing where it is not made of this period's rows."""
        declared = evaluation.catalogue.indicators[self.indicator]
        if declared.frequency != later.frequency:
            return ()
        sides = [Behind(evaluation, self.indicator, period, self.group) for period in (earlier, later)]
        return Sides(sides[0], sides[1], later).parts(UnitValue(self.indicator))
