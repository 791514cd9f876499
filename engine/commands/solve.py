"""`iku solve`: what it would take to reach a target."""

from __future__ import annotations

from typing import Any

import click

from engine.commands.options import common, data_options, form
from engine.commands.request import requested
from engine.commands.session import DATA, FINE, Refused, Session, as_json
from engine.commands.verbs import Verb
from engine.problems import say


@click.command("solve", cls=Verb)
@click.argument("indicator")
@click.option("--target", type=float, required=True, help="The figure that is to be reached, such as 82.")
@click.option("--vary", metavar="NAME", required=True,
              help="The one thing that may change: INDICATOR.PARAMETER, or SOURCE.COLUMN of a source with "
              "`shape: record`.")  # fmt: skip
@click.option("--between", type=(float, float), metavar="LOW HIGH",
              help="The ends of the search. Without it: the range of the column.")  # fmt: skip
@click.option("--decimals", type=click.IntRange(0, 9),
              help="Decimals of the value. Without it: none for whole numbers, else the "
              "indicator's.")  # fmt: skip
@data_options
@form("text", "json")
@common
@click.pass_obj
def command(
    session: Session,
    /,
    indicator: str,
    target: float,
    vary: str,
    between: tuple[float, float] | None,
    decimals: int | None,
    form: str,
    **asked: Any,
) -> int:
    """Search what it would take for a figure to reach a target.

    One parameter or one input of a record is varied, all else stays. The figure is computed at nine points
    between the ends, then by halving down to the last decimal. Whether it only rises or only falls is judged
    by these points, and said.

    \b
      iku solve ip_asn --target 78 --vary ip_asn.jp_minimum --between 0 40 --period 2023
      iku solve sistem_merit --target 300 --vary penilaian_merit.pengadaan --period 2023
    """
    from engine.report.solution import solution_plain, solution_text

    if asked["by"] is not None:
        raise Refused(say("a target is searched for the whole: leave --by away"))
    catalogue = session.load()
    found = catalogue.indicator(indicator)
    request = requested(session, catalogue, **asked)
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    options = {name: value for name, value in request.options.items() if name != "by"}
    with session.working(say("computing")):
        solution = catalogue.solve(
            indicator, target, vary, request.period, between=between, decimals=decimals, **options
        )
    wording = session.wording()
    if form == "json":
        session.print(as_json(solution_plain(solution, wording.language)))
    else:
        title = wording.called(found.id, found.title)
        session.print(solution_text(solution, title, wording))
    return FINE if solution.reached or solution.found is not None else DATA
