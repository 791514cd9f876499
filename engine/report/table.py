"""Tables for a terminal: cells wrap, numbers stand below one another by their decimal mark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.report.problems_text import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_GAP = 2
_TRAILING = re.compile(r"[ ]+$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """A column: its heading, and whether it holds text that wraps, a name that does not, or numbers.

    `least` is how narrow a column of text may become.
    """

    text: str
    holds: Literal["text", "name", "number"] = "text"
    least: int = 8


def table_text(
    headings: Sequence[Heading],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    mark: str = ",",
    colour: bool = False,
) -> str:
    """Return a table of at most *width* columns, unless what can't be wrapped needs more.

    The first line of a cell is its value, further lines are remarks on it. *mark* is the decimal mark by
    which numbers are aligned.
    """
    from rich.box import Box
    from rich.table import Table

    lines = Box("    \n    \n ── \n    \n    \n    \n    \n    \n", ascii=False)
    table = Table(box=lines, show_edge=False, padding=0, header_style="bold")
    columns = [
        _aligned([row[number] for row in rows], heading.text, mark)
        if heading.holds == "number"
        else [heading.text, *(row[number] for row in rows)]
        for number, heading in enumerate(headings)
    ]
    widths = _widths(headings, columns, width)
    shown = [
        [_cell(cell, may_indent=heading.holds == "text", gap=number < len(headings) - 1) for cell in column]
        for number, (heading, column) in enumerate(zip(headings, columns, strict=True))
    ]
    for number, (heading, column) in enumerate(zip(headings, shown, strict=True)):
        gap = 1 if number < len(headings) - 1 else 0
        table.add_column(
            column[0], width=widths[number] + gap, no_wrap=heading.holds != "text", overflow="fold"
        )
    for row in zip(*(column[1:] for column in shown), strict=True):
        table.add_row(*row)
    return _drawn(table, sum(widths) + _GAP * (len(widths) - 1), colour=colour)


def _widths(headings: Sequence[Heading], columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return how wide each column is: what it needs, but texts narrower, the widest first, until all fit."""
    widths = [_widest(column) for column in columns]
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        narrower = [
            number
            for number, heading in enumerate(headings)
            if heading.holds == "text" and widths[number] > heading.least
        ]
        if not narrower:
            break
        widths[max(narrower, key=lambda number: widths[number])] -= 1
    return widths


def _drawn(table: Table, width: int, *, colour: bool) -> str:
    from rich.console import Console

    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    console.print(table)
    return _TRAILING.sub("", stream.getvalue())


def _cell(text: str, *, may_indent: bool, gap: bool) -> RenderableType:
    """Return a cell whose further lines are remarks; a text that begins with blanks is indented whole.

    Where another column follows, a blank stands behind the cell; another is the line between columns.
    """
    from rich.padding import Padding
    from rich.text import Text

    value, *remarks = text.split("\n")
    indent = len(value) - len(value.lstrip(" ")) if may_indent else 0
    shown = Text(visible(value[indent:]))
    for remark in remarks:
        shown.append("\n" + visible(remark), "dim")
    return Padding(shown, (0, 1 if gap else 0, 0, indent))


def _widest(cells: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(visible(line)) for cell in cells for line in cell.split("\n"))


def _aligned(cells: Sequence[str], heading: str, mark: str) -> list[str]:
    """Return heading and cells with blanks before and behind, so that the decimal marks line up."""
    values = [cell.split("\n")[0] for cell in cells]
    behind = [len(value) - value.rfind(mark) if mark in value else 0 for value in values]
    most = max(behind, default=0)
    padded = [value + " " * (most - after) for value, after in zip(values, behind, strict=True)]
    wide = max([_widest([heading]), *(len(value) for value in padded), *(_widest([cell]) for cell in cells)])
    found = [heading.rjust(wide)]
    for value, cell in zip(padded, cells, strict=True):
        remarks = [remark.rjust(wide) for remark in cell.split("\n")[1:]]
        found.append("\n".join([value.rjust(wide), *remarks]))
    return found
