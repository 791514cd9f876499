"""An explanation as text for a terminal: an outline in which every cause stands once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.comparing import Comparison
from engine.definition import Single, Threshold
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
from engine.numbers import at_nine
from engine.problems import quoted
from engine.report.comparison_words import Words
from engine.report.wording import WIDTH, Wording
from engine.values import Absent, StepValue

_ENDLESS = 1_000_000
"""Columns of a line that is never broken."""
_DEEPEST = 20
"""From this level on, lines are not indented further."""
_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "no value": ("tidak bernilai", "no value"),
    "true": ("benar", "true"),
    "false": ("salah", "false"),
    "target": ("target", "target"),
    "achievement": ("capaian", "achievement"),
    "category": ("Kategori", "Category"),
    "reaches": ("mencapai", "reaches"),
    "above": ("di atas", "is above"),
    "rest": ("selainnya", "all else"),
    "row of": ("Satu baris {source}", "One row of {source}"),
    "rule": ("Aturan", "Rule"),
    "since": ("berlaku sejak {day}", "in force from {day}"),
    "coming": ("Aturan berikutnya", "The next rule"),
    "group": ("Kelompok", "Group"),
    "rows": ("{chosen} dari {rows} baris {source}", "{chosen} of {rows} rows of {source}"),
    "all rows": ("semua {rows} baris {source}", "all {rows} rows of {source}"),
    "span": ("nilai {low} sampai {high}", "values {low} to {high}"),
    "over": ("atas", "over"),
    "because": ("{value} karena {why}", "{value} because {why}"),
    "by": ("menurut {rule}", "by {rule}"),
    "takes row": ("baris ini masuk", "this row is in"),
    "leaves row": ("baris ini tidak masuk", "this row is not in"),
    "failed": ("{count} tanpa nilai", "{count} without a value"),
    "blanks": ("{count} kosong", "{count} blank"),
    "mean": ("rata-rata {mean}", "mean {mean}"),
    "every": ("Pada {rows} baris: ", "Over {rows} rows: "),
    "counts": ("{word} {count}", "{word} {count}"),
    "rounded": (
        "{value} dibulatkan {how}, {decimals} desimal",
        "{value} rounded {how}, decimals: {decimals}",
    ),
    "half_up": ("setengah ke atas", "half up"),
    "half_even": ("setengah ke genap", "half to even"),
    "down": ("ke bawah", "down"),
    "holds": ("karena {condition} benar", "because {condition} is true"),
    "fails": ("karena {condition} salah", "because {condition} is false"),
    "taken": ("dipakai {chosen}", "taken: {chosen}"),
    "note": ("Catatan", "Note"),
    "inferred": ("disimpulkan, tidak dari bunyi aturan", "inferred, not from a text of the rule"),
    "see": ("lihat {number}", "see {number}"),
    "more": ("{count} sebab lagi (--depth lebih besar)", "more causes: {count} (larger --depth)"),
    "others": ("Langkah lain yang tidak dipakai hasil", "Other steps, which the result does not use"),
    "parameter": ("parameter", "parameter"),
    "source": ("sumber data", "data source"),
    "file": ("berkas {path}", "file {path}"),
    "read": ("{rows} baris", "rows: {rows}"),
    "left out": ("{count} baris tidak dipakai karena temuan", "rows left out because of findings: {count}"),
    "columns": ("Kolom: ", "Columns: "),
    "this row": ("Baris ini: ", "This row: "),
    "set by caller": ("diganti saat diminta", "replaced on request"),
    "ask": (
        "lihat iku explain {indicator} --period {period}",
        "see iku explain {indicator} --period {period}",
    ),
    "figure": ("angka {period}", "figure of {period}"),
    "how last": ("angka terakhir yang ada", "the last figure there is"),
    "how mean": ("rata-rata angka", "mean of the figures"),
    "how sum": ("jumlah angka", "sum of the figures"),
    "capped": ("dibatasi dari {value}", "limited from {value}"),
    "within": ("di dalam rentang target", "within the range of the target"),
    "division": ("Penanggung jawab", "Answers for it"),
    "entered": ("masuk", "in"),
    "left": ("tidak masuk", "not in"),
    "heaviest": ("baris yang paling berbobot: {rows}", "rows that weigh most: {rows}"),
    "listed": ("dan {count} baris lagi", "and {count} more rows"),
    "row is": ("satu baris: {what}", "one row: {what}"),
    "personal": ("nilai pribadi, tidak ditampilkan", "personal values, not shown"),
    "key hidden": ("kolom pribadi", "personal column"),
}


def explanation_text(explanation: Explanation, language: str = "id", width: int = WIDTH) -> str:
    """Return an explanation as lines of at most *width* columns, in *language* (``id`` or ``en``).

    Each cause has a number such as 1.2.1; where it counts again, the line refers to that number.
    """
    drawing = _Drawing(explanation, language, width)
    lines = list(drawing.lines())
    first, *changes = coming_rule(explanation, language) or [""]
    if first:
        lines += ["", *drawing.wording.wrapped(f"{drawing.say('coming')}: {first}", 0)]
        lines += [line for change in changes for line in drawing.wording.wrapped(change, 2)]
    return "\n".join(lines) + "\n"


def sentence(explanation: Explanation, language: str = "id") -> str:
    """Return in one sentence what the value is and why."""
    return _Drawing(explanation, language, _ENDLESS, whole=True).because()


def coming_rule(explanation: Explanation, language: str = "id") -> list[str]:
    """Return when the next version of the rule counts, then each thing that it changes, if there is one."""
    coming, definitions = explanation.coming, explanation.definitions
    if coming is None or definitions is None:
        return []
    drawing = _Drawing(explanation, language, _ENDLESS)
    words = Words(Comparison("", "", coming.changes), definitions, definitions, drawing.wording)
    first = drawing.say("since", day=drawing.wording.day(coming.version_from))
    if coming.version is not None:
        first = f"{coming.version.shown}, {first}"
    if coming.version_title is not None:
        first += f" ({drawing.wording.label(coming.version_title)})"
    changes = [told for _, changes in words.told() for told in changes if told.change.path != ("version",)]
    return [first, *(f"{told.what}: {words.sentence(told)}" for told in changes)]


@dataclass(frozen=True)
class Told:
    """One cause as it is told: its number in the outline, how deep it stands, its name with its value.

    `formula` is as written, `filled` with numbers; `lines` are the sentences on it. The number of the result
    is empty, and so is that of steps which the result does not use.
    """

    item: AnyItem
    number: str
    level: int
    head: str
    formula: str | None
    filled: str | None
    lines: tuple[str, ...]


def told_causes(explanation: Explanation, language: str = "id") -> tuple[Told, ...]:
    """Return the outline of `explanation_text` cause by cause, sentences unbroken, no places in files."""
    drawing = _Drawing(explanation, language, _ENDLESS, whole=True)
    outline = drawing.outline(explanation.items[explanation.root])
    found = [drawing.told(item, level) for item, level in outline]
    return (*found, *(drawing.told(explanation.items[name], 0) for name in explanation.others))


class _Drawing:
    def __init__(self, explanation: Explanation, language: str, width: int, *, whole: bool = False) -> None:
        self.whole = whole
        self.explanation, self.wording = explanation, Wording(language, width)
        self.index = 0 if language == "id" else 1
        self.numbers: dict[str, str] = {}
        self.owners: dict[str, str | None] = {}

    def say(self, word: str, /, **values: object) -> str:
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    def because(self) -> str:
        """Return what the value is, what gave it, over which rows, by which rule."""
        explanation = self.explanation
        root = explanation.items[explanation.root]
        assert not isinstance(root, (Parameter, Source)), "an explanation begins with a result"
        if root.value is None or isinstance(root.value, Absent):
            return self.wording.value(root.value)
        value = self.wording.value(root.value, root.unit)
        why = ""
        if isinstance(root, Combination):
            why = next(self.combination(root, 0))
        elif isinstance(root, Computed) and root.trace is not None:
            why = self.computation_of(root, root.trace)
        if not why:
            return value
        cited = self.citation(explanation.version)
        by = f", {self.say('by', rule=cited)}" if cited else ""
        return self.say("because", value=value, why=why) + by

    def computation_of(self, root: Computed, trace: Trace) -> str:
        """Return the part of the formula that was taken, what it gave, and over which rows."""
        chosen = [branch.chosen for branch in trace.branches if branch.chosen is not None]
        what = chosen[-1] if chosen else root.formula
        told = f"{_cut(what, 160)} = {self.wording.value(trace.value)}"
        over = next((over for over in trace.over if over.text == what), None)
        if over is None:
            return told
        return f"{told}, {self.say('over')} {self.rows_of(over)}"

    def rows_of(self, over: Over) -> str:
        """Return how many rows of which source an aggregate went over."""
        counted = {
            "rows": self.wording.number(over.rows),
            "chosen": self.wording.number(over.chosen),
            "source": over.source,
        }
        return self.say("all rows" if over.chosen == over.rows else "rows", **counted)

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
                told = "" if item.value is None else f" = {self.wording.value(item.value, item.unit)}"
                yield from self.wording.wrapped(self.wording.called(item.name, item.title) + told, 2)

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

    def told(self, item: AnyItem, level: int) -> Told:
        """Return one cause; its formula stands apart from the sentences on it."""
        number = self.numbers.get(item.id, "")
        return Told(
            item=item,
            number=number,
            level=level,
            head=self.called_with_value(item),
            formula=item.formula if isinstance(item, Computed) else None,
            filled=self.filled(item) if isinstance(item, Computed) else None,
            lines=tuple(line.strip() for line in self.details(item, 0)) if item.id in self.owners else (),
        )

    # ── the result ──

    def head(self, root: AnyItem) -> Iterator[str]:
        explanation = self.explanation
        assert not isinstance(root, (Parameter, Source)), "an explanation begins with a result"
        value = self.wording.value(root.value, root.unit)
        called = self.wording.called(root.name, root.title)
        yield from self.wording.wrapped(f"{called}, {explanation.period} = {value}", 0)
        if explanation.group is not None:
            column, group = explanation.group
            yield f"  {self.say('group')}: {column} = {self.wording.value(group)}"
        if explanation.version_from is not None:
            cited = self.citation(explanation.version)
            since = self.say("since", day=self.wording.day(explanation.version_from))
            title = (
                ""
                if explanation.version_title is None
                else f" ({self.wording.label(explanation.version_title)})"
            )
            yield from self.wording.wrapped(
                f"{self.say('rule')}: {cited + ', ' if cited else ''}{since}{title}", 2
            )
        if explanation.row_source is not None:
            key = "" if explanation.row_key is None else f": {self.wording.value(explanation.row_key)}"
            yield from self.wording.wrapped(self.say("row of", source=explanation.row_source) + key, 2)
        for note in explanation.notes:
            yield from self.wording.wrapped(str(note), 2)
        yield from self.details(root, 2)

    def item(self, item: AnyItem, level: int) -> Iterator[str]:
        indent = 2 * (min(level, _DEEPEST) - 1)
        yield from self.wording.wrapped(f"{self.numbers[item.id]}  {self.called_with_value(item)}", indent)
        yield from self.details(item, indent + 4)

    def called_with_value(self, item: AnyItem) -> str:
        head = self.wording.called(item.name, item.title)
        if isinstance(item, Figure):
            head = f"{item.indicator} {item.period}"
        if isinstance(item, (Computed, Combination, Figure)) and (
            item.value is not None or self.told_by_value(item)
        ):
            head += f" = {self.wording.value(item.value, item.unit)}"
        elif isinstance(item, Parameter):
            single = isinstance(item.content, Single) or item.unit is None
            head += f", {self.say('parameter')}" + ("" if single else f" ({item.unit})")
        elif isinstance(item, Source):
            head += f", {self.say('source')}"
        return head

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
                yield from self.combination(item, indent)
                yield from self.publication(item, indent)
            case Parameter():
                yield from self.wording.wrapped(self.wording.one_line(item.content, item.unit), indent)
                if item.chosen:
                    yield from self.wording.wrapped(self.say("set by caller"), indent)
            case Source():
                yield from self.source(item, indent)
            case Figure():
                if item.category is not None:
                    yield from self.wording.wrapped(f"{self.say('category')}: {item.category}", indent)
                if self.whole:
                    return
                ask = self.say("ask", indicator=item.indicator, period=item.period)
                yield from self.wording.wrapped(ask, indent)
            case _ if item.id != self.explanation.root:
                yield from self.wording.wrapped(self.wording.value(item.value), indent)
        yield from self.remarks(item, indent)

    def computed(self, item: Computed, indent: int) -> Iterator[str]:
        if not self.whole:
            yield from self.wording.wrapped(item.formula, indent)
        trace = item.row if item.row is not None else item.trace
        if trace is not None:
            filled = self.filled(item)
            if filled is not None and not self.whole:
                yield from self.wording.wrapped(f"= {filled}", indent)
            if item.kind != "result" and item.formula != text_of(trace.value):
                yield from self.wording.wrapped(f"= {self.wording.value(trace.value)}", indent)
            yield from self.way(trace, item.formula, indent)
        elif isinstance(item.value, Absent):
            yield from self.wording.wrapped(self.wording.value(item.value), indent)
        if item.kind != "result" and item.rounded is not None:
            yield from self.wording.wrapped(self.rounding(item.rounded), indent)
        if item.personal:
            yield from self.wording.wrapped(self.say("personal"), indent)
        if item.spread is not None and item.each is not None:
            yield from self.wording.wrapped(self.spread(item.spread), indent)
        if item.kind == "result":
            yield from self.publication(item, indent)

    @staticmethod
    def filled(item: Computed) -> str | None:
        """Return a formula with its numbers, None where that says nothing new."""
        trace = item.row if item.row is not None else item.trace
        if trace is None or trace.text in (item.formula, text_of(trace.value)):
            return None
        return trace.text

    def combination(self, item: Combination, indent: int) -> Iterator[str]:
        """Say how the figures of shorter periods became one, with their numbers."""
        figures = [self.explanation.items[use] for use in item.uses]
        numbers = [self.wording.value(figure.value) for figure in figures if isinstance(figure, Figure)]
        told = self.say(f"how {item.how}")
        if item.how != "last" and len(numbers) > 1 and item.rounded is not None:
            added = " + ".join(numbers)
            mean = item.how == "mean"
            computed = self.wording.value(item.rounded.unrounded)
            told += f": {f'({added}) / {len(numbers)}' if mean else added} = {computed}"
        yield from self.wording.wrapped(told, indent)

    def publication(self, item: Computed | Combination, indent: int) -> Iterator[str]:
        """Say how a result was published: rounded, in which category, how far towards its target."""
        shown = self.wording.value(item.value, item.unit)
        if item.rounded is not None and not _same(item.rounded.unrounded, item.value):
            shown += f", {self.rounding(item.rounded)}"
        yield from self.wording.wrapped(f"= {shown}", indent)
        if item.category is not None:
            yield from self.wording.wrapped(
                f"{self.say('category')}: {self.reached_row(item.value, item.category)}", indent
            )
        elif item.category_reason is not None:
            yield from self.wording.wrapped(
                f"{self.say('category')}: {item.category_reason.text(self.wording.language)}", indent
            )
        if item.reached is not None:
            yield from self.wording.wrapped(self.achievement(item.reached), indent)

    def remarks(self, item: Item, indent: int) -> Iterator[str]:
        told = (
            [self.citation(item.basis)] if item.basis is not None and item.id != self.explanation.root else []
        )
        told += [self.say("inferred")] if item.inferred else []
        if item.place is not None and not self.whole:
            told.append(f"{item.place.path}:{item.place.line}")
        if told:
            yield from self.wording.wrapped("; ".join(told), indent)
        if item.note is not None:
            yield from self.wording.wrapped(f"{self.say('note')}: {self.wording.label(item.note)}", indent)
        own_rows = f"source:{item.each}" if isinstance(item, Computed) else None
        again = [use for use in item.uses if self.owners[use] != item.id and use != own_rows]
        if again:
            listed = "; ".join(
                f"{self.explanation.items[use].name}: {self.say('see', number=self.numbers[use])}"
                for use in again
            )
            yield from self.wording.wrapped(listed, indent)
        if item.more:
            yield from self.wording.wrapped(f"… {self.say('more', count=item.more)}", indent)

    def source(self, item: Source, indent: int) -> Iterator[str]:
        told = [self.say("read", rows=self.wording.number(item.rows))] if item.rows is not None else []
        told += [self.say("left out", count=self.wording.number(item.left_out))] if item.left_out else []
        told += [str(item.absent)] if item.absent is not None else []
        told += [self.say("file", path=quoted(file.path)) for file in item.files]
        if item.one_row_is is not None:
            told.append(self.say("row is", what=self.wording.label(item.one_row_is)))
        if item.division is not None:
            told.append(f"{self.say('division')}: {self.wording.label(item.division)}")
        yield from self.wording.wrapped("; ".join(told), indent)
        if item.row is not None:
            listed = "; ".join(f"{name} = {self.wording.value(value)}" for name, value in item.row.items())
            yield from self.wording.wrapped(self.say("this row") + listed, indent)
        elif item.columns:
            titled = [
                name if title is None else f"{name} ({self.wording.label(title)})"
                for name, title in item.columns.items()
            ]
            yield from self.wording.wrapped(self.say("columns") + "; ".join(titled), indent)

    # ── sentences ──

    def way(self, trace: Trace, formula: str, indent: int) -> Iterator[str]:
        """Say which branch was taken, which entry was hit, which rows went in."""
        for branch in trace.branches:
            why = self.say("holds" if branch.holds else "fails", condition=_cut(branch.condition))
            taken = "" if branch.chosen is None else self.say("taken", chosen=_cut(branch.chosen)) + ", "
            yield from self.wording.wrapped(f"{taken}{why}", indent)
        for hit in trace.hits:
            yield from self.wording.wrapped(self.hit(hit), indent)
        for over in trace.over:
            yield from self.aggregate(over, indent, whole=over.text == formula)

    def hit(self, hit: Entry | BandRow) -> str:
        if isinstance(hit, Entry):
            key = self.say("key hidden") if hit.key is None else self.wording.value(hit.key)
            return f"{hit.parameter}[{key}] = {self.wording.value(hit.value)}"
        value = self.say("key hidden") if hit.value is None else self.wording.value(hit.value)
        return f"{hit.parameter}: {self.reached_row(value, hit.row)}"

    def reached_row(self, value: StepValue | Absent, row: Threshold) -> str:
        """Return ``81,24 reaches 80: Tinggi``."""
        shown = value if isinstance(value, str) else self.wording.value(value)
        if row.limit is None:
            return f"{shown}, {self.say('rest')}: {self.wording.outcome(row)}"
        relation = self.say("reaches" if row.inclusive else "above")
        return f"{shown} {relation} {self.wording.number(row.limit)}: {self.wording.outcome(row)}"

    def aggregate(self, over: Over, indent: int, *, whole: bool) -> Iterator[str]:
        told = [self.rows_of(over)]
        if over.low is not None and over.high is not None and over.chosen > 1:
            told.append(
                self.say("span", low=self.wording.number(over.low), high=self.wording.number(over.high))
            )
        if over.failed:
            told.append(self.say("failed", count=self.wording.number(over.failed)))
        if over.takes_row is not None:
            told.append(self.say("takes row" if over.takes_row else "leaves row"))
        rows = f"{self.say('over')} {'; '.join(told)}"
        yield from self.wording.wrapped(
            rows if whole else f"{_cut(over.text)} = {self.wording.value(over.value)}, {rows}", indent
        )
        if over.heaviest:
            listed_rows = ", ".join(
                f"{quoted(key)} {self.wording.number(value)}" for key, value in over.heaviest.items()
            )
            yield from self.wording.wrapped(self.say("heaviest", rows=listed_rows), indent)
        for child in over.children:
            times = f"{child.times} × " if child.times > 1 else ""
            values = ", ".join(f"{name} {self.wording.value(value)}" for name, value in child.values.items())
            yield from self.wording.wrapped(
                f"- {times}{self.say('entered' if child.chosen else 'left')}: {values}", indent + 2
            )
        listed = sum(child.times for child in over.children)
        if over.children and over.rows > listed:
            yield from self.wording.wrapped(self.say("listed", count=over.rows - listed), indent + 2)

    def spread(self, spread: Spread) -> str:
        told: list[str] = []
        if spread.low is not None and spread.high is not None:
            told.append(
                self.say("span", low=self.wording.number(spread.low), high=self.wording.number(spread.high))
            )
        if spread.mean is not None:
            told.append(self.say("mean", mean=self.wording.number(spread.mean, 4)))
        for word, count in spread.counts.items():
            shown = self.say(word) if word in ("true", "false") else quoted(word)
            told.append(self.say("counts", word=shown, count=self.wording.number(count)))
        if spread.blank:
            told.append(self.say("blanks", count=self.wording.number(spread.blank)))
        if spread.failed:
            told.append(self.say("failed", count=self.wording.number(spread.failed)))
        return self.say("every", rows=self.wording.number(spread.rows)) + "; ".join(told)

    def rounding(self, rounded: Rounded) -> str:
        return self.say(
            "rounded",
            how=self.say(rounded.rounding),
            decimals=rounded.decimals,
            value=self.wording.value(rounded.unrounded),
        )

    def achievement(self, reached: Reached) -> str:
        target = reached.target
        if isinstance(target, tuple):
            goal = f"{self.wording.number(target[0])}–{self.wording.number(target[1])}"
        else:
            goal = self.wording.number(target)
        said = f"{self.say('target').capitalize()} {goal}; {self.say('achievement')}: "
        if reached.achievement is None:
            return said + ("" if reached.reason is None else reached.reason.text(self.wording.language))
        achieved = reached.achievement
        said += f"{self.computation(reached)} = {self.wording.number(achieved.uncapped)}%"
        if achieved.value != achieved.uncapped:
            limited = self.say("capped", value=f"{self.wording.number(achieved.uncapped)}%")
            said += f", {self.wording.number(achieved.value)}% ({limited})"
        return said if reached.row is None else f"{said}; {self.reached_row(achieved.value, reached.row)}"

    def computation(self, reached: Reached) -> str:
        """Return the computation of the achievement with its numbers."""
        realised, target = self.wording.number(reached.realised), reached.target
        if isinstance(target, tuple):
            if target[0] <= reached.realised <= target[1]:
                return self.say("within")
            goal = target[1] if reached.realised > target[1] else target[0]
        else:
            goal = target
        aim = self.wording.number(goal)
        if reached.better == "lower":
            if reached.lower == "inverse":
                return f"{aim} / {realised} × 100"
            return f"(2 × {aim} - {realised}) / {aim} × 100"
        if reached.better == "closer" and not isinstance(target, tuple):
            return f"(1 - |{realised} - {aim}| / |{aim}|) × 100"
        return f"{realised} / {aim} × 100"

    # ── words and numbers ──

    def citation(self, citation: Citation | None) -> str:
        return "" if citation is None else citation.shown


def _same(one: object, other: object) -> bool:
    """Return whether two numbers are the same at nine decimals."""
    numbers = (int, float)
    return isinstance(one, numbers) and isinstance(other, numbers) and at_nine(one) == at_nine(other)


def _cut(formula: str, length: int = 60) -> str:
    """Return a part of a formula short enough to be recognised by."""
    return formula if len(formula) <= length else formula[: length - 1] + "…"
