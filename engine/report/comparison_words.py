"""A change in words: what it is of, what stood there, what stands there now, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from engine.comparing import HIDDEN, NOTHING, Change, Comparison, Subject
from engine.comparing.fields import compared
from engine.definition import (
    Amended,
    Basis,
    Catalogue,
    Column,
    Formula,
    Label,
    Missing,
    Name,
    Parameter,
    Range,
    Regulation,
    Removed,
    Step,
    Target,
    Threshold,
    Version,
)
from engine.report.problems_text import visible
from engine.report.wording import Wording

LONGEST = 400
"""Characters of a value that is shown; more is cut."""
_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "title": ("Perubahan dari {old} ke {new}", "Changes from {old} to {new}"),
    "none": ("Tidak ada yang berubah.", "Nothing is different."),
    "reach": ("Menjangkau", "Reaches"),
    "indicators": ("Indikator", "Indicators"),
    "objectives": ("Sasaran", "Objectives"),
    "divisions": ("Penanggung jawab", "Responsible"),
    "moved": ("Angkanya dapat berubah", "Their figures may move"),
    "only words": ("hanya kata-kata yang berubah, angka tetap", "only words are different; figures stay"),
    "what": ("Yang berubah", "What"),
    "before": ("Sebelum", "Before"),
    "now": ("Sesudah", "After"),
    "basis": ("Dasar hukum", "Legal basis"),
    "of": ("Objek", "Of"),
    "from": ("dari {old} menjadi {new}", "from {old} to {new}"),
    "added": ("baru: {new}", "new: {new}"),
    "removed": ("dihapus, semula {old}", "removed, was {old}"),
    "restated": ("dinyatakan kembali di sini, isinya sama", "stated here again, with the same content"),
    "unrestated": ("tidak lagi dinyatakan di sini, isinya tetap", "no longer stated here, the content stays"),
    "certain": ("pasti", "certain"),
    "inferred": ("disimpulkan", "inferred"),
    "hidden": ("(pribadi, tidak ditampilkan)", "(personal, not shown)"),
    "other": ("(pribadi, berubah)", "(personal, different)"),
    "version": ("versi sejak {day}", "version from {day}"),
    "head": ("Kepala definisi", "Head of the definition"),
    "rule": ("Aturan yang berlaku", "Rule in force"),
    "whole": ("seluruhnya", "as a whole"),
    "row": ("baris {number}", "row {number}"),
    "each": ("tiap {each}", "each {each}"),
    "ended": ("berakhir di sini", "ends here"),
    "organization": ("Organisasi", "Organization"),
    "objective": ("Sasaran", "Objective"),
    "division": ("Bidang", "Division"),
    "regulation": ("Peraturan", "Regulation"),
    "source": ("Sumber data", "Data source"),
    "indicator": ("Indikator", "Indicator"),
    "scenario": ("Skenario", "Scenario"),
}
_KEYS: Mapping[str, tuple[str, str]] = {  # what files call it; Indonesian, English
    "parameters": ("parameter {name}", "parameter {name}"),
    "steps": ("langkah {name}", "step {name}"),
    "columns": ("kolom {name}", "column {name}"),
    "targets": ("target {name}", "target {name}"),
    "examples": ("contoh {name}", "example {name}"),
    "table": ("entri {name}", "entry {name}"),
    "bands": ("baris {name}", "row {name}"),
    "categories": ("kategori, baris {name}", "categories, row {name}"),
    "scale": ("skala, baris {name}", "scale, row {name}"),
    "rows": ("baris {name}", "row {name}"),
    "functions": ("fungsi {name}", "function {name}"),
}
"""Keys below which names or numbers stand."""
_PLAIN: Mapping[str, tuple[str, str]] = {
    "result": ("hasil", "result"),
    "formula": ("rumus", "formula"),
    "value": ("nilai", "value"),
    "limit": ("batas", "limit"),
    "set": ("himpunan", "set"),
    "title": ("judul", "title"),
    "note": ("catatan", "note"),
    "certainty": ("kepastian", "certainty"),
    "basis": ("dasar hukum", "legal basis"),
    "regulation": ("peraturan", "regulation"),
    "locator": ("pasal", "article"),
    "range": ("rentang", "range"),
    "unit": ("satuan", "unit"),
    "decimals": ("desimal", "decimals"),
    "rounding": ("pembulatan", "rounding"),
    "categories": ("kategori", "categories"),
    "wording": ("bunyi dokumen", "the decree's words"),
    "from": ("berlaku sejak", "in force from"),
    "until": ("berlaku sampai", "in force until"),
    "replaces": ("mulai dari awal", "starts from nothing"),
    "frequency": ("frekuensi", "frequency"),
    "division": ("penanggung jawab", "responsible"),
    "objective": ("sasaran", "objective"),
    "sources": ("sumber data", "data sources"),
    "each": ("tiap baris", "each row of"),
    "achievement": ("capaian", "achievement"),
    "version": ("versi yang berlaku", "version in force"),
    "order": ("urutan", "order"),
    "id": ("bahasa Indonesia", "Indonesian"),
    "en": ("bahasa Inggris", "English"),
    "examples": ("contoh", "examples"),
    "targets": ("target", "targets"),
    "choices": ("pilihan", "choices"),
    "columns": ("kolom", "columns"),
}


@dataclass(frozen=True)
class Told:
    """A change in words: `what`, and what stood and stands there, empty where there is nothing.

    `formula` says that the two are formulas.
    """

    change: Change
    what: str
    old: str
    new: str
    basis: str
    formula: bool = False


class Words:
    """The words of a comparison in one language, with the titles of both sides."""

    def __init__(self, comparison: Comparison, old: Catalogue, new: Catalogue, wording: Wording) -> None:
        self.comparison, self.sides, self.wording = comparison, (new, old), wording
        self.index = 0 if wording.language == "id" else 1

    def say(self, word: str, /, **values: object) -> str:
        """Return one of the words, its gaps filled."""
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    def title(self) -> str:
        """Return what is compared."""
        return visible(self.say("title", old=self.comparison.old, new=self.comparison.new))

    def reached(self) -> Iterator[tuple[str, str]]:
        """Yield the kinds of what the changes reach, and the titles."""
        found = self.comparison
        moved = ", ".join(found.moved) or self.say("only words")
        yield self.say("moved"), moved
        for word, kind, names in (
            ("indicators", "indicator", found.reached),
            ("objectives", "objective", found.objectives),
            ("divisions", "division", found.divisions),
        ):
            if names:
                yield self.say(word), "; ".join(self.named(kind, name) for name in names)

    def told(self) -> Iterator[tuple[str, list[Told]]]:
        """Yield what is different under the heading of what it is of: subject and version."""
        groups: dict[str, list[Told]] = {}
        for change in self.comparison.changes:
            groups.setdefault(self.heading(change), []).append(self.change(change))
        yield from groups.items()

    def heading(self, change: Change) -> str:
        """Return what a change is of."""
        named = self.subject(change.subject)
        if change.subject.kind != "indicator" or change.version is None:
            return named
        return f"{named}, {self.say('version', day=self.wording.day(change.version))}"

    def subject(self, subject: Subject) -> str:
        """Return a subject with its title."""
        kind, name = subject
        if kind == "organization":
            return self.say(kind)
        return f"{self.say(kind)} {self.named(kind, name)}"

    def named(self, kind: str, name: str) -> str:
        """Return the title of a thing and its id, as the new side has it, else the old one."""
        for side in self.sides:
            things: Mapping[str, Any] = {
                "objective": side.organization.objectives,
                "division": side.organization.divisions,
                "regulation": side.regulations,
                "source": side.sources,
                "indicator": side.indicators,
                "scenario": side.scenarios,
            }[kind]
            if name in things:
                return visible(self.wording.called(name, things[name].title))
        return visible(name)

    def change(self, change: Change) -> Told:
        """Return a change in words."""
        what = ", ".join(self.steps_of(change)) or self.say("whole")
        if change.restated:
            word = "restated" if change.old is NOTHING else "unrestated"
            return Told(change, what, "", self.say(word), self.basis(change.basis))
        old, new = (self.shown(value, named=change) for value in (change.old, change.new))
        return Told(change, what, old, new, self.basis(change.basis), change.path[-1:] == ("formula",))

    def sentence(self, told: Told) -> str:
        """Return what is different as the end of a sentence."""
        change = told.change
        if change.restated:
            return told.new
        if change.old is HIDDEN:
            return self.say("other")
        return self.say(
            {"added": "added", "removed": "removed", "changed": "from"}[change.how],
            old=told.old,
            new=told.new,
        )

    def steps_of(self, change: Change) -> Iterator[str]:
        """Yield the words of a path, from the largest part to the smallest."""
        path = list(change.path)
        while path:
            key = path.pop(0)
            if key in _KEYS and path:
                name = path.pop(0)
                told = _KEYS[key][self.index].format(name=self.entry(change, key, visible(name)))
                row = change.row if key in ("bands", "categories", "scale") else None
                yield told if row is None else f"{told} ({self.wording.limit(row)})"
            elif key in ("table", "bands"):
                continue
            elif not (key == "value" and change.path[0] == "parameters"):
                yield _PLAIN[key][self.index] if key in _PLAIN else visible(key)

    def entry(self, change: Change, kind: str, name: str) -> str:
        """Return the name of an entry, a parameter's or a step's with its title."""
        if kind not in ("parameters", "steps"):
            return name
        for side in self.sides:
            indicator = side.indicators.get(change.subject.id)
            versions = () if indicator is None else indicator.versions
            found = [getattr(version, kind).get(name) for version in reversed(versions)]
            titles = [own.remarks.title for own in found if isinstance(own, Parameter | Step)]
            title = next((title for title in titles if title is not None), None)
            if title is not None:
                return visible(f"{name} ({self.wording.label(title)})")
        return name

    def basis(self, basis: Basis | None) -> str:
        """Return a legal basis: the citation and the place in it."""
        if basis is None:
            return ""
        parts = [] if basis.regulation is None else [self.cited(basis.regulation.id)]
        return visible(", ".join([*parts, *([basis.locator] if basis.locator else [])]))

    def cited(self, regulation: str) -> str:
        """Return the citation of a regulation of either side, or its id."""
        found = (side.regulations.get(regulation) for side in self.sides)
        return next((own.citation for own in found if own is not None), regulation)

    # ── values ──

    def shown(self, value: Any, *, named: Change | None = None) -> str:
        """Return a value, or a definition by what it says most."""
        told = " ".join(visible(self._shown(value, named)).split())
        return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"

    def _shown(self, value: Any, named: Change | None) -> str:
        wording = self.wording
        match value:
            case None:
                return wording.word("blank")
            case _ if value is NOTHING:
                return ""
            case _ if value is HIDDEN:
                return self.say("hidden")
            case str() if named is not None and named.path[-1:] == ("certainty",) and value in _WORDS:
                return self.say(value)
            case str():
                return self.cited(value) if named and named.path[-1:] == ("regulation",) else value
            case bool():
                return wording.value(value)
            case int() | float():
                return wording.number(value, 9)
            case tuple() if named is not None and named.path[:1] == ("targets",):
                return "–".join(self.shown(item) for item in value)
            case tuple():
                return ", ".join(self.shown(item) for item in value)
            case Threshold():
                only_limit = named is not None and named.path[-1:] == ("limit",)
                return (
                    wording.limit(value)
                    if only_limit
                    else f"{wording.limit(value)}: {wording.outcome(value)}"
                )
            case Parameter():
                return wording.one_line(value.content, value.unit)
            case Step():
                each = [] if value.each is None else [self.say("each", each=value.each.id)]
                return ", ".join([*each, value.formula.text])
            case Formula():
                return value.text
            case Range():
                return f"{wording.number(value.low)}–{wording.number(value.high)}"
            case Version():
                return self.version(value)
            case Basis():
                return self.basis(value)
            case Target(value=(low, high)):
                return f"{self.shown(low)}–{self.shown(high)}"
            case Amended() | Target():
                return self._shown(value.value, named)
            case Removed():
                return self.say("ended")
            case Name():
                return value.id
            case Label():
                return wording.label(value)
            case Missing():
                return f"{value.kind} {'' if value.value is None else self.shown(value.value)}"
            case Regulation():
                return value.citation
            case Column():
                return value.type
            case Mapping():
                return ", ".join(f"{key}: {self.shown(item)}" for key, item in value.items())
        if is_dataclass(value):
            title = getattr(value, "title", None) or getattr(value, "name", None)
            return wording.label(title) if isinstance(title, Label) else str(title or self.fields(value))
        return str(value.isoformat() if hasattr(value, "isoformat") else value)

    def fields(self, value: Any) -> str:
        """Return what a small definition says, key by key."""
        said = ((name, getattr(value, name)) for name in compared(type(value)))
        return ", ".join(f"{name}: {self.shown(own)}" for name, own in said if own not in (None, (), ""))

    def version(self, version: Version) -> str:
        """Return a version by its first day and what it rests on."""
        title = version.remarks.title
        rests = self.basis(version.basis) or ("" if title is None else self.wording.label(title))
        return ", ".join(filter(None, (self.wording.day(version.from_), rests)))
