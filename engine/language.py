"""Say each sentence in another language; a catalogue is read when it is first asked for.

English stands in the source. Other languages are gettext catalogues below ``locale``: the ``.po`` file is
written by people, its ``.mo`` form is made from it when iku is built or set up (``hatch_build.py``), and is
what is read. A language is always passed, never set: two threads may speak two languages.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("id", "en")
CATALOGUES = Path(__file__).parent / "locale"


def translated(template: str, language: str) -> str:
    """Return *template* as *language* says it, with the same gaps; itself where no translation is known."""
    return template if language == "en" else _catalogue(language).gettext(template)


def translated_many(one: str, many: str, count: float, language: str) -> str:
    """Return the template that *language* uses of *count* things; English knows *one* and *many*."""
    if language == "en":
        return one if count == 1 else many
    return _catalogue(language).ngettext(one, many, 1 if count == 1 else 2)


def decimal(written: str, language: str) -> str:
    """Return a number, written with a dot, as people of *language* read it."""
    return written.replace(".", ",") if language == "id" else written


@cache
def _catalogue(language: str) -> NullTranslations:
    import gettext

    return gettext.translation("iku", CATALOGUES, [language], fallback=True)
