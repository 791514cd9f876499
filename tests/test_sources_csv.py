"""CSV files: strict, in the declared dialect; every finding has a line, a column and a way out (D1 to D3)."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from sourcing import KEEP, STAFF, column, read_text, said, source, worded

from engine.definition import Dialect, Missing

HEADER = "id,grade,score,hours,measured,since\n"
GOOD = HEADER + "007,Magister,88.5,12,true,2021-02-28\nNA,S1,,,false,\n"
INDONESIAN = Dialect(";", ",", ".", true=("ya",), false=("tidak",), date="DD/MM/YYYY", blank=("-",))


def one(kind, **settings):
    """A source with an id and one more column."""
    return source(column("id", "text"), column("x", kind, **settings), key="id", file="x.csv")


def test_cells_become_values_of_the_declared_types(tmp_path):
    """Codes keep their zeros and NA stays a code; blanks are null, kept or filled as declared."""
    rows = read_text(STAFF, tmp_path, GOOD)
    assert rows.records() == [
        {
            "id": "007",
            "grade": "S2",
            "score": 88.5,
            "hours": 12,
            "measured": True,
            "since": date(2021, 2, 28),
        },
        {"id": "NA", "grade": "S1", "score": None, "hours": 0, "measured": False, "since": None},
    ]
    assert rows.count == 2


def test_the_frame_has_the_declared_types(tmp_path):
    schema = read_text(STAFF, tmp_path, GOOD).frame().collect_schema()
    assert {name: str(kind) for name, kind in schema.items()} == {
        "id": "String",
        "grade": "Enum(categories=['S1', 'S2', 'S3'])",
        "score": "Float64",
        "hours": "Int64",
        "measured": "Boolean",
        "since": "Date",
    }


def test_the_dialect_rules_numbers_dates_yes_no_and_blanks(tmp_path):
    columns = [
        column("id", "text"),
        column("x", "number", missing=KEEP),
        column("d", "date"),
        column("b", "boolean"),
    ]
    declared = source(*columns, dialect=INDONESIAN, key="id")
    text = "id;x;d;b\na;1.234.567,5;31/12/2020;ya\nb;-0,25;01/01/2021;tidak\nc;-;01/01/2021;ya\n"
    assert [list(row.values()) for row in read_text(declared, tmp_path, text).records()] == [
        ["a", 1234567.5, date(2020, 12, 31), True],
        ["b", -0.25, date(2021, 1, 1), False],
        ["c", None, date(2021, 1, 1), True],
    ]


@pytest.mark.parametrize(
    ("settings", "cell", "expected"),
    [
        (
            {"kind": "number"},
            '"88,31"',
            "comma-decimal: `88,31` has a decimal comma; the source declares `.`\n"
            '  hint: correct the cell, or declare `format: {decimal: ","}` if the whole file is so',
        ),
        (
            {"kind": "number"},
            "1.234.567",
            "thousands-mark: `1.234.567` has marks between the thousands, and none are declared\n"
            "  hint: write the digits alone, or declare `format: {thousands: ...}` if the whole file is so",
        ),
        ({"kind": "number"}, "5-", "wrong-number: `5-` is not a number"),
        ({"kind": "number"}, "abc", "wrong-number: `abc` is not a number"),
        ({"kind": "number"}, "inf", "wrong-number: `inf` is not a number"),
        ({"kind": "number"}, "NaN", "wrong-number: `NaN` is not a number"),
        ({"kind": "number"}, "1e400", "wrong-number: `1e400` is not a number"),
        ({"kind": "number"}, "0x1F", "wrong-number: `0x1F` is not a number"),
        ({"kind": "number"}, "1_000", "wrong-number: `1_000` is not a number"),
        ({"kind": "number"}, "٣", "wrong-number: `٣` is not a number"),
        (
            {"kind": "number"},
            "88%",
            "percent-sign: `88%` has a percent sign\n  hint: write the number alone",
        ),
        (
            {"kind": "number"},
            " 5",
            "wrong-number: ` 5` has spaces around the number\n  hint: remove the spaces",
        ),
        (
            {"kind": "number"},
            "9" * 30,
            f"long-number: `{'9' * 30}` is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`",
        ),
        (
            {"kind": "number"},
            "9" * 5000,
            f"long-number: `{'9' * 59}…` is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`",
        ),
        (
            {"kind": "number", "range": (0, 100)},
            "100.01",
            "out-of-range: `100.01` is outside the range 0 to 100",
        ),
        ({"kind": "integer"}, "1.0", "wrong-number: `1.0` is not a whole number"),
        ({"kind": "integer"}, "1,5", None),
        (
            {"kind": "integer"},
            "9007199254740992",
            "long-number: `9007199254740992` is too large to be exact\n"
            "  hint: an identifier such as a NIP is declared as `type: text`",
        ),
        (
            {"kind": "category", "values": ("S1", "S2")},
            "s1 ",
            "unknown-category: `s1 ` is not a value of `x`\n"
            "  hint: write `S1` exactly so, or add `s1 ` under `aliases`",
        ),
        (
            {"kind": "category", "values": ("tetap", "keliling")},
            "tetab",
            "unknown-category: `tetab` is not a value of `x`\n  hint: did you mean `tetap`?",
        ),
        (
            {"kind": "category", "values": ("S1", "S2")},
            "zzz",
            "unknown-category: `zzz` is not a value of `x`\n  hint: the values are S1, S2",
        ),
        (
            {"kind": "boolean"},
            "TRUE",
            "wrong-boolean: `TRUE` is neither of the words declared for yes and no\n"
            "  hint: write true or false; declare other words under `format:` as `true` and `false`",
        ),
        (
            {"kind": "date"},
            "28/02/2021",
            "wrong-date: `28/02/2021` is not a date\n  hint: write it as YYYY-MM-DD",
        ),
        ({"kind": "date"}, "2021-02-29", "wrong-date: `2021-02-29` is no day of the calendar"),
        ({"kind": "date"}, "0000-01-01", "wrong-date: `0000-01-01` is no day of the calendar"),
        (
            {"kind": "number"},
            "",
            "blank-cell: the cell is blank\n"
            "  hint: fill it in, or declare under `missing:` of `x` what a blank means",
        ),
    ],
)
def test_a_cell_that_is_not_as_declared_is_a_finding(tmp_path, settings, cell, expected):
    """The file, line and column, what stands there, and a way out."""
    kind = settings["kind"]
    declared = one(kind, **{name: value for name, value in settings.items() if name != "kind"})
    if expected is None:
        cell, expected = '"1,5"', "wrong-number: `1,5` is not a whole number"
    answer = said(lambda: read_text(declared, tmp_path, f"id,x\na,{cell}\n"))
    assert answer == f"staff.csv, line 2, column x: {expected}"


def test_a_decimal_dot_where_a_comma_is_declared(tmp_path):
    declared = source(column("x", "number"), dialect=Dialect(";", ","))
    assert said(lambda: read_text(declared, tmp_path, "x\n88.31\n")) == (
        "staff.csv, line 2, column x: dot-decimal: `88.31` has a decimal dot; the source declares `,`\n"
        '  hint: correct the cell, or declare `format: {decimal: "."}` if the whole file is so'
    )


def test_other_thousands_marks_than_the_declared_one(tmp_path):
    declared = source(column("x", "number"), dialect=INDONESIAN)
    assert said(lambda: read_text(declared, tmp_path, "x\n1 234 567\n")) == (
        "staff.csv, line 2, column x: thousands-mark: `1 234 567` has other thousands marks than `.`\n"
        "  hint: write the digits alone, or declare `format: {thousands: ...}` if the whole file is so"
    )


def test_a_finding_shows_what_stands_there_not_what_it_was_read_as(tmp_path):
    declared = source(column("x", "number", range=(0, 100)), dialect=Dialect(";", ","))
    assert said(lambda: read_text(declared, tmp_path, "x\n100,010\n")) == (
        "staff.csv, line 2, column x: out-of-range: `100,010` is outside the range 0 to 100"
    )


def test_thousands_with_and_without_their_mark_do_not_mix(tmp_path):
    """Where both occur, 1.234 may have been meant as little more than one."""
    declared = source(column("x", "number"), dialect=INDONESIAN)
    assert said(lambda: read_text(declared, tmp_path, "x\n1.234\n12345,5\n")) == (
        "staff.csv, line 3, column x: mixed-numbers: `12345,5` has no mark between its thousands;"
        " others in the column have\n"
        "  hint: write all numbers of a column alike\n"
        "  staff.csv, line 2, column x: `1.234` has one"
    )


def test_a_personal_value_is_not_shown(tmp_path):
    """Neither as what stands there nor by a hint that is near it."""
    declared = source(
        column("id", "text", personal=True, unique=True),
        column("illness", "category", values=("flu", "cold"), personal=True),
    )
    text = "id,illness\nsecret,Flu\nsecret,cold\n"
    assert said(lambda: read_text(declared, tmp_path, text)) == (
        "staff.csv, line 2, column illness: unknown-category: the value (personal, not shown)"
        " is not a value of `illness`\n"
        "  hint: the values are flu, cold\n"
        "staff.csv, line 3, column id: duplicate-key: the value (personal, not shown)"
        " stands here again; it stood in line 2\n"
        "  hint: `id` holds each value once; remove or correct one of the rows"
    )


# ── rows ──


def test_a_row_has_the_fields_of_the_header(tmp_path):
    """A locale slip never shifts a column: both counts are named, for each such row."""
    declared = source(column("name", "text"), column("val", "number"))
    assert said(lambda: read_text(declared, tmp_path, "name,val\nx,88,31\ny,1\nz\n")) == (
        "staff.csv, line 2: row-length: the row has 3 fields; the header has 2\n"
        "  hint: look for a `,` too many or too few; a cell that holds one is quoted\n"
        "staff.csv, line 4: row-length: the row has 1 fields; the header has 2\n"
        "  hint: look for a `,` too many or too few; a cell that holds one is quoted"
    )


def test_rows_of_a_wrong_length_are_found_among_quoted_ones_too(tmp_path):
    declared = source(column("name", "text"), column("val", "number"))
    assert said(lambda: read_text(declared, tmp_path, 'name,val\n"a,b",1\n"a,b"\n')) == (
        "staff.csv, line 3: row-length: the row has 1 fields; the header has 2\n"
        "  hint: look for a `,` too many or too few; a cell that holds one is quoted"
    )


def test_lines_are_those_of_the_file_behind_quoted_line_breaks(tmp_path):
    declared = source(column("name", "text"), column("val", "number"))
    text = 'name,val\n"two\nlines, and ""quotes""",1\n\nplain,x\n'
    assert said(lambda: read_text(declared, tmp_path, text)) == (
        "staff.csv, line 5, column val: wrong-number: `x` is not a number"
    )
    fine = read_text(declared, tmp_path, text.replace("x", "2"))
    assert fine.records() == [{"name": 'two\nlines, and "quotes"', "val": 1.0}, {"name": "plain", "val": 2.0}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'name,val\n"a,1\nb,2\n',
            "staff.csv, line 2: quoting: a quote opens here or further down and is never closed\n"
            "  hint: a quoted cell ends with a quote; a quote inside it is doubled",
        ),
        (
            'name,val\n5" pipe and 6",1\n',
            "staff.csv, line 2: quoting: a quote stands in the middle of a cell, or something follows a"
            " closing one\n  hint: put the whole cell in quotes and double the quotes inside",
        ),
        (
            'name,val\n"a"b,1\n',
            "staff.csv, line 2: quoting: a quote stands in the middle of a cell, or something follows a"
            " closing one\n  hint: put the whole cell in quotes and double the quotes inside",
        ),
    ],
)
def test_quotes_are_strict(tmp_path, text, expected):
    declared = source(column("name", "text"), column("val", "number"))
    assert said(lambda: read_text(declared, tmp_path, text)) == expected


@pytest.mark.parametrize(
    "text", ["id,x\r\na,1\r\n\r\n,\r\nb,2", 'id,x\n"a",1\n"",""\nb,"2"\n\n\n', "\n\nid,x\na,1\nb,2\n"]
)
def test_lines_without_any_cell_filled_in_are_no_rows(tmp_path, text):
    assert read_text(one("integer"), tmp_path, text).records() == [{"id": "a", "x": 1}, {"id": "b", "x": 2}]


def test_a_quoted_cell_that_holds_only_quotes_is_filled_in(tmp_path):
    declared = source(column("x", "text"))
    assert read_text(declared, tmp_path, 'x\n""""\n').records() == [{"x": '"'}]


def test_a_row_without_key_is_refused_as_a_total(tmp_path):
    """Even where blanks of the column are kept otherwise."""
    declared = source(column("id", "text", missing=KEEP), column("x", "number"), key="id")
    assert said(lambda: read_text(declared, tmp_path, "id,x\na,1\n,1\n")) == (
        "staff.csv, line 3, column id: total-row: the row has no `id`, by which rows are told apart\n"
        "  hint: remove the row if it is a total; else fill in the cell"
    )


def test_a_row_whose_key_is_a_word_for_totals_is_refused(tmp_path):
    assert said(lambda: read_text(one("number"), tmp_path, "id,x\na,1\nJUMLAH,1\n")) == (
        "staff.csv, line 3, column id: total-row: `JUMLAH` stands where each row has its `id`\n"
        "  hint: remove total rows; they are counted like the others"
    )


def test_a_key_stands_once(tmp_path):
    text = "id,x\na,1\nb,1\na,2\na,3\n"
    assert said(lambda: read_text(one("number"), tmp_path, text)) == (
        "staff.csv, line 4, column id: duplicate-key: `a` stands here again; it stood in line 2\n"
        "  hint: `id` holds each value once; remove or correct one of the rows\n"
        "staff.csv, line 5, column id: duplicate-key: `a` stands here again; it stood in line 2\n"
        "  hint: `id` holds each value once; remove or correct one of the rows"
    )


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n", "id,x\n", "id,x\n,\n"])
def test_a_file_without_rows_is_absent_with_a_reason(tmp_path, text):
    """Never a sum of zero (D5)."""
    rows = read_text(one("number"), tmp_path, text)
    assert (str(rows.absent), rows.records()) == ("staff.csv has no rows", ())


def test_a_file_without_rows_is_an_answer_where_declared(tmp_path):
    declared = source(column("x", "number"), empty="allow")
    rows = read_text(declared, tmp_path, "x\n")
    assert (rows.absent, rows.count, rows.frame().collect().height) == (None, 0, 0)


# ── headers ──


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "id,X\na,1\n",
            "staff.csv, line 1, column x: missing-column: there is no column `x`\n"
            "  hint: it has `X`; write the header exactly, or declare `header: X`",
        ),
        (
            "id,y\na,1\n",
            "staff.csv, line 1, column x: missing-column: there is no column `x`\n  hint: it has id, y",
        ),
        (
            "id,x,x\na,1,2\n",
            "staff.csv, line 1, column x: duplicate-header: the header `x` stands twice\n"
            "  hint: rename or remove one of the two columns",
        ),
        (
            "id,x, \na,1,2\n",
            "staff.csv, line 1, column 3: blank-header: column 3 has no header\n"
            "  hint: name the column, or remove it",
        ),
        (
            "id;x\na;1\n",
            "staff.csv, line 1: wrong-delimiter: the columns seem to be separated by semicolons, not by"
            " commas\n"
            '  hint: declare `format: {delimiter: ";"}`',
        ),
        (
            "id\tx\na\t1\n",
            "staff.csv, line 1: wrong-delimiter: the columns seem to be separated by tabs, not by commas\n"
            '  hint: declare `format: {delimiter: "\\t"}`',
        ),
    ],
)
def test_headers_are_compared_exactly(tmp_path, text, expected):
    assert said(lambda: read_text(one("number"), tmp_path, text)) == expected


def test_columns_that_are_not_declared_are_of_no_concern(tmp_path):
    """A division's report has more columns than the indicators need."""
    assert read_text(one("number"), tmp_path, "note,x,id\n???,1,a\n").records() == [{"id": "a", "x": 1.0}]


def test_a_header_may_be_declared_as_the_file_writes_it(tmp_path):
    declared = source(column("x", "number", header="Nilai SKP"))
    assert read_text(declared, tmp_path, "Nilai SKP\n1\n").records() == [{"x": 1.0}]
    assert said(lambda: read_text(declared, tmp_path, "Nilai SKP\nx\n")) == (
        "staff.csv, line 2, column Nilai SKP: wrong-number: `x` is not a number"
    )


# ── bytes ──


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"PK\x03\x04rest",
            "staff.csv: file-kind: this is a workbook or an archive, whatever its name says\n"
            "  hint: save it as CSV, or declare it by its own ending",
        ),
        (
            b"id,x\na,\xff\n",
            "staff.csv, line 2: file-encoding: the file is not utf-8 text\n"
            "  hint: save it as UTF-8 (in Excel: CSV UTF-8), or declare `format: {encoding: cp1252}`",
        ),
        (
            "id,x\n".encode("utf-16"),
            "staff.csv: file-encoding: the file is UTF-16 text; utf-8 is declared\n"
            "  hint: save it as UTF-8 (in Excel: CSV UTF-8), or declare `format: {encoding: utf-16}`",
        ),
        (b"id,x\na\0,1\n", "staff.csv: file-kind: the file holds null characters, so it is no text"),
        (
            b"id,x\ra,1\r",
            "staff.csv: file-kind: the lines end as on old Macs\n  hint: save it anew from a current program",
        ),
        (
            gzip.compress(b"id,x\na,1\n"),
            "staff.csv: file-kind: this is a packed file, whatever its name says\n"
            "  hint: save it as CSV, or declare it by its own ending",
        ),
    ],
)
def test_a_file_is_the_text_that_is_declared(tmp_path, content, expected):
    assert said(lambda: read_text(one("number"), tmp_path, content)) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_a_file_is_read_in_its_declared_encoding(tmp_path, encoding):
    """A byte-order mark is no part of the first header."""
    named = "utf-8" if encoding == "utf-8-sig" else encoding
    declared = source(column("id", "text"), dialect=Dialect(encoding=named))
    assert read_text(declared, tmp_path, "id\né\n".encode(encoding)).records() == [{"id": "é"}]


def test_a_packed_file_is_read_if_its_name_says_so(tmp_path):
    content = gzip.compress(b"id,x\na,1\n")
    assert read_text(one("number"), tmp_path, content, "staff.csv.gz").records() == [{"id": "a", "x": 1.0}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            gzip.compress(b"0" * 40_000_000),
            "staff.csv.gz: file-too-big: the file is packed more than 100 to 1",
        ),
        (
            gzip.compress(b"id,x\na,1\n")[:-6],
            "staff.csv.gz: unreadable-file: cannot be read as a packed file: its end is missing, or something"
            " follows it",
        ),
        (
            b"id,x\n",
            "staff.csv.gz: unreadable-file: cannot be read as a packed file: Error -3 while decompressing"
            " data: incorrect header check",
        ),
    ],
)
def test_a_packed_file_that_is_a_bomb_or_damaged_is_refused(tmp_path, content, expected):
    assert said(lambda: read_text(one("number"), tmp_path, content, "staff.csv.gz")) == expected


# ── many findings, and going on ──


def test_fifty_findings_are_listed_by_line_and_the_others_counted(tmp_path):
    """However many columns have them."""
    declared = source(column("a", "number"), column("b", "number"))
    text = "a,b\n" + "x,y\n" * 1000
    lines = said(lambda: read_text(declared, tmp_path, text)).split("\n")
    assert len(lines) == 51
    assert lines[0] == "staff.csv: more-findings: 1950 more findings are not listed"
    assert lines[1:3] == [
        "staff.csv, line 2, column a: wrong-number: `x` is not a number",
        "staff.csv, line 2, column b: wrong-number: `y` is not a number",
    ]
    assert lines[-1] == "staff.csv, line 26, column b: wrong-number: `y` is not a number"


def test_going_on_leaves_out_the_rows_with_findings_and_says_so(tmp_path):
    text = "id,x\na,1\nb,x\nc\na,4\nd,5\n"
    rows = read_text(one("number"), tmp_path, text, keep_going=True)
    assert rows.records() == [{"id": "a", "x": 1.0}, {"id": "d", "x": 5.0}]
    assert (rows.left_out, rows.count) == (3, 2)
    assert [problem.code for problem in rows.findings] == ["wrong-number", "row-length", "duplicate-key"]
    assert rows.address is not None
    assert str(rows.address(1, "x")) == "staff.csv, line 6, column x"


def test_going_on_without_any_row_left_says_why(tmp_path):
    rows = read_text(one("number"), tmp_path, "id,x\na,x\nb\n", keep_going=True)
    assert str(rows.absent) == "all 2 rows of staff.csv were left out because of findings"
    assert (rows.left_out, len(rows.findings)) == (2, 2)


def test_what_concerns_the_whole_file_is_refused_even_when_going_on(tmp_path):
    declared = source(column("x", "number"), dialect=INDONESIAN)
    answer = said(lambda: read_text(declared, tmp_path, "x\n1.234\n12345\n", keep_going=True))
    assert answer.startswith("staff.csv, line 3, column x: mixed-numbers")


def test_a_wide_file_of_many_columns_is_held_to_its_header(tmp_path):
    names = [f"c{n}" for n in range(300)]
    declared = source(*[column(name, "integer") for name in names])
    row = ",".join(f'"{n}"' for n in range(300))
    assert read_text(declared, tmp_path, f"{','.join(names)}\n{row}\n").records()[0]["c299"] == 299
    assert said(lambda: read_text(declared, tmp_path, f'{",".join(names)}\n{row},"x"\n')).startswith(
        "staff.csv, line 2: row-length: the row has 301 fields; the header has 300"
    )


def test_a_fill_may_be_a_category(tmp_path):
    declared = one("category", values=("no", "light"), missing=Missing("fill", "no"))
    assert read_text(declared, tmp_path, "id,x\na,\n").records() == [{"id": "a", "x": "no"}]


def test_findings_of_rows_can_be_worded_like_any_problem(tmp_path):
    rows = read_text(one("number"), tmp_path, "id,x\na,1\nb,x\n", keep_going=True)
    assert worded(rows.findings) == "staff.csv, line 3, column x: wrong-number: `x` is not a number"


def test_a_table_of_more_columns_than_any_sheet_has_is_refused(tmp_path):
    text = ",".join(["a"] * 20_000) + "\n" + ",".join(["1"] * 20_000)
    assert said(lambda: read_text(one("number"), tmp_path, text)) == (
        "staff.csv, line 1: file-too-big: the table has 20000 columns; at most 16384 can be"
    )
