"""The headers of a file against the declared columns (D2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.problems import InvalidData, Message, Problem, error, nearest, say
from engine.text import Cell

MOST_COLUMNS = 16_384
_MOST_COMPARED = 1_000


def check_headers(wanted: Sequence[str], headers: Sequence[str], place: Cell) -> None:
    """Raise InvalidData unless every *wanted* header is there exactly, each once, and none is blank.

    Columns that are not declared are of no concern: reports often have more.
    """
    if len(headers) > MOST_COLUMNS:
        message = say(
            "the table has {count} columns; at most {most} can be", count=len(headers), most=MOST_COLUMNS
        )
        raise InvalidData(error("file-too-big", place, message))
    problems: list[Problem] = []
    seen: set[str] = set()

    def found(code: str, column: str, message: Message, hint: Message) -> None:
        problems.append(error(code, replace(place, column=column), message, hint))

    for position, header in enumerate(headers, start=1):
        if not header.strip():
            message = say("column {number} has no header", number=position)
            found("blank-header", str(position), message, say("name the column, or remove it"))
        elif header in seen:
            message = say("the header `{name}` stands twice", name=header)
            found("duplicate-header", header, message, say("rename or remove one of the two columns"))
        seen.add(header)
    for name in wanted:
        if name not in seen:
            found("missing-column", name, say("there is no column `{name}`", name=name), _hint(name, headers))
    if problems:
        raise InvalidData(problems)


def _hint(name: str, headers: Sequence[str]) -> Message:
    near = {_folded(header): header for header in headers}.get(_folded(name))
    if near is not None:
        return say("it has `{near}`; write the header exactly, or declare `header: {near}`", near=near)
    return nearest(name, headers[:_MOST_COMPARED]) or say(
        "it has {headers}", headers=", ".join(headers[:_MOST_COMPARED])
    )


def _folded(header: str) -> str:
    return "".join(character for character in header.casefold() if character.isalnum())


def check_delimiter(header: str, delimiter: str, place: Cell) -> None:
    """Raise InvalidData if a file's only header holds what looks like another delimiter."""
    other = next((mark for mark in ";\t|," if mark != delimiter and mark in header), None)
    if other is not None:
        shown = {
            "\t": say("tabs"),
            ";": say("semicolons"),
            "|": say("vertical bars"),
            ",": say("commas"),
        }
        declared = "\\t" if other == "\t" else other
        message = say(
            "the columns seem to be separated by {other}, not by {mark}",
            other=shown[other],
            mark=shown[delimiter],
        )
        hint = say('declare `format: {{delimiter: "{mark}"}}`', mark=declared)
        raise InvalidData(error("wrong-delimiter", place, message, hint))
