"""What is wrong with the order, the dates and the amendments of an indicator's versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from engine.definition import (
    NOUNS,
    Amended,
    Bands,
    Indicator,
    Parameter,
    Range,
    Remarks,
    Removed,
    Step,
    Threshold,
    Version,
)
from engine.problems import Problem, Related, advice, error, instead, near, nearest, say

_PLAIN = ("result", "categories", "unit", "range", "decimals", "rounding")


def check(indicator: Indicator) -> tuple[Problem, ...]:
    """Return what is wrong with the order, the dates and the amendments of an indicator's versions."""
    return (*_dates(indicator), *_amendments(indicator))


def _dates(indicator: Indicator) -> Iterator[Problem]:
    before: Version | None = None
    for version in indicator.versions:
        start, end = version.from_, version.until
        if end is not None and end < start:
            yield error(
                "date-order",
                version.until_place or version.place,
                say(
                    "this version ends on {until}, before it begins on {start}",
                    until=end.isoformat(),
                    start=start.isoformat(),
                ),
            )
        if version.succeeded_by is not None and end is None:
            yield error(
                "missing-key",
                version.succeeded_by.place,
                say("`succeeded_by` needs `until`, the last day of this version"),
            )
        if before is not None and start <= before.from_:
            yield error(
                "date-order",
                version.from_place,
                say("this version begins on {start}, not after the one before it", start=start.isoformat()),
                say("write versions from the oldest to the newest"),
                [
                    Related(
                        before.from_place,
                        say("the version before it begins on {start}", start=before.from_.isoformat()),
                    )
                ],
            )
        elif before is not None and before.until is not None and start <= before.until:
            yield error(
                "date-overlap",
                version.from_place,
                say(
                    "two versions are in force from {start} to {until}",
                    start=start.isoformat(),
                    until=before.until.isoformat(),
                ),
                say("end the earlier one on {day}", day=(start - timedelta(days=1)).isoformat()),
                [Related(before.until_place or before.place, say("the earlier one ends here"))],
            )
        elif before is not None:
            yield from _hole(before, version)
        before = version


def _hole(before: Version, version: Version) -> Iterator[Problem]:
    """Days between two versions have no rule; the one that ended says why, or it is a slip."""
    first = version.from_ if before.until is None else before.until + timedelta(days=1)
    if first < version.from_ and before.succeeded_by is None and before.remarks.note is None:
        yield error(
            "date-gap",
            before.until_place or before.place,
            say(
                "no rule is in force from {first} to {last}, and nothing says why",
                first=first.isoformat(),
                last=(version.from_ - timedelta(days=1)).isoformat(),
            ),
            say(
                "remove `until`, or name the act that ruled then with `succeeded_by`, or say why in a `note`"
            ),
            [Related(version.from_place, say("the next version begins here"))],
        )


def _amendments(indicator: Indicator) -> Iterator[Problem]:
    known: dict[str, dict[str, object]] = {"parameters": {}, "steps": {}, "": {}}
    for version in indicator.versions:
        if version.replaces:
            known = {kind: {} for kind in known}
        for kind, entries in (("parameters", version.parameters), ("steps", version.steps)):
            for name, entry in entries.items():
                if isinstance(entry, Removed):
                    yield from _removal(kind.removesuffix("s"), name, entry, known[kind])
                else:
                    yield from _setting(name, entry, known[kind])
        for key in _PLAIN:
            plain: Step | Range | Amended[object] | None = getattr(version, key)
            if plain is not None:
                yield from _setting(key, plain, known[""])
        if "result" not in known[""]:
            yield error(
                "missing-key",
                version.place,
                say("this version has no `result`"),
                say("write `result:` with a formula; a later version may leave it out and keep this one"),
            )
            known[""]["result"] = None  # said once, not again for each version after it


def _removal(kind: str, name: str, entry: Removed, known: dict[str, object]) -> Iterator[Problem]:
    if name not in known:
        yield error(
            "unknown-name",
            entry.place,
            say("there is no {kind} `{name}` to remove", kind=NOUNS[kind], name=name),
            nearest(name, known),
            fixes=instead(entry.place, near(name, known)),
        )
    known.pop(name, None)


def _setting(
    name: str, entry: Parameter | Step | Range | Amended[object], known: dict[str, object]
) -> Iterator[Problem]:
    content = _content(entry)
    if name in known and known[name] == content:
        yield advice(
            "same-again",
            entry.place,
            say("`{name}` is repeated without a change", name=name),
            say("leave it out: what a version does not mention stays as it was"),
        )
    known[name] = content


def _content(entry: Parameter | Step | Range | Amended[object]) -> object:
    """Return what an entry says, whatever its place in the file."""
    if isinstance(entry, Parameter):
        said = entry.content
        content = _rows(said.rows) if isinstance(said, Bands) else said
        return content, entry.unit, entry.limit_unit, _said(entry.remarks)
    if isinstance(entry, Step):
        return (
            entry.formula.text,
            entry.each and entry.each.id,
            entry.range and _content(entry.range),
            entry.decimals,
            entry.rounding,
            entry.unit,
            _said(entry.remarks),
        )
    if isinstance(entry, Range):
        return entry.low, entry.high
    return _rows(entry.value) if isinstance(entry.value, tuple) else entry.value


def _rows(rows: Sequence[Threshold]) -> object:
    return [(row.limit, row.inclusive, row.value, row.title, row.note) for row in rows]


def _said(remarks: Remarks) -> object:
    basis = remarks.basis
    return (
        remarks.title,
        remarks.note,
        remarks.certainty,
        basis and (basis.regulation and basis.regulation.id, basis.locator),
    )
