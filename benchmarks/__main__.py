"""What the engine costs next to others that do the same work.

    python -m benchmarks [rows] [means] [records] [growth] [--employees 1000000 5000000] [--runs 5] [--record]

rows     each person's value of IP ASN, the mean of each of 600 agencies and of the country
means    the means alone
records  one employee at a time, as a web form asks
growth   the seconds of `rows` from 100,000 to 20 million employees, the engine and Polars by hand
check    whether the engine's ratio in `rows` has slipped to more than one and a half of the usual one: exit
         code 1; this is what CI runs

Data are invented, the same ones each time. Every peer's answer is compared with the engine's before
anything counts. Each run is a process of its own and the peers alternate, so that what else the machine does
falls on all; the table shows medians, the ratio to the base, and the peak memory above the data. Peers that
are not installed are left out and named: pip install '.[benchmarks]' brings them; ttsim doesn't go with
PolicyEngine and gets an environment of its own, with '.[benchmarks-ttsim]'. With --peers the named ones are
measured beside the engine and the base. With --record the tables are written to benchmarks/RESULTS.md,
`growth` with a picture.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import employees, records
from benchmarks.peers import BASE, MEANS, PEERS, SLOW
from benchmarks.recording import Table, machine, picture, write

ROOT = Path(__file__).resolve().parent.parent
GROWTH = (100_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000)
SMALL = 1_000_000
"""The number of employees that peers get at most who need more than a minute a run for it."""


USUAL = 0.75
"""The engine's seconds of the processor in `rows`, Polars by hand being 1, as measured on two cores."""
SLIP = 1.5


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds by the clock and of the processor, and MiB of memory above the data.

    None is the memory of those who compute in a process beside.
    """

    seconds: float
    processor: float
    peak: float | None


def run(peer: str, work: str, folder: Path) -> tuple[Cost, object] | None:
    """Return what a run took and what it answered; None where the peer is not installed."""
    words = [sys.executable, "-m", "benchmarks.peers.child", peer, work, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(f"{peer}, {work}: {done.stderr[-3000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Cost(**found["took"]), found["answer"]


def alternate(peers: Sequence[str], work: str, folder: Path, runs: int) -> dict[str, list[Cost]]:
    """Return the costs of *runs* runs of each peer; one whose answer differs ends the measurement."""
    costs: dict[str, list[Cost]] = {}
    answers: dict[str, object] = {}
    for turn in range(runs):
        for peer in peers if turn == 0 else list(costs):
            print(f"\r{work}: run {turn + 1} of {runs}, {peer:20}", end="", file=sys.stderr, flush=True)
            found = run(peer, work, folder)
            if found is None:
                print(f"\n{peer} is not installed", file=sys.stderr)
                continue
            cost, answer = found
            first = next(iter(answers.values()), answer)
            if answer != first:
                raise SystemExit(
                    f"\n{peer} answers {str(answer)[:200]}\n{next(iter(answers))}: {str(first)[:200]}"
                )
            answers[peer] = answer
            costs.setdefault(peer, []).append(cost)
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return costs


def compared(work: str, peers: Sequence[str], count: int, runs: int) -> Table:
    """Return the table of a work on *count* employees."""
    with tempfile.TemporaryDirectory() as name:
        employees.invent(count, Path(name))
        costs = alternate(peers, work, Path(name), runs)
    base = statistics.median(cost.seconds for cost in costs[BASE])
    lines = []
    for peer, found in costs.items():
        seconds = statistics.median(cost.seconds for cost in found)
        processor = statistics.median(cost.processor for cost in found)
        peaks = [cost.peak for cost in found if cost.peak is not None]
        peak = f"{statistics.median(peaks):,.0f}" if peaks else "not told"
        lines.append((PEERS[peer], f"{seconds:.2f}", f"{processor:.2f}", f"{seconds / base:.2f}", peak))
    title = f"{work.capitalize()}: {count:,} employees, {count * 3 // 2:,} trainings, {runs} runs"
    return Table(title, ("", "seconds", "of the processor", "ratio", "MiB above the data"), tuple(lines))


def one_at_a_time(runs: int) -> Table:
    """Return the table of single records."""
    people = records.invent()
    took: dict[str, list[float]] = {}
    for _ in range(runs):
        for name in records.PEERS:
            try:
                microseconds, values = records.measure(name, people)
            except ModuleNotFoundError:
                continue
            if name == next(iter(records.PEERS)):
                expected = values
            if any(abs(one - other) > 1e-9 for one, other in zip(values, expected, strict=True)):
                raise SystemExit(f"{name} gives other values")
            took.setdefault(name, []).append(microseconds)
    medians = {name: statistics.median(found) for name, found in took.items()}
    base = medians.get(records.BASE, medians["iku"])
    lines = tuple(
        (records.PEERS[name][0], f"{median:.1f}", f"{median / base:.2f}") for name, median in medians.items()
    )
    return Table(f"Records: one employee, all steps, {runs} runs", ("", "microseconds", "ratio"), lines)


def growth(sizes: Sequence[int], runs: int) -> tuple[Table, dict[str, list[tuple[int, float]]]]:
    """Return how the seconds of `rows` grow with the employees, as a table and as points."""
    points: dict[str, list[tuple[int, float]]] = {"iku": [], BASE: []}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            employees.invent(size, Path(name))
            for peer, found in alternate(tuple(points), "rows", Path(name), runs).items():
                points[peer].append((size, statistics.median(cost.seconds for cost in found)))
    lines = tuple((f"{size:,}", *(f"{dict(points[peer])[size]:.2f}" for peer in points)) for size in sizes)
    return Table(f"Growth: seconds, {runs} runs", ("employees", *(PEERS[p] for p in points)), lines), points


def slipped(runs: int) -> bool:
    """Return whether the engine takes much more than it used to, next to Polars by hand beside it."""
    with tempfile.TemporaryDirectory() as name:
        employees.invent(SMALL, Path(name))
        costs = alternate(("iku", BASE), "rows", Path(name), runs)
    used = {peer: statistics.median(cost.processor for cost in found) for peer, found in costs.items()}
    ratio, most = used["iku"] / used[BASE], USUAL * SLIP
    print(f"{SMALL:,} employees: {ratio:.2f} of what Polars by hand takes; {most:.2f} at most")
    return ratio > most


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    works = ("rows", "means", "records", "growth")
    parser.add_argument("work", nargs="*", help="what to measure; all if none is named", metavar="WORK")
    parser.add_argument("--employees", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(GROWTH), help="of growth")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--record", action="store_true", help="write benchmarks/RESULTS.md")
    chosen = parser.parse_args()
    if chosen.work == ["check"]:
        sys.exit(slipped(chosen.runs))
    unknown = set(chosen.work) - set(works)
    if unknown:
        parser.error(f"there is no work {', '.join(sorted(unknown))}; choose from {', '.join(works)}")
    wanted = chosen.work or works
    tables: list[Table] = []

    def done(table: Table) -> None:
        tables.append(table)
        print(table.text(), flush=True)

    for count in chosen.employees:
        named = {"iku", BASE, *chosen.peers}
        peers = [peer for peer in PEERS if peer in named and (count <= SMALL or peer not in SLOW)]
        if "rows" in wanted:
            done(compared("rows", peers, count, chosen.runs))
        if "means" in wanted:
            done(compared("means", [peer for peer in peers if peer in MEANS], count, chosen.runs))
    if "records" in wanted:
        done(one_at_a_time(chosen.runs))
    if "growth" in wanted:
        table, points = growth(chosen.sizes, max(1, chosen.runs // 2))
        done(table)
        if chosen.record:
            picture({PEERS[peer]: found for peer, found in points.items()})
    if chosen.record:
        write(tables, machine())


if __name__ == "__main__":
    main()
