"""A document's content in the format asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.problems import Message, say

Form = Literal["docx", "pdf", "html", "markdown"]
_LIBRARIES: Mapping[Form, str] = {"docx": "docxtpl", "pdf": "typst", "html": "jinja2", "markdown": "jinja2"}


def library_for(form: Form) -> str:
    """Return the name of the library that writes a format."""
    return _LIBRARIES[form]


@dataclass(frozen=True)
class Written:
    """A file's content, and what its reader should know of how it was made."""

    data: bytes
    notes: tuple[Message, ...] = ()


def written(name: str, content: Any, form: Form, template: Path | None = None) -> Written:
    """Return *content*, a document *name* (``decree``), as a file; *template* is a Word file to fill instead.

    Raises InvalidRequest if the template can't be filled.
    """
    if form == "docx":
        from engine.documents.docx import docx_bytes

        return Written(docx_bytes(name, content, template))
    if form == "pdf":
        from engine.documents.pdf import pdf_bytes

        return Written(pdf_bytes(name, content), _about_fonts())
    from engine.documents.pages import html_text, markdown_text

    return Written((html_text if form == "html" else markdown_text)(name, content).encode())


def _about_fonts() -> tuple[Message, ...]:
    """Return which font took the place of the one that official papers ask for, where it is not there."""
    from engine.documents.pdf import WISHED, font_found

    found = font_found()
    if found == WISHED[0]:
        return ()
    if found is None:
        return (say("the font {wished} is not on this machine, nor one like it", wished=WISHED[0]),)
    return (
        say(
            "the font {wished} is not on this machine; {found} took its place", wished=WISHED[0], found=found
        ),
    )
