"""What the worked examples gave: one line an indicator, and each difference at its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.examples import Difference, ExampleOutcome
from engine.problems import Problem, error, rendered, say, say_many
from engine.report.paint import Paint, unpainted
from engine.report.problems_text import problems_text, seen_from_here


def examples_text(
    outcomes: Sequence[ExampleOutcome],
    indicators: Sequence[str],
    paint: Paint = unpainted,
    language: str = "en",
) -> str:
    """Return every difference where it is written, then a line for each of *indicators*."""
    wrong = differences(outcomes)
    lines: list[str] = []
    wide = max((len(name) for name in indicators), default=0)
    for name in indicators:
        mine = [outcome for outcome in outcomes if outcome.indicator == name]
        failed = sum(not outcome.passed for outcome in mine)
        lines.append(f"{name:<{wide}}  {_told(len(mine), failed, paint, language)}")
    drawn = f"{problems_text(wrong, paint, language=language)}\n" if wrong else ""
    return drawn + "".join(f"{line}\n" for line in lines)


def differences(outcomes: Sequence[ExampleOutcome]) -> list[Problem]:
    """Return every difference as a problem at the place where it is written."""
    return [_problem(outcome, found) for outcome in outcomes for found in outcome.differences]


def examples_plain(outcomes: Sequence[ExampleOutcome], language: str = "en") -> list[dict[str, Any]]:
    """Return the outcomes as plain values for JSON, what was found in *language*."""
    return [
        {
            "indicator": outcome.indicator,
            "example": str(outcome.example.title),
            "period": outcome.example.period,
            "passed": outcome.passed,
            "path": seen_from_here(outcome.example.place.path),
            "line": outcome.example.place.line,
            "differences": [
                {
                    "what": rendered(found.what, language),
                    "expected": rendered(found.expected, language),
                    "found": rendered(found.found, language),
                    "line": found.place.line,
                    "column": found.place.column,
                }
                for found in outcome.differences
            ],
        }
        for outcome in outcomes
    ]


def _told(count: int, failed: int, paint: Paint, language: str) -> str:
    if not count:
        return say("no examples").text(language)
    if failed:
        told = say_many(
            "{failed} of {count} example not as expected",
            "{failed} of {count} examples not as expected",
            count=count,
            failed=failed,
        )
    else:
        told = say_many("{count} example as expected", "{count} examples as expected", count=count)
    return paint(told.text(language), "error" if failed else "good")


def _problem(outcome: ExampleOutcome, found: Difference) -> Problem:
    return error(
        "example",
        found.place,
        say(
            "{indicator} {period}, `{title}`: {what} should be {expected} and is {found}",
            indicator=outcome.indicator,
            period=outcome.example.period,
            title=str(outcome.example.title),
            what=found.what,
            expected=found.expected,
            found=found.found,
        ),
    )
