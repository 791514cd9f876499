"""PDF files by typst: for archives (PDF/A-2a) and for everyone (PDF/UA-1) at once.

Content reaches a template as JSON values, so that nothing in it can be a command. typst itself refuses a
file that breaks one of the two standards, a picture or formula without alternative text among them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.documents.mathematics import plain, spoken
from engine.documents.paper import Passage, Picture, Sheet

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
_DOTS = 200
"""Dots an inch of a picture for Word."""
WISHED = ("Arial", "Arimo", "Liberation Sans")
"""Fonts that look and measure alike, in the order in which they are taken."""


def pdf_bytes(name: str, content: Any) -> bytes:
    """Return *content* as the PDF file that the template *name* lays out."""
    import typst

    return typst.compile(
        TEMPLATES / f"{name}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"content": json.dumps(_plain(content), allow_nan=False)},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(content.sheet.moment.timestamp()),
    )


def png_bytes(picture: Picture) -> bytes:
    """Return a picture as PNG, fine enough for print."""
    return png_of(picture.svg)


def png_of(svg: str) -> bytes:
    """Return an SVG as PNG, fine enough for print."""
    import typst

    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    return typst.compile(
        source.encode(), sys_inputs={"svg": svg}, font_paths=_fonts(), format="png", ppi=_DOTS
    )


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of this machine, searched once: typst would search them anew for each picture."""
    import typst

    return typst.Fonts()


def font_found() -> str | None:
    """Return the first of the wished fonts that this machine has, None where another has to do."""
    families = set(_fonts().families())
    return next((name for name in WISHED if name in families), None)


def _plain(value: Any) -> Any:
    """Return a content as what JSON can hold."""
    if isinstance(value, Sheet):
        width, height = value.millimetres
        return {**asdict(value), "made": value.made.isoformat(), "width": width, "height": height}
    if is_dataclass(value) and not isinstance(value, type):
        found = {part.name: getattr(value, part.name) for part in fields(value)}
        formula = found.pop("formula", None)
        told = {name: _plain(each) for name, each in found.items()}
        if isinstance(value, Passage):
            told |= (
                {"formula": None}
                if formula is None
                else {"formula": plain(formula), "spoken": spoken(formula)}
            )
        return told
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value
