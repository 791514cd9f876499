"""The command line: translate arguments to the API, and outcomes to text and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from engine.commands.options import common
from engine.commands.session import (
    BUG,
    DATA,
    FINDINGS,
    FINE,
    INTERRUPTED,
    USAGE,
    Refused,
    Session,
    definitions_here,
    iku_version,
)
from engine.commands.speaking import as_before, asked_language
from engine.commands.verbs import Program
from engine.language import translated
from engine.problems import say

if TYPE_CHECKING:
    from engine.problems import IkuError


SECTIONS = (
    (say("Check definitions"), ("validate", "test")),
    (say("Compute"), ("data", "evaluate", "history", "solve", "explain")),
    (say("Look around"), ("show", "diff", "list", "graph", "schema", "problem")),
    (say("Publish"), ("report", "site")),
)
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        version = iku_version()
        uninstalled = say("iku, from a checkout that is not installed")
        click.echo(f"iku {version}" if version else uninstalled.text(ctx.ensure_object(Session).language))
        ctx.exit()


@click.group(cls=Program, context_settings=SETTINGS)
@common
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
              help="The version of iku.")  # fmt: skip
def iku() -> None:
    """Key performance indicators (IKU) from definitions that people can read.

    A catalogue is a folder of YAML files: organization.yaml, regulations.yaml, sources/ and indicators/.
    Begin in the folder above it:

    \b
      iku validate                            is everything written as it should be?
      iku test                                do the worked examples come out?
      iku evaluate --period 2024              the results of a year
      iku explain ip_asn --period 2024        how one of them came about
      iku explain ip_asn --period 2024 --row P0001

    Results go to standard output, all else to standard error, so that results can be saved or passed on.

    \b
    Exit codes:
      0    done
      1    the definitions have errors, or an example is not as expected
      2    wrong usage, or a name that is not known
      3    data are missing or wrong, or a value could not be computed
      70   a mistake in iku
      130  interrupted
    """


iku.sections = SECTIONS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    session = Session(lang=asked_language(arguments))
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # The same bytes in every locale; a terminal that can't show a letter shows its code.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    with as_before():
        session.speak(definitions_here())
        return _run(arguments, session)


def _run(arguments: Sequence[str], session: Session) -> int:
    """Return the exit code of one command."""
    try:
        code = iku.main(list(arguments), prog_name="iku", standalone_mode=False, obj=session)
        if sys.stdout is None:
            return FINDINGS
        sys.stdout.flush()
    except Exception as failure:
        return _outcome(failure, session)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else FINE


def _outcome(failure: Exception, session: Session) -> int:
    """Return the exit code of what stopped the work, after telling it."""
    from engine.problems import IkuError

    if isinstance(failure, click.exceptions.Abort):
        return INTERRUPTED
    if isinstance(failure, click.ClickException):
        if isinstance(failure, Refused):
            failure.language = session.language
        failure.show()
        return USAGE
    try:
        if isinstance(failure, IkuError):
            session.draw(failure.problems)
            return _code_of(failure)
        if isinstance(failure, OSError):
            return _failed_to_write(failure)
        if session.verbose:
            import traceback

            traceback.print_exception(failure)
        mistake = translated("this is a mistake in iku, not in your files", session.language)
        report = translated(
            "Please report it together with the command; -v shows where it happened.", session.language
        )
        click.echo(f"iku: {mistake} ({type(failure).__name__}: {failure}).\n{report}", err=True)
    except OSError as second:
        return _failed_to_write(second)
    return BUG


def _code_of(refusal: IkuError) -> int:
    from engine.problems import InvalidData, InvalidDefinitions

    if isinstance(refusal, InvalidDefinitions):
        return FINDINGS
    return DATA if isinstance(refusal, InvalidData) else USAGE


def _failed_to_write(failure: OSError) -> int:
    """Return the exit code where output could not go out, after telling which file, if it can be told."""
    if not isinstance(failure, BrokenPipeError):
        where = f"{failure.filename}: " if failure.filename else ""
        with suppress(OSError):
            click.echo(f"iku: {where}{failure.strerror or failure}", err=True)
    if not failure.filename:
        # What still waits in a stream would fail once more, with a traceback, when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                os.dup2(nowhere, stream.fileno())
    return FINDINGS
