"""Say on a terminal that work takes its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

_SECONDS = 1.0


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show *what* on standard error, with a moving mark, while work takes longer than a second."""
    from rich.console import Console

    status = Console(stderr=True).status(what)
    timer = Timer(_SECONDS, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
