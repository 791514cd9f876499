"""Compute a workbook a second time with a spreadsheet engine that shares nothing with iku."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import formualizer
import python_calamine


@dataclass(frozen=True)
class Computed:
    """A formula's cell: what stood in the file, and what the spreadsheet engine makes of it."""

    sheet: str
    place: str
    formula: str
    kept: Any
    live: Any


def computed(content: bytes, *, named: bool = True) -> list[Computed]:
    """Return every formula of a workbook with both values; an error is the text ``#N/A``.

    Not *named*, cells are read by their places: formualizer 0.13 loses a name that is the whole test of an
    IF inside another function, ``SQRT(IF(name,1,0))``.
    """
    book = formualizer.load_workbook_bytes(content)
    if not named:
        places = names(content)
        for sheet, row, column, formula in formulas(content):
            book.set_formula(sheet, row, column, "=" + unnamed(formula, places))
    kept = {name: sheet_of(content, name) for name in book.sheet_names}
    found = []
    for name, row, column, formula in formulas(content):
        live = book.evaluate_cell(name, row, column)
        live = "#N/A" if isinstance(live, dict) else live
        rows = kept[name]
        before = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
        before = "#N/A" if isinstance(before, str) and before.startswith("#") else before
        place = f"{chr(64 + column)}{row}"
        found.append(Computed(name, place, formula, before, live))
    return found


def names(content: bytes) -> dict[str, str]:
    """Return the place of every defined name."""
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(content)) as container:
        tree = ElementTree.fromstring(container.read("xl/workbook.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}definedName"
    return {found.get("name", ""): found.text or "" for found in tree.iter(space)}


def unnamed(formula: str, places: dict[str, str]) -> str:
    """Return a formula with places instead of names; texts stay as they are."""
    parts = re.split(r'("(?:[^"]|"")*"|\'[^\']*\'![$A-Z0-9:]+)', formula)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"[a-z][a-z0-9_.]*", lambda found: places.get(found[0], found[0]), parts[at])
    return "".join(parts)


def sheet_of(content: bytes, name: str) -> list[list[Any]]:
    """Return the values that stand in a sheet."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def sheets(content: bytes) -> list[str]:
    """Return the names of all sheets."""
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names


def formulas(content: bytes) -> Iterator[tuple[str, int, int, str]]:
    """Yield the sheet, row, column (from 1) and text of every formula, as the file has them."""
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(content)) as container:
        for number, name in enumerate(sheets(content), start=1):
            tree = ElementTree.fromstring(container.read(f"xl/worksheets/sheet{number}.xml"))
            for cell in tree.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"):
                formula = cell.find("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f")
                place = re.fullmatch(r"([A-Z])([0-9]+)", cell.get("r", ""))
                if formula is not None and place is not None:
                    yield name, int(place[2]), ord(place[1]) - 64, formula.text or ""
