"""Do the work of one peer once in this process and print what it took as JSON.

python -m benchmarks.peers.child PEER WORK FOLDER
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path


def peak() -> float:
    """Return the peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(name: str, work: str, folder: Path) -> None:
    peer = import_module(f"benchmarks.peers.{name}")
    data = peer.load(folder)
    before, processor, start = peak(), time.process_time(), time.perf_counter()
    answer = getattr(peer, work)(data)
    took = {
        "seconds": time.perf_counter() - start,
        "processor": time.process_time() - processor,
        "peak": peak() - before,
    }
    print(json.dumps({"took": took, "answer": answer.digest()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
