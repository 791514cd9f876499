"""Say what declarations promise to formulas: the kind of a column, the content of a parameter."""

from __future__ import annotations

from dataclasses import replace

from engine.definition import (
    Bands,
    Catalogue,
    Column,
    Members,
    Parameter,
    Single,
    Source,
    Table,
)
from engine.formula import kinds
from engine.formula.algebra import BandsContent, Content, SetContent, SingleContent, TableContent
from engine.formula.kinds import LARGEST_WHOLE, Kind


def content_of(parameter: Parameter) -> Content:
    """Return a parameter as formulas see it."""
    match parameter.content:
        case Single(value=value, choices=choices):
            return SingleContent(value, choices or ())
        case Table(entries=entries):
            return TableContent(entries)
        case Bands(rows=rows):
            return BandsContent(tuple((row.limit, row.inclusive, row.value) for row in rows))
        case Members(values=values):
            return SetContent(values)


def column_kind(catalogue: Catalogue, source: Source, column: Column) -> Kind:
    """Return what is known of a column's values from its declaration."""
    blank = column.missing.kind == "keep"
    if column.type in ("number", "integer"):
        widest = kinds.LARGEST_GIVEN if column.type == "number" else LARGEST_WHOLE
        low = float(column.range.low) if column.range else -widest
        high = float(column.range.high) if column.range else widest
        return Kind("number" if column.type == "number" else "integer", low=low, high=high, blank=blank)
    if column.type == "category":
        return replace(kinds.category(column.values), blank=blank)
    if column.type == "boolean":
        return replace(kinds.BOOLEAN, blank=blank)
    if column.type == "date":
        return replace(kinds.DATE, blank=blank)
    if column.to is not None:
        target = catalogue.sources.get(column.to.id)
        key = target.columns.get(target.key.id) if target is not None and target.key is not None else None
        if key is not None and key.type == "integer":
            return replace(kinds.integer(-LARGEST_WHOLE, LARGEST_WHOLE), blank=blank)
    return replace(kinds.TEXT, blank=blank)
