"""Keep what was read as plain data for the next run, and trust none of it.

A cache folder may come from anywhere, so it holds JSON and nothing that runs: only the definitions and
problems named here are made of it, and formulas pass their grammar again. An entry counts only for the very
input that it was made from (`key`) and only whole (`_sum` covers both); all else is as if it were not there.
Writing is by a temporary name; a folder that can't be written to is no reason to fail.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine import definition, problems
from engine.definition import Formula
from engine.document import Passage
from engine.formula.grammar import FormulaRefused, parse
from engine.schema import names, schema_text
from engine.text import Place, Text

MOST_BYTES = 16 * 1024 * 1024
_CLASSES: Mapping[str, type] = {
    name: found
    for module in (definition, problems)
    for name, found in vars(module).items()
    if isinstance(found, type) and is_dataclass(found) and found.__module__ == module.__name__
}


_PARTS = {name: tuple(part.name for part in fields(kind)) for name, kind in _CLASSES.items()}


class Unstorable(Exception):
    """A value holds something that has no form as plain data."""


class Store:
    """A folder of entries, each under a name: one name has one entry, the newest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, key: str, text: Text) -> Any:
        """Return what was put under *name* for the same *key*, with its places in *text*; None if nothing."""
        try:
            found = _read(self._path(name))
            given, _, payload = found.partition(b"\n")
            if given.decode("ascii", "replace") != _sum(key, payload):
                return None
            return _loaded(json.loads(payload), text)
        except (OSError, ValueError, TypeError, LookupError, RecursionError, FormulaRefused):
            return None

    def put(self, name: str, key: str, value: Any, text: Text) -> None:
        """Keep *value*, whose places are in *text*; without a word where that is not possible."""
        path = self._path(name)
        with suppress(OSError, Unstorable, ValueError):
            payload = json.dumps(_plain(value, text), ensure_ascii=False, allow_nan=False).encode()
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_sum(key, payload).encode() + b"\n" + payload)
                os.replace(temporary, path)
            except OSError:
                os.unlink(temporary)
                raise

    def _path(self, name: str) -> Path:
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / digest[:2] / f"{digest[2:]}.json"


def key(*parts: str) -> str:
    """Return the key of an entry that follows from *parts*, from this engine, and from nothing else."""
    return sha256(json.dumps([_engine(), *parts]).encode()).hexdigest()


@cache
def _engine() -> str:
    """Return what tells this engine from any other: its files, the schemas, the Python it runs on."""
    found = sha256(repr(sys.version_info[:3]).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    for name in names():
        found.update(schema_text(name).encode())
    return found.hexdigest()


def _sum(key: str, payload: bytes) -> str:
    return sha256(key.encode("utf-8", "surrogatepass") + b"\n" + payload).hexdigest()


def _read(path: Path) -> bytes:
    """Return the bytes of an ordinary file; a link or anything else is refused as if it were not there."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not an ordinary file")
        return file.read(MOST_BYTES)


def _plain(value: Any, text: Text) -> Any:
    """Return *value* as JSON has it: a list begins with what it is."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Place):
        if value.text is not text:
            raise Unstorable(value.text.path)
        return ["Place", value.start, value.end]
    if isinstance(value, tuple):
        return ["", *(_plain(part, text) for part in value)]
    if isinstance(value, dict):
        return {name: _plain(part, text) for name, part in value.items()}
    if isinstance(value, Formula):
        return ["Formula", value.text, *_plain(value.passage.place, text)[1:], value.passage.flow]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if value is text:
        return ["Text"]
    kind: type[Any] = type(value)
    if _CLASSES.get(kind.__name__) is not kind:
        raise Unstorable(kind.__name__)
    return [kind.__name__, *(_plain(getattr(value, part), text) for part in _PARTS[kind.__name__])]


def _loaded(plain: Any, text: Text) -> Any:
    """Return the value that `_plain` made *plain*; LookupError, TypeError or ValueError for anything else."""

    def tuple_of(parts: list[Any]) -> Any:
        return tuple(map(value, parts[1:]))

    def place(parts: list[Any]) -> Any:
        return Place(text, parts[1], parts[2])

    def formula(parts: list[Any]) -> Any:
        _, written, start, end, flow = parts
        return Formula(Passage(written, Place(text, start, end), flow), parse(written, known=True))

    makers: dict[str, Callable[[list[Any]], Any]] = {
        "": tuple_of,
        "Place": place,
        "Formula": formula,
        "Text": lambda parts: text,
        "date": lambda parts: date.fromisoformat(parts[1]),
    }

    def value(plain: Any) -> Any:
        if type(plain) is list:
            make = makers.get(plain[0])
            return _CLASSES[plain[0]](*map(value, plain[1:])) if make is None else make(plain)
        if type(plain) is dict:
            return {name: value(part) for name, part in plain.items()}
        return plain

    return value(plain)
