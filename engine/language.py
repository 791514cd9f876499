"""Say each sentence in another language; a catalogue is read when it is first asked for.

English stands in the source. Other languages are gettext catalogues below ``locale``: the ``.po`` file is
written by people, its ``.mo`` form is made from it when iku is built or set up (``hatch_build.py``), and is
what is read. A language is always passed, never set: two threads may speak two languages.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gettext import NullTranslations

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
CATALOGUES = Path(__file__).parent / "locale"
_MOST_READ = 100_000
_KEY = re.compile(r"^language:\s*[\"']?(id|en)\b", re.MULTILINE)


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


def language_of(folder: Path) -> Language | None:
    """Return the language of the organization whose definitions lie in *folder*, None if that can't be told.

    Only this one line is looked for: what is wrong with the files is to be said in that language.
    """
    try:
        with (folder / "organization.yaml").open(encoding="utf-8", errors="replace") as file:
            found = _KEY.search(file.read(_MOST_READ))
    except OSError:
        return None
    return None if found is None else language_named(found[1])


def language_named(word: str | None) -> Language | None:
    """Return the language that *word* is the code of, None if there is none."""
    return next((language for language in LANGUAGES if language == word), None)


@cache
def _catalogue(language: str) -> NullTranslations:
    import gettext

    return gettext.translation("iku", CATALOGUES, [language], fallback=True)
