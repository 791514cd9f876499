"""Look at input files without computing: which are read for a period, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import sources
from engine.definition import Catalogue
from engine.evaluation import Evaluation
from engine.plan import all_steps, make
from engine.problems import InvalidData, InvalidRequest, Message, Problem, error, nearest, say
from engine.sources import Rows
from engine.text import Cell
from engine.versions import Period


@dataclass(frozen=True)
class Delivery:
    """What was delivered of one source for a period: how many rows in which files, or what is wrong.

    `rows` is None where there is no file, or one without rows (`absent` says so), or one with `problems`.
    """

    source: str
    period: str
    files: tuple[str, ...] = ()
    rows: int | None = None
    absent: Message | None = None
    problems: tuple[Problem, ...] = ()


def check(evaluation: Evaluation, period: Period, only: Sequence[str] = ()) -> tuple[Delivery, ...]:
    """Return what the files of all sources, or *only* some, are like that rules in force read for *period*.

    Indicators that are measured more often are looked at in each shorter period. References are followed
    between the sources of one period. Raises InvalidRequest for an unknown source.
    """
    catalogue = evaluation.catalogue
    for name in only:
        if name not in catalogue.sources:
            hint = nearest(name, catalogue.sources)
            raise InvalidRequest(
                error("unknown-name", None, say("there is no source `{name}`", name=name), hint)
            )
    found: list[Delivery] = []
    for part, names in _read_in(evaluation, catalogue, period).items():
        found += _checked(evaluation, part, [name for name in names if name in only or not only])
    return tuple(found)


def _read_in(evaluation: Evaluation, catalogue: Catalogue, period: Period) -> dict[Period, list[str]]:
    """Return the sources with files that rules read, by the periods in which they do."""
    wanted: dict[Period, set[str]] = {}
    for indicator in catalogue.indicators.values():
        for part in period.parts(indicator.frequency):
            proof, _ = evaluation.proof(part)
            if indicator.id in proof.rules:
                plan = make(proof, all_steps(proof, [indicator.id]))
                wanted.setdefault(part, set()).update(plan.sources)
    return {
        part: [name for name, source in catalogue.sources.items() if name in names and source.rows is None]
        for part, names in sorted(wanted.items(), key=lambda pair: (-len(pair[0].text), pair[0].text))
    }


def _checked(evaluation: Evaluation, period: Period, names: Sequence[str]) -> list[Delivery]:
    read: dict[str, Rows] = {}
    found: dict[str, Delivery] = {}
    for name in names:
        try:
            read[name] = evaluation.read(name, period)
        except InvalidData as refused:
            found[name] = Delivery(name, period.text, problems=refused.problems)
    orphans = sources.check_references({**read, **_parents(evaluation, period, read)})
    for name, rows in read.items():
        files = tuple(file.path for file in rows.files)
        own = tuple(p for p in orphans if isinstance(p.place, Cell) and p.place.path in files)
        count = None if rows.absent is not None or own else rows.count
        found[name] = Delivery(name, period.text, files, count, rows.absent, own)
    return [found[name] for name in names]


def _parents(evaluation: Evaluation, period: Period, read: dict[str, Rows]) -> dict[str, Rows]:
    """Return the rows that others refer to and that were not asked for, as far as they can be read."""
    parents: dict[str, Rows] = {}
    for rows in read.values():
        for column in rows.source.references.values():
            if column.to is not None and column.to.id not in read:
                try:
                    parents[column.to.id] = evaluation.read(column.to.id, period)
                except InvalidData:
                    continue
    return parents
