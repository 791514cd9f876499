"""Small catalogues written for a test, where what counts is who uses what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.definition import Catalogue
from engine.problems import Problem
from engine.reading import read_parts_of

ORGANIZATION = """\
organization: agency
name: Example Agency
language: en
objectives: {good: {title: Good work}}
divisions: {people: {title: People}}
"""
STAFF = """\
source: staff
title: Staff
division: people
file: data/{period}/staff.csv
key: id
columns:
  id: {type: text, unique: true, personal: true}
  team: {type: category, values: [north, south]}
  points: {type: number, range: [0, 100]}
"""


def indicator(name: str, formula: str, *, more: str = "") -> str:
    """Return an indicator whose whole rule is one formula; *more* are lines of its head."""
    sources = "staff" if "staff" in formula else ""
    return (
        f"indicator: {name}\ntitle: {name.title()}\nobjective: good\ndivision: people\nsources: [{sources}]\n"
        f"{more}versions:\n  - from: 2020-01-01\n    result: {formula}\n"
    )


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write a catalogue below *root*: the organization, and *files* by their path; return *root*."""
    for path, text in {"organization.yaml": ORGANIZATION, **files}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def staff(*points: float) -> str:
    """Return a file of the source `staff`: one row for each of *points*, in turn of both teams."""
    rows = (f"p{n},{('north', 'south')[n % 2]},{value}\n" for n, value in enumerate(points))
    return "id,team,points\n" + "".join(rows)


def read_texts(root: Path, texts: Mapping[str, str]) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Return the catalogue of *texts*, None where it is not whole, and what is wrong with reading them."""
    parts = read_parts_of(root, texts)
    return parts.catalogue, parts.problems
