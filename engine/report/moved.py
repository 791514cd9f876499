"""What moved a figure between two periods: a sentence and a table, for people of both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from engine.definition import Number
from engine.explain import Difference
from engine.explain.moves import Part
from engine.report.comparison import quiet
from engine.report.page import page
from engine.report.table import Heading, table_text
from engine.report.wording import WIDTH, Wording
from engine.values import Absent

_WORDS = {  # Indonesian, English
    "title": ("{name}: dari {earlier} ke {later}", "{name}: from {earlier} to {later}"),
    "moved": (
        "{before} menjadi {after}, {by}",
        "{before} became {after}, {by}",
    ),
    "same": ("Aturan sama: {rule}", "The same rule: {rule}"),
    "rules": ("Aturan: dari {old} menjadi {new}", "Rule: from {old} to {new}"),
    "none": ("tanpa dasar hukum", "without a legal basis"),
    "rule": (
        "Perubahan aturan: {by} (data {earlier} menurut aturan baru: {middle})",
        "The change of the rule: {by} (the data of {earlier} by the new rule: {middle})",
    ),
    "data": ("Perubahan data: {by}", "The change of the data: {by}"),
    "group": ("{column} = {group}", "{column} = {group}"),
    "part": ("Yang menggerakkan angka", "What moved the figure"),
    "before": ("Sebelum", "Before"),
    "after": ("Sesudah", "After"),
    "by": ("Sebesar", "By"),
    "sum": ("Jumlah", "Sum"),
    "period": ("periode itu sendiri", "the period itself"),
    "hidden": ("pribadi", "personal"),
    "how": (
        "Tiap bagian dihitung saat nilainya diganti dengan nilai baru, satu per satu menurut urutan "
        "dalam rumus.",
        "Each part is what the figure moves by when its value gives way to the new one, one after the other, "
        "in the order of the formula.",
    ),
}


class Moved:
    """The words of a difference in one language."""

    def __init__(self, difference: Difference, language: str, width: int = WIDTH) -> None:
        self.difference, self.wording = difference, Wording(language, width)
        self.index = 0 if language == "id" else 1

    def say(self, word: str, /, **values: object) -> str:
        """Return one of the words, its gaps filled."""
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    def title(self) -> str:
        """Return what is told, and of which periods."""
        found = self.difference
        name = self.wording.called(found.indicator, found.title)
        return self.say("title", name=name, earlier=found.earlier, later=found.later)

    def lines(self) -> Iterator[str]:
        """Yield the sentences: by how much, of the rule, of the data, or why that is not known."""
        found = self.difference
        if found.group is not None:
            column, group = found.group
            yield self.say("group", column=column, group=self.wording.value(group))
        if found.units is not None:
            yield self.say(
                "moved",
                before=self.number(found.before),
                after=self.number(found.after) + ("" if found.unit in (None, "1") else f" {found.unit}"),
                by=self.signed(found.units),
            )
        old, new = (self.say("none") if rule is None else rule.shown for rule in found.rules)
        yield self.say("same", rule=new) if old == new else self.say("rules", old=old, new=new)
        if found.rule is not None and found.data is not None and old != new:
            middle = self.number(found.middle)
            yield self.say("rule", by=self.signed(found.rule), earlier=found.earlier, middle=middle)
            yield self.say("data", by=self.signed(found.data))
        if found.reason is not None:
            yield found.reason.text(self.wording.language)

    def heads(self) -> tuple[str, ...]:
        """Return the headings of the table."""
        return tuple(self.say(word) for word in ("part", "before", "after", "by"))

    def rows(self) -> list[tuple[int, tuple[str, ...]]]:
        """Return the parts with how deep they stand, the sum of the outermost last."""
        found = list(self._rows(self.difference.parts, 0))
        if not found:
            return []
        total = sum(part.units for part in self.difference.parts)
        return [*found, (0, (self.say("sum"), "", "", self.signed(total)))]

    def _rows(self, parts: Sequence[Part], level: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        for part in parts:
            name = self.say("period") if part.kind == "period" else self.wording.called(part.name, part.title)
            yield (level, (name, self.value(part.before), self.value(part.after), self.signed(part.units)))
            yield from self._rows(part.parts, level + 1)

    def value(self, value: object) -> str:
        """Return a value of a cell, a dash for none."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.number(value)
        return "–" if value is None or isinstance(value, Absent) else self.wording.value(str(value))

    def number(self, value: Number | None) -> str:
        """Return a number as the table shows it."""
        return self.wording.number(value, 4)

    def signed(self, units: int) -> str:
        """Return by how much, with its sign; nine decimals where fewer would not add up."""
        told = self.wording.number(abs(units) / 1e9, 9)
        return f"{'−' if units < 0 else '+'}{told}" if units else told


def moved_text(told: Moved) -> str:
    """Return a difference as text for a terminal."""
    wording = told.wording
    lines = list(wording.wrapped(told.title(), 0))
    lines += [line for sentence in told.lines() for line in wording.wrapped(sentence, 2)]
    rows = told.rows()
    if not rows:
        return "\n".join(lines) + "\n"
    heads = [Heading(head, "text" if i == 0 else "number") for i, head in enumerate(told.heads())]
    cells = [("  " * level + row[0], *row[1:]) for level, row in rows]
    mark = "," if wording.language == "id" else "."
    table = table_text(heads, cells, wording.width, mark=mark).rstrip("\n")
    return "\n".join([*lines, "", table, "", *wording.wrapped(told.say("how"), 0)]) + "\n"


def moved_markdown(told: Moved) -> str:
    """Return a difference as Markdown; no text of a file is markup."""
    lines = [f"# {quiet(told.title())}", "", *(f"- {quiet(line)}" for line in told.lines())]
    rows = told.rows()
    if rows:
        lines += ["", f"| {' | '.join(told.heads())} |", "| --- | ---: | ---: | ---: |"]
        for level, (name, *cells) in rows:
            lines.append(f"| {'&#160;&#160;' * level}{quiet(name)} | {' | '.join(map(quiet, cells))} |")
        lines += ["", told.say("how")]
    return "\n".join(lines) + "\n"


def moved_html(told: Moved) -> str:
    """Return a difference as a page that needs nothing else."""
    body = [f"<h1>{escape(told.title())}</h1>", '<ul class="told">']
    body += [f"<li>{escape(line)}</li>" for line in told.lines()]
    body.append("</ul>")
    rows = told.rows()
    if rows:
        heads = [escape(head) for head in told.heads()]
        marks = ["", *[' class="number"'] * 3]
        body.append('<div class="wide"><table><thead><tr>')
        body += [f'<th scope="col"{mark}>{head}</th>' for head, mark in zip(heads, marks, strict=True)]
        body.append("</tr></thead><tbody>")
        for level, row in rows:
            shown = ["&#160;" * (4 * level) + escape(row[0]), *map(escape, row[1:])]
            cells = zip(shown, heads, marks, strict=True)
            told_cells = (f'<td{mark} data-head="{head}">{cell}</td>' for cell, head, mark in cells)
            body.append(f"<tr>{''.join(told_cells)}</tr>")
        body += ["</tbody></table></div>", f'<p class="quiet">{escape(told.say("how"))}</p>']
    return page(told.title(), body, told.wording.language)
