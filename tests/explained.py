"""Try the examples of the pages of problem codes: make each in a small catalogue and see what iku says.

The catalogue is `cases/codes/base`. An example in a file takes the place of `instead_of` there (or of
the right example); the first line of a new file names it. A sheet is written as lines of cells.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shlex
import shutil
from pathlib import Path

import xlsxwriter

import cli
import engine
from engine.problems import IkuError, Problem
from engine.report.code_pages import CodePage, codes
from engine.report.examples_text import differences

BASE = Path(__file__).parent / "cases" / "codes" / "base"
GROWN: dict[str, str] = {
    "formula-too-long": "+1" * 600,
    "formula-too-deep": "(" * 60 + "1" + ")" * 60,
    "more-problems": ": 80, ".join(f"19{number:02}-13" for number in range(100)),
    "too-many": ", ".join(f"jenis{number}" for number in range(60)),
    "too-deep": "[" * 40 + "]" * 40,
    "too-large": "x" * 300_000,
    "too-long": "n" * 120,
    "file-kind": "\x03\x04",
    "file-too-big": ",".join(f"k{number}" for number in range(20_000)),
    "odd-character": "\u200b",
    "odd-space": "\u00a0",
    "more-findings": "\n".join(f"r{number},tetap,99,1,true,2020-05-01" for number in range(2000)),
}
"""What `…` stands for in examples of what is too much, or can't be seen."""
OTHERWISE_ENCODED = {"file-encoding"}


ADVICE_OFF = "advice_off: [limit-untouched, missing-example, missing-wording, unused-column, unused-step]\n"


def without_advice(folder: Path) -> None:
    """Write the catalogue into *folder* so that nothing is said about it, as long as nobody spoils it."""
    shutil.copytree(BASE, folder)
    (folder / "sources" / "mutasi.yaml").unlink()
    with (folder / "organization.yaml").open("a", encoding="utf-8") as organization:
        organization.write(ADVICE_OFF)


def make(folder: Path, page: CodePage, example: str) -> None:
    """Write the catalogue with *example* of *page* into *folder*."""
    for source in sorted(BASE.rglob("*")):
        if source.is_file():
            target = folder / source.relative_to(BASE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    if page.where == "new file":
        added = folder / example.split("\n")[0].removeprefix("# ")
        added.parent.mkdir(exist_ok=True)
        added.write_text(f"{example}\n", encoding="utf-8")
    elif page.where not in ("command", "python"):
        wrong = example == page.wrong
        target = folder / page.where
        sheet = target.suffix == ".xlsx"
        target = target.with_name(f"{target.name}.csv") if sheet else target
        target.write_bytes(_changed(target, page, example, wrong=wrong))
    for path in folder.rglob("*.xlsx.csv"):
        _write_sheet(path)


def _changed(target: Path, page: CodePage, example: str, *, wrong: bool) -> bytes:
    grown = example.replace("…", GROWN[page.code]) if wrong and page.code in GROWN else example
    text = target.read_text(encoding="utf-8")
    stood = page.right if page.instead_of is None else page.instead_of
    indent = next(
        (
            found[1]
            for found in re.finditer(rf"^([ ]*(?:- )?){re.escape(stood.splitlines()[0])}", text, re.MULTILINE)
        ),
        "",
    )
    margin = "\n" + " " * len(indent)
    old, new = stood.replace("\n", margin), grown.replace("\n", margin)
    assert text.count(old) == 1, f"{page.code}: what the examples replace stands {text.count(old)} times"
    encoding = "cp1252" if wrong and page.code in OTHERWISE_ENCODED else "utf-8"
    return text.replace(old, new).encode(encoding)


def _write_sheet(path: Path) -> None:
    """Turn lines of cells into a workbook: `=...` formula, `#...!` error, `'...` text, digits number."""
    book = xlsxwriter.Workbook(path.with_suffix(""))
    sheet = book.add_worksheet("Isian")
    for row, cells in enumerate(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))):
        for column, cell in enumerate(cells):
            if cell.startswith("="):
                sheet.write_formula(row, column, cell, value=80)
            elif cell.startswith("#"):
                sheet.write_formula(row, column, "=1/0", value=cell)
            elif cell.startswith("'"):
                sheet.write_string(row, column, cell[1:])
            elif re.fullmatch(r"[0-9.]+", cell):
                sheet.write_number(row, column, float(cell))
            else:
                sheet.write_string(row, column, cell)
    book.close()
    path.unlink()


def said(folder: Path, page: CodePage, example: str) -> tuple[Problem, ...]:
    """Return the problems of the catalogue in *folder*, where *example* was made."""
    if page.where == "command":
        return _of_commands(folder, example)
    if page.where == "python":
        return _of_python(folder, example)
    problems = engine.validate(folder)
    if any(problem.severity == "error" for problem in problems):
        return problems
    catalogue = engine.load(folder)
    outcomes = differences(catalogue.test())
    try:
        catalogue.evaluate("2021")
    except IkuError as refused:
        return (*problems, *outcomes, *refused.problems)
    return (*problems, *outcomes)


def _of_python(folder: Path, example: str) -> tuple[Problem, ...]:
    try:
        exec(example, {"engine": engine, "catalogue": engine.load(folder)})
    except IkuError as refused:
        return refused.problems
    return ()


def _of_commands(folder: Path, example: str) -> tuple[Problem, ...]:
    """Run the lines of *example* in *folder*; read the codes from what iku prints."""
    found: list[Problem] = []
    with contextlib.chdir(folder):
        for line in example.splitlines():
            program, *words = shlex.split(line)
            if program == "mv":
                Path(words[1]).parent.mkdir(exist_ok=True)
                Path(words[0]).rename(words[1])
            elif program == "rm":
                Path(words[0]).unlink()
            elif program == "mkdir":
                Path(words[0]).mkdir()
            elif program == "touch":
                Path(words[0]).touch()
            else:
                assert program == "iku", line
                out = io.StringIO()
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                    cli.main(words)
                for mark in re.finditer(
                    r"^(?:[^\n]*?: )??(?:(warning|advice): )?([a-z]+(?:-[a-z]+)*): ",
                    out.getvalue(),
                    re.MULTILINE,
                ):
                    if mark[2] not in codes():
                        continue
                    severity = mark[1] or "error"
                    found.append(Problem(severity, mark[2], None, engine.problems.say("")))  # type: ignore[arg-type]
    return tuple(found)
