"""One step as a fast callable for one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine import sources, versions
from engine.checking import Proof, prove, rules_at
from engine.definition import Catalogue, Indicator
from engine.evaluation import period_parts
from engine.formula.functions import NoValue
from engine.formula.names import RowValue, UnitValue
from engine.graph import Node
from engine.plan import Plan, make
from engine.problems import InvalidData, InvalidRequest, Problem, error, errors_in, nearest, say
from engine.run.finish import as_declared
from engine.run.records import RecordRun
from engine.sources.cells import Wrong, reader_of
from engine.sources.records import key_type, no_row, unknown_column
from engine.text import Cell
from engine.values import Absent, StepValue
from engine.versions import NotInForce, Period, Rule

Row = Mapping[str, object]
Compiled = Callable[..., StepValue]
"""``compiled(record, child=[...])`` for a step of each row, ``compiled(source=[...])`` for the unit."""


def compile_step(catalogue: Catalogue, indicator: Indicator, step: str | None, period: Period) -> Compiled:
    """Return a step (None: the result) of *indicator* as a callable; it may be used from many threads.

    A step with `each:` takes one row as a dict and, for each source whose rows refer to it, their list;
    the others take each source's rows (or the one row of a record source) by name. The callable raises
    InvalidData for what is not as declared, and where there is no value.
    """
    rule = versions.in_force(indicator, period)
    if isinstance(rule, NotInForce):
        raise InvalidRequest(error("not-in-force", None, rule.reason))
    if step is not None and step not in rule.steps:
        raise InvalidRequest(
            error(
                "unknown-name",
                None,
                say("`{indicator}` has no step `{step}`", indicator=indicator.id, step=step),
                nearest(step, rule.steps),
            )
        )
    found = rules_at(catalogue, period)
    proof = prove(catalogue, {name: one for name, one in found.items() if isinstance(one, Rule)})
    errors = errors_in(proof.problems)
    if errors:
        raise InvalidRequest(errors)
    each = rule.steps[step].each if step is not None else None
    goal = Node("indicator", indicator.id) if step is None else Node("step", indicator.id, step)
    plan = make(proof, [goal])
    run = RecordRun(plan, period_parts(period))
    if each is None or step is None:
        return _for_unit(catalogue, proof, plan, run, UnitValue(indicator.id, step))
    return _for_row(catalogue, plan, run, each.id, f"{indicator.id}.{step}")


def _for_unit(catalogue: Catalogue, proof: Proof, plan: Plan, run: RecordRun, goal: UnitValue) -> Compiled:
    """Return a callable over all rows of the sources that the goal needs."""
    goal_name = goal.indicator if goal.step is None else f"{goal.indicator}.{goal.step}"

    def compute(**given: Row | Sequence[Row]) -> StepValue:
        for name in given:
            if name not in plan.sources:
                raise InvalidRequest(_takes_none(goal_name, name, plan.sources))
        rows: dict[str, sources.Rows] = {}
        for name, source in plan.sources.items():
            listed = given.get(name, source.rows)
            if listed is None:
                raise InvalidRequest(
                    error("missing-source", None, say("no rows of `{name}` were given", name=name))
                )
            rows[name] = sources.from_records(
                source,
                [listed] if isinstance(listed, Mapping) else _several(name, listed),
                sources=catalogue.sources,
                where=name,
                allow_empty=True,
            )
        problems = sources.check_references(rows)
        if problems:
            raise InvalidData(problems)
        outcomes, _ = run.outcomes({name: found.records() for name, found in rows.items()}, {})
        value = outcomes[0].values[goal]
        if isinstance(value, Absent):
            raise InvalidData(error("no-value", None, value.reason))
        return value

    return compute


def _for_row(catalogue: Catalogue, plan: Plan, run: RecordRun, each: str, goal: str) -> Compiled:
    """Return a callable over one row of *each* and the rows that refer to it."""
    layout = run.layout
    slots = layout.rows_of[each]
    children = {
        what[0]: (slot, what[1]) for what, slot in slots.items() if isinstance(what, tuple) and len(what) == 2
    }
    strange = [name for name in plan.sources if name != each and name not in children]
    if (
        strange
        or any(len(path) > 1 for _, path in children.values())
        or any(isinstance(what, tuple) and len(what) == 1 for what in slots)
    ):
        raise InvalidRequest(
            error(
                "not-compilable",
                None,
                say("`{goal}` needs more than a row and the rows that refer to it", goal=goal),
                say("use evaluate() for it"),
            )
        )
    fill = _filler(catalogue, plan, each, len(slots))
    fillers = {
        name: (
            slot,
            _filler(catalogue, plan, name, len(layout.rows_of[name]), implied=path[0]),
            layout.rows_of[name].get(path),
        )
        for name, (slot, path) in children.items()
    }
    steps = [(slot, closure) for source, slot, closure in run.steps if source == each]
    inner = [(source, slot, closure) for source, slot, closure in run.steps if source != each]
    target = slots[goal]
    kind = next(step.kind for step in plan.row_steps if step.column == goal)

    def compute(row: Row, /, **given: Sequence[Row]) -> StepValue:
        record = fill(row)
        for name, (slot, read, pointer) in fillers.items():
            listed = record[slot] = [read(child) for child in _several(name, given.get(name, ()))]
            if pointer is not None:
                for child in listed:
                    child[pointer] = record
        for source, slot, closure in inner:
            for child in record[fillers[source][0]]:
                _step(child, slot, closure)
        for slot, closure in steps:
            try:
                record[slot] = closure(record)
            except NoValue as failure:
                record[slot] = failure
        value = record[target]
        if value.__class__ is NoValue:
            raise InvalidData(error("no-value", None, value.reason))
        found: StepValue = as_declared(value, kind)
        return found

    def refuse_unknown(row: Row, /, **given: Sequence[Row]) -> StepValue:
        for name in given:
            if name not in fillers:
                raise InvalidRequest(_takes_none(goal, name, fillers))
        return compute(row, **given)

    return refuse_unknown if not fillers else _guarded(compute, refuse_unknown, frozenset(fillers))


def _guarded(compute: Compiled, refuse: Compiled, known: frozenset[str]) -> Compiled:
    def call(row: Row, /, **given: Sequence[Row]) -> StepValue:
        return compute(row, **given) if given.keys() <= known else refuse(row, **given)

    return call


def _takes_none(goal: str, name: str, known: Iterable[str]) -> Problem:
    message = say("`{goal}` takes no rows of `{name}`", goal=goal, name=name)
    return error("unknown-name", None, message, nearest(name, known))


def _several(name: str, rows: Any) -> Iterable[Row]:
    """Return *rows* where they are several; raises InvalidData for what can't be gone through."""
    if rows.__class__ is list or (isinstance(rows, Iterable) and not isinstance(rows, (str, Mapping))):
        return rows
    kind = type(rows).__name__
    message = say("the rows are given as {kind}; a list of dicts by column name is needed", kind=kind)
    raise InvalidData(error("wrong-type", Cell(name), message))


def _step(record: list[Any], slot: int, closure: Callable[[list[Any]], Any]) -> None:
    try:
        record[slot] = closure(record)
    except NoValue as failure:
        record[slot] = failure


def _filler(
    catalogue: Catalogue, plan: Plan, name: str, size: int, implied: str | None = None
) -> Callable[[Row], list[Any]]:
    """Return a function from a dict to a checked record of the columns that formulas ask for.

    A key is not needed where nothing is looked up, and the place of a child *implied* its reference.
    """
    source = plan.sources[name]
    readers: list[tuple[str, Callable[[object], Any]]] = []
    asked = {
        reference.item
        for step in plan.row_steps
        for reference in step.checked.bound.references.values()
        if isinstance(reference, RowValue) and reference.source == name and reference.step_of is None
    }
    for column in plan.columns[name]:
        if column == implied or column not in asked:
            readers.append((column, _nothing))
        else:
            declared = source.columns[column]
            readers.append((column, reader_of(declared, key_type(declared, catalogue.sources))))
    rest: list[Any] = [None] * (size - len(readers))
    declared_names = source.columns.keys()

    def fill(row: Row) -> list[Any]:
        try:
            known = row.keys() <= declared_names
        except AttributeError:
            raise InvalidData(no_row(type(row).__name__, Cell(name))) from None
        if not known:  # A misspelt name would otherwise be a blank.
            raise InvalidData(
                [
                    unknown_column(source, str(column), Cell(name, None, None, str(column)))
                    for column in row
                    if column not in declared_names
                ]
            )
        record = [read(row.get(column)) for column, read in readers]
        for value in record:
            if value.__class__ is Wrong:
                raise InvalidData(
                    [
                        wrong.at(Cell(name, None, None, column))
                        for (column, _), wrong in zip(readers, record, strict=True)
                        if isinstance(wrong, Wrong)
                    ]
                )
        record += rest
        return record

    return fill


def _nothing(value: object) -> None:
    return None
