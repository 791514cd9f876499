"""Tell whether a problem is the one of yesterday: its code, file and keys, not its line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from engine.document import Document, key_path, read
from engine.problems import Problem
from engine.report.problems_text import seen_from_here
from engine.text import Cell, Text


def identities(problems: Sequence[Problem]) -> list[str]:
    """Return a name for each problem that stays while other lines come and go: ``code path keys``.

    Several with the same code at the same keys are counted in their order.
    """
    seen: Counter[str] = Counter()
    names: list[str] = []
    for problem in problems:
        name = " ".join(part for part in (problem.code, _path(problem), keys_of(problem)) if part)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def fingerprint(identity: str) -> str:
    """Return *identity* as a short code of letters and digits."""
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def keys_of(problem: Problem) -> str:
    """Return the keys that lead to a problem; in a file that can't be read, the line as it is written."""
    place = problem.place
    if isinstance(place, Cell):
        return str(place).removeprefix(place.path).removeprefix(", ")
    if place is None:
        return str(problem.message)
    document = _document(place.text)
    return place.text.line(place.line).strip() if document is None else key_path(document, place.start)


@lru_cache(maxsize=8)
def _document(text: Text) -> Document | None:
    return read(text)[0]


def _path(problem: Problem) -> str:
    return "" if problem.place is None else seen_from_here(problem.place.path)
