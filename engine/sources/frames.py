"""Columns of a dataframe to checked rows, vectorised; other frames become Polars at the door.

Each declared column becomes two expressions: its value, and whether the cell is wrong. One pass counts
the wrong cells; only if there are any is a second look taken to word them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.definition import Column, Dialect, Source
from engine.problems import InvalidData, error, say
from engine.sources.cells import (
    LARGEST_NUMBER,
    LARGEST_WHOLE,
    Wrong,
    blank,
    from_text,
    from_value,
    number_pattern,
)
from engine.sources.headers import check_headers
from engine.sources.records import Address, duplicate, key_type
from engine.sources.rows import MOST_FINDINGS, FileRead, Findings, Rows, Sources, without_rows
from engine.text import Cell

if TYPE_CHECKING:
    import polars

ROW = "__row"
HEADER = "__header"
_DATE_FORMS = {"YYYY-MM-DD": "%Y-%m-%d", "DD/MM/YYYY": "%d/%m/%Y", "DD-MM-YYYY": "%d-%m-%Y"}
_DATE_SHAPES = {
    "YYYY-MM-DD": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "DD/MM/YYYY": r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$",
    "DD-MM-YYYY": r"^[0-9]{2}-[0-9]{2}-[0-9]{4}$",
}


def types_of(source: Source, sources: Sources) -> dict[str, Any]:
    """Return the Polars type of each declared column."""
    return {name: type_of(column, key_type(column, sources)) for name, column in source.columns.items()}


def type_of(column: Column, key: str) -> Any:
    """Return the Polars type of a column; *key* is the type of the key that a reference refers to."""
    import polars

    kind = key if column.type == "reference" else column.type
    if kind == "category":
        return polars.Enum(list(column.values))
    return {
        "number": polars.Float64,
        "integer": polars.Int64,
        "boolean": polars.Boolean,
        "date": polars.Date,
        "text": polars.String,
    }[kind]


@dataclass(frozen=True)
class Conversion:
    """A column's value, and where its cells are wrong, as Polars expressions."""

    value: Any
    wrong: Any


def from_text_column(column: Column, dialect: Dialect, key: str) -> Conversion:
    """Return the conversion of a text column under a dialect (D3)."""
    import polars

    raw = polars.col(column.name)
    kind = key if column.type == "reference" else column.type
    empty = raw.is_null() | (raw == "")
    if dialect.blank:
        empty = empty | raw.is_in(list(dialect.blank))
    cell = polars.when(~empty).then(raw)
    if kind in ("number", "integer"):
        whole = kind == "integer"
        plain = cell.str.replace_all(dialect.thousands, "", literal=True) if dialect.thousands else cell
        if not whole and dialect.decimal != ".":
            plain = plain.str.replace(dialect.decimal, ".", literal=True)
        fits = cell.str.contains(number_pattern(dialect, whole=whole))
        typed = polars.when(fits).then(plain).cast(polars.Int64 if whole else polars.Float64, strict=False)
    elif kind == "category":
        typed = _category(column, cell)
    elif kind == "boolean":
        typed = (
            polars.when(cell.is_in(list(dialect.true)))
            .then(statement=True)
            .when(cell.is_in(list(dialect.false)))
            .then(statement=False)
        )
    elif kind == "date":
        shaped = polars.when(cell.str.contains(_DATE_SHAPES[dialect.date])).then(cell)
        typed = shaped.str.to_date(_DATE_FORMS[dialect.date], strict=False)
    else:
        typed = cell
    return _bounded(column, typed, empty)


def from_typed_column(column: Column, dtype: Any, key: str) -> Conversion | None:
    """Return the conversion of a typed column, or None if its type can't be what is declared."""
    import polars

    raw = polars.col(column.name)
    kind = key if column.type == "reference" else column.type
    empty = raw.is_null()
    if dtype == polars.Null:
        return _bounded(column, raw.cast(type_of(column, key)), empty)
    texts = (polars.String, polars.Categorical, polars.Enum)
    if kind == "category":
        if dtype == polars.Enum(list(column.values)) and not column.aliases:
            return _bounded(column, raw, empty)
        return _bounded(column, _category(column, raw.cast(polars.String)), empty) if dtype in texts else None
    if kind == "text":
        return _bounded(column, raw.cast(polars.String), empty) if dtype in texts else None
    if kind == "boolean":
        return _bounded(column, raw, empty) if dtype == polars.Boolean else None
    if kind == "date":
        return _bounded(column, raw, empty) if dtype == polars.Date else None
    if not dtype.is_numeric() or (kind == "integer" and not dtype.is_integer()) or dtype.is_decimal():
        return None
    typed = raw.cast(polars.Int64 if kind == "integer" else polars.Float64, strict=False)
    return _bounded(column, typed, empty)


def _category(column: Column, cell: Any) -> Any:
    import polars

    named = cell.replace(dict(column.aliases)) if column.aliases else cell
    return named.cast(polars.Enum(list(column.values)), strict=False)


def _bounded(column: Column, typed: Any, empty: Any) -> Conversion:
    """Add what a blank means and where a number is out of bounds."""
    import polars

    wrong = typed.is_null() & ~empty
    if column.type in ("number", "integer"):
        widest = LARGEST_NUMBER if column.type == "number" else LARGEST_WHOLE
        low, high = (column.range.low, column.range.high) if column.range else (-widest, widest)
        outside = ~typed.is_between(low, high)
        if column.type == "number":
            outside = outside | typed.is_nan()
        wrong = wrong | outside.fill_null(value=False)
    if column.missing.kind == "refuse":
        wrong = wrong | empty
    elif column.missing.kind == "fill":
        filled = polars.lit(blank(column))
        typed = (
            polars.when(empty)
            .then(filled.cast(polars.Enum(list(column.values))) if column.type == "category" else filled)
            .otherwise(typed)
        )
    return Conversion(typed.alias(column.name), wrong.alias(column.name))


def checked_frame(
    source: Source,
    frame: polars.LazyFrame,
    conversions: Mapping[str, Conversion],
    reword: Callable[[Column, object], Any],
    address: Address,
    *,
    sources: Sources,
    where: str,
    eager: bool,
    keep_going: bool,
    files: tuple[FileRead, ...] = (),
    helpers: Sequence[str] = (),
) -> Rows:
    """Return a frame's rows with every cell checked. *helpers* are columns that only *address* needs.

    An eager frame is converted once and kept; a lazy one is looked through and stays lazy.
    """
    import polars

    converted = frame.select(*[conversion.value for conversion in conversions.values()], *helpers)
    counts = frame.select(
        polars.len().alias(ROW + "s"),
        *[conversion.wrong.sum().alias(name) for name, conversion in conversions.items()],
    )
    try:
        if eager:
            table, wrong = polars.collect_all([converted, counts])
            converted = table.lazy()
        else:
            wrong = counts.collect(engine="streaming")
    except (polars.exceptions.PolarsError, OSError) as failure:
        raise InvalidData(
            error(
                "unreadable-file",
                Cell(where),
                say("can't be read: {reason}", reason=str(failure).split("\n")[0]),
            )
        ) from None
    found = wrong.row(0, named=True)
    rows = found.pop(ROW + "s")
    if rows == 0:
        return without_rows(source, where, files, sources)
    findings = Findings(keep_going=keep_going)
    bad = {name: count for name, count in found.items() if count}
    if bad:
        _word(source, frame.with_row_index(ROW + "_at"), conversions, bad, reword, address, findings)
    _unique(source, converted, address, findings, helpers)
    problems = findings.settle(where)
    if findings.rows:
        keep = polars.Series(sorted(findings.rows), dtype=polars.UInt32)
        converted = (
            converted.with_row_index(ROW + "_at")
            .filter(~polars.col(ROW + "_at").is_in(keep.implode()))
            .drop(ROW + "_at")
        )
    lazy = converted.drop(*helpers) if helpers else converted
    return Rows(source, sources, lazy=lazy, files=files, findings=problems, left_out=len(findings.rows))


def _word(
    source: Source,
    frame: polars.LazyFrame,
    conversions: Mapping[str, Conversion],
    bad: Mapping[str, int],
    reword: Callable[[Column, object], Any],
    address: Address,
    findings: Findings,
) -> None:
    """Find the wrong cells and say what stands there."""
    import polars

    for name, count in bad.items():
        column = source.columns[name]
        cells = (
            frame.filter(conversions[name].wrong)
            .select(polars.col(ROW + "_at"), polars.col(name).alias("value"))
            .collect()
        )
        for number, (row, value) in enumerate(cells.iter_rows()):
            if number >= MOST_FINDINGS:
                findings.rows.update(cells[ROW + "_at"].to_list())
                findings.count += count - number
                break
            wrong = reword(column, value)
            assert isinstance(wrong, Wrong), f"{name}: {value!r} was counted as wrong"
            findings.add(row, wrong.at(address(row, name)))


def _unique(
    source: Source, converted: polars.LazyFrame, address: Address, findings: Findings, helpers: Sequence[str]
) -> None:
    """The key and `unique` columns hold each value once; of a wide sheet, once in its rows."""
    import polars

    key = source.key.id if source.key is not None else None
    for name, column in source.columns.items():
        if name != key and not column.unique:
            continue
        found = (
            converted.select(name, *helpers)
            .with_row_index(ROW + "_at")
            .filter(polars.col(name).is_not_null())
        )
        if ROW in helpers:
            found = found.unique(ROW, keep="first", maintain_order=True)
        count, distinct = found.select(polars.len(), polars.col(name).n_unique().alias("d")).collect().row(0)
        if count == distinct:
            continue
        twice = (
            found.filter(polars.col(name).is_duplicated())
            .select(ROW + "_at", name)
            .sort(ROW + "_at")
            .collect()
        )
        first: dict[Any, int] = {}
        for row, value in twice.iter_rows():
            if value in first:
                findings.add(row, duplicate(column, value, address(row, name), address(first[value], name)))
            first.setdefault(value, row)


def reword_text(source: Source) -> Callable[[Column, object], Any]:
    """Return how a wrong text cell is put into words."""

    def reword(column: Column, value: object) -> Any:
        text = "" if value is None else str(value)
        empty = text == "" or text in source.dialect.blank
        return blank(column) if empty else from_text(source, column, text)

    return reword


def from_frame(
    source: Source, given: Any, *, sources: Sources, keep_going: bool = False, where: str = "the frame given"
) -> Rows:
    """Return a frame's rows, by column name, checked; the caller's frame is not changed.

    Raises InvalidData for a frame of an unknown kind, a missing column, a type that can't be what is
    declared, and every wrong cell.
    """
    import polars

    frame = as_polars(given, where)
    lazy = frame.lazy()
    schema = lazy.collect_schema()
    missing = [name for name in source.columns if name not in schema.names()]
    if missing:
        check_headers(_by_name(source), schema.names(), Cell(where))

    def address(row: int, name: str) -> Cell:
        return Cell(where, None, row + 1, name)

    return typed_frame(
        source,
        lazy,
        schema,
        address,
        sources=sources,
        where=where,
        eager=isinstance(frame, polars.DataFrame),
        keep_going=keep_going,
    )


def _by_name(source: Source) -> Source:
    """Return the source as frames have it: long, and with columns under their own names."""
    from dataclasses import replace

    columns = {name: replace(column, header=None) for name, column in source.columns.items()}
    return replace(source, columns=columns, unpivot=None)


def typed_frame(
    source: Source,
    lazy: polars.LazyFrame,
    schema: Mapping[str, Any],
    address: Address,
    *,
    sources: Sources,
    where: str,
    eager: bool,
    keep_going: bool,
    files: tuple[FileRead, ...] = (),
) -> Rows:
    """Return the checked rows of a frame whose columns have types."""
    conversions: dict[str, Conversion] = {}
    problems = []
    for name, column in source.columns.items():
        found = from_typed_column(column, schema[name], key_type(column, sources))
        if found is None:
            problems.append(
                error(
                    "wrong-type",
                    Cell(where, None, None, name),
                    say(
                        "the column holds {found}; {wanted} is declared",
                        found=str(schema[name]),
                        wanted=column.type,
                    ),
                )
            )
        else:
            conversions[name] = found
    if problems:
        raise InvalidData(problems)

    def reword(column: Column, value: object) -> Any:
        return (
            blank(column) if value is None else from_value(column, value, key_type=key_type(column, sources))
        )

    return checked_frame(
        source,
        lazy,
        conversions,
        reword,
        address,
        sources=sources,
        where=where,
        eager=eager,
        keep_going=keep_going,
        files=files,
    )


def as_polars(given: Any, where: str) -> Any:
    """Return a frame of any kind that narwhals knows as a Polars frame; Polars itself stays as it is."""
    import polars

    if isinstance(given, (polars.DataFrame, polars.LazyFrame)):
        return given
    import narwhals

    try:
        frame = narwhals.from_native(given)
    except TypeError:
        raise InvalidData(
            error(
                "wrong-type",
                Cell(where),
                say("a {kind} is no table", kind=type(given).__name__),
                say("give a path, a list of dicts, or a Polars, pandas or PyArrow frame"),
            )
        ) from None
    if isinstance(frame, narwhals.LazyFrame):
        return frame.collect(backend="polars").to_native()
    return frame.to_polars()


def kind_of(given: Any) -> str:
    """Return the kind of a frame: polars, polars-lazy, pandas, pyarrow; records for anything else."""
    module = type(given).__module__.split(".")[0]
    if module == "polars":
        return "polars-lazy" if type(given).__name__ == "LazyFrame" else "polars"
    return module if module in ("pandas", "pyarrow") else "polars"


def to_kind(frame: Any, kind: str) -> Any:
    """Return a Polars frame as the kind of frame that came in."""
    import polars

    if kind == "polars-lazy":
        return frame.lazy()
    if isinstance(frame, polars.LazyFrame):
        frame = frame.collect()
    if kind == "pandas":
        return frame.to_pandas()
    return frame.to_arrow() if kind == "pyarrow" else frame


def frame_of(rows: Sequence[Mapping[str, Any]], kind: str) -> Any:
    """Return plain rows as a frame of *kind*."""
    import polars

    return to_kind(polars.DataFrame(list(rows), infer_schema_length=None), kind)
