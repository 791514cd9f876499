"""Where does it come from? Sources to the left, objectives to the right, between them what needs what.

At most `MOST` boxes can be taken in at once. As much is shown as stays below that: the steps of indicators,
else indicators alone, else what each division has of sources and indicators. Parameters are in no map, and a
source has no line of its own to a step that gets it from another step too; the map in words names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Literal

from engine.definition import Catalogue, Label
from engine.graph import Graph, Node
from engine.pictures.drawing import SMALL, Canvas, Drawing
from engine.pictures.layering import columns_of, layout
from engine.pictures.lettering import one_line, shortened, width, wrapped
from engine.pictures.words import said
from engine.report.wording import Wording

Kind = Literal["source", "step", "indicator", "objective", "sources", "indicators"]
Thing = tuple[Kind, str]
"""A kind and an id; of the last two kinds the id is a division's, which has several sources or indicators."""
Links = Callable[[Thing], str | None]
"""Where a box leads to."""
MOST = 40
_WIDE, _BETWEEN, _GAP, _EDGE = 164, 46, 12, 12
_LINES, _LINE, _PAD = 3, 15, 9
_MOST_LINES: Mapping[Kind, int] = {"objective": 5}
"""Titles of objectives are sentences."""
_SHADES: Mapping[Kind, tuple[str, float]] = {
    "source": ("source", 2), "sources": ("source", 2), "step": ("step", 2),
    "indicator": ("indicator", 9), "indicators": ("indicator", 9), "objective": ("objective", 18),
}  # fmt: skip
"""How a kind of box is coloured, and how round its corners are."""


@dataclass(frozen=True)
class Box:
    """A thing of the map with its title and its id, or a division with a count of things."""

    thing: Thing
    title: str
    told: str


@dataclass(frozen=True)
class Map:
    """Boxes by name, and what uses what; of some only the value of an earlier period is used."""

    boxes: Mapping[str, Box]
    uses: Set[tuple[str, str]]
    earlier: Set[tuple[str, str]]

    def rows(self) -> list[tuple[Box, list[Box]]]:
        """Return each box that is no source, with all that it uses, earlier periods' values included."""
        used: dict[str, list[str]] = {name: [] for name in self.boxes}
        for other, user in sorted(self.uses | self.earlier):
            used[user].append(other)
        return [
            (self.boxes[name], [self.boxes[other] for other in used[name]])
            for name in sorted(self.boxes)
            if self.boxes[name].thing[0] not in ("source", "sources")
        ]


def needs_map(
    graph: Graph,
    catalogue: Catalogue,
    wording: Wording,
    indicators: Iterable[str] | None = None,
    *,
    steps: bool = True,
) -> Map | None:
    """Return the map of all indicators, or of some with what they need, as detailed as can be taken in.

    Without *steps*, they are never shown. None where even divisions and objectives are too many.
    """
    made = _Mapping(graph, catalogue, wording, indicators)
    if steps and len((detailed := made.steps()).boxes) <= MOST:
        return detailed
    for found in (made.indicators(), made.divisions()):
        if len(found.boxes) <= MOST:
            return found
    return None


def drawn(found: Map, wording: Wording, links: Links | None = None) -> Drawing:
    """Return the picture of a map with a box; boxes are links where *links* names an address."""
    return _Drawing(found, wording, links).drawing()


class _Mapping:
    def __init__(
        self, graph: Graph, catalogue: Catalogue, wording: Wording, indicators: Iterable[str] | None
    ) -> None:
        self.graph, self.catalogue, self.wording = graph, catalogue, wording
        if indicators is None:
            shown = frozenset(graph.nodes)
        else:
            roots = [Node("indicator", name) for name in indicators]
            own = {root.id for root in roots}
            beside = [node for node in graph.nodes if node.kind == "step" and node.id in own]
            shown = graph.needed_for([*roots, *beside])
        self.edges = [
            (edge.used, edge.user, edge.earlier)
            for edge in graph.edges
            if edge.user in shown and edge.used.kind != "parameter"
        ]
        self.shown = sorted(node for node in shown if node.kind in ("indicator", "step"))

    def steps(self) -> Map:
        """Return sources, steps, indicators and objectives."""
        boxes = {str(node.kind) + " " + str(node): self.box(node) for node in self.shown}
        return self.map(boxes, lambda node: f"{node.kind} {node}")

    def indicators(self) -> Map:
        """Return sources, indicators and objectives; what a step uses, its indicator does."""
        owners = sorted({Node("indicator", node.id) for node in self.shown})
        boxes = {f"indicator {node}": self.box(node) for node in owners}
        return self.map(boxes, lambda node: f"{'source' if node.kind == 'source' else 'indicator'} {node.id}")

    def map(self, boxes: dict[str, Box], named: Callable[[Node], str]) -> Map:
        """Return *boxes* with their sources and objectives, and all uses by the name of the box."""
        uses: dict[tuple[str, str], bool] = {}
        for used, user, earlier in self.edges:
            if used.kind == "source":
                boxes.setdefault(named(used), self.box(used))
            elif named(used) not in boxes:  # only an earlier value of it is used
                boxes[named(used)] = self.box(Node("indicator", used.id))
            pair = (named(used), named(user))
            uses[pair] = uses.get(pair, True) and earlier
        for name in sorted({box.thing[1] for box in boxes.values() if box.thing[0] == "indicator"}):
            goal = self.catalogue.indicators[name].objective.id
            boxes.setdefault(f"objective {goal}", self.objective(goal))
            uses[f"indicator {name}", f"objective {goal}"] = False
        return _map(boxes, uses)

    def divisions(self) -> Map:
        """Return divisions with their sources, divisions with their indicators, and objectives.

        What indicators need of each other is not shown here: nearly every division would need every other.
        """
        whole = self.indicators()
        owner: dict[str, str] = {}
        for name, box in whole.boxes.items():
            own = box.thing[1]
            if box.thing[0] == "source":
                owner[name] = f"sources {self.catalogue.sources[own].division.id}"
            elif box.thing[0] == "indicator":
                owner[name] = f"indicators {self.catalogue.indicators[own].division.id}"
        boxes = {name: box for name, box in whole.boxes.items() if name not in owner}
        for name, count in sorted(Counter(owner.values()).items()):
            kind, _, division = name.partition(" ")
            found = self.catalogue.organization.divisions.get(division)
            title = division if found is None else self.label(found.title)
            word = said(self.wording.language, f"count {kind}", count=str(count))
            boxes[name] = Box(("sources" if kind == "sources" else "indicators", division), title, word)
        uses: dict[tuple[str, str], bool] = {}
        for pair in sorted(whole.uses | whole.earlier):
            used, user = (owner.get(name, name) for name in pair)
            if boxes[used].thing[0] != boxes[user].thing[0]:  # divisions need each other in circles
                uses[used, user] = uses.get((used, user), True) and pair in whole.earlier
        return _map(boxes, uses)

    # ── boxes ──

    def label(self, label: Label) -> str:
        return one_line(self.wording.label(label))

    def box(self, node: Node) -> Box:
        """Return a source, step or indicator as a box."""
        word = f"{said(self.wording.language, node.kind)} {node.name or node.id}"
        rule = self.graph.rules.get(node.id)
        if node.kind == "source":
            return Box(("source", node.id), self.label(self.catalogue.sources[node.id].title), word)
        if node.kind == "indicator":
            return Box(("indicator", node.id), self.label(self.catalogue.indicators[node.id].title), word)
        title = None if rule is None else rule.steps[node.name].remarks.title
        return Box(("step", str(node)), node.name if title is None else self.label(title), word)

    def objective(self, name: str) -> Box:
        found = self.catalogue.organization.objectives.get(name)
        title = name if found is None else self.label(found.title)
        return Box(("objective", name), title, said(self.wording.language, "objective"))


def _map(boxes: Mapping[str, Box], uses: Mapping[tuple[str, str], bool]) -> Map:
    """Return a map; within one box nothing is drawn but the use of an earlier period."""
    now = {pair for pair, earlier in uses.items() if not earlier and pair[0] != pair[1]}
    return Map(boxes, now, {pair for pair, earlier in uses.items() if earlier})


class _Drawing:
    def __init__(self, found: Map, wording: Wording, links: Links | None) -> None:
        self.map, self.wording, self.links = found, wording, links
        self.canvas = Canvas()
        self.lines = {
            name: wrapped(box.title, SMALL, _WIDE - 2 * _PAD, _MOST_LINES.get(box.thing[0], _LINES))
            for name, box in found.boxes.items()
        }
        self.heights = {name: (len(lines) + 1) * _LINE + 11.0 for name, lines in self.lines.items()}
        self.lasting = found.uses | self.harmless()
        self.columns = self.placed_columns()
        self.rightward = {pair for pair in self.lasting if self.columns[pair[0]] < self.columns[pair[1]]}
        self.places = layout(self.columns, self.heights, self.nearest(), _GAP)

    def harmless(self) -> set[tuple[str, str]]:
        """Return the uses of earlier periods that close no circle, so that they may lead to the right."""
        users: dict[str, set[str]] = {name: set() for name in self.map.boxes}
        for used, user in self.map.uses:
            users[used].add(user)
        found: set[tuple[str, str]] = set()
        for used, user in sorted(self.map.earlier):
            reached, waiting = {user}, [user]
            while waiting:
                new = users[waiting.pop()] - reached
                reached |= new
                waiting += new
            if used not in reached:
                users[used].add(user)
                found.add((used, user))
        return found

    def nearest(self) -> set[tuple[str, str]]:
        """Return the lines to the right without those from a source to what has it from a step too."""
        kinds = {name: box.thing[0] for name, box in self.map.boxes.items()}
        needs: dict[str, set[str]] = {name: set() for name in self.map.boxes}
        for used, user in self.rightward:
            needs[user].add(used)
        reached: dict[str, set[str]] = {}
        for name in sorted(self.columns, key=lambda name: (self.columns[name], name)):
            reached[name] = needs[name].union(*(reached[other] for other in needs[name]))
        return {
            (used, user)
            for used, user in self.rightward
            if kinds[used] != "source"
            or not any(used in reached[other] and kinds[other] == "step" for other in needs[user])
        }

    def say(self, word: str, /, **values: str) -> str:
        return said(self.wording.language, word, **values)

    def placed_columns(self) -> dict[str, int]:
        """Return the column of each box: sources in the first, objectives in the last."""
        boxes = self.map.boxes
        needs: dict[str, set[str]] = {name: set() for name in boxes}
        for used, user in self.lasting:
            if boxes[used].thing[0] not in ("source", "sources"):
                needs[user].add(used)
        between = {
            name: used
            for name, used in needs.items()
            if boxes[name].thing[0] not in ("source", "sources", "objective")
        }
        columns = {name: column + 1 for name, column in columns_of(between).items()}
        last = 1 + max(columns.values(), default=0)
        for name in boxes:
            columns.setdefault(name, last if boxes[name].thing[0] == "objective" else 0)
        return columns

    def drawing(self) -> Drawing:
        tall = self.places.tall + 2 * _EDGE
        wide: float = (1 + max(self.columns.values(), default=0)) * (_WIDE + _BETWEEN) - _BETWEEN + 2 * _EDGE
        for used, user in sorted(self.places.passing):
            self.use(used, user)
        for used, user in sorted((self.map.uses | self.map.earlier) - self.rightward):
            self.back(used, user, tall)
            tall += 10
        for name in sorted(self.map.boxes, key=lambda name: (self.columns[name], self.top(name))):
            self.box(name)
        if self.map.earlier:
            tall += 22
            self.canvas.path("earlier", "M", _EDGE, tall - 14, "H", _EDGE + 28)
            self.canvas.text("ink", _EDGE + 36, tall - 10, self.say("earlier"), SMALL)
            wide = max(wide, _EDGE + 36 + width(self.say("earlier"), SMALL) + _EDGE)
        return self.canvas.finished(
            wide, tall, self.say("map"), self.told(), role="group" if self.links else "img"
        )

    def told(self) -> str:
        """Return the map in words: what each box needs."""
        return "; ".join(
            f"{box.title} ← {', '.join(other.title for other in used)}"
            for box, used in self.map.rows()
            if used
        )

    # ── places ──

    def left(self, name: str) -> float:
        return _EDGE + self.columns[name] * (_WIDE + _BETWEEN)

    def middle(self, name: str) -> float:
        return _EDGE + self.places.middles[name]

    def top(self, name: str) -> float:
        return self.middle(name) - self.heights[name] / 2

    # ── shapes ──

    def use(self, used: str, user: str) -> None:
        """Draw a line to the right, through its places in the columns between."""
        x, y = self.left(used) + _WIDE, self.middle(used)
        steps: list[str | float] = ["M", x, y]
        passing = [_EDGE + height for height in self.places.passing[used, user]]
        column = self.columns[used]
        for number, height in enumerate([*passing, self.middle(user)], start=1):
            start = _EDGE + (column + number) * (_WIDE + _BETWEEN)
            last = number == len(passing) + 1
            bend = _BETWEEN / 2
            stop = start - 5 if last else start
            steps += ["C", x + bend, y, start - bend, height, stop, height]
            if not last:
                steps += ["H", start + _WIDE]
            x, y = start + _WIDE, height
        now = (used, user) in self.map.uses
        self.canvas.path("use" if now else "earlier", *steps)
        self.tip(self.left(user), self.middle(user))

    def tip(self, x: float, y: float) -> None:
        self.canvas.path("tip", "M", x, y, "L", x - 7, y - 3.5, "V", y + 3.5, "Z")

    def back(self, used: str, user: str, low: float) -> None:
        """Draw a use that leads back: between the columns down to *low*, below all boxes, and up again."""
        x, y = self.left(used) + _WIDE, self.middle(used)
        to_x, to_y = self.left(user), self.middle(user)
        out, back = x + _BETWEEN * 0.4, to_x - _BETWEEN * 0.4 if self.columns[user] else to_x - _EDGE * 0.6
        self.canvas.path(
            "earlier" if (used, user) in self.map.earlier else "use",
            "M", x, y, "Q", out, y, out, y + 8, "V", low - 8, "Q", out, low, out - 8, low,
            "H", back + 8, "Q", back, low, back, low - 8, "V", to_y + 8, "Q", back, to_y, to_x - 5, to_y,
        )  # fmt: skip
        self.tip(to_x, to_y)

    def box(self, name: str) -> None:
        box, x, y = self.map.boxes[name], self.left(name), self.top(name)
        shade, corner = _SHADES[box.thing[0]]
        href = None if self.links is None else self.links(box.thing)
        self.canvas.open_group(f"{box.title} ({box.told})", href)
        self.canvas.rect(shade, x, y, _WIDE, self.heights[name], corner)
        room = _WIDE - 2 * _PAD
        self.canvas.text("quiet", x + _PAD, y + 16, shortened(box.told, 11, room), 11)
        for number, line in enumerate(self.lines[name], start=1):
            self.canvas.text("ink", x + _PAD, y + 16 + number * _LINE, line, SMALL)
        self.canvas.close_group(href)
