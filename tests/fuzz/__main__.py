"""Run the invented corpora, or a fuzzer, for longer than the tests do.

``python tests/fuzz corpora [--count 20000]`` and ``python tests/fuzz all|formula|yaml|csv|xlsx [--minutes 10]``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent.parent))
sys.path.remove(str(Path(__file__).parent))

TARGETS = ("formula", "yaml", "csv", "xlsx")


def corpora(count: int, seed: int) -> int:
    """Run every corpus in a process of its own and print what came out; 1 where anything failed."""
    failed = 0
    for name in ("formulas", "broken formulas", "documents", "scalars", "files", "graphs"):
        words = [sys.executable, __file__, "corpus", name, "--count", str(count), "--seed", str(seed)]
        failed |= subprocess.run(words, check=False).returncode
    return failed


def corpus(name: str, count: int, seed: int) -> int:
    """Run one corpus and print what came out."""
    from fuzz import datafiles, documents, formulas, graphs, scalars
    from fuzz.judging import judged

    found = judged(
        {
            "formulas": lambda: formulas.cases(count, seed),
            "broken formulas": lambda: formulas.broken_cases(count, seed),
            "documents": lambda: documents.cases(count // 10, seed),
            "scalars": lambda: scalars.cases(count, seed),
            "files": lambda: datafiles.cases(count // 4, seed),
            "graphs": lambda: graphs.cases(count // 10, seed),
        }[name]()
    )
    print(f"{name}: {found}", flush=True)
    for failure in found.failures[:20]:
        print(f"   {failure}")
    return 1 if found.failures else 0


def fuzz(target: str, minutes: float) -> int:
    """Let atheris look for inputs that raise what they should not, for so many minutes."""
    import atheris

    with atheris.instrument_imports(include=["engine"]):
        once = _target(target)
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder)
        for number, content in enumerate(_seeds(target)):
            (seeds / str(number)).write_bytes(content)
        options = [
            f"-max_total_time={round(minutes * 60)}",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-max_len=4096",
        ]
        atheris.Setup([sys.argv[0], *options, folder], once)
        atheris.Fuzz()
    return 0


def _target(name: str) -> Callable[[bytes], None]:
    """Return what is done with each input; it raises only where something is wrong."""
    from engine.problems import IkuError
    from fuzz import datafiles, documents, formulas

    def data(file: str) -> Callable[[bytes], None]:
        def once(content: bytes) -> None:
            try:
                wrong = datafiles.judged_file(datafiles.PLAIN, file, content)
            except IkuError:
                return
            assert wrong is None, wrong

        return once

    def formula(content: bytes) -> None:
        wrong = formulas.judged_text(content.decode("utf-8", "surrogateescape"))
        assert wrong is None, wrong

    return {"formula": formula, "yaml": documents.decoding, "csv": data("x.csv"), "xlsx": data("x.xlsx")}[
        name
    ]


def _seeds(name: str) -> list[bytes]:
    from fuzz import datafiles, documents, formulas

    if name == "formula":
        return [text.encode("utf-8", "replace") for text in formulas.broken(200)]
    if name == "yaml":
        return [path.read_bytes() for path in documents.BASE.rglob("*.yaml")]
    return [datafiles.good()[f"x.{name}"]]


def main() -> int:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python tests/fuzz", description=__doc__)
    parser.add_argument("what", choices=["corpora", "corpus", "all", *TARGETS])
    parser.add_argument("name", nargs="?")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    if asked.what == "corpora":
        return corpora(asked.count, asked.seed)
    if asked.what == "corpus":
        return corpus(asked.name, asked.count, asked.seed)
    if asked.what == "all":
        each = [
            subprocess.run(
                [sys.executable, __file__, target, "--minutes", str(asked.minutes / len(TARGETS))],
                check=False,
            )
            for target in TARGETS
        ]
        return max(found.returncode for found in each)
    return fuzz(asked.what, asked.minutes)


if __name__ == "__main__":
    sys.exit(main())
