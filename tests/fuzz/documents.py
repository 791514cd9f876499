"""Hostile YAML documents of the largest size, whole catalogues around them, and mutated good ones."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import engine
from engine.document import MAX_BYTES, decode, read
from engine.report.problems_text import plain, problems_text
from engine.text import Text
from fuzz.judging import Case

TESTS = Path(__file__).parent.parent
BASE = TESTS / "cases" / "mistakes" / "base"
SHIPPED = TESTS.parent / "definitions"

_REPEATED = {
    "brackets": ("a: ", "["),
    "braces": ("a: ", "{a: "),
    "dashes in a line": ("a:\n  ", "- "),
    "many keys": ("", "k{n}: 1\n"),
    "a flow list": ("a: [", "1, "),
    "odd words": ("a: [", "no, "),
    "odd words in lines": ("a:\n", "- no\n"),
    "decimal commas": ("a: {", "k{n}: 0,{n}, "),
    "the same key": ("", "a: 1\n"),
    "anchors": ("", "&a "),
    "aliases": ("a: &x [1]\nb: [", "*x, "),
    "merge keys": ("a: &x {b: 1}\n", "c{n}: {<<: *x}\n"),
    "tags": ("", "!a "),
    "tabs": ("a: 1\n#", "\t"),
    "tabs with hashes": ("a: 1\n", "#\t"),
    "tabs behind hashes in quotes": ('a: "', "#\t"),
    "tabs in comments": ("a: 1\n", "#\t\n"),
    "comments that touch": ("", "k{n}: 9 #x\n"),
    "one long text": ("a: ", "x "),
    "a long block": ("a: |\n", "  x\n"),
    "a folded block": ("a: >\n", "  x\n\n"),
    "a long key": ("", "a"),
    "explicit keys": ("", "? "),
    "keys in flow": ("{", "? a, "),
    "colons": ("", ":"),
    "single quotes": ("", "'"),
    "double quotes": ("", '"'),
    "escapes": ('a: "', "\\x41"),
    "odd escapes": ('a: "', "\\x01"),
    "documents": ("", "---\n"),
    "document ends": ("", "...\n"),
    "directives": ("", "%YAML 1.1\n"),
    "spaces": ("", " "),
    "line breaks": ("a: 1", "\r\n"),
    "lone carriage returns": ("a: 1\r\n", "\r"),
    "letters of two bytes": ("a: ", "é"),
    "combining marks": ("é", "\u0301"),
    "letters that unfold": ("", "\ufdfa"),
    "digits": ("a: ", "1"),
    "decimals": ("a: 1.", "1"),
    "an exponent": ("a: 1.0e+", "1"),
    "exponents": ("a: [", "1.0e+999999999, "),
    "clocks": ("a: 1", ":11"),
    "underscores": ("a: 1", "_"),
    "thousands": ("a: 1", ".000"),
    "a moment": ("a: 2000-01-01", " "),
    "minus signs": ("a: ", "-"),
    "glued keys": ("", "a:b\n"),
    "an open bracket": ("a: [", "\n"),
    "an open quote": ("a: '", "\n\n x"),
    "pairs": ("[", "a: b, "),
    "commas": ("{", ","),
    "keys without values": ("{", "a, "),
    "keys of look-alikes": ("", "{n}\uff41: 1\n"),
    "literal percent signs": ("a: |\n", "%\n"),
    "indentation": ("a:\n", "{indent}b:\n"),
}


def _full(opening: str, piece: str) -> str:
    """Return *opening* followed by as much of *piece* as a file may hold."""
    parts, size, number = [opening], len(opening.encode()), 0
    numbered = "{n}" in piece or "{indent}" in piece
    while True:
        one = piece.replace("{n}", str(number)).replace("{indent}", " " * (number + 1)) if numbered else piece
        size += len(one.encode())
        if size > MAX_BYTES:
            return "".join(parts)
        parts.append(one)
        number += 1


def repeated() -> Iterator[tuple[str, str]]:
    """Yield documents of 256 KB, each one thing over and over, by name."""
    for name, (opening, piece) in _REPEATED.items():
        yield name, _full(opening, piece)


_HEAD = "indicator: x\ntitle: X\nobjective: layanan\ndivision: layanan_publik\nsources: [loket]\n"
_VERSION = "versions:\n  - from: 2020-01-01\n    basis: {regulation: perda_1_2020}\n"
_SOURCE = "source: x\ntitle: X\ndivision: layanan_publik\n"


def _joined(count: int, piece: str) -> str:
    return "".join(piece.replace("{n}", str(number)) for number in range(count))


def _steps(count: int, piece: str, head: str = _HEAD + _VERSION) -> str:
    """Return an indicator with steps s0, s1, ... each made of *piece*; its result is the first."""
    return f"{head}    steps:\n{_joined(count, '      s{n}: ' + piece)}    result: s0\n"


def _versions(count: int, first: str) -> str:
    listed = (
        f"  - from: 20{number:02}-01-01\n    basis: {{regulation: perda_1_2020}}\n"
        + (first if not number else "")
        for number in range(count)
    )
    return f"{_HEAD}versions:\n{''.join(listed)}"


def files() -> Iterator[tuple[str, str, str]]:
    """Yield files that a catalogue chokes on, if anything makes it choke: name, path and text."""
    indicator, source = "indicators/x.yaml", "sources/x.yaml"
    parameters = f"{_HEAD}{_VERSION}    parameters:\n"
    yield "unknown keys", indicator, _HEAD + _joined(9_900, "titl{n}: 1\n")
    yield "long unknown keys", indicator, _HEAD + _joined(300, "versions" * 100 + "{n}: 1\n")
    yield "odd targets", indicator, _HEAD + "targets:\n" + _joined(9_900, "  a{n}: no\n")
    yield "targets of words", indicator, _HEAD + "targets:\n" + _joined(9_900, "  a{n}: x\n")
    yield "unknown sources", indicator, _HEAD.replace("[loket]", f"[{_joined(18_000, 'lokt{n}, ')}]")
    yield "unknown divisions", indicator, f"{_HEAD}contributors: [{_joined(11_000, 'layanan_publk{n}, ')}]\n"
    yield (
        "a choice of thousands",
        indicator,
        f"{parameters}      p: {{value: 1, choices: [{_joined(18_000, '{n}, ')}]}}\n",
    )
    yield "a set of thousands", indicator, f"{parameters}      p: {{set: [{_joined(18_000, '{n}, ')}]}}\n"
    yield "a set of one word", indicator, f"{parameters}      p: {{set: [{_joined(18_000, 'a, ')}]}}\n"
    yield "bands", indicator, f"{parameters}      p: {{bands: [{_joined(3_900, '{from: 1, value: 2}, ')}]}}\n"
    yield "thousands of steps", indicator, _steps(7_000, "lokt.nila{n}\n")
    unknown = " + ".join(f"stp{number}_{{n}}" for number in range(40))
    yield "unknown names", indicator, _steps(490, f"{unknown}\n")
    yield (
        "blank values",
        indicator,
        _steps(30, '{each: loket, formula: "' + "+".join(["nilai"] * 200) + '"}\n'),
    )
    yield "sums", indicator, _steps(79, "+".join(["1"] * 245) + "\n")
    yield "aggregates", indicator, _steps(100, "+".join(["mean(loket.nilai)"] * 20) + "\n")
    everything = " + ".join(f"s{number}" for number in range(120))
    yield "a complete graph", indicator, _steps(120, f"{everything}\n")
    doubling = "".join(f"      s{n}: s{n + 1} + s{n + 1}\n" for n in range(490))
    yield (
        "a chain that doubles",
        indicator,
        f"{_HEAD}{_VERSION}    steps:\n{doubling}      s490: 1\n    result: s0\n",
    )
    ring = "".join(f"      s{n}: s{(n + 1) % 490}\n" for n in range(490))
    yield "a ring", indicator, f"{_HEAD}{_VERSION}    steps:\n{ring}    result: s0\n"
    layers = "".join(f"      s{n}{side}: s{n + 1}a + s{n + 1}b\n" for n in range(40) for side in "ab")
    yield (
        "forty layers",
        indicator,
        f"{_HEAD}{_VERSION}    steps:\n{layers}      s40a: 1\n      s40b: 1\n    result: s0a\n",
    )
    heavy = "    steps:\n" + _joined(79, "      s{n}: " + "+".join(["1"] * 245) + "\n") + "    result: s0\n"
    yield "a hundred versions of much", indicator, _versions(100, heavy)
    light = "    steps:\n" + _joined(3, "      s{n}: " + "+".join(["1"] * 120) + "\n") + "    result: s0\n"
    yield "a hundred versions", indicator, _versions(100, light)
    yield (
        "thousands of versions",
        indicator,
        f"{_HEAD}versions:\n" + _joined(6_000, "  - {from: 2020-01-01}\n"),
    )
    given = "    result: 1\nexamples:\n  - title: a\n    period: 2021\n    given:\n"
    rows = _joined(990, "        - {id: a{n}, nila: 1, jens: 2}\n")
    yield (
        "rows of unknown columns",
        indicator,
        f"{_HEAD}{_VERSION}{given}      loket:\n{rows}    expect: {{result: 1}}\n",
    )
    values = _joined(9_900, "      lokt{n}: 1\n")
    yield "unknown values", indicator, f"{_HEAD}{_VERSION}{given}{values}    expect: {{result: 1}}\n"
    one = "  - {title: a, period: 2021, given: {}, expect: {result: 1}}\n"
    yield "examples", indicator, f"{_HEAD}{_VERSION}    result: 1\nexamples:\n{one * 490}"
    yield "columns", source, f"{_SOURCE}file: a.csv\ncolumns:\n" + _joined(4_900, "  c{n}: {type: nmber}\n")
    yield (
        "values of a category",
        source,
        f"{_SOURCE}file: a.csv\ncolumns: {{c: {{type: category, values: [{_joined(18_000, 'v{n}, ')}]}}}}\n",
    )
    names = f"values: [{_joined(990, 'v{n}, ')}], aliases: {{{_joined(990, 'a{n}: vx{n}, ')}}}"
    yield "aliases of nothing", source, f"{_SOURCE}file: a.csv\ncolumns: {{c: {{type: category, {names}}}}}\n"
    yield (
        "rows",
        source,
        f"{_SOURCE}columns: {{a: {{type: number}}}}\nrows:\n" + _joined(1_990, "  - {a: x, bb: 2}\n"),
    )
    yield (
        "a reference to itself",
        source,
        f"{_SOURCE}file: a.csv\nkey: a\ncolumns: {{a: {{type: reference, to: x}}}}\n",
    )
    yield (
        "unknown regulations",
        "regulations.yaml",
        "regulations:\n" + _joined(1_900, "  r{n}: {citation: x, amends: [r{n}x]}\n"),
    )
    yield "a long text", indicator, f"{_HEAD}note: {'x' * 240_000}\n"
    yield "a long id", indicator, _HEAD.replace("objective: layanan", "objective: " + "layanan" * 30_000)
    yield "a long word of a list", indicator, f"{_HEAD}better: {'higher' * 40_000}\n"
    yield "a long date", indicator, f"{_HEAD}versions:\n  - from: {'2020-' * 50_000}\n"
    yield (
        "a long address",
        "regulations.yaml",
        f"regulations:\n  a: {{citation: x, address: 'http://{'a' * 200_000}'}}\n",
    )
    yield "a long number in curly quotes", indicator, f"{_HEAD}range: [“{'1' * 80_000}”, 2]\n"
    yield "thousands without end", indicator, f"{_HEAD}range: [{'1.' * 100_000}1, 2]\n"
    yield "spaces before a percent sign", indicator, f"{_HEAD}range: [1{' ' * 200_000}x, 2]\n"
    yield (
        "huge numbers",
        indicator,
        f"{_HEAD}range: [-1.0e+300, 1.0e+308]\n{parameters.removeprefix(_HEAD)}      p: {{bands: [{{from: 1.0e+308, value: 1.0e+308}}, {{value: -1.0e+308}}]}}\n      q: {{value: 1.0e+308}}\n    result: band(q * q, p) * q\n",
    )
    yield (
        "the ends of the calendar",
        indicator,
        f'{_HEAD}targets: {{9999-TW4: 1, 0000: 1}}\nversions: [{{from: 0001-01-01, until: 9999-12-31, basis: {{regulation: perda_1_2020}}, result: "coalesce(previous(x), 1)"}}]\n',
    )
    yield (
        "no such day",
        indicator,
        f"{_HEAD}versions: [{{from: 0000-00-00, basis: {{regulation: a}}, result: 1}}]\n",
    )


PIECES = """\
: | - | , | [ | ] | { | } | ? | & | * | ! | # | % | @ | ` | ' | " | > | \\n | \\n  | \\t | --- | ... | no | 012 | 1:30 | ~ |
.nan | 1e5 | 0,5 | &a [*a] | !!python/object:os.system | <<: | \\x00 | \\u2028 | \\ufeff | \\ud800 | null | 2021-13-45 |
"\\\\x00" | "\\\\uD800" | 99999999999999999999 | sum( | where= | ((( | lambda: 1 | __import__""".split(" | ")


def mutated(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Yield files of good catalogues with pieces cut, doubled, moved and put in: name, path and text."""
    chance = random.Random(seed)
    pieces = [piece.strip(" ").encode("ascii").decode("unicode_escape") for piece in PIECES if piece]
    good = [
        (str(path.relative_to(BASE)), path.read_text(encoding="utf-8"))
        for path in sorted(BASE.rglob("*.yaml"))
    ]
    for number in range(count):
        path, text = chance.choice(good)
        for _ in range(chance.choice([1, 1, 2, 5])):
            at, length = chance.randrange(len(text)), chance.choice([0, 0, 1, 3, 30])
            kind = chance.randrange(4)
            if kind == 0:
                text = text[:at] + chance.choice(pieces) + text[at + length :]
            elif kind == 1:
                text = text[:at] + text[at + length + 1 :]
            elif kind == 2:
                to = chance.randrange(len(text))
                text = text[:to] + text[at : at + 40] + text[to:]
            else:
                lines = text.splitlines(keepends=True)
                chance.shuffle(lines) if chance.random() < 0.1 else lines.insert(
                    chance.randrange(len(lines)), chance.choice(lines)
                )
                text = "".join(lines)
        yield f"mutation {number} of {path}", path, text


def reading(text: str) -> None:
    """Read a document and put all that is said of it into words."""
    document, problems = read(Text("file.yaml", text))
    assert document is not None or problems, "refused without a word"
    _worded(problems)


def decoding(data: bytes) -> None:
    """Read a document from its bytes."""
    text, problems = decode(data, "file.yaml")
    assert text is not None or problems, "refused without a word"
    _worded(problems)
    if text is not None:
        reading(text.content)


def validating(path: str, content: str) -> None:
    """Check a whole catalogue in which one file is *content*, as `iku validate` does."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "definitions"
        shutil.copytree(BASE, root)
        (root / path).write_bytes(content.encode("utf-8", "surrogatepass"))
        _worded(engine.validate(root))


def _worded(problems: tuple[engine.Problem, ...]) -> None:
    """Draw all problems, and hold every message to its limits (O1)."""
    problems_text(problems)
    for problem in problems:
        told = plain(problem)
        for text in (told["message"], told["hint"] or ""):
            assert len(text) <= 300, "a message is too long"
            assert text.isprintable(), "a message shows what nobody sees"


def _case(name: str, function: object, *given: object) -> Case:
    return Case(name, lambda: function(*given))  # type: ignore[operator]


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    """Yield all documents made to be hostile, and *count* mutated ones, read and checked."""
    for name, text in repeated():
        yield _case(name, reading, text)
        yield _case(f"{name}, as an indicator", validating, "indicators/x.yaml", text)
    for name, path, text in files():
        yield _case(name, validating, path, text[: MAX_BYTES // 2] if len(text) > MAX_BYTES else text)
    for name, path, text in mutated(count, seed):
        yield _case(name, validating, path, text)
    chance = random.Random(seed)
    for number in range(count):
        yield _case(f"bytes {number}", decoding, chance.randbytes(chance.choice([1, 10, 100, 1_000])))
