"""PySpark by hand: a local session of two threads, on frames that it has cached. It needs Java 17.

The values stay in Spark's memory, where the means are taken from them: nobody collects a nation's rows.
"""

from __future__ import annotations

from functools import reduce
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from benchmarks import employees as e
from benchmarks.peers import Answer

Frames = tuple[DataFrame, DataFrame]


SETTINGS = {
    "spark.driver.memory": "6g",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
    "spark.sql.shuffle.partitions": "2",
    # On one machine, within memory, packing costs more than it saves.
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
    "spark.shuffle.compress": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def load(folder: Path) -> Frames:
    builder = SparkSession.builder.master("local[2]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    people, trainings = (
        spark.read.parquet(str(folder / f"{name}.parquet")).repartition(2).cache()
        for name in ("pegawai", "pelatihan")
    )
    people.count()
    trainings.count()
    for _ in range(2):  # a JVM compiles what runs often: that is not what is measured
        rows((people, trainings))
        values(people, trainings).unpersist()
    return people, trainings


def lookup(column: str, table: dict[str, float], otherwise: float | None = None) -> Column:
    """Return a table as one chain of conditions."""
    first, *rest = table.items()
    start = f.when(f.col(column) == first[0], float(first[1]))
    chain = reduce(lambda found, row: found.when(f.col(column) == row[0], float(row[1])), rest, start)
    return chain if otherwise is None else chain.otherwise(otherwise)


def values(pegawai: DataFrame, pelatihan: DataFrame) -> DataFrame:
    """Return every person's value, with the agency and whether the person is measured."""
    kind, year, suits = f.col("jenis"), f.col("tahun"), f.col("sesuai_jabatan")
    counts = (year <= e.YEAR) & (
        (suits & kind.isin("kepemimpinan", "fungsional"))
        | ((kind == "teknis") & (year > e.YEAR - 1))
        | ((kind == "seminar") & (year > e.YEAR - 2))
    )
    trained = (
        pelatihan.where(counts)
        .groupBy("pegawai")
        .agg(
            f.bool_or(kind == "kepemimpinan").alias("lead"),
            f.bool_or(kind == "fungsional").alias("func"),
            f.sum(f.when(kind == "teknis", f.col("jp"))).alias("jam"),
            f.bool_or(kind == "seminar").alias("seminar"),
        )
    )
    post, skp = f.col("jabatan"), f.col("skp")
    performance = f.when(skp.isNull(), 0.0)
    for limit, points in e.PERFORMANCE:
        performance = performance.when(skp >= limit, float(points))
    return pegawai.join(trained.hint("shuffle_hash"), f.col("id") == f.col("pegawai"), "left").select(
        "id",
        "unit_kerja",
        ((f.col("status") == "PNS") & f.col("diukur")).alias("terukur"),
        (
            f.coalesce(lookup("pendidikan", e.EDUCATION), f.lit(0.0))
            + f.when(post.isin(*e.LEADERS) & f.col("lead"), 15.0).otherwise(0.0)
            + f.when((post == "fungsional") & f.col("func"), 15.0).otherwise(0.0)
            + f.when(f.col("jam") >= 20, lookup("jabatan", e.TECHNICAL, e.TECHNICAL_ELSE)).otherwise(0.0)
            + f.when(f.col("seminar"), lookup("jabatan", e.SEMINAR, e.SEMINAR_ELSE)).otherwise(0.0)
            + performance.otherwise(float(e.PERFORMANCE_ELSE))
            + lookup("hukuman", e.PUNISHMENT)
        ).alias("nilai"),
    )


def rows(data: Frames) -> Answer:
    found = values(*data).cache()
    of_agency = found.where("terukur").groupBy("unit_kerja").agg(f.sum("nilai"), f.count("nilai")).collect()
    mean = sum(total for _, total, _ in of_agency) / sum(count for _, _, count in of_agency)
    by_name = {name: total / count for name, total, count in of_agency}
    return Answer(by_name, mean, lambda: found.orderBy("id").select("nilai").toArrow()["nilai"].to_numpy())
