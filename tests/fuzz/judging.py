"""Run hostile inputs one after the other; say what came out that should not, how long, how much memory."""

from __future__ import annotations

import resource
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.problems import IkuError


@dataclass(frozen=True)
class Case:
    """An input with what is done to it; *call* returns what is wrong with the outcome, or None."""

    name: str
    call: Callable[[], str | None]


@dataclass
class Verdict:
    """What a corpus gave: failures in words, the slowest case in seconds of work, megabytes gained."""

    cases: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_name: str = ""
    megabytes: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cases} cases, {self.refused} refused with an exception, {len(self.failures)} failures, "
            f"slowest {self.slowest:.2f} s ({self.slowest_name}), memory grew by {self.megabytes} MB"
        )


def judged(cases: Iterable[Case]) -> Verdict:
    """Run all cases. An exception of the engine's own family is an answer, any other is a failure."""
    verdict = Verdict()
    before = 0
    for number, case in enumerate(cases):
        start = time.process_time()
        try:
            wrong = case.call()
        except IkuError:
            verdict.refused += 1
            wrong = None
        except BaseException as failure:
            if isinstance(failure, KeyboardInterrupt):
                raise
            where = traceback.extract_tb(failure.__traceback__)[-1]
            wrong = f"{type(failure).__name__}: {failure} ({where.filename}:{where.lineno})"
        taken = time.process_time() - start
        verdict.cases += 1
        if taken > verdict.slowest and number:
            verdict.slowest, verdict.slowest_name = taken, case.name
        if wrong is not None:
            verdict.failures.append(f"{case.name}: {wrong}"[:500])
        if not number:  # the first case loads libraries
            before = _peak()
    verdict.megabytes = _peak() - before
    return verdict


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
