"""Make the catalogues of translations readable for gettext: each ``.po`` file gets its ``.mo`` beside it.

Runs whenever a wheel is built and whenever iku is installed, from a checkout in place too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling calls before it collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the ``.mo`` files beside their sources, and have them packed though git ignores them."""
        for source in Path(self.root, "engine", "locale").rglob("*.po"):
            language = source.parent.parent.name
            with source.open("rb") as read, source.with_suffix(".mo").open("wb") as written:
                write_mo(written, read_po(read, locale=language))
        build_data["artifacts"].append("engine/locale/**/*.mo")
