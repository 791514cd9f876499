"""CSV files to checked rows: strict, in the declared dialect, vectorised (D1 to D3)."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.definition import Source
from engine.problems import InvalidData, Problem, error, say
from engine.sources.frames import HEADER, ROW, checked_frame, from_text_column, reword_text
from engine.sources.headers import check_headers, wanted_headers
from engine.sources.places import refused
from engine.sources.records import key_type
from engine.sources.rows import MOST_FINDINGS, FileRead, Findings, Rows, Sources, without_rows
from engine.text import Cell

if TYPE_CHECKING:
    import polars

LARGEST_UNPACKED = 4 * 2**30
MOST_RATIO = 100


def read_csv(source: Source, content: bytes, file: FileRead, *, sources: Sources, keep_going: bool) -> Rows:
    """Return the rows of a CSV file, every cell read as text and converted by our own grammar."""

    if file.path.endswith(".gz"):
        content = _unpacked(content, file.path)
    text = _decoded(source, content, file.path)
    if not text.strip():
        return without_rows(source, file.path, (file,), sources)
    findings = Findings(keep_going=keep_going)
    headers, table, lines = _table(source, text, file.path, findings)
    check_headers(source, headers, Cell(file.path, None, 1))
    findings.settle(file.path)
    wanted = wanted_headers(source)
    frame = table.select(wanted).lazy()
    helpers: list[str] = []
    if source.unpivot is not None:
        frame = _long(source, frame)
        helpers = [ROW, HEADER]
    else:
        frame = frame.rename({column.written_as: name for name, column in source.columns.items()})
    placed = frame.select(helpers).collect() if helpers else None

    def address(row: int, name: str) -> Cell:
        header = source.columns[name].written_as
        if placed is not None:
            wide, wide_header = placed.row(row)
            row = wide
            header = wide_header if source.unpivot is not None and name == source.unpivot.value else header
        return Cell(file.path, None, lines[row] if lines else row + 2, header)

    conversions = {
        name: from_text_column(column, source.dialect, key_type(column, sources))
        for name, column in source.columns.items()
    }
    rows = checked_frame(
        source,
        frame,
        conversions,
        reword_text(source),
        address,
        sources=sources,
        where=file.path,
        eager=True,
        keep_going=keep_going,
        files=(file,),
        helpers=helpers,
    )
    if findings.problems:
        from dataclasses import replace

        return replace(
            rows, findings=(*findings.problems, *rows.findings), left_out=rows.left_out + len(findings.rows)
        )
    return rows


def _long(source: Source, frame: polars.LazyFrame) -> polars.LazyFrame:
    """Return a wide frame as a long one, each row with its wide row and header."""
    import polars

    unpivot = source.unpivot
    assert unpivot is not None
    rest = {n: c.written_as for n, c in source.columns.items() if n not in (unpivot.name, unpivot.value)}
    wide = frame.rename({header: name for name, header in rest.items()}).with_row_index(ROW)
    long = wide.unpivot(
        list(unpivot.columns), index=[ROW, *rest], variable_name=HEADER, value_name=unpivot.value
    )
    order = polars.Enum(list(unpivot.columns))
    keys = (
        polars.col(HEADER)
        .replace_strict(dict(unpivot.columns), return_dtype=polars.String)
        .alias(unpivot.name)
    )
    return long.with_columns(keys).sort(ROW, polars.col(HEADER).cast(order))


def _unpacked(content: bytes, shown: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            unpacked = stream.read(min(LARGEST_UNPACKED, max(len(content) * MOST_RATIO, 2**20)) + 1)
    except (OSError, EOFError) as failure:
        raise refused(
            shown, "unreadable-file", say("can't be unpacked: {reason}", reason=str(failure))
        ) from None
    if len(unpacked) > max(len(content) * MOST_RATIO, 2**20) or len(unpacked) > LARGEST_UNPACKED:
        raise refused(
            shown, "file-too-big", say("the file is packed more than {ratio} to 1", ratio=MOST_RATIO)
        )
    return unpacked


def _decoded(source: Source, content: bytes, shown: str) -> str:
    if content[:2] in (b"PK", b"\x1f\x8b") or content[:4] in (b"PAR1", b"\xd0\xcf\x11\xe0"):
        raise refused(
            shown,
            "file-kind",
            say("this is not a CSV file, whatever its name says"),
            say("save it as CSV, or declare the file with its own ending"),
        )
    encoding = (
        "utf-8-sig"
        if source.dialect.encoding.lower().replace("_", "-") in ("utf-8", "utf8")
        else source.dialect.encoding
    )
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as failure:
        line = content[: failure.start].count(b"\n") + 1 if isinstance(failure, UnicodeDecodeError) else None
        raise InvalidData(
            error(
                "file-encoding",
                Cell(shown, None, line),
                say("the file is not {encoding} text", encoding=source.dialect.encoding),
                say("save it as UTF-8 (in Excel: CSV UTF-8), or declare `format: {{encoding: ...}}`"),
            )
        ) from None
    if "\0" in text:
        raise refused(shown, "file-kind", say("the file holds null characters, so it is no text"))
    return text


def _table(
    source: Source, text: str, shown: str, findings: Findings
) -> tuple[list[str], polars.DataFrame, list[int]]:
    """Return headers, all cells as text by header, and the lines of the rows (empty: row + 2)."""
    import polars

    delimiter = source.dialect.delimiter
    if '"' in text:
        headers, rows, lines = _quoted(text, delimiter, shown, findings)
    else:
        headers, rows, lines = _plain(text, delimiter, shown, findings)
    if isinstance(rows, polars.DataFrame):
        return headers, rows, lines
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in headers]
    names = _distinct(headers)
    return (
        headers,
        polars.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, polars.String)),
        lines,
    )


def _distinct(headers: Sequence[str]) -> list[str]:
    """Return headers made distinct; duplicates are refused afterwards, with their own message."""
    return [
        header if headers.index(header) == position else f"{header}\0{position}"
        for position, header in enumerate(headers)
    ]


def _plain(text: str, delimiter: str, shown: str, findings: Findings) -> tuple[list[str], Any, list[int]]:
    """Read a file without quotes: fields are counted by line, then Polars splits them."""
    import polars

    lines = text.split("\n")
    while lines and not lines[-1].strip("\r"):
        lines.pop()
    headers = lines[0].rstrip("\r").split(delimiter)
    wanted = len(headers) - 1
    wrong = [number for number, line in enumerate(lines) if line.count(delimiter) != wanted]
    if wrong:
        for number in wrong[:MOST_FINDINGS]:
            findings.add(
                number,
                _length(shown, number + 1, lines[number].count(delimiter) + 1, len(headers), delimiter),
            )
        findings.count += max(0, len(wrong) - MOST_FINDINGS)
        findings.rows.update(wrong)
    kept = [number for number in range(1, len(lines)) if number not in findings.rows] if wrong else []
    body = "\n".join(lines[number] for number in kept) if wrong else "\n".join(lines[1:])
    names = _distinct(headers)
    if not body:
        return headers, polars.DataFrame(schema=dict.fromkeys(names, polars.String)), []
    frame = polars.read_csv(
        io.BytesIO(body.replace("\r\n", "\n").rstrip("\r").encode()),
        separator=delimiter,
        has_header=False,
        new_columns=names,
        infer_schema=False,
        quote_char=None,
    )
    return headers, frame, [number + 1 for number in kept]


def _quoted(
    text: str, delimiter: str, shown: str, findings: Findings
) -> tuple[list[str], list[list[str]], list[int]]:
    """Read a file with quotes by the standard library's strict reader."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    headers: list[str] = []
    before = 0
    try:
        for number, row in enumerate(reader):
            line, before = before + 1, reader.line_num
            if number == 0:
                headers = row
            elif len(row) == len(headers):
                rows.append(row)
                lines.append(line)
            elif row:
                findings.add(number, _length(shown, line, len(row), len(headers), delimiter))
    except csv.Error as failure:
        raise InvalidData(
            error(
                "quoting",
                Cell(shown, None, before + 1),
                say("the quotes don't match: {reason}", reason=str(failure)),
                say(
                    "a quoted cell ends with a quote before the {mark}; a quote inside is doubled",
                    mark=delimiter,
                ),
            )
        ) from None
    return headers, rows, lines


def _length(shown: str, line: int, found: int, wanted: int, delimiter: str) -> Problem:
    return error(
        "row-length",
        Cell(shown, None, line),
        say("the row has {found} fields; the header has {wanted}", found=found, wanted=wanted),
        say("look for a `{mark}` too many or too few; a cell that holds one is quoted", mark=delimiter),
    )
