"""Find all problems of definitions in one run, whole or as far as they could be read."""

from __future__ import annotations

from engine import checking
from engine.definition import Catalogue
from engine.problems import Problem, in_order
from engine.reading import Parts


def judge(parts: Parts) -> tuple[Problem, ...]:
    """Return the problems of reading and of checking, by file and position."""
    found = (
        _checked(parts.catalogue) if parts.catalogue is not None else checking.check_parts(parts, _checked)
    )
    return in_order([*parts.problems, *found])


def _checked(catalogue: Catalogue) -> tuple[Problem, ...]:
    checks = checking.check(catalogue)
    if not checks.unsettled:
        return checks.problems
    from engine import proving  # the record evaluator is needed only where a proof is left open

    return (*checks.problems, *proving.settle(catalogue, checks.unsettled))
