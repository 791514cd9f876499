"""What moved a figure between two periods: parts that add up exactly, the rule told apart from the data."""

import json

import pytest
from catalogues import staff, write
from golden import same_as
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.problems import InvalidRequest
from engine.report.moved import Moved, moved_html, moved_markdown, moved_text

PEOPLE = """\
source: people
title: People
division: people
file: data/{period}/people.csv
key: id
columns:
  id: {type: text, unique: true, personal: true}
  counts: {type: boolean}
  skill: {type: number, range: [0, 60]}
  work: {type: number, range: [0, 40]}
"""
QUALITY = """\
indicator: quality
title: Quality
objective: good
division: people
sources: [people, staff]
decimals: 2
versions:
  - from: 2020-01-01
    parameters: {weight: {value: 0.75}, bonus: {value: 1}}
    steps:
      skilled: {each: people, formula: skill * bonus}
      worked: {each: people, formula: work}
      both: {each: people, formula: skilled + worked}
      level: {title: Level of all, formula: "mean(people.both, where=people.counts)"}
      points: mean(staff.points)
    result: level * weight + points * (1 - weight)
  - from: 2022-01-01
    parameters: {bonus: {value: 1.5}}
"""


def people(rows):
    lines = (f"p{n},{str(counts).lower()},{skill},{work}\n" for n, (counts, skill, work) in enumerate(rows))
    return "id,counts,skill,work\n" + "".join(lines)


def catalogue(root, years):
    files = {"sources/people.yaml": PEOPLE, "indicators/quality.yaml": QUALITY}
    files["sources/staff.yaml"] = (
        "source: staff\ntitle: Staff\ndivision: people\nfile: data/{period}/staff.csv\nkey: id\ncolumns:\n"
        "  id: {type: text, unique: true, personal: true}\n  team: {type: category, values: [north, south]}\n"
        "  points: {type: number, range: [0, 100]}\n"
    )
    for year, (rows, points) in years.items():
        files[f"data/{year}/people.csv"] = people(rows)
        files[f"data/{year}/staff.csv"] = staff(*points)
    return engine.load(write(root, files))


tenths = st.integers(0, 400).map(lambda n: n / 10)
rows = st.lists(st.tuples(st.booleans(), tenths, tenths), max_size=4).map(
    lambda more: [(True, 1.1, 2.2), *more]
)
years = st.tuples(rows, st.lists(tenths, min_size=1, max_size=4))


def added(parts):
    return sum(part.units for part in parts)


@settings(max_examples=30, deadline=None)
@given(first=years, second=years, between=st.booleans())
def test_parts_add_up_to_the_difference(tmp_path_factory, first, second, between):
    """Under one rule and under two, at the ninth decimal and at every depth."""
    later = "2021" if between else "2022"
    found = catalogue(tmp_path_factory.mktemp("c"), {"2020": first, later: second}).difference(
        "quality", "2020", later
    )
    assert found.units == round(found.after * 1e9) - round(found.before * 1e9)
    assert found.rule + found.data == found.units
    assert between is False or found.rule == 0
    assert added(found.parts) == found.data or found.parts == ()
    assert found.parts or found.data == 0
    for part in found.parts:
        assert not part.parts or added(part.parts) == part.units


def test_the_rule_is_what_old_data_would_have_given_by_it(tmp_path):
    same = ([(True, 40, 20)], [80])
    found = catalogue(tmp_path, {"2021": same, "2022": same}).difference("quality", "2021", "2022")
    assert (found.before, found.middle, found.after) == (65, 80, 80)
    assert (found.rule, found.data, found.parts) == (15 * 10**9, 0, ())


def test_a_mean_of_sums_is_told_by_what_is_added_up(tmp_path):
    found = catalogue(
        tmp_path, {"2020": ([(True, 40, 20)], [80]), "2021": ([(True, 44, 18)], [60])}
    ).difference("quality", "2020", "2021")
    level, points = found.parts
    assert (level.name, level.title.text("en"), level.by, points.name, points.by) == (
        "level", "Level of all", 1.5, "points", -5.0,
    )  # fmt: skip
    assert [(part.name, part.by) for part in level.parts] == [("skilled", 3.0), ("worked", -1.5)]


FORMATS = {"txt": moved_text, "md": moved_markdown, "html": moved_html}
SHIPPED = {
    "ip_asn": ("ip_asn", "2023", "2024"),
    "two_rules": ("sistem_merit", "2023", "2024"),
    "not_apart": ("ip_asn", "2021", "2022"),
    "rows": ("skm", "2024-TW1", "2024-TW2"),
    "quarters": ("skm", "2023", "2024"),
    "no_value": ("ip_asn", "2018", "2019"),
}


@pytest.fixture(scope="module")
def shipped():
    return engine.load()


@pytest.mark.parametrize("case", SHIPPED)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_shipped_figures_as_text(shipped, case, language, request):
    told = Moved(shipped.difference(*SHIPPED[case]), language)
    same_as(request, f"difference/{case}.{language}.txt", moved_text(told))


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_other_forms(shipped, form, request):
    told = Moved(shipped.difference(*SHIPPED["two_rules"]), "en")
    same_as(request, f"difference/two_rules.{form}", FORMATS[form](told))


def test_the_form_for_programs(shipped, request):
    told = json.dumps(shipped.difference(*SHIPPED["ip_asn"]).to_dict("en"), indent=2)
    same_as(request, "difference/ip_asn.json", told + "\n")


def test_one_group_is_told_too(shipped):
    groups = {result.group for result in shipped.evaluate("2024", only=["ip_asn"], by="unit_kerja")}
    for group in sorted(groups):
        found = shipped.difference("ip_asn", "2023", "2024", by="unit_kerja", group=group)
        assert added(found.parts) == found.units
        assert found.group == ("unit_kerja", group)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("2024", "2023-TW1"), "2024 can't be compared with 2023-TW1"),
        (("2024", "2024"), "2024 can't be compared with 2024"),
    ],
)
def test_periods_of_two_kinds_are_refused(shipped, words, message):
    with pytest.raises(InvalidRequest) as refused:
        shipped.difference("ip_asn", *words)
    assert refused.value.problems[0].message.text("en") == message


def test_rows_of_one_period_are_refused(shipped):
    with pytest.raises(InvalidRequest, match="the rows given are those of one period"):
        shipped.difference("ip_asn", "2023", "2024", {"pegawai": []})
