"""A table of a PostgreSQL database, by name alone, as texts (S3).

Nothing of a definition becomes SQL. The table and its columns are looked for by bound values in the
database's own list, and quoted by the driver; the address comes from the environment. All happens in one
read-only transaction with a limit of time, rows and bytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.definition import DatabaseTable
from engine.problems import InvalidData, Message, say
from engine.sources.places import LARGEST_FILE, refused, without_quotes
from engine.sources.rows import FileRead

if TYPE_CHECKING:
    import psycopg

MOST_SECONDS = 600
"""Seconds that one question to the database may take."""
SECONDS_TO_CONNECT = 10
MOST_ROWS = 50_000_000
_ADDRESS = re.compile(r"postgres(?:ql)?://\S+\Z")
_KINDS = {
    **dict.fromkeys(("int2", "int4", "int8"), "whole"),
    **dict.fromkeys(("float4", "float8"), "double"),
    **dict.fromkeys(("text", "varchar", "name", "citext", "uuid"), "text"),
    "numeric": "exact",
    "bool": "boolean",
    "date": "date",
    "bpchar": "padded",
    "timestamp": "time",
    "timestamptz": "zoned",
}
_WAYS = {
    "as it is": "{0}",
    "as text": "{0}::pg_catalog.text",
    "whole if it can be": "pg_catalog.trim_scale({0})",
    "day if it can be": "CASE WHEN {0} = pg_catalog.date_trunc('day', {0}) THEN {0}::pg_catalog.date"
    "::pg_catalog.text ELSE {0}::pg_catalog.text END",
}
_FIND_TABLE = """
    SELECT c.oid, n.nspname FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = %(table)s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (n.nspname = %(schema)s
         OR %(schema)s::pg_catalog.text IS NULL AND pg_catalog.pg_table_is_visible(c.oid))
"""
_FIND_COLUMNS = """
    SELECT attname FROM pg_catalog.pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_SETTINGS = {"datestyle": "ISO, YMD", "extra_float_digits": "1"}


@dataclass(frozen=True)
class Picked:
    """A column of a table, and how it is read: one of the keys of `_WAYS`."""

    column: str
    way: str = "as it is"


@dataclass(frozen=True)
class Condition:
    """The rows that are read: where a column is `equal`, or a day of `days`, the last one not included."""

    picked: Picked
    equal: str | int | None = None
    days: tuple[date, date] | None = None


def address_of(table: DatabaseTable) -> str | Message:
    """Return the address of a table's database, or that nobody gave one.

    Raises InvalidData where the environment variable holds something else; it is never shown.
    """
    address = os.environ.get(table.connection, "")
    if not address:
        return say(
            "the environment variable {name}, with the database's address, is not set", name=table.connection
        )
    if not _ADDRESS.match(address):
        message = say("{name} does not hold the address of a PostgreSQL database", name=table.connection)
        hint = say("an address is written postgresql://user@host/database")
        raise refused(table.shown, "unreadable-table", message, hint)
    return address


@contextmanager
def opened(table: DatabaseTable, address: str) -> Iterator[OpenTable]:
    """Open a table for reading; raises InvalidData for whatever the database refuses, in our words."""
    try:
        import psycopg
    except ImportError:
        message = say("reading a database needs psycopg, which is not installed")
        hint = say("pip install 'iku[postgresql]'")
        raise refused(table.shown, "unreadable-table", message, hint) from None
    try:
        options: dict[str, Any] = {"connect_timeout": SECONDS_TO_CONNECT, "client_encoding": "utf8"}
        with psycopg.connect(address, application_name="iku", **options) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield _found(table, connection.cursor())
    except psycopg.Error as failure:
        raise _in_our_words(failure, table.shown, address) from None


def _found(table: DatabaseTable, cursor: psycopg.Cursor[Any]) -> OpenTable:
    for name, value in {**_SETTINGS, "statement_timeout": f"{MOST_SECONDS * 1000:.0f}"}.items():
        cursor.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))
    schema, _, name = table.name.rpartition(".")
    found = cursor.execute(_FIND_TABLE, {"table": name, "schema": schema or None}).fetchone()
    if found is None:
        message = say("there is no table or view `{name}`", name=table.name)
        hint = say("write it as the database does, capital letters too, after its schema if it is in another")
        raise refused(table.shown, "unreadable-table", message, hint)
    columns = [row[0] for row in cursor.execute(_FIND_COLUMNS, (found[0],)).fetchall()]
    return OpenTable(table.shown, found[1], name, tuple(columns), cursor)


@dataclass(frozen=True)
class OpenTable:
    """A table that was found, in a read-only transaction: its schema and name, and its columns in order."""

    shown: str
    schema: str
    name: str
    columns: tuple[str, ...]
    cursor: psycopg.Cursor[Any]

    def kinds(self, columns: Sequence[str]) -> Mapping[str, str]:
        """Return the kind of each column: a word of ours, or the name of a type that is never read."""
        from psycopg import sql

        names = sql.SQL(", ").join(map(sql.Identifier, columns)) if columns else sql.SQL("1")
        query = sql.SQL("SELECT {} FROM {} LIMIT 0").format(names, sql.Identifier(self.schema, self.name))
        codes = [one.type_code for one in self.cursor.execute(query).description or ()]
        asked = "SELECT oid, typname, typtype FROM pg_catalog.pg_type WHERE oid = ANY(%s)"
        types = {oid: (name, kind) for oid, name, kind in self.cursor.execute(asked, (codes,)).fetchall()}

        def kind(code: int) -> str:
            name, of = types[code]
            return "enum" if of == "e" else _KINDS.get(name, name)

        return {column: kind(code) for column, code in zip(columns, codes, strict=False)}

    def texts(
        self, columns: Mapping[str, Picked], order: Sequence[str], only: Condition | None, shown: str
    ) -> tuple[Any, FileRead]:
        """Return the rows as a Polars frame of texts, blanks null, sorted by the columns *order*.

        Texts are sorted by their bytes, so that the order is the same on every server.
        """
        from psycopg import sql

        content, digest = io.BytesIO(), hashlib.sha256()
        picked = sql.SQL("").join(sql.SQL("{}, ").format(_composed(one)) for one in columns.values())
        sorted_by = [
            sql.SQL('{}::pg_catalog.text COLLATE pg_catalog."C"').format(_composed(columns[name]))
            for name in order
        ]
        query = sql.SQL(
            "COPY (SELECT {}1 FROM {}{}{} LIMIT {}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        ).format(
            picked,
            sql.Identifier(self.schema, self.name),
            sql.SQL("") if only is None else _where(only),
            sql.SQL(" ORDER BY ") + sql.SQL(", ").join(sorted_by) if sorted_by else sql.SQL(""),
            sql.Literal(MOST_ROWS + 1),
        )
        with self.cursor.copy(query) as copy:
            for block in copy:
                content.write(block)
                digest.update(block)
                if content.tell() > LARGEST_FILE:
                    raise _too_much(self.shown)
        count = self.cursor.rowcount
        if count > MOST_ROWS:
            raise _too_much(self.shown)
        frame = _parsed(content, tuple(columns))
        if frame.height != count:  # a slip of a reader must never become a figure
            message = say(
                "{read} of the {count} rows that the database sent were read", read=frame.height, count=count
            )
            raise refused(self.shown, "unreadable-table", message)
        return frame, FileRead(shown, digest.hexdigest(), content.tell())


def _parsed(content: io.BytesIO, names: Sequence[str]) -> Any:
    """Return texts as a frame: what is quoted is a text, what is not is null."""
    import polars

    headers = [*names, "="]  # the 1 behind every row: no line is empty, nothing is skipped
    if content.tell() == 0:
        return polars.DataFrame(schema=dict.fromkeys(names, polars.String))
    content.seek(0)
    frame = polars.read_csv(content, has_header=False, new_columns=headers, infer_schema=False)
    content.seek(0, io.SEEK_END)
    return frame.drop("=")


def _composed(picked: Picked) -> Any:
    from psycopg import sql

    return sql.SQL(_WAYS[picked.way]).format(sql.Identifier(picked.column))


def _where(only: Condition) -> Any:
    from psycopg import sql

    column = _composed(only.picked)
    if only.days is None:
        return sql.SQL(" WHERE {} = {}").format(column, sql.Literal(only.equal))
    first, behind = map(sql.Literal, only.days)
    return sql.SQL(" WHERE {0} >= {1} AND {0} < {2}").format(column, first, behind)


def _too_much(shown: str) -> InvalidData:
    message = say(
        "the table has more than {rows} rows, or {limit} MiB", rows=MOST_ROWS, limit=LARGEST_FILE // 2**20
    )
    hint = say("read a view of the rows that count, or files of Parquet, which are read in pieces")
    return refused(shown, "file-too-big", message, hint)


def _in_our_words(failure: psycopg.Error, shown: str, address: str) -> InvalidData:
    """Return what the database or the driver refused, without its quotes and without the password."""
    from psycopg import errors

    if isinstance(failure, errors.QueryCanceled):
        message = say("the database took more than {seconds} seconds", seconds=MOST_SECONDS)
        hint = say("read a view with fewer rows, or ask who runs the database for an index")
        return refused(shown, "unreadable-table", message, hint)
    if isinstance(failure, errors.InsufficientPrivilege):
        message = say("the database does not let this account read the table")
        return refused(
            shown,
            "unreadable-table",
            message,
            say("ask who runs the database for the right to read it (SELECT)"),
        )
    told = failure.diag.message_primary or (str(failure).strip() or type(failure).__name__).split("\n")[0]
    if failure.sqlstate is None and isinstance(
        failure, errors.ProgrammingError
    ):  # the address could not be read
        told = ""
    reason = without_quotes(_without_secrets(told, address))
    if isinstance(failure, errors.OperationalError) and failure.sqlstate is None:
        return refused(
            shown, "unreadable-table", say("the database can't be reached: {reason}", reason=reason)
        )
    if not reason:
        return refused(shown, "unreadable-table", say("the address of the database can't be read"))
    return refused(shown, "unreadable-table", say("the database refused: {reason}", reason=reason))


def _without_secrets(reason: str, address: str) -> str:
    """Return *reason* without any part of the address that may be a password."""
    from urllib.parse import unquote

    account = address.partition("://")[2].rpartition("@")[0].partition(":")[2]
    given = re.findall(r"[?&]password=([^&]*)", address)
    for secret in filter(None, (account, *given)):
        for written in (secret, unquote(secret)):
            reason = reason.replace(written, "…")
    return reason
