"""The engine, from the shipped definition; it checks kinds, ranges, blanks, keys and references besides."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import employees as e
from peers import Answer

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
TITLE = "iku"


def load(folder: Path) -> tuple[Any, dict[str, Any]]:
    import engine

    catalogue = engine.load(ROOT / "definitions")
    catalogue.evaluate(str(e.YEAR), only=["sistem_merit"])  # imports are not what is measured
    pegawai, pelatihan = e.read(folder)
    return catalogue, {"pegawai": pegawai, "pelatihan": pelatihan}


def run(data: tuple[Any, dict[str, Any]]) -> Answer:
    catalogue, frames = data
    whole = catalogue.evaluate(str(e.YEAR), frames, only=["ip_asn"], keep_rows=["pegawai"])
    split = catalogue.evaluate(str(e.YEAR), frames, only=["ip_asn"], by="unit_kerja")
    agencies = {result.group: result.unrounded for result in split}
    return Answer(whole.rows("pegawai")["ip_asn.nilai"], agencies, whole["ip_asn"].unrounded)
