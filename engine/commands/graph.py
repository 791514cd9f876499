"""`iku graph`: what uses what."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from engine.commands.options import at_option, common, form
from engine.commands.request import selected
from engine.commands.session import FINE, Session
from engine.commands.verbs import Verb


@click.command("graph", cls=Verb)
@click.argument("select", nargs=-1)
@form("text", "mermaid", "dot", "json")
@at_option("The rules in force on a day, or in a period such as 2021. Without it: the newest.")
@common
@click.pass_obj
def command(session: Session, select: tuple[str, ...], form: Any, at: date | None) -> int:
    """Draw what uses what: indicators, steps, parameters, sources.

    SELECT chooses indicators as in evaluate.

    \b
      iku graph ip_asn
      iku graph --format mermaid > graph.mmd
      iku graph ip_asn --format dot | dot -Tsvg > graph.svg
    """
    from engine.report.graph_text import graph_at, graph_text

    catalogue = session.load()
    chosen = selected(session, catalogue, select) if select else None
    language = session.wording().language
    found = graph_at(catalogue.definitions, at)
    session.print(graph_text(found, catalogue.definitions, form, chosen, language))
    return FINE
