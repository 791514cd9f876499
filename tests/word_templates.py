"""The Word files that documents are set in, made anew:

    .venv/bin/python tests/word_templates.py

They are plain Word files, which an agency may take, change in Word and give to ``--template``. They are made
here so that both languages say the same and a change of one is seen in the other.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from engine.documents.docx import TEMPLATES, packed
from engine.documents.words import words_in

FONT = "Arial"
LANGUAGES = {"id": "id-ID", "en": "en-GB"}


def element(tag: str, **attributes: str) -> Any:
    """Return an element of WordprocessingML."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def blank(language: str, *, landscape: bool) -> Any:
    """Return an empty document with the styles, paper and footer that all have."""
    document = Document()
    for section in document.sections:
        width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = width, height
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(20), Mm(22)
        footer(section.footer.paragraphs[0], words_in(language))
    for name, size, bold in (("Normal", 10, None), ("Heading 1", 13, True), ("Heading 2", 11.5, True),
                             ("Heading 3", 10.5, True), ("Caption", 8.5, None)):  # fmt: skip
        style = document.styles[name]
        fonts(style, size, bold)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    language_of = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language_of.find(qn("w:lang")).set(qn("w:val"), LANGUAGES[language])
    return document


def fonts(style: Any, size: float, bold: bool | None) -> None:
    """Give a style the font of all, in black."""
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.italic = False
    properties = style.element.get_or_add_rPr()
    names = properties.find(qn("w:rFonts"))
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        names.attrib.pop(qn(f"w:{theme}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        names.set(qn(f"w:{name}"), FONT)
    colour = properties.find(qn("w:color"))
    if colour is not None:
        properties.remove(colour)


def footer(paragraph: Any, words: Any) -> None:
    """Write where the document comes from and the number of the page, which Word counts."""
    run = paragraph.add_run("{{ sheet.origin }} · " + words["page"] + " ")
    run.font.size = Pt(8)
    for counted, after in (("PAGE", f" {words['of']} "), ("NUMPAGES", "")):
        field = element("w:fldSimple", instr=counted)
        inner = element("w:r")
        size = element("w:rPr")
        size.append(element("w:sz", val="16"))
        text = element("w:t")
        text.text = "1"
        inner.extend([size, text])
        field.append(inner)
        paragraph._p.append(field)
        if after:
            paragraph.add_run(after).font.size = Pt(8)


def cell_text(cell: Any, *lines: str, bold: bool = False, centred: bool = False) -> None:
    """Fill a cell with paragraphs."""
    for number, text in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
        run = paragraph.add_run(text)
        run.bold = bold or None
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def table(document: Any, widths: Sequence[float], *, lines: bool = True) -> Any:
    """Return a table without rows, its columns so many centimetres wide."""
    made = document.add_table(rows=0, cols=len(widths))
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    if lines:
        made.style = "Table Grid"
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    return made


def row(made: Any, widths: Sequence[float], *texts: str, head: bool = False) -> Any:
    """Add a row with these texts; a head is repeated on each page."""
    added = made.add_row()
    for cell, width, text in zip(added.cells, widths, texts, strict=True):
        cell.width = Cm(width)
        cell_text(cell, *text.split("\n"), bold=head, centred=head)
    properties = added._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if head:
        properties.append(element("w:tblHeader"))
    return added


def control(made: Any, widths: Sequence[float], tag: str) -> None:
    """Add a row that only holds a tag about the rows below or above."""
    row(made, widths, tag, *[""] * (len(widths) - 1))


def decree(language: str) -> Any:
    """Return the template of the decree."""
    words = words_in(language)
    document = blank(language, landscape=True)
    title = document.add_paragraph(words["decree"].upper(), style="Heading 1")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(10)

    widths = (0.8, 4, 0.6, 19.7)
    head = table(document, widths, lines=False)
    row(head, widths, "1.", words["agency"], ":", "{{ agency }}")
    row(head, widths, "2.", words["post"], ":", "{{ post }}")
    row(head, widths, "3.", words["task"], ":", "{{ task }}")
    last = row(head, widths, "4.", words["functions"], ":",
               "{%p for item in functions %}\n{{ item.number }}\t{{ item.text }}\n{%p endfor %}")  # fmt: skip
    hanging(last.cells[3].paragraphs[1])
    document.add_paragraph()

    widths = (1, 4.7, 4.4, 10.4, 4.8)
    lines = table(document, widths)
    heads = ("number", "objective", "indicator", "explanation", "sources")
    row(lines, widths, *(words[name] for name in heads), head=True)
    control(lines, widths, "{%tr for goal in goals %}")
    control(lines, widths, "{%tr for line in goal.indicators %}")
    row(lines, widths, "{% vm %}{{ goal.number }}", "{% vm %}{{ goal.title }}", "{{ line.numbered }}",
        "{%p for passage in line.explanation %}\n{{r passage }}\n{%p endfor %}",
        "{{ line.sources }}")  # fmt: skip
    control(lines, widths, "{%tr endfor %}")
    control(lines, widths, "{%tr endfor %}")

    document.add_paragraph("{%p for note in notes %}")
    document.add_paragraph(words["notes"] + ": {{ note }}", style="Caption")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p if signature %}")
    signed = (
        ("{{ signature.issued }}", False),
        ("{{ signature.post }}", True),
        ("", False),
        ("", False),
        ("", False),
        ("{{ signature.name }}", True),
        ("{%p if signature.rank %}", False),
        ("{{ signature.rank }}", True),
        ("{%p endif %}", False),
        ("{%p if signature.number %}", False),
        (words["employee_number"] + ". {{ signature.number }}", True),
        ("{%p endif %}", False),
    )
    for text, bold in signed:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(15.5)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(text).bold = bold or None
    document.add_paragraph("{%p endif %}")
    return document


def hanging(paragraph: Any) -> None:
    """Have further lines of a list's entry begin below its text, not below its letter."""
    paragraph.paragraph_format.left_indent = Cm(0.7)
    paragraph.paragraph_format.first_line_indent = Cm(-0.7)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.7))


DOCUMENTS = {"decree": decree}


def made(name: str, language: str) -> bytes:
    """Return a template as the bytes of its file."""
    document = DOCUMENTS[name](language)
    document.core_properties.author = "iku"
    document.core_properties.comments = ""
    stream = io.BytesIO()
    document.save(stream)
    return packed(stream.getvalue())


if __name__ == "__main__":
    for name in sys.argv[1:] or DOCUMENTS:
        for language in LANGUAGES:
            path = Path(TEMPLATES, f"{name}.{language}.docx")
            path.write_bytes(made(name, language))
            print(path)
