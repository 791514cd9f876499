"""A real browser for tests: Chromium, led by Playwright, and axe-core, which judges accessibility.

The npm package is installed once, into `build/`, with whatever npm this machine has.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

AXE = "4.14.1"
FOLDER = Path(__file__).parent.parent / "build" / f"axe-core-{AXE}"
SCRIPT = FOLDER / "node_modules" / "axe-core" / "axe.min.js"


def chromium() -> str | None:
    """Return the path of the browser, None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@cache
def axe() -> str | None:
    """Install axe-core where it is not; return why it can't be, or None."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    if not SCRIPT.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(FOLDER)]
        done = subprocess.run(
            [*words, f"axe-core@{AXE}"], capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode:
            return f"npm can't install axe-core: {done.stderr.strip().splitlines()[-1]}"
    return None
