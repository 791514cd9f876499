"""Ask JSON Schema, answer in our problems.

The only module that knows jsonschema. The schemas are ours and stand in `schemas/`; nothing is ever
fetched (guard J1), and no message of jsonschema is shown, for they print whole values (guard J3).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from engine.acceptance import Surely, surely
from engine.document import (
    Document,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_text,
    day_first,
    misread,
    value_of,
)
from engine.problems import (
    MOST_OF_A_FILE,
    Fix,
    Message,
    Problem,
    Scalar,
    Several,
    as_message,
    either,
    error,
    instead,
    limited,
    listed,
    near,
    nearest,
    say,
)
from engine.text import Place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Kind = Literal["organization", "regulations", "source", "indicator", "scenario"]

_KINDS: tuple[Kind, ...] = ("organization", "regulations", "source", "indicator", "scenario")
_Path = tuple[str | int, ...]
_Lacking = dict[_Path, list[str]]
_OTHER_SCALARS = {"number", "integer", "boolean"}
_LONGEST_LIST = 12
_MOST_FAULTS = 2 * MOST_OF_A_FILE
"""More than are worded, so that a mistake that gives two faults is seen whole."""
_TYPES = {
    "string": say("a text"),
    "number": say("a number"),
    "integer": say("a whole number"),
    "boolean": say("true or false"),
    "array": say("a list"),
    "object": say("a mapping"),
    "null": say("nothing"),
}


def names() -> list[str]:
    """Return the names of the schemas, as `iku schema` lists them."""
    return list(_KINDS)


def schema_text(name: str) -> str:
    """Return the JSON Schema called *name*; KeyError for a name that `names` does not list."""
    if name not in _KINDS:
        raise KeyError(name)
    return (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")


def shipped(name: Literal["schemas", "definitions"]) -> Path:
    """Return the folder of data that comes with iku, in a checkout and in an installed package."""
    package = Path(__file__).resolve().parent
    installed = package / "shipped" / name
    return installed if installed.is_dir() else package.parent / name


def check(document: Document, kind: Kind) -> list[Problem]:
    """Return how *document* differs from the schema of its *kind*, each at its place."""
    if _surely(kind)(document.root):
        return []
    errors = list(islice(_validator(kind)(_plain(document.root)), _MOST_FAULTS))
    return list(limited(_worded(document, errors), document.text))


def _worded(document: Document, errors: Sequence[ValidationError]) -> Iterator[Problem]:
    """Yield the problems of *errors*; a missing key comes after those that may be meant for it."""
    lacking: _Lacking = {}
    for fault in errors:
        if fault.validator == "required":
            lacking[tuple(fault.absolute_path)] = _absent(fault)
    for fault in errors:
        if fault.validator != "required":
            yield from _problems(document, fault, lacking)
    for path, keys in lacking.items():
        yield from (_missing(document, path, key) for key in keys)


def settled(document: Document, kind: Kind, problems: Iterable[Problem]) -> list[Problem]:
    """Return *problems* of reading *document*; a fix is safe if the schema takes it and no other one.

    ``no`` may mean false or the text "no". Where only a text belongs, it means the text for certain.
    """
    found = list(problems)
    if not any(problem.fixes for problem in found):
        return found
    paths = dict(_flawed(document.root, ()))
    odd = {
        n: p for n, p in enumerate(found) if p.fixes and isinstance(p.place, Place) and p.place.start in paths
    }
    taken: dict[int, list[Fix]] = {number: [] for number in odd}
    for alternative in range(max((len(problem.fixes) for problem in odd.values()), default=0)):
        fixes = {n: p.fixes[alternative] for n, p in odd.items() if alternative < len(p.fixes)}
        values = {fix.edits[0].place.start: _meant(fix.edits[0].text) for fix in fixes.values()}
        faults = _validator(kind)(_plain(document.root, values))
        refused = {tuple(fault.absolute_path) for fault in faults}
        for number, fix in fixes.items():
            if paths[fix.edits[0].place.start] not in refused:
                taken[number].append(fix)
    for number, fixes_taken in taken.items():
        if len(fixes_taken) == 1:
            found[number] = replace(found[number], fixes=(replace(fixes_taken[0], safe=True),))
    return found


def _flawed(node: Node, path: _Path) -> Iterator[tuple[int, _Path]]:
    """Yield where each refused scalar below *node* begins, and its path."""
    if isinstance(node, ScalarNode):
        if node.flawed:
            yield node.start, path
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.items):
            yield from _flawed(item, (*path, number))
    else:
        for entry in node.entries:
            yield from _flawed(entry.node, (*path, entry.key))


def _meant(text: str) -> Scalar:
    """Return what a scalar that a fix writes is read as."""
    return text[1:-1] if text.startswith('"') else value_of(text)[0]


@cache
def _surely(kind: Kind) -> Surely:
    return surely(_whole(kind))


@cache
def _whole(kind: Kind) -> Any:
    schema = json.loads(schema_text(kind))
    return _inlined(schema, schema["$defs"])


@cache
def _validator(kind: Kind) -> Callable[[object], Iterable[ValidationError]]:
    from jsonschema.validators import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(_whole(kind), registry=Registry()).iter_errors


def _inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a schema with what it refers to in the place of each reference.

    Our references never go round in circles, and following them one by one doubles the time.
    """
    if isinstance(part, list):
        return [_inlined(inner, definitions) for inner in part]
    if not isinstance(part, dict):
        return part
    whole = {key: _inlined(inner, definitions) for key, inner in part.items() if key not in ("$defs", "$ref")}
    if "$ref" not in part:
        return whole
    return _inlined(definitions[part["$ref"].removeprefix("#/$defs/")], definitions) | whole


def _plain(node: Node, instead: Mapping[int, Scalar] = MappingProxyType({})) -> Any:
    """Return *node* as the plain values that jsonschema reads; *instead* has others, by where they begin."""
    if isinstance(node, ScalarNode):
        return instead.get(node.start, node.value)
    if isinstance(node, SequenceNode):
        return [_plain(item, instead) for item in node.items]
    return {entry.key: _plain(entry.node, instead) for entry in node.entries}


def _problems(document: Document, fault: ValidationError, lacking: _Lacking) -> Iterable[Problem]:
    """Return one difference as our problems; an unknown key near a missing one takes its place."""
    path = tuple(fault.absolute_path)
    node, entry = _find(document, path)
    rule = fault.schema if isinstance(fault.schema, Mapping) else {}
    if isinstance(node, MappingNode):
        if fault.validator == "additionalProperties":
            extras = _extra(node, rule)
            wanted = lacking.get(path, [])
            return (_unknown(extra, rule, wanted, alone=len(extras) == 1) for extra in extras)
        if "propertyNames" in fault.absolute_schema_path:
            odd = node.by_key.get(str(fault.instance))
            return [] if odd is None else [_wrong(_Spot(odd.key_node, None), str(fault.validator), rule)]
    if isinstance(node, ScalarNode) and node.flawed:
        return []
    return [_wrong(_Spot(node, entry), str(fault.validator), rule)]


@dataclass(frozen=True)
class _Spot:
    """What stands at the place of a difference, and the key before it, if any."""

    node: Node
    entry: Entry | None

    @property
    def place(self) -> Place:
        """Where a scalar stands; for lists and mappings their key, which is shorter."""
        if isinstance(self.node, ScalarNode) or self.entry is None:
            return self.node.place
        return self.entry.key_place


def _wrong(spot: _Spot, keyword: str, rule: Mapping[str, Any]) -> Problem:
    """Return the problem of a value that breaks *keyword* of the schema's *rule*."""
    node, place = spot.node, spot.place
    text = node.written if isinstance(node, ScalarNode) else ""
    wanted = rule.get(keyword)
    if keyword == "type":
        return _wrong_type(spot, rule)
    if keyword == "enum":
        return error(
            "not-in-list",
            place,
            say("`{text}` is not one of {choices}", text=text, choices=_names(rule["enum"])),
            nearest(text, [str(choice) for choice in rule["enum"]]),
            fixes=instead(place, near(text, [str(choice) for choice in rule["enum"]])),
        )
    if keyword == "pattern":
        code = rule.get("problemCode", "bad-code")
        reason = as_message(rule["patternErrorMessage"])
        odd = day_first(text, place) if code == "bad-date" else None
        return odd or error(
            code, place, say("`{text}` does not fit here: {reason}", text=text, reason=reason)
        )
    if keyword in ("minimum", "maximum"):
        return error(
            "out-of-range",
            place,
            say("{value} is too small; the least is {limit}", value=text, limit=wanted)
            if keyword == "minimum"
            else say("{value} is too large; the most is {limit}", value=text, limit=wanted),
        )
    if keyword in ("minLength", "minItems", "minProperties"):
        if wanted == 1:
            return error("missing-key", place, say("{name} is empty", name=_called(spot)), _like(rule))
        return error(
            "wrong-type",
            place,
            say("{name} needs at least {limit} parts", name=_called(spot), limit=wanted),
            _like(rule),
        )
    if keyword in ("maxLength", "maxItems", "maxProperties"):
        long_list = keyword != "maxLength" and isinstance(wanted, int) and wanted >= MOST_OF_A_FILE
        return error(
            "too-many" if long_list else "too-long",
            place,
            say("{name} has more than {limit} characters", name=_called(spot), limit=wanted)
            if keyword == "maxLength"
            else say("{name} has more than {limit} parts", name=_called(spot), limit=wanted),
            _like(rule),
        )
    return error(
        "wrong-type",
        place,
        say("{name} does not have the form that is needed here", name=_called(spot)),
        _like(rule),
    )


def _wrong_type(spot: _Spot, rule: Mapping[str, Any]) -> Problem:
    node = spot.node
    types = (
        [rule["type"]] if isinstance(rule["type"], str) else [kind for kind in rule["type"] if kind != "null"]
    )
    name, expected = _called(spot), _either([_TYPES[kind] for kind in types])
    if isinstance(node, ScalarNode):
        if node.value is None:
            return error(
                "wrong-type",
                spot.place,
                say("{name} has no value; {expected} belongs here", name=name, expected=expected),
                _like(rule),
            )
        odd = misread(node) if isinstance(node.value, str) and {"number", "integer"} & set(types) else None
        if odd is not None:
            return odd
        if "string" in types:
            return error(
                "wrong-type",
                spot.place,
                say(
                    "{name} needs {expected}; `{text}` is read as {kind}",
                    name=name,
                    expected=expected,
                    text=node.written,
                    kind=_kind_of(node),
                ),
                say('put it in quotes: `"{text}"`', text=node.written),
                fixes=[as_text(node.written, spot.place, safe=not _OTHER_SCALARS & set(types))],
            )
        return error(
            "wrong-type",
            spot.place,
            say(
                "{name} needs {expected}; `{text}` is {kind}",
                name=name,
                expected=expected,
                text=node.written,
                kind=_kind_of(node),
            ),
            _like(rule),
        )
    return error(
        "wrong-type",
        spot.place,
        say("{name} needs {expected}; {kind} stands here", name=name, expected=expected, kind=_kind_of(node)),
        _like(rule),
    )


def _unknown(entry: Entry, rule: Mapping[str, Any], lacking: list[str], *, alone: bool) -> Problem:
    """Return the problem of an unknown key; beside one that is missing it is that one, written otherwise.

    It is so too where their letters differ, if it is `alone` and one is missing: ``kolom`` for ``columns``.
    """
    known = list(rule.get("properties", {}))
    wanted = lacking if alone and len(lacking) == 1 else near(entry.key, lacking)[:1]
    names = tuple(wanted) or near(entry.key, known)
    hint = nearest(names[0], names[:1]) if wanted else None
    for key in tuple(wanted):
        lacking.remove(key)
    return error(
        "unknown-key",
        entry.key_place,
        say("the key `{key}` is not known here", key=entry.key),
        hint or nearest(entry.key, known) or say("the keys are {keys}", keys=_names(known[:_LONGEST_LIST])),
        fixes=instead(entry.key_place, names),
    )


def _missing(document: Document, path: _Path, key: str) -> Problem:
    node, entry = _find(document, path)
    if entry is not None:
        place = entry.key_place
    elif isinstance(node, MappingNode) and node.entries:
        place = node.entries[0].key_place
    else:
        place = node.place
    return error(
        "missing-key", place, say("the key `{key}` is missing", key=key), say("add `{key}:`", key=key)
    )


def _extra(node: MappingNode, rule: Mapping[str, Any]) -> list[Entry]:
    known = rule.get("properties", {})
    return [entry for entry in node.entries if entry.key not in known and not entry.key_node.flawed]


def _find(document: Document, path: _Path) -> tuple[Node, Entry | None]:
    """Return the node at *path*, and its entry if it is a mapping's value."""
    node: Node = document.root
    entry: Entry | None = None
    for step in path:
        if isinstance(node, MappingNode):
            entry = node.by_key[str(step)]
            node = entry.node
        elif isinstance(node, SequenceNode):
            entry, node = None, node.items[int(step)]
    return node, entry


def _kind_of(node: Node) -> Message:
    if isinstance(node, MappingNode):
        return _TYPES["object"]
    if isinstance(node, SequenceNode):
        return _TYPES["array"]
    if isinstance(node.value, bool):
        return _TYPES["boolean"]
    return _TYPES["string"] if isinstance(node.value, str) else _TYPES["number"]


def _called(spot: _Spot) -> Message:
    """Return what a sentence calls a key, or an item of a list."""
    return say("this entry") if spot.entry is None else say("`{name}`", name=spot.entry.key)


def _like(rule: Mapping[str, Any]) -> Message | None:
    """Return a hint with the schema's own example, as it would stand in the file."""
    examples = rule.get("examples")
    return None if not examples else say("write it like `{example}`", example=as_message(_flow(examples[0])))


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return str(value)


def _names(names: Sequence[Scalar]) -> Several:
    return listed(say("`{name}`", name=name) for name in names)


def _either(kinds: Sequence[Message]) -> Message | Several:
    """Return kinds of values as a choice; `true or false` is one of them and stands last."""
    return kinds[0] if len(kinds) == 1 else either([listed(kinds[:-1]), kinds[-1]])


def _absent(fault: ValidationError) -> list[str]:
    """Return the required keys that the mapping lacks; jsonschema names them only in its message."""
    rule, present = fault.schema, fault.instance
    assert isinstance(rule, Mapping), "`required` stands in a schema that is a mapping"
    assert isinstance(present, Mapping), "`required` speaks of mappings"
    return [key for key in rule["required"] if key not in present]
