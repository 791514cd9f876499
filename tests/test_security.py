"""SECURITY.md is true: every rule and limit stands there as the code has it, every test it names exists."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import polars
import pytest
from fuzz import graphs
from sourcing import column, read_text, said, source

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "SECURITY.md").read_text(encoding="utf-8")
RULES = [
    *(f"F{number}" for number in range(1, 12)),
    *(f"Y{number}" for number in range(1, 7)),
    *(f"J{number}" for number in range(1, 4)),
    *(f"G{number}" for number in range(1, 6)),
    *(f"D{number}" for number in range(1, 7)),
    "S1", "S2", "S3", "O1", "O2", "O3", "O4", "O5", "C1", "C2", "R1", "R2", "R3",
    "W1", "W2", "W3", "P1", "P2", "P3",
]  # fmt: skip
ROWS = re.findall(r"^\| ([A-Z][0-9]+) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
LIMITS = re.findall(r"^\| .+ \| ([0-9,]+) \| `([\w.]+)\.(\w+)` \|$", PAGE, re.MULTILINE)


def test_every_rule_has_a_promise_and_no_other_stands_there():
    assert [rule for rule, _, _ in ROWS] == RULES


@pytest.mark.parametrize(("rule", "tests"), [(rule, tests) for rule, _, tests in ROWS], ids=RULES)
def test_every_test_that_is_named_exists(rule, tests):
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", tests)
    assert named
    assert re.sub(r"`test_\w+\.py::test_\w+`", "", tests).strip() == ""
    for file, test in named:
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (
            rule,
            file,
            test,
        )


@pytest.mark.parametrize(("most", "module", "name"), LIMITS, ids=lambda part: part)
def test_every_limit_is_the_one_in_the_code(most, module, name):
    assert int(most.replace(",", "")) == getattr(importlib.import_module(module), name)


def test_limits_stand_there():
    assert len(LIMITS) > 15


def test_ids_that_look_alike_are_refused():
    """F3: across files, whatever the letters are."""
    text = "source: {name}\ntitle: S\ndivision: d\nrows: [{{a: 1}}]\ncolumns: {{a: {{type: number}}}}\n"
    files = {f"sources/{name}.yaml": text.format(name=name) for name in ("skm_l", "skm_1")}
    found, problems = graphs.catalogue({"organization.yaml": graphs.ORGANIZATION, **files})
    assert found is None
    assert "look-alike" in {problem.code for problem in problems}


def test_a_parquet_file_that_unpacks_to_far_more_is_refused(tmp_path):
    """D4: the footer tells before anything is unpacked."""
    path = tmp_path / "whole.parquet"
    polars.DataFrame({"id": ["x" * 50_000_000]}).write_parquet(path)
    content = path.read_bytes()
    assert len(content) < 50_000
    declared = source(column("id", "text"))
    assert said(lambda: read_text(declared, tmp_path, content, "staff.parquet")) == (
        "staff.parquet: file-too-big: the file is packed more than 100 to 1"
    )
