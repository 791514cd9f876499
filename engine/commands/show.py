"""`iku show`: a definition in force."""

from __future__ import annotations

from datetime import date

import click

from engine.commands.options import at_option, common
from engine.commands.session import FINE, Refused, Session
from engine.commands.verbs import Verb
from engine.problems import say


@click.command("show", cls=Verb)
@click.argument("indicator")
@at_option("The rule in force on a day, or in a period such as 2021. Without it: the newest.")
@click.option("--history", is_flag=True, help="What each regulation added, changed or removed.")
@common
@click.pass_obj
def command(session: Session, indicator: str, at: date | None, history: bool) -> int:
    """Print a definition in force, with the legal basis of each entry.

    \b
      iku show ip_asn
      iku show ip_asn --at 2021-12-31
      iku show skm --history
    """
    from engine.report.rule_text import history_text, rule_text

    if history and at is not None:
        raise Refused(say("--history is of all days; leave --at away"))
    catalogue = session.load()
    wording = session.wording()
    definitions, found = catalogue.definitions, catalogue.indicator(indicator).id
    if history:
        session.print(history_text(definitions, found, wording.language, wording.width))
    else:
        session.print(rule_text(definitions, found, at, wording.language, wording.width))
    return FINE
