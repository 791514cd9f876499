"""Parquet: types from the footer, rows scanned lazily, folders and globs in the order of names (D4, D6)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars
import pyarrow
import pyarrow.parquet
import pytest
from sourcing import KEEP, STAFF, column, read, read_text, said, source

PLAIN = source(column("id", "text"), column("x", "number", range=(0, 100)), key="id")


def stored(tmp_path, data, name="staff.parquet", **options):
    polars.DataFrame(data, **options).write_parquet(tmp_path / name)
    return tmp_path / name


def test_columns_become_the_declared_types(tmp_path):
    path = stored(
        tmp_path,
        {
            "extra": [1, 2],
            "id": ["007", "008"],
            "grade": ["Magister", "S1"],
            "score": [88, None],
            "hours": [12, None],
            "measured": [True, False],
            "since": [date(2021, 2, 28), None],
        },
        schema_overrides={"grade": polars.Categorical, "hours": polars.Int8},
    )
    rows = read(STAFF, path)
    assert rows.records() == [
        {
            "id": "007",
            "grade": "S2",
            "score": 88.0,
            "hours": 12,
            "measured": True,
            "since": date(2021, 2, 28),
        },
        {"id": "008", "grade": "S1", "score": None, "hours": 0, "measured": False, "since": None},
    ]
    assert (rows.is_records, rows.count) == (False, 2)
    assert rows.files[0].size == path.stat().st_size


@pytest.mark.parametrize(
    ("kind", "values", "holds", "wanted"),
    [
        ("number", ["1"], "texts", "numbers"),
        ("number", [True], "true and false", "numbers"),
        ("text", [7], "whole numbers", "texts"),
        ("boolean", [1], "whole numbers", "true and false"),
        ("date", ["2021-01-01"], "texts", "dates"),
        ("integer", [date(2021, 1, 1)], "dates", "whole numbers"),
        ("category", [1.5], "numbers", "words"),
        ("number", [[1]], "values of the type List(Int64)", "numbers"),
    ],
)
def test_a_column_of_another_type_is_refused_from_the_footer(tmp_path, kind, values, holds, wanted):
    declared = source(column("x", kind, values=("a",) if kind == "category" else ()))
    assert said(lambda: read(declared, stored(tmp_path, {"x": values}))) == (
        f"staff.parquet, column x: wrong-type: the column holds {holds}; {wanted} are declared\n"
        "  hint: convert the column where it comes from; nothing is converted here by guessing"
    )


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (
            "number",
            float("nan"),
            "wrong-number: `nan` is not a number\n  hint: leave the cell blank where there is no value",
        ),
        ("number", float("inf"), "wrong-number: `inf` is infinite; a number is needed"),
        ("number", -1.0, "out-of-range: `-1` is outside the range 0 to 100"),
        ("integer", 1.5, "wrong-number: `1.5` is not a whole number"),
        (
            "integer",
            2**60,
            "long-number: `1152921504606846976` is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`",
        ),
        (
            "category",
            "A",
            "unknown-category: `A` is not a value of `x`\n"
            "  hint: write `a` exactly so, or add `A` under `aliases`",
        ),
        (
            "date",
            datetime(2021, 1, 1, 12),
            "wrong-date: `2021-01-01 12:00:00` has a time of day; a date is needed",
        ),
        (
            "text",
            "",
            "blank-cell: the cell is blank\n"
            "  hint: fill it in, or declare under `missing:` of `x` what a blank means",
        ),
    ],
)
def test_a_value_that_is_not_as_declared_is_a_finding(tmp_path, kind, value, expected):
    settings = {"range": (0, 100)} if kind == "number" else {}
    declared = source(column("x", kind, values=("a",) if kind == "category" else (), **settings))
    good = {"number": 5.0, "integer": 5.0 if isinstance(value, float) else 5, "category": "a", "text": "t"}
    first = good.get(kind, datetime(2021, 1, 1))
    assert said(lambda: read(declared, stored(tmp_path, {"x": [first, value]}))) == (
        f"staff.parquet, line 2, column x: {expected}"
    )


def test_whole_numbers_stored_as_floats_and_decimals_are_taken_exactly(tmp_path):
    declared = source(column("n", "integer", missing=KEEP), column("x", "number"))
    table = pyarrow.table(
        {"n": [3.0, None], "x": pyarrow.array([Decimal("88.31"), Decimal("0.10")], pyarrow.decimal128(38, 2))}
    )
    pyarrow.parquet.write_table(table, tmp_path / "staff.parquet")
    assert read(declared, tmp_path / "staff.parquet").records() == [
        {"n": 3, "x": 88.31},
        {"n": None, "x": 0.1},
    ]


def test_a_folder_or_glob_is_read_in_the_order_of_names(tmp_path):
    (tmp_path / "parts").mkdir()
    stored(tmp_path / "parts", {"id": ["b"], "x": [2.0]}, "part-2.parquet")
    stored(tmp_path / "parts", {"id": ["a"], "x": [1.0]}, "part-1.parquet")
    (tmp_path / "parts" / "notes.txt").write_text("not read")
    rows = read(PLAIN, tmp_path / "parts")
    assert [row["id"] for row in rows.records()] == ["a", "b"]
    assert [file.path for file in rows.files] == ["parts/part-1.parquet", "parts/part-2.parquet"]


def test_a_finding_names_the_file_of_a_folder_and_its_own_row(tmp_path):
    (tmp_path / "parts").mkdir()
    stored(tmp_path / "parts", {"id": ["a", "b"], "x": [1.0, 2.0]}, "1.parquet")
    stored(tmp_path / "parts", {"id": ["c", "a"], "x": [1.0, 200.0]}, "2.parquet")
    assert said(lambda: read(PLAIN, tmp_path / "parts")) == (
        "parts/2.parquet, line 2, column id: duplicate-key: `a` stands here again; it stood in line 1"
        " of parts/1.parquet\n"
        "  hint: `id` holds each value once; remove or correct one of the rows\n"
        "parts/2.parquet, line 2, column x: out-of-range: `200` is outside the range 0 to 100"
    )


def test_files_of_a_folder_have_the_same_columns(tmp_path):
    (tmp_path / "parts").mkdir()
    stored(tmp_path / "parts", {"id": ["a"], "x": [1.0]}, "1.parquet")
    stored(tmp_path / "parts", {"id": ["b"], "x": ["1"]}, "2.parquet")
    answer = said(lambda: read(PLAIN, tmp_path / "parts"))
    assert answer.startswith("parts/1.parquet and 1 more: unreadable-file: cannot be read as ")


def test_a_column_that_is_missing_is_named(tmp_path):
    assert said(lambda: read(PLAIN, stored(tmp_path, {"Id": ["a"], "x": [1.0]}))) == (
        "staff.parquet, column id: missing-column: there is no column `id`\n"
        "  hint: it has `Id`; write the header exactly, or declare `header: Id`"
    )


def test_a_file_without_rows_is_absent_with_a_reason(tmp_path):
    rows = read(
        PLAIN, stored(tmp_path, {"id": [], "x": []}, schema={"id": polars.String, "x": polars.Float64})
    )
    assert str(rows.absent) == "staff.parquet has no rows"


def test_a_column_without_any_value_fits_every_type(tmp_path):
    declared = source(column("id", "text"), column("x", "number", missing=KEEP))
    rows = read(declared, stored(tmp_path, {"id": ["a"], "x": [None]}))
    assert rows.records() == [{"id": "a", "x": None}]


def test_going_on_leaves_out_rows(tmp_path):
    path = stored(tmp_path, {"id": ["a", "b", "c"], "x": [1.0, 200.0, 3.0]})
    rows = read(PLAIN, path, keep_going=True)
    assert [row["id"] for row in rows.records()] == ["a", "c"]
    assert (rows.left_out, rows.count, str(rows.address(1, "x"))) == (1, 2, "staff.parquet, line 3, column x")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id,x\na,1\n", "file-kind: this is no Parquet file, whatever its name says"),
        (b"", "file-kind: this is no Parquet file, whatever its name says"),
    ],
)
def test_a_file_that_is_no_parquet_is_refused(tmp_path, content, expected):
    assert said(lambda: read_text(PLAIN, tmp_path, content, "staff.parquet")) == f"staff.parquet: {expected}"


@pytest.mark.parametrize("kept", [4, 8, 60, -1, -8])
def test_a_damaged_file_is_refused_in_our_words(tmp_path, kept):
    whole = stored(tmp_path, {"id": ["a"] * 50, "x": [1.0] * 50}, "whole.parquet").read_bytes()
    answer = said(lambda: read_text(PLAIN, tmp_path, whole[:kept], "staff.parquet"))
    assert answer.startswith("staff.parquet: unreadable-file: cannot be read as Parquet: ")
    assert "\n" not in answer


def test_rows_by_the_million_in_a_file_of_nothing_are_refused(tmp_path):
    """A run of one value is packed into some bytes; a table of records is not."""
    path = tmp_path / "staff.parquet"
    polars.select(polars.repeat(1, 12_000_000, dtype=polars.Int8).alias("x")).write_parquet(
        path, compression="zstd", statistics=False, row_group_size=12_000_000
    )
    assert path.stat().st_size < 12_000
    assert said(lambda: read(source(column("x", "number")), path)) == (
        "staff.parquet: file-too-big: the file has 12000000 rows, more than its size allows"
    )


def test_many_wrong_cells_are_counted_not_listed(tmp_path):
    path = stored(tmp_path, {"id": [str(n) for n in range(1000)], "x": [200.0] * 1000})
    lines = said(lambda: read(PLAIN, path)).split("\n")
    assert lines[0] == "staff.parquet: more-findings: 950 more findings are not listed"
    assert len(lines) == 51


PEAK = """
import re, sys
from pathlib import Path
from sourcing import column, read, source
kinds = tuple(f"a kind with a name of some length, number {n}" for n in range(9))
kind = column("kind", "category", values=kinds, aliases={"x": kinds[0]})
declared = source(column("id", "text", unique=True), kind)
read(declared, Path(sys.argv[1]))
peak = lambda: int(re.search("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
assert read(declared, Path(sys.argv[2])).count == 3_000_000
print(peak() - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of memory is read as Linux tells it"
)
def test_checking_a_file_holds_no_column_of_it_in_memory(tmp_path):
    """Of each key 16 bytes are held while they are compared; texts alone would be 200 MiB."""
    number = polars.int_range(0, polars.len())
    rows = polars.select(n=polars.int_range(0, 3_000_000)).lazy()
    kind = polars.format("a kind with a name of some length, number {}", number % 9)
    for name, height in (("few", 1000), ("many", 3_000_000)):
        data = rows.head(height).select(
            polars.format("{}", number + 1_000_000_000_000_000).alias("id"), kind=kind
        )
        data.collect().write_parquet(tmp_path / f"{name}.parquet", row_group_size=100_000)
    words = [sys.executable, "-c", PEAK, *(str(tmp_path / f"{name}.parquet") for name in ("few", "many"))]
    done = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parent)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 160, done.stdout
