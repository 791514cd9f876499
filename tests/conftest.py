"""What all tests share."""

from __future__ import annotations

import pytest
from messages import compile_catalogues


def pytest_configure(config: pytest.Config) -> None:
    """Tests see the translations as they are written now."""
    compile_catalogues()


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole messages are compared in English, whatever the organization speaks, unless a test says else."""
    monkeypatch.setenv("IKU_LANG", "en")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write expected files anew")
