"""While definitions are checked Python looks for circles of objects less often; then all is as before."""

from __future__ import annotations

import gc

import pytest

import cli
from engine import api


@pytest.mark.parametrize("failure", [None, RuntimeError("a mistake in iku")])
def test_python_collects_seldom_only_while_definitions_are_checked(failure, monkeypatch, capsys):
    before, during = gc.get_threshold(), []
    real = api.check

    def checked(*arguments):
        during.append(gc.get_threshold())
        if failure is not None:
            raise failure
        return real(*arguments)

    monkeypatch.setattr(api, "check", checked)
    assert cli.main(["validate", "-q"]) == (0 if failure is None else 70)
    assert during == [(20_000, *before[1:])]
    assert gc.get_threshold() == before
