"""Changes, and the comparison that they make up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, Literal, NamedTuple

from engine.definition import Basis, Threshold
from engine.text import Place

Kind = Literal["organization", "objective", "division", "regulation", "source", "indicator", "scenario"]
Effect = Literal["figures", "words"]


class Nothing(Enum):
    """The one value that stands for what is not there, which a blank (None) is not."""

    NOTHING = "nothing"


class Hidden(Enum):
    """The one value that stands for what may not be shown."""

    HIDDEN = "hidden"


NOTHING: Final = Nothing.NOTHING
HIDDEN: Final = Hidden.HIDDEN


class Subject(NamedTuple):
    """What a change is of; the organization has no id."""

    kind: Kind
    id: str = ""


@dataclass(frozen=True)
class Change:
    """One thing that a definition says otherwise than before.

    `path` are the keys that lead to it, as files write them, rows counted from 1: ``parameters``,
    ``poin_skp``, ``bands``, ``3``, ``value``; empty for the subject or the version as a whole.
    `version` is the first day of the version of an indicator that it stands in. `old` and `new` are plain
    values or definitions, `NOTHING` where there is none. `basis` is what the change rests on. `effect`
    says whether figures may move or only what is printed. `reaches` are the indicators that it reaches,
    its own included, sorted. `restated`: the version now says itself what was true of it without that, or
    no longer does. `row` is the row of bands or categories that it is in, as it stands now.
    """

    subject: Subject
    version: date | None
    path: tuple[str, ...]
    old: Any
    new: Any
    basis: Basis | None = None
    old_place: Place | None = None
    new_place: Place | None = None
    effect: Effect = "words"
    reaches: tuple[str, ...] = ()
    restated: bool = False
    row: Threshold | None = None

    @property
    def how(self) -> Literal["added", "removed", "changed"]:
        """Whether something is there anew, no longer, or otherwise."""
        if self.old is NOTHING:
            return "added"
        return "removed" if self.new is NOTHING else "changed"


@dataclass(frozen=True)
class Comparison:
    """All changes from `old` to `new` (how people call the two), in the order of files.

    The objectives and divisions are those of the indicators reached, on either side.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    objectives: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()

    @property
    def reached(self) -> tuple[str, ...]:
        """The indicators that any change reaches, sorted."""
        return tuple(sorted({name for change in self.changes for name in change.reaches}))

    @property
    def moved(self) -> tuple[str, ...]:
        """The indicators whose figures may move, sorted."""
        return tuple(
            sorted({name for change in self.changes if change.effect == "figures" for name in change.reaches})
        )
