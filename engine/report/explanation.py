"""An explanation as text for a terminal: an outline in which every cause stands once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date

from engine.definition import Bands, Label, Members, Number, Single, Table, Threshold
from engine.explain.nouns import (
    AnyItem,
    BandRow,
    Citation,
    Combination,
    Computed,
    Entry,
    Explanation,
    Figure,
    Item,
    Over,
    Parameter,
    Reached,
    Rounded,
    Source,
    Spread,
    Trace,
    text_of,
)
from engine.problems import quoted
from engine.values import Absent, StepValue

WIDTH = 100
"""Columns of a line; narrower terminals give their own."""
_DECIMALS = 6
_WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "no value": "tidak bernilai",
        "blank": "kosong",
        "true": "benar",
        "false": "salah",
        "target": "target",
        "achievement": "capaian",
        "category": "Kategori",
        "reaches": "mencapai",
        "above": "di atas",
        "from": "mulai",
        "rest": "selainnya",
        "row of": "Satu baris {source}, menurut kunci yang diminta",
        "rule": "Aturan",
        "since": "berlaku sejak {day}",
        "group": "Kelompok",
        "rows": "{chosen} dari {rows} baris {source}",
        "all rows": "semua {rows} baris {source}",
        "span": "nilai {low} sampai {high}",
        "over": "atas",
        "takes row": "baris ini masuk",
        "leaves row": "baris ini tidak masuk",
        "failed": "{count} tanpa nilai",
        "blanks": "{count} kosong",
        "mean": "rata-rata {mean}",
        "every": "Pada {rows} baris: ",
        "counts": "{word} {count}",
        "rounded": "dibulatkan {how}, {decimals} desimal, dari {value}",
        "half_up": "setengah ke atas",
        "half_even": "setengah ke genap",
        "down": "ke bawah",
        "holds": "karena {condition} benar",
        "fails": "karena {condition} salah",
        "taken": "dipakai {chosen}",
        "note": "Catatan",
        "inferred": "disimpulkan, tidak dari bunyi aturan",
        "see": "lihat {number}",
        "more": "{count} sebab lagi, lihat dengan --depth yang lebih besar",
        "others": "Langkah lain yang tidak dipakai hasil",
        "parameter": "parameter",
        "source": "sumber data",
        "file": "berkas {path}",
        "read": "{rows} baris",
        "left out": "{count} baris tidak dipakai karena temuan",
        "columns": "Kolom: ",
        "this row": "Baris ini: ",
        "set by caller": "diganti saat diminta",
        "ask": "jelaskan dengan iku explain {indicator} --period {period}",
        "figure": "angka {period}",
        "last": "angka terakhir yang ada",
        "how mean": "rata-rata angka",
        "sum": "jumlah angka",
        "capped": "dibatasi dari {value}",
        "within": "di dalam rentang target",
        "division": "Penanggung jawab",
        "entered": "masuk",
        "left": "tidak masuk",
        "listed": "dan {count} baris lagi",
        "row is": "satu baris: {what}",
        "key hidden": "kolom pribadi",
        "choices": "pilihan",
    },
    "en": {
        "no value": "no value",
        "blank": "blank",
        "true": "true",
        "false": "false",
        "target": "target",
        "achievement": "achievement",
        "category": "Category",
        "reaches": "reaches",
        "above": "is above",
        "from": "from",
        "rest": "all else",
        "row of": "One row of {source}, by the key asked for",
        "rule": "Rule",
        "since": "in force from {day}",
        "group": "Group",
        "rows": "{chosen} of {rows} rows of {source}",
        "all rows": "all {rows} rows of {source}",
        "span": "values {low} to {high}",
        "over": "over",
        "takes row": "this row is in",
        "leaves row": "this row is not in",
        "failed": "{count} without a value",
        "blanks": "{count} blank",
        "mean": "mean {mean}",
        "every": "Over {rows} rows: ",
        "counts": "{word} {count}",
        "rounded": "rounded {how}, {decimals} decimals, from {value}",
        "half_up": "half up",
        "half_even": "half to even",
        "down": "down",
        "holds": "because {condition} is true",
        "fails": "because {condition} is false",
        "taken": "taken: {chosen}",
        "note": "Note",
        "inferred": "inferred, not from a text of the rule",
        "see": "see {number}",
        "more": "{count} more causes, shown with a larger --depth",
        "others": "Other steps, which the result does not use",
        "parameter": "parameter",
        "source": "data source",
        "file": "file {path}",
        "read": "{rows} rows",
        "left out": "{count} rows left out because of findings",
        "columns": "Columns: ",
        "this row": "This row: ",
        "set by caller": "replaced on request",
        "ask": "explain with iku explain {indicator} --period {period}",
        "figure": "figure of {period}",
        "last": "the last figure there is",
        "how mean": "mean of the figures",
        "sum": "sum of the figures",
        "capped": "limited from {value}",
        "within": "within the range of the target",
        "division": "Answers for it",
        "entered": "in",
        "left": "not in",
        "listed": "and {count} more rows",
        "row is": "one row: {what}",
        "key hidden": "personal column",
        "choices": "choices",
    },
}


def explanation_text(explanation: Explanation, language: str = "id", width: int = WIDTH) -> str:
    """Return an explanation as lines of at most *width* columns, in *language* (``id`` or ``en``).

    Each cause has a number such as 1.2.1; where it counts again, the line refers to that number.
    """
    return "\n".join(_Drawing(explanation, language, width).lines()) + "\n"


class _Drawing:
    def __init__(self, explanation: Explanation, language: str, width: int) -> None:
        self.explanation, self.language, self.width = explanation, language, width
        self.words = _WORDS.get(language, _WORDS["en"])
        self.numbers: dict[str, str] = {}
        self.owners: dict[str, str | None] = {}

    def say(self, word: str, /, **values: object) -> str:
        return self.words[word].format_map({name: str(value) for name, value in values.items()})

    # ── the outline ──

    def lines(self) -> Iterator[str]:
        explanation = self.explanation
        root = explanation.items[explanation.root]
        outline = self.outline(root)
        yield from self.head(root)
        for item, level in outline[1:]:
            yield ""
            yield from self.item(item, level)
        if explanation.others:
            yield ""
            yield self.say("others")
            for name in explanation.others:
                item = explanation.items[name]
                assert isinstance(item, Computed)
                yield from self.wrapped(f"{self.called(item)} = {self.value(item.value, item.unit)}", 2)

    def outline(self, root: AnyItem) -> list[tuple[AnyItem, int]]:
        """Return every item once with its level, depth first, numbered under the first that mentions it."""
        items = self.explanation.items
        found: list[tuple[AnyItem, int]] = []
        waiting: list[tuple[str, str | None, int]] = [(root.id, None, 0)]
        counts: dict[str, int] = {}
        while waiting:
            name, owner, level = waiting.pop()
            if name in self.owners:
                continue
            self.owners[name] = owner
            if owner is not None:
                counts[owner] = counts.get(owner, 0) + 1
                self.numbers[name] = f"{self.numbers[owner]}.{counts[owner]}".lstrip(".")
            else:
                self.numbers[name] = ""
            found.append((items[name], level))
            waiting.extend((use, name, level + 1) for use in reversed(items[name].uses))
        return found

    def wrapped(self, text: str, indent: int, hanging: int = 2) -> Iterator[str]:
        yield from textwrap.wrap(
            text,
            max(self.width, indent + 30),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hanging),
            break_on_hyphens=False,
            break_long_words=False,
        )

    # ── the result ──

    def head(self, root: AnyItem) -> Iterator[str]:
        explanation = self.explanation
        value = "" if isinstance(root, (Parameter, Source)) else f" = {self.value(root.value, root.unit)}"
        yield from self.wrapped(f"{self.called(root)}, {explanation.period}{value}", 0)
        if explanation.group is not None:
            column, group = explanation.group
            yield f"  {self.say('group')}: {column} = {self.value(group)}"
        if explanation.version_from is not None:
            cited = self.citation(explanation.version)
            since = self.say("since", day=self.day(explanation.version_from))
            title = "" if explanation.version_title is None else f" ({self.label(explanation.version_title)})"
            yield from self.wrapped(f"{self.say('rule')}: {cited + ', ' if cited else ''}{since}{title}", 2)
        if explanation.row_source is not None:
            yield f"  {self.say('row of', source=explanation.row_source)}"
        for note in explanation.notes:
            yield from self.wrapped(str(note), 2)
        yield from self.details(root, 2)

    def item(self, item: AnyItem, level: int) -> Iterator[str]:
        indent = 2 * (level - 1)
        head = f"{self.numbers[item.id]}  {self.called(item)}"
        if isinstance(item, (Computed, Combination, Figure)) and (
            item.value is not None or self.told_by_value(item)
        ):
            head += f" = {self.value(item.value, item.unit)}"
        elif isinstance(item, Parameter):
            single = isinstance(item.content, Single) or item.unit is None
            head += f", {self.say('parameter')}" + ("" if single else f" ({item.unit})")
        elif isinstance(item, Source):
            head += f", {self.say('source')}"
        yield from self.wrapped(head, indent)
        yield from self.details(item, indent + 4)

    @staticmethod
    def told_by_value(item: AnyItem) -> bool:
        """Return whether an item without a value is blank, rather than a step of many rows."""
        return isinstance(item, Computed) and item.row is not None

    # ── what is said of each kind ──

    def details(self, item: AnyItem, indent: int) -> Iterator[str]:
        match item:
            case Computed():
                yield from self.computed(item, indent)
            case Combination():
                yield from self.wrapped(self.combination(item), indent)
                yield from self.publication(item, indent)
            case Parameter():
                yield from self.wrapped(self.content(item), indent)
                if item.chosen:
                    yield from self.wrapped(self.say("set by caller"), indent)
            case Source():
                yield from self.source(item, indent)
            case Figure():
                if item.category is not None:
                    yield from self.wrapped(f"{self.say('category')}: {item.category}", indent)
                ask = self.say("ask", indicator=item.indicator, period=item.period)
                yield from self.wrapped(f"{self.say('figure', period=item.period)}; {ask}", indent)
            case _:
                yield from self.wrapped(self.value(item.value), indent)
        yield from self.remarks(item, indent)

    def computed(self, item: Computed, indent: int) -> Iterator[str]:
        yield from self.wrapped(item.formula, indent)
        trace = item.row if item.row is not None else item.trace
        if trace is not None:
            if trace.text not in (item.formula, text_of(trace.value)):
                yield from self.wrapped(f"= {trace.text}", indent)
            if item.formula != text_of(trace.value):
                yield from self.wrapped(f"= {self.value(trace.value)}", indent)
            yield from self.way(trace, item.formula, indent)
        elif isinstance(item.value, Absent):
            yield from self.wrapped(self.value(item.value), indent)
        if item.kind != "result" and item.rounded is not None:
            yield from self.wrapped(self.rounding(item.rounded), indent)
        if item.spread is not None and item.each is not None:
            yield from self.wrapped(self.spread(item.spread), indent)
        if item.kind == "result":
            yield from self.publication(item, indent)

    def combination(self, item: Combination) -> str:
        words = {"last": "last", "mean": "how mean", "sum": "sum"}
        return self.say(words[item.how]) if item.how is not None else self.say("no value")

    def publication(self, item: Computed | Combination, indent: int) -> Iterator[str]:
        """Say how a result was published: rounded, in which category, how far towards its target."""
        shown = self.value(item.value, item.unit)
        if item.rounded is not None:
            shown += f", {self.rounding(item.rounded)}"
        yield from self.wrapped(f"= {shown}", indent)
        if item.category is not None:
            yield from self.wrapped(
                f"{self.say('category')}: {self.reached_row(item.value, item.category)}", indent
            )
        elif item.category_reason is not None:
            yield from self.wrapped(f"{self.say('category')}: {item.category_reason}", indent)
        if item.reached is not None:
            yield from self.wrapped(self.achievement(item.reached), indent)

    def remarks(self, item: Item, indent: int) -> Iterator[str]:
        told = (
            [self.citation(item.basis)] if item.basis is not None and item.id != self.explanation.root else []
        )
        told += [self.say("inferred")] if item.inferred else []
        told += [f"{item.place.path}:{item.place.line}"] if item.place is not None else []
        if told:
            yield from self.wrapped("; ".join(told), indent)
        if item.note is not None:
            yield from self.wrapped(f"{self.say('note')}: {self.label(item.note)}", indent)
        own_rows = f"source:{item.each}" if isinstance(item, Computed) else None
        again = [use for use in item.uses if self.owners[use] != item.id and use != own_rows]
        if again:
            listed = "; ".join(
                f"{self.explanation.items[use].name}: {self.say('see', number=self.numbers[use])}"
                for use in again
            )
            yield from self.wrapped(listed, indent)
        if item.more:
            yield from self.wrapped(f"… {self.say('more', count=item.more)}", indent)

    def source(self, item: Source, indent: int) -> Iterator[str]:
        told = [self.say("read", rows=self.number_text(item.rows))] if item.rows is not None else []
        told += [self.say("left out", count=self.number_text(item.left_out))] if item.left_out else []
        told += [str(item.absent)] if item.absent is not None else []
        told += [self.say("file", path=quoted(file.path)) for file in item.files]
        if item.one_row_is is not None:
            told.append(self.say("row is", what=self.label(item.one_row_is)))
        if item.division is not None:
            told.append(f"{self.say('division')}: {self.label(item.division)}")
        yield from self.wrapped("; ".join(told), indent)
        if item.row is not None:
            listed = "; ".join(f"{name} = {self.value(value)}" for name, value in item.row.items())
            yield from self.wrapped(self.say("this row") + listed, indent)
        elif item.columns:
            titled = [
                name if title is None else f"{name} ({self.label(title)})"
                for name, title in item.columns.items()
            ]
            yield from self.wrapped(self.say("columns") + "; ".join(titled), indent)

    # ── sentences ──

    def way(self, trace: Trace, formula: str, indent: int) -> Iterator[str]:
        """Say which branch was taken, which entry was hit, which rows went in."""
        for branch in trace.branches:
            why = self.say("holds" if branch.holds else "fails", condition=_cut(branch.condition))
            taken = "" if branch.chosen is None else self.say("taken", chosen=_cut(branch.chosen)) + ", "
            yield from self.wrapped(f"{taken}{why}", indent)
        for hit in trace.hits:
            yield from self.wrapped(self.hit(hit), indent)
        for over in trace.over:
            yield from self.aggregate(over, indent, whole=over.text == formula)

    def hit(self, hit: Entry | BandRow) -> str:
        if isinstance(hit, Entry):
            key = self.say("key hidden") if hit.key is None else self.value(hit.key)
            return f"{hit.parameter}[{key}] = {self.value(hit.value)}"
        value = self.say("key hidden") if hit.value is None else self.value(hit.value)
        return f"{hit.parameter}: {self.reached_row(value, hit.row)}"

    def reached_row(self, value: StepValue | Absent, row: Threshold) -> str:
        """Return ``81,24 reaches 80: Tinggi``."""
        shown = value if isinstance(value, str) else self.value(value)
        what = self.value(row.value) + ("" if row.title is None else f" ({self.label(row.title)})")
        if row.limit is None:
            return f"{shown}, {self.say('rest')}: {what}"
        relation = self.say("reaches" if row.inclusive else "above")
        return f"{shown} {relation} {self.number_text(row.limit)}: {what}"

    def aggregate(self, over: Over, indent: int, *, whole: bool) -> Iterator[str]:
        counted = {
            "rows": self.number_text(over.rows),
            "chosen": self.number_text(over.chosen),
            "source": over.source,
        }
        told = [self.say("all rows" if over.chosen == over.rows else "rows", **counted)]
        if over.low is not None and over.high is not None and over.chosen > 1:
            told.append(self.say("span", low=self.number_text(over.low), high=self.number_text(over.high)))
        if over.failed:
            told.append(self.say("failed", count=self.number_text(over.failed)))
        if over.takes_row is not None:
            told.append(self.say("takes row" if over.takes_row else "leaves row"))
        rows = f"{self.say('over')} {'; '.join(told)}"
        yield from self.wrapped(
            rows if whole else f"{_cut(over.text)} = {self.value(over.value)}, {rows}", indent
        )
        for child in over.children:
            values = ", ".join(f"{name} {self.value(value)}" for name, value in child.values.items())
            yield from self.wrapped(
                f"- {self.say('entered' if child.chosen else 'left')}: {values}", indent + 2
            )
        if over.children and over.rows > len(over.children):
            yield from self.wrapped(self.say("listed", count=over.rows - len(over.children)), indent + 2)

    def spread(self, spread: Spread) -> str:
        told: list[str] = []
        if spread.low is not None and spread.high is not None:
            told.append(
                self.say("span", low=self.number_text(spread.low), high=self.number_text(spread.high))
            )
        if spread.mean is not None:
            told.append(self.say("mean", mean=self.number_text(spread.mean, 2)))
        for word, count in spread.counts.items():
            shown = self.words.get(word, word) if word in ("true", "false") else quoted(word)
            told.append(self.say("counts", word=shown, count=self.number_text(count)))
        if spread.blank:
            told.append(self.say("blanks", count=self.number_text(spread.blank)))
        if spread.failed:
            told.append(self.say("failed", count=self.number_text(spread.failed)))
        return self.say("every", rows=self.number_text(spread.rows)) + "; ".join(told)

    def rounding(self, rounded: Rounded) -> str:
        return self.say(
            "rounded",
            how=self.say(rounded.rounding),
            decimals=rounded.decimals,
            value=self.value(rounded.unrounded),
        )

    def achievement(self, reached: Reached) -> str:
        target = reached.target
        if isinstance(target, tuple):
            goal = f"{self.number_text(target[0])}–{self.number_text(target[1])}"
        else:
            goal = self.number_text(target)
        said = f"{self.say('target').capitalize()} {goal}; {self.say('achievement')}: "
        if reached.achievement is None:
            return said + str(reached.reason)
        achieved = reached.achievement
        said += f"{self.computation(reached)} = {self.number_text(achieved.uncapped)}%"
        if achieved.value != achieved.uncapped:
            limited = self.say("capped", value=f"{self.number_text(achieved.uncapped)}%")
            said += f", {self.number_text(achieved.value)}% ({limited})"
        return said if reached.row is None else f"{said}; {self.reached_row(achieved.value, reached.row)}"

    def computation(self, reached: Reached) -> str:
        """Return the computation of the achievement with its numbers."""
        realised, target = self.number_text(reached.realised), reached.target
        if isinstance(target, tuple):
            if target[0] <= reached.realised <= target[1]:
                return self.say("within")
            goal = target[1] if reached.realised > target[1] else target[0]
        else:
            goal = target
        aim = self.number_text(goal)
        if reached.better == "lower":
            if reached.lower == "inverse":
                return f"{aim} / {realised} × 100"
            return f"(2 × {aim} - {realised}) / {aim} × 100"
        if reached.better == "closer" and not isinstance(target, tuple):
            return f"(1 - |{realised} - {aim}| / |{aim}|) × 100"
        return f"{realised} / {aim} × 100"

    def content(self, item: Parameter) -> str:
        """Return all that a parameter says, on one line."""
        unit = "" if item.unit is None else f" {item.unit}"
        match item.content:
            case Single(value=value, written=written, choices=choices):
                shown = self.value(value)
                shown = f"{written} = {shown}" if "/" in written else shown
                offered = ", ".join(self.value(choice) for choice in choices or ())
                return shown + unit + (f"; {self.say('choices')}: {offered}" if offered else "")
            case Table(entries=entries):
                return "; ".join(f"{key}: {self.value(value)}" for key, value in entries.items())
            case Bands(rows=rows):
                return "; ".join(self.band(row) for row in rows)
            case Members(values=values):
                return ", ".join(self.value(value) for value in values)

    def band(self, row: Threshold) -> str:
        if row.limit is None:
            limit = self.say("rest")
        else:
            limit = f"{'≥' if row.inclusive else '>'} {self.number_text(row.limit)}"
        return f"{limit}: {self.value(row.value)}" + (
            "" if row.title is None else f" ({self.label(row.title)})"
        )

    # ── words and numbers ──

    def called(self, item: Item) -> str:
        return item.name if item.title is None else f"{self.label(item.title)} ({item.name})"

    def label(self, label: Label) -> str:
        return " ".join(label.text(self.language).split())

    def citation(self, citation: Citation | None) -> str:
        if citation is None:
            return ""
        return citation.citation + ("" if citation.locator is None else f", {citation.locator}")

    def day(self, day: date) -> str:
        from babel.dates import format_date

        return format_date(day, format="d MMMM y", locale=self.language)

    def value(self, value: StepValue | Absent, unit: str | None = None) -> str:
        """Return a value for people; words as they are."""
        if isinstance(value, Absent):
            return f"{self.say('no value')}: {value}"
        if value is None:
            return self.say("blank")
        if isinstance(value, bool):
            return self.say("true" if value else "false")
        if isinstance(value, (int, float)):
            plain = float(value).is_integer() and abs(value) < 10_000
            return (str(int(value)) if plain else self.number_text(value)) + (
                "" if unit is None else f" {unit}"
            )
        return self.day(value) if isinstance(value, date) else quoted(value)

    def number_text(self, value: Number | None, decimals: int = _DECIMALS) -> str:
        """Return a number with at most *decimals* decimals, in the language's way."""
        from babel.numbers import format_decimal

        if value is None:
            return "–"
        pattern = "#,##0." + "#" * decimals
        return format_decimal(value, format=pattern, locale=self.language)


def _cut(formula: str, length: int = 60) -> str:
    """Return a part of a formula short enough to be recognised by."""
    return formula if len(formula) <= length else formula[: length - 1] + "…"
