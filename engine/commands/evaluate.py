"""`iku evaluate`: the results of a period."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.commands.options import common, data_options
from engine.commands.request import Request, has_files, requested, selected
from engine.commands.session import DATA, FINE, Refused, Session, as_json
from engine.commands.verbs import Verb
from engine.problems import say

if TYPE_CHECKING:
    from engine.api import Catalogue
    from engine.comparing.figures import Movements
    from engine.preview import Preview
    from engine.values import Results


@click.command("evaluate", cls=Verb)
@click.argument("select", nargs=-1)
@data_options
@click.option(
    "--scenario", metavar="NAME", help="Beside the figures, what they would be: scenarios/NAME.yaml."
)
@click.option("--plan", "only_plan", is_flag=True,
              help="Show what would be read and computed, pass by pass; nothing is.")  # fmt: skip
@click.option("--save", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Keep the results in FILE; compute only what changed since.")  # fmt: skip
@click.option("--engine", type=click.Choice(["polars", "duckdb", "spark"]), default="polars",
              help="Where to compute, to the same results: here, in DuckDB, on Spark.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "json", "csv", "parquet"]),
              help="Without it: as the name of --output ends, else a table.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@common
@click.pass_obj
def command(
    session: Session,
    /,
    select: tuple[str, ...],
    scenario: str | None,
    only_plan: bool,
    save: Path | None,
    engine: str,
    form: str | None,
    output: Path | None,
    force: bool,
    **asked: Any,
) -> int:
    """Compute the results of a period.

    SELECT chooses indicators: an id, division:ID, objective:ID, +id (with what it needs), id+ (with what
    needs it), or changed:REVISION (what the changes since a revision of git reach). Without it, all that are
    measured in the period are computed.

    \b
      iku evaluate --period 2024
      iku evaluate ip_asn --period 2023 --by unit_kerja
      iku evaluate skm --period 2024-TW2 --set penimbang=0.111
      iku evaluate ip_asn --period 2024 --scenario diklat_24_jp
      iku evaluate --period 2024 --data pegawai=baru.csv --output hasil.csv
      iku evaluate --period 2024 --plan
      iku evaluate --period 2024 --save results.db
      iku evaluate --period 2024 --engine duckdb
    """
    from engine.report.export import check_target

    catalogue = session.load()
    request = requested(session, catalogue, **asked)
    wanted = selected(session, catalogue, select) if select else measured(session, catalogue, request.period)
    endings = {".csv": "csv", ".json": "json", ".parquet": "parquet"}
    form = form or (endings.get(output.suffix.lower(), "table") if output is not None else "table")
    if output is not None:
        check_target(output, force=force)
    elif form == "parquet":
        raise Refused(say("a Parquet file is no text for a screen: say where to write it with --output"))
    if scenario is not None and form not in ("table", "json"):
        raise Refused(say("with --scenario the figures are a table or JSON"))
    if only_plan and (scenario is not None or form not in ("table", "json")):
        raise Refused(say("a plan is shown as a table or as JSON, without --scenario"))
    if engine != "polars" and (save is not None or scenario is not None or only_plan):
        raise Refused(
            say("--engine computes the results themselves: leave out --save, --scenario and --plan")
        )
    if save is not None and (
        scenario is not None or only_plan or asked["settings"] or has_files(asked["data"])
    ):
        raise Refused(
            say(
                "--save keeps figures as they are: leave out --set, --scenario, --plan and --data SOURCE=FILE"
            )
        )
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    if only_plan:
        foreseen = catalogue.preview(request.period, only=wanted, **request.options)
        _deliver(session, _planned(session, foreseen, form), output, force=force)
        return FINE
    if scenario is not None:
        other = catalogue.assuming(scenario)
        with session.working(say("computing")):
            moved = catalogue.movements(other, request.period, only=wanted, **request.options)
        _deliver(session, _assumed(session, catalogue, moved, scenario, form), output, force=force)
        sides = (side for one in moved.figures for side in (one.old, one.new))
        return FINE if all(side is not None and side.status == "value" for side in sides) else DATA
    with session.working(say("computing")):
        if save is None:
            results = catalogue.evaluate(request.period, only=wanted, engine=engine, **request.options)
        else:
            results = _saved(session, catalogue, request, wanted, save)
    content = _formatted(session, catalogue, results, form, colour=output is None)
    _deliver(session, content, output, force=force)
    return FINE if all(result.status == "value" for result in results) else DATA


def _saved(
    session: Session, catalogue: Catalogue, request: Request, wanted: tuple[str, ...], path: Path
) -> Results:
    """Return the results, what is saved from there, and say which those are."""
    options = request.options
    run = catalogue.evaluate_saved(
        request.period,
        path,
        by=options["by"],
        only=wanted,
        folder=options["data"],
        keep_going=options["keep_going"],
    )
    if run.taken:
        session.note(
            say(
                "not computed anew, nothing they follow from has changed: {names}", names=", ".join(run.taken)
            )
        )
    if run.saved:
        session.note(say("computed and saved in {path}: {names}", path=path, names=", ".join(run.saved)))
    return run.results


def _planned(session: Session, foreseen: Preview, form: str) -> str:
    from engine.report.plan_text import plan_text

    if form == "json":
        return as_json(foreseen.to_dict(session.language))
    return plan_text(foreseen, session.wording())


def _deliver(session: Session, content: str | bytes, output: Path | None, *, force: bool) -> None:
    from engine.report.export import write_file

    if output is not None:
        write_file(output, content, force=force)
        session.note(say("written: {path}", path=output))
    elif isinstance(content, str):
        session.print(content)


def _assumed(session: Session, catalogue: Catalogue, moved: Movements, scenario: str, form: str) -> str:
    """Return baseline, scenario and difference, under the title of the scenario and above its note."""
    from engine.report.movement import Moving, movement_text, movements_plain

    if form == "json":
        return as_json({"scenario": scenario, **movements_plain(moved, session.language)})
    return movement_text(
        Moving(
            moved,
            catalogue.definitions,
            session.wording(),
            scenario=catalogue.definitions.scenarios[scenario],
        )
    )


def measured(session: Session, catalogue: Catalogue, period: str) -> tuple[str, ...]:
    """Return the indicators that are measured in *period* or in parts of it; say which are not."""
    from engine.versions import Period

    asked = Period.parse(period)
    longer = [name for name in catalogue.indicators if asked.within(catalogue.indicator(name).frequency)]
    found = tuple(name for name in catalogue.indicators if name not in longer)
    if longer and found:
        session.note(
            say(
                "not measured in {period}, but in a longer period: {names}",
                period=period,
                names=", ".join(longer),
            )
        )
    return found or catalogue.indicators


def _formatted(
    session: Session, catalogue: Catalogue, results: Results, form: str, *, colour: bool
) -> str | bytes:
    from engine.report.export import csv_text, parquet_bytes
    from engine.report.results_text import results_text

    if form == "json":
        return results.to_json(language=session.language) + "\n"
    if form == "csv":
        return csv_text(results, session.language)
    if form == "parquet":
        return parquet_bytes(results, session.language)
    return results_text(
        results,
        catalogue.definitions,
        session.wording(),
        colour=colour and session.coloured(sys.stdout),
        verbose=session.verbose,
    )
