"""Read sources/<id>.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from engine.definition import (
    Column,
    ColumnType,
    DatabaseTable,
    Dialect,
    Label,
    Missing,
    Name,
    Source,
    Unpivot,
    Value,
)
from engine.document import Document, Entry, MappingNode, Node, ScalarNode, SequenceNode, misread, scalar
from engine.problems import Message, Problem, Related, error, instead, near, nearest, say, write
from engine.reading.fields import Fields, Notes, value_in, written, wrong_date
from engine.text import Place

_TYPES: tuple[ColumnType, ...] = ("number", "integer", "boolean", "category", "text", "date", "reference")
_ONLY_FOR: dict[str, tuple[ColumnType, ...]] = {
    "values": ("category",),
    "aliases": ("category",),
    "range": ("number", "integer"),
    "unit": ("number", "integer"),
    "to": ("reference",),
}
_NEEDED: dict[ColumnType, str] = {"category": "values", "reference": "to"}
_DATES: tuple[Literal["YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY"], ...] = (
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "DD-MM-YYYY",
)
_STANDARD = Dialect()


def read_source(document: Document, notes: Notes) -> Source | None:
    """Return the data source, or None where it has no id or a column could not be read."""
    top = Fields(document.root, notes)
    name, title = top.name("source"), top.label("title")
    division = notes.uses("division", top.name("division"))
    columns = {
        entry.key: column
        for entry in top.entries("columns")
        if isinstance(entry.node, MappingNode)
        and (column := _column(entry, Fields(entry.node, notes))) is not None
    }
    _check_where(top, notes)
    whole = top.has("columns") and len(columns) == len(top.entries("columns"))
    key, unpivot = top.name("key"), _unpivot(top.fields("unpivot"))
    if whole:
        _check_columns(columns, key, unpivot, notes)
    one_row_is, contributors, remarks = (
        top.label("one_row_is"),
        top.names("contributors", "division"),
        top.remarks(),
    )
    rows = (
        read_rows(top.node.get("rows"), columns, notes, complete=True) if whole and top.has("rows") else None
    )
    if name is None or not whole:
        return None
    # What the schema has missed stands for itself, so that formulas can be checked in the same run.
    return Source(
        id=name.id,
        title=title or Label(name.id),
        division=division or Name("", name.place),
        columns=columns,
        place=name.place,
        text=document.text,
        one_row_is=one_row_is,
        file=top.text("file"),
        file_place=top.place("file") if top.has("file") else None,
        sheet=top.text("sheet"),
        dialect=_dialect(top.fields("format")),
        rows=rows,
        rows_place=top.place("rows") if top.has("rows") else None,
        table=_table(top),
        key=key,
        shape="record" if top.text("shape") == "record" else "table",
        unpivot=unpivot,
        empty="allow" if top.text("empty") == "allow" else "refuse",
        contributors=contributors,
        remarks=remarks,
    )


_WHERE = ("file", "rows", "sql")
_NOT_FOR_SQL = ("format", "sheet")


def _check_where(top: Fields, notes: Notes) -> None:
    """Check that the data lie in one place, and that nothing is said that has no meaning there."""
    said = [key for key in _WHERE if top.has(key)]
    if not said:
        notes.problems.append(
            error(
                "missing-key",
                top.place("source"),
                say("the source says neither `file` nor `rows` nor `sql`"),
                say("add `file: data/{{period}}/name.csv`, or `rows:` with the rows themselves"),
            )
        )
    for key in said[1:]:
        notes.problems.append(
            error(
                "not-allowed",
                top.node.by_key[key].key_place,
                say("the source has both `{first}` and `{second}`", first=said[0], second=key),
                say("keep the one that holds the data"),
                [Related(top.node.by_key[said[0]].key_place, say("`{key}` stands here", key=said[0]))],
            )
        )
    for key in _NOT_FOR_SQL:
        if said == ["sql"] and top.has(key):
            notes.problems.append(
                error(
                    "not-allowed",
                    top.node.by_key[key].key_place,
                    say("`{key}` has no meaning for a table of a database", key=key),
                    say("remove it"),
                )
            )


def _table(top: Fields) -> DatabaseTable | None:
    inner = top.fields("sql")
    connection, name = (None, None) if inner is None else (inner.text("connection"), inner.text("table"))
    if inner is None or connection is None or name is None:
        return None
    return DatabaseTable(connection, name, inner.place("table"), inner.text("period"))


def read_rows(
    node: Node | None, columns: Mapping[str, Column] | None, notes: Notes, *, complete: bool = False
) -> tuple[Mapping[str, Value | None], ...]:
    """Return the rows of a list, or the one row of a mapping, each value as its column takes it.

    Without *columns* the values stay as they are. `complete` rows must fill every column whose
    blanks are refused; rows of worked examples need only what the example is about.
    """
    nodes = node.items if isinstance(node, SequenceNode) else (node,)
    return tuple(_row(inner, columns, notes, complete) for inner in nodes if isinstance(inner, MappingNode))


def _row(
    node: MappingNode, columns: Mapping[str, Column] | None, notes: Notes, complete: bool
) -> Mapping[str, Value | None]:
    row: dict[str, Value | None] = {}
    for entry in node.entries:
        column = None if columns is None else columns.get(entry.key)
        if columns is not None and column is None:
            notes.problems.append(
                error(
                    "unknown-name",
                    entry.key_place,
                    say("the source has no column `{name}`", name=entry.key),
                    nearest(entry.key, columns),
                    fixes=instead(entry.key_place, near(entry.key, columns)),
                )
            )
        row[entry.key] = value_in(entry.node, notes) if column is None else _cell(entry.node, column, notes)
    if complete and columns is not None:
        place = node.entries[0].key_place if node.entries else node.place
        for column in columns.values():
            if row.get(column.name) is None and column.missing.kind == "refuse":
                notes.problems.append(
                    error(
                        "missing-key",
                        place,
                        say("the row has no value for `{column}`", column=column.name),
                        say("add it, or write `missing: keep` at the column"),
                    )
                )
    return row


def _cell(node: Node, column: Column, notes: Notes) -> Value | None:
    """Return the value of one cell; one that its column does not take is a problem."""
    if not isinstance(node, ScalarNode) or node.flawed or node.value is None:
        return None
    if column.type == "boolean":
        if isinstance(node.value, bool):
            return node.value
        _refuse_cell(node, column, notes, say("true or false"))
    elif column.type in ("number", "integer"):
        return _number(node, column, notes)
    elif (text := written(node)) is None:
        _refuse_cell(node, column, notes, say("a text"))
    elif column.type == "category":
        meant = column.aliases.get(text, text)
        if meant in column.values or not column.values:
            return meant
        notes.problems.append(
            error(
                "not-in-list",
                node.place,
                say("`{value}` is not a value of the column `{column}`", value=text, column=column.name),
                nearest(text, (*column.values, *column.aliases)),
                fixes=[write(node.place, scalar(name)) for name in near(text, column.values)],
            )
        )
    else:
        odd = wrong_date(text, node.place) if column.type == "date" else None
        if odd is None:
            return text
        notes.problems.append(odd)
    return None


def _number(node: ScalarNode, column: Column, notes: Notes) -> Value | None:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        notes.problems.append(misread(node) or _wrong_cell(node, column, say("a number")))
        return None
    if column.type == "integer" and value != int(value):
        _refuse_cell(node, column, notes, say("a whole number"))
        return None
    if column.range is not None and not column.range.low <= value <= column.range.high:
        notes.problems.append(
            error(
                "out-of-range",
                node.place,
                say(
                    "{value} is outside the range of the column `{column}`, {low} to {high}",
                    value=value,
                    column=column.name,
                    low=column.range.low,
                    high=column.range.high,
                ),
                None,
                [Related(column.range.place, say("the range of the column"))],
            )
        )
        return None
    return int(value) if column.type == "integer" else value


def _refuse_cell(node: ScalarNode, column: Column, notes: Notes, expected: Message) -> None:
    notes.problems.append(_wrong_cell(node, column, expected))


def _wrong_cell(node: ScalarNode, column: Column, expected: Message) -> Problem:
    return error(
        "wrong-type",
        node.place,
        say(
            "the column `{column}` takes {expected}; `{value}` stands here",
            column=column.name,
            expected=expected,
            value=node.written,
        ),
    )


def _column(entry: Entry, inner: Fields) -> Column | None:
    notes = inner.notes
    kind = inner.choice("type", _TYPES)
    values, range_, remarks = inner.words("values"), inner.range("range"), inner.remarks()
    to = notes.uses("source", inner.name("to"))
    if kind is None:
        return None
    for key, kinds in _ONLY_FOR.items():
        if inner.has(key) and kind not in kinds:
            notes.problems.append(
                error(
                    "not-allowed",
                    inner.node.by_key[key].key_place,
                    say("`{key}` has no meaning for a column of type {type}", key=key, type=kind),
                    say("remove it, or write `type: {type}`", type=kinds[0]),
                )
            )
    needed = _NEEDED.get(kind)
    if needed is not None and not inner.has(needed):
        notes.problems.append(
            error(
                "missing-key",
                inner.place("type"),
                say("a column of type {type} needs `{key}`", type=kind, key=needed),
                say("add `values: [a, b]` with all values that may occur")
                if kind == "category"
                else say("add `to:` with the source whose key the cells hold"),
            )
        )
    column = Column(
        name=entry.key,
        type=kind,
        place=entry.key_place,
        header=inner.text("header"),
        # A list of which a part could not be read refuses no cell: the list has its own problem.
        values=values if len(values) == len(inner.items("values")) else (),
        aliases=_aliases(inner, values),
        unit=inner.text("unit"),
        unit_place=inner.where("unit"),
        range=range_,
        unique=inner.flag("unique"),
        personal=inner.flag("personal"),
        to=to,
        remarks=remarks,
    )
    return replace(column, missing=_missing(inner, column))


def _missing(inner: Fields, column: Column) -> Missing:
    node = inner.scalar("missing")
    if node is None:
        return Missing()
    if node.value == "refuse":
        return Missing()
    if node.value == "keep":
        return Missing("keep")
    value = _cell(node, column, inner.notes)
    return Missing() if value is None else Missing("fill", value)


def _aliases(inner: Fields, values: tuple[str, ...]) -> Mapping[str, str]:
    aliases = {}
    complete = len(values) == len(inner.items("values"))
    for entry in inner.entries("aliases"):
        meant = written(entry.node)
        if meant is None:
            continue
        if complete and meant not in values:
            inner.notes.problems.append(
                error(
                    "not-in-list",
                    entry.node.place,
                    say("`{value}` is not among the `values` of this column", value=meant),
                    nearest(meant, values),
                    fixes=[write(entry.node.place, scalar(name)) for name in near(meant, values)],
                )
            )
        aliases[entry.key] = meant
    return aliases


def _unpivot(inner: Fields | None) -> Unpivot | None:
    if inner is None:
        return None
    name, value = inner.text("name"), inner.text("value")
    columns = {header: header for header in inner.words("columns")} or {
        entry.key: key for entry in inner.entries("columns") if (key := written(entry.node)) is not None
    }
    if name is None or value is None or not columns:
        return None
    return Unpivot(columns, name, value, inner.start)


def _check_columns(
    columns: Mapping[str, Column], key: Name | None, unpivot: Unpivot | None, notes: Notes
) -> None:
    """Check what the columns, the key and the wide headers say of each other."""
    if key is not None and key.id not in columns:
        notes.problems.append(_no_column(key.id, key.place, columns))
    seen: dict[str, Place] = {}
    for column in columns.values():
        if column.written_as in seen:
            notes.problems.append(_same_header(column.written_as, column.place, seen[column.written_as]))
        seen.setdefault(column.written_as, column.place)
    if unpivot is None:
        return
    for name in (unpivot.name, unpivot.value):
        if name not in columns:
            notes.problems.append(_no_column(name, unpivot.place, columns, exact=False))
    for header in unpivot.columns:
        if header in seen and header not in (unpivot.name, unpivot.value):
            notes.problems.append(_same_header(header, seen[header], unpivot.place))


def _no_column(name: str, place: Place, columns: Mapping[str, Column], *, exact: bool = True) -> Problem:
    """Say that *name* is no column; `exact`: it stands at *place* by itself."""
    return error(
        "unknown-name",
        place,
        say("`columns` declares no column `{name}`", name=name),
        nearest(name, columns),
        fixes=instead(place, near(name, columns)) if exact else (),
    )


def _same_header(header: str, place: Place, first: Place) -> Problem:
    return error(
        "duplicate-value",
        place,
        say("two columns have the header `{header}`", header=header),
        say("give each column its own `header`"),
        [Related(first, say("`{header}` stands here first", header=header))],
    )


def _dialect(inner: Fields | None) -> Dialect:
    if inner is None:
        return _STANDARD
    return Dialect(
        delimiter=inner.text("delimiter") or _STANDARD.delimiter,
        decimal="," if inner.text("decimal") == "," else ".",
        thousands=inner.text("thousands"),
        encoding=inner.text("encoding") or _STANDARD.encoding,
        true=inner.words("true") or _STANDARD.true,
        false=inner.words("false") or _STANDARD.false,
        date=inner.choice("date", _DATES) or _STANDARD.date,
        blank=inner.words("blank"),
    )
