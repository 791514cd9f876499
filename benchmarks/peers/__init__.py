"""The same work in every implementation: each person's value, the means of the agencies and of the country.

A peer is a module with ``load(folder)``, which gives what the peer starts from in memory, and
``rows(data)``, which is what the clock measures; some have ``means(data)`` too: the means without the rows.
All start from frames with plain text columns, but for `polars_enum`, which is given Enum columns: what a
peer needs in another form it makes on the clock. Each is written as one who knows the library well would
write it: DuckDB, NumPy and PySpark drop the trainings that count for nothing before they group, as
`polars_filtered` does; `polars_text`, which is the measure, reads them all, as the engine does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PEERS = {
    "iku": "iku",
    "polars_text": "Polars by hand, text columns",
    "polars_filtered": "Polars by hand, text columns, filtered first",
    "polars_enum": "Polars by hand, Enum columns",
    "duckdb_sql": "DuckDB, SQL",
    "numpy_arrays": "NumPy by hand",
    "pyspark_sql": "PySpark by hand, two threads",
    "ttsim": "ttsim",
    "policyengine": "PolicyEngine-core",
    "openfisca": "OpenFisca-core",
}
"""The modules with what they are called, the engine first."""
BASE = "polars_text"
"""The peer whose time is 1.00."""
MEANS = ("iku", "polars_text", "polars_filtered", "polars_enum")
"""Those who can leave the rows out."""
SLOW = ("pyspark_sql",)
"""Those who are not given more than a million employees: PySpark warms up a JVM on all of them each run."""


@dataclass(frozen=True)
class Answer:
    """What a peer found: the means by agency and of all, and the persons' values, in order, if asked for.

    Values that stay where they were computed, as a cluster's do, are a function that fetches them: for the
    comparison, when the clock has stopped.
    """

    agencies: Mapping[str, float]
    mean: float
    values: Any = None

    def digest(self) -> dict[str, Any]:
        """Return the answer as numbers that another peer's answer can be compared with."""
        import numpy

        means = {
            "mean": round(self.mean, 9),
            "agencies": {name: round(mean, 9) for name, mean in sorted(self.agencies.items())},
        }
        if self.values is None:
            return means
        values = self.values() if callable(self.values) else self.values
        exact = numpy.round(numpy.asarray(values, dtype=float) * 1e6).astype(numpy.int64)
        weights = numpy.arange(len(exact), dtype=numpy.int64) % 9973
        return {**means, "rows": len(exact), "sum": int(exact.sum()), "order": int((exact * weights).sum())}
