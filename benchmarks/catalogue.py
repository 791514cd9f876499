"""Invent a catalogue of many indicators, the same one for the same numbers: food for measurements.

    python benchmarks/catalogue.py FOLDER [--indicators 1000] [--dates yearly]

An indicator file has some 60 lines, as the real ones do before their worked examples multiply: a table,
bands, a set and single values, steps for each row and for the whole, two versions of which the second
amends the first, categories, three examples that reach every row, and for two thirds of them the value of
another indicator. Twenty sources are shared, half of them with rows that refer to the other half. Nothing
is wrong with any of it: `iku validate` has not even an advice, and the examples pass.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

SEED = 20211231
PAIRS = 10
DIVISIONS, OBJECTIVES = 12, 6
REGULATIONS = range(1960, 2020)
GRADES = ("S3", "S2", "S1", "D4", "D3", "SLTA")
POSTS = ("jpt", "administrator", "pengawas", "fungsional", "pelaksana")
WORDS = (
    "persentase",
    "indeks",
    "tingkat",
    "capaian",
    "layanan",
    "pegawai",
    "kinerja",
    "mutu",
    "kepuasan",
    "pembinaan",
    "disiplin",
    "kompetensi",
)


def invent(folder: Path, indicators: int, *, dates: str = "yearly") -> None:
    """Write the catalogue; with *dates* ``distinct`` no two rules begin on the same day."""
    for name in ("sources", "indicators"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _write(folder / "organization.yaml", _organization())
    _write(folder / "regulations.yaml", _regulations())
    for pair in range(PAIRS):
        _write(folder / "sources" / f"laporan_{pair}.yaml", _parent(pair))
        _write(folder / "sources" / f"kegiatan_{pair}.yaml", _child(pair))
    for number in range(indicators):
        text = _indicator(number, random.Random(SEED + number), distinct=dates == "distinct")
        _write(folder / "indicators" / f"{_id(number)}.yaml", text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _id(number: int) -> str:
    # Letters alone: `iku_10` and `iku_lo` cannot be told apart, and the engine says so.
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        letters = "abcdefghjkmnpqrstuvw"[rest] + letters
    return f"ukuran_{letters}"


def _organization() -> str:
    objectives = "".join(f"  sasaran_{_word(n)}: {{title: Sasaran {n}}}\n" for n in range(OBJECTIVES))
    divisions = "".join(f"  bidang_{_word(n)}: {{title: Bidang {n}}}\n" for n in range(DIVISIONS))
    return (
        "organization: badan\nname: Badan yang direka\nlanguage: id\n"
        f"objectives:\n{objectives}divisions:\n{divisions}"
        "achievement: {lower: mirror, decimals: 2, scale: [{from: 91, label: Tinggi}, {label: Rendah}]}\n"
    )


def _word(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[number]


def _regulations() -> str:
    entries = (
        f'  aturan_{year}: {{citation: Peraturan {year}, enacted: "{year}-02-01"}}\n' for year in REGULATIONS
    )
    return "regulations:\n" + "".join(entries)


def _parent(pair: int) -> str:
    return f"""\
source: laporan_{pair}
title: Laporan kegiatan bidang {pair}
division: bidang_{_word(pair)}
one_row_is: seorang pegawai
file: data/{{period}}/laporan_{pair}.csv
key: kode
columns:
  kode: {{type: text, unique: true, personal: true}}
  unit_kerja: {{type: text}}
  status: {{type: category, values: [PNS, PPPK, CPNS]}}
  pendidikan: {{type: category, values: [{", ".join(GRADES)}], missing: keep}}
  jabatan: {{type: category, values: [{", ".join(POSTS)}]}}
  skor: {{type: number, range: [0, 100], missing: keep}}
  hadir: {{type: integer, range: [0, 366], unit: hari, note: Bagi pembaca laporan.}}
"""


def _child(pair: int) -> str:
    return f"""\
source: kegiatan_{pair}
title: Kegiatan menurut pegawai {pair}
division: bidang_{_word(pair)}
file: data/{{period}}/kegiatan_{pair}.csv
columns:
  pegawai: {{type: reference, to: laporan_{pair}}}
  jenis: {{type: category, values: [teknis, seminar, kepemimpinan]}}
  jam: {{type: number, range: [0, 500], unit: JP}}
  tahun: {{type: integer, range: [1970, 2100]}}
"""


def _days(number: int, *, distinct: bool) -> tuple[date, date]:
    """Return the days on which the two rules of an indicator begin."""
    if distinct:
        return date(1981, 1, 1) + timedelta(number), date(2010, 1, 1) + timedelta(number)
    chance = random.Random(SEED - number - 1)
    return date(1980 + chance.randrange(3), 1, 1), date(
        chance.randrange(1995, 2020), chance.choice((1, 7)), 1
    )


def _act(chance: random.Random, begins: date) -> str:
    """Return a regulation that is in force when a rule begins."""
    return f"aturan_{chance.randrange(REGULATIONS.start, min(begins.year, REGULATIONS.stop))}"


def _other(number: int, chance: random.Random, begins: date, *, distinct: bool) -> str | None:
    """Return an indicator that has a rule no later than this one, for two thirds of them; else None."""
    if not number or chance.random() > 2 / 3:
        return None
    tried = (chance.randrange(number) for _ in range(20))
    return next((_id(n) for n in tried if _days(n, distinct=distinct)[0] <= begins), None)


def _indicator(number: int, chance: random.Random, *, distinct: bool) -> str:
    pair = chance.randrange(PAIRS)
    rows, deeds = f"laporan_{pair}", f"kegiatan_{pair}"
    title = " ".join(chance.sample(WORDS, 4)).capitalize()
    first, second = _days(number, distinct=distinct)
    points = sorted(chance.sample(range(2, 26), len(GRADES)), reverse=True)
    table = ", ".join(f"{grade}: {value}" for grade, value in zip(GRADES, points, strict=True))
    other = _other(number, chance, first, distinct=distinct)
    final = "rata" if other is None else f"separuh * rata + separuh * {other}"
    half = "      separuh: {value: 0.5}\n" if other is not None else ""
    study = "0 if is_missing(pendidikan) else poin_pendidikan[pendidikan]"
    hours = 'poin_jam if jam >= (jam_fungsional if jabatan == "fungsional" else jam_minimum) else 0'
    target = chance.randrange(50, 70)
    return f"""\
# yaml-language-server: $schema=../../schemas/indicator.schema.json
indicator: {_id(number)}
title: {{id: {title}, en: Measure {number}}}
objective: sasaran_{_word(chance.randrange(OBJECTIVES))}
division: bidang_{_word(chance.randrange(DIVISIONS))}
sources: [{rows}, {deeds}]
unit: poin
range: [0, 100]
better: higher
decimals: 2
over_the_year: last
breakdowns: [unit_kerja, jabatan]
wording: {title} berdasarkan hasil pengukuran kualifikasi, kompetensi dan kinerja menurut peraturan.
targets: {{{second.year + 1}: {target}, {second.year + 2}: {target + 10}, {second.year + 3}: 90}}
versions:
  - from: {first}
    basis: {{regulation: {_act(chance, first)}}}
    parameters:
      poin_pendidikan:
        title: {{id: Nilai menurut pendidikan, en: Points by education}}
        basis: {{locator: Pasal {chance.randrange(2, 30)}}}
        table: {{{table}}}
      poin_skor:
        bands: [{{from: 91, value: 30}}, {{from: 76, value: 25}}, {{from: 51, value: 15}}, {{value: 1}}]
        unit: poin
      poin_jam: {{value: 20, unit: poin, note: "Nomor pasal tidak terlihat."}}
      jam_minimum: {{value: {chance.randrange(5, 40)}, unit: JP, basis: {{locator: Pasal 8}}}}
      dinilai: {{set: [PNS, PPPK]}}
{half}    steps:
      jam:
        each: {rows}
        title: {{id: Jam pelajaran dalam tahun ukur, en: Lesson hours}}
        formula: sum({deeds}.jam, where={deeds}.jenis == "teknis" and {deeds}.tahun == period.year)
      kualifikasi: {{each: {rows}, range: [0, 25], formula: "{study}"}}
      kompetensi: {{each: {rows}, range: [0, 20], formula: poin_jam if jam >= jam_minimum else 0}}
      kinerja: {{each: {rows}, range: [0, 30], formula: "0 if is_missing(skor) else band(skor, poin_skor)"}}
      nilai: {{each: {rows}, range: [0, 75], formula: kualifikasi + kompetensi + kinerja}}
      rata: {{range: [0, 75], formula: "mean({rows}.nilai, where={rows}.status in dinilai)"}}
    result: {{formula: "{final}", title: Nilai akhir}}
    categories: [{{above: 40, label: Tinggi}}, {{above: 20, label: Sedang}}, {{label: Rendah}}]
  - from: {second}
    basis: {{regulation: {_act(chance, second)}}}
    note: Jabatan fungsional dihitung dengan jam yang lebih sedikit.
    parameters:
      jam_minimum: {{value: {chance.randrange(41, 60)}, unit: JP}}
      jam_fungsional: {{value: 10, unit: JP}}
    steps:
      kompetensi: {{each: {rows}, range: [0, 20], formula: '{hours}'}}
examples:
{_examples(first.year + 1, second.year + 1, rows, deeds, points, other)}"""


def _examples(early: int, late: int, rows: str, deeds: str, points: Sequence[int], other: str | None) -> str:
    """Return three worked examples, which reach every row of the tables and every category."""
    best, worst = ((GRADES[0], 95, points[0], 30),), ((GRADES[-1], 20, points[-1], 1),)
    scores = (95, 80, 60, 20, *((95, 95) if sum(points) < 75 else (20, 20)))
    worth = {95: 30, 80: 25, 60: 15, 20: 1}
    each = tuple(
        (grade, score, point, worth[score])
        for grade, score, point in zip(GRADES, scores, points, strict=True)
    )
    return (
        _example("Nilai tertinggi", early, rows, deeds, best, 60, other, 60, "Tinggi")
        + _example("Nilai terendah", late, rows, deeds, worst, 0, other, 5, "Rendah")
        + _example("Setiap pendidikan", late, rows, deeds, each, 0, other, 30, "Sedang")
    )


def _example(
    title: str,
    year: int,
    rows: str,
    deeds: str,
    people: Sequence[tuple[str, int, int, int]],
    hours: int,
    other: str | None,
    given: int,
    category: str,
) -> str:
    """Return a worked example; *people* are grade, score, and the points for each."""
    same = "unit_kerja: x, status: PNS, jabatan: jpt, hadir: 9"
    listed = [
        f"{{kode: {_word(n)}, pendidikan: {grade}, skor: {score}, {same}}}"
        for n, (grade, score, _, _) in enumerate(people)
    ]
    deed = f"{{pegawai: a, jenis: teknis, jam: {hours}, tahun: {year}}}" if hours else ""
    points, bands = ([person[part] for person in people] for part in (2, 3))
    result = "" if other is None else f", {other}: {given}"
    return (
        f"  - title: {title}\n    period: {year}\n"
        f"    given: {{{rows}: [{', '.join(listed)}], {deeds}: [{deed}]{result}}}\n"
        f"    expect: {{category: {category}, steps: {{kualifikasi: {points}, kinerja: {bands}}}}}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--indicators", type=int, default=1000)
    parser.add_argument("--dates", choices=("yearly", "distinct"), default="yearly")
    chosen = parser.parse_args()
    invent(chosen.folder, chosen.indicators, dates=chosen.dates)


if __name__ == "__main__":
    main()
