"""Plain scalars: what we read is what YAML 1.1 and YAML 1.2 both read, or a refusal (Y5).

The reader of YAML 1.1 is PyYAML's own resolver. The reader of YAML 1.2 is its core schema, written down
from section 10.3.2 of the specification.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator
from datetime import date, datetime

import yaml

from engine.document import ScalarNode, read
from engine.text import Text
from fuzz.judging import Case

_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)
_INFINITY = re.compile(r"([-+]?)\.(?:inf|Inf|INF)\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_NAN = re.compile(r"\.(?:nan|NaN|NAN)\Z")


def core(written: str) -> object:
    """Return what a plain scalar is in the core schema of YAML 1.2."""
    if _NULL.match(written):
        return None
    if _BOOLEAN.match(written):
        return written.lower() == "true"
    if _INTEGER.match(written):
        return _whole(written, 10)
    if _OCTAL.match(written):
        return _whole(written[2:], 8)
    if _HEXADECIMAL.match(written):
        return _whole(written[2:], 16)
    if infinity := _INFINITY.match(written):
        return float(f"{infinity[1]}inf")
    if _NAN.match(written):
        return math.nan
    return float(written) if _FLOAT.match(written) else written


def _whole(digits: str, base: int) -> object:
    return int(digits, base) if len(digits) < 4_000 else math.inf


def old(written: str) -> object:
    """Return what a plain scalar is in YAML 1.1, as PyYAML reads it; ValueError where it fails on it."""
    loader = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, written, (True, False))
    node = yaml.ScalarNode(tag, written)
    if tag.endswith(":str"):
        return written
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError, KeyError, AttributeError) as failure:
        raise ValueError(written) from failure


def judged_scalar(written: str) -> str | None:
    """Return what is wrong with our reading of ``key: <written>``, or None."""
    document, problems = read(Text("f.yaml", f"key: {written}\n"))
    refused = any(problem.severity == "error" for problem in problems)
    if document is None or refused:
        return None if refused else "refused without a word"
    node = document.root.get("key")
    if not isinstance(node, ScalarNode) or not node.plain:
        return None
    ours, text = node.value, node.written
    new = core(text)
    try:
        first = old(text)
    except ValueError:
        # A day that the calendar does not have: dates are texts here, and the definitions check them.
        return None if ours == text and _DAY.match(text) else f"read as {ours!r}; YAML 1.1 fails on it"
    if isinstance(first, date | datetime) and new == text == ours:
        return None  # dates are texts here, and the definitions say where a date belongs
    for theirs, which in ((first, "1.1"), (new, "1.2")):
        same = type(theirs) is type(ours) or {type(theirs), type(ours)} == {int, float}
        if not same or theirs != ours:
            return f"read as {ours!r}, by YAML {which} as {theirs!r}"
    return None


WORDS = """\
null Null NULL ~ true True TRUE false False FALSE yes Yes YES no No NO on On ON off Off OFF y Y n N = << nan NaN
.nan .NaN .NAN .inf .Inf .INF -.inf +.inf inf Infinity none None undefined 0 -0 +0 00 0.0 -0.0 1. .5 -.5 +.5 . .. ...
- -- + ++ _ 1_ _1 1_000 1,000 0,5 1.000 1.250 1.250.000 1.2.3 012 0o12 0o9 0x1F 0X1f 0b101 0b2 08 09 1e3 1E3 1e+3 1.e3
1.0e3 1.0e+3 1.0E-3 1.0e+400 -1.0e+400 1e400 9007199254740992 9007199254740993 99999999999999999999 1:30 01:30 1:60
20:30:15 20:30:15.5 190:20:30 1:2:3:4 2026-01-01 2026-13-01 2026-1-1 2026-02-30 2026-01-01T10:00:00Z 31-01-2021 0000-00-00
2026-01-01x 85% Rp1.000 12abc 1-2 1/9 199001012015031001 +62 +1 1+1 1e 1e+ e1 0e0 0.e0 1.5.0 ٣ １２ 1２ 1\u00a0000 Ⅷ ½ ² ∞ −1
a:b a#b a:b:c C:\\x http://a b?c - a""".split()


def written(count: int, seed: int = 1) -> Iterator[str]:
    """Yield known odd words, every text of up to three odd characters, and *count* random ones."""
    yield from WORDS
    for length in (1, 2, 3):
        for letters in itertools.product("01.-+_:e~x", repeat=length):
            yield "".join(letters)
    chance = random.Random(seed)
    alphabet = "0123456789" * 3 + "....----++__::,,eExXoObBTZ%/ ~=<nafiulrs"
    for _ in range(count):
        if chance.random() < 0.3:
            word = list(chance.choice(WORDS))
            word.insert(chance.randrange(len(word) + 1), chance.choice(alphabet))
            yield "".join(word)
        else:
            yield "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 12)))


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    """Yield the scalars as cases."""
    for word in written(count, seed):
        yield Case(repr(word), lambda word=word: judged_scalar(word))  # type: ignore[misc]
