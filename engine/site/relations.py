"""Who uses what, and what rests on which act: looked up once for all pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.checking import Proof, StaleUse, prove
from engine.checking.personal import privacy_of
from engine.definition import (
    Basis,
    Catalogue,
    Parameter,
    Remarks,
    Removed,
    Step,
    Version,
)
from engine.graph import Graph
from engine.legal import Coverage, coverage
from engine.problems import Problem
from engine.site.figures import Figures
from engine.versions import Rule, rules


@dataclass(frozen=True)
class Use:
    """An entry of a version that rests on an act; `entry` is None where the version itself does."""

    version: Version
    entry: Parameter | Step | None
    locator: str | None


@dataclass(frozen=True)
class Relations:
    """What the pages look up of one another, by id."""

    graph: Graph
    rules: Mapping[str, Sequence[Rule]]
    needs: Mapping[str, Sequence[str]]
    feeds: Mapping[str, Sequence[str]]
    used_by: Mapping[str, Sequence[str]]
    answers: Mapping[str, Sequence[str]]
    contributes: Mapping[str, Sequence[str]]
    keeps: Mapping[str, Sequence[str]]
    resting: Mapping[str, Mapping[str, Sequence[Use]]]
    others: Mapping[str, Sequence[tuple[str, str, str | None]]]
    amended_by: Mapping[str, Sequence[str]]
    repealed_by: Mapping[str, Sequence[str]]
    stale: Mapping[str, Sequence[StaleUse]]
    problems: Sequence[Problem]
    findings: Mapping[str, Sequence[Problem]]
    coverage: Coverage
    hidden_steps: frozenset[tuple[str, str]] = field(repr=False)


def relations(catalogue: Catalogue, problems: Sequence[Problem], figures: Figures) -> Relations:
    """Return the relations among the rules of the latest year, and where *problems* belong.

    A finding belongs to the file that its place is in.
    """
    written = {name: rules(indicator) for name, indicator in catalogue.indicators.items()}
    proofs = list(_proofs(catalogue, figures, written))
    proof = proofs[0]
    graph = proof.graph
    needs: dict[str, dict[str, None]] = {name: {} for name in catalogue.indicators}
    feeds: dict[str, dict[str, None]] = {name: {} for name in catalogue.indicators}
    used_by: dict[str, dict[str, None]] = {name: {} for name in catalogue.sources}
    for edge in sorted(graph.edges, key=lambda edge: (edge.user, edge.used)):
        if edge.user.id != edge.used.id and edge.used.kind in ("indicator", "step"):
            needs[edge.user.id][edge.used.id] = None
            feeds[edge.used.id][edge.user.id] = None
    for name, indicator in sorted(catalogue.indicators.items()):
        for source in indicator.sources:
            used_by[source.id][name] = None
    found = coverage(catalogue)
    stale: dict[str, list[StaleUse]] = {}
    for use in found.stale:
        stale.setdefault(use.regulation, []).append(use)
    findings: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.place is not None:
            findings.setdefault(problem.place.path, []).append(problem)
    return Relations(
        graph=graph,
        rules=written,
        needs={name: tuple(sorted(each)) for name, each in needs.items()},
        feeds={name: tuple(sorted(each)) for name, each in feeds.items()},
        used_by={name: tuple(each) for name, each in used_by.items()},
        answers=_by_division(catalogue, {n: [i.division.id] for n, i in catalogue.indicators.items()}),
        contributes=_by_division(
            catalogue, {n: [each.id for each in i.contributors] for n, i in catalogue.indicators.items()}
        ),
        keeps=_by_division(catalogue, {n: [s.division.id] for n, s in catalogue.sources.items()}),
        resting=_resting(catalogue),
        others=_others(catalogue),
        amended_by=_turned({name: act.amends for name, act in catalogue.regulations.items()}),
        repealed_by=_turned({name: act.repeals for name, act in catalogue.regulations.items()}),
        stale=stale,
        problems=problems,
        findings=findings,
        coverage=found,
        hidden_steps=frozenset().union(*(privacy_of(catalogue, one).hidden_steps for one in proofs)),
    )


def _proofs(catalogue: Catalogue, figures: Figures, written: Mapping[str, Sequence[Rule]]) -> Iterator[Proof]:
    """Yield the checked rules of the latest year, the newest where others are, and those of other periods."""
    known = figures.evaluation.proofs
    years = [one for period, (one, _) in known.items() if period.text == figures.latest]
    newest = {name: found[-1] for name, found in written.items() if found}
    among = {rule.key for one in years for rule in one.rules.values()}
    yield from years
    if not years or any(rule.key not in among for rule in newest.values()):
        yield prove(catalogue, newest)
    yield from (one for period, (one, _) in known.items() if period.text != figures.latest)


def _by_division(catalogue: Catalogue, divisions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the things of each division, sorted, from the divisions of each thing."""
    found: dict[str, list[str]] = {name: [] for name in catalogue.organization.divisions}
    for thing, owners in sorted(divisions.items()):
        for owner in owners:
            if owner in found:
                found[owner].append(thing)
    return found


def _turned(named: Mapping[str, Sequence[object]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, others in named.items():
        for other in others:
            found.setdefault(str(other), []).append(name)
    return found


def _resting(catalogue: Catalogue) -> dict[str, dict[str, list[Use]]]:
    """Return what of which indicator rests on each act, in the order of the files."""
    found: dict[str, dict[str, list[Use]]] = {}
    for name, indicator in sorted(catalogue.indicators.items()):
        for version in indicator.versions:
            for act, use in _uses(version):
                found.setdefault(act, {}).setdefault(name, []).append(use)
    return found


def _uses(version: Version) -> Iterator[tuple[str, Use]]:
    basis = version.basis
    act = None if basis is None or basis.regulation is None else basis.regulation.id
    if act is not None and basis is not None:
        yield act, Use(version, None, basis.locator)
    entries: list[Parameter | Step | Removed] = [*version.parameters.values(), *version.steps.values()]
    entries += [] if version.result is None else [version.result]
    for entry in entries:
        own = None if isinstance(entry, Removed) else entry.remarks.basis
        if own is None or isinstance(entry, Removed):
            continue
        named = act if own.regulation is None else own.regulation.id
        if named is not None:
            yield named, Use(version, entry, own.locator)


def _others(catalogue: Catalogue) -> dict[str, list[tuple[str, str, str | None]]]:
    """Return what else rests on each act: kind and id of the thing, and the place in the act."""
    found: dict[str, list[tuple[str, str, str | None]]] = {}

    def note(kind: str, name: str, remarks: Remarks) -> None:
        basis: Basis | None = remarks.basis
        if basis is not None and basis.regulation is not None:
            found.setdefault(basis.regulation.id, []).append((kind, name, basis.locator))

    organization = catalogue.organization
    note("organization", "", organization.remarks)
    note("achievement", "", organization.achievement.remarks)
    for name, source in sorted(catalogue.sources.items()):
        note("source", name, source.remarks)
        for column in source.columns.values():
            if not column.personal:
                note("source", name, column.remarks)
    for name, indicator in sorted(catalogue.indicators.items()):
        note("indicator", name, indicator.remarks)
        if indicator.achievement is not None:
            note("indicator", name, indicator.achievement.remarks)
        for version in indicator.versions:
            if version.succeeded_by is not None:
                found.setdefault(version.succeeded_by.id, []).append(("successor", name, None))
    for name, act in sorted(catalogue.regulations.items()):
        note("regulation", name, act.remarks)
    return {name: list(dict.fromkeys(uses)) for name, uses in found.items()}
