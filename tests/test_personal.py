"""No figure of the whole is the value of one person: what would be published is an error."""

import json

import pytest
from catalogues import indicator, write

import engine
from engine.problems import errors_in

STAFF = """\
source: staff
title: Staff
division: people
file: data/{period}/staff.csv
key: id
columns:
  id: {type: text, unique: true, personal: true}
  pay: {type: number, range: [0, 100], personal: true}
  born: {type: date, personal: true}
  points: {type: number, range: [0, 100]}
"""


def codes(tmp_path, formula):
    files = {"sources/staff.yaml": STAFF, "indicators/good.yaml": indicator("good", formula)}
    return {problem.code for problem in errors_in(engine.validate(write(tmp_path, files)))}


@pytest.mark.parametrize(
    "formula",
    [
        "min(staff.pay)",
        "max(staff.pay)",
        "median(staff.pay)",
        "percentile(staff.pay, 90)",
        "-max(staff.pay, where=staff.points > 50)",
        "0 if count(staff) < 9 else median(staff.pay)",
        "max(median(staff.pay), 5)",
        "median(staff.pay) / 10",
        "round(max(staff.pay), 0)",
        "max(staff.pay) - mean(staff.pay)",
        "max(staff.pay * 2 + 1)",
        "sqrt(abs(min(staff.pay)))",
        "min(days_between(staff.born, period.end))",
    ],
)
def test_the_value_of_one_person_is_not_published(tmp_path, formula):
    assert codes(tmp_path, formula) == {"personal-figure"}


@pytest.mark.parametrize(
    "formula",
    [
        "mean(staff.pay)",
        "sum(staff.pay)",
        "stdev(staff.pay)",
        "max(staff.points)",
        "share(staff.pay > 50)",
        "round(sum(staff.pay) / count(staff) * 2, 1)",
        "1 if max(staff.pay) > 50 else 0",
        "max(year(staff.born))",
    ],
)
def test_what_is_made_of_many_rows_is(tmp_path, formula):
    assert codes(tmp_path, formula) == set()


def test_the_message_says_where_and_what_to_do(tmp_path):
    files = {"sources/staff.yaml": STAFF, "indicators/good.yaml": indicator("good", "median(staff.pay)")}
    (problem,) = errors_in(engine.validate(write(tmp_path, files)))
    assert (
        str(problem.message)
        == "the result would publish the value of one person: it takes it from a personal column"
    )
    assert str(problem.hint) == (
        "use mean, sum or count over many rows; or the column is nobody's own: remove `personal`"
    )
    assert problem.place is not None
    assert problem.place.path.endswith("good.yaml")


def split(tmp_path, by):
    visits = (
        "source: visits\ntitle: Visits\ndivision: people\nfile: data/{period}/visits.csv\ncolumns:\n"
        "  who: {type: reference, to: staff}\n  team: {type: category, values: [north, south]}\n"
        "  hours: {type: number, range: [0, 9]}\n"
    )
    text = indicator("good", "mean(visits.hours) + mean(staff.points)", more=f"breakdowns: [{by}]\n")
    text = text.replace("sources: [staff]", "sources: [staff, visits]")
    files = {"sources/staff.yaml": STAFF, "sources/visits.yaml": visits, "indicators/good.yaml": text}
    return errors_in(engine.validate(write(tmp_path, files)))


@pytest.mark.parametrize("by", ["id", "pay", "who"])
def test_no_figure_is_split_by_a_personal_column(tmp_path, by):
    (problem,) = split(tmp_path, by)
    assert problem.code == "personal-breakdown"
    assert str(problem.message) == f"figures split by `{by}` would publish the values of a personal column"
    assert str(problem.hint) == "split by a column that many rows share, such as a unit or a category"


def test_figures_are_split_by_what_many_rows_share(tmp_path):
    assert split(tmp_path, "team") == ()


def test_a_reference_to_a_personal_key_is_personal_in_explanations_too(tmp_path):
    """Rows of `visits` have a key of their own, and yet each is somebody's."""
    visits = (
        "source: visits\ntitle: Visits\ndivision: people\nfile: data/{period}/visits.csv\nkey: code\n"
        "columns:\n  code: {type: text, unique: true}\n  who: {type: reference, to: staff}\n"
        "  hours: {type: number, range: [0, 9]}\n"
    )
    text = indicator("good", "mean(visits.hours) + mean(staff.points)")
    files = {
        "sources/staff.yaml": STAFF,
        "sources/visits.yaml": visits,
        "indicators/good.yaml": text.replace("[staff]", "[staff, visits]"),
        "data/2024/staff.csv": "id,pay,born,points\nSecret-1,5,1990-01-01,50\nSecret-2,6,1991-01-01,60\n",
        "data/2024/visits.csv": "code,who,hours\nfirst,Secret-1,3\nsecond,Secret-2,4\n",
    }
    explanation = engine.load(write(tmp_path, files)).explain("good", "2024")
    told = json.dumps(explanation.to_dict("en"))
    assert "3.5" in told
    assert all(word not in told for word in ("Secret", "first", "second"))
