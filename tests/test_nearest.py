"""The hint for a name that is not known tells the nearest ones, by their letters and by their titles."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mistakes import BASE

import engine
from engine.problems import Titled, errors_in, near, nearest

TITLES = {
    "total_unsur": Titled(("Total unsur yang terisi", "Filled elements"), 9),
    "nrr": Titled(("Nilai rata-rata", "Mean score"), 12),
    "skm": Titled(("Survei Kepuasan", "Kepuasan masyarakat"), 2, "indicators/skm.yaml"),
    "polos": None,
}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("total_unsr", "did you mean `total_unsur` (Total unsur yang terisi, line 9)?"),
        ("nilai_rata_rata", "did you mean `nrr` (Nilai rata-rata, line 12)?"),
        ("mean_score", "did you mean `nrr` (Nilai rata-rata, line 12)?"),
        ("kepuasan_masyarakat", "did you mean `skm` (Survei Kepuasan, indicators/skm.yaml, line 2)?"),
        ("polo", "did you mean `polos`?"),
        ("unsur_terisi", "did you mean `total_unsur` (Total unsur yang terisi, line 9)?"),
        ("zzz", None),
    ],
)
def test_a_title_leads_to_its_name(name, hint):
    found = nearest(name, TITLES, TITLES.get)
    assert (None if found is None else str(found)) == hint


def test_names_that_are_near_by_their_letters_come_first():
    titles = {"nilai_a": None, "nilai_b": None, "nrr": Titled(("Nilai c",), 3)}
    assert near("nilai_c", titles, titles.get)[-1] == "nrr"
    assert str(nearest("nilai_c", titles, titles.get)).endswith(" or `nrr` (Nilai c, line 3)?")


MUTU = "indicators/mutu.yaml"
ANTREAN = "sources/antrean.yaml"
AGENCY = "organization.yaml"


@pytest.mark.parametrize(
    ("was", "became", "meant"),
    [
        ("cepat, poin", "bagian_cepat, poin", "`poin_cepat` or `cepat` (Bagian yang cepat, line 28)"),
        ("<= batas_menit", "<= menit_paling_lama", "`batas_menit` (Menit paling lama, line 17)"),
        (" antrean.menit", " antrean.lama_menunggu", f"`menit` (Lama menunggu, {ANTREAN}, line 7)"),
        (" antrean.menit", " catatan_antrean.menit", f"`antrean` (Catatan antrean, {ANTREAN}, line 1)"),
        (": layanan_publik", ": bidang_layanan", f"`layanan_publik` (Bidang Layanan, {AGENCY}, line 8)"),
    ],
)  # fmt: skip
def test_a_title_written_for_a_name_leads_to_the_name(was, became, meant, tmp_path):
    """Of steps and parameters of this file, of columns, sources and divisions of others."""
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    _edit(tmp_path / MUTU, "      cepat:\n", "      cepat:\n        title: Bagian yang cepat\n")
    _edit(tmp_path / MUTU, "{value: 15, unit: menit}", "{value: 15, title: Menit paling lama}")
    _edit(tmp_path / MUTU, "share(antrean", "share( antrean")
    _edit(tmp_path / ANTREAN, "menit: {type", "menit: {title: Lama menunggu, type")
    assert engine.validate(tmp_path) == ()
    _edit(tmp_path / MUTU, was, became)
    (problem,) = errors_in(engine.validate(tmp_path))
    assert str(problem.hint) == f"did you mean {meant}?"
    assert problem.fixes[-1].edits[0].text.split(".")[-1] == meant.split(" (")[0].split("`")[-2]


def _edit(path: Path, was: str, became: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1
    path.write_text(text.replace(was, became), encoding="utf-8")
