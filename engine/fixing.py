"""Apply the fixes that are safe to the files of a catalogue; leave every other byte alone.

Changes are tried in memory first: a fix that would leave its file unreadable, or an error where it
changed something, is not made. A file is written under another name and renamed, or not at all.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from engine import judging, reading
from engine.document import read
from engine.problems import Edit, Fix, Message, Problem, errors_in, say
from engine.text import Place, Text

MOST_ROUNDS = 10
"""A fix may bring to light what was hidden behind a mistake; more than this nobody waits for."""


@dataclass(frozen=True)
class Change:
    """A fix with the problem that it mends; `against` says why it was not made, if it was not."""

    problem: Problem
    fix: Fix
    against: Message | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What stays the same of a change while edits elsewhere move it."""
        place = self.problem.place
        written = place.written if isinstance(place, Place) else ""
        return _path(self), self.problem.code, written, tuple(edit.text for edit in self.fix.edits)


@dataclass(frozen=True)
class Fixed:
    """What was changed in each file, and what was not and why; files by the name that people see."""

    made: Mapping[str, Sequence[Change]]
    unmade: Sequence[Change]
    unwritten: Mapping[str, Message]


def safe_fix(problem: Problem) -> Fix | None:
    """Return the fix of *problem* that can be made without asking, if there is one."""
    return next((fix for fix in problem.fixes if fix.safe), None)


def applied(content: str, edits: Iterable[Edit]) -> str:
    """Return *content* with *edits* made, which do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.place.start, reverse=True):
        content = content[: edit.place.start] + edit.text + content[edit.place.end :]
    return content


def fix(root: Path, only: Sequence[Path] | None = None) -> Fixed:
    """Make all safe fixes in the files of the catalogue in *root*, and return what was done.

    With *only*, real paths of files and folders, the others stay as they are.
    """
    before = {name: text for name, text in reading.read_files(root)[0].items() if text is not None}
    free = {text.path for relative, text in before.items() if _among(root / relative, only)}
    trial = _Trial(root, {text.path: text.content for text in before.values()}, list(before), free)
    made, unmade = trial.run()
    unwritten: dict[str, Message] = {}
    for relative, text in before.items():
        if trial.texts[text.path] != text.content:
            refused = _written(root, relative, text.content, trial.texts[text.path])
            if refused is not None:
                unwritten[text.path] = refused
                del made[text.path]
    return Fixed(made, unmade, unwritten)


def _among(path: Path, only: Sequence[Path] | None) -> bool:
    real = path.resolve()
    return only is None or any(real == one or one in real.parents for one in only)


class _Trial:
    """The texts of a catalogue, by the name that people see, changed round by round."""

    def __init__(self, root: Path, texts: dict[str, str], relative: list[str], free: Set[str]) -> None:
        self.root = root
        self.texts = texts
        self.free = free
        self.relative = dict(zip(texts, relative, strict=True))

    def run(self) -> tuple[dict[str, list[Change]], list[Change]]:
        made: dict[str, list[Change]] = {}
        unmade: dict[tuple[object, ...], Change] = {}
        problems = self.problems(self.texts)
        for _ in range(MOST_ROUNDS):
            chosen = _chosen(problems, self.free, unmade)
            if not chosen:
                break
            after = {
                path: applied(self.texts[path], (edit for change in changes for edit in change.fix.edits))
                for path, changes in chosen.items()
            }
            found = self.problems({**self.texts, **after})
            wrong = [
                refused
                for path, changes in chosen.items()
                for refused in _against(changes, self.texts[path], after[path], problems, found)
            ]
            if wrong:
                unmade |= {change.key: change for change in wrong}
                continue
            self.texts, problems = {**self.texts, **after}, found
            for path, changes in chosen.items():
                made.setdefault(path, []).extend(changes)
        return made, list(unmade.values())

    def problems(self, texts: Mapping[str, str]) -> Sequence[Problem]:
        named = {self.relative[path]: content for path, content in texts.items()}
        return judging.judge(reading.read_parts_of(self.root, named))


def _chosen(
    problems: Iterable[Problem], free: Set[str], unmade: Mapping[tuple[object, ...], Change]
) -> dict[str, list[Change]]:
    """Return the safe fixes that can be made together, by file; of two that overlap, the first."""
    chosen: dict[str, list[Change]] = {}
    for problem in problems:
        safe = safe_fix(problem)
        if safe is None:
            continue
        change = Change(problem, safe)
        path = _path(change)
        taken = [edit for other in chosen.get(path, ()) for edit in other.fix.edits]
        if path in free and change.key not in unmade and not _overlap(safe.edits, taken):
            chosen.setdefault(path, []).append(change)
    return chosen


def _overlap(edits: Iterable[Edit], taken: Sequence[Edit]) -> bool:
    return any(
        edit.place.start <= other.place.end and other.place.start <= edit.place.end
        for edit in edits
        for other in taken
    )


def _against(
    changes: Sequence[Change],
    before: str,
    after: str,
    before_them: Iterable[Problem],
    found: Iterable[Problem],
) -> list[Change]:
    """Return those of *changes* of one file that must not be made, each with what speaks against it."""
    path = _path(changes[0])
    known = {(problem.code, str(problem.message)) for problem in before_them if _at(problem) == path}
    errors = [
        problem
        for problem in errors_in(found)
        if _at(problem) == path and (problem.code, str(problem.message)) not in known
    ]
    spans = {change.key: _spans(change, changes) for change in changes}
    refused = []
    for change in changes:
        for problem in errors:
            assert isinstance(problem.place, Place), "its path is known"
            start, end = problem.place.start, max(problem.place.end, problem.place.start + 1)
            if any(start < last and first < end for first, last in spans[change.key]):
                refused.append(Change(change.problem, change.fix, problem.message))
                break
    if not refused and _stop(after) is not None and (_stop(before) is None or not _further(spans, after)):
        why = say("the file could not be read then")
        refused = [Change(change.problem, change.fix, why) for change in changes]
    return refused


def _spans(change: Change, changes: Sequence[Change]) -> list[tuple[int, int]]:
    """Return where the texts that *change* writes stand once all *changes* are made."""
    spans = []
    edits = [edit for other in changes for edit in other.fix.edits]
    for edit in change.fix.edits:
        moved = sum(
            len(other.text) - (other.place.end - other.place.start)
            for other in edits
            if other.place.start < edit.place.start
        )
        start = edit.place.start + moved
        spans.append((start, start + len(edit.text)))
    return spans


def _stop(content: str) -> int | None:
    """Return where YAML cannot be read further, None if it can be read to its end."""
    document, problems = read(Text("", content))
    if document is not None:
        return None
    place = problems[-1].place
    return place.start if isinstance(place, Place) else 0


def _further(spans: Mapping[tuple[object, ...], Sequence[tuple[int, int]]], content: str) -> bool:
    """Return whether YAML can now be read beyond all that was changed."""
    stop = _stop(content)
    return stop is None or all(last < stop for changed in spans.values() for _, last in changed)


def _path(change: Change) -> str:
    return change.fix.edits[0].place.path


def _at(problem: Problem) -> str | None:
    return problem.place.path if isinstance(problem.place, Place) else None


# ── files ──


def _written(root: Path, relative: str, before: str, after: str) -> Message | None:
    """Put *after* in the place of *before* in a file, or return why it was left as it is."""
    path = root / relative
    try:
        real = path.resolve(strict=True)
        if path.is_symlink() or not real.is_relative_to(root.resolve()):
            return say("the file is a link")
        data = real.read_bytes()
        mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        if data != mark + before.encode():
            return say("the file was changed by somebody else meanwhile")
        _replace(real, mark + after.encode())
    except OSError as failure:
        return say("the file cannot be written: {reason}", reason=failure.strerror)
    return None


def _replace(path: Path, data: bytes) -> None:
    """Write *data* under another name with the permissions of *path*; give it that name when it is whole."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with partial.open("xb") as file:
        try:
            os.chmod(partial, stat.S_IMODE(path.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            partial.unlink()
            raise
