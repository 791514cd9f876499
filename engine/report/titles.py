"""What people call the thing that a name in a formula refers to."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition import Catalogue, Label
from engine.formula.names import (
    ParameterValue,
    PreviousValue,
    RecordValue,
    Reference,
    RowValue,
    SourceRows,
    UnitValue,
)
from engine.versions import Rule


def title_of(
    reference: Reference, catalogue: Catalogue, rule: Rule, rules: Mapping[str, Rule]
) -> Label | None:
    """Return the title of what a name in a formula of *rule* refers to, None where it has none.

    *rules* are those of the same moment, by indicator: steps of others have their titles there.
    """
    match reference:
        case RowValue(item=step, step_of=str() as owner) | UnitValue(indicator=owner, step=str() as step):
            found = None if owner not in rules else rules[owner].steps.get(step)
            return None if found is None else found.remarks.title
        case RowValue(source=source, item=column) | RecordValue(source=source, item=column):
            return catalogue.sources[source].columns[column].remarks.title
        case UnitValue(indicator=owner) | PreviousValue(indicator=owner):
            return catalogue.indicators[owner].title
        case ParameterValue(name=name):
            return rule.parameters[name].remarks.title
        case SourceRows(source=source):
            return catalogue.sources[source].title
    return None
