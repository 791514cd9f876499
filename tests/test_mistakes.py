"""What an analyst gets to read for a mistake: one clear message, its place, and a way out."""

from __future__ import annotations

import pytest
from golden import same_as
from mistakes import BASE, FOLDER, Mistake, answer, made, read, written

import engine
from engine.problems import Problem

CASES = [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def problems_of(folder) -> tuple[Problem, ...]:
    """Return what is wrong: with the definitions, else with the examples, else with the data of 2021."""
    problems = engine.validate(folder)
    if problems:
        return problems
    catalogue = engine.load(folder)
    try:
        results = catalogue.evaluate("2021")
    except engine.IkuError as refused:
        return refused.problems
    return tuple(
        Problem("error", "no-value", None, result.reason) for result in results if result.reason is not None
    )


@pytest.mark.parametrize("mistake", CASES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_answered_in_whole(mistake: Mistake, tmp_path, request):
    says = answer(problems_of(made(mistake, tmp_path)), tmp_path)
    if request.config.getoption("--update"):
        mistake.path.write_text(written(mistake, says), encoding="utf-8")
    else:
        assert says == mistake.says


@pytest.mark.parametrize("mistake", CASES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_answered_in_indonesian_too(mistake: Mistake, tmp_path, request):
    """Beside each case, in the folder `id`; ``pytest --update`` writes those answers too."""
    says = answer(problems_of(made(mistake, tmp_path)), tmp_path, "id")
    same_as(request, f"mistakes/id/{mistake.name}.txt", f"{says}\n")


def test_no_answer_in_indonesian_is_of_a_case_that_is_gone():
    assert {path.stem for path in (FOLDER / "id").glob("*.txt")} == {mistake.name for mistake in CASES}


def test_the_catalogue_without_mistakes_is_fine():
    assert problems_of(BASE) == ()
    assert all(outcome.passed for outcome in engine.load(BASE).test())


def test_every_mistake_is_answered_by_at_most_two_messages():
    """One mistake is one message; two only where it breaks two things."""
    for mistake in CASES:
        assert 1 <= sum(not line.startswith("  ") for line in mistake.says.split("\n")) <= 2, mistake.name
