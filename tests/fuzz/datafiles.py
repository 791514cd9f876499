"""Hostile data files: bombs, sheets that reach far, broken containers, and bytes flipped in good ones."""

from __future__ import annotations

import gzip
import io
import pickle
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars
from sourcing import KEEP, cell, column, read_text, sheet_of, source, workbook

from engine.definition import Dialect
from fuzz.judging import Case

COLUMNS = (
    column("a", "text"),
    column("b", "number", missing=KEEP, range=(-1000, 1000)),
    column("c", "category", values=("x", "y"), missing=KEEP),
    column("d", "date", missing=KEEP),
)
PLAIN = source(*COLUMNS, key="a")
INDONESIAN = source(*COLUMNS, key="a", dialect=Dialect(";", ",", ".", date="DD/MM/YYYY"))
GOOD = "a,b,c,d\nr1,1.5,x,2021-01-31\nr2,-7,y,\nr3,,,2020-02-29\n"
_GOOD_ROWS = (("a", "b", "c"), ("r1", 1.5, "x"), ("r2", -7, "y"), ("r3", None, None))


def bombs() -> list[tuple[str, str, bytes]]:
    """Return files that unpack to hundreds of megabytes or reach millions of rows: name, file name, bytes.

    They are made by another process, so that making them counts for nothing here.
    """
    code = (
        "import pickle, sys; sys.path.insert(0, sys.argv[1]); from fuzz.datafiles import made_bombs; "
        "sys.stdout.buffer.write(pickle.dumps(list(made_bombs())))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent.parent)], check=True, stdout=subprocess.PIPE
    )
    found: list[tuple[str, str, bytes]] = pickle.loads(made.stdout)
    return found


def made_bombs() -> Iterator[tuple[str, str, bytes]]:
    """Make the bombs."""
    yield "zeros packed", "x.csv.gz", gzip.compress(b"\0" * 300_000_000, 1)
    yield "rows packed", "x.csv.gz", gzip.compress(b"a,b,c,d\n" + b"x,1,x,\n" * 20_000_000, 1)
    yield "headers", "x.csv", ",".join(f"c{number}" for number in range(100_000)).encode()
    yield "commas in a header", "x.csv", b"," * 1_000_000 + b"\n1\n"
    yield "quotes", "x.csv", b"a,b,c,d\n" + b'"' * 1_000_001
    yield "quotes inside cells", "x.csv", b"a,b,c,d\n" + b'x"y,1,x,\n' * 100_000
    yield "cells of two lines", "x.csv", b"a,b,c,d\n" + b'"x\ny",1,x,\n' * 100_000
    yield "wrong cells", "x.csv", b"a,b,c,d\n" + b"x,y,z,w\n" * 100_000
    yield "wrong rows", "x.csv", b"a,b,c,d\n" + b"x,1\n" * 200_000
    yield "blank lines", "x.csv", b"a,b,c,d\n" + b"\n" * 1_000_000
    yield "a long number", "x.csv", b"a,b,c,d\nx," + b"1" * 1_000_000 + b",x,\n"
    yield "a long text", "x.csv", b"a,b,c,d\n" + b"x" * 1_000_000 + b",1,x,\n"
    yield "a long header", "x.csv", b"a" * 1_000_000 + b",b,c,d\nx,1,x,\n"
    yield "spaces around a number", "x.csv", b"a,b,c,d\nx," + b" " * 1_000_000 + b"1,x,\n"
    yield "a cell of 100 MB", "x.xlsx", workbook(cell("A1", "a") + cell("A2", "x" * 100_000_000))
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_000))
    yield "rows of one cell", "x.xlsx", workbook(rows)
    yield "cells without places", "x.xlsx", workbook('<row r="1">' + "<c/>" * 1_000_000 + "</row>")
    yield "the last cell", "x.xlsx", workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "a row far below", "x.xlsx", workbook('<row r="99999999999"><c><v>1</v></c></row>')
    yield "rows in rows", "x.xlsx", workbook("<row>" * 500_000)
    strings = f"<sst>{'<si><t>x</t></si>' * 5_000_000}</sst>"
    yield "strings", "x.xlsx", workbook(sheet_of(_GOOD_ROWS), more={"xl/sharedStrings.xml": strings})
    entities = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
    yield "entities", "x.xlsx", workbook(sheet_of(_GOOD_ROWS), more={"xl/sharedStrings.xml": entities})
    outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
    yield (
        "an outside document type",
        "x.xlsx",
        workbook(sheet_of(_GOOD_ROWS), more={"xl/styles.xml": outside}),
    )
    yield "rows of Parquet", "x.parquet", _parquet({"a": polars.repeat("x", 20_000_000, eager=True)})
    yield "a text of Parquet", "x.parquet", _parquet({"a": ["x" * 100_000_000]})
    yield "columns of Parquet", "x.parquet", _parquet({f"c{number}": [1] for number in range(5_000)})


def _parquet(columns: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    polars.DataFrame(columns).write_parquet(stream)
    return stream.getvalue()


@cache
def good() -> dict[str, bytes]:
    """Return a good file of each kind."""
    days = ["2021-01-31", None, "2020-02-29"]
    return {
        "x.csv": GOOD.encode(),
        "x.csv.gz": gzip.compress(GOOD.encode()),
        "x.xlsx": workbook(sheet_of([(*row, "d") if row[0] == "a" else row for row in _GOOD_ROWS])),
        "x.parquet": _parquet(
            {
                "a": ["r1", "r2", "r3"],
                "b": [1.5, -7.0, None],
                "c": ["x", "y", None],
                "d": polars.Series(days).str.to_date(),
            }
        ),
    }


_PIECES = [
    piece.encode("utf-8", "surrogatepass")
    for piece in '" "" , ; \t \r \n \r\n \0 \ufeff \u2028 1e400 inf nan NA None null '
    "#DIV/0! 007 88,31 1.234 1.234.567 5- "
    "85% =1+1 +1 -1 @x total Jumlah TOTAL 31/12/2021 2021-13-01 0000-00-00 é \ud800 × ١ １".split(" ")
] + [b"\xff\xfe", b"\xff", b"\x80", b"PK\x03\x04", b"PAR1", b"\x1f\x8b"]


def mutated(count: int, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield good files with bytes flipped, cut and put in."""
    chance = random.Random(seed)
    for number in range(count):
        name = chance.choice(["x.csv", "x.csv", "x.csv", "x.xlsx", "x.parquet", "x.csv.gz"])
        content = bytearray(good()[name])
        for _ in range(chance.choice([1, 1, 2, 4, 20])):
            at = chance.randrange(len(content) + 1)
            pick = chance.random()
            if pick < 0.4:
                content[at : at + chance.choice([0, 0, 1, 4])] = chance.choice(_PIECES)
            elif pick < 0.7 and at < len(content):
                content[at] = chance.randrange(256)
            elif pick < 0.85:
                del content[at : at + chance.choice([1, 1, 3, 50])]
            else:
                content[at:at] = content[at : at + 30]
        yield f"mutation {number} of {name}", name, bytes(content)


def judged_file(declared: Any, name: str, content: bytes) -> str | None:
    """Read a file; say what is wrong with its rows if there are any."""
    with tempfile.TemporaryDirectory() as folder:
        found = read_text(declared, Path(folder), content, name)
        for row in found.records():
            wrong = _wrong(row)
            if wrong:
                return f"a row {row!r}: {wrong}"
    return None


def _wrong(row: dict[str, Any]) -> str | None:
    if not isinstance(row["a"], str) or not row["a"]:
        return "no key"
    if row["b"] is not None and not (type(row["b"]) is float and -1000 <= row["b"] <= 1000):
        return "no number within the range"
    if row["c"] not in (None, "x", "y"):
        return "no category"
    return None


def cells(count: int, seed: int) -> Iterator[Case]:
    """Yield single cells of numbers, each against an independent reading of the dialect."""
    chance = random.Random(seed)
    for _ in range(count):
        text = "".join(
            chance.choice("0123456789012345678901234567890.,,..-+eE %'_") for _ in range(chance.randint(1, 9))
        )
        yield Case(repr(text), lambda text=text: judged_cell(text))  # type: ignore[misc]


def judged_cell(text: str) -> str | None:
    """Compare what an Indonesian number cell is read as with what a person reads."""
    from engine.sources.cells import Wrong, from_text

    ours = from_text(column("b", "number"), INDONESIAN.dialect, text)
    theirs = indonesian(text)
    if isinstance(ours, Wrong):
        return None if theirs is None or abs(theirs) > 1e18 else f"refused, though it is {theirs}"
    return None if theirs == ours else f"read as {ours}, though it is {theirs}"


def indonesian(text: str) -> float | None:
    """Return the number that *text* is with a decimal comma and dots between thousands, digit by digit."""
    sign = -1.0 if text.startswith("-") else 1.0
    whole, comma, decimals = text.removeprefix("-").partition(",")
    if comma and not (decimals.isascii() and decimals.isdigit()):
        return None
    groups = whole.split(".")
    if not all(group.isascii() and group.isdigit() for group in groups):
        return None
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    return sign * float(f"{''.join(groups)}.{decimals or 0}")


def cases(count: int, seed: int = 1, *, bombs_too: bool = True) -> Iterator[Case]:
    """Yield all bombs, *count* mutated files in two dialects, and as many cells."""
    for name, file, content in bombs() if bombs_too else ():
        yield Case(name, lambda file=file, content=content: judged_file(PLAIN, file, content))  # type: ignore[misc]
    for number, (name, file, content) in enumerate(mutated(count, seed)):
        declared = INDONESIAN if number % 4 == 0 and file == "x.csv" else PLAIN
        yield Case(name, lambda d=declared, f=file, c=content: judged_file(d, f, c))  # type: ignore[misc]
    yield from cells(count, seed)
