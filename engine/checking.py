"""Prove what needs no data: names, kinds, blanks, coverage, dates, and that declarations fit their use.

`prove` does it for the rules of one moment and gives the checked formulas that a plan is made of.
`check` does it for the whole catalogue, at every day on which some rule begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine import versions
from engine.definition import (
    Bands,
    Catalogue,
    Column,
    Indicator,
    Members,
    Name,
    Parameter,
    Single,
    Source,
    Step,
    Table,
)
from engine.formula import kinds
from engine.formula.algebra import BandsContent, Content, SetContent, SingleContent, TableContent
from engine.formula.checked import Checked
from engine.formula.checked import check as check_formula
from engine.formula.functions import AGGREGATES, FUNCTIONS
from engine.formula.grammar import RESERVED
from engine.formula.kinds import Kind
from engine.formula.names import PreviousValue, RecordValue, Reference, RowValue, UnitValue
from engine.graph import RESULT, Graph, as_problem, build
from engine.problems import Problem, Related, advice, error, errors_in, in_order, say, warning
from engine.text import Place
from engine.versions import NotInForce, Period, Rule

LARGEST_WHOLE = 2.0**53


@dataclass(frozen=True, eq=False)
class Proof:
    """The rules of one moment with every formula checked; `problems` has no errors if it is whole."""

    catalogue: Catalogue
    rules: Mapping[str, Rule]
    graph: Graph
    checked: Mapping[tuple[str, str], Checked]
    kinds: Mapping[tuple[str, str], Kind]
    problems: tuple[Problem, ...]


def rules_at(catalogue: Catalogue, period: Period) -> dict[str, Rule | NotInForce]:
    """Return each indicator's rule for *period*, or why it has none."""
    return {name: versions.in_force(indicator, period) for name, indicator in catalogue.indicators.items()}


def prove(catalogue: Catalogue, rules: Mapping[str, Rule]) -> Proof:
    """Check every formula of *rules*, each after those that it uses."""
    graph = build(catalogue, rules)
    if graph.cycles:
        return Proof(catalogue, rules, graph, {}, {}, graph.problems)
    return _Prover(catalogue, rules, graph).proof()


def check(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return all problems of the definitions, of every version, in order of file and position."""
    problems: list[Problem] = []
    for indicator in catalogue.indicators.values():
        problems.extend(versions.check(indicator))
        problems.extend(_used_sources(catalogue, indicator))
    proofs: dict[tuple[tuple[str, int], ...], Proof] = {}
    for day in _days_of_change(catalogue):
        found = {
            name: versions.in_force_on(indicator, day) for name, indicator in catalogue.indicators.items()
        }
        rules = {name: rule for name, rule in found.items() if isinstance(rule, Rule)}
        key = tuple((name, id(rule.version)) for name, rule in rules.items())
        if key not in proofs:
            proofs[key] = prove(catalogue, rules)
            problems.extend(proofs[key].problems)
    used = {
        (edge.used.id, edge.used.name)
        for proof in proofs.values()
        for edge in proof.graph.edges
        if edge.used.kind == "parameter"
    }
    broken = {problem.place.path for problem in errors_in(problems) if isinstance(problem.place, Place)}
    for indicator in catalogue.indicators.values():
        if indicator.text.path not in broken:
            problems.extend(_unused_parameters(indicator, used))
    return in_order(problems)


def _days_of_change(catalogue: Catalogue) -> list[date]:
    return sorted(
        {version.from_ for indicator in catalogue.indicators.values() for version in indicator.versions}
    )


def content_of(parameter: Parameter) -> Content:
    """Return a parameter as formulas see it."""
    match parameter.content:
        case Single(value=value, choices=choices):
            return SingleContent(value, choices or ())
        case Table(entries=entries):
            return TableContent(entries)
        case Bands(rows=rows):
            return BandsContent(tuple((row.limit, row.inclusive, row.value) for row in rows))
        case Members(values=values):
            return SetContent(values)


def column_kind(catalogue: Catalogue, source: Source, column: Column) -> Kind:
    """Return what is known of a column's values from its declaration."""
    blank = column.missing.kind == "keep"
    if column.type in ("number", "integer"):
        widest = kinds.LARGEST_GIVEN if column.type == "number" else LARGEST_WHOLE
        low = float(column.range.low) if column.range else -widest
        high = float(column.range.high) if column.range else widest
        return Kind("number" if column.type == "number" else "integer", low=low, high=high, blank=blank)
    if column.type == "category":
        return replace(kinds.category(column.values), blank=blank)
    if column.type == "boolean":
        return replace(kinds.BOOLEAN, blank=blank)
    if column.type == "date":
        return replace(kinds.DATE, blank=blank)
    if column.to is not None:
        target = catalogue.sources.get(column.to.id)
        key = target.columns.get(target.key.id) if target is not None and target.key is not None else None
        if key is not None and key.type == "integer":
            return replace(kinds.integer(-LARGEST_WHOLE, LARGEST_WHOLE), blank=blank)
    return replace(kinds.TEXT, blank=blank)


class _Prover:
    def __init__(self, catalogue: Catalogue, rules: Mapping[str, Rule], graph: Graph) -> None:
        self.catalogue, self.rules, self.graph = catalogue, rules, graph
        self.checked: dict[tuple[str, str], Checked] = {}
        self.kinds: dict[tuple[str, str], Kind] = {}
        self.problems: list[Problem] = list(graph.problems)

    def proof(self) -> Proof:
        for node in self.graph.order:
            if node.kind == "step":
                self.step(self.rules[node.id], self.rules[node.id].steps[node.name])
            elif node.kind == "indicator" and node.id in self.rules:
                self.result(self.rules[node.id])
        for rule in self.rules.values():
            self.problems.extend(_name_clashes(self.catalogue, rule))
            self.problems.extend(_contents(rule))
        return Proof(
            self.catalogue, self.rules, self.graph, self.checked, self.kinds, in_order(self.problems)
        )

    def step(self, rule: Rule, step: Step) -> None:
        """Check a step's formula and keep the kind that its users see."""
        key = (rule.indicator.id, step.id)
        bound = self.graph.bounds.get(key)
        if bound is None:
            return
        contents = {name: content_of(parameter) for name, parameter in rule.parameters.items()}
        checked, faults, advices = check_formula(bound, contents, self.kind_of)
        self.problems.extend(as_problem(fault, step.formula) for fault in faults)
        for fault in advices:
            place = step.formula.passage.part(fault.start, fault.end)
            self.problems.append(advice(fault.code, place, fault.message, fault.hint))
        if checked is None:
            return
        self.checked[key] = checked
        self.kinds[key] = self.finished(step, checked.kind)

    def finished(self, step: Step, kind: Kind) -> Kind:
        """Return the kind of a step's value after its rounding and within its declared range."""
        if (step.decimals is not None or step.range is not None) and not kind.numeric:
            self.problems.append(
                error(
                    "wrong-kind",
                    step.place,
                    say(
                        "`{step}` is {kind}; `range` and `decimals` are for numbers",
                        step=step.id,
                        kind=kind.words,
                    ),
                )
            )
            return kind
        if step.decimals is not None:
            kind = kinds.rounded_kind(kind, step.decimals, step.rounding)
        if step.range is not None and not holds(kind, step):
            low, high = max(kind.low, float(step.range.low)), min(kind.high, float(step.range.high))
            if low > high:
                self.problems.append(
                    error(
                        "range-never",
                        step.range.place,
                        say(
                            "`{step}` is from {low} to {high}, never within the declared range",
                            step=step.id,
                            low=kind.low,
                            high=kind.high,
                        ),
                    )
                )
                return kind
            kind = replace(kind, low=low, high=high, failing=True)
        return kind

    def result(self, rule: Rule) -> None:
        key = (rule.indicator.id, RESULT)
        self.step(rule, replace(rule.result, range=rule.result.range))
        kind = self.kinds.get(key)
        place = rule.result.formula.passage.place
        if kind is None:
            return
        if not kind.numeric:
            self.problems.append(
                error(
                    "wrong-kind",
                    place,
                    say("the result is {kind}; an indicator's result is a number", kind=kind.words),
                    say("keep this as a step and let the result be the number it is made from"),
                )
            )
        elif kind.blank:
            self.problems.append(
                error(
                    "blank-value",
                    place,
                    say("the result may be blank"),
                    say("decide with `coalesce` or `is_missing`"),
                )
            )
        self.problems.extend(_categories(rule, kind))

    def kind_of(self, reference: Reference) -> Kind | None:
        """Return the kind of what a name refers to; None if that has errors of its own."""
        match reference:
            case RowValue(source=source, item=item, step_of=None):
                declared = self.catalogue.sources[source]
                kind = column_kind(self.catalogue, declared, declared.columns[item])
                return self.along(reference, kind)
            case RowValue(item=item, step_of=str() as owner):
                found = self.kinds.get((owner, item))
                return None if found is None else self.along(reference, found)
            case RecordValue(source=source, item=item):
                declared = self.catalogue.sources[source]
                return replace(column_kind(self.catalogue, declared, declared.columns[item]), failing=True)
            case UnitValue(indicator=owner, step=str() as step):
                found = self.kinds.get((owner, step))
                return None if found is None else replace(found, failing=True)
            case UnitValue(indicator=owner) | PreviousValue(indicator=owner):
                return self.indicator_kind(self.catalogue.indicators[owner])
            case _:
                return None

    def along(self, reference: RowValue, kind: Kind) -> Kind:
        """A value reached along references is blank where one of them is."""
        here = reference.row
        for column in reference.path:
            if self.catalogue.sources[here].columns[column].missing.kind == "keep":
                return replace(kind, blank=True)
            here = self.graph.landscape.sources[here].references[column]
        return kind

    def indicator_kind(self, indicator: Indicator) -> Kind:
        rule = self.rules.get(indicator.id)
        declared = rule.range if rule is not None else indicator.range
        if declared is None:
            return kinds.number(failing=True)
        return kinds.number(float(declared.low), float(declared.high), failing=True)


def holds(kind: Kind, step: Step) -> bool:
    """Return whether a step's declared range holds for every value that its formula can give."""
    declared = step.range
    return declared is None or (kind.low >= declared.low - 5e-10 and kind.high <= declared.high + 5e-10)


def _name_clashes(catalogue: Catalogue, rule: Rule) -> Iterator[Problem]:
    """Each name means one thing: steps, parameters, columns, sources, indicators and functions."""
    functions = {*FUNCTIONS, *AGGREGATES, "previous", "period", *RESERVED}
    named: list[tuple[str, Place, str, str | None]] = [
        (name, parameter.place, "parameter", None) for name, parameter in rule.parameters.items()
    ]
    named += [
        (name, step.place, "step", step.each.id if step.each else None) for name, step in rule.steps.items()
    ]
    taken: dict[str, Place] = {}
    for name, place, what, each in named:
        owner = None
        if name in functions:
            owner = say("`{name}` is a word of the formula language", name=name)
        elif name in catalogue.sources:
            owner = say("`{name}` is the name of a source too", name=name)
        elif name in catalogue.indicators:
            owner = say("`{name}` is the name of an indicator too", name=name)
        elif each is not None and name in catalogue.sources[each].columns:
            owner = say("`{name}` is a column of `{each}` too", name=name, each=each)
        elif name in taken:
            owner = say("`{name}` is a parameter and a step", name=name)
        if owner is not None:
            related = [Related(taken[name], say("the other one"))] if name in taken else []
            yield error("name-clash", place, owner, say("give the {what} another name", what=what), related)
        taken[name] = place


def _contents(rule: Rule) -> Iterator[Problem]:
    """Values of one parameter are of one kind."""
    for parameter in rule.parameters.values():
        content = content_of(parameter)
        values = {
            TableContent: lambda c: list(c.entries.values()),
            BandsContent: lambda c: [value for _, _, value in c.rows],
            SetContent: lambda c: list(c.values),
            SingleContent: lambda c: [c.value, *c.choices],
        }[type(content)](content)
        if kinds.joined([kinds.constant(value) for value in values]) is None:
            yield error(
                "wrong-kind",
                parameter.place,
                say("the values of `{name}` are of different kinds", name=parameter.id),
                say("give only numbers, or only words"),
            )


def _categories(rule: Rule, kind: Kind) -> Iterator[Problem]:
    """Every category can occur within the declared range of the result."""
    declared = rule.range
    if rule.categories is None or declared is None:
        return
    rows = rule.categories
    above = float("inf")
    for row in rows:
        limit = float("-inf") if row.limit is None else float(row.limit)
        never = (
            above <= declared.low or limit > declared.high or (not row.inclusive and limit >= declared.high)
        )
        if never:
            yield error(
                "category-never",
                row.place,
                say(
                    "no result is ever {label}: the range is {low} to {high}",
                    label=row.label,
                    low=declared.low,
                    high=declared.high,
                ),
                say("correct the limit or the range, or remove the row"),
            )
        above = limit


def _used_sources(catalogue: Catalogue, indicator: Indicator) -> Iterator[Problem]:
    """`sources` lists exactly what the formulas of all versions use."""
    rules = versions.rules(indicator)
    graphs = [build(catalogue, {indicator.id: rule}) for rule in rules]
    if any(errors_in(graph.problems) for graph in graphs):
        return
    uses = {
        edge.used.id: edge.place for graph in graphs for edge in graph.edges if edge.used.kind == "source"
    }
    listed: dict[str, Name] = {name.id: name for name in indicator.sources}
    for name in indicator.sources:
        if name.id not in uses and name.id in catalogue.sources:
            yield error(
                "unused-source",
                name.place,
                say("no formula uses the source `{name}`", name=name.id),
                say("remove it from `sources`, or use it"),
            )
    for source, place in uses.items():
        if source not in listed:
            yield error(
                "missing-source",
                place,
                say("`{name}` is used here but not listed under `sources`", name=source),
                say("add `{name}` to the indicator's `sources`", name=source),
            )


def _unused_parameters(indicator: Indicator, used: set[tuple[str, str]]) -> Iterator[Problem]:
    for version in indicator.versions:
        for parameter in version.parameters.values():
            if isinstance(parameter, Parameter) and (indicator.id, parameter.id) not in used:
                yield warning(
                    "unused-parameter",
                    parameter.place,
                    say("no formula uses the parameter `{name}`", name=parameter.id),
                    say("remove it, or use it"),
                )
