"""The command line `iku`; from a checkout, `python cli.py` does the same as the installed program."""

from __future__ import annotations

import sys

from engine.commands.main import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
