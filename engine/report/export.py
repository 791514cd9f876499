"""Results as files for other programs: whole or not there at all, dots as decimals, ISO dates (O3 to O5)."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.problems import InvalidRequest, Message, error, say
from engine.values import Results

COLUMNS = (
    "indicator",
    "title",
    "period",
    "group",
    "status",
    "value",
    "unrounded",
    "unit",
    "category",
    "target",
    "target_low",
    "target_high",
    "achievement",
    "achievement_uncapped",
    "achievement_category",
    "reason",
    "objective",
    "division",
    "version_from",
    "basis",
)
"""The columns of a file of results, in this order."""
_NUMBERS = (
    "value",
    "unrounded",
    "target",
    "target_low",
    "target_high",
    "achievement",
    "achievement_uncapped",
)
_COMPUTED = "=+-@\t\r\n＝＋－＠"
_BREAKS = re.compile(r"[\r\n]+")
_BEFORE = " \"'\u00a0\u3000"


def csv_text(results: Results, language: str = "en") -> str:
    """Return one row a result as CSV, with no cell that a spreadsheet would compute (O4)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in _rows(results, language))
    return stream.getvalue()


def _rows(results: Results, language: str) -> Iterator[dict[str, Any]]:
    """Yield the rows; a target from low to high fills two columns of its own."""
    for row in results.to_dicts(language):
        target = row["target"]
        low, high = target if isinstance(target, list) else (None, None)
        single = None if isinstance(target, list) else target
        yield {**row, "target": single, "target_low": low, "target_high": high}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, (int, float)) else guarded(_BREAKS.sub(" ", str(value)))


def guarded(text: str) -> str:
    """Return *text*, with an apostrophe before one that a spreadsheet would take for a formula."""
    return f"'{text}" if text.lstrip(_BEFORE)[:1] in tuple(_COMPUTED) else text


def parquet_bytes(results: Results, language: str = "en") -> bytes:
    """Return one row a result as a Parquet file."""
    import polars

    schema = {name: polars.Float64 if name in _NUMBERS else polars.String for name in COLUMNS}
    rows = [
        {
            name: float(row[name]) if name in _NUMBERS and row[name] is not None else row[name]
            for name in COLUMNS
        }
        for row in _rows(results, language)
    ]
    stream = io.BytesIO()
    polars.DataFrame(rows, schema=schema).write_parquet(stream)
    return stream.getvalue()


def check_target(path: Path, *, force: bool) -> None:
    """Raise InvalidRequest if *path* can't become a file: it is one already and not *force*, or no file."""
    if not path.parent.is_dir():
        raise _refused(say("there is no folder `{path}`", path=str(path.parent)))
    if path.exists() and not path.is_file():
        raise _refused(say("`{path}` is not an ordinary file", path=str(path)))
    if os.path.lexists(path) and not force:
        raise _refused(
            say("`{path}` is there already", path=str(path)),
            say("choose another name, or overwrite it with --force"),
        )


def write_file(path: Path, content: str | bytes, *, force: bool) -> None:
    """Write a file under another name and rename it, so that it is whole or not there.

    Raises InvalidRequest if it is there already and not *force*, OSError if it can't be written.
    """
    check_target(path, force=force)
    data = content.encode() if isinstance(content, str) else content
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                partial.replace(path)
            except BaseException:
                partial.unlink()
                raise
    except OSError as failure:
        raise OSError(failure.errno, failure.strerror, str(path)) from None


def _refused(message: Message, hint: Message | None = None) -> InvalidRequest:
    return InvalidRequest(error("output-file", None, message, hint))
