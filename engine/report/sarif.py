"""Problems as SARIF 2.1.0, which code scanning and editors read.

Columns count characters, paths are relative to the current folder, and each result carries a fingerprint
that stays while other lines move. The rules are the pages of the codes that occur.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine.language import Language
from engine.problems import Fix, Message, Problem, Severity
from engine.report.code_pages import codes, page, page_markdown
from engine.report.fingerprint import fingerprint, identities
from engine.report.problems_text import left_out, seen_from_here
from engine.text import Cell, Place

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "advice": "note"}
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")
_SAFE_IN_PATHS = "/!$&'()*+,;=@~-._"


def sarif(
    problems: Sequence[Problem], version: str, omitted: int = 0, language: Language = "en"
) -> dict[str, Any]:
    """Return the SARIF log of *problems* as plain values; *omitted* more were found and left out."""
    ids = sorted({problem.code for problem in problems})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "iku",
                "semanticVersion": version,
                "language": language,
                "rules": [_rule(code, language) for code in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(problem, ids.index(problem.code), name, language)
            for problem, name in zip(problems, identities(problems), strict=True)
        ],
    }
    if omitted:
        more = {"level": "warning", "message": {"text": left_out(omitted).text(language)}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [more]}]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, language: Language) -> dict[str, Any]:
    if code not in codes():
        return {"id": code}
    found = page(code)
    return {
        "id": code,
        "shortDescription": {"text": found.title.text(language)},
        "fullDescription": {"text": found.means.text(language)},
        "help": {"text": found.cure.text(language), "markdown": page_markdown(code, language)},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
    }


def _result(problem: Problem, rule: int, identity: str, language: Language) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": _message(language, problem.message, problem.hint),
        "partialFingerprints": {
            "codeAndKeys/v1": identity,
            # The one that GitHub looks at; otherwise it makes its own from the text of the line.
            "primaryLocationLineHash": f"{fingerprint(identity)}:1",
        },
    }
    if problem.place is not None:
        result["locations"] = [{"physicalLocation": _physical(problem.place)}]
    if problem.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(related.place),
                "message": _message(language, related.message),
            }
            for number, related in enumerate(problem.related, start=1)
        ]
    if problem.fixes:
        result["fixes"] = [_fix(fix, language) for fix in problem.fixes]
    return result


def _message(language: Language, sentence: Message, hint: Message | None = None) -> dict[str, str]:
    """Return a message in which no text of a definition becomes a link."""
    text = "\n".join(part.text(language) for part in (sentence, hint) if part is not None)
    return {"text": _LINK.sub(r"\\[\1\\]", text)}


def _physical(place: Place | Cell) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(place.path)}
    if isinstance(place, Place) and place.text.content:
        location["region"] = _region(place)
    elif isinstance(place, Cell) and place.line is not None and place.sheet is None:
        location["region"] = {"startLine": place.line}
    return location


def _artifact(path: str) -> dict[str, str]:
    shown = seen_from_here(path)
    if Path(shown).is_absolute():
        return {"uri": Path(shown).as_uri()}
    return {"uri": quote(shown, safe=_SAFE_IN_PATHS)}


def _region(place: Place) -> dict[str, int]:
    line, column = place.text.line_and_column(place.start)
    end_line, end_column = place.text.line_and_column(max(place.start, place.end))
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(fix: Fix, language: Language) -> dict[str, Any]:
    """Return the edits of a fix by file; a safe one is marked, for SARIF has no word for it."""
    by_path: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.place.path, []).append(
            {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
        )
    return {
        "description": _message(language, fix.title),
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": replacements}
            for path, replacements in by_path.items()
        ],
        "properties": {"safe": fix.safe},
    }
