"""Worked examples, without what is personal: neither personal columns nor steps that pass one on."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from engine.checking.personal import is_personal
from engine.definition import Catalogue, Column, Example, Indicator, Removed, Source, Step, Value
from engine.site import nouns
from engine.site.guide import Guide, one_line

_NUMBERS = ("number", "integer")


def examples(
    guide: Guide, indicator: Indicator, hidden_steps: Collection[tuple[str, str]]
) -> Iterator[nouns.Example]:
    """Yield the worked examples of *indicator*; *hidden_steps* have the very values of a personal column."""
    sheet = _Sheet(guide, indicator, hidden_steps)
    for example in indicator.examples:
        yield sheet.example(example)


def shown_columns(catalogue: Catalogue, source: Source) -> dict[str, Column]:
    """Return the columns of a source whose values may be shown.

    A reference has the values of the key that it refers to, and is personal where that is.
    """
    return {name: column for name, column in source.columns.items() if not is_personal(catalogue, column)}


class _Sheet:
    """The examples of one indicator in one language."""

    def __init__(self, guide: Guide, indicator: Indicator, hidden_steps: Collection[tuple[str, str]]) -> None:
        self.guide, self.indicator = guide, indicator
        self.steps = {
            name: step
            for version in indicator.versions
            for name, step in version.steps.items()
            if not isinstance(step, Removed)
        }
        personal = {
            name
            for source in guide.catalogue.sources.values()
            if source.id in {used.id for used in indicator.sources}
            for name in source.columns.keys() - shown_columns(guide.catalogue, source).keys()
        }
        self.hidden = {name for owner, name in hidden_steps if owner == indicator.id}
        self.hidden |= {name for name, step in self.steps.items() if names_of(step) & personal}

    def example(self, example: Example) -> nouns.Example:
        """Return an example; columns that may not be shown are counted."""
        given: list[nouns.Table] = []
        hidden = 0
        for name, rows in example.rows.items():
            table, left_out = self.rows(name, rows)
            hidden += left_out
            given += [] if table is None else [table]
        return nouns.Example(
            title=self.guide.label(example.title),
            period=self.guide.period(example.period),
            given=given,
            values=list(self.values(example)),
            expected=list(self.expected(example)),
            steps=list(self.row_steps(example)),
            hidden=hidden,
            note=self.guide.note(example.note),
        )

    def rows(self, name: str, rows: Sequence[Mapping[str, Value | None]]) -> tuple[nouns.Table | None, int]:
        """Return the given rows of a source, and how many of the columns given are not shown."""
        source = self.guide.catalogue.sources.get(name)
        if source is None:
            return None, 0
        shown = shown_columns(self.guide.catalogue, source)
        given = dict.fromkeys(column for row in rows for column in row)
        columns = [column for column in given if column in shown]
        return table_of(self.guide, source, columns, rows), len(given) - len(columns)

    def values(self, example: Example) -> Iterator[nouns.Fact]:
        """Yield what is given beside rows: other figures, earlier ones, parameters."""
        for name, value in example.values.items():
            yield nouns.Fact(self.guide.say("of another", name=self.called(name)), [self.value(value)])
        for name, earlier in example.previous.items():
            yield nouns.Fact(self.guide.say("previous", name=self.called(name)), [self.value(earlier)])
        for name, chosen in example.parameters.items():
            yield nouns.Fact(f"{self.guide.say('parameter')} {one_line(name)}", [self.value(chosen)])

    def called(self, name: str) -> str:
        found = self.guide.catalogue.indicators.get(name)
        return one_line(name) if found is None else self.guide.label(found.title).text

    def expected(self, example: Example) -> Iterator[nouns.Fact]:
        """Yield what the example must give for the whole."""
        expect = example.expect
        if expect.status == "no value":
            told = self.guide.say("no result")
            if expect.reason is not None:
                told += f" ({self.guide.say('reason has')}: {one_line(expect.reason)})"
            yield nouns.Fact(self.guide.say("result"), [told])
        elif expect.has_result:
            yield nouns.Fact(self.guide.say("result"), [self.value(expect.result)])
        if expect.has_category:
            shown = self.guide.say("no category") if expect.category is None else one_line(expect.category)
            yield nouns.Fact(self.guide.say("category"), [shown])
        if expect.achievement is not None:
            yield nouns.Fact(self.guide.say("achievement"), [self.value(expect.achievement)])
        for name, value in expect.steps.items():
            if not isinstance(value, tuple) and name not in self.hidden:
                yield nouns.Fact(self.step_title(name), [self.value(value)])

    def row_steps(self, example: Example) -> Iterator[nouns.Table]:
        """Yield the expected values of steps of the same source as one table, a column a step."""
        by_source: dict[str, dict[str, tuple[Value | None, ...]]] = {}
        for name, value in example.expect.steps.items():
            step = self.steps.get(name)
            if isinstance(value, tuple) and name not in self.hidden and step is not None and step.each:
                by_source.setdefault(step.each.id, {})[name] = value
        for source, steps in by_source.items():
            count = max(len(values) for values in steps.values())
            found = self.guide.catalogue.sources.get(source)
            title = source if found is None else self.guide.label(found.title).text
            yield nouns.Table(
                caption=self.guide.say("expected rows", source=title),
                headings=[self.guide.say("row"), *(self.step_title(name) for name in steps)],
                rows=[
                    [
                        str(row + 1),
                        *(self.value(values[row]) if row < len(values) else "" for values in steps.values()),
                    ]
                    for row in range(count)
                ],
                numbers=[True, *(_numeric(values) for values in steps.values())],
            )

    def step_title(self, name: str) -> str:
        step = self.steps.get(name)
        if step is None or step.remarks.title is None:
            return one_line(name)
        return self.guide.label(step.remarks.title).text

    def value(self, value: Value | None) -> str:
        return self.guide.say("no result") if value == "no value" else self.guide.wording.value(value)


def names_of(step: Step) -> set[str]:
    """Return every name that a formula mentions, of columns too."""
    found: set[str] = set()
    for node in ast.walk(step.formula.tree.root):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


def table_of(
    guide: Guide, source: Source, columns: Sequence[str], rows: Sequence[Mapping[str, Value | None]]
) -> nouns.Table | None:
    """Return rows of a source below the titles of *columns*; None where nothing is left to show."""
    if not columns:
        return None
    titles = []
    for name in columns:
        title = source.columns[name].remarks.title
        titles.append(name if title is None else guide.label(title).text)
    return nouns.Table(
        caption=guide.label(source.title).text,
        headings=titles,
        rows=[[guide.wording.value(row.get(name)) for name in columns] for row in rows],
        numbers=[source.columns[name].type in _NUMBERS for name in columns],
    )


def _numeric(values: Sequence[Value | None]) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values if value)
