"""The results as a page: what was measured, on which machine, and how time grows with the employees."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PAGE, PICTURE = FOLDER / "RESULTS.md", FOLDER / "growth.svg"
LIBRARIES = (
    "polars",
    "duckdb",
    "numpy",
    "pyarrow",
    "openfisca-core",
    "policyengine-core",
    "ttsim-backend",
    "pyspark",
    "zen-engine",
    "common-expression-language",
    "simpleeval",
)


@dataclass(frozen=True)
class Table:
    """A title, the heads of the columns, and the lines."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Return the table for a terminal: names to the left, numbers to the right."""
        widths = [max(len(line[i]) for line in (self.heads, *self.lines)) for i in range(len(self.heads))]
        rows = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in (self.heads, *self.lines)
        ]
        return "\n".join([self.title, *rows, ""])

    def markdown(self) -> str:
        """Return the table as a section of the page."""
        marks = ["---", *["---:"] * (len(self.heads) - 1)]
        rows = ["| " + " | ".join(line) + " |" for line in (self.heads, marks, *self.lines)]
        return "\n".join([f"## {self.title}", "", *rows, ""])


def machine() -> str:
    """Return what the machine is and which versions were measured."""
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}; {', '.join(found)}."


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def write(tables: Sequence[Table], described: str) -> None:
    """Write the page, with the picture if there is one."""
    parts = [
        "# Results of the benchmarks",
        "",
        f"Measured {date.today().isoformat()} by `python -m benchmarks --record` on {described}",
        "The ratio is that to Polars by hand on text columns, of single records that to zen-engine. The",
        "engine checks kinds, ranges, blanks, unique keys and references besides; the others check nothing.",
        "",
        *[table.markdown() for table in tables],
    ]
    if PICTURE.exists():
        parts += ["![Seconds by number of employees](growth.svg)", ""]
    PAGE.write_text("\n".join(parts))


def picture(points: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    """Draw how the seconds grow, both axes logarithmic: a straight line at 45 degrees is linear."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for (name, found), marker in zip(points.items(), "os^v", strict=False):
        axes.plot([size for size, _ in found], [seconds for _, seconds in found], marker=marker, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("employees")
    axes.set_ylabel("seconds")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(PICTURE, metadata={"Date": None})
