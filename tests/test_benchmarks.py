"""The peers of `python -m benchmarks` do the same work."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import employees
from benchmarks.peers import BASE, MEANS, PEERS, SLOW

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ("iku", "polars_text", "polars_filtered", "polars_enum", "duckdb_sql", "numpy_arrays")
"""Those that the tests' environment has the libraries of."""
PEOPLE = 30_000
"""Enough for each agency to have somebody who is measured."""


def offered(module: Path) -> set[str]:
    """Return the names that a module defines at its top."""
    body = ast.parse(module.read_text()).body
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return functions | {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


MODULES = {path.stem: offered(path) for path in (ROOT / "benchmarks/peers").glob("*.py")}


def test_every_peer_is_listed_with_a_name_and_every_listed_one_exists() -> None:
    assert {name for name, found in MODULES.items() if {"load", "rows"} <= found} == set(PEERS)
    assert all(PEERS.values())
    assert len(set(PEERS.values())) == len(PEERS)


def test_means_are_asked_of_peers_that_offer_them() -> None:
    assert {name for name, found in MODULES.items() if {"load", "means"} <= found} >= set(MEANS)
    assert {BASE, *SLOW, *MEANS} <= set(PEERS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("benchmarks")
    employees.invent(PEOPLE, made)
    return made


@pytest.mark.parametrize("name", INSTALLED)
def test_a_peer_answers_as_the_engine_does(name: str, folder: Path) -> None:
    engine, peer = (import_module(f"benchmarks.peers.{one}") for one in ("iku", name))
    answer = engine.rows(engine.load(folder)).digest()
    assert answer["rows"] == PEOPLE
    assert len(answer["agencies"]) == employees.AGENCIES
    assert peer.rows(peer.load(folder)).digest() == answer


def test_a_named_peer_is_measured_beside_the_engine_and_the_base() -> None:
    words = ["rows", "--employees", str(PEOPLE), "--runs", "1", "--peers", "numpy_arrays"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words], capture_output=True, text=True, cwd=ROOT, check=True
    )
    title, _, *lines = done.stdout.splitlines()
    assert title == "Rows: 30,000 employees, 45,000 trainings, 1 runs"
    measured = [line for line in lines if line]
    named = [PEERS[name] for name in ("iku", BASE, "numpy_arrays")]
    assert [line[: len(name)] for line, name in zip(measured, named, strict=True)] == named
    assert measured[1].split()[-2] == "1.00"
