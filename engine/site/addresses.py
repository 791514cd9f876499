"""Where each page lies, seen from the root of its language.

The organization's language has the root of the site, the other one the folder with its code. A page knows
how deep it lies, so that all its links are relative: they hold in any folder and on any server.
"""

from __future__ import annotations

import re

from engine.language import LANGUAGES, Language

HOME = "index.html"
MAP = "map.html"
PROBLEMS = "problems.html"
LISTS = {"division": "divisions.html", "source": "sources.html", "regulation": "regulations.html"}
FOLDERS = {
    "indicator": "indicators",
    "division": "divisions",
    "source": "sources",
    "regulation": "regulations",
}
DATA = "data"
ASSETS = "assets"
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
)
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")


def address(kind: str, name: str) -> str:
    """Return where the page of an indicator, division, source or regulation lies.

    Raises ValueError for a *name* that is no id: no name may lead out of the site.
    """
    return f"{FOLDERS[kind]}/{_file(name)}.html"


def objective(name: str) -> str:
    """Return where an objective stands on the first page."""
    return f"{HOME}#objective-{_checked(name)}"


def download(name: str, form: str) -> str:
    """Return where the figures of an indicator lie, as ``json`` or ``csv``."""
    return f"{DATA}/indicators/{_file(name)}.{form}"


def up(path: str) -> str:
    """Return the way from a page to the root that its path begins from."""
    return "../" * path.count("/")


def inside(language: Language, main: Language) -> str:
    """Return the folder of a language, empty for the main one."""
    return "" if language == main else f"{language}/"


def other(language: Language) -> Language:
    """Return the other language."""
    return next(one for one in LANGUAGES if one != language)


def _file(name: str) -> str:
    """Return the first part of a file's name; no id ends as those of names that Windows keeps for devices."""
    return f"{_checked(name)}-" if name in _DEVICES else _checked(name)


def _checked(name: str) -> str:
    if _ID.fullmatch(name) is None:
        raise ValueError(f"no id: {name!r}")
    return name
