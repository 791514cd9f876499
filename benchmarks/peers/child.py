"""Run one peer once in this process and print what it took as JSON: ``child.py PEER FOLDER``."""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def peak() -> float:
    """Return the peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(name: str, folder: Path) -> None:
    peer = import_module(f"peers.{name}")
    data = peer.load(folder)
    before, processor, start = peak(), time.process_time(), time.perf_counter()
    answer = peer.run(data)
    seconds, used = time.perf_counter() - start, time.process_time() - processor
    print(json.dumps({"seconds": seconds, "processor": used, "peak": peak() - before, **answer.digest()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
