"""Compare a whole text with the file that holds it; ``pytest --update`` writes the files anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

CASES = Path(__file__).parent / "cases"


def same_as(request: pytest.FixtureRequest, file: str, text: str) -> None:
    """Assert that *text* is what *file* below ``tests/cases`` holds."""
    path = CASES / file
    if request.config.getoption("--update"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no file holds the expected text yet: run `pytest --update` and read {file}"
    assert text == path.read_text(encoding="utf-8")
