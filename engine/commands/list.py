"""`iku list`: what a catalogue holds."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from engine.commands.options import at_option, common, form
from engine.commands.session import FINE, Refused, Session, as_json, no_such
from engine.commands.verbs import Verb
from engine.problems import say

if TYPE_CHECKING:
    from engine.api import Catalogue
    from engine.report.wording import Wording


@click.command("list", cls=Verb)
@click.argument("what", default="indicators", metavar="[WHAT]")
@at_option("What is in force on a day, or in a period such as 2021.")
@click.option(
    "--coverage",
    "founded",
    is_flag=True,
    help="How much of each indicator names its place in a regulation, over all versions.",
)
@form("table", "json")
@common
@click.pass_obj
def command(session: Session, what: str, at: date | None, founded: bool, form: str) -> int:
    """List indicators, divisions, sources, regulations, functions.

    WHAT is indicators (without it), divisions, objectives, sources, regulations, or functions, which are
    those that formulas may use.

    \b
      iku list
      iku list regulations --at 2021
      iku list functions
      iku list --coverage
    """
    from engine.report.listing import listed, listing_text, names

    if what not in names():
        raise no_such(say("{what} can't be listed", what=what), what, names())
    if founded and (what != "indicators" or at is not None):
        raise Refused(say("--coverage is of all indicators and days: leave what and --at away"))
    catalogue = session.load()
    wording = session.wording()
    if founded:
        return _list_coverage(session, catalogue, wording, form)
    rows = listed(what, catalogue.definitions, wording.language, at)
    if form == "json":
        session.print(as_json(rows))
    else:
        session.print(listing_text(rows, wording, colour=session.coloured(sys.stdout)))
    return FINE


def _list_coverage(session: Session, catalogue: Catalogue, wording: Wording, form: str) -> int:
    from engine.legal import coverage
    from engine.report.coverage_text import coverage_plain, coverage_text

    found = coverage(catalogue.definitions)
    if form == "json":
        session.print(as_json(coverage_plain(found)))
    else:
        colour = session.coloured(sys.stdout)
        session.print(coverage_text(found, catalogue.definitions, wording, colour=colour))
    return FINE
