"""From a result back to its causes.

nouns    What an explanation consists of, and its form for programs.
trace    One formula with its numbers, the branches it took, the rows of tables it hit.
rows     The computed rows behind a result: totals over them, and a single one.
context  All that is known of one indicator's figure: its rule, its result, the rows behind it.
causes   Every cause of a result, each explained once.
moves    What moved a value between two periods: what its formula is made of, one after the other.
difference  What moved a figure between two periods: the rule or the data, and which steps.
"""

from __future__ import annotations

from engine.explain.causes import explain
from engine.explain.difference import Difference, difference
from engine.explain.nouns import Explanation

__all__ = ["Difference", "Explanation", "difference", "explain"]
