"""The working paper: results, inputs, a sheet an indicator with live formulas, regulations, fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.definition import Indicator
from engine.evaluation import Evaluation, results_of
from engine.explain.context import Context
from engine.formula import spreadsheet
from engine.graph import RESULT
from engine.problems import Message, say
from engine.values import Absent, Result, Results, StepValue
from engine.versions import Period, Rule
from engine.workbook import figures
from engine.workbook.book import Book, Paper, Sheet
from engine.workbook.figures import Block, Key, Line, Page
from engine.workbook.inputs import Inputs, ParameterCells
from engine.workbook.outcome import Outcome
from engine.workbook.trail import write_regulations, write_trail
from engine.workbook.words import Words

_FIRST = 5
"""The row of an indicator's first line; title, facts and headings stand above it."""
_AGREES, _DIFFERS, _NOT_CHECKED = say("agrees"), say("differs"), say("not computed here")
_STEP_HEADS = (
    say("step"), say("name of the cell"), say("value"), say("unit"), say("rule as defined"),
    say("legal basis, source"), say("value by iku"), say("check"),
)  # fmt: skip
_STEP_WIDTHS = (30, 25, 14, 11, 40, 36, 14, 12)
_INPUT_HEADS = (
    say("name of the cell"), say("what it is"), say("value"), say("unit"), say("source, legal basis"),
)  # fmt: skip
_INPUT_WIDTHS = (32, 44, 14, 12, 54)
_SUMMARY_HEADS = (
    say("no."), say("indicator"), say("unit"), say("target"), say("realisation"), say("achievement (%)"),
    say("category"), say("check"), say("remarks"),
)  # fmt: skip
_SUMMARY_WIDTHS = (5, 46, 10, 11, 13, 13, 15, 11, 34)
_REMARKS = (
    say("The sheet of an indicator computes its steps from the inputs; click on a value to see its formula."),
    say("Totals over rows were computed by iku and stand among the inputs; no single person's data do."),
    say("#N/A means no value; the reason stands beside it. A blank is missing, never zero."),
)
_ABOUT_INPUTS = say("Blue cells are what formulas read. Change one and every sheet computes anew.")


def workbook(
    evaluation: Evaluation, period: Period, wanted: Sequence[str], language: str, paper: Paper = "a4"
) -> bytes:
    """Return the working paper of *wanted* indicators for *period* as an XLSX file.

    What a formula of an indicator reads stands on the sheet of inputs; all steps of the reporting unit are
    live, and checked against the engine's own values. The same results make the same bytes.
    """
    return _Audit(evaluation, period, wanted, language, paper).content()


@dataclass(eq=False)
class _Figure:
    """An indicator on its way to a sheet; a block for the period, or for each shorter one inside it."""

    indicator: Indicator
    result: Result
    rule: Rule | None
    page: Page
    blocks: list[Block]
    direct: bool

    @property
    def rules(self) -> list[Rule]:
        """The rules that it was computed by, each once."""
        found = (self.rule, *(block.rule for block in self.blocks))
        return list({rule.key: rule for rule in found if rule is not None}.values())


class _Audit:
    def __init__(
        self, evaluation: Evaluation, period: Period, wanted: Sequence[str], language: str, paper: Paper
    ) -> None:
        self.evaluation, self.period, self.language = evaluation, period, language
        self.catalogue = evaluation.catalogue
        self.words = Words(language, self.catalogue)
        self.results: Results = results_of(evaluation, period, wanted)
        self.title = f"{self.heading(say('working paper'))} {period.text}"
        self.book = Book(self.title, language, paper, period.last)
        self.names: dict[Key, str] = {}
        self.summary_name = self.book.sheet_name(self.heading(say("summary")))
        inputs = self.book.sheet_name(self.heading(say("inputs")))
        self.inputs = Inputs(inputs, self.words.say(say("all else")))
        self.parameters: dict[tuple[str, date], ParameterCells] = {}
        self.figures = [self.figure(name) for name in wanted]

    def heading(self, message: Message) -> str:
        return self.words.head(message)

    # ── what is computed ──

    def figure(self, name: str) -> _Figure:
        """Return an indicator with its blocks, and give all its steps their names."""
        context = Context(self.evaluation, name, self.period, None)
        result, page = self.results[name], Page(self.book.sheet_name(name), _FIRST)
        direct = context.is_direct
        figure = _Figure(self.catalogue.indicators[name], result, context.rule, page, [], direct)
        contexts = [(context, name)] if direct else [
            (Context(self.evaluation, name, Period.parse(part.period), None), f"{name}.{_short(part)}")
            for part in result.parts
        ]  # fmt: skip
        for found, prefix in contexts:
            if found.rule is None:
                continue
            for step in (*found.rule.steps.values(), found.rule.result):
                if step.each is None:
                    key = (found.period.text, name, None if step.id == RESULT else step.id)
                    self.names[key] = self.inputs.unique(f"{prefix}.{step.id}")
            if found.behind is not None and found.behind.outcome is not None:
                figure.blocks.append(self.block(found, prefix, page))
        return figure

    def block(self, context: Context, prefix: str, page: Page) -> Block:
        """Return the block of one period; periods with the same rule share the cells of its parameters."""
        rule, behind, words = context.rule, context.behind, self.words
        assert rule is not None
        assert behind is not None
        if rule.key not in self.parameters:
            first = all(name != context.indicator for name, _ in self.parameters)
            self.parameters[rule.key] = ParameterCells(
                self.inputs,
                context.indicator if first else prefix,
                rule.parameters,
                lambda parameter: words.parameter(parameter, rule.basis_of(f"parameters.{parameter.id}")),
                words.row,
            )
        parameters = self.parameters[rule.key]
        return Block(context, behind, rule, prefix, page, self.inputs, self.names, words, parameters)

    def content(self) -> bytes:
        """Return the workbook's bytes."""
        for figure in self.figures:
            self.inputs.group(self.words.label(figure.indicator.title))
            for block in figure.blocks:
                if not figure.direct:
                    title = self.heading(say("period {period}", period=block.period.text))
                    figure.page.add(Line(title, kind="group"))
                block.write()
            achieved = self.evaluation.achievement_rule(figure.indicator)
            Outcome(
                figure.indicator, figure.result, figure.rule, achieved, figure.page, self.inputs,
                self.names, self.words,
            ).add(direct=figure.direct)  # fmt: skip
        summary = self.book.sheet(self.summary_name, _SUMMARY_WIDTHS)
        self.write_inputs()
        for figure in self.figures:
            self.write_figure(figure)
        self.write_summary(summary)
        rules = {figure.indicator.id: figure.rules for figure in self.figures}
        write_regulations(self.book, self.words, self.catalogue, rules, self.title)
        write_trail(self.book, self.words, self.results.provenance, self.title)
        return self.book.content()

    # ── onto sheets ──

    def write_inputs(self) -> None:
        sheet = self.book.sheet(self.inputs.sheet, _INPUT_WIDTHS)
        sheet.text(0, 0, f"{self.heading(say('inputs'))}: {self.title}", "title")
        sheet.text(1, 0, self.words.say(_ABOUT_INPUTS), "subtitle")
        for column, head in enumerate(_INPUT_HEADS):
            sheet.text(2, column, self.heading(head), "head")
        self.inputs.write(self.book, sheet)
        sheet.page((2, 2), self.title)

    def write_figure(self, figure: _Figure) -> None:
        sheet, indicator = self.book.sheet(figure.page.sheet, _STEP_WIDTHS), figure.indicator
        sheet.text(0, 0, self.words.label(indicator.title), "title")
        sheet.text(1, 0, self.facts(indicator), "subtitle")
        sheet.text(2, 0, "" if figure.rule is None else self.in_force(figure.rule), "subtitle")
        for column, head in enumerate(_STEP_HEADS):
            sheet.text(4, column, self.heading(head), "head")
        for row, line in enumerate(figure.page.lines, start=_FIRST):
            self.write_line(sheet, row, line)
        sheet.marks(figures.CHECK, _FIRST, figure.page.next - 1, self.words.say(_DIFFERS))
        sheet.page((4, 4), f"{indicator.id}, {self.title}")

    def facts(self, indicator: Indicator) -> str:
        """Return who answers for an indicator, and the period."""
        division = self.catalogue.organization.divisions.get(indicator.division.id)
        owner = indicator.division.id if division is None else self.words.label(division.title)
        period = self.heading(say("period {period}", period=self.period.text))
        return f"{self.heading(say('responsible'))}: {owner}. {period}."

    def in_force(self, rule: Rule) -> str:
        """Return the legal basis of a rule and since when it is in force."""
        since = say("in force from {day}", day=rule.version.from_.strftime("%d/%m/%Y"))
        basis = self.words.basis(rule.version.basis) or "–"
        return f"{self.heading(say('legal basis'))}: {basis}; {self.words.say(since)}."

    def write_line(self, sheet: Sheet, row: int, line: Line) -> None:
        if line.kind == "group":
            sheet.text(row, 0, line.title, "group")
            return
        part = line.kind == "part"
        sheet.text(row, figures.TITLE, line.title, "quiet" if part else "text")
        sheet.text(row, figures.NAME, line.name, "name")
        look = "part" if part else "value"
        if line.formula is not None:
            sheet.formula(row, figures.VALUE, line.formula, line.value, look, line.form)
        elif line.kind == "fixed":
            sheet.value(row, figures.VALUE, line.value, look)
        else:
            sheet.text(row, figures.VALUE, "", look)
        if line.name:
            self.book.define(line.name, sheet.name, row, figures.VALUE)
        sheet.text(row, figures.UNIT, line.unit)
        sheet.text(row, figures.WRITTEN, line.written, "quiet" if part else "name")
        sheet.text(row, figures.ORIGIN, line.origin)
        self.write_check(sheet, row, line)

    def write_check(self, sheet: Sheet, row: int, line: Line) -> None:
        """Write the engine's value, and whether the live one agrees."""
        live = line.kind == "step" and line.formula is not None
        if not live and line.kind != "fixed":
            sheet.text(row, figures.ENGINE, "")
            sheet.text(row, figures.CHECK, "")
            return
        if isinstance(line.value, Absent):
            sheet.text(row, figures.ENGINE, f"– ({self.words.say(line.value.reason)})")
        else:
            sheet.value(row, figures.ENGINE, line.value, "value", line.form)
        if live:
            holds = _agreement(f"$C{row + 1}", f"$G{row + 1}", line.value)
            self.write_verdict(sheet, row, figures.CHECK, holds)
        else:
            sheet.text(row, figures.CHECK, self.words.say(_NOT_CHECKED), "quiet")

    def write_verdict(self, sheet: Sheet, row: int, column: int, holds: str) -> None:
        """Write whether a condition holds, in words."""
        agrees, differs = self.words.say(_AGREES), self.words.say(_DIFFERS)
        formula = f"IF({holds},{spreadsheet.text(agrees)},{spreadsheet.text(differs)})"
        sheet.formula(row, column, formula, agrees, "text")

    def write_summary(self, sheet: Sheet) -> None:
        sheet.text(0, 0, self.title, "title")
        sheet.text(1, 0, self.words.label(self.catalogue.organization.name), "subtitle")
        sheet.text(2, 0, self.results.data_note or "", "subtitle")
        for column, head in enumerate(_SUMMARY_HEADS):
            sheet.text(4, column, self.heading(head), "head")
        for number, figure in enumerate(self.figures, start=1):
            self.write_result(sheet, 4 + number, number, figure)
        last = 4 + len(self.figures)
        sheet.marks(7, 5, last, self.words.say(_DIFFERS))
        for row, remark in enumerate(_REMARKS, start=last + 2):
            sheet.text(row, 0, self.words.say(remark), "subtitle")
        sheet.page((4, 4), self.title)

    def write_result(self, sheet: Sheet, row: int, number: int, figure: _Figure) -> None:
        result, name, page = figure.result, figure.indicator.id, figure.page
        written = {line.name: line for line in page.lines if line.name}
        sheet.value(row, 0, number)
        sheet.text(row, 1, self.words.label(figure.indicator.title))
        sheet.text(row, 2, result.unit or "")
        target = result.target.value if result.target is not None else None
        if isinstance(target, tuple):
            sheet.text(row, 3, f"{target[0]} – {target[1]}", "value")
        elif target is not None and f"{name}.target" in self.inputs.taken:
            sheet.formula(row, 3, f"{name}.target", target)
        else:
            sheet.value(row, 3, "–" if target is None else target)
        for column, what in ((4, "published"), (5, "achievement"), (6, "category")):
            line = written.get(f"{name}.{what}")
            if line is None:
                sheet.text(row, column, "–", "value")
            else:
                look = "strong" if what == "published" else "value"
                sheet.formula(row, column, line.name, line.value, look, line.form)
        checks = f"'{page.sheet}'!$H${_FIRST + 1}:$H${page.next}"
        differs = spreadsheet.text(self.words.say(_DIFFERS))
        self.write_verdict(sheet, row, 7, f"COUNTIF({checks},{differs})=0")
        reasons = (result.reason, result.achievement_reason, result.category_reason, *result.notes)
        sheet.text(row, 8, "; ".join(self.words.say(reason) for reason in reasons if reason is not None))


def _short(part: Result) -> str:
    """Return what tells a shorter period from the others: ``tw1``."""
    return part.period.partition("-")[2].lower()


def _agreement(live: str, engine: str, value: StepValue | Absent) -> str:
    """Return the condition that a live value is the engine's; numbers at nine decimals, or nine digits."""
    if isinstance(value, Absent):
        return f"ISERROR({live})"
    if value is None:
        return f'IF(ISERROR({live}),FALSE,{live}="")'
    if isinstance(value, str):
        return f"IF(ISERROR({live}),FALSE,EXACT({live},{engine}))"
    if isinstance(value, bool):
        return f"IF(ISERROR({live}),FALSE,{live}={engine})"
    return f"IF(ISNUMBER({live}),ABS({live}-{engine})<=1E-9*MAX(1,ABS({engine})),FALSE)"
