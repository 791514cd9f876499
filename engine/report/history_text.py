"""The figures of an indicator that were saved, as a table by period and group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from engine.definition import Indicator
from engine.ledger import Saved
from engine.problems import quoted
from engine.report.table import Heading, table_text
from engine.report.wording import Wording

_WORDS = {  # Indonesian, English
    "period": ("Periode", "Period"),
    "group": ("Kelompok", "Group"),
    "value": ("Realisasi", "Value"),
    "category": ("Kategori", "Category"),
    "target": ("Target", "Target"),
    "achievement": ("Capaian (%)", "Achievement (%)"),
    "rule": ("Aturan sejak", "Rule from"),
    "saved": ("Disimpan (UTC)", "Saved (UTC)"),
    "none": ("Belum ada angka yang disimpan.", "No figure is saved yet."),
}


def history_text(indicator: Indicator, figures: Sequence[Saved], wording: Wording) -> str:
    """Return the saved figures of an indicator as a table for a terminal."""
    index = 0 if wording.language == "id" else 1

    def told(word: str) -> str:
        return _WORDS[word][index]

    title = "\n".join(wording.wrapped(wording.called(indicator.id, indicator.title), 0))
    if not figures:
        return f"{title}\n\n{told('none')}\n"
    grouped = any(saved.group is not None for saved in figures)
    heads = [Heading(told("period"), "name")]
    heads += [Heading(told("group"))] if grouped else []
    heads += [Heading(told("value"), "number"), Heading(told("category"))]
    heads += [Heading(told("target"), "number"), Heading(told("achievement"), "number")]
    heads += [Heading(told("rule"), "name"), Heading(told("saved"), "name")]
    rows = [_row(saved, wording, grouped=grouped) for saved in figures]
    mark = "," if wording.language == "id" else "."
    return f"{title}\n\n{table_text(heads, rows, wording.width, mark=mark)}"


def _row(saved: Saved, wording: Wording, *, grouped: bool) -> list[str]:
    target = saved.target
    goal = "–".join(map(wording.number, target)) if isinstance(target, list) else wording.number(target)
    return [
        saved.period,
        *([quoted(saved.group) if saved.group is not None else ""] if grouped else []),
        wording.number(saved.value),
        saved.category or "",
        goal,
        wording.number(saved.achievement),
        "" if saved.version_from is None else date.fromisoformat(saved.version_from).isoformat(),
        saved.saved.partition("+")[0].replace("T", " "),
    ]


def history_plain(indicator: Indicator, figures: Sequence[Saved]) -> dict[str, Any]:
    """Return the saved figures as plain values for JSON."""
    return {"indicator": indicator.id, "figures": [asdict(saved) for saved in figures]}
