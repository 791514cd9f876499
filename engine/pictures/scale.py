"""From numbers to places on a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """*low* lies at *start*, *high* at *stop*; halves keep the largest numbers from running over.

    Where both are equal, all lies in the middle.
    """

    low: float
    high: float
    start: float
    stop: float

    def at(self, value: float) -> float:
        """Return the place of *value*."""
        span = self.high / 2 - self.low / 2
        share = (value / 2 - self.low / 2) / span if span else 0.5
        return self.start + (self.stop - self.start) * share
