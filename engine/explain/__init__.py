"""From a result back to its causes.

nouns    What an explanation consists of, and its form for programs.
privacy  Know what may not be shown: personal columns, and steps that pass such a value on.
trace    One formula with its numbers, the branches it took, the rows of tables it hit.
rows     The computed rows behind a result: totals over them, and a single one.
context  All that is known of one indicator's figure: its rule, its result, the rows behind it.
causes   Every cause of a result, each explained once.
"""

from __future__ import annotations

from engine.explain.causes import explain
from engine.explain.nouns import Explanation

__all__ = ["Explanation", "explain"]
