"""Records and frames of a caller: the same checks, the same values, the caller's data untouched."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy
import pandas
import polars
import pyarrow
import pytest
from sourcing import KEEP, STAFF, column, said, source

from engine import sources
from engine.sources import cells
from engine.sources import records as records_of

GIVEN = [
    {
        "id": "007",
        "grade": "Magister",
        "score": 88.5,
        "hours": 12,
        "measured": True,
        "since": date(2021, 2, 28),
    },
    {"id": "NA", "grade": "S1", "score": None, "hours": None, "measured": False, "since": None},
]
CHECKED = [{**GIVEN[0], "grade": "S2"}, {**GIVEN[1], "hours": 0}]


def records(given, declared=STAFF, **options):
    return sources.from_records(declared, given, **{"sources": {}, **options})


def frame(given, declared=STAFF, **options):
    return sources.from_frame(declared, given, **{"sources": {}, **options})


# ── records ──


def test_records_are_checked_and_completed():
    assert records(GIVEN).records() == CHECKED
    assert records(GIVEN).frame().collect().to_dicts() == CHECKED
    assert records(GIVEN).count == 2


def test_records_are_not_changed():
    given = [dict(row) for row in GIVEN]
    records(given)
    assert given == GIVEN


def test_records_need_no_dataframe_library():
    """Worked examples and a form's few numbers start quickly."""
    code = (
        "import sys; sys.path.insert(0, 'tests'); import sourcing; "
        "from engine import sources; sources.from_records(sourcing.STAFF, [], sources={}); "
        "print([m for m in ('polars', 'pandas', 'narwhals', 'pyarrow') if m in sys.modules])"
    )
    root = Path(__file__).parent.parent
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", True, "wrong-number: `true` is true or false; a number is needed"),
        (
            "number",
            "1,5",
            "text-number: `1,5` is a text; a number is needed\n"
            "  hint: the comma made it a text; enter it as a number",
        ),
        (
            "number",
            float("nan"),
            "wrong-number: `nan` is not a number\n  hint: leave the cell blank where there is no value",
        ),
        ("number", float("-inf"), "wrong-number: `-inf` is infinite; a number is needed"),
        (
            "number",
            10**400,
            "long-number: a number of hundreds of digits is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`",
        ),
        (
            "integer",
            10**5000,
            "long-number: a number of hundreds of digits is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`",
        ),
        (
            "number",
            Decimal("1E+999999"),
            "wrong-number: `1E+999999` is infinite; a number is needed",
        ),
        ("number", Decimal("sNaN"), "wrong-number: `sNaN` is a number; a number is needed"),
        ("number", 1j, "wrong-number: `1j` is of another kind (complex); a number is needed"),
        ("number", [1], "wrong-number: `[1]` is of another kind (list); a number is needed"),
        ("integer", 1.5, "wrong-number: `1.5` is not a whole number"),
        (
            "text",
            7,
            "wrong-type: `7` is a number; a text is needed\n"
            "  hint: format the column as text, so that leading zeros are kept",
        ),
        ("text", "\ud800", "wrong-text: `\\ud800` holds half a character\n  hint: type the text anew"),
        ("boolean", 1, "wrong-boolean: `1` is a number; true or false is needed"),
        ("date", "2021-01-01", "wrong-date: `2021-01-01` is a text; a date is needed"),
        (
            "date",
            datetime(2021, 1, 1, 1),
            "wrong-date: `2021-01-01 01:00:00` has a time of day; a date is needed",
        ),
        (
            "date",
            datetime(2021, 1, 1, tzinfo=UTC),
            "wrong-date: `2021-01-01 00:00:00+00:00` has a time zone; a date is needed",
        ),
        ("date", pandas.NaT, "wrong-date: `NaT` is not a date"),
    ],
    ids=range(18),
)
def test_a_value_that_is_not_as_declared_is_a_finding(kind, value, expected):
    declared = source(column("x", kind))
    assert said(lambda: records([{"x": value}], declared)) == f"the rows given, line 1, column x: {expected}"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", numpy.float32(0.5), 0.5),
        ("number", numpy.int64(3), 3.0),
        ("number", Decimal("88.31"), 88.31),
        ("number", Fraction(1, 2), 0.5),
        ("integer", 3.0, 3),
        ("integer", numpy.int8(3), 3),
        ("boolean", numpy.bool_(True), True),
        ("text", numpy.str_("a"), "a"),
        ("date", datetime(2021, 1, 1), date(2021, 1, 1)),
        ("date", pandas.Timestamp("2021-01-01"), date(2021, 1, 1)),
    ],
)
def test_numbers_of_other_libraries_become_plain_ones(kind, value, expected):
    """What comes in is converted at the door; nothing else in the engine meets such values."""
    found = records([{"x": value}], source(column("x", kind))).records()[0]["x"]
    assert (found, type(found)) == (expected, type(expected))


def test_a_column_that_is_not_declared_is_a_finding():
    """A misspelt name would otherwise be a blank."""
    assert said(lambda: records([{**GIVEN[0], "scor": 1}])) == (
        "the rows given, line 1, column scor: unknown-column: `staff` has no column `scor`\n"
        "  hint: did you mean `score`?"
    )


def test_a_row_that_is_no_dict_is_a_finding():
    assert said(lambda: records([GIVEN[0], ["a"]], keep_going=True)) == (
        "the rows given, line 2: wrong-type: a row is given as list; a dict by column name is needed"
    )


def test_no_records_are_absent_unless_deliberate():
    """In a worked example an empty list is a statement; from a caller it is data that is missing."""
    assert str(records([]).absent) == "the rows given has no rows"
    assert records([], allow_empty=True).absent is None


def test_dates_of_definition_files_are_texts():
    """Whatever form the source's files have."""
    declared = source(column("x", "date"), dialect=sources_dialect("DD/MM/YYYY"))
    assert records([{"x": "2021-02-03"}], declared, text_dates=True).records() == [{"x": date(2021, 2, 3)}]
    assert said(lambda: records([{"x": "2021-02-30"}], declared, text_dates=True)) == (
        "the rows given, line 1, column x: wrong-date: `2021-02-30` is a text; a date is needed"
    )


def sources_dialect(form):
    from engine.definition import Dialect

    return Dialect(date=form)


def test_going_on_leaves_out_the_records_with_findings():
    rows = records([GIVEN[0], {**GIVEN[0], "score": 101}, GIVEN[1]], keep_going=True)
    assert rows.records() == CHECKED
    assert (rows.left_out, [problem.code for problem in rows.findings]) == (
        1,
        ["duplicate-key", "out-of-range"],
    )
    assert str(rows.address(1, "id")) == "the rows given, line 3, column id"


# ── frames ──


def as_polars():
    return polars.DataFrame(GIVEN)


def as_pandas():
    """A frame as pandas makes it: text by Arrow or object, blanks as NaN, days as times at midnight."""
    made = pandas.DataFrame(GIVEN)
    made["since"] = pandas.to_datetime(made["since"])
    return made


FRAMES = {
    "polars": as_polars,
    "polars lazy": lambda: as_polars().lazy(),
    "polars with categories": lambda: as_polars().with_columns(polars.col("grade").cast(polars.Categorical)),
    "pandas": as_pandas,
    "pandas with Arrow types": lambda: as_polars().to_pandas(use_pyarrow_extension_array=True),
    "pandas with categories": lambda: as_pandas().astype({"grade": "category", "hours": "Int64"}),
    "pyarrow": lambda: as_polars().to_arrow(),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_of_any_library_gives_the_same_rows(kind):
    rows = frame(FRAMES[kind]())
    assert rows.records() == CHECKED
    assert rows.count == 2


def test_a_frame_that_fits_is_taken_as_it_is():
    """No copy of columns that have the declared types already."""
    given = records(GIVEN).frame().collect()
    taken = (
        frame(given, replace(STAFF, columns={"score": STAFF.columns["score"]}, key=None)).frame().collect()
    )
    assert [b and b.address for b in taken["score"].to_arrow().buffers()] == [
        b and b.address for b in given["score"].to_arrow().buffers()
    ]


def test_the_frame_given_is_not_changed():
    given, before = as_polars(), as_polars()
    frame(given)
    assert given.equals(before)
    table, copy = as_pandas(), as_pandas()
    frame(table)
    pandas.testing.assert_frame_equal(table, copy)


def test_a_lazy_frame_stays_lazy():
    """It is looked through once, and read again when the figures are computed."""
    reads = []

    def noted(batch):
        reads.append(batch.height)
        return batch

    given = polars.DataFrame({"x": [1.0, 2.0]}).lazy().map_batches(noted, schema={"x": polars.Float64})
    rows = frame(given, source(column("x", "number")))
    assert len(reads) == 1
    assert rows.records() == [{"x": 1.0}, {"x": 2.0}]
    assert len(reads) == 2


@pytest.mark.parametrize("kind", ["polars", "polars lazy", "pyarrow"])
def test_nan_is_a_finding_and_never_a_blank(kind):
    given = polars.DataFrame({"x": [1.0, float("nan")]})
    made = {"polars": given, "polars lazy": given.lazy(), "pyarrow": given.to_arrow()}[kind]
    assert said(lambda: frame(made, source(column("x", "number", missing=KEEP)))) == (
        "the frame given, line 2, column x: wrong-number: `nan` is not a number\n"
        "  hint: leave the cell blank where there is no value"
    )


def test_what_pandas_calls_missing_is_a_blank():
    """pandas has no other way to leave a number out; what a blank means is then declared."""
    given = pandas.DataFrame({"x": [1.0, None], "n": [1, None]})
    kept = source(column("x", "number", missing=KEEP), column("n", "integer", missing=KEEP))
    assert frame(given, kept).records() == [{"x": 1.0, "n": 1}, {"x": None, "n": None}]
    assert said(lambda: frame(given[["x"]], source(column("x", "number")))).startswith(
        "the frame given, line 2, column x: blank-cell: the cell is blank"
    )


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_an_empty_column_of_pandas_has_no_type(nothing):
    """pandas can't know what was to stand there, and makes it numbers or objects."""
    declared = source(*(column(name, kind, missing=KEEP) for name, kind in BLANKS.items()))
    given = pandas.DataFrame({name: [nothing, nothing] for name in BLANKS})
    assert frame(given, declared).records() == [dict.fromkeys(BLANKS)] * 2


BLANKS = {"x": "number", "n": "integer", "yes": "boolean", "word": "text", "day": "date"}


def test_columns_go_by_their_names_and_others_are_ignored():
    declared = source(column("x", "number", header="Nilai"))
    assert frame(polars.DataFrame({"y": ["?"], "x": [1]}), declared).records() == [{"x": 1.0}]
    assert said(lambda: frame(polars.DataFrame({"Nilai": [1]}), declared)) == (
        "the frame given, column x: missing-column: there is no column `x`\n  hint: it has Nilai"
    )


def test_a_frame_with_a_column_twice_is_refused():
    given = pandas.DataFrame([[1.0, 2.0]], columns=["x", "x"])
    answer = said(lambda: frame(given, source(column("x", "number"))))
    assert answer.startswith("the frame given: unreadable-file: cannot be read as a table: ")


def test_a_column_of_mixed_values_is_refused_without_quoting_them():
    """The reasons of other libraries quote cells, which may be personal."""
    given = pandas.DataFrame({"x": [1, "secret"]})
    answer = said(lambda: frame(given, source(column("x", "number"))))
    assert answer == (
        "the frame given: unreadable-file: cannot be read as a table: Could not convert … with type str:"
        " tried to convert to int64"
    )


@pytest.mark.parametrize("given", [7, object(), polars.Series([1])])
def test_what_is_no_table_is_refused(given):
    assert said(lambda: frame(given)) == (
        f"the frame given: wrong-type: a {type(given).__name__} is no table\n"
        "  hint: give a path, a list of dicts, or a Polars, pandas or PyArrow frame"
    )


def test_a_lazy_frame_that_fails_is_refused_in_our_words():
    given = polars.LazyFrame({"x": ["secret"]}).with_columns(polars.col("x").cast(polars.Float64))
    answer = said(lambda: frame(given, source(column("x", "number"))))
    assert answer.startswith("the frame given: unreadable-file: cannot be read as a table: ")
    assert "secret" not in answer


def test_a_frame_without_rows_is_absent():
    assert str(frame(as_polars().head(0)).absent) == "the frame given has no rows"
    assert str(frame(as_polars().head(0).lazy()).absent) == "the frame given has no rows"


@pytest.mark.parametrize("lazy", [False, True])
def test_going_on_leaves_out_the_rows_with_findings(lazy):
    given = polars.DataFrame([GIVEN[0], {**GIVEN[0], "score": 101.0}, {**GIVEN[1], "id": None}, GIVEN[1]])
    rows = frame(given.lazy() if lazy else given, keep_going=True)
    assert rows.records() == CHECKED
    assert (rows.left_out, rows.count) == (2, 2)
    assert [problem.code for problem in rows.findings] == ["duplicate-key", "out-of-range", "total-row"]
    assert str(rows.address(1, "id")) == "the frame given, line 4, column id"


def test_a_day_beyond_the_calendar_is_a_finding():
    given = polars.DataFrame({"x": [0]}).select(
        polars.lit(5_000_000).cast(polars.Int32).cast(polars.Date).alias("x")
    )
    answer = said(lambda: frame(given, source(column("x", "date"))))
    assert answer == (
        "the frame given, line 1, column x: wrong-date: `+15659-07-15` lies outside of the years 1 to 9999"
    )


def test_results_come_back_in_the_kind_of_frame_that_came_in():
    kinds = {sources.kind_of_frame({"staff": make()}) for make in FRAMES.values()}
    assert kinds == {"polars", "polars-lazy", "pandas", "pyarrow"}
    assert sources.kind_of_frame({"staff": GIVEN}) == "polars"
    for kind, expected in {
        "polars": polars.DataFrame,
        "polars-lazy": polars.LazyFrame,
        "pandas": pandas.DataFrame,
        "pyarrow": pyarrow.Table,
    }.items():
        assert isinstance(sources.to_kind(as_polars().lazy(), kind), expected)
        assert isinstance(sources.frame_of(GIVEN, kind), expected)


def test_going_on_without_any_record_left_says_why():
    rows = records([{**GIVEN[0], "score": 101}], keep_going=True)
    assert str(rows.absent) == "all 1 rows of the rows given were left out because of findings"


def test_a_time_with_a_zone_is_no_day():
    given = polars.DataFrame({"x": [datetime(2021, 1, 1, tzinfo=UTC)]})
    assert said(lambda: frame(given, source(column("x", "date")))) == (
        "the frame given, column x: wrong-type: the column holds times with a time zone; dates are declared\n"
        "  hint: convert the column where it comes from; nothing is converted here by guessing"
    )


def test_a_table_of_a_database_is_read_through():
    """Whatever narwhals can read; DuckDB here."""
    duckdb = pytest.importorskip("duckdb")
    table = duckdb.sql("select 'a' as id, 1.5::double as x union all select 'b', 2 order by id")
    declared = source(column("id", "text"), column("x", "number"))
    assert frame(table, declared).records() == [{"id": "a", "x": 1.5}, {"id": "b", "x": 2.0}]


@pytest.mark.parametrize(
    ("kind", "good", "wrong"),
    [
        ("number", 1.5, "x"),
        ("integer", 2, "x"),
        ("category", "Magister", "x"),
        ("text", "a", 1),
        ("boolean", True, 1),
        ("date", date(2021, 1, 1), 1),
        ("reference", "a", 1),
    ],
)
def test_a_reader_of_one_cell_is_there_for_single_records(kind, good, wrong):
    """Each type has its quick way; the rest is decided as everywhere."""
    declared = column(
        "x", kind, **{"values": ("S2",), "aliases": {"Magister": "S2"}} if kind == "category" else {}
    )
    read = cells.reader_of(declared, records_of.key_type(declared, {}))
    assert read(good) == ("S2" if kind == "category" else good)
    assert isinstance(read(wrong), cells.Wrong)
    assert isinstance(read(None), cells.Wrong)


def test_a_reference_takes_the_type_of_the_key_it_refers_to():
    people = source(column("nip", "integer"), id="people", key="nip")
    child = column("who", "reference", to="people")
    assert records_of.key_type(child, {"people": people}) == "integer"
    assert cells.reader_of(child, "integer")(7) == 7


def test_findings_are_plain_data():
    """They can be written as JSON as they are."""
    rows = records([GIVEN[0], {**GIVEN[1], "score": 101}], keep_going=True)
    assert json.dumps([asdict(problem.message) for problem in rows.findings])


@pytest.mark.parametrize("count", [2, 50, 51, 300])
def test_aliases_mean_what_they_say_however_many_there_are(count):
    """Each alias is replaced once, even by a value that is an alias itself."""
    values = [f"v{number}" for number in range(count)]
    aliases = {value: values[number - 1] for number, value in enumerate(values)}
    turned = source(column("kind", "category", values=tuple(values), aliases=aliases, missing=KEEP))
    frame = polars.DataFrame({"kind": [*values, None]})
    found = sources.from_frame(turned, frame.lazy(), sources={}).frame().collect()["kind"].to_list()
    assert found == [values[-1], *values[:-1], None]
    assert found == sources.from_frame(turned, frame, sources={}).frame().collect()["kind"].to_list()
