"""`iku site`: the catalogue as a site of plain files."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.options import common
from engine.commands.session import FINE, Refused, Session, needs
from engine.commands.verbs import Verb
from engine.problems import say, say_many


@click.command("site", cls=Verb)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder of the site: a new one, an empty one, or that of an earlier site.",
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder in which the sources' files lie instead (DIR/data/2024/...).",
)
@click.option(
    "--period", metavar="YEAR", help="The last year with figures. Without it: the last that has data."
)
@click.option("--force", is_flag=True, help="Write into a folder that holds other files.")
@common
@click.pass_obj
def command(session: Session, /, output: Path, data: Path | None, period: str | None, force: bool) -> int:
    """Write the catalogue as web pages that open by double-click.

    A page for each indicator, division, source and regulation, with formulas, history, examples and
    figures, in Indonesian and English. Any web server may serve them; they ask for nothing from elsewhere.
    An earlier site in the folder is brought up to date.

    \b
      iku site -o situs                      then open situs/index.html
      iku site -o situs --period 2023        with figures up to 2023
      iku site -o situs --data ../arsip      with the figures of other data
    """
    from engine.site import site, write
    from engine.versions import Period

    needs("jinja2", "site")
    if period is not None and Period.parse(period).frequency != "yearly":
        raise Refused(say("--period {period}: name a year", period=period))
    if data is not None and not data.is_dir():
        raise Refused(say("--data {path}: no such folder", path=data))
    catalogue = session.load()
    session.data_folder = data or catalogue.definitions.root
    with session.working(say("computing")):
        made = site(catalogue, data, period)
        changed = write(output, made, force=force)
    if made.latest is None:
        session.note(say("no year has data: the pages have no figures"))
    session.note(
        say_many(
            "{path}: {count} file new or changed of {all}; open {first}",
            "{path}: {count} files new or changed of {all}; open {first}",
            count=changed,
            path=output,
            all=len(made.files),
            first=output / "index.html",
        )
    )
    return FINE
