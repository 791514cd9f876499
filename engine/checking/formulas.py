"""Check every formula of the rules of one moment, each after those that it uses."""

from __future__ import annotations

import ast
from collections import ChainMap, Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from engine import versions
from engine.checking.boxes import TOLERANCE, Meanings, Unproved, out_of_range, unproved
from engine.checking.declared import column_kind, content_of
from engine.checking.entries import mixed_contents, name_clashes
from engine.checking.units import Units
from engine.definition import Catalogue, Indicator, Step
from engine.formula import kinds
from engine.formula.checked import Checked
from engine.formula.checked import check as check_formula
from engine.formula.kinds import Kind
from engine.formula.names import Landscape, PreviousValue, RecordValue, Reference, RowValue, UnitValue
from engine.formula.units import Unit
from engine.graph import RESULT, Graph, StepKey, as_problem, build
from engine.problems import MOST_OF_A_FILE, Problem, error, in_order, more_problems, say
from engine.versions import NotInForce, Period, Rule


@dataclass(frozen=True, eq=False)
class Claim:
    """What is not proved of a step: that its value lies in the declared range, or (with a `node`) that an
    operation of its formula always has a value.

    `left` is a box of inputs in which the range is not seen to hold.
    """

    step: StepKey
    node: ast.expr | None = None
    left: Unproved | None = None


@dataclass(frozen=True, eq=False)
class Proof:
    """The rules of one moment with every formula checked; `problems` has no errors if it is whole.

    `around` are the rules of other indicators that were read, as far as they were proved elsewhere.
    `claims` could not be proved, or were not tried; they are not refuted either: see `proving`.
    """

    catalogue: Catalogue
    rules: Mapping[str, Rule]
    graph: Graph
    checked: Mapping[StepKey, Checked]
    kinds: Mapping[StepKey, Kind]
    units: Mapping[StepKey, Unit | None]
    problems: tuple[Problem, ...]
    claims: tuple[Claim, ...]
    meanings: Meanings
    around: Mapping[str, Rule]


def rules_at(catalogue: Catalogue, period: Period) -> dict[str, Rule | NotInForce]:
    """Return each indicator's rule for *period*, or why it has none."""
    return {name: versions.in_force(indicator, period) for name, indicator in catalogue.indicators.items()}


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What a proof reads of indicators that are proved elsewhere: all that it uses, directly or not.

    `whole` proves an indicator anew only where one of their rules, or its own, is another. So whatever
    a proof reads of other indicators must follow from what stands here.
    """

    landscape: Landscape
    rules: Mapping[str, Rule]
    checked: Mapping[StepKey, Checked]
    kinds: Mapping[StepKey, Kind]
    units: Mapping[StepKey, Unit | None]


@dataclass(frozen=True, eq=False)
class Known:
    """A proof without errors, and those of its steps that mean the same in the moment to be proved."""

    proof: Proof
    steps: Set[StepKey]


def prove(
    catalogue: Catalogue,
    rules: Mapping[str, Rule],
    around: Surroundings | None = None,
    known: Known | None = None,
) -> Proof:
    """Check every formula of *rules*, each after those that it uses; those of a cycle, and after it, wait.

    *rules* are all that are in force; or some of them, and *around* is what is known of the others. What
    is *known* of a step is taken over, but for warnings and advice: those were told once.
    """
    uses = None if known is None else known.proof.graph.uses_of(known.steps)
    graph = build(catalogue, rules, None if around is None else around.landscape, uses)
    prover = _Prover(catalogue, rules, graph, around or Surroundings(graph.landscape, {}, {}, {}, {}))
    if known is not None:
        prover.take(known)
    return prover.proof()


class _Prover:
    def __init__(
        self, catalogue: Catalogue, rules: Mapping[str, Rule], graph: Graph, around: Surroundings
    ) -> None:
        self.catalogue, self.rules, self.graph, self.around = catalogue, rules, graph, around
        self.checked: dict[StepKey, Checked] = {}
        self.kinds: dict[StepKey, Kind] = {}
        self.units = Units(catalogue, {**around.rules, **rules}, around.units)
        self.problems: list[Problem] = list(graph.problems)
        self.claims: list[Claim] = []
        self.wrong: Counter[str] = Counter()
        self.known: Set[StepKey] = frozenset()
        self.contents = {
            name: {parameter.id: content_of(parameter) for parameter in rule.parameters.values()}
            for name, rule in rules.items()
        }
        self.meanings = Meanings(self.step_at, ChainMap(self.checked, dict(around.checked)), self.kind_of)

    def take(self, known: Known) -> None:
        """Take over what is known of steps."""
        proof = known.proof
        self.known = known.steps
        self.checked.update({key: proof.checked[key] for key in known.steps})
        self.kinds.update({key: proof.kinds[key] for key in known.steps})
        self.units.found.update({key: proof.units[key] for key in known.steps})
        self.claims.extend(claim for claim in proof.claims if claim.step in known.steps)

    def proof(self) -> Proof:
        for node in self.graph.order:
            rule = self.rules.get(node.id)
            if (node.id, node.name or RESULT) in self.known:
                continue
            if rule is not None and node.kind == "step":
                self.step(rule, rule.steps[node.name])
            elif rule is not None and node.kind == "indicator":
                self.result(rule)
        for rule in self.rules.values():
            self.problems.extend(name_clashes(self.catalogue, rule))
            self.problems.extend(mixed_contents(rule))
        return Proof(
            self.catalogue,
            self.rules,
            self.graph,
            self.checked,
            self.kinds,
            self.units.found,
            in_order(self.problems),
            tuple(self.claims),
            self.meanings,
            self.around.rules,
        )

    def step_at(self, key: StepKey) -> Step | None:
        rule = self.rules.get(key[0]) or self.around.rules.get(key[0])
        return None if rule is None else rule.result if key[1] == RESULT else rule.steps.get(key[1])

    def step(self, rule: Rule, step: Step) -> None:
        """Check a step's formula and keep the kind that its users see."""
        key = (rule.indicator.id, step.id)
        bound = self.graph.bounds.get(key)
        if bound is None or self.wrong[rule.indicator.id] > MOST_OF_A_FILE:
            return
        contents = self.contents[rule.indicator.id]
        checked, faults, advices = check_formula(bound, contents, self.kind_of)
        left = MOST_OF_A_FILE - self.wrong[rule.indicator.id]
        self.wrong[rule.indicator.id] += len(faults)
        self.problems.extend(as_problem(fault, step.formula) for fault in faults[:left])
        if len(faults) > left:
            self.problems.append(more_problems(rule.indicator.text))
        self.problems.extend(
            step.formula.passage.problem(fault, "warning" if fault.code == "decided-condition" else "advice")
            for fault in advices[:MOST_OF_A_FILE]
        )
        if checked is None:
            return
        self.checked[key] = checked
        self.kinds[key] = self.finished(key, step, checked.kind)
        self.claims.extend(Claim(key, node) for node in checked.risks)
        self.problems.extend(self.units.step(rule, step, checked))

    def finished(self, key: StepKey, step: Step, kind: Kind) -> Kind:
        """Return the kind of a step's value after its rounding and within its declared range."""
        if (step.decimals is not None or step.range is not None) and not kind.numeric:
            if key[1] != RESULT:  # of a result it is told that it is no number
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
        if step.range is None:
            return kind
        low, high = float(step.range.low), float(step.range.high)
        left: Unproved | None = None
        if kind.low < low - TOLERANCE or kind.high > high + TOLERANCE:
            left = unproved(out_of_range(self.meanings.formula(key), low, high))
        if left is None:
            self.checked[key] = replace(self.checked[key], held=True)
        else:
            self.claims.append(Claim(key, left=left))
            kind = replace(kind, failing=True)
        if kind.low > high or kind.high < low:
            return replace(kind, low=low, high=high)  # never within: no value is left to have bounds
        return replace(kind, low=max(kind.low, low), high=min(kind.high, high))

    def result(self, rule: Rule) -> None:
        key = (rule.indicator.id, RESULT)
        self.step(rule, rule.result)
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

    def kind_of(self, reference: Reference) -> Kind | None:
        """Return the kind of what a name refers to; None if that has errors of its own."""
        match reference:
            case RowValue(source=source, item=item, step_of=None):
                declared = self.catalogue.sources[source]
                kind = column_kind(self.catalogue, declared, declared.columns[item])
                return self.along(reference, kind)
            case RowValue(item=item, step_of=str() as owner):
                found = self.step_kind(owner, item)
                return None if found is None else self.along(reference, found)
            case RecordValue(source=source, item=item):
                declared = self.catalogue.sources[source]
                return replace(column_kind(self.catalogue, declared, declared.columns[item]), failing=True)
            case UnitValue(indicator=owner, step=str() as step):
                found = self.step_kind(owner, step)
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

    def step_kind(self, indicator: str, step: str) -> Kind | None:
        """Return the kind of an indicator's step; None where that has errors, or no rule in force."""
        return (self.kinds if indicator in self.rules else self.around.kinds).get((indicator, step))

    def indicator_kind(self, indicator: Indicator) -> Kind:
        rule = self.rules.get(indicator.id) or self.around.rules.get(indicator.id)
        declared = rule.range if rule is not None else indicator.range
        if declared is None:
            return kinds.number(failing=True)
        return kinds.number(float(declared.low), float(declared.high), failing=True)
