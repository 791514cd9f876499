"""The whole catalogue is checked for every day, but nothing is proved twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from catalogues import read_texts

from engine import checking, definition, versions
from engine.checking import whole
from engine.problems import in_order
from engine.versions import Rule

ORGANIZATION = """\
organization: badan
name: Badan
language: id
objectives: {tujuan: {title: Tujuan}}
divisions: {bidang: {title: Bidang}}
"""
SOURCE = """\
source: formulir
title: Formulir
division: bidang
shape: record
file: data/{period}/formulir.csv
columns:
  ada: {type: number, range: [0, 10]}
  mungkin: {type: number, range: [0, 10], missing: keep}
  golongan: {type: category, values: [u, v]}
"""
HEAD = """\
indicator: {name}
title: {name}
objective: tujuan
division: bidang
sources: [formulir]
versions:
"""
OTHER_CHECKS = {
    "early-regulation",
    "limit-untouched",
    "look-alike",
    "missing-example",
    "missing-source",
    "missing-wording",
    "no-legal-basis",
    "rule-gap",
    "same-formula",
    "same-indicator",
    "stale-regulation",
    "target-without-value",
    "unused-column",
    "unused-parameter",
    "unused-source",
    "unused-step",
}
"""What is not found by proofs of formulas."""


def catalogue(indicators: dict[str, str]) -> definition.Catalogue:
    """Return the catalogue of *indicators*, by id, without what stands before `versions`."""
    texts = {"organization.yaml": ORGANIZATION, "sources/formulir.yaml": SOURCE}
    texts |= {f"indicators/{name}.yaml": HEAD.format(name=name) + text for name, text in indicators.items()}
    found, problems = read_texts(Path("katalog"), texts)
    assert found is not None, problems
    return found


def invented(seed: int) -> dict[str, str]:
    """Return indicators that use each other's steps and results, whose rules begin and end at odd times."""
    chance = random.Random(seed)
    names = [f"i_{letter}" for letter in "abcdef"]
    found = {}
    for number, name in enumerate(names):
        formulas = ["formulir.ada", "formulir.mungkin", "formulir.golongan", "coalesce(formulir.mungkin, 0)"]
        formulas.append(f"previous({chance.choice(names)})")
        for other in names[:number]:
            formulas += [other, f"{other}.a", f"{other}.b", f"{other}.a + {other}.b", f"{other}.b * 2"]
        text, start = "", chance.randrange(2000, 2005)
        for version in range(chance.randrange(1, 4)):
            text += f"  - from: {start}-01-01\n"
            last = start + chance.randrange(3)
            if chance.random() < 0.3:
                text += f"    until: {last}-12-31\n"
            text += f"    range: [0, {chance.randrange(1, 4)}]\n" if chance.random() < 0.3 else ""
            text += f"    steps:\n      c: {chance.choice(formulas)}\n"
            for step in "ab":
                if version == 0 or chance.random() < 0.4:
                    text += f"      {step}: {chance.choice(formulas)}\n"
                elif chance.random() < 0.2:
                    text += f"      {step}: null\n"
            if version == 0:
                text += f"    result: {chance.choice(['a', 'b', 'a + b', '1 if a == b else c'])}\n"
            start = last + 1
        found[name] = text
    return found


def proved(found: definition.Catalogue):
    """Return what the check of the whole catalogue finds by proofs of formulas."""
    return [problem for problem in checking.check(found).problems if problem.code not in OTHER_CHECKS]


def on_every_day(found: definition.Catalogue):
    """Return what proofs of all rules in force find, on each day on which some rule begins."""
    problems = [problem for one in found.indicators.values() for problem in versions.check(one)]
    for day in sorted({version.from_ for one in found.indicators.values() for version in one.versions}):
        rules = {name: versions.in_force_on(one, day) for name, one in found.indicators.items()}
        in_force = {name: rule for name, rule in rules.items() if isinstance(rule, Rule)}
        problems.extend(checking.prove(found, in_force).problems)
    return in_order(problems)


@pytest.mark.parametrize("seed", range(60))
def test_it_finds_what_proofs_of_all_rules_on_all_days_find(seed):
    found = catalogue(invented(seed))
    expected = on_every_day(found)
    assert proved(found) == list(expected)


def test_the_invented_catalogues_have_something_to_find():
    """The comparison above says nothing of catalogues without problems."""
    codes = [problem.code for seed in range(60) for problem in on_every_day(catalogue(invented(seed)))]
    assert {code for code in codes if codes.count(code) > 20} >= {"blank-value", "wrong-kind", "unknown-name"}


def count_proofs(indicators: dict[str, str], monkeypatch) -> int:
    proofs = []
    monkeypatch.setattr(whole, "prove", lambda *given: proofs.append(1) or checking.formulas.prove(*given))
    assert {problem.code for problem in checking.check(catalogue(indicators)).problems} <= OTHER_CHECKS
    return len(proofs)


def pair_of(number: int, *, result: str) -> dict[str, str]:
    """Return two indicators of which one uses the other; each has a second rule, with a day of its own."""
    first, second = (f"i_{letter}{'abcdefghijklmnopqrstuvwxyz'[number]}" for letter in "ab")
    return {
        name: "  - from: 2000-01-01\n    range: [0, 10]\n"
        f"    steps: {{a: formulir.ada}}\n    result: '{used}'\n"
        f"  - from: {2001 + number}-0{month}-01\n    steps: {{a: formulir.ada * 1}}\n"
        for name, used, month in ((first, "formulir.ada", 1), (second, result.format(other=first), 2))
    }


@pytest.mark.parametrize("result", ["{other}", "{other}.a", "previous({other})"])
def test_a_rule_is_proved_for_its_own_changes_and_those_that_it_reads(result, monkeypatch):
    """Each of the two rules, and the later rule of the one before; not once for each day of the catalogue."""
    pairs = {name: text for pair in range(20) for name, text in pair_of(pair, result=result).items()}
    assert count_proofs(pairs, monkeypatch) == 20 * (2 + 3)


def test_an_indicator_whose_rule_has_not_begun_may_be_named():
    """Its result has no value then, and its steps neither."""
    indicators = {
        "i_a": "  - from: 2005-01-01\n    steps: {a: formulir.ada}\n    result: a\n    range: [0, 10]\n",
        "i_b": "  - from: 2000-01-01\n    result: i_a.a + formulir.ada\n",
    }
    assert proved(catalogue(indicators)) == []
    assert on_every_day(catalogue(indicators)) == ()


def test_a_circle_keeps_nothing_else_from_being_checked():
    indicators = {
        "i_a": "  - from: 2000-01-01\n    result: i_b + formulir.ada\n",
        "i_b": "  - from: 2000-01-01\n    result: i_a + formulir.ada\n",
        "i_c": "  - from: 2000-01-01\n    result: formulir.mungkin + i_a\n",
    }
    assert [str(problem) for problem in proved(catalogue(indicators))] == [
        "katalog/indicators/i_a.yaml:8:13: cycle: `i_a` needs itself",
        "katalog/indicators/i_c.yaml:8:13: blank-value: `formulir.mungkin` may be blank",
    ]
