"""`iku explain`: how a value came about."""

from __future__ import annotations

from typing import Any

import click

from engine.commands.options import common, data_options, form
from engine.commands.request import requested
from engine.commands.session import FINE, Refused, Session, as_json
from engine.commands.verbs import Verb
from engine.problems import say


@click.command("explain", cls=Verb)
@click.argument("indicator")
@data_options
@click.option("--group", metavar="VALUE", help="The group to explain, with --by.")
@click.option("--row", metavar="KEY", help="Down to one row, by its key.")
@click.option("--depth", type=click.IntRange(min=0), help="How many links from the result are followed.")
@form("text", "json")
@common
@click.pass_obj
def command(
    session: Session,
    /,
    indicator: str,
    group: str | None,
    row: str | None,
    depth: int | None,
    form: str,
    **asked: Any,
) -> int:
    """Show how a value came about, down to articles and rows.

    \b
      iku explain ip_asn --period 2024
      iku explain ip_asn --period 2024 --row P0001
      iku explain ip_asn --period 2024 --by unit_kerja --group Sekretariat
      iku explain skm --period 2024-TW2 --depth 1
    """
    from engine.report.explanation import explanation_text

    if group is not None and asked["by"] is None:
        raise Refused(say("--group is one group of a column: name the column with --by"))
    catalogue = session.load()
    catalogue.indicator(indicator)
    request = requested(session, catalogue, **asked)
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    with session.working(say("computing")):
        explanation = catalogue.explain(
            indicator, request.period, group=group, row=row, depth=depth, **request.options
        )
    wording = session.wording()
    if form == "json":
        session.print(as_json(explanation.to_dict(wording.language)))
    else:
        session.print(explanation_text(explanation, wording.language, wording.width))
    return FINE
