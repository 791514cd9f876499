"""What divisions fill in, and the check of what they send: forms are read as they are."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from golden import CASES, same_as
from recomputed import sheet_of, sheets

import cli
import engine
from engine.evaluation import Data, Evaluation
from engine.problems import InvalidRequest
from engine.versions import Period
from engine.workbook import template

DATA = Path(engine.load().definitions.root) / "data"


def filled(content: bytes, rows: Mapping[str, Sequence[Sequence[Any]]], merged: str = "") -> bytes:
    """Return a form as somebody saves it who typed *rows* below the headers of its sheets."""
    merged = merged and f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>'
    names, packed = sheets(content), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as form, zipfile.ZipFile(packed, "w") as saved:
        for member in form.namelist():
            part = form.read(member)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", member)
            if found is not None and names[int(found[1]) - 1] in rows:
                lines = "".join(
                    _line(at, row) for at, row in enumerate(rows[names[int(found[1]) - 1]], start=2)
                )
                part = part.replace(b"</sheetData>", f"{lines}</sheetData>{merged}".encode())
            saved.writestr(member, part)
    return packed.getvalue()


def _line(at: int, row: Sequence[Any]) -> str:
    cells = []
    for position, value in enumerate(row):
        place = f"{chr(65 + position)}{at}"
        if isinstance(value, date):
            value = (value - date(1899, 12, 30)).days
        if isinstance(value, str):
            cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        elif value is not None:
            cells.append(f'<c r="{place}"><v>{value}</v></c>')
    return f'<row r="{at}">{"".join(cells)}</row>'


def typed(source: str, period: str) -> list[list[Any]]:
    """Return the rows of a shipped file as one types them: yes and no in the declared words."""
    catalogue = engine.load().definitions
    evaluation = Evaluation(catalogue, Data(catalogue.root), None, {})
    rows = evaluation.read(source, Period.parse(period)).records()
    dialect = catalogue.sources[source].dialect
    words = {True: dialect.true[0], False: dialect.false[0]}
    return [
        [
            words[value] if isinstance(value, bool) else value
            for value in (row[c] for c in catalogue.sources[source].columns)
        ]
        for row in rows
    ]


def test_a_filled_form_gives_the_figures_of_the_files():
    """All sources of a year in one workbook, typed from the shipped files of three kinds."""
    shipped = engine.load()
    form = template(shipped.definitions, (), "id")
    sources = ("pegawai", "pelatihan", "penilaian_merit")
    places = {"penilaian_merit": "Penilaian"}
    full = filled(form, {places.get(name, name): typed(name, "2021") for name in sources})
    expected = shipped.evaluate("2021", only=["ip_asn", "sistem_merit"], by="unit_kerja")
    found = _from_workbook(shipped, full, sources, only=["ip_asn", "sistem_merit"], by="unit_kerja")
    assert [(r.group, r.value, r.category) for r in found] == [
        (r.group, r.value, r.category) for r in expected
    ]


def test_a_wide_form_gives_the_figures_of_its_file():
    """Questionnaires are typed a row each, as the file has them."""
    shipped = engine.load()
    with (DATA / "2021-TW1" / "skm.csv").open(encoding="utf-8") as file:
        headers, *lines = csv.reader(file)
    form = template(shipped.definitions, ["jawaban_2017"], "en")
    wanted = sheet_of(form, "jawaban_2017")[0]
    at = [headers.index(header) for header in wanted]
    rows = [
        [_cell(line[n]) if wanted[k].startswith("U") else line[n] or None for k, n in enumerate(at)]
        for line in lines
    ]
    full = filled(form, {"jawaban_2017": rows})
    expected = shipped.evaluate("2021-TW1", only=["skm"])["skm"]
    found = _from_workbook(shipped, full, ["jawaban_2017"], period="2021-TW1", only=["skm"])["skm"]
    assert (found.value, found.rows_read) == (expected.value, expected.rows_read)


def _cell(written: str) -> int | None:
    return int(written) if written else None


def _from_workbook(shipped, content, sources, *, period="2021", **options):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "isian.xlsx"
        path.write_bytes(content)
        return shipped.evaluate(period, dict.fromkeys(sources, path), **options)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_whole_of_a_form(request, language):
    """Headers, explanations, and for each column what its cells accept and say."""
    shipped = engine.load().definitions
    content = template(shipped, (), language)
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as form:
        for number, name in enumerate(sheets(content), start=1):
            lines.append(f"── {name} ──")
            lines += [" | ".join(str(cell) for cell in row) for row in sheet_of(content, name)]
            page = form.read(f"xl/worksheets/sheet{number}.xml").decode()
            lines += re.findall(r"<dataValidation .*?</dataValidation>", page, re.DOTALL)
    same_as(request, f"workbook/form-{language}.txt", "\n".join(lines) + "\n")


def test_the_same_form_has_the_same_bytes():
    shipped = engine.load().definitions
    assert template(shipped, ["pegawai"], "id") == template(shipped, ["pegawai"], "id")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("pegawa", "there is no source `pegawa`"),
        ("unsur_2017", "the rows of `unsur_2017` are part of its definition"),
    ],
)
def test_what_has_no_form(wanted, expected):
    with pytest.raises(InvalidRequest) as refused:
        template(engine.load().definitions, [wanted], "en")
    assert str(refused.value.problems[0].message) == expected


# ── the check ──

HEADS = (
    "Kode",
    "Unit Kerja",
    "Status",
    "Sudah Diukur",
    "Pendidikan",
    "Jabatan",
    "Nilai SKP",
    "Predikat",
    "Hukuman Disiplin",
)
GOOD = ["007", "Sekretariat", "PNS", "ya", "S1", "pelaksana", 85.5, None, None]
MISTAKES: dict[str, Sequence[Sequence[Any]]] = {
    "text-for-a-number": [[*GOOD[:6], "85.5", None, None]],
    "comma-decimal": [[*GOOD[:6], "85,5", None, None]],
    "percent": [[*GOOD[:6], "85%", None, None]],
    "above-the-range": [[*GOOD[:6], 855, None, None]],
    "number-for-a-code": [[7, *GOOD[1:]]],
    "another-word": [[*GOOD[:4], "Sarjana", *GOOD[5:]]],
    "capitals": [[*GOOD[:5], "Pelaksana", *GOOD[6:]]],
    "yes-in-other-words": [[*GOOD[:3], "Y", *GOOD[4:]]],
    "blank-row-between": [GOOD, [None] * 9, ["008", *GOOD[1:]]],
    "total-row": [GOOD, ["Jumlah", None, None, None, None, None, 85.5, None, None]],
    "footer-below": [GOOD, [None] * 9, ["Samarinda, 5 Januari 2022"], ["Kepala Bidang"]],
    "the-same-twice": [GOOD, GOOD],
    "merged-cells": [GOOD, ["008", *GOOD[1:6], None, None, None]],
    "beyond-the-last-column": [[*GOOD, "catatan"]],
    "date-for-a-number": [[*GOOD[:6], "31/12/2021", None, None]],
    "note-instead-of-blank": [[*GOOD[:6], "-", None, None]],
}


MERGED = {"merged-cells": "G2:G3"}
"""A score that the sheet shows for two employees and that one of them has: the other's is no blank."""


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_said_of_typical_mistakes(request, iku, tmp_path, monkeypatch, language):
    """Each mistake is told with its cell, what stands there, what is needed and a way out."""
    monkeypatch.chdir(tmp_path)
    form = template(engine.load().definitions, ["pegawai"], "id")
    said: list[str] = []
    for name, rows in MISTAKES.items():
        Path("isian.xlsx").write_bytes(filled(form, {"pegawai": rows}, MERGED.get(name, "")))
        words = (
            "data",
            "check",
            "pegawai",
            "--period",
            "2021",
            "--data",
            "pegawai=isian.xlsx",
            "--lang",
            language,
        )
        code, out, _ = iku(*words)
        said.append(f"── {name}\n{out}--- {code}\n")
    same_as(request, f"workbook/mistakes-{language}.txt", "".join(said))


def test_a_good_delivery_is_told_source_by_source(iku, monkeypatch):
    monkeypatch.chdir(CASES / "cli")
    assert iku("data", "check", "--period", "2024")[0] in (0, 3)
    code, out, _ = iku("data", "check", "-C", str(DATA.parent), "--period", "2021")
    assert (code, out) == (
        0,
        "jawaban_2017, 2021-TW1: data/2021-TW1/skm.csv: 1926 rows, all as declared\n"
        "jawaban_2017, 2021-TW2: data/2021-TW2/skm.csv: 2115 rows, all as declared\n"
        "jawaban_2017, 2021-TW3: data/2021-TW3/skm.csv: 1917 rows, all as declared\n"
        "jawaban_2017, 2021-TW4: data/2021-TW4/skm.csv: 2205 rows, all as declared\n"
        "pegawai, 2021: data/2021/pegawai.csv: 696 rows, all as declared\n"
        "pelatihan, 2021: data/2021/pelatihan.parquet: 2336 rows, all as declared\n"
        "penilaian_merit, 2021: data/2021/penilaian_merit.xlsx: 1 row, all as declared\n",
    )


def test_a_reference_that_leads_nowhere_is_found(iku, tmp_path):
    """Sources of one period are looked at together."""
    path = tmp_path / "pelatihan.csv"
    path.write_text("pegawai,jenis,sesuai_jabatan,jp,tahun\nZ9,teknis,true,20,2021\n", encoding="utf-8")
    code, out, _ = iku("data", "check", "pelatihan", "--period", "2021", "--data", f"pelatihan={path}")
    assert code == 3
    assert "pelatihan, 2021: 1 finding, told above\n" in out
