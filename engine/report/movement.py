"""By how much figures and rows move, as a table for a terminal, and as cells for other forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.comparing.figures import Movement, Movements, RowMoves
from engine.definition import Catalogue, Number, Scenario
from engine.problems import quoted
from engine.report.problems_text import visible
from engine.report.table import Heading, table_text
from engine.report.wording import Wording
from engine.run.moves import Cell
from engine.values import Result
from engine.versions import Period

_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "title": ("Angka {period}", "Figures of {period}"),
    "same": ("data yang sama menurut kedua aturan", "the same data by both rules"),
    "indicator": ("Indikator", "Indicator"),
    "old": ("Sebelum", "Before"),
    "new": ("Sesudah", "After"),
    "baseline": ("Dasar", "Baseline"),
    "scenario": ("Skenario", "Scenario"),
    "difference": ("Selisih", "Difference"),
    "category": ("Kategori", "Category"),
    "achievement": ("Capaian (%)", "Achievement (%)"),
    "target": ("Target", "Target"),
    "rows": ("Baris yang berpindah", "Rows that move"),
    "moved": (
        "{moved} dari {rows} baris: {up} naik, {down} turun",
        "{moved} of {rows} rows: {up} up, {down} down",
    ),
    "moved words": ("{moved} dari {rows} baris", "{moved} of {rows} rows"),
    "came": ("{count} baris baru", "{count} rows are new"),
    "went": ("{count} baris hilang", "{count} rows are gone"),
    "unknown": (
        "baris tidak dapat dibandingkan: sumber data tidak punya kunci",
        "rows can't be compared: the source has no key",
    ),
    "none": ("Tidak ada angka yang berubah.", "No figure moves."),
    "no value": ("tidak bernilai", "no value"),
    "absent": ("tidak ada", "not there"),
    "why": ("Tanpa nilai", "No value"),
    "set": ("Sebelum dan sesudah", "Before and after"),
}
_NONE = "–"
_COUNTS = ("rows", "moved", "up", "down", "came", "went")
_OF_A_SIDE = (
    "status",
    "value",
    "unrounded",
    "unit",
    "category",
    "target",
    "achievement",
    "achievement_category",
    "reason",
    "basis",
)


class Moving:
    """The words of movements in one language; *heads* takes the place of before and after."""

    def __init__(
        self,
        found: Movements,
        catalogue: Catalogue,
        wording: Wording,
        heads: tuple[str, str] | None = None,
        scenario: Scenario | None = None,
    ) -> None:
        self.found, self.catalogue, self.wording, self.scenario = found, catalogue, wording, scenario
        self.index = 0 if wording.language == "id" else 1
        words = ("old", "new") if scenario is None else ("baseline", "scenario")
        self.sides = heads or (self.say(words[0]), self.say(words[1]))

    def say(self, word: str, /, **values: object) -> str:
        """Return one of the words, its gaps filled."""
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    def title(self) -> str:
        """Return of which period the figures are, and that both come from the same data."""
        period = Period.parse(self.found.period).title(self.wording.language)
        if self.scenario is not None:
            named = self.wording.called(self.scenario.id, self.scenario.title)
            return visible(f"{self.say('title', period=period)}, {self.say('scenario')}: {named}")
        return f"{self.say('title', period=period)} ({self.say('same')})"

    def heads(self) -> tuple[str, ...]:
        """Return the headings of the table."""
        words = ("difference", "category", "target", "achievement")
        return (self.say("indicator"), *self.sides, *(self.say(word) for word in words))

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield the table row by row."""
        for movement in self.found.figures:
            yield self.row(movement)

    def rows_by_group(self) -> Iterator[list[str]]:
        """Yield the table with the name of an indicator once, its groups indented below it."""
        before = None
        for movement in self.found.figures:
            row = list(self.row(replace(movement, group=None)))
            if movement.group is not None:
                if movement.indicator != before:
                    yield [row[0], *[""] * (len(row) - 1)]
                row[0] = f"  {quoted(movement.group)}"
            before = movement.indicator
            yield row

    def row(self, movement: Movement) -> tuple[str, ...]:
        """Return what is told of one indicator or group."""
        side = movement.new or movement.old
        assert side is not None, "a movement has a side at least"
        found = self.catalogue.indicators.get(movement.indicator)
        name = side.title if found is None else self.wording.label(found.title)
        named = visible(f"{name} ({movement.indicator})")
        if movement.group is not None:
            named += f", {quoted(movement.group)}"
        return (
            named,
            self._value(movement.old),
            self._value(movement.new),
            self._signed(movement.difference, side.decimals),
            self._both(self._category(movement.old), self._category(movement.new)),
            self._target(side),
            self._both(self._achievement(movement.old), self._achievement(movement.new)),
        )

    def _value(self, result: Result | None) -> str:
        if result is None:
            return self.say("absent")
        return self.say("no value") if result.value is None else self._number(result.value, result.decimals)

    def _number(self, value: Number, decimals: int | None) -> str:
        if decimals is None:
            return self.wording.number(value)
        return self.wording.figure(value, "#,##0." + "0" * decimals if decimals > 0 else "#,##0")

    def _signed(self, value: Number | None, decimals: int | None) -> str:
        if value is None:
            return _NONE
        return f"{'+' if value > 0 else ''}{self._number(value, decimals)}"

    def _category(self, result: Result | None) -> str:
        return _NONE if result is None or result.category is None else quoted(result.category)

    def _target(self, result: Result) -> str:
        if result.target is None:
            return _NONE
        value = result.target.value
        ends = value if isinstance(value, tuple) else (value,)
        return "–".join(self.wording.number(end) for end in ends)

    def _achievement(self, result: Result | None) -> str:
        if result is None or result.achievement is None:
            return _NONE
        return self._number(result.achievement.value, 2)

    def _both(self, old: str, new: str) -> str:
        return old if old == new else f"{old} → {new}"

    def reasons(self) -> Iterator[str]:
        """Yield why a side has no value, each said once."""
        told: dict[str, None] = {}
        for movement in self.found.figures:
            for head, side in zip(self.sides, (movement.old, movement.new), strict=True):
                if side is not None and side.reason is not None:
                    group = "" if movement.group is None else f", {quoted(movement.group)}"
                    told[
                        f"{movement.indicator}{group}, {head}: {side.reason.text(self.wording.language)}"
                    ] = None
        yield from map(visible, told)

    def moves(self) -> Iterator[str]:
        """Yield for each step how many rows move, and between which values."""
        for row in self.found.rows:
            yield f"{row.indicator}.{row.step}: {self.rows(row)}"

    def rows(self, row: RowMoves) -> str:
        """Return how the rows of a step move."""
        moves = row.moves
        if moves is None:
            return self.say("unknown")
        counts = {name: self._count(getattr(moves, name)) for name in ("moved", "rows", "up", "down")}
        told = [self.say("moved" if moves.up + moves.down == moves.moved else "moved words", **counts)]
        told += [self.say("came", count=self._count(moves.came))] if moves.came else []
        told += [self.say("went", count=self._count(moves.went))] if moves.went else []
        pairs = [f"{self._cell(a)} → {self._cell(b)}: {self._count(n)}" for a, b, n in moves.pairs]
        rest = moves.moved - sum(n for _, _, n in moves.pairs)
        return "; ".join([*told, *pairs, *([f"…: {self._count(rest)}"] if rest else [])])

    def _cell(self, value: Cell) -> str:
        return self.wording.value(value)

    def _count(self, value: int) -> str:
        return self.wording.figure(value, "#,##0")


def movement_text(moving: Moving, *, colour: bool = False) -> str:
    """Return the figures as a table, with the rows that move below it."""
    wording = moving.wording
    lines = [moving.title(), ""]
    if not moving.found.figures:
        return "\n".join([*lines[:1], moving.say("none")]) + "\n"
    heads = moving.heads()
    holds = ("text", "number", "number", "number", "text", "number", "text")
    headings = [
        Heading(head, kind, least=18 if not number else 8)  # type: ignore[arg-type]
        for number, (head, kind) in enumerate(zip(heads, holds, strict=True))
    ]
    mark = "," if wording.language == "id" else "."
    rows = list(moving.rows_by_group())
    lines.append(table_text(headings, rows, wording.width, mark=mark, colour=colour))
    for word, told in (("why", list(moving.reasons())), ("rows", list(moving.moves()))):
        if told:
            lines.append(moving.say(word))
            lines += [line for text in told for line in wording.wrapped(text, 2)]
            lines.append("")
    note = None if moving.scenario is None else moving.scenario.remarks.note
    if note is not None:
        lines += [*wording.wrapped(visible(wording.label(note)), 0), ""]
    if moving.found.data_note:
        lines += wording.wrapped(visible(moving.found.data_note), 0)
    return "\n".join(lines).rstrip("\n") + "\n"


def movements_plain(found: Movements, language: str) -> dict[str, Any]:
    """Return movements as plain values for JSON."""
    return {
        "period": found.period,
        "by": found.by,
        "figures": [
            {
                "indicator": one.indicator,
                "group": one.group,
                "old": _side(one.old, language),
                "new": _side(one.new, language),
                "difference": one.difference,
                "achievement_difference": one.achieved,
            }
            for one in found.figures
        ],
        "rows": [
            {
                "indicator": row.indicator,
                "step": row.step,
                "source": row.source,
                "moves": None if row.moves is None
                else {
                    **{name: getattr(row.moves, name) for name in _COUNTS},
                    "pairs": [{"old": _cell(a), "new": _cell(b), "rows": n} for a, b, n in row.moves.pairs],
                },
            }
            for row in found.rows
        ],
        "data_note": found.data_note,
    }  # fmt: skip


def _cell(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _side(result: Result | None, language: str) -> dict[str, Any] | None:
    if result is None:
        return None
    plain = result.to_dict(language)
    return {key: plain[key] for key in _OF_A_SIDE}
