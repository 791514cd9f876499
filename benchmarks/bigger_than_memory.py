"""What evaluating more rows than memory holds takes: IP ASN from two folders of Parquet files.

    python -m benchmarks.bigger_than_memory [--rows 10 20 50] [--folder FOLDER]

Rows are given in millions, those of employees and of trainings together, two employees to three trainings.
They are invented, the same ones each time, in files of half a million rows. Each run is a process of its own
that reads the files, checks every cell, key and reference, and computes the mean of the country; the table
shows its seconds and the most memory that it held, as Linux counts it (`VmHWM`).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

import engine
from benchmarks import employees
from benchmarks.recording import Table, machine

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("pegawai", "pelatihan")
A_FILE = 500_000
"""Rows of a file."""


def invent(rows: int, folder: Path) -> None:
    """Write *rows* rows as the files of a folder for each source, with the headers that are declared."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    employees.invent(rows * 2 // 5, folder)
    declared = engine.load(ROOT / "definitions").definitions.sources
    for source in SOURCES:
        whole = folder / f"{source}.parquet"
        (folder / source).mkdir()
        headers = {name: column.written_as for name, column in declared[source].columns.items()}
        table = pl.scan_parquet(whole).rename(headers)
        for number, start in enumerate(range(0, table.select(pl.len()).collect().item(), A_FILE)):
            table.slice(start, A_FILE).sink_parquet(folder / source / f"{number:04}.parquet")
        whole.unlink()


def evaluate(folder: Path) -> None:
    """Evaluate in this process and print the value, the seconds and the peak memory in MiB."""
    start = time.perf_counter()
    catalogue = engine.load(ROOT / "definitions")
    files = {source: folder / source for source in SOURCES}
    result = catalogue.evaluate(str(employees.YEAR), files, only=["ip_asn"])["ip_asn"]
    seconds = time.perf_counter() - start
    told = re.search(r"VmHWM:\s+([0-9]+)", Path("/proc/self/status").read_text())
    assert told is not None, "Linux tells the peak of memory"
    print(result.unrounded, seconds, int(told[1]) / 1024)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10, 20, 50], metavar="MILLIONS")
    parser.add_argument("--folder", type=Path, help="where the files are kept; without it they are removed")
    parser.add_argument("--evaluate", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.evaluate is not None:
        evaluate(chosen.evaluate)
        return
    lines = []
    with tempfile.TemporaryDirectory() as scratch:
        for millions in chosen.rows:
            folder = (chosen.folder or Path(scratch)) / str(millions)
            invent(millions * 1_000_000, folder)
            words = [sys.executable, "-m", "benchmarks.bigger_than_memory", "--evaluate", str(folder)]
            done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
            if done.returncode:
                sys.exit(f"{millions} million rows: ended with {done.returncode}\n{done.stderr}")
            value, seconds, peak = map(float, done.stdout.split())
            lines.append(
                (
                    f"{millions} million",
                    f"{seconds:.1f}",
                    f"{seconds / millions:.2f}",
                    f"{peak:,.0f}",
                    f"{value:.9f}",
                )
            )
    heads = ("rows", "seconds", "seconds a million", "peak MiB", "IP ASN")
    print(Table("IP ASN from Parquet folders", heads, tuple(lines)).text())
    print(machine())


if __name__ == "__main__":
    main()
