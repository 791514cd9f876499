"""Read indicators/<id>.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from engine.definition import (
    Amended,
    Better,
    Formula,
    Frequency,
    Indicator,
    Label,
    Name,
    OverTheYear,
    Parameter,
    Removed,
    Source,
    Step,
    Target,
    Version,
)
from engine.document import Document, Entry, MappingNode, Node, ScalarNode
from engine.formula.grammar import FormulaRefused, parse
from engine.problems import error, say
from engine.reading.example import read_example
from engine.reading.fields import ROUNDINGS, Enough, Fields, Notes, number_in
from engine.reading.organization import read_achievement
from engine.reading.parameter import read_parameter

_BETTER: tuple[Better, ...] = ("higher", "lower", "closer")
_FREQUENCIES: tuple[Frequency, ...] = ("yearly", "semester", "quarterly", "monthly")
_OVER_THE_YEAR: tuple[OverTheYear, ...] = ("last", "mean", "sum")
MOST_WRITTEN = 40_000
"""Characters of all formulas of a file, twenty of the longest; real ones have a thousand or two."""
MOST_IN_FORCE = 80_000
"""Characters of all formulas in force, summed over the versions: so much is checked in a second."""
_SHORTER = say("divide the indicator into several")
_STATISTICS = ("concept", "interpretation", "measure", "coverage", "access")


def read_indicator(document: Document, notes: Notes, sources: Mapping[str, Source]) -> Indicator | None:
    """Return the indicator, or None where it has no id."""
    top = Fields(document.root, notes)
    name, title = top.name("indicator"), top.label("title")
    objective = notes.uses("objective", top.name("objective"))
    division = notes.uses("division", top.name("division"))
    contributors, used = top.names("contributors", "division"), top.names("sources", "source")
    range_, targets, remarks = top.range("range"), _targets(top), top.remarks()
    achievement = top.fields("achievement")
    rule = None if achievement is None else read_achievement(achievement)
    versions = [read_version(node, notes) for node in top.items("versions") if isinstance(node, MappingNode)]
    _check_size(top, [version for version in versions if version is not None])
    examples = [
        read_example(node, sources, notes) for node in top.items("examples") if isinstance(node, MappingNode)
    ]
    if name is None:
        return None
    # What the schema has missed stands for itself, so that the formulas can be checked in the same run.
    nobody = Name("", name.place)
    return Indicator(
        id=name.id,
        title=title or Label(name.id),
        objective=objective or nobody,
        division=division or nobody,
        sources=used,
        place=name.place,
        text=document.text,
        contributors=contributors,
        unit=top.text("unit"),
        unit_place=top.where("unit"),
        range=range_,
        better=top.choice("better", _BETTER) or "higher",
        frequency=top.choice("frequency", _FREQUENCIES) or "yearly",
        decimals=top.whole("decimals"),
        rounding=top.choice("rounding", ROUNDINGS) or "half_up",
        over_the_year=top.choice("over_the_year", _OVER_THE_YEAR),
        wording=top.text("wording"),
        order=top.whole("order"),
        targets=targets,
        breakdowns=top.names("breakdowns"),
        achievement=rule,
        versions=tuple(version for version in versions if version is not None),
        examples=tuple(example for example in examples if example is not None),
        statistics={key: label for key in _STATISTICS if (label := top.label(key)) is not None},
        remarks=remarks,
    )


def _check_size(top: Fields, versions: Sequence[Version]) -> None:
    """End the reading of an indicator whose versions keep more formulas than can be checked in time (F5)."""
    sizes: dict[str, int] = {}
    whole = 0
    for version in versions:
        if version.replaces:
            sizes.clear()
        for name, step in version.steps.items():
            sizes[name] = len(step.formula.passage.value) if isinstance(step, Step) else 0
        if version.result is not None:
            sizes["result"] = len(version.result.formula.passage.value)
        whole += sum(sizes.values())
    if whole > MOST_IN_FORCE:
        message = say(
            "the formulas in force have {count} characters over all versions; {most} are allowed",
            count=whole,
            most=MOST_IN_FORCE,
        )
        top.notes.problems.append(error("too-large", top.place("versions"), message, _SHORTER))
        raise Enough


def _targets(top: Fields) -> tuple[Target, ...]:
    found = []
    for entry in top.entries("targets"):
        value = number_in(entry.node)
        if value is not None:
            found.append(Target(entry.key, value, entry.key_place))
        elif isinstance(entry.node, MappingNode):
            ends = Fields(entry.node, top.notes)
            low, high = ends.number("from"), ends.number("to")
            if low is None or high is None:
                continue
            if low > high:
                top.notes.problems.append(
                    error(
                        "range-order",
                        entry.node.place,
                        say("the target goes from {low} to {high}", low=low, high=high),
                        say("write the smaller number at `from`"),
                    )
                )
            found.append(Target(entry.key, (low, high), entry.key_place))
    return tuple(found)


def read_version(node: MappingNode, notes: Notes, always: date | None = None) -> Version | None:
    """Return the version, None where it has no first day; *always* is that of an amendment without one."""
    top = Fields(node, notes)
    from_, until = always or top.date("from"), top.date("until")
    parameters: dict[str, Parameter | Removed] = {}
    for entry in top.entries("parameters"):
        parameter = read_parameter(entry, notes)
        if parameter is not None:
            parameters[entry.key] = parameter
    steps: dict[str, Step | Removed] = {}
    for entry in top.entries("steps"):
        step = _step(entry, notes)
        if step is not None:
            steps[entry.key] = step
    result = top.node.by_key.get("result")
    whole_result = None if result is None else _formula_of("result", result, notes)
    range_, remarks = top.range("range"), top.remarks()
    categories = top.thresholds("categories", "label")
    unit, decimals = top.text("unit"), top.whole("decimals")
    rounding = top.choice("rounding", ROUNDINGS)
    succeeded_by = notes.uses("regulation", top.name("succeeded_by"))
    if from_ is None:
        return None
    return Version(
        from_=from_,
        place=top.start,
        from_place=top.place("from"),
        until=until,
        until_place=top.place("until") if until is not None else None,
        succeeded_by=succeeded_by,
        replaces=top.flag("replaces"),
        basis=remarks.basis,
        parameters=parameters,
        steps=steps,
        result=whole_result,
        categories=None if categories is None else Amended(categories, top.place("categories")),
        unit=None if unit is None else Amended(unit, top.place("unit")),
        range=range_,
        decimals=None if decimals is None else Amended(decimals, top.place("decimals")),
        rounding=None if rounding is None else Amended(rounding, top.place("rounding")),
        remarks=remarks,
    )


def _step(entry: Entry, notes: Notes) -> Step | Removed | None:
    if isinstance(entry.node, ScalarNode) and entry.node.value is None and not entry.node.flawed:
        return Removed(entry.key_place)
    return _formula_of(entry.key, entry, notes)


def _formula_of(name: str, entry: Entry, notes: Notes) -> Step | None:
    """Return the step or result at *entry*; a bare text is short for ``{formula: text}``."""
    if isinstance(entry.node, ScalarNode):
        formula = _formula(entry.node, notes)
        return None if formula is None else Step(name, None, formula, entry.key_place)
    if not isinstance(entry.node, MappingNode):
        return None
    inner = Fields(entry.node, notes)
    formula = _formula(inner.node.get("formula"), notes)
    range_, remarks = inner.range("range"), inner.remarks()
    each = notes.uses("source", inner.name("each"))
    if formula is None:
        return None
    return Step(
        id=name,
        each=each,
        formula=formula,
        place=entry.key_place,
        range=range_,
        decimals=inner.whole("decimals"),
        rounding=inner.choice("rounding", ROUNDINGS) or "half_up",
        unit=inner.text("unit"),
        unit_place=inner.where("unit"),
        remarks=remarks,
    )


def _formula(node: Node | None, notes: Notes) -> Formula | None:
    """Return the formula that *node* holds; what its grammar refuses is shown where it stands."""
    if not isinstance(node, ScalarNode) or node.flawed or node.value is None:
        return None
    passage = node.passage
    notes.formula_characters += len(passage.value)
    if notes.formula_characters > MOST_WRITTEN:
        message = say("the formulas of this file have more than {most} characters", most=MOST_WRITTEN)
        notes.problems.append(error("too-large", node.place, message, _SHORTER))
        raise Enough
    try:
        return Formula(passage, parse(passage.value))
    except FormulaRefused as refused:
        notes.problems.extend(passage.problem(fault) for fault in refused.faults)
        return None
