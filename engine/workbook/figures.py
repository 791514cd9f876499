"""One indicator's sheet: each step of its rule as a live formula with its name, its source and a check.

A step stays the engine's value, and says so, where a spreadsheet can't compute it: row by row, from
personal columns, or with days before March 1900.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from engine.definition import Catalogue, Step
from engine.evaluation import period_parts
from engine.explain.context import Context
from engine.explain.rows import Behind
from engine.explain.trace import written
from engine.formula import spreadsheet
from engine.formula.checked import Checked
from engine.formula.functions import NoValue
from engine.formula.kinds import Kind
from engine.formula.names import (
    ParameterValue,
    PreviousValue,
    RecordValue,
    Reference,
    UnitValue,
)
from engine.formula.spreadsheet import Entries, Limit
from engine.graph import RESULT
from engine.problems import Message, say, say_many
from engine.values import Absent, StepValue
from engine.versions import Period, Rule
from engine.workbook.inputs import Inputs, ParameterCells, is_early
from engine.workbook.words import Words

TITLE, NAME, VALUE, UNIT, WRITTEN, ORIGIN, ENGINE, CHECK = range(8)
Key = tuple[str, str, str | None]
"""Period, indicator and step (None for the result): what cells are found by."""


_EARLY = say("computed by iku: days before March 1900 differ from spreadsheet to spreadsheet")


class NotLive(Exception):
    """A step that a spreadsheet can't compute, and why."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Line:
    """One line of the sheet: a heading, a `part` of the next formula, or a value with all about it."""

    title: str
    value: StepValue | Absent = None
    name: str = ""
    formula: str | None = None
    unit: str = ""
    written: str = ""
    origin: str = ""
    kind: str = "step"
    form: str | None = None


@dataclass
class Page:
    """The lines of the sheet called `sheet`; the first one stands in row `first` (from 0)."""

    sheet: str
    first: int
    lines: list[Line] = field(default_factory=list)

    @property
    def next(self) -> int:
        """The row of the line that comes next, from 0."""
        return self.first + len(self.lines)

    def add(self, line: Line) -> None:
        """Add a line below the others."""
        self.lines.append(line)

    def part(self, formula: str, of: str, words: Words) -> str:
        """Add a part of the formula that comes next and return its cell; *of* is what it computes."""
        cell = f"$C${self.next + 1}"
        self.add(Line(words.say(say("part of the step below")), formula=formula, written=of, kind="part"))
        return cell


@dataclass(eq=False)
class Block:
    """The steps of an indicator's rule in one period, as lines of `page`; it answers what formulas ask for.

    `names` are the cells of all blocks of the workbook. `prefix` begins the names of this one's cells.
    """

    context: Context
    behind: Behind
    rule: Rule
    prefix: str
    page: Page
    inputs: Inputs
    names: Mapping[Key, str]
    words: Words
    parameters: ParameterCells
    step: str = ""

    @property
    def period(self) -> Period:
        """The measured period."""
        return self.context.period

    @property
    def catalogue(self) -> Catalogue:
        """All definitions."""
        return self.context.evaluation.catalogue

    def write(self) -> None:
        """Add all steps in the order of the definition, and the result last."""
        for step in (*self.rule.steps.values(), self.rule.result):
            self.add(step)

    # ── one step ──

    def add(self, step: Step) -> None:
        """Add a step with the parts that its formula needs."""
        self.step, entry = step.id, "result" if step.id == RESULT else f"steps.{step.id}"
        title = step.remarks.title
        called = self.words.called(step.id, title)
        if step.id == RESULT and title is None:
            called = self.words.head(say("result"))
        line = Line(
            called, None, unit=step.unit or "", written=" ".join(step.formula.text.split()),
            origin=self.words.basis(self.rule.basis_of(entry)),
        )  # fmt: skip
        checked = self.context.checked(step.id)
        if step.each is not None:
            origin = self.words.say(say("computed by iku in each row of `{source}`", source=step.each.id))
            self.page.add(_with(line, kind="rows", origin=_joined(origin, line.origin)))
            return
        value = self.value_of(step)
        name = self.names[self.period.text, self.context.indicator, _step_name(step)]
        if checked is None or UnitValue(self.context.indicator, _step_name(step)) not in self.context.values:
            self.page.add(_with(line, value=value, name=name, kind="fixed"))
            return
        if (self.context.indicator, step.id) in self.behind.privacy.hidden_steps:
            origin = self.words.say(say("personal, not shown"))
            self.page.add(_with(line, kind="rows", origin=_joined(origin, line.origin)))
            return
        mark = len(self.page.lines)
        try:
            formula = self.formula(step, checked)
        except NotLive as failure:
            del self.page.lines[mark:]
            origin = _joined(self.words.say(failure.reason), line.origin)
            self.page.add(_with(line, value=value, name=name, kind="fixed", origin=origin))
            return
        self.page.add(_with(line, value=value, name=name, formula=formula))

    def formula(self, step: Step, checked: Checked) -> str:
        """Return the formula of a step with its rounding and its range, as the engine finishes it."""
        part, kind = spreadsheet.printed(checked, self), checked.kind
        bounded = step.range is not None and not checked.held
        if step.decimals is None and not bounded:
            return part.text
        text, of = part.text, " ".join(step.formula.text.split())
        if step.decimals is not None:
            cell = text if part.simple else self.helper(text, of)
            text = spreadsheet.rounded(cell, step.decimals, step.rounding, self, of, kind)
            text = self.unless_blank(cell, text, kind)
        if bounded and step.range is not None:
            cell = self.helper(text, of)
            text = spreadsheet.within(cell, float(step.range.low), float(step.range.high), kind)
            text = self.unless_blank(cell, text, kind)
        return text

    @staticmethod
    def unless_blank(cell: str, formula: str, kind: Kind) -> str:
        """Return *formula*, but a blank where the cell that it finishes is one."""
        return f'IF({cell}="","",{formula})' if kind.blank else formula

    def value_of(self, step: Step) -> StepValue | Absent:
        """Return what the engine computed for a step."""
        if step.id == RESULT:
            result = self.context.result
            return Absent(self.context.reason) if result.unrounded is None else result.unrounded
        return self.context.result.steps.get(step.id, Absent(self.context.reason))

    # ── what formulas ask for ──

    def value(self, reference: Reference) -> str:
        """Return the name of the cell that a name of the formula refers to."""
        if isinstance(reference, ParameterValue):
            if reference.name not in self.parameters.singles:
                self.parameters.put(reference.name)
            return self.parameters.singles[reference.name]
        if self.behind.privacy.hides(reference):
            raise NotLive(say("computed by iku from a personal column"))
        if isinstance(reference, UnitValue):
            known = self.names.get((self.period.text, reference.indicator, reference.step))
            if known is not None:
                return known
        key = (self.period.text, reference)
        if key not in self.inputs.known:
            self.inputs.known[key] = self.input(reference)
        return self.inputs.known[key]

    def input(self, reference: Reference) -> str:
        """Add a value that comes from elsewhere to the sheet of inputs."""
        view = self.behind.unit
        value = view.record[view.layout.unit[reference]]
        value = Absent(value.reason) if isinstance(value, NoValue) else value
        if is_early(value):
            raise NotLive(_EARLY)
        if isinstance(reference, RecordValue):
            source = self.catalogue.sources[reference.source]
            column = source.columns[reference.item]
            title = column.remarks.title
            what = self.words.label(title) if title is not None else reference.item
            name = f"{reference.source}.{reference.item}"
            name = name if self.prefix == self.context.indicator else f"{self.prefix}.{reference.item}"
            return self.inputs.data(
                name, what, value, column.unit or "", self.words.source(source.id, self.behind)
            )
        assert isinstance(reference, (UnitValue, PreviousValue))
        other = self.catalogue.indicators[reference.indicator]
        earlier = isinstance(reference, PreviousValue)
        period = self.period.previous() if earlier else self.period
        what = f"{self.words.label(other.title)}, {period.text}"
        step = "" if isinstance(reference, PreviousValue) or not reference.step else f".{reference.step}"
        name = f"{self.prefix}.{'previous.' if earlier else ''}{reference.indicator}{step}"
        origin = self.words.say(say("computed by iku"))
        return self.inputs.data(name, what, value, other.unit or "", origin)

    def part_of_period(self, part: str) -> int | date | None:
        """Return a part of the measured period; None where it has none."""
        value = period_parts(self.period).get(part)
        if is_early(value):
            raise NotLive(_EARLY)
        return value

    def aggregate(self, checked: Checked, call: ast.Call) -> str:
        """Return the cell of a total over rows, which the engine computed."""
        if self.behind.privacy.passes_on(checked, call):
            raise NotLive(say("computed by iku from a personal column"))
        over = self.behind.totals[call]
        origin = self.words.source(over.source, self.behind)
        rows = say_many("{count} row", "{count} rows", count=over.rows)
        if over.chosen != over.rows:
            rows = say("{chosen} of {rows}", chosen=over.chosen, rows=rows)
        number = sum(name.startswith(f"{self.prefix}.{self.step}.rows") for name in self.inputs.taken) + 1
        name = f"{self.prefix}.{self.step}.rows{number}"
        origin = f"{origin}; {rows.text(self.words.language)}"
        return self.inputs.data(name, written(checked, call), over.value, "", origin)

    def table(self, name: str) -> Entries:
        """Return the cells of a table."""
        if name not in self.parameters.tables:
            self.parameters.put(name)
        return self.parameters.tables[name]

    def bands(self, name: str) -> Sequence[Limit]:
        """Return the cells of bands."""
        if name not in self.parameters.bands:
            self.parameters.put(name)
        return self.parameters.bands[name]

    def members(self, name: str) -> Sequence[str]:
        """Return the cells of a set."""
        if name not in self.parameters.sets:
            self.parameters.put(name)
        return self.parameters.sets[name]

    def helper(self, formula: str, of: str) -> str:
        """Give a part of a formula a line of its own above the step's."""
        return self.page.part(formula, of, self.words)


def _step_name(step: Step) -> str | None:
    return None if step.id == RESULT else step.id


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _with(line: Line, **changes: object) -> Line:
    return replace(line, **changes)  # type: ignore[arg-type]
