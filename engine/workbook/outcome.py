"""From an indicator's result to what is published, as lines: realisation, category, target, achievement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.definition import AchievementRule, Indicator, Target, Threshold
from engine.formula import spreadsheet
from engine.formula.kinds import Kind
from engine.formula.spreadsheet import NO_VALUE
from engine.problems import Message, say
from engine.values import Absent, Result, StepValue
from engine.versions import Rule
from engine.workbook.figures import Key, Line, Page
from engine.workbook.inputs import Inputs
from engine.workbook.words import Words

_UNKNOWN = Kind("number")


@dataclass(eq=False)
class Outcome:
    """The published figures of one indicator, as lines of `page`. `names` are the cells of all results."""

    indicator: Indicator
    result: Result
    rule: Rule | None
    achievement_rule: AchievementRule
    page: Page
    inputs: Inputs
    names: Mapping[Key, str]
    words: Words

    def add(self, *, direct: bool) -> None:
        """Add all lines. *direct*: the result is that of the period itself, not made of shorter ones."""
        result, rule, name = self.result, self.rule, self.indicator.id
        self.page.add(Line(self.words.head(say("published")), kind="group"))
        own = self.names.get((result.period, name, None)) if direct else self.combined()
        realised = f"{name}.published"
        if own is None or rule is None or result.value is None:
            reason = result.reason or say("not computed")
            self.line(say("realisation"), Absent(reason), realised, None, origin=self.words.say(reason))
            return
        low, high = (float(rule.range.low), float(rule.range.high)) if rule.range else (_low, _high)
        kind, origin, form = Kind("number", low=low, high=high), "", None
        formula = own
        if rule.decimals is not None:
            of = self.words.say(say("rounding"))
            formula = spreadsheet.rounded(own, rule.decimals, rule.rounding, self, of, kind)
            origin, form = self.words.basis(rule.basis_of("decimals")), number_form(rule.decimals)
        self.line(say("realisation"), result.value, realised, formula, self.unit, origin, form)
        if rule.categories:
            origin = self.words.basis(rule.basis_of("categories"))
            formula = self.word_of(realised, rule.categories, kind, "categories", say("category"), origin)
            self.line(say("category"), result.category, f"{name}.category", formula)
        if result.target is not None:
            self.achievement(result.target, realised, kind)

    @property
    def unit(self) -> str:
        """The unit of the result."""
        return self.result.unit or ""

    def line(
        self,
        title: Message,
        value: StepValue | Absent,
        name: str,
        formula: str | None,
        unit: str = "",
        origin: str = "",
        form: str | None = None,
    ) -> None:
        """Add a line; without a formula its value is the engine's."""
        kind = "fixed" if formula is None else "step"
        self.page.add(Line(self.words.head(title), value, name, formula, unit, "", origin, kind, form))

    def helper(self, formula: str, of: str) -> str:
        """Give a part of a formula a line of its own above the next."""
        return self.page.part(formula, of, self.words)

    def combined(self) -> str:
        """Add the figure that shorter periods make; return its name."""
        result, name = self.result, f"{self.indicator.id}.result"
        written = {line.name for line in self.page.lines}
        cells = [
            known
            if (known := self.names.get((part.period, self.indicator.id, None))) in written
            else NO_VALUE
            for part in result.parts
        ]
        how, formula = self.indicator.over_the_year, NO_VALUE
        if how == "last":
            title = say("last known figure of the shorter periods")
            for cell in cells:
                formula = f"IF(ISERROR({cell}),{formula},{cell})"
        elif cells:
            title = say("mean of the shorter periods") if how == "mean" else say("sum of the shorter periods")
            formula = "+".join(str(cell) for cell in cells)
            formula = f"({formula})/{len(cells)}" if how == "mean" else formula
        else:
            title = say("figure of the shorter periods")
        value: StepValue | Absent = result.unrounded
        value = Absent(result.reason or say("not computed")) if value is None else value
        self.line(title, value, name, formula, self.unit)
        return name

    def achievement(self, target: Target, realised: str, kind: Kind) -> None:
        """Add the achievement in percent and its word, as `values.achievement_of` finds them."""
        result, name, rule = self.result, self.indicator.id, self.achievement_rule
        title = self.words.head(say("target {period}", period=target.period))
        ends = target.value if isinstance(target.value, tuple) else (target.value,)
        words = ("target",) if len(ends) == 1 else ("target.low", "target.high")
        goals = [
            self.inputs.data(f"{name}.{word}", title, end, self.unit, "")
            for word, end in zip(words, ends, strict=True)
        ]
        limits = [0.0, *(float(end) for end in ends)]
        kind = Kind("number", low=min(kind.low, *limits), high=max(kind.high, *limits))
        goal = goals[0]
        if len(goals) == 2:
            nearest = f"IF({realised}>{goals[1]},{goals[1]},{goals[0]})"
            goal = self.helper(nearest, self.words.say(say("nearest end of the target")))
        percent = self.percent(realised, goal, kind, between=len(goals) == 2)
        if len(goals) == 2:
            one, low, high = (_counted(cell, kind) for cell in (realised, *goals))
            percent = f"IF(AND({one}>={low},{one}<={high}),100,{percent})"
        decimals = 2 if rule.decimals is None else rule.decimals
        cell = self.helper(percent, self.words.say(say("before rounding")))
        formula = spreadsheet.rounded(cell, decimals, "half_up", self, "", _UNKNOWN)
        formula = formula if rule.cap is None else f"MIN({formula},{spreadsheet.number(rule.cap)})"
        formula = formula if rule.floor is None else f"MAX({formula},{spreadsheet.number(rule.floor)})"
        achieved: StepValue | Absent = Absent(result.achievement_reason or say("not computed"))
        word: StepValue | Absent = achieved
        if result.achievement is not None:
            achieved, word = result.achievement.value, result.achievement.category
        origin, form = self.words.say(say("rule of the organization")), number_form(decimals)
        self.line(say("achievement"), achieved, f"{name}.achievement", formula, "%", origin, form)
        if rule.scale:
            title_of = say("scale of achievement")
            formula = self.word_of(f"{name}.achievement", rule.scale, _UNKNOWN, "scale", title_of, "")
            self.line(say("category of the achievement"), word, f"{name}.achievement.word", formula)

    def percent(self, realised: str, target: str, kind: Kind, *, between: bool) -> str:
        """Return realisation against one target; no value where what is divided by is zero."""
        better, inverse, divisor = self.indicator.better, self.achievement_rule.lower == "inverse", target
        if better == "lower" and inverse:
            formula, divisor = f"{target}/{realised}*100", realised
        elif better == "lower":
            formula = f"(2*{target}-{realised})/{target}*100"
        elif better == "closer" and not between:
            formula = f"(1-ABS({realised}-{target})/ABS({target}))*100"
        else:
            formula = f"{realised}/{target}*100"
        zeros = [f"{_counted(cell, kind)}=0" for cell in dict.fromkeys((target, divisor))]
        zero = zeros[0] if len(zeros) == 1 else f"OR({','.join(zeros)})"
        return f"IF({zero},{NO_VALUE},{formula})"

    def word_of(
        self, cell: str, rows: Sequence[Threshold], kind: Kind, name: str, title: Message, origin: str
    ) -> str:
        """Put thresholds among the inputs; return the formula of the word that a cell reaches, or a blank."""
        self.inputs.heading(f"{self.indicator.id}.{name}", self.words.head(title), "", origin)
        cells = self.inputs.bands(rows, self.words.row)
        limits = [float(row.limit) for row in rows if row.limit is not None]
        wide = Kind("number", low=min([kind.low, *limits]), high=max([kind.high, *limits]))
        return spreadsheet.reached(cell, cells, wide, self, "", '""').text


def number_form(decimals: int) -> str:
    """Return the form of numbers with so many decimals."""
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def _counted(cell: str, kind: Kind) -> str:
    return spreadsheet.at_nine(spreadsheet.Part(cell, simple=True), kind.low, kind.high).text


_low, _high = _UNKNOWN.low, _UNKNOWN.high
