"""Disks fail: whichever open, read, write, rename or listing it is, it is told or the result is whole."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mistakes import BASE

import cli

WORDS = {
    "validate": ["validate", "definitions"],
    "validate with a cache": ["validate", "definitions", "--cache", "kept"],
    "evaluate": ["-C", "definitions", "evaluate", "--period", "2021", "--output", "results.csv"],
    "evaluate again": ["-C", "definitions", "evaluate", "--period", "2021", "-o", "old.json", "--force"],
    "explain": ["-C", "definitions", "explain", "mutu", "--period", "2021", "--format", "json"],
    "fix": ["validate", "mended", "--fix"],
}
MISTAKE = ("  nilai: {type: number", "  nilai:  {type: number, unit: no")


class Disk:
    """Counts what is asked of the files below a folder, and fails at the n-th time."""

    def __init__(self, folder: Path, kind: str, number: int) -> None:
        self.folder, self.kind, self.left, self.reached = str(folder), kind, number, False

    def hit(self, kind: str, path: object) -> None:
        """Fail if this is the time to fail."""
        if kind != self.kind or not self.below(path):
            return
        self.left -= 1
        if self.left == 0:
            self.reached = True
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def below(self, path: object) -> bool:
        """Return whether a path, or the file of a descriptor, lies below the folder."""
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        return isinstance(path, (str, os.PathLike)) and os.path.abspath(path).startswith(self.folder)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand between the program and the system."""
        real_open, real_io = os.open, io.open

        def opened(path: Any, *rest: Any, **named: Any) -> int:
            self.hit("open", path)
            return real_open(path, *rest, **named)

        def file_of(path: Any, *rest: Any, **named: Any) -> Any:
            if not isinstance(path, int):
                self.hit("open", path)
            file = real_io(path, *rest, **named)
            return _File(self, path, file) if self.below(path) else file

        def before(kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
            def call(path: Any = ".", *rest: Any, **named: Any) -> Any:
                self.hit(kind, path)
                return function(path, *rest, **named)

            return call

        patch.setattr(os, "open", opened)
        patch.setattr(io, "open", file_of)
        patch.setattr(os, "fdopen", file_of)
        patch.setattr("builtins.open", file_of)
        for name in ("replace", "rename"):
            patch.setattr(os, name, before("rename", getattr(os, name)))
        for name in ("scandir", "listdir"):
            patch.setattr(os, name, before("list", getattr(os, name)))
        patch.setattr(os, "fsync", before("write", os.fsync))
        patch.setattr(os, "dup2", lambda *_: None)  # the streams of pytest stay as they are


class _File:
    """A file whose reads and writes may fail."""

    def __init__(self, disk: Disk, path: Any, file: Any) -> None:
        self._disk, self._path, self._file = disk, path, file

    def __getattr__(self, name: str) -> Any:
        if name in ("read", "readline", "readlines", "readinto", "__next__"):
            self._disk.hit("read", self._path)
        if name in ("write", "writelines", "flush"):
            self._disk.hit("write", self._path)
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Any:
        self._disk.hit("read", self._path)
        return iter(self._file)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The catalogue of mistakes, once without and once with one, and a file of earlier results."""
    shutil.copytree(BASE, tmp_path / "definitions")
    shutil.copytree(BASE, tmp_path / "mended")
    (tmp_path / "mended" / "indicators" / "mutu.yaml").write_text(
        (BASE / "indicators" / "mutu.yaml").read_text(encoding="utf-8").replace("title: M", "title:\tM"),
        encoding="utf-8",
    )
    (tmp_path / "old.json").write_text("old", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder but those of the cache, which may go and come."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "kept" not in path.parts
    }


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors have no names here")
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
@pytest.mark.parametrize("kind", ["open", "read", "write", "rename", "list"])
def test_each_failure_of_the_disk_is_told_and_leaves_no_half_written_file(folder, capsys, words, kind):
    """Exit 0 with the whole result, or 1 or 3 with a sentence; every file is as before or whole."""
    before = contents(folder)
    assert cli.main(words) == 0, capsys.readouterr()
    whole = contents(folder)
    shutil.rmtree(folder / "kept", ignore_errors=True)
    for number in range(1, 200):
        for name in {*whole, *contents(folder)}:
            (folder / name).unlink(missing_ok=True)
        for name, content in before.items():
            (folder / name).write_bytes(content)
        disk = Disk(folder, kind, number)
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            disk.install(patch)
            code = cli.main(words)
        told = capsys.readouterr()
        if not disk.reached:
            break
        assert code in (0, 1, 3), (number, code, told)
        assert "Traceback" not in told.err + told.out
        assert code == 0 or told.err + told.out, f"{number} ended with {code} without a word"
        after = contents(folder)
        for name in {*before, *after}:
            assert after.get(name) in (before.get(name), whole.get(name)), (number, name)
        assert code != 0 or after == whole, (number, "a file is missing, and nobody was told")
    else:
        raise AssertionError("there is no end of failures")
    assert code == 0
