"""Tables fit their width and lose nothing, whatever the width."""

from __future__ import annotations

import re

import pytest

from engine.report.table import Heading, table_text

HEADINGS = [
    Heading("Indikator"),
    Heading("Realisasi", "number"),
    Heading("Satuan", "name"),
    Heading("Kategori", "name"),
    Heading("Capaian (%)", "number"),
    Heading("Penanggung Jawab"),
]
ROWS = [
    [
        "Indeks Profesionalitas ASN\nip_asn",
        "80,42",
        "poin",
        "Tinggi",
        "98,07\nSangat Tinggi",
        "Bidang Pengembangan ASN",
    ],
    ["Skor Sistem Merit\nsistem_merit", "331,00", "skor", "Sangat Baik", "101,85", "Bidang Pembinaan ASN"],
    ["Tingkat kepuasan pemangku kepentingan", "9,5", "nilai", "A", "–", "Sekretariat"],
]


@pytest.mark.parametrize("width", range(82, 130))
@pytest.mark.parametrize("colour", [False, True], ids=["plain", "colour"])
def test_a_table_fits_and_loses_nothing(width, colour):
    """Regression: at 96 columns the last letter of a division was cut off."""
    drawn = re.sub("\x1b\\[[0-9;]*m", "", table_text(HEADINGS, ROWS, width, colour=colour))
    assert max(map(len, drawn.splitlines())) <= width
    words = drawn.split()
    for row in ROWS:
        for cell in row:
            assert all(word in words for word in cell.split())
