"""Write into a folder that is empty or ours, and nothing else.

A manifest marks the folder and names our files. Files of an earlier site that are no longer part of it are
removed, those of others never. The manifest is written first, with what was and what will be, so that a site
whose writing was interrupted is still known as ours.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from engine.problems import InvalidRequest, Message, error, say
from engine.site.build import File, Site

MANIFEST = "iku-site.json"
_OURS = re.compile(r"(?:[a-z0-9_-]+/){0,3}[a-z0-9_-]+\.(?:html|css|js|json|csv|svg)")
"""What a path of ours looks like: a manifest that names anything else is not trusted with removing it."""
_LARGEST = 50_000_000


def check(folder: Path, site: Site, *, force: bool) -> None:
    """Raise InvalidRequest if *site* can't be written into *folder* without touching what is not ours.

    With *force* a folder that holds other things is taken, and files of the names of ours are overwritten.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise _refused(say("`{path}` is no folder", path=folder))
    before = known(folder)
    if before is None and folder.is_dir() and any(folder.iterdir()) and not force:
        raise _refused(
            say("`{path}` holds other files, not a site of iku", path=folder),
            say("choose an empty folder, or write into this one with --force"),
        )
    for file in site.files:
        path = folder / file.path
        for parent in list(path.relative_to(folder).parents)[:-1]:
            if os.path.lexists(folder / parent) and (
                (folder / parent).is_symlink() or not (folder / parent).is_dir()
            ):
                raise _refused(say("`{path}` is no ordinary folder", path=folder / parent))
        if not os.path.lexists(path):
            continue
        if path.is_symlink() or not path.is_file():
            raise _refused(say("`{path}` is not an ordinary file", path=str(path)))
        if file.path not in (before or ()) and not force:
            raise _refused(
                say("`{path}` is there already and not part of the earlier site", path=path),
                say("move it away, or overwrite it with --force"),
            )


def write(folder: Path, site: Site, *, force: bool) -> int:
    """Write *site* into *folder* and return how many files changed; what vanished from it is removed.

    Each file is written under another name and renamed; one with the same bytes is left alone. Raises
    InvalidRequest as `check` does, OSError if something can't be written.
    """
    check(folder, site, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    before = known(folder) or frozenset()
    paths = [file.path for file in site.files]
    _put(folder / MANIFEST, _manifest({*before, *paths}))
    for parent in {folder / file.path for file in site.files}:
        parent.parent.mkdir(parents=True, exist_ok=True)
    changed = sum(_put(folder / file.path, file.make()) for file in site.files)
    changed += _remove(folder, sorted(before.difference(paths)))
    _put(folder / MANIFEST, _manifest(paths))
    return changed


def known(folder: Path) -> frozenset[str] | None:
    """Return the files that an earlier site of ours has in *folder*; None where there is none."""
    manifest = folder / MANIFEST
    if manifest.is_symlink() or not manifest.is_file() or manifest.stat().st_size > _LARGEST:
        return None
    try:
        found = json.loads(manifest.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("made_by") != "iku site":
        return None
    files = found.get("files")
    if not isinstance(files, list):
        return None
    return frozenset(path for path in files if isinstance(path, str) and _OURS.fullmatch(path))


def _manifest(paths: Iterable[str]) -> bytes:
    document = {"made_by": "iku site", "files": sorted(paths)}
    return (json.dumps(document, indent=0) + "\n").encode()


def _put(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all; return whether that changed anything."""
    with suppress(OSError):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return True


def _remove(folder: Path, paths: Sequence[str]) -> int:
    """Remove files that were ours, and folders that are empty after it; return how many files."""
    count = 0
    for name in paths:
        path = folder / name
        parents = list(path.relative_to(folder).parents)[:-1]
        if any((folder / parent).is_symlink() for parent in parents) or not path.is_file():
            continue
        path.unlink()
        count += 1
        for parent in parents:
            with suppress(OSError):
                (folder / parent).rmdir()
    return count


def _refused(message: Message, hint: Message | None = None) -> InvalidRequest:
    return InvalidRequest(error("output-file", None, message, hint))


__all__ = ["File", "Site", "check", "known", "write"]
