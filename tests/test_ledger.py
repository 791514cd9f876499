"""Saved results: what is taken from a ledger is what would be computed, and a broken run leaves it whole."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from catalogues import STAFF, indicator, staff, write
from hypothesis import given, settings
from hypothesis import strategies as st

import cli
import engine
from engine.problems import InvalidRequest

ROOT = Path(__file__).parent.parent
QUARTERLY = "frequency: quarterly\nover_the_year: mean\n"
FILES = {
    "sources/staff.yaml": STAFF,
    "sources/desk.yaml": STAFF.replace("source: staff", "source: desk").replace("staff.csv", "desk.csv"),
    "indicators/level.yaml": indicator("level", "mean(staff.points)", more="breakdowns: [team]\n"),
    "indicators/twice.yaml": indicator("twice", "level * 2"),
    "indicators/grown.yaml": indicator("grown", "mean(staff.points) - previous(level)"),
    "indicators/quarter.yaml": indicator("quarter", "max(desk.points)", more=QUARTERLY).replace(
        "sources: []", "sources: [desk]"
    ),
}
for _year in ("2023", "2024"):
    FILES[f"data/{_year}/staff.csv"] = staff(10, 20, 30)
    FILES |= {f"data/{_year}-TW{n}/desk.csv": staff(n, 2 * n) for n in range(1, 5)}
NAMES = ("level", "twice", "grown", "quarter")


@pytest.fixture
def iku(capsys):
    def run(*words):
        code = cli.main([*words, "--lang", "en"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def root(tmp_path):
    return write(tmp_path / "catalogue", FILES)


def run(root, ledger, **options):
    return engine.load(root).evaluate_saved("2024", ledger, **options)


def same(root, ledger, **options):
    """Return which figures were taken; those and the computed ones are as without a ledger."""
    found = run(root, ledger, **options)
    assert found.results.to_json() == engine.load(root).evaluate("2024", **options).to_json()
    return set(found.taken)


def test_a_second_run_takes_everything_and_gives_the_same(root, tmp_path):
    ledger = tmp_path / "results.db"
    assert same(root, ledger) == set()
    assert same(root, ledger) == set(NAMES)
    assert same(root, ledger, by="team") == set()
    assert same(root, ledger, by="team") == {"level"}
    assert same(root, ledger) == set(NAMES)


@pytest.mark.parametrize(
    ("path", "text", "taken"),
    [
        ("data/2024/staff.csv", staff(10, 20, 31), {"quarter"}),
        ("data/2023/staff.csv", staff(10, 20, 31), {"level", "twice", "quarter"}),
        ("data/2024-TW3/desk.csv", staff(3, 7), {"level", "twice", "grown"}),
        ("data/2023-TW3/desk.csv", staff(3, 7), set(NAMES)),
        ("indicators/twice.yaml", indicator("twice", "level * 3"), {"level", "grown", "quarter"}),
        ("indicators/level.yaml", indicator("level", "sum(staff.points)"), {"quarter"}),
        ("sources/desk.yaml", FILES["sources/desk.yaml"] + "note: more\n", {"level", "twice", "grown"}),
        ("organization.yaml", None, set()),
    ],
)
def test_only_what_changed_and_what_follows_from_it_is_computed(root, tmp_path, path, text, taken):
    ledger = tmp_path / "results.db"
    same(root, ledger)
    file = root / path
    file.write_text(text or file.read_text() + "contact: none\n" if path != "organization.yaml" else
                    file.read_text().replace("Example Agency", "Another Agency"))  # fmt: skip
    assert same(root, ledger) == taken
    assert same(root, ledger) == set(NAMES)


numbers = st.lists(st.integers(0, 100), min_size=1, max_size=3)
sheets = numbers.map(lambda points: staff(*points))
edits = st.one_of(
    st.tuples(
        st.sampled_from([path for path in FILES if path.endswith(".csv")]), numbers.map(lambda n: staff(*n))
    ),
    st.tuples(
        st.just("indicators/level.yaml"),
        st.sampled_from(["mean(staff.points)", "max(staff.points)", "sum(staff.points) / 2"]).map(
            lambda formula: indicator("level", formula, more="breakdowns: [team]\n")
        ),
    ),
    st.tuples(st.sampled_from(["data/2023/staff.csv", "data/2024-TW1/desk.csv"]), st.none()),
)


@settings(max_examples=15, deadline=None)
@given(changes=st.lists(edits, min_size=1, max_size=4))
def test_after_any_edits_results_are_those_of_a_fresh_run(tmp_path_factory, changes):
    root = write(tmp_path_factory.mktemp("edited"), FILES)
    ledger = root / "results.db"
    same(root, ledger)
    for path, text in changes:
        if text is None:
            (root / path).unlink(missing_ok=True)
        else:
            (root / path).write_text(text)
        same(root, ledger)


def test_a_history_has_the_newest_figure_of_each_period_and_group(root, tmp_path):
    ledger = tmp_path / "results.db"
    catalogue = engine.load(root)
    catalogue.evaluate_saved("2023", ledger, only=["level"])
    catalogue.evaluate_saved("2024", ledger, only=["level"])
    catalogue.evaluate_saved("2024", ledger, only=["level"], by="team")
    (root / "data/2023/staff.csv").write_text(staff(50))
    catalogue.evaluate_saved("2023", ledger, only=["level"])
    found = [(one.period, one.group, one.value) for one in catalogue.history("level", ledger)]
    assert found == [("2023", None, 50), ("2024", None, 20), ("2024", "north", 20), ("2024", "south", 20)]


def test_no_row_is_in_the_file(root, tmp_path):
    ledger = tmp_path / "results.db"
    write(root, {"data/2024/staff.csv": "id,team,points\nSECRET-PERSON,north,33.25\nother,south,1\n"})
    run(root, ledger)
    content = ledger.read_bytes()
    assert b"SECRET" not in content
    assert b"33.25" not in content


# ── files that are no ledger, and runs that meet or break off ──


def refusal(root, ledger):
    with pytest.raises(InvalidRequest) as refused:
        run(root, ledger)
    return str(refused.value.problems[0].message)


def test_a_file_that_is_no_ledger_stays_as_it_is(root, tmp_path):
    for name, content in (("text.db", b"a list of things to buy\n" * 50), ("other.db", None)):
        path = tmp_path / name
        if content is None:
            with sqlite3.connect(path) as other:
                other.execute("create table own (x)")
            content = path.read_bytes()
        else:
            path.write_bytes(content)
        assert refusal(root, path) == f"{path} is not a file of saved results"
        assert path.read_bytes() == content


def test_a_ledger_of_another_version_stays_as_it_is(root, tmp_path):
    ledger = tmp_path / "results.db"
    run(root, ledger)
    with sqlite3.connect(ledger) as other:
        other.execute("pragma user_version = 99")
    content = ledger.read_bytes()
    assert refusal(root, ledger) == f"{ledger} was made by another version of iku"
    assert ledger.read_bytes() == content


def test_what_was_tampered_with_is_computed_anew(root, tmp_path):
    ledger = tmp_path / "results.db"
    run(root, ledger)
    for spoilt in ('[{"group": 1}]', "[]x", '[["say"]]'):
        with sqlite3.connect(ledger) as other:
            other.execute("update figures set results = ? where indicator = 'level'", (spoilt,))
        assert "level" not in same(root, ledger)


def test_a_folder_in_which_nothing_can_be_written_is_told(root, tmp_path):
    assert "can't be used" in refusal(root, tmp_path / "missing" / "results.db")


COMMAND = "import sys; sys.path.insert(0, {root!r}); import cli; sys.exit(cli.main(sys.argv[1:]))"


def started(root, ledger):
    words = ["evaluate", "--period", "2024", "--save", str(ledger), "-C", str(root), "--lang", "en"]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(root=str(ROOT)), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_run_that_is_killed_leaves_the_ledger_whole(root, tmp_path):
    ledger = tmp_path / "results.db"
    run(root, ledger)
    for number in range(4):
        (root / "data/2024/staff.csv").write_text(staff(number, 50))
        running = started(root, ledger)
        time.sleep(0.25 * (number + 1))
        running.kill()
        running.communicate()
        with sqlite3.connect(ledger) as looked_at:
            assert looked_at.execute("pragma integrity_check").fetchone() == ("ok",)
            assert looked_at.execute("select count(*) from figures").fetchone() == (4,)
        same(root, ledger)


def test_an_interrupt_ends_a_run_with_the_exit_code_of_one(root, tmp_path):
    running = started(root, tmp_path / "results.db")
    time.sleep(0.3)
    os.kill(running.pid, signal.SIGINT)
    running.communicate()
    assert running.returncode in (0, 130, -signal.SIGINT)


def test_runs_at_the_same_time_do_not_disturb_each_other(root, tmp_path):
    ledger = tmp_path / "results.db"
    running = [started(root, ledger) for _ in range(3)]
    assert [(process.communicate()[1], process.returncode)[1] for process in running] == [0, 0, 0]
    assert same(root, ledger) == set(NAMES)


# ── the command line ──


def test_a_run_says_what_it_took_and_what_it_saved(root, tmp_path, iku):
    ledger = tmp_path / "results.db"
    words = ("evaluate", "level", "twice", "--period", "2024", "--save", str(ledger), "-C", str(root))
    assert iku(*words)[2] == f"computed and saved in {ledger}: level, twice\n"
    assert iku(*words)[2] == "not computed anew, nothing they follow from has changed: level, twice\n"
    told = json.loads(iku("history", "level", "--store", str(ledger), "-C", str(root), "--format", "json")[1])
    assert [(one["period"], one["value"]) for one in told["figures"]] == [("2024", 20.0)]
    assert "2024" in iku("history", "level", "--store", str(ledger), "-C", str(root))[1]


@pytest.mark.parametrize("more", [("--set", "x=1"), ("--plan",)])
def test_figures_that_are_not_as_they_are_are_not_saved(root, tmp_path, iku, more):
    code, _, told = iku(
        "evaluate", "--period", "2024", "--save", str(tmp_path / "x.db"), "-C", str(root), *more
    )
    assert code == 2
    assert "--save keeps figures as they are" in told
