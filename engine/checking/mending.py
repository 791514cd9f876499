"""Write the edits of lists of names: put one in, take one out."""

from __future__ import annotations

from collections.abc import Sequence

from engine.definition import Name
from engine.problems import Edit, Fix, say
from engine.text import Place


def with_name(names: Sequence[Name], name: str) -> tuple[Fix, ...]:
    """Return the fix that writes *name* behind the last one of a list of *names*; of none, none."""
    if not names:
        return ()
    last = names[-1].place
    before = _line_before(last)
    listed = before.strip() == "-"
    text = f"{_line_break(last)}{before}{name}" if listed else f", {name}"
    here = Place(last.text, last.end, last.end)
    return (Fix(say("add `{name}`", name=name), (Edit(here, text),)),)


def without_name(names: Sequence[Name], unwanted: Name) -> tuple[Fix, ...]:
    """Return the fix that takes a name out of a list in which others stand beside it."""
    at = names.index(unwanted)
    place = unwanted.place
    if len(names) == 1:
        return ()
    if _line_before(place).strip() == "-":
        start = place.text.offset_of_line(place.line)
        following = place.line + 1
        end = place.text.offset_of_line(following) if following <= place.text.lines else place.end
    elif at + 1 < len(names):
        start, end = place.start, names[at + 1].place.start
    else:
        start, end = names[at - 1].place.end, place.end
    return (Fix(say("remove `{text}`", text=unwanted.id), (Edit(Place(place.text, start, end), ""),)),)


def _line_before(place: Place) -> str:
    """Return what stands in the line before *place*."""
    return place.text.content[place.text.offset_of_line(place.line) : place.start]


def _line_break(place: Place) -> str:
    return "\r\n" if "\r\n" in place.text.content else "\n"
