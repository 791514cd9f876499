"""Workbooks: looked into before a spreadsheet reader sees them; cells keep their types (D4, D6)."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from sourcing import KEEP, STAFF, cell, column, number, read_text, said, sheet_of, source, workbook, worksheet

from engine.definition import Dialect
from engine.problems import IkuError
from engine.sources import workbook as look

PLAIN = source(column("id", "text"), column("x", "number"), key="id")
ROWS = sheet_of([["id", "x"], ["a", 1], ["b", 2.5]])


def read(content, declared=PLAIN, **options):
    def opened(folder):
        return read_text(declared, folder, content, "staff.xlsx", **options)

    return opened


def test_cells_become_values_of_the_declared_types(tmp_path):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Penilaian")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for position, header in enumerate(["note", *STAFF.columns]):
            sheet.write(0, position, header)
        sheet.write_row(1, 1, ["007", "Magister", 88.5, 12, True])
        sheet.write_datetime(1, 6, datetime(2021, 2, 28), day)
        sheet.write_row(3, 1, ["008", "S1", None, None, False])
    assert read(stream.getvalue(), STAFF)(tmp_path).records() == [
        {
            "id": "007",
            "grade": "S2",
            "score": 88.5,
            "hours": 12,
            "measured": True,
            "since": date(2021, 2, 28),
        },
        {"id": "008", "grade": "S1", "score": None, "hours": 0, "measured": False, "since": None},
    ]


def test_the_parts_of_a_workbook_made_by_hand_are_read(tmp_path):
    """What the hostile ones below are made of is itself fine."""
    assert read(workbook(ROWS))(tmp_path).records() == [{"id": "a", "x": 1.0}, {"id": "b", "x": 2.5}]


@pytest.mark.parametrize(
    ("settings", "written", "expected"),
    [
        (
            {"kind": "number"},
            cell("B2", "88,5"),
            "text-number: `88,5` is a text; a number is needed\n"
            "  hint: the comma made it a text; enter it as a number",
        ),
        (
            {"kind": "text"},
            number("B2", "7"),
            "wrong-type: `7` is a number; a text is needed\n"
            "  hint: format the column as text, so that leading zeros are kept",
        ),
        ({"kind": "integer"}, number("B2", "1.5"), "wrong-number: `1.5` is not a whole number"),
        (
            {"kind": "category", "values": ("1", "2")},
            number("B2", "1"),
            "wrong-type: `1` is a number; a word is needed",
        ),
        ({"kind": "boolean"}, cell("B2", "ya"), "wrong-boolean: `ya` is a text; true or false is needed"),
        ({"kind": "date"}, cell("B2", "2021-01-01"), "wrong-date: `2021-01-01` is a text; a date is needed"),
        ({"kind": "date"}, number("B2", "44197"), "wrong-date: `44197` is a number; a date is needed"),
        (
            {"kind": "number"},
            "",
            "blank-cell: the cell is blank\n"
            "  hint: fill it in, or declare under `missing:` of `x` what a blank means",
        ),
        (
            {"kind": "number"},
            '<c r="B2" t="e"><v>#DIV/0!</v></c>',
            "error-cell: the cell shows an error in place of a value\n"
            "  hint: correct its formula, then paste the column as values",
        ),
        (
            {"kind": "number"},
            '<c r="B2"><f>1+1</f><v>3</v></c>',
            "formula-cell: the cell holds a formula, whose stored value may be old\n"
            "  hint: copy the column and paste it as values",
        ),
        ({"kind": "number"}, number("B2", "1e19"), None),
    ],
)
def test_a_cell_that_is_not_as_declared_is_a_finding(tmp_path, settings, written, expected):
    kind = settings["kind"]
    declared = source(
        column("id", "text"), column("x", kind, **{k: v for k, v in settings.items() if k != "kind"})
    )
    rows = f'<row r="1">{cell("A1", "id")}{cell("B1", "x")}</row><row r="2">{cell("A2", "a")}{written}</row>'
    if expected is None:
        expected = (
            "long-number: `1e+19` is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`"
        )
    answer = said(lambda: read(workbook(rows), declared)(tmp_path))
    assert answer == f"staff.xlsx, sheet Data, row 2, column B (x): {expected}"


def test_formulas_in_columns_that_are_not_declared_are_of_no_concern(tmp_path):
    rows = sheet_of([["id", "x", "sum"], ["a", 1]]).replace(
        "</row>", '<c r="C2"><f>B2*2</f><v>2</v></c></row>'
    )
    rows = rows.replace('<c r="C2"><f>B2*2</f><v>2</v></c></row>', "</row>", 1)
    assert read(workbook(rows))(tmp_path).records() == [{"id": "a", "x": 1.0}]


def test_going_on_leaves_out_the_row_of_a_formula(tmp_path):
    """Its stored value is not used in silence."""
    rows = sheet_of([["id", "x"], ["a", 1], ["b", 2]]).replace("<v>2</v>", "<f>1+1</f><v>3</v>")
    found = read(workbook(rows), keep_going=True)(tmp_path)
    assert found.records() == [{"id": "a", "x": 1.0}]
    assert (found.left_out, [problem.code for problem in found.findings]) == (1, ["formula-cell"])


def test_a_value_behind_the_last_header_is_a_finding(tmp_path):
    rows = sheet_of([["id", "x"], ["a", 1, "stray"]])
    assert said(lambda: read(workbook(rows))(tmp_path)) == (
        "staff.xlsx, sheet Data, row 2, column C: row-length: a value stands in a column without a header\n"
        "  hint: remove it, or give the column a header"
    )


def test_a_total_row_is_refused(tmp_path):
    rows = sheet_of([["id", "x"], ["a", 1], ["Total", 1], [None, 1]])
    assert said(lambda: read(workbook(rows))(tmp_path)) == (
        "staff.xlsx, sheet Data, row 3, column A (id): total-row: `Total` stands where each row has its"
        " `id`\n"
        "  hint: remove total rows; they are counted like the others\n"
        "staff.xlsx, sheet Data, row 4, column A (id): total-row: the row has no `id`, by which rows are told"
        " apart\n"
        "  hint: remove the row if it is a total; else fill in the cell"
    )


def test_a_key_stands_once(tmp_path):
    rows = sheet_of([["id", "x"], ["a", 1], ["a", 2]])
    assert said(lambda: read(workbook(rows))(tmp_path)) == (
        "staff.xlsx, sheet Data, row 3, column A (id): duplicate-key: `a` stands here again; it stood in"
        " row 2\n"
        "  hint: `id` holds each value once; remove or correct one of the rows"
    )


@pytest.mark.parametrize("rows", ["", sheet_of([["id", "x"]]), sheet_of([["id", "x"], [None, None]])])
def test_a_sheet_without_rows_is_absent_with_a_reason(tmp_path, rows):
    assert str(read(workbook(rows))(tmp_path).absent) == "staff.xlsx has no rows"


def test_headers_are_compared_exactly(tmp_path):
    rows = sheet_of([["Id", "x", "x"], ["a", 1, 2]])
    assert said(lambda: read(workbook(rows))(tmp_path)) == (
        "staff.xlsx, sheet Data, row 1, column x: duplicate-header: the header `x` stands twice\n"
        "  hint: rename or remove one of the two columns\n"
        "staff.xlsx, sheet Data, row 1, column id: missing-column: there is no column `id`\n"
        "  hint: it has `Id`; write the header exactly, or declare `header: Id`"
    )


def test_a_year_may_be_a_header(tmp_path):
    declared = source(column("x", "number", header="2021"))
    assert read(workbook(sheet_of([[2021], [5]])), declared)(tmp_path).records() == [{"x": 5.0}]


# ── sheets ──


def test_the_only_visible_sheet_is_read(tmp_path):
    content = workbook(ROWS, sheets=[("Notes", "hidden"), ("Data", "visible")])
    assert read(content)(tmp_path).count == 2


def test_one_of_several_sheets_must_be_named(tmp_path):
    content = workbook(ROWS, sheets=[("Jan", "visible"), ("Feb", "visible")])
    assert said(lambda: read(content)(tmp_path)) == (
        "staff.xlsx: unknown-sheet: the workbook has 2 visible sheets; one is expected\n"
        "  hint: name the one to read: `sheet: ...`"
    )
    named = source(*PLAIN.columns.values(), sheet="Feb")
    assert read(content, named)(tmp_path).count == 2
    strange = source(*PLAIN.columns.values(), sheet="Mar")
    assert said(lambda: read(content, strange)(tmp_path)) == (
        "staff.xlsx: unknown-sheet: there is no sheet `Mar`\n  hint: the sheets are Jan, Feb"
    )


# ── hostile and damaged ──

DOCTYPE = '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE worksheet SYSTEM "file:///etc/passwd">'
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            workbook(ROWS, more={SHEET: worksheet(ROWS, DOCTYPE)}),
            "file-kind: the workbook declares a document type, which no spreadsheet needs",
        ),
        (
            workbook(ROWS, more={SHEET: worksheet(ROWS, EXTERNAL)}),
            "file-kind: the workbook declares a document type, which no spreadsheet needs",
        ),
        (
            workbook(
                ROWS, more={"xl/sharedStrings.xml": DOCTYPE.replace("worksheet", "sst") + "<sst>&b;</sst>"}
            ),
            "file-kind: the workbook declares a document type, which no spreadsheet needs",
        ),
        (
            workbook(ROWS, more={"xl/vbaProject.bin": "x"}),
            "file-kind: the workbook has macros\n  hint: save a copy with values only",
        ),
        (
            workbook(ROWS, more={"xl/externalLinks/externalLink1.xml": "<x/>"}),
            "file-kind: the workbook has links to others\n  hint: save a copy with values only",
        ),
        (
            workbook(sheet_of([["id", "x"]]) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
            "file-too-big: the sheet reaches to row 1048576, column XFD, for 3 cells\n"
            "  hint: delete the far cells, or save the data as CSV",
        ),
        (
            workbook('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
            "unreadable-file: a cell lies outside of what a sheet can hold",
        ),
        (
            workbook('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'),
            "unreadable-file: a cell lies outside of what a sheet can hold",
        ),
        (
            workbook(cell("A1", "a" * 30_000_000)),
            "file-too-big: the workbook is packed more than 100 to 1",
        ),
        (
            workbook(ROWS, more={f"xl/media/{n}.bin": "" for n in range(1001)}),
            "file-too-big: the workbook is too large when unpacked",
        ),
        (
            workbook(ROWS)[:300],
            "unreadable-file: cannot be read as a workbook: File is not a zip file",
        ),
        (b"id,x\na,1\n", "file-kind: this is no workbook, whatever its name says"),
        (
            b"\xd0\xcf\x11\xe0rest",
            "file-kind: the workbook is protected by a password, or in the old .xls form\n"
            "  hint: save it as .xlsx without a password",
        ),
        (
            workbook("<row><c></row>"),
            "unreadable-file: cannot be read as a workbook: mismatched tag: line 1, column 98",
        ),
    ],
    ids=range(14),
)
def test_a_hostile_or_damaged_workbook_is_refused(tmp_path, content, expected):
    """Before the reader that would hang, or take gigabytes, has seen it."""
    assert said(lambda: read(content)(tmp_path)) == f"staff.xlsx: {expected}"


def test_links_in_the_relations_are_refused(tmp_path):
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = '<Relationship Id="r1" Type="x" Target="file:///x" TargetMode="External"/>'
    related = f'<Relationships xmlns="{package}">{link}</Relationships>'
    content = workbook(ROWS, more={"xl/_rels/workbook.xml.rels": related})
    assert said(lambda: read(content)(tmp_path)) == "staff.xlsx: file-kind: the workbook has links to others"


@pytest.mark.parametrize("written", ["nan", "1,5", "", "inf", "1e999"])
def test_a_number_cell_that_holds_none_is_no_number(tmp_path, written):
    """Whatever the reader makes of it, it is an error, not a value."""
    rows = sheet_of([["id", "x"], ["a", 1]]).replace("<v>1</v>", f"<v>{written}</v>")
    with pytest.raises(IkuError):
        read(workbook(rows))(tmp_path)


def test_a_string_that_is_not_in_the_table_of_strings(tmp_path):
    rows = sheet_of([["id", "x"]]) + '<row r="2"><c r="A2" t="s"><v>999</v></c><c r="B2"><v>1</v></c></row>'
    with pytest.raises(IkuError):
        read(workbook(rows))(tmp_path)


def test_flipped_bytes_are_read_or_refused(tmp_path):
    """Two hundred damaged workbooks: rows, or an error of our own family."""
    chance = random.Random(5)
    whole = workbook(sheet_of([["id", "x"], *[[f"k{n}", n] for n in range(50)]]))
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            found = read(bytes(damaged))(tmp_path)
        except IkuError:
            continue
        assert found.count <= 50


def test_a_personal_value_is_not_shown(tmp_path):
    declared = source(column("id", "text"), column("x", "number", personal=True, missing=KEEP))
    rows = sheet_of([["id", "x"], ["a", "secret"]])
    assert said(lambda: read(workbook(rows), declared)(tmp_path)) == (
        "staff.xlsx, sheet Data, row 2, column B (x): text-number: the value (personal, not shown) is a text;"
        " a number is needed\n  hint: a number typed as text counts for nothing; enter it as a number"
    )


def test_a_container_with_a_packed_size_that_lies_is_refused(tmp_path):
    """The sizes in an archive's directory are claims."""
    content = bytearray(workbook(ROWS, more={SHEET: worksheet(ROWS + " " * 5_000_000)}))
    stated = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo(SHEET)
    where = content.rfind(SHEET.encode()) - 46
    content[where + 24 : where + 28] = (1000).to_bytes(4, "little")
    assert stated.file_size > 5_000_000
    with pytest.raises(IkuError):
        read(bytes(content))(tmp_path)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("yyyy-mm-dd", "`2021-01-01` is a date; a number is needed"),
        ("hh:mm", "is a time; a number is needed"),
    ],
)
def test_a_number_formatted_as_a_day_or_time_is_no_number(tmp_path, form, expected):
    """Excel turns 1/1 into a day; the number that was meant is lost."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "x"])
        sheet.write(1, 0, "a")
        sheet.write_number(1, 1, 44197 if "y" in form else 0.5, book.add_format({"num_format": form}))
    answer = said(lambda: read(stream.getvalue())(tmp_path))
    assert answer.startswith("staff.xlsx, sheet Sheet1, row 2, column B (x): wrong-number: ")
    assert answer.endswith(expected)


def test_the_dialect_is_for_texts_only(tmp_path):
    declared = source(*PLAIN.columns.values(), dialect=Dialect(decimal=","))
    assert read(workbook(ROWS), declared)(tmp_path).records()[1] == {"id": "b", "x": 2.5}


def test_a_sheet_has_so_many_rows_and_cells(tmp_path, monkeypatch):
    """D4: counted while the sheet is looked into, before anything is kept of it."""
    monkeypatch.setattr(look, "MOST_CELLS", 9)
    assert read(workbook(ROWS))(tmp_path).count == 2
    monkeypatch.setattr(look, "MOST_CELLS", 8)
    assert said(lambda: read(workbook(ROWS))(tmp_path)) == (
        "staff.xlsx: file-too-big: the sheet has more than 8 rows and cells\n  hint: save the data as CSV"
    )
