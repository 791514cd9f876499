"""The regulation tables, row by row and limit by limit, through the shipped definitions.

What the notes on the regulations mark as uncertain is tested as the definitions declare it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parent.parent
NINE = (
    "persyaratan",
    "prosedur",
    "waktu",
    "biaya",
    "produk",
    "kompetensi",
    "perilaku",
    "sarana",
    "pengaduan",
)


@pytest.fixture(scope="module")
def catalogue():
    return engine.load(ROOT / "definitions")


@pytest.fixture(scope="module")
def step(catalogue):
    """A step of IP ASN for one employee."""
    made = {}

    def compute(name, year, trainings=(), **employee):
        if (name, year) not in made:
            made[name, year] = catalogue.compile(f"ip_asn.{name}", year)
        whole = {"pendidikan": "S1", "jabatan": "pelaksana", "hukuman": "tidak_ada", **employee}
        given = {"pelatihan": trainings} if name in ("kompetensi", "nilai") else {}
        return made[name, year](whole, **given)

    return compute


# ── IP ASN: Peraturan BKN 8/2019 ──


@pytest.mark.parametrize(
    ("level", "points"),
    [
        ("S3", 25),
        ("S2", 20),
        ("S1", 15),
        ("D4", 15),
        ("D3", 10),
        ("D2", 5),
        ("D1", 5),
        ("SLTA", 5),
        ("SLTP", 1),
        ("SD", 1),
        (None, 0),
    ],
)
def test_qualification_by_education(step, level, points):
    """Pasal 7; an unknown education is a declared choice."""
    assert step("kualifikasi", "2021", pendidikan=level) == points


STRUCTURAL = ("jpt", "administrator", "pengawas")


def training(kind, hours=0.0, year=2021, fits=False):
    return {"jenis": kind, "jp": hours, "tahun": year, "sesuai_jabatan": fits}


@pytest.mark.parametrize(
    ("post", "kind", "points"),
    [
        *[(post, "kepemimpinan", 15) for post in STRUCTURAL],
        ("fungsional", "kepemimpinan", 0),
        ("pelaksana", "kepemimpinan", 0),
        *[(post, "fungsional", 0) for post in STRUCTURAL],
        ("fungsional", "fungsional", 15),
        ("pelaksana", "fungsional", 0),
        *[(post, "teknis", 15) for post in (*STRUCTURAL, "fungsional")],
        ("pelaksana", "teknis", 22.5),
        *[(post, "seminar", 10) for post in (*STRUCTURAL, "fungsional")],
        ("pelaksana", "seminar", 17.5),
    ],
)
def test_competence_by_post_and_training(step, post, kind, points):
    """Pasal 8; each row is all or nothing."""
    assert step("kompetensi", "2021", [training(kind, 20.0, fits=True)], jabatan=post) == points


@pytest.mark.parametrize("post", [*STRUCTURAL, "fungsional", "pelaksana"])
def test_competence_reaches_forty_in_every_post(step, post):
    own = "kepemimpinan" if post in STRUCTURAL else "fungsional"
    trainings = [training(own, fits=True), training("teknis", 20.0), training("seminar")]
    assert step("kompetensi", "2021", trainings, jabatan=post) == 40


@pytest.mark.parametrize(
    ("trainings", "points"),
    [
        ([training("teknis", 19.0)], 0),
        ([training("teknis", 20.0)], 22.5),
        ([training("teknis", 12.0), training("teknis", 8.0)], 22.5),
        ([training("teknis", 20.0, year=2020)], 0),
        ([training("teknis", 20.0, year=2022)], 0),
        ([training("seminar", year=2020)], 17.5),
        ([training("seminar", year=2019)], 0),
    ],
    ids=["19 hours", "20 hours", "12 and 8", "last year", "next year", "seminar last year", "seminar before"],
)
def test_hours_and_windows(step, trainings, points):
    """20 JP within one year, seminars within two: windows are declared choices."""
    assert step("kompetensi", "2021", trainings) == points


def test_leadership_training_has_no_window_but_must_fit(step):
    assert step("kompetensi", "2021", [training("kepemimpinan", year=1999, fits=True)], jabatan="jpt") == 15
    assert step("kompetensi", "2021", [training("kepemimpinan", fits=False)], jabatan="jpt") == 0


@pytest.mark.parametrize(
    ("score", "points"),
    [
        (100.0, 30),
        (91.0, 30),
        (90.99, 25),
        (90.5, 25),
        (90.0, 25),
        (76.0, 25),
        (75.99, 15),
        (75.0, 15),
        (61.0, 15),
        (60.99, 5),
        (60.0, 5),
        (51.0, 5),
        (50.99, 1),
        (50.0, 1),
        (0.0, 1),
        (None, 0),
    ],
)
def test_performance_by_appraisal_score(step, score, points):
    """91/76/61/51, a class beginning at its whole number; no value falls through; no appraisal gives 0."""
    assert step("kinerja", "2021", skp=score) == points


@pytest.mark.parametrize(
    ("record", "points"), [("tidak_ada", 5), ("ringan", 3), ("sedang", 2), ("berat", 1), (None, 5)]
)
def test_discipline_by_heaviest_punishment(step, record, points):
    assert step("disiplin", "2021", hukuman=record) == points


@pytest.mark.parametrize(
    ("predicate", "points"),
    [
        ("sangat_baik", 30),
        ("baik", 25),
        ("butuh_perbaikan", 15),
        ("kurang", 5),
        ("sangat_kurang", 1),
        (None, 0),
    ],
)
@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
def test_performance_by_predicate(step, predicate, points, year):
    assert step("kinerja", year, predikat=predicate) == points


@pytest.mark.parametrize(
    ("predicate", "base"),
    [
        ("sangat_baik", 25),
        ("baik", 20),
        ("butuh_perbaikan", 15),
        ("kurang", 10),
        ("sangat_kurang", 5),
        (None, 0),
    ],
)
def test_the_letter_of_2024_sets_a_base_for_competence(step, predicate, base):
    assert step("kompetensi", "2023", [], predikat=predicate) == base
    everything = [training("teknis", 20.0, year=2023), training("seminar", year=2023)]
    assert step("kompetensi", "2023", everything, predikat=predicate) == min(40, base + 40)


@pytest.mark.parametrize(
    ("employee", "trainings", "points"),
    [
        ({"skp": 85.0}, [training("teknis", 20.0), training("seminar", year=2020)], (15, 40, 25, 5, 85)),
        (
            {"jabatan": "fungsional", "pendidikan": "S2", "skp": 92.0},
            [training("fungsional", fits=True), training("teknis", 20.0)],
            (20, 30, 30, 5, 85),
        ),
        (
            {"jabatan": "pengawas", "skp": 78.0, "hukuman": "ringan"},
            [training("seminar")],
            (15, 10, 25, 3, 53),
        ),
    ],
    ids=["pelaksana", "fungsional", "pengawas"],
)
def test_the_constructed_persons(step, employee, trainings, points):
    found = tuple(
        step(name, "2021", trainings, **employee)
        for name in ("kualifikasi", "kompetensi", "kinerja", "disiplin", "nilai")
    )
    assert found == points


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (100, "Sangat Tinggi"),
        (91, "Sangat Tinggi"),
        (90.5, "Sangat Tinggi"),
        (90, "Tinggi"),
        (81, "Tinggi"),
        (80.5, "Tinggi"),
        (80, "Sedang"),
        (71, "Sedang"),
        (70.5, "Sedang"),
        (70, "Rendah"),
        (61, "Rendah"),
        (60.5, "Rendah"),
        (60, "Sangat Rendah"),
        (0, "Sangat Rendah"),
    ],
)
@pytest.mark.parametrize("year", ["2019", "2022", "2024"])
def test_categories_of_ip_asn(catalogue, value, word, year):
    """Reading R1: the upper limit belongs to the lower class, so that no value is without a word."""
    assert word_of(catalogue, "ip_asn", year, value) == word


def word_of(catalogue, indicator, period, value):
    from engine.values import category_of

    return category_of(value, catalogue.rule(indicator, period).categories)[0]


# ── Skor Sistem Merit: KASN 9/2019 ──

ASPECTS = {
    "perencanaan_kebutuhan": 40.0, "pengadaan": 40.0, "pengembangan_karier": 120.0, "promosi_mutasi": 40.0,
    "manajemen_kinerja": 80.0, "penggajian_penghargaan_disiplin": 40.0, "perlindungan_pelayanan": 16.0,
    "sistem_informasi": 24.0,
}  # fmt: skip


def merit(catalogue, total, year="2021"):
    """Return the result of a form whose aspects add up to *total*."""
    scores, rest = {}, total
    for aspect, most in ASPECTS.items():
        scores[aspect] = min(most, rest)
        rest -= scores[aspect]
    assert rest == 0
    form = {"penilai": "kasn", **scores}
    return catalogue.evaluate(year, {"penilaian_merit": form}, only=["sistem_merit"])["sistem_merit"]


def test_the_maxima_add_up_to_400(catalogue):
    assert sum(ASPECTS.values()) == 400
    assert merit(catalogue, 400.0).value == 400
    for aspect, most in ASPECTS.items():
        form = {"penilai": "kasn", **dict.fromkeys(ASPECTS, 0.0), aspect: most + 0.5}
        with pytest.raises(engine.InvalidData, match="outside the range 0 to"):
            catalogue.evaluate("2021", {"penilaian_merit": form}, only=["sistem_merit"])


@pytest.mark.parametrize(
    ("total", "word"),
    [
        (400.0, "Sangat Baik"),
        (325.0, "Sangat Baik"),
        (324.5, "Baik"),
        (324.0, "Baik"),
        (250.0, "Baik"),
        (249.5, "Kurang"),
        (249.0, "Kurang"),
        (175.0, "Kurang"),
        (174.5, "Buruk"),
        (174.0, "Buruk"),
        (100.0, "Buruk"),
        (99.5, None),
        (0.0, None),
    ],
)
@pytest.mark.parametrize("year", ["2019", "2024", "2025"])
def test_categories_of_the_merit_score(catalogue, total, word, year):
    """Lower limits on the total, never on the rounded index; below 100 stands below the table."""
    result = merit(catalogue, total, year)
    assert (result.status, result.value, result.category) == ("value", total, word)
    below = None if word else "below the table, which starts at 100"
    assert (None if result.category_reason is None else str(result.category_reason)) == below


def test_the_index_is_a_step_and_decides_nothing(catalogue):
    """324 / 400 is 0.81 and *Baik*; 325 / 400 rounds to 0.81 as well and is *Sangat Baik*."""
    assert merit(catalogue, 324.0).steps["indeks"] == 0.81
    assert merit(catalogue, 325.0).steps["indeks"] == 0.8125


def test_the_rule_ends_with_2025(catalogue):
    result = catalogue.evaluate("2026", only=["sistem_merit"])["sistem_merit"]
    assert str(result.reason) == (
        "no rule in force after 2025-12-31; permenpanrb_19_2025 replaced it and is not transcribed"
    )


# ── Survei Kepuasan Masyarakat ──


def survey(catalogue, sums, respondents=20, **parameters):
    """Return the result of a survey whose answers for each element add up to *sums*."""
    answers = []
    for element, total in zip(NINE, sums, strict=True):
        low, more = divmod(total, respondents)
        answers += [{"unsur": element, "nilai": low + (number < more)} for number in range(respondents)]
    data = {"jawaban_2017": answers}
    return catalogue.evaluate("2021-TW1", data, only=["skm"], parameters=parameters)["skm"]


NOTES = (66, 64, 61, 80, 65, 67, 70, 63, 72)


@pytest.mark.parametrize(
    ("weight", "value", "word"),
    [(None, 84.44, "B"), (0.111, 84.36, "B"), (0.11, 83.60, "B")],
    ids=["1/9", "0.111", "0.11"],
)
def test_the_constructed_survey(catalogue, weight, value, word):
    parameters = {} if weight is None else {"penimbang": weight}
    result = survey(catalogue, NOTES, **parameters)
    assert (result.value, result.category) == (value, word)


@pytest.mark.parametrize(
    ("weight", "best", "worst"),
    [(None, 100.0, 25.0), (0.111, 99.9, 24.98), (0.11, 99.0, 24.75)],
    ids=["1/9", "0.111", "0.11"],
)
def test_the_printed_weight_loses_what_it_rounds_away(catalogue, weight, best, worst):
    """All answers 4 and all answers 1; below 25.00 the grade stays D."""
    parameters = {} if weight is None else {"penimbang": weight}
    top, bottom = survey(catalogue, [80] * 9, **parameters), survey(catalogue, [20] * 9, **parameters)
    assert (top.value, top.category) == (best, "A")
    assert (bottom.value, bottom.category) == (worst, "D")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (100, "A"),
        (88.31, "A"),
        (88.30, "B"),
        (76.61, "B"),
        (76.60, "C"),
        (65.00, "C"),
        (64.99, "D"),
        (25.00, "D"),
        (24.75, "D"),
    ],
)
def test_grades_of_2017(catalogue, value, word):
    assert word_of(catalogue, "skm", "2021-TW1", value) == word


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (100, "A"),
        (81.26, "A"),
        (81.25, "B"),
        (62.51, "B"),
        (62.50, "C"),
        (43.76, "C"),
        (43.75, "D"),
        (25.00, "D"),
    ],
)
def test_grades_of_2004(catalogue, value, word):
    assert word_of(catalogue, "skm", "2010-TW1", value) == word


def test_the_two_instruments_grade_the_same_value_differently(catalogue):
    """62.51 to 64.99 is B under the rule of 2004 and D under that of 2017."""
    assert word_of(catalogue, "skm", "2010-TW1", 63.0) == "B"
    assert word_of(catalogue, "skm", "2021-TW1", 63.0) == "D"


def test_a_value_in_the_gap_is_rounded_before_it_is_graded(catalogue):
    """88.305 gives 88.31 and A."""
    from engine.values import published

    assert published(88.305, 2, "half_up") == 88.31


@pytest.mark.parametrize(
    ("weight", "best", "worst"),
    [(None, 100.0, 25.0), (0.0714, 99.96, 24.99), (0.071, 99.4, 24.85)],
    ids=["1/14", "0.0714", "0.071"],
)
def test_fourteen_elements_of_2004(catalogue, weight, best, worst):
    parameters = {} if weight is None else {"penimbang": weight}
    found = []
    for answer in (4, 1):
        rows = [{"unsur": f"u{number}", "nilai": answer} for number in range(1, 15)]
        result = catalogue.evaluate("2010-TW1", {"jawaban_2004": rows}, only=["skm"], parameters=parameters)[
            "skm"
        ]
        found.append(result.value)
    assert found == [best, worst]


# ── achievement ──


@pytest.mark.parametrize(
    ("better", "lower", "target", "realised", "percent", "word"),
    [
        ("higher", "mirror", 80, 84.44, 105.55, "Sangat Tinggi"),
        ("higher", "mirror", 325, 310, 95.38, "Sangat Tinggi"),
        ("higher", "mirror", 0.40, 0.30, 75.0, "Sedang"),
        ("lower", "mirror", 5, 6, 80.0, "Tinggi"),
        ("lower", "inverse", 5, 6, 83.33, "Tinggi"),
        ("lower", "mirror", 5, 11, -20.0, "Sangat Rendah"),
        ("higher", "mirror", (80, 90), 85, 100.0, "Sangat Tinggi"),
        ("higher", "mirror", (80, 90), 99, 110.0, "Sangat Tinggi"),
        ("higher", "mirror", (80, 90), 60, 75.0, "Sedang"),
        ("higher", "mirror", 200, 181, 90.5, "Tinggi"),
        ("lower", "mirror", 10, 5, 150.0, "Sangat Tinggi"),
        ("lower", "inverse", 10, 5, 200.0, "Sangat Tinggi"),
    ],
)
def test_achievement(catalogue, better, lower, target, realised, percent, word):
    """The constructed examples, on the organization's declared scale (lower limits on two decimals)."""
    from dataclasses import replace

    from engine.values import Achievement, achievement_of

    declared = catalogue.definitions.indicators["skm"].targets[0]
    rule = replace(catalogue.definitions.organization.achievement, lower=lower)
    found = achievement_of(realised, replace(declared, value=target), better, rule)
    assert isinstance(found, Achievement)
    assert (found.value, found.category) == (percent, word)


def test_a_target_of_zero_has_no_percentage(catalogue):
    from dataclasses import replace

    from engine.values import achievement_of

    declared = catalogue.definitions.indicators["skm"].targets[0]
    found = achievement_of(
        0, replace(declared, value=0), "lower", catalogue.definitions.organization.achievement
    )
    assert str(found) == "the target is zero, so that a percentage of it has no meaning"
