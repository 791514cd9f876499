"""Run the worked examples of a definition: documentation and tests in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.definition import Catalogue, Example, Indicator
from engine.evaluation import Data, Evaluation, RowValues
from engine.language import LANGUAGES
from engine.numbers import at_nine
from engine.problems import Filling, IkuError, Message, listed, say, say_many
from engine.text import Place
from engine.values import Absent, Result, StepValue
from engine.versions import Period

NO_VALUE = "no value"


@dataclass(frozen=True)
class Difference:
    """One thing that an example expected and did not find, with the place where it is written."""

    what: Filling
    expected: Filling
    found: Filling
    place: Place


@dataclass(frozen=True)
class ExampleOutcome:
    """What a worked example gave: it passed if there are no differences."""

    indicator: str
    example: Example
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def run_examples(catalogue: Catalogue, indicator: Indicator) -> list[ExampleOutcome]:
    """Return the outcome of every worked example of *indicator*, in the file's order."""
    return [
        ExampleOutcome(indicator.id, example, _differences(catalogue, indicator, example))
        for example in indicator.examples
    ]


def _differences(catalogue: Catalogue, indicator: Indicator, example: Example) -> tuple[Difference, ...]:
    data = Data(None, dict(example.rows), deliberate=True, previous=example.previous, values=example.values)
    period = Period.parse(example.period)
    try:
        evaluation = Evaluation(catalogue, data, None, example.parameters)
        result = evaluation.results(period, [indicator.id])[0]
        rows = evaluation.row_values
    except IkuError as refused:
        problem = refused.problems[0]
        return (
            Difference(say("the data given"), say("data that can be used"), problem.message, example.place),
        )
    return tuple(_compared(example, result, rows))


def _compared(example: Example, result: Result, rows: RowValues) -> list[Difference]:
    expected, places = example.expect, example.expect.places
    found: list[Difference] = []

    def compare(what: str, wanted: Any, got: Any, key: str | None = None) -> None:
        if not same(wanted, got):
            place = places.get(key or what, example.place)
            found.append(Difference(what, shown(wanted), shown(got), place))

    if expected.status is not None and expected.status != result.status:
        status = say("a value") if result.status == "value" else shown(Absent(_reason(result)))
        hoped = say("a value") if expected.status == "value" else say("no value")
        found.append(Difference("result", hoped, status, places.get("result", example.place)))
    elif expected.has_result:
        compare("result", expected.result, Absent(_reason(result)) if result.value is None else result.value)
    if expected.has_category:
        compare("category", expected.category, result.category)
    if expected.reason is not None:
        reasons = [
            reason
            for reason in (result.reason, result.category_reason, result.achievement_reason)
            if reason is not None
        ]
        if not any(expected.reason in reason.text(language) for reason in reasons for language in LANGUAGES):
            given = listed(reasons) if reasons else say("no reason")
            found.append(Difference("reason", expected.reason, given, places.get("reason", example.place)))
    if expected.achievement is not None:
        compare(
            "achievement",
            expected.achievement,
            None if result.achievement is None else result.achievement.value,
        )
    for name, wanted in expected.steps.items():
        values = rows.get((result.indicator, name))
        if values is None:
            got = result.steps.get(name, Absent(say("there is no step `{name}`", name=name)))
            compare(name, wanted, got, f"steps.{name}")
        else:
            wanted_values = wanted if isinstance(wanted, tuple) else (wanted,)
            if len(wanted_values) != len(values):
                found.append(
                    Difference(
                        name,
                        say_many("{count} row", "{count} rows", count=len(wanted_values)),
                        say_many("{count} row", "{count} rows", count=len(values)),
                        places.get(f"steps.{name}", example.place),
                    )
                )
                continue
            for number, (one, other) in enumerate(zip(wanted_values, values, strict=True), start=1):
                if not same(one, other):
                    found.append(
                        Difference(
                            say("{step}, row {number}", step=name, number=number),
                            shown(one),
                            shown(other),
                            places.get(f"steps.{name}", example.place),
                        )
                    )
    return found


def _reason(result: Result) -> Message:
    return result.reason if result.reason is not None else say("no value")


def same(wanted: object, got: object) -> bool:
    """Return whether a value is the expected one: numbers at nine decimals, all else exactly."""
    if isinstance(got, Absent):
        return wanted == NO_VALUE
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, (int, float)) and isinstance(got, (int, float)):
        return at_nine(float(wanted)) == at_nine(float(got))
    if got is None or wanted is None:
        return got is wanted
    return str(wanted) == str(got)


def shown(value: StepValue | Absent | Sequence[Any] | Mapping[str, Any]) -> Filling:
    """Return a value as a report of examples prints it; numbers and truth as a file writes them."""
    if value is None:
        return say("blank")
    if isinstance(value, Absent):
        return say("no value ({reason})", reason=value.reason)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
