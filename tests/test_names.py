"""What a name of another source or indicator means where it stands, and what is said where it means none."""

from __future__ import annotations

import pytest
from catalogues import STAFF, indicator, write

import engine
from engine.problems import errors_in

VISITS = """\
source: visits
title: Visits
division: people
file: data/{period}/visits.csv
columns:
  host: {type: reference, to: staff}
  guest: {type: reference, to: staff}
  minutes: {type: number, range: [0, 100]}
"""
ROOMS = """\
source: rooms
title: Rooms
division: people
file: data/{period}/rooms.csv
columns: {size: {type: number, range: [0, 100]}}
"""
BASE = indicator("base", "count(staff)").replace(
    "    result:",
    "    steps:\n      part: 2 * count(staff)\n      worth: {each: staff, formula: points}\n    result:",
)


def said(tmp_path, each: str | None, formula: str) -> str:
    """Return the error of an indicator with this step."""
    step = f"{{each: {each}, formula: {formula}}}" if each else formula
    text = indicator("score", "1").replace("    result:", f"    steps:\n      tried: {step}\n    result:")
    folder = write(
        tmp_path,
        {
            "sources/staff.yaml": STAFF,
            "sources/visits.yaml": VISITS,
            "sources/rooms.yaml": ROOMS,
            "indicators/base.yaml": BASE,
            "indicators/score.yaml": text.replace("sources: []", "sources: [staff, visits, rooms]"),
        },
    )
    problems = errors_in(engine.validate(folder))
    found = [p for p in problems if p.code not in ("unused-source", "missing-source")]
    return "\n".join(f"{p.code}: {p.message}" + (f" / {p.hint}" if p.hint else "") for p in found)


@pytest.mark.parametrize(
    ("each", "formula"),
    [("visits", "host.points"), ("staff", "base.worth"), (None, "base.part"), (None, "mean(base.worth)")],
)
def test_what_a_row_or_the_whole_can_see(tmp_path, each, formula):
    assert said(tmp_path, each, formula) == ""


@pytest.mark.parametrize(
    ("each", "formula", "answer"),
    [
        (
            "visits",
            "staff.points",
            "ambiguous-reference: `visits` refers to `staff` in more than one way / "
            "write the reference column instead: `host.points` or `guest.points`",
        ),
        (
            "staff",
            "visits.minutes",
            "row-value-outside-aggregate: a row of `staff` has many rows of `visits`; here one value is "
            "needed / use an aggregate, such as `sum(visits.minutes)` or `mean(visits.minutes)`",
        ),
        ("rooms", "staff.points", "unrelated-sources: `rooms` has no reference to `staff`"),
        (None, "base.wort", "unknown-name: `base` has no step `wort` / did you mean `worth`?"),
        (
            "staff",
            "base.part",
            "unit-value-in-row: `base.part` is a value of the whole unit; here the formula works on one "
            "row / use it in a step without `each:`, outside an aggregate",
        ),
        (
            None,
            "base.worth",
            "row-value-outside-aggregate: `base.worth` has a value in every row of `staff`; here one number "
            "is needed / use an aggregate, such as `mean(base.worth)`",
        ),
        (
            "staff",
            "previous(base)",
            "unit-value-in-row: `previous` is a value of the whole unit; "
            "a step with `each:` works on one row / use it in a step without `each:`",
        ),
        (
            "rooms",
            "base.worth",
            "unrelated-sources: `base.worth` is a value of each row of `staff`, "
            "to which `rooms` has no single reference",
        ),
        (
            "visits",
            "base.worth",
            "unrelated-sources: `base.worth` is a value of each row of `staff`, "
            "to which `visits` has no single reference",
        ),
    ],
)
def test_what_it_cannot_see_is_told(tmp_path, each, formula, answer):
    assert said(tmp_path, each, formula) == answer
