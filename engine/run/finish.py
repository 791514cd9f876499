"""What becomes of a step's value: rounded and held to its range where declared."""

from __future__ import annotations

from typing import Any

from engine.definition import Step
from engine.formula.checked import Checked
from engine.formula.columns import Expression, Words
from engine.formula.functions import NoValue
from engine.formula.kinds import Kind
from engine.formula.scalar import Closure, Record
from engine.graph import RESULT
from engine.numbers import TooLarge, least, least_above, rounded
from engine.problems import say


def as_declared(value: Any, kind: Kind) -> Any:
    """Return a step's value in the type that its kind says: a number is a float whatever it was made of."""
    return float(value) if kind.base == "number" and value.__class__ is int else value


def finished_closure(step: Step, checked: Checked, closure: Closure) -> Closure:
    """Return *closure* with the step's rounding and range."""
    if step.decimals is not None:
        closure = _rounding(closure, step)
    if step.range is None or checked.held:
        return closure
    low, above = least(float(step.range.low)), least_above(float(step.range.high))
    name, declared = step.id, step.range

    def held(record: Record) -> Any:
        value = closure(record)
        if value is None or low <= value < above:
            return value
        if name == RESULT:
            raise NoValue(
                say(
                    "the result is {value}, outside the declared range {low} to {high}",
                    value=value,
                    low=declared.low,
                    high=declared.high,
                )
            )
        raise NoValue(
            say(
                "`{step}` is {value}, outside its declared range {low} to {high}",
                step=name,
                value=value,
                low=declared.low,
                high=declared.high,
            )
        )

    return held


def _rounding(closure: Closure, step: Step) -> Closure:
    decimals, mode = step.decimals or 0, step.rounding

    def rounding(record: Record) -> Any:
        value = closure(record)
        try:
            return None if value is None else rounded(float(value), decimals, mode)
        except TooLarge:
            raise NoValue(say("`{step}` is too large for exact decimals", step=step.id)) from None

    return rounding


def finished_expression(step: Step, checked: Checked, value: Expression, words: Words) -> Expression:
    """Return a column with the step's rounding and range; NaN where it is outside."""
    kind = checked.kind
    if kind.base == "integer" and (step.decimals is not None or step.range is not None):
        value = words.as_number(value)
    if step.decimals is not None:
        value = words.rounded(value, kind, step.decimals, step.rounding)
    if step.range is None or checked.held:
        return value
    low, above = least(float(step.range.low)), least_above(float(step.range.high))
    inside = (value >= low) & (value < above)
    return words.either(inside | value.is_null(), value, words.nan)
