"""Editors: the settings that iku writes make yaml-language-server complete, explain and check definitions."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import language_server
import pytest
from golden import CASES
from language_server import Server

import cli
from engine.schema import names, schema_text

INDICATOR, SOURCE = "definitions/indicators/x.yaml", "definitions/sources/x.yaml"
ORGANIZATION, REGULATIONS = "definitions/organization.yaml", "definitions/regulations.yaml"
VERSION = "indicator: x\nversions:\n  - from: 2020-01-01\n    "
STEP = VERSION + "steps:\n      poin:\n        "
PARAMETER = VERSION + "parameters:\n      bobot:\n        "
COLUMN = "source: x\ncolumns:\n  jenis:\n    "


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """The current folder: a project with a catalogue in `definitions`."""
    shutil.copytree(CASES / "codes" / "base", tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ── the settings ──


def content(path: str) -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def test_settings_name_a_copy_of_every_schema_and_the_files_it_is_for(iku, here):
    code, out, err = iku("schema", "--vscode")
    assert (code, out) == (0, "")
    assert err.count("written: .vscode/") == 7
    assert content(".vscode/settings.json") == {
        "yaml.schemas": {
            "./.vscode/iku/organization.schema.json": ["definitions/organization.yaml"],
            "./.vscode/iku/regulations.schema.json": ["definitions/regulations.yaml"],
            "./.vscode/iku/source.schema.json": ["definitions/sources/*.yaml"],
            "./.vscode/iku/indicator.schema.json": ["definitions/indicators/*.yaml"],
            "./.vscode/iku/scenario.schema.json": ["definitions/scenarios/*.yaml"],
        }
    }
    assert content(".vscode/extensions.json") == {"recommendations": ["redhat.vscode-yaml"]}
    for name in names():
        copy = Path(f".vscode/iku/{name}.schema.json")
        assert copy.read_text(encoding="utf-8") == schema_text(name)
    assert iku("schema", "--vscode") == (0, "", ""), "done once, there is nothing left to write"


def test_settings_that_are_there_stay(iku, here):
    Path(".vscode").mkdir()
    own = {"editor.tabSize": 4, "yaml.schemas": {"other.json": "other.yaml"}}
    Path(".vscode/settings.json").write_text(json.dumps(own), encoding="utf-8")
    Path(".vscode/extensions.json").write_text('{"recommendations": ["a.b"]}', encoding="utf-8")
    assert iku("schema", "--vscode")[0] == 0
    settings = content(".vscode/settings.json")
    assert settings["editor.tabSize"] == 4
    assert settings["yaml.schemas"]["other.json"] == "other.yaml"
    assert len(settings["yaml.schemas"]) == 6
    assert content(".vscode/extensions.json") == {"recommendations": ["a.b", "redhat.vscode-yaml"]}


@pytest.mark.parametrize(
    "there", ['{"a": 1} // mine', '{"yaml.schemas": 1}', "[1]"], ids=["comment", "other value", "list"]
)
def test_settings_that_can_not_be_added_to_are_left_and_it_says_what_to_add(iku, here, there):
    Path(".vscode").mkdir()
    Path(".vscode/settings.json").write_text(there, encoding="utf-8")
    code, out, err = iku("schema", "--vscode")
    assert (code, out) == (2, "")
    assert "add this yourself" in err
    assert '"./.vscode/iku/indicator.schema.json": [\n      "definitions/indicators/*.yaml"' in err
    assert sorted(path.name for path in Path(".vscode").iterdir()) == ["settings.json"], "nothing is written"
    assert Path(".vscode/settings.json").read_text(encoding="utf-8") == there
    assert iku("schema", "--vscode", "--force")[0] == 0
    assert len(content(".vscode/settings.json")["yaml.schemas"]) == 5


def test_a_schema_that_differs_is_replaced_only_if_asked_to(iku, here):
    iku("schema", "--vscode")
    copy = Path(".vscode/iku/source.schema.json")
    copy.write_text("{}", encoding="utf-8")
    code, _, err = iku("schema", "--vscode")
    assert code == 2
    assert err.splitlines()[-1] == (
        "Error: .vscode/iku/source.schema.json is there already and differs; replace it with --force"
    )
    assert iku("schema", "--vscode", "--force") == (0, "", "written: .vscode/iku/source.schema.json\n")


def test_settings_are_written_where_the_definitions_are_below(iku, here, monkeypatch):
    monkeypatch.chdir(here / "definitions" / "sources")
    code, _, err = iku("schema", "--vscode")
    assert code == 2
    assert err.splitlines()[-1] == "Error: run it in the folder that you open in VS Code, one that holds .."
    monkeypatch.chdir(here / "definitions")
    assert iku("schema", "--vscode")[0] == 0
    assert content(".vscode/settings.json")["yaml.schemas"]["./.vscode/iku/source.schema.json"] == [
        "sources/*.yaml"
    ]


# ── the schemas ──


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of a schema with its path."""
    if isinstance(schema, list):
        for item in schema:
            yield from parts(item, path)
    elif isinstance(schema, dict):
        for name, rule in schema.items():
            if name == "properties":
                yield from ((f"{path}/{key}", inner) for key, inner in rule.items())
            yield from parts(rule, f"{path}/{name}")


@pytest.mark.parametrize("name", names())
def test_every_key_is_explained(name):
    assert [
        path for path, rule in parts(json.loads(schema_text(name))) if len(rule.get("description", "")) < 8
    ] == []


@pytest.mark.parametrize("name", names())
def test_every_word_that_may_be_chosen_is_explained(name):
    text = json.loads(schema_text(name))
    definitions = [*parts(text), *text["$defs"].items()]
    for path, rule in definitions:
        if "enum" in rule and not path.endswith("/thousands"):
            assert len(rule["markdownEnumDescriptions"]) == len(rule["enum"]), path


# ── a real language server ──


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """The language server, opened on a folder that `iku schema --vscode` has set up."""
    reason = language_server.installed()
    if reason is not None:
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(CASES / "codes" / "base", folder / "definitions")
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert cli.main(["schema", "--vscode", "-q"]) == 0
    finally:
        os.chdir(before)
    opened = Server(folder)
    yield opened
    opened.stop()


@pytest.mark.parametrize(
    ("path", "text", "offered"),
    [
        (INDICATOR, "indicator: x\n|", ["title", "objective", "division", "sources", "versions", "targets"]),
        (INDICATOR, "indicator: x\nbetter: |\n", ["higher", "lower", "closer"]),
        (INDICATOR, "indicator: x\nfrequency: |\n", ["yearly", "semester", "quarterly", "monthly"]),
        (INDICATOR, "indicator: x\nrounding: |\n", ["half_up", "half_even", "down"]),
        (INDICATOR, VERSION + "|\n", ["basis", "parameters", "steps", "result", "categories", "until"]),
        (INDICATOR, STEP + "|\n", ["each", "formula", "range", "decimals"]),
        (INDICATOR, PARAMETER + "|\n", ["value", "table", "bands", "set", "basis"]),
        (INDICATOR, VERSION + "basis:\n      |\n", ["regulation", "locator"]),
        (SOURCE, "source: x\n|", ["title", "division", "file", "columns", "key", "format"]),
        (SOURCE, COLUMN + "|\n", ["type", "header", "range", "missing", "unique", "personal"]),
        (SOURCE, COLUMN + "type: |\n",
         ["number", "integer", "boolean", "category", "text", "date", "reference"]),
        (ORGANIZATION, "organization: x\n|", ["name", "objectives", "divisions", "achievement"]),
        (REGULATIONS, "regulations:\n  perda_1:\n    |\n", ["citation", "enacted", "amends", "repeals"]),
    ],
)  # fmt: skip
def test_keys_and_words_are_completed(server, path, text, offered):
    found = server.completion(path, text)
    assert [word for word in offered if word not in found] == []
    assert all(found[word] for word in offered), "each with its explanation"


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        (
            INDICATOR,
            "indicator: x\n|better: lower\n",
            "Whether higher, lower, or closer to the target is better.",
        ),
        (INDICATOR, "indicator: x\nbetter: |lower\n", "`lower`: Less is better"),
        (INDICATOR, "indicator: x\n|targets: {2021: 80}\n", "The target of each period"),
        (INDICATOR, STEP + "|each: loket\n", "The source whose every row gets a value"),
        (INDICATOR, PARAMETER + "|bands: [{from: 91, value: 30}]\n", "Thresholds, highest first"),
        (
            INDICATOR,
            VERSION + "categories: [{|above: 90, label: A}]\n",
            "The row holds for values above this number",
        ),
        (SOURCE, COLUMN + "|missing: keep\n", "A blank cell is an error (refuse, the default)"),
        (
            SOURCE,
            COLUMN + "type: |reference\n",
            "`reference`: The key of a row of the source named under `to`.",
        ),
        (ORGANIZATION, "organization: x\nachievement: {|cap: 120}\n", "No achievement above this percentage"),
    ],
)
def test_keys_and_words_are_explained(server, path, text, says):
    assert says in server.hover(path, text)


@pytest.mark.parametrize(
    ("path", "text", "line", "says"),
    [
        (INDICATOR, "indicator: x\nbetter: hihger\n", 1, "Value is not accepted."),
        (INDICATOR, "indicator: x\nbettr: higher\n", 1, "Property bettr is not allowed."),
        (SOURCE, COLUMN + "type: angka\n", 3, "Value is not accepted."),
        (INDICATOR, "indicator: X\n", 0, "begins with a letter"),
    ],
)
def test_a_mistake_is_marked_while_one_types(server, path, text, line, says):
    assert any(where == line and says in told for where, told in server.problems(path, text)), (
        server.problems(path, text)
    )
