"""Problems with their place drawn, as text or plain values.

A problem of a definition is drawn with the line that it is about and the one before; findings in a
data file stand below the name of the file.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from engine.fixing import Change, Fixed, safe_fix
from engine.problems import Message, Problem, Severity, listed, say, say_many
from engine.report.paint import Paint, unpainted
from engine.text import Cell, Place

MOST_SHOWN = 50
_MOST_LINES = 4
_MOST_DRAWN = 3
_WIDEST = 100
_BEFORE_SPAN = 40
_TAB = "    "
_GUTTER = 5
SEVERITIES: Mapping[Severity, Message] = {
    "error": say("error"),
    "warning": say("warning"),
    "advice": say("advice"),
}
"""What people call how bad a problem is."""


def problems_text(
    problems: Sequence[Problem], paint: Paint = unpainted, base: Path | None = None, language: str = "en"
) -> str:
    """Return problems one below the other, at most 50, then how many more there are.

    *base* is the folder below which data files were read: their names are shown as seen from here.
    """
    shown = problems[:MOST_SHOWN]
    blocks: list[str] = []
    for path, group in groupby(shown, key=lambda p: p.place.path if isinstance(p.place, Cell) else None):
        found = list(group)
        if path is None or len(found) == 1:
            blocks.extend("\n".join(_drawn(problem, paint, base, language)) for problem in found)
        else:
            blocks.append("\n".join(_of_one_file(found, paint, base, language)))
    if len(problems) > len(shown):
        blocks.append(say("and {count} more", count=len(problems) - len(shown)).text(language))
    return "".join(f"{block}\n\n" for block in blocks).removesuffix("\n")


def counted(problems: Sequence[Problem], language: str = "en") -> str:
    """Return how many problems there are of each severity: ``2 errors, 1 advice``."""
    found = Counter(problem.severity for problem in problems)
    errors, warnings, advices = found["error"], found["warning"], found["advice"]
    parts = [say_many("{count} error", "{count} errors", count=errors)] if errors else []
    parts += [say_many("{count} warning", "{count} warnings", count=warnings)] if warnings else []
    parts += [say("{count} advice", count=advices)] if advices else []
    return (listed(parts) if parts else say("no problems")).text(language)


def left_out(count: int) -> Message:
    """Return how many problems a report for a program does not list."""
    return say_many("{count} more problem was left out", "{count} more problems were left out", count=count)


def report(problems: Sequence[Problem], shown: Sequence[Problem], language: str = "en") -> dict[str, Any]:
    """Return how many *problems* there are of each severity and those *shown*, as plain values for JSON."""
    severities: tuple[Severity, ...] = ("error", "warning", "advice")
    counts = {severity: sum(problem.severity == severity for problem in problems) for severity in severities}
    return {"counts": counts, "problems": [plain(problem, language=language) for problem in shown]}


def plain(problem: Problem, base: Path | None = None, language: str = "en") -> dict[str, Any]:
    """Return a problem as plain values for JSON, its sentences in *language*."""
    return {
        "severity": problem.severity,
        "code": problem.code,
        **_plain_place(problem.place, base),
        "message": problem.message.text(language),
        "hint": None if problem.hint is None else problem.hint.text(language),
        "related": [
            {**_plain_place(related.place, base), "message": related.message.text(language)}
            for related in problem.related
        ],
        "fixes": [
            {
                "title": fix.title.text(language),
                "safe": fix.safe,
                "edits": [{**_span(edit.place), "text": edit.text} for edit in fix.edits],
            }
            for fix in problem.fixes
        ],
    }


def _span(place: Place) -> dict[str, Any]:
    """Return what an edit replaces, exactly: an insertion begins and ends at the same column."""
    line, column = place.text.line_and_column(place.start)
    end_line, end_column = place.text.line_and_column(max(place.start, place.end))
    path = seen_from_here(place.path)
    return {"path": path, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _plain_place(place: Place | Cell | None, base: Path | None) -> dict[str, Any]:
    if isinstance(place, Place):
        return {
            "path": seen_from_here(place.path),
            "line": place.line,
            "column": place.column,
            "end_line": place.end_line,
            "end_column": place.end_column,
        }
    if isinstance(place, Cell):
        path = seen_from_here(place.path, base)
        found = {"path": path, "line": place.line, "column": place.column}
        more = {"sheet": place.sheet, "row": place.row}
        return {**found, **{name: value for name, value in more.items() if value is not None}}
    return {"path": None, "line": None, "column": None}


def seen_from_here(path: str, base: Path | None = None) -> str:
    """Return *path* relative to the current folder where it lies below it; else as it is.

    A relative path that lies below *base* and not here is first taken from there.
    """
    if base is not None and not os.path.isabs(path) and (base / path).exists():
        path = str(base / path)
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith(os.pardir) else relative.replace(os.sep, "/")


def visible(text: str) -> str:
    """Return *text* with everything that a terminal would not show as one mark written as an escape."""
    return text if text.isprintable() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t":
        return _TAB
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def _drawn(problem: Problem, paint: Paint, base: Path | None, language: str) -> Iterator[str]:
    where = "" if problem.place is None else paint(_where(problem.place, base, language), "place") + ": "
    yield f"{where}{_sentence(problem, paint, language)}"
    if isinstance(problem.place, Place):
        yield from _excerpt(problem.place, problem.severity, paint, before=1)
    for related in problem.related:
        yield f"   {paint(_where(related.place, base, language), 'place')}: {related.message.text(language)}"
        if isinstance(related.place, Place) and len(problem.related) <= _MOST_DRAWN:
            yield from _excerpt(related.place, problem.severity, paint, before=0)
    safe = safe_fix(problem)
    if safe is not None:
        yield f"   {_fix(safe.title, paint, language)}"
    elif problem.hint is not None:
        yield f"   {_hint(problem.hint, paint, language)}"


def _fix(title: Message, paint: Paint, language: str) -> str:
    return f"{paint(say('fix:').text(language), 'hint')} {title.text(language)}"


def fixed_text(fixed: Fixed, language: str = "en") -> str:
    """Return what was changed, file by file, and what was not and why."""
    lines: list[str] = []
    for path, changes in fixed.made.items():
        lines.append(f"{visible(seen_from_here(path))}: {say('changed').text(language)}")
        lines.extend(f"   {_change_text(change, language)}" for change in changes)
    for change in fixed.unmade:
        path, why = change.fix.edits[0].place.path, change.against or say("the file could not be read then")
        lines.append(
            f"{visible(seen_from_here(path))}: {say('not changed, for then: {why}', why=why).text(language)}"
        )
        lines.append(f"   {_change_text(change, language)}")
    for path, why in fixed.unwritten.items():
        told = say("not changed: {why}", why=why).text(language)
        lines.append(f"{visible(seen_from_here(path))}: {told}")
    return "".join(f"{line}\n" for line in lines)


def _change_text(change: Change, language: str) -> str:
    place = change.fix.edits[0].place
    return f"{place.line}:{place.column}: {change.problem.code}: {change.fix.title.text(language)}"


def _of_one_file(
    problems: Sequence[Problem], paint: Paint, base: Path | None, language: str
) -> Iterator[str]:
    """Yield the findings of a data file below its name; a hint that several share stands after the last."""
    first = problems[0].place
    assert isinstance(first, Cell)
    yield paint(visible(seen_from_here(first.path, base)), "place")
    for number, problem in enumerate(problems):
        assert isinstance(problem.place, Cell)
        where, sentence = replace(problem.place, path="").text(language), _sentence(problem, paint, language)
        yield f"   {where}: {sentence}" if where else f"   {sentence}"
        following = problems[number + 1].hint if number + 1 < len(problems) else None
        if problem.hint is not None and problem.hint != following:
            yield f"      {_hint(problem.hint, paint, language)}"


def _sentence(problem: Problem, paint: Paint, language: str) -> str:
    severity = "" if problem.severity == "error" else f"{SEVERITIES[problem.severity].text(language)}: "
    return f"{paint(severity + problem.code, problem.severity)}: {problem.message.text(language)}"


def _hint(hint: Message, paint: Paint, language: str) -> str:
    return f"{paint(say('hint:').text(language), 'hint')} {hint.text(language)}"


def _where(place: Place | Cell, base: Path | None, language: str) -> str:
    if isinstance(place, Place):
        return visible(f"{seen_from_here(place.path)}:{place.line}:{place.column}")
    return visible(replace(place, path=seen_from_here(place.path, base)).text(language))


def _excerpt(place: Place, style: str, paint: Paint, before: int) -> Iterator[str]:
    """Yield the lines of a place with what it covers underlined, and *before* lines ahead of them."""
    for number in range(max(1, place.line - before), place.line):
        line = place.text.line(number)
        yield f"{paint(f'{number:>{_GUTTER}} |', 'gutter')} {_cut(line, 0, 0)[0]}".rstrip()
    last = min(place.end_line, place.line + _MOST_LINES - 1)
    for number in range(place.line, last + 1):
        line = place.text.line(number)
        start = place.column - 1 if number == place.line else len(line) - len(line.lstrip())
        end = place.end_column - 1 if number == place.end_line else len(line.rstrip())
        shown, from_, to = _cut(line, start, max(end, start + 1))
        yield f"{paint(f'{number:>{_GUTTER}} |', 'gutter')} {shown}".rstrip()
        mark = paint("~" * (to - from_), style)
        yield f"{paint(f'{chr(32) * _GUTTER} |', 'gutter')} {' ' * from_}{mark}"
    if last < place.end_line:
        yield f"{paint(f'{chr(32) * _GUTTER} |', 'gutter')} …"


def _cut(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return the part of *line* around a span, as shown, and the columns of the span in it.

    Control characters are shown as escapes and wide characters take two columns, so that the marks
    still stand below what they mean.
    """
    opening = max(0, start - 2 * _WIDEST)
    ending = min(len(line), max(start, min(end, start + _WIDEST)) + 2 * _WIDEST)
    if opening > 0 or ending < len(line):
        # Of a line that is no line but a file only the surroundings are measured.
        inner, from_, to = _cut(line[opening:ending], start - opening, min(end, ending) - opening)
        ahead = "…" if opening and not inner.startswith("…") else ""
        behind = "…" if ending < len(line) and not inner.endswith("…") else ""
        return ahead + inner + behind, from_ + len(ahead), to + len(ahead)
    shown: list[str] = []
    columns = [0]
    for character in line:
        mark = _visible(character)
        shown.append(mark)
        columns.append(columns[-1] + sum(_columns_of(part) for part in mark))
    first, last = 0, len(line)
    if columns[-1] > _WIDEST:
        first = bisect_left(columns, min(columns[start] - _BEFORE_SPAN, columns[-1] - _WIDEST))
        last = bisect_right(columns, columns[first] + _WIDEST) - 1
    ahead, behind = ("…" if first else ""), ("…" if last < len(line) else "")
    offset = len(ahead) - columns[first]
    from_ = columns[min(start, last)] + offset
    to = columns[min(end, last)] + offset
    return ahead + "".join(shown[first:last]) + behind, from_, max(to, from_ + 1)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
