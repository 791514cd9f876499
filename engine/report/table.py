"""Results and lists as tables for a terminal, in the words and numbers of the organization's language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.definition import Catalogue
from engine.problems import quoted
from engine.report.wording import Wording
from engine.values import Result, Results

if TYPE_CHECKING:
    from rich.text import Text

_HEADINGS = {
    "indicator": ("Indikator", "Indicator"),
    "group": ("Kelompok", "Group"),
    "value": ("Realisasi", "Realisation"),
    "unit": ("Satuan", "Unit"),
    "category": ("Kategori", "Category"),
    "target": ("Target", "Target"),
    "achievement": ("Capaian (%)", "Achievement (%)"),
    "division": ("Penanggung Jawab", "Responsible"),
}
_NUMERIC = ("value", "target", "achievement")
_WORDS = {
    "none": ("belum ada nilai", "no value"),
    "basis": ("Dasar hukum", "Legal basis"),
    "since": ("berlaku sejak", "in force since"),
    "reason": ("Belum ada nilai", "No value"),
    "note": ("Catatan", "Note"),
    "uncapped": ("sebelum dibatasi", "before the cap"),
}


def results_text(results: Results, catalogue: Catalogue, wording: Wording) -> str:
    """Return the results as a table with, below it, legal bases, reasons for missing values and notes."""
    position = 0 if wording.language == "id" else 1
    grouped = any(result.group is not None for result in results)
    names = [name for name in _HEADINGS if name != "group" or grouped]
    rows = [[_cell(name, result, catalogue, wording) for name in names] for result in results]
    for column, name in enumerate(names):
        if name in _NUMERIC:
            _align(rows, column)
    headings = [_HEADINGS[name][position] for name in names]
    lines = [table_text(headings, rows, wording.width, right=[names.index(name) for name in _NUMERIC])]
    lines.extend(_remarks(results, catalogue, wording, position))
    return "\n".join(lines) + "\n"


def _cell(name: str, result: Result, catalogue: Catalogue, wording: Wording) -> str:
    decimals = 6 if result.decimals is None else max(result.decimals, 0)
    if name == "indicator":
        return wording.label(catalogue.indicators[result.indicator].title)
    if name == "group":
        return "–" if result.group is None else quoted(result.group)
    if name == "value":
        return "–" if result.value is None else _fixed(result.value, decimals, wording)
    if name == "target":
        if result.target is None:
            return "–"
        value = result.target.value
        if isinstance(value, tuple):
            return "–".join(wording.number(end) for end in value)
        return wording.number(value)
    if name == "achievement":
        return "–" if result.achievement is None else _fixed(result.achievement.value, 2, wording)
    if name == "division":
        return wording.label(catalogue.organization.divisions[result.division].title)
    if name == "category":
        found = result.category
        return "–" if found is None else quoted(found)
    return quoted(result.unit) if result.unit else "–"


def _fixed(value: float, decimals: int, wording: Wording) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, "#,##0." + "0" * decimals if decimals else "#,##0", wording.language)


def _align(rows: Sequence[list[str]], column: int) -> None:
    """Pad numbers behind so that their decimal marks stand below one another."""

    def behind(text: str) -> int:
        mark = max(text.rfind(","), text.rfind(".")) if text != "–" else -1
        return len(text) - mark if mark >= 0 else 0

    most = max((behind(row[column]) for row in rows), default=0)
    for row in rows:
        row[column] += " " * (most - behind(row[column]))


def table_text(
    headings: Sequence[str], rows: Sequence[Sequence[str]], width: int, right: Sequence[int] = ()
) -> str:
    """Return a table of at most *width* columns; cells that don't fit are wrapped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if number in right else "left",
            overflow="fold",
            no_wrap=number in right,
        )
    for row in rows:
        table.add_row(*[_literal(cell) for cell in row])
    console = Console(
        file=io.StringIO(), width=width, color_system=None, highlight=False, emoji=False, legacy_windows=False
    )
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().rstrip("\n").split("\n")) + "\n"


def _literal(text: str) -> Text:
    from rich.text import Text

    return Text(text)


def _remarks(results: Results, catalogue: Catalogue, wording: Wording, position: int) -> list[str]:
    """Return the lines below the table: each said once."""
    lines: list[str] = []

    def say(word: str, text: str) -> None:
        lines.extend(wording.wrapped(f"{_WORDS[word][position]}: {text}" if word else text, 0))

    for result in {result.indicator: result for result in results}.values():
        if result.basis is not None and result.version_from is not None:
            since = f"{_WORDS['since'][position]} {wording.day(result.version_from)}"
            say("basis", f"{result.indicator} — {quoted_long(result.basis)} ({since})")
    for result in results:
        name = result.indicator if result.group is None else f"{result.indicator}, {quoted(result.group)}"
        if result.reason is not None:
            say("reason", f"{name} — {result.reason}")
        for reason in (result.category_reason, result.achievement_reason):
            if reason is not None:
                say("note", f"{name} — {reason}")
        if result.achievement is not None and result.achievement.value != result.achievement.uncapped:
            uncapped = _fixed(result.achievement.uncapped, 2, wording)
            say("note", f"{name} — {_WORDS['uncapped'][position]}: {uncapped}")
    seen = dict.fromkeys((result.indicator, str(note)) for result in results for note in result.notes)
    for name, note in seen:
        say("note", f"{name} — {note}")
    if results.data_note is not None:
        say("note", quoted_long(results.data_note))
    return lines


def quoted_long(text: str) -> str:
    """Return a text of a definition on one line without anything invisible."""
    return "".join(character if character.isprintable() else " " for character in text)
