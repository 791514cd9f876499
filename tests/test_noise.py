"""One mistake is one error; what follows from it is left out; what is independent is told in the same run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from mistakes import BASE, FOLDER, Mistake, answer, made, read

import engine
from engine.problems import errors_in
from engine.report.code_pages import codes, page

NOT_OF_DEFINITIONS = {"path-out-of-folder", "file-of-another-form", "file-with-another-gap"}
NOT_OF_DEFINITIONS |= {"file-with-windows-path"}
"""Told when the file is looked for."""
CASES = [
    case
    for case in map(read, sorted(FOLDER.glob("*.txt")))
    if not case.file.startswith("data/") and case.name not in NOT_OF_DEFINITIONS
]


OTHERWISE = {"two-steps-that-look-alike": False, "thousands-with-dots": True}  # Not as their pages show.


def is_error(mistake: Mistake) -> bool:
    """Return whether the answer holds an error, by the pages of its codes; else warnings or advice."""
    if mistake.name in OTHERWISE:
        return OTHERWISE[mistake.name]
    found = re.findall(r"^(?:[^ ].*?: )?([a-z-]+): ", mistake.says, re.MULTILINE)
    return any(page(code).severity == "error" for code in found if code in codes())


IN_SOURCES = [case for case in CASES if case.file.startswith("sources/") and is_error(case)]
SHIPPED = Path(__file__).parent.parent / "definitions"
TWO_ERRORS = {"step-like-a-column", "band-turned-round", "excel-cell", "function-in-square-brackets"}
"""A name is taken, and the old one is still used; the others are two habits of spreadsheets at once."""


@pytest.mark.parametrize("mistake", CASES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_one_error(mistake: Mistake, tmp_path):
    """Warnings and advice have cases too; of errors there is one, save where two things are broken."""
    problems = engine.validate(made(mistake, tmp_path))
    errors = errors_in(problems)
    expected = (2 if mistake.name in TWO_ERRORS else 1) if is_error(mistake) else 0
    assert len(errors) == expected, answer(problems, tmp_path)
    assert problems


@pytest.mark.parametrize("first", IN_SOURCES, ids=lambda mistake: mistake.name)
def test_two_mistakes_in_two_files_are_both_told(first: Mistake, tmp_path):
    """A source with a mistake keeps nobody from seeing the one in an indicator that uses it."""
    folder = made(first, tmp_path)
    path = folder / "indicators" / "mutu.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("better: higher", "better: tinggi"), encoding="utf-8")
    errors = errors_in(engine.validate(folder))
    assert "not-in-list" in [p.code for p in errors if p.place.path.endswith("mutu.yaml")]
    assert len(errors) == 2


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
