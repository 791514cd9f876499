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
_MISCOUNT = 4
"""Rich lays a table out up to so many columns wider than asked for, when it narrows several at once."""
_COLOURS = re.compile("\x1b" + r"\[[0-9;]*m")
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
    from rich.text import Text

    lines = Box("    \n    \n ── \n    \n    \n    \n    \n    \n", ascii=False)
    table = Table(
        box=lines, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0), header_style="bold"
    )
    columns = [
        _aligned([row[number] for row in rows], heading.text, mark)
        if heading.holds == "number"
        else [heading.text, *(row[number] for row in rows)]
        for number, heading in enumerate(headings)
    ]
    needed = _GAP * (len(headings) - 1)
    for heading, column in zip(headings, columns, strict=True):
        fixed = heading.holds != "text"
        least = _widest(column) if fixed else min(heading.least, _widest(column))
        needed += least
        table.add_column(Text(column[0]), no_wrap=fixed, overflow="fold", min_width=least)
    for number in range(1, len(rows) + 1):
        table.add_row(
            *(
                _cell(column[number], may_indent=heading.holds == "text")
                for heading, column in zip(headings, columns, strict=True)
            )
        )
    drawn = ""
    for asked in range(max(width, needed), max(width, needed) - _MISCOUNT - 1, -1):
        drawn = _drawn(table, asked, colour=colour)
        if _widest([plain(drawn)]) <= max(width, needed):
            break
    return drawn


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
    console.print(table, crop=False)
    return _TRAILING.sub("", stream.getvalue())


def plain(text: str) -> str:
    """Return *text* without the codes that colour it."""
    return _COLOURS.sub("", text)


def _cell(text: str, *, may_indent: bool) -> RenderableType:
    """Return a cell whose further lines are remarks; a text that begins with blanks is indented whole."""
    from rich.padding import Padding
    from rich.text import Text

    value, *remarks = text.split("\n")
    indent = len(value) - len(value.lstrip(" ")) if may_indent else 0
    shown = Text(visible(value[indent:]))
    for remark in remarks:
        shown.append("\n" + visible(remark), "dim")
    return Padding.indent(shown, indent) if indent else shown


def _widest(cells: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(line) for cell in cells for line in cell.split("\n"))


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
