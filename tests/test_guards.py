"""One small input for each rule about definitions, and what is said of it. SECURITY.md names these tests."""

from __future__ import annotations

import json
import re
import socket
import sys
from pathlib import Path

import pytest
from fuzz import formulas, graphs

from engine import document
from engine.document import MAX_BYTES, MAX_LEVELS, MAX_NODES, ScalarNode, decode, read
from engine.formula.functions import NoValue, power, quotient, remainder
from engine.problems import quoted, say
from engine.text import Text
from engine.values import Absent

ROOT = Path(__file__).parent.parent
SCHEMAS = sorted((ROOT / "schemas").glob("*.json"))


def codes(text: str) -> list[str]:
    """Return what a document is refused for."""
    found, problems = read(Text("f.yaml", text))
    assert found is not None or problems
    return [problem.code for problem in problems if problem.severity == "error"]


# ── Y1: size and characters ──


def test_a_file_has_a_size():
    assert codes("a: " + "x" * (MAX_BYTES - 3)) == []
    assert codes("a: " + "x" * (MAX_BYTES - 2)) == ["too-large"]
    assert codes("a: " + "é" * (MAX_BYTES // 2)) == ["too-large"]
    assert [p.code for p in decode(b"a" * (MAX_BYTES + 1), "f.yaml")[1]] == ["too-large"]


@pytest.mark.parametrize("content", [b"a: \xff", b"\xff\xfea\0", b"a: \xed\xa0\x80", b"a: \xc0\xaf"])
def test_a_file_is_strict_utf_8(content):
    assert [problem.code for problem in decode(content, "f.yaml")[1]] == ["file-encoding"]


def test_one_byte_order_mark_is_skipped():
    text, problems = decode(b"\xef\xbb\xbfa: 1", "f.yaml")
    assert (text.content, problems) == ("a: 1", ())
    text, _ = decode(b"\xef\xbb\xbf\xef\xbb\xbfa: 1", "f.yaml")
    assert codes(text.content) == ["odd-character"]


ODD = ["\0", "\x07", "\x1b", "\x7f", "\x85", "\u200b", "\u200e", "\u202e", "\u2028", "\u2029", "\ufeff"]
ODD += ["\ue000", "\ud800", "\uffff", "\U000e0041", "\U0010ffff"]


@pytest.mark.parametrize("character", ODD, ids=ascii)
def test_what_nobody_sees_stands_nowhere(character):
    """Neither as it is nor made by an escape."""
    assert codes(f"a: x{character}y") == ["odd-character"]
    if character not in ("\ud800", "\U0010ffff"):
        assert codes(f'a: "x\\U{ord(character):08x}y"') == ["odd-character"]


def test_a_line_ends_with_lf_or_crlf():
    assert codes("a: 1\r\nb: 2\n") == []
    assert codes("a: 1\rb: 2\n") == ["odd-character"]
    assert codes("a: 1\r\nb: 2\r") == ["odd-character"]


def test_the_first_of_several_odd_characters_is_told():
    """Whatever the order of sets in this run of Python."""
    found = read(Text("f.yaml", "a: \u200b\u202e\x07\u2028"))[1]
    assert [(problem.place.column, str(problem.message)) for problem in found] == [
        (4, "the character `\\u200b` stands here and cannot be seen")
    ]


# ── Y2: counted before anything is made ──


def test_levels_are_counted():
    assert codes("a: " + "[" * (MAX_LEVELS - 1) + "]" * (MAX_LEVELS - 1)) == []
    assert codes("a: " + "[" * MAX_LEVELS + "]" * MAX_LEVELS) == ["too-deep"]
    assert codes("a: " + "[" * 100_000)[0] in ("too-deep", "yaml-syntax")  # libyaml has a limit of its own


def test_values_are_counted():
    listed = ", ".join("1" * (MAX_NODES - 3))
    assert codes(f"a: [{listed}]") == []
    assert codes(f"a: [{listed}, 1]") == ["too-large"]


def test_the_reader_of_yaml_is_asked_for_events_only():
    """PyYAML composes and constructs nothing: both are done here, without recursion."""
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(document.__file__).parent.glob("*.py")
    )
    assert set(re.findall(r"yaml\.(\w+)\(", sources)) == {"parse"}


@pytest.mark.parametrize("text", ["a:\t1", "a: 1\t", "\ta: 1", "- a\t- b", "a: [1,\t2]", '"a #":\t1'])
def test_tabs_are_read_alike_everywhere_because_they_are_refused(text):
    assert codes(text)[0] in ("yaml-tab", "yaml-syntax")


# ── Y3, Y4: features and keys ──

FEATURES = ["a: &x 1", "a: *x", "a: &x 1\nb: *x", "a: !x 1", "a: !!int 1", "a: !!python/object:os.system {}"]
FEATURES += ["%YAML 1.1\n---\na: 1", "%TAG ! tag:x:\n---\na: 1", "<<: {a: 1}", "a: {<<: {b: 1}}", "a: !<x> 1"]
FEATURES += [
    "a: !",
    "a: 1\n--- \nb: 1",
    "a: 1\n...\n---\nb: 1",
    "? [a]\n: 1",
    "? {a: 1}\n: 1",
    "null: 1",
]


@pytest.mark.parametrize("text", FEATURES)
def test_what_definitions_do_without_is_refused(text):
    assert codes(text)[0] == "yaml-feature"


@pytest.mark.parametrize("second", ["a", '"a"', "'a'", "\uff41", "\uff21", "A", "\u24b6"])
def test_a_key_stands_once_however_it_is_written(second):
    assert codes(f"a: 1\n{second}: 2") == ["duplicate-key"]
    assert codes(f"x: {{a: 1, {second}: 2}}") == ["duplicate-key"]


def test_keys_are_texts():
    found, problems = read(Text("f.yaml", "2021: 1\n1.0: 2\n"))
    assert problems == ()
    assert [entry.key for entry in found.root.entries] == ["2021", "1.0"]


@pytest.mark.parametrize("text", ["", "# nothing", "a", "[1]", "- a", "1", "null"])
def test_a_file_holds_one_mapping(text):
    assert codes(text) == ["yaml-syntax"]


# ── Y5, Y6: scalars ──

DOUBTFUL = """\
012 1:30 20:30:15.5 no No on ~ 1e3 0o12 0x1F 0b1 08 1_000 .inf -.inf .nan
1.0e+400 +1 .5 1. 190:20""".split()


@pytest.mark.parametrize("word", [*DOUBTFUL, "9007199254740993", "1" * 5_000])
def test_what_programs_read_differently_is_refused(word):
    assert len(codes(f"a: {word}")) == 1
    assert codes(f'a: "{word}"') == []


@pytest.mark.parametrize(
    ("word", "value"),
    [("12", 12), ("-0.5", -0.5), ("1.0e+3", 1000.0), ("true", True), ("null", None), ("12abc", "12abc"),
     ("2026-01-01", "2026-01-01"), ("88,31", "88,31"), ("-0", 0), ("nan", "nan"), ("a:b", "a:b")],
)  # fmt: skip
def test_what_programs_read_alike_is_read(word, value):
    node = read(Text("f.yaml", f"a: {word}"))[0].root.get("a")
    assert isinstance(node, ScalarNode)
    assert (node.value, type(node.value)) == (value, type(value))


BROKEN = [
    '"\\U00110000"',
    '"\\ud800"',
    '"\\q"',
    '"x',
    "'x",
    "[1",
    "{a",
    "@a",
    "`a",
    "%a",
    "}",
    "]",
    '"\\x4"',
    "a: b: c",
]


@pytest.mark.parametrize("value", BROKEN)
def test_each_failure_of_yaml_is_told_with_its_line(value):
    found = read(Text("f.yaml", f"x: 1\na: {value}"))[1]
    assert found[0].place.line in (2, 3)
    assert str(found[0].message).isprintable()


# ── J: schemas ──


def _parts(part: object, path: str = ""):
    yield path, part
    if isinstance(part, dict):
        for key, inner in part.items():
            if key not in ("examples", "enum"):
                yield from _parts(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _parts(inner, f"{path}/{number}")


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_refers_to_itself_alone_and_every_length_has_a_limit(path):
    """J1 and J2: nothing to be fetched, no uniqueItems, and a maximum for every text, list and mapping."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    for where, part in _parts(schema):
        if not isinstance(part, dict) or where.endswith(("/properties", "/$defs")):
            continue
        kinds = [part.get("type")] if isinstance(part.get("type"), str) else part.get("type", [])
        assert part.get("$ref", "#/$defs/").startswith("#/$defs/")
        assert "uniqueItems" not in part
        if "array" in kinds:
            assert part["maxItems"] <= 2_000, where
        if "string" in kinds:
            assert {"maxLength", "pattern", "enum", "const"} & set(part), where
        if "object" in kinds:
            assert part.get("additionalProperties") is False or "maxProperties" in part, where


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_patterns_are_anchored_plain_and_linear(path):
    """J2: a megabyte of what nearly fits; no letter of another script, no line break at the end."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    for pattern in {
        part["pattern"] for _, part in _parts(schema) if isinstance(part, dict) and "pattern" in part
    }:
        assert pattern.startswith("^")
        assert pattern.endswith("$(?!\\n)")
        assert not re.search(r"\\[dws]", pattern)
        for piece in ("a", "0", "-", "2021-", "http://a", "1.", "_", "a ", "a*", "1 a/", " ", "²"):
            assert re.search(pattern, piece * 1_000_000 + "\n") is None
        for good in ("a", "2021", "2021-01-01", "2021-S1", "http://a", "0.5"):
            if re.search(pattern, good):
                assert re.search(pattern, good + "\n") is None
                assert re.search(pattern, good[:-1] + "\u0661") is None


def test_the_network_is_closed_while_tests_run():
    """J1 and S1: whatever fetched something would fail loudly."""
    with socket.socket() as one, pytest.raises(AssertionError, match="network"):
        one.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("number", ["1.0e+400", ".inf", "-.inf", ".nan", "1" * 400])
def test_no_number_is_infinite(number):
    """J3: before the schema is asked, which infinite numbers and nan pass."""
    assert len(codes(f"range: [0, {number}]")) == 1


# ── F6 to F9: arithmetic ──

OVERFLOWS = [(power, 9.0, 400.0), (power, 0.0, -1.0), (power, -8.0, 0.5), (quotient, 1e300, 1e-300)]
OVERFLOWS += [(quotient, 1.0, 0.0), (remainder, 1.0, 0.0), (remainder, 1e300, 3.0), (remainder, 1e17, 7.0)]


@pytest.mark.parametrize(("function", "left", "right"), OVERFLOWS)
def test_what_no_double_holds_is_no_value(function, left, right):
    with pytest.raises(NoValue):
        function(left, right)


TOO_LARGE = [
    "round(exp(p * 7), 2)",
    "exp(p * 100)",
    "exp(p * 7) * exp(p * 7)",
    "exp(p * 7) ** 2",
    "1 / (b - b)",
]


@pytest.mark.parametrize("formula", TOO_LARGE)
def test_a_result_is_finite_or_no_value(formula):
    """F9: with the reason, and for the row alone."""
    found, errors = formulas.catalogue_of({"s0": formula})
    assert found is not None, errors
    row = {"id": "1", "a": 1.0, "b": 0.0, "p": 100.0, "i": 1, "c": None, "k": "x", "t": True}
    assert found.evaluate("2021", {"s": [row]}, keep_rows=["s"]).rows("s")[0]["f.s0"] is None


@pytest.mark.parametrize("formula", ["round(a, 16)", "round(a, i)", "round(1, -9999999)", "round(a, 0.5)"])
def test_the_digits_of_round_are_few_and_known(formula):
    """F7: sixteen characters that would take minutes."""
    assert formulas.catalogue_of({"s0": formula})[0] is None


@pytest.mark.parametrize(
    "formula", ["min", "a or 1", "sum", "not a", "t + t", "-t", "k + k", "1 if a else 2"]
)
def test_functions_are_no_values_and_conditions_no_numbers(formula):
    """F4 and F9."""
    assert formulas.catalogue_of({"s0": formula})[0] is None


@pytest.mark.parametrize("formula", ["1 if t or nothing > 1 else 2", "a if t else other(a)", "0 * nothing"])
def test_names_are_known_in_branches_that_would_not_run_too(formula):
    """F4."""
    _, errors = formulas.catalogue_of({"s0": formula})
    assert {problem.code for problem in errors} <= {"unknown-name", "unknown-function"}
    assert errors


# ── G: graphs ──


def _chain(length: int) -> dict[str, str]:
    uses = {f"s{n}": [f"s{n + 1}"] * 2 if n + 1 < length else [] for n in range(length)}
    return graphs.made(uses, {}, dict.fromkeys(uses, "i"))


def test_a_chain_that_doubles_at_each_step_is_computed_step_by_step():
    """G2 and G5: 2 ** 400 ways lead from the first step to the last, and no step is computed twice."""
    files = _chain(400)
    files["indicators/i.yaml"] = files["indicators/i.yaml"].replace("result: s0", "result: s360")
    found, errors = graphs.catalogue(files)
    assert found is not None, errors
    limit = sys.getrecursionlimit()
    assert found.evaluate("2021", {})["i"].value == float(2**40 - 1)
    assert found.explain("i", "2021", {}) is not None
    assert sys.getrecursionlimit() == limit


def test_a_cycle_is_told_link_by_link_and_at_most_twenty_of_them():
    """G1."""
    files = _chain(50)
    files["indicators/i.yaml"] = files["indicators/i.yaml"].replace("      s49: 1\n", "      s49: s0\n")
    _, errors = graphs.catalogue(files)
    assert [(problem.code, len(problem.related)) for problem in errors] == [("cycle", 20)]


def test_nothing_times_a_missing_value_is_missing():
    """G3: nothing is short-cut around it, and a step that doesn't use it has its value."""
    found, errors = graphs.catalogue(
        graphs.made(
            {"s0": [], "s1": [], "s2": []},
            {"s0": "0 * s1", "s1": graphs.MISSING_IN_2021, "s2": "2"},
            {"s0": "i", "s1": "i", "s2": "i"},
        )
    )
    assert found is not None, errors
    steps = found.evaluate("2021", {})["i"].steps
    assert isinstance(steps["s0"], Absent)
    assert isinstance(steps["s1"], Absent)
    assert steps["s2"] == 2
    assert found.evaluate("2022", {})["i"].steps == {"s0": 0, "s1": 1, "s2": 2}


# ── O1: messages ──


def test_a_value_in_a_message_is_short_and_visible():
    assert len(quoted("x" * 1_000)) == 60
    assert quoted("a\x1b[2J\u202e\u2003\n::error::") == "a\\x1b[2J\\u202e\\u2003\\x0a::error::"
    assert len(str(say("{value} " * 20, value="y" * 100))) <= 300
