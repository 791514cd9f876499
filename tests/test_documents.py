"""Documents: what is printed is what the definitions say, in every format, and nothing in it is a command."""

from __future__ import annotations

import difflib
import io
import itertools
import re
import shutil
import zipfile
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
import word_templates
from docx import Document
from golden import CASES, same_as
from lxml import etree

import cli
import engine
from engine.definition import Target
from engine.documents import mathematics
from engine.documents.bar import bar
from engine.documents.decree import decree, letters
from engine.documents.docx import TEMPLATES
from engine.documents.figures import figures
from engine.documents.lkjip import report
from engine.documents.paper import Passage
from engine.documents.summary import summary
from engine.documents.writing import written
from engine.evaluation import definitions_fingerprint
from engine.formula import typeset
from engine.problems import InvalidData, InvalidRequest
from engine.report.graph_text import graph_at
from engine.report.wording import Wording
from engine.values import Result, reached

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "definitions"
FORMATS = ("docx", "pdf", "html", "markdown")
DAY = date(2026, 11, 25)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


@pytest.fixture(scope="module")
def catalogue():
    return engine.load(SHIPPED)


@pytest.fixture
def iku(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(["report", "-C", str(SHIPPED), *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def made(catalogue: Any, form: Any, language: str = "id", paper: Any = "a4") -> bytes:
    content = decree(catalogue.definitions, Wording(language), paper, DAY)
    return written("decree", content, form).data


# ── a document's text, as a reader of it finds it ──


class Shown(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag, attrs):
        self.skipped += tag in ("style", "title")

    def handle_endtag(self, tag):
        self.skipped -= tag in ("style", "title")

    def handle_data(self, data):
        if not self.skipped:
            self.texts.append(data)


def text_of(form: str, data: bytes) -> str:
    if form == "docx":
        body = Document(io.BytesIO(data)).element.body
        return "\n".join(
            "".join(
                f" {t.text} " if t.tag == f"{MATH}t" else t.text or " "
                for t in p.iter(f"{WORD}t", f"{WORD}tab", f"{MATH}t")
            )
            for p in body.iter(f"{WORD}p")
        )
    if form == "pdf":
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
        return "\n".join(pages)
    if form == "html":
        page = Shown()
        page.feed(data.decode())
        return " ".join(page.texts)
    return re.sub(r"\\([^a-z])", r"\1", data.decode())


def words_of(text: str) -> list[str]:
    """Return the words of a text; marks of Markdown and TeX and the lines of a formula are none."""
    text = re.sub(r"\\(frac|text)|\\times|[{}$=×|#*]|(?m:^\s*-+ )|-{3}", " ", text)
    return re.sub(r"\s:|:(?=\s)", " ", text).split()


def differences(form: str, data: bytes) -> list[tuple[str, str]]:
    """Return what the decree of 2021 prints and we do not, and the other way round."""
    original = words_of((CASES / "documents/iku-bkd-kaltim-2021.md").read_text(encoding="utf-8"))
    ours = words_of(re.sub(r"Dibuat 25 .*", "", text_of(form, data)))
    if form == "pdf":  # its merged cells are drawn after the others of their rows
        original, ours = sorted(original), sorted(ours)
    found = difflib.SequenceMatcher(a=original, b=ours, autojunk=False).get_opcodes()
    return [(" ".join(original[a:b]), " ".join(ours[c:d])) for kind, a, b, c, d in found if kind != "equal"]


SLIPS = [
    # The decree numbers its first objective "1." and its second "2": a slip, both get the full stop here.
    ("2", "2."),
]


@pytest.mark.parametrize("form", FORMATS)
def test_the_decree_of_2021_comes_out_word_by_word(catalogue, form):
    """All but the listed slips of the original: each is justified where it is listed."""
    found = differences(form, made(catalogue, form))
    together = [(a, b) for a, b in found if a and b] or [
        (" ".join(a for a, _ in found).strip(), " ".join(b for _, b in found).strip())
    ]
    assert together == SLIPS


# ── the formula ──


def test_the_formula_is_a_fraction_that_word_can_edit(catalogue):
    """Office MathML: a fraction with the decree's own words above and below its line."""
    body = Document(io.BytesIO(made(catalogue, "docx"))).element.body
    fraction = next(body.iter(f"{MATH}f"))
    above, below = (
        "".join(t.text for t in fraction.find(f"{MATH}{part}").iter(f"{MATH}t")) for part in ("num", "den")
    )
    assert (above, below) == ("Total dari Nilai Persepsi Per Unsur", "Total Unsur yang Terisi")


def test_the_formula_is_mathml_in_a_page(catalogue):
    page = made(catalogue, "html").decode()
    assert (
        '<mfrac><mrow><mi mathvariant="normal">Total dari Nilai Persepsi Per Unsur</mi></mrow>'
        '<mrow><mi mathvariant="normal">Total Unsur yang Terisi</mi></mrow></mfrac>' in page
    )


def test_the_formula_of_a_pdf_file_has_a_text_for_those_who_listen(catalogue):
    file = pikepdf.open(io.BytesIO(made(catalogue, "pdf")))
    texts = [str(o["/Alt"]) for o in file.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert texts == [
        "SKM = (Total dari Nilai Persepsi Per Unsur) / (Total Unsur yang Terisi) × Nilai Penimbang"
    ]


@pytest.mark.parametrize(
    "tex",
    [
        r"\input{/etc/passwd}",
        r"\frac{a}",
        r"\frac{a}{b",
        r"a_1",
        r"\text{}",
        r"\text{a\b}",
        "",
        r"\frac" + "{" * 40,
        "#panic()",
    ],
)
def test_what_is_no_known_formula_stays_text(tex):
    assert mathematics.parse(tex) is None
    assert mathematics.passages(f"a ${tex}$ b") == (f"a ${tex}$ b",)


def test_money_is_no_formula():
    assert mathematics.passages("dari $5 sampai $6") == ("dari $5 sampai $6",)


def test_a_formula_is_said_in_one_line():
    formula = mathematics.parse(r"NI = \frac{\text{a b} + 2,5}{c} \times (1 - d)")
    assert formula is not None
    assert mathematics.spoken(formula) == "NI = (a b + 2,5) / c × (1 − d)"
    assert mathematics.tex(formula) == (
        r"\text{NI} = \frac{\text{a b} + 2{,}5}{\text{c}} \times \left( 1 - \text{d} \right)"
    )


def formulas_of(catalogue: Any) -> dict[str, Any]:
    """Every formula of the newest rules, as parts of mathematics."""
    graph = graph_at(catalogue.definitions)
    return {
        f"{indicator}.{step}": typeset.layout(bound, lambda reference: None, "id")
        for (indicator, step), bound in graph.bounds.items()
    }


ALL_PARTS = typeset.Row(
    (
        typeset.Words("<a> & {b} | \\c_%#^~$"),
        typeset.Sign("="),
        typeset.Cases(
            (
                (typeset.Root(typeset.Digits("2,5")), typeset.Words("x")),
                (
                    typeset.Raised(
                        typeset.Words("e"), typeset.Lowered(typeset.Words("a"), typeset.Digits("1"))
                    ),
                    None,
                ),
            ),
            "jika",
            "selainnya",
        ),
        typeset.Sign("dan", word=True),
        typeset.Fenced("⌊", typeset.Stack((typeset.Words("a"), typeset.Words("b"))), "⌋"),
    )
)


def test_every_kind_of_part_has_its_form_in_every_format(request):
    """Word's, TeX's and the line that is read aloud; MathML has its own test."""
    same_as(
        request,
        "documents/parts.txt",
        "\n\n".join([mathematics.spoken(ALL_PARTS), mathematics.tex(ALL_PARTS), mathematics.omml(ALL_PARTS)])
        + "\n",
    )


def test_all_formulas_of_the_catalogue_can_be_set_in_word_and_pdf(catalogue):
    """Word's form is well-formed XML, and typst takes the whole of it in one document."""
    found = {**formulas_of(catalogue), "all": ALL_PARTS}
    assert len(found) > 40
    for part in found.values():
        words = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        etree.fromstring(f"<all {words}>{mathematics.omml(part)}</all>")
    content = decree(catalogue.definitions, Wording("id"), "a4", DAY)
    goal = content.goals[0]
    passages = tuple(Passage("", part) for part in found.values())
    first = replace(goal.indicators[0], explanation=passages)
    content = replace(content, goals=(replace(goal, indicators=(first,)),))
    assert written("decree", content, "pdf").data.startswith(b"%PDF")


def test_an_indicator_without_a_wording_is_explained_by_its_concept_and_formula(spoiled):
    """The formula of the step that the result is, with titles for names."""
    path = "indicators/sistem_merit.yaml"
    wording = (
        (SHIPPED / path).read_text(encoding="utf-8").partition("wording: >-\n")[2].partition("concept:")[0]
    )
    changed = spoiled(path, f"wording: >-\n{wording}", "")
    content = decree(changed.definitions, Wording("id"), "a4", DAY)
    concept, formula = content.goals[0].indicators[0].explanation
    assert concept.text.startswith("Tingkat penerapan sistem merit")
    assert formula.formula is not None
    assert mathematics.spoken(formula.formula) == (
        "Jumlah skor delapan aspek = Perencanaan Kebutuhan + Pengadaan + Pengembangan Karier "
        "+ Promosi dan Mutasi + Manajemen Kinerja + Penggajian, Penghargaan, dan Disiplin "
        "+ Perlindungan dan Pelayanan + Sistem Informasi"
    )
    assert content.notes == ()


# ── PDF for archives and for everyone ──


def test_a_pdf_file_says_that_it_keeps_both_standards(catalogue):
    """PDF/A-2a and PDF/UA-1; typst refuses to write what would break them."""
    file = pikepdf.open(io.BytesIO(made(catalogue, "pdf")))
    with file.open_metadata() as metadata:
        said = {name: metadata.get(name) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
    assert said == {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
    assert bool(file.Root.MarkInfo.Marked)
    assert str(file.Root.Lang) == "id"
    assert str(file.docinfo["/Title"]) == "Indikator Kinerja Utama"


# ── the same bytes, the right paper ──


@pytest.mark.parametrize("form", FORMATS)
def test_equal_definitions_on_the_same_day_give_the_same_bytes(catalogue, again, form):
    assert made(catalogue, form) == made(again.catalogue, form)


def test_f4_is_215_by_330_millimetres(catalogue):
    section = Document(io.BytesIO(made(catalogue, "docx", paper="f4"))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (330, 215)
    box = pypdf.PdfReader(io.BytesIO(made(catalogue, "pdf", paper="f4"))).pages[0].mediabox
    assert [round(float(side) / 72 * 25.4) for side in (box.width, box.height)] == [330, 215]
    assert "size: 330mm 215mm;" in made(catalogue, "html", paper="f4").decode()


@pytest.mark.parametrize("form", FORMATS)
def test_the_decree_speaks_english_where_its_words_are_ours(catalogue, form):
    text = " ".join(text_of(form, made(catalogue, form, "en")).split())
    assert "Task" in text
    assert "Made on 25 November 2026 from definitions" in text or form == "docx"
    assert "Membantu Gubernur" in text


@pytest.mark.parametrize("language", word_templates.LANGUAGES)
@pytest.mark.parametrize("name", word_templates.DOCUMENTS)
def test_the_word_templates_are_as_their_script_makes_them(name, language):
    """Written anew by ``.venv/bin/python tests/word_templates.py``."""
    assert (TEMPLATES / f"{name}.{language}.docx").read_bytes() == word_templates.made(name, language)


def test_letters_go_on_after_z():
    assert [letters(i) for i in (0, 8, 25, 26, 27, 51, 52, 702)] == "a i z aa ab az ba aaa".split()


# ── what is missing, and what is hostile ──


HOSTILE = {
    "markup": "<script>alert(1)</script><b>x</b>",
    "typst": '#panic("x") #import "x" *tebal* _miring_ $x$ @acuan <label> `kode` // sisa',
    "gaps": "{{ 7*7 }} {% raw %} {{ sheet.made }}",
    "word": "]]> &amp; </w:t></w:r><w:br/>",
    "table": "a | b || c",
    "formula": '=HYPERLINK("http://example.org","x")',
    "tex": r"\input{x} \\ % # ~ ^",
    "link": "[x](javascript:alert(1)) ![x](http://example.org/x.png) # x",
}


@pytest.fixture
def spoiled(tmp_path):
    """Return a copy of the shipped catalogue in which a text takes the place of another."""

    def spoil(file: str, was: str, becomes: str) -> Any:
        shutil.copytree(SHIPPED, tmp_path / "definitions", dirs_exist_ok=True)
        path = tmp_path / "definitions" / file
        text = path.read_text(encoding="utf-8")
        assert was in text
        path.write_text(text.replace(was, becomes), encoding="utf-8")
        return engine.load(tmp_path / "definitions")

    return spoil


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The shipped catalogue with all hostile texts in one title."""
    folder = tmp_path_factory.mktemp("hostile") / "definitions"
    shutil.copytree(SHIPPED, folder)
    path = folder / "indicators/ip_asn.yaml"
    title = " ".join(HOSTILE.values()).replace("'", "''")
    text = path.read_text(encoding="utf-8")
    assert IP_ASN in text
    path.write_text(text.replace(IP_ASN, f"title: '{title}'"), encoding="utf-8")
    return engine.load(folder)


IP_ASN = "title: {id: Indeks Profesionalitas ASN, en: ASN Professionalism Index}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["decree", "lkjip", "summary"])
def test_a_hostile_title_is_a_text_like_any_other(hostile, name, form):
    """No markup, no command of a typesetter or a template, no formula of a spreadsheet (O2, O4)."""
    content = (
        decree(hostile.definitions, Wording("id"), "a4", DAY)
        if name == "decree"
        else GATHER[name](figures(hostile, "2019", SHIPPED), Wording("id"), "a4", DAY)
    )
    data = written(name, content, form).data
    shown = "".join(text_of(form, data).split())
    for title in HOSTILE.values():
        assert "".join(title.split()) in shown


def test_a_page_holds_no_element_that_a_definition_names(spoiled):
    changed = spoiled(
        "organization.yaml",
        "task: Membantu Gubernur",
        'task: x"><img src=x onerror=alert(1)><script>x</script>',
    )
    page = made(changed, "html").decode()
    assert "<img" not in page
    assert "<script" not in page


def test_the_hash_of_definitions_is_that_of_their_content_wherever_they_lie(catalogue, spoiled, monkeypatch):
    """So that a document names the same definitions in whatever folder it was made."""
    copied = spoiled("organization.yaml", "language: id", "language: id")
    assert definitions_fingerprint(copied.definitions.texts) == definitions_fingerprint(
        catalogue.definitions.texts
    )
    changed = spoiled("organization.yaml", "language: id", "language: en")
    assert definitions_fingerprint(changed.definitions.texts) != definitions_fingerprint(
        catalogue.definitions.texts
    )


# ── the command ──


def test_a_document_has_a_name_of_its_own_and_is_never_written_over(iku, tmp_path):
    assert iku("iku") == (0, "", "written: iku.docx\n")
    before = (tmp_path / "iku.docx").read_bytes()
    code, out, err = iku("iku")
    assert (code, out) == (2, "")
    assert err == (
        "output-file: `iku.docx` is there already\n"
        "   hint: choose another name, or overwrite it with --force\n"
    )
    assert iku("iku", "--force")[0] == 0
    assert (tmp_path / "iku.docx").read_bytes() == before


@pytest.mark.parametrize(
    ("fixed", "day"),
    [("0", "1 January 1970"), ("99999999999", "16 November 5138"), ("9" * 30, None), ("x", None)],
)
def test_source_date_epoch_sets_the_day_where_it_is_one(iku, tmp_path, monkeypatch, fixed, day):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", fixed)
    assert iku("iku", "-o", "a.md")[0] == 0
    told = re.search(r"Made on (.*) from", (tmp_path / "a.md").read_text(encoding="utf-8"))
    assert told is not None
    assert told[1] == (day or Wording("en").day(date.today()))


@pytest.mark.parametrize("form", FORMATS)
def test_objectives_without_indicators_are_printed_with_dashes(catalogue, form):
    """A catalogue that has just been begun has a decree too."""
    begun = replace(catalogue.definitions, indicators={})
    content = decree(begun, Wording("id"), "a4", DAY)
    assert [(goal.number, goal.indicators[0].title) for goal in content.goals] == [("1.", "–"), ("2.", "–")]
    assert "Terwujudnya pelayanan prima" in " ".join(
        text_of(form, written("decree", content, form).data).split()
    )


def test_the_name_of_the_file_tells_the_format(iku, tmp_path):
    assert iku("iku", "-o", "a.pdf")[0] == iku("iku", "-o", "a.html")[0] == iku("iku", "-o", "a.md")[0] == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-1.7")
    code, _, err = iku("iku", "-o", "a.txt")
    assert code == 2
    assert err.endswith("the name a.txt tells no format: say --format\n")


def test_an_agency_brings_its_own_word_file(iku, tmp_path):
    """Any gap may stand anywhere; the paper is the template's."""
    own = Document()
    own.add_paragraph("KOP SURAT {{ agency }}")
    own.add_paragraph("{%p for goal in goals %}")
    own.add_paragraph("{{ goal.title }}")
    own.add_paragraph("{%p endfor %}")
    own.save(tmp_path / "kop.docx")
    assert iku("iku", "--template", "kop.docx", "-o", "surat.docx")[0] == 0
    lines = [p.text for p in Document(tmp_path / "surat.docx").paragraphs]
    assert lines == [
        "KOP SURAT Badan Kepegawaian Daerah Provinsi Kalimantan Timur",
        "Terwujudnya Aparatur Sipil Negara yang profesional, berintegritas, netral dan berkinerja tinggi "
        "yang berbasis kualifikasi dan kompetensi",
        "Terwujudnya pelayanan prima di bidang kepegawaian",
    ]


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ("{{ agensi }}", "'agensi' is undefined"),
        ("{{ agency", None),
        ("{% for x in goals %}", None),
        ("{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ goals.x.y }}", "'list object' has no attribute 'x'"),
    ],
)
def test_a_template_that_cant_be_filled_says_why(catalogue, tmp_path, gap, reason):
    """A template is a file from elsewhere: it can't reach what lies behind its gaps."""
    own = Document()
    own.add_paragraph(gap)
    own.save(tmp_path / "kop.docx")
    content = decree(catalogue.definitions, Wording("id"), "a4", DAY)
    with pytest.raises(InvalidRequest) as refused:
        written("decree", content, "docx", tmp_path / "kop.docx")
    (problem,) = refused.value.problems
    assert problem.code == "word-template"
    if reason is not None:
        assert str(problem.message).endswith(f"kop.docx can't be filled in: {reason}")
    assert str(problem.hint) == "compare its gaps with those of the file that `iku report template` writes"


def test_a_template_that_is_no_word_file_is_refused(iku, tmp_path):
    (tmp_path / "kop.docx").write_text("KOP SURAT")
    code, _, err = iku("iku", "--template", "kop.docx")
    assert code == 2
    assert err == (
        "word-template: kop.docx is not a Word file (.docx)\n   hint: open it in Word and save it as .docx\n"
    )


# ── the yearly report and the one page ──


@pytest.fixture(scope="module")
def measured(catalogue):
    return figures(catalogue, "2024", SHIPPED)


GATHER = {"lkjip": report, "summary": summary}


def of_year(found: Any, name: str, form: Any, language: str = "id", paper: Any = "a4") -> bytes:
    return written(name, GATHER[name](found, Wording(language), paper, DAY), form).data


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", GATHER)
def test_a_document_of_a_year_says_what_it_said_before(request, measured, name, language):
    """Whole, as Markdown: every figure, sentence and place to write."""
    text = re.sub(
        r"(definisi|definitions) [0-9a-f]{7}",
        r"\1 0000000",
        of_year(measured, name, "markdown", language).decode(),
    )
    same_as(request, f"documents/{name}.{language}.md", text)


def fingerprint(found: Any) -> str:
    return definitions_fingerprint(found.catalogue.definitions.texts)[:7]


def spoken_words(text: str) -> list[str]:
    """Return the words of a text in alphabetical order, without marks."""
    return sorted(re.findall(r"[^\W_]+(?:[.,/-][^\W_]+)*", text))


@pytest.mark.parametrize("form", ["docx", "pdf", "html"])
def test_every_format_of_the_yearly_report_says_the_same(measured, form):
    """The words of the Markdown, which is compared whole, are those of the others."""
    markdown = spoken_words(text_of("markdown", of_year(measured, "lkjip", "markdown")))
    other = spoken_words(text_of(form, of_year(measured, "lkjip", form)))
    lacking = {word for word in set(markdown) - set(other) if not word.isdigit()}
    footer = set() if form != "docx" else {"Dibuat", "dari", "definisi", "November", fingerprint(measured)}
    assert lacking <= footer
    assert {"331,00", "101,85", "80,42", "98,07", "89,09", "100,10", "56,31", "110,28"} <= set(other)


@pytest.fixture(scope="module")
def again():
    return figures(engine.load(SHIPPED), "2024", SHIPPED)


@pytest.mark.parametrize("name", GATHER)
@pytest.mark.parametrize("form", FORMATS)
def test_equal_figures_on_the_same_day_give_the_same_bytes(measured, again, name, form):
    assert of_year(measured, name, form) == of_year(again, name, form)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "summary",
            "Batang capaian Indeks Profesionalitas ASN: 98,07 persen dari target; "
            "garis tegak menandai 100 persen",
        ),
        (
            "lkjip",
            "Indeks Profesionalitas ASN, 2024: realisasi 80,42 poin; target 82 poin; belum tercapai; "
            "capaian 98,07%; kategori Tinggi",
        ),
        (
            "lkjip",
            "Perkembangan: Skor Sistem Merit: 2019: 198,50 skor, target 180; 2020: 231,00 skor, target 225; "
            "2021: 263,50 skor, target 260; 2022: 284,00 skor, target 280; 2023: 309,50 skor, target 300; "
            "2024: 331,00 skor, target 325; mulai 2024: Surat Edaran Menteri PANRB Nomor 4 Tahun 2024",
        ),
    ],
)
def test_a_picture_has_a_text_for_those_who_listen(measured, name, said):
    file = pikepdf.open(io.BytesIO(of_year(measured, name, "pdf")))
    assert said in [str(o["/Alt"]) for o in file.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    with zipfile.ZipFile(io.BytesIO(of_year(measured, name, "docx"))) as word:
        assert f'descr="{said}"' in word.read("word/document.xml").decode()
    assert f'alt="{said}"' in of_year(measured, name, "html").decode()


def test_what_people_write_stays_editable_in_word(measured):
    """Four places an indicator and one at the end, each a field whose hint goes at the first letter."""
    body = Document(io.BytesIO(of_year(measured, "lkjip", "docx"))).element.body
    fields = list(body.iter(f"{WORD}sdt"))
    assert len(fields) == 3 * 4 + 1
    assert all(field.find(f"{WORD}sdtPr/{WORD}showingPlcHdr") is not None for field in fields)


def test_the_summary_is_one_page(measured):
    assert len(pypdf.PdfReader(io.BytesIO(of_year(measured, "summary", "pdf"))).pages) == 1


def test_what_is_missing_is_a_dash_with_the_reason(tmp_path, spoiled):
    """No target, no data: never 0."""
    changed = spoiled("indicators/ip_asn.yaml", "2020: 64, ", "")
    shutil.rmtree(tmp_path / "definitions/data/2020-TW3")
    found = figures(changed, "2020", tmp_path / "definitions")
    said = report(found, Wording("id"), "a4", DAY)
    _, ip, skm = (one for aim in said.aims for one in aim.indicators)
    assert (ip.target, ip.value, ip.achievement, ip.word) == ("–", "63,39", "–", "–")
    assert ip.sentences[0] == (
        "Realisasi Indeks Profesionalitas ASN tahun 2020 adalah 63,39 poin. Definisi tidak memuat targetnya, "
        "sehingga capaian tidak dihitung."
    )
    assert ip.planned is not None
    assert (ip.planned.year, ip.planned.achievement) == ("2024", "77,30")
    assert (skm.value, skm.achievement) == ("–", "–")
    assert skm.sentences[0].startswith("Realisasi Tingkat kepuasan")
    assert "tahun 2020 belum ada: " in skm.sentences[0]
    assert skm.moves == (
        "Realisasi tahun 2019 dan 2020 tidak dapat dibandingkan karena salah satunya belum ada.",
    )
    page = summary(found, Wording("id"), "a4", DAY)
    assert [card.mark for card in page.cards] == ["▲", "–", "–"]
    assert page.sentences[0] == "1 dari 3 indikator mencapai target tahun 2020."
    for name, form in itertools.product(GATHER, FORMATS):
        assert "63,39" in text_of(form, of_year(found, name, form))


@pytest.mark.parametrize(
    ("better", "target", "value", "verdict"),
    [
        ("higher", 80, 80.0, True),
        ("higher", 80, 79.99, False),
        ("lower", 80, 80.0, True),
        ("lower", 80, 80.01, False),
        ("closer", 80, 80.0, True),
        ("closer", 80, 81.0, False),
        ("closer", (80, 90), 85.0, True),
        ("higher", (80, 90), 95.0, True),
        ("lower", (80, 90), 95.0, False),
        ("higher", 0, 0.0, True),
        ("higher", 80, None, None),
        ("higher", None, 80.0, None),
    ],
)
def test_a_target_is_reached_by_the_published_value(catalogue, better, target, value, verdict):
    place = catalogue.indicator("skm").place
    goal = None if target is None else Target("2024", target, place)
    assert (
        reached(Result(indicator="x", title="x", period="2024", value=value, target=goal), better) is verdict
    )


def test_a_bar_stops_at_its_ends_and_stays_empty_without_an_achievement():
    widths = [
        re.findall(r'<rect y="5" width="([\d.]+)"', bar(percent, "x").svg)
        for percent in (-3, 0, 50, 100, 300, None)
    ]
    assert widths == [["0.0"], ["0.0"], ["100.0"], ["200.0"], ["250.0"], []]


def test_a_document_of_a_year_refuses_other_periods(iku):
    code, _, err = iku("lkjip", "--period", "2024-TW1")
    assert code == 2
    assert err == ("wrong-period: this document is of a whole year, not of 2024-TW1\n   hint: write 2024\n")


@pytest.mark.parametrize("name", GATHER)
def test_rows_that_were_left_out_are_told(tmp_path, catalogue, name):
    """Who asks to keep going gets a document that says what was left out."""
    shutil.copytree(SHIPPED / "data/2019", tmp_path / "data/2019")
    staff = tmp_path / "data/2019/pegawai.csv"
    lines = staff.read_text(encoding="utf-8").splitlines(keepends=True)
    staff.write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    with pytest.raises(InvalidData):
        figures(catalogue, "2019", tmp_path)
    found = figures(catalogue, "2019", tmp_path, keep_going=True)
    (note,) = found.now["ip_asn"].notes
    assert note.text("id") in text_of("markdown", of_year(found, name, "markdown"))


def test_the_yearly_report_ends_with_3_where_a_figure_is_missing(iku, tmp_path):
    """As evaluate does: the document is there, and says what is missing."""
    shutil.copytree(
        SHIPPED / "data", tmp_path / "data", ignore=shutil.ignore_patterns("2021*", "202[234]*", "2020-TW3")
    )
    code, _, err = iku("lkjip", "--data", ".", "-o", "a.md")
    assert (code, err) == (3, "period: 2020, the last year that has data\nwritten: a.md\n")
    assert "There is no realisation of Stakeholders" in (tmp_path / "a.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["decree", *GATHER])
def test_the_page_about_documents_names_every_gap_of_a_template(catalogue, measured, name):
    page = (ROOT / "docs/documents.md").read_text(encoding="utf-8")
    content = (
        decree(catalogue.definitions, Wording("id"), "a4", DAY)
        if name == "decree"
        else GATHER[name](measured, Wording("id"), "a4", DAY)
    )
    title = "iku" if name == "decree" else name
    line = next(
        line for line in page.splitlines() if line.startswith(f"| `{title}` |") and "`agency`" in line
    )
    own = {part.name for part in fields(content)} - {"sheet", "notes"}
    assert {gap for gap in own if f"`{gap}`" not in line} == set()
