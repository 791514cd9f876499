"""Read the files of a catalogue as a git revision holds them, and run nothing that a repository names.

Git is asked for a commit, for the list of its files and for their bytes, never for a checkout: no hook
runs, and no filter. What the environment says of repositories is left out, and what a repository's own
settings could start is switched off. A revision is handed over as a name, never as an option.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from engine.document import MAX_BYTES
from engine.problems import InvalidRequest, Message, error, say

SECONDS = 60
"""How long git may take for one answer."""
MOST_FILES = 20_000
"""Files of a catalogue in a revision."""
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=" + os.devnull,
    "protocol.allow=never",
)
"""Settings of a repository that could start programs, switched off."""
_NAME = re.compile(r"[^\x00-\x20\x7f-\x9f]{1,200}\Z")


def is_revision(folder: Path, name: str) -> bool:
    """Return whether the repository that *folder* lies in has a commit that is called *name*."""
    try:
        commit_of(folder, name)
    except InvalidRequest:
        return False
    return True


def commit_of(folder: Path, name: str) -> str:
    """Return the full id of the commit that is called *name*; raises InvalidRequest if there is none."""
    if name.startswith("-") or not _NAME.match(name):
        raise _refused(
            say("`{name}` can't be a revision", name=name),
            say("write a branch, a tag or a commit, such as `main`, `v1.2` or `HEAD~1`"),
        )
    found = _ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    commit = found.stdout.decode("ascii", "replace").strip()
    if found.returncode or not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        _check_repository(folder)
        raise _refused(
            say("there is no revision `{name}`", name=name),
            say(
                "write a branch, a tag or a commit that this repository has; "
                "a checkout that was cut short may lack it"
            ),
        )
    return commit


def files_of(folder: Path, name: str) -> dict[str, bytes]:
    """Return the YAML files below *folder* as the revision *name* has them, by their path in it.

    Links are left out, as links that lead elsewhere are refused in a folder. Raises InvalidRequest where
    there is no such revision, or no such folder in it.
    """
    commit = commit_of(folder, name)
    prefix = _told(_ask(folder, "rev-parse", "--show-prefix")).rstrip("\n")
    top = Path(_told(_ask(folder, "rev-parse", "--show-toplevel")).rstrip("\n"))
    listing = _ask(top, "ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", prefix or ".")
    found: dict[str, str] = {}
    for line in _told(listing).split("\0"):
        about, _, path = line.partition("\t")
        inside = path.removeprefix(prefix)
        if not about or not inside.endswith((".yaml", ".yml")) or inside.count("/") > 1:
            continue
        mode, _, blob, size = about.split()
        if mode not in ("100644", "100755"):
            continue
        if int(size) > MAX_BYTES:
            raise _refused(
                say("`{path}` in {name} has {size} bytes; {most} are allowed",
                    path=inside, name=name, size=int(size), most=MAX_BYTES)
            )  # fmt: skip
        found[inside] = blob
    if not found:
        raise _refused(say("{name} has no definitions in `{folder}`", name=name, folder=prefix or "."))
    if len(found) > MOST_FILES:
        raise _refused(say("{name} has more than {most} definition files", name=name, most=MOST_FILES))
    return dict(zip(found, _contents(top, list(found.values())), strict=True))


def _contents(top: Path, blobs: list[str]) -> list[bytes]:
    """Return the bytes of blobs, as they are stored."""
    told = _ask(top, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode())
    if told.returncode:
        raise _failed(told)
    found: list[bytes] = []
    rest, position = told.stdout, 0
    for blob in blobs:
        end = rest.index(b"\n", position)
        head = rest[position:end].split()
        if len(head) != 3 or head[0].decode() != blob or head[1] != b"blob":
            raise _refused(
                say("the repository lacks a part of this revision"),
                say("fetch it whole, such as with `git fetch --unshallow`"),
            )
        size = int(head[2])
        found.append(rest[end + 1 : end + 1 + size])
        position = end + 2 + size
    return found


def _check_repository(folder: Path) -> None:
    """Raise InvalidRequest if *folder* lies in no repository that git reads."""
    found = _ask(folder, "rev-parse", "--is-inside-work-tree")
    if found.returncode:
        raise _failed(found)


def _ask(folder: Path, verb: str, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Return what git says, asked in *folder* with nothing of the environment that could lead it away."""
    program = shutil.which("git")
    if program is None:
        raise _refused(
            say("git is not installed, which is needed to read revisions"),
            say("install git, or compare two folders"),
        )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SSH_"))}
    environment = {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_ASKPASS": "",
        "GIT_PAGER": "",
        "LC_ALL": "C",
    }
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        return subprocess.run(
            [program, "--no-pager", "--literal-pathspecs", *settings, verb, *words],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(say("git gave no answer within {seconds} seconds", seconds=SECONDS)) from None
    except OSError as fault:
        raise _refused(
            say("git can't be started: {reason}", reason=fault.strerror or type(fault).__name__)
        ) from None


def _told(answer: subprocess.CompletedProcess[bytes]) -> str:
    """Return the text of an answer; names of files are bytes, and stay what they are."""
    if answer.returncode:
        raise _failed(answer)
    return answer.stdout.decode("utf-8", "surrogateescape")


def _failed(answer: subprocess.CompletedProcess[bytes]) -> InvalidRequest:
    lines = answer.stderr.decode("utf-8", "replace").strip().splitlines()
    told = next((line for line in lines if line.startswith("fatal:")), lines[0] if lines else "")
    if "not a git repository" in told:
        return _refused(
            say("the catalogue lies in no git repository"),
            say("compare two folders, or two days such as 2022 and 2023"),
        )
    if "dubious ownership" in told:
        return _refused(
            say("the repository belongs to somebody else, and git does not read it for that reason"),
            say("if you trust it, say so with `git config --global --add safe.directory FOLDER`"),
        )
    return _refused(say("git refuses: {reason}", reason=told.removeprefix("fatal: ")))


def _refused(message: Message, hint: Message | None = None) -> InvalidRequest:
    return InvalidRequest(error("revision", None, message, hint))
