"""Problems as annotations of a GitHub workflow: each one line, an order to the runner.

Nothing of a definition can give another one (O1): line breaks, percent signs and, in properties, colons
and commas are written as codes, and the older sign for orders is broken wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.problems import Problem, Severity
from engine.report.problems_text import left_out, seen_from_here, visible
from engine.text import Cell, Place

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "advice": "notice"}
_IN_TEXTS = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_TEXTS, ":": "%3A", ",": "%2C"}
_OLDER_ORDER = re.compile(r"##(?=\[|vso\[)")


def github(problems: Sequence[Problem], omitted: int = 0, language: str = "en") -> str:
    """Return a line for each problem; *omitted* more were found and left out."""
    lines = [_annotation(problem, language) for problem in problems]
    if omitted:
        lines.append(f"::warning title=iku::{left_out(omitted).text(language)}\n")
    return "".join(lines)


def _annotation(problem: Problem, language: str) -> str:
    properties: dict[str, object] = {}
    place = problem.place
    if isinstance(place, Place):
        properties = {"file": seen_from_here(place.path), "line": place.line}
        if place.line == place.end_line:  # Columns are drawn within a line only.
            properties |= {"col": place.column, "endColumn": place.end_column}
        else:
            properties |= {"endLine": place.end_line}
    elif isinstance(place, Cell):
        properties = {"file": seen_from_here(place.path)} | ({"line": place.line} if place.line else {})
    properties["title"] = problem.code
    sentences = (problem.message, problem.hint)
    text = "\n".join(sentence.text(language) for sentence in sentences if sentence is not None)
    told = ",".join(
        f"{name}={_coded(visible(str(value)), _IN_PROPERTIES)}" for name, value in properties.items()
    )
    return f"::{_LEVELS[problem.severity]} {told}::{_coded(text, _IN_TEXTS)}\n"


def _coded(text: str, codes: dict[str, str]) -> str:
    return "".join(codes.get(character, character) for character in _OLDER_ORDER.sub(r"##\\", text))
