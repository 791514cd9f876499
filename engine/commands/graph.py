"""`iku graph`: what uses what."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.commands.options import at_option, check_output, common, form, output_options
from engine.commands.request import selected
from engine.commands.session import FINE, Refused, Session, needs
from engine.commands.verbs import Verb
from engine.problems import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.definition import Catalogue
    from engine.graph import Graph


@click.command("graph", cls=Verb)
@click.argument("select", nargs=-1)
@form("text", "svg", "png", "html", "mermaid", "dot", "json")
@at_option("The rules in force on a day, or in a period such as 2021. Without it: the newest.")
@output_options
@common
@click.pass_obj
def command(
    session: Session, select: tuple[str, ...], form: Any, at: date | None, output: Path | None, force: bool
) -> int:
    """Show what uses what: indicators, steps, parameters, sources.

    SELECT chooses indicators as in evaluate. As a picture (svg, png, html) sources stand to the left and
    objectives to the right; of many indicators their steps are left out, and of very many a division is
    one box. Parameters are in the other formats.

    \b
      iku graph ip_asn
      iku graph --format svg -o peta.svg
      iku graph ip_asn --at 2021 --format png -o ip_asn-2021.png
      iku graph ip_asn --format dot | dot -Tsvg > graph.svg
    """
    from engine.report.graph_text import graph_at, graph_text

    if form == "png":
        needs("typst", "documents")
        if output is None:
            raise Refused(say("a picture is no text for a screen: say where to write it with --output"))
    if output is not None:
        check_output(output, force=force)
    catalogue = session.load()
    chosen = selected(session, catalogue, select) if select else None
    found = graph_at(catalogue.definitions, at)
    if form in ("svg", "png", "html"):
        return _picture(session, found, catalogue.definitions, chosen, form, output, force)
    language = session.wording().language
    session.deliver(graph_text(found, catalogue.definitions, form, chosen, language), output, force=force)
    return FINE


def _picture(
    session: Session,
    graph: Graph,
    catalogue: Catalogue,
    chosen: Sequence[str] | None,
    form: str,
    output: Path | None,
    force: bool,
) -> int:
    from engine.pictures.map import drawn, needs_map
    from engine.pictures.page import page

    wording = session.wording()
    found = needs_map(graph, catalogue, wording, chosen)
    if found is None:
        raise Refused(
            say("there are too many divisions and objectives for one picture: name some indicators")
        )
    if not found.boxes:
        raise Refused(say("no rule is in force on that day: there is nothing to draw"))
    if form == "png":
        from engine.documents.pdf import png_of
        from engine.report.export import write_file

        assert output is not None, "a PNG is written to a file"
        write_file(output, png_of(drawn(found, wording).svg), force=force)
        session.note(say("written: {path}", path=output))
    elif form == "html":
        session.deliver(page(found, wording), output, force=force)
    else:
        session.deliver(drawn(found, wording).themed, output, force=force)
    return FINE
