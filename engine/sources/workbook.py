"""A look into a workbook's container before a spreadsheet reader sees it (D4).

A workbook is an archive of XML parts. Here the archive's sizes are weighed, document types, macros and
links refused, the sheet chosen, and its cells walked through once for their places, formulas and errors.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from engine.definition import Source
from engine.problems import Message, say
from engine.sources.places import reading_as, refused

MOST_MEMBERS = 1_000
LARGEST_MEMBER = 256 * 2**20
LARGEST_WHOLE = 512 * 2**20
MOST_RATIO = 100
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 600_000
"""Rows and cells of a sheet: 50,000 rows of eleven columns take two seconds; CSV and Parquet hold more."""
MOST_EXTENT = 20_000_000
_SMALL = 2**20
_FEW_CELLS = 1_000_000
_SPARSE = 20
_BLOCK = 2**16
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,10})\Z")


@dataclass
class CellsSeen:
    """What a walk through a sheet found: its extent, and cells that hold no plain value, by place.

    `merged` are areas of cells that show one value: first row and column, last row and column.
    """

    count: int = 0
    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def look_into(source: Source, content: bytes, shown: str) -> tuple[str, CellsSeen]:
    """Return the name of the sheet to read and what its cells are; raises InvalidData unless all is plain."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        message = say("the workbook is protected by a password, or in the old .xls form")
        raise refused(shown, "file-kind", message, say("save it as .xlsx without a password"))
    if not content.startswith(b"PK"):
        raise refused(shown, "file-kind", say("this is no workbook, whatever its name says"))
    with reading_as(shown, say("a workbook")), zipfile.ZipFile(io.BytesIO(content)) as container:
        _weigh(container, shown)
        for member in container.infolist():
            _no_document_type(container, member, shown)
        name, part = _chosen(source, _sheets(container, shown), shown)
        with container.open(part) as stream:
            seen = _walk(stream, shown)
    if seen.last_row * seen.last_column > max(_FEW_CELLS, min(MOST_EXTENT, seen.count * _SPARSE)):
        message = say(
            "the sheet reaches to row {row}, column {column}, for {count} cells",
            row=seen.last_row,
            column=letters(seen.last_column - 1),
            count=seen.count,
        )
        raise refused(shown, "file-too-big", message, say("delete the far cells, or save the data as CSV"))
    return name, seen


def letters(position: int) -> str:
    """Return a column's letters, from its position counted from 0."""
    written = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        written = chr(65 + rest) + written
    return written


def _weigh(container: zipfile.ZipFile, shown: str) -> None:
    """Refuse too many, too large, too tightly packed members, and those that no plain workbook has."""
    members = container.infolist()
    total = sum(member.file_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or total > LARGEST_WHOLE
        or any(member.file_size > LARGEST_MEMBER for member in members)
    ):
        raise refused(shown, "file-too-big", say("the workbook is too large when unpacked"))
    for member in members:
        if member.file_size > _SMALL and member.file_size > MOST_RATIO * member.compress_size:
            message = say("the workbook is packed more than {ratio} to 1", ratio=MOST_RATIO)
            raise refused(shown, "file-too-big", message)
        lower = member.filename.lower()
        if "vbaproject" in lower or lower.startswith("xl/externallinks/"):
            what = (
                say("the workbook has macros") if "vba" in lower else say("the workbook has links to others")
            )
            raise refused(shown, "file-kind", what, say("save a copy with values only"))


class _Enough(Exception):
    """The rest of a part need not be read."""


def _no_document_type(container: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str) -> None:
    """Refuse an XML part with a document type, in which entity bombs and outside files are declared."""
    if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
        return

    def enough(*_: object) -> None:
        raise _Enough

    parser = _parser(shown, enough)
    try:
        with container.open(member) as stream:
            for block in _blocks(stream):
                parser.Parse(block)
    except _Enough:
        return


def _parser(shown: str, start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start

    def refuse(*_: object) -> None:
        message = say("the workbook declares a document type, which no spreadsheet needs")
        raise refused(shown, "file-kind", message)

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Return a member's bytes in pieces, never more of them than a member may have."""
    read = 0
    while (block := stream.read(_BLOCK)) and read <= LARGEST_MEMBER:
        read += len(block)
        yield block


def _sheets(container: zipfile.ZipFile, shown: str) -> dict[str, tuple[str, bool]]:
    """Return each worksheet's part and whether it is visible."""
    relations: dict[str, str] = {}
    for relation in ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels")):
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            raise refused(shown, "file-kind", say("the workbook has links to others"))
        if kind.endswith("/worksheet"):
            relations[relation.get("Id", "")] = target
    found: dict[str, tuple[str, bool]] = {}
    for sheet in ElementTree.fromstring(container.read("xl/workbook.xml")).iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        key = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        if key in relations:
            target = relations[key]
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            found[sheet.get("name", "")] = (part, sheet.get("state", "visible") == "visible")
    return found


def _chosen(source: Source, sheets: dict[str, tuple[str, bool]], shown: str) -> tuple[str, str]:
    """Return the declared sheet, the one called as the source, or the only visible one, with its part."""
    if source.sheet is not None:
        if source.sheet in sheets:
            return source.sheet, sheets[source.sheet][0]
        message, hint = say("there is no sheet `{name}`", name=source.sheet), _listed(sheets)
        raise refused(shown, "unknown-sheet", message, hint)
    if source.id in sheets:
        return source.id, sheets[source.id][0]
    visible = {name: part for name, (part, is_visible) in sheets.items() if is_visible}
    if len(visible) != 1:
        message = say("the workbook has {count} visible sheets; one is expected", count=len(visible))
        raise refused(shown, "unknown-sheet", message, say("name the one to read: `sheet: ...`"))
    return next(iter(visible.items()))


def _listed(sheets: dict[str, Any]) -> Message:
    return say("the sheets are {names}", names=", ".join(sheets))


def _walk(stream: IO[bytes], shown: str) -> CellsSeen:
    """Return what the cells of a sheet's part are, without keeping any."""
    seen = CellsSeen()
    row = column = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        name = tag.rpartition(" ")[2]
        if name == "row":
            row, column = _number(attributes.get("r"), row + 1), 0
            seen.rows += 1
        elif name == "c":
            place = _PLACE.match(attributes.get("r", ""))
            column = _position(place[1]) if place else column + 1
            row = int(place[2]) if place else row
            seen.count += 1
            if attributes.get("t") == "e":
                seen.errors.append((row, column))
        elif name == "f":
            seen.formulas.append((row, column))
        elif name == "mergeCell":
            ends = [_PLACE.match(end) for end in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                (first, top), (last, bottom) = ((end[1], int(end[2])) for end in ends if end)
                seen.merged.append((top, _position(first), bottom, _position(last)))
            seen.count += 1
        if seen.count + seen.rows > MOST_CELLS:
            message = say("the sheet has more than {most} rows and cells", most=MOST_CELLS)
            raise refused(shown, "file-too-big", message, say("save the data as CSV"))
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise refused(shown, "unreadable-file", say("a cell lies outside of what a sheet can hold"))
        seen.last_row, seen.last_column = max(seen.last_row, row), max(seen.last_column, column)

    parser = _parser(shown, start)
    for block in _blocks(stream):
        parser.Parse(block)
    parser.Parse(b"", True)
    return seen


def _number(written: str | None, otherwise: int) -> int:
    return otherwise if written is None else int(written[:12])


def _position(written: str) -> int:
    """Return a column's position, counted from 1, from its letters."""
    position = 0
    for letter in written:
        position = position * 26 + ord(letter) - 64
    return position
