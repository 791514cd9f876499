"""What the documents show is what the program does."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from pathlib import Path

import pytest

import cli
from engine.formula.functions import AGGREGATES, FUNCTIONS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
LANGUAGE = ROOT / "docs" / "language.md"


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    """Examples are written as one types them at the top of a checkout, 96 columns wide."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "96")
    monkeypatch.delenv("IKU_LANG", raising=False)


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def printed(words: list[str]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        cli.main(words)
    return out.getvalue().rstrip("\n") + "\n"


def test_the_readme_shows_what_its_first_line_prints():
    assert blocks(README, "text")[0] == printed(["evaluate"])


@pytest.mark.parametrize(("language", "number"), [("en", 1), ("id", 2)])
def test_the_readme_shows_a_message_as_it_is_drawn(tmp_path, language, number):
    """The mistake shown is one of the cases; its drawing is the program's."""
    from mistakes import FOLDER, made, read

    folder = made(read(FOLDER / "table-misses-a-value.txt"), tmp_path)
    drawn = printed(["validate", "-q", str(folder), "--lang", language]).replace(f"{folder}/", "")
    assert blocks(README, "text")[number] == drawn


def test_the_readme_embeds_the_engine():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(blocks(README, "python")[0], {})
    assert blocks(README, "text")[3] == out.getvalue()


def test_the_two_lines_of_the_readme_are_those_that_are_tested():
    lines = [block.strip() for block in blocks(README, "sh")]
    assert lines == ["bash .ci/setup && .venv/bin/iku evaluate", "bash .ci/setup dev && .venv/bin/pytest"]


@pytest.mark.parametrize(("page", "examples"), [("python.md", 10), ("pictures.md", 6)])
def test_the_pages_of_python_run(page, examples):
    failures, tried = doctest.testfile(
        str(ROOT / "docs" / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert tried > examples
    assert failures == 0


@pytest.mark.parametrize("table", [FUNCTIONS, AGGREGATES], ids=["functions", "aggregates"])
def test_the_language_page_lists_every_function(table):
    text = LANGUAGE.read_text(encoding="utf-8")
    for function in table.values():
        assert f"| `{function.signature}` | {function.promise} |" in text


def test_every_link_of_the_documents_leads_somewhere():
    for page in (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
