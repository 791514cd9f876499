"""Periods, amendments, and the consolidated rule in force.

periods  Measured periods: how they are written, their days, the longer and shorter ones around them.
rules    Amendments worked in, entry by entry: the consolidated rule, and the one in force on a day.
windows  Which rule counts on which days: the windows of an indicator, without holes between them.
validity  From when until when an act can have been in force, as far as the register tells.
checks   What is wrong with the order, the dates and the amendments of an indicator's versions.
"""

from __future__ import annotations

from engine.versions.checks import check
from engine.versions.periods import Period
from engine.versions.rules import Key, NotInForce, Rule, course, in_force, in_force_on, rules
from engine.versions.validity import Validity, validities
from engine.versions.windows import Timeline, Window, holes, period_of, periods_in, windows

__all__ = [
    "Key",
    "NotInForce",
    "Period",
    "Rule",
    "Timeline",
    "Validity",
    "Window",
    "check",
    "course",
    "holes",
    "in_force",
    "in_force_on",
    "period_of",
    "periods_in",
    "rules",
    "validities",
    "windows",
]
