"""The same figures for programs: JSON and CSV with dots as decimals, ISO dates, and nothing personal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.definition import Bands, Indicator, Members, Parameter, Single, Step, Table, Threshold
from engine.report.export import csv_text, guarded
from engine.report.listing import listed
from engine.site.examples import shown_columns
from engine.site.guide import one_line
from engine.site.indicator import Gathered
from engine.values import Result, Results
from engine.versions import Rule

_LISTED = (
    "indicator",
    "title",
    "objective",
    "division",
    "unit",
    "frequency",
    "sources",
    "from",
    "regulation",
    "basis",
)


def figures_csv(gathered: Gathered) -> bytes:
    """Return one row for each indicator and year."""
    return _csv(gathered, [result for results in gathered.figures.years.values() for result in results])


def figures_json(gathered: Gathered) -> bytes:
    """Return the results of each year with their provenance."""
    language = gathered.guide.language
    years = [
        json.loads(replace(results, results=_shown(gathered, results)).to_json(None, language))
        for results in gathered.figures.years.values()
    ]
    return _json(years)


def indicators_csv(gathered: Gathered) -> bytes:
    """Return one row for each indicator: what it is called, who answers, on which basis."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_LISTED)
    for row in listed("indicators", gathered.guide.catalogue, gathered.guide.language):
        cells = [row[name] for name in _LISTED]
        writer.writerow([guarded(_text(cell)) for cell in cells])
    return stream.getvalue().encode()


def catalogue_json(gathered: Gathered) -> bytes:
    """Return all that the catalogue lists; personal columns are left out."""
    guide = gathered.guide
    catalogue, language = guide.catalogue, guide.language
    found: dict[str, Any] = {"organization": guide.label(catalogue.organization.name).text}
    for what in ("objectives", "divisions", "indicators", "sources", "regulations"):
        found[what] = [dict(row) for row in listed(what, catalogue, language)]
    for row in found["sources"]:
        row["columns"] = list(shown_columns(catalogue, catalogue.sources[row["source"]]))
    return _json(found)


def indicator_csv(gathered: Gathered, name: str) -> bytes:
    """Return one row for each year of an indicator."""
    return _csv(gathered, gathered.figures.history(name))


def indicator_json(gathered: Gathered, name: str) -> bytes:
    """Return the definition of an indicator, all rules of it, and its figures."""
    guide = gathered.guide
    indicator = guide.catalogue.indicators[name]
    history = gathered.figures.history(name)
    return _json(
        {
            "indicator": name,
            "title": guide.label(indicator.title).text,
            "objective": indicator.objective.id,
            "division": indicator.division.id,
            "contributors": [each.id for each in indicator.contributors],
            "sources": [each.id for each in indicator.sources],
            "better": indicator.better,
            "frequency": indicator.frequency,
            "over_the_year": indicator.over_the_year,
            "wording": None if indicator.wording is None else one_line(indicator.wording),
            "targets": {target.period: target.value for target in indicator.targets},
            "needs": gathered.relations.needs[name],
            "feeds": gathered.relations.feeds[name],
            "rules": [_rule(gathered, indicator, rule) for rule in gathered.relations.rules[name]],
            "figures": [_plain(gathered, result) for result in history],
        }
    )


def _rule(gathered: Gathered, indicator: Indicator, rule: Rule) -> dict[str, Any]:
    version = rule.version
    return {
        "from": version.from_.isoformat(),
        "until": None if version.until is None else version.until.isoformat(),
        "succeeded_by": None if version.succeeded_by is None else version.succeeded_by.id,
        "basis": _basis(rule, "result" if version.basis is None else "", version.basis),
        "unit": rule.unit,
        "range": None if rule.range is None else [rule.range.low, rule.range.high],
        "decimals": rule.decimals,
        "rounding": rule.rounding,
        "result": " ".join(rule.result.formula.text.split()),
        "categories": None if rule.categories is None else [_threshold(row) for row in rule.categories],
        "steps": {step.id: _step(gathered, rule, step) for step in rule.steps.values()},
        "parameters": {each.id: _parameter(gathered, rule, each) for each in rule.parameters.values()},
    }


def _basis(rule: Rule, entry: str, own: Any = None) -> dict[str, Any] | None:
    basis = own if own is not None else rule.basis_of(entry)
    if basis is None:
        return None
    return {
        "regulation": None if basis.regulation is None else basis.regulation.id,
        "locator": basis.locator,
    }


def _step(gathered: Gathered, rule: Rule, step: Step) -> dict[str, Any]:
    title = step.remarks.title
    return {
        "title": None if title is None else gathered.guide.label(title).text,
        "each": None if step.each is None else step.each.id,
        "formula": " ".join(step.formula.text.split()),
        "unit": step.unit,
        "range": None if step.range is None else [step.range.low, step.range.high],
        "basis": _basis(rule, f"steps.{step.id}"),
        "certainty": step.remarks.certainty,
    }


def _parameter(gathered: Gathered, rule: Rule, parameter: Parameter) -> dict[str, Any]:
    title = parameter.remarks.title
    return {
        "title": None if title is None else gathered.guide.label(title).text,
        **_content(parameter.content),
        "unit": parameter.unit,
        "limit_unit": parameter.limit_unit,
        "basis": _basis(rule, f"parameters.{parameter.id}"),
        "certainty": parameter.remarks.certainty,
    }


def _content(content: Single | Table | Bands | Members) -> dict[str, Any]:
    match content:
        case Single():
            return {"value": content.value, "written": content.written, "choices": content.choices}
        case Table():
            return {"table": dict(content.entries), "total": content.total}
        case Bands():
            return {"bands": [_threshold(row) for row in content.rows]}
        case Members():
            return {"set": content.values}


def _threshold(row: Threshold) -> dict[str, Any]:
    limit = {} if row.limit is None else {"from" if row.inclusive else "above": row.limit}
    return {**limit, "value": row.value}


def _plain(gathered: Gathered, result: Result) -> dict[str, Any]:
    return _without_personal(gathered, result).to_dict(gathered.guide.language)


def _without_personal(gathered: Gathered, result: Result) -> Result:
    hidden = gathered.relations.hidden_steps
    return replace(
        result,
        steps={n: value for n, value in result.steps.items() if (result.indicator, n) not in hidden},
    )


def _shown(gathered: Gathered, results: Results) -> tuple[Result, ...]:
    return tuple(_without_personal(gathered, result) for result in results)


def _csv(gathered: Gathered, results: Sequence[Result]) -> bytes:
    made = next(iter(gathered.figures.years.values()), None)
    if made is None:
        return csv_text_of_nothing()
    return csv_text(replace(made, results=tuple(results)), gathered.guide.language).encode()


def csv_text_of_nothing() -> bytes:
    """Return the headings alone."""
    from engine.report.export import COLUMNS

    return (",".join(COLUMNS) + "\n").encode()


def _text(value: Any) -> str:
    if isinstance(value, str) or value is None:
        return one_line(value or "")
    return " ".join(str(each) for each in value) if isinstance(value, Iterable) else str(value)


def _json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n").encode()
