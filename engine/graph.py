"""Who uses what, with the place of use on each edge; cycles link by link.

Nodes are indicators, steps, parameters and sources of one moment. Only linear walks over the graph are
made (G1), nothing recurses over it (G5), and ties are broken by id, so that the order never depends
on the order of files (G4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property, partial
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple, TypeVar

from engine.definition import Catalogue, Column, Formula, Indicator, Parameter, Source, Step, titled
from engine.formula.grammar import Fault
from engine.formula.names import (
    Bound,
    Landscape,
    ParameterValue,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    Scope,
    SourceNames,
    SourceRows,
    UnitValue,
    bind,
)
from engine.problems import MOST_OF_A_FILE, Problem, Related, Titled, error, more_problems, say
from engine.text import Place
from engine.versions import Rule, rules

RESULT = "result"
"""The name of an indicator's result among its steps."""


StepKey = tuple[str, str]
"""An indicator and one of its steps."""


class Node(NamedTuple):
    """An indicator (`name` is empty), one of its steps or parameters, or a source."""

    kind: Literal["indicator", "parameter", "source", "step"]
    id: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.id}.{self.name}" if self.name else self.id


@dataclass(frozen=True, slots=True)
class Edge:
    """*user* uses *used* at *place*; `earlier` says that it is the value of an earlier period."""

    user: Node
    used: Node
    place: Place
    earlier: bool = False


@dataclass(frozen=True, eq=False)
class Graph:
    """All uses among the rules of one moment, and every formula with its names tied."""

    landscape: Landscape
    rules: Mapping[str, Rule]
    bounds: Mapping[StepKey, Bound]
    edges: tuple[Edge, ...]
    faults: tuple[Problem, ...] = field(repr=False)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with names, and the cycles."""
        return (*self.faults, *(_cycle_problem(cycle) for cycle in self.cycles))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, by kind and id."""
        found = {edge.user for edge in self.edges} | {edge.used for edge in self.edges}
        for name, rule in self.rules.items():
            found.add(Node("indicator", name))
            found |= {Node("step", name, step) for step in rule.steps}
        return tuple(sorted(found))

    @cached_property
    def _used(self) -> dict[Node, dict[Node, None]]:
        """What each node uses; an earlier period's value is no use in this one."""
        found: dict[Node, dict[Node, None]] = {node: {} for node in self.nodes}
        for edge in self.edges:
            if not edge.earlier:
                found[edge.user][edge.used] = None
        return found

    @cached_property
    def _users(self) -> dict[Node, list[Node]]:
        return turned(self._used)

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """Every node after all that it uses; ties by kind and id. Nodes on or behind a cycle are left out."""
        return tuple(in_order_of_use(self._used, self._users))

    def uses_of(self, steps: Set[StepKey]) -> dict[StepKey, tuple[Bound, tuple[Edge, ...]]]:
        """Return the formulas of some of the steps, with what each uses."""
        nodes = {step_node(*key): key for key in steps}
        edges: dict[StepKey, list[Edge]] = {key: [] for key in steps}
        for edge in self.edges:
            if edge.user in nodes:
                edges[nodes[edge.user]].append(edge)
        return {key: (self.bounds[key], tuple(uses)) for key, uses in edges.items()}

    @cached_property
    def _places(self) -> dict[Node, int]:
        return {node: place for place, node in enumerate(self.order)}

    def in_order(self, nodes: Iterable[Node]) -> list[Node]:
        """Return those of *nodes* that are on no cycle and behind none, each after all that it uses."""
        return sorted((node for node in nodes if node in self._places), key=self._places.__getitem__)

    def needed_for(self, wanted: Iterable[Node], known: Set[Node] = frozenset()) -> frozenset[Node]:
        """Return *wanted* and everything that they use, directly or not, but not by way of *known*."""
        return self._reach(wanted, self._used, known)

    def reached_from(self, changed: Iterable[Node], known: Set[Node] = frozenset()) -> frozenset[Node]:
        """Return *changed* and everything that uses them, directly or not, but not by way of *known*."""
        return self._reach(changed, self._users, known)

    def _reach(
        self, start: Iterable[Node], following: Mapping[Node, Iterable[Node]], known: Set[Node]
    ) -> frozenset[Node]:
        found = {node for node in start if node in following}
        waiting = list(found)
        while waiting:
            for node in following[waiting.pop()]:
                if node not in found and node not in known:
                    found.add(node)
                    waiting.append(node)
        return frozenset(found)

    @cached_property
    def cycles(self) -> tuple[tuple[Edge, ...], ...]:
        """The shortest cycle through the first node of each knot, as the edges that close it."""
        if len(self.order) == len(self._used):
            return ()
        found = [knot for knot in knots(self._used) if len(knot) > 1 or knot[0] in self._used[knot[0]]]
        return tuple(self._shortest_cycle(set(knot)) for knot in sorted(found))

    def _shortest_cycle(self, knot: set[Node]) -> tuple[Edge, ...]:
        start = min(knot)
        uses: dict[Node, list[Edge]] = {}
        for edge in self.edges:
            if edge.user in knot and edge.used in knot and not edge.earlier:
                uses.setdefault(edge.user, []).append(edge)
        came_by: dict[Node, Edge] = {}
        waiting = [start]
        for node in waiting:
            for edge in uses.get(node, ()):
                if edge.used == start:
                    path = [edge]
                    while path[-1].user != start:
                        path.append(came_by[path[-1].user])
                    return tuple(reversed(path))
                if edge.used not in came_by:
                    came_by[edge.used] = edge
                    waiting.append(edge.used)
        raise AssertionError("a knot without a cycle")


N = TypeVar("N", Node, str)


def turned(used: Mapping[N, Iterable[N]]) -> dict[N, list[N]]:
    """Return who uses each name, from what each of them uses."""
    users: dict[N, list[N]] = {name: [] for name in used}
    for user, all_used in used.items():
        for name in all_used:
            users[name].append(user)
    return users


def in_order_of_use(used: Mapping[N, Collection[N]], users: Mapping[N, Iterable[N]]) -> list[N]:
    """Return each name after all that it uses, the smallest first where there is a choice.

    What stands on a cycle, or uses what stands on one, is left out.
    """
    missing = {name: len(needs) for name, needs in used.items()}
    ready = [name for name, count in missing.items() if not count]
    heapify(ready)
    found: list[N] = []
    while ready:
        name = heappop(ready)
        found.append(name)
        for user in users[name]:
            missing[user] -= 1
            if not missing[user]:
                heappush(ready, user)
    return found


def knots(used: Mapping[N, Iterable[N]]) -> list[tuple[N, ...]]:
    """Return all names, together those that need each other, each group after those that it uses."""
    import networkx  # only for this: most catalogues have no cycle, and the import takes its time

    digraph: networkx.DiGraph[N] = networkx.DiGraph()
    digraph.add_nodes_from(sorted(used))
    digraph.add_edges_from((name, user) for user, all_used in used.items() for name in all_used)
    groups = networkx.condensation(digraph)
    members = {number: tuple(sorted(groups.nodes[number]["members"])) for number in groups}
    return [
        members[number]
        for number in networkx.lexicographical_topological_sort(groups, key=members.__getitem__)
    ]


def build(
    catalogue: Catalogue,
    rules_in_force: Mapping[str, Rule],
    landscape: Landscape | None = None,
    known: Mapping[StepKey, tuple[Bound, tuple[Edge, ...]]] | None = None,
) -> Graph:
    """Return who uses what among *rules_in_force*, with the problems of names and cycles.

    *landscape* holds the names that the formulas may use; without it those of *rules_in_force*. The
    formulas of steps that are *known* from an earlier moment are not tied to their names once more.
    """
    if landscape is None:
        landscape = landscape_of(catalogue, rules_in_force)
    bounds: dict[StepKey, Bound] = {}
    edges: list[Edge] = []
    problems: list[Problem] = []
    for rule in rules_in_force.values():
        indicator = rule.indicator.id
        wrong = 0
        for step in (*rule.steps.values(), rule.result):
            if known and (indicator, step.id) in known:
                bounds[indicator, step.id], uses = known[indicator, step.id]
                edges.extend(uses)
                continue
            if step.each is not None and step.each.id not in landscape.sources:
                continue
            scope = Scope(
                landscape, indicator, step.each.id if step.each else None, frozenset(rule.parameters)
            )
            if wrong >= MOST_OF_A_FILE:
                problems.append(more_problems(rule.indicator.text))
                break
            bound, faults = bind(step.formula.tree, scope, MOST_OF_A_FILE)
            wrong += len(faults)
            problems.extend(as_problem(fault, step.formula) for fault in faults)
            if not faults:
                bounds[indicator, step.id] = bound
            edges.extend(_edges_of(indicator, step, bound))
    return Graph(landscape, rules_in_force, bounds, tuple(edges), tuple(problems))


def landscape_of(catalogue: Catalogue, rules_in_force: Mapping[str, Rule]) -> Landscape:
    """Return all names of the moment; an indicator without a rule then keeps its nearest rule's names."""
    indicators: dict[str, dict[str, str | None]] = {}
    for indicator in catalogue.indicators.values():
        rule = rules_in_force.get(indicator.id) or next(iter(rules(indicator)), None)
        indicators[indicator.id] = steps_of(rule) if rule is not None else {}
    breakdowns = {name.id for indicator in catalogue.indicators.values() for name in indicator.breakdowns}
    sources = {source.id: _names_of(source, breakdowns) for source in catalogue.sources.values()}
    return Landscape(sources, indicators, titled=partial(_titled, catalogue))


def _titled(catalogue: Catalogue, indicator: str, owner: str, name: str) -> Titled | None:
    """Return the title of a name and where it stands, as the landscape tells them."""
    here = catalogue.indicators[indicator].text.path
    found: Column | Parameter | Step | Source | Indicator | None = None
    if not owner:
        found = catalogue.sources.get(name) or catalogue.indicators.get(name)
    elif owner in catalogue.sources:
        found = catalogue.sources[owner].columns.get(name)
    elif owner in catalogue.indicators:
        entries = (
            entry
            for version in catalogue.indicators[owner].versions
            for entry in (version.parameters.get(name), version.steps.get(name))
        )
        found = next((entry for entry in entries if isinstance(entry, Parameter | Step)), None)
    return None if found is None else titled(found, here)


def steps_of(rule: Rule) -> dict[str, str | None]:
    """Return the steps of a rule as other formulas may know them: step to its `each`."""
    return {step.id: step.each.id if step.each else None for step in rule.steps.values()}


def _names_of(source: Source, breakdowns: Set[str]) -> SourceNames:
    references = {name: column.to.id for name, column in source.references.items() if column.to is not None}
    whole = source.rows is not None and not references and not breakdowns & source.columns.keys()
    rows = len(source.rows) if source.rows is not None and whole else None
    return SourceNames(frozenset(source.columns), references, source.shape == "record", rows)


def as_problem(fault: Fault, formula: Formula) -> Problem:
    """Return a fault of a formula as a problem at its place in the file."""
    return formula.passage.problem(fault)


def step_node(indicator: str, step: str) -> Node:
    """Return the node of a step; an indicator's result is the indicator itself."""
    return Node("indicator", indicator) if step == RESULT else Node("step", indicator, step)


def _edges_of(indicator: str, step: Step, bound: Bound) -> Iterator[Edge]:
    user = step_node(indicator, step.id)
    if step.each is not None:
        yield Edge(user, Node("source", step.each.id), step.each.place)
    for reference, (start, end) in bound.uses():
        place = step.formula.passage.part(start, end)
        for used in _used(indicator, reference):
            yield Edge(user, used, place, earlier=isinstance(reference, PreviousValue))


def _used(indicator: str, reference: Reference) -> tuple[Node, ...]:
    match reference:
        case RowValue(source=source, step_of=None):
            return (Node("source", source),)
        case RowValue(source=source, item=item, step_of=str() as owner):
            return Node("source", source), Node("step", owner, item)
        case RecordValue(source=source) | SourceRows(source=source):
            return (Node("source", source),)
        case UnitValue(indicator=owner, step=step):
            return (step_node(owner, step or RESULT),)
        case PreviousValue(indicator=owner):
            return (Node("indicator", owner),)
        case ParameterValue(name=name):
            return (Node("parameter", indicator, name),)
        case _:
            return ()


def _cycle_problem(cycle: tuple[Edge, ...]) -> Problem:
    links = [
        Related(edge.place, say("`{user}` uses `{used}`", user=str(edge.user), used=str(edge.used)))
        for edge in cycle[:20]
    ]
    return error(
        "cycle",
        cycle[0].place,
        say("`{name}` needs itself", name=str(cycle[0].user)),
        say("break the chain at one of these places; an earlier period's value is `previous(indicator)`"),
        links,
    )
