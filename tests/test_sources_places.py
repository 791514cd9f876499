"""Where files lie: below the data folder, regular, within limits (S1, S2, D1)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import polars
import pytest
from sourcing import PERIOD, Measured, column, read, read_text, said, source

from engine import sources
from engine.sources import places

X = source(column("x", "number"))


def read_declared(file: str, root: Path, **options):
    return sources.read(replace(X, file=file), PERIOD, root, sources={}, **options)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x.csv",
        "data/../../x.csv",
        "data/./x.csv",
        "http://example.org/x.csv",
        "file:///etc/passwd",
        "s3://bucket/x.parquet",
        "C:/x.csv",
        "data\\x.csv",
        "~/x.csv",
        "$HOME/x.csv",
        "%HOME%/x.csv",
        "data/*/x.csv",
        "data/*.csv",
        "*/x.parquet",
        "data/x?.csv",
        "data/[ab].csv",
        ".hidden/x.csv",
        "data/.x.csv",
        "data/x.csv ",
        "data/x.csv.",
        "data//x.csv",
        "",
        "data/x\0.csv",
        "data/x\u202e.csv",
        "data/{other}/x.csv",
        "-x.csv",
    ],
)
def test_a_declared_path_is_a_plain_one_below_the_data_folder(tmp_path, path):
    answer = said(lambda: read_declared(path, tmp_path))
    assert answer.split(": ", 2)[1] == "unsafe-path" or answer.startswith("unsafe-path")
    assert answer.endswith(
        "is not a plain path below the data folder\n"
        "  hint: join names of folders and a file by /; `{period}` and `{year}` may stand in them"
    )


def test_period_and_year_stand_for_the_measured_period(tmp_path):
    folder = tmp_path / "data" / "2021-TW1" / "2021"
    folder.mkdir(parents=True)
    (folder / "Laporan (1).csv").write_text("x\n1\n")
    declared = replace(X, file="data/{period}/{year}/Laporan (1).csv")
    rows = sources.read(declared, Measured("2021-TW1", 2021), tmp_path, sources={})
    assert rows.records() == [{"x": 1.0}]
    content = b"x\n1\n"
    assert rows.files == (
        sources.FileRead("data/2021-TW1/2021/Laporan (1).csv", hashlib.sha256(content).hexdigest(), 4),
    )


def test_a_file_that_is_not_there_is_absent_with_its_path(tmp_path):
    """No exception: the indicators of other sources have their values."""
    rows = read_declared("data/{period}/x.csv", tmp_path)
    assert (str(rows.absent), rows.count, rows.files) == ("there is no file data/2021/x.csv", 0, ())


def test_a_link_out_of_the_data_folder_is_refused(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("x\n1\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.csv").write_text("x\n1\n")
    (root / "x.csv").symlink_to(tmp_path / "secret.csv")
    (root / "folder").symlink_to(tmp_path / "elsewhere")
    for file in ("x.csv", "folder/x.csv"):
        assert said(lambda file=file: read_declared(file, root)) == (
            f"{file}: unsafe-path: the file lies outside the data folder"
        )


def test_a_link_within_the_data_folder_is_followed(tmp_path):
    (tmp_path / "real.csv").write_text("x\n1\n")
    (tmp_path / "x.csv").symlink_to(tmp_path / "real.csv")
    rows = read_declared("x.csv", tmp_path)
    assert (rows.count, rows.files[0].path) == (1, "x.csv")


@pytest.mark.parametrize("target", ["x.csv", "nowhere.csv"])
def test_a_link_that_leads_nowhere_is_refused(tmp_path, target):
    (tmp_path / "x.csv").symlink_to(tmp_path / target)
    assert "unreadable-file" in said(lambda: read_declared("x.csv", tmp_path))


def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    expected = "x.csv: unreadable-file: this is a device or pipe, not a file"
    assert said(lambda: read_declared("x.csv", tmp_path)) == expected
    assert said(lambda: read(X, tmp_path / "x.csv")) == expected


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "x.csv").mkdir()
    expected = "x.csv: unreadable-file: this is a folder, not a file"
    assert said(lambda: read_declared("x.csv", tmp_path)) == expected


def test_a_device_given_by_the_caller_is_refused(tmp_path):
    answer = said(lambda: read_declared("x.csv", tmp_path, path=Path("/dev/zero")))
    assert answer == (
        "/dev/zero: file-kind: the file's name has no ending that says of which kind it is\n"
        "  hint: save it as .csv, .xlsx or .parquet"
    )


def test_a_file_given_by_the_caller_may_lie_anywhere(tmp_path):
    (tmp_path / "mine.csv").write_text("x\n1\n")
    rows = read_declared("data/x.csv", tmp_path / "root", path=tmp_path / "mine.csv")
    assert (rows.count, rows.files[0].path) == (1, str(tmp_path / "mine.csv"))


def test_a_file_given_by_the_caller_must_be_there(tmp_path):
    answer = said(lambda: read_declared("x.csv", tmp_path, path=Path("nowhere.csv")))
    assert answer == "nowhere.csv: missing-file: there is no such file"
    (tmp_path / "empty").mkdir()
    answer = said(lambda: read_declared("x.csv", tmp_path, path=tmp_path / "empty"))
    assert answer.endswith("empty: missing-file: there is no Parquet file in this folder")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"x" * 1000)
    answer = said(lambda: places.opened(tmp_path / "x.csv", "x.csv", 999))
    assert answer == "x.csv: file-too-big: the file has more than 0 MiB"
    assert said(lambda: places.fingerprint(tmp_path / "x.csv", "x.csv", 999)) == answer
    with (tmp_path / "sparse.csv").open("wb") as file:
        file.truncate(places.LARGEST_FILE + 1)
    assert said(lambda: read_declared("sparse.csv", tmp_path)) == (
        "sparse.csv: file-too-big: the file has more than 4096 MiB"
    )


def test_of_a_file_that_is_too_large_not_a_byte_is_read(tmp_path, monkeypatch):
    def never(*_: object) -> None:
        raise AssertionError("the file was read")

    (tmp_path / "x.csv").write_bytes(b"x" * 1000)
    monkeypatch.setattr(places.os, "fdopen", never)
    answer = said(lambda: places.opened(tmp_path / "x.csv", "x.csv", 999))
    assert answer == "x.csv: file-too-big: the file has more than 0 MiB"


def test_no_more_is_read_than_allowed_even_if_a_file_grows(tmp_path):
    """The kernel's files say that they are empty, and are not."""
    growing = Path("/proc/version")
    if not growing.exists():
        pytest.skip("this system has no such files")
    answer = said(lambda: places.opened(growing, "version", 5))
    assert answer == "version: file-too-big: the file has more than 0 MiB"
    assert said(lambda: places.fingerprint(growing, "version", 5)) == answer


@pytest.mark.parametrize("file", ["x-*.parquet", "data/{period}/x-*.parquet"])
def test_a_glob_names_parquet_files_in_one_folder(tmp_path, file):
    folder = tmp_path / file.replace("{period}", "2021").rpartition("/")[0]
    folder.mkdir(parents=True, exist_ok=True)
    for number in (2, 1):
        polars.DataFrame({"x": [float(number)]}).write_parquet(folder / f"x-{number}.parquet")
    polars.DataFrame({"x": [9.0]}).write_parquet(folder / "y.parquet")
    rows = read_declared(file, tmp_path)
    assert rows.records() == [{"x": 1.0}, {"x": 2.0}]
    assert rows.files[0].path == file.replace("{period}", "2021").replace("*", "1")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("x.xls", "files that end in `.xls` can't be read"),
        ("x.xlsx.gz", "files that end in `.xlsx.gz` can't be read"),
        ("x", "the file's name has no ending that says of which kind it is"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, name, what):
    assert said(lambda: read_text(X, tmp_path, "x\n1\n", name)) == (
        f"{name}: file-kind: {what}\n  hint: save it as .csv, .xlsx or .parquet"
    )


def test_a_file_without_permission_says_so(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    (tmp_path / "x.csv").write_text("x\n1\n")
    (tmp_path / "x.csv").chmod(0)
    assert said(lambda: read_declared("x.csv", tmp_path)) == (
        "x.csv: unreadable-file: the file can't be opened: Permission denied"
    )
