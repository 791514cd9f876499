"""A PostgreSQL server of one's own: in a temporary folder, on a socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PLACES = ("/usr/lib/postgresql", "/usr/local/bin", "/opt/homebrew/bin")


def _program(name: str) -> str:
    found = [
        str(path) for place in _PLACES for path in sorted(Path(place).glob(f"*/bin/{name}"), reverse=True)
    ]
    program = next(iter(found), None) or shutil.which(name)
    if program is None:
        pytest.skip("PostgreSQL is not installed: Debian's package postgresql")
    return program


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a server that is stopped at the end; root runs it as `postgres`, as it must."""
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with tempfile.TemporaryDirectory(prefix="iku-pg-") as name:
        folder = Path(name)

        def run(*words: str) -> None:
            as_owner = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []
            done = subprocess.run([*as_owner, *words], capture_output=True, text=True, cwd=folder)
            assert done.returncode == 0, done.stdout + done.stderr

        if os.geteuid() == 0:
            shutil.chown(folder, owner)
        data = str(folder / "data")
        run(
            _program("initdb"),
            "-D",
            data,
            "-U",
            owner,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        )
        settings = f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_buffers=16MB"
        run(_program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            yield f"postgresql://{owner}@/postgres?host={folder}"
        finally:
            run(_program("pg_ctl"), "-D", data, "-m", "immediate", "stop")
