"""Problems as text: the place, the sentence, the lines around it with the span marked, and the way out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine.problems import Problem
from engine.text import Cell, Place

Paint = Callable[[str, str], str]
"""Gives a text a style: a severity, ``place``, ``mark`` or ``hint``."""
MOST_SHOWN = 50
_CONTEXT = 1


def unpainted(text: str, style: str) -> str:
    """Return *text* as it is."""
    return text


def problems_text(problems: Sequence[Problem], paint: Paint = unpainted) -> str:
    """Return problems one below the other, at most 50, then how many more there are."""
    blocks = ["\n".join(_drawn(problem, paint)) for problem in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        blocks.append(f"and {len(problems) - MOST_SHOWN} more")
    return "\n\n".join(blocks)


def _drawn(problem: Problem, paint: Paint) -> Iterator[str]:
    where = f"{paint(shown_place(problem.place), 'place')}: " if problem.place is not None else ""
    severity = "" if problem.severity == "error" else f"{problem.severity}: "
    yield f"{where}{paint(severity + problem.code, problem.severity)}: {problem.message}"
    if isinstance(problem.place, Place):
        yield from _excerpt(problem.place, paint, problem.severity)
    for related in problem.related:
        yield f"   {paint(shown_place(related.place), 'place')}: {related.message}"
        if isinstance(related.place, Place):
            number, line = related.place.line, related.place.text.line(related.place.line)
            yield f"   {number:>4} | {visible(line)}"
    if problem.hint is not None:
        yield f"   {paint('hint:', 'hint')} {problem.hint}"


def _excerpt(place: Place, paint: Paint, style: str) -> Iterator[str]:
    first, last = max(place.line - _CONTEXT, 1), place.line
    width = len(str(last))
    for number in range(first, last + 1):
        yield f"   {number:>{width}} | {visible(place.text.line(number))}".rstrip()
    line = place.text.line(place.line)
    end = place.end_column if place.end_line == place.line else len(line) + 1
    length = max(1, min(end, len(line) + 1) - place.column)
    yield f"   {'':>{width}} | {' ' * (place.column - 1)}{paint('~' * length, style)}"


def visible(line: str) -> str:
    """Return a line of a file with control characters and tabs made harmless, one for one."""
    return "".join(
        character if character.isprintable() else " " if character == "\t" else "�" for character in line
    )


def shown_place(place: Place | Cell) -> str:
    """Return a place with its file relative to the current folder where that is shorter."""
    written = str(place)
    path = place.path
    if not os.path.isabs(path):
        return written
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return written
    return written.replace(path, relative, 1) if not relative.startswith("..") else written


def counted(problems: Sequence[Problem]) -> str:
    """Return how many problems there are of each severity: ``2 errors, 1 advice``."""
    words = {"error": "error", "warning": "warning", "advice": "piece of advice"}
    parts = []
    for severity, word in words.items():
        count = sum(problem.severity == severity for problem in problems)
        if count:
            plural = word.replace("piece", "pieces") if severity == "advice" else f"{word}s"
            parts.append(f"{count} {word if count == 1 else plural}")
    return ", ".join(parts) or "no problems"


def plain(problem: Problem) -> dict[str, Any]:
    """Return a problem as plain values for JSON."""
    place = problem.place
    found: dict[str, Any] = {
        "severity": problem.severity,
        "code": problem.code,
        "message": str(problem.message),
    }
    found["hint"] = None if problem.hint is None else str(problem.hint)
    found |= _where(place)
    found["related"] = [
        {**_where(related.place), "message": str(related.message)} for related in problem.related
    ]
    return found


def _where(place: Place | Cell | None) -> dict[str, Any]:
    if isinstance(place, Place):
        return {
            "path": place.path,
            "line": place.line,
            "column": place.column,
            "end_line": place.end_line,
            "end_column": place.end_column,
        }
    if isinstance(place, Cell):
        return {"path": place.path, "sheet": place.sheet, "line": place.line, "column": place.column}
    return {"path": None, "line": None, "column": None}
