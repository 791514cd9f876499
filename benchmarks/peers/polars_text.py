"""Polars by hand, on plain text columns."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks import employees as e
from benchmarks.peers import Answer

Frames = tuple[pl.DataFrame, pl.DataFrame]


def load(folder: Path) -> Frames:
    return e.read(folder)


def lookup(column: str, table: dict[str, float]) -> pl.Expr:
    """Return a table as the chain of conditions that is Polars' fastest way."""
    by_value: dict[float, list[str]] = {}
    for key, value in table.items():
        by_value.setdefault(float(value), []).append(key)
    *rest, (last, _) = sorted(by_value.items(), key=lambda pair: len(pair[1]))
    result = pl.lit(last)
    for value, keys in reversed(rest):
        hit = pl.col(column).is_in(keys) if len(keys) > 1 else pl.col(column) == keys[0]
        result = pl.when(hit).then(value).otherwise(result)
    return result


def values(pegawai: pl.LazyFrame, pelatihan: pl.LazyFrame) -> pl.LazyFrame:
    """Return every person with the value."""
    kind, year = pl.col("jenis"), pl.col("tahun")
    taken = year <= e.YEAR
    trained = pelatihan.group_by("pegawai").agg(
        (pl.col("sesuai_jabatan") & (kind == "kepemimpinan") & taken).any().alias("lead"),
        (pl.col("sesuai_jabatan") & (kind == "fungsional") & taken).any().alias("func"),
        pl.when((kind == "teknis") & (year > e.YEAR - 1) & taken).then(pl.col("jp")).sum().alias("jp"),
        ((kind == "seminar") & (year > e.YEAR - 2) & taken).sum().alias("seminars"),
    )
    performance = pl.lit(float(e.PERFORMANCE_ELSE))
    for limit, points in reversed(e.PERFORMANCE):
        performance = pl.when(pl.col("skp") >= limit).then(float(points)).otherwise(performance)
    post = pl.col("jabatan")
    technical = pl.when(post == "pelaksana").then(e.TECHNICAL["pelaksana"]).otherwise(e.TECHNICAL_ELSE)
    seminar = pl.when(post == "pelaksana").then(e.SEMINAR["pelaksana"]).otherwise(e.SEMINAR_ELSE)
    nothing = pl.lit(0.0)
    return (
        pegawai.join(trained, left_on="id", right_on="pegawai", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("pendidikan").is_null())
            .then(nothing)
            .otherwise(lookup("pendidikan", e.EDUCATION))
            .alias("kualifikasi"),
            (
                pl.when(post.is_in(e.LEADERS) & pl.col("lead")).then(15.0).otherwise(nothing)
                + pl.when((post == "fungsional") & pl.col("func")).then(15.0).otherwise(nothing)
                + pl.when(pl.col("jp") >= 20).then(technical).otherwise(nothing)
                + pl.when(pl.col("seminars") > 0).then(seminar).otherwise(nothing)
            ).alias("kompetensi"),
            pl.when(pl.col("skp").is_null()).then(nothing).otherwise(performance).alias("kinerja"),
            lookup("hukuman", e.PUNISHMENT).alias("disiplin"),
        )
        .with_columns(
            (pl.col("kualifikasi") + pl.col("kompetensi") + pl.col("kinerja") + pl.col("disiplin")).alias(
                "nilai"
            )
        )
    )


def of_measured(rows: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Return the means of those who are measured: by agency, and of all."""
    measured = rows.filter((pl.col("status") == "PNS") & pl.col("diukur"))
    mean = pl.col("nilai").mean()
    return [measured.group_by("unit_kerja").agg(mean), measured.select(mean)]


def answer(agencies: pl.DataFrame, mean: pl.DataFrame, values: pl.Series | None = None) -> Answer:
    by_name = dict(zip(agencies["unit_kerja"].to_list(), agencies["nilai"].to_list(), strict=True))
    return Answer(by_name, mean.item(), values)


def rows(data: Frames) -> Answer:
    found = values(data[0].lazy(), data[1].lazy()).collect()
    return answer(*pl.collect_all(of_measured(found.lazy())), found["nilai"])


def means(data: Frames) -> Answer:
    found = values(data[0].lazy(), data[1].lazy())
    return answer(*pl.collect_all(of_measured(found), engine="streaming"))
