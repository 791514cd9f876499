"""`iku validate`: every check that needs no data."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.commands.options import check_output, common, form, output_options
from engine.commands.session import (
    FINDINGS,
    FINE,
    Refused,
    Session,
    as_json,
    harmless,
    holds_definitions,
    iku_version,
)
from engine.commands.verbs import Verb
from engine.problems import Message, listed, say, say_many

if TYPE_CHECKING:
    from engine.definition import Catalogue as Definitions
    from engine.problems import Problem, Several


@click.command("validate", cls=Verb)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings and advice count as errors.")
@click.option("--cache", metavar="DIR", type=click.Path(path_type=Path),
              help="Keep what was read in a folder, and read only changed files the next time.")  # fmt: skip
@click.option(
    "--min-coverage",
    "least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The least share of parameters, table rows and steps that must name their place in a regulation.",
)
@click.option("--fix", is_flag=True,
              help="Change the files where only one thing can be meant and tell what was changed. Without "
              "it, `fix:` shows what would be.")  # fmt: skip
@form("text", "json", "sarif", "junit", "github")
@output_options
@common
@click.pass_obj
def command(
    session: Session,
    /,
    paths: tuple[Path, ...],
    strict: bool,
    cache: Path | None,
    least: float | None,
    fix: bool,
    form: str,
    output: Path | None,
    force: bool,
) -> int:
    """Check all definitions; no data are needed.

    Every problem is told with its place, what is expected there and a way out, all in one run; `iku problem
    CODE` tells more about one. PATH is the folder of the definitions, or files and folders in it: then only
    their problems are shown. What is checked, and the exit code, is always the whole.

    \b
      iku validate
      iku validate definitions/indicators/skm.yaml
      iku validate --fix
      iku validate --strict --format github                    marks in a pull request
      iku validate --format sarif --output iku.sarif           for code scanning
      iku validate --format junit --output iku.xml             for GitLab, Jenkins
      iku validate --min-coverage 80                           how much must name its article
    """
    from engine.api import check
    from engine.report.chosen import among

    chosen = _choose(session, paths)
    folder = session.folder()
    if output is not None:
        check_output(output, force=force)
    if fix:
        _fix(session, folder, chosen)
    with session.working(say("checking the definitions")), _seldom_collecting():
        definitions, problems = check(folder, cache)
    shown = problems if chosen is None else among(problems, chosen)
    if definitions is not None and least is not None:
        from engine.legal import too_low

        low = too_low(definitions, least)
        problems, shown = (*problems, *low), (*shown, *low)
    failing = [problem for problem in problems if strict or problem.severity == "error"]
    if form == "text":
        text = _told(session, definitions, problems, shown, colour=output is None)
    else:
        files = () if definitions is None else tuple(text.path for text in definitions.texts)
        text = _reported(session, form, shown, failing, files if chosen is None else ())
    session.deliver(text, output, force=force, orders=form == "github")
    return FINDINGS if failing else FINE


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Have Python look for circles of objects less often, and as before afterwards.

    Reading makes millions of objects that stay. At Python's own threshold some 7 % of the processor's time
    goes into looking at them over and over, and the peak of memory is the same.
    """
    before = gc.get_threshold()
    gc.set_threshold(20_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _mends(count: int) -> Message:
    return say_many(
        "`iku validate --fix` mends {count} of them",
        "`iku validate --fix` mends {count} of them",
        count=count,
    )


def _fix(session: Session, folder: Path | None, chosen: Sequence[Path] | None) -> None:
    """Make the safe fixes in the files of *folder*, or those *chosen*, and tell what was changed."""
    from engine.fixing import fix
    from engine.report.problems_text import fixed_text

    if folder is None:
        raise Refused(say("--fix changes files; name the folder of the definitions"))
    with session.working(say("mending the definitions")):
        fixed = fix(folder, chosen)
    told = fixed_text(fixed, session.language)
    click.echo(harmless(told), nl=False, err=True)


def _choose(session: Session, paths: Sequence[Path]) -> tuple[Path, ...] | None:
    """Let *paths* say which catalogue is meant; return which of its files, None for all of them."""
    if not paths:
        return None
    for path in paths:
        if not path.exists():
            raise Refused(say("there is no {path}", path=path))
    if session.catalogue is None:
        session.catalogue = _catalogue_of(paths[0])
    root = session.catalogue.resolve()
    for path in paths:
        if path.resolve() == root or path.resolve() in root.parents:
            return None
    for path in paths:
        if root not in path.resolve().parents:
            raise Refused(
                say(
                    "{path} does not belong to the definitions in {folder}",
                    path=path,
                    folder=session.catalogue,
                )
            )
        if path.is_file() and path.suffix not in (".yaml", ".yml"):
            raise Refused(say("{path} is no definition; those are files that end in .yaml", path=path))
    return tuple(path.resolve() for path in paths)


def _catalogue_of(path: Path) -> Path:
    """Return the folder of definitions that *path* is, holds or belongs to."""
    if holds_definitions(path / "definitions"):
        return path / "definitions"
    whole = path.resolve()
    for folder in (whole, *whole.parents):
        if holds_definitions(folder):
            return path if folder == whole else Path(os.path.relpath(folder))
    raise Refused(
        say("there are no definitions in {path}", path=path)
        if path.is_dir()
        else say("{path} belongs to no definitions", path=path)
    )


def _told(
    session: Session, definitions: Any, problems: Sequence[Problem], shown: Sequence[Problem], *, colour: bool
) -> str:
    """Return problems as people read them, and what was checked."""
    from engine.fixing import safe_fix
    from engine.report.paint import unpainted
    from engine.report.problems_text import counted, problems_text

    paint = session.paint(sys.stdout) if colour else unpainted
    text = problems_text(shown, paint, language=session.language) if shown else ""
    if session.quiet:
        return text
    holds = "" if definitions is None else f"{_holds(definitions).text(session.language)}: "
    elsewhere = say("{count} of them in other files", count=len(problems) - len(shown))
    mended = sum(safe_fix(problem) is not None for problem in shown)
    return (
        text
        + ("\n" if shown else "")
        + f"{holds}{counted(problems, session.language)}"
        + (f", {elsewhere.text(session.language)}\n" if len(problems) > len(shown) else "\n")
        + (f"{_mends(mended).text(session.language)}\n" if mended else "")
    )


MOST_REPORTED = 10_000
"""As many problems stand in a report for a program; how many more there are, it says."""


def _reported(
    session: Session, form: str, problems: Sequence[Problem], failing: Sequence[Problem], files: Sequence[str]
) -> str:
    """Return problems as a program reads them."""
    from engine.report.github import github
    from engine.report.junit import problems_junit
    from engine.report.problems_text import report
    from engine.report.sarif import sarif

    listed, omitted = problems[:MOST_REPORTED], max(0, len(problems) - MOST_REPORTED)
    if form == "github":
        return github(listed, omitted, session.language)
    if form == "junit":
        return problems_junit(listed, failing, files, omitted, session.language)
    if form == "sarif":
        return as_json(sarif(listed, iku_version(), omitted, session.language))
    return as_json(report(problems, listed, session.language))


def _holds(definitions: Definitions) -> Several:
    """Return how much a catalogue holds."""
    return listed(
        [
            say_many("{count} indicator", "{count} indicators", count=len(definitions.indicators)),
            say_many("{count} source", "{count} sources", count=len(definitions.sources)),
            say_many("{count} regulation", "{count} regulations", count=len(definitions.regulations)),
        ]
    )
