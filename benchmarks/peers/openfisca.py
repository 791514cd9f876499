"""OpenFisca-core, on arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import employees as e
from peers import Answer, fisca

TITLE = "OpenFisca-core"


def load(folder: Path) -> tuple[Any, Any]:
    return fisca.system("openfisca_core"), e.read(folder)


def run(data: tuple[Any, Any]) -> Answer:
    return fisca.answer("openfisca_core", *data)
