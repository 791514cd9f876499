"""Periods, amendments, and the consolidated rule in force.

periods  Measured periods: how they are written, their days, the longer and shorter ones around them.
rules    Amendments worked in, entry by entry: the consolidated rule, and the one in force on a day.
checks   What is wrong with the order, the dates and the amendments of an indicator's versions.
"""

from __future__ import annotations

from engine.versions.checks import check
from engine.versions.periods import Period
from engine.versions.rules import NotInForce, Rule, course, in_force, in_force_on, rules

__all__ = ["NotInForce", "Period", "Rule", "check", "course", "in_force", "in_force_on", "rules"]
