"""Spreadsheets to checked rows, after a look into the container (D4)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from engine.definition import Source
from engine.problems import error, say
from engine.sources.headers import check_headers
from engine.sources.places import refused
from engine.sources.records import from_wide_rows
from engine.sources.rows import FileRead, Findings, Rows, Sources
from engine.text import Cell

MOST_MEMBERS = 1_000
LARGEST_MEMBER = 256 * 2**20
LARGEST_WHOLE = 512 * 2**20
MOST_RATIO = 100
MOST_CELLS = 20_000_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")


def read_xlsx(source: Source, content: bytes, file: FileRead, *, sources: Sources, keep_going: bool) -> Rows:
    """Return the rows of the declared sheet, or of the only visible one; its first row holds the headers."""
    name, part = _sheet(source, content, file.path)
    findings = Findings(keep_going=keep_going)
    _formulas(content, part, name, file.path, findings)
    table = _table(content, name, file.path)
    headers = [_header(value) for value in (table[0] if table else [])]
    while headers and headers[-1] == "":
        headers.pop()
    check_headers(source, headers, Cell(file.path, name, 1))
    rows: list[Mapping[str, object]] = []
    numbers: list[int] = []
    for index, values in enumerate(table[1:], start=2):
        cells = [None if value == "" else value for value in values[: len(headers)]]
        if any(value is not None for value in cells):
            rows.append(dict(zip(headers, cells, strict=False)))
            numbers.append(index)
        for position, value in enumerate(values[len(headers) :], start=len(headers)):
            if value != "":
                findings.add(
                    len(rows) - 1,
                    error(
                        "row-length",
                        Cell(file.path, name, index, _letters(position)),
                        say("a value stands in a column without a header"),
                        say("remove it, or give the column a header"),
                    ),
                )

    def cell(number: int, header: str) -> Cell:
        position = headers.index(header) if header in headers else None
        column = header if position is None else f"{_letters(position)} ({header})"
        return Cell(file.path, name, numbers[number], column)

    return from_wide_rows(source, rows, cell, findings, sources=sources, where=file.path, files=(file,))


def _header(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _letters(position: int) -> str:
    """Return a column's letters, from its position counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _table(content: bytes, name: str, shown: str) -> Sequence[Sequence[object]]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height * max(sheet.total_width, 1) > MOST_CELLS:
            raise refused(shown, "file-too-big", say("the sheet has more than {most} cells", most=MOST_CELLS))
        found: Sequence[Sequence[object]] = sheet.to_python(skip_empty_area=False)
    except (
        python_calamine.CalamineError,
        OSError,
        ValueError,
        KeyError,
        IndexError,
        OverflowError,
    ) as failure:
        raise refused(
            shown, "unreadable-file", say("can't be read as a spreadsheet: {reason}", reason=str(failure))
        ) from None
    return found


# ── the container ──


def _sheet(source: Source, content: bytes, shown: str) -> tuple[str, str]:
    """Return the name and the part of the sheet to read; raises InvalidData unless all is plain."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            _limits(container, shown)
            sheets = _sheets(container)
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
        EOFError,
        RuntimeError,
    ) as failure:
        raise refused(
            shown,
            "unreadable-file",
            say("can't be read as a spreadsheet: {reason}", reason=str(failure) or "damaged"),
        ) from None
    visible = {name: part for name, (part, shown_sheet) in sheets.items() if shown_sheet}
    if source.sheet is not None:
        if source.sheet not in sheets:
            raise refused(
                shown,
                "unknown-sheet",
                say("there is no sheet `{name}`", name=source.sheet),
                say("the sheets are {names}", names=", ".join(sheets)),
            )
        return source.sheet, sheets[source.sheet][0]
    if len(visible) != 1:
        raise refused(
            shown,
            "unknown-sheet",
            say("the workbook has {count} visible sheets", count=len(visible)),
            say("name the one to read: `sheet: ...`"),
        )
    return next(iter(visible.items()))


def _limits(container: zipfile.ZipFile, shown: str) -> None:
    members = container.infolist()
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if (
        len(members) > MOST_MEMBERS
        or total > LARGEST_WHOLE
        or any(m.file_size > LARGEST_MEMBER for m in members)
    ):
        raise refused(shown, "file-too-big", say("the workbook is too large when unpacked"))
    if total > 2**20 and total / packed > MOST_RATIO:
        raise refused(
            shown, "file-too-big", say("the workbook is packed more than {ratio} to 1", ratio=MOST_RATIO)
        )
    for member in members:
        lower = member.filename.lower()
        if "vbaproject" in lower or lower.startswith("xl/externallinks/"):
            raise refused(
                shown,
                "file-kind",
                say("the workbook has macros or links to other files"),
                say("save a copy with values only"),
            )
        if lower.endswith((".xml", ".rels")):
            with container.open(member) as part:
                if b"<!DOCTYPE" in part.read(4096) or b"<!ENTITY" in container.read(member):
                    raise refused(
                        shown,
                        "file-kind",
                        say("the workbook declares a document type, which no spreadsheet needs"),
                    )


def _sheets(container: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """Return each sheet's part and whether it is visible."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels"))
    }
    found: dict[str, tuple[str, bool]] = {}
    for sheet in ElementTree.fromstring(container.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = relations[sheet.get(_RELATION)]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[sheet.get("name", "")] = (part, sheet.get("state", "visible") == "visible")
    return found


def _formulas(content: bytes, part: str, name: str, shown: str, findings: Findings) -> None:
    """Formulas and error cells are findings: their stored value may be stale or missing."""
    with zipfile.ZipFile(io.BytesIO(content)) as container, container.open(part) as stream:
        try:
            for _, cell in ElementTree.iterparse(stream):
                if cell.tag == f"{_MAIN}row":
                    cell.clear()
                if cell.tag != f"{_MAIN}c":
                    continue
                place = _CELL.match(cell.get("r", "A1"))
                if place is None or int(place[2]) > 1_048_576:
                    raise refused(shown, "unreadable-file", say("the sheet has a cell outside of any sheet"))
                row = int(place[2])
                if cell.get("t") == "e":
                    value = cell.findtext(f"{_MAIN}v") or "an error"
                    findings.add(
                        None,
                        error(
                            "error-cell",
                            Cell(shown, name, row, place[1]),
                            say("the cell shows the error {value}", value=value),
                        ),
                    )
                elif cell.find(f"{_MAIN}f") is not None:
                    findings.add(
                        None,
                        error(
                            "formula-cell",
                            Cell(shown, name, row, place[1]),
                            say("the cell holds a formula; its stored value may be old"),
                            say("copy the column and paste it as values"),
                        ),
                    )
        except ElementTree.ParseError as failure:
            raise refused(
                shown, "unreadable-file", say("can't be read as a spreadsheet: {reason}", reason=str(failure))
            ) from None
