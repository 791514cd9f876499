"""Check that the worked examples reach every row of tables, bands and categories.

Nothing is computed here, so that checking stays quick: what an example reaches is seen from what is written
in it. A category is reached where it is expected. A row of a table or of bands is reached where the value
looked up is a given column or an expected step, or where the formula gives the row's value itself and an
example expects it. A look-up of which the examples show nothing is not judged.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.definition import Bands, Catalogue, Example, Indicator, Parameter, Table, Threshold, Value
from engine.formula.names import ParameterValue, RecordValue, Reference, RowValue, UnitValue
from engine.graph import RESULT, Graph
from engine.numbers import at_nine
from engine.problems import Problem, advice, say
from engine.versions import Key, Period, Rule, Timeline, Window


@dataclass(frozen=True)
class _Lookup:
    """A look-up in a table or in bands: what is looked up, and whether the step's value is what it gives."""

    parameter: Parameter
    step: str
    looked_up: Reference | None
    gives_value: bool


@dataclass
class Tried:
    """The look-ups of all rules seen so far."""

    lookups: dict[Key, list[_Lookup]] = field(default_factory=dict)

    def add(self, graph: Graph, new: Mapping[Key, Rule]) -> None:
        """Note the look-ups of the *new* rules of a graph."""
        for rule in new.values():
            found = list(_lookups(rule, graph))
            if found:
                self.lookups[rule.key] = found

    def check(self, catalogue: Catalogue, timeline: Timeline) -> Iterator[Problem]:
        """Give an advice for each table, bands and categories with a row that no example reaches."""
        for name, written in timeline.items():
            if catalogue.indicators[name].examples:
                yield from _of_indicator(catalogue, catalogue.indicators[name], written, self.lookups)


@dataclass
class _Seen:
    """What the examples show of one parameter: whether anything, and which of its rows."""

    parameter: Parameter
    judged: bool = False
    rows: set[int] = field(default_factory=set)


def _of_indicator(
    catalogue: Catalogue,
    indicator: Indicator,
    written: Sequence[Window],
    lookups: Mapping[Key, Sequence[_Lookup]],
) -> Iterator[Problem]:
    seen: dict[int, _Seen] = {}
    labels: dict[int, tuple[tuple[Threshold, ...], set[str | None]]] = {}
    for window in written:
        examples = [e for e in indicator.examples if (p := Period.read(e.period)) and window.holds(p.last)]
        if window.rule is None or not examples:
            continue
        if window.rule.categories is not None:
            rows, expected = labels.setdefault(id(window.rule.categories), (window.rule.categories, set()))
            expected |= {example.expect.category for example in examples}
        for lookup in lookups.get(window.rule.key, ()):
            found = seen.setdefault(id(lookup.parameter), _Seen(lookup.parameter))
            _look(catalogue, indicator.id, found, lookup, examples)
    for found in seen.values():
        missing = [row for number, row in enumerate(_rows(found.parameter)) if number not in found.rows]
        if found.judged and missing:
            yield advice(
                "limit-untouched",
                found.parameter.place,
                say(
                    "no worked example reaches {rows} of `{name}`",
                    rows=_few(missing),
                    name=found.parameter.id,
                ),
                say("add a row to an example that does, and what must come out"),
            )
    for rows, expected in labels.values():
        never = [row for row in rows if row.label not in expected]
        if never:
            yield advice(
                "limit-untouched",
                never[0].place,
                say(
                    "no worked example expects the category {labels}",
                    labels=_few([row.label for row in never]),
                ),
                say("add an example with such a result"),
            )


def _lookups(rule: Rule, graph: Graph) -> Iterator[_Lookup]:
    wide = {
        name: parameter
        for name, parameter in rule.parameters.items()
        if isinstance(parameter.content, Table | Bands)
    }
    if not wide:
        return
    for step in (*rule.steps.values(), rule.result):
        bound = graph.bounds.get((rule.indicator.id, step.id))
        used = () if bound is None else bound.references.values()
        if bound is None or not any(isinstance(one, ParameterValue) and one.name in wide for one in used):
            continue
        for node in _nodes(bound.tree.root):
            pair = _lookup(node)
            reference = None if pair is None else bound.references.get(pair[0])
            if pair is not None and isinstance(reference, ParameterValue) and reference.name in wide:
                looked_up = bound.references.get(pair[1])
                gives = _gives_row(bound.tree.root, pair[1])
                yield _Lookup(wide[reference.name], step.id, looked_up, gives)


_PARTS: dict[type[ast.expr], Callable[[Any], Iterable[ast.expr]]] = {
    ast.BinOp: lambda node: (node.left, node.right),
    ast.BoolOp: lambda node: node.values,
    ast.UnaryOp: lambda node: (node.operand,),
    ast.Compare: lambda node: (node.left, *node.comparators),
    ast.IfExp: lambda node: (node.test, node.body, node.orelse),
    ast.Subscript: lambda node: (node.slice,),
    ast.Call: lambda node: (*node.args, *(keyword.value for keyword in node.keywords)),
}


def _nodes(root: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a formula that are made of others."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        parts = _PARTS.get(type(node))
        if parts is not None:
            yield node
            waiting.extend(parts(node))


def _lookup(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return the parameter and what is looked up in it, if *node* is ``table[key]`` or ``band(x, bands)``."""
    if isinstance(node, ast.Subscript):
        return node.value, node.slice
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "band":
        return (node.args[1], node.args[0]) if len(node.args) == 2 else None
    return None


def _look(
    catalogue: Catalogue, indicator: str, seen: _Seen, lookup: _Lookup, examples: Sequence[Example]
) -> None:
    """Note which rows of a parameter the *examples* reach through one look-up."""
    content = seen.parameter.content
    given: list[Value] = []
    if lookup.looked_up is not None:
        given = list(_values(catalogue, indicator, lookup.looked_up, examples))
    expected = list(_expected(examples, lookup.step)) if lookup.gives_value else []
    seen.judged |= bool(given or expected)
    seen.rows |= {row for value in given if (row := _row(content, value)) is not None}
    seen.rows |= {row for row, outcome in enumerate(_outcomes(content)) if outcome in expected}


def _outcomes(content: object) -> list[Value]:
    if isinstance(content, Table):
        return list(content.entries.values())
    return [row.value for row in content.rows] if isinstance(content, Bands) else []


def _gives_row(root: ast.expr, argument: ast.expr) -> bool:
    """Return whether a formula's value is that of the look-up of *argument*, at least in one branch."""
    if isinstance(root, ast.IfExp):
        return _gives_row(root.body, argument) or _gives_row(root.orelse, argument)
    pair = _lookup(root)
    return pair is not None and pair[1] is argument


def _values(
    catalogue: Catalogue, indicator: str, reference: Reference, examples: Sequence[Example]
) -> Iterator[Value]:
    """Yield the values that a name has in the examples, as far as they are written there."""
    match reference:
        case RowValue(source=source, item=item, step_of=None) | RecordValue(source=source, item=item):
            declared = catalogue.sources[source]
            fill = declared.columns[item].missing.value
            for rows in (*(example.rows.get(source, ()) for example in examples), declared.rows or ()):
                yield from (value for row in rows if (value := row.get(item, fill)) is not None)
        case RowValue(item=item, step_of=str() as owner) | UnitValue(indicator=owner, step=str() as item):
            if owner == indicator:
                yield from _expected(examples, item)
        case UnitValue(indicator=owner):
            yield from (example.values[owner] for example in examples if owner in example.values)
        case _:
            return


def _expected(examples: Sequence[Example], step: str) -> Iterator[Value]:
    for example in examples:
        found = example.expect.result if step == RESULT else example.expect.steps.get(step)
        values = found if isinstance(found, tuple) else (found,)
        yield from (value for value in values if value is not None)


def _row(content: object, value: Value) -> int | None:
    """Return the number of the row that *value* falls into."""
    if isinstance(content, Table):
        keys = list(content.entries)
        return keys.index(str(value)) if str(value) in keys else None
    if isinstance(content, Bands) and isinstance(value, int | float):
        for number, row in enumerate(content.rows):
            if row.limit is None or at_nine(value) > at_nine(row.limit):
                return number
            if row.inclusive and at_nine(value) == at_nine(row.limit):
                return number
    return None


def _rows(parameter: Parameter) -> list[str]:
    """Return what each row of a table or of bands is called."""
    if isinstance(parameter.content, Table):
        return list(parameter.content.entries)
    if not isinstance(parameter.content, Bands):
        return []
    rows = parameter.content.rows
    return [_limit(row, rows[number - 1] if number else row) for number, row in enumerate(rows)]


def _limit(row: Threshold, above: Threshold) -> str:
    """Return a row of bands by its limit; the last one by that of the row *above* it."""
    if row.limit is not None:
        return f"{'>=' if row.inclusive else '>'} {row.limit}"
    return f"{'<' if above.inclusive else '<='} {above.limit}"


def _few(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:5]) + (", …" if len(names) > 5 else "")
