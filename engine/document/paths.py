"""The keys that lead to a place: a name for it that stays when lines are inserted above."""

from __future__ import annotations

from collections import Counter

from engine.document.nodes import Document, MappingNode, Node, ScalarNode, SequenceNode
from engine.problems import quoted


def key_path(document: Document, offset: int) -> str:
    """Return the keys from the top of *document* to what stands at *offset*: ``versions[2021-01-01].result``.

    An item of a list is called by its first value, such as the day on which a version begins, so that
    another item before it changes nothing; items that are called alike are counted.
    """
    node: Node = document.root
    steps: list[str] = []
    # What follows a value on its line, such as a comment, belongs to the value.
    start_of_line = document.text.content.rfind("\n", 0, offset) + 1
    while not isinstance(node, ScalarNode):
        found = _child(node, offset, start_of_line)
        if found is None:
            break
        step, node = found
        steps.append(step if not steps or step.startswith("[") else f".{step}")
    return "".join(steps)


def _child(node: MappingNode | SequenceNode, offset: int, start_of_line: int) -> tuple[str, Node] | None:
    """Return the last part of *node* that begins before *offset* and reaches its line, with its step."""
    found: tuple[str, Node] | None = None
    before: Counter[str] = Counter()
    parts = (
        [(quoted(entry.key), entry.key_node.start, entry.node) for entry in node.entries]
        if isinstance(node, MappingNode)
        else [(_called(item), item.start, item) for item in node.items]
    )
    for name, start, part in parts:
        before[name] += 1
        if start > offset:
            break
        if part.end > start_of_line:
            if isinstance(node, SequenceNode):
                name = f"[{name}]" if before[name] == 1 else f"[{name} {before[name]}]"
            found = name, part
    return found


def _called(item: Node) -> str:
    while not isinstance(item, ScalarNode):
        parts: list[Node] = (
            [entry.node for entry in item.entries] if isinstance(item, MappingNode) else list(item.items)
        )
        if not parts:
            return ""
        item = parts[0]
    return quoted(item.written)
