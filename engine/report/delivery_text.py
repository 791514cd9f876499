"""What was delivered, as text: a line a source and period, findings with their cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.delivery import Delivery
from engine.problems import Message, say, say_many
from engine.report.paint import Paint, unpainted
from engine.report.problems_text import counted, problems_text


def delivery_text(
    found: Sequence[Delivery], paint: Paint = unpainted, base: Path | None = None, language: str = "en"
) -> str:
    """Return all findings, then a line for each source and period that says how it stands."""
    problems = [problem for one in found for problem in one.problems]
    drawn = problems_text(problems, paint, base, language)
    lines = [f"{one.source}, {one.period}: {_state(one).text(language)}\n" for one in found]
    if not found:
        lines = [say("no source is read for this period").text(language) + "\n"]
    total = f"{counted(problems, language)}\n" if problems else ""
    return (drawn + "\n" if drawn else "") + "".join(lines) + total


def _state(one: Delivery) -> Message:
    if one.problems:
        count = len(one.problems)
        return say_many("{count} finding, told above", "{count} findings, told above", count=count)
    if one.absent is not None:
        return one.absent
    rows = say_many("{count} row", "{count} rows", count=one.rows or 0)
    return say("{files}: {rows}, all as declared", files=", ".join(one.files), rows=rows)
