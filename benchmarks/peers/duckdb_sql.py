"""DuckDB, in SQL, on the frames where they lie; the persons' values are a table of its own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from benchmarks import employees as e
from benchmarks.peers import Answer

Data = tuple[duckdb.DuckDBPyConnection, pl.DataFrame, pl.DataFrame]


def cases(column: str, table: dict[str, float], otherwise: str = "") -> str:
    whens = " ".join(f"when '{key}' then {float(value)}" for key, value in table.items())
    return f"case {column} {whens} {otherwise} end"


PERFORMANCE = " ".join(f"when skp >= {limit} then {float(points)}" for limit, points in e.PERFORMANCE)
QUERY = f"""
create or replace temp table hasil as
with trained as (
    select pegawai,
        bool_or(jenis = 'kepemimpinan') as lead,
        bool_or(jenis = 'fungsional') as func,
        sum(jp) filter (jenis = 'teknis') as jp,
        bool_or(jenis = 'seminar') as seminar
    from pelatihan
    where tahun <= {e.YEAR} and ( -- what counts at all: fewer rows to group
        sesuai_jabatan and jenis in ('kepemimpinan', 'fungsional')
        or jenis = 'teknis' and tahun > {e.YEAR - 1}
        or jenis = 'seminar' and tahun > {e.YEAR - 2}
    )
    group by pegawai
)
select id, unit_kerja, status = 'PNS' and diukur as terukur,
    coalesce({cases("pendidikan", e.EDUCATION)}, 0.0)
    + case when jabatan in {e.LEADERS} and lead then 15.0 else 0.0 end
    + case when jabatan = 'fungsional' and func then 15.0 else 0.0 end
    + case when jp >= 20 then {cases("jabatan", e.TECHNICAL, f"else {e.TECHNICAL_ELSE}")} else 0.0 end
    + case when seminar then {cases("jabatan", e.SEMINAR, f"else {e.SEMINAR_ELSE}")} else 0.0 end
    + case when skp is null then 0.0 {PERFORMANCE} else {float(e.PERFORMANCE_ELSE)} end
    + {cases("hukuman", e.PUNISHMENT)} as nilai
from pegawai left join trained on id = trained.pegawai
"""


def load(folder: Path) -> Data:
    pegawai, pelatihan = e.read(folder)
    connection = duckdb.connect()
    connection.register("pegawai", pegawai.to_arrow())
    connection.register("pelatihan", pelatihan.to_arrow())
    return connection, pegawai, pelatihan


def rows(data: Data) -> Answer:
    connection = data[0]
    connection.execute(QUERY)
    measured = "from hasil where terukur"
    agencies = connection.sql(f"select unit_kerja, avg(nilai) as nilai {measured} group by unit_kerja").pl()
    mean = connection.sql(f"select avg(nilai) {measured}").fetchall()
    by_name = dict(zip(agencies["unit_kerja"].to_list(), agencies["nilai"].to_list(), strict=True))
    return Answer(
        by_name, mean[0][0], lambda: connection.sql("select nilai from hasil order by id").pl()["nilai"]
    )
