"""How well the definitions are founded in law, as a table with what to look at below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.checking import StaleUse
from engine.definition import Catalogue
from engine.legal import Coverage, Share
from engine.report.table import Heading, table_text
from engine.report.wording import Wording

_WORDS = {  # Indonesian, English
    "indicator": ("Indikator", "Indicator"),
    "parameters": ("Parameter", "Parameters"),
    "rows": ("Baris tabel", "Table rows"),
    "steps": ("Langkah", "Steps"),
    "all": ("Semua", "All"),
    "inferred": ("Disimpulkan", "Inferred"),
    "total": ("Seluruhnya", "Total"),
    "of": ("{cited} dari {total}", "{cited} of {total}"),
    "legend": (
        "Bagian yang menyebut peraturan dan letaknya di dalamnya (basis dengan regulation dan locator); "
        "Disimpulkan: bertanda certainty: inferred.",
        "The share that names a regulation and a place in it (a basis with regulation and locator); "
        "Inferred: marked certainty: inferred.",
    ),
    "stale": ("Sudah tidak berlaku, tetapi masih dipakai", "No longer in force, but still used"),
    "stale_use": ("{act} dipakai {indicator} ({place})", "{act}, used by {indicator} ({place})"),
    "by": ("dicabut oleh {act}", "repealed by {act}"),
    "until": ("berlaku sampai {day}", "in force until {day}"),
    "idle": ("Terdaftar, tetapi tidak disebut di mana pun", "In the register, but named nowhere"),
}


def coverage_text(found: Coverage, catalogue: Catalogue, wording: Wording, *, colour: bool = False) -> str:
    """Return the shares as a table, then the acts that are used after their end or not at all."""
    shown = _Shown(wording)
    headings = [
        Heading(shown.say("indicator"), "name"),
        *(Heading(shown.say(name), "number") for name in ("parameters", "rows", "steps", "all", "inferred")),
    ]
    rows = [
        [each.indicator, *shown.cells(each.parameters, each.rows, each.steps, each.all)]
        for each in found.indicators
    ]
    rows.append([shown.say("total"), *shown.cells(found.parameters, found.rows, found.steps, found.all)])
    spaced = [line for row in rows for line in ([""] * len(headings), row)][1:]
    parts = [table_text(headings, spaced, wording.width, mark=shown.mark, colour=colour)]
    parts.append("\n".join(wording.wrapped(shown.say("legend"), 0, 0)) + "\n")
    if found.stale:
        told = [shown.stale(use, catalogue) for use in found.stale]
        parts.append(shown.listed("stale", told))
    if found.idle:
        parts.append(shown.listed("idle", [catalogue.regulations[name].citation for name in found.idle]))
    return "\n".join(parts)


def coverage_plain(found: Coverage) -> Mapping[str, Any]:
    """Return the same as plain values."""
    return {
        "indicators": [
            {
                "indicator": each.indicator,
                "parameters": _plain(each.parameters),
                "rows": _plain(each.rows),
                "steps": _plain(each.steps),
                "all": _plain(each.all),
            }
            for each in found.indicators
        ],
        "parameters": _plain(found.parameters),
        "rows": _plain(found.rows),
        "steps": _plain(found.steps),
        "all": _plain(found.all),
        "stale": [
            {
                "indicator": use.indicator,
                "regulation": use.regulation,
                "repealed_by": None if use.validity.by is None else use.validity.by.id,
                "ends": None if use.validity.ends is None else use.validity.ends.isoformat(),
                "place": str(use.place),
            }
            for use in found.stale
        ],
        "idle": list(found.idle),
    }


def _plain(share: Share) -> Mapping[str, Any]:
    return {
        "total": share.total,
        "cited": share.cited,
        "inferred": share.inferred,
        "percent": share.percent,
    }


class _Shown:
    """Shares and acts in a language."""

    def __init__(self, wording: Wording) -> None:
        self.wording, self.index = wording, 0 if wording.language == "id" else 1
        self.mark = "," if self.index == 0 else "."

    def say(self, word: str, **values: object) -> str:
        return _WORDS[word][self.index].format_map(values)

    def cells(self, *shares: Share) -> list[str]:
        """Return the cells of a row: percent above, counts below; at last what is inferred of all."""
        return [*map(self.cell, shares), str(shares[-1].inferred)]

    def cell(self, share: Share) -> str:
        from babel.numbers import format_decimal

        if share.percent is None:
            return "–"
        percent = format_decimal(share.percent, "0.0", self.wording.language)
        return f"{percent}%\n{self.say('of', cited=share.cited, total=share.total)}"

    def stale(self, use: StaleUse, catalogue: Catalogue) -> str:
        act = catalogue.regulations[use.regulation]
        text = self.say("stale_use", act=act.citation, indicator=use.indicator, place=use.place)
        if use.validity.by is not None:
            return f"{text}; {self.say('by', act=use.validity.by.citation)}"
        return f"{text}; {self.say('until', day=act.ends)}"

    def listed(self, heading: str, lines: list[str]) -> str:
        wrapped = [part for line in lines for part in self.wording.wrapped(line, 2)]
        return "\n".join([self.say(heading), *wrapped]) + "\n"
