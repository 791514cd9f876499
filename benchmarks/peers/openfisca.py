"""OpenFisca-core, on arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import employees as e
from benchmarks.peers import Answer, fisca


def load(folder: Path) -> tuple[Any, Any]:
    return fisca.system("openfisca_core"), e.read(folder)


def rows(data: tuple[Any, Any]) -> Answer:
    return fisca.answer("openfisca_core", *data)
