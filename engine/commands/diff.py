"""`iku diff`: what is different between two states of a catalogue, or between two days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.options import check_output, common, form, output_options
from engine.commands.session import FINE, Refused, Session, as_json, holds_definitions
from engine.commands.verbs import Verb
from engine.problems import say

if TYPE_CHECKING:
    from engine.api import Catalogue


@click.command("diff", cls=Verb)
@click.argument("old")
@click.argument("new", required=False)
@form("text", "json", "markdown", "html")
@output_options
@common
@click.pass_obj
def command(session: Session, old: str, new: str | None, form: str, output: Path | None, force: bool) -> int:
    """Tell what is different, in the words of the definitions, and what that reaches.

    OLD and NEW are folders of definitions, revisions of the catalogue's own git repository (a branch, a tag
    or a commit), or two days (a period such as 2022 is its last day). Without NEW the catalogue as it lies
    in its folder is compared; with a day, its newest rules.

    \b
      iku diff main
      iku diff v1.0 v1.1
      iku diff 2022 2023
      iku diff ../sebelum definitions
      iku diff main --format markdown > komentar.md
    """
    from engine.report.comparison import (
        comparison_html,
        comparison_markdown,
        comparison_plain,
        comparison_text,
    )
    from engine.report.comparison_words import Words

    if output is not None:
        check_output(output, force=force)
    days = tuple(None if word is None else _day(word) for word in (old, new))
    if days[0] is None is not days[1] or (days[0] is not None and days[1] is None is not new):
        raise Refused(say("{old} and {new}: a day is compared with another day", old=old, new=new))
    if days[0] is not None:
        from engine.comparing import compare_days

        first = second = session.load()
        compared = compare_days(first.definitions, days[0], days[1] or date.max)
    else:
        first, second = _sides(session, old, new)
        compared = first.compare(second, (old, new or _shown(second)))
    wording = session.wording()
    words = Words(compared, first.definitions, second.definitions, wording)
    if form == "json":
        text = as_json(comparison_plain(words))
    elif form == "markdown":
        text = comparison_markdown(words)
    elif form == "html":
        text = comparison_html(words)
    else:
        text = comparison_text(words, wording.width)
    session.deliver(text, output, force=force)
    return FINE


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
