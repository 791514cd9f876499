"""Set the pages: the only place that knows Jinja2.

Every text is escaped but what our own printers drew (`nouns.Drawn`); a gap that nothing fills is an error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.language import Language
from engine.pictures.shades import dark_style
from engine.site import addresses
from engine.site.guide import Guide
from engine.site.nouns import Page

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
MENU = (
    ("home", addresses.HOME),
    *((f"{kind}s", path) for kind, path in addresses.LISTS.items()),
    ("map", addresses.MAP),
    ("problems", addresses.PROBLEMS),
)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def set_page(page: Page, guide: Guide, main: Language, made: str) -> bytes:
    """Return a page as HTML; *made* is the line at its foot, *main* the language of the root."""
    language = guide.language
    other = addresses.other(language)
    up = addresses.up(page.path)
    root = up if language == main else f"{up}../"
    text = (
        _environment()
        .get_template(page.template)
        .render(
            page=page,
            say=guide.say,
            language=language,
            other_language=other,
            other_page=f"{root}{addresses.inside(other, main)}{page.path}",
            up=up,
            assets=f"{root}{addresses.ASSETS}/",
            menu=MENU,
            organization=guide.label(guide.catalogue.organization.name),
            made=made,
        )
    )
    return text.encode()


def asset(name: str) -> bytes:
    """Return a file that all pages share; the style sheet with the colours of pictures in the dark."""
    found = (HERE / "assets" / name).read_bytes()
    return found + dark_style().encode() if name == "style.css" else found
