"""What all tests share."""

from __future__ import annotations

import pytest
from messages import compile_catalogues


def pytest_configure(config: pytest.Config) -> None:
    """Tests see the translations as they are written now."""
    compile_catalogues()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write expected files anew")
