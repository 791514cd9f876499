"""Look for a witness: a few rows for which a step leaves its range, or has no value.

A world is a handful of rows in each source that a step needs. It is computed by the record evaluator
itself, so that a witness is never a matter of opinion. The search is plain: start from where the proof
got stuck, change one cell at a time to whatever brings the value furthest out, and start again elsewhere.
What it does not find is not proved to be impossible.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice, product
from typing import Any

from engine.checking import Claim, Proof
from engine.definition import Column, Source, Step, Value
from engine.evaluation import period_parts
from engine.formula.algebra import BandsContent, SetContent, SingleContent, TableContent, operator_of
from engine.formula.checked import Checked
from engine.formula.functions import FUNCTIONS, NoValue
from engine.formula.kinds import LARGEST_WHOLE, Kind
from engine.formula.names import PreviousValue, RowValue, UnitValue, condition_of, function_name
from engine.formula.ranges import key_of
from engine.formula.scalar import Closure, compile_closure, thresholds
from engine.graph import step_node
from engine.numbers import at_nine
from engine.plan import Layer, Plan, RowStep, UnitStep, make
from engine.run.records import RecordRun
from engine.values import Absent
from engine.versions import Period

MOST_TRIALS = 1_500
"""So many worlds are computed for one claim."""
_STARTS = 6
_MOST_CANDIDATES = 24
_MOST_ROWS_OF_A_SOURCE = 6
_MOST_COMBINATIONS = 600
_PROBE = "#"
_TIMES = (1, 2, 5, 20, 100)

Cell = tuple[str, int, str]
"""Source, number of the row, column."""
Input = Cell | tuple[str] | UnitValue | PreviousValue
"""What a world is made of: a cell, how often a source's first row is repeated, another indicator's value."""
Choice = dict[Input, Any]


@dataclass(frozen=True, eq=False)
class Witness:
    """Inputs for which a step leaves its range (`value` says how far it comes) or has no value (None).

    `rows` hold the columns that the step depends on, `times` how often the row of a source is repeated,
    `given` the values of other indicators. `parts` are the values of the terms of the formula's sum.
    `chosen` are values of parameters other than the usual ones. `unbounded` names the numbers among the
    inputs that no declared range confines.
    """

    value: float | None
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    times: Mapping[str, int]
    given: Mapping[UnitValue | PreviousValue, Any]
    parts: tuple[float, ...] = ()
    unbounded: tuple[str, ...] = ()
    chosen: tuple[tuple[str, Value], ...] = ()


def witness(proof: Proof, claim: Claim, period: Period) -> Witness | None:
    """Return inputs that refute *claim* in *period*, or None if none were found."""
    return _Search(proof, claim, period).result()


class _Search:
    """The worlds of one claim: their inputs, what each may be, and what comes of it."""

    def __init__(self, proof: Proof, claim: Claim, period: Period) -> None:
        self.proof, self.claim, self.period = proof, claim, period
        self.checked = proof.checked[claim.step]
        self.own = make(proof, [step_node(*claim.step)])
        steps: tuple[RowStep | UnitStep, ...] = (*self.own.row_steps, *self.own.unit_steps)
        self.step = next(step for step in steps if self.is_goal(step))
        self.parts = period_parts(period)
        self.run = RecordRun(self.plan, self.parts)
        self.chance = random.Random(1)
        self.left_to_try = MOST_TRIALS

    def is_goal(self, step: RowStep | UnitStep) -> bool:
        return (step.indicator, step.step.id) == self.claim.step

    @cached_property
    def plan(self) -> Plan:
        """The plan of the step without its range, and with what an operation gets as a step of its own."""
        own = self.own
        layers = tuple(
            tuple(replace(layer, steps=tuple(map(_unheld_if(self.is_goal), layer.steps))) for layer in level)
            for level in own.layers
        )
        unit_steps = (*map(_unheld_if(self.is_goal), own.unit_steps), *self.term_steps)
        probe = self.probe
        if isinstance(probe, UnitStep):
            unit_steps = (*unit_steps, probe)
        elif probe is not None:
            layers = (*layers, (Layer(probe.source, (), (), (probe,)),))
        return replace(own, layers=layers, unit_steps=unit_steps)

    @cached_property
    def probe(self) -> RowStep | UnitStep | None:
        node = self.claim.node
        if node is None:
            return None
        operand = node.right if isinstance(node, ast.BinOp) else _first_argument(node)
        checked = replace(self.checked.part(operand), held=True)
        step = Step(_PROBE, None, self.step.step.formula, self.step.step.place)
        inside = next((c for c in self.checked.bound.aggregates if any(n is node for n in ast.walk(c))), None)
        source = self.checked.bound.aggregates[inside].source if inside is not None else self.source
        if source is None:
            return UnitStep(self.claim.step[0], step, checked, checked.kind)
        return RowStep(self.claim.step[0], step, source, checked, checked.kind)

    @cached_property
    def summands(self) -> list[ast.expr]:
        """The terms of the formula, if it is a sum and the claim is about its range."""
        node, terms = self.checked.root, []
        while isinstance(node, ast.BinOp) and operator_of(node) == "+":
            terms.append(node.right)
            node = node.left
        return [node, *reversed(terms)] if terms and self.claim.node is None else []

    @cached_property
    def term_steps(self) -> tuple[UnitStep, ...]:
        """The terms of a sum of the whole unit, as steps of their own."""
        if self.source is not None:
            return ()
        found: list[UnitStep] = []
        for number, term in enumerate(self.summands):
            checked = replace(self.checked.part(term), held=True)
            step = Step(f"{_PROBE}{number}", None, self.step.step.formula, self.step.step.place)
            found.append(UnitStep(self.claim.step[0], step, checked, checked.kind))
        return tuple(found)

    @property
    def source(self) -> str | None:
        """The source whose rows the step goes through, if it does."""
        return self.step.source if isinstance(self.step, RowStep) else None

    # ── what a world is made of ──

    @cached_property
    def formulas(self) -> list[Checked]:
        return [
            *(step.checked for step in self.own.row_steps),
            *(step.checked for step in self.own.unit_steps),
        ]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each source has: one, and one more for each aggregate that chooses among them."""
        counts = {name: 1 for name, source in self.plan.sources.items() if source.rows is None}
        for source, calls in self.conditions.items():
            counts[source] = max(1, min(len(calls), _MOST_ROWS_OF_A_SOURCE))
        return counts

    @cached_property
    def conditions(self) -> dict[str, list[tuple[Checked, ast.expr]]]:
        """The different conditions of aggregates, by source."""
        found: dict[str, dict[str, tuple[Checked, ast.expr]]] = {}
        for checked in self.formulas:
            for call, over in checked.bound.aggregates.items():
                where = condition_of(call)
                source = self.plan.sources.get(over.source)
                if where is not None and source is not None and source.rows is None:
                    start, end = checked.bound.tree.span(where)
                    text = checked.bound.tree.text[start:end]
                    found.setdefault(over.source, {}).setdefault(text, (checked, where))
        return {source: list(calls.values()) for source, calls in found.items()}

    @cached_property
    def candidates(self) -> dict[Input, list[Any]]:
        """What each input may be."""
        found: dict[Input, list[Any]] = {}
        for name, count in self.counts.items():
            source = self.plan.sources[name]
            for column in self.plan.columns[name]:
                values = self.values(source, source.columns[column])
                found.update({(name, row, column): values for row in range(count) if values})
            if source.shape == "table" and name != self.source:
                found[name,] = list(_TIMES)
        for given in self.plan.given:
            found[given] = self.numbers(self.kind_of(given), "number")
        return found

    def kind_of(self, given: UnitValue | PreviousValue) -> Kind:
        kind = self.proof.meanings.kind_of(given)
        return Kind("number") if kind is None else kind

    def values(self, source: Source, column: Column) -> list[Any]:
        """Return what a cell may hold, as far as it is worth trying."""
        blank: list[Any] = [None] if column.missing.kind == "keep" else []
        if column.type == "category":
            return [*column.values, *blank]
        if column.type == "boolean":
            return [True, False, *blank]
        if column.type == "date":
            first, last, day = self.period.first, self.period.last, timedelta(days=1)
            return [first, last, first - day, last + day, date(2000, 1, 1), *blank]
        if column.to is not None:
            return [*self.keys(column.to.id), *blank]
        if source.key is not None and source.key.id == column.name:
            return []
        if column.type == "text":
            return ["a", "b", *blank]
        low = -float("inf") if column.range is None else float(column.range.low)
        high = float("inf") if column.range is None else float(column.range.high)
        return [*self.numbers(Kind("number", low=low, high=high), column.type), *blank]

    def numbers(self, kind: Kind, type_: str) -> list[Any]:
        """Return numbers of a kind: its ends, and the limits that formulas and parameters know."""
        ends = [end for end in (kind.low, kind.high) if abs(end) < 1e15]
        year = self.period.year
        around = [n + d for n in self.known_numbers for d in (0, -1, 1)]
        tried = [*ends, 0, 1, sum(ends) / 2 if len(ends) == 2 else 0.5, year, year - 1, *around, 10, 1e6, -1]
        fitting = [n for n in tried if kind.low <= n <= kind.high]
        if type_ == "integer":
            fitting = [int(n) for n in fitting if float(n).is_integer()]
        else:
            fitting = [float(n) for n in fitting]
        return list(dict.fromkeys(fitting))[:_MOST_CANDIDATES]

    @cached_property
    def known_numbers(self) -> list[float]:
        found: list[Any] = []
        for checked in self.formulas:
            nodes = ast.walk(checked.root)
            found += [node.value for node in nodes if isinstance(node, ast.Constant)]
            for content in checked.parameters.values():
                found += _numbers_of(content)
        return [n for n in dict.fromkeys(found) if isinstance(n, (int, float)) and not isinstance(n, bool)]

    def keys(self, source: str) -> list[Any]:
        """Return the keys of a source's rows."""
        declared = self.plan.sources.get(source)
        if declared is None or declared.key is None:
            return []
        if declared.rows is not None:
            return [row[declared.key.id] for row in declared.rows]
        return [self.key(declared, number) for number in range(self.counts[source])]

    def key(self, source: Source, number: int) -> Any:
        assert source.key is not None
        return number + 1 if source.columns[source.key.id].type == "integer" else f"{source.id} {number + 1}"

    # ── a world and what comes of it ──

    def rows(self, choice: Choice) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of the world that *choice* makes."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, source in self.plan.sources.items():
            if source.rows is not None:
                found[name] = [{column: row.get(column) for column in source.columns} for row in source.rows]
                continue
            rows = [
                {
                    column: self.key(source, number)
                    if source.key is not None and source.key.id == column
                    else choice.get((name, number, column))
                    for column in self.plan.columns[name]
                }
                for number in range(self.counts[name])
            ]
            found[name] = [rows[0]] * int(choice.get((name,), 1)) + rows[1:]
        return found

    def values_of(self, choice: Choice) -> tuple[Any, Any]:
        """Return the step's value and the probe's in a world; NoValue where there is none."""
        given = {name: choice[name] for name in self.plan.given}
        outcomes, computed = self.run.outcomes(self.rows(choice), given)
        records = computed[None]

        def value(step: RowStep | UnitStep) -> list[Any]:
            if isinstance(step, UnitStep):
                found = outcomes[0].values[step.value]
                return [NoValue(found.reason) if isinstance(found, Absent) else found]
            slot = self.run.layout.rows_of[step.source][step.column]
            return [record[slot] for record in records[step.source]]

        self.left_to_try -= 1
        probes = value(self.probe) if self.probe is not None else []
        return value(self.step), probes

    def distance(self, choice: Choice) -> float:
        """Return how far a world is from keeping the claim: above zero it refutes it."""
        values, probes = self.values_of(choice)
        if self.claim.node is None:
            declared = self.step.step.range
            assert declared is not None
            numbers = [v for v in values if v is not None and not isinstance(v, NoValue)]
            return max((max(v - declared.high, declared.low - v) for v in numbers), default=-float("inf"))
        numbers = [float(p) for p in probes if p is not None and not isinstance(p, NoValue)]
        nearest = max((self.short_of(p) for p in numbers), default=-float("inf"))
        fails = any(isinstance(v, NoValue) and self.is_reason(v) for v in values)
        return 1.0 if fails and nearest == 0 else nearest

    def is_reason(self, failure: NoValue) -> bool:
        """Return whether a step has no value because of the operation that the claim is about."""
        reason, inside = failure.reason.template, _REASONS.get(_operation(self.claim.node), "")
        return reason.startswith((inside, _ROWS_FAIL))

    def short_of(self, operand: float) -> float:
        """Return how far an operand is from having no value; never above zero."""
        node = self.claim.node
        if isinstance(node, ast.BinOp):
            return -abs(at_nine(operand))
        assert isinstance(node, ast.Call)
        if function_name(node) != "band":
            return min(0.0, (FUNCTIONS[function_name(node)].domain or 0.0) - operand)
        content = self.checked.parameters[node.args[1].id] if isinstance(node.args[1], ast.Name) else None
        assert isinstance(content, BandsContent)
        return min(0.0, thresholds(content)[0][-1][0] - operand)

    # ── the search ──

    def result(self) -> Witness | None:
        best: tuple[float, Choice] | None = None
        for start in range(_STARTS):
            found = self.climbed(self.started(guided=start == 0))
            if best is None or found[0] > best[0]:
                best = found
            if self.left_to_try <= 0 or (best[0] > 1e-9 and start >= 1):
                break
        if best is None or not best[0] > 1e-9:
            return None
        return self.told(self.simplified(best[1], best[0]), best[0])

    def started(self, *, guided: bool) -> Choice:
        """Return a world to start from: where the proof got stuck, or anywhere."""
        choice: Choice = {}
        for name, values in self.candidates.items():
            choice[name] = values[0] if guided or not values else self.chance.choice(values)
            if isinstance(name, tuple) and len(name) == 1:
                choice[name] = 1
        if guided and self.claim.left is not None and self.source is not None:
            for column in self.plan.columns[self.source]:
                key = key_of(RowValue(self.source, (), self.source, column))
                kind = self.claim.left.inputs.get(key)
                if kind is not None and (self.source, 0, column) in choice:
                    self.confine(choice, (self.source, 0, column), kind)
        for source in self.conditions:
            for number, (checked, where) in enumerate(self.conditions[source][:_MOST_ROWS_OF_A_SOURCE]):
                choice.update(self.chosen(choice, source, number, checked, where))
        return choice

    def confine(self, choice: Choice, cell: Cell, kind: Kind) -> None:
        """Set a cell to what a box leaves of it."""
        values = self.candidates[cell]
        if not kind.present:
            fitting: Sequence[Any] = [None]
        elif kind.values:
            fitting = [v for v in values if (str(v).lower() if isinstance(v, bool) else v) in kind.values]
        elif kind.numeric:
            fitting = [v for v in values if v is not None and kind.low <= v <= kind.high]
        else:
            fitting = [v for v in values if v is not None]
        if fitting:
            choice[cell] = fitting[0]

    def chosen(self, choice: Choice, source: str, number: int, checked: Checked, where: ast.expr) -> Choice:
        """Return the cells of a row that make an aggregate's condition hold, if some combination does."""
        columns = [
            reference.item
            for node in ast.walk(where)
            if isinstance(reference := checked.bound.references.get(node), RowValue)
            and reference.row == reference.source == source
            and reference.step_of is None
            and (source, number, reference.item) in self.candidates
        ]
        cells: list[Cell] = [(source, number, column) for column in dict.fromkeys(columns)]
        slots = self.run.layout.rows_of[source]
        records = self.run.records(self.rows(choice))
        record = records[source][number - len(self.rows_of_source(source))]
        holds = compile_closure(checked.part(where), self.run.layout, self.parts)
        own = [(slot, closure) for name, slot, closure in self.run.steps if name == source]
        ranked = [self.likely(cell, where) for cell in cells]
        for combination in islice(product(*ranked), _MOST_COMBINATIONS):
            for (_, _, column), value in zip(cells, combination, strict=True):
                record[slots[column]] = value
            for slot, closure in own:
                record[slot] = _outcome(closure, record)
            if _outcome(holds, record) is True:
                return dict(zip(cells, combination, strict=True))
        return {}

    def rows_of_source(self, source: str) -> range:
        return range(self.counts[source])

    def likely(self, cell: Cell, where: ast.expr) -> list[Any]:
        """Return a cell's candidates, those that the condition names first."""
        named = {node.value for node in ast.walk(where) if isinstance(node, ast.Constant)}
        year = self.period.year
        return sorted(self.candidates[cell], key=lambda v: (v not in named, v != year, v is None))

    def climbed(self, choice: Choice) -> tuple[float, Choice]:
        """Return the world reached by changing one input at a time for the better, and its distance."""
        best = self.distance(choice)
        names = list(self.candidates)
        better = True
        while better and self.left_to_try > 0:
            better = False
            self.chance.shuffle(names)
            for name in names:
                for value in self.candidates[name]:
                    if value == choice.get(name) and type(value) is type(choice.get(name)):
                        continue
                    tried = {**choice, name: value}
                    distance = self.distance(tried)
                    if distance > best:
                        best, choice, better = distance, tried, True
                    if self.left_to_try <= 0:
                        return best, choice
        return best, choice

    def simplified(self, choice: Choice, distance: float) -> Choice:
        """Return the world with rows repeated no more often than needed."""
        self.left_to_try = MOST_TRIALS
        for name in self.candidates:
            if isinstance(name, tuple) and len(name) == 1:
                for times in _TIMES:
                    if times < choice[name] and self.distance({**choice, name: times}) >= distance:
                        choice = {**choice, name: times}
                        break
        return choice

    def told(self, choice: Choice, distance: float) -> Witness:
        """Return what there is to say of a world that refutes the claim: the inputs that matter to it."""
        values, probes = self.values_of(choice)
        numbers = [float(v) for v in probes or values if v is not None and not isinstance(v, NoValue)]
        declared, worst = self.step.step.range, None
        if self.claim.node is not None:
            worst = min(numbers, key=lambda v: -self.short_of(v), default=None)
        elif declared is not None:
            worst = max(numbers, key=lambda v: max(v - declared.high, declared.low - v))
        parts = tuple(self.terms(choice)) if self.claim.node is None else ()
        matters = {name for name in self.candidates if self.matters(choice, name, distance, parts)}
        rows: dict[str, list[dict[str, Any]]] = {}
        for name, found in self.rows({**choice, **{(name,): 1 for name in self.counts}}).items():
            kept = [
                {column: value for column, value in row.items() if (name, number, column) in matters}
                for number, row in enumerate(found)
            ]
            rows[name] = [row for row in kept if row]
        return Witness(
            worst,
            {name: found for name, found in rows.items() if found},
            {name: int(choice.get((name,), 1)) for name in self.counts},
            {name: choice[name] for name in self.plan.given if name in matters},
            parts,
            tuple(dict.fromkeys(name for name in map(self.unbounded, matters) if name is not None)),
        )

    def matters(self, choice: Choice, name: Input, distance: float, parts: tuple[float, ...]) -> bool:
        """Return whether the claim would be kept, or broken less or otherwise, if one input were another."""
        others = ({**choice, name: value} for value in self.candidates[name] if value != choice.get(name))
        if parts:
            return any(
                self.distance(other) < distance or tuple(self.terms(other)) != parts for other in others
            )
        return any(self.distance(other) < distance for other in others)

    def unbounded(self, name: Input) -> str | None:
        """Return the name of an input that is a number without a declared range, else None."""
        if isinstance(name, (UnitValue, PreviousValue)):
            kind = self.kind_of(name)
            return None if max(abs(kind.low), abs(kind.high)) < LARGEST_WHOLE else key_of(name)
        if len(name) == 1:
            return None
        column = self.plan.sources[name[0]].columns[name[2]]
        return f"{name[0]}.{name[2]}" if column.type in ("number", "integer") and not column.range else None

    def terms(self, choice: Choice) -> Iterator[float]:
        """Yield the values of the terms of the formula, if it is a sum in one row or of the whole unit."""
        if self.source is None:
            outcomes, _ = self.run.outcomes(
                self.rows(choice), {name: choice[name] for name in self.plan.given}
            )
            found: list[Any] = [outcomes[0].values[step.value] for step in self.term_steps]
        elif self.plan.sources[self.source].rows is None:
            records = self.run.records(self.rows(choice))
            self.run.fill(records)
            row = records[self.source][0]
            closures = [
                compile_closure(self.checked.part(term), self.run.layout, self.parts)
                for term in self.summands
            ]
            found = [_outcome(closure, row) for closure in closures]
        else:
            return
        yield from (float(value) for value in found if isinstance(value, (int, float)))


_REASONS = {
    "/": "division by zero",
    "%": "division by zero",
    "sqrt": "the square root",
    "log": "the logarithm",
    "band": "the value lies below the lowest band",
}
_ROWS_FAIL = "{count} row"


def _operation(node: ast.expr | None) -> str:
    return operator_of(node) if isinstance(node, ast.BinOp) else _name(node)


def _name(node: ast.expr | None) -> str:
    return function_name(node) if isinstance(node, ast.Call) else ""


def _first_argument(node: ast.expr) -> ast.expr:
    assert isinstance(node, ast.Call)
    return node.args[0]


def _outcome(closure: Closure, record: list[Any]) -> Any:
    try:
        return closure(record)
    except NoValue as failure:
        return failure


def _unheld_if(is_goal: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """Return a function that takes the range off a step that is the goal."""

    def loosened(step: Any) -> Any:
        return replace(step, checked=replace(step.checked, held=True)) if is_goal(step) else step

    return loosened


def _numbers_of(content: Any) -> list[Any]:
    match content:
        case SingleContent(value=value, choices=choices):
            return [value, *choices]
        case TableContent(entries=entries):
            return list(entries.values())
        case BandsContent(rows=rows):
            return [limit for limit, _, _ in rows if limit is not None]
        case SetContent(values=values):
            return list(values)
        case _:
            return []
