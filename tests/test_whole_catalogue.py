"""What only the whole catalogue shows: days without a rule, acts out of force, twins, what nothing uses."""

from __future__ import annotations

import ast
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from catalogues import read_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from mistakes import BASE, answer

import engine
from engine.checking.twins import HANDLERS
from engine.formula.grammar import ALLOWED
from engine.versions import Rule, holes, in_force_on, rules, validities, windows

PACKAGE = Path(engine.__file__).parent
FORM = """
source: form
title: Formulir
division: umum
shape: record
file: data/{period}/form.csv
columns:
  n: {type: number, range: [0, 100]}
  m: {type: number, range: [0, 100]}
"""
HEAD = """
indicator: %s
title: Contoh
objective: layanan
division: umum
sources: [form]
wording: Contoh.
"""


def texts(**more: str) -> dict[str, str]:
    """The texts of a small catalogue; a key `indicators/a` is a file, all indicators begin alike."""
    found = {
        "organization.yaml": (BASE / "organization.yaml").read_text(encoding="utf-8"),
        "regulations.yaml": (
            "regulations:\n"
            "  perda_1: {citation: Perda 1, enacted: 2019-03-01}\n"
            "  perda_2: {citation: Perda 2, promulgated: 2021-06-15, repeals: [perda_1]}\n"
        ),
        "sources/form.yaml": FORM,
    }
    for name, content in more.items():
        if name == "regulations":
            found["regulations.yaml"] = content
        else:
            found[f"indicators/{name}.yaml"] = HEAD % name + content
    return found


def answers(tmp_path: Path, *codes: str, **more: str) -> str:
    """What is said of a catalogue, of the problems with these codes; there must be no errors but these."""
    for name, content in texts(**more).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    problems = engine.validate(tmp_path)
    assert [p for p in problems if p.severity == "error" and p.code not in codes] == []
    return answer(tuple(p for p in problems if p.code in codes), tmp_path)


def versions(*versions: str) -> str:
    return "versions:\n" + "".join(f"- {text}\n" for text in versions)


def indicator(text: str):
    catalogue, problems = read_texts(Path("definitions"), texts(a=text))
    assert catalogue is not None, problems
    return catalogue.indicators["a"]


# ── windows ──


def windows_of(indicator_):
    return windows(rules(indicator_))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 40), st.integers(-1, 60)
        ),  # days after the version before; days that it lasts
        min_size=1,
        max_size=6,
    )
)
def test_every_day_has_one_window_and_it_is_the_rule_in_force(lengths):
    """The windows are worked out from the versions alone and agree with `in_force_on` on every day."""
    written, day = [], date(2020, 1, 1)
    for gap, lasts in lengths:
        day += timedelta(days=gap)
        until = "" if lasts < 0 else f", until: {day + timedelta(days=lasts)}"
        written.append(f"{{from: {day}{until}, replaces: true, result: form.n}}")
    found = windows_of(indicator(versions(*written)))
    first = found[0].first
    assert found[-1].last is None
    for number in range((day - first).days + 100):
        today = first + timedelta(days=number)
        (holding,) = [window for window in found if window.holds(today)]
        rule = in_force_on(found[0].rule.indicator, today)
        if isinstance(rule, Rule):
            assert holding.rule is not None
            assert holding.rule.version is rule.version
        else:
            assert holding.rule is None


def test_a_hole_is_cut_to_the_days_that_are_asked_about():
    read = windows_of(indicator(versions("{from: 2020-01-01, until: 2020-12-31, result: form.n}")))
    user = windows_of(indicator(versions("{from: 2019-06-01, result: form.n}")))[0]
    before, after = holes(read, user)
    assert (before.first, before.last, before.after) == (date(2019, 6, 1), date(2019, 12, 31), None)
    assert (after.first, after.last) == (date(2021, 1, 1), None)
    assert after.after is read[0].rule


def test_a_hole_that_the_file_explains_is_fine(tmp_path):
    for reason in ("succeeded_by: perda_2", "note: Tidak diukur tahun 2020."):
        text = versions(
            f"{{from: 2019-01-01, until: 2019-12-31, result: form.n, {reason}}}",
            "{from: 2021-01-01, result: form.m, replaces: true}",
        )
        assert answers(tmp_path, "date-gap", a=text) == ""


# ── what a rule reads ──


def test_an_indicator_that_is_read_has_a_rule_on_the_same_days(tmp_path):
    """The days are told at the place of use, with the places where the rule that is read begins and ends."""
    says = answers(
        tmp_path,
        "rule-gap",
        a=versions("{from: 2020-01-01, until: 2022-12-31, result: form.n}"),
        b=versions("{from: 2019-01-01, result: form.m + a / 2}", "{from: 2023-01-01, decimals: 2}"),
    )
    assert says == (
        "indicators/b.yaml:9:39: rule-gap: `b` needs `a`, which has no rule from 2019-01-01 to 2019-12-31\n"
        "  hint: begin this rule later, end it with `until`, or write a rule of `a` for these days\n"
        "  indicators/a.yaml:9:10: the first rule of `a` begins on 2020-01-01\n"
        "  indicators/a.yaml:9:29: the rule of `a` ends on 2022-12-31"
    )


def test_days_without_a_rule_are_one_hole_however_many_versions_of_the_reader_meet_it(tmp_path):
    says = answers(
        tmp_path,
        "rule-gap",
        a=versions("{from: 2019-01-01, until: 2022-06-30, result: form.n}"),
        b=versions("{from: 2019-01-01, result: form.m + a / 2}", "{from: 2023-01-01, decimals: 2}"),
    )
    assert says.split("\n")[0].endswith("`b` needs `a`, which has no rule from 2022-07-01 on")


def test_a_step_of_an_indicator_without_a_rule_is_a_gap_and_no_crash(tmp_path):
    """Regression: the proof of such a moment ended with a KeyError, also when it was computed."""
    more = {
        "a": versions("{from: 2021-01-01, steps: {x: form.n}, result: x}"),
        "b": versions("{from: 2020-01-01, result: form.m + a.x}"),
    }
    says = answers(tmp_path, "rule-gap", **more)
    assert says.startswith(
        "indicators/b.yaml:9:39: rule-gap: `b` needs `a`, which has no rule from 2020-01-01"
    )
    result = engine.load(tmp_path).evaluate("2020", {"form": [{"n": 1.0, "m": 2.0}]})["b"]
    assert result.value is None
    assert str(result.reason) == "`a` has no steps for this period"
    more["b"] = versions("{from: 2020-01-01, steps: {y: {formula: a.x * 2, title: Y}}, result: form.m}")
    answers(tmp_path, "rule-gap", **more)
    result = engine.load(tmp_path).evaluate("2020", {"form": [{"n": 1.0, "m": 2.0}]})["b"]
    assert result.value == 2
    assert str(result.steps["y"]) == "not computed"


def test_a_reader_that_ends_with_what_it_reads_has_no_gap(tmp_path):
    assert (
        answers(
            tmp_path,
            "rule-gap",
            a=versions("{from: 2020-01-01, until: 2022-12-31, result: form.n}"),
            b=versions("{from: 2020-01-01, until: 2022-12-31, result: form.m + a / 2}"),
        )
        == ""
    )


def test_the_value_of_an_earlier_period_may_be_read_one_period_longer(tmp_path):
    """The first period of a series has none before it; what ended in 2022 is the earlier value of 2023."""
    more = {
        "a": versions("{from: 2020-01-01, until: 2022-12-31, result: form.n}"),
        "b": versions("{from: 2020-01-01, until: 2023-12-31, result: form.m + previous(a)}"),
    }
    assert answers(tmp_path, "rule-gap", **more) == ""
    more["b"] = versions("{from: 2020-01-01, result: form.m + previous(a)}")
    assert "which has no rule from 2024-01-01 on" in answers(tmp_path, "rule-gap", **more)


# ── acts in force ──


def _register(acts: str) -> str:
    return "regulations:\n" + acts


@pytest.mark.parametrize(
    ("date_", "early"),
    [
        ("enacted: 2021", False),  # perhaps on the first day
        ("enacted: 2021-12-31", False),  # on the last day of the first period
        ("enacted: 2021-12, in_force: 2022-01-01", True),
        ("enacted: 2022", True),
        ("enacted: 2022, applies_from: 2021", False),
        ("address: https://example.org", False),  # nothing is known, nothing is proved
    ],
)
def test_an_act_is_in_force_on_the_last_day_of_the_first_period(tmp_path, date_, early):
    says = answers(
        tmp_path,
        "early-regulation",
        regulations=_register(f"  uji: {{citation: Uji, {date_}}}\n"),
        a=versions("{from: 2021-01-01, basis: {regulation: uji}, result: form.n}"),
    )
    assert bool(says) is early, says


@pytest.mark.parametrize(
    ("date_", "until", "stale"),
    [
        ("ends: 2021", "2022-12-31", True),
        ("ends: 2021", "2021-12-31", False),
        ("ends: 2022-01-01", "2022-12-31", False),  # in force on the first day of the last period
        ("ends: 2022-01-01", "2023-06-30", False),  # 2022 is the last period that ends by then
        ("ends: 2022-01-01", "2023-12-31", True),
        ("note: Uji.", None, False),
        ("ends: 2050", None, True),
    ],
)
def test_an_act_is_in_force_on_the_first_day_of_the_last_period(tmp_path, date_, until, stale):
    ending = f", until: {until}" if until else ""
    says = answers(
        tmp_path,
        "stale-regulation",
        regulations=_register(f"  uji: {{citation: Uji, enacted: 2019, {date_}}}\n"),
        a=versions(f"{{from: 2019-01-01{ending}, basis: {{regulation: uji}}, result: form.n}}"),
    )
    assert bool(says) is stale, says


def test_an_act_that_was_repealed_is_told_with_the_act_that_repealed_it(tmp_path):
    says = answers(
        tmp_path,
        "stale-regulation",
        a=versions("{from: 2019-01-01, until: 2022-12-31, basis: {regulation: perda_1}, result: form.n}"),
    )
    assert says == (
        "indicators/a.yaml:9:61: stale-regulation: `perda_1` was in force until 2021-06-14; "
        "2022 is measured by it all the same\n"
        "  hint: end the rule with `until`, let the version of the new act begin anew with `replaces: true`, "
        "or give what is left of it a new `basis`\n"
        "  regulations.yaml:3:3: `perda_2` repeals it"
    )


def test_what_is_left_of_an_earlier_version_still_rests_on_its_act(tmp_path):
    """An amendment by the act that repeals the first one leaves entries without an act in force."""
    first = (
        "{from: 2019-01-01, basis: {regulation: perda_1}, steps: {x: {formula: form.n, title: X}}, result: x}"
    )
    amended = "{from: 2021-01-01, basis: {regulation: perda_2}, %s result: form.m}"
    assert "`perda_1`" in answers(tmp_path, "stale-regulation", a=versions(first, amended % ""))
    assert answers(tmp_path, "stale-regulation", a=versions(first, amended % "replaces: true,")) == ""


def test_dates_of_the_register_mean_every_day_that_they_can_mean():
    catalogue, _ = read_texts(
        Path("definitions"),
        texts(
            regulations=_register(
                "  a: {citation: A, enacted: 2018, ends: 2020-02}\n"
                "  b: {citation: B, enacted: 2019-05-10, promulgated: 2019-06, repeals: [c]}\n"
                "  c: {citation: C}\n"
                "  d: {citation: D, enacted: 2020, repeals: [e]}\n"
                "  e: {citation: E}\n"
            )
        ),
    )
    assert catalogue is not None
    found = {name: (v.begins, v.ends, v.ended) for name, v in validities(catalogue.regulations).items()}
    assert found == {
        "a": (date(2018, 1, 1), date(2020, 2, 29), True),
        "b": (date(2019, 6, 1), None, False),
        "c": (None, date(2019, 6, 29), True),
        "d": (date(2020, 1, 1), None, False),
        "e": (None, None, True),  # d was enacted, but nothing says since when it is in force
    }


def test_the_yearly_target_of_quarters_needs_a_rule_for_each_of_them(tmp_path):
    text = "frequency: quarterly\nover_the_year: %s\ntargets: {2020: 50}\n"
    rule = versions("{from: 2020-04-01, result: form.n}")
    assert answers(tmp_path, "target-without-value", a=text % "mean" + rule) == (
        "indicators/a.yaml:10:11: target-without-value: no rule is in force on 2020-03-31\n"
        "  hint: remove the target for 2020, or write the rule for it"
    )
    assert answers(tmp_path, "target-without-value", a=text % "last" + rule) == ""


# ── names, twins, leftovers ──


def test_names_that_only_digits_tell_apart_do_not_look_alike(tmp_path):
    steps = "steps: {butir_1_11: {formula: form.n, title: A}, butir_11_1: {formula: form.m, title: B}}"
    text = versions(f"{{from: 2020-01-01, {steps}, result: form.n}}")
    assert answers(tmp_path, "look-alike", a=text) == ""


def test_indicators_whose_names_look_alike_are_told(tmp_path):
    rule = versions("{from: 2020-01-01, result: form.n}")
    says = answers(tmp_path, "look-alike", umum_l=rule, umum_1=rule, u_mum_a=rule, umurn_a=rule)
    assert [line for line in says.split("\n") if "look-alike" in line] == [
        "indicators/umum_l.yaml:2:12: look-alike: `umum_l` and `umum_1` cannot be told apart by their look",
        "indicators/umurn_a.yaml:2:12: look-alike: `umurn_a` and `u_mum_a` are easily taken for one another",
    ]


def test_indicators_that_compute_the_same_are_told_whatever_their_parts_are_called(tmp_path):
    first = "{from: 2020-01-01, parameters: {bobot: 0.5}, steps: {x: form.n * bobot}, result: x + form.m}"
    second = "{from: 2020-01-01, result: form.m + 0.5 * form.n}"
    assert answers(tmp_path, "same-indicator", a=versions(first), b=versions(second)) == (
        "indicators/b.yaml:9:22: same-indicator: `b` computes the same as `a`\n"
        "  hint: remove one of the two, or correct the formula that should differ\n"
        "  indicators/a.yaml:9:76: the result of `a`"
    )
    for other in ("form.m - 0.5 * form.n", "form.n + 0.5 * form.m", "form.m + 0.25 * form.n"):
        different = versions(f"{{from: 2020-01-01, result: {other}}}")
        assert answers(tmp_path, "same-indicator", a=versions(first), b=different) == ""


def test_a_list_in_a_formula_and_a_set_with_a_name_mean_the_same(tmp_path):
    """Regression: a list in a formula ended the check."""
    says = answers(
        tmp_path,
        "same-indicator",
        a=versions(
            "{from: 2020-01-01, parameters: {s: {set: [1, 2]}}, result: form.m if form.n in s else 0}"
        ),
        b=versions("{from: 2020-01-01, result: 'form.m if form.n in [2, 1] else 0'}"),
    )
    assert says.startswith("indicators/b.yaml:9:22: same-indicator: `b` computes the same as `a`")


def test_every_part_that_a_formula_may_have_has_a_meaning_to_be_compared():
    """A name means what it refers to; a list is allowed only behind `in`."""
    parts = {node for node in ALLOWED if issubclass(node, ast.expr)} | {ast.List}
    assert parts - {ast.Name, ast.Attribute} == set(HANDLERS)


def test_an_indicator_that_takes_the_place_of_another_may_compute_the_same(tmp_path):
    says = answers(
        tmp_path,
        "same-indicator",
        a=versions("{from: 2020-01-01, until: 2021-12-31, result: form.n}"),
        b=versions("{from: 2022-01-01, result: form.n}"),
    )
    assert says == ""


def test_another_name_for_a_step_is_no_twin(tmp_path):
    steps = "steps: {x: form.n + form.m, y: {formula: x, title: Y}}"
    assert answers(tmp_path, "same-formula", a=versions(f"{{from: 2020-01-01, {steps}, result: x}}")) == ""


def test_a_source_that_no_indicator_uses_is_told(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "lain.yaml").write_text(FORM.replace("source: form", "source: lain"))
    says = answers(tmp_path, "unused-source", a=versions("{from: 2020-01-01, result: form.n}"))
    assert says == (
        "sources/lain.yaml:2:9: unused-source: no indicator uses the source `lain`\n"
        "  hint: remove the file, or list it under the `sources` of an indicator"
    )


# ── advice that is switched off ──


def test_advice_can_be_switched_off_and_nothing_else_goes_with_it(tmp_path):
    broken = {"a": versions("{from: 2021-01-01, parameters: {lama: 3}, result: form.n * 85}")}
    answers(tmp_path, **broken)
    before = [problem.code for problem in engine.validate(tmp_path)]
    organization = tmp_path / "organization.yaml"
    text = organization.read_text(encoding="utf-8")
    off = "advice_off: [unnamed-number, missing-example, no-legal-basis]\n"
    organization.write_text(text + off, encoding="utf-8")
    after = [problem.code for problem in engine.validate(tmp_path)]
    assert before == [
        "no-legal-basis",
        "missing-example",
        "unused-parameter",
        "unnamed-number",
        "unused-column",
    ]
    assert after == ["unused-parameter", "unused-column"]


def test_every_advice_and_nothing_else_can_be_switched_off():
    """The schema lists the codes of all advice that the engine gives."""
    schema = json.loads((PACKAGE.parent / "schemas" / "organization.schema.json").read_text())
    listed = schema["properties"]["advice_off"]["items"]["enum"]
    given_: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "advice":
                given_ |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "self.advices.append":
                given_ |= {
                    arg.value
                    for arg in ast.walk(node)
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and "-" in arg.value
                }
    given_ -= {"decided-condition"}  # given as a warning
    given_ -= {"put-off"}  # tells what was not looked at: silence would hide it
    assert sorted(given_) == listed
