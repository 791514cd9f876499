"""`iku diff`: what is different between two states of a catalogue, or between two days."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.commands.options import check_output, common, data_options, form, output_options
from engine.commands.request import requested
from engine.commands.session import FINE, Refused, Session, as_json, holds_definitions
from engine.commands.verbs import Verb
from engine.problems import say

if TYPE_CHECKING:
    from engine.api import Catalogue
    from engine.comparing import Comparison
    from engine.report.movement import Moving


@click.command("diff", cls=Verb)
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--values", is_flag=True, help="By how much each figure moves, and how many rows, from the same data."
)
@data_options
@form("text", "json", "markdown", "html")
@output_options
@common
@click.pass_obj
def command(
    session: Session,
    /,
    old: str,
    new: str | None,
    values: bool,
    form: str,
    output: Path | None,
    force: bool,
    **asked: Any,
) -> int:
    """Tell what is different, in the words of the definitions, and what that reaches.

    OLD and NEW are folders of definitions, revisions of the catalogue's own git repository (a branch, a tag
    or a commit), or two days (a period such as 2022 is its last day). Without NEW the catalogue as it lies
    in its folder is compared; with a day, its newest rules.

    \b
      iku diff main
      iku diff v1.0 v1.1
      iku diff 2022 2023 --values --period 2022
      iku diff ../sebelum definitions
      iku diff main --values --by unit_kerja --format markdown > komentar.md
    """
    if output is not None:
        check_output(output, force=force)
    given = [
        f"--{'set' if name == 'settings' else name.replace('_', '-')}" for name, own in asked.items() if own
    ]
    if given and not values:
        raise Refused(say("{option} is about figures: say --values too", option=given[0]))
    first, second, compared, named = _compared(session, old, new)
    moving = None
    if values:
        moving = _moving(session, first, second, compared, named, asked)
    text = _formatted(session, first, second, compared, form, moving, colour=output is None)
    session.deliver(text, output, force=force)
    return FINE


def _compared(
    session: Session, old: str, new: str | None
) -> tuple[Catalogue, Catalogue, Comparison, tuple[str, str]]:
    """Return the two sides as figures are computed by them, what is different, and what they are called."""
    days = tuple(None if word is None else _day(word) for word in (old, new))
    if days[0] is None is not days[1] or (days[0] is not None and days[1] is None is not new):
        raise Refused(say("{old} and {new}: a day is compared with another day", old=old, new=new))
    if days[0] is None:
        first, second = _sides(session, old, new)
        named = (old, new or _shown(second))
        return first, second, first.compare(second, named), named
    from engine.comparing import compare_days
    from engine.comparing.figures import as_of

    here = session.load()
    last = days[1] or max(
        (version.from_ for i in here.definitions.indicators.values() for version in i.versions),
        default=date.today(),
    )
    compared = compare_days(here.definitions, days[0], last)
    sides = (replace(here, definitions=as_of(here.definitions, day)) for day in (days[0], last))
    return (*sides, compared, (compared.old, compared.new))  # type: ignore[return-value]


def _moving(
    session: Session,
    first: Catalogue,
    second: Catalogue,
    compared: Comparison,
    named: tuple[str, str],
    asked: Mapping[str, Any],
) -> Moving:
    from engine.report.movement import Moving
    from engine.versions import Period

    request = requested(session, second, **asked)
    period = Period.parse(request.period)
    sides = {name: side.indicator(name) for side in (first, second) for name in compared.moved
             if name in side.definitions.indicators}  # fmt: skip
    wanted = [name for name, own in sides.items() if period.within(own.frequency) is None]
    with session.working(say("computing")):
        found = first.movements(second, request.period, only=wanted, **request.options)
    return Moving(found, second.definitions, session.wording(), named)


def _formatted(
    session: Session,
    first: Catalogue,
    second: Catalogue,
    compared: Comparison,
    form: str,
    moving: Moving | None,
    *,
    colour: bool,
) -> str:
    from engine.report import comparison
    from engine.report.comparison_words import Words

    wording = session.wording()
    words = Words(compared, first.definitions, second.definitions, wording)
    if form == "json":
        return as_json(comparison.comparison_plain(words, moving))
    if form == "markdown":
        return comparison.comparison_markdown(words, moving)
    if form == "html":
        return comparison.comparison_html(words, moving)
    coloured = colour and session.coloured(sys.stdout)
    return comparison.comparison_text(words, wording.width, moving, colour=coloured)


def _day(word: str) -> date | None:
    """Return the day that a word is, or the last day of the period that it is."""
    from engine.versions import Period

    try:
        return date.fromisoformat(word)
    except ValueError:
        period = Period.read(word)
        return None if period is None else period.last


def _sides(session: Session, old: str, new: str | None) -> tuple[Catalogue, Catalogue]:
    """Return the two catalogues that are named; a folder of definitions comes before a revision."""
    import engine

    before, after = _folder(old), _folder(new)
    if after is not None:
        session.catalogue = after
    here = session.load()
    second = here if new is None or after is not None else here.at(new)
    return (here.at(old) if before is None else engine.load(before)), second


def _folder(word: str | None) -> Path | None:
    if word is None:
        return None
    path = Path(word)
    return path if path.is_dir() and holds_definitions(path) else None


def _shown(catalogue: Catalogue) -> str:
    return catalogue.definitions.root.name
