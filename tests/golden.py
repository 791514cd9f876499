"""Compare a whole text with the file that holds it; ``IKU_UPDATE=1 pytest`` rewrites the files."""

from __future__ import annotations

import os
from pathlib import Path

CASES = Path(__file__).parent / "cases"


def same_as(file: str, text: str) -> None:
    """Assert that *text* is what *file* below ``tests/cases`` holds."""
    path = CASES / file
    if os.environ.get("IKU_UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
