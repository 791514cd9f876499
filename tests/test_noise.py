"""One mistake is one error; what follows from it is left out; what is independent is told in the same run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mistakes import BASE, FOLDER, Mistake, answer, made, read

import engine
from engine.problems import errors_in

NOT_OF_DEFINITIONS = {"path-out-of-folder"}  # Told when the file is looked for.
CASES = [
    case
    for case in map(read, sorted(FOLDER.glob("*.txt")))
    if not case.file.startswith("data/") and case.name not in NOT_OF_DEFINITIONS
]
IN_SOURCES = [case for case in CASES if case.file.startswith("sources/")]
SHIPPED = Path(__file__).parent.parent / "definitions"
TWO_ERRORS = {"step-like-a-column"}  # The new name is taken, and the old one is still used.


@pytest.mark.parametrize("mistake", CASES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_one_error(mistake: Mistake, tmp_path):
    """Some are warnings or advice; of errors there is one, save where two things are broken."""
    problems = engine.validate(made(mistake, tmp_path))
    errors = errors_in(problems)
    assert problems
    assert len(errors) <= (2 if mistake.name in TWO_ERRORS else 1), answer(errors, tmp_path)


@pytest.mark.parametrize("first", IN_SOURCES, ids=lambda mistake: mistake.name)
def test_two_mistakes_in_two_files_are_both_told(first: Mistake, tmp_path):
    """A source with a mistake keeps nobody from seeing the one in an indicator that uses it."""
    folder = made(first, tmp_path)
    alone = [problem.code for problem in errors_in(engine.validate(folder))]
    path = folder / "indicators" / "mutu.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("better: higher", "better: tinggi"), encoding="utf-8")
    both = [problem.code for problem in errors_in(engine.validate(folder))]
    assert sorted(both) == sorted([*alone, "not-in-list"])


FILES = sorted(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.yaml"))


@pytest.mark.parametrize("broken", FILES)
def test_a_broken_file_of_the_shipped_catalogue_is_one_error(broken, tmp_path):
    """Nothing follows from a file that YAML can't read, whatever others take from it."""
    shutil.copytree(SHIPPED, tmp_path / "definitions", ignore=shutil.ignore_patterns("data"))
    path = tmp_path / "definitions" / broken
    path.write_text(path.read_text(encoding="utf-8") + "\nakhir: [1, 2\n", encoding="utf-8")
    problems = engine.validate(tmp_path / "definitions")
    assert [problem.code for problem in errors_in(problems)] == ["yaml-bracket"]
    waiting = [str(problem.message) for problem in problems if problem.code == "put-off"]
    assert all(broken in message for message in waiting)
    assert bool(waiting) == broken.startswith("sources/")


def test_what_a_broken_file_does_not_touch_is_checked_in_the_same_run(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "definitions", ignore=shutil.ignore_patterns("data"))
    broken = tmp_path / "definitions" / "sources" / "pelatihan.yaml"
    broken.write_text("akhir: [1, 2\n", encoding="utf-8")
    skm = tmp_path / "definitions" / "indicators" / "skm.yaml"
    text = skm.read_text(encoding="utf-8")
    assert text.count("penimbang") > 1
    skm.write_text(text.replace("* penimbang", "* penimbangg"), encoding="utf-8")
    codes = {problem.code for problem in errors_in(engine.validate(tmp_path / "definitions"))}
    assert codes == {"yaml-bracket", "unknown-name"}


def test_the_base_is_fine():
    assert engine.validate(BASE) == ()
