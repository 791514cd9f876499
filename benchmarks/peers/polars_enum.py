"""Polars by hand, on columns that are Enum from the start."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks import employees as e
from benchmarks.peers import polars_text

rows = polars_text.rows
means = polars_text.means


def load(folder: Path) -> polars_text.Frames:
    pegawai, pelatihan = e.read(folder)
    enums = {name: pl.Enum(list(values)) for name, values in e.CATEGORIES.items()}
    return pegawai.cast(enums), pelatihan.cast({"jenis": pl.Enum(list(e.KINDS))})
