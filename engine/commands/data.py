"""`iku data`: what divisions deliver: forms to fill in, and the check of what came back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.commands.options import check_output, common, output_options
from engine.commands.request import requested
from engine.commands.session import DATA, FINE, Session, needs
from engine.commands.verbs import Verbs
from engine.problems import say


@click.group("data", cls=Verbs)
@common
def command() -> None:
    """Forms for those who deliver data, and the check of what they deliver.

    \b
      iku data template pegawai               an Excel form for one source
      iku data check --period 2024            are all files as declared?
    """


@command.command("template")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@output_options
@common
@click.pass_obj
def template_command(session: Session, /, sources: tuple[str, ...], output: Path | None, force: bool) -> int:
    """Write an Excel form that divisions fill in: a sheet for each source, with choices and limits.

    The first sheet tells what each column means, its unit, what may stand in it, which indicators use it
    and who is responsible. A filled form is read as it is. Without SOURCE, all sources that are files.

    \b
      iku data template
      iku data template pegawai -o pegawai-2024.xlsx
      iku data check pegawai --period 2024 --data pegawai=pegawai-2024.xlsx
    """
    from engine.report.export import write_file
    from engine.workbook import template

    needs("xlsxwriter", "documents")
    output = output or Path(f"{'-'.join(sources) or 'data'}-template.xlsx")
    check_output(output, force=force)
    catalogue = session.load()
    write_file(output, template(catalogue.definitions, sources, session.language), force=force)
    session.note(say("written: {path}", path=output))
    return FINE


@command.command("check")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--period", help="2024, 2024-S1 (semester), 2024-TW1 (quarter) or 2024-03 (month). "
              "Without it: the last year that has data.")  # fmt: skip
@click.option("--data", multiple=True, metavar="DIR|SOURCE=FILE",
              help="A folder in which the sources' files lie instead (DIR/data/2024/...), or the "
              "file of one source. May be repeated.")  # fmt: skip
@common
@click.pass_obj
def check_command(
    session: Session, /, sources: tuple[str, ...], period: str | None, data: tuple[str, ...]
) -> int:
    """Check input files against their declaration, cell by cell; nothing is computed.

    Every finding is told with its cell and a way out. Without SOURCE, all that the indicators measured in
    the period read, in each of its shorter periods too.

    \b
      iku data check --period 2024
      iku data check pegawai --period 2024 --data pegawai=pegawai.xlsx
    """
    from engine.report.delivery_text import delivery_text

    catalogue = session.load()
    request = requested(session, catalogue, period, data, (), None, keep_going=False)
    if period is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    options = {name: request.options[name] for name in ("data", "folder") if name in request.options}
    with session.working(say("checking the data")):
        found = catalogue.check_data(request.period, only=sources, **options)
    session.print(
        delivery_text(found, session.paint(sys.stdout), session.data_folder, session.wording().language)
    )
    return FINE if all(one.rows is not None and not one.problems for one in found) else DATA
