"""The command line as a process: closed pipes, full disks, Ctrl-C, locales, and its quick start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IKU = [sys.executable, str(ROOT / "cli.py")]
LONG = ["explain", "ip_asn", "--period", "2024", "--format", "json"]
"""More than a pipe holds."""


def run(*words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*IKU, *words], cwd=ROOT, check=False, **options)  # type: ignore[call-overload, no-any-return]


def shell(line: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which $IKU is the program."""
    environment = {**os.environ, "IKU": " ".join(IKU)}
    return subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, check=False)


def test_a_reader_that_goes_away_ends_the_work_without_a_word():
    found = shell(f"$IKU {' '.join(LONG)} | true; exit ${{PIPESTATUS[0]}}")
    assert (found.returncode, found.stdout, found.stderr) == (1, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("words", ["list", "--help", "--version", "schema", "evaluate --format json"])
def test_a_full_device_is_told_in_one_line(words):
    found = shell(f"$IKU {words} -q > /dev/full" if words[0] != "-" else f"$IKU {words} > /dev/full")
    assert (found.returncode, found.stdout, found.stderr) == (1, b"", b"iku: No space left on device\n")


@pytest.mark.parametrize("words", ["list", "--help", "evaluate --format csv"])
def test_closed_standard_output_fails_quietly(words):
    found = shell(f"$IKU {words} >&- 2>/dev/null")
    assert (found.returncode, found.stderr) == (1, b"")


@pytest.mark.parametrize("streams", ["2>&-", ">&- 2>&-", "2>/dev/full"])
def test_nowhere_to_complain_leaves_the_exit_code(streams):
    found = shell(f"$IKU evaluate nothing {streams}")
    assert found.returncode in (1, 2)
    assert (found.stdout, found.stderr) == (b"", b"")


def test_ctrl_c_ends_with_130_and_no_traceback():
    code = (
        "import cli, os, signal, sys, threading; "
        "threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start(); "
        "sys.exit(cli.main(['test']))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert (found.returncode, found.stdout, found.stderr.strip()) == (130, b"", b"")


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Makassar"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York"},
    ],
)
def test_results_are_the_same_bytes_everywhere(environment):
    """Whatever the locale, the time zone and the order of sets (O5)."""
    words = ("evaluate", "--period", "2024")
    here = run(*words, capture_output=True, env={**os.environ, "COLUMNS": "90"})
    there = run(*words, capture_output=True, env={**os.environ, "COLUMNS": "90", **environment})
    assert here.returncode == there.returncode == 0
    assert here.stdout == there.stdout


def test_help_loads_nothing_but_click():
    """What a person waits for when asking for help is Python and click, and of the engine only words."""
    code = (
        "import sys, cli; cli.main(['--help']); "
        "heavy = ('polars', 'rich', 'babel', 'yaml', 'networkx', 'jsonschema'); "
        "words = {'engine', 'engine.language', 'engine.text', 'engine.problems'}; "
        "ours = {name for name in sys.modules if name.split('.')[0] == 'engine'}; "
        "loaded = {name for name in ours if 'commands' not in name} - words; "
        "print([name for name in heavy if name in sys.modules] + sorted(loaded))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_checks_load_no_dataframe_library_and_no_table():
    code = (
        "import sys, cli; cli.main(['validate']); cli.main(['test', 'sistem_merit']); "
        "print([name for name in ('polars', 'narwhals', 'rich', 'babel') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"
