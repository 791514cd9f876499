"""Verbs whose help speaks the language asked for, each loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import click

from engine.commands.session import Session
from engine.commands.speaking import in_language, let_click_speak
from engine.problems import Message


def _help(command: click.Command, ctx: click.Context) -> str:
    """Return the help of a command, in English unless another language is asked for."""
    language = ctx.ensure_object(Session).lang or "en"
    let_click_speak(language)
    formatter = ctx.make_formatter()
    in_language(command, language).format_help(ctx, formatter)
    return formatter.getvalue().rstrip("\n")


class Verb(click.Command):
    """A verb whose help speaks the language asked for."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text."""
        return _help(self, ctx)


class Verbs(click.Group):
    """Verbs of one noun, such as `iku data check` and `iku data template`."""

    command_class = Verb

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text."""
        return _help(self, ctx)


class Program(Verbs):
    """All verbs, by section in the order in which one meets them; `sections` is given once, by `main`.

    The verb NAME is `command` in the module engine.commands.NAME, which is loaded when the verb is asked for.
    """

    sections: Sequence[tuple[Message, Sequence[str]]] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the verbs."""
        return [verb for _, verbs in self.sections for verb in verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb, None for a word that is none."""
        if cmd_name not in self.commands and cmd_name in self.list_commands(ctx):
            self.add_command(import_module(f"engine.commands.{cmd_name}").command)
        return self.commands.get(cmd_name)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, which needs all verbs."""
        self.load(ctx)
        return super().get_help(ctx)

    def load(self, ctx: click.Context) -> None:
        """Load every verb, so that `commands` holds them all."""
        for verb in self.list_commands(ctx):
            self.get_command(ctx, verb)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs by section."""
        for section, verbs in self.sections:
            with formatter.section(section.text(ctx.ensure_object(Session).lang or "en")):
                formatter.write_dl([(verb, self.commands[verb].get_short_help_str(70)) for verb in verbs])
