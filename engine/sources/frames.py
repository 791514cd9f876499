"""Columns of a dataframe to checked rows, vectorised; other frames become Polars at the door.

Each column becomes two expressions: its value, and whether the cell is wrong. One pass counts the wrong
cells; only if there are any is a second look taken to put them into words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.definition import Column, Dialect, Source
from engine.problems import InvalidData, Message, Problem, error, say
from engine.sources.cells import (
    TOTALS,
    Wrong,
    blank,
    bounds,
    from_text,
    from_value,
    number_pattern,
    told,
    total,
)
from engine.sources.headers import check_headers
from engine.sources.places import reading_as
from engine.sources.records import duplicate
from engine.sources.rows import (
    MOST_FINDINGS,
    Address,
    FileRead,
    Findings,
    Rows,
    Sources,
    all_left_out,
    as_read,
    without_rows,
)
from engine.text import Cell

if TYPE_CHECKING:
    import polars

Reword = Callable[[str, Any], Any]
"""From a column's name and a cell that was counted as wrong to what is Wrong with it."""
_AT, _COUNT, _WRONG, _DISTINCT = "=at", "=count", "=wrong ", "=distinct "
_MOST_CHAINED = 50
_DATE_FORMS = {
    "YYYY-MM-DD": ("%Y-%m-%d", r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"),
    "DD/MM/YYYY": ("%d/%m/%Y", r"\A[0-9]{2}/[0-9]{2}/[0-9]{4}\z"),
    "DD-MM-YYYY": ("%d-%m-%Y", r"\A[0-9]{2}-[0-9]{2}-[0-9]{4}\z"),
}


def types_of(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return the Polars type of each column."""
    return {name: type_of(column) for name, column in columns.items()}


def type_of(column: Column) -> Any:
    """Return the Polars type of a column whose references are resolved."""
    import polars

    if column.type == "category":
        return polars.Enum(list(column.values))
    return {
        "number": polars.Float64,
        "integer": polars.Int64,
        "boolean": polars.Boolean,
        "date": polars.Date,
    }.get(column.type, polars.String)


@dataclass(frozen=True)
class Conversion:
    """A column's value, where its cells are wrong, and what to show of those, as Polars expressions."""

    value: Any
    wrong: Any
    shown: Any


# ── one column ──


def from_text_column(name: str, column: Column, dialect: Dialect, *, key: bool) -> Conversion:
    """Return the conversion of a text column under a dialect (D3)."""
    import polars

    raw = polars.col(name)
    empty = raw.is_null() | raw.is_in(["", *dialect.blank])
    cell = polars.when(~empty).then(raw)
    if column.type in ("number", "integer"):
        whole = column.type == "integer"
        plain = cell.str.replace_all(dialect.thousands, "", literal=True) if dialect.thousands else cell
        if not whole and dialect.decimal != ".":
            plain = plain.str.replace(dialect.decimal, ".", literal=True)
        fits = cell.str.contains(number_pattern(dialect, whole=whole))
        typed = polars.when(fits).then(plain).cast(type_of(column), strict=False)
    elif column.type == "category":
        typed = _category(column, cell)
    elif column.type == "boolean":
        yes, no = cell.is_in(list(dialect.true)), cell.is_in(list(dialect.false))
        typed = polars.when(yes).then(statement=True).when(no).then(statement=False)
    elif column.type == "date":
        form, shape = _DATE_FORMS[dialect.date]
        typed = polars.when(cell.str.contains(shape)).then(cell).str.to_date(form, strict=False)
    else:
        typed = cell
    found = _bounded(name, column, typed, empty, key=key)
    if key and column.type == "text":
        return replace(found, wrong=found.wrong | raw.is_in(sorted(TOTALS)).fill_null(value=False))
    return found


def from_typed_column(name: str, column: Column, dtype: Any, *, key: bool) -> Conversion | None:
    """Return the conversion of a typed column, or None if its type can't be what is declared."""
    import polars

    raw, wanted = polars.col(name), type_of(column)
    is_text = dtype in (polars.String, polars.Categorical, polars.Enum)
    empty = raw.is_null()
    if is_text and dtype != wanted:
        text = raw.cast(polars.String)
        empty = empty | (text == "")
        raw = text
    if dtype == polars.Null:
        typed = raw.cast(wanted)
    elif column.type == "category" and is_text:
        typed = raw if dtype == wanted and not column.aliases else _category(column, raw.cast(polars.String))
    elif wanted == polars.String and is_text:
        empty = polars.col(name).is_null() | (raw == "")
        typed = polars.when(~empty).then(raw)
    elif column.type in ("boolean", "date") and dtype == wanted:
        typed = raw
    elif column.type == "date" and dtype == polars.Datetime and dtype.time_zone is None:
        typed = polars.when(raw.dt.date().cast(dtype) == raw).then(raw.dt.date())
    elif column.type in ("number", "integer") and dtype.is_numeric():
        typed = _number(column, raw, dtype)
    else:
        return None
    found = _bounded(name, column, typed, empty, key=key)
    return replace(found, shown=raw.dt.to_string()) if dtype == polars.Date else found


def _number(column: Column, raw: Any, dtype: Any) -> Any:
    import polars

    if column.type == "integer" and dtype.is_integer():
        return raw.cast(polars.Int64, strict=False)
    # Through its text a decimal becomes the nearest double; Polars' own cast may miss it by a digit.
    number = raw.cast(polars.String).cast(polars.Float64) if dtype.is_decimal() else raw.cast(polars.Float64)
    if column.type == "number":
        return number
    return polars.when(number == number.floor()).then(number).cast(polars.Int64, strict=False)


def _category(column: Column, cell: Any) -> Any:
    return _named(column, cell).cast(type_of(column), strict=False)


def _named(column: Column, cell: Any) -> Any:
    """Return cells with aliases replaced by what they mean.

    Conditions are streamed, while Polars' own `replace` holds the whole column in memory; a chain of hundreds
    of them would be slow to plan.
    """
    import polars

    meanings: dict[str, list[str]] = {}
    for alias, meant in column.aliases.items():
        meanings.setdefault(meant, []).append(alias)
    if len(meanings) > _MOST_CHAINED:
        return cell.replace(dict(column.aliases))
    named: Any = polars
    for meant, aliases in meanings.items():
        named = named.when(cell.is_in(aliases)).then(polars.lit(meant))
    return named.otherwise(cell) if meanings else cell


def _bounded(name: str, column: Column, typed: Any, empty: Any, *, key: bool) -> Conversion:
    """Add what a blank means and where a number or day is out of bounds."""
    import polars

    wrong = typed.is_null() & ~empty
    outside = None
    if column.type in ("number", "integer"):
        outside = ~typed.is_between(*bounds(column))
        if column.type == "number":
            outside = outside | typed.is_nan()
    elif column.type == "date":  # days that Python's calendar does not have
        outside = ~typed.is_between(date.min, date.max)
    if outside is not None:
        wrong = wrong | outside.fill_null(value=False)
    if key or column.missing.kind == "refuse":
        wrong = wrong | empty
    elif column.missing.kind == "fill":
        filled = polars.lit(blank(column), dtype=type_of(column))
        typed = polars.when(empty).then(filled).otherwise(typed)
    return Conversion(typed.alias(name), wrong, polars.col(name))


# ── all columns ──


def checked_frame(
    source: Source,
    columns: Mapping[str, Column],
    frame: polars.LazyFrame,
    conversions: Mapping[str, Conversion],
    reword: Reword,
    address: Address,
    findings: Findings,
    *,
    sources: Sources,
    where: str,
    eager: bool,
    files: tuple[FileRead, ...] = (),
) -> Rows:
    """Return a frame's rows with every cell checked.

    An eager frame is converted once and kept; a lazy one is looked through and stays lazy. Negative rows
    in *findings* are those of a file that did not get into the frame.
    """
    import polars

    key = source.key.id if source.key is not None else None
    single = [name for name, column in columns.items() if name == key or column.unique]
    values = [conversion.value for conversion in conversions.values()]
    counts = [
        polars.len().alias(_COUNT),
        *[conversion.wrong.sum().alias(_WRONG + name) for name, conversion in conversions.items()],
    ]
    distinct = [_distinct(conversions[name].value).alias(_DISTINCT + name) for name in single]
    with reading_as(where, say("a table"), cells_in_reasons=True):
        if eager:
            # The counts stand beside the values, so that what both need is computed once.
            table = frame.select(*values, *counts, *distinct).collect(engine="in-memory")
            converted, seen = (
                table.select(*conversions).lazy(),
                table.select(c.meta.output_name() for c in (*counts, *distinct)),
            )
        else:
            converted = frame.select(*values)
            seen = frame.select(*counts).collect(engine="streaming")
            seen = seen.with_columns(_distinct_streamed(converted, name) for name in single)
        found = seen.row(0, named=True) if seen.height else {_COUNT: 0}
        count = found[_COUNT]
        if count == 0 and not findings.count:
            return without_rows(source, where, files, sources)
        wrong = [name for name in conversions if found.get(_WRONG + name)]
        if wrong:
            _word(frame, {name: conversions[name] for name in wrong}, reword, address, findings)
        for name in single:
            if found.get(_DISTINCT + name):
                _unique(name, columns[name], converted, address, findings)
        problems = findings.settle(where)
    rows = _kept(source, converted, count, address, findings, problems, sources, where, files)
    apart = frozenset(name for name in single if not found[_DISTINCT + name])
    if not eager or rows.lazy is None:
        return replace(rows, apart=apart)
    return replace(rows, apart=apart, lazy=rows.lazy.collect().lazy(), held=True)


def _kept(
    source: Source,
    converted: polars.LazyFrame,
    count: int,
    address: Address,
    findings: Findings,
    problems: tuple[Problem, ...],
    sources: Sources,
    where: str,
    files: tuple[FileRead, ...],
) -> Rows:
    """Return the rows without the ones that have findings."""
    import polars

    dropped = sorted(row for row in findings.rows if row >= 0)
    left_out = len(findings.rows)
    if left_out and len(dropped) == count:
        return all_left_out(source, where, files, problems, left_out)
    if dropped:
        listed = polars.Series(dropped, dtype=polars.UInt32).implode()
        outside = ~polars.col(_AT).is_in(listed)
        converted = converted.with_row_index(_AT).filter(outside).drop(_AT)
    shifted = [row - before for before, row in enumerate(dropped)]

    def kept_address(row: int, name: str) -> Cell:
        return address(row + bisect_right(shifted, row), name)

    return Rows(
        source,
        sources,
        lazy=converted,
        files=files,
        findings=problems,
        left_out=left_out,
        count=count - len(dropped),
        address=kept_address,
    )


def _distinct(value: Any) -> Any:
    """Return whether a column may hold a value twice: never no if it does.

    Hashes are compared, which takes a fraction of the time and memory of texts; two values with the same
    hash are told apart by the second look.
    """
    present = value.drop_nulls()
    return present.hash().n_unique() != present.len()


def _distinct_streamed(converted: polars.LazyFrame, name: str) -> Any:
    """Return what `_distinct` does for a frame that may be larger than memory: 16 bytes a row are held."""
    import polars

    hashes = converted.select(polars.col(name).drop_nulls().hash()).collect(engine="streaming").to_series()
    return polars.lit(hashes.n_unique() != hashes.len()).alias(_DISTINCT + name)


def _word(
    frame: polars.LazyFrame,
    conversions: Mapping[str, Conversion],
    reword: Reword,
    address: Address,
    findings: Findings,
) -> None:
    """Find the wrong cells and say what stands there."""
    numbered = frame.with_row_index(_AT)
    for name, conversion in conversions.items():
        cells = (
            numbered.filter(conversion.wrong)
            .select(_AT, conversion.shown)
            .collect(engine="streaming")
            .sort(_AT)
        )
        for row, value in cells.head(MOST_FINDINGS).iter_rows():
            wrong = reword(name, value)
            assert isinstance(wrong, Wrong), f"{name}: {value!r} was counted as wrong"
            findings.add(row, wrong.at(address(row, name)))
        findings.add_unworded(cells.slice(MOST_FINDINGS)[_AT].to_list())


def _unique(
    name: str, column: Column, converted: polars.LazyFrame, address: Address, findings: Findings
) -> None:
    """Find the values that stand twice in a column that holds each once."""
    import polars

    value = polars.col(name)
    twice = (
        converted.select(name)
        .with_row_index(_AT)
        .filter(value.is_not_null() & value.is_duplicated())
        .sort(_AT)
        .with_columns(polars.col(_AT).first().over(name).alias("first"))
        .filter(polars.col(_AT) != polars.col("first"))
        .collect()
    )
    for row, found, first in twice.head(MOST_FINDINGS).iter_rows():
        findings.add(row, duplicate(column, found, address(row, name), address(first, name)))
    findings.add_unworded(twice.slice(MOST_FINDINGS)[_AT].to_list())


def reword_text(columns: Mapping[str, Column], dialect: Dialect, key: str | None) -> Reword:
    """Return how a wrong text cell is put into words."""

    def reword(name: str, value: Any) -> Any:
        column = columns[name]
        if value is None or value == "" or value in dialect.blank:
            return blank(column, key=name == key)
        found = from_text(column, dialect, value)
        return found if isinstance(found, Wrong) else total(column, value)

    return reword


# ── frames given by a caller ──


def from_frame(
    source: Source, given: Any, *, sources: Sources, keep_going: bool = False, where: str = "the frame given"
) -> Rows:
    """Return a frame's rows, by column name, checked; the caller's frame is not changed.

    A lazy frame stays lazy; what pandas calls missing (NaN) is a blank, elsewhere NaN is a finding. Raises
    InvalidData for what is no frame, a missing column, a type that can't be what is declared, and every
    wrong cell.
    """
    import polars

    frame = as_polars(given, where)
    with reading_as(where, say("a table"), cells_in_reasons=True):
        lazy = frame.lazy()
        schema = lazy.collect_schema()
    by_name = {name: replace(column, header=None) for name, column in as_read(source, sources).items()}
    check_headers([column.written_as for column in by_name.values()], schema.names(), Cell(where))

    def address(row: int, name: str) -> Cell:
        return Cell(where, None, row + 1, name)

    return typed_frame(
        source,
        by_name,
        lazy,
        schema,
        address,
        sources=sources,
        where=where,
        eager=isinstance(frame, polars.DataFrame),
        keep_going=keep_going,
    )


def typed_frame(
    source: Source,
    columns: Mapping[str, Column],
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
    """Return the checked rows of a frame whose columns have types; raises InvalidData for other types."""
    import polars

    key = source.key.id if source.key is not None else None
    conversions: dict[str, Conversion] = {}
    findings = Findings(keep_going=keep_going)
    for name, column in columns.items():
        found = from_typed_column(name, column, schema[name], key=name == key)
        if found is not None:
            conversions[name] = found
            continue
        findings.add(None, wrong_type(column, kind_of_type(schema[name], polars), where))
    findings.settle(where)

    def reword(name: str, value: Any) -> Any:
        column = columns[name]
        if value is None or value == "":
            return blank(column, key=name == key)
        if column.type == "date" and isinstance(value, str):
            return Wrong(
                "wrong-date", say("{cell} lies outside of the years 1 to 9999", cell=told(column, value))
            )
        return from_value(column, value)

    return checked_frame(
        source,
        columns,
        lazy,
        conversions,
        reword,
        address,
        findings,
        sources=sources,
        where=where,
        eager=eager,
        files=files,
    )


def wrong_type(column: Column, holds: Message, where: str) -> Problem:
    """Return the finding that a whole column *holds* what can't be what is declared."""
    message = say("the column holds {holds}; {wanted} are declared", holds=holds, wanted=KINDS[column.type])
    hint = say("convert the column where it comes from; nothing is converted here by guessing")
    return error("wrong-type", Cell(where, None, None, column.written_as), message, hint)


KINDS = {
    "number": say("numbers"),
    "integer": say("whole numbers"),
    "boolean": say("true and false"),
    "category": say("words"),
    "text": say("texts"),
    "reference": say("texts"),
    "date": say("dates"),
}


def kind_of_type(dtype: Any, library: Any) -> Message:
    """Return what a type of *library*, Polars or narwhals, is called by those who know neither."""
    if dtype in (library.String, library.Categorical, library.Enum):
        return say("texts")
    if dtype.is_numeric():
        return say("whole numbers") if dtype.is_integer() else say("numbers")
    if dtype == library.Boolean:
        return say("true and false")
    if dtype == library.Datetime:
        return say("times with a time zone") if dtype.time_zone is not None else say("times")
    return say("dates") if dtype == library.Date else say("values of the type {type}", type=str(dtype))


def as_polars(given: Any, where: str) -> Any:
    """Return a frame of any kind that narwhals knows as a Polars frame; Polars itself stays as it is."""
    import polars

    if isinstance(given, polars.DataFrame | polars.LazyFrame):
        return given
    import narwhals

    with reading_as(where, say("a table"), cells_in_reasons=True):
        try:
            frame = narwhals.from_native(given)
        except TypeError:
            message = say("a {kind} is no table", kind=type(given).__name__)
            hint = say("give a path, a list of dicts, or a Polars, pandas or PyArrow frame")
            raise InvalidData(error("wrong-type", Cell(where), message, hint)) from None
        if isinstance(frame, narwhals.LazyFrame):
            return frame.collect(backend="polars").to_native()
        found = frame.to_polars()
        return _without_types_of_nothing(found) if kind_of(given) == "pandas" else found


def _without_types_of_nothing(frame: Any) -> Any:
    """Return a frame whose wholly empty columns have no type: pandas makes them numbers or objects, as it
    can't know what was to stand there."""
    import polars

    empty = [column.name for column in frame if column.null_count() == frame.height]
    return frame.with_columns(polars.lit(None).alias(name) for name in empty)


def kind_of(given: Any) -> str:
    """Return the kind of a frame: polars, polars-lazy, pandas, pyarrow; polars for anything else."""
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
