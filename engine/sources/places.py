"""Where a source's files lie: below the data folder, regular, within limits (S1, S2, D1)."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path, PurePosixPath

from engine.definition import Source
from engine.problems import InvalidData, InvalidDefinitions, Message, error, say
from engine.sources.rows import FileRead
from engine.text import Cell

LARGEST_FILE = 4 * 2**30
_PART = re.compile(r"[A-Za-z0-9_{*][A-Za-z0-9_ .\-{}*]*\Z")


def declared_path(source: Source, period: str, year: int) -> str:
    """Return the path that a source declares for a period, relative to the data folder.

    Raises InvalidDefinitions for a path that could lead out of the folder: no scheme, drive, backslash,
    ``~``, ``$``, hidden part or ``..``; a ``*`` only in the last part of a Parquet path.
    """
    written = source.file or ""
    parts = written.split("/")
    globbed = "*" in parts[-1] and parts[-1].endswith(".parquet")
    safe = all(_PART.match(part) and not part.endswith((" ", ".")) for part in parts)
    if not safe or any("*" in part for part in parts[:-1]) or ("*" in parts[-1] and not globbed):
        raise InvalidDefinitions(
            error(
                "unsafe-path",
                source.file_place,
                say("`{path}` is not a plain path below the data folder", path=written),
                say("write folders and a file name with letters, digits, - and _, joined by /"),
            )
        )
    return written.replace("{period}", period).replace("{year}", f"{year:04}")


def found_files(root: Path, relative: str) -> list[Path]:
    """Return the files that a path below *root* names: itself, or those of a Parquet folder or glob."""
    base = root.resolve()
    path = base / PurePosixPath(relative)
    if "*" in path.name:
        found = sorted(path.parent.glob(path.name))
    elif path.is_dir():
        found = sorted(path.glob("*.parquet"))
    else:
        found = [path] if os.path.lexists(path) else []
    for file in found:
        if base not in file.resolve().parents:
            raise refused(relative, "unsafe-path", say("the file lies outside the data folder"))
    return found


def opened(path: Path, shown: str, largest: int = LARGEST_FILE) -> tuple[bytes, FileRead]:
    """Return a regular file's bytes and what to remember of it; raises InvalidData if it can't be read."""
    descriptor = _descriptor(path, shown)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(largest + 1)
    if max(size, len(content)) > largest:
        raise refused(
            shown, "file-too-big", say("the file has more than {limit} MiB", limit=largest // 2**20)
        )
    return content, FileRead(shown, hashlib.sha256(content).hexdigest(), len(content))


def fingerprint(path: Path, shown: str) -> FileRead:
    """Return what to remember of a regular file that is not read into memory at once."""
    digest = hashlib.sha256()
    with os.fdopen(_descriptor(path, shown), "rb") as file:
        size = 0
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return FileRead(shown, digest.hexdigest(), size)


def _descriptor(path: Path, shown: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as failure:
        raise refused(
            shown, "unreadable-file", say("the file can't be opened: {reason}", reason=failure.strerror)
        ) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise refused(shown, "unreadable-file", say("this is not an ordinary file"))
    return descriptor


def refused(shown: str, code: str, message: Message, hint: Message | None = None) -> InvalidData:
    """Return the refusal of a whole file."""
    return InvalidData(error(code, Cell(shown), message, hint))
