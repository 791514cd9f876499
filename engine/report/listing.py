"""What a catalogue holds, as lists: indicators, divisions, objectives, sources, regulations, functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from engine.definition import Catalogue, Indicator, Label, Regulation
from engine.problems import InvalidRequest, Message, as_message, error, say
from engine.report.table import Heading, table_text
from engine.report.wording import Wording
from engine.versions import NotInForce, Rule, in_force_on, rules

Row = Mapping[str, Any]
_COLUMNS = {
    "indicator": ("title", "division", "basis"),
    "source": ("title", "division", "used_by"),
    "regulation": ("citation", "validity", "used_by"),
}
_NONE = "–"
_HEADINGS = {  # Indonesian, English
    "indicator": ("Indikator", "Indicator"),
    "division": ("Penanggung Jawab", "Responsible"),
    "objective": ("Sasaran", "Objective"),
    "source": ("Sumber Data", "Data source"),
    "regulation": ("Peraturan", "Regulation"),
    "function": ("Fungsi", "Function"),
    "title": ("Judul", "Title"),
    "citation": ("Kutipan", "Citation"),
    "meaning": ("Arti", "Meaning"),
    "basis": ("Dasar Hukum", "Legal Basis"),
    "indicators": ("Indikator", "Indicators"),
    "sources": ("Sumber Data", "Data sources"),
    "used_by": ("Dipakai", "Used by"),
    "validity": ("Berlaku", "In force"),
}
_WORDS = {
    "yearly": ("tahunan", "yearly"),
    "semester": ("per semester", "by semester"),
    "quarterly": ("triwulanan", "quarterly"),
    "monthly": ("bulanan", "monthly"),
    "since": ("sejak {day}", "from {day}"),
    "until": ("s.d. {day}", "until {day}"),
    "in place": ("ditulis di definisi", "written in the definition"),
}


def names() -> tuple[str, ...]:
    """Return what can be listed, the first being what is listed if nothing is said."""
    return tuple(_LISTS)


def listed(what: str, catalogue: Catalogue, language: str, at: date | None = None) -> list[Row]:
    """Return what `names` calls *what* as plain values; the rules and regulations in force on day *at*.

    Without a day, indicators have their newest rule and all regulations are listed. Raises
    InvalidRequest for a day with what does not depend on it.
    """
    if at is not None and what not in ("indicators", "regulations"):
        raise InvalidRequest(
            error(
                "wrong-option",
                None,
                say("{what} do not depend on a day", what=what),
                say("use --at with indicators or regulations"),
            )
        )
    return [
        {
            name: value.text(language) if isinstance(value, Label | Message) else value
            for name, value in row.items()
        }
        for row in _LISTS[what](catalogue, at)
    ]


def listing_text(rows: Sequence[Row], wording: Wording, *, colour: bool = False) -> str:
    """Return what `listed` gave as a table."""
    if not rows:
        return ""
    index = 0 if wording.language == "id" else 1
    first, *others = (name for name in _columns(rows[0]))
    headings = [
        Heading(_HEADINGS[name][index], "name" if name in (first, "division") else "text")
        for name in (first, *others)
    ]
    shown = _Shown(wording, index)
    cells: list[list[str]] = []
    for row in rows:
        cells += [[""] * len(headings)] if cells and first in _COLUMNS else []
        cells.append([row[first], *(shown.cell(name, row) for name in others)])
    return table_text(headings, cells, wording.width, colour=colour)


def _columns(row: Row) -> list[str]:
    """Return the columns of a table; the other values of a row are remarks in them."""
    name = next(iter(row))
    return [name, *_COLUMNS.get(name, tuple(key for key in row if key != name))]


class _Shown:
    """Cells of lists in a language."""

    def __init__(self, wording: Wording, index: int) -> None:
        self.wording, self.index = wording, index

    def say(self, word: str, **values: str) -> str:
        return _WORDS[word][self.index].format_map(values)

    def cell(self, name: str, row: Row) -> str:
        if name == "title":
            return "\n".join([" ".join(str(row["title"]).split()), *self.remarks(row)])
        if name == "basis":
            return self.basis(row)
        if name == "citation":
            title = row["title"]
            return str(row["citation"]) + ("" if title is None else "\n" + " ".join(title.split()))
        if name == "validity":
            return self.validity(row)
        value = row[name]
        if isinstance(value, list):
            return ", ".join(value) or _NONE
        return _NONE if value is None else str(value)

    def remarks(self, row: Row) -> list[str]:
        if "frequency" in row:
            told = [self.say(row["frequency"])] + ([row["unit"]] if row["unit"] is not None else [])
            return [", ".join(told)]
        return [row["file"] or self.say("in place")] if "file" in row else []

    def basis(self, row: Row) -> str:
        if row["reason"] is not None:
            return f"{_NONE}\n{row['reason']}"
        since = self.say("since", day=self.wording.day(date.fromisoformat(row["from"])))
        return f"{row['basis'] or _NONE}\n{since}"

    def validity(self, row: Row) -> str:
        parts = [self.day(row["in_force"])] if row["in_force"] is not None else []
        parts += [self.say("until", day=self.day(row["ends"]))] if row["ends"] is not None else []
        return " ".join(parts) or _NONE

    def day(self, text: str) -> str:
        """Return a day in words, or a month or a year as it is written."""
        return self.wording.day(date.fromisoformat(text)) if len(text) == len("2018-08-15") else text


# ── rows ──


def _indicators(catalogue: Catalogue, at: date | None) -> Iterator[Row]:
    for indicator in catalogue.indicators.values():
        rule = _rule(indicator, at)
        found = rule if isinstance(rule, Rule) else None
        basis = found.version.basis if found is not None else None
        cited = catalogue.regulations.get(basis.regulation.id) if basis and basis.regulation else None
        yield {
            "indicator": indicator.id,
            "title": indicator.title,
            "frequency": indicator.frequency,
            "unit": found.unit if found is not None else indicator.unit,
            "division": indicator.division.id,
            "objective": indicator.objective.id,
            "sources": [source.id for source in indicator.sources],
            "from": None if found is None else found.version.from_.isoformat(),
            "regulation": None if cited is None else cited.id,
            "basis": None if cited is None else cited.citation,
            "reason": rule.reason if isinstance(rule, NotInForce) else None,
        }


def _rule(indicator: Indicator, at: date | None) -> Rule | NotInForce:
    written = rules(indicator)
    if at is None and written:
        return written[-1]
    return in_force_on(indicator, at or date.max)


def _divisions(catalogue: Catalogue, at: date | None) -> Iterator[Row]:
    for division in catalogue.organization.divisions.values():
        yield {
            "division": division.id,
            "title": division.title,
            "indicators": [i.id for i in catalogue.indicators.values() if i.division.id == division.id],
            "sources": [s.id for s in catalogue.sources.values() if s.division.id == division.id],
        }


def _objectives(catalogue: Catalogue, at: date | None) -> Iterator[Row]:
    for objective in catalogue.organization.objectives.values():
        yield {
            "objective": objective.id,
            "title": objective.title,
            "indicators": [i.id for i in catalogue.indicators.values() if i.objective.id == objective.id],
        }


def _sources(catalogue: Catalogue, at: date | None) -> Iterator[Row]:
    for source in catalogue.sources.values():
        yield {
            "source": source.id,
            "title": source.title,
            "division": source.division.id,
            "file": source.held_in,
            "columns": list(source.columns),
            "used_by": [
                indicator.id
                for indicator in catalogue.indicators.values()
                if source.id in {name.id for name in indicator.sources}
            ],
        }


def _regulations(catalogue: Catalogue, at: date | None) -> Iterator[Row]:
    users: dict[str, list[str]] = {}
    for indicator in catalogue.indicators.values():
        for version in indicator.versions:
            regulation = None if version.basis is None else version.basis.regulation
            if regulation is not None and indicator.id not in users.setdefault(regulation.id, []):
                users[regulation.id].append(indicator.id)
    for known in catalogue.regulations.values():
        if at is None or _counts(known, at.isoformat()):
            yield {
                "regulation": known.id,
                "citation": known.citation,
                "title": known.title,
                "in_force": _first_day(known),
                "ends": known.ends,
                "amends": [name.id for name in known.amends],
                "repeals": [name.id for name in known.repeals],
                "address": known.address,
                "used_by": users.get(known.id, []),
            }


def _first_day(regulation: Regulation) -> str | None:
    return regulation.in_force or regulation.promulgated or regulation.enacted


def _counts(regulation: Regulation, day: str) -> bool:
    """Return whether a regulation counts on *day*; a date known as a year means all of that year."""
    first, last = _first_day(regulation), regulation.ends
    return (first is None or first <= day) and (last is None or day[: len(last)] <= last)


def _functions(catalogue: Catalogue, at: date | None) -> Iterator[Row]:
    from engine.formula.functions import AGGREGATES, FUNCTIONS

    for function in FUNCTIONS.values():
        yield {"function": function.signature, "meaning": as_message(function.promise)}
    for aggregate in AGGREGATES.values():
        yield {"function": aggregate.signature, "meaning": as_message(aggregate.promise)}


_LISTS: Mapping[str, Callable[[Catalogue, date | None], Iterator[Row]]] = {
    "indicators": _indicators,
    "divisions": _divisions,
    "objectives": _objectives,
    "sources": _sources,
    "regulations": _regulations,
    "functions": _functions,
}
