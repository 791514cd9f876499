"""A change of regulation is an edit of a definition, and nothing else.

The catalogue is copied as it was before the letter of 2024, then the amendment that the letter makes is
appended. The figures of 2023 change as computed by hand; those of earlier years do not.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import reference

import engine

SHIPPED = Path(__file__).parent.parent / "definitions"
LETTER = "  - from: 2023-01-01\n"


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory):
    """The catalogue before the letter, and the same with the amendment appended."""
    text = (SHIPPED / "indicators" / "ip_asn.yaml").read_text(encoding="utf-8")
    before, letter = text.split(LETTER, 1)
    amendment = letter[: letter.index("\nexamples:")]
    loaded = []
    for name, indicator in (("before", before), ("after", before + LETTER + amendment)):
        folder = tmp_path_factory.mktemp(name) / "definitions"
        shutil.copytree(SHIPPED, folder)
        (folder / "indicators" / "ip_asn.yaml").write_text(indicator, encoding="utf-8")
        loaded.append(engine.load(folder))
    return loaded


def figure(catalogue, period, data=None):
    return catalogue.evaluate(period, data, only=["ip_asn"])["ip_asn"]


@pytest.mark.parametrize("year", ["2019", "2020", "2021", "2022"])
def test_older_years_stay_as_they_were(catalogues, year):
    before, after = catalogues
    assert figure(before, year).unrounded == figure(after, year).unrounded


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_years_of_the_letter_follow_it(catalogues, year):
    """The independent computation agrees with the amended rule, and not with the one before."""
    before, after = catalogues
    expected = reference.ip_asn(year)
    assert figure(after, str(year)).value == float(expected.value)
    assert figure(after, str(year)).category == expected.category
    assert figure(before, str(year)).value != float(expected.value)


def test_two_employees_computed_by_hand(catalogues):
    """A PNS rated *baik* with 20 hours of technical training, and a PPPK rated *sangat baik* without any.

    Before: only the PNS is measured; 15 + 22.5 + 25 + 5 = 67.5. After: her competence is 20 + 22.5 = 42.5,
    held at 40, which makes 15 + 40 + 25 + 5 = 85; the PPPK has 15 + 25 + 30 + 5 = 75; the mean is 80.
    """
    before, after = catalogues
    common = {"unit_kerja": "x", "diukur": True, "pendidikan": "S1", "jabatan": "pelaksana"}
    data = {
        "pegawai": [
            {"id": "a", "status": "PNS", "predikat": "baik", **common},
            {"id": "b", "status": "PPPK", "predikat": "sangat_baik", **common},
        ],
        "pelatihan": [{"pegawai": "a", "jenis": "teknis", "jp": 20.0, "tahun": 2023}],
    }
    assert (figure(before, "2023", data).value, figure(before, "2023", data).category) == (67.5, "Rendah")
    assert (figure(after, "2023", data).value, figure(after, "2023", data).category) == (80.0, "Sedang")
    assert figure(before, "2022", data).value == figure(after, "2022", data).value == 45.0


def test_each_entry_says_which_version_put_it_there(catalogues):
    _, after = catalogues
    rule = after.rule("ip_asn", "2023")
    assert rule.basis_of("parameters.poin_dasar").regulation.id == "surat_bkn_4190_2024"
    assert rule.basis_of("parameters.poin_predikat").regulation.id == "permenpanrb_6_2022"
    assert rule.basis_of("parameters.poin_pendidikan").regulation.id == "bkn_8_2019"
    assert rule.basis_of("parameters.poin_pendidikan").locator == "Pasal 7"
