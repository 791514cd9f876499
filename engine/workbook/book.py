"""The only door to XlsxWriter: sheets whose texts are never formulas, pages that print well, fixed bytes."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from engine.problems import say
from engine.values import Absent, StepValue

Paper = Literal["a4", "f4"]
_PAPERS: dict[Paper, int] = {"a4": 9, "f4": 14}
LONGEST = 32_000
"""Characters of a cell; a spreadsheet holds 32,767."""
_COMPUTED = tuple("=+-@\t\r\n＝＋－＠")
_INK, _BLUE, _SKY, _GREY, _LINE = "#1F2933", "#0B3D91", "#E3EEFB", "#5B6670", "#C9D1D9"
_BASE: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "top"}
_BOXED: dict[str, Any] = {"border": 1, "border_color": _LINE}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "subtitle": {"font_color": _GREY},
    "head": {"bold": True, "bg_color": "#E6E9EC", "text_wrap": True, "valign": "vcenter", **_BOXED},
    "group": {"bold": True, "font_size": 11},
    "text": {"text_wrap": True, "align": "left", "indent": 1, **_BOXED},
    "plain": {"text_wrap": True},
    "form": {},
    "name": {
        "font_name": "Consolas",
        "font_size": 9,
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        **_BOXED,
    },
    "quiet": {"font_color": _GREY, "italic": True, "text_wrap": True, "align": "left", "indent": 1, **_BOXED},
    "value": {"align": "right", **_BOXED},
    "strong": {"align": "right", "bold": True, **_BOXED},
    "input": {"align": "right", "font_color": _BLUE, "bg_color": _SKY, **_BOXED},
    "key": {"align": "left", "indent": 1, "font_color": _BLUE, "bg_color": _SKY, **_BOXED},
    "part": {"align": "right", "font_color": _GREY, "italic": True, **_BOXED},
    "differs": {"bold": True, "font_color": "#8A1C1C", "bg_color": "#FBE4E4"},
}
"""What cells look like. Inputs are blue and stand on sheets of their own, so that colour is never alone."""
_DAY, _BROKEN = "dd/mm/yyyy", "#,##0.000000"
_ROW, _TITLE_ROW, _GROUP_ROW = 13.5, 21.0, 18.0
"""Heights of a line of text, of a title and of a heading inside a sheet, in points."""


class Sheet:
    """One sheet; rows and columns count from 0."""

    def __init__(self, book: Book, name: str, widths: Sequence[float]) -> None:
        self.book, self.name = book, name
        self.sheet = book.book.add_worksheet(name)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width, book.look("plain"))
        self.widths, self.heights = tuple(widths), dict[int, float]()

    def text(self, row: int, column: int, words: str, look: str = "text") -> None:
        """Write a text. One that begins like a formula keeps its words and is marked as text (O4)."""
        shown = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
        self.make_room(row, column, shown, look)
        more = {"quote_prefix": True} if shown.lstrip(" \"'\u00a0\u3000").startswith(_COMPUTED) else {}
        self.sheet.write_string(row, column, shown, self.book.look(look, **more))

    def make_room(self, row: int, column: int, words: str, look: str) -> None:
        """Let a row be as high as its highest cell; a spreadsheet sees to that only while one types."""
        height = {"title": _TITLE_ROW, "group": _GROUP_ROW}.get(look, _ROW)
        if LOOKS[look].get("text_wrap"):
            width = max(4, int(self.widths[column] * 1.1 - LOOKS[look].get("indent", 0)))
            height = _ROW * sum(len(textwrap.wrap(line, width)) or 1 for line in words.split("\n") or [""])
        self.heights[row] = min(400.0, max(self.heights.get(row, 0.0), height))

    def value(
        self, row: int, column: int, value: StepValue | Absent, look: str = "value", form: str | None = None
    ) -> None:
        """Write a value as what it is; a blank stays an empty cell, no value is ``#N/A``."""
        if value is None:
            self.sheet.write_blank(row, column, None, self.book.look(look))
        elif isinstance(value, Absent):
            self.formula(row, column, "NA()", value, look)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, column, value, self.book.look(look))
        elif isinstance(value, str):
            self.text(row, column, value, look)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, value, self.book.look(look, num_format=_DAY))
        else:
            form = form or form_of(value)
            more = {} if form is None else {"num_format": form}
            self.sheet.write_number(row, column, value, self.book.look(look, **more))

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: StepValue | Absent,
        look: str = "value",
        form: str | None = None,
    ) -> None:
        """Write a formula without its equals sign, and the *value* that stands there until it is computed."""
        kept: Any = value
        if isinstance(value, Absent):
            kept = "#N/A"
        elif value is None:
            kept = ""
        elif isinstance(value, date):
            kept, form = (value - date(1899, 12, 30)).days, _DAY
        form = form or form_of(value)
        more = {} if form is None else {"num_format": form}
        self.sheet.write_formula(row, column, f"={formula}", self.book.look(look, **more), kept)

    @staticmethod
    def letters(column: int) -> str:
        """Return the letters of a column."""
        from xlsxwriter.utility import xl_col_to_name

        return str(xl_col_to_name(column))

    def column_form(self, column: int, form: Mapping[str, Any]) -> None:
        """Give the cells of a column, filled in later, their form."""
        self.sheet.set_column(column, column, self.widths[column], self.book.look("form", **form))

    def validate(self, first: int, column: int, last: int, rule: Mapping[str, Any]) -> None:
        """Let the cells of a column accept what *rule* says, in XlsxWriter's words, and say so."""
        self.sheet.data_validation(first, column, last, column, dict(rule))

    def marks(self, column: int, first: int, last: int, word: str) -> None:
        """Let the cells of a column stand out that hold *word*."""
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": self.book.look("differs")}
        if last >= first:
            self.sheet.conditional_format(first, column, last, column, rule)

    def page(self, heads: tuple[int, int] | None, footer: str) -> None:
        """Set the page: landscape, one page wide, head rows on each, *footer* and the number of the page."""
        sheet, language = self.sheet, self.book.language
        for row, height in sorted(self.heights.items()):
            sheet.set_row(row, height)
        sheet.set_landscape()
        sheet.set_paper(_PAPERS[self.book.paper])
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        if heads is not None:
            sheet.repeat_rows(*heads)
            sheet.freeze_panes(heads[1] + 1, 0)
        number = say("page {page} of {pages}", page="&P", pages="&N").text(language)
        sheet.set_footer(f"&L&8{footer.replace('&', '&&')[:150]}&R&8{number}")


class Book:
    """A workbook in the making, in one language, for one kind of paper."""

    def __init__(self, title: str, language: str, paper: Paper, made: date) -> None:
        import xlsxwriter

        self.language, self.paper = language, paper
        self.stream = io.BytesIO()
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self.stream, {"in_memory": True, **plain})
        self.book.set_properties(
            {"title": title, "author": "iku", "created": datetime(made.year, made.month, made.day)}
        )
        self.looks: dict[Any, Any] = {}
        self.names: set[str] = set()
        self.defined: set[str] = set()

    def look(self, name: str, **more: Any) -> Any:
        """Return a format; each is made once."""
        key = (name, *sorted(more.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format({**_BASE, **LOOKS[name], **more})
        return self.looks[key]

    def sheet(self, name: str, widths: Sequence[float]) -> Sheet:
        """Return a new sheet with columns of these *widths*; *name* comes from `sheet_name`."""
        return Sheet(self, name, widths)

    def sheet_name(self, wanted: str) -> str:
        """Return a name that no sheet has yet, of at most 31 characters, small and capital letters alike."""
        name, number = wanted[:31], 1
        while name.lower() in self.names:
            number += 1
            name = f"{wanted[: 30 - len(str(number))]}~{number}"
        self.names.add(name.lower())
        return name

    def define(self, name: str, sheet: str, row: int, column: int, last: int | None = None) -> None:
        """Give a cell, or those down to the row *last*, a name for formulas."""
        letter = chr(65 + column)
        end = "" if last is None else f":${letter}${last + 1}"
        self.book.define_name(name, f"='{sheet}'!${letter}${row + 1}{end}")

    def content(self) -> bytes:
        """Return the whole workbook; the same bytes for the same content."""
        self.book.close()
        return self.stream.getvalue()


def form_of(value: StepValue | Absent) -> str | None:
    """Return the form of a number that breaks; what is whole is shown as it is."""
    return _BROKEN if isinstance(value, float) and not value.is_integer() else None
