"""No figure of the whole is the value of one person: what would be published is an error."""

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
    ],
)
def test_the_value_of_one_person_is_not_published(tmp_path, formula):
    assert codes(tmp_path, formula) == {"personal-figure"}


@pytest.mark.parametrize(
    "formula",
    ["mean(staff.pay)", "sum(staff.pay)", "stdev(staff.pay)", "max(staff.points)", "share(staff.pay > 50)"],
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
