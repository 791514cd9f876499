"""A scenario is read as strictly as a rule, and its figures are those of a catalogue that was edited so."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from golden import CASES, same_as

import cli
import engine
from engine.problems import InvalidData, InvalidRequest
from engine.report.problems_text import problems_text

BASE = CASES / "explanation" / "definitions"
BORN = date(1980, 1, 1)
DATA = {
    "staff": [
        {"id": "a", "team": "north", "degree": "master", "appraisal": 95, "born": BORN, "counted": True},
        {"id": "b", "team": "south", "degree": "bachelor", "appraisal": 80, "born": BORN, "counted": True},
    ],
    "course": [{"person": "a", "kind": "technical", "hours": 5}],
    "form": [{"asked": 100, "answered": 20}],
}
IF = """\
scenario: if
title: {id: Andai, en: If}
note: Invented.
indicators:
  quality:
    parameters:
      degree_points: {table: {master: 18, bachelor: 15}}
      training_points: 12
    steps:
      appraised: {each: staff, formula: "1 if is_missing(appraisal) else band(appraisal, appraisal_points)"}
inputs:
  form: {answered: 30}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(BASE, tmp_path / "definitions")
    (tmp_path / "definitions" / "scenarios").mkdir()
    return tmp_path / "definitions"


def written(folder: Path, text: str) -> None:
    (folder / "scenarios" / "if.yaml").write_text(text)


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


# ── what it assumes ──


@pytest.mark.parametrize("period", ["2021", "2022"])
def test_its_figures_are_those_of_rules_that_are_edited_so(folder, period):
    """In each version that has the entry, whichever put it there."""
    written(folder, IF)
    assumed = (
        engine.load(folder).assuming("if").evaluate(period, DATA, only=["quality", "response", "overall"])
    )
    (folder / "scenarios" / "if.yaml").unlink()
    path = folder / "indicators" / "quality.yaml"
    path.write_text(
        path.read_text()
        .replace("table: {master: 20, bachelor: 15}", "table: {master: 18, bachelor: 15}")
        .replace("training_points: {value: 15", "training_points: {value: 12")
        .replace("training_points: {value: 10", "training_points: {value: 12")
        .replace('"0 if is_missing(appraisal)', '"1 if is_missing(appraisal)')
    )
    edited = engine.load(folder).evaluate(
        period, {**DATA, "form": [{"asked": 100, "answered": 30}]}, only=["quality", "response", "overall"]
    )
    assert [(r.indicator, r.value, r.reason) for r in assumed] == [
        (r.indicator, r.value, r.reason) for r in edited
    ]
    assert assumed["response"].value == 70
    plain = engine.load(folder).evaluate(period, DATA, only=["quality", "response"])
    assert (
        plain["quality"].value == assumed["quality"].value
        or period == "2022"
        or plain["response"].value == 80
    )


def test_the_catalogue_itself_stays_as_it_is(folder):
    written(folder, IF)
    catalogue = engine.load(folder)
    before = catalogue.evaluate("2021", DATA, only=["response"])["response"].value
    catalogue.assuming("if")
    assert catalogue.evaluate("2021", DATA, only=["response"])["response"].value == before == 80


def test_what_an_entry_does_not_say_stays(folder):
    """Unit, title and basis of a parameter; what a step is computed of."""
    written(folder, IF)
    rule = engine.load(folder).assuming("if").rule("quality", "2021")
    points = rule.parameters["degree_points"]
    assert (points.unit, str(points.remarks.title), rule.basis_of("parameters.degree_points").locator) == (
        "points", "Points by degree", "Article 2",
    )  # fmt: skip


def test_an_earlier_period_keeps_its_inputs(folder):
    """`before` is last year's backlog: what is assumed of this year says nothing of that."""
    written(folder, IF)
    for year, answered in (("2020", 10), ("2021", 20)):
        (folder / "data" / year).mkdir(parents=True)
        (folder / "data" / year / "form.csv").write_text(f"asked,answered\n100,{answered}\n")
    found = engine.load(folder).assuming("if").evaluate("2021", only=["before", "response"])
    assert (found["before"].value, found["response"].value) == (90, 70)


def test_an_input_that_is_not_as_declared_is_refused_with_data_too(folder):
    written(folder, IF)
    catalogue = engine.load(folder).assuming("if")
    broken = engine.Catalogue(catalogue.definitions, inputs={"form": {"answered": 31}})
    with pytest.raises(InvalidData, match="answered: out-of-range"):
        broken.evaluate("2021", DATA, only=["response"])


def test_an_unknown_scenario_is_refused_with_the_nearest(folder):
    with pytest.raises(InvalidRequest, match="there is no scenario `if`"):
        engine.load(folder).assuming("if")


# ── what is wrong with it ──

MISTAKES = {
    "empty": "scenario: if\ntitle: If\n",
    "file-name": "scenario: other\ntitle: If\ninputs: {form: {answered: 1}}\n",
    "indicator": "scenario: if\ntitle: If\nindicators: {qualty: {decimals: 2}}\n",
    "parameter": "scenario: if\ntitle: If\nindicators: {quality: {parameters: {degre_points: 1}}}\n",
    "key": "scenario: if\ntitle: If\nindicators: {quality: {from: 2020-01-01, decimals: 2}}\n",
    "formula": 'scenario: if\ntitle: If\nindicators: {quality: {result: "mean(staff.pointz)"}}\n',
    "table": IF.replace("{master: 18, bachelor: 15}", "{master: 18}"),
    "range": "scenario: if\ntitle: If\nindicators:\n  quality:\n    parameters: {training_points: 99}\n",
    "kind": "scenario: if\ntitle: If\nindicators:\n  quality:\n    parameters: {training_points: many}\n",
    "source": "scenario: if\ntitle: If\ninputs: {frm: {answered: 1}}\n",
    "table source": "scenario: if\ntitle: If\ninputs: {staff: {appraisal: 1}}\n",
    "column": "scenario: if\ntitle: If\ninputs: {form: {answred: 1}}\n",
    "value": "scenario: if\ntitle: If\ninputs: {form: {answered: 31, asked: many}}\n",
    "comma": "scenario: if\ntitle: If\ninputs: {form: {answered: '1,5'}}\n",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "id"])
def test_mistakes_are_told_at_their_place(folder, request, language):
    told = []
    for name, text in MISTAKES.items():
        written(folder, text)
        problems = [problem for problem in engine.validate(folder) if problem.severity == "error"]
        assert problems, name
        told.append(f"── {name}\n{problems_text(problems, base=folder, language=language)}")
    same_as(request, f"scenarios/mistakes.{language}.txt", "\n".join(told))


def test_a_scenario_that_is_fine_adds_no_problem(folder):
    before = engine.validate(folder)
    written(folder, IF)
    assert engine.validate(folder) == before


def test_the_shipped_scenarios_compute():
    catalogue = engine.load()
    assert list(catalogue.definitions.scenarios) == ["diklat_24_jp"]
    for name, scenario in catalogue.definitions.scenarios.items():
        assert "Invented" in scenario.remarks.note.text("en"), "what is invented says so"
        found = catalogue.movements(catalogue.assuming(name), "2023", only=["ip_asn"])
        assert [(m.old.value, m.new.value) for m in found.figures] == [(77.99, 76.85)]


# ── the command ──


def test_the_command_shows_baseline_scenario_and_difference(iku, request):
    words = ("evaluate", "ip_asn", "-C", str(Path(engine.__file__).parent.parent / "definitions"), "-q",
             "--period", "2023", "--scenario", "diklat_24_jp")  # fmt: skip
    code, out, err = iku(*words)
    assert (code, err) == (0, "")
    same_as(request, "scenarios/evaluate.en.txt", out)
    code, out, _ = iku(*words, "--format", "json")
    found = json.loads(out)
    assert (code, found["scenario"], found["figures"][0]["difference"]) == (0, "diklat_24_jp", -1.14)


def test_the_command_refuses_what_it_cannot_show(iku, folder):
    written(folder, IF)
    code, out, err = iku("evaluate", "--scenario", "if", "--format", "csv", "--period", "2021")
    assert (code, out) == (2, "")
    assert err.endswith("Error: with --scenario the figures are a table or JSON\n")
    code, out, err = iku("evaluate", "--scenario", "iff", "--period", "2021")
    assert (code, out) == (2, "")
    assert err == "unknown-name: there is no scenario `iff`\n   hint: did you mean `if`?\n"
