"""`iku problem`: what a code means."""

from __future__ import annotations

import click

from engine.commands.options import common
from engine.commands.session import FINE, Refused, Session
from engine.commands.verbs import Verb
from engine.problems import say


@click.command("problem", cls=Verb)
@click.argument("code", required=False)
@common
@click.pass_obj
def command(session: Session, code: str | None) -> int:
    """Explain a problem code, with a wrong and a right example.

    Without CODE, list all codes, the gravest first.

    \b
      iku problem table-gap
      iku problem table-gap --lang id
      iku problem
    """
    import shutil

    from engine.report.code_pages import codes, codes_text, page_text

    if code is None:
        session.print(codes_text(session.language))
    elif code in codes():
        width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 100))
        session.print(page_text(code, session.language, width))
    else:
        from engine.problems import nearest

        refusal = say("there is no problem code {code}", code=code)
        hint = nearest(code, codes()) or say("`iku problem` lists them all")
        raise Refused(say("{refusal}; {hint}", refusal=refusal, hint=hint))
    return FINE
