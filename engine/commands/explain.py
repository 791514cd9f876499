"""`iku explain`: how a value came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.commands.options import check_output, common, data_options, form, output_options
from engine.commands.request import Request, requested
from engine.commands.session import FINE, Refused, Session, as_json
from engine.commands.verbs import Verb
from engine.problems import say

if TYPE_CHECKING:
    from engine.api import Catalogue
    from engine.explain import Explanation


@click.command("explain", cls=Verb)
@click.argument("indicator")
@data_options
@click.option("--group", metavar="VALUE", help="The group to explain, with --by.")
@click.option("--row", metavar="KEY", help="Down to one row, by its key.")
@click.option("--against", metavar="PERIOD", help="What moved the figure since this earlier period.")
@click.option("--depth", type=click.IntRange(min=0), help="How many links from the result are followed.")
@form("text", "json", "markdown", "html")
@output_options
@common
@click.pass_obj
def command(
    session: Session,
    /,
    indicator: str,
    group: str | None,
    row: str | None,
    against: str | None,
    depth: int | None,
    form: str,
    output: Path | None,
    force: bool,
    **asked: Any,
) -> int:
    """Show how a value came about, down to articles and rows.

    \b
      iku explain ip_asn --period 2024
      iku explain ip_asn --period 2024 --row P0001
      iku explain ip_asn --period 2024 --by unit_kerja --group Sekretariat
      iku explain skm --period 2024-TW2 --depth 1
      iku explain skm --period 2024 --format html -o skm.html
      iku explain ip_asn --period 2024 --against 2023
    """
    if output is not None:
        check_output(output, force=force)
    if group is not None and asked["by"] is None:
        raise Refused(say("--group is one group of a column: name the column with --by"))
    catalogue = session.load()
    catalogue.indicator(indicator)
    request = requested(session, catalogue, **asked)
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    if against is not None:
        told = _moved(session, catalogue, request, indicator, against, row, group, form)
        session.deliver(told, output, force=force)
        return FINE
    with session.working(say("computing")):
        explanation = catalogue.explain(
            indicator, request.period, group=group, row=row, depth=depth, **request.options
        )
    session.deliver(_formatted(session, explanation, form), output, force=force)
    return FINE


def _moved(
    session: Session,
    catalogue: Catalogue,
    request: Request,
    indicator: str,
    against: str,
    row: str | None,
    group: str | None,
    form: str,
) -> str:
    """Return what moved the figure since the period *against*."""
    from engine.report.moved import Moved, moved_html, moved_markdown, moved_text

    if row is not None:
        raise Refused(say("--against tells what moved a figure; leave --row out"))
    with session.working(say("computing")):
        found = catalogue.difference(indicator, against, request.period, group=group, **request.options)
    wording = session.wording()
    if form == "json":
        return as_json(found.to_dict(wording.language))
    told = Moved(found, wording.language, wording.width)
    return {"text": moved_text, "markdown": moved_markdown, "html": moved_html}[form](told)


def _formatted(session: Session, explanation: Explanation, form: str) -> str:
    wording = session.wording()
    if form == "json":
        return as_json(explanation.to_dict(wording.language))
    if form == "text":
        from engine.report.explanation import explanation_text

        return explanation_text(explanation, wording.language, wording.width)
    from engine.report.account import account
    from engine.report.account_pages import account_html, account_markdown

    arranged = account(explanation, wording.language)
    return account_html(arranged) if form == "html" else account_markdown(arranged)
