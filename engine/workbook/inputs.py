"""The sheet of inputs: everything that formulas read and do not compute, each with its name and its origin.

Values come from the engine: totals over rows, columns of one-row sources, figures of other indicators and
periods; and from the definitions: parameters with all that the regulation prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.definition import Bands, Members, Parameter, Single, Table, Threshold
from engine.formula.spreadsheet import Entries, Limit
from engine.values import Absent, StepValue
from engine.workbook.book import Book, Sheet

NAME, KEY, VALUE, UNIT, ORIGIN = range(5)
FIRST_ROW = 3
"""The row of the first input; title, remark and headings stand above it."""


@dataclass(frozen=True)
class Input:
    """One line: a heading (`group`), or a value with its name, what it is, its unit, whence it comes.

    `limit` is that of a row of bands, in the place of what the value is.
    """

    what: str
    value: StepValue | Absent = None
    name: str = ""
    unit: str = ""
    origin: str = ""
    group: bool = False
    keyed: bool = False
    valued: bool = True
    limit: tuple[float, bool] | None = None
    fraction: str = ""


@dataclass
class Inputs:
    """The lines of the sheet called `sheet`, in the order in which formulas asked for them.

    `known` are the cells of values that several formulas may read, by period and reference.
    """

    sheet: str
    rest: str
    lines: list[Input] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    known: dict[Any, str] = field(default_factory=dict)
    _ranges: list[tuple[str, int, int, int]] = field(default_factory=list)

    def unique(self, wanted: str) -> str:
        """Return a name for a cell that no other cell has; small and capital letters are alike."""
        name, number = wanted[:240], 1
        while name.lower() in self.taken:
            number += 1
            name = f"{wanted[:240]}_{number}"
        self.taken.add(name.lower())
        return name

    def group(self, title: str) -> None:
        """Begin a group of lines."""
        self.lines.append(Input(title, group=True))

    def data(self, name: str, what: str, value: StepValue | Absent, unit: str, origin: str) -> str:
        """Add a value that the engine computed or read; return its name."""
        name = self.unique(name)
        self.lines.append(Input(what, value, name, unit, origin))
        return name

    def single(self, name: str, what: str, content: Single, unit: str, origin: str) -> str:
        """Add a parameter that is one value; return its name."""
        name = self.unique(name)
        fraction = content.written if "/" in content.written and not isinstance(content.value, str) else ""
        self.lines.append(Input(what, content.value, name, unit, origin, fraction=fraction))
        return name

    def heading(self, name: str, what: str, unit: str, origin: str) -> None:
        """Add the line above the rows of a table, bands or a set."""
        self.lines.append(Input(what, None, name, unit, origin, valued=False))

    def entries(self, name: str, content: Table) -> Entries:
        """Add the rows of a table and return their cells."""
        first, rows = self._next, []
        for key, value in content.entries.items():
            rows.append((key, self._cell(KEY), self._cell(VALUE)))
            self.lines.append(Input(key, value, keyed=True))
        last = self._next - 1
        keys, values = self.unique(f"{name}.keys"), self.unique(f"{name}.values")
        self._ranges += [(keys, first, last, KEY), (values, first, last, VALUE)]
        return Entries(keys, values, rows)

    def bands(self, rows: Sequence[Threshold], words: Callable[[Threshold], str]) -> list[Limit]:
        """Add rows of bands or categories and return their cells; *words* is the title of a row."""
        found: list[Limit] = []
        for row in rows:
            limit = None if row.limit is None else self._cell(KEY)
            found.append(Limit(limit, row.inclusive, self._cell(VALUE)))
            shown = None if row.limit is None else (float(row.limit), row.inclusive)
            self.lines.append(Input(self.rest, row.value, origin=words(row), limit=shown, keyed=True))
        return found

    def members(self, content: Members) -> list[str]:
        """Add the values of a set and return their cells."""
        cells: list[str] = []
        for value in content.values:
            cells.append(self._cell(VALUE))
            self.lines.append(Input("", value, keyed=True))
        return cells

    @property
    def _next(self) -> int:
        return FIRST_ROW + len(self.lines)

    def _cell(self, column: int) -> str:
        return f"'{self.sheet}'!${chr(65 + column)}${self._next + 1}"

    # ── onto the sheet ──

    def write(self, book: Book, sheet: Sheet) -> None:
        """Write all lines below the headings, and give the cells their names."""
        for row, line in enumerate(self.lines, start=FIRST_ROW):
            if line.group:
                sheet.text(row, 0, line.what, "group")
                continue
            sheet.text(row, NAME, line.name, "name")
            if line.limit is not None:
                limit, inclusive = line.limit
                sheet.value(row, KEY, limit, "key", f'"{"≥" if inclusive else ">"} "General')
            else:
                sheet.text(row, KEY, line.what, "key" if line.keyed and line.what else "text")
            if not line.valued:
                sheet.text(row, VALUE, "", "text")
            elif line.fraction:
                sheet.formula(row, VALUE, line.fraction, line.value, "input")
            else:
                sheet.value(row, VALUE, line.value, "input")
            sheet.text(row, UNIT, line.unit)
            sheet.text(row, ORIGIN, reason_or(line.value, line.origin, book.language))
            if line.name and line.valued:
                book.define(line.name, self.sheet, row, VALUE)
        for name, first, last, column in self._ranges:
            book.define(name, self.sheet, first, column, last)


def reason_or(value: StepValue | Absent, origin: str, language: str) -> str:
    """Return whence a value comes; where there is none, why there is none."""
    return f"{value.reason.text(language)}. {origin}".strip() if isinstance(value, Absent) else origin


@dataclass
class ParameterCells:
    """The cells of the parameters of one rule, each put on the sheet when it is first asked for."""

    inputs: Inputs
    prefix: str
    parameters: Mapping[str, Parameter]
    words: Callable[[Parameter], tuple[str, str]]
    row_title: Callable[[Threshold], str]
    singles: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Entries] = field(default_factory=dict)
    bands: dict[str, list[Limit]] = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)

    def put(self, name: str) -> None:
        """Put a parameter on the sheet with all that the regulation prints."""
        parameter = self.parameters[name]
        what, origin = self.words(parameter)
        unit, called = parameter.unit or "", f"{self.prefix}.{name}"
        match parameter.content:
            case Single() as content:
                self.singles[name] = self.inputs.single(called, what, content, unit, origin)
            case Table() as content:
                self.inputs.heading(called, what, unit, origin)
                self.tables[name] = self.inputs.entries(called, content)
            case Bands(rows=rows):
                self.inputs.heading(called, what, unit, origin)
                self.bands[name] = self.inputs.bands(rows, self.row_title)
            case Members() as content:
                self.inputs.heading(called, what, unit, origin)
                self.sets[name] = self.inputs.members(content)


def is_early(value: StepValue | Absent) -> bool:
    """Return whether a value is a day that spreadsheets number differently."""
    from engine.formula.spreadsheet import FIRST_DAY

    return isinstance(value, date) and value < FIRST_DAY
