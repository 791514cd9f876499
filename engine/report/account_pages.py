"""An account as Markdown and as a page; no text of a file is markup in either."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from engine.report.account import Account, Table
from engine.report.comparison import quiet
from engine.report.explanation import Told
from engine.report.page import page

_DEEPEST = 6
"""From this level on, causes are not indented further."""


# ── Markdown ──


def account_markdown(account: Account) -> str:
    """Return an account as Markdown: tables of parameters and sources, the causes as a list."""
    return "\n".join(_markdown(account)) + "\n"


def _markdown(account: Account) -> Iterator[str]:
    yield from (f"# {quiet(account.title)}", "", f"**{quiet(account.sentence)}**", "")
    yield from (f"- {quiet(line)}" for line in account.lines)
    if account.formula is not None:
        yield from ("", f"## {account.words['formula']}", "", _code(account.formula))
        if account.filled is not None:
            yield from ("", f"{account.words['numbers']}:", "", _code(account.filled))
    for table in account.tables:
        yield from _markdown_table(table)
    if account.causes:
        yield from ("", f"## {account.words['causes']}", "")
        for told, _ in account.causes:
            yield from _markdown_cause(told)
    if account.others:
        yield from ("", f"## {account.words['others']}", "")
        yield from (f"- {quiet(told.head)}" for told in account.others)
    if account.coming:
        first, *changes = account.coming
        yield from ("", f"## {account.words['coming']}", "", quiet(first), "")
        yield from (f"- {quiet(change)}" for change in changes)


def _markdown_table(table: Table) -> Iterator[str]:
    marks = ["---:" if i in table.numbers else "---" for i in range(len(table.heads))]
    yield from ("", f"## {table.title}", "")
    for row in (table.heads, tuple(marks), *table.rows):
        cells = row if row == tuple(marks) else tuple(quiet(cell) or "–" for cell in row)
        yield f"| {' | '.join(cells)} |"


def _markdown_cause(told: Told) -> Iterator[str]:
    space = "  " * (min(told.level, _DEEPEST) - 1)
    yield f"{space}- **{told.number}** {quiet(told.head)}"
    for text in (told.formula, told.filled):
        if text is not None:
            yield f"{space}  - {_code(text)}"
    yield from (f"{space}  - {quiet(line)}" for line in told.lines)


def _code(text: str) -> str:
    """Return a text between as many backticks as it needs to stay one piece of code."""
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence} {text} {fence}" if fence != "`" else f"`{text}`"


# ── a page ──


def account_html(account: Account) -> str:
    """Return an account as a page that needs nothing else, formulas set as mathematics."""
    return page(account.title, list(_html(account)), account.language)


def _html(account: Account) -> Iterator[str]:
    yield f"<h1>{escape(account.title)}</h1>"
    yield f'<p class="first">{escape(account.sentence)}</p>'
    yield '<ul class="told">'
    yield from (f"<li>{escape(line)}</li>" for line in account.lines)
    yield "</ul>"
    if account.formula is not None:
        yield f"<h2>{account.words['formula']}</h2>"
        yield from _html_formula(account, account.formula, account.filled, account.drawn)
    for table in account.tables:
        yield from _html_table(table)
    if account.causes:
        yield f'<h2>{account.words["causes"]}</h2><ul class="causes">'
        for told, drawn in account.causes:
            yield from _html_cause(account, told, drawn)
        yield "</ul>"
    if account.others:
        yield f"<h2>{account.words['others']}</h2><ul>"
        yield from (f"<li>{escape(told.head)}</li>" for told in account.others)
        yield "</ul>"
    if account.coming:
        first, *changes = account.coming
        yield f"<h2>{account.words['coming']}</h2><p>{escape(first)}</p><ul>"
        yield from (f"<li>{escape(change)}</li>" for change in changes)
        yield "</ul>"


def _html_formula(account: Account, formula: str, filled: str | None, drawn: str | None) -> Iterator[str]:
    if drawn is not None:
        label = escape(account.words["formula"])
        yield f'<div class="formula" role="group" tabindex="0" aria-label="{label}">{drawn}</div>'
        yield f"<details><summary>{account.words['written']}</summary>{_pre(formula)}</details>"
    else:
        yield _pre(formula)
    if filled is not None:
        yield f'<p class="quiet">{account.words["numbers"]}</p>{_pre(filled)}'


def _pre(text: str) -> str:
    return f'<pre tabindex="0"><code>{escape(text)}</code></pre>'


def _html_table(table: Table) -> Iterator[str]:
    yield f'<h2>{escape(table.title)}</h2><div class="wide"><table><thead><tr>'
    for i, head in enumerate(table.heads):
        yield f'<th scope="col"{_number(table, i)}>{escape(head)}</th>'
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = (
            f'<td{_number(table, i)} data-head="{escape(table.heads[i])}">{escape(cell) or "–"}</td>'
            for i, cell in enumerate(row)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _number(table: Table, column: int) -> str:
    return ' class="number"' if column in table.numbers else ""


def _html_cause(account: Account, told: Told, drawn: str | None) -> Iterator[str]:
    level = min(told.level, _DEEPEST) - 1
    yield f'<li style="margin-left: {level * 1.2:.1f}rem">'
    yield f'<p><span class="quiet">{escape(told.number)}</span> <strong>{escape(told.head)}</strong></p>'
    if told.formula is not None:
        yield from _html_formula(account, told.formula, told.filled, drawn)
    yield from (f'<p class="quiet">{escape(line)}</p>' for line in told.lines)
    yield "</li>"
