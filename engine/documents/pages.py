"""HTML pages and Markdown by Jinja: every text is escaped, nothing is fetched, nothing runs (O2)."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.documents.mathematics import mathml, spoken, tex

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
_MARKS = re.compile(r"([\\`*_\[\]<>#|~$&])")
_AT_START = re.compile(r"^([-+=]|\d+(?=[.)](?:\s|$)))")
_BLANK_LINES = re.compile(r"\n{3,}")


def html_text(name: str, content: Any) -> str:
    """Return *content* as the page that the template *name* lays out."""
    return _environment("html").get_template(f"{name}.html").render(_gaps(content))


def markdown_text(name: str, content: Any) -> str:
    """Return *content* as the Markdown that the template *name* lays out."""
    found = _environment("md").get_template(f"{name}.md").render(_gaps(content))
    return _BLANK_LINES.sub("\n\n", found).strip() + "\n"


def _gaps(content: Any) -> dict[str, Any]:
    gaps = {part.name: getattr(content, part.name) for part in fields(content)}
    return {**gaps, "words": content.sheet.words}


@cache
def _environment(ending: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=None if ending == "html" else _as_markdown,
    )
    made.filters["mathml"] = lambda formula: Markup(mathml(formula))
    made.filters["spoken"] = spoken
    made.filters["base64"] = lambda text: b64encode(text.encode()).decode()
    made.filters["tex"] = lambda formula: Markup(tex(formula))
    return made


def _as_markdown(value: Any) -> Any:
    """Return a text for Markdown; what a macro has made is for Markdown already."""
    from markupsafe import Markup

    return Markup(escaped(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def escaped(text: str) -> str:
    """Return *text* with a backslash before every mark that Markdown, HTML or TeX would read as its own."""
    return _AT_START.sub(_not_a_list, _MARKS.sub(r"\\\1", text))


def _not_a_list(mark: re.Match[str]) -> str:
    return f"{mark[1]}\\" if mark[1].isdigit() else f"\\{mark[1]}"
