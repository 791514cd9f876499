"""`iku report`: documents that an agency prints."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engine.commands.options import check_output, common, data_options, output_options
from engine.commands.request import requested
from engine.commands.session import DATA, FINE, Refused, Session, needs
from engine.commands.verbs import Verbs
from engine.problems import say

if TYPE_CHECKING:
    from engine.documents.figures import Figures
    from engine.documents.paper import Paper
    from engine.documents.writing import Form
    from engine.report.wording import Wording

F = TypeVar("F", bound=Callable[..., Any])

_ENDINGS: Mapping[Form, str] = {"docx": ".docx", "pdf": ".pdf", "html": ".html", "markdown": ".md"}
_TEMPLATES = {"iku": "decree", "lkjip": "lkjip", "summary": "summary"}


@click.group("report", cls=Verbs)
@common
def command() -> None:
    """Write documents: the decree of indicators, the yearly report, one page for the head, a working paper.

    \b
      iku report iku                          the decree, as a Word file
      iku report lkjip --period 2024          the yearly report, chapter III
      iku report summary --format pdf         one page for the head of agency
      iku report template iku                 the Word file it is set in, to be changed in Word
      iku report iku --template surat.docx    set in a Word file of your own
      iku report workbook --period 2024       every step as a live formula, in Excel

    A document is written to a file, never over one that is there unless --force is given.
    """


def document_options(function: F) -> F:
    """Add the options of every document: its format, paper, template and file."""
    options = (
        click.option("--format", "form", type=click.Choice(list(_ENDINGS)),
                     help="Without it: as the name of --output ends, else docx."),
        click.option("--paper", type=click.Choice(["a4", "f4"]), default="a4", show_default=True,
                     help="The size of the paper; F4 is 215 x 330 mm."),
        click.option("--template", metavar="FILE",
                     type=click.Path(path_type=Path, exists=True, dir_okay=False),
                     help="A Word file of your own that is filled in, in its own paper size."),
        click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path),
                     help="The file to write. Without it: the document's name, in this folder."),
        click.option("--force", is_flag=True, help="Overwrite the file."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@command.command("iku")
@document_options
@common
@click.pass_obj
def decree_command(session: Session, /, paper: Paper, **asked: Any) -> int:
    """Write the decree of performance indicators, regenerated from the definitions.

    It holds the agency with its post, task and functions, the table of objectives and indicators in the
    decree's own wording, and the signature block.

    \b
      iku report iku
      iku report iku --format pdf
      iku report iku --template surat.docx --output keputusan.docx
    """
    from engine.documents.decree import decree

    target = _target("iku", **asked)
    catalogue = session.load()
    _deliver(session, "decree", decree(catalogue.definitions, session.wording(), paper, _today()), target)
    return FINE


def figures_options(function: F) -> F:
    """Add the options that say which year a document is of, and where its data lie."""
    options = (
        click.option("--period", metavar="YEAR", help="The year. Without it: the last that has data."),
        click.option("--data", metavar="DIR", type=click.Path(exists=True, file_okay=False),
                     help="A folder in which the sources' files lie instead (DIR/data/2024/...)."),
        click.option("--keep-going", is_flag=True,
                     help="Leave out rows that are wrong; the document says so."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@command.command("lkjip")
@figures_options
@document_options
@common
@click.pass_obj
def lkjip_command(session: Session, /, paper: Paper, **asked: Any) -> int:
    """Write the third chapter of the yearly performance report (LKjIP).

    Each indicator is measured against its target, earlier years and the end of the plan. What people have
    to write, such as causes and next steps, is left open; in Word it is written where it stands.

    \b
      iku report lkjip --period 2024
      iku report lkjip --period 2024 --format pdf --paper f4
    """
    from engine.documents.lkjip import report

    return _of_a_year(session, "lkjip", report, paper, asked)


@command.command("summary")
@figures_options
@document_options
@common
@click.pass_obj
def summary_command(session: Session, /, paper: Paper, **asked: Any) -> int:
    """Write one page for the head of agency: figures, bars, earlier years, a few sentences.

    \b
      iku report summary --period 2024 --format pdf
    """
    from engine.documents.summary import summary

    return _of_a_year(session, "summary", summary, paper, asked)


def _of_a_year(
    session: Session,
    name: str,
    gather: Callable[[Figures, Wording, Paper, date], Any],
    paper: Paper,
    asked: dict[str, Any],
) -> int:
    """Write a document of the figures of a year and of those before it."""
    from engine.documents.figures import figures

    period, folder, keep_going = (asked.pop(option) for option in ("period", "data", "keep_going"))
    catalogue = session.load()
    data = () if folder is None else (folder,)
    request = requested(session, catalogue, period, data, (), None, keep_going)
    target = _target(f"{name}-{request.period}", **asked)
    if period is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    with session.working(say("computing")):
        found = figures(catalogue, request.period, request.options["data"], keep_going=keep_going)
    _deliver(session, name, gather(found, session.wording(), paper, _today()), target)
    return FINE if all(result.status == "value" for result in found.now) else DATA


@command.command("template")
@click.argument("name", type=click.Choice(list(_TEMPLATES)))
@output_options
@common
@click.pass_obj
def template_command(session: Session, /, name: str, output: Path | None, force: bool) -> int:
    """Write the Word file that a document is set in, to be changed in Word and given to --template.

    Its gaps, such as {{ agency }}, may be moved, left out and put into other words.

    \b
      iku report template iku
      iku report template iku --output surat.docx
    """
    from engine.documents.docx import template_bytes
    from engine.report.export import write_file

    output = output or Path(f"{name}-template.docx")
    check_output(output, force=force)
    session.folder()
    write_file(output, template_bytes(_TEMPLATES[name], session.language), force=force)
    session.note(say("written: {path}", path=output))
    return FINE


@command.command("workbook")
@click.argument("select", nargs=-1)
@data_options
@click.option("--paper", type=click.Choice(["a4", "f4"]), default="a4", show_default=True,
              help="The paper it is printed on.")  # fmt: skip
@output_options
@common
@click.pass_obj
def workbook_command(
    session: Session,
    /,
    select: tuple[str, ...],
    paper: Paper,
    output: Path | None,
    force: bool,
    **asked: Any,
) -> int:
    """Write the working paper of a period: an Excel workbook that computes every step anew.

    Sheets: a summary; the inputs, blue; one for each indicator, with every step of the whole as a live
    formula beside the value that iku computed; the regulations; the fingerprints of all files. Totals over
    rows stand among the inputs; no single person's data do. SELECT chooses indicators as in evaluate.

    \b
      iku report workbook --period 2024
      iku report workbook skm --period 2024-TW2 --paper f4 -o skm.xlsx
    """
    from engine.commands.evaluate import measured
    from engine.report.export import write_file

    needs("xlsxwriter", "documents")
    if asked["by"] is not None:
        raise Refused(say("the working paper is one of the whole: leave --by away"))
    catalogue = session.load()
    request = requested(session, catalogue, **asked)
    output = output or Path(f"workbook-{request.period}.xlsx")
    check_output(output, force=force)
    wanted = catalogue.select(select) if select else measured(session, catalogue, request.period)
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    options = {name: value for name, value in request.options.items() if name != "by"}
    with session.working(say("computing")):
        results = catalogue.evaluate(request.period, only=wanted, **options)
        content = catalogue.workbook(
            request.period, only=wanted, language=session.language, paper=paper, **options
        )
    write_file(output, content, force=force)
    session.note(say("written: {path}", path=output))
    return FINE if all(result.status == "value" for result in results) else DATA


@dataclass(frozen=True)
class _Target:
    """The file to write, in which format, set in which Word file."""

    output: Path
    form: Form
    force: bool
    template: Path | None


def _target(name: str, form: Form | None, output: Path | None, force: bool, template: Path | None) -> _Target:
    """Return the file that the options ask for; raises where it can't be written, before any work is done."""
    from engine.documents.writing import library_for

    by_ending = {ending: form for form, ending in _ENDINGS.items()}
    form = form or ("docx" if output is None else by_ending.get(output.suffix.lower()))
    if form is None:
        raise Refused(say("the name {path} tells no format: say --format", path=output))
    if template is not None and form != "docx":
        raise Refused(say("--template is a Word file, and fills one: leave --format away, or write docx"))
    needs(library_for(form), "documents")
    output = output or Path(name + _ENDINGS[form])
    check_output(output, force=force)
    return _Target(output, form, force, template)


def _deliver(session: Session, name: str, content: Any, target: _Target) -> None:
    """Write *content*, and tell what a reader of the file should know."""
    from engine.documents.writing import written
    from engine.report.export import write_file

    with session.working(say("writing the document")):
        document = written(name, content, target.form, target.template)
    write_file(target.output, document.data, force=target.force)
    for note in document.notes:
        session.note(note)
    session.note(say("written: {path}", path=target.output))


def _today() -> date:
    """Return the day that documents bear; SOURCE_DATE_EPOCH sets another, so that files come out the same."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    known = re.fullmatch("[0-9]{1,11}", fixed) is not None
    return datetime.fromtimestamp(int(fixed), UTC).date() if known else date.today()
