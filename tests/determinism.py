"""The same definitions and data give the same bytes, for every hash seed, locale, time zone, order of files.

``python tests/determinism.py`` runs the whole matrix (guards.md asks for ten seeds, three locales, two time
zones and shuffled files), some minutes; the tests run a few of its corners.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "definitions"
SEEDS = tuple(range(10))
LOCALES = ("C", "C.UTF-8", "id_ID.UTF-8")
ZONES = ("UTC", "Asia/Makassar")
MATRIX = tuple(product(SEEDS, LOCALES, ZONES))
Corner = tuple[int, str, str]

_OUTPUTS: dict[str, Sequence[str]] = {
    "validate": ["validate", "definitions", "--format", "json"],
    "evaluate": ["evaluate", "--period", "2024", "--format", "json"],
    "diff": ["diff", "2021", "2024", "--values", "--period", "2024", "--format", "json"],
    "iku": ["report", "iku", "--format", "markdown", "--output", "iku.md"],
    "lkjip": ["report", "lkjip", "--period", "2024", "--format", "markdown", "--output", "lkjip.md"],
    "graph": ["graph", "--format", "svg"],
    "site": ["site", "--output", "situs", "--period", "2024"],
}
"""What is compared: what a command says, and what it writes into the folder."""


def shuffled(folder: Path, seed: int) -> Path:
    """Copy the shipped definitions and data into *folder*, the files in another order."""
    files = sorted(path for path in SHIPPED.rglob("*") if path.is_file())
    random.Random(seed).shuffle(files)
    for path in files:
        target = folder / "definitions" / path.relative_to(SHIPPED)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def outputs(folder: Path, corner: Corner, names: Sequence[str] = tuple(_OUTPUTS)) -> dict[str, str]:
    """Return a digest of each output of the catalogue in *folder*, made by one process in such a corner."""
    seed, locale, zone = corner
    around = {
        **os.environ,
        "PYTHONHASHSEED": str(seed),
        "LC_ALL": locale,
        "TZ": zone,
        "COLUMNS": "90",
        "SOURCE_DATE_EPOCH": "1735689600",
    }
    words = [sys.executable, str(Path(__file__)), "one", *names]
    run = subprocess.run(words, cwd=folder, env=around, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode("utf-8", "replace")
    found: dict[str, str] = json.loads(run.stdout)
    return found


def _one(names: Sequence[str]) -> dict[str, str]:
    """Return the digests of what commands say and write in the working folder."""
    import contextlib
    import io

    sys.path.insert(0, str(ROOT))
    import cli

    found = {}
    before = _files()
    for name in names:
        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
        with contextlib.redirect_stdout(said):
            code = cli.main([*_OUTPUTS[name], "-q"])
        said.flush()
        written = {path: digest for path, digest in _files().items() if path not in before}
        before |= written
        assert code == 0, f"{name}: exit code {code}"
        assert written or said.buffer.tell(), f"{name} gave nothing"
        said.seek(0)
        parts = [hashlib.sha256(said.buffer.read()).hexdigest(), *map(str, sorted(written.items()))]
        found[name] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return found


def _files() -> dict[str, str]:
    return {
        path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path().rglob("*")
        if path.is_file() and path.parts[0] != "definitions"
    }


def main() -> int:
    """Run the whole matrix and print which outputs differ; 1 if any does."""
    first: dict[str, str] = {}
    different: set[str] = set()
    for number, corner in enumerate(MATRIX):
        with tempfile.TemporaryDirectory() as name:
            found = outputs(shuffled(Path(name), number), corner)
        first = first or found
        wrong = {name for name, digest in found.items() if digest != first[name]}
        different |= wrong
        print(
            f"{number + 1:3} of {len(MATRIX)}",
            *corner,
            *(f"{name} differs" for name in sorted(wrong)),
            flush=True,
        )
    print(f"{len(MATRIX)} corners, {len(first)} outputs: {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(_one(sys.argv[2:])))
    else:
        sys.exit(main())
