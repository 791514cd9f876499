"""The three ways into CI, tried: hooks in a real repository, the action's own commands, plain commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from explained import without_advice

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = [
    yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SOURCE = (
    *(
        "engine",
        "schemas",
        "definitions",
        "cli.py",
        "hatch_build.py",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    ),
    ".pre-commit-hooks.yaml",
)
BASH = shutil.which("bash") or "bash"


def run(words: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program in *folder*, with git knowing a name and no settings of this machine."""
    names = {
        f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "IKU_", "PRE_COMMIT"))
    }
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "IKU_LANG": "en"}
    env = plain | names | fixed | more
    return subprocess.run(
        words, cwd=folder, env=env, capture_output=True, text=True, timeout=600, check=False
    )


def repository(folder: Path) -> str:
    """Make *folder* a git repository of all its files and return the commit."""
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        done = run(["git", *words], folder)
        assert done.returncode == 0, done.stderr
    return run(["git", "rev-parse", "HEAD"], folder).stdout.strip()


def spoil(folder: Path) -> Path:
    """Make a mistake in the catalogue below *folder* and return the file."""
    path = folder / "definitions" / "indicators" / "mutu.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("* bobot[jenis]", "* bobo[jenis]"), encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path) -> Path:
    """A folder with a catalogue in `definitions`."""
    folder = tmp_path / "project"
    without_advice(folder / "definitions")
    (folder / "definitions" / "data" / "2021" / "formulir.xlsx.csv").unlink()
    return folder


# ── pre-commit ──


def test_a_commit_with_a_mistake_is_refused(tmp_path, project):
    """The configuration of the page, with iku taken from this checkout, in a repository made here."""
    iku = tmp_path / "iku"
    iku.mkdir()
    for name in SOURCE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, iku / name)
    config = BLOCKS[0]
    config["repos"][0] |= {"repo": str(iku), "rev": repository(iku)}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    home = {
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    repository(project)
    built = run([sys.executable, "-m", "pre_commit", "install", "--install-hooks"], project, **home)
    if built.returncode and "pip" in built.stdout and not os.environ.get("CI"):
        pytest.skip(f"pre-commit can't build an environment here: {built.stdout.strip().splitlines()[-1]}")
    assert built.returncode == 0, built.stdout + built.stderr

    path = project / "definitions" / "sources" / "sewa.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Sewa gedung", "Sewa"), encoding="utf-8")
    done = run(["git", "commit", "-q", "-a", "-m", "fine"], project, **home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^(iku \w+)\.+(\w+)$", done.stderr, re.MULTILINE) == [
        ("iku validate", "Passed"),
        ("iku test", "Passed"),
    ]

    spoil(project)
    done = run(["git", "commit", "-q", "-a", "-m", "wrong"], project, **home)
    assert done.returncode == 1
    assert "definitions/indicators/mutu.yaml:22:50: unknown-name: `bobo` is not known" in done.stderr
    assert run(["git", "log", "--format=%s"], project).stdout.split() == ["fine", "x"]

    run(["git", "checkout", "-q", "."], project)
    (project / "README.md").write_text("no definition\n", encoding="utf-8")
    run(["git", "add", "-A"], project)
    done = run(["git", "commit", "-q", "-m", "other"], project, **home)
    assert done.returncode == 0
    assert "(no files to check)Skipped" in done.stderr


def test_hooks_look_at_the_whole_and_never_pass_for_want_of_definitions():
    """Without a folder named, iku would take the definitions that it ships with."""
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
        assert hook["args"] == ["--catalogue", "definitions"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("definitions/organization.yaml", True),
        ("regulations.yaml", True),
        ("a/b/indicators/x.yaml", True),
        ("definitions/sources/x.yml", True),
        ("definitions/data/x.yaml", False),
        ("x/indicators.yaml", False),
        ("README.md", False),
    ],
)
def test_hooks_run_where_a_definition_changed(path, wanted):
    assert all((re.search(hook["files"], path) is not None) is wanted for hook in HOOKS)


# ── the action ──


def steps() -> list[dict]:
    return ACTION["runs"]["steps"]


def test_the_action_is_made_of_shell_steps_with_nothing_put_into_them():
    """Inputs reach a command as variables: no text of a caller or of a file is part of a script (C1)."""
    assert set(ACTION) == {"name", "description", "inputs", "runs"}
    assert ACTION["runs"]["using"] == "composite"
    assert all(set(given) == {"description", "default"} for given in ACTION["inputs"].values())
    for step in steps():
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        assert set(step) <= {"name", "shell", "run", "env"}
        for value in step.get("env", {}).values():
            assert re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", value)[1] in ACTION["inputs"]


def test_the_action_knows_no_secrets():
    assert not re.search(
        r"secrets\.[A-Z_]|github\.token|GITHUB_TOKEN", (ROOT / "action.yml").read_text(encoding="utf-8")
    )


def started(step: dict, folder: Path, temp: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does: its script with `bash -e -o pipefail`, its inputs as variables."""
    given = {name: setting["default"] for name, setting in ACTION["inputs"].items()} | inputs
    env = {name: given[value.split(".")[1].split()[0]] for name, value in step.get("env", {}).items()}
    script = temp / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    words = [BASH, "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    return run(words, folder, RUNNER_TEMP=str(temp), GITHUB_ACTION_PATH=str(ROOT), **env)


@pytest.fixture(scope="module")
def runner(tmp_path_factory) -> Path:
    """The folder for temporary files of a runner on which the first step of the action was run."""
    temp = tmp_path_factory.mktemp("runner")
    done = started(steps()[0], temp, temp)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(
            f"iku can't be installed into an environment here: {done.stderr.strip().splitlines()[-1]}"
        )
    assert done.returncode == 0, done.stderr
    return temp


def test_the_action_passes_a_catalogue_that_is_fine(project, runner):
    done = started(steps()[1], project, runner)
    assert done.returncode == 0, done.stdout + done.stderr
    first, *others = done.stdout.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert others[0] == "4 indicators, 5 sources, 2 regulations: no problems"
    assert others[-1] == f"::{token}::"


def test_the_action_marks_problems_writes_sarif_and_fails(project, runner):
    spoil(project)
    done = started(steps()[1], project, runner, sarif="iku.sarif")
    assert done.returncode == 1
    marks = done.stdout.split("::stop-commands::")[0].splitlines()
    assert marks == [
        "::error file=definitions/indicators/mutu.yaml,line=22,col=50,endColumn=54,title=unknown-name::"
        "`bobo` is not known%0Adid you mean `bobot`?"
    ]
    run = json.loads((project / "iku.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["unknown-name"]
    assert "bobot[jenis]" in run["tool"]["driver"]["rules"][0]["help"]["markdown"], (
        "the pages are in the wheel"
    )


def test_the_action_fails_for_an_example_that_differs_and_for_a_folder_that_is_not_there(project, runner):
    path = project / "definitions" / "indicators" / "mutu.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("result: 85,", "result: 84,"), encoding="utf-8")
    done = started(steps()[1], project, runner)
    assert done.returncode == 1
    assert "example: mutu 2021, `Satu loket`: result should be 84 and is 85" in done.stdout
    assert started(steps()[1], project, runner, catalogue="nowhere").returncode == 2


def test_warnings_fail_the_action_if_asked_to(project, runner):
    path = project / "definitions" / "sources" / "sewa.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Sewa gedung", "Sewa #1"), encoding="utf-8")
    assert started(steps()[1], project, runner).returncode == 0
    assert started(steps()[1], project, runner, strict="true").returncode == 1


def test_no_input_of_the_action_is_run(project, runner):
    """A folder called like a command is a folder that is not there."""
    for name in ("$(touch hacked)", "; touch hacked;", "`touch hacked`", "x\ntouch hacked"):
        assert started(steps()[1], project, runner, catalogue=name).returncode == 2
    assert not (project / "hacked").exists()


def test_every_action_of_the_page_is_pinned_and_pull_requests_have_no_rights():
    for block in (block for block in BLOCKS if "jobs" in block):
        assert block["permissions"]["contents"] == "read"
        (job,) = block["jobs"].values()
        assert job["timeout-minutes"] <= 10
        for step in job["steps"]:
            owner, commit = step["uses"].split("@")
            assert owner == "ORGANIZATION/iku" or re.fullmatch(r"[0-9a-f]{40}", commit)
            if owner == "ORGANIZATION/iku":
                assert set(step["with"]) <= set(ACTION["inputs"])
        triggers = block[True]  # YAML 1.1 reads the key `on` as true
        if "pull_request" in triggers:
            assert block["permissions"] == {"contents": "read"}
    assert "pull_request_target:" not in PAGE
    assert "secrets." not in PAGE


# ── any other CI ──


def test_the_commands_for_gitlab_write_the_reports_and_decide(project, runner):
    job = BLOCKS[-1]["definitions"]
    path = {"PATH": f"{runner / 'iku' / 'bin'}:{os.environ['PATH']}"}

    def script() -> list[int]:
        return [run([BASH, "-c", line], project, **path).returncode for line in job["script"]]

    assert script() == [0, 0, 0, 0]
    reports = [ElementTree.parse(project / name).getroot() for name in job["artifacts"]["reports"]["junit"]]
    assert [root.get("failures") for root in reports] == ["0", "0"]
    for name in job["artifacts"]["reports"]["junit"]:
        (project / name).unlink()
    spoil(project)
    assert script() == [0, 0, 1, 1]
    assert ElementTree.parse(project / "iku.xml").getroot().get("failures") == "1"
