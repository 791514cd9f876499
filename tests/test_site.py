"""The site: whole, harmless, without personal data, the same bytes each time, and only in its own folder."""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from golden import CASES
from sites import dead_links, read_site

import cli
import engine
from engine.problems import InvalidRequest
from engine.site import site, write
from engine.site.addresses import address, download
from engine.site.folder import MANIFEST
from engine.site.guide import web_address

ROOT = Path(__file__).parent.parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The site of the shipped catalogue."""
    folder = tmp_path_factory.mktemp("site")
    write(folder, site(engine.load()), force=False)
    return folder


@pytest.fixture(scope="module")
def pages(shipped):
    return read_site(shipped)


@pytest.fixture
def base(tmp_path) -> Path:
    """A small catalogue of one's own, to change."""
    folder = tmp_path / "definitions"
    shutil.copytree(CASES / "codes" / "base", folder)
    return folder


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def built(folder: Path, catalogue: Path) -> dict[str, bytes]:
    """Return every file of the site of a catalogue."""
    write(folder, site(engine.load(catalogue)), force=False)
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# ── whole ──


def test_every_thing_of_the_catalogue_has_a_page_in_both_languages(pages):
    catalogue = engine.load().definitions
    wanted = {"index.html", "map.html", "problems.html", "divisions.html", "sources.html", "regulations.html"}
    for kind, names in (
        ("indicator", catalogue.indicators),
        ("division", catalogue.organization.divisions),
        ("source", catalogue.sources),
        ("regulation", catalogue.regulations),
    ):
        wanted |= {address(kind, name) for name in names}
    assert set(pages) == wanted | {f"en/{path}" for path in wanted}


def test_no_link_leads_nowhere_and_nothing_is_loaded_from_elsewhere(shipped, pages):
    assert dead_links(shipped, pages) == []


def test_every_page_is_well_formed_and_each_id_stands_once(pages):
    for name, page in pages.items():
        assert page.broken == [], name
        assert len(page.ids) == len(set(page.ids)), name
        assert [tag for tag, _ in page.elements].count("h1") == 1, name


def test_every_page_allows_its_own_style_and_script_and_nothing_else(pages):
    for name, page in pages.items():
        policies = [found["content"] for tag, found in page.elements if "http-equiv" in found]
        assert policies == [POLICY], name
        assert [tag for tag, found in page.elements if "style" in found] == [], name
        scripts = [found.get("src") for tag, found in page.elements if tag == "script"]
        assert [Path(script or "").name for script in scripts] == ["search.js"], name


def test_every_page_leads_to_itself_in_the_other_language(pages):
    for name, page in pages.items():
        other = name.removeprefix("en/") if name.startswith("en/") else f"en/{name}"
        lang = "en" if name.startswith("en/") else "id"
        assert [found["lang"] for tag, found in page.elements if tag == "html"] == [lang]
        links = [
            found["href"] for tag, found in page.elements if tag == "link" and found["rel"] == "alternate"
        ]
        assert [os.path.normpath(Path(name).parent / (link or "")) for link in links] == [other]


def test_texts_that_lack_a_language_are_marked_with_their_own(pages):
    page = pages["en/divisions/sekretariat.html"]
    assert ("span", {"lang": "id"}) in page.elements
    assert not [
        1 for tag, found in pages["divisions/sekretariat.html"].elements if tag == "span" and "lang" in found
    ]


def test_the_first_page_shows_each_objective_with_its_figures(pages):
    text = " ".join(pages["index.html"].text.split())
    assert "Indikator Kinerja Utama 2024" in text
    assert "Indeks Profesionalitas ASN ip_asn 80,42 poin 82 98,07 ▼ belum tercapai Tinggi" in text
    assert "Skor Sistem Merit sistem_merit 331,00 skor 325 101,85 ▲ tercapai Sangat Baik" in text
    assert "Data rekaan" in text
    english = " ".join(pages["en/index.html"].text.split())
    assert "ASN Professionalism Index ip_asn 80.42 poin 82 98.07 ▼ not reached Tinggi" in english


def test_a_version_tells_what_it_changed_and_by_which_act(pages):
    text = " ".join(pages["indicators/ip_asn.html"].text.split())
    assert (
        "Sejak 1 Januari 2022: Predikat kinerja Peraturan Menteri PANRB Nomor 6 Tahun 2022 disimpulkan"
        in text
    )
    assert "Parameter Nilai Kinerja menurut nilai SKP poin_skp dihapus" in text
    assert (
        "Langkah Kinerja kinerja diubah semula "
        "poin_tanpa_kinerja if is_missing(skp) else band(skp, poin_skp) "
        "menjadi poin_tanpa_kinerja if is_missing(predikat) else poin_predikat[predikat]"
    ) in text
    assert "Parameter Pegawai yang diukur populasi diubah semula PNS menjadi PNS, PPPK" in text


@pytest.mark.parametrize(
    ("name", "file"), [("con", "con-"), ("lpt1", "lpt1-"), ("conus", "conus"), ("com", "com")]
)
def test_an_id_that_windows_keeps_for_a_device_has_a_file_that_can_be_made(name, file):
    assert address("indicator", name) == f"indicators/{file}.html"
    assert download(name, "csv") == f"data/indicators/{file}.csv"


def test_an_act_tells_what_rests_on_it(pages):
    text = " ".join(pages["regulations/bkn_8_2019.html"].text.split())
    assert "Nilai Kualifikasi menurut pendidikan: Pasal 7" in text
    assert "indicators/ip_asn.html#version-2019-01-01" in "".join(pages["regulations/bkn_8_2019.html"].links)


def test_an_act_that_is_over_but_still_used_says_so(tmp_path, base):
    register = base / "regulations.yaml"
    text = register.read_text(encoding="utf-8")
    name = re.search(r"^  ([a-z0-9_]+):", text, re.MULTILINE)[1]
    register.write_text(text.replace(f"  {name}:\n", f'  {name}:\n    ends: "2020"\n', 1), encoding="utf-8")
    catalogue = engine.load(base)
    assert [problem.code for problem in catalogue.problems].count("stale-regulation"), "the case is a case"
    write(tmp_path / "out", site(catalogue), force=False)
    found = read_site(tmp_path / "out")
    assert "Tidak berlaku lagi, tetapi masih menjadi dasar" in found[f"regulations/{name}.html"].text
    assert "masih dipakai" in found["regulations.html"].text
    assert "Tidak berlaku lagi tetapi masih dipakai" in found["problems.html"].text


def test_downloads_hold_the_figures_as_the_engine_gives_them(shipped):
    results = engine.load().evaluate("2024")
    rows = list(csv.DictReader(io.StringIO((shipped / "data/figures.csv").read_text(encoding="utf-8"))))
    latest = {row["indicator"]: row for row in rows if row["period"] == "2024"}
    assert {name: float(row["value"]) for name, row in latest.items()} == {
        r.indicator: r.value for r in results
    }
    assert {row["period"] for row in rows} == {"2019", "2020", "2021", "2022", "2023", "2024"}
    one = json.loads((shipped / "data/indicators/ip_asn.json").read_text(encoding="utf-8"))
    assert one["figures"][-1]["value"] == results["ip_asn"].value
    assert one["rules"][0]["parameters"]["poin_pendidikan"]["table"]["S3"] == 25
    assert one["rules"][0]["parameters"]["poin_pendidikan"]["basis"] == {
        "regulation": "bkn_8_2019",
        "locator": "Pasal 7",
    }
    listed = json.loads((shipped / "en/data/catalogue.json").read_text(encoding="utf-8"))
    assert listed["indicators"][0]["title"] == "ASN Professionalism Index"


def test_the_search_list_names_every_thing_and_its_page(shipped, pages):
    text = (shipped / "assets/search-id.js").read_text(encoding="utf-8")
    things = json.loads(text.removeprefix("ikuThings(").removesuffix(");\n"))
    assert [
        "Indeks Profesionalitas ASN",
        "Indikator",
        "indicators/ip_asn.html",
        "ip_asn ASN Professionalism Index",
    ] in things
    for _, _, href, _ in things:
        path, _, anchor = href.partition("#")
        assert not anchor or anchor in pages[path].ids, href
        assert path in pages, href


def test_an_objective_without_indicators_has_its_place(tmp_path, base):
    organization = base / "organization.yaml"
    text = organization.read_text(encoding="utf-8")
    organization.write_text(
        text.replace("objectives:\n", "objectives:\n  kelak: {title: Kelak}\n"), encoding="utf-8"
    )
    write(tmp_path / "out", site(engine.load(base)), force=False)
    found = read_site(tmp_path / "out")["index.html"]
    assert "objective-kelak" in found.ids
    assert "Kelak Tidak ada." in " ".join(found.text.split())


def test_a_catalogue_without_data_has_a_site_without_figures(tmp_path, base):
    shutil.rmtree(base / "data")
    write(tmp_path / "out", site(engine.load(base)), force=False)
    found = read_site(tmp_path / "out")
    assert dead_links(tmp_path / "out", found) == []
    assert "belum ada data" in found["index.html"].text


def test_figures_go_no_further_than_the_period_asked_for(tmp_path):
    made = site(engine.load(), period="2022")
    assert made.latest == "2022"
    write(tmp_path, made, force=False)
    found = read_site(tmp_path)
    assert "Indikator Kinerja Utama 2022" in found["index.html"].text
    assert "71,63" in found["index.html"].text
    assert "berlaku sejak 1 Januari 2022" in found["indicators/ip_asn.html"].text


def test_a_figure_is_explained_down_to_its_sources(shipped, pages):
    """The same sentences as `iku explain` has; each cause leads to where it is described."""
    page = pages["indicators/ip_asn.html"]
    text = " ".join(page.text.split())
    assert "Penjelasan angka 2024" in text
    assert "Target 82; capaian: 80,42 / 82 × 100 = 98,07%" in text
    assert "mean(pegawai.nilai, where=pegawai.terukur) = 80,419377, atas 738 dari 770 baris pegawai" in text
    assert "../indicators/ip_asn.html#step-kualifikasi" in page.links
    assert "../sources/pegawai.html" in page.links
    assert "88,91 + 89,07" in pages["indicators/skm.html"].text


def test_the_trend_is_a_line_that_says_its_figures_and_where_the_rule_changed(shipped):
    page = (shipped / "indicators/ip_asn.html").read_text(encoding="utf-8")
    start = page.index('<div class="picture trend">')
    picture = page[start : page.index("</svg>", start)]
    assert picture.count('class="iku-point"') == 7, "a point a year, and what it means"
    assert picture.count('class="iku-change"') == 3, "2022 and 2023, and what it means"
    assert "<title>Perkembangan: Indeks Profesionalitas ASN</title>" in picture
    assert "<desc>2019: 56,31 poin, target 60; 2020: 63,39 poin, target 64; " in picture
    assert "style=" not in picture


def test_a_figure_is_drawn_with_what_is_inside_it_and_its_elements(shipped):
    """The rest of the page has the same as text; the elements are those of the last quarter."""
    found = {
        name: re.findall(
            r'<figure class="picture">.*?<title>([^<]*)</title>',
            (shipped / f"indicators/{name}.html").read_text(encoding="utf-8"),
        )
        for name in ("ip_asn", "skm", "sistem_merit")
    }
    assert found["ip_asn"] == ["Indeks Profesionalitas ASN, 2024", "Isi Indeks Profesionalitas ASN"]
    assert found["sistem_merit"] == ["Skor Sistem Merit, 2024"]
    assert [title.split(": ")[0] for title in found["skm"][1:]] == ["Nilai rata-rata unsur, Triwulan IV 2024"]
    page = (shipped / "indicators/skm.html").read_text(encoding="utf-8")
    rows = engine.load().evaluate("2024-TW4", only=["skm"]).rows("unsur_2017").to_dicts()
    lowest = min(rows, key=lambda row: row["skm.nrr"])
    assert f"terendah: {lowest['nama']}, " in page


def test_pictures_turn_dark_by_the_style_sheet_alone(shipped):
    assert ".iku-value{fill:#79b4ea}" in (shipped / "assets/style.css").read_text(encoding="utf-8")


def test_the_map_leads_to_every_box(shipped, pages):
    page = (shipped / "map.html").read_text(encoding="utf-8")
    picture = page[page.index("<svg ") : page.index("</svg>")]
    boxes = set(re.findall(r'<a href="([^"]+)">', picture))
    catalogue = engine.load().definitions
    assert boxes == (
        {f"indicators/{name}.html" for name in catalogue.indicators}
        | {f"sources/{name}.html" for name in catalogue.sources if not name.endswith("_2004")}
        | {f"index.html#objective-{name}" for name in catalogue.organization.objectives}
    )
    assert picture.count('class="iku-use"') == 8, "what the rules in force use"


def test_a_map_of_many_is_drawn_by_division(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    invent = importlib.import_module("catalogue").invent
    invent(tmp_path / "definitions", 30)
    write(tmp_path / "out", site(engine.load(tmp_path / "definitions")), force=False)
    found = read_site(tmp_path / "out")
    assert dead_links(tmp_path / "out", found) == []
    text = " ".join(found["map.html"].text.split())
    assert "Bidang 3 (2 sumber data)" in text
    page = (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    total = sum(int(count) for count in re.findall(r"<title>Bidang \d+ \((\d+) indikator\)", page))
    assert total == 30


def test_the_formula_of_a_wording_is_set_as_a_fraction(shipped):
    page = (shipped / "indicators/skm.html").read_text(encoding="utf-8")
    assert '<mfrac><mrow><mi mathvariant="normal">Total dari Nilai Persepsi Per Unsur</mi></mrow>' in page
    assert "frac{" not in page


# ── harmless ──

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`</title></textarea>"
    "{{ 31337 * 3 }}{% x %}&lt;b&gt;"
)


def test_no_text_of_a_definition_is_markup(tmp_path, base):
    """Titles, notes, wordings, citations, categories: what looks like markup is shown as it is written."""
    quiet = json.dumps(HOSTILE)
    texts = re.compile(r"\b(title|note|wording|citation|name|one_row_is): (?![{>|])[^\n,}]+")
    for path in [*base.glob("*.yaml"), *base.rglob("*/*.yaml")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(texts.sub(lambda found: f"{found[1]}: {quiet}", text), encoding="utf-8")
    (base / "data" / "NOTE.txt").write_text(HOSTILE, encoding="utf-8")
    catalogue = engine.load(base)
    acts = {
        name: replace(act, address="javascript:alert(1)")  # a file with such an address is refused
        for name, act in catalogue.definitions.regulations.items()
    }
    catalogue = replace(catalogue, definitions=replace(catalogue.definitions, regulations=acts))
    write(tmp_path / "out", site(catalogue), force=False)
    files = contents(tmp_path / "out")
    found = read_site(tmp_path / "out")
    assert any(HOSTILE in " ".join(page.text.split()) for page in found.values()), "it is shown"
    for name, page in found.items():
        assert page.broken == [], name
        assert not [
            tag for tag, _ in page.elements if tag in ("img", "textarea", "iframe", "object", "form")
        ], name
        assert [tag for tag, _ in page.elements].count("script") == 1, name
        assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")], (
            name
        )
        assert not [link for link in page.links if link.startswith("javascript")], name
        assert "94011" not in page.text, name
    assert b"<" not in files["assets/search-id.js"]
    assert any("javascript:alert(1)" in page.text for page in found.values()), (
        "the address stands there as text"
    )


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        ("https://peraturan.go.id/id/x?y=1", True),
        ("http://jdih.example.id/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/x", False),
        ("https:", False),
        ("file:///etc/passwd", False),
        ("http://[::1", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(written, linked):
    assert web_address(written) == (written if linked else None)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "A", "x\n", "x.html", "a\\b", "%2e%2e", "x" * 65])
def test_no_name_leads_out_of_the_site(name):
    with pytest.raises(ValueError, match="no id"):
        address("indicator", name)


def test_nothing_personal_is_in_any_file(tmp_path, base):
    """Neither a personal column's values nor those of a reference to it or of a step that passes them on."""
    source, indicator = base / "sources" / "petugas.yaml", base / "indicators" / "beban.yaml"
    source.write_text(
        "source: petugas\ntitle: Petugas\ndivision: umum\nfile: data/{period}/petugas.csv\nkey: nik\n"
        "columns:\n"
        "  nik: {type: text, unique: true, personal: true, header: NomorRahasia, title: Nomor induk}\n"
        "  umur: {type: integer, personal: true, range: [15, 99]}\n"
        "  jam: {type: number, range: [0, 100]}\n",
        encoding="utf-8",
    )
    (base / "sources" / "tugas.yaml").write_text(
        "source: tugas\ntitle: Tugas\ndivision: umum\nfile: data/{period}/tugas.csv\ncolumns:\n"
        "  orang: {type: reference, to: petugas}\n  lama: {type: number, range: [0, 9]}\n",
        encoding="utf-8",
    )
    template = (CASES / "codes" / "base" / "indicators" / "mutu.yaml").read_text(encoding="utf-8")
    basis = re.search(r"basis: \{regulation: ([a-z0-9_]+)", template)[1]
    indicator.write_text(
        f"indicator: beban\ntitle: Beban\nobjective: layanan\ndivision: umum\nsources: [petugas, tugas]\n"
        f"versions:\n  - from: 2020-01-01\n    basis: {{regulation: {basis}}}\n    steps:\n"
        f"      salinan: {{each: petugas, formula: umur}}\n"
        f'      kerja: {{each: petugas, formula: "jam + sum(tugas.lama)"}}\n'
        f"    result: sum(petugas.kerja) + sum(petugas.salinan) * 0\n"
        "examples:\n  - title: Satu\n    period: 2021\n    given:\n"
        '      petugas: [{nik: "777888999", umur: 58, jam: 3}]\n'
        '      tugas: [{orang: "777888999", lama: 2}]\n'
        "    expect: {result: 5, steps: {salinan: [58], kerja: [5]}}\n",
        encoding="utf-8",
    )
    (base / "data" / "2021").mkdir(parents=True, exist_ok=True)
    (base / "data" / "2021" / "petugas.csv").write_text(
        "NomorRahasia,umur,jam\n777888999,58,3\n777888000,41,1\n", encoding="utf-8"
    )
    (base / "data" / "2021" / "tugas.csv").write_text("orang,lama\n777888999,2\n", encoding="utf-8")
    files = built(tmp_path / "out", base)
    page = read_site(tmp_path / "out")["indicators/beban.html"].text
    assert "Data pribadi tidak ditampilkan" in page
    places = re.compile(rb' (?:d|x|y|cx|cy|r|rx|width|height|viewBox)="[-\d. A-Z]+"')  # of shapes in pictures
    for name, content in files.items():
        assert b"777888" not in content, name
        assert b"NomorRahasia" not in content, name
        assert not re.search(rb"\b(58|41)\b", places.sub(b"", content)), name


def test_no_personal_value_of_the_shipped_data_is_in_any_file(shipped):
    secret = {
        line.split(";")[0]
        for path in (ROOT / "definitions" / "data").glob("*/pegawai.csv")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert len(secret) > 50
    words = re.compile(rb"[A-Za-z0-9]+")
    wanted = {code.encode() for code in secret}
    for name, content in contents(shipped).items():
        assert not wanted.intersection(words.findall(content)), name


def test_equal_definitions_and_data_give_equal_bytes(shipped, tmp_path):
    """In another process, locale, time zone and hash seed, and wherever the definitions lie."""
    shutil.copytree(ROOT / "definitions", tmp_path / "elsewhere")
    code = (
        "import hashlib, sys, engine; from engine.site import site; "
        "files = [file.path.encode() + file.make() for file in site(engine.load(sys.argv[1])).files]; "
        "print(hashlib.sha256(b''.join(files)).hexdigest())"
    )
    surroundings = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Makassar",
        "LC_ALL": "C",
        "IKU_LANG": "id",
    }
    other = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "elsewhere")],
        capture_output=True, text=True, check=True, cwd=ROOT, env=surroundings,
    )  # fmt: skip
    files = [(file.path, (shipped / file.path).read_bytes()) for file in site(engine.load()).files]
    here = hashlib.sha256(b"".join(path.encode() + content for path, content in files)).hexdigest()
    assert other.stdout.strip() == here


def test_nothing_of_this_machine_is_in_any_file(shipped):
    for name, content in contents(shipped).items():
        assert str(ROOT).encode() not in content, name


# ── only in its own folder ──


@pytest.fixture
def small(base):
    """The site of a small catalogue."""
    return site(engine.load(base))


def refusal(folder: Path, made, *, force: bool = False) -> str:
    with pytest.raises(InvalidRequest) as refused:
        write(folder, made, force=force)
    return "\n".join(f"{p.message} / {p.hint}" for p in refused.value.problems)


def test_a_folder_that_holds_other_things_is_refused(tmp_path, small):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    assert refusal(folder, small) == (
        f"`{folder}` holds other files, not a site of iku / "
        "choose an empty folder, or write into this one with --force"
    )
    assert contents(folder) == {"letter.txt": b"mine"}
    write(folder, small, force=True)
    assert (folder / "letter.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "index.html").is_file()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path, small):
    path = tmp_path / "mine"
    path.write_text("mine", encoding="utf-8")
    for force in (False, True):
        assert refusal(path, small, force=force) == f"`{path}` is no folder / None"
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_file_that_others_put_where_a_page_belongs_is_left_alone(tmp_path, small):
    """Into an earlier site too: what its manifest doesn't name is not ours, whatever it is called."""
    folder = tmp_path / "out"
    less = replace(small, files=[file for file in small.files if file.path != "index.html"])
    write(folder, less, force=False)
    (folder / "index.html").write_text("mine", encoding="utf-8")
    assert refusal(folder, small) == (
        f"`{folder}/index.html` is there already and not part of the earlier site / "
        "move it away, or overwrite it with --force"
    )
    assert (folder / "index.html").read_text(encoding="utf-8") == "mine"
    write(folder, small, force=True)
    assert (folder / "index.html").read_text(encoding="utf-8") != "mine"


def test_a_second_site_replaces_the_first_and_leaves_what_others_put_there(tmp_path, base, small):
    folder = tmp_path / "out"
    assert write(folder, small, force=False) == len(small.files)
    assert write(folder, small, force=False) == 0, "nothing changed"
    (folder / "regulations" / "mine.html").write_text("mine", encoding="utf-8")
    gone = list(engine.load(base).definitions.regulations)[-1]
    less = replace(small, files=[file for file in small.files if gone not in file.path])
    assert write(folder, less, force=False) > 0
    assert not (folder / "regulations" / f"{gone}.html").exists()
    assert (folder / "regulations" / "mine.html").read_text(encoding="utf-8") == "mine"
    assert sorted(json.loads((folder / MANIFEST).read_bytes())["files"]) == sorted(
        file.path for file in less.files
    )


def test_a_file_of_others_in_our_place_is_not_overwritten(tmp_path, small):
    folder = tmp_path / "out"
    write(
        folder, replace(small, files=[file for file in small.files if file.path != "map.html"]), force=False
    )
    (folder / "map.html").write_text("mine", encoding="utf-8")
    assert refusal(folder, small) == (
        f"`{folder / 'map.html'}` is there already and not part of the earlier site / "
        "move it away, or overwrite it with --force"
    )
    assert (folder / "map.html").read_text(encoding="utf-8") == "mine"


def test_no_link_in_the_folder_leads_writing_elsewhere(tmp_path, small):
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "indicators").symlink_to(elsewhere)
    assert "is no ordinary folder" in refusal(folder, small, force=True)
    (folder / "indicators").unlink()
    (folder / "index.html").symlink_to(elsewhere / "x.html")
    assert "is not an ordinary file" in refusal(folder, small, force=True)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "named",
    [
        "../precious.html",
        "/etc/passwd",
        "a/../../precious.html",
        "definitions/x.yaml",
        "..",
        "a/b/c/d/e.html",
    ],
)
def test_a_forged_manifest_removes_nothing_of_others(tmp_path, small, named):
    folder = tmp_path / "out"
    write(folder, small, force=False)
    (tmp_path / "precious.html").write_text("mine", encoding="utf-8")
    (folder / "definitions").mkdir()
    (folder / "definitions" / "x.yaml").write_text("mine", encoding="utf-8")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["files"].append(named)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    write(folder, small, force=False)
    assert (tmp_path / "precious.html").exists()
    assert (folder / "definitions" / "x.yaml").exists()


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{", '{"made_by": "other"}', '{"made_by": "iku site"}', "[" * 10000]
)
def test_a_folder_with_a_broken_manifest_is_not_ours(tmp_path, small, manifest):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    assert "holds other files" in refusal(folder, small)


def test_writing_that_was_interrupted_is_taken_up_again(tmp_path, small):
    folder = tmp_path / "out"

    def fail() -> bytes:
        raise OSError("the disk is full")

    half = [*small.files[:5], replace(small.files[5], make=fail), *small.files[6:]]
    with pytest.raises(OSError, match="full"):
        write(folder, replace(small, files=half), force=False)
    assert [path for path in folder.rglob("*") if path.name.endswith(".part")] == []
    write(folder, small, force=False)
    assert set(contents(folder)) == {file.path for file in small.files} | {MANIFEST}


# ── the command ──


def test_the_command_tells_what_it_wrote_and_what_to_open(iku, tmp_path, base, small, monkeypatch):
    monkeypatch.chdir(tmp_path)
    count = len(small.files)
    assert iku("site", "-o", "out", "-C", "definitions") == (
        0,
        "",
        f"out: {count} files new or changed of {count}; open out/index.html\n",
    )
    assert iku("site", "-o", "out", "-C", "definitions", "--lang", "id") == (
        0,
        "",
        f"out: 0 dari {count} berkas baru atau berubah; buka out/index.html\n",
    )


def test_the_command_refuses_what_it_can_not_do(iku, tmp_path, base, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, told = iku("site", "-o", "out", "--period", "2021-TW1")
    assert (code, told.splitlines()[-1]) == (2, "Error: --period 2021-TW1: name a year")
    code, _, told = iku("site", "-o", "out", "--data", "nowhere")
    assert (code, told.splitlines()[-1]) == (2, "Error: --data nowhere: no such folder")
    code, _, told = iku("site", "-o", "definitions", "-C", "definitions")
    assert code == 2
    assert "holds other files" in told
    assert not (tmp_path / "out").exists()


def test_data_that_are_not_as_declared_are_refused_and_nothing_is_written(iku, tmp_path, base, monkeypatch):
    monkeypatch.chdir(tmp_path)
    target = next((base / "data" / "2021").glob("loket.csv"))
    lines = target.read_text(encoding="utf-8").splitlines()
    target.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    code, _, told = iku("site", "-o", "out", "-C", "definitions")
    assert code == 3
    assert "loket.csv" in told
    assert not (tmp_path / "out").exists()


def test_without_its_library_the_command_says_what_to_install(iku, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, told = iku("site", "-o", str(tmp_path / "out"))
    assert code == 2
    assert told.splitlines()[-1] == (
        "Error: this needs jinja2, which is not installed: pip install 'iku[site]'"
    )
