"""The consolidated definition and its history, as an analyst would print them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from golden import CASES, same_as

import engine
from engine.problems import InvalidRequest
from engine.report.rule_text import history_text, rule_text


@pytest.fixture
def definitions(monkeypatch):
    monkeypatch.chdir(CASES / "explanation")
    return engine.load(Path("definitions")).definitions


@pytest.fixture(scope="module")
def shipped():
    return engine.load().definitions


@pytest.mark.parametrize("day", [date(2021, 6, 30), date(2022, 1, 1)])
def test_the_definition_in_force_on_a_day(definitions, day, request):
    """Each entry names the version and the article that put it there."""
    same_as(request, f"explanation/expected/show_{day}.en.txt", rule_text(definitions, "quality", day, "en"))


def test_without_a_day_the_newest_version_is_shown(definitions):
    assert rule_text(definitions, "quality") == rule_text(definitions, "quality", date(2023, 12, 31))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2019, 12, 31), "the first rule is in force from 2020-01-01"),
        (
            date(2024, 1, 1),
            "no rule in force after 2023-12-31; rule_9_2024 replaced it and is not transcribed",
        ),
    ],
)
def test_where_no_rule_is_in_force_the_text_says_why(definitions, day, reason):
    told = rule_text(definitions, "quality", day, "en").split("\n\n")
    assert " ".join(told[-1].split()) == f"No rule in force: {reason}"


def test_history_tells_what_each_version_did_to_each_entry(definitions, request):
    same_as(request, "explanation/expected/history.en.txt", history_text(definitions, "quality", "en"))


def test_a_rule_that_starts_from_nothing_adds_its_entries_anew(shipped):
    """The instrument of 2017 has a weight of its own under the same name."""
    told = history_text(shipped, "skm", "en").splitlines()
    start = told.index("  Weight of one element (penimbang)")
    assert told[start + 1 : start + 3] == [
        "      1 January 2004: added, Keputusan Menteri PAN Nomor KEP/25/M.PAN/2/2004",
        "      1 January 2017: added, Peraturan Menteri PANRB Nomor 14 Tahun 2017",
    ]


def test_an_entry_of_the_shipped_catalogue_carries_its_amendment(shipped):
    told = rule_text(shipped, "ip_asn", date(2024, 3, 1)).splitlines()
    start = told.index("  Kinerja (kinerja), tiap baris pegawai, poin, rentang 0 sampai 30")
    assert told[start + 1 : start + 3] == [
        "      poin_tanpa_kinerja if is_missing(predikat) else poin_predikat[predikat]",
        "      — sejak 1 Januari 2022, Peraturan Menteri PANRB Nomor 6 Tahun 2022, disimpulkan",
    ]


@pytest.mark.parametrize("indicator", ["ip_asn", "skm", "sistem_merit"])
@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_asked(shipped, indicator, width):
    for told in (rule_text(shipped, indicator, width=width), history_text(shipped, indicator, width=width)):
        assert max(len(line) for line in told.splitlines()) <= width


def test_an_unknown_indicator_is_refused_with_the_nearest(definitions):
    with pytest.raises(InvalidRequest) as refused:
        rule_text(definitions, "qualty")
    assert str(refused.value.problems[0].hint) == "did you mean `quality`?"


def test_what_a_parameter_says_of_all_its_values_stands_behind_its_name(shipped):
    told = rule_text(shipped, "skm", language="en").splitlines()
    assert next(line for line in told if "(mutu_pelayanan)" in line).endswith(", limits in nilai")


def test_a_table_says_what_it_has_to_sum_to(tmp_path):
    copytree(CASES / "explanation" / "definitions", tmp_path / "definitions")
    file = tmp_path / "definitions" / "indicators" / "quality.yaml"
    table = "table: {master: 20, bachelor: 15}\n"
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace(table, f"{table}        total: 35\n"), encoding="utf-8")
    told = rule_text(engine.load(tmp_path / "definitions").definitions, "quality", date(2021, 6, 30), "en")
    assert ", total 35\n" in told
