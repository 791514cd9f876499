"""All that is known of one indicator's figure: its rule, its result, the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from engine.definition import Threshold
from engine.evaluation import Evaluation
from engine.explain.nouns import Rounded
from engine.explain.rows import Behind
from engine.formula.checked import Checked
from engine.formula.names import UnitValue
from engine.plan import RowStep
from engine.problems import InvalidRequest, Message, error, nearest, say
from engine.values import Absent, Result, StepValue, row_reached
from engine.versions import Period, Rule


class Context:
    """All that is known of one indicator's figure for a period and group."""

    def __init__(self, evaluation: Evaluation, indicator: str, period: Period, group: str | None) -> None:
        self.evaluation, self.indicator, self.period = evaluation, indicator, period
        if indicator in evaluation.data.values:
            value = evaluation.data.values[indicator]
            self.result = evaluation.head(evaluation.catalogue.indicators[indicator], None, period)
            self.result = replace(self.result, value=value if isinstance(value, (int, float)) else None)
        else:
            self.result = of_group(evaluation.results(period, [indicator]), group)
        self.group = self.result.group
        proof, _ = evaluation.proof(period)
        self.proof = proof
        self.rule: Rule | None = proof.rules.get(indicator)

    @property
    def is_direct(self) -> bool:
        """Whether the figure comes from rows of this very period."""
        return self.evaluation.catalogue.indicators[self.indicator].frequency == self.period.frequency

    @cached_property
    def behind(self) -> Behind | None:
        """The rows behind the figure; None where it does not come from rows of this period, or has none."""
        if self.rule is None or not self.is_direct:
            return None
        if self.evaluation.splits(self.indicator) and not self.result.rows_read:
            return None
        return Behind(self.evaluation, self.indicator, self.period, self.group)

    @property
    def values(self) -> Mapping[UnitValue, StepValue | Absent]:
        """The values of the unit that were computed."""
        return {} if self.behind is None or self.behind.outcome is None else self.behind.outcome.values

    @property
    def reason(self) -> Message:
        """Why there is no value, where there is none."""
        return self.result.reason or say("not computed")

    @property
    def value(self) -> StepValue | Absent:
        """The published value."""
        return Absent(self.reason) if self.result.value is None else self.result.value

    @property
    def rounded(self) -> Rounded | None:
        """How the published value came from the computed one, where the definition rounds it."""
        rule, result = self.rule, self.result
        if rule is None or rule.decimals is None or result.unrounded is None:
            return None
        return Rounded(result.unrounded, rule.decimals, rule.rounding)

    @property
    def category(self) -> Threshold | None:
        """The row of the categories that the published value reached."""
        rule, value = self.rule, self.result.value
        return (
            None
            if rule is None or value is None or not rule.categories
            else row_reached(value, rule.categories)
        )

    def checked(self, step: str) -> Checked | None:
        """Return a step's checked formula."""
        return self.proof.checked.get((self.indicator, step))

    def row_step(self, step: str) -> RowStep | None:
        """Return a row step of the plan."""
        if self.behind is None:
            return None
        return next(
            (
                found
                for found in self.behind.plan.row_steps
                if found.indicator == self.indicator and found.step.id == step
            ),
            None,
        )


def of_group(results: Iterable[Result], group: str | None) -> Result:
    """Return the result of a group, or the only one; raises InvalidRequest with the groups there are."""
    found = {result.group: result for result in results}
    if group in found:
        return found[group]
    if list(found) == [None]:
        return found[None]
    groups = sorted(name for name in found if name is not None)
    if group is None:
        raise InvalidRequest(
            error(
                "which-group",
                None,
                say("the figures are split; say which group is to be explained"),
                say("the groups are {groups}", groups=", ".join(groups)),
            )
        )
    raise InvalidRequest(
        error(
            "unknown-group",
            None,
            say("there is no group `{name}`", name=group),
            nearest(group, groups) or say("the groups are {groups}", groups=", ".join(groups)),
        )
    )
