"""The list that the search looks through: a script that calls with it, as a local file may not be fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.definition import Label
from engine.site.guide import Guide, one_line
from engine.site.nouns import Link

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def search_list(guide: Guide) -> bytes:
    """Return the things of a catalogue with title, kind, page and further words, for ``search.js``."""
    text = json.dumps(list(_things(guide)), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"ikuThings({harmless(text)});\n".encode()


def harmless(json_text: str) -> str:
    """Return JSON in which no text can end or begin markup (O2)."""
    for sign, escape in _ESCAPES.items():
        json_text = json_text.replace(sign, escape)
    return json_text


def _things(guide: Guide) -> Iterator[list[str]]:
    catalogue = guide.catalogue
    for name, indicator in sorted(catalogue.indicators.items()):
        yield _thing(guide, "indicator", guide.indicator(name), name, indicator.title)
    for name, division in catalogue.organization.divisions.items():
        yield _thing(guide, "division", guide.division(name), name, division.title)
    for name, objective in catalogue.organization.objectives.items():
        yield _thing(guide, "objective", guide.objective(name), name, objective.title)
    for name, source in sorted(catalogue.sources.items()):
        yield _thing(guide, "sources", guide.source(name), name, source.title)
    for name, act in catalogue.regulations.items():
        yield _thing(guide, "regulations", guide.regulation(name), name, act.title)


def _thing(guide: Guide, kind: str, link: Link, name: str, label: Label | None) -> list[str]:
    titles = () if label is None else (label.default, label.id, label.en)
    others = dict.fromkeys([name, *(one_line(title) for title in titles if title)])
    others.pop(str(link.text), None)
    return [str(link.text), guide.say(kind), link.href or "", " ".join(others)]
