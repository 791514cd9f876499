"""Problems of the definitions as pages tell them."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.problems import Problem
from engine.site import nouns
from engine.site.guide import Guide, one_line
from engine.site.relations import Relations
from engine.text import Place


def finding(guide: Guide, problem: Problem) -> nouns.Finding:
    """Return a problem with what its code means and the page that it is about."""
    from engine.report.code_pages import codes, page

    where, link = "", None
    if isinstance(problem.place, Place):
        path = PurePosixPath(problem.place.path.replace("\\", "/"))
        inside = "/".join(path.parts[-2:]) if path.parent.name in ("indicators", "sources") else path.name
        where = one_line(f"{inside}:{problem.place.line}")
        if path.parent.name == "indicators" and path.stem in guide.catalogue.indicators:
            link = guide.indicator(path.stem)
        elif path.parent.name == "sources" and path.stem in guide.catalogue.sources:
            link = guide.source(path.stem)
    return nouns.Finding(
        severity=problem.severity,
        code=problem.code,
        title=page(problem.code).title.text(guide.language) if problem.code in codes() else "",
        where=where,
        page=link,
        message=problem.message.text(guide.language),
        hint=None if problem.hint is None else problem.hint.text(guide.language),
    )


def findings_of(guide: Guide, relations: Relations, path: str) -> list[nouns.Finding]:
    """Return the findings in the file *path*."""
    return [finding(guide, problem) for problem in relations.findings.get(path, ())]
