"""Where a source's files lie: below the data folder, regular, within limits (S1, S2, D1, D6)."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Protocol

from engine.definition import Source
from engine.problems import IkuError, InvalidData, InvalidDefinitions, Message, error, say
from engine.sources.rows import FileRead
from engine.text import Cell


class Measured(Protocol):
    """The measured period, as far as the names of files and the rows of tables need it."""

    @property
    def text(self) -> str:
        """The period as folders write it: 2021-TW1."""

    @property
    def year(self) -> int:
        """Its year."""

    @property
    def first(self) -> date:
        """Its first day."""

    @property
    def last(self) -> date:
        """Its last day."""


LARGEST_FILE = 4 * 2**30
"""Bytes of a file that is read into memory."""
LARGEST_SCANNED = 64 * 2**30
"""Bytes of a Parquet file, which is read in pieces."""
_FORBIDDEN = re.compile(r'[\\:~$?\[\]<>|"`%]')
_QUOTED = re.compile(r"""'.*'|".*"|\[.*\]?""")
_BLOCK = 2**20


def held_at(source: Source, period: Measured) -> str:
    """Return what tells the rows of *period* from those of other periods: the path, or which of a table's."""
    if source.table is not None:
        return source.table.shown if source.table.period is None else f"{source.table.shown}, {period.text}"
    return declared_path(source, period.text, period.year)


def declared_path(source: Source, period: str, year: int) -> str:
    """Return the path that a source declares for a period, relative to the data folder (S1).

    Raises InvalidDefinitions for a path that could lead out of the folder or mean several things: a scheme,
    drive, backslash, ``~``, ``$``, hidden part or ``..``; a ``*`` only in the last part of a Parquet path.
    """
    written = source.file or ""
    filled = written.replace("{period}", period).replace("{year}", f"{year:04}")
    *folders, last = filled.split("/")
    globbed = last.endswith(".parquet")
    if not all(_is_plain(part) for part in folders) or not _is_plain(last, globbed=globbed):
        raise InvalidDefinitions(
            error(
                "unsafe-path",
                source.file_place,
                say("`{path}` is not a plain path below the data folder", path=written),
                say("join names of folders and a file by /; `{{period}}` and `{{year}}` may stand in them"),
            )
        )
    return filled


def _is_plain(part: str, *, globbed: bool = False) -> bool:
    hidden = part.startswith((".", "-", " ")) or part.endswith((" ", "."))
    odd = _FORBIDDEN.search(part) or "{" in part or "}" in part or ("*" in part and not globbed)
    return bool(part) and not hidden and not odd and not any(unicodedata.category(c)[0] == "C" for c in part)


def found_files(root: Path, relative: str) -> dict[str, Path]:
    """Return the files that a path below *root* names, by their names as people see them.

    It names itself, or the Parquet files of a folder or glob, sorted by name. Raises InvalidData where a
    link leads out of *root*.
    """
    with reading_as(relative, say("a path")):
        base = root.resolve()
        path = base / PurePosixPath(relative)
        if "*" in path.name:
            folder = relative[: relative.rfind("/") + 1]
            listed = {f"{folder}{file.name}": file for file in sorted(path.parent.glob(path.name))}
        elif path.is_dir() and not path.suffix:
            listed = {f"{relative}/{file.name}": file for file in sorted(path.glob("*.parquet"))}
        else:
            listed = {relative: path} if os.path.lexists(path) else {}
        found = {name: file.resolve() for name, file in listed.items()}
    for name, file in found.items():
        if base not in file.parents:
            raise refused(name, "unsafe-path", say("the file lies outside the data folder"))
    return found


def given_files(path: Path) -> dict[str, Path]:
    """Return the file, or the Parquet files of a folder, that a caller names wherever it lies."""
    listed = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if path.is_dir() and not listed:
        raise refused(str(path), "missing-file", say("there is no Parquet file in this folder"))
    if not path.exists():
        raise refused(str(path), "missing-file", say("there is no such file"))
    return {str(file): file.resolve() for file in listed}


def opened(path: Path, shown: str, largest: int = LARGEST_FILE) -> tuple[bytes, FileRead]:
    """Return a regular file's bytes and what to remember of it; raises InvalidData if it can't be read."""
    with os.fdopen(_descriptor(path, shown, largest), "rb") as file, reading_as(shown, say("a file")):
        content = file.read(largest + 1)
    if len(content) > largest:
        raise _too_big(shown, largest)
    return content, FileRead(shown, hashlib.sha256(content).hexdigest(), len(content))


def fingerprint(path: Path, shown: str, largest: int = LARGEST_SCANNED) -> FileRead:
    """Return what to remember of a regular file that is not read into memory at once."""
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(_descriptor(path, shown, largest), "rb") as file, reading_as(shown, say("a file")):
        while size <= largest and (block := file.read(_BLOCK)):
            digest.update(block)
            size += len(block)
    if size > largest:
        raise _too_big(shown, largest)
    return FileRead(shown, digest.hexdigest(), size)


def _descriptor(path: Path, shown: str, largest: int) -> int:
    """Open a regular file within *largest* bytes, without following a link and without waiting for a pipe."""
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure)
        raise refused(
            shown, "unreadable-file", say("the file can't be opened: {reason}", reason=reason)
        ) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = say("a folder") if stat.S_ISDIR(status.st_mode) else say("a device or pipe")
        raise refused(shown, "unreadable-file", say("this is {kind}, not a file", kind=kind))
    if status.st_size > largest:
        os.close(descriptor)
        raise _too_big(shown, largest)
    return descriptor


def _too_big(shown: str, largest: int) -> InvalidData:
    return refused(shown, "file-too-big", say("the file has more than {limit} MiB", limit=largest // 2**20))


def refused(shown: str, code: str, message: Message, hint: Message | None = None) -> InvalidData:
    """Return the refusal of a whole file."""
    return InvalidData(error(code, Cell(shown), message, hint))


def without_quotes(reason: str) -> str:
    """Return an outside library's reason without what it quotes, which may be a cell."""
    return _QUOTED.sub("…", reason)


@contextmanager
def reading_as(shown: str, kind: Message, *, cells_in_reasons: bool = False) -> Iterator[None]:
    """Turn whatever an outside reader raises on a damaged or hostile file into InvalidData (D6).

    That includes the panics of readers written in Rust, which are no Exceptions. Where the reader's
    reasons may quote cells (*cells_in_reasons*), what they quote is left out: it may be personal.
    """
    try:
        yield
    except (IkuError, AssertionError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as failure:
        reason = str(failure).strip().split("\n")[0] or type(failure).__name__
        if cells_in_reasons:
            reason = without_quotes(reason)
        message = say("cannot be read as {kind}: {reason}", kind=kind, reason=reason)
        raise refused(shown, "unreadable-file", message) from None
