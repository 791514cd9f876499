"""The graph of uses as a tree, as Mermaid or DOT for drawing, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from engine.definition import Catalogue, Label
from engine.graph import Edge, Graph, Node, build
from engine.problems import quoted
from engine.report.wording import Wording
from engine.versions import Rule, in_force_on, rules

Form = Literal["text", "mermaid", "dot", "json"]
_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "parameter": ("parameter", "parameter"),
    "source": ("sumber data", "data source"),
    "each": ("tiap baris {source}", "each row of {source}"),
    "earlier": ("periode sebelumnya", "an earlier period"),
    "above": ("lihat di atas", "see above"),
}
_SHAPES = {
    "indicator": ('(["', '"])'),
    "step": ('["', '"]'),
    "parameter": ('{{"', '"}}'),
    "source": ('[("', '")]'),
}
_DOT_SHAPES = {"indicator": "ellipse", "step": "box", "parameter": "hexagon", "source": "cylinder"}


def graph_at(catalogue: Catalogue, at: date | None = None) -> Graph:
    """Return who uses what among the rules in force on day *at*, or among the newest ones without a day."""
    found: dict[str, Rule] = {}
    for indicator in catalogue.indicators.values():
        written = rules(indicator)
        rule = in_force_on(indicator, at) if at is not None else written[-1] if written else None
        if isinstance(rule, Rule):
            found[indicator.id] = rule
    return build(catalogue, found)


def graph_text(
    graph: Graph,
    catalogue: Catalogue,
    form: Form = "text",
    indicators: Iterable[str] | None = None,
    language: str = "id",
) -> str:
    """Return the graph, or the part that *indicators* need, in one of the forms; sources stand left.

    Titles are written so that none of them can become code of the drawing language.
    """
    picture = _Picture(graph, catalogue, indicators, language)
    if form == "json":
        return json.dumps(picture.plain(), ensure_ascii=False, indent=2) + "\n"
    lines = {"text": picture.tree, "mermaid": picture.mermaid, "dot": picture.dot}[form]
    return "\n".join(lines()) + "\n"


class _Picture:
    def __init__(
        self, graph: Graph, catalogue: Catalogue, indicators: Iterable[str] | None, language: str
    ) -> None:
        self.graph, self.catalogue, self.wording = graph, catalogue, Wording(language)
        self.roots = [
            Node("indicator", name) for name in (sorted(graph.rules) if indicators is None else indicators)
        ]
        self.uses: dict[Node, dict[Node, bool]] = {}
        for edge in graph.edges:
            uses = self.uses.setdefault(edge.user, {})
            uses[edge.used] = uses.get(edge.used, True) and edge.earlier
        self.others = {root: self.steps_beside(root) for root in self.roots}
        wanted = [*self.roots, *(step for steps in self.others.values() for step in steps)]
        shown = frozenset(graph.nodes) if indicators is None else graph.needed_for(wanted)
        self.nodes = sorted(shown)
        self.edges = sorted(
            (edge for edge in graph.edges if edge.user in shown and edge.used in shown),
            key=lambda edge: (edge.user, edge.used, edge.place.path, edge.place.start),
        )
        if indicators is None:
            used = {edge.used for edge in self.edges if not edge.earlier}
            self.roots = [root for root in self.roots if root not in used] or self.roots

    def steps_beside(self, root: Node) -> list[Node]:
        """Return the steps of an indicator that neither its result nor another such step uses."""
        needed = self.graph.needed_for([root])
        rule = self.graph.rules.get(root.id)
        beside = [Node("step", root.id, step) for step in (rule.steps if rule is not None else ())]
        beside = [step for step in beside if step not in needed]
        used = {use for step in beside for use in self.uses.get(step, ())}
        return [step for step in beside if step not in used]

    def say(self, word: str, /, **values: str) -> str:
        return _WORDS[word][0 if self.wording.language == "id" else 1].format_map(values)

    def title(self, node: Node, *, whole: bool = False) -> str:
        """Return what people call a node, on one line with nothing invisible; cut short unless *whole*."""
        title: Label | None = None
        rule = self.graph.rules.get(node.id)
        if node.kind == "source":
            title = self.catalogue.sources[node.id].title
        elif node.kind == "indicator":
            title = self.catalogue.indicators[node.id].title
        elif rule is not None:
            entry = rule.steps[node.name] if node.kind == "step" else rule.parameters[node.name]
            title = entry.remarks.title
        if title is None:
            return node.name or node.id
        return self.wording.label(title) if whole else quoted(self.wording.label(title))

    # ── a tree of lines ──

    def tree(self) -> Iterator[str]:
        """Yield each indicator with what it uses below it; what was opened before is not opened again."""
        opened: set[Node] = set()
        for root in self.roots:
            waiting: list[tuple[Node, str, str, bool]] = [(root, "", "", False)]
            while waiting:
                node, lead, inner, earlier = waiting.pop()
                again = node in opened and bool(self.uses.get(node))
                yield lead + self.line(node, earlier=earlier, again=again)
                if earlier or again:
                    continue
                opened.add(node)
                below = self.below(node)
                for number, (used, before) in reversed(list(enumerate(below, start=1))):
                    last = number == len(below)
                    waiting.append(
                        (used, inner + ("└─ " if last else "├─ "), inner + ("   " if last else "│  "), before)
                    )

    def below(self, node: Node) -> list[tuple[Node, bool]]:
        """Return what a node uses: steps and indicators, parameters, sources; then steps used by none."""
        order = {"indicator": 0, "step": 0, "parameter": 1, "source": 2}
        found = sorted(self.uses.get(node, {}).items(), key=lambda use: order[use[0].kind])
        return found + [(step, False) for step in self.others.get(node, ())]

    def line(self, node: Node, *, earlier: bool, again: bool) -> str:
        name = node.name or node.id
        title = self.title(node)
        told = [name if title == name else f"{title} ({name})"]
        rule = self.graph.rules.get(node.id)
        if node.kind in ("parameter", "source"):
            told.append(self.say(node.kind))
        elif node.kind == "step" and rule is not None and (each := rule.steps[node.name].each) is not None:
            told.append(self.say("each", source=each.id))
        told += [self.say("earlier")] if earlier else []
        told += [self.say("above")] if again and not earlier else []
        return ", ".join(told)

    # ── drawing languages ──

    def mermaid(self) -> Iterator[str]:
        names = {node: f"n{number}" for number, node in enumerate(self.nodes, start=1)}
        yield "flowchart LR"
        for node in self.nodes:
            opening, closing = _SHAPES[node.kind]
            yield f"    {names[node]}{opening}{_mermaid_label(self.label(node))}{closing}"
        for (used, user), earlier in self.links().items():
            yield f"    {names[used]} {'-.->' if earlier else '-->'} {names[user]}"

    def dot(self) -> Iterator[str]:
        yield "digraph iku {"
        yield "    rankdir=LR;"
        for node in self.nodes:
            label = _dot_text(self.label(node))
            yield f"    {_dot_text(_id(node))} [shape={_DOT_SHAPES[node.kind]}, label={label}];"
        for (used, user), earlier in self.links().items():
            style = " [style=dashed]" if earlier else ""
            yield f"    {_dot_text(_id(used))} -> {_dot_text(_id(user))}{style};"
        yield "}"

    def links(self) -> dict[tuple[Node, Node], bool]:
        """Return each pair of used and user once, and whether only an earlier period's value is used."""
        found: dict[tuple[Node, Node], bool] = {}
        for edge in sorted(self.edges, key=lambda e: (e.used, e.user)):
            pair = (edge.used, edge.user)
            found[pair] = found.get(pair, True) and edge.earlier
        return found

    def label(self, node: Node) -> str:
        name, title = node.name or node.id, self.title(node)
        return name if title == name else f"{title} ({name})"

    def plain(self) -> dict[str, Any]:
        """Return nodes with kind and title, and every use with its place."""
        return {
            "nodes": [
                {
                    "id": _id(node),
                    "kind": node.kind,
                    "name": node.name or node.id,
                    "title": self.title(node, whole=True),
                }
                | ({"indicator": node.id} if node.name else {})
                for node in self.nodes
            ],
            "edges": [_plain_edge(edge) for edge in self.edges],
        }


def _id(node: Node) -> str:
    return f"{node.kind}:{node}"


def _plain_edge(edge: Edge) -> dict[str, Any]:
    place = {"file": edge.place.path, "line": edge.place.line, "column": edge.place.column}
    return {"user": _id(edge.user), "used": _id(edge.used), "earlier": edge.earlier, **place}


def _mermaid_label(text: str) -> str:
    """Return *text* with all but letters, digits and harmless signs as Mermaid's numbered characters."""
    return "".join(sign if sign.isalnum() or sign in " .,:+-_()/" else f"#{ord(sign)};" for sign in text)


def _dot_text(text: str) -> str:
    """Return *text* as a quoted string of DOT, where only backslash and quote have a meaning."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
