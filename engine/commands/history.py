"""`iku history`: the figures of an indicator that were saved."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.options import common, form
from engine.commands.session import FINE, Session, as_json
from engine.commands.verbs import Verb


@click.command("history", cls=Verb)
@click.argument("indicator")
@click.option(
    "--store",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default="results.db",
    show_default=True,
    help="The file that `iku evaluate --save` writes.",
)
@form("text", "json")
@common
@click.pass_obj
def command(session: Session, /, indicator: str, store: Path, form: str) -> int:
    """Show the saved figures of an indicator over all periods.

    \b
      iku evaluate --period 2023 --save results.db
      iku evaluate --period 2024 --save results.db
      iku history ip_asn --store results.db
    """
    from engine.report.history_text import history_plain, history_text

    catalogue = session.load()
    found = catalogue.indicator(indicator)
    figures = catalogue.history(indicator, store)
    if form == "json":
        session.print(as_json(history_plain(found, figures)))
    else:
        session.print(history_text(found, figures, session.wording()))
    return FINE
