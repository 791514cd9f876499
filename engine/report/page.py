"""One page of HTML that needs nothing else: no file beside it, no script, nothing from the network."""

from __future__ import annotations

from html import escape

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; --back: #ffffff; --ink: #1a1e24; --line: #c9ced6;
  --soft: #f3f5f8; --quiet: #4d5562; --old: #8a1c1c; --new: #0b5c34; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171c; --ink: #e8ebf0; --line: #444b57; --soft: #20252d;
    --quiet: #b3bac6; --old: #ff9d9d; --new: #86e0ae; }
}
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: var(--back); color: var(--ink); }
main { max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; }
.wide, pre, .formula { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
thead th { background: var(--soft); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
math { font-family: "Cambria Math", "STIX Two Math", "Latin Modern Math", math, system-ui, sans-serif; }
math[display="block"] { width: max-content; margin: 0; }
math mi, math mtext, math mn { font-family: system-ui, sans-serif; }
mtd { text-align: left; padding: .15em .9em .15em 0; }
mtable:not(.cases) mtd { padding: .1em 0; }
.formula mo:has(+ .cases) { display: none; }
.cases { border-left: 2px solid; border-radius: 6px; padding-left: .6em; }
.first { font-size: 1.1rem; } .quiet { color: var(--quiet); margin: 0; }
.told { list-style: none; padding: 0; margin: .4rem 0; }
.causes { list-style: none; padding: 0; } .causes li { padding: .35rem 0; }
.causes p { margin: 0; }
pre { background: var(--soft); margin: .2rem 0; padding: .3rem .6rem; white-space: pre-wrap; }
del { color: var(--old); } ins { color: var(--new); text-decoration: none; font-weight: 600; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  thead { display: none; } td { display: block; border: 0; padding: .1rem .2rem; }
  .number { text-align: left; }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td::before { content: attr(data-head) ": "; font-weight: 600; }
  dl { grid-template-columns: 1fr; }
}
@media print { main { max-width: none; } tr, .causes li { break-inside: avoid; } }
"""


def page(title: str, body: list[str], language: str) -> str:
    """Return a whole page; *title* is a text, *body* markup in which every text is escaped already."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )
