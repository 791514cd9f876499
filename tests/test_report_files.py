"""Tables and files of results: numbers below one another, nothing that a spreadsheet would compute."""

from __future__ import annotations

import io
import json
import os

import pytest
from golden import CASES

import engine
from engine.report.export import COLUMNS, csv_text, guarded, parquet_bytes, write_file
from engine.report.table import Heading, table_text


@pytest.fixture(scope="module")
def results():
    catalogue = engine.load(CASES / "cli" / "definitions")
    return catalogue.evaluate("2023", only=["puas", "aduan_selesai", "tunggu"], by="loket")


# ── tables ──


def test_numbers_line_up_by_their_decimal_mark():
    rows = [["a", "1.234,5"], ["b", "7"], ["c", "–"], ["d", "0,25\nremark"]]
    assert table_text([Heading("Name"), Heading("Value", "number")], rows, 80) == (
        "Name     Value\n"
        "──────────────\n"
        "a     1.234,5\n"
        "b         7\n"
        "c         –\n"
        "d         0,25\n"
        "        remark\n"
    )  # fmt: skip


def test_text_wraps_and_stays_indented():
    rows = [["  two words", "x"], ["three more words", "y"]]
    assert table_text([Heading("Name", least=6), Heading("Id", "name")], rows, 11) == (
        "Name     Id\n"
        "───────────\n"
        "  two    x\n"
        "  words\n"
        "three    y\n"
        "more\n"
        "words\n"
    )  # fmt: skip


def test_what_can_not_wrap_is_never_cut():
    """A narrow terminal folds the lines itself; a number without its last digits would be another number."""
    rows = [["a_very_long_identifier", "1.234.567.890,12"]]
    text = table_text([Heading("Id", "name"), Heading("Value", "number")], rows, 20)
    assert "a_very_long_identifier  1.234.567.890,12" in text


def test_a_cell_is_text_and_no_markup():
    text = table_text([Heading("Name")], [["[red]x[/red] :smile: \x1b[31m"]], 80)
    assert "[red]x[/red] :smile: \\x1b[31m" in text


# ── files ──


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\"=1", "'=1", "\u00a0=1", "＝1", "＋1",
     "－1", "＠x"],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_compute_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "1 - 2", "Sekretariat", "  x", "80–90"])
def test_other_cells_stay_as_they_are(text):
    assert guarded(text) == text


def test_csv_has_every_column_with_dots_and_guards(results):
    import csv

    rows = list(csv.DictReader(io.StringIO(csv_text(results))))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["group"] for row in rows] == ["'=SUM(A1)", "A", "", ""]
    assert (rows[1]["value"], rows[1]["target"], rows[1]["achievement_uncapped"]) == ("75.25", "80", "94.06")
    assert rows[2]["status"] == "no value"
    assert (rows[3]["target"], rows[3]["target_low"], rows[3]["target_high"]) == ("", "10", "20")


def test_parquet_has_the_same_rows_with_types(results):
    import polars

    frame = polars.read_parquet(io.BytesIO(parquet_bytes(results)))
    assert frame.columns == list(COLUMNS)
    assert frame["value"].to_list() == [95.0, 75.25, None, 14.1]
    assert frame["target_high"].to_list() == [None, None, None, 20.0]
    assert frame["group"].to_list() == ["=SUM(A1)", "A", None, None]


def test_json_has_no_number_that_a_browser_refuses(results):
    def refuse(name: str) -> None:
        raise AssertionError(name)

    document = json.loads(results.to_json(), parse_constant=refuse)
    assert [result["value"] for result in document["results"]] == [95.0, 75.25, None, 14.1]


def test_a_file_that_fails_halfway_is_not_there(tmp_path):
    """What was there before stays as it was."""
    path = tmp_path / "r.csv"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "\ud800", force=True)
    assert path.read_text() == "before"
    (tmp_path / f".r.csv.{os.getpid()}.part").touch()
    with pytest.raises(FileExistsError):
        write_file(path, "after", force=True)
    assert path.read_text() == "before"
