"""Find all problems of definitions in one run, whole or as far as they could be read."""

from __future__ import annotations

from engine import checking, scenarios
from engine.definition import Catalogue
from engine.problems import Problem, errors_in, in_order
from engine.reading import Parts


def judge(parts: Parts) -> tuple[Problem, ...]:
    """Return the problems of reading and of checking, by file and position.

    Advice that the organization has switched off is left out.
    """
    whole = parts.catalogue
    found = _checked(whole) if whole is not None else checking.check_parts(parts, _checked)
    if whole is not None and whole.scenarios and not errors_in(found):
        found = (
            *found,
            *(p for one in whole.scenarios.values() for p in scenarios.check(whole, one, _checked)),
        )
    off = frozenset[str]() if whole is None else whole.organization.advice_off
    problems = (p for p in (*parts.problems, *found) if p.severity != "advice" or p.code not in off)
    return in_order(problems)


def _checked(catalogue: Catalogue) -> tuple[Problem, ...]:
    checks = checking.check(catalogue)
    if not checks.unsettled:
        return checks.problems
    from engine import proving  # the record evaluator is needed only where a proof is left open

    return (*checks.problems, *proving.settle(catalogue, checks.unsettled))
