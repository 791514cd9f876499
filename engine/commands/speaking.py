"""Have click speak the language asked for, in its own sentences and in the help of each verb."""

from __future__ import annotations

import gettext
import inspect
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy

import click

from engine.language import CATALOGUES, Language, language_named, translated


def let_click_speak(language: str) -> None:
    """Have what click itself says translated; click asks gettext, which knows one language a process."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("click", str(CATALOGUES))
    gettext.textdomain("click")


@contextmanager
def as_before() -> Iterator[None]:
    """Leave gettext as it was found."""
    language, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    try:
        yield
    finally:
        gettext.textdomain(domain)
        os.environ.pop("LANGUAGE")
        if language is not None:
            os.environ["LANGUAGE"] = language


def asked_language(arguments: Sequence[str]) -> Language | None:
    """Return what --lang or IKU_LANG says, before click reads the options: it may have to refuse them."""
    asked = re.findall(r"(?:^|\0)--lang[=\0](id|en)(?=\0|$)", "\0".join(arguments))
    return language_named(asked[-1] if asked else os.environ.get("IKU_LANG"))


def paragraphs(help_text: str) -> list[tuple[str, str]]:
    """Return the paragraphs of a help text, each with the mark before it that keeps its lines apart."""
    parts = (part.rpartition("\b\n") for part in inspect.cleandoc(help_text).split("\n\n"))
    return [(before + mark, text if mark else " ".join(text.split())) for before, mark, text in parts]


def in_language(command: click.Command, language: str) -> click.Command:
    """Return a copy of *command* whose help is in *language*."""

    def said(text: str | None) -> str | None:
        if text is None:
            return None
        return "\n\n".join(mark + translated(part, language) for mark, part in paragraphs(text))

    told = copy(command)
    told.help, told._help_option = said(command.help), None
    told.params = [copy(param) for param in command.params]
    for param in told.params:
        if isinstance(param, click.Option):
            param.help = said(param.help)
    if isinstance(told, click.Group):
        told.commands = {name: in_language(verb, language) for name, verb in told.commands.items()}
    return told
