"""Polars by hand, on plain text columns, where trainings that count for nothing are dropped before grouping.

What each count looks for is known beforehand, so that what none looks for need not be grouped.
"""

from __future__ import annotations

import polars as pl

from benchmarks import employees as e
from benchmarks.peers import Answer, polars_text

load = polars_text.load


def fewer(data: polars_text.Frames) -> polars_text.Frames:
    kind, year = pl.col("jenis"), pl.col("tahun")
    counts = (year <= e.YEAR) & (
        (pl.col("sesuai_jabatan") & kind.is_in(["kepemimpinan", "fungsional"]))
        | ((kind == "teknis") & (year > e.YEAR - 1))
        | ((kind == "seminar") & (year > e.YEAR - 2))
    )
    return data[0], data[1].filter(counts)


def rows(data: polars_text.Frames) -> Answer:
    return polars_text.rows(fewer(data))


def means(data: polars_text.Frames) -> Answer:
    return polars_text.means(fewer(data))
