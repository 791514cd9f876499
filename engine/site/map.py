"""The map as a picture: sources to the left, objectives to the right, between them what needs what.

Up to `MOST` boxes are drawn; a larger catalogue is drawn by division, which names how many sources and
indicators it has. The colours are those of the page, by class.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.graph import Node
from engine.site.addresses import up
from engine.site.guide import Guide
from engine.site.nouns import Drawn, Link
from engine.site.relations import Relations

MOST = 40
"""So many boxes can be taken in at once."""
_BOX, _GAP, _LINE, _MARGIN = 236, 74, 17, 12
_LETTERS, _LINES = 24, 3
"""How much of a title a box holds; its page has all of it, and so has the box's own title."""


@dataclass(frozen=True)
class Box:
    """A box of the map: its kind, what it says, where it leads, and in which column it stands."""

    kind: str
    link: Link
    column: int

    @property
    def lines(self) -> list[str]:
        """The title as it stands in the box."""
        return textwrap.wrap(
            str(self.link.text), _LETTERS, max_lines=_LINES, placeholder=" …", break_long_words=True
        ) or [""]


Boxes = Mapping[str, Box]
Lines = Iterable[tuple[str, str]]


def picture(guide: Guide, relations: Relations, indicators: Sequence[str], page: str) -> Drawn | None:
    """Return the map as seen from *page*; None where even its divisions are too many."""
    boxes, lines = _whole(guide, relations, indicators)
    if len(boxes) > MOST:
        boxes, lines = _by_division(guide, indicators)
    if not boxes or len(boxes) > MOST:
        return None
    return Drawn("".join(_Drawing(guide, boxes, sorted(set(lines)), up(page)).svg()))


def _whole(guide: Guide, relations: Relations, indicators: Sequence[str]) -> tuple[Boxes, Lines]:
    """Return every source, indicator and objective as a box; an indicator right of those it needs."""
    catalogue = guide.catalogue
    columns: dict[str, int] = {}
    known = relations.graph.in_order(Node("indicator", name) for name in indicators)
    for name in dict.fromkeys([*(node.id for node in known), *indicators]):
        columns[name] = 1 + max((columns.get(other, 0) for other in relations.needs[name]), default=0)
    last = max(columns.values(), default=0) + 1
    boxes: dict[str, Box] = {}
    lines: list[tuple[str, str]] = []
    for name in indicators:
        indicator = catalogue.indicators[name]
        boxes[f"indicator {name}"] = Box("indicator", guide.indicator(name), columns[name])
        goal = indicator.objective.id
        boxes.setdefault(f"objective {goal}", Box("objective", guide.objective(goal), last))
        lines.append((f"indicator {name}", f"objective {goal}"))
        lines += [(f"indicator {other}", f"indicator {name}") for other in relations.needs[name]]
        for used in indicator.sources:
            boxes.setdefault(f"source {used.id}", Box("source", guide.source(used.id), 0))
            lines.append((f"source {used.id}", f"indicator {name}"))
    return boxes, lines


def _by_division(guide: Guide, indicators: Sequence[str]) -> tuple[Boxes, Lines]:
    """Return divisions with their sources, divisions with their indicators, and objectives as boxes."""
    catalogue = guide.catalogue
    owners = {name: catalogue.indicators[name].division.id for name in indicators}
    keepers = {name: source.division.id for name, source in catalogue.sources.items()}
    boxes: dict[str, Box] = {}
    lines: list[tuple[str, str]] = []
    for column, (kind, of) in enumerate((("source", keepers), ("indicator", owners))):
        for division, count in sorted(Counter(of.values()).items()):
            link = guide.division(division)
            told = guide.say(f"{kind}s of", division=link.text, count=count)
            boxes[f"{kind} {division}"] = Box(kind, Link(told, link.href), column)
    for name, owner in owners.items():
        indicator = catalogue.indicators[name]
        goal = f"objective {indicator.objective.id}"
        boxes.setdefault(goal, Box("objective", guide.objective(indicator.objective.id), 2))
        lines.append((f"indicator {owner}", goal))
        lines += [(f"source {keepers[used.id]}", f"indicator {owner}") for used in indicator.sources]
    return boxes, lines


class _Drawing:
    def __init__(self, guide: Guide, boxes: Boxes, lines: Sequence[tuple[str, str]], root: str) -> None:
        self.guide, self.boxes, self.lines, self.root = guide, boxes, lines, root
        self.tops: dict[str, float] = {}
        columns: dict[int, list[str]] = {}
        for name, box in boxes.items():
            columns.setdefault(box.column, []).append(name)
        tallest = max(self.tall(names) for names in columns.values())
        for column in sorted(columns, key=lambda number: (number == 0, number)):
            names = sorted(columns[column], key=self.middle) if column != 1 else columns[column]
            y = _MARGIN + (tallest - self.tall(names)) / 2
            for name in names:
                self.tops[name] = y
                y += self.height(name) + _MARGIN
        self.width = (max(columns) + 1) * (_BOX + _GAP) - _GAP + 2 * _MARGIN
        self.tallest = tallest + _MARGIN

    def height(self, name: str) -> int:
        return len(self.boxes[name].lines) * _LINE + 16

    def tall(self, names: Iterable[str]) -> float:
        return sum(self.height(name) + _MARGIN for name in names)

    def middle(self, name: str) -> tuple[float, str]:
        """Return the mean height of the placed boxes that a box is joined to."""
        joined = [b if a == name else a for a, b in self.lines if name in (a, b)]
        placed = [self.tops[other] for other in joined if other in self.tops]
        return (sum(placed) / len(placed) if placed else 0.0, name)

    def x(self, name: str) -> int:
        return _MARGIN + self.boxes[name].column * (_BOX + _GAP)

    def svg(self) -> Iterator[str]:
        told = escape(self.guide.say("map lead"))
        wide, tall = f"{self.width}", f"{self.tallest:.0f}"
        size = f'width="{wide}" height="{tall}" viewBox="0 0 {wide} {tall}"'
        yield f'<svg class="map" {size} role="group" aria-label="{told}">'
        for used, user in self.lines:
            yield self.line(used, user)
        for name in sorted(self.boxes, key=lambda name: (self.boxes[name].column, self.tops[name])):
            yield from self.box(name)
        yield "</svg>"

    def line(self, used: str, user: str) -> str:
        x, y = self.x(used) + _BOX, self.tops[used] + self.height(used) / 2
        to_x, to_y = self.x(user), self.tops[user] + self.height(user) / 2
        bend = (to_x - x) / 2
        curve = f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x} {to_y:.1f}"
        return f'<path class="use" d="M{x} {y:.1f}{curve}"/>'

    def box(self, name: str) -> Iterator[str]:
        box, x, y = self.boxes[name], self.x(name), self.tops[name]
        href = escape(self.root + (box.link.href or ""))
        yield f'<a href="{href}"><title>{escape(str(box.link.text))}</title>'
        corner = {"source": 3, "indicator": 9, "objective": 18}[box.kind]
        size = f'width="{_BOX}" height="{self.height(name)}" rx="{corner}"'
        yield f'<rect class="{box.kind}" x="{x}" y="{y:.1f}" {size}/>'
        for number, line in enumerate(box.lines):
            yield f'<text x="{x + 12}" y="{y + 20 + number * _LINE:.1f}">{escape(line)}</text>'
        yield "</a>"
