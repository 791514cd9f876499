"""How long `iku` takes from a cold start: --help, and validate on the shipped and on invented catalogues.

    python benchmarks/validate.py [--indicators 1000 10000] [--runs 3] [--dates yearly]

Each catalogue is checked without a cache folder, and with one that knows all of its files. Each run is a
process of its own. Beside it runs the floor: a process that reads the same files and lets libyaml name
their events, with which any reading begins. The table shows medians of seconds as the clock counts them,
seconds of the processor, the ratio of these to the floor's, and the peak memory. On a busy machine the
ratio says more than the seconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from catalogue import invent

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "import cli, sys; sys.exit(cli.main({arguments!r}))"
FLOOR = """
import sys, yaml
from pathlib import Path
for path in Path(sys.argv[1]).rglob("*.yaml"):
    for event in yaml.parse(path.read_bytes(), Loader=yaml.CSafeLoader):
        pass
"""


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds by the clock and of the processor, and its peak memory in MiB."""

    clock: float
    processor: float
    memory: float


def cost(arguments: list[str]) -> Cost:
    """Run Python with *arguments* to its end; a run that fails ends the measurement."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)[:200]}: exit code {process.returncode}")
    return Cost(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def median(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        *(statistics.median(getattr(one, part) for one in costs) for part in ("clock", "processor", "memory"))
    )


def line(title: str, engine: list[str], floor: list[str], runs: int) -> str:
    """Measure a command and its floor in turn, and return the line of the table."""
    pairs = [(cost(engine), cost(floor)) for _ in range(runs)]
    own, least = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
    return (
        f"{title:44}{own.clock:>9.2f}{own.processor:>11.2f}{least.processor:>9.2f}"
        f"{own.processor / least.processor:>8.1f}{own.memory:>10,.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--indicators", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dates", choices=("yearly", "distinct"), default="yearly")
    chosen = parser.parse_args()
    print(f"{'':44}{'seconds':>9}{'processor':>11}{'floor':>9}{'ratio':>8}{'MiB':>10}")
    nothing = ["-c", "pass"]
    print(line("--help", ["-c", COMMAND.format(arguments=["--help"])], nothing, chosen.runs), flush=True)
    shipped = str(ROOT / "definitions")
    titles = {shipped: "validate, as shipped"}
    with tempfile.TemporaryDirectory() as name:
        for indicators in chosen.indicators:
            folder = Path(name) / str(indicators)
            invent(folder, indicators, dates=chosen.dates)
            titles[str(folder)] = f"validate, {indicators:,} indicators"
        for folder, title in titles.items():
            kept = ["--cache", str(Path(name) / "cache" / title)]
            for more, how in ((), ""), (kept, ", from a cache"):
                command = COMMAND.format(arguments=["validate", "-q", folder, *more])
                if more:
                    cost(["-c", command])
                floor = ["-c", FLOOR, folder]
                print(line(title + how, ["-c", command], floor, chosen.runs), flush=True)


if __name__ == "__main__":
    main()
