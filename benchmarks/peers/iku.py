"""The engine, from the shipped definition; it checks kinds, ranges, blanks, keys and references besides."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks import employees as e
from benchmarks.peers import Answer

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))


def load(folder: Path) -> tuple[Any, dict[str, Any]]:
    import engine

    catalogue = engine.load(ROOT / "definitions")
    catalogue.evaluate(str(e.YEAR), only=["sistem_merit"])  # imports are not what is measured
    pegawai, pelatihan = e.read(folder)
    return catalogue, {"pegawai": pegawai, "pelatihan": pelatihan}


def rows(data: tuple[Any, dict[str, Any]]) -> Answer:
    catalogue, frames = data
    results = catalogue.evaluate(str(e.YEAR), frames, only=["ip_asn"], by="unit_kerja", keep_rows=["pegawai"])
    return answer(results, results.rows("pegawai")["ip_asn.nilai"])


def means(data: tuple[Any, dict[str, Any]]) -> Answer:
    catalogue, frames = data
    return answer(catalogue.evaluate(str(e.YEAR), frames, only=["ip_asn"], by="unit_kerja"))


def answer(results: Any, values: Any = None) -> Answer:
    agencies = {result.group: result.unrounded for result in results}
    return Answer(agencies, results.whole["ip_asn"].unrounded, values)
