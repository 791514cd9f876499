"""Tell at a glance that a document surely fits its schema, so that jsonschema need not be asked.

jsonschema looks at a thousand good files for seconds, and importing it takes a tenth of one. Most files
are good, and our schemas use sixteen plain keywords. They are made into functions on nodes once; a schema
with any other keyword is never sure of anything, and what is not sure is for jsonschema to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.document import MappingNode, Node, ScalarNode, SequenceNode

Surely = Callable[[Node], bool]
"""Whether a node surely fits; False only says that jsonschema must be asked."""

ANNOTATIONS = frozenset(
    {"$schema", "$id", "$defs", "title", "description", "examples", "markdownEnumDescriptions"}
    | {"patternErrorMessage", "problemCode"}
)
"""Keywords that no value can break. `$defs` only serve references, which are resolved before."""
KEYWORDS = frozenset(
    {"type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"}
    | {"properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "required"}
    | {"items", "minItems", "maxItems"}
)

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),  # 2.0 is an integer for jsonschema too, and is left to it
    "boolean": (bool,),
    "null": (type(None),),
    "object": (MappingNode,),
    "array": (SequenceNode,),
}


def surely(schema: Any) -> Surely:
    """Return the function that tells whether a node surely fits *schema*, which refers to nothing."""
    if schema is True:
        return lambda node: True
    if not isinstance(schema, Mapping) or schema.keys() - ANNOTATIONS - KEYWORDS:
        return lambda node: False
    said = schema.get("type", list(_TYPES))
    types = [kind for name in ([said] if isinstance(said, str) else said) for kind in _TYPES[name]]
    tests: dict[type, Callable[[Any], bool]] = {kind: _fits(kind, schema) for kind in types}

    def accepts(node: Node) -> bool:
        value = node.value if isinstance(node, ScalarNode) else node
        test = tests.get(type(value))
        return test is not None and test(value)

    return accepts


def _fits(kind: type, schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return what tells whether a value of type *kind* fits all other keywords of *schema*."""
    if kind is MappingNode:
        return _mapping(schema)
    if kind is SequenceNode:
        return _sequence(schema)
    choices = schema.get("enum")
    if choices is not None:
        # Only texts are compared: for jsonschema 1 is 1.0, but not true.
        words = frozenset(choice for choice in choices if isinstance(choice, str))
        return words.__contains__ if kind is str else lambda value: False
    if kind is str:
        return _text(schema)
    if kind in (int, float):
        low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
        return lambda value: bool(low <= value <= high)
    return lambda value: True


def _text(schema: Mapping[str, Any]) -> Callable[[str], bool]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
    if "pattern" not in schema:
        return lambda value: least <= len(value) <= most
    search = re.compile(schema["pattern"]).search
    return lambda value: least <= len(value) <= most and search(value) is not None


def _sequence(schema: Mapping[str, Any]) -> Callable[[SequenceNode], bool]:
    least, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
    item = surely(schema.get("items", True))
    if "enum" in schema:
        return lambda node: False
    return lambda node: least <= len(node.items) <= most and all(map(item, node.items))


def _mapping(schema: Mapping[str, Any]) -> Callable[[MappingNode], bool]:
    least, most = schema.get("minProperties", 0), schema.get("maxProperties", float("inf"))
    known = {name: surely(inner) for name, inner in schema.get("properties", {}).items()}
    other = surely(schema.get("additionalProperties", True))
    key = surely(schema.get("propertyNames", True))
    required = frozenset(schema.get("required", ()))
    any_key = "propertyNames" not in schema
    if "enum" in schema:
        return lambda node: False

    def accepts(node: MappingNode) -> bool:
        entries = node.entries
        if not least <= len(entries) <= most or not required <= node.by_key.keys():
            return False
        for entry in entries:
            if not known.get(entry.key, other)(entry.node):
                return False
        return any_key or all(key(entry.key_node) for entry in entries)

    return accepts
