"""What is proved of ranges and operations before any data arrive, and what refutes the rest.

Each case is a small catalogue: the columns of ``orang``, of its child ``kursus`` and of the form ``isian``,
parameters, steps, and a result. What `validate` says of it is compared in whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from engine import proving
from engine.checking import check
from engine.reading import read_texts

ORGANIZATION = (
    "organization: uji\nname: Uji\nlanguage: id\nobjectives: {o: {title: O}}\ndivisions: {d: {title: D}}\n"
)
ORANG = {
    "id": {"type": "text", "unique": True},
    "jabatan": {"type": "category", "values": ["struktural", "fungsional", "pelaksana"]},
    "predikat": {"type": "category", "values": ["baik", "cukup"], "missing": "keep"},
    "aktif": {"type": "boolean"},
    "skor": {"type": "number", "range": [0, 10]},
    "jam": {"type": "integer", "range": [0, 40]},
    "upah": {"type": "number"},
}
KURSUS = {
    "orang": {"type": "reference", "to": "orang"},
    "jenis": {"type": "category", "values": ["teknis", "seminar"]},
    "jp": {"type": "number", "range": [1, 100]},
    "tahun": {"type": "integer", "range": [1990, 2100]},
}
ISIAN = {"a": {"type": "number", "range": [0, 60]}, "b": {"type": "number", "range": [0, 50]}}


def said(steps: dict[str, Any], parameters: dict[str, Any] | None = None, **more: Any) -> list[str]:
    """Return what is said of the steps; a step that begins with ``orang:`` goes through orang's rows."""
    made = {}
    for name, (formula, *declared) in steps.items():
        made[name] = {"formula": formula.removeprefix("orang: ")}
        if formula.startswith("orang: "):
            made[name]["each"] = "orang"
        if declared:
            made[name]["range"] = declared[0]
    version = {"from": "2020-01-01", "parameters": parameters or {}, "steps": made, "result": "1", **more}
    indicator = {
        "indicator": "uji",
        "title": "U",
        "objective": "o",
        "division": "d",
        "sources": [],
        "versions": [version],
    }
    texts = {"organization.yaml": ORGANIZATION, "regulations.yaml": "regulations: {}\n"}
    for name, columns, rest in (
        ("orang", ORANG, {"key": "id"}),
        ("kursus", KURSUS, {}),
        ("isian", ISIAN, {"shape": "record"}),
    ):
        head = {
            "source": name,
            "title": name,
            "division": "d",
            "file": f"{name}.csv",
            "columns": columns,
            **rest,
        }
        texts[f"sources/{name}.yaml"] = yaml.safe_dump(head, sort_keys=False)
    texts["indicators/uji.yaml"] = yaml.safe_dump(indicator, sort_keys=False)
    definitions, problems = read_texts(Path(), texts)
    assert definitions is not None, [str(p) for p in problems]
    found = check(definitions)
    wrong = [p for p in (*problems, *found.problems) if p.severity == "error" and p.code != "missing-source"]
    assert not wrong, [str(p) for p in wrong]
    return [f"{p.code}: {p.message} | {p.hint}" for p in proving.settle(definitions, found.unsettled)]
