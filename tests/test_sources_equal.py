"""The same rows in every form, and every form reads back what was written."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sourcing import KEEP, column, read, read_text, source

from engine import sources
from engine.definition import Dialect
from engine.problems import say
from engine.sources.cells import Wrong, from_text
from engine.sources.frames import from_text_column

INDONESIAN = Dialect(";", ",", ".", true=("ya",), false=("tidak",), date="DD/MM/YYYY", blank=("-",))
COLUMNS = (
    column("id", "text", unique=True),
    column("grade", "category", values=("S1", "Strata 2", "a;b"), missing=KEEP),
    column("score", "number", missing=KEEP),
    column("hours", "integer", missing=KEEP),
    column("measured", "boolean", missing=KEEP),
    column("since", "date", missing=KEEP),
    column("note", "text", missing=KEEP),
)
DECLARED = source(*COLUMNS, key="id", dialect=INDONESIAN)

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
# A lone carriage return is what ends a line on old Macs; a blank token is a blank.
notes = words.filter(lambda text: text != "-" and "\r" not in text)
codes = st.integers(0, 10**6).map(lambda number: f"{number:07}")
rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": codes,
            "grade": st.none() | st.sampled_from(("S1", "Strata 2", "a;b")),
            "score": st.none() | st.floats(-1e15, 1e15).map(lambda number: number + 0.0),
            "hours": st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
            "measured": st.none() | st.booleans(),
            "since": st.none() | st.dates(date(1, 1, 1)),
            "note": st.none() | notes,
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row["id"],
)


def in_indonesian(value):
    """Return a cell as an Indonesian office writes it, with thousands marks."""
    match value:
        case None:
            return "-"
        case bool():
            return "ya" if value else "tidak"
        case int():
            return f"{value:,}".replace(",", ".")
        case float():
            whole, _, digits = format(plain_digits(value), "f").partition(".")
            sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
            return f"{sign}{int(whole):,}".replace(",", ".") + (f",{digits}" if digits else "")
        case date():
            return f"{value.day:02}/{value.month:02}/{value.year:04}"
    return value


def plain_digits(value):
    """Return a float as a decimal with all its shortest digits, never with an exponent."""
    return Decimal(repr(value))


def as_csv(listed):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows([in_indonesian(row[column.name]) for column in COLUMNS] for row in listed)
    return stream.getvalue()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_a_file_in_the_indonesian_dialect_reads_back_what_was_written(listed):
    with tempfile.TemporaryDirectory() as folder:
        found = read_text(DECLARED, Path(folder), as_csv(listed))
        assert found.records() == listed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_records_and_frames_give_the_same_rows(listed):
    types = {"score": polars.Float64, "hours": polars.Int64, "measured": polars.Boolean, "since": polars.Date}
    texts = dict.fromkeys(("id", "grade", "note"), polars.String)
    frame = polars.DataFrame(listed, schema={name: {**types, **texts}[name] for name in DECLARED.columns})
    for given_frame in (
        frame,
        frame.lazy(),
        frame.to_arrow(),
        frame.to_pandas(use_pyarrow_extension_array=True),
    ):
        assert sources.from_frame(DECLARED, given_frame, sources={}).records() == listed
    assert sources.from_records(DECLARED, listed, sources={}).records() == listed
    assert sources.from_records(DECLARED, listed, sources={}).frame().collect().to_dicts() == listed


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_parquet_reads_back_what_was_written(listed):
    with tempfile.TemporaryDirectory() as folder:
        frame = sources.from_records(DECLARED, listed, sources={}).frame().collect()
        frame.write_parquet(Path(folder) / "staff.parquet")
        assert read(DECLARED, Path(folder) / "staff.parquet").records() == listed


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_a_workbook_reads_back_what_was_written(listed):
    """Excel keeps some fifteen digits and days since 1900."""
    kept = [row for row in listed if row["since"] is None or row["since"].year > 1900]
    kept = [{**row, "score": row["score"] and float(f"{row['score']:.12g}"), "note": None} for row in kept]
    kept = [{**row, "hours": row["hours"] and row["hours"] % 10**12} for row in kept]
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for position, declared in enumerate(COLUMNS):
            sheet.write_string(0, position, declared.name)
            for number, row in enumerate(kept, start=1):
                value = row[declared.name]
                if isinstance(value, date):
                    sheet.write_datetime(number, position, datetime.combine(value, time()), day)
                elif isinstance(value, str):
                    sheet.write_string(number, position, value)
                elif value is not None:
                    sheet.write(number, position, value)
    with tempfile.TemporaryDirectory() as folder:
        found = read_text(DECLARED, Path(folder), stream.getvalue(), "staff.xlsx")
        assert list(found.records()) == kept


CELLS = st.one_of(
    st.text(st.sampled_from('0123456789.,-+eE_ %"'), max_size=12),
    st.text(st.sampled_from("0123/-"), min_size=8, max_size=11),
    st.sampled_from(("ya", "tidak", "Ya", "S1", "s1", "Magister", "29/02/2021", "29/02/2020", "00/00/0000")),
    words,
)
KINDS = ("number", "integer", "category", "boolean", "date", "text")


@settings(max_examples=600, deadline=None)
@given(CELLS, st.sampled_from(KINDS))
def test_a_column_is_read_as_each_of_its_cells_would_be(text, kind):
    """What the vectorised reader makes of a cell is what the grammar for one cell makes of it."""
    settings = {"values": ("S1", "S2"), "aliases": {"Magister": "S2"}} if kind == "category" else {}
    declared = column("x", kind, **settings)
    alone = (
        from_text(declared, INDONESIAN, text) if text not in ("", "-") else Wrong("blank-cell", say("blank"))
    )
    conversion = from_text_column("x", declared, INDONESIAN, key=False)
    frame = polars.DataFrame({"x": [text]}, schema={"x": polars.String})
    value, wrong = frame.select(conversion.value, conversion.wrong.alias("wrong")).row(0)
    assert wrong == isinstance(alone, Wrong)
    if not wrong:
        assert value == alone


@pytest.mark.parametrize("text", ["﻿id;x\na;1\n", "id;x\r\na;1\r\n", "id;x\na;1", '"id";"x"\n"a";"1"\n'])
def test_forms_of_the_same_text_are_the_same_rows(tmp_path, text):
    declared = source(column("id", "text"), column("x", "number"), dialect=INDONESIAN)
    assert read_text(declared, tmp_path, text).records() == [{"id": "a", "x": 1.0}]
