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
    "lkjip": ("Laporan Kinerja Instansi Pemerintah (LKjIP) Tahun", "Performance Report for"),
    "chapter": ("Bab III Akuntabilitas Kinerja", "Chapter III Performance Accountability"),
    "performance": ("Capaian Kinerja Organisasi", "Performance of the Organization"),
    "opening": (
        "Bab ini membandingkan target dan realisasi indikator kinerja utama {agency} tahun {year}. "
        "Capaian dinyatakan dalam persen dari target.",
        "This chapter compares the targets and realisations of the key performance indicators of "
        "{agency} in {year}. Achievement is a percentage of the target.",
    ),
    "read_on_scale": (
        "Capaian dibaca dengan skala berikut.",
        "It is read on the following scale.",
    ),
    "scale": ("Skala capaian", "Scale of achievement"),
    "limit": ("Capaian (%)", "Achievement (%)"),
    "category_word": ("Kategori", "Category"),
    "overview": ("Ikhtisar capaian tahun {year}", "Overview of {year}"),
    "aim": ("Sasaran", "Objective"),
    "unit": ("Satuan", "Unit"),
    "target": ("Target", "Target"),
    "value": ("Realisasi", "Realisation"),
    "achievement": ("Capaian (%)", "Achievement (%)"),
    "year": ("Tahun", "Year"),
    "division": ("Penanggung Jawab", "Responsible"),
    "this_year": ("Target dan realisasi tahun {year}", "Target and realisation in {year}"),
    "earlier": (
        "Realisasi dan capaian dibandingkan tahun-tahun sebelumnya",
        "Realisation and achievement compared with earlier years",
    ),
    "medium_term": (
        "Realisasi dibandingkan target jangka menengah (Renstra)",
        "Realisation compared with the medium-term target (Renstra)",
    ),
    "final_target": ("Target akhir", "Final target"),
    "reached": (
        "Realisasi {title} tahun {year} adalah {value}{unit} dari target {target}{unit}, atau capaian"
        " {achievement}%{word}.",
        "The realisation of {title} in {year} is {value}{unit} of a target of {target}{unit}: an "
        "achievement of {achievement}%{word}.",
    ),
    "uncapped": (
        "Capaian sebelum dibatasi adalah {uncapped}%.",
        "The achievement before the cap is {uncapped}%.",
    ),
    "no_value": (
        "Realisasi {title} tahun {year} belum ada: {reason}.",
        "There is no realisation of {title} in {year}: {reason}.",
    ),
    "no_target": (
        "Realisasi {title} tahun {year} adalah {value}{unit}. Definisi tidak memuat targetnya, "
        "sehingga capaian tidak dihitung.",
        "The realisation of {title} in {year} is {value}{unit}. The definitions hold no target for "
        "it, so that there is no achievement.",
    ),
    "no_achievement": (
        "Realisasi {title} tahun {year} adalah {value}{unit} dari target {target}{unit}. Capaian "
        "tidak dapat dihitung: {reason}.",
        "The realisation of {title} in {year} is {value}{unit} of a target of {target}{unit}. There "
        "is no achievement: {reason}.",
    ),
    "category": (
        "Menurut aturan pengukurannya nilai itu masuk kategori {category}.",
        "By the rule of measurement this value is in the category {category}.",
    ),
    "basis": (
        "Pengukurannya menurut {basis}, berlaku sejak {day}.",
        "It is measured by {basis}, in force from {day}.",
    ),
    "no_earlier": ("Tidak ada data tahun-tahun sebelumnya.", "There are no data of earlier years."),
    "not_compared": (
        "Realisasi tahun {before} dan {year} tidak dapat dibandingkan karena salah satunya belum ada.",
        "The realisations of {before} and {year} can't be compared, since one of them is missing.",
    ),
    "rose": (
        "Dibandingkan tahun {before} ({old}), realisasi naik {by}.",
        "Compared with {before} ({old}), the realisation rose by {by}.",
    ),
    "fell": (
        "Dibandingkan tahun {before} ({old}), realisasi turun {by}.",
        "Compared with {before} ({old}), the realisation fell by {by}.",
    ),
    "stayed": (
        "Dibandingkan tahun {before} ({old}), realisasi tetap.",
        "Compared with {before} ({old}), the realisation stayed the same.",
    ),
    "rule_changed": (
        "Aturan pengukuran berubah antara tahun {before} dan {year} ({basis}); beda angka kedua tahun"
        " itu dapat berasal dari aturan, bukan hanya dari kinerja.",
        "The rule of measurement changed between {before} and {year} ({basis}); the figures of these "
        "years may differ because of the rule, not of performance alone.",
    ),
    "planned": (
        "Terhadap target tahun {year}, tahun terakhir yang targetnya ada dalam definisi, realisasi "
        "mencapai {achievement}%.",
        "Against the target of {year}, the last year for which the definitions hold one, "
        "{achievement}% is reached.",
    ),
    "no_plan": (
        "Definisi tidak memuat target untuk tahun ini atau sesudahnya.",
        "The definitions hold no target for this year or a later one.",
    ),
    "no_plan_achievement": (
        "Capaian terhadap target jangka menengah tidak dapat dihitung: {reason}.",
        "There is no achievement against the medium-term target: {reason}.",
    ),
    "national": (
        "Realisasi dibandingkan standar nasional",
        "Realisation compared with the national standard",
    ),
    "national_prompt": (
        "Isi standar atau rata-rata nasional beserta sumber dan tahunnya, atau nyatakan bahwa standar"
        " itu tidak ada.",
        "Give the national standard or average with its source and year, or say that there is none.",
    ),
    "causes": (
        "Penyebab keberhasilan atau kegagalan dan tindak lanjut",
        "Causes of success or failure, and next steps",
    ),
    "causes_prompt": (
        "Uraikan faktor pendorong dan penghambat, serta tindak lanjut dengan penanggung jawab dan waktunya.",
        "Tell what helped and what hindered, and the next steps with who takes them and when.",
    ),
    "efficiency": ("Efisiensi penggunaan sumber daya", "Efficient use of resources"),
    "efficiency_prompt": (
        "Bandingkan pagu dan realisasi anggaran program pendukung dengan capaian indikator ini.",
        "Compare the budget and spending of the supporting programmes with the achievement of this "
        "indicator.",
    ),
    "programmes": (
        "Program dan kegiatan yang menunjang pencapaian",
        "Programmes and activities that contributed",
    ),
    "programmes_prompt": (
        "Sebutkan program dan kegiatan yang menunjang, beserta hasilnya.",
        "Name the programmes and activities that contributed, with their results.",
    ),
    "closing": ("Realisasi anggaran", "Budget spent"),
    "closing_prompt": (
        "Isi pagu, realisasi dan persentase serapan anggaran tiap program.",
        "Give the budget, the spending and its percentage for each programme.",
    ),
    "summary": ("Ringkasan Kinerja Tahun", "Performance Summary for"),
    "met": ("target tercapai", "target reached"),
    "not_met": ("target belum tercapai", "target not reached"),
    "not_known": ("belum dapat dinilai", "can't be told yet"),
    "bar": (
        "Batang capaian {title}: {achievement} persen dari target; garis tegak menandai 100 persen",
        "Bar of the achievement of {title}: {achievement} percent of the target; the upright line "
        "marks 100 percent",
    ),
    "against_target": ("Realisasi terhadap target", "Realisation against the target"),
    "trend": ("Realisasi dari tahun ke tahun", "Realisation over the years"),
    "in_short": ("Pokok-pokok", "In short"),
    "met_count": (
        "{met} dari {all} indikator mencapai target tahun {year}.",
        "{met} of {all} indicators reached their target in {year}.",
    ),
    "unknown": (
        "Belum dapat dinilai karena realisasi atau target belum ada ({count}): {names}.",
        "Can't be told, since the realisation or the target is missing ({count}): {names}.",
    ),
    "lowest": (
        "Capaian terendah: {title} ({achievement}%).",
        "Lowest achievement: {title} ({achievement}%).",
    ),
    "moved_up": (
        "Perubahan capaian terbesar terhadap tahun {before}: {title}, naik dari {old}% menjadi {new}%.",
        "Largest change of achievement since {before}: {title}, up from {old}% to {new}%.",
    ),
    "moved_down": (
        "Perubahan capaian terbesar terhadap tahun {before}: {title}, turun dari {old}% menjadi {new}%.",
        "Largest change of achievement since {before}: {title}, down from {old}% to {new}%.",
    ),
    "unmoved": (
        "Tidak ada capaian yang berubah terhadap tahun {before}.",
        "No achievement has changed since {before}.",
    ),
    "rules_changed": (
        "Aturan pengukuran berubah pada tahun {year}, sehingga angkanya tidak sepenuhnya sebanding "
        "dengan tahun sebelumnya: {names}.",
        "The rule of measurement changed in {year}, so that the figures can't be compared in full "
        "with those of the year before: {names}.",
    ),
    "shown": (
        "Ditampilkan {shown} indikator dengan capaian terendah dari {all} indikator.",
        "The {shown} indicators with the lowest achievement are shown, of {all}.",
    ),
    "to_write": ("Diisi", "To be written"),
    "no_wording": (
        "Definisi belum memuat penjelasan (kunci wording) untuk: {names}.",
        "The definitions hold no explanation (key wording) of: {names}.",
    ),
}


def words_in(language: str) -> Mapping[str, str]:
    """Return all words in *language* (``id`` or ``en``), by name."""
    index = 0 if language == "id" else 1
    return {name: both[index] for name, both in _WORDS.items()}
