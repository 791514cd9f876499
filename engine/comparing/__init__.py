"""What is different between two catalogues, or between two days of one, and what that reaches.

nouns       Changes, and the comparison that they make up.
fields      Compare two definitions field by field: nothing that a definition says is left out.
amendments  Compare the versions of an indicator, and two of its rules, in the terms of regulations.
reach       Which indicators a change reaches through the graph, on the days on which it counts.
whole       Compare two catalogues, or two days of one.
figures     By how much figures move when rules do: two evaluations of the same data.
"""

from __future__ import annotations

from engine.comparing.nouns import HIDDEN, NOTHING, Change, Comparison, Subject
from engine.comparing.whole import compare, compare_days

__all__ = ["HIDDEN", "NOTHING", "Change", "Comparison", "Subject", "compare", "compare_days"]
