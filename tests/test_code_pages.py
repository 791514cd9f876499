"""Every problem code has a page whose wrong example gets that code, and whose right one does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from explained import BASE, make, said
from golden import same_as
from raised import raised_codes

import engine
from engine.problems import Problem
from engine.report.code_pages import all_markdown, codes, codes_text, page, page_text


def _told(problem: Problem) -> tuple[str, str, str]:
    """What a problem says, wherever its catalogue lies and its line stands."""
    return problem.code, Path(problem.order[0]).name, str(problem.message)


ALWAYS = {_told(problem) for problem in engine.validate(BASE)}
"""The advice that the catalogue of the examples deserves by itself: it has little of everything."""


def test_every_code_that_can_be_raised_has_a_page_and_no_other_has_one():
    """Add a code: one file `engine/report/explained/CODE.yaml`, as CONTRIBUTING.md says."""
    assert sorted(raised_codes()) == list(codes())


@pytest.mark.parametrize("code", codes())
def test_the_wrong_example_gets_the_code(code, tmp_path):
    found = page(code)
    make(tmp_path, found, found.wrong)
    mine = [problem for problem in said(tmp_path, found, found.wrong) if problem.code == code]
    assert {problem.severity for problem in mine if _told(problem) not in ALWAYS} == {found.severity}


@pytest.mark.parametrize("code", codes())
def test_the_right_example_is_right(code, tmp_path):
    """Not only is this code gone: there is no error at all."""
    found = page(code)
    make(tmp_path, found, found.right)
    problems = said(tmp_path, found, found.right)
    told = [p for p in problems if p.severity == "error" or (p.code == code and _told(p) not in ALWAYS)]
    assert [str(problem) for problem in told] == []


@pytest.mark.parametrize("code", codes())
def test_a_page_is_whole_in_both_languages(code):
    found = page(code)
    assert found.code == code
    assert found.wrong != found.right
    for text in (found.title, found.means, found.cure):
        assert text.id != text.en
        assert all(line.strip() for line in (text.id, text.en))
    assert len(found.title.default) < 100
    assert not found.title.default.endswith(".")
    assert found.means.default.endswith(".")
    assert found.cure.default.endswith(".")


def test_the_page_of_the_documents_is_made_of_the_pages(request):
    same_as(request, "../../docs/problems.md", all_markdown())


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_page_is_printed_in_both_languages(request, language):
    same_as(request, f"codes/table-gap.{language}.txt", page_text("table-gap", language, 96))


def test_all_codes_are_listed_by_severity():
    lines = codes_text("id").splitlines()
    assert [line for line in lines if line and line[0] != " "] == ["Kesalahan", "Peringatan", "Anjuran"]
    assert sorted(line.split()[0] for line in lines if line[:1] == " ") == list(codes())
    assert "  unused-parameter" in "\n".join(lines[lines.index("Peringatan") : lines.index("Anjuran")])
