"""What pictures say, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "value": ("realisasi", "realisation"),
    "target": ("target", "target"),
    "goal zone": ("rentang target", "target range"),
    "new rule": ("aturan berubah", "rule changed"),
    "no data": ("belum ada data", "no data yet"),
    "no target": ("belum ada target", "no target yet"),
    "reached": ("tercapai", "reached"),
    "missed": ("belum tercapai", "not reached"),
    "category": ("kategori {word}", "category {word}"),
    "achievement": ("capaian {percent}%", "achievement {percent}%"),
    "lower": ("makin rendah makin baik", "lower is better"),
    "closer": ("makin dekat makin baik", "closer is better"),
    "trend of": ("Perkembangan: {title}", "Trend: {title}"),
    "from": ("mulai {period}: {rule}", "from {period}: {rule}"),
    "another rule": ("aturan lain", "another rule"),
    "more changes": ("dan {count} perubahan lagi", "and {count} more changes"),
    "inside of": ("Isi {title}", "What is inside {title}"),
    "of": ("{value} dari {maximum}", "{value} of {maximum}"),
    "sum": ("Jumlah", "Sum"),
    "above": ("di atas maksimum", "above the maximum"),
    "map": ("Apa yang memerlukan apa", "What needs what"),
    "source": ("sumber data", "data source"),
    "step": ("langkah", "step"),
    "indicator": ("indikator", "indicator"),
    "objective": ("sasaran", "objective"),
    "count sources": ("{count} sumber data", "data sources: {count}"),
    "count indicators": ("{count} indikator", "indicators: {count}"),
    "earlier": ("memakai nilai periode sebelumnya", "uses the value of an earlier period"),
    "as table": ("Peta sebagai tabel", "The map as a table"),
    "needs": ("Memerlukan", "Needs"),
    "what": ("Apa", "What"),
    "weakest": ("terendah", "lowest"),
}


def said(language: str, word: str, /, **values: str) -> str:
    """Return words in *language* (``id`` or ``en``) with their gaps filled."""
    return WORDS[word][0 if language == "id" else 1].format_map(values)
