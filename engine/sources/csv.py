"""CSV files to checked rows: strict, in the declared dialect, vectorised (D1 to D3)."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.definition import Column, Dialect, Source
from engine.problems import InvalidData, Related, as_message, error, say
from engine.sources.cells import told
from engine.sources.frames import checked_frame, from_text_column, reword_text
from engine.sources.headers import check_delimiter, check_headers
from engine.sources.places import LARGEST_FILE, reading_as, refused
from engine.sources.rows import (
    MOST_FINDINGS,
    Address,
    FileRead,
    Findings,
    Rows,
    Sources,
    as_read,
    without_rows,
)
from engine.sources.wide import as_filed, lengthened
from engine.text import Cell

if TYPE_CHECKING:
    import polars

MOST_RATIO = 100
_SMALL = 2**20
_OTHER_KINDS = {
    b"PK\x03\x04": say("a workbook or an archive"),
    b"\x1f\x8b": say("a packed file"),
    b"PAR1": say("a Parquet file"),
    b"\xd0\xcf\x11\xe0": say("an old or protected Excel file"),
    b"%PDF": say("a PDF"),
}


def read_csv(source: Source, content: bytes, file: FileRead, *, sources: Sources, keep_going: bool) -> Rows:
    """Return the rows of a CSV file, every cell read as text and converted by our own grammar.

    Blank lines, and rows without any cell filled in, are no rows.
    """
    import polars

    where, dialect = file.path, source.dialect
    if where.lower().endswith(".gz"):
        content = _unpacked(content, where)
    content = _as_utf8(dialect, content, where)
    findings = Findings(keep_going=keep_going)
    with reading_as(where, as_message("CSV")):
        sheet = _sheet(content, dialect.delimiter, where, findings)
    if sheet is None:
        return without_rows(source, where, (file,), sources)
    place = Cell(where, None, sheet.header_line)
    columns = as_filed(source, as_read(source, sources))
    wanted = [column.written_as for column in columns.values()]
    if len(sheet.headers) == 1 and sheet.headers[0] not in wanted:
        check_delimiter(sheet.headers[0], dialect.delimiter, place)
    check_headers(wanted, sheet.headers, place)
    with reading_as(where, as_message("CSV")):
        table = sheet.table()
    frame = table.select(polars.col(column.written_as).alias(name) for name, column in columns.items())

    def address(row: int, name: str) -> Cell:
        return Cell(where, None, sheet.line(row), columns[name].written_as)

    key = source.key.id if source.key is not None else None
    _mixed_thousands(frame, columns, dialect, address, findings)
    conversions = {
        name: from_text_column(name, column, dialect, key=name == key) for name, column in columns.items()
    }
    rows = checked_frame(
        source,
        columns,
        frame.lazy(),
        conversions,
        reword_text(columns, dialect, key),
        address,
        findings,
        sources=sources,
        where=where,
        eager=True,
        files=(file,),
    )
    return lengthened(rows)


# ── bytes ──


def _unpacked(content: bytes, shown: str) -> bytes:
    """Return the bytes of a gzip file; its size is measured before anything is kept (D1)."""
    limit = min(LARGEST_FILE, max(len(content) * MOST_RATIO, _SMALL))
    if _packed_size(content, shown, limit) > limit:
        message = say("the file is packed more than {ratio} to 1", ratio=MOST_RATIO)
        raise refused(shown, "file-too-big", message)
    with reading_as(shown, say("a packed file")):
        return zlib.decompress(content, wbits=31)


def _packed_size(content: bytes, shown: str, limit: int) -> int:
    """Return how many bytes come out of a gzip file, or more than *limit* if there are more."""
    unpacker = zlib.decompressobj(wbits=31)
    size = 0
    with reading_as(shown, say("a packed file")):
        rest = content
        while rest and not unpacker.eof and size <= limit:
            size += len(unpacker.decompress(rest, _SMALL))
            rest = unpacker.unconsumed_tail
    if size <= limit and (not unpacker.eof or unpacker.unused_data):
        message = say("cannot be read as a packed file: its end is missing, or something follows it")
        raise refused(shown, "unreadable-file", message)
    return size


def _as_utf8(dialect: Dialect, content: bytes, shown: str) -> bytes:
    """Return a file's text as UTF-8 without a byte-order mark; raises InvalidData for other files."""
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            message = say("this is {kind}, whatever its name says", kind=kind)
            raise refused(shown, "file-kind", message, say("save it as CSV, or declare it by its own ending"))
    is_utf8 = dialect.encoding.lower() in ("utf-8", "utf8")
    if is_utf8 and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        hint = say("save it as UTF-8 (in Excel: CSV UTF-8), or declare `format: {{encoding: utf-16}}`")
        raise refused(shown, "file-encoding", say("the file is UTF-16 text; utf-8 is declared"), hint)
    try:
        text = content.decode("utf-8-sig" if is_utf8 else dialect.encoding)
    except UnicodeDecodeError as failure:
        line = content[: failure.start].count(b"\n") + 1
        message = say("the file is not {encoding} text", encoding=dialect.encoding)
        hint = say("save it as UTF-8 (in Excel: CSV UTF-8), or declare `format: {{encoding: cp1252}}`")
        raise InvalidData(error("file-encoding", Cell(shown, None, line), message, hint)) from None
    if "\0" in text:
        raise refused(shown, "file-kind", say("the file holds null characters, so it is no text"))
    if is_utf8:
        return content.removeprefix(b"\xef\xbb\xbf")
    return text.removeprefix("\ufeff").encode()


# ── rows of texts ──


@dataclass(frozen=True)
class _Sheet:
    """A file cut into rows that have the header's fields; `whole` is the file where nothing was left out."""

    headers: Sequence[str]
    header_line: int
    body: polars.DataFrame
    delimiter: str
    whole: bytes | None

    def line(self, row: int) -> int:
        """Return the line of the file in which a row begins."""
        return int(self.body["line"][row])

    def table(self) -> polars.DataFrame:
        """Return the table of the cells' texts, by header."""
        import polars

        types = dict.fromkeys(self.headers, polars.String)
        rows = self.body["text"]
        if not len(rows):
            return polars.DataFrame(schema=types)
        if self.whole is None:
            content = str(rows.str.join("\n").item())
            if rows.str.contains("\n", literal=True).any():
                # Polars cuts a file between threads at line breaks; those in cells are read one by one.
                cells = csv.reader(io.StringIO(content, newline=""), delimiter=self.delimiter, strict=True)
                return polars.DataFrame(list(cells), schema=types, orient="row")
        return polars.read_csv(
            content.encode() if self.whole is None else self.whole,
            separator=self.delimiter,
            has_header=False,
            skip_lines=0 if self.whole is None else 1,
            new_columns=list(self.headers),
            infer_schema=False,
        )


def _sheet(content: bytes, delimiter: str, shown: str, findings: Findings) -> _Sheet | None:
    """Cut a file into rows and check that each has the header's fields (D2); None for an empty file.

    A line is a row unless a quoted cell holds a line break: quotes are counted to join such lines.
    Rows of a wrong length become findings and stay out.
    """
    import polars

    if b"\r" in content and b"\n" not in content:
        hint = say("save it anew from a current program")
        raise refused(shown, "file-kind", say("the lines end as on old Macs"), hint)
    if not content.strip():
        return None
    lines = polars.read_lines(content, name="text").with_row_index("line", offset=1)
    height = lines.height
    quotes = b'"' in content
    lines = _joined(lines, shown) if quotes else lines
    mark = re.escape(delimiter)
    lines = lines.filter(~polars.col("text").str.contains(rf'\A(?:"")?(?:{mark}(?:"")?)*\r?\z'))
    if not lines.height:
        return None
    header_line, header = lines.row(0)
    headers, body = _fields(header, delimiter, shown, header_line), lines.slice(1)
    fits = body.select(_fits(delimiter, len(headers), quotes=quotes)).to_series()
    if not fits.all():
        _wrong_rows(body.filter(~fits), delimiter, headers, shown, findings)
        body = body.filter(fits)
    whole = content if body.height == height - 1 else None
    return _Sheet(headers, header_line, body, delimiter, whole)


def _joined(lines: polars.DataFrame, shown: str) -> polars.DataFrame:
    """Return lines with those joined between which a quoted cell goes on."""
    import polars

    odd = polars.col("text").str.count_matches('"', literal=True) % 2 == 1
    inside = lines.select(odd.cum_sum() % 2 == 1).to_series()
    if not inside.any():
        return lines
    starts = ~inside.shift(1, fill_value=False)
    if inside[-1]:
        first = lines.filter(starts)["line"][-1]
        message = say("a quote opens here or further down and is never closed")
        hint = say("a quoted cell ends with a quote; a quote inside it is doubled")
        raise InvalidData(error("quoting", Cell(shown, None, first), message, hint))
    return (
        lines.with_columns(starts.cum_sum().alias("row"))
        .group_by("row", maintain_order=True)
        .agg(polars.col("line").first(), polars.col("text").str.join("\n").first())
        .select("line", "text")
    )


def _row_pattern(delimiter: str) -> str:
    """Return the form of a whole row: cells that are quoted, or without any quote."""
    cell = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}\r\n]*)'
    return rf"\A{cell}(?:{re.escape(delimiter)}{cell})*\r?\z"


def _fits(delimiter: str, fields: int, *, quotes: bool) -> polars.Expr:
    """Return whether a row has so many fields and its quotes stand where they may."""
    import polars

    text = polars.col("text")
    if not quotes:
        return text.str.count_matches(delimiter, literal=True) == fields - 1
    quoted = text.str.contains('"', literal=True)
    bare = polars.when(quoted).then(text.str.replace_all(r'"[^"]*"', "")).otherwise(text)
    counted = bare.str.count_matches(delimiter, literal=True) == fields - 1
    return counted & (~quoted | text.str.contains(_row_pattern(delimiter)))


def _fields(row: str, delimiter: str, shown: str, line: int) -> list[str]:
    """Return the cells of one row; raises InvalidData for quotes in odd places."""
    if '"' in row and not re.match(_row_pattern(delimiter).replace(r"\z", r"\Z"), row):
        message = say("a quote stands in the middle of a cell, or something follows a closing one")
        hint = say("put the whole cell in quotes and double the quotes inside")
        raise InvalidData(error("quoting", Cell(shown, None, line), message, hint))
    return next(csv.reader(io.StringIO(row.rstrip("\r"), newline=""), delimiter=delimiter, strict=True))


def _wrong_rows(
    wrong: polars.DataFrame, delimiter: str, headers: Sequence[str], shown: str, findings: Findings
) -> None:
    """Say of rows what is wrong: their length or their quotes."""
    for line, row in wrong.head(MOST_FINDINGS).iter_rows():
        found = len(_fields(row, delimiter, shown, line))
        message = say("the row has {found} fields; the header has {wanted}", found=found, wanted=len(headers))
        hint = say("look for a `{mark}` too many or too few; a cell that holds one is quoted", mark=delimiter)
        findings.add(-line, error("row-length", Cell(shown, None, line), message, hint))
    findings.add_unworded(-line for line in wrong.slice(MOST_FINDINGS)["line"])


# ── spellings ──


def _mixed_thousands(
    frame: polars.DataFrame,
    columns: Mapping[str, Column],
    dialect: Dialect,
    address: Address,
    findings: Findings,
) -> None:
    """Refuse a column that writes some thousands with the declared mark and others without (D3).

    Where both occur, `1.234` may be meant with a decimal dot: a thousandth of what it is read as.
    """
    import polars

    if dialect.thousands is None:
        return
    for name, column in columns.items():
        if column.type not in ("number", "integer"):
            continue
        text = polars.col(name)
        forms = (text.str.contains(dialect.thousands, literal=True), text.str.contains(r"\A-?[0-9]{4,}"))
        first = [frame.select(form.fill_null(value=False).arg_true().first()).item() for form in forms]
        if None in first:
            continue
        marked, plain = ((row, frame[name][row]) for row in first)
        findings.add(
            None,
            error(
                "mixed-numbers",
                address(plain[0], name),
                say(
                    "{cell} has no mark between its thousands; others in the column have",
                    cell=told(column, plain[1]),
                ),
                say("write all numbers of a column alike"),
                [Related(address(marked[0], name), say("{cell} has one", cell=told(column, marked[1])))],
            ),
        )
