"""An explanation arranged as one reads it: the sentence, the formula, what it rests on, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from engine.explain.nouns import Computed, Explanation, Parameter, Source
from engine.formula.names import ParameterValue, Reference, RowValue, UnitValue
from engine.formula.typeset import layout, mathml
from engine.problems import quoted
from engine.report.explanation import Told, coming_rule, sentence, told_causes
from engine.report.wording import Wording

_WORDS = {  # Indonesian, English
    "rule": ("Aturan", "Rule"),
    "since": ("berlaku sejak {day}", "in force from {day}"),
    "formula": ("Rumus", "Formula"),
    "numbers": ("Dengan angka", "With numbers"),
    "written": ("Seperti ditulis dalam definisi", "As the definition has it"),
    "parameters": ("Parameter", "Parameters"),
    "parameter": ("Parameter", "Parameter"),
    "content": ("Isi", "Content"),
    "basis": ("Dasar hukum", "Legal basis"),
    "set": ("Ditetapkan sejak", "Set from"),
    "inferred": ("disimpulkan, tidak dari bunyi aturan", "inferred, not from a text of the rule"),
    "sources": ("Sumber data", "Data sources"),
    "source": ("Sumber data", "Data source"),
    "division": ("Penanggung jawab", "Answers for it"),
    "file": ("Berkas", "File"),
    "rows": ("Baris", "Rows"),
    "left out": ("Tidak dipakai karena temuan", "Left out because of findings"),
    "causes": ("Langkah demi langkah", "Step by step"),
    "others": ("Langkah lain yang tidak dipakai hasil", "Other steps, which the result does not use"),
    "coming": ("Aturan berikutnya", "The next rule"),
    "notes": ("Catatan tentang data", "Notes on the data"),
    "see": ("lihat {number}", "see {number}"),
}


@dataclass(frozen=True)
class Table:
    """Rows of texts below their heads; the columns in `numbers` hold numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Account:
    """All parts of an explanation as texts of one language; `drawn` formulas are MathML, by cause."""

    title: str
    sentence: str
    lines: tuple[str, ...]
    formula: str | None
    filled: str | None
    drawn: str | None
    tables: tuple[Table, ...]
    causes: tuple[tuple[Told, str | None], ...]
    others: tuple[Told, ...]
    coming: tuple[str, ...]
    words: dict[str, str]
    language: str


def account(explanation: Explanation, language: str) -> Account:
    """Return an explanation arranged as one reads it, in *language*."""
    return _Arranging(explanation, language).account()


class _Arranging:
    def __init__(self, explanation: Explanation, language: str) -> None:
        self.explanation, self.language = explanation, language
        self.wording = Wording(language, 1_000_000)
        self.index = 0 if language == "id" else 1

    def say(self, word: str, /, **values: object) -> str:
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    def account(self) -> Account:
        explanation = self.explanation
        root, *others = told_causes(explanation, self.language)
        beside = set(explanation.others)
        item = explanation.items[explanation.root]
        return Account(
            title=f"{self.wording.called(item.name, item.title)}, {explanation.period}",
            sentence=sentence(explanation, self.language),
            lines=(*self.heading(), *root.lines),
            formula=root.formula,
            filled=root.filled,
            drawn=self.drawn(item),
            tables=tuple(table for table in (self.parameters(), self.sources()) if table.rows),
            causes=tuple((t, self.drawn(t.item)) for t in others if t.item.id not in beside),
            others=tuple(t for t in others if t.item.id in beside),
            coming=tuple(coming_rule(explanation, self.language)),
            words={word: said[self.index] for word, said in _WORDS.items()},
            language=self.language,
        )

    def heading(self) -> list[str]:
        """Return the rule that counts, the group or row that was asked for, and what is said of the data."""
        explanation = self.explanation
        lines = []
        if explanation.version_from is not None:
            lines.append(self.version(self.say("rule")))
        if explanation.group is not None:
            column, group = explanation.group
            lines.append(f"{column} = {self.wording.value(group)}")
        if explanation.row_source is not None:
            key = "" if explanation.row_key is None else f" {self.wording.value(explanation.row_key)}"
            lines.append(f"{explanation.row_source}{key}")
        return [*lines, *(note.text(self.language) for note in explanation.notes)]

    def version(self, head: str) -> str:
        explanation = self.explanation
        assert explanation.version_from is not None
        cited = "" if explanation.version is None else f"{explanation.version.shown}, "
        return f"{head}: {cited}{self.say('since', day=self.wording.day(explanation.version_from))}"

    # ── the tables ──

    def parameters(self) -> Table:
        """Return each parameter with its content, the article that prints it and the version that set it."""
        rows = []
        for item in self.explanation.items.values():
            if isinstance(item, Parameter):
                basis = "" if item.basis is None else item.basis.shown
                told = [basis] if basis else []
                told += [self.say("inferred")] if item.inferred else []
                since = "" if item.since is None else self.wording.day(item.since)
                content = self.wording.one_line(item.content, item.unit)
                rows.append((self.wording.called(item.name, item.title), content, "; ".join(told), since))
        heads = tuple(self.say(word) for word in ("parameter", "content", "basis", "set"))
        return Table(self.say("parameters"), heads, tuple(rows))

    def sources(self) -> Table:
        """Return each source with who answers for it, its files and its rows."""
        rows = []
        for item in self.explanation.items.values():
            if isinstance(item, Source):
                count = "–" if item.rows is None else self.wording.number(item.rows)
                absent = [] if item.absent is None else [item.absent.text(self.language)]
                division = "" if item.division is None else self.wording.label(item.division)
                rows.append(
                    (
                        self.wording.called(item.name, item.title),
                        division,
                        "; ".join([*(quoted(file.path) for file in item.files), *absent]),
                        count,
                        self.wording.number(item.left_out),
                    )
                )
        heads = tuple(self.say(word) for word in ("source", "division", "file", "rows", "left out"))
        return Table(self.say("sources"), heads, tuple(rows), frozenset({3, 4}))

    # ── formulas ──

    def drawn(self, item: object) -> str | None:
        """Return a formula as MathML with titles in place of names."""
        if not isinstance(item, Computed) or item.bound is None:
            return None
        owner = item.id.partition(":")[2].partition(".")[0]
        return mathml(layout(item.bound, lambda reference: self.called(reference, owner), self.language))

    def called(self, reference: Reference, owner: str) -> str | None:
        """Return the title of what a name in a formula of *owner* refers to."""
        items, definitions = self.explanation.items, self.explanation.definitions
        label = None
        match reference:
            case RowValue(item=step, step_of=str() as other) | UnitValue(indicator=other, step=str() as step):
                found = items.get(f"step:{other}.{step}")
                label = None if found is None else found.title
            case ParameterValue(name=name):
                found = items.get(f"parameter:{owner}.{name}")
                label = None if found is None else found.title
            case RowValue(source=source, item=column) if definitions is not None:
                label = definitions.sources[source].columns[column].remarks.title
            case UnitValue(indicator=other) if definitions is not None:
                label = definitions.indicators[other].title
        return None if label is None else self.wording.label(label)
