"""NumPy by hand: texts become codes with PyArrow, then everything is arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import employees as e
from benchmarks.peers import Answer

Array = np.ndarray
LEAD, FUNCTIONAL, TECHNICAL, SEMINAR = (
    e.KINDS.index(kind) for kind in ("kepemimpinan", "fungsional", "teknis", "seminar")
)


@dataclass(frozen=True)
class Coded:
    """The employees and trainings as arrays: categories as their positions, -1 for a blank."""

    columns: dict[str, Array]
    agencies: Sequence[str]
    agency: Array
    trainings: dict[str, Array]
    owner: Array


def codes(column: pa.ChunkedArray, values: Sequence[str]) -> Array:
    return pc.fill_null(pc.index_in(column, value_set=pa.array(values)), -1).to_numpy()


def coded(
    pegawai: pl.DataFrame,
    pelatihan: pl.DataFrame,
    counts: Callable[[dict[str, Array]], Array] | None = None,
) -> Coded:
    """Return the frames as arrays, with only those trainings that *counts* tells: looking up ids is dear."""
    people, trainings = pegawai.to_arrow(), pelatihan.to_arrow()
    columns = {name: codes(people[name], values) for name, values in e.CATEGORIES.items()}
    columns["skp"] = people["skp"].to_numpy()
    columns["diukur"] = people["diukur"].to_numpy()
    units = people["unit_kerja"].combine_chunks().cast(pa.large_string()).dictionary_encode()
    ids = people["id"].combine_chunks()
    deeds = {
        "jenis": codes(trainings["jenis"], e.KINDS),
        "sesuai": trainings["sesuai_jabatan"].to_numpy(),
        "jp": trainings["jp"].to_numpy(),
        "tahun": trainings["tahun"].to_numpy(),
    }
    owners = trainings["pegawai"]
    if counts is not None:
        chosen = counts(deeds)
        deeds = {name: column[chosen] for name, column in deeds.items()}
        owners = owners.filter(pa.array(chosen))
    owner = pc.index_in(owners, value_set=ids).to_numpy()
    return Coded(columns, units.dictionary.to_pylist(), units.indices.to_numpy(), deeds, owner)


def load(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return e.read(folder)


def table(values: Sequence[str], points: dict[str, float], otherwise: float = 0.0) -> Array:
    """Return the points by code, with what a blank gets at the end, where -1 finds it."""
    return np.array([float(points.get(value, otherwise)) for value in values] + [0.0])


def measured(data: Coded) -> Array:
    return (data.columns["status"] == e.STATUSES.index("PNS")) & data.columns["diukur"]


def means(data: Coded, values: Array) -> Answer:
    chosen = measured(data)
    sums = np.bincount(data.agency[chosen], values[chosen], len(data.agencies))
    counts = np.bincount(data.agency[chosen], minlength=len(data.agencies))
    by_name = dict(zip(data.agencies, (sums / counts).tolist(), strict=True))
    return Answer(by_name, float(values[chosen].mean()), values)


def counts(deeds: dict[str, Array]) -> Array:
    """Return which trainings count at all."""
    kind, year = deeds["jenis"], deeds["tahun"]
    fits = (kind == LEAD) | (kind == FUNCTIONAL)
    return (year <= e.YEAR) & (
        (deeds["sesuai"] & fits)
        | ((kind == TECHNICAL) & (year > e.YEAR - 1))
        | ((kind == SEMINAR) & (year > e.YEAR - 2))
    )


def rows(frames: tuple[pl.DataFrame, pl.DataFrame]) -> Answer:
    data = coded(*frames, counts)
    owner, people, kind = data.owner, data.columns, data.trainings["jenis"]
    many = len(data.agency)

    def has(sort: int) -> Array:
        found = np.zeros(many, dtype=bool)
        found[owner[kind == sort]] = True
        return found

    lead, func, seminar = has(LEAD), has(FUNCTIONAL), has(SEMINAR)
    technical = kind == TECHNICAL
    hours = np.bincount(owner[technical], data.trainings["jp"][technical], many)
    post = people["jabatan"]
    leads = np.array([name in e.LEADERS for name in e.POSTS])[post]
    skp = people["skp"]
    limits = np.array([limit for limit, _ in reversed(e.PERFORMANCE)], dtype=float)
    points = np.array([e.PERFORMANCE_ELSE, *[p for _, p in reversed(e.PERFORMANCE)]], dtype=float)
    performance = np.where(np.isnan(skp), 0.0, points[np.searchsorted(limits, np.nan_to_num(skp), "right")])
    values = (
        table(tuple(e.EDUCATION), e.EDUCATION)[people["pendidikan"]]
        + np.where(leads & lead, 15.0, 0.0)
        + np.where((post == e.POSTS.index("fungsional")) & func, 15.0, 0.0)
        + np.where(hours >= 20, table(e.POSTS, e.TECHNICAL, e.TECHNICAL_ELSE)[post], 0.0)
        + np.where(seminar, table(e.POSTS, e.SEMINAR, e.SEMINAR_ELSE)[post], 0.0)
        + performance
        + table(tuple(e.PUNISHMENT), e.PUNISHMENT)[people["hukuman"]]
    )
    return means(data, values)
