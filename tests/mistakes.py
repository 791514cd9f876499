"""The small catalogue in which mistakes are made, and how a mistake is written down.

A case is a file of `cases/mistakes`: which file of the catalogue, what stood there, what stands there
now, and the whole answer. ``pytest --update`` writes the answers anew; read the difference with care.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.problems import Problem, say

FOLDER = Path(__file__).parent / "cases" / "mistakes"
BASE = FOLDER / "base"


@dataclass(frozen=True)
class Mistake:
    """One mistake: in *file*, *was* became *became*; the engine says *says*."""

    path: Path
    file: str
    was: str
    became: str
    says: str

    @property
    def name(self) -> str:
        """What the case is called."""
        return self.path.stem


def read(path: Path) -> Mistake:
    """Return the case written in *path*."""
    text = path.read_text(encoding="utf-8")
    file, rest = text.removeprefix("file: ").split("\n--- was\n", 1)
    was, rest = rest.split("\n--- became\n", 1)
    became, says = rest.split("\n--- says\n", 1)
    return Mistake(path, file.strip(), was, became, says.rstrip("\n"))


def written(mistake: Mistake, says: str) -> str:
    """Return the text of a case with another answer."""
    return f"file: {mistake.file}\n--- was\n{mistake.was}\n--- became\n{mistake.became}\n--- says\n{says}\n"


def made(mistake: Mistake, folder: Path) -> Path:
    """Write the catalogue with the mistake into *folder* and return it."""
    for source in sorted(BASE.rglob("*")):
        if source.is_file():
            target = folder / source.relative_to(BASE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    target = folder / mistake.file
    if mistake.became == "(no such file)":
        target.unlink()
        return folder
    text = target.read_text(encoding="utf-8")
    assert text.count(mistake.was) == 1, f"{mistake.name}: what stood there is not there once"
    target.write_text(text.replace(mistake.was, mistake.became), encoding="utf-8")
    return folder


def answer(problems: tuple[Problem, ...], folder: Path, language: str = "en") -> str:
    """Return problems as an analyst reads them: place, code, sentence, hint, other places."""
    hint = say("hint:").text(language)
    lines: list[str] = []
    for problem in problems:
        lines.append(problem.text(language))
        if problem.hint is not None:
            lines.append(f"  {hint} {problem.hint.text(language)}")
        lines.extend(f"  {related.text(language)}" for related in problem.related)
    return "\n".join(lines).replace(f"{folder}/", "")
