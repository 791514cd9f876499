"""Compute the shipped indicators a second time, in plain Python, from the same files.

Nothing here comes from the engine: rows are read with csv, polars and calamine, rules are written as code
from the regulations notes, with exact fractions, and rounded half up. A test compares the engine with it.
Run `python tests/reference.py` to print the table of all periods.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

DATA = Path(__file__).resolve().parent.parent / "definitions" / "data"
YEARS = range(2019, 2025)
QUARTERS = tuple(f"{year}-TW{quarter}" for year in YEARS for quarter in range(1, 5))

EDUCATION = {
    "S3": 25, "S2": 20, "S1": 15, "D4": 15, "D3": 10, "Sarjana Muda": 10,
    "D2": 5, "D1": 5, "SLTA": 5, "SLTP": 1, "SD": 1, "": 0,
}  # fmt: skip
PUNISHMENT = {"tidak_ada": 5, "": 5, "ringan": 3, "sedang": 2, "berat": 1}
PREDICATE = {"Sangat Baik": 30, "Baik": 25, "Butuh Perbaikan": 15, "Kurang": 5, "Sangat Kurang": 1, "": 0}
BASE = {"Sangat Baik": 25, "Baik": 20, "Butuh Perbaikan": 15, "Kurang": 10, "Sangat Kurang": 5, "": 0}


@dataclass(frozen=True)
class Outcome:
    """A published value, its category (None where there is none), and further figures by step."""

    value: Fraction
    category: str | None
    steps: Mapping[str, Fraction]


@dataclass(frozen=True)
class Taken:
    """One training as the file has it."""

    kind: str
    fits: bool
    hours: Fraction
    year: int


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    """Return *value* rounded half away from zero."""
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**digits)


def mean(values: Iterable[Fraction]) -> Fraction:
    """Return the exact mean."""
    held = list(values)
    return sum(held, Fraction(0)) / len(held)


# --- Indeks Profesionalitas ASN


def competence(post: str, trainings: Sequence[Taken], year: int, base: int | None) -> Fraction:
    """Return the points of Kompetensi: the rows of 2019, with *base* those that fill the way to 40."""
    letter = base is not None
    this_year = [taken for taken in trainings if taken.year == year]
    so_far = [taken for taken in trainings if taken.year <= year]
    seminars = this_year if letter else [taken for taken in so_far if taken.year >= year - 1]
    for_post = this_year if letter else so_far
    wanted = {"fungsional": "fungsional", "pelaksana": None}.get(post, "kepemimpinan")
    points = Fraction(0)
    if any(taken.kind == wanted and taken.fits for taken in for_post):
        points += 15
    if sum(taken.hours for taken in this_year if taken.kind == "teknis") >= 20:
        points += Fraction(45, 2) if post == "pelaksana" else 15
    if any(taken.kind == "seminar" for taken in seminars):
        points += Fraction(35, 2) if post == "pelaksana" else 10
    return points if base is None else min(Fraction(40), base + points)


def performance(score: str, predicate: str, year: int) -> int:
    """Return the points of Kinerja: by score until 2021, by predicate from 2022; nothing recorded gives 0."""
    if year >= 2022:
        return PREDICATE[predicate]
    if not score:
        return 0
    number = Fraction(score.replace(",", "."))
    for limit, points in ((91, 30), (76, 25), (61, 15), (51, 5)):
        if number >= limit:
            return points
    return 1


def professionalism_category(value: Fraction) -> str:
    """Return the category, with each upper limit belonging to the lower class."""
    for limit, label in ((90, "Sangat Tinggi"), (80, "Tinggi"), (70, "Sedang"), (60, "Rendah")):
        if value > limit:
            return label
    return "Sangat Rendah"


def ip_asn(year: int, data: Path = DATA) -> Outcome:
    """Return the index of *year* from the employees and their trainings."""
    trainings: dict[str, list[Taken]] = {}
    for row in pl.read_parquet(data / str(year) / "pelatihan.parquet").iter_rows(named=True):
        taken = Taken(row["jenis"], bool(row["sesuai_jabatan"]), Fraction(row["jp"] or 0), row["tahun"])
        trainings.setdefault(row["pegawai"], []).append(taken)
    with (data / str(year) / "pegawai.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file, delimiter=";"))
    eligible = {"PNS", "PPPK"} if year >= 2023 else {"PNS"}
    due = [person for person in people if person["Status"] in eligible]
    measured = [person for person in due if person["Sudah Diukur"] == "ya"]
    parts: dict[str, list[Fraction]] = {"kualifikasi": [], "kompetensi": [], "kinerja": [], "disiplin": []}
    for person in measured:
        base = BASE[person["Predikat"]] if year >= 2023 else None
        points = competence(person["Jabatan"], trainings.get(person["Kode"], ()), year, base)
        parts["kualifikasi"].append(Fraction(EDUCATION[person["Pendidikan"]]))
        parts["kompetensi"].append(points)
        parts["kinerja"].append(Fraction(performance(person["Nilai SKP"], person["Predikat"], year)))
        parts["disiplin"].append(Fraction(PUNISHMENT[person["Hukuman Disiplin"]]))
    means = {f"rata_{name}": mean(values) for name, values in parts.items()}
    published = half_up(sum(means.values(), Fraction(0)))
    extra = {
        "jumlah_terukur": Fraction(len(measured)),
        "partisipasi": Fraction(len(measured), len(due)) * 100,
    }
    return Outcome(published, professionalism_category(published), {**means, **extra})


# --- Skor Sistem Merit


def merit_category(total: Fraction) -> str | None:
    """Return the category by lower limits; there is none below 100."""
    for limit, label in ((325, "Sangat Baik"), (250, "Baik"), (175, "Kurang"), (100, "Buruk")):
        if total >= limit:
            return label
    return None


def sistem_merit(year: int, data: Path = DATA) -> Outcome:
    """Return the score of *year* from the assessment form."""
    book = CalamineWorkbook.from_path(str(data / str(year) / "penilaian_merit.xlsx"))
    _, form = book.get_sheet_by_name("Penilaian").to_python()
    scores = [Fraction(cell) for cell in form[1:] if isinstance(cell, int | float)]
    total = sum(scores, Fraction(0))
    return Outcome(half_up(total), merit_category(total), {"indeks": total / 400})


# --- Survei Kepuasan Masyarakat


def satisfaction_category(value: Fraction) -> str:
    """Return the grade of PermenPANRB 14/2017 for a value of two decimals."""
    for limit, label in (("88.31", "A"), ("76.61", "B"), ("65", "C")):
        if value >= Fraction(limit):
            return label
    return "D"


def skm(quarter: str, weight: Fraction = Fraction(1, 9), data: Path = DATA) -> Outcome:
    """Return the converted value of *quarter*; a blank answer leaves the count of its item."""
    with (data / quarter / "skm.csv").open(encoding="utf-8", newline="") as file:
        answers = list(csv.DictReader(file))
    means = {
        f"U{item}": mean(Fraction(row[f"U{item}"]) for row in answers if row[f"U{item}"])
        for item in range(1, 10)
    }
    index = sum(means.values(), Fraction(0)) * weight
    value = half_up(index * 25)
    return Outcome(
        value, satisfaction_category(value), {"ni": index, "responden": Fraction(len(answers)), **means}
    )


def skm_of_year(year: int, data: Path = DATA) -> Outcome:
    """Return the mean of the published values of the four quarters."""
    values = [skm(quarter, data=data).value for quarter in QUARTERS if quarter.startswith(f"{year}-")]
    value = half_up(mean(values))
    return Outcome(value, satisfaction_category(value), {})


def line(name: str, period: str, outcome: Outcome) -> str:
    """Return one result as text, with its further figures."""
    steps = "  ".join(f"{step} {float(value):.4f}" for step, value in outcome.steps.items())
    return f"{name:13} {period:8} {float(outcome.value):7.2f}  {outcome.category or '-':14} {steps}"


def table() -> str:
    """Return all results as text, one period a line."""
    return "\n".join(
        [
            *(line("ip_asn", str(year), ip_asn(year)) for year in YEARS),
            *(line("sistem_merit", str(year), sistem_merit(year)) for year in YEARS),
            *(line("skm", quarter, skm(quarter)) for quarter in QUARTERS),
            *(line("skm", str(year), skm_of_year(year)) for year in YEARS),
        ]
    )


if __name__ == "__main__":
    print(table())
