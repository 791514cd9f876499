"""Results as files for other programs, written whole or not at all (O3 to O5)."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import Any

from engine.numbers import written
from engine.problems import InvalidRequest, error, say
from engine.values import Results

_COLUMNS = (
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
    "achievement",
    "achievement_category",
    "reason",
    "division",
    "version_from",
    "basis",
)
_STARTS = "=+-@\t\r\n＝＋－＠"


def csv_text(results: Results) -> str:
    """Return one row a result as CSV: dots as decimals, ISO dates, no cell that would be computed."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in results.to_dicts():
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    return stream.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "-".join(written(end) for end in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return written(value)
    return guarded(str(value))


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before it if need be (O4)."""
    return f"'{text}" if text.lstrip(" \"'")[:1] and text.lstrip(" \"'")[0] in _STARTS else text


def parquet_bytes(results: Results) -> bytes:
    """Return one row a result as a Parquet file."""
    import polars

    rows = [{name: row[name] for name in _COLUMNS} for row in results.to_dicts()]
    for row in rows:
        row["target"] = None if isinstance(row["target"], list) else row["target"]
    numbers = dict.fromkeys(("value", "unrounded", "target", "achievement"), polars.Float64)
    schema = {name: numbers.get(name, polars.String) for name in _COLUMNS}
    stream = io.BytesIO()
    polars.DataFrame(rows, schema=schema).write_parquet(stream)
    return stream.getvalue()


def write_file(path: Path, content: str | bytes, *, force: bool) -> None:
    """Write a file by another name and rename it; raises InvalidRequest if it is there and not *force*."""
    if path.exists() and not force:
        raise InvalidRequest(
            error(
                "file-exists",
                None,
                say("`{path}` is there already", path=str(path)),
                say("choose another name, or overwrite it with --force"),
            )
        )
    data = content.encode() if isinstance(content, str) else content
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as failure:
        raise InvalidRequest(
            error(
                "unwritable-file",
                None,
                say("`{path}` can't be written: {reason}", path=str(path), reason=failure.strerror),
            )
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
