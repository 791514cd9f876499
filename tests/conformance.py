"""Run the published rounding cases of the DMN test kit through the engine: `python tests/conformance.py`.

The cases are read from the folder `IKU_CONFORMANCE` names, else from `../shared/conformance` beside the
checkout. Each ends as one of: passes, refused (as it must be), different (on purpose), out of scope, wrong.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import polars
from catalogues import ORGANIZATION, read_texts

from engine.api import Catalogue
from engine.checking import check
from engine.problems import errors_in

SUITES = ("1100", "1101", "1102", "1141", "1142", "1143", "1144")
OUTCOMES = ("passes", "refused", "different", "out of scope", "wrong")
MODES = {"decimal": "half_even", "round down": "down", "round half up": "half_up"}
FUNCTIONS = {"floor": "floor", "ceiling": "ceil"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def folder() -> Path:
    """Return where the cases lie, or would."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "conformance"
    return Path(os.environ.get("IKU_CONFORMANCE") or beside) / "dmn-tck"


def cases() -> list[dict[str, Any]]:
    """Return the cases of the suites run here, in the order of the file."""
    lines = (folder() / "feel-expressions.jsonl").read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["suite"][:4] in SUITES]


def translated(expression: str) -> tuple[dict[str, Any], dict[str, float]] | str:
    """Return the step that says what *expression* says, and its row; or the feature that we lack."""
    found = re.fullmatch(r"([a-z ]+)\((.*)\)", expression)
    assert found is not None, expression
    name, inside = found.groups()
    places: dict[str, str] = {}
    for number, part in enumerate(filter(None, (part.strip() for part in inside.split(",")))):
        named = re.fullmatch(r"([a-z]+):(.*)", part)
        places[named[1] if named else ("n", "scale")[number] if number < 2 else f"more_{number}"] = (
            named[2] if named else part
        )
    row = {"x": 0.0}
    if NUMBER.fullmatch(places.get("n", "")):
        row["x"], places["n"] = float(places["n"]), "x"
    step: dict[str, Any] = {"each": "rows"}
    if name in FUNCTIONS:
        if len(places) == 2 and places.get("n") == "x" and NUMBER.fullmatch(places.get("scale", "")):
            return f"{name} to decimals"
        step["formula"] = f"{FUNCTIONS[name]}({', '.join(places.values())})"
        return step, row
    if name not in MODES:
        return f"rounding mode `{name}`"
    scale = places.pop("scale", None)
    if "n" in places:
        step["formula"] = places.pop("n")
    if scale is not None:
        if NUMBER.fullmatch(scale):
            step["decimals"] = float(scale) if "." in scale else int(scale)
        else:
            step["decimals"] = json.loads(scale) if scale[0] in '"n' else scale
    return step | {"rounding": MODES[name]} | places, row


def outcome(case: dict[str, Any]) -> tuple[str, str]:
    """Return how a case ends, and why."""
    made = translated(case["expr"])
    if isinstance(made, str):
        return "out of scope", made
    step, row = made
    indicator = {"indicator": "uji", "title": "Uji", "objective": "good", "division": "people"}
    version = {"from": "2000-01-01", "steps": {"s": step}, "result": "count(rows)"}
    source = {"source": "rows", "title": "Rows", "division": "people", "file": "rows.csv"}
    texts = {
        "organization.yaml": ORGANIZATION,
        "regulations.yaml": "regulations: {}\n",
        "sources/rows.yaml": json.dumps({**source, "columns": {"x": {"type": "number"}}}),
        "indicators/uji.yaml": json.dumps({**indicator, "sources": ["rows"], "versions": [version]}),
    }
    definitions, problems = read_texts(Path(), texts)
    found = errors_in(check(definitions).problems if definitions is not None else problems)
    wanted = case["expected"]["value"]
    if found:
        codes = ", ".join(sorted({problem.code for problem in found}))
        if wanted is None:
            return "refused", codes
        if isinstance(places := step.get("decimals"), int | float) and places not in range(-9, 10):
            return "different", "decimals are whole and at most nine"
        return "wrong", codes
    if wanted is None:
        return "wrong", "a number where there is none"
    assert definitions is not None
    catalogue = Catalogue(definitions)
    values = {
        catalogue.evaluate("2021", {"rows": [row]}).rows("rows")[0]["uji.s"],
        catalogue.evaluate("2021", {"rows": polars.DataFrame([row])}).rows("rows")["uji.s"][0],
    }
    return ("passes", "") if values == {float(wanted)} else ("wrong", f"{values}, not {wanted}")


def main() -> None:
    """Print a row a suite: our counts, then what each vendor passed of the same test cases."""
    counts: dict[str, Counter[str]] = {}
    reasons: Counter[tuple[str, str, str]] = Counter()
    for case in cases():
        how, why = outcome(case)
        counts.setdefault(case["suite"], Counter())[how] += 1
        reasons[case["suite"][:4], how, why] += 1
    with (folder() / "vendor-results.csv").open(encoding="utf-8", newline="") as file:
        vendors = {row["suite"]: row for row in csv.DictReader(file)}
    for suite, count in counts.items():
        print(suite, *(f"{how} {count[how]}" for how in OUTCOMES), sep=" | ")
        passed = {key: value for key, value in vendors.get(suite, {}).items() if key.endswith(" passed")}
        print(*(f"    {key.removesuffix(' passed')} {value}" for key, value in passed.items()))
    for (number, how, why), count in sorted(reasons.items()):
        print(f"{number} {how} {count} {why}".rstrip())


if __name__ == "__main__":
    main()
