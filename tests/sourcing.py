"""Sources for tests, made of a few words, and what is said about their data."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import sources
from engine.definition import Column, Label, Missing, Name, Range, Source
from engine.problems import IkuError, Problem
from engine.sources import Rows
from engine.text import Place, Text

TEXT = Text("sources/staff.yaml", "source: staff")
PLACE = Place(TEXT, 0, 6)
KEEP = Missing("keep")


@dataclass(frozen=True)
class Measured:
    """A period, as far as sources need it."""

    text: str = "2021"
    year: int = 2021


PERIOD = Measured()


def column(name: str, kind: Any, **settings: Any) -> Column:
    """Return a column; `range` may be a pair, `to` a name."""
    if "range" in settings:
        settings["range"] = Range(*settings["range"], PLACE)
    if "to" in settings:
        settings["to"] = Name(settings["to"], PLACE)
    return Column(name, kind, PLACE, **settings)


def source(*columns: Column, id: str = "staff", key: str | None = None, **settings: Any) -> Source:
    """Return a source with these columns."""
    named = {column.name: column for column in columns}
    label, division = Label("Staff"), Name("office", PLACE)
    key_name = None if key is None else Name(key, PLACE)
    return Source(id, label, division, named, PLACE, TEXT, key=key_name, **settings)


STAFF = source(
    column("id", "text", unique=True),
    column("grade", "category", values=("S1", "S2", "S3"), aliases={"Magister": "S2"}),
    column("score", "number", range=(0, 100), missing=KEEP),
    column("hours", "integer", missing=Missing("fill", 0)),
    column("measured", "boolean"),
    column("since", "date", missing=KEEP),
    key="id",
    file="staff.csv",
)


def read(declared: Source, path: Path, **options: Any) -> Rows:
    """Return the rows of the file at *path*, named in messages by its last part."""
    from dataclasses import replace

    filed = replace(declared, file=path.name)
    return sources.read(filed, PERIOD, path.parent, **{"sources": {}, **options})


def read_text(
    declared: Source, folder: Path, text: str | bytes, name: str = "staff.csv", **options: Any
) -> Rows:
    """Return the rows of a file with this content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(declared, path, **options)


def said(call: Callable[[], object]) -> str:
    """Return what the refusal of *call* says: place, code, sentence, hint, other places."""
    try:
        found = call()
    except IkuError as failure:
        return worded(failure.problems)
    raise AssertionError(f"nothing was refused: {found}")


def worded(problems: Sequence[Problem]) -> str:
    """Return problems as an analyst reads them."""
    lines: list[str] = []
    for problem in problems:
        lines.append(str(problem))
        if problem.hint is not None:
            lines.append(f"  hint: {problem.hint}")
        lines.extend(f"  {related.place}: {related.message}" for related in problem.related)
    return "\n".join(lines)


# ── workbooks, part by part ──

_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(
    rows: str, *, sheets: Sequence[tuple[str, str]] = (("Data", "visible"),), more: Mapping[str, str] = {}
) -> bytes:
    """Return a workbook whose sheets all have these *rows* as XML; *more* parts replace or add."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>'
        for n, (name, state) in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SPACE}" xmlns:r="{_RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": worksheet(rows) for n in range(1, len(sheets) + 1)},
        **more,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as container:
        for name, part in parts.items():
            container.writestr(name, part)
    return packed.getvalue()


def worksheet(rows: str, head: str = "") -> str:
    """Return a sheet's part with these *rows*; *head* stands before the root."""
    return f'{head}<worksheet xmlns="{_SPACE}"><sheetData>{rows}</sheetData></worksheet>'


def cell(place: str, text: str) -> str:
    """Return a text cell as XML."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def number(place: str, written: str) -> str:
    """Return a number cell as XML."""
    return f'<c r="{place}"><v>{written}</v></c>'


def sheet_of(rows: Sequence[Sequence[str | float | None]]) -> str:
    """Return rows of texts and numbers as XML."""
    lines = []
    for row, values in enumerate(rows, start=1):
        cells = []
        for position, value in enumerate(values):
            place = f"{chr(65 + position)}{row}"
            if isinstance(value, str):
                cells.append(cell(place, value))
            elif value is not None:
                cells.append(number(place, str(value)))
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    return "".join(lines)
