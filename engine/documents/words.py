"""What documents say by themselves, in Indonesian and English; everything else comes from the definitions."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS = {  # Indonesian, English
    "decree": ("Indikator Kinerja Utama", "Key Performance Indicators"),
    "agency": ("Perangkat Daerah", "Agency"),
    "post": ("Jabatan", "Post"),
    "task": ("Tugas", "Task"),
    "functions": ("Fungsi", "Functions"),
    "number": ("No", "No"),
    "objective": ("Sasaran/ Kinerja Utama", "Objective"),
    "indicator": ("Indikator Kinerja Utama", "Key Performance Indicator"),
    "explanation": ("Penjelasan/Formulasi Penghitungan", "Explanation/Formula"),
    "sources": ("Sumber Data", "Data Source"),
    "employee_number": ("NIP", "NIP"),
    "made": ("Dibuat {day} dari definisi {definitions}", "Made on {day} from definitions {definitions}"),
    "page": ("halaman", "page"),
    "of": ("dari", "of"),
    "notes": ("Catatan", "Notes"),
    "no_wording": (
        "Definisi belum memuat penjelasan (kunci wording) untuk: {names}.",
        "The definitions hold no explanation (key wording) of: {names}.",
    ),
}


def words_in(language: str) -> Mapping[str, str]:
    """Return all words in *language* (``id`` or ``en``), by name."""
    index = 0 if language == "id" else 1
    return {name: both[index] for name, both in _WORDS.items()}
