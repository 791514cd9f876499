"""What is accepted at a glance is accepted by jsonschema too; and nearly all good files are."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from engine import schema
from engine.acceptance import ANNOTATIONS, KEYWORDS, surely
from engine.document import Document, MappingNode, Node, ScalarNode, SequenceNode, read
from engine.schema import _plain, _surely, _validator, _whole
from engine.text import Text

DEFINITIONS = Path(__file__).parent.parent / "definitions"
FILES = sorted(DEFINITIONS.rglob("*.yaml"))
ODD = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2.0,
    1e300,
    "",
    "x",
    "x" * 70,
    "x" * 5000,
    "no value",
    "2021",
    "1.0",
    "a\n",
)


def kind_of(path: Path) -> schema.Kind:
    return {"sources": "source", "indicators": "indicator", "scenarios": "scenario"}.get(
        path.parent.name, path.stem
    )  # type: ignore[return-value]


def document(path: Path) -> Document:
    found, problems = read(Text(path.name, path.read_text(encoding="utf-8")))
    assert found is not None, problems
    return found


def judged(node: Node, kind: schema.Kind) -> bool:
    """Return whether jsonschema finds nothing."""
    return not list(_validator(kind)(_plain(node)))


def changed(node: Node, chance: random.Random, donors: list[Node]) -> Node:
    """Return *node* with one part of it left out, doubled, or replaced by something that may not fit."""
    if isinstance(node, MappingNode) and node.entries and chance.random() < 0.9:
        at = chance.randrange(len(node.entries))
        entry = node.entries[at]
        what = chance.random()
        if what < 0.1:
            entries = [*node.entries[:at], *node.entries[at + 1 :]]
        else:
            key = chance.choice(["x", "From", "a b", "k" * 80, "from", "id"]) if what < 0.15 else entry.key
            inner = changed(entry.node, chance, donors)
            new = type(entry)(key, ScalarNode(node.text, 0, 1, key, key, plain=True), inner)
            entries = [
                new if other is entry else other
                for other in node.entries
                if other.key != key or other is entry
            ]
        return MappingNode(node.text, node.start, node.end, tuple(entries))
    if isinstance(node, SequenceNode) and node.items and chance.random() < 0.9:
        at = chance.randrange(len(node.items))
        inner = changed(node.items[at], chance, donors)
        times = chance.choice([0, 1, 1, 1, 1, 500])
        return SequenceNode(node.text, node.start, node.end, (*node.items[:at], *([inner] * times)))
    if chance.random() < 0.3:
        return chance.choice(donors)
    value = chance.choice(ODD)
    return ScalarNode(node.text, 0, 1, value, str(value), plain=True)


def parts(node: Node) -> list[Node]:
    inner = [e.node for e in node.entries] if isinstance(node, MappingNode) else []
    inner += list(node.items) if isinstance(node, SequenceNode) else []
    return [node, *(part for child in inner for part in parts(child))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_good_file_is_accepted_without_jsonschema(path):
    assert _surely(kind_of(path))(document(path).root)


@pytest.mark.parametrize("kind", schema.names())
def test_it_agrees_with_jsonschema_on_files_with_something_changed(kind):
    """Whatever part of a file is replaced, by whatever stands elsewhere in one: never accepted alone."""
    chance = random.Random(20211231)
    roots = [document(path).root for path in FILES if kind_of(path) == kind]
    donors = [part for path in FILES for part in parts(document(path).root)]
    seen = {True: 0, False: 0}
    for _ in range(250):
        node = changed(chance.choice(roots), chance, donors)
        accepted, good = _surely(kind)(node), judged(node, kind)
        assert good or not accepted
        assert (
            accepted
            or not good
            or any(part.value == 2.0 for part in parts(node) if isinstance(part, ScalarNode))
        )
        seen[good] += 1
    assert min(seen.values()) > 10, "the changes are too wild or too tame to compare anything"


def test_our_schemas_use_only_keywords_that_are_decided_at_a_glance():
    """Another keyword is no mistake, but every file would be judged by jsonschema, which takes its time."""

    def used(part) -> set[str]:
        if not isinstance(part, dict):
            return set()
        inner = [
            *part.get("properties", {}).values(),
            *(part.get(key) for key in ("items", "additionalProperties")),
        ]
        return set(part).union(*(used(one) for one in [*inner, part.get("propertyNames")]))

    for kind in schema.names():
        assert used(_whole(kind)) <= ANNOTATIONS | KEYWORDS


@pytest.mark.parametrize(
    "rule", [{"type": "string", "format": "date"}, {"oneOf": [{"type": "string"}]}, False]
)
def test_a_keyword_that_is_not_known_is_never_surely_fulfilled(rule):
    node = ScalarNode(Text("x", "2021"), 0, 4, "2021", "2021", plain=True)
    assert not surely(json.loads(json.dumps(rule)))(node)
