"""`iku test`: the worked examples of the definitions."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.commands.options import check_output, common, form, output_options
from engine.commands.request import selected
from engine.commands.session import FINDINGS, FINE, Refused, Session, as_json
from engine.commands.verbs import Verb
from engine.problems import say


@click.command("test", cls=Verb)
@click.argument("select", nargs=-1)
@click.option("-k", "word", metavar="WORD", help="Only examples with this word in their title.")
@form("text", "json", "junit")
@output_options
@common
@click.pass_obj
def command(
    session: Session, select: tuple[str, ...], word: str | None, form: str, output: Path | None, force: bool
) -> int:
    """Run the worked examples that stand in the definitions.

    SELECT chooses indicators as in evaluate.

    \b
      iku test
      iku test ip_asn -k seminar
      iku test division:sekretariat
      iku test --format junit --output contoh.xml
    """
    from engine.report.examples_text import examples_plain, examples_text
    from engine.report.junit import examples_junit
    from engine.report.paint import unpainted

    if output is not None:
        check_output(output, force=force)
    catalogue = session.load()
    wanted = selected(session, catalogue, select)
    with session.working(say("running the examples")):
        outcomes = catalogue.test(wanted)
    if word is not None:
        outcomes = tuple(o for o in outcomes if word.casefold() in str(o.example.title).casefold())
        wanted = tuple(dict.fromkeys(outcome.indicator for outcome in outcomes))
        if not outcomes:
            raise Refused(say("no example has {word} in its title", word=word))
    if form == "json":
        text = as_json(examples_plain(outcomes, session.language))
    elif form == "junit":
        text = examples_junit(outcomes, session.language)
    else:
        paint = session.paint(sys.stdout) if output is None else unpainted
        text = examples_text(outcomes, wanted, paint, session.language)
    session.deliver(text, output, force=force)
    return FINE if all(outcome.passed for outcome in outcomes) else FINDINGS
