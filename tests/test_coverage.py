"""How much of the definitions names its place in a regulation: counted by hand, and as a gate."""

from __future__ import annotations

from pathlib import Path

from catalogues import read_texts
from test_whole_catalogue import texts

from engine.legal import Share, coverage, too_low

FIRST = """
versions:
  - from: 2019-01-01
    basis: {regulation: perda_1}
    parameters:
      titik: {value: 2, basis: {locator: Pasal 1}}
      polos: 3
      bobot:
        basis: {locator: Pasal 2}
        certainty: inferred
        table: {a: 1, b: 2, c: 3}
      kelas:
        bands: [{from: 50, value: 2}, {value: 1}]
      daftar: {set: [1, 2], basis: {regulation: perda_2, locator: Pasal 9}}
    steps:
      x: {formula: form.n * titik, basis: {locator: Pasal 3}}
      y: form.n * polos
    result: {formula: x + y, basis: {regulation: perda_1}}
    categories: [{from: 60, label: A}, {label: B}]
  - from: 2020-01-01
    basis: {regulation: perda_2, locator: Pasal 4}
    certainty: inferred
    parameters:
      titik: 4
      polos: null
    steps:
      y: form.n
"""


def _catalogue(**more: str):
    found, problems = read_texts(Path("definitions"), texts(**more))
    assert found is not None, problems
    return found


def test_every_entry_is_counted_once_in_the_version_that_wrote_it():
    """A place alone takes the version's act; a row has its parameter's basis, all else its version's."""
    (found,) = coverage(_catalogue(a=FIRST)).indicators
    # titik, polos, bobot, kelas, daftar; then titik again by the basis of the second version
    assert found.parameters == Share(total=6, cited=4, inferred=2)
    # three of bobot; two of kelas and two categories have the first version's basis, which names no place
    assert found.rows == Share(total=7, cited=3, inferred=3)
    # x; y and the result without a place; y again by the basis of the second version
    assert found.steps == Share(total=4, cited=2, inferred=1)
    assert found.all == Share(total=17, cited=9, inferred=6)
    assert found.all.percent == 52.9


def test_acts_that_nothing_names_and_acts_out_of_force_are_listed():
    found = coverage(
        _catalogue(a="versions:\n- {from: 2019-01-01, basis: {regulation: perda_1}, result: form.n}\n")
    )
    assert [(use.indicator, use.regulation) for use in found.stale] == [("a", "perda_1")]
    assert found.idle == ("perda_2",)
    cited = coverage(_catalogue(a=FIRST))
    assert cited.idle == ()


def test_nothing_written_lacks_nothing():
    assert Share().percent is None
    assert Share().reaches(100)


def test_the_gate_compares_counts_and_not_rounded_percents():
    assert Share(total=1000, cited=800).reaches(80)
    assert not Share(total=3000, cited=2399).reaches(80)  # 79.97 percent, which is 80.0 when rounded
    assert Share(total=3000, cited=2399).percent == 80.0


def test_the_gate_names_the_figure_and_the_three_worst():
    rule = (
        "versions:\n"
        "- {from: 2019-01-01, basis: {regulation: perda_1%s}, parameters: {p: %d}, result: form.n * p}\n"
    )
    catalogue = _catalogue(
        a=FIRST, b=rule % ("", 2), c=rule % (", locator: Pasal 1", 3), d=rule % ("", 4), e=FIRST
    )
    assert too_low(catalogue, 50) == ()
    (problem,) = too_low(catalogue, 55)
    assert str(problem) == (
        "coverage-low: 20 of 40 parameters, rows and steps (50 percent) name their place in a regulation; "
        "55 percent are asked for"
    )
    assert [str(related.message) for related in problem.related] == [
        "`b`: 0 of 2",
        "`d`: 0 of 2",
        "`a`: 9 of 17",
    ]
