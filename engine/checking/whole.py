"""Check the whole catalogue, at every day on which some rule begins.

A day changes little: one rule begins, and all others are what they were. So nothing is proved for a day.
An indicator is proved once for each different set of rules that its proof reads: its own, and those of the
indicators that it uses, directly or not (`formulas.Surroundings` holds no more). That finds what proofs
of all rules on all days would find, and the work does not grow with the number of days.

Indicators are taken in order of use, those that need each other as one group (`_Walk.groups`). A group is
walked along the days on which something that it reads begins or ends; an input that was seen before is not
proved again (`_Walk.proofs`). What users read of an indicator is kept until the last of them is proved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from engine import versions
from engine.checking import coverage
from engine.checking.again import Marking, Marks
from engine.checking.formulas import Claim, Known, Proof, Surroundings, prove
from engine.checking.mending import with_name, without_name
from engine.checking.personal import personal_breakdowns, personal_figures
from engine.checking.survey import Survey
from engine.checking.units import look_alikes
from engine.definition import Catalogue, Indicator, Name, Parameter, Step
from engine.formula.checked import Checked
from engine.formula.kinds import Kind
from engine.formula.units import Unit
from engine.graph import RESULT, Graph, StepKey, build, in_order_of_use, knots, landscape_of, steps_of, turned
from engine.problems import Problem, error, errors_in, in_order, say, warning
from engine.text import Place
from engine.versions import Rule

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PREVIOUS = re.compile(r"\bprevious\s*\(\s*([a-z][a-z0-9_]*)\s*\)")


@dataclass(frozen=True, eq=False)
class Unsettled:
    """Claims that are neither proved nor refuted, with the rules that they speak of, in force on `day`."""

    day: date
    rules: Mapping[str, Rule]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, eq=False)
class Checks:
    """The problems of a catalogue, in order of file and position, and what is left to be settled."""

    problems: tuple[Problem, ...]
    unsettled: tuple[Unsettled, ...]


def check(catalogue: Catalogue) -> Checks:
    """Return all problems of the definitions, of every version, and the claims that are left."""
    walk, survey = _Walk(catalogue), Survey()
    problems: list[Problem] = []
    proved: list[tuple[date, tuple[Problem, ...]]] = []
    unsettled: list[Unsettled] = []
    used: set[tuple[str, str]] = set()
    reach = coverage.Reach()
    for group in walk.groups():
        graphs: dict[Rule, Graph] = {}
        for day, proof in walk.proofs(group):
            proved.append((day, (*proof.problems, *_of_categories(proof), *personal_figures(proof))))
            if proof.claims and not errors_in(proof.problems):
                unsettled.append(Unsettled(day, {**proof.around, **proof.rules}, proof.claims))
            reach.take(proof)
            survey.add(proof.graph)
            used |= {
                (edge.used.id, edge.used.name) for edge in proof.graph.edges if edge.used.kind == "parameter"
            }
            for rule in proof.rules.values():
                graphs.setdefault(rule, proof.graph)
        for name in group:
            problems.extend(versions.check(catalogue.indicators[name]))
            problems.extend(walk.used_sources(catalogue.indicators[name], graphs))
    # Where two days find the same at the same place, the words of the earlier day are kept.
    for _, found in sorted(proved, key=lambda pair: pair[0]):
        problems.extend(found)
    broken = {problem.place.path for problem in errors_in(problems) if isinstance(problem.place, Place)}
    for indicator in catalogue.indicators.values():
        if indicator.text.path not in broken:
            problems.extend(_unused_parameters(indicator, used))
            problems.extend(reach.unreached(indicator))
    if not any(problem.code in ("different-units", "wrong-unit") for problem in problems):
        problems.extend(look_alikes(catalogue))
    whole = {
        name: rules
        for name, rules in walk.written.items()
        if catalogue.indicators[name].text.path not in broken
    }
    problems.extend(survey.check(catalogue, whole))
    problems.extend(personal_breakdowns(catalogue))
    return Checks(in_order(problems), tuple(unsettled))


def _of_categories(proof: Proof) -> Iterator[Problem]:
    if errors_in(proof.problems):
        return
    for name, rule in proof.rules.items():
        kind = proof.kinds.get((name, RESULT))
        if kind is not None and kind.numeric:
            yield from coverage.categories(rule, kind)


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """What users can read of an indicator for a time: its rule, if one is in force, and what it uses."""

    rule: Rule | None
    rules: Mapping[str, Rule]
    checked: Mapping[StepKey, Checked]
    kinds: Mapping[StepKey, Kind]
    units: Mapping[StepKey, Unit | None]


_NOTHING: tuple[Proof | None, Marks] = (None, {})
_Course = Sequence[tuple[date, _State]]
"""The states of an indicator, each with its first day; before the first of all there is no rule."""


class _Walk:
    """The way through a catalogue, group by group, and what later groups may read of earlier ones."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        indicators = catalogue.indicators
        self.written = {name: versions.rules(indicator) for name, indicator in indicators.items()}
        self.days = sorted({version.from_ for found in indicators.values() for version in found.versions})
        self.landscape = landscape_of(
            catalogue, {name: rules[0] for name, rules in self.written.items() if rules}
        )
        named = {name: _named(indicator, catalogue) for name, indicator in indicators.items()}
        self.now = {name: now for name, (now, _) in named.items()}
        self.earlier = {name: earlier for name, (_, earlier) in named.items()}
        self.users = Counter(name for now in self.now.values() for name in now)
        self.courses: dict[str, _Course] = {}

    def groups(self) -> Sequence[tuple[str, ...]]:
        """Return the indicators, each after those whose values it uses; those in a circle as one group."""
        order = in_order_of_use(self.now, turned(self.now))
        return [(name,) for name in order] if len(order) == len(self.now) else knots(self.now)

    def proofs(self, group: Sequence[str]) -> Iterator[tuple[date, Proof]]:
        """Yield a proof of the group's rules for each different input, with the first day of that input."""
        courses = self._read_by(group)
        current = {name: _only(None) for name in courses}
        found: dict[tuple[_State, ...], Mapping[str, _State]] = {}
        marking, last = Marking(), _NOTHING
        own: dict[str, list[tuple[date, _State]]] = {name: [] for name in group if self.users[name]}
        changes = sorted(
            ((day, name, state) for name, course in courses.items() for day, state in course),
            key=lambda change: change[:2],
        )
        for day, changed in groupby(changes, key=lambda change: change[0]):
            current.update({name: state for _, name, state in changed})
            key = tuple(current.values())
            if key not in found:
                around = self._surroundings(group, current)
                rules = {name: rule for name in group if (rule := current[name].rule) is not None}
                proof = None
                if rules:
                    marks = marking.marks(rules[group[0]], current) if len(group) == 1 else {}
                    proof = prove(self.catalogue, rules, around, _known(last, marks))
                    last = proof, marks
                    yield day, proof
                found[key] = {name: _state(current[name].rule, proof, around) for name in own}
            for name, course in own.items():
                course.append((day, found[key][name]))
        self.courses.update(own)
        for name in (used for one in group for used in self.now[one]):
            self.users[name] -= 1
            if not self.users[name]:
                del self.courses[name]

    def _read_by(self, group: Sequence[str]) -> dict[str, _Course]:
        """Return the courses of the group's rules and of all that their formulas name."""
        now = frozenset[str]().union(*(self.now[name] for name in group)).difference(group)
        rules_only = frozenset(group).union(*(self.earlier[name] for name in group)) - now
        courses: dict[str, _Course] = {name: self.courses[name] for name in sorted(now)}
        for name in sorted(rules_only):
            course = versions.course(self.written[name], self.days)
            courses[name] = [(day, _only(rule)) for day, rule in course]
        return courses

    def _surroundings(self, group: Sequence[str], current: Mapping[str, _State]) -> Surroundings:
        rules: dict[str, Rule] = {}
        checked: dict[StepKey, Checked] = {}
        kinds: dict[StepKey, Kind] = {}
        units: dict[StepKey, Unit | None] = {}
        for state in (state for name, state in current.items() if name not in group):
            rules.update(state.rules)
            checked.update(state.checked)
            kinds.update(state.kinds)
            units.update(state.units)
        steps = {name: steps_of(state.rule) for name, state in current.items() if state.rule is not None}
        return Surroundings(self.landscape.where(steps), rules, checked, kinds, units)

    def used_sources(self, indicator: Indicator, graphs: Mapping[Rule, Graph]) -> Iterator[Problem]:
        """Give the problems of `sources`, which lists exactly what the formulas of all versions use."""
        rules = self.written[indicator.id]
        found = [
            graphs.get(rule) or build(self.catalogue, {indicator.id: rule}, self.landscape) for rule in rules
        ]
        if all(not _faulty(graph, indicator) for graph in found):
            yield from _used_sources(self.catalogue, indicator, found)


def _known(last: tuple[Proof | None, Marks], marks: Marks) -> Known | None:
    """Return what the last proof of an indicator says of the steps that mean the same still."""
    proof, before = last
    if proof is None or errors_in(proof.problems):
        return None
    # A step is not checked where one that it uses, here or elsewhere, has errors.
    whole = proof.checked.keys() & proof.kinds.keys() & proof.units.keys()
    return Known(proof, frozenset(key for key in whole if before.get(key, -1) == marks.get(key)))


def _only(rule: Rule | None) -> _State:
    """Return the state of which nothing is read but the rule."""
    return _State(rule, {} if rule is None else {rule.indicator.id: rule}, {}, {}, {})


def _state(rule: Rule | None, proof: Proof | None, around: Surroundings) -> _State:
    """Return what users read of an indicator after *proof*."""
    if rule is None or proof is None:
        return _only(None)
    return _State(
        rule,
        {**around.rules, **proof.rules},
        {**around.checked, **proof.checked},
        {**around.kinds, **proof.kinds},
        {**around.units, **proof.units},
    )


def _named(indicator: Indicator, catalogue: Catalogue) -> tuple[frozenset[str], frozenset[str]]:
    """Return the other indicators that the formulas name: for their values now, and for earlier ones.

    A column or a category may have an indicator's name too. It is then read without need, which does no harm.
    """
    now: set[str] = set()
    earlier: set[str] = set()
    for version in indicator.versions:
        for step in (*version.steps.values(), version.result):
            if isinstance(step, Step):
                now.update(_NAME.findall(_PREVIOUS.sub(" ", step.formula.text)))
                earlier.update(_PREVIOUS.findall(step.formula.text))
    others = catalogue.indicators.keys() - {indicator.id}
    return frozenset(now & others), frozenset(earlier & others)


def _faulty(graph: Graph, indicator: Indicator) -> bool:
    errors = errors_in(graph.problems)
    return any(isinstance(e.place, Place) and e.place.path == indicator.text.path for e in errors)


def _used_sources(catalogue: Catalogue, indicator: Indicator, graphs: Sequence[Graph]) -> Iterator[Problem]:
    uses = {
        edge.used.id: edge.place
        for graph in graphs
        for edge in graph.edges
        if edge.used.kind == "source" and edge.user.id == indicator.id
    }
    listed: dict[str, Name] = {name.id: name for name in indicator.sources}
    for name in indicator.sources:
        if name.id not in uses and name.id in catalogue.sources:
            yield error(
                "unused-source",
                name.place,
                say("no formula uses the source `{name}`", name=name.id),
                say("remove it from `sources`, or use it"),
                fixes=without_name(indicator.sources, name),
            )
    for source, place in uses.items():
        if source not in listed:
            yield error(
                "missing-source",
                place,
                say("`{name}` is used here but not listed under `sources`", name=source),
                say("add `{name}` to the indicator's `sources`", name=source),
                fixes=with_name(indicator.sources, source),
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
