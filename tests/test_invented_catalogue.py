"""The catalogue that measurements are made with is as good as a real one."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import engine

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.mark.parametrize("dates", ["yearly", "distinct"])
def test_nothing_is_wrong_with_it_and_its_examples_pass(tmp_path, monkeypatch, dates):
    """No advice either: what is measured is checking, not the telling of problems."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    importlib.import_module("catalogue").invent(tmp_path, 60, dates=dates)
    assert engine.validate(tmp_path) == ()
    outcomes = engine.load(tmp_path).test()
    assert len(outcomes) == 180
    assert all(outcome.passed for outcome in outcomes)
    texts = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "indicators").iterdir())]
    assert all(60 <= text.count("\n") <= 65 for text in texts)
