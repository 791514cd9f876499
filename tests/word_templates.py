"""The Word files that documents are set in, made anew:

    .venv/bin/python tests/word_templates.py

They are plain Word files, which an agency may take, change in Word and give to ``--template``. They are made
here so that both languages say the same and a change of one is seen in the other.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.table import _Cell

from engine.documents.docx import TEMPLATES, packed
from engine.documents.words import words_in

FONT = "Arial"
STYLES: dict[str, tuple[float, bool | None]] = {
    "Normal": (10, None),
    "Heading 1": (13, True),
    "Heading 2": (11.5, True),
    "Heading 3": (10.5, True),
    "Heading 4": (10, True),
    "Caption": (8.5, None),
}
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
    for name, (size, bold) in STYLES.items():
        fonts(document.styles[name], size, bold)
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
        for cell in added.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
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


def lkjip(language: str) -> Any:
    """Return the template of the yearly report's third chapter."""
    words = words_in(language)
    document = blank(language, landscape=False)
    heading(document, 1, words["chapter"].upper()).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{ agency }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(words["year"] + " {{ year }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading(document, 2, "A. " + words["performance"])
    document.add_paragraph("{{ opening }}")
    document.add_paragraph("{%p if warning %}")
    document.add_paragraph().add_run("{{ warning }}").bold = True
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if scale %}")
    caption(document, words["scale"])
    widths = (3.5, 4.5)
    scale = table(document, widths)
    row(scale, widths, words["limit"], words["category_word"], head=True)
    control(scale, widths, "{%tr for row in scale %}")
    row(scale, widths, "{{ row.limit }}", "{{ row.word }}")
    control(scale, widths, "{%tr endfor %}")
    document.add_paragraph("{%p endif %}")
    caption(document, "{{ overview }}")
    widths = (1, 5.6, 1.6, 1.7, 2.1, 2.1, 2.5)
    heads = ("number", "indicator", "unit", "target", "value", "achievement", "category_word")
    overview = table(document, widths)
    row(overview, widths, *(words[name] for name in heads), head=True)
    control(overview, widths, "{%tr for aim in aims %}")
    control(overview, widths, "{%tr for one in aim.indicators %}")
    figures(row(overview, widths, *(f"{{{{ one.{name} }}}}" for name in (
        "number", "title", "unit", "target", "value", "achievement", "word"))), 3, 4, 5)  # fmt: skip
    control(overview, widths, "{%tr endfor %}")
    control(overview, widths, "{%tr endfor %}")
    document.add_paragraph("{%p for aim in aims %}")
    heading(document, 2, words["aim"] + " {{ aim.number }} {{ aim.title }}")
    document.add_paragraph("{%p for one in aim.indicators %}")
    heading(document, 3, "{{ one.number }} {{ one.title }}")
    division = document.add_paragraph(words["division"] + ": {{ one.division }}")
    division.paragraph_format.keep_with_next = True
    heading(document, 4, "(1) {{ this_year }}")
    widths = (2.6, 2.6, 3, 3, 5.4)
    now = table(document, widths)
    row(now, widths, *(words[name] for name in heads[2:]), head=True)
    figures(row(now, widths, *(f"{{{{ one.{name} }}}}" for name in (
        "unit", "target", "value", "achievement", "word"))), 1, 2, 3)  # fmt: skip
    repeated(document, "one.sentences")
    document.add_paragraph("{{r one.picture }}").paragraph_format.keep_with_next = True
    document.add_paragraph("{{ one.picture.caption }}", style="Caption")
    heading(document, 4, "(2) " + words["earlier"])
    years_beside(document, words)
    lines = document.add_paragraph("{{r one.trend }}").paragraph_format
    lines.keep_with_next, lines.space_before = True, Pt(6)
    document.add_paragraph("{{ one.trend.caption }}", style="Caption")
    repeated(document, "one.moves")
    heading(document, 4, "(3) " + words["medium_term"])
    document.add_paragraph("{%p if one.planned %}")
    widths = (4, 4, 4)
    planned = table(document, widths)
    row(planned, widths, words["value"] + " {{ year }}", words["final_target"] + " {{ one.planned.year }}",
        words["achievement"], head=True)  # fmt: skip
    figures(row(planned, widths, "{{ one.planned.value }}", "{{ one.planned.target }}",
                "{{ one.planned.achievement }}"), 0, 1, 2)  # fmt: skip
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{{ one.plan }}").paragraph_format.space_before = Pt(4)
    document.add_paragraph("{%p for slot in one.slots %}")
    heading(document, 4, "({{ loop.index + 3 }}) {{ slot.title }}")
    to_write(document, words["to_write"] + ": {{ slot.prompt }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    heading(document, 2, "B. {{ closing.title }}")
    to_write(document, words["to_write"] + ": {{ closing.prompt }}")
    document.add_paragraph("{%p for note in notes %}")
    document.add_paragraph(words["notes"] + ": {{ note }}", style="Caption")
    document.add_paragraph("{%p endfor %}")
    return document


def years_beside(document: Any, words: Any) -> None:
    """Add the table of years: one row, all years twice, as many columns as there are years."""
    widths = (4.15,) * 4
    years = table(document, widths)
    head = row(years, widths, *[""] * 4, head=True)
    for cell, name in ((head.cells[0], "value"), (head.cells[2], "achievement")):
        cell_text(cell, "{% colspan one.years|length %}" + words[name], bold=True, centred=True)
    for cell in (head.cells[1], head.cells[3]):
        head._tr.remove(cell._tc)
    for shown in (("year", "year"), ("value", "achievement")):
        line = years.add_row()
        line._tr.get_or_add_trPr().append(element("w:cantSplit"))
        line._tr.extend([deepcopy(line.cells[0]._tc) for _ in range(2)])
        texts = [
            text
            for name in shown
            for text in ("{%tc for year in one.years %}", f"{{{{ year.{name} }}}}", "{%tc endfor %}")
        ]
        for place, text in zip(line._tr.tc_lst, texts, strict=True):
            cell = _Cell(place, years)
            cell_text(cell, text, bold=shown[0] == "year")
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8)


def summary(language: str) -> Any:
    """Return the template of the one page for the head of agency."""
    words = words_in(language)
    document = blank(language, landscape=False)
    heading(document, 1, "{{ sheet.title|upper }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{ agency }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{%p if warning %}")
    document.add_paragraph().add_run("{{ warning }}").bold = True
    document.add_paragraph("{%p endif %}")
    widths = (5, 3.4, 5, 3.2)
    cards = table(document, widths)
    row(cards, widths, words["indicator"], words["value"], words["achievement"], words["target"], head=True)
    control(cards, widths, "{%tr for card in cards %}")
    filled = row(cards, widths, "{{ card.title }}\n{{ card.division }}", "{{ card.value }}\n{{ card.unit }}",
                 "{{ card.achievement }} · {{ card.word }}\n{{r card.bar }}",
                 "{{ card.target }}\n{{ card.mark }} {{ card.verdict }}")  # fmt: skip
    filled.cells[1].paragraphs[0].runs[0].font.size = Pt(20)
    for cell in (filled.cells[0], filled.cells[1]):
        cell.paragraphs[0].runs[0].bold = True
    control(cards, widths, "{%tr endfor %}")
    heading(document, 2, words["trend"])
    widths = (4.15,) * 4
    trend = table(document, widths)
    loop = ("{%tc for card in cards %}", "{%tc endfor %}")
    row(trend, widths, words["year"], loop[0], "{{ card.title }}", loop[1], head=True)
    control(trend, widths, "{%tr for year in years %}")
    line = row(
        trend, widths, "{% set place = loop.index0 %}{{ year }}", loop[0], "{{ card.trend[place] }}", loop[1]
    )
    figures(line, 2)
    control(trend, widths, "{%tr endfor %}")
    heading(document, 2, words["in_short"])
    document.add_paragraph("{%p for sentence in sentences %}")
    document.add_paragraph("{{ sentence }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    return document


def heading(document: Any, level: int, text: str) -> Any:
    """Add a heading that stays with what follows it."""
    paragraph = document.add_paragraph(text, style=f"Heading {level}")
    paragraph.paragraph_format.space_before = Pt(0 if level == 1 else 10)
    paragraph.paragraph_format.space_after = Pt(4)
    return paragraph


def caption(document: Any, text: str) -> None:
    """Add the line above a table."""
    paragraph = document.add_paragraph(text, style="Caption")
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.keep_with_next = True


def repeated(document: Any, gap: str) -> None:
    """Add a paragraph for each text of a list."""
    document.add_paragraph("{%p for sentence in " + gap + " %}")
    document.add_paragraph("{{ sentence }}").paragraph_format.space_before = Pt(4)
    document.add_paragraph("{%p endfor %}")


def figures(filled: Any, *columns: int) -> None:
    """Set the figures of a row to the right."""
    for column in columns:
        filled.cells[column].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def to_write(document: Any, prompt: str) -> None:
    """Add a field that people write in: Word takes its hint away at the first letter."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run("[" + prompt + "]")
    run.font.color.rgb = RGBColor(0x55, 0x55, 0x55)
    control = element("w:sdt")
    properties = element("w:sdtPr")
    properties.append(element("w:showingPlcHdr"))
    content = element("w:sdtContent")
    paragraph._p.addprevious(control)
    content.append(paragraph._p)
    control.extend([properties, content])


DOCUMENTS = {"decree": decree, "lkjip": lkjip, "summary": summary}


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
