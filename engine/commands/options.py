"""The options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.commands.session import Refused, Session
from engine.problems import say

F = TypeVar("F", bound=Callable[..., Any])


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep an option of every verb, whether it stands before the verb or after it."""
    if value:
        setattr(ctx.ensure_object(Session), str(param.name), value)


def common(function: F) -> F:
    """Add the options that every verb has, and that may stand before the verb too."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    options = (
        click.option("-C", "--catalogue", metavar="DIR", type=click.Path(path_type=Path), **shared,
                     help="The folder of the definitions. Without it: definitions/ here or in a folder "
                     "above, else those that ship with iku."),
        click.option("--lang", type=click.Choice(["id", "en"]), envvar="IKU_LANG", expose_value=False,
                     help="The language of everything that is said. Without it: the organization's."),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), **shared,
                     help="Colours; auto on a terminal unless NO_COLOR is set."),
        click.option("-q", "--quiet", is_flag=True, **shared, help="Nothing but results and errors."),
        click.option("-v", "--verbose", is_flag=True, **shared,
                     help="More: notes of the definitions; where a mistake in iku happened."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def form(*choices: str, default: str | None = None) -> Callable[[F], F]:
    """Return the option --format with *choices*; the first is taken where nothing is said."""
    return click.option(
        "--format", "form", type=click.Choice(choices), default=default or choices[0], show_default=True
    )


def output_options(function: F) -> F:
    """Add the options that send a result to a file."""
    for option in (
        click.option("--force", is_flag=True, help="Overwrite the file."),
        click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path),
                     help="Write to a file; one that is there already stays unless --force is given."),
    ):  # fmt: skip
        function = option(function)
    return function


def check_output(path: Path, *, force: bool) -> None:
    """Refuse a file that can't be written before the work is done."""
    from engine.report.export import check_target

    check_target(path, force=force)


def data_options(function: F) -> F:
    """Add the options that say what is computed from which data."""
    options = (
        click.option("--period", help="2024, 2024-S1 (semester), 2024-TW1 (quarter) or 2024-03 (month). "
                     "Without it: the last year that has data."),
        click.option("--data", multiple=True, metavar="DIR|SOURCE=FILE",
                     help="A folder in which the sources' files lie instead (DIR/data/2024/...), or the "
                     "file of one source. May be repeated."),
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
                     help="Another value for a parameter: 20, 0.111, 1/9, true or a word. May be repeated."),
        click.option("--by", metavar="COLUMN", help="Split by a column, one of the indicators' breakdowns."),
        click.option("--keep-going", is_flag=True, help="Leave out rows that are wrong; the results say so."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Return the day that was written, or the last day of the period."""
    from datetime import date

    from engine.versions import Period

    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        period = Period.read(value)
    if period is None:
        raise Refused(
            say("{value} is not a day: write 2021-12-31, or a period such as 2021 or 2021-TW1", value=value)
        )
    return period.last


def at_option(help_: str) -> Callable[[F], F]:
    """Return the option --at, a day or the last day of a period."""
    return click.option("--at", metavar="DAY", callback=_day, help=help_)
