"""One employee at a time: every step of IP ASN in the engine and in libraries that evaluate expressions.

The expressions of the others are given what the trainings amount to; the engine is given the trainings,
adds them up and checks every cell. Each library is used in its fastest documented form: what can be
compiled or parsed beforehand is.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks import employees as e
from benchmarks.peers.iku import ROOT

Person = Mapping[str, Any]
Score = Callable[[Person], float]
RECORDS = 500
"""So many employees, one after the other, make one run."""


def invent(count: int = RECORDS) -> list[Person]:
    """Return employees with their trainings, and with what these amount to."""
    seed = random.Random(20211231)
    return [_person(seed, number) for number in range(count)]


def _person(seed: random.Random, number: int) -> Person:
    row = {
        "id": f"P{number:08}",
        "unit_kerja": f"U{number % e.AGENCIES}",
        "status": "PNS",
        "diukur": True,
        "pendidikan": seed.choice(list(e.EDUCATION)),
        "jabatan": seed.choice(e.POSTS),
        "skp": seed.randrange(4000, 10000) / 100,
        "predikat": None,
        "hukuman": seed.choice(["tidak_ada"] * 20 + ["ringan", "sedang", "berat"]),
    }
    trainings = [
        {
            "jenis": seed.choice(e.KINDS),
            "sesuai_jabatan": seed.random() < 0.5,
            "jp": float(seed.randrange(4, 44)),
            "tahun": seed.randrange(2018, 2022),
        }
        for _ in range(seed.randrange(4))
    ]
    suits = {t["jenis"] for t in trainings if t["sesuai_jabatan"]}
    amount = {
        "lead": "kepemimpinan" in suits,
        "func": "fungsional" in suits,
        "jp": sum((t["jp"] for t in trainings if t["jenis"] == "teknis" and t["tahun"] == e.YEAR), 0.0),
        "seminars": float(sum(t["jenis"] == "seminar" and t["tahun"] > e.YEAR - 2 for t in trainings)),
    }
    return {"row": row, "trainings": trainings, "flat": {**row, **amount}}


# ── the formulas, in each language's words ──


def formulas(choose: Callable[[str, str, str], str], both: str, either: str) -> dict[str, str]:
    """Return the four dimensions in a language that has choices, *both* (and) and *either* (or)."""

    def table(column: str, points: Mapping[str, float]) -> str:
        text = "0.0"
        for value, number in reversed(points.items()):
            text = choose(f'{column} == "{value}"', str(float(number)), text)
        return text

    leads = "(" + f" {either} ".join(f'jabatan == "{post}"' for post in e.LEADERS) + ")"
    technical = choose('jabatan == "pelaksana"', str(e.TECHNICAL["pelaksana"]), str(e.TECHNICAL_ELSE))
    seminar = choose('jabatan == "pelaksana"', str(e.SEMINAR["pelaksana"]), str(e.SEMINAR_ELSE))
    performance = str(float(e.PERFORMANCE_ELSE))
    for limit, points in reversed(e.PERFORMANCE):
        performance = choose(f"skp >= {float(limit)}", str(float(points)), performance)
    return {
        "kualifikasi": table("pendidikan", e.EDUCATION),
        "kompetensi": " + ".join(
            (
                choose(f"{leads} {both} lead", "15.0", "0.0"),
                choose(f'jabatan == "fungsional" {both} func', "15.0", "0.0"),
                choose("jp >= 20.0", technical, "0.0"),
                choose("seminars > 0.0", seminar, "0.0"),
            )
        ),
        "kinerja": performance,
        "disiplin": table("hukuman", e.PUNISHMENT),
    }


def _arrow(condition: str, then: str, otherwise: str) -> str:
    return f"({condition} ? {then} : {otherwise})"


def _python(condition: str, then: str, otherwise: str) -> str:
    return f"({then} if {condition} else {otherwise})"


# ── the peers ──


def iku() -> Score:
    """The engine: `compile` of the shipped definition."""
    sys.path.insert(0, str(ROOT))
    import engine

    value = engine.load(ROOT / "definitions").compile("ip_asn.nilai", str(e.YEAR))
    return lambda person: float(value(person["row"], pelatihan=person["trainings"]))


def zen() -> Score:
    """zen-engine, in Rust: compiled expressions."""
    import zen

    compiled = [zen.compile_expression(text) for text in formulas(_arrow, "and", "or").values()]
    return lambda person: sum(one.evaluate(person["flat"]) for one in compiled)


def cel() -> Score:
    """Common Expression Language, in Rust: compiled programs."""
    import cel

    compiled = [cel.compile(text) for text in formulas(_arrow, "&&", "||").values()]
    return lambda person: sum(one.execute(person["flat"]) for one in compiled)


def simpleeval_parsed() -> Score:
    """simpleeval, each formula parsed once."""
    import simpleeval

    evaluator = simpleeval.SimpleEval()
    texts = formulas(_python, "and", "or").values()
    parsed = [(text, evaluator.parse(text)) for text in texts]

    def score(person: Person) -> float:
        evaluator.names = person["flat"]
        return sum(evaluator.eval(text, previously_parsed=tree) for text, tree in parsed)

    return score


def simpleeval_text() -> Score:
    """simpleeval, each formula parsed each time."""
    import simpleeval

    texts = list(formulas(_python, "and", "or").values())
    evaluator = simpleeval.SimpleEval()

    def score(person: Person) -> float:
        evaluator.names = person["flat"]
        return sum(evaluator.eval(text) for text in texts)

    return score


PEERS: dict[str, tuple[str, Callable[[], Score]]] = {
    "iku": ("iku, compiled", iku),
    "zen": ("zen-engine", zen),
    "cel": ("CEL in Rust", cel),
    "simpleeval_parsed": ("simpleeval, parsed once", simpleeval_parsed),
    "simpleeval_text": ("simpleeval, from text", simpleeval_text),
}
BASE = "zen"


def measure(name: str, people: Sequence[Person]) -> tuple[float, list[float]]:
    """Return the microseconds for one employee, and the values."""
    score = PEERS[name][1]()
    values = [score(person) for person in people]
    start = time.perf_counter()
    for person in people:
        score(person)
    return (time.perf_counter() - start) / len(people) * 1e6, values
