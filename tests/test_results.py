"""The shipped results against an independent computation, and what every result carries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pandas
import polars
import pyarrow
import pytest
import reference

import engine
from engine.numbers import at_nine
from engine.values import Absent

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def catalogue():
    return engine.load(ROOT / "definitions")


def agrees(result, expected) -> None:
    assert result.status == "value", result.reason
    assert result.value == float(expected.value)
    assert result.category == expected.category
    for name, value in expected.steps.items():
        if name in result.steps:
            found = result.steps[name]
            assert not isinstance(found, Absent)
            assert at_nine(float(found)) == at_nine(float(value)), name


@pytest.mark.parametrize("year", reference.YEARS)
def test_every_year_equals_the_independent_computation(catalogue, year):
    results = catalogue.evaluate(str(year))
    agrees(results["ip_asn"], reference.ip_asn(year))
    agrees(results["sistem_merit"], reference.sistem_merit(year))
    agrees(results["skm"], reference.skm_of_year(year))


@pytest.mark.parametrize("quarter", reference.QUARTERS)
def test_every_quarter_equals_the_independent_computation(catalogue, quarter):
    agrees(catalogue.evaluate(quarter, only=["skm"])["skm"], reference.skm(quarter))


@pytest.mark.parametrize("weight", ["0.11", "0.111"])
def test_an_agency_may_choose_the_printed_weight(catalogue, weight):
    from fractions import Fraction

    results = catalogue.evaluate("2024-TW2", only=["skm"], parameters={"penimbang": float(weight)})
    agrees(results["skm"], reference.skm("2024-TW2", Fraction(weight)))
    assert results.provenance.parameters == (("penimbang", float(weight)),)


def test_the_results_move_between_categories_over_the_years(catalogue):
    words = {
        name: [catalogue.evaluate(str(year), only=[name])[name].category for year in reference.YEARS]
        for name in catalogue.indicators
    }
    assert all(len(set(found)) >= 2 for found in words.values()), words


def test_a_result_carries_all_that_explains_it(catalogue):
    result = catalogue.evaluate("2023")["ip_asn"]
    assert (result.value, result.unit, result.category) == (77.99, "poin", "Sedang")
    assert result.unrounded == pytest.approx(77.98735955)
    assert (result.target.value, result.achievement.value, result.achievement.category) == (
        77,
        101.29,
        "Sangat Tinggi",
    )
    assert (result.status, result.reason) == ("value", None)
    assert (result.division, result.objective) == ("pengembangan_asn", "asn_profesional")
    assert result.version_from == date(2023, 1, 1)
    assert result.basis.startswith("Peraturan BKN Nomor 8 Tahun 2019; ")
    assert result.basis.endswith("Surat Plt. Kepala BKN Nomor 4190/B-BM.02.01/SD/K/2024")
    assert result.steps["jumlah_terukur"] == 712
    assert result.rows_read == {"pegawai": 744, "pelatihan": 4085}
    assert len(result.provenance.definitions) == len(result.provenance.data) == 64
    assert [file.path for file in result.provenance.files][:1] == ["data/2023-TW1/skm.csv"]
    assert result.provenance.engine


def test_the_json_form_is_plain_and_whole(catalogue):
    document = json.loads(catalogue.evaluate("2026").to_json())
    assert [result["status"] for result in document["results"]] == ["no value"] * 3
    assert "permenpanrb_19_2025" in document["results"][1]["reason"]


def test_a_split_adds_up_to_the_whole(catalogue):
    whole = catalogue.evaluate("2024", only=["ip_asn"])["ip_asn"]
    parts = [
        part
        for part in catalogue.evaluate("2024", only=["ip_asn"], by="unit_kerja")
        if part.value is not None
    ]
    people = [part.steps["jumlah_terukur"] for part in parts]
    assert sum(people) == whole.steps["jumlah_terukur"]
    weighted = sum(part.unrounded * count for part, count in zip(parts, people, strict=True)) / sum(people)
    assert weighted == pytest.approx(whole.unrounded)


# ── data in, the same kind out ──


def frames(catalogue):
    columns = catalogue.definitions.sources
    rows = catalogue.evaluate("2021", only=["ip_asn"], keep_rows=["pegawai", "pelatihan"])
    return {name: rows.rows(name).select(list(columns[name].columns)) for name in ("pegawai", "pelatihan")}


@pytest.mark.parametrize(
    ("convert", "kind"),
    [
        (lambda frame: frame, polars.DataFrame),
        (lambda frame: frame.lazy(), polars.LazyFrame),
        (lambda frame: frame.to_pandas(), pandas.DataFrame),
        (lambda frame: frame.to_arrow(), pyarrow.Table),
        (lambda frame: frame.to_dicts(), list),
    ],
    ids=["polars", "lazy", "pandas", "pyarrow", "records"],
)
def test_rows_come_back_as_the_kind_that_came_in(catalogue, convert, kind):
    given = {name: convert(frame) for name, frame in frames(catalogue).items()}
    results = catalogue.evaluate("2021", given, only=["ip_asn"])
    assert results["ip_asn"].value == 68.38
    rows = results.rows("pegawai")
    assert isinstance(rows, kind)
    values = (
        [row["ip_asn.nilai"] for row in rows]
        if isinstance(rows, list)
        else list(
            polars.DataFrame(rows.collect() if isinstance(rows, polars.LazyFrame) else rows)["ip_asn.nilai"]
        )
    )
    assert sum(values) == pytest.approx(46123.5)


def test_a_file_with_findings_is_used_only_when_told_to(catalogue, tmp_path):
    text = (ROOT / "definitions/data/2021/pegawai.csv").read_text(encoding="utf-8")
    broken = tmp_path / "pegawai.csv"
    first = text.splitlines()[1]
    broken.write_text(text.replace(first, first.replace("PNS", "ASN")), encoding="utf-8")
    given = {"pegawai": str(broken), "pelatihan": str(ROOT / "definitions/data/2021/pelatihan.parquet")}
    with pytest.raises(engine.InvalidData) as refused:
        catalogue.evaluate("2021", given, only=["ip_asn"])
    assert "`ASN` is not a value of `status`" in str(refused.value)


# ── the same everywhere ──


def test_many_threads_compute_the_same(catalogue):
    """F11: nothing is shared that changes."""
    nilai = catalogue.compile("ip_asn.nilai", "2021")
    people = [
        {"pendidikan": level, "jabatan": post, "skp": float(score), "hukuman": "tidak_ada"}
        for level in ("S1", "SD")
        for post in ("pelaksana", "jpt")
        for score in range(50, 100, 7)
    ]
    alone = [nilai(person) for person in people]
    year = catalogue.evaluate("2021").to_json()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(nilai, people * 50))
        years = list(pool.map(lambda _: catalogue.evaluate("2021").to_json(), range(16)))
    assert together == alone * 50
    assert set(years) == {year}


def test_hash_seeds_and_time_zones_change_nothing():
    """G4, O5: the same bytes whatever the seed, the time zone and the locale."""
    code = "import engine; print(engine.load('definitions').evaluate('2023', by='jabatan').to_json())"
    found = set()
    for seed, zone, locale in (
        ("0", "UTC", "C.UTF-8"),
        ("1", "Asia/Makassar", "C"),
        ("77", "America/Lima", "C.UTF-8"),
    ):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, env=environment
        )
        found.add(done.stdout)
    assert len(found) == 1


BASE = Path(__file__).parent / "cases" / "mistakes" / "base"


@pytest.mark.parametrize("kind", ["files", "records"])
def test_going_on_leaves_out_wrong_rows_and_those_that_refer_to_them(tmp_path, kind):
    """Regression: the rows that referred to a row left out were refused as orphans."""
    catalogue = engine.load(BASE)
    loket = (BASE / "data/2021/loket.csv").read_text(encoding="utf-8").replace("b,keliling,2", "b,kelilng,2")
    (tmp_path / "loket.csv").write_text(loket, encoding="utf-8")
    given = {"loket": str(tmp_path / "loket.csv"), "antrean": str(BASE / "data/2021/antrean.csv")}
    if kind == "records":
        given = {
            "loket": [
                {"id": "a", "jenis": "tetap", "petugas": 3, "nilai": 88.5, "buka": True},
                {"id": "b", "jenis": "kelilng", "petugas": 2, "buka": True},
            ],
            "antrean": [
                {"loket": "a", "menit": 12.0, "tanggal": date(2021, 2, 1)},
                {"loket": "b", "menit": 4.0, "tanggal": date(2021, 5, 30)},
            ],
        }
    with pytest.raises(engine.InvalidData):
        catalogue.evaluate("2021", given)
    result = catalogue.evaluate("2021", given, keep_going=True)["mutu"]
    assert result.value == 88.5
    assert [str(note) for note in result.notes] == [
        "1 row of `loket` was left out because of findings",
        "1 row of `antrean` was left out because of findings",
    ]


def test_nothing_left_is_no_value_not_zero(tmp_path):
    """D5: when every row that counts is left out, there is no answer."""
    catalogue = engine.load(BASE)
    given = {
        "loket": [{"id": "a", "jenis": "tetap", "petugas": 3, "nilai": 88.5, "buka": True}],
        "antrean": [{"loket": "z", "menit": 12.0, "tanggal": date(2021, 2, 1)}],
    }
    result = catalogue.evaluate("2021", given, keep_going=True)["mutu"]
    assert (result.value, str(result.reason)) == (
        None, "all 1 rows of antrean were left out because of findings"
    )  # fmt: skip


# ── what callers get wrong ──


def refused(call) -> str:
    with pytest.raises(engine.IkuError) as raised:
        call()
    said = [(problem, problem.hint) for problem in raised.value.problems]
    return "\n".join(f"{problem}" + (f"\n  hint: {hint}" if hint else "") for problem, hint in said)


def test_a_compiled_step_refuses_what_no_file_could_hold(catalogue):
    """A misspelt name would otherwise be a blank: 5 points for somebody with a score."""
    nilai = catalogue.compile("ip_asn.nilai", "2021")
    person = {"jabatan": "jpt", "skp": 95.0}
    assert refused(lambda: nilai({**person, "pendidikn": "S1"})) == (
        "pegawai, column pendidikn: unknown-column: `pegawai` has no column `pendidikn`\n"
        "  hint: did you mean `pendidikan`?"
    )
    assert refused(lambda: nilai(person, pelatihan=[{"jp": 20.0, "thn": 2021}])).startswith(
        "pelatihan, column thn: unknown-column: `pelatihan` has no column `thn`"
    )
    assert refused(lambda: nilai(["jpt"])) == (
        "pegawai: wrong-type: a row is given as list; a dict by column name is needed"
    )
    assert refused(lambda: nilai(person, pelatihan={"jp": 20.0})) == (
        "pelatihan: wrong-type: the rows are given as dict; a list of dicts by column name is needed"
    )
    skm = catalogue.compile("skm", "2021-TW1")
    assert refused(lambda: skm(jawaban_2017=7)) == (
        "jawaban_2017: wrong-type: the rows are given as int; a list of dicts by column name is needed"
    )
    assert refused(lambda: skm(jawaban_2017=[], jawaban_2071=[])) == (
        "unknown-name: `skm` takes no rows of `jawaban_2071`\n  hint: did you mean `jawaban_2017`?"
    )


def test_arguments_of_another_type_are_refused_in_words(catalogue):
    assert refused(lambda: catalogue.evaluate(2021)) == (
        'wrong-period: a period is given as int; a text such as "2021" is needed'
    )
    assert refused(lambda: catalogue.evaluate("2021", only="ip_asn")) == (
        "wrong-type: `only` is given as one text; a list of indicators is needed\n"
        '  hint: write only=["ip_asn"]'
    )
    assert refused(lambda: catalogue.evaluate("2021", [{"id": "a"}])) == (
        "wrong-type: the data are given as list; a folder or a dict of rows by source is needed"
    )
    assert refused(lambda: catalogue.evaluate("2021", "no such folder")) == (
        "missing-file: there is no folder `no such folder`"
    )


def test_eight_threads_give_a_hundred_thousand_times_what_one_gives(catalogue):
    """A compiled step keeps nothing between calls."""
    nilai = catalogue.compile("ip_asn.nilai", "2021")
    people = [
        ({"pendidikan": level, "jabatan": post, "skp": score}, [{"jenis": kind, "jp": 20.0, "tahun": 2021}])
        for level in ("S3", "D3", None)
        for post in ("jpt", "fungsional", "pelaksana")
        for score in (None, 50.0, 90.5, 91.0)
        for kind in ("teknis", "seminar")
    ]
    alone = [nilai(person, pelatihan=taken) for person, taken in people]
    assert len(set(alone)) > 20

    def many(_):
        return [nilai(person, pelatihan=taken) for _ in range(175) for person, taken in people]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(many, range(8)))
    finally:
        sys.setswitchinterval(interval)
    assert sum(map(len, found)) > 100_000
    assert all(values == alone * 175 for values in found)
