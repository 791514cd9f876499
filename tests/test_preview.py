"""A source is read once whoever uses it; `evaluate --plan` tells the passes beforehand and reads nothing."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from catalogues import STAFF, indicator, staff, write
from golden import CASES, same_as

import cli
import engine
from engine import sources
from engine.evaluation import Evaluation

QUARTERS = ("2021-TW1", "2021-TW2", "2021-TW3", "2021-TW4")
QUARTERLY = "frequency: quarterly\nover_the_year: last\n"


@pytest.fixture
def counted(monkeypatch):
    """Count what evaluations read, by source and period, and which runs they make."""
    reads, runs = Counter(), []
    read, run = sources.read, Evaluation.run

    def reading(source, period, *rest, **options):
        reads[source.id, period.text] += 1
        return read(source, period, *rest, **options)

    def running(self, period, proof, wanted, by):
        runs.append((period.text, tuple(wanted), by))
        return run(self, period, proof, wanted, by)

    monkeypatch.setattr(sources, "read", reading)
    monkeypatch.setattr(Evaluation, "run", running)
    return reads, runs


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def many(tmp_path, **rules: str):
    """Return a catalogue of one source and an indicator for each rule, with data for 2020 and 2021."""
    more = {name: QUARTERLY if name.startswith("quarter") else "" for name in rules}
    files = {"sources/staff.yaml": STAFF}
    files |= {f"indicators/{n}.yaml": indicator(n, rule, more=more[n]) for n, rule in rules.items()}
    files |= {f"data/{year}/staff.csv": staff(10, 20, 60) for year in ("2020", "2021")}
    files |= {f"data/{quarter}/staff.csv": staff(n, n) for n, quarter in enumerate(QUARTERS, start=1)}
    return engine.load(write(tmp_path / "definitions", files))


def test_indicators_share_the_reading_and_the_run_of_a_source(tmp_path, counted):
    reads, runs = counted
    catalogue = many(tmp_path, one="mean(staff.points)", two="max(staff.points)", three="one + two")
    values = {result.indicator: result.value for result in catalogue.evaluate("2021")}
    assert values == {"one": 30, "two": 60, "three": 90}
    assert reads == {("staff", "2021"): 1}
    assert runs == [("2021", ("one", "three", "two"), None)]


def test_indicators_share_the_runs_of_shorter_periods(tmp_path, counted):
    reads, runs = counted
    catalogue = many(tmp_path, quarter_a="mean(staff.points)", quarter_b="max(staff.points) + 1")
    values = {result.indicator: result.value for result in catalogue.evaluate("2021")}
    assert values == {"quarter_a": 4, "quarter_b": 5}
    assert reads == {("staff", quarter): 1 for quarter in QUARTERS}
    assert runs == [(quarter, ("quarter_a", "quarter_b"), None) for quarter in QUARTERS]


def test_indicators_share_the_run_of_the_period_before(tmp_path, counted):
    reads, runs = counted
    catalogue = many(
        tmp_path,
        one="mean(staff.points)",
        two="max(staff.points)",
        rise="one - previous(one)",
        rate="two - previous(two)",
    )
    values = {result.indicator: result.value for result in catalogue.evaluate("2021")}
    assert values == {"one": 30, "two": 60, "rise": 0, "rate": 0}
    assert reads == {("staff", "2021"): 1, ("staff", "2020"): 1}
    assert sorted(runs) == [
        ("2020", ("one", "two"), None),
        ("2021", ("one", "rate", "rise", "two"), None),
    ]


def test_a_file_that_serves_several_periods_is_read_once(tmp_path, counted):
    reads, _ = counted
    files = {
        "sources/staff.yaml": STAFF.replace("{period}/", ""),
        "indicators/one.yaml": indicator("one", "mean(staff.points)", more=QUARTERLY),
        "data/staff.csv": staff(10, 20, 60),
    }
    catalogue = engine.load(write(tmp_path / "definitions", files))
    results = catalogue.evaluate("2021")
    assert results["one"].value == 30
    assert reads == {("staff", "2021-TW1"): 1}


def test_a_yearly_figure_of_a_quarterly_one_is_made_of_its_quarters(tmp_path):
    """It was computed from the year's own file, as if the quarterly indicator were a yearly one."""
    catalogue = many(tmp_path, quarter_a="mean(staff.points)", year="quarter_a + count(staff)")
    results = catalogue.evaluate("2021")
    assert {result.indicator: result.value for result in results} == {"quarter_a": 4, "year": 7}
    assert catalogue.evaluate("2021", only=["year"])["year"].value == 7
    explained = catalogue.explain("year", "2021")
    assert explained.items["indicator:quarter_a"].value == 4


def test_a_shorter_period_has_no_figure_of_what_is_measured_yearly(tmp_path):
    catalogue = many(tmp_path, year="mean(staff.points)", quarter_a="year + count(staff)")
    found = catalogue.evaluate("2021-TW1", only=["quarter_a"])["quarter_a"]
    assert (found.value, str(found.reason)) == (
        None,
        "`year` has no value: `year` is measured yearly",
    )


# ── the plan ──

PLANS = {
    "shipped": ({}, ("--period", "2024")),
    "by-group": ({}, ("ip_asn", "--period", "2024", "--by", "unit_kerja", "--lang", "id")),
    "without-data": ({}, ("--period", "2018")),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_plan_is_told_by_period_source_and_pass(request, iku, monkeypatch, name):
    _, words = PLANS[name]
    monkeypatch.chdir(CASES.parent.parent)
    code, out, err = iku("evaluate", "--plan", *words)
    assert (code, err) == (0, "")
    same_as(request, f"plans/{name}.txt", f"$ iku evaluate --plan {' '.join(words)}\n{out}")


def test_the_plan_is_the_one_that_is_carried_out(tmp_path, counted):
    reads, runs = counted
    catalogue = many(
        tmp_path,
        one="mean(staff.points)",
        rise="one - previous(one)",
        quarter_a="max(staff.points)",
        year="quarter_a + one",
    )
    told = catalogue.preview("2021")
    assert reads == {}
    runs.clear()
    catalogue.evaluate("2021")
    assert sorted((run.period, run.indicators, run.by) for run in told.runs) == sorted(runs)
    assert {(source.source, run.period) for run in told.runs for source in run.sources} == set(reads)


def test_a_pass_says_whom_it_serves_also_by_way_of_others(tmp_path):
    catalogue = many(tmp_path, one="mean(staff.points)", two="one + 1", three="count(staff)")
    (run,) = catalogue.preview("2021").runs
    (staff_,) = run.sources
    assert staff_.columns == ("points",)
    assert staff_.unused == ("id", "team")
    (totals,) = staff_.passes
    assert (totals.totals, totals.serves) == (2, ("one", "three", "two"))
    (run,) = catalogue.preview("2021", only=["one", "two"]).runs
    assert run.sources[0].passes[0].serves == ("one", "two")


def test_rows_are_told_where_a_file_tells_them_without_being_read(tmp_path):
    import polars

    catalogue = many(tmp_path, one="mean(staff.points)")
    rows = {"id": ["a", "b"], "team": ["north", "south"], "points": [1.0, 2.0]}
    polars.DataFrame(rows).write_parquet(tmp_path / "staff.parquet")
    cases = {
        2: tmp_path / "staff.parquet",
        3: [{"id": "x"}] * 3,
        None: tmp_path / "definitions/data/2021/staff.csv",
    }
    for expected, given in cases.items():
        (run,) = catalogue.preview("2021", {"staff": given}).runs
        assert run.sources[0].rows == expected
    (run,) = catalogue.preview("2021", {"staff": polars.DataFrame(rows)}).runs
    assert run.sources[0].rows == 2


def test_the_plan_as_json_holds_what_the_text_tells(iku, monkeypatch):
    monkeypatch.chdir(CASES.parent.parent)
    code, out, err = iku("evaluate", "ip_asn", "--plan", "--period", "2024", "--format", "json")
    assert (code, err) == (0, "")
    plan = json.loads(out)
    assert [run["period"] for run in plan["runs"]] == ["2024"]
    by_source = {source["source"]: source for source in plan["runs"][0]["sources"]}
    assert by_source["pelatihan"]["rows"] == 5120
    assert by_source["pelatihan"]["passes"] == [
        {"serves": ["ip_asn"], "look_ups": [], "steps": [], "totals": 4, "per": "pegawai"}
    ]


@pytest.mark.parametrize("words", [("--format", "csv"), ("--scenario", "diklat_24_jp")])
def test_a_plan_is_no_table_of_figures(iku, monkeypatch, words):
    monkeypatch.chdir(CASES.parent.parent)
    code, out, err = iku("evaluate", "--plan", "--period", "2024", *words)
    assert (code, out) == (2, "")
    assert "a plan is shown as a table or as JSON, without --scenario" in err
