"""Periods, amendments entry by entry, and the consolidated rule in force."""

from __future__ import annotations

import textwrap
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import Indicator, Single
from engine.problems import InvalidRequest
from engine.reading import read_parts
from engine.versions import NotInForce, Period, Rule, check, in_force, in_force_on, rules

ORGANIZATION = """
organization: dinas
name: Dinas Contoh
language: id
objectives: {layanan: {title: Layanan yang baik}}
divisions: {umum: {title: Bagian Umum}}
"""
REGULATIONS = """
regulations:
  perda_1: {citation: Peraturan Daerah Nomor 1 Tahun 2019}
  perda_2: {citation: Peraturan Daerah Nomor 2 Tahun 2021}
  perda_3: {citation: Peraturan Daerah Nomor 3 Tahun 2023}
"""
SOURCE = """
source: form
title: Formulir
division: umum
one_row_is: Satu formulir
shape: record
file: form.csv
columns: {n: {type: number}}
"""
HEAD = """
indicator: mutu
title: Mutu
objective: layanan
division: umum
sources: [form]
unit: poin
range: [0, 100]
decimals: 2
versions:
"""
FIRST = """
- from: 2019-01-01
  basis: {regulation: perda_1, locator: Pasal 1}
  parameters:
    bobot: {value: 2, unit: poin, basis: {locator: Pasal 7}}
    batas: 20
    skor:
      bands: [{from: 50, value: 2}, {value: 1}]
  steps:
    nilai: {formula: n * bobot, range: [0, 50], unit: poin}
    sisa: n - batas
  result: nilai + sisa
  categories: [{from: 60, label: Baik}, {label: Buruk}]
"""


@pytest.fixture
def indicator(tmp_path):
    """Return a function that reads the indicator with the versions given as YAML."""

    def read(*versions: str) -> Indicator:
        files = {
            "organization.yaml": ORGANIZATION,
            "regulations.yaml": REGULATIONS,
            "sources/form.yaml": SOURCE,
            "indicators/mutu.yaml": HEAD
            + textwrap.indent("".join(version.lstrip("\n") for version in versions), "  "),
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.lstrip("\n"), encoding="utf-8")
        parts = read_parts(tmp_path)
        catalogue, problems = parts.catalogue, parts.problems
        assert problems == ()
        assert catalogue is not None
        return catalogue.indicators["mutu"]

    return read


def rule_of(indicator: Indicator, period: str) -> Rule:
    rule = in_force(indicator, Period.parse(period))
    assert isinstance(rule, Rule)
    return rule


def why_none(indicator: Indicator, period: str) -> str:
    rule = in_force(indicator, Period.parse(period))
    assert isinstance(rule, NotInForce)
    return str(rule.reason)


def said(indicator: Indicator) -> list[str]:
    """Return each problem with the words that stand at its place, its hint and its related places."""
    told = []
    for problem in check(indicator):
        text = (
            f"{problem.severity} {problem.code} [{problem.place.written.splitlines()[0]}]: {problem.message}"
        )
        text += f"; {problem.hint}" if problem.hint is not None else ""
        told.append(
            text + "".join(f"; [{related.place.written}] {related.message}" for related in problem.related)
        )
    return told


# ── periods ──

periods = st.one_of(
    st.builds(Period, st.integers(1000, 9999)),
    st.builds(Period, st.integers(1000, 9999), st.just("semester"), st.integers(1, 2)),
    st.builds(Period, st.integers(1000, 9999), st.just("quarterly"), st.integers(1, 4)),
    st.builds(Period, st.integers(1000, 9999), st.just("monthly"), st.integers(1, 12)),
)
frequencies = st.sampled_from(["yearly", "semester", "quarterly", "monthly"])


@pytest.mark.parametrize(
    ("text", "first", "last", "indonesian", "english"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31), "2021", "2021"),
        ("2021-S1", date(2021, 1, 1), date(2021, 6, 30), "Semester I 2021", "Semester 1 2021"),
        ("2021-S2", date(2021, 7, 1), date(2021, 12, 31), "Semester II 2021", "Semester 2 2021"),
        ("2021-TW1", date(2021, 1, 1), date(2021, 3, 31), "Triwulan I 2021", "Quarter 1 2021"),
        ("2021-TW4", date(2021, 10, 1), date(2021, 12, 31), "Triwulan IV 2021", "Quarter 4 2021"),
        ("2021-01", date(2021, 1, 1), date(2021, 1, 31), "Januari 2021", "January 2021"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "Februari 2024", "February 2024"),
    ],
)
def test_a_period_knows_its_days_and_its_title(text, first, last, indonesian, english):
    period = Period.parse(text)
    assert (period.first, period.last) == (first, last)
    assert (period.title("id"), period.title("en")) == (indonesian, english)


@pytest.mark.parametrize(
    ("text", "semester", "quarter", "month"),
    [
        ("2021", None, None, None),
        ("2021-S2", 2, None, None),
        ("2021-TW2", 1, 2, None),
        ("2021-TW3", 2, 3, None),
        ("2021-06", 1, 2, 6),
        ("2021-07", 2, 3, 7),
    ],
)
def test_a_period_knows_the_longer_ones_it_lies_in(text, semester, quarter, month):
    period = Period.parse(text)
    assert (period.semester, period.quarter, period.month) == (semester, quarter, month)


FORMS = "write 2021, 2021-S1 (semester), 2021-TW1 (quarter) or 2021-03 (month)"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("TW1 2021", "write `2021-TW1`"),
        ("2021-Q1", "write `2021-TW1`"),
        ("2021-tw1", "write `2021-TW1`"),
        ("triwulan II 2021", "write `2021-TW2`"),
        ("2021/03", "write `2021-03`"),
        ("3-2021", "write `2021-03`"),
        ("Maret 2021", "write `2021-03`"),
        ("Semester 2 2021", "write `2021-S2`"),
        (" 2021", "write `2021`"),
        ("2021-13", "a year has 12 months: `2021-01` to `2021-12`"),
        ("2021-00", "a year has 12 months: `2021-01` to `2021-12`"),
        ("2021-TW5", "a year has 4 quarters: `2021-TW1` to `2021-TW4`"),
        ("2021-S3", "a year has 2 semesters: `2021-S1` to `2021-S2`"),
        ("2021-03-31", FORMS),
        ("2021-2022", FORMS),
        ("0021", FORMS),
        ("٢٠٢١", FORMS),
        ("this year", FORMS),
        ("", FORMS),
    ],
)
def test_what_is_not_a_period_is_refused_with_what_was_probably_meant(text, hint):
    with pytest.raises(InvalidRequest) as caught:
        Period.parse(text)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.message)) == ("wrong-period", f"`{text}` is not a period")
    assert str(problem.hint) == hint


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_a_period_or_refused(text):
    if Period.read(text) is not None:
        assert Period.parse(text).text == text
        return
    with pytest.raises(InvalidRequest) as caught:
        Period.parse(text)
    assert [problem.code for problem in caught.value.problems] == ["wrong-period"]


@given(periods)
@settings(deadline=None)
def test_a_period_reads_as_it_is_written(period):
    assert Period.parse(str(period)) == period


@given(periods)
@settings(deadline=None)
def test_the_previous_period_ends_the_day_before_and_is_as_long(period):
    before = period.previous()
    assert before.last + timedelta(days=1) == period.first
    assert before.frequency == period.frequency


@given(periods, frequencies)
@settings(deadline=None)
def test_parts_fill_a_period_without_gap_or_overlap(period, frequency):
    parts = period.parts(frequency)
    if parts:
        assert (parts[0].first, parts[-1].last) == (period.first, period.last)
        assert all(part.frequency == frequency for part in parts)
        assert [part.previous() for part in parts[1:]] == list(parts[:-1])
    else:
        assert period.within(frequency) is not None


@given(periods, frequencies)
@settings(deadline=None)
def test_a_period_is_a_part_of_the_longer_one_around_it(period, frequency):
    around = period.within(frequency)
    assert (around is None) == (period in period.parts(frequency) or len(period.parts(frequency)) > 1)
    if around is not None:
        assert period in around.parts(period.frequency)


def test_a_period_is_a_part_of_itself_and_not_around_itself():
    quarter = Period.parse("2021-TW3")
    assert quarter.parts("quarterly") == (quarter,)
    assert quarter.within("quarterly") is None
    assert quarter.parts("yearly") == ()
    assert [part.text for part in quarter.parts("monthly")] == ["2021-07", "2021-08", "2021-09"]


# ── the rule in force ──

SECOND = """
- from: 2021-07-01
  basis: {regulation: perda_2}
  parameters: {bobot: {value: 3, unit: poin}, sisa_minimum: 1, batas: null}
  steps: {sisa: n - sisa_minimum}
  decimals: 1
"""


@pytest.mark.parametrize(
    ("period", "first_day"),
    [
        ("2020", date(2019, 1, 1)),
        ("2021-06", date(2019, 1, 1)),
        ("2021-S1", date(2019, 1, 1)),
        ("2021", date(2021, 7, 1)),
        ("2021-TW3", date(2021, 7, 1)),
        ("2030", date(2021, 7, 1)),
    ],
)
def test_the_last_version_that_begins_by_the_last_day_counts(indicator, period, first_day):
    assert rule_of(indicator(FIRST, SECOND), period).version.from_ == first_day


def test_of_several_changes_within_a_period_the_last_counts(indicator):
    third = "- from: 2021-10-01\n  basis: {regulation: perda_3}\n  decimals: 0\n"
    rule = rule_of(indicator(FIRST, SECOND, third), "2021")
    assert [version.from_ for version in rule.chain] == [
        date(2019, 1, 1),
        date(2021, 7, 1),
        date(2021, 10, 1),
    ]
    assert rule.decimals == 0


def test_an_amendment_sets_adds_and_removes_entries_and_leaves_the_rest(indicator):
    rule = rule_of(indicator(FIRST, SECOND), "2021")
    numbers = {
        name: parameter.content.value
        for name, parameter in rule.parameters.items()
        if isinstance(parameter.content, Single)
    }
    assert numbers == {"bobot": 3, "sisa_minimum": 1}
    assert list(rule.parameters) == ["bobot", "skor", "sisa_minimum"]
    assert {name: step.formula.text for name, step in rule.steps.items()} == {
        "nilai": "n * bobot",
        "sisa": "n - sisa_minimum",
    }
    assert rule.result.formula.text == "nilai + sisa"
    assert [row.label for row in rule.categories or ()] == ["Baik", "Buruk"]
    assert (rule.unit, rule.decimals, rule.rounding) == ("poin", 1, "half_up")


def test_an_earlier_rule_is_not_touched_by_a_later_amendment(indicator):
    amended, alone = indicator(FIRST, SECOND), indicator(FIRST)
    assert list(rule_of(amended, "2020").parameters) == list(rule_of(alone, "2020").parameters)
    assert rule_of(amended, "2020").decimals == 2


def test_a_removed_entry_may_come_back(indicator):
    back = "- from: 2022-01-01\n  parameters: {batas: 30}\n"
    found = indicator(FIRST, SECOND, back)
    assert check(found) == ()
    rule = rule_of(found, "2022")
    assert rule.origins["parameters.batas"] is found.versions[2]


def test_each_entry_knows_the_version_that_put_it_there(indicator):
    found = indicator(FIRST, SECOND)
    rule = rule_of(found, "2021")
    named = {
        entry: "first" if version is found.versions[0] else "second"
        for entry, version in rule.origins.items()
    }
    assert named == {
        "parameters.bobot": "second",
        "parameters.skor": "first",
        "parameters.sisa_minimum": "second",
        "steps.nilai": "first",
        "steps.sisa": "second",
        "result": "first",
        "categories": "first",
        "decimals": "second",
    }


@pytest.mark.parametrize(
    ("period", "entry", "regulation", "locator"),
    [
        ("2020", "parameters.bobot", "perda_1", "Pasal 7"),
        ("2020", "parameters.batas", "perda_1", "Pasal 1"),
        ("2020", "result", "perda_1", "Pasal 1"),
        ("2021", "parameters.bobot", "perda_2", None),
        ("2021", "parameters.skor", "perda_1", "Pasal 1"),
        ("2021", "steps.nilai", "perda_1", "Pasal 1"),
        ("2021", "decimals", "perda_2", None),
    ],
)
def test_an_entry_has_its_own_article_and_the_regulation_of_its_version(
    indicator, period, entry, regulation, locator
):
    basis = rule_of(indicator(FIRST, SECOND), period).basis_of(entry)
    assert basis is not None
    assert (str(basis.regulation), basis.locator) == (regulation, locator)


def test_the_history_of_an_entry_has_the_versions_that_set_or_removed_it(indicator):
    found = indicator(FIRST, SECOND)
    rule = rule_of(found, "2020")
    assert rule.history("parameters.batas") == found.versions
    assert rule.history("steps.nilai") == found.versions[:1]
    assert rule.history("decimals") == found.versions[1:]
    assert rule.history("rounding") == ()


def test_a_replacing_version_starts_from_nothing_but_the_head(indicator):
    """Parameters, steps, categories and plain keys of earlier versions are gone; the head's count again."""
    changed = SECOND + "  unit: persen\n  range: [0, 10]\n  rounding: down\n"
    new = "- from: 2023-01-01\n  replaces: true\n  basis: {regulation: perda_3}\n  result: n\n"
    found = indicator(FIRST, changed, new)
    before, rule = rule_of(found, "2022"), rule_of(found, "2023")
    assert before.range is not None
    assert (before.unit, before.range.high, before.decimals, before.rounding) == ("persen", 10, 1, "down")
    assert rule.chain == (found.versions[2],)
    assert (dict(rule.parameters), dict(rule.steps), rule.categories) == ({}, {}, None)
    assert rule.range is not None
    assert (rule.unit, rule.range.high, rule.decimals, rule.rounding) == ("poin", 100, 2, "half_up")
    assert list(rule.origins) == ["result"]


def test_every_version_has_its_consolidated_rule(indicator):
    found = indicator(FIRST, SECOND)
    assert [rule.version for rule in rules(found)] == list(found.versions)


ENDED = SECOND + "  until: 2023-12-31\n  succeeded_by: perda_3\n"


def test_before_the_first_rule_there_is_none(indicator):
    assert why_none(indicator(FIRST), "2018") == "the first rule is in force from 2019-01-01"


def test_after_the_end_there_is_no_rule_and_the_successor_is_named(indicator):
    found = indicator(FIRST, ENDED)
    assert isinstance(in_force_on(found, date(2023, 12, 31)), Rule)
    ended = in_force_on(found, date(2024, 1, 1))
    assert isinstance(ended, NotInForce)
    assert (
        str(ended.reason) == "no rule in force after 2023-12-31; perda_3 replaced it and is not transcribed"
    )
    assert str(ended.succeeded_by) == "perda_3"


def test_a_period_that_outlasts_the_rule_has_none(indicator):
    ended = SECOND + "  until: 2023-06-30\n"
    assert why_none(indicator(FIRST, ended), "2023") == "no rule in force after 2023-06-30"
    assert isinstance(in_force(indicator(FIRST, ended), Period.parse("2023-S1")), Rule)


def test_a_later_version_takes_up_after_a_gap(indicator):
    """It still amends what ended: the gap is in time, not in the text."""
    later = "- from: 2025-01-01\n  decimals: 3\n"
    found = indicator(FIRST, ENDED, later)
    assert check(found) == ()
    assert isinstance(in_force_on(found, date(2024, 12, 31)), NotInForce)
    assert rule_of(found, "2025").decimals == 3
    assert "bobot" in rule_of(found, "2025").parameters


# ── what is wrong with versions ──


def test_sound_versions_have_no_problem(indicator):
    assert said(indicator(FIRST, SECOND)) == []


@pytest.mark.parametrize("day", ["2019-01-01", "2018-07-01"])
def test_versions_stand_from_the_oldest_to_the_newest(indicator, day):
    assert said(indicator(FIRST, f"- from: {day}\n  decimals: 1\n")) == [
        f"error date-order [{day}]: this version begins on {day}, not after the one before it; "
        "write versions from the oldest to the newest; "
        "[2019-01-01] the version before it begins on 2019-01-01"
    ]


def test_a_version_does_not_end_before_it_begins(indicator):
    assert said(indicator(FIRST + "  until: 2018-12-31\n")) == [
        "error date-order [2018-12-31]: this version ends on 2018-12-31, before it begins on 2019-01-01"
    ]


def test_two_versions_are_not_in_force_at_once(indicator):
    assert said(indicator(FIRST + "  until: 2021-12-31\n", SECOND)) == [
        "error date-overlap [2021-07-01]: two versions are in force from 2021-07-01 to 2021-12-31; "
        "end the earlier one on 2021-06-30; [2021-12-31] the earlier one ends here"
    ]


def test_a_version_may_begin_the_day_after_the_one_before_it_ends(indicator):
    assert said(indicator(FIRST + "  until: 2021-06-30\n", SECOND)) == []


def test_a_successor_needs_a_last_day(indicator):
    assert said(indicator(FIRST + "  succeeded_by: perda_3\n")) == [
        "error missing-key [perda_3]: `succeeded_by` needs `until`, the last day of this version"
    ]


def test_the_first_version_has_a_result_and_a_replacing_one_has_its_own(indicator):
    """It is said once for each text that lacks it, not for every version that amends that text."""
    bare = "- from: 2018-01-01\n  decimals: 1\n- from: 2018-07-01\n  decimals: 2\n"
    new = "- from: 2022-01-01\n  replaces: true\n  decimals: 1\n"
    found = indicator(bare, FIRST, new)
    assert [problem.place for problem in check(found)] == [found.versions[0].place, found.versions[3].place]
    assert {str(problem.message) for problem in check(found)} == {"this version has no `result`"}
    assert {str(problem.hint) for problem in check(found)} == {
        "write `result:` with a formula; a later version may leave it out and keep this one"
    }


def test_what_is_not_there_cannot_be_removed(indicator):
    wrong = "- from: 2020-01-01\n  parameters: {bobott: null}\n  steps: {batas: null}\n"
    assert said(indicator(FIRST, wrong)) == [
        "error unknown-name [bobott]: there is no parameter `bobott` to remove; did you mean `bobot`?",
        "error unknown-name [batas]: there is no step `batas` to remove",
    ]


def test_an_entry_is_removed_once(indicator):
    again = "- from: 2022-01-01\n  parameters: {batas: null}\n"
    assert said(indicator(FIRST, SECOND, again)) == [
        "error unknown-name [batas]: there is no parameter `batas` to remove"
    ]


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("parameters: {batas: 20}", "batas"),
        ("parameters: {bobot: {value: 2, unit: poin, basis: {locator: Pasal 7}}}", "bobot"),
        ("parameters: {skor: {bands: [{from: 50, value: 2}, {value: 1}]}}", "skor"),
        ("steps: {nilai: {formula: n * bobot, range: [0, 50], unit: poin}}", "nilai"),
        ("result: nilai + sisa", "result"),
        ("categories: [{from: 60, label: Baik}, {label: Buruk}]", "categories"),
    ],
)
def test_an_entry_repeated_without_a_change_earns_an_advice(indicator, entry, name):
    (problem,) = check(indicator(FIRST, f"- from: 2020-01-01\n  {entry}\n"))
    assert (problem.severity, problem.code) == ("advice", "same-again")
    assert str(problem.message) == f"`{name}` is repeated without a change"
    assert str(problem.hint) == "leave it out: what a version does not mention stays as it was"


@pytest.mark.parametrize(
    "key",
    ["decimals: 1", "rounding: down", "unit: persen", "range: [0, 10]"],
    ids=lambda key: key.split(":")[0],
)
def test_a_plain_key_repeated_without_a_change_earns_an_advice(indicator, key):
    name = key.split(":")[0]
    versions = [f"- from: {year}-01-01\n  {key}\n" for year in (2020, 2021)]
    (problem,) = check(indicator(FIRST, *versions))
    assert str(problem.message) == f"`{name}` is repeated without a change"
    assert problem.place.line > 20


@pytest.mark.parametrize(
    "entry",
    [
        "parameters: {batas: 21}",
        "parameters: {batas: {value: 20, unit: JP}}",
        "parameters: {bobot: {value: 2, unit: poin, basis: {locator: Pasal 8}}}",
        "parameters: {skor: {bands: [{above: 50, value: 2}, {value: 1}]}}",
        "steps: {nilai: {formula: n * bobot, range: [0, 60], unit: poin}}",
        "steps: {nilai: {formula: n * bobot, range: [0, 50], unit: persen}}",
        "steps: {nilai: {formula: n * bobot, range: [0, 50], unit: poin, decimals: 1}}",
        "categories: [{from: 61, label: Baik}, {label: Buruk}]",
        "decimals: 1",
    ],
)
def test_a_changed_range_unit_limit_or_article_is_no_repetition(indicator, entry):
    assert said(indicator(FIRST, f"- from: 2020-01-01\n  {entry}\n")) == []


def test_what_a_replacing_version_says_again_is_no_repetition(indicator):
    again = FIRST.replace("2019-01-01", "2022-01-01") + "  replaces: true\n"
    assert said(indicator(FIRST, again)) == []
