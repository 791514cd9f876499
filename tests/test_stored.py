"""With a cache folder the answer is the same, whatever became of the files or of the folder in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mistakes import BASE, FOLDER, made, read

import cli
import engine
from engine import reading, stored
from engine.api import Catalogue, check
from engine.definition import Indicator, Source
from engine.document import read as read_yaml
from engine.stored import Store
from engine.text import Place, Text

ROOT = Path(__file__).parent.parent
DEFINITIONS = ROOT / "definitions"
MISTAKES = [read(path) for path in sorted(FOLDER.glob("*.txt"))]


@pytest.fixture
def folder(tmp_path) -> Path:
    shutil.copytree(DEFINITIONS, tmp_path / "definitions", ignore=shutil.ignore_patterns("data"))
    return tmp_path / "definitions"


@pytest.fixture
def texts_read(monkeypatch) -> list[str]:
    """Return the names of the files that are read as YAML from now on."""
    names: list[str] = []

    def noted(text: Text):
        names.append(Path(text.path).name)
        return read_yaml(text)

    monkeypatch.setattr(reading, "read", noted)
    return names


def output(folder: Path, capsys, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["validate", str(folder), *arguments])
    return code, *capsys.readouterr()


def same_with_and_without(folder: Path, cache: Path, capsys) -> str:
    """Validate without a cache, with one as it is, and with one as it is then; return what is said."""
    plain = output(folder, capsys)
    assert output(folder, capsys, "--cache", str(cache)) == plain
    assert output(folder, capsys, "--cache", str(cache)) == plain
    return plain[1]


def entries(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_what_is_kept_is_what_was_read(folder, tmp_path):
    """Every part of every definition comes back as it was: values, places, formulas."""
    cold, _ = check(folder)
    check(folder, tmp_path / "cache")
    warm, _ = check(folder, tmp_path / "cache")
    assert cold is not None
    assert warm is not None
    assert warm.sources == cold.sources
    assert warm.indicators == cold.indicators
    assert all(outcome.passed for outcome in Catalogue(warm).test())


def test_only_changed_files_are_read_again(folder, tmp_path, texts_read):
    engine.validate(folder, tmp_path / "cache")
    texts_read.clear()
    path = folder / "indicators" / "sistem_merit.yaml"
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    engine.validate(folder, tmp_path / "cache")
    assert texts_read == ["organization.yaml", "regulations.yaml", "sistem_merit.yaml", "diklat_24_jp.yaml"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_in_the_same_words(mistake, tmp_path, capsys):
    """The cache knows the catalogue without the mistake, then with it."""
    folder, cache = tmp_path / "katalog", tmp_path / "cache"
    shutil.copytree(BASE, folder)
    output(folder, capsys, "--cache", str(cache))
    shutil.rmtree(folder)
    same_with_and_without(made(mistake, folder), cache, capsys)


def changed_column(folder: Path) -> None:
    """A source no longer has what an indicator that stays as it is uses."""
    path = folder / "sources" / "pegawai.yaml"
    path.write_text(path.read_text("utf-8").replace("  jabatan:", "  jabatan_kini:"), "utf-8")


def changed_type(folder: Path) -> None:
    """The rows of worked examples are read as what the columns say."""
    path = folder / "sources" / "pegawai.yaml"
    path.write_text(path.read_text("utf-8").replace("type: boolean", "type: text"), "utf-8")


def changed_organization(folder: Path) -> None:
    path = folder / "organization.yaml"
    path.write_text(path.read_text("utf-8").replace("  pembinaan_asn:", "  pembina_asn:"), "utf-8")


def changed_language(folder: Path) -> None:
    path = folder / "organization.yaml"
    path.write_text(path.read_text("utf-8").replace("language: id", "language: en"), "utf-8")


def changed_regulations(folder: Path) -> None:
    path = folder / "regulations.yaml"
    path.write_text(path.read_text("utf-8").replace("  kasn_9_2019:", "  kasn_9_2018:"), "utf-8")


def removed_file(folder: Path) -> None:
    (folder / "sources" / "pelatihan.yaml").unlink()


def broken_file(folder: Path) -> None:
    (folder / "indicators" / "skm.yaml").write_text("indicator: [", "utf-8")


CHANGES = [changed_column, changed_type, changed_organization, changed_language, changed_regulations]
CHANGES += [removed_file, broken_file]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_elsewhere_is_seen(change, folder, tmp_path, capsys):
    cache = tmp_path / "cache"
    before = same_with_and_without(folder, cache, capsys)
    change(folder)
    after = same_with_and_without(folder, cache, capsys)
    assert (after == before) == (change is changed_language)
    cold, warm = check(folder)[0], check(folder, cache)[0]
    assert (cold and cold.indicators) == (warm and warm.indicators)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def other_limit(data: bytes) -> bytes:
    return data.replace(b"91", b"92").replace(b"400", b"401")


def other_shape(data: bytes) -> bytes:
    """The sum is right, but nothing in it is what is expected."""
    return signed(b'["Indicator", 1, {"a": ["Nothing"]}]')


def evil_class(data: bytes) -> bytes:
    return signed(b'["", ["", ["os.system", "touch evil"]], ["__import__", "os"], null]')


def evil_formula(data: bytes) -> bytes:
    """A formula that no grammar approved."""
    return signed(b'["", [""], [""], ["Formula", "().__class__", 0, 1]]')


def signed(payload: bytes) -> bytes:
    return b"%s\n" % stored._sum(KEYS[-1], payload).encode() + payload


KEYS: list[str] = []


@pytest.mark.parametrize(
    "spoil",
    [cut, other_limit, other_shape, evil_class, evil_formula, lambda data: b"", lambda data: b"\xff" * 100],
)
def test_a_spoilt_entry_is_as_if_it_were_not_there(spoil, folder, tmp_path, capsys, monkeypatch):
    cache = tmp_path / "cache"
    keep = stored.key
    monkeypatch.setattr(stored, "key", lambda *parts: KEYS.append(keep(*parts)) or KEYS[-1])
    same_with_and_without(folder, cache, capsys)
    kept = {path: path.read_bytes() for path in entries(cache)}
    for path in kept:
        # The key of this very entry, so that the spoilt one is not refused for another reason.
        KEYS.append(next(k for k in KEYS if kept[path].startswith(stored._sum(k, body(kept[path])).encode())))
        path.write_bytes(spoil(kept[path]))
    same_with_and_without(folder, cache, capsys)
    assert {path: path.read_bytes() for path in entries(cache)} == kept, "it is written anew"


def body(data: bytes) -> bytes:
    return data.partition(b"\n")[2]


def test_an_entry_is_not_read_through_a_link(folder, tmp_path):
    """Nor from anything else that is no ordinary file: a pipe would be waited for without end."""
    cache = tmp_path / "cache"
    engine.validate(folder, cache)
    for number, path in enumerate(entries(cache)):
        content = path.read_bytes()
        path.unlink()
        if number % 2:
            os.mkfifo(path)
        else:
            (tmp_path / "elsewhere").write_bytes(content)
            path.symlink_to(tmp_path / "elsewhere")
    assert engine.validate(folder, cache) == engine.validate(folder)
    assert all(path.is_file() and not path.is_symlink() for path in entries(cache))


def test_a_pipe_that_sends_a_whole_entry_is_not_believed(tmp_path):
    store, text = Store(tmp_path), Text("a", "b")
    store.put("name", "key", 1, text)
    (path,) = entries(tmp_path)
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    with open(path, "r+b", buffering=0) as pipe:
        pipe.write(content)
        assert store.get("name", "key", text) is None


def test_another_engine_reads_everything_anew(folder, tmp_path, texts_read, monkeypatch):
    engine.validate(folder, tmp_path / "cache")
    texts_read.clear()
    monkeypatch.setattr(stored, "_engine", lambda: "another")
    engine.validate(folder, tmp_path / "cache")
    assert "ip_asn.yaml" in texts_read


@pytest.mark.parametrize("place", ["a file", "below a file", "read-only"])
def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(place, folder, tmp_path, capsys):
    cache = tmp_path / "cache"
    if place == "read-only":
        cache.mkdir(mode=0o500)
    else:
        cache.write_text("not a folder")
        cache = cache / "below" if place == "below a file" else cache
    assert output(folder, capsys, "--cache", str(cache)) == output(folder, capsys)


def test_two_runs_at_once_leave_whole_entries(folder, tmp_path):
    cache = tmp_path / "cache"
    command = [sys.executable, "-c", "import cli, sys; sys.exit(cli.main(sys.argv[1:]))"]
    command += ["validate", str(folder), "--cache", str(cache)]
    runs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(3)]
    said = [run.communicate()[0] for run in runs]
    assert said[0] == said[1] == said[2]
    assert [run.returncode for run in runs] == [0, 0, 0]
    for path in entries(cache):
        assert path.suffix == ".json", "no temporary file is left"
        json.loads(body(path.read_bytes()))


def test_what_has_no_plain_form_is_not_kept(tmp_path):
    store, text = Store(tmp_path), Text("a", "b")
    store.put("name", "key", Text("another", ""), text)
    store.put("name", "key", object(), text)
    store.put("name", "key", float("nan"), text)
    assert entries(tmp_path) == []


def test_a_place_in_another_file_is_not_kept(tmp_path):
    """It would come back as the same lines of this file."""
    store, text, another = Store(tmp_path), Text("a", "b"), Text("another", "b")
    store.put("name", "key", Place(another, 0, 1), text)
    assert entries(tmp_path) == []
    store.put("name", "key", Place(text, 0, 1), text)
    assert store.get("name", "key", text) == Place(text, 0, 1)


def test_a_formula_of_another_file_is_not_kept(tmp_path):
    """Its mistakes would be shown in this one."""
    catalogue, _ = check(DEFINITIONS)
    assert catalogue is not None
    formula = catalogue.indicators["skm"].versions[0].result.formula
    store, own = Store(tmp_path), formula.passage.place.text
    store.put("name", "key", formula, Text("another", own.content))
    assert entries(tmp_path) == []
    store.put("name", "key", formula, own)
    assert store.get("name", "key", own) == formula


def test_every_definition_has_a_plain_form():
    """A new class of definitions needs no word here; one of another module would be refused."""
    assert {Indicator.__name__, Source.__name__, "Problem", "Message"} <= stored._CLASSES.keys()
