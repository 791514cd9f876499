"""Do the work of one peer once in this process and print what it took as JSON.

python -m benchmarks.peers.child PEER WORK FOLDER
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from importlib import import_module
from pathlib import Path


def peak() -> float:
    """Return the peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def beside() -> list[Path]:
    """Return the processes that this one has started, as PySpark does a JVM, where Linux tells them."""
    told = Path(f"/proc/self/task/{os.getpid()}/children")
    return [Path("/proc", child) for child in told.read_text().split()] if told.exists() else []


def processor() -> float:
    """Return the seconds of the processor of this process and of those beside it."""
    ticks = 0
    for child in beside():
        fields = (child / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # in user mode and in the kernel
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main(name: str, work: str, folder: Path) -> None:
    peer = import_module(f"benchmarks.peers.{name}")
    data = peer.load(folder)
    before, used, start = peak(), processor(), time.perf_counter()
    answer = getattr(peer, work)(data)
    took = {
        "seconds": time.perf_counter() - start,
        "processor": processor() - used,
        # A JVM keeps the heap that it once had: what a single run needs can't be told.
        "peak": None if beside() else peak() - before,
    }
    print(json.dumps({"took": took, "answer": answer.digest()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
