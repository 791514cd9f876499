"""Word files by docxtpl: an agency may bring a template of its own, a plain Word file with gaps.

Gaps are ``{{ agency }}`` and the like, and are filled with text: nothing in it is markup. The language of the
gaps runs in a sandbox, since a template is a file from elsewhere.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields, is_dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.documents.mathematics import omml
from engine.documents.paper import Passage, Picture, Sheet
from engine.formula.typeset import Part
from engine.problems import InvalidRequest, error, say

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

TEMPLATES = Path(__file__).parent / "templates"
_THEN = (1980, 1, 1, 0, 0, 0)
"""The time of all parts of a file, the earliest that can be told: equal input gives equal bytes."""


class Inline:
    """A text or a formula that takes the place of a gap written ``{{r passage }}``."""

    def __init__(self, text: str, formula: Part | None) -> None:
        self.text, self.formula = text, formula

    def __html__(self) -> str:
        """Return WordprocessingML, which is not escaped again."""
        if self.formula is not None:
            return omml(self.formula)
        return f'<w:r><w:t xml:space="preserve">{escape(self.text)}</w:t></w:r>'

    __str__ = __html__


class Drawn:
    """A picture that takes the place of a gap written ``{{r picture }}``."""

    def __init__(self, picture: Picture, word: DocxTemplate) -> None:
        self.caption = picture.caption
        self._picture, self._word = picture, word

    def __html__(self) -> str:
        """Return WordprocessingML with the picture as PNG, and its text for those who listen."""
        from docx.shared import Mm

        from engine.documents.pdf import png_bytes

        png, width = io.BytesIO(png_bytes(self._picture)), Mm(self._picture.millimetres)
        inline = self._word.current_rendering_part.new_pic_inline(png, width)
        inline.docPr.set("descr", self._picture.alt)
        return f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"

    __str__ = __html__


def template_bytes(name: str, language: str) -> bytes:
    """Return the Word file that the document *name* is set in, unless an agency brings its own."""
    return (TEMPLATES / f"{name}.{language}.docx").read_bytes()


def docx_bytes(name: str, content: Any, template: Path | None) -> bytes:
    """Return *content* set in *template*, or in the one that ships for the document *name*.

    Raises InvalidRequest if the template is no Word file or has a gap that can't be filled.
    """
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    sheet: Sheet = content.sheet
    own = template or TEMPLATES / f"{name}.{sheet.language}.docx"
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        word = DocxTemplate(str(own))
        gaps = {part.name: _filled(getattr(content, part.name), word) for part in fields(content)}
        word.render(gaps, environment, autoescape=True)
    except TemplateError as failure:
        message = say("the template {path} can't be filled in: {reason}", path=own, reason=str(failure))
        raise InvalidRequest(
            error(
                "word-template",
                None,
                message,
                say("compare its gaps with those of the file that `iku report template` writes"),
            )
        ) from None
    except (OpcError, ValueError, KeyError, SyntaxError, zipfile.BadZipFile):
        hint = say("open it in Word and save it as .docx")
        raise InvalidRequest(
            error("word-template", None, say("{path} is not a Word file (.docx)", path=own), hint)
        ) from None
    if template is None:
        _set_paper(word.docx, sheet)
    properties = word.docx.core_properties
    properties.title, properties.author, properties.last_modified_by = sheet.title, sheet.author, "iku"
    properties.created = properties.modified = sheet.moment.replace(tzinfo=None)
    properties.language, properties.revision = sheet.language, 1
    stream = io.BytesIO()
    word.save(stream)
    return packed(stream.getvalue())


def _filled(value: Any, word: DocxTemplate) -> Any:
    """Return a part of a content as templates see it: a passage is set whole, all else by its names."""
    if isinstance(value, tuple):
        return [_filled(each, word) for each in value]
    if isinstance(value, Passage):
        return Inline(value.text, value.formula)
    if isinstance(value, Picture):
        return Drawn(value, word)
    if is_dataclass(value) and not isinstance(value, (type, Sheet)):
        found = {part.name: getattr(value, part.name) for part in fields(value)}
        computed = [name for name, kind in vars(type(value)).items() if isinstance(kind, property)]
        filled = {name: _filled(each, word) for name, each in found.items()}
        return filled | {name: getattr(value, name) for name in computed}
    return value


def _set_paper(document: Any, sheet: Sheet) -> None:
    """Give a document its paper, lying or standing as it was made; wider paper gives wider margins."""
    from docx.shared import Mm

    short, long = sheet.millimetres
    for section in document.sections:
        lying = section.page_width > section.page_height
        section.page_width, section.page_height = (Mm(long), Mm(short)) if lying else (Mm(short), Mm(long))


def packed(file: bytes) -> bytes:
    """Return a Word file whose parts bear no time, so that equal content gives equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as read, zipfile.ZipFile(stream, "w") as write:
        for part in read.infolist():
            info = zipfile.ZipInfo(part.filename, _THEN)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            write.writestr(info, read.read(part))
    return stream.getvalue()
