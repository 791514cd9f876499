"""Wide sheets become rows; findings stay at the cell of the file; references find their rows."""

from __future__ import annotations

from dataclasses import replace

import polars
import pytest
from sourcing import KEEP, PLACE, cell, column, number, read, read_text, said, source, worded, workbook

from engine import sources
from engine.definition import Unpivot

ANSWERS = source(
    column("respondent", "text", unique=True, header="No"),
    column("item", "reference", to="items"),
    column("value", "integer", range=(1, 4), missing=KEEP),
    id="answers",
    unpivot=Unpivot({"U1": "speed", "U2": "cost"}, "item", "value", PLACE),
)
ITEMS = source(column("id", "text"), column("title", "text"), id="items", key="id")
BOTH = {"answers": ANSWERS, "items": ITEMS}
LONG = [
    {"respondent": "r1", "item": "speed", "value": 4},
    {"respondent": "r1", "item": "cost", "value": None},
    {"respondent": "r2", "item": "speed", "value": 1},
    {"respondent": "r2", "item": "cost", "value": 2},
]


def as_csv(folder, values=("r1,4,", "r2,1,2"), **options):
    text = "\n".join(["No,U1,U2", *values])
    return read_text(ANSWERS, folder, text, "answers.csv", sources=BOTH, **options)


def as_xlsx(folder):
    rows = f'<row r="1">{cell("A1", "No")}{cell("B1", "U1")}{cell("C1", "U2")}</row>'
    rows += f'<row r="2">{cell("A2", "r1")}{number("B2", "4")}</row>'
    rows += f'<row r="3">{cell("A3", "r2")}{number("B3", "1")}{number("C3", "2")}</row>'
    return read_text(ANSWERS, folder, workbook(rows), "answers.xlsx", sources=BOTH)


def as_parquet(folder):
    polars.DataFrame({"No": ["r1", "r2"], "U1": [4, 1], "U2": [None, 2]}).write_parquet(
        folder / "answers.parquet"
    )
    return read(ANSWERS, folder / "answers.parquet", sources=BOTH)


@pytest.mark.parametrize("form", [as_csv, as_xlsx, as_parquet])
def test_columns_become_rows(tmp_path, form):
    """One row per respondent and item, in the order of the file; the respondent stands in each."""
    rows = form(tmp_path)
    assert rows.records() == LONG
    assert rows.frame().collect().to_dicts() == LONG
    assert rows.count == 4


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (as_csv, "answers.csv, line 3, column U2"),
        (as_xlsx, "answers.xlsx, sheet Data, row 3, column C (U2)"),
        (as_parquet, "answers.parquet, line 2, column U2"),
    ],
)
def test_a_long_row_knows_its_cell_in_the_file(tmp_path, form, expected):
    rows = form(tmp_path)
    assert str(rows.address(3, "value")) == expected
    assert str(rows.address(3, "item")) == expected
    assert str(rows.address(3, "respondent")) == expected.replace("C (U2)", "A (No)").replace("U2", "No")


def test_findings_are_at_the_wide_cell_and_once(tmp_path):
    """A wrong shared cell is one finding, not one for each row it ends up in."""
    assert said(lambda: as_csv(tmp_path, ["r1,4,7", "r1,1,x", ",2,2"])) == (
        "answers.csv, line 2, column U2: out-of-range: `7` is outside the range 1 to 4\n"
        "answers.csv, line 3, column No: duplicate-key: `r1` stands here again; it stood in line 2\n"
        "  hint: `No` holds each value once; remove or correct one of the rows\n"
        "answers.csv, line 3, column U2: wrong-number: `x` is not a whole number\n"
        "answers.csv, line 4, column No: blank-cell: the cell is blank\n"
        "  hint: fill it in, or declare under `missing:` of `respondent` what a blank means"
    )


def test_going_on_leaves_out_the_whole_wide_row(tmp_path):
    rows = as_csv(tmp_path, ["r1,4,7", "r2,1,2"], keep_going=True)
    assert rows.records() == LONG[2:]
    assert (rows.left_out, rows.count, str(rows.address(1, "value"))) == (
        1,
        2,
        "answers.csv, line 3, column U2",
    )


def test_a_key_is_unique_among_the_rows_of_the_file(tmp_path):
    keyed = replace(ANSWERS, key=replace(ANSWERS.columns["item"].to, id="respondent"))
    rows = read_text(keyed, tmp_path, "No,U1,U2\nr1,1,2\nr2,1,2\n", "answers.csv", sources=BOTH)
    assert rows.count == 4


def test_a_wide_header_that_is_missing_is_named(tmp_path):
    text = "No,U1\nr1,1\n"
    assert said(lambda: read_text(ANSWERS, tmp_path, text, "answers.csv", sources=BOTH)) == (
        "answers.csv, line 1, column U2: missing-column: there is no column `U2`\n  hint: it has No, U1"
    )


def test_a_name_that_its_column_does_not_take_is_refused_where_it_is_declared(tmp_path):
    chosen = {**ANSWERS.columns, "item": column("item", "category", values=("speed",))}
    declared = replace(ANSWERS, columns=chosen)
    assert said(lambda: read_text(declared, tmp_path, "No,U1,U2\nr1,1,2\n", "answers.csv")) == (
        "sources/staff.yaml:1:1: unknown-category: `cost` is not a value of `item`\n"
        "  hint: the values are speed"
    )


def test_long_rows_are_given_by_a_caller():
    """Who hands over records or a frame hands over what the source declares, not its file."""
    assert sources.from_records(ANSWERS_FREE, LONG, sources=BOTH).records() == LONG
    assert sources.from_frame(ANSWERS_FREE, polars.DataFrame(LONG), sources=BOTH).records() == LONG


ANSWERS_FREE = replace(
    ANSWERS, columns={**ANSWERS.columns, "respondent": column("respondent", "text", header="No")}
)


# ── references ──


def given(declared, rows, *, as_frame, **options):
    if as_frame:
        return sources.from_frame(declared, polars.DataFrame(rows), sources=BOTH, **options)
    return sources.from_records(declared, rows, sources=BOTH, **options)


ITEM_ROWS = [{"id": "speed", "title": "Speed"}]


@pytest.mark.parametrize("child", [False, True])
@pytest.mark.parametrize("parent", [False, True])
def test_a_row_that_refers_to_nothing_is_found(child, parent):
    rows = {
        "answers": given(ANSWERS_FREE, LONG, as_frame=child),
        "items": given(ITEMS, ITEM_ROWS, as_frame=parent),
    }
    where = "the frame given" if child else "the rows given"
    assert worded(sources.check_references(rows)) == (
        f"{where}, line 2, column item: orphan: `cost` is not among the rows of `items`\n"
        "  hint: rows that refer to nothing: 2; complete `items` or correct them\n"
        f"{where}, line 4, column item: orphan: `cost` is not among the rows of `items`\n"
        "  hint: rows that refer to nothing: 2; complete `items` or correct them"
    )


def test_an_orphan_in_a_file_is_found_in_its_cell(tmp_path):
    rows = {"answers": as_csv(tmp_path), "items": given(ITEMS, ITEM_ROWS, as_frame=False)}
    assert [str(problem.place) for problem in sources.check_references(rows)] == [
        "answers.csv, line 2, column U2",
        "answers.csv, line 3, column U2",
    ]


def test_rows_that_all_find_theirs_have_no_findings(tmp_path):
    both = [*ITEM_ROWS, {"id": "cost", "title": "Cost"}]
    rows = {"answers": as_csv(tmp_path), "items": given(ITEMS, both, as_frame=False)}
    assert sources.check_references(rows) == ()


def test_a_parent_that_is_absent_as_a_whole_is_no_place_to_look_in(tmp_path):
    """Its absence is the reason that is told, not a thousand orphans."""
    absent = sources.from_records(ITEMS, [], sources=BOTH)
    assert sources.check_references({"answers": as_csv(tmp_path), "items": absent}) == ()
    empty = sources.from_records(ITEMS, [], sources=BOTH, allow_empty=True)
    assert len(sources.check_references({"answers": as_csv(tmp_path), "items": empty})) == 4


def test_a_blank_reference_refers_to_no_one():
    child = source(column("item", "reference", to="items", missing=KEEP), id="answers")
    rows = {
        "answers": given(child, [{"item": None}, {"item": "speed"}], as_frame=False),
        "items": given(ITEMS, ITEM_ROWS, as_frame=False),
    }
    assert sources.check_references(rows) == ()


def test_a_reference_has_the_type_and_the_privacy_of_its_key(tmp_path):
    people = source(column("nip", "integer", personal=True), id="people", key="nip")
    training = source(column("who", "reference", to="people"), id="training")
    known = {"people": people, "training": training}
    child = read_text(training, tmp_path, "who\n7\n8\n", "training.csv", sources=known)
    assert child.records() == [{"who": 7}, {"who": 8}]
    parent = sources.from_records(people, [{"nip": 7}], sources=known)
    assert worded(sources.check_references({"training": child, "people": parent})) == (
        "training.csv, line 3, column who: orphan: the value (personal, not shown) is not among the rows of"
        " `people`\n"
        "  hint: rows that refer to nothing: 1; complete `people` or correct them"
    )
    assert said(lambda: read_text(training, tmp_path, "who\nx\n", "training.csv", sources=known)) == (
        "training.csv, line 2, column who: wrong-number: the value (personal, not shown) is not a whole"
        " number"
    )


def test_a_reference_to_a_category_takes_its_values(tmp_path):
    grades = source(column("id", "category", values=("a", "b"), aliases={"A": "a"}), id="grades", key="id")
    staff = source(column("grade", "reference", to="grades"), id="staff")
    known = {"grades": grades, "staff": staff}
    child = read_text(staff, tmp_path, "grade\nA\nb\n", sources=known)
    parent = sources.from_records(grades, [{"id": "a"}, {"id": "b"}], sources=known)
    assert child.records() == [{"grade": "a"}, {"grade": "b"}]
    assert sources.check_references({"staff": child, "grades": parent}) == ()


def test_a_reference_to_a_source_without_key_is_a_text():
    child = source(column("who", "reference", to="people"), id="training")
    people = source(column("nip", "integer"), id="people")
    for known in ({}, {"people": people}):
        rows = sources.from_records(child, [{"who": "7"}], sources=known)
        assert rows.records() == [{"who": "7"}]
        assert sources.check_references({"training": rows}) == ()
