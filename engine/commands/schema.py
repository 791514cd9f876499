"""`iku schema`: the JSON Schema of a kind of file, and settings for editors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from engine.commands.options import common
from engine.commands.session import FINE, Refused, Session, no_such
from engine.commands.verbs import Verb
from engine.problems import say


@click.command("schema", cls=Verb)
@click.argument("name", required=False)
@click.option("--vscode", is_flag=True, help="Write settings for VS Code into .vscode here.")
@click.option("--force", is_flag=True, help="Replace what stands in .vscode otherwise.")
@common
@click.pass_obj
def command(session: Session, name: str | None, vscode: bool, force: bool) -> int:
    """Print the JSON Schema of a kind of file, or set up an editor.

    Editors and other programs check and complete files with it. Without NAME, list the kinds of file.
    With --vscode, VS Code with its YAML extension (redhat.vscode-yaml) completes keys and words, explains
    them and marks mistakes while one types; run it in the folder that you open there. Settings that are
    there already stay.

    \b
      iku schema
      iku schema indicator > indicator.schema.json
      iku schema --vscode
    """
    from engine.schema import names, schema_text

    if vscode:
        if name is not None:
            raise Refused(say("--vscode is for all kinds of file; leave NAME away"))
        _set_up_vscode(session, force=force)
    elif name is None:
        session.print("".join(f"{kind}\n" for kind in names()))
    elif name in names():
        session.print(schema_text(name))
    else:
        raise no_such(say("there is no schema {name}", name=name), name, names())
    return FINE


def _set_up_vscode(session: Session, *, force: bool) -> None:
    """Write the schemas and the settings that name them; nothing where one of them can't be written."""
    from engine.report.export import write_file
    from engine.report.vscode import schema_files, settings

    folder = session.folder()
    if folder is None:
        raise Refused(say("there are no definitions here or above; name their folder with -C"))
    catalogue = Path(os.path.relpath(folder)).as_posix()
    if catalogue.startswith(".."):
        raise Refused(
            say("run it in the folder that you open in VS Code, one that holds {path}", path=Path(catalogue))
        )
    files = {Path(path): text for path, text in schema_files().items()}
    for path, text in files.items():
        if path.exists() and not force and path.read_text(encoding="utf-8") != text:
            raise Refused(say("{path} is there already and differs; replace it with --force", path=path))
    for path, added in ((Path(name), content) for name, content in settings(catalogue).items()):
        files[path] = _with_settings(path, added, force=force)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_file(path, text, force=True)
            session.note(say("written: {path}", path=path))


def _with_settings(path: Path, added: Mapping[str, Any], *, force: bool) -> str:
    """Return the text of a settings file with what is *added*; refuse one that can't be added to."""
    import json

    from engine.report.vscode import as_text, merged

    if not path.exists():
        return as_text(added)
    text = path.read_text(encoding="utf-8")
    try:
        there = json.loads(text)
        whole = merged(there, added)
    except ValueError:
        if force:
            return as_text(added)
        refusal = say(
            "{path} can't be added to: it has comments, or says something else; add this yourself, or "
            "replace the file with --force:",
            path=path,
        )
        raise Refused(refusal, as_text(added)) from None
    return text if whole == there else as_text(whole)
