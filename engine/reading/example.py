"""Read a worked example: what is given, and what must come out."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition import Example, Expected, Source, Value
from engine.document import Entry, MappingNode, ScalarNode, SequenceNode
from engine.problems import error, say
from engine.reading.fields import Fields, Notes, is_period, number_in, value_in
from engine.reading.source import read_rows
from engine.text import Place

NO_VALUE = "no value"


def read_example(node: MappingNode, sources: Mapping[str, Source], notes: Notes) -> Example | None:
    """Return the example; rows of *sources* take the types of their columns."""
    top = Fields(node, notes)
    title, period, period_place = top.label("title"), top.text("period"), top.place("period")
    note = top.label("note")
    rows: dict[str, tuple[Mapping[str, Value | None], ...]] = {}
    values: dict[str, int | float | str] = {}
    previous: dict[str, int | float] = {}
    places: dict[str, Place] = {}
    for entry in top.entries("given"):
        if entry.key == "previous" and isinstance(entry.node, MappingNode):
            previous = _numbers(entry.node)
            places |= {f"previous.{inner.key}": inner.key_place for inner in entry.node.entries}
            continue
        places[entry.key] = entry.key_place
        if isinstance(entry.node, ScalarNode):
            value = value_in(entry.node, notes)
            if value is not None and not isinstance(value, bool):
                values[entry.key] = value
        else:
            source = sources.get(entry.key)
            rows[entry.key] = read_rows(entry.node, None if source is None else source.columns, notes)
    parameters: dict[str, Value] = {}
    for entry in top.entries("parameters"):
        value = value_in(entry.node, notes)
        if value is not None:
            parameters[entry.key] = value
            places[f"parameters.{entry.key}"] = entry.key_place
    expect = top.fields("expect")
    if title is None or period is None or expect is None:
        return None
    if not is_period(period):
        return None
    return Example(
        title=title,
        period=period,
        period_place=period_place,
        rows=rows,
        values=values,
        previous=previous,
        parameters=parameters,
        expect=_expected(expect),
        place=top.place("title"),
        places=places,
        note=note,
    )


def _expected(fields: Fields) -> Expected:
    result = fields.value("result")
    category, reason = fields.text("category"), fields.text("reason")
    steps = {entry.key: _step(entry, fields.notes) for entry in fields.entries("steps")}
    places = {
        key: fields.place(key) for key in ("result", "category", "reason", "achievement") if fields.has(key)
    }
    places |= {f"steps.{entry.key}": entry.key_place for entry in fields.entries("steps")}
    if reason is not None and result is not None and result != NO_VALUE:
        fields.notes.problems.append(
            error(
                "not-allowed",
                fields.place("reason"),
                say("`reason` tells why there is no value, but a `result` is expected"),
                say("remove it, or write `result: no value`"),
            )
        )
    return Expected(
        result=result,
        has_result=result is not None,
        category=category,
        has_category=fields.has("category"),
        status="no value"
        if result == NO_VALUE or reason is not None
        else None
        if result is None
        else "value",
        reason=reason,
        achievement=fields.number("achievement"),
        steps=steps,
        places=places,
    )


def _step(entry: Entry, notes: Notes) -> Value | tuple[Value | None, ...] | None:
    if isinstance(entry.node, SequenceNode):
        return tuple(value_in(node, notes) for node in entry.node.items)
    return value_in(entry.node, notes)


def _numbers(node: MappingNode) -> dict[str, int | float]:
    return {entry.key: value for entry in node.entries if (value := number_in(entry.node)) is not None}
