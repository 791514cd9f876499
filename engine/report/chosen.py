"""Choose the problems of some files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.problems import Problem


def among(problems: Sequence[Problem], paths: Sequence[Path]) -> tuple[Problem, ...]:
    """Return the problems of files that are among *paths* or in folders among them (absolute paths).

    A problem of the catalogue as a whole, which has no place, is always one of them.
    """
    wanted = frozenset(paths)
    inside: dict[str, bool] = {}
    for problem in problems:
        if problem.place is not None and problem.place.path not in inside:
            file = Path(problem.place.path).resolve()
            inside[problem.place.path] = not wanted.isdisjoint((file, *file.parents))
    return tuple(problem for problem in problems if problem.place is None or inside[problem.place.path])
