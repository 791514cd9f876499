"""Invented civil servants and trainings, and the numbers of IP ASN of 2021 for those who write it by hand.

The same employees for the same number of them: 600 agencies, one and a half trainings for each person.
"""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl

YEAR = 2021
AGENCIES = 600
EDUCATION = {
    "S3": 25,
    "S2": 20,
    "S1": 15,
    "D4": 15,
    "D3": 10,
    "D2": 5,
    "D1": 5,
    "SLTA": 5,
    "SLTP": 1,
    "SD": 1,
}
POSTS = ("jpt", "administrator", "pengawas", "fungsional", "pelaksana")
LEADERS = ("jpt", "administrator", "pengawas")
TECHNICAL = {"pelaksana": 22.5}
"""Points for technical training, by post; `TECHNICAL_ELSE` for the others."""
TECHNICAL_ELSE = 15.0
SEMINAR = {"pelaksana": 17.5}
SEMINAR_ELSE = 10.0
PERFORMANCE = ((91, 30), (76, 25), (61, 15), (51, 5))
PERFORMANCE_ELSE = 1
PUNISHMENT = {"tidak_ada": 5, "ringan": 3, "sedang": 2, "berat": 1}
KINDS = ("kepemimpinan", "fungsional", "teknis", "seminar")
STATUSES = ("PNS", "PPPK", "CPNS")
CATEGORIES = {
    "status": STATUSES,
    "pendidikan": tuple(EDUCATION),
    "jabatan": POSTS,
    "hukuman": tuple(PUNISHMENT),
}


def invent(employees: int, folder: Path) -> None:
    """Write ``pegawai.parquet`` and ``pelatihan.parquet``, as plain text and numbers."""
    seed = random.Random(20211231)
    salts = [seed.randrange(2**31) for _ in range(12)]

    def pick(values: list[str | None], salt: int) -> pl.Expr:
        chosen = pl.lit(pl.Series(values, dtype=pl.String))
        return chosen.gather((pl.col("n").hash(seed=salt) % len(values)).cast(pl.UInt32))

    people = pl.DataFrame({"n": pl.Series(range(employees), dtype=pl.Int64)}).lazy()
    people.select(
        ("P" + pl.col("n").cast(pl.String).str.zfill(8)).alias("id"),
        ("U" + (pl.col("n") % AGENCIES).cast(pl.String)).alias("unit_kerja"),
        pick(["PNS", "PNS", "PNS", "PPPK", "CPNS"], salts[0]).alias("status"),
        (pl.col("n").hash(seed=salts[1]) % 20 > 0).alias("diukur"),
        pick([*EDUCATION, None], salts[2]).alias("pendidikan"),
        pick(list(POSTS), salts[3]).alias("jabatan"),
        pl.when(pl.col("n").hash(seed=salts[4]) % 25 > 0)
        .then((pl.col("n").hash(seed=salts[5]) % 6000).cast(pl.Float64) / 100 + 40)
        .alias("skp"),
        pl.lit(None, dtype=pl.String).alias("predikat"),
        pick(["tidak_ada"] * 20 + ["ringan", "sedang", "berat"], salts[6]).alias("hukuman"),
    ).sink_parquet(folder / "pegawai.parquet")
    trainings = pl.DataFrame({"n": pl.Series(range(employees * 3 // 2), dtype=pl.Int64)}).lazy()
    trainings.select(
        ("P" + (pl.col("n").hash(seed=salts[7]) % employees).cast(pl.String).str.zfill(8)).alias("pegawai"),
        pick(["kepemimpinan", "fungsional", "teknis", "teknis", "seminar", "seminar"], salts[8]).alias(
            "jenis"
        ),
        (pl.col("n").hash(seed=salts[9]) % 2 == 0).alias("sesuai_jabatan"),
        (pl.col("n").hash(seed=salts[10]) % 40 + 4).cast(pl.Float64).alias("jp"),
        (pl.col("n").hash(seed=salts[11]) % 4 + 2018).cast(pl.Int64).alias("tahun"),
    ).sink_parquet(folder / "pelatihan.parquet")


def read(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the employees and the trainings in memory."""
    return pl.read_parquet(folder / "pegawai.parquet"), pl.read_parquet(folder / "pelatihan.parquet")
