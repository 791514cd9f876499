"""The same work in every implementation: the value of each person, the mean of each agency and of the country.

A peer is a module with ``TITLE``, ``load(folder)``, which gives what the peer starts from in memory, and
``run(data)``, which is what the clock measures. All start from frames with plain text columns, but for
`polars_enum`, which is given Enum columns: what a peer needs in another form it makes on the clock.
Each is written as one who knows the library well would write it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PEERS = ("iku", "polars_text", "polars_enum", "duckdb_sql", "numpy_arrays", "openfisca", "policyengine")
"""The modules, the engine first."""
BASE = "polars_text"
"""The peer whose time is 1.00."""


@dataclass(frozen=True)
class Answer:
    """What a peer found: `values` of the persons in their order, means by agency, and the mean of all."""

    values: Any
    agencies: Mapping[str, float]
    mean: float

    def digest(self) -> dict[str, Any]:
        """Return the answer as numbers that another peer's answer can be compared with."""
        import numpy

        values = numpy.asarray(self.values, dtype=float)
        exact = numpy.round(values * 1e6).astype(numpy.int64)
        weights = numpy.arange(len(exact), dtype=numpy.int64) % 9973
        return {
            "rows": len(exact),
            "sum": float(exact.sum() / 1e6),
            "order": int((exact * weights).sum()),
            "mean": round(self.mean, 9),
            "agencies": {name: round(mean, 9) for name, mean in sorted(self.agencies.items())},
        }


def by_agency(names: Sequence[str], means: Sequence[float]) -> dict[str, float]:
    """Return means by agency."""
    return dict(zip(names, means, strict=True))
