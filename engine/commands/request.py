"""From the options of a verb to what is computed, from which data."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.session import Refused, Session
from engine.problems import say

if TYPE_CHECKING:
    from engine.api import Catalogue
    from engine.definition import Value


@dataclass(frozen=True)
class Request:
    """What to compute, from which data: the arguments of the API that evaluate and explain share."""

    period: str
    options: Mapping[str, Any]


def requested(
    session: Session, catalogue: Catalogue, period: str | None, data: Sequence[str],
    settings: Sequence[str], by: str | None, keep_going: bool,
) -> Request:  # fmt: skip
    """Return the request that the options make; raises UsageError for what can't be read."""
    folder, files = _data(data)
    root = folder or catalogue.definitions.root
    session.data_folder = root
    if period is None and files:
        raise Refused(say("say which --period the files are of"))
    first_parts = {(source.file or "").split("/")[0] for source in catalogue.definitions.sources.values()}
    if folder is not None and folder.resolve().name in first_parts and not catalogue.latest_year(folder):
        holds = Path(os.path.relpath(folder.resolve().parent))
        raise Refused(
            say("--data {folder}: name the folder that holds it, --data {holds}", folder=folder, holds=holds)
        )
    period = period or catalogue.latest_year(root)
    if period is None:
        raise Refused(
            say("there are no data in {path}; say which --period, and where its --data lie", path=root)
        )
    options: dict[str, Any] = {"by": by, "parameters": _settings(settings), "keep_going": keep_going}
    options |= {"data": files, "folder": root} if files else {"data": root}
    return Request(period, options)


def has_files(data: Sequence[str]) -> bool:
    """Return whether --data names the file of a single source."""
    return bool(_data(data)[1])


def selected(session: Session, catalogue: Catalogue, words: Sequence[str]) -> tuple[str, ...]:
    """Return the indicators that *words* choose; say it where changes reach none."""
    found = catalogue.select(words)
    if not found:
        session.note(say("nothing is chosen: what changed reaches no indicator"))
    return found


def _data(words: Sequence[str]) -> tuple[Path | None, dict[str, str]]:
    """Return the folder and the files that --data names."""
    folder: Path | None = None
    files: dict[str, str] = {}
    for word in words:
        source, given, path = word.partition("=")
        if Path(word).is_dir():
            folder = Path(word)
        elif not given:
            raise Refused(
                say("--data {word}: no such folder; for one source write SOURCE=FILE", word=Path(word))
            )
        elif not Path(path).exists():
            raise Refused(say("--data {word}: there is no file {path}", word=Path(word), path=Path(path)))
        else:
            files[source] = path
    return folder, files


def _settings(words: Sequence[str]) -> dict[str, Value]:
    """Return the parameters that --set gives another value."""
    found: dict[str, Value] = {}
    for word in words:
        name, given, text = (part.strip() for part in word.partition("="))
        if not name or not given or not text:
            raise Refused(say("--set {word}: write NAME=VALUE", word=word))
        if re.fullmatch(r"-?\d+,\d+", text):
            plain = text.replace(",", ".")
            raise Refused(
                say("--set {word}: write the decimals behind a dot: {plain}", word=word, plain=plain)
            )
        found[name] = _value(text)
    return found


def _value(text: str) -> Value:
    """Return the number, fraction, truth or word that *text* is."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text):
        return float(text)
    fraction = re.fullmatch(r"(-?\d{1,15})/(\d{1,15})", text)
    if fraction is not None and int(fraction[2]):
        return int(fraction[1]) / int(fraction[2])
    return text
