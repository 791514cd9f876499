"""IP ASN in ttsim, the engine of GETTSIM.

Its data are one table: employees come first, trainings follow as rows that point to an employee, and what
trainings add up to is aggregated by that pointer. The functions take whole arrays, categories are positions
that points are looked up with, the graph is built before the clock starts, and neither its checks of data nor
its sorting of rows are asked for: the fastest forms that the library knows. On JAX the same takes half as
long again, not counting what it compiles.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks import employees as e
from benchmarks.peers import Answer
from benchmarks.peers.numpy_arrays import Array, Coded, coded, means, table

os.environ["TTSIM_BEARTYPE_CLAW"] = "0"  # read by the import: types aren't checked at each call

from ttsim import MainTarget, TTTargets, main
from ttsim.tt import AggType, TTSIMUnit, agg_by_p_id_function, policy_function
from ttsim.typing import BoolColumn, FloatColumn, IntColumn

Run = Callable[[dict[str, Array]], dict[str, Array]]
KINDS = {name: position for position, name in enumerate(e.KINDS)}
FUNCTIONAL = e.POSTS.index("fungsional")
LEADS = np.array([post in e.LEADERS for post in e.POSTS])
EDUCATION = table(tuple(e.EDUCATION), e.EDUCATION)
TECHNICAL = table(e.POSTS, e.TECHNICAL, e.TECHNICAL_ELSE)
SEMINAR = table(e.POSTS, e.SEMINAR, e.SEMINAR_ELSE)
PUNISHMENT = table(tuple(e.PUNISHMENT), e.PUNISHMENT)
LIMITS = np.array([limit for limit, _ in reversed(e.PERFORMANCE)], dtype=float)
POINTS = np.array([e.PERFORMANCE_ELSE, *[points for _, points in reversed(e.PERFORMANCE)]], dtype=float)

arrays = policy_function(vectorization_strategy="not_required", unit=TTSIMUnit.DIMENSIONLESS)
summed = agg_by_p_id_function(agg_type=AggType.SUM, unit=TTSIMUnit.DIMENSIONLESS)


@arrays
def kepemimpinan(jenis: IntColumn, sesuai: BoolColumn, tahun: IntColumn) -> FloatColumn:
    return (sesuai & (jenis == KINDS["kepemimpinan"]) & (tahun <= e.YEAR)).astype(float)


@arrays
def fungsional(jenis: IntColumn, sesuai: BoolColumn, tahun: IntColumn) -> FloatColumn:
    return (sesuai & (jenis == KINDS["fungsional"]) & (tahun <= e.YEAR)).astype(float)


@arrays
def jam_teknis(jenis: IntColumn, jp: FloatColumn, tahun: IntColumn) -> FloatColumn:
    return np.where((jenis == KINDS["teknis"]) & (tahun > e.YEAR - 1) & (tahun <= e.YEAR), jp, 0.0)


@arrays
def seminar(jenis: IntColumn, tahun: IntColumn) -> FloatColumn:
    return ((jenis == KINDS["seminar"]) & (tahun > e.YEAR - 2) & (tahun <= e.YEAR)).astype(float)


@summed
def lead(kepemimpinan: float, p_id_pegawai: int, p_id: int) -> float: ...


@summed
def func(fungsional: float, p_id_pegawai: int, p_id: int) -> float: ...


@summed
def jam(jam_teknis: float, p_id_pegawai: int, p_id: int) -> float: ...


@summed
def seminars(seminar: float, p_id_pegawai: int, p_id: int) -> float: ...


@arrays
def kualifikasi(pendidikan: IntColumn) -> FloatColumn:
    return EDUCATION[pendidikan]


@arrays
def kompetensi(
    jabatan: IntColumn, lead: FloatColumn, func: FloatColumn, jam: FloatColumn, seminars: FloatColumn
) -> FloatColumn:
    return (
        np.where(LEADS[jabatan] & (lead > 0), 15.0, 0.0)
        + np.where((jabatan == FUNCTIONAL) & (func > 0), 15.0, 0.0)
        + np.where(jam >= 20, TECHNICAL[jabatan], 0.0)
        + np.where(seminars > 0, SEMINAR[jabatan], 0.0)
    )


@arrays
def kinerja(skp: FloatColumn) -> FloatColumn:
    # A blank is not a number, which no limit is reached by.
    return np.where(np.isnan(skp), 0.0, POINTS[np.searchsorted(LIMITS, np.nan_to_num(skp), "right")])


@arrays
def disiplin(hukuman: IntColumn) -> FloatColumn:
    return PUNISHMENT[hukuman]


@arrays
def nilai(
    kualifikasi: FloatColumn, kompetensi: FloatColumn, kinerja: FloatColumn, disiplin: FloatColumn
) -> FloatColumn:
    return kualifikasi + kompetensi + kinerja + disiplin


RULES = (
    kepemimpinan,
    fungsional,
    jam_teknis,
    seminar,
    lead,
    func,
    jam,
    seminars,
    kualifikasi,
    kompetensi,
    kinerja,
    disiplin,
    nilai,
)


def stacked(data: Coded) -> dict[str, Array]:
    """Return employees and trainings as one table, in which each row is blank in the other's columns."""
    people, deeds = len(data.agency), len(data.owner)

    def of_people(name: str, blank: float) -> Array:
        column = data.columns[name]
        return np.concatenate([column, np.full(deeds, blank, column.dtype)])

    def of_deeds(column: Array, blank: float) -> Array:
        return np.concatenate([np.full(people, blank, column.dtype), column])

    return {
        "p_id": np.arange(people + deeds),
        "p_id_pegawai": of_deeds(data.owner, -1),
        **{name: of_deeds(data.trainings[name], 0) for name in ("sesuai", "jp", "tahun")},
        "jenis": of_deeds(data.trainings["jenis"], -1),
        **{name: of_people(name, -1) for name in ("pendidikan", "jabatan", "hukuman")},
        "skp": of_people("skp", np.nan),
    }


def load(folder: Path) -> tuple[Run, tuple[pl.DataFrame, pl.DataFrame]]:
    frames = e.read(folder)
    few = stacked(coded(frames[0].head(2), frames[1].head(2).with_columns(pegawai=frames[0]["id"].head(2))))
    run: Any = main(
        main_target=MainTarget.tt_function,
        evaluation_date_str=f"{e.YEAR}-12-31",
        policy_environment={rule.leaf_name: rule for rule in RULES},
        processed_data=few,
        tt_targets=TTTargets(tree={"nilai": None}),
        include_fail_nodes=False,
        include_warn_nodes=False,
    )
    return run, frames


def rows(data: tuple[Run, tuple[pl.DataFrame, pl.DataFrame]]) -> Answer:
    run, frames = data
    found = coded(*frames)
    return means(found, run(stacked(found))["nilai"][: len(found.agency)])
