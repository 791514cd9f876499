"""Say what becomes of a claim: nothing if it is proved after all, an error with a witness, or advice."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.checking import Claim, Proof, Unsettled, prove
from engine.checking.boxes import Unproved, out_of_domain, unproved
from engine.definition import Catalogue, Frequency, Single, Step, Value
from engine.evaluation import with_parameters
from engine.formula.algebra import operator_of
from engine.formula.kinds import LARGEST_WHOLE
from engine.formula.names import PreviousValue, UnitValue, function_name
from engine.formula.ranges import key_of
from engine.graph import RESULT
from engine.numbers import to_nine
from engine.problems import Message, Problem, Several, advice, error, listed, say
from engine.proving.worlds import Witness, witness
from engine.text import Place
from engine.versions import Period, Rule

_MOST_TOLD = 8


def settle(catalogue: Catalogue, unsettled: Sequence[Unsettled]) -> Iterator[Problem]:
    """Yield the problems of all claims that are not proved, each with its witness or what is missing.

    A witness is computed by the record evaluator in the first period of the rule that the claim is about.
    """
    for left in unsettled:
        proof = prove(catalogue, left.rules)
        for claim in left.claims:
            yield from _settled(proof, claim, _period(proof, claim, left.day))


def _period(proof: Proof, claim: Claim, day: date) -> Period:
    """Return the measured period that *day* belongs to."""
    frequency: Frequency = proof.rules[claim.step[0]].indicator.frequency
    return next(part for part in Period(day.year).parts(frequency) if part.last >= day)


def _settled(proof: Proof, claim: Claim, period: Period) -> Iterator[Problem]:
    if claim.node is not None:
        left = unproved(out_of_domain(proof.meanings.formula(claim.step), claim.node))
        if left is None:
            return
        claim = replace(claim, left=left)
    rule = proof.rules[claim.step[0]]
    found = witness(proof, claim, period)
    for name, value in _choices(rule):
        if found is not None:
            break
        other = {**proof.rules, rule.indicator.id: with_parameters(rule, {name: value})}
        found = witness(prove(proof.catalogue, other), claim, period)
        found = None if found is None else replace(found, chosen=((name, value),))
    step = rule.result if claim.step[1] == RESULT else rule.steps[claim.step[1]]
    if claim.node is None:
        yield _range_problem(step, claim, found)
    else:
        yield _domain_problem(proof, step, claim, claim.node, found)


def _choices(rule: Rule) -> Iterator[tuple[str, Value]]:
    """Yield the other values that an agency may choose for a parameter."""
    for name, parameter in rule.parameters.items():
        if isinstance(parameter.content, Single) and parameter.content.choices:
            for value in parameter.content.choices:
                if value != parameter.content.value:
                    yield name, value


# ── ranges ──


def _range_problem(step: Step, claim: Claim, found: Witness | None) -> Problem:
    declared = step.range
    assert declared is not None, "a claim without a node is about a declared range"
    named = say("the result") if step.id == RESULT else say("`{step}`", step=step.id)
    if found is None or found.value is None or found.unbounded:
        return advice(
            "range-unproved",
            declared.place,
            say(
                "it is not proved that {step} stays within {low} to {high}",
                step=named,
                low=declared.low,
                high=declared.high,
            ),
            _missing(found, claim.left),
        )
    value = to_nine(found.value)
    reached = say("{value}", value=value)
    if len(found.parts) > 1:
        terms = Several(tuple(map(_term, found.parts)), say("{some} + {last}"))
        reached = say("{sum} = {value}", sum=terms, value=value)
    message = say(
        "{step} can be {reached}, outside its range {low} to {high}",
        step=named,
        reached=reached,
        low=declared.low,
        high=declared.high,
    )
    hint = say(
        "for example with {inputs}; correct the formula, its numbers or the range", inputs=_inputs(found)
    )
    return error("range-exceeded", declared.place, message, hint)


def _term(value: float) -> Message:
    return say("{value}", value=to_nine(value)) if value >= 0 else say("({value})", value=to_nine(value))


def _missing(found: Witness | None, left: Unproved | None) -> Message:
    """Return what would help a proof: bounds of inputs that have none, or steps in between."""
    open_ended = list(found.unbounded) if found is not None else _open_ended(left)
    if open_ended:
        return say(
            "{names} may be any number: give it a `range` where it is declared",
            names=listed(say("`{name}`", name=name) for name in open_ended[:3]),
        )
    return say("make parts of the formula steps with a `range` of their own; a result outside is no value")


def _open_ended(left: Unproved | None) -> list[str]:
    return [
        name.partition(":")[2] or name
        for name, kind in (left.inputs if left is not None else {}).items()
        if kind.numeric and max(abs(kind.low), abs(kind.high)) >= LARGEST_WHOLE and "(" not in name
    ]


# ── divisions, roots, logarithms, bands ──


def _domain_problem(proof: Proof, step: Step, claim: Claim, node: ast.expr, found: Witness | None) -> Problem:
    operand = node.right if isinstance(node, ast.BinOp) else _first(node)
    bound = proof.checked[claim.step].bound
    start, end = bound.tree.span(operand)
    place: Place = step.formula.passage.part(start, end)
    name = " ".join(bound.tree.text[start:end].split())
    operation = operator_of(node) if isinstance(node, ast.BinOp) else function_name(_called(node))
    if found is None or (found.unbounded and operation not in ("/", "%")):
        return advice("no-value-unproved", place, _doubt(operation, name), _missing(found, claim.left))
    way_out = say(
        "for example with {inputs}; decide what counts then: `x if condition else y`, or `else no_value`",
        inputs=_inputs(found),
    )
    if operation in ("/", "%"):
        return error(
            "division-by-zero", place, say("`{name}` can be 0, and this divides by it", name=name), way_out
        )
    value = None if found.value is None else to_nine(found.value)
    if operation == "band":
        bands = _called(node).args[1]
        return error(
            "band-gap",
            place,
            say(
                "`{name}` can be {value}, below the lowest row of `{bands}`",
                name=name,
                value=value,
                bands=bands.id if isinstance(bands, ast.Name) else "",
            ),
            say("for example with {inputs}; add a last row that has only a value", inputs=_inputs(found)),
        )
    message = (
        say("`{name}` can be {value}, which has no square root", name=name, value=value)
        if operation == "sqrt"
        else say("`{name}` can be {value}, which has no logarithm", name=name, value=value)
    )
    return error("out-of-domain", place, message, way_out)


def _doubt(operation: str, name: str) -> Message:
    return {
        "/": say("it is not proved that `{name}` is never 0, and this divides by it", name=name),
        "%": say("it is not proved that `{name}` is never 0, and this divides by it", name=name),
        "sqrt": say("it is not proved that `{name}` is never negative, and its root is taken", name=name),
        "log": say("it is not proved that `{name}` is above 0, and its logarithm is taken", name=name),
        "band": say("it is not proved that `{name}` reaches the lowest row of the bands", name=name),
    }[operation]


def _called(node: ast.expr) -> ast.Call:
    assert isinstance(node, ast.Call), "an operation is written with a sign or is a call"
    return node


def _first(node: ast.expr) -> ast.expr:
    return _called(node).args[0]


# ── inputs in words ──


def _inputs(found: Witness) -> Message:
    """Return the inputs of a witness in words: cells, repeated rows, values of other indicators."""
    told = [*_chosen(found.chosen), *_cells(found.rows), *_repeated(found.times), *_given(found.given)]
    if not told:
        return say("any data")
    if len(told) > _MOST_TOLD:
        return say("{inputs} and more", inputs=listed(told[:_MOST_TOLD]))
    return say("{inputs}", inputs=listed(told))


def _chosen(chosen: Sequence[tuple[str, Value]]) -> Iterator[Message]:
    for name, value in chosen:
        yield say("`{name}` = {value}", name=name, value=value)


def _cells(rows: Mapping[str, Sequence[Mapping[str, object]]]) -> Iterator[Message]:
    for source, found in rows.items():
        for number, row in enumerate(found, 1):
            for column, value in row.items():
                name = f"{source}.{column}" if len(found) == 1 else f"{source}[{number}].{column}"
                if value is None:
                    yield say("`{name}` blank", name=name)
                else:
                    yield say("`{name}` = {value}", name=name, value=_word(value))


def _word(value: object) -> str | float | bool:
    if isinstance(value, (bool, int, float)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _repeated(times: Mapping[str, int]) -> Iterator[Message]:
    for source, count in times.items():
        if count > 1:
            yield say("{count} such rows of `{source}`", count=count, source=source)


def _given(given: Mapping[UnitValue | PreviousValue, object]) -> Iterator[Message]:
    for reference, value in given.items():
        yield say("`{name}` = {value}", name=key_of(reference), value=_word(value))
