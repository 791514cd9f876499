"""What it takes to reach a target, in sentences, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition import Number
from engine.report.problems_text import visible
from engine.report.table import Heading, table_text
from engine.report.wording import Wording
from engine.solving import Solution, Tried

_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "head": ("{title}, {period}: target {target} dengan mengubah {varied}",
             "{title}, {period}: target {target} by varying {varied}"),
    "now": ("Sekarang {at}: {value}.", "Now {at}: {value}."),
    "found": ("Target tercapai mulai {at}: {value}.", "The target is reached from {at} on: {value}."),
    "kept": ("Target sudah tercapai, dan tetap tercapai sampai {at}: {value}.",
             "The target is reached already, and stays reached up to {at}: {value}."),
    "beside": ("Pada {at} belum: {value}.", "At {at} it is not: {value}."),
    "always": ("Target sudah tercapai, dan tetap tercapai pada semua nilai yang dicoba, {low} sampai {high}.",
               "The target is reached already, and stays reached at every value tried, {low} to {high}."),
    "never": ("Target tidak tercapai pada satu pun nilai yang dicoba, {low} sampai {high}; "
              "yang terdekat {value}, pada {at}.",
              "The target is not reached at any value tried, {low} to {high}; "
              "the nearest is {value}, at {at}."),
    "nothing": ("Tidak ada nilai yang dicoba yang memberi angka: {reason}",
                "No value tried gives a figure: {reason}"),
    "rises": ("Angka naik bila nilainya naik, di semua titik yang dicoba.",
              "The figure rises with the value, at all points tried."),
    "falls": ("Angka turun bila nilainya naik, di semua titik yang dicoba.",
              "The figure falls as the value rises, at all points tried."),
    "stays": ("Angka tidak berubah di semua titik yang dicoba.",
              "The figure is the same at all points tried."),
    "turns": ("Angka naik dan turun: ini jawaban terdekat; mungkin ada yang lain.",
              "The figure rises and falls: this is the nearest answer; there may be others."),
    "proved": ("Terbukti: dengan data apa pun, aturan yang berlaku memberi {low} sampai {high}.",
               "Proved: whatever the data, the rule in force gives {low} to {high}."),
    "outside": ("Target {target} di luar rentang itu: tidak ada data yang mencapainya.",
                "The target {target} lies outside: no data reach it."),
    "point": ("Nilai", "Value"),
    "figure": ("Angka", "Figure"),
    "no value": ("tidak bernilai: {reason}", "no value: {reason}"),
}  # fmt: skip


def solution_text(found: Solution, title: str, wording: Wording) -> str:
    """Return the answer in sentences, with the points that were tried as a table."""
    words = _Words(found, found.published, wording)
    lines = list(wording.wrapped(visible(words.head(title, found.varied)), 0))
    lines.append("")
    for sentence in words.sentences():
        lines += wording.wrapped(visible(sentence), 0)
    headings = [Heading(words.say("point"), "number"), Heading(words.say("figure"))]
    rows = [[words.at(point), words.figure(point)] for point in found.points]
    mark = "," if wording.language == "id" else "."
    return "\n".join(lines) + "\n\n" + table_text(headings, rows, wording.width, mark=mark)


class _Words:
    def __init__(self, found: Solution, decimals: int | None, wording: Wording) -> None:
        self.found, self.decimals, self.wording = found, decimals, wording
        self.index = 0 if wording.language == "id" else 1

    def say(self, word: str, /, **values: object) -> str:
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    def head(self, title: str, varied: str) -> str:
        target = self.wording.number(self.found.target)
        return self.say("head", title=title, period=self.found.period, target=target, varied=varied)

    def at(self, point: Tried) -> str:
        return self.wording.number(point.at, 9)

    def number(self, value: Number) -> str:
        if self.decimals is None:
            return self.wording.number(value)
        return self.wording.figure(value, "#,##0." + "0" * self.decimals if self.decimals > 0 else "#,##0")

    def figure(self, point: Tried) -> str:
        if point.value is not None:
            return self.number(point.value)
        reason = "" if point.reason is None else point.reason.text(self.wording.language)
        return self.say("no value", reason=reason)

    def sentences(self) -> Iterator[str]:
        found = self.found
        yield self.say("now", at=self.at(found.now), value=self.figure(found.now))
        ends = {"low": self.at(found.points[0]), "high": self.at(found.points[-1])}
        if found.found is not None:
            word = "kept" if found.reached else "found"
            yield self.say(word, at=self.at(found.found), value=self.figure(found.found))
            if found.beside is not None:
                yield self.say("beside", at=self.at(found.beside), value=self.figure(found.beside))
        elif found.reached:
            yield self.say("always", **ends)
        elif found.best is None:
            yield self.say("nothing", reason=self.figure(found.points[0]))
        else:
            yield self.say("never", **ends, at=self.at(found.best), value=self.figure(found.best))
        yield self.say(found.course)
        if found.proved is not None:
            low, high = found.proved
            yield self.say("proved", low=self.wording.number(low), high=self.wording.number(high))
            if not low <= found.target <= high:
                yield self.say("outside", target=self.wording.number(found.target))


def solution_plain(found: Solution, language: str) -> dict[str, Any]:
    """Return the answer as plain values for JSON."""

    def plain(point: Tried | None) -> dict[str, Any] | None:
        if point is None:
            return None
        reason = None if point.reason is None else point.reason.text(language)
        return {"at": point.at, "value": point.value, "reason": reason}

    return {
        "indicator": found.indicator,
        "period": found.period,
        "varied": found.varied,
        "target": found.target,
        "reached": found.reached,
        "now": plain(found.now),
        "found": plain(found.found),
        "beside": plain(found.beside),
        "course": found.course,
        "points": [plain(point) for point in found.points],
        "proved": None if found.proved is None else list(found.proved),
        "decimals": found.decimals,
        "tried": found.tried,
    }
