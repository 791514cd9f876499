"""Score the employees of every agency from partitions of Parquet files, on a cluster.

    spark-submit examples/spark/score.py --period 2024 --employees hdfs:///asn/pegawai \
        --trainings hdfs:///asn/pelatihan --output hdfs:///asn/ip_asn_2024

Needs `pip install 'iku[spark]'` where the driver runs; workers need nothing. Written are `results` (one row
an agency and one of all) and `rows` (each employee with the value of every step, by agency). Only counts,
findings and the figures of agencies come to the driver. Folders that exist are not overwritten.
"""

from __future__ import annotations

import argparse
import sys

from pyspark.sql import SparkSession

import engine


def main() -> int:
    """Write results and rows; 1 where data are not as declared, with the findings on stderr."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--period", required=True)
    asked.add_argument("--employees", required=True, help="a Parquet folder with the columns of `pegawai`")
    asked.add_argument("--trainings", required=True, help="a Parquet folder with the columns of `pelatihan`")
    asked.add_argument("--output", required=True)
    asked.add_argument("--definitions", help="the catalogue; without it the one that ships with iku")
    given = asked.parse_args()
    session = SparkSession.builder.appName("ip-asn").getOrCreate()
    data = {
        "pegawai": session.read.parquet(given.employees),
        "pelatihan": session.read.parquet(given.trainings),
    }
    try:
        results = engine.load(given.definitions).evaluate(
            given.period, data, by="unit_kerja", only=["ip_asn"], keep_rows=["pegawai"]
        )
    except engine.IkuError as refused:
        print(refused, file=sys.stderr)
        return 1
    by_agency = results.to_frame().unionByName(results.whole.to_frame())
    by_agency.write.parquet(f"{given.output}/results")
    results.rows("pegawai").write.partitionBy("unit_kerja").parquet(f"{given.output}/rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
