"""Read a scenario: what is assumed to be otherwise."""

from __future__ import annotations

from datetime import date

from engine.definition import Label, Name, Scenario, Value, Version
from engine.document import Document, MappingNode, ScalarNode
from engine.problems import error, say
from engine.reading.fields import Fields, Notes, value_in
from engine.reading.indicator import read_version
from engine.text import Place


def read_scenario(document: Document, notes: Notes) -> Scenario | None:
    """Return the scenario, or None where it has no id."""
    top = Fields(document.root, notes)
    name, title, remarks = top.name("scenario"), top.label("title"), top.remarks()
    indicators: dict[str, Version] = {}
    places: dict[str, Place] = {}
    for entry in top.entries("indicators"):
        if isinstance(entry.node, MappingNode):
            amendment = read_version(entry.node, notes, always=date.min)
            if amendment is not None:
                indicators[entry.key], places[entry.key] = amendment, entry.key_place
    inputs: dict[str, dict[str, Value | None]] = {}
    for entry in top.entries("inputs"):
        if isinstance(entry.node, MappingNode):
            notes.uses("source", Name(entry.key, entry.key_place))
            inputs[entry.key] = {}
            places[entry.key] = entry.key_place
            for cell in entry.node.entries:
                value = value_in(cell.node, notes)
                blank = isinstance(cell.node, ScalarNode) and cell.node.value is None and not cell.node.flawed
                if value is not None or blank:
                    inputs[entry.key][cell.key] = value
                    places[f"{entry.key}.{cell.key}"] = Place(
                        document.text, cell.key_place.start, cell.node.place.end
                    )
    if name is None:
        return None
    if not top.has("indicators") and not top.has("inputs"):
        notes.problems.append(
            error(
                "missing-key",
                name.place,
                say("the scenario `{name}` assumes nothing", name=name.id),
                say("add `indicators` or `inputs` with what is otherwise"),
            )
        )
    return Scenario(
        id=name.id,
        title=title or Label(name.id),
        place=name.place,
        text=document.text,
        indicators=indicators,
        inputs=inputs,
        places=places,
        remarks=remarks,
    )
