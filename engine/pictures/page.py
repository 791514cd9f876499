"""A map as a page of its own: the picture and the same as a table; it needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from engine.pictures.map import Box, Map, drawn
from engine.pictures.shades import COLOURS, dark_style
from engine.pictures.words import said
from engine.report.wording import Wording

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(found: Map, wording: Wording) -> str:
    """Return the map as HTML, light or dark as the screen is, white on paper."""
    return "\n".join(_lines(found, wording)) + "\n"


def _lines(found: Map, wording: Wording) -> Iterator[str]:
    language, picture = wording.language, drawn(found, wording)
    title, table = escape(picture.title), escape(said(language, "as table"))
    yield "<!doctype html>"
    yield f'<html lang="{language}"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{_style()}</style></head>"
    yield f"<body><main><h1>{title}</h1>"
    yield f'<div class="wide" role="group" tabindex="0" aria-label="{title}">{picture.svg}</div>'
    yield f'<h2>{table}</h2><div class="wide" role="group" tabindex="0" aria-label="{table}"><table>'
    heads = "".join(f'<th scope="col">{escape(said(language, word))}</th>' for word in ("what", "needs"))
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for box, used in found.rows():
        needs = ", ".join(map(_called, used)) or "–"
        yield f'<tr><th scope="row">{_called(box)}</th><td>{needs}</td></tr>'
    yield "</tbody></table></div></main></body></html>"


def _called(box: Box) -> str:
    return f'{escape(box.title)} <span class="quiet">({escape(box.told)})</span>'


def _style() -> str:
    """Return the style of the page, with the colours of the pictures."""
    themes = [";".join(f"--{name}:{pair[theme]}" for name, pair in COLOURS.items()) for theme in (0, 1)]
    return (
        f":root{{color-scheme:light dark;{themes[0]}}}"
        f"@media screen and (prefers-color-scheme: dark){{:root{{{themes[1]}}}}}"
        "body{margin:0;background:var(--paper);color:var(--ink);font:100%/1.5 system-ui,sans-serif}"
        "main{padding:1rem}.wide{overflow-x:auto}.wide:focus-visible{outline:3px solid var(--blue)}"
        "h1{font-size:1.5rem;margin:0 0 .8rem}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}"
        "table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.35rem .7rem;"
        "border-top:1px solid var(--edge);min-width:9rem}tbody th{font-weight:500}.quiet{color:var(--quiet)}"
        "@media print{@page{size:A4 landscape;margin:12mm}.wide{overflow:visible}"
        f".wide svg{{max-width:100%;height:auto}}}}{dark_style().strip()}"
    )
