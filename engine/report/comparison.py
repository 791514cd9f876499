"""A comparison as text for a terminal, as Markdown for a pull request, as a page, and as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from html import escape
from typing import Any

from engine.comparing import HIDDEN, NOTHING, Change
from engine.comparing.fields import compared, written
from engine.definition import Basis, Formula, Name
from engine.report.comparison_words import Told, Words
from engine.report.movement import Moving, movement_text, movements_plain
from engine.report.page import page
from engine.report.wording import Wording

MARK = "<!-- iku diff -->"
"""The hidden first line of Markdown, by which a program finds its own comment again."""
_ORDERS = re.compile(r"[\\`*_\[\]<>|~@#$&{}!]|(?<=[a-z]):(?=//)|(?<=www)\.")
_LIST = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")


def comparison_text(words: Words, width: int, moving: Moving | None = None, *, colour: bool = False) -> str:
    """Return all changes under what they are of, what they reach, and how figures move, as text."""
    lines = [words.title(), ""]
    wording = Wording(words.wording.language, width)
    if not words.comparison.changes:
        return "\n".join([*lines, words.say("none")]) + "\n"
    for heading, changes in words.told():
        lines += wording.wrapped(heading, 0)
        for told in changes:
            basis = f" — {told.basis}" if told.basis else ""
            lines += wording.wrapped(f"{told.what}: {words.sentence(told)}{basis}", 2, 4)
        lines.append("")
    for name, reached in words.reached():
        lines += wording.wrapped(f"{name}: {reached}", 0, 2)
    if moving is not None:
        lines += ["", movement_text(moving, colour=colour).rstrip("\n")]
    return "\n".join(lines) + "\n"


def comparison_markdown(words: Words, moving: Moving | None = None) -> str:
    """Return all changes as one table, ready to be posted as a comment; no text of a file is markup.

    How figures move is a second table.
    """
    lines = [MARK, f"**{quiet(words.title())}**", ""]
    if not words.comparison.changes:
        return "\n".join([*lines, words.say("none")]) + "\n"
    heads = [words.say(word) for word in ("of", "what", "before", "now", "basis", "reach")]
    lines += [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for heading, changes in words.told():
        for told in changes:
            cells = (heading, told.what, told.old, told.new, told.basis, ", ".join(told.change.reaches))
            lines.append(f"| {' | '.join(quiet(cell) or '–' for cell in cells)} |")
    lines.append("")
    lines += [f"**{name}:** {quiet(reached)}  " for name, reached in words.reached()]
    if moving is not None:
        lines += ["", *_markdown_figures(moving)]
    return "\n".join(lines) + "\n"


def _markdown_figures(moving: Moving) -> Iterator[str]:
    yield f"**{quiet(moving.title())}**"
    yield ""
    if not moving.found.figures:
        yield moving.say("none")
        return
    heads = [quiet(head) for head in moving.heads()]
    yield f"| {' | '.join(heads)} |"
    yield "| --- | ---: | ---: | ---: | --- | ---: | --- |"
    for row in moving.cells():
        yield f"| {' | '.join(map(quiet, row))} |"
    for word, told in (("why", moving.reasons()), ("rows", moving.moves())):
        lines = [f"- {quiet(line)}" for line in told]
        yield from ["", f"**{moving.say(word)}**", "", *lines] if lines else ()
    if moving.found.data_note:
        yield from ("", quiet(moving.found.data_note))


def quiet(text: str) -> str:
    """Return *text* as Markdown that says nothing else: no markup, mention, link or reference."""
    told = _ORDERS.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))
    return _LIST.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", told)


def comparison_html(words: Words, moving: Moving | None = None) -> str:
    """Return a page of all changes that needs nothing else; texts of files are never markup."""
    body = [f"<h1>{escape(words.title())}</h1>"]
    if not words.comparison.changes:
        body.append(f"<p>{escape(words.say('none'))}</p>")
    else:
        body.append("<dl>")
        body += [f"<dt>{escape(name)}</dt><dd>{escape(told)}</dd>" for name, told in words.reached()]
        body.append("</dl>")
        body += _html_table(words)
        body += _html_figures(moving) if moving is not None else ()
    return page(words.title(), body, words.wording.language)


def _html_table(words: Words) -> Iterator[str]:
    heads = ("what", "before", "now", "basis", "reach")
    for heading, changes in words.told():
        yield f"<h2>{escape(heading)}</h2>"
        yield '<div class="wide"><table>'
        yield (
            "<thead><tr>" + "".join(f"<th>{escape(words.say(head))}</th>" for head in heads) + "</tr></thead>"
        )
        yield "<tbody>"
        for told in changes:
            yield _html_row(words, told)
        yield "</tbody></table></div>"


def _html_figures(moving: Moving) -> Iterator[str]:
    yield f"<h2>{escape(moving.title())}</h2>"
    if not moving.found.figures:
        yield f"<p>{escape(moving.say('none'))}</p>"
        return
    heads = [escape(head) for head in moving.heads()]
    yield '<div class="wide"><table>'
    yield "<thead><tr>" + "".join(f"<th>{head}</th>" for head in heads) + "</tr></thead><tbody>"
    for row in moving.cells():
        cells = (
            f'<td data-head="{head}"{_NUMBER if number in (1, 2, 3, 5) else ""}>{escape(cell)}</td>'
            for number, (head, cell) in enumerate(zip(heads, row, strict=True))
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"
    for word, told in (("why", list(moving.reasons())), ("rows", list(moving.moves()))):
        if told:
            yield f"<h3>{escape(moving.say(word))}</h3>"
            yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in told)}</ul>"
    if moving.found.data_note:
        yield f"<p>{escape(moving.found.data_note)}</p>"


def _html_row(words: Words, told: Told) -> str:
    def value(tag: str, shown: str) -> str:
        if not shown:
            return "–"
        inner = f"<code>{escape(shown)}</code>" if told.formula else escape(shown)
        return f"<{tag}>{inner}</{tag}>"

    cells = (
        escape(told.what),
        value("del", told.old),
        value("ins", told.new),
        escape(told.basis) or "–",
        escape(", ".join(told.change.reaches)) or "–",
    )
    heads = [escape(words.say(word)) for word in ("what", "before", "now", "basis", "reach")]
    return "<tr>" + "".join(
        f'<td data-head="{head}">{cell}</td>' for head, cell in zip(heads, cells, strict=True)
    ) + "</tr>"  # fmt: skip


_NUMBER = ' class="number"'

# ── plain values ──


def comparison_plain(words: Words, moving: Moving | None = None) -> dict[str, Any]:
    """Return a comparison as plain values for JSON; names are ids, days ISO dates."""
    found, language = words.comparison, words.wording.language
    return {
        "old": found.old,
        "new": found.new,
        "changes": [_plain_change(told) for _, changes in words.told() for told in changes],
        "reached": {
            "indicators": list(found.reached),
            "objectives": list(found.objectives),
            "divisions": list(found.divisions),
        },
        "moved": list(found.moved),
        **({} if moving is None else {"values": movements_plain(moving.found, language)}),
    }


def _plain_change(told: Told) -> dict[str, Any]:
    change = told.change
    return {
        "kind": change.subject.kind,
        "id": change.subject.id or None,
        "version": None if change.version is None else change.version.isoformat(),
        "path": list(change.path),
        "how": "restated" if change.restated else change.how,
        "old": plain(change.old),
        "new": plain(change.new),
        "told": told.what,
        "regulation": _regulation(change),
        "locator": None if change.basis is None else change.basis.locator,
        "effect": change.effect,
        "reaches": list(change.reaches),
        "place": _place(change),
    }


def _regulation(change: Change) -> str | None:
    regulation = None if change.basis is None else change.basis.regulation
    return None if regulation is None else regulation.id


def _place(change: Change) -> dict[str, Any] | None:
    place = change.new_place or change.old_place
    return None if place is None else {"file": place.path, "line": place.line}


def plain(value: Any) -> Any:
    """Return a value or a definition as plain values, with the keys that say something."""
    if value is NOTHING:
        return None
    if value is HIDDEN:
        return "(personal)"
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Name):
        return value.id
    if isinstance(value, Formula):
        return written(value)
    if isinstance(value, Mapping):
        return {str(key): plain(own) for key, own in value.items()}
    if isinstance(value, tuple | frozenset):
        return [plain(own) for own in value]
    if isinstance(value, Basis):
        return {"regulation": plain(value.regulation), "locator": value.locator}
    assert is_dataclass(value), "a definition"
    said = ((name, plain(getattr(value, name))) for name in compared(type(value)))
    return {name.rstrip("_"): own for name, own in said if own not in (None, {}, [], "")}
