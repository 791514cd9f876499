"""A source in PostgreSQL: read by name alone, checked as files are, refused in our words (S3)."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars
import psycopg
import pytest
from postgres import server
from sourcing import KEEP, PLACE, STAFF, column, said, source, worded

import cli
import engine
from engine import sources
from engine.definition import DatabaseTable, Missing, Source, Unpivot
from engine.sources import database
from engine.versions import Period

ADDRESS = "IKU_STAFF"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """The address of a server that these tests share."""
    with server() as address:
        yield address


@pytest.fixture
def run(base: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run statements in an empty database whose address is in the environment."""
    monkeypatch.setenv(ADDRESS, base)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        yield lambda *statements: [connection.execute(one) for one in statements]


def declared(source: Source, table: str = "staff", period: str | None = None) -> Source:
    return replace(source, file=None, table=DatabaseTable(ADDRESS, table, PLACE, period))


def read(source: Source, period: str = "2021", **options: Any) -> sources.Rows:
    return sources.read(source, Period.parse(period), PLACE_OF_NOTHING, **{"sources": {}, **options})


PLACE_OF_NOTHING: Any = None
"""A table lies below no folder."""
STAFF_TABLE = """CREATE TABLE staff (id text, grade text, score numeric(5, 2), hours smallint, measured bool,
                                     since date, salary money)"""
PLAIN = declared(source(column("id", "text"), column("x", "number", range=(0, 100), missing=KEEP), key="id"))


def test_rows_have_the_declared_types_and_the_order_of_the_key(run):
    run(
        STAFF_TABLE,
        "INSERT INTO staff VALUES ('b', 'S1', NULL, NULL, false, NULL, 5)",
        "INSERT INTO staff VALUES ('007', 'Magister', 88.10, 12, true, '2021-02-28', 7)",
        "INSERT INTO staff VALUES ('B', 'S3', 100, 3, true, '2020-02-29', 7)",
    )
    rows, names = read(declared(STAFF)), list(STAFF.columns)
    assert rows.records() == [
        {
            "id": "007",
            "grade": "S2",
            "score": 88.1,
            "hours": 12,
            "measured": True,
            "since": date(2021, 2, 28),
        },
        dict(zip(names, ("B", "S3", 100.0, 3, True, date(2020, 2, 29)), strict=True)),
        dict(zip(names, ("b", "S1", None, 0, False, None), strict=True)),
    ]
    assert (rows.count, rows.held, rows.files[0].path) == (3, True, "IKU_STAFF: staff")


def test_the_same_rows_have_the_same_fingerprint_in_whatever_order_they_lie(run):
    run("CREATE TABLE staff (id text, x int)", "INSERT INTO staff VALUES ('a', 1), ('b', 2)")
    first = read(PLAIN).files
    run("TRUNCATE staff", "INSERT INTO staff VALUES ('b', 2), ('a', 1)")
    assert read(PLAIN).files == first
    run("UPDATE staff SET x = 3 WHERE id = 'a'")
    assert read(PLAIN).files != first


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("numeric", "0.1", 0.1),
        ("numeric", "88.310000000000000001", 88.31),
        ("numeric(6, 3)", "1.5", 1.5),
        ("real", "0.1", 0.1),
        ("double precision", "1e-7", 1e-7),
        ("double precision", "0.30000000000000004", 0.1 + 0.2),
        ("bigint", "7", 7.0),
        ("smallint", "7", 7.0),
        ("percent", "62.5", 62.5),
    ],
)
def test_a_number_is_the_nearest_double_of_what_the_database_writes(run, type_, written, value):
    run("CREATE DOMAIN percent AS numeric CHECK (value <= 100)")
    run(f"CREATE TABLE staff (id text, x {type_})", f"INSERT INTO staff VALUES ('a', {written})")
    assert read(PLAIN).records() == [{"id": "a", "x": value}]


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("numeric", "5.00", 5),
        ("numeric", "9007199254740991", 2**53 - 1),
        ("bigint", "-3", -3),
        ("real", "5", 5),
    ],
)
def test_a_whole_number_may_lie_in_any_column_of_numbers(run, type_, written, value):
    whole = declared(source(column("x", "integer")))
    run(f"CREATE TABLE staff (x {type_})", f"INSERT INTO staff VALUES ({written})")
    assert read(whole).records() == [{"x": value}]


@pytest.mark.parametrize(
    ("kind", "type_", "written", "value"),
    [
        ("text", "varchar(9)", "'007'", "007"),
        ("text", "char(9)", "'007'", "007"),
        ("text", "text", "E'a\\n\"b\",c'", 'a\n"b",c'),
        ("text", "text", "'\\N'", "\\N"),
        ("text", "text", "' é '", " é "),
        ("text", "text", "''", None),
        ("text", "text", "NULL", None),
        ("text", "uuid", "'6F9619FF-8B86-D011-B42D-00C04FC964FF'", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("date", "timestamp", "'2021-02-28 00:00'", date(2021, 2, 28)),
        ("date", "date", "'0001-01-01'", date(1, 1, 1)),
        ("boolean", "boolean", "true", True),
        ("category", "grade", "'S1'", "S1"),
        ("category", "char(4)", "'S2'", "S2"),
    ],
)
def test_other_values_are_what_the_database_holds(run, kind, type_, written, value):
    settings = {"values": ("S1", "S2")} if kind == "category" else {}
    one = declared(source(column("x", kind, missing=KEEP, **settings)))
    run("CREATE TYPE grade AS ENUM ('S1', 'S2')")
    run(f"CREATE TABLE staff (x {type_})", f"INSERT INTO staff VALUES ({written})")
    assert read(one).records() == [{"x": value}]


WRONG = [
    ("number", "numeric", "'NaN'", "`NaN` is not a number"),
    ("number", "float8", "'NaN'", "`nan` is not a number"),
    ("number", "float8", "'-Infinity'", "`-inf` is infinite; a number is needed"),
    ("number", "numeric", "101", "`101` is outside the range 0 to 100"),
    ("number", "numeric", "100.00000000000001", "`100.00000000000001` is outside the range 0 to 100"),
    ("integer", "numeric", "5.5", "`5.5` is not a whole number"),
    ("integer", "numeric", "5.00000000000000000001", "`5.00000000000000000001` is not a whole number"),
    ("integer", "float4", "5.5", "`5.5` is not a whole number"),
    ("integer", "bigint", "9007199254740993", "`9007199254740993` is too large to be exact"),
    ("date", "date", "'infinity'", "`infinity` is not a date"),
    ("date", "date", "'0044-03-15 BC'", "`0044-03-15 BC` is not a date"),
    ("date", "timestamp", "'2021-01-01 10:00'", "`2021-01-01 10:00:00` is not a date"),
    ("category", "text", "'s1'", "`s1` is not a value of `x`"),
    ("number", "numeric", "NULL", "the cell is blank"),
    ("text", "text", "''", "the cell is blank"),
]


@pytest.mark.parametrize(("kind", "type_", "written", "message"), WRONG)
def test_a_value_that_is_not_as_declared_is_a_finding_with_table_row_and_column(
    run, kind, type_, written, message
):
    settings: dict[str, Any] = {"values": ("S1", "S2")} if kind == "category" else {}
    settings |= {"range": (0, 100)} if kind == "number" else {}
    one = declared(source(column("id", "text"), column("x", kind, **settings), key="id"), "office.staff")
    run("DROP SCHEMA IF EXISTS office CASCADE", "CREATE SCHEMA office")
    run(
        f"CREATE TABLE office.staff (id text, x {type_})", f"INSERT INTO office.staff VALUES ('q', {written})"
    )
    answer = said(lambda: read(one))
    assert answer.startswith("IKU_STAFF: office.staff, row q, column x: ")
    assert message in answer


def test_findings_are_told_by_the_key_in_its_order(run):
    run(
        "CREATE TABLE staff (id text, x int)",
        "INSERT INTO staff VALUES ('c', 101), ('a', -1), ('b', 5), ('b', 6)",
    )
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff, row a, column x: out-of-range: `-1` is outside the range 0 to 100\n"
        "IKU_STAFF: staff, row b, column id: duplicate-key: `b` stands in more than one row\n"
        "  hint: `id` holds each value once; remove or correct one of the rows\n"
        "IKU_STAFF: staff, row c, column x: out-of-range: `101` is outside the range 0 to 100"
    )


def test_a_personal_key_is_never_shown(run):
    hidden = declared(
        source(column("nip", "text", personal=True), column("x", "number", range=(0, 9)), key="nip")
    )
    run(
        "CREATE TABLE staff (nip text, x int)", "INSERT INTO staff VALUES ('198', 10), ('197', 5), ('198', 4)"
    )
    answer = said(lambda: read(hidden))
    assert "19" not in answer.replace("personal", "")
    assert "IKU_STAFF: staff, row 2, column x: out-of-range: `10` is outside the range 0 to 9" in answer


def test_without_a_key_rows_are_counted_in_the_order_of_all_columns(run):
    free = declared(source(column("x", "integer", range=(0, 9)), column("y", "text")))
    run("CREATE TABLE staff (x int, y text)", "INSERT INTO staff VALUES (5, 'b'), (10, 'c'), (5, 'a')")
    assert said(lambda: read(free)).startswith("IKU_STAFF: staff, row 1, column x: out-of-range: `10`")


def test_a_key_of_control_characters_is_shown_as_escapes(run):
    run("CREATE TABLE staff (id text, x int)", "INSERT INTO staff VALUES (E'a\\x1b[2J', 101)")
    assert said(lambda: read(PLAIN)).startswith("IKU_STAFF: staff, row a\\x1b[2J, column x: ")


def test_rows_with_findings_are_left_out_on_request(run):
    run("CREATE TABLE staff (id text, x int)", "INSERT INTO staff VALUES ('c', 101), ('a', 4)")
    rows = read(PLAIN, keep_going=True)
    assert (rows.records(), rows.left_out) == ([{"id": "a", "x": 4.0}], 1)
    assert worded(rows.findings).startswith("IKU_STAFF: staff, row c, column x: out-of-range")


@pytest.mark.parametrize(
    ("kind", "type_", "holds", "wanted"),
    [
        ("number", "text", "texts", "numbers"),
        ("number", "money", "values of the type money", "numbers"),
        ("number", "boolean", "true and false", "numbers"),
        ("text", "bigint", "whole numbers", "texts"),
        ("text", "jsonb", "values of the type jsonb", "texts"),
        ("text", "text[]", "values of the type _text", "texts"),
        ("boolean", "int", "whole numbers", "true and false"),
        ("date", "text", "texts", "dates"),
        ("date", "timestamptz", "times with a time zone", "dates"),
        ("integer", "date", "dates", "whole numbers"),
    ],
)
def test_a_column_of_another_type_is_refused_as_a_whole(run, kind, type_, holds, wanted):
    run(f"CREATE TABLE staff (x {type_})")
    assert said(lambda: read(declared(source(column("x", kind))))) == (
        f"IKU_STAFF: staff, column x: wrong-type: the column holds {holds}; {wanted} are declared\n"
        "  hint: convert the column where it comes from; nothing is converted here by guessing"
    )


# ── what is asked of the database ──


def test_only_the_declared_columns_and_the_rows_of_the_period_are_asked_for(run, monkeypatch):
    run(STAFF_TABLE.replace("salary money", "salary money, tahun int"))
    run("INSERT INTO staff SELECT 'p' || y, 'S1', 5, 5, true, NULL, 9, y FROM generate_series(2020, 2022) y")
    asked = []
    copy = psycopg.Cursor.copy
    monkeypatch.setattr(
        psycopg.Cursor, "copy", lambda self, query: asked.append(query.as_string(self)) or copy(self, query)
    )
    rows = read(declared(STAFF, period="tahun"))
    assert [row["id"] for row in rows.records()] == ["p2021"]
    assert asked == [
        'COPY (SELECT "id", "grade", "score", "hours", "measured", "since", 1 FROM "public"."staff" '
        'WHERE "tahun" = 2021 ORDER BY "id"::pg_catalog.text COLLATE pg_catalog."C" LIMIT 50000001) '
        "TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
    ]


@pytest.mark.parametrize(
    ("type_", "period", "values", "found"),
    [
        ("text", "2021-TW1", "('2021'), ('2021-TW1'), ('2021-TW2')", ["2021-TW1"]),
        ("char(10)", "2021-TW1", "('2021'), ('2021-TW1'), ('2021-TW2')", ["2021-TW1  "]),
        ("text", "2021", "('2021'), ('2021-TW1'), (NULL)", ["2021"]),
        ("int", "2021", "(2020), (2021), (NULL)", ["2021"]),
        (
            "date",
            "2021-TW1",
            "('2020-12-31'), ('2021-01-01'), ('2021-03-31'), ('2021-04-01')",
            ["2021-01-01", "2021-03-31"],
        ),
        ("timestamp", "2021", "('2021-12-31 23:59:59'), ('2022-01-01')", ["2021-12-31 23:59:59"]),
    ],
)
def test_a_row_belongs_to_a_period_by_a_text_a_year_or_a_day(run, type_, period, values, found):
    named = declared(source(column("kept", "text")), "shown", "p")
    run(f"CREATE TABLE staff (p {type_})", f"INSERT INTO staff VALUES {values}")
    run("CREATE VIEW shown AS SELECT p, format('%s', p) AS kept FROM staff")
    rows = read(named, period)
    assert [row["kept"] for row in rows.records()] == found
    assert rows.files[0].path == f"IKU_STAFF: shown, {period}"


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        ("int", "the column holds whole numbers, which name no period shorter than a year"),
        ("timestamptz", "the column of the period holds times with a time zone"),
        ("numeric", "the column of the period holds numbers"),
    ],
)
def test_a_column_that_names_no_period_is_refused(run, type_, message):
    run(f"CREATE TABLE staff (x int, p {type_})")
    assert said(lambda: read(declared(source(column("x", "number")), period="p"), "2021-TW1")) == (
        f"IKU_STAFF: staff, column p: wrong-type: {message}\n"
        "  hint: a period is told by a text such as 2021-TW1, by a date, or by the year as a whole number"
    )


def test_a_period_without_rows_has_none_and_says_so(run):
    run("CREATE TABLE staff (id text, x int, p int)", "INSERT INTO staff VALUES ('a', 1, 2020)")
    rows = read(declared(PLAIN, period="p"))
    assert (rows.count, str(rows.absent)) == (0, "IKU_STAFF: staff, 2021 has no rows")
    assert read(replace(declared(PLAIN, period="p"), empty="allow")).absent is None


def test_columns_of_a_wide_table_become_rows(run):
    wide = declared(
        source(
            column("who", "text"),
            column("item", "text"),
            column("value", "number", range=(1, 4)),
            unpivot=Unpivot({"u1": "first", "u2": "second"}, "item", "value", PLACE),
        )
    )
    run("CREATE TABLE staff (who text, u1 int, u2 int)", "INSERT INTO staff VALUES ('b', 1, 2), ('a', 3, 4)")
    found = [tuple(row.values()) for row in read(wide).records()]
    assert found == [("a", "first", 3.0), ("a", "second", 4.0), ("b", "first", 1.0), ("b", "second", 2.0)]


# ── what is refused ──


def test_without_an_address_there_are_no_rows_and_the_reason_is_told(monkeypatch):
    monkeypatch.delenv(ADDRESS, raising=False)
    rows = read(PLAIN)
    assert str(rows.absent) == "the environment variable IKU_STAFF, with the database's address, is not set"


@pytest.mark.parametrize(
    "address",
    ["secret", "mysql://me:secret@host/x", "host=localhost password=secret", "postgresql://a b:secret@c"],
)
def test_what_is_no_address_is_refused_and_not_shown(monkeypatch, address):
    monkeypatch.setenv(ADDRESS, address)
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff: unreadable-table: IKU_STAFF does not hold the address of a PostgreSQL database\n"
        "  hint: an address is written postgresql://user@host/database"
    )


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:geheim@/none?host=/nowhere",
        "postgresql://me:ge@heim@/none?host=/nowhere",
        "postgresql://me:ge%40heim@localhost:1/none",
        "postgresql://me:ge/heim@localhost:1/none",
        "postgresql://me@localhost:1/none?password=geheim",
        "postgresql://me@localhost:geheim/none",
        "postgresql://me@localhost:1/none?geheim=1",
        "postgresql://me:geheim@localhost:1/none?connect_timeout=geheim",
        "postgresql://me:geheim@[localhost/none",
    ],
)
def test_no_answer_shows_a_password(monkeypatch, address):
    monkeypatch.setenv(ADDRESS, address)
    answer = said(lambda: read(PLAIN))
    assert answer.startswith("IKU_STAFF: staff: unreadable-table: the ")
    assert "heim" not in answer
    assert "ge@" not in answer
    assert "%40" not in answer


@pytest.mark.parametrize("name", ["nowhere", "STAFF", "other.staff", "pg_catalog.nowhere"])
def test_a_table_that_is_not_there_is_refused(run, name):
    run("CREATE TABLE staff (id text, x int)")
    assert said(lambda: read(declared(PLAIN, name))) == (
        f"IKU_STAFF: {name}: unreadable-table: there is no table or view `{name}`\n"
        "  hint: write it as the database does, capital letters too, after its schema if it is in another"
    )


@pytest.mark.parametrize(
    "name",
    [
        'staff"; DROP TABLE staff; --',
        "staff'; DROP TABLE staff; --",
        'x" OR "1"="1',
        "(SELECT 1)",
        "%s",
        "a.b.c",
        "",
    ],
)
def test_a_hostile_name_finds_no_table_and_does_nothing(run, name):
    """The schema refuses such a name before; here the lookup and the driver are asked alone."""
    run("CREATE TABLE staff (id text, x int)", "INSERT INTO staff VALUES ('a', 1)")
    assert "there is no table or view" in said(lambda: read(declared(PLAIN, name)))
    assert read(PLAIN).count == 1


@pytest.mark.parametrize(
    "header", ['a"b', "a'b", "a; DROP TABLE staff", "a%sb", "{0}", "Nama Pegawai", "select"]
)
def test_a_column_of_any_name_is_read_as_that_column(run, header):
    odd = declared(source(column("x", "number", header=header)))
    quoted = header.replace('"', '""')
    run(f'CREATE TABLE staff ("{quoted}" int)', "INSERT INTO staff VALUES (7)")
    assert read(odd).records() == [{"x": 7.0}]


def test_a_column_that_is_missing_is_told_with_the_nearest_one(run):
    run('CREATE TABLE staff (id text, ex int, "X" int)')
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff, column x: missing-column: there is no column `x`\n"
        "  hint: it has `X`; write the header exactly, or declare `header: X`"
    )
    assert "there is no column `tahun`" in said(
        lambda: read(declared(source(column("id", "text")), period="tahun"))
    )


def test_a_table_that_the_account_may_not_read_is_refused(run, base, monkeypatch):
    run(
        "DROP ROLE IF EXISTS guest",
        "CREATE ROLE guest LOGIN",
        "CREATE TABLE staff (id text, x int)",
        "GRANT USAGE ON SCHEMA public TO guest",
    )
    monkeypatch.setenv(ADDRESS, base.replace("postgresql://postgres@", "postgresql://guest@"))
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff: unreadable-table: the database does not let this account read the table\n"
        "  hint: ask who runs the database for the right to read it (SELECT)"
    )


def test_a_slow_table_ends_at_the_limit(run, monkeypatch):
    monkeypatch.setattr(database, "MOST_SECONDS", 0.2)
    run("CREATE VIEW staff AS SELECT 'a' AS id, 1 AS x FROM pg_sleep(60)")
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff: unreadable-table: the database took more than 0.2 seconds\n"
        "  hint: read a view with fewer rows, or ask who runs the database for an index"
    )


@pytest.mark.parametrize(("limit", "most"), [("MOST_ROWS", 2), ("LARGEST_FILE", 10)])
def test_a_table_of_too_many_rows_or_bytes_is_refused(run, monkeypatch, limit, most):
    monkeypatch.setattr(database, limit, most)
    run("CREATE TABLE staff (id text, x int)", "INSERT INTO staff VALUES ('a', 1), ('b', 2), ('c', 3)")
    assert said(lambda: read(PLAIN)).startswith("IKU_STAFF: staff: file-too-big: the table has more than ")


def test_a_view_that_writes_is_refused_and_writes_nothing(run):
    run(
        "CREATE TABLE log (n int)",
        "CREATE FUNCTION spy() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING n'",
        "CREATE VIEW staff AS SELECT 'a' AS id, spy() AS x",
    )
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff: unreadable-table: the database refused: "
        "cannot execute INSERT in a read-only transaction"
    )
    assert run("SELECT count(*) FROM log")[0].fetchone() == (0,)


def test_what_a_view_says_of_a_cell_is_not_shown(run):
    run("CREATE TABLE t (x text)", "INSERT INTO t VALUES ('1987 secret')")
    run("CREATE VIEW staff AS SELECT 'a' AS id, x::int AS x FROM t")
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff: unreadable-table: the database refused: invalid input syntax for type integer: …"
    )


def test_a_connection_that_breaks_is_refused(run):
    run("CREATE VIEW staff AS SELECT 'a' AS id, (SELECT 1 FROM pg_terminate_backend(pg_backend_pid())) AS x")
    assert said(lambda: read(PLAIN)).startswith("IKU_STAFF: staff: unreadable-table: the database ")


def test_without_the_driver_it_is_said_how_to_install_it(run, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    assert said(lambda: read(PLAIN)) == (
        "IKU_STAFF: staff: unreadable-table: reading a database needs psycopg, which is not installed\n"
        "  hint: pip install 'iku[postgresql]'"
    )


# ── beside files ──


def test_a_table_and_a_file_of_the_same_rows_are_the_same(run, tmp_path):
    run(STAFF_TABLE)
    run(
        """INSERT INTO staff SELECT 'p' || n, (ARRAY['S1', 'Magister', 'S3'])[1 + n % 3],
           nullif(n % 101, 7) / 1.7, nullif(n % 40, 3), n % 2 = 0,
           CASE WHEN n % 5 > 0 THEN date '2020-01-01' + n END FROM generate_series(1, 500) n"""
    )
    run("UPDATE staff SET score = 5 WHERE score > 100")
    rows = read(declared(STAFF)).frame().collect()
    connection = psycopg.connect(database.os.environ[ADDRESS])
    given = connection.execute("SELECT id, grade, score, hours, measured, since FROM staff").fetchall()
    connection.close()
    columns = list(STAFF.columns)
    records = [dict(zip(columns, row, strict=True)) for row in given]
    for record in records:
        record["score"] = None if record["score"] is None else float(record["score"])
    other = sources.from_records(STAFF, records, sources={}).frame().collect().sort("id")
    assert rows.equals(other)
    assert rows.schema == other.schema
    assert math.isfinite(rows["score"].sum())
    assert rows["grade"].dtype == polars.Enum(["S1", "S2", "S3"])


def test_a_blank_counts_as_declared(run):
    run("CREATE TABLE staff (id text, x int)", "INSERT INTO staff VALUES ('a', NULL)")
    filled = declared(
        source(column("id", "text"), column("x", "number", missing=Missing("fill", 3)), key="id")
    )
    assert read(filled).records() == [{"id": "a", "x": 3.0}]


ORGANIZATION = """\
organization: office
name: Office
language: en
objectives: {good: {title: Good work}}
divisions: {people: {title: People}}
"""
SOURCE = """\
source: staff
title: Staff
division: people
sql: {connection: IKU_STAFF, table: office.staff, period: year}
key: id
columns:
  id: {type: text, unique: true, personal: true}
  points: {type: number, range: [0, 100], missing: keep}
"""
INDICATOR = """\
indicator: points
title: Points
objective: good
division: people
sources: [staff]
versions:
  - from: 2020-01-01
    result: mean(staff.points, where=not is_missing(staff.points))
"""


@pytest.fixture
def office(run, tmp_path):
    """A catalogue whose one source is a table with rows of two years."""
    for name, text in (
        ("organization.yaml", ORGANIZATION),
        ("sources/staff.yaml", SOURCE),
        ("indicators/points.yaml", INDICATOR),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    run("DROP SCHEMA IF EXISTS office CASCADE", "CREATE SCHEMA office")
    run("CREATE TABLE office.staff (id text, points numeric, year int)")
    run("INSERT INTO office.staff VALUES ('a', 80, 2021), ('b', 90, 2021)")
    run("INSERT INTO office.staff VALUES ('a', 88.5, 2022), ('b', NULL, 2022)")
    return tmp_path


def command(*words: str) -> tuple[int, str, str]:
    """Return the exit code, the output and the notes of a command line."""
    out, notes = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(notes):
        code = cli.main(list(words))
    return code, out.getvalue(), notes.getvalue()


def test_figures_of_two_periods_come_from_the_rows_of_each(office):
    catalogue = engine.load(office)
    assert [problem.code for problem in engine.validate(office) if problem.severity == "error"] == []
    results = catalogue.evaluate("2021")
    assert (results["points"].value, results["points"].rows_read) == (85, {"staff": 2})
    assert [file.path for file in results.provenance.files] == ["IKU_STAFF: office.staff, 2021"]
    assert catalogue.evaluate("2022")["points"].value == 88.5
    assert str(catalogue.evaluate("2023")["points"].reason) == "IKU_STAFF: office.staff, 2023 has no rows"


def test_no_output_shows_the_address(office, base, monkeypatch):
    monkeypatch.setenv(ADDRESS, base.replace("postgres@", "postgres:geheim@"))
    for words in (
        ("evaluate", "--format", "json", "--period", "2021"),
        ("evaluate", "--plan", "--period", "2021"),
        ("explain", "points", "--format", "json", "--period", "2021"),
        ("list", "sources", "--format", "json"),
    ):
        code, out, notes = command(*words, "-C", str(office))
        assert (code, "IKU_STAFF: office.staff" in out) == (0, True), out + notes
        assert "geheim" not in out + notes
        assert "host=" not in out + notes


def test_a_plan_asks_the_database_for_nothing(office, monkeypatch):
    monkeypatch.setattr(psycopg, "connect", None)
    code, out, _ = command("evaluate", "--plan", "-C", str(office), "--period", "2021")
    assert code == 0
    assert "  staff: IKU_STAFF: office.staff, rows are counted when it is read\n" in out
