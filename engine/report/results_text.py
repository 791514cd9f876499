"""The results of a period as a table, with legal bases, reasons for missing values and notes below."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Catalogue, Number
from engine.problems import quoted
from engine.report.problems_text import visible
from engine.report.table import Heading, table_text
from engine.report.wording import Wording
from engine.values import Result, Results
from engine.versions import Period

_WIDE = 96
"""From so many columns on, who answers for a figure has a column of its own."""
_NONE = "–"
_NO_FIGURES = ("",) * 5
_WORDS = {  # Indonesian, English
    "title": ("Indikator Kinerja Utama", "Key performance indicators"),
    "indicator": ("Indikator", "Indicator"),
    "by": ("menurut {by}", "by {by}"),
    "value": ("Realisasi", "Realisation"),
    "unit": ("Satuan", "Unit"),
    "category": ("Kategori", "Category"),
    "target": ("Target", "Target"),
    "achievement": ("Capaian (%)", "Achievement (%)"),
    "division": ("Penanggung Jawab", "Responsible"),
    "basis": ("Dasar hukum", "Legal basis"),
    "since": ("berlaku sejak {day}", "in force from {day}"),
    "no value": ("Belum ada nilai", "No value"),
    "no category": ("Tanpa kategori", "No category"),
    "no achievement": ("Tanpa capaian", "No achievement"),
    "uncapped": ("Capaian sebelum dibatasi", "Achievement before the cap"),
    "set": ("Parameter yang diganti", "Parameters replaced"),
    "note": ("Catatan", "Notes"),
}


def results_text(
    results: Results, catalogue: Catalogue, wording: Wording, *, colour: bool = False, verbose: bool = False
) -> str:
    """Return the results of a period for people; with *verbose* also the notes of the definitions."""
    printed = _Printed(results, catalogue, wording)
    parts = [*printed.head(), printed.table(colour=colour), *printed.remarks(verbose=verbose)]
    return "\n".join(parts) + "\n"


class _Printed:
    def __init__(self, results: Results, catalogue: Catalogue, wording: Wording) -> None:
        self.results, self.catalogue, self.wording = results, catalogue, wording
        self.index = 0 if wording.language == "id" else 1
        self.wide = wording.width >= _WIDE

    def say(self, word: str, **values: str) -> str:
        return _WORDS[word][self.index].format_map(values)

    def head(self) -> Iterator[str]:
        period = Period.parse(self.results.period).title(self.wording.language)
        name = self.wording.label(self.catalogue.organization.name)
        yield from self.wording.wrapped(visible(f"{self.say('title')} {period} — {name}"), 0)
        yield ""

    def table(self, *, colour: bool) -> str:
        headings = [
            Heading(self.say("indicator"), least=20),
            Heading(self.say("value"), "number"),
            Heading(self.say("unit"), least=6),
            Heading(self.say("category")),
            Heading(self.say("target"), "number"),
            Heading(self.say("achievement"), "number"),
            *([Heading(self.say("division"), least=16)] if self.wide else []),
        ]
        blank = [""] * len(headings)
        rows: list[list[str]] = []
        before: str | None = None
        for result in self.results:
            if result.indicator != before:
                rows += [blank] if before is not None else []
                named, division = self.named(result)
                rows += [] if result.group is None else [[named, *_NO_FIGURES, division][: len(headings)]]
            first, last = (f"  {quoted(result.group)}", "") if result.group is not None else (named, division)
            rows.append([first, *self.figures(result), last][: len(headings)])
            before = result.indicator
        mark = "," if self.wording.language == "id" else "."
        return table_text(headings, rows, self.wording.width, mark=mark, colour=colour)

    def named(self, result: Result) -> tuple[str, str]:
        """Return an indicator's title with its id, and who answers for it; below the title if narrow."""
        title = self.wording.label(self.catalogue.indicators[result.indicator].title)
        division = self.wording.label(self.catalogue.organization.divisions[result.division].title)
        split = [] if result.group is None else [self.say("by", by=self.column_title())]
        return "\n".join([title, result.indicator, *split, *([] if self.wide else [division])]), division

    def column_title(self) -> str:
        """Return the title of the column by which results are split, or its name."""
        by = self.results.by or ""
        columns = [source.columns[by] for source in self.catalogue.sources.values() if by in source.columns]
        titles = [column.remarks.title for column in columns if column.remarks.title is not None]
        return self.wording.label(titles[0]) if titles else by

    def figures(self, result: Result) -> list[str]:
        return [
            self.number(result.value, result.decimals),
            quoted(result.unit) if result.unit is not None else _NONE,
            quoted(result.category) if result.category is not None else _NONE,
            self.target(result),
            self.achievement(result),
        ]

    def number(self, value: Number | None, decimals: int | None) -> str:
        if value is None or decimals is None:
            return self.wording.number(value)
        form = "#,##0." + "0" * decimals if decimals > 0 else "#,##0"
        return self.wording.figure(value, form)

    def target(self, result: Result) -> str:
        if result.target is None:
            return _NONE
        value = result.target.value
        ends = value if isinstance(value, tuple) else (value,)
        return "–".join(self.wording.number(end) for end in ends)

    def achievement(self, result: Result) -> str:
        if result.achievement is None:
            return _NONE
        shown = self.percent(result, result.achievement.value)
        word = result.achievement.category
        return shown if word is None else f"{shown}\n{quoted(word)}"

    def percent(self, result: Result, value: Number) -> str:
        own = self.catalogue.indicators[result.indicator].achievement
        decimals = self.catalogue.organization.achievement.changed_by(own).decimals
        return self.number(value, 2 if decimals is None else decimals)

    # ── below the table ──

    def remarks(self, *, verbose: bool) -> Iterator[str]:
        """Yield what a reader must know of the figures, each said once."""
        by_kind: dict[str, dict[str, None]] = {}

        def remark(kind: str, result: Result, text: str, *, of_group: bool = True) -> None:
            name = result.indicator
            if of_group and result.group is not None:
                name += f", {quoted(result.group)}"
            by_kind.setdefault(kind, {})[f"{name}: {visible(text)}"] = None

        for result in self.results:
            if result.reason is not None:
                remark("no value", result, result.reason.text(self.wording.language))
            if result.category_reason is not None:
                remark("no category", result, result.category_reason.text(self.wording.language))
            if result.achievement_reason is not None:
                remark("no achievement", result, result.achievement_reason.text(self.wording.language))
            reached = result.achievement
            if reached is not None and reached.uncapped != reached.value:
                remark("uncapped", result, self.percent(result, reached.uncapped))
            if result.basis is not None and result.version_from is not None:
                since = self.say("since", day=self.wording.day(result.version_from))
                remark("basis", result, f"{result.basis}, {since}", of_group=False)
            for note in result.notes:
                remark("note", result, note.text(self.wording.language), of_group=False)
            own = self.catalogue.indicators[result.indicator].remarks.note
            if verbose and own is not None:
                remark("note", result, self.wording.label(own), of_group=False)
        for name, value in self.results.provenance.parameters:
            by_kind.setdefault("set", {})[f"{name} = {self.wording.value(value)}"] = None
        for kind in ("no value", "no category", "no achievement", "uncapped", "set", "basis", "note"):
            if kind in by_kind:
                yield self.say(kind)
                for line in by_kind[kind]:
                    yield from self.wording.wrapped(line, 2)
        if self.results.data_note is not None:
            yield from ["", *self.wording.wrapped(visible(self.results.data_note), 0)]
