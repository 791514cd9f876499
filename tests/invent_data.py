"""Invent the data in definitions/data: every figure is made up, and the same seed gives the same bytes.

Run `python tests/invent_data.py` from a checkout. No person stands behind any row: employees are `P0001`,
respondents `K001`. The figures are shaped so that results move between categories from 2019 to 2024,
and so that blanks stand wherever the sources allow them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

SEED = 1964
YEARS = range(2019, 2025)
DATA = Path(__file__).resolve().parent.parent / "definitions" / "data"

UNITS = {
    "Sekretariat Daerah": 90,
    "Dinas Pendidikan dan Kebudayaan": 160,
    "Dinas Kesehatan": 120,
    "Dinas Pekerjaan Umum": 80,
    "Badan Pendapatan Daerah": 70,
    "Badan Kepegawaian Daerah": 50,
    "Inspektorat Daerah": 40,
    "Satuan Polisi Pamong Praja": 50,
}
POSTS = {"jpt": 1, "administrator": 4, "pengawas": 9, "fungsional": 46, "pelaksana": 40}
SCHOOLING = {"S3": 1, "S2": 17, "S1": 46, "D4": 4, "D3": 11, "D2": 1, "D1": 1, "SLTA": 16, "SLTP": 2, "SD": 1}
NEXT_SCHOOLING = {"S2": "S3", "S1": "S2", "D4": "S2", "D3": "S1", "D2": "S1", "D1": "D3", "SLTA": "S1"}
PREDICATES = ("Sangat Baik", "Baik", "Butuh Perbaikan", "Kurang", "Sangat Kurang")
PUNISHMENTS = ("ringan", "sedang", "berat")


@dataclass(frozen=True)
class Mood:
    """How a year goes: chances of training and measurement, and where appraisals lie."""

    technical: float
    seminar: float
    fitting: float
    measured: float
    score: float
    predicates: tuple[int, int, int, int, int]


MOODS = {
    2019: Mood(0.42, 0.27, 0.50, 0.86, 80.5, (0, 0, 0, 0, 0)),
    2020: Mood(0.53, 0.34, 0.56, 0.90, 82.0, (0, 0, 0, 0, 0)),
    2021: Mood(0.66, 0.45, 0.66, 0.93, 83.5, (0, 0, 0, 0, 0)),
    2022: Mood(0.70, 0.50, 0.74, 0.95, 0.0, (18, 74, 5, 2, 1)),
    2023: Mood(0.66, 0.52, 0.76, 0.97, 0.0, (24, 71, 3, 1, 1)),
    2024: Mood(0.76, 0.64, 0.80, 0.98, 0.0, (38, 58, 2, 1, 1)),
}

# Aspect scores in the order of the form; sums 198.5, 231, 263.5, 284, 309.5 and 331.
MERIT: dict[int, tuple[str, tuple[float, ...]]] = {
    2019: ("KASN", (24, 27.5, 40, 17.5, 42.5, 22, 10, 15)),
    2020: ("KASN", (27.5, 30, 52.5, 20, 46, 26, 12, 17)),
    2021: ("KASN", (30, 32.5, 65, 24, 52.5, 27.5, 13, 19)),
    2022: ("KASN", (31.5, 34, 74, 26, 55, 30, 13.5, 20)),
    2023: ("KASN", (34, 36, 82.5, 29, 59, 32, 15, 22)),
    2024: ("BKN", (36, 37.5, 90, 32, 63, 34, 15.5, 23)),
}
MERIT_HEADERS = (
    "Penilai",
    "Perencanaan Kebutuhan",
    "Pengadaan",
    "Pengembangan Karier",
    "Promosi dan Mutasi",
    "Manajemen Kinerja",
    "Penggajian, Penghargaan, dan Disiplin",
    "Perlindungan dan Pelayanan",
    "Sistem Informasi",
)

# The chance that an answer is raised by one, per quarter; the second quarter of 2020 is a dip.
SATISFACTION = {
    2019: (0.02, 0.04, 0.05, 0.06),
    2020: (0.07, -0.20, 0.00, 0.08),
    2021: (0.11, 0.13, 0.15, 0.17),
    2022: (0.20, 0.23, 0.26, 0.29),
    2023: (0.33, 0.36, 0.40, 0.43),
    2024: (0.47, 0.52, 0.56, 0.60),
}
SERVICES = ("kenaikan_pangkat", "pensiun", "mutasi", "izin_belajar", "kartu_pegawai")


@dataclass(frozen=True)
class Training:
    """One training of one employee."""

    kind: str
    fits: bool | None
    hours: float | None
    year: int


@dataclass(frozen=True)
class Employee:
    """One invented employee as of a year."""

    code: str
    unit: str
    status: str
    schooling: str
    post: str
    punished: str | None = None
    punished_in: int = 0
    trainings: tuple[Training, ...] = field(default=())


def main() -> None:
    """Write all files anew."""
    chance = Random(SEED)
    staff = hire(chance, 1, 660, "PNS", 2019)
    for year in YEARS:
        staff = live_through(chance, staff, year)
        folder = DATA / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        write_employees(chance, folder / "pegawai.csv", staff, year)
        write_trainings(folder / "pelatihan.parquet", staff)
        write_merit(folder / "penilaian_merit.xlsx", year)
        for quarter, lift in enumerate(SATISFACTION[year], start=1):
            place = DATA / f"{year}-TW{quarter}"
            place.mkdir(parents=True, exist_ok=True)
            write_answers(chance, place / "skm.csv", lift)


def pick(chance: Random, weights: Mapping[str, int]) -> str:
    """Return one key, as likely as its weight."""
    return chance.choices(tuple(weights), tuple(weights.values()))[0]


def hire(chance: Random, first: int, how_many: int, status: str, year: int) -> list[Employee]:
    """Return new employees; those of the first year bring a past of trainings with them."""
    return [
        train_for_post(
            chance,
            Employee(
                f"P{number:04}",
                pick(chance, UNITS),
                status,
                pick(chance, SCHOOLING),
                pick(chance, POSTS) if status == "PNS" else pick(chance, {"fungsional": 7, "pelaksana": 3}),
            ),
            MOODS[2019].fitting * (1.0 if status == "PNS" else 0.1),
            range(year - 12, year),
        )
        for number in range(first, first + how_many)
    ]


def train_for_post(chance: Random, employee: Employee, share: float, years: Sequence[int]) -> Employee:
    """Give the training that the post asks for, with the chance *share*, in one of *years*."""
    kind = {"fungsional": "fungsional", "pelaksana": ""}.get(employee.post, "kepemimpinan")
    if not kind or chance.random() >= share:
        return employee
    fits = chance.choices((True, False, None), (92, 5, 3))[0]
    hours = float(chance.choice((40, 80, 120, 200)))
    taken = Training(kind, fits, hours, chance.choice(years))
    return replace(employee, trainings=(*employee.trainings, taken))


def live_through(chance: Random, staff: list[Employee], year: int) -> list[Employee]:
    """Return who is employed in *year*: some leave, some come, most are trained, a few are punished."""
    mood = MOODS[year]
    stayed = [person for person in staff if year == 2019 or chance.random() > 0.03]
    number = int(max(person.code for person in staff)[1:]) + 1
    joined = hire(chance, number, 18, "CPNS", year)
    if year >= 2021:
        joined += hire(chance, number + 18, 30, "PPPK", year)
    lived = [one_year(chance, person, mood, year) for person in stayed]
    return lived + joined


def one_year(chance: Random, person: Employee, mood: Mood, year: int) -> Employee:
    """Return *person* after a year: confirmed, educated, trained, punished, each by chance."""
    if person.status == "CPNS":
        person = replace(person, status="PNS")
    if person.schooling in NEXT_SCHOOLING and chance.random() < 0.025:
        person = replace(person, schooling=NEXT_SCHOOLING[person.schooling])
    taken = list(person.trainings)
    if chance.random() < mood.technical:
        taken += technical_trainings(chance, year)
    elif chance.random() < 0.2:
        taken.append(Training("teknis", None, float(chance.choice((4, 8, 16, 19))), year))
    if chance.random() < mood.seminar:
        taken.append(Training("seminar", None, chance.choice((None, 4.0, 8.0)), year))
    person = replace(person, trainings=tuple(taken))
    if not any(training.kind in ("fungsional", "kepemimpinan") for training in taken):
        person = train_for_post(chance, person, (mood.fitting - 0.4) * 0.6, (year,))
    elif chance.random() < 0.08:
        person = train_for_post(chance, person, 1.0, (year,))
    if person.punished is not None and year - person.punished_in > 4:
        person = replace(person, punished=None)
    if person.punished is None and chance.random() < 0.006:
        person = replace(person, punished=chance.choices(PUNISHMENTS, (6, 3, 1))[0], punished_in=year)
    return person


def technical_trainings(chance: Random, year: int) -> list[Training]:
    """Return trainings that reach 20 lesson hours: at once, in two parts, exactly, or with a blank beside."""
    way = chance.choices(("once", "parts", "exactly", "blank"), (80, 10, 8, 2))[0]
    hours: dict[str, tuple[float | None, ...]] = {
        "once": (float(chance.choice((24, 30, 36, 40, 60))),),
        "parts": (8.0, float(chance.choice((12, 14, 16)))),
        "exactly": (20.0,),
        "blank": (20.0, None),
    }
    return [Training("teknis", chance.choice((None, True)), part, year) for part in hours[way]]


def write_employees(chance: Random, path: Path, staff: Iterable[Employee], year: int) -> None:
    """Write the list of employees as Indonesian Excel would: semicolons and decimal commas."""
    mood = MOODS[year]
    header = (
        "Kode", "Unit Kerja", "Status", "Sudah Diukur", "Pendidikan", "Jabatan", "Nilai SKP", "Predikat",
        "Hukuman Disiplin",
    )  # fmt: skip
    rows = [header]
    for person in staff:
        measured = person.status == "PNS" or (person.status == "PPPK" and year >= 2023)
        measured = measured and chance.random() < mood.measured
        appraised = chance.random() > (0.3 if person.status == "CPNS" else 0.025)
        score = min(100.0, max(30.0, round(chance.gauss(mood.score, 6.0), 1)))
        predicate = chance.choices(PREDICATES, mood.predicates)[0] if year >= 2022 else ""
        written = "Sarjana Muda" if person.schooling == "D3" and chance.random() < 0.1 else person.schooling
        rows.append(
            (
                person.code,
                person.unit,
                person.status,
                "ya" if measured else "tidak",
                "" if chance.random() < 0.006 else written,
                person.post,
                f"{score:g}".replace(".", ",") if appraised and year < 2022 else "",
                predicate if appraised else "",
                person.punished or ("tidak_ada" if chance.random() < 0.5 else ""),
            )
        )
    write_csv(path, rows, ";")


def write_trainings(path: Path, staff: Iterable[Employee]) -> None:
    """Write the trainings of all who are employed, as a database would hand them out."""
    rows = [
        (person.code, training.kind, training.fits, training.hours, training.year)
        for person in staff
        for training in person.trainings
    ]
    schema = {
        "pegawai": pl.String,
        "jenis": pl.String,
        "sesuai_jabatan": pl.Boolean,
        "jp": pl.Float64,
        "tahun": pl.Int64,
    }
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path, compression="zstd")


def write_merit(path: Path, year: int) -> None:
    """Write the assessment form of *year*: one sheet, one row."""
    assessor, scores = MERIT[year]
    with xlsxwriter.Workbook(path) as book:
        # Without a fixed date the same figures would give other bytes on each run.
        book.set_properties({"created": datetime(year, 12, 31), "comments": "Data rekaan"})
        sheet = book.add_worksheet("Penilaian")
        sheet.write_row(0, 0, MERIT_HEADERS)
        sheet.write_row(1, 0, (assessor, *scores))


def write_answers(chance: Random, path: Path, lift: float) -> None:
    """Write one quarter's questionnaires: U1 to U9 in the order of the paper, some left blank."""
    rows: list[tuple[str, ...]] = [("responden", "layanan", *(f"U{item}" for item in range(1, 10)))]
    for number in range(1, chance.randint(205, 262) + 1):
        service = "" if chance.random() < 0.01 else chance.choice(SERVICES)
        rows.append((f"K{number:03}", service, *(answer(chance, item, lift) for item in range(1, 10))))
    write_csv(path, rows, ",")


def answer(chance: Random, item: int, lift: float) -> str:
    """Return one answer; item 4 is the fee, which the agency does not charge, and 9 is often skipped."""
    if chance.random() < (0.05 if item == 9 else 0.01):
        return ""
    if item == 4:
        return "4" if chance.random() < 0.97 else "3"
    value = chance.choices((1, 2, 3, 4), (1, 9, 70, 20))[0]
    if lift > 0 and value < 4 and chance.random() < lift:
        value += 1
    if lift < 0 and value > 1 and chance.random() < -lift:
        value -= 1
    return str(value)


def write_csv(path: Path, rows: Iterable[Sequence[str]], delimiter: str) -> None:
    """Write *rows* with line feeds, in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
