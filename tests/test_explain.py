"""From a result back to its causes: formulas with numbers, articles, the rows used, one row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from golden import CASES, same_as

import engine
from engine.definition import Label
from engine.evaluation import Data, Evaluation
from engine.explain import Explanation, explain
from engine.explain.nouns import BandRow, Branch, Computed, Entry, Figure, NoRule, Source
from engine.problems import InvalidRequest
from engine.report.account import account
from engine.report.account_pages import account_html, account_markdown
from engine.report.explanation import explanation_text
from engine.values import Absent
from engine.versions import Period

STAFF = [
    {
        "id": "Ayu",
        "team": "north",
        "counted": True,
        "degree": "master",
        "appraisal": 86.5,
        "born": date(1980, 5, 1),
    },
    {
        "id": "Budi",
        "team": "south",
        "counted": True,
        "degree": "bachelor",
        "appraisal": None,
        "born": date(1990, 1, 1),
    },
    {
        "id": "Cici",
        "team": "north",
        "counted": False,
        "degree": "bachelor",
        "appraisal": 95,
        "born": date(1970, 7, 7),
    },
]
COURSES = [
    {"person": "Ayu", "kind": "technical", "hours": 18},
    {"person": "Ayu", "kind": "technical", "hours": 12.5},
    {"person": "Ayu", "kind": "seminar", "hours": 40},
    {"person": "Ayu", "kind": "seminar", "hours": 40},
    {"person": "Cici", "kind": "technical", "hours": 10},
]
ROWS: dict[str, Any] = {"staff": STAFF, "course": COURSES, "form": {"asked": 30, "answered": 20}}


@pytest.fixture
def catalogue(monkeypatch):
    monkeypatch.chdir(CASES / "explanation")
    return engine.load(Path("definitions"))


@pytest.fixture
def explained(catalogue):
    def run(
        indicator: str = "quality",
        period: str = "2021",
        *,
        rows: dict[str, Any] | None = None,
        by: str | None = None,
        previous: dict[str, float] | None = None,
        chosen: dict[str, Any] | None = None,
        **options: Any,
    ) -> Explanation:
        data = Data(None, ROWS if rows is None else rows, previous=previous or {})
        evaluation = Evaluation(catalogue.definitions, data, by, chosen or {})
        return explain(evaluation, indicator, Period.parse(period), **options)

    return run


def computed(explanation: Explanation, item: str) -> Computed:
    found = explanation.items[item]
    assert isinstance(found, Computed)
    return found


def test_a_result_is_told_with_its_formula_its_rows_its_category_and_its_target(explained):
    """Ayu has 20 + 15 + 25 = 60, Budi 15; Cici with 45 is not counted. Mean 37.5; 37.5 / 40 is 93.75 %."""
    result = computed(explained(), "indicator:quality")
    assert result.formula == "mean(staff.points, where=staff.counted)"
    assert result.value == 37.5
    assert result.trace is not None
    (over,) = result.trace.over
    assert (over.chosen, over.rows, over.low, over.high) == (2, 3, 15, 60)
    assert result.category is not None
    assert result.category.label == "middle"
    assert result.reached is not None
    assert result.reached.achievement is not None
    assert result.reached.achievement.value == 93.75


def test_each_cause_is_an_item_that_others_refer_to(explained):
    """Nothing is told twice, however many formulas use it, and nothing is left unreached."""
    explanation = explained()
    reached = {explanation.root, *explanation.others}
    for item in explanation.items.values():
        reached |= set(item.uses)
    assert reached == set(explanation.items)


def test_one_row_is_told_with_its_numbers_in_the_authors_own_words(explained):
    explanation = explained(row="Ayu")
    points, training = (computed(explanation, f"step:quality.{name}") for name in ("points", "training"))
    assert points.row is not None
    assert points.row.text == 'degree_points["master"] + 15 + 25'
    assert points.row.hits == (Entry("degree_points", "master", 20),)
    assert points.value == 60
    assert training.row is not None
    assert training.row.text == "15 if 30.5 >= 20 else 0"
    assert training.row.branches == (Branch("hours >= least_hours", True, "training_points"),)


def test_the_row_of_bands_that_a_value_reached_is_named(explained):
    appraised = computed(explained(row="Ayu"), "step:quality.appraised")
    assert appraised.row is not None
    (hit,) = appraised.row.hits
    assert isinstance(hit, BandRow)
    assert (hit.parameter, hit.value, hit.row.limit, str(hit.row.title)) == (
        "appraisal_points",
        86.5,
        75,
        "Good",
    )


def test_a_part_that_was_not_evaluated_leaves_no_trace(explained):
    """Budi has no appraisal: the other branch has no band to tell of."""
    appraised = computed(explained(row="Budi"), "step:quality.appraised")
    assert appraised.row is not None
    assert appraised.row.text == "0 if is_missing(blank) else band(blank, appraisal_points)"
    assert appraised.row.hits == ()
    assert appraised.row.branches == (Branch("is_missing(appraisal)", True, "0"),)


def test_children_are_listed_with_those_that_entered_first_and_alike_ones_together(explained):
    hours = computed(explained(row="Ayu"), "step:quality.hours")
    assert hours.row is not None
    (over,) = hours.row.over
    assert (over.value, over.chosen, over.rows) == (30.5, 2, 4)
    assert [(child.times, child.chosen, dict(child.values)) for child in over.children] == [
        (1, True, {"hours": 18.0, "kind": "technical"}),
        (1, True, {"hours": 12.5, "kind": "technical"}),
        (2, False, {"hours": 40.0, "kind": "seminar"}),
    ]


def test_a_row_knows_whether_it_counts(explained):
    for key, counts in (("Ayu", True), ("Cici", False)):
        result = computed(explained(row=key), "indicator:quality")
        assert result.trace is not None
        assert result.trace.over[0].takes_row is counts


def test_personal_columns_are_never_shown(explained):
    """Not in a formula, not as a column of the row, not as the extreme of an aggregate, not as the key."""
    for key in (None, "Ayu"):
        explanation = explained(row=key)
        arranged = account(explanation, "en")
        pages = (account_markdown(arranged), account_html(arranged))
        for told in (json.dumps(explanation.to_dict()), explanation_text(explanation, "en"), *pages):
            for secret in ("Ayu", "1980", "Cici", "1970"):
                assert secret not in told
    age = computed(explained(row="Ayu"), "step:quality.age")
    assert age.row is not None
    assert age.row.text == "2021 - year(birthday)"


def test_a_step_that_passes_a_personal_value_on_is_personal_too(explained):
    """`birthday` is `born` under another name."""
    birthday = computed(explained(row="Ayu"), "step:quality.birthday")
    assert birthday.personal
    assert (birthday.value, birthday.row, birthday.spread) == (None, None, None)


def test_a_row_is_computed_with_all_rows_that_count_for_it(explained):
    """Ayu's part needs her team and the colleagues in it: two in the north, so a half."""
    for key, part in (("Ayu", 0.5), ("Budi", 1), ("Cici", 0.5)):
        step = computed(explained("crowding", row=key), "step:crowding.part")
        assert step.value == part
        assert step.row is not None
        assert step.row.text == f"1 / {1 / part:g}"


def test_a_row_of_a_parent_source_can_be_chosen_too(explained):
    """Its key is not personal, so it is named."""
    explanation = explained("crowding", row="north")
    assert (explanation.row_source, explanation.row_key) == ("team", "north")
    size = computed(explanation, "step:crowding.size")
    assert size.row is not None
    assert [(over.chosen, over.rows) for over in size.row.over] == [(2, 2)]


def test_rounding_of_a_step_is_told(explained):
    """10 / 30 is a third; the step rounds it to 0.333."""
    share = computed(explained("response"), "step:response.open_share")
    assert share.value == 0.333
    assert share.rounded is not None
    assert (share.rounded.decimals, share.rounded.rounding) == (3, "half_up")
    assert share.trace is not None
    assert share.trace.text == "(30 - 20) / 30"


def test_an_indicator_made_of_others_leads_to_them_and_to_the_earlier_figure(explained):
    """37.5 - 33.3 + (37.5 - 35) = 6.7."""
    explanation = explained("overall", previous={"quality": 35})
    result = computed(explanation, "indicator:overall")
    assert result.trace is not None
    assert result.trace.text == "37.5 - 33.3 + (37.5 - 35)"
    assert result.value == pytest.approx(6.7, abs=1e-12)
    assert result.uses == ("indicator:quality", "indicator:response", "figure:quality@2020")
    earlier = explanation.items["figure:quality@2020"]
    assert isinstance(earlier, Figure)
    assert (earlier.period, earlier.value) == ("2020", 35)
    assert "step:quality.points" in explanation.items


def test_a_negative_number_is_put_into_brackets_where_it_is_an_operand(explained):
    result = computed(explained("overall", previous={"quality": -5}), "indicator:overall")
    assert result.trace is not None
    assert result.trace.text == "37.5 - 33.3 + (37.5 - (-5))"


def test_a_value_that_is_not_there_is_told_where_it_is_missing(explained):
    """Without the figure of 2020 the whole has none; the rest of the formula keeps its numbers."""
    explanation = explained("overall")
    result, earlier = computed(explanation, "indicator:overall"), explanation.items["figure:quality@2020"]
    assert result.trace is not None
    assert result.trace.text == "37.5 - 33.3 + (37.5 - no value)"
    assert isinstance(earlier, Figure)
    for value in (result.value, result.trace.value, earlier.value):
        assert isinstance(value, Absent)
        assert str(value) == "the data given are those of 2021, without 2020"


def test_a_later_version_is_told_with_its_own_article(explained):
    """Letter 7 gives 10 points; what it does not mention keeps the article of the first rule."""
    items = explained(period="2022").items
    training, degrees = items["parameter:quality.training_points"], items["parameter:quality.degree_points"]
    assert training.basis is not None
    assert (training.basis.citation, training.basis.locator) == ("Letter 7 of 2022", "point 4")
    assert training.inferred
    assert degrees.basis is not None
    assert (degrees.basis.citation, degrees.basis.locator) == ("Rule 1 of 2020", "Article 2")
    assert not degrees.inferred


def test_a_parameter_replaced_by_the_caller_is_marked(explained):
    explanation = explained(chosen={"least_hours": 30})
    assert [name for name, item in explanation.items.items() if getattr(item, "chosen", False)] == [
        "parameter:quality.least_hours"
    ]


def test_one_group_is_told_with_its_own_rows(explained):
    """In the north only Ayu counts."""
    explanation = explained(by="team", group="north")
    assert explanation.group == ("team", "north")
    result = computed(explanation, "indicator:quality")
    assert result.value == 60
    assert result.trace is not None
    assert (result.trace.over[0].chosen, result.trace.over[0].rows) == (1, 2)
    points = computed(explanation, "step:quality.points")
    assert points.spread is not None
    assert (points.spread.rows, points.spread.low, points.spread.high) == (2, 45, 60)


def test_depth_cuts_at_the_shortest_way(explained):
    explanation = explained(depth=1)
    assert list(explanation.items) == ["indicator:quality", "step:quality.points", "source:staff"]
    points = explanation.items["step:quality.points"]
    assert (points.uses, points.more) == ((), 3)


def test_a_missing_source_is_the_reason(explained):
    explanation = explained(rows={"staff": STAFF})
    result = computed(explanation, "indicator:quality")
    assert str(result.value) == "no rows of `course` were given"
    assert result.trace is None
    course = explanation.items["source:course"]
    assert isinstance(course, Source)
    assert str(course.absent) == "no rows of `course` were given"


def test_a_missing_source_is_the_reason_in_a_split_too(explained):
    explanation = explained(rows={}, by="team")
    assert str(computed(explanation, "indicator:quality").value) == "no rows of `course` were given"


def test_an_indicator_without_a_rule_says_why(explained):
    explanation = explained(period="2025")
    rule = explanation.items[explanation.root]
    assert isinstance(rule, NoRule)
    assert isinstance(rule.value, Absent)
    assert (
        str(rule.value) == "no rule in force after 2023-12-31; rule_9_2024 replaced it and is not transcribed"
    )


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"indicator": "qualty"}, "there is no indicator `qualty`", "did you mean `quality`?"),
        ({"row": "Dedi"}, "there is no row with the key `Dedi` in `staff`",
         "the keys stand in the column `staff.id`"),
        ({"by": "team"}, "the figures are split; say which group is to be explained",
         "the groups are north, south"),
        ({"by": "team", "group": "nord"}, "there is no group `nord`", "did you mean `north`?"),
        ({"by": "team", "group": "south", "row": "Ayu"}, "the row does not belong to south",
         "leave the group out, or choose the group of this row"),
        ({"indicator": "response", "row": "1"}, "this indicator has no steps with a value in each row",
         "leave the row out to see the whole"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_met_says_what_can(explained, options, message, hint):
    with pytest.raises(InvalidRequest) as refused:
        explained(**options)
    (problem,) = refused.value.problems
    assert (str(problem.message), str(problem.hint)) == (message, hint)


# ── as text and as JSON ──


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_outline_of_a_whole_result(explained, language, request):
    same_as(request, f"explanation/expected/quality.{language}.txt", explanation_text(explained(), language))


def test_the_outline_of_one_row(explained, request):
    same_as(
        request, "explanation/expected/quality_row.en.txt", explanation_text(explained(row="Ayu"), "en", 80)
    )


PAGES = {"md": account_markdown, "html": account_html}


@pytest.mark.parametrize("form", PAGES)
@pytest.mark.parametrize(("name", "language", "row"), [("quality", "id", None), ("quality_row", "en", "Ayu")])
def test_the_account_of_a_result(explained, form, name, language, row, request):
    """The sentence, formulas, parameters with articles, sources with files, what the next rule changes."""
    told = PAGES[form](account(explained(row=row), language))
    same_as(request, f"explanation/expected/{name}.{language}.{form}", told)


def test_no_text_of_a_definition_is_markup(explained, monkeypatch):
    explanation = explained()
    hostile = Label("<img src=x onerror=alert(1)>", "[x](https://evil.example) `@all` | <b>")
    items = {name: replace(item, title=hostile, note=hostile) for name, item in explanation.items.items()}
    spoilt = replace(explanation, items=items)
    for language in ("id", "en"):
        page = account_html(account(spoilt, language))
        assert "<img" not in page
        assert "<b>" not in page
        markdown = account_markdown(account(spoilt, language))
        assert "](http" not in markdown
        assert "<img" not in markdown
        assert "@all" not in markdown


def test_rows_that_weigh_most_are_named_where_they_are_nobodys_own():
    def heaviest(indicator, period):
        items = engine.load().explain(indicator, period).items.values()
        traces = [item.trace for item in items if isinstance(item, Computed) and item.trace is not None]
        return [list(over.heaviest) for trace in traces for over in trace.over if over.heaviest]

    assert heaviest("skm", "2024-TW2") == [["biaya", "produk", "pengaduan", "waktu", "persyaratan"]]
    assert heaviest("ip_asn", "2024") == []


def test_the_outline_of_an_indicator_made_of_others(explained, request):
    explanation = explained("overall", previous={"quality": 35}, depth=3)
    same_as(request, "explanation/expected/overall.en.txt", explanation_text(explanation, "en"))


def test_the_form_for_programs(explained, request):
    told = json.dumps(explained(row="Ayu").to_dict("en"), indent=2, ensure_ascii=False, allow_nan=False)
    same_as(request, "explanation/expected/quality_row.json", told + "\n")


def test_no_line_is_wider_than_asked(explained):
    for width in (80, 100):
        assert (
            max(len(line) for line in explanation_text(explained(row="Ayu"), "id", width).splitlines())
            <= width
        )


# ── the shipped catalogue ──


@pytest.fixture(scope="module")
def shipped():
    definitions = engine.load().definitions

    def run(indicator: str, period: str, **options: Any) -> Explanation:
        return explain(
            Evaluation(definitions, Data(definitions.root), None, {}),
            indicator,
            Period.parse(period),
            **options,
        )

    return run


def test_the_professionalism_index_of_2021(shipped):
    """The mean over the 613 of 696 employees who were measured; 68.380098 is published as 68.38."""
    result = computed(shipped("ip_asn", "2021"), "indicator:ip_asn")
    assert result.value == 68.38
    assert result.trace is not None
    assert (result.trace.over[0].chosen, result.trace.over[0].rows) == (613, 696)
    assert result.category is not None
    assert result.category.label == "Rendah"


def test_the_index_of_one_employee(shipped):
    """A pengawas with a master's degree, 30 hours of technical training in 2021, an appraisal of 77.5."""
    explanation = shipped("ip_asn", "2021", row="P0002")
    steps = {
        name: computed(explanation, f"step:ip_asn.{name}") for name in ("nilai", "kompetensi", "jp_teknis")
    }
    told = {name: step.row.text for name, step in steps.items() if step.row is not None}
    assert told["nilai"] == "20 + 15 + 25 + 5"
    assert told["kompetensi"] == "0 + 0 + 15 + 0"
    assert steps["jp_teknis"].row is not None
    assert [dict(child.values) for child in steps["jp_teknis"].row.over[0].children if child.chosen] == [
        {"jp": 30.0, "jenis": "teknis", "tahun": 2021}
    ]


def test_a_year_made_of_quarters_leads_to_them(shipped):
    told = explanation_text(shipped("skm", "2021"), "en")
    assert "mean of the figures: (82.06 + 82.11 + 82.5 + 82.31) / 4 = 82.245" in told
    assert "see iku explain skm --period 2021-TW1" in told
