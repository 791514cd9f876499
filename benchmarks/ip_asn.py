"""IP ASN of 2021 for many invented employees: the engine next to hand-written Polars.

    python benchmarks/ip_asn.py [--employees 5000000] [--runs 3]

Both read the same frames from memory and give every person's value and the national mean; both are
checked to be equal. Each run is a process of its own, the two alternate, and the table shows the median
time, the ratio and the peak memory above the data. The engine also checks what it is given: kinds,
ranges, blanks, unique keys, references without a row; the hand-written code checks nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
PERIOD = "2021"
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
TECHNICAL = {"jpt": 15.0, "administrator": 15.0, "pengawas": 15.0, "fungsional": 15.0, "pelaksana": 22.5}
SEMINAR = {"jpt": 10.0, "administrator": 10.0, "pengawas": 10.0, "fungsional": 10.0, "pelaksana": 17.5}
PUNISHMENT = {"tidak_ada": 5, "ringan": 3, "sedang": 2, "berat": 1}


def invent(employees: int, folder: Path) -> None:
    """Write invented employees and one and a half trainings each, as plain text and numbers."""
    import random

    seed = random.Random(20211231)
    number = pl.Series(range(employees), dtype=pl.Int64)

    def pick(values: list[str | None], salt: int) -> pl.Expr:
        chosen = pl.lit(pl.Series(values, dtype=pl.String))
        return chosen.gather((pl.col("n").hash(seed=salt) % len(values)).cast(pl.UInt32))

    frame = pl.DataFrame({"n": number}).lazy()
    person = ("P" + pl.col("n").cast(pl.String).str.zfill(8)).alias("id")
    salts = [seed.randrange(2**31) for _ in range(12)]
    frame.select(
        person,
        ("U" + (pl.col("n") % 600).cast(pl.String)).alias("unit_kerja"),
        pick(["PNS", "PNS", "PNS", "PPPK", "CPNS"], salts[0]).alias("status"),
        (pl.col("n").hash(seed=salts[1]) % 20 > 0).alias("diukur"),
        pick([*EDUCATION, None], salts[2]).alias("pendidikan"),
        pick(list(TECHNICAL), salts[3]).alias("jabatan"),
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


def lookup(column: str, table: dict[str, float]) -> pl.Expr:
    """Return a table as the chain of conditions that is Polars' fastest way."""
    by_value: dict[float, list[str]] = {}
    for key, value in table.items():
        by_value.setdefault(value, []).append(key)
    *rest, last = by_value.items()
    result = pl.lit(float(last[0]))
    for value, keys in reversed(rest):
        result = pl.when(pl.col(column).is_in(keys)).then(float(value)).otherwise(result)
    return result


def by_hand(pegawai: pl.DataFrame, pelatihan: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Return every person's value and the mean of those measured, as one would write it in Polars."""
    year = int(PERIOD)
    kind, taken = pl.col("jenis"), pl.col("tahun") <= year
    trained = (
        pelatihan.lazy()
        .group_by("pegawai")
        .agg(
            (pl.col("sesuai_jabatan") & (kind == "kepemimpinan") & taken).any().alias("lead"),
            (pl.col("sesuai_jabatan") & (kind == "fungsional") & taken).any().alias("func"),
            pl.col("jp").filter((kind == "teknis") & (pl.col("tahun") > year - 1) & taken).sum().alias("jp"),
            ((kind == "seminar") & (pl.col("tahun") > year - 2) & taken).sum().alias("seminars"),
        )
    )
    frame = (
        pegawai.lazy()
        .join(trained, left_on="id", right_on="pegawai", how="left")
        .with_columns(pl.col("lead", "func").fill_null(value=False), pl.col("jp", "seminars").fill_null(0))
        .with_columns(
            pl.when(pl.col("pendidikan").is_null())
            .then(0.0)
            .otherwise(lookup("pendidikan", EDUCATION))
            .alias("kualifikasi"),
            (
                pl.when(pl.col("jabatan").is_in(["jpt", "administrator", "pengawas"]) & pl.col("lead"))
                .then(15.0)
                .otherwise(0.0)
                + pl.when((pl.col("jabatan") == "fungsional") & pl.col("func")).then(15.0).otherwise(0.0)
                + pl.when(pl.col("jp") >= 20).then(lookup("jabatan", TECHNICAL)).otherwise(0.0)
                + pl.when(pl.col("seminars") > 0).then(lookup("jabatan", SEMINAR)).otherwise(0.0)
            ).alias("kompetensi"),
            pl.when(pl.col("skp").is_null())
            .then(0.0)
            .when(pl.col("skp") >= 91)
            .then(30.0)
            .when(pl.col("skp") >= 76)
            .then(25.0)
            .when(pl.col("skp") >= 61)
            .then(15.0)
            .when(pl.col("skp") >= 51)
            .then(5.0)
            .otherwise(1.0)
            .alias("kinerja"),
            lookup("hukuman", PUNISHMENT).alias("disiplin"),
        )
        .with_columns(
            (pl.col("kualifikasi") + pl.col("kompetensi") + pl.col("kinerja") + pl.col("disiplin")).alias(
                "nilai"
            )
        )
    )
    rows = frame.collect()
    mean = rows.filter((pl.col("status") == "PNS") & pl.col("diukur")).select(pl.col("nilai").mean()).item()
    return rows, float(mean)


def by_engine(pegawai: pl.DataFrame, pelatihan: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Return the same from the shipped definition."""
    results = CATALOGUE[0].evaluate(
        PERIOD, {"pegawai": pegawai, "pelatihan": pelatihan}, only=["ip_asn"], keep_rows=["pegawai"]
    )
    rows = results.rows("pegawai").rename({"ip_asn.nilai": "nilai"})
    unrounded = results["ip_asn"].unrounded
    assert unrounded is not None, results["ip_asn"].reason
    return rows, float(unrounded)


CATALOGUE: list[Any] = []
"""The shipped catalogue, loaded before the clock starts."""
WAYS = {"hand": by_hand, "engine": by_engine}


def peak() -> float:
    """Return the peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(way: str, folder: Path) -> None:
    """Run one way in this process and print what it took."""
    if way == "engine":
        sys.path.insert(0, str(ROOT))
        import engine

        CATALOGUE.append(engine.load(ROOT / "definitions"))
        CATALOGUE[0].evaluate(PERIOD, only=["sistem_merit"])  # imports are not what is measured here
    frames = [pl.read_parquet(folder / f"{name}.parquet") for name in ("pegawai", "pelatihan")]
    before = peak()
    start = time.perf_counter()
    rows, mean = WAYS[way](*frames)
    seconds = time.perf_counter() - start
    total = rows.select(pl.col("nilai").sum()).item()
    print(
        json.dumps(
            {"seconds": seconds, "mean": mean, "sum": total, "peak": peak() - before, "rows": rows.height}
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--employees", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child[0], Path(chosen.child[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        invent(chosen.employees, folder)
        found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(chosen.runs):
            for way, runs in found.items():
                out = subprocess.run(
                    [sys.executable, __file__, "--child", way, name],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                runs.append(json.loads(out.stdout))
    hand, engine = found["hand"][0], found["engine"][0]
    assert abs(hand["mean"] - engine["mean"]) < 1e-9, (hand, engine)
    assert abs(hand["sum"] - engine["sum"]) < 1e-3, (hand, engine)
    print(
        f"{chosen.employees:,} employees, {chosen.employees * 3 // 2:,} trainings, mean {engine['mean']:.6f}"
    )
    print(f"{'':24}{'seconds':>10}{'ratio':>8}{'memory above the data, MiB':>30}")
    base = statistics.median(run["seconds"] for run in found["hand"])
    for way, title in (("hand", "hand-written Polars"), ("engine", "iku")):
        seconds = statistics.median(run["seconds"] for run in found[way])
        memory = statistics.median(run["peak"] for run in found[way])
        print(f"{title:24}{seconds:>10.2f}{seconds / base:>8.2f}{memory:>30,.0f}")


if __name__ == "__main__":
    main()
