"""The headers of a file against the declared columns (D2)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.definition import Source
from engine.problems import InvalidData, Problem, error, nearest, say
from engine.text import Cell


def wanted_headers(source: Source) -> list[str]:
    """Return the headers that a file of this source must have."""
    if source.unpivot is None:
        return [column.written_as for column in source.columns.values()]
    long = (source.unpivot.name, source.unpivot.value)
    rest = [column.written_as for name, column in source.columns.items() if name not in long]
    return [*rest, *source.unpivot.columns]


def check_headers(source: Source, headers: Sequence[str], place: Cell) -> None:
    """Raise InvalidData unless every declared column has its header, each header once and none blank.

    Columns that are not declared are of no concern: reports often have more.
    """
    problems: list[Problem] = []
    if len(headers) == 1 and source.dialect.delimiter not in headers[0]:
        other = next((mark for mark in ";\t|," if mark in headers[0]), None)
        if other is not None:
            name = "a tab" if other == "\t" else f"`{other}`"
            raise InvalidData(
                error(
                    "wrong-delimiter",
                    place,
                    say("the columns seem to be separated by {mark}", mark=name),
                    say('declare `format: {{delimiter: "{mark}"}}`', mark="\\t" if other == "\t" else other),
                )
            )
    seen: set[str] = set()
    for position, header in enumerate(headers, start=1):
        if not header.strip():
            problems.append(
                error("blank-header", place, say("column {number} has no header", number=position))
            )
        elif header in seen:
            problems.append(
                error("duplicate-header", place, say("the header `{name}` stands twice", name=header))
            )
        seen.add(header)
    folded = {header.casefold().strip(): header for header in headers}
    for header in wanted_headers(source):
        if header not in seen:
            near = folded.get(header.casefold().strip())
            hint = (
                say("it has `{near}`; write the header exactly, or declare `header:`", near=near)
                if near
                else (nearest(header, headers) or say("it has {headers}", headers=", ".join(headers)))
            )
            problems.append(
                error("missing-column", place, say("there is no column `{name}`", name=header), hint)
            )
    if problems:
        raise InvalidData(problems)
