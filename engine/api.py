"""Tell the story: load, validate, evaluate, explain.

>>> import engine
>>> catalogue = engine.load()                  # the catalogue that ships with the package
>>> results = catalogue.evaluate("2021")
>>> results["ip_asn"].category
'Rendah'
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import definition, judging, reading, revisions, versions
from engine.definition import Indicator, Number, Value
from engine.problems import (
    InvalidDefinitions,
    InvalidRequest,
    Problem,
    error,
    errors_in,
    nearest,
    say,
)
from engine.schema import shipped
from engine.stored import Store
from engine.versions import NotInForce, Period, Rule

if TYPE_CHECKING:
    from engine.comparing import Comparison
    from engine.comparing.figures import Movements
    from engine.compiled import Compiled
    from engine.delivery import Delivery
    from engine.evaluation import Evaluation
    from engine.examples import ExampleOutcome
    from engine.explain import Difference, Explanation
    from engine.ledger import Run, Saved
    from engine.preview import Preview
    from engine.solving import Solution
    from engine.values import Results
    from engine.workbook import Paper

Folder = str | os.PathLike[str]


def load(folder: Folder | None = None) -> Catalogue:
    """Return the catalogue in *folder*, checked; without a folder, the one that ships with the package.

    Raises InvalidDefinitions with every error of every file.
    """
    definitions, problems = check(folder)
    errors = errors_in(problems)
    if definitions is None or errors:
        raise InvalidDefinitions(errors or problems)
    return Catalogue(definitions, problems)


def validate(folder: Folder | None = None, cache: Folder | None = None) -> tuple[Problem, ...]:
    """Return all problems of the catalogue in *folder*, by file and position; *cache* as for `check`."""
    return check(folder, cache)[1]


def check(
    folder: Folder | None = None, cache: Folder | None = None
) -> tuple[definition.Catalogue | None, tuple[Problem, ...]]:
    """Return what the files in *folder* define, as far as it is whole, and all problems, sorted.

    *cache* is a folder in which files that were read are kept for the next time, whatever became of them
    or of it in between: the outcome is the same with and without it.
    """
    root = shipped("definitions") if folder is None else Path(folder)
    parts = reading.read_parts(root, None if cache is None else Store(Path(cache)))
    return parts.catalogue, judging.judge(parts)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A checked catalogue. It never changes and may be used from many threads at once.

    `definitions` holds everything that the files say; `problems` the warnings and advice about them.
    `inputs` are values of records that are assumed, by source and column (`assuming`).
    """

    definitions: definition.Catalogue
    problems: tuple[Problem, ...] = ()
    inputs: Mapping[str, Mapping[str, Value | None]] = field(default_factory=dict)

    @property
    def indicators(self) -> tuple[str, ...]:
        """The ids of all indicators, in the order of the organization's objectives."""
        objectives = list(self.definitions.organization.objectives)
        found = sorted(
            self.definitions.indicators.values(),
            key=lambda i: (objectives.index(i.objective.id) if i.objective.id in objectives else 99, i.id),
        )
        return tuple(indicator.id for indicator in found)

    def indicator(self, name: str) -> Indicator:
        """Return an indicator by id; raises InvalidRequest with the nearest ids for an unknown one."""
        found = self.definitions.indicators.get(name)
        if found is None:
            raise InvalidRequest(
                error(
                    "unknown-name",
                    None,
                    say("there is no indicator `{name}`", name=name),
                    nearest(name, self.indicators)
                    or say("the indicators are {all}", all=", ".join(self.indicators)),
                )
            )
        return found

    def _wanted(self, only: Sequence[str] | None) -> tuple[str, ...]:
        if isinstance(only, str):
            raise InvalidRequest(
                error(
                    "wrong-type",
                    None,
                    say("`only` is given as one text; a list of indicators is needed"),
                    say('write only=["{name}"]', name=only),
                )
            )
        return self.indicators if only is None else tuple(self.indicator(name).id for name in only)

    def years(self, folder: Folder | None = None) -> tuple[str, ...]:
        """Return the years for which a source has a file below *folder*, the earliest first."""
        root = self.definitions.root if folder is None else Path(folder)
        years: set[int] = set()
        for source in self.definitions.sources.values():
            folder_name, mark, behind = (source.file or "").partition("{period}/")
            if mark and (root / folder_name).is_dir():
                found = [path.name for path in (root / folder_name).iterdir() if (path / behind).exists()]
                years |= {period.year for name in found if (period := Period.read(name)) is not None}
        return tuple(f"{year:04}" for year in sorted(years))

    def latest_year(self, folder: Folder | None = None) -> str | None:
        """Return the last year for which a source has a file below *folder*, or None."""
        return max(self.years(folder), default=None)

    def select(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the ids of the indicators that *words* choose; all of them without any.

        A word is an id, ``division:ID``, ``objective:ID``, ``+id`` (with what it needs), ``id+`` (with what
        needs it), or ``changed:REVISION``: what the changes since a revision of git reach, which may be
        nothing. Raises InvalidRequest for any other word that chooses nothing.
        """
        chosen: set[str] = set()
        for word in words:
            kind, mark, name = word.partition(":")
            if mark and kind == "changed":
                chosen.update(self.at(name).compare(self).reached)
                continue
            if mark and kind in ("division", "objective"):
                found = {i.id for i in self.definitions.indicators.values() if getattr(i, kind).id == name}
                if not found:
                    known = sorted({getattr(i, kind).id for i in self.definitions.indicators.values()})
                    raise InvalidRequest(
                        error(
                            "unknown-name",
                            None,
                            say(
                                "no indicator has the {kind} `{name}`", kind=definition.NOUNS[kind], name=name
                            ),
                            nearest(name, known) or say("there are {known}", known=", ".join(known)),
                        )
                    )
                chosen |= found
                continue
            start = self.indicator(word.strip("+")).id
            chosen.add(start)
            if word.startswith("+") or word.endswith("+"):
                chosen |= self._around(start, needs=word.startswith("+"), needed=word.endswith("+"))
        return tuple(name for name in self.indicators if not words or name in chosen)

    def _around(self, name: str, *, needs: bool, needed: bool) -> set[str]:
        from engine.graph import Node, build

        newest = {i.id: versions.rules(i)[-1] for i in self.definitions.indicators.values()}
        graph = build(self.definitions, newest)
        start = [Node("indicator", name), *(Node("step", name, step) for step in newest[name].steps)]
        nodes = (graph.needed_for(start) if needs else frozenset()) | (
            graph.reached_from(start) if needed else frozenset()
        )
        return {node.id for node in nodes if node.kind in ("indicator", "step")}

    def at(self, revision: str) -> Catalogue:
        """Return this catalogue as a revision of git has it: a branch, a tag or a commit.

        Only its definitions are read, and they are not proved; data stay those of the folder. Raises
        InvalidRequest where there is no such revision, InvalidDefinitions where its files can't be read.
        """
        root = self.definitions.root
        files = revisions.files_of(root, revision)
        parts = reading.read_bytes(Path(f"{revision}:{root.name}"), files)
        if parts.catalogue is None:
            raise InvalidDefinitions(errors_in(parts.problems) or parts.problems)
        return Catalogue(replace(parts.catalogue, root=root), parts.problems)

    def assuming(self, scenario: str) -> Catalogue:
        """Return the catalogue in which the rules and inputs are as a scenario assumes.

        Raises InvalidRequest for an unknown one.
        """
        from engine.scenarios import assumed, scenario_of

        found = scenario_of(self.definitions, scenario)
        return replace(self, definitions=assumed(self.definitions, found), inputs=found.inputs)

    def solve(
        self,
        indicator: str,
        target: Number,
        vary: str,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        between: tuple[float, float] | None = None,
        decimals: int | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
    ) -> Solution:
        """Return what it takes for an indicator to reach *target* by varying one parameter or input.

        *vary* is ``indicator.parameter``, or ``source.column`` of a record; *between* are the ends of the
        search (without them the column's range), *decimals* those of the value. Data and parameters as for
        `evaluate`. Raises InvalidRequest for what can't be varied.
        """
        from engine.solving import answer

        def start(chosen: Mapping[str, Number], inputs: Mapping[str, Mapping[str, Number]]) -> Evaluation:
            names = dict.fromkeys((*self.inputs, *inputs))
            assumed = {name: {**self.inputs.get(name, {}), **inputs.get(name, {})} for name in names}
            given = {**(parameters or {}), **chosen}
            other = replace(self, inputs=assumed)
            return other._evaluation(data, folder, None, given, keep_going=keep_going)

        found = self.indicator(indicator).id
        asked = Period.parse(period)
        return answer(self.definitions, start, found, target, vary, asked, between, decimals)

    def compare(self, other: Catalogue, named: tuple[str, str] = ("old", "new")) -> Comparison:
        """Return what is different in *other*, and what that reaches; *named* is what the two are called."""
        from engine.comparing import compare

        return compare(self.definitions, other.definitions, named)

    def movements(
        self,
        other: Catalogue,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        only: Sequence[str] | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
    ) -> Movements:
        """Return the figures of *period* by the rules of this catalogue and by those of *other*.

        Both read the same data, those of *other* where none are given; arguments as for `evaluate`.
        *only* may name indicators that one of the two lacks.
        """
        from engine.comparing.figures import movements

        if data is None and folder is None:
            data = other.definitions.root
        given = (data, folder)

        def start(catalogue: Catalogue) -> Callable[[str | None], Evaluation]:
            return lambda column: catalogue._evaluation(*given, column, parameters, keep_going=keep_going)

        names = (*self.indicators, *other.indicators)
        wanted = tuple(dict.fromkeys(names if only is None else (name for name in names if name in only)))
        return movements(start(self), start(other), Period.parse(period), by, wanted)

    def rule(self, name: str, period: str) -> Rule | NotInForce:
        """Return the consolidated rule of an indicator for *period*, or why there is none."""
        return versions.in_force(self.indicator(name), Period.parse(period))

    def evaluate(
        self,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        only: Sequence[str] | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_rows: Sequence[str] = (),
        keep_going: bool = False,
        engine: str | None = None,
    ) -> Results:
        """Return the results of all indicators (or *only* some) for *period* (``2021``, ``2021-TW1``).

        *data*: a folder that takes the place of the catalogue's own, or rows by source: a path to a
        file, a list of dicts, or a frame (Polars, pandas, PyArrow, a relation of DuckDB, a DataFrame of
        Spark; a lazy one stays lazy until needed). *engine* (``polars``, ``duckdb``, ``spark``) says where
        to compute; without it, rows of DuckDB and Spark are computed where they are, all others by Polars.
        Sources that are not given are read below *folder* if that is set, and have no rows otherwise.
        *by* splits by a column that the indicators declare under `breakdowns`. *parameters* replaces single
        values. *keep_rows* names sources whose computed rows are kept in memory for ``results.rows(source)``.
        *keep_going* leaves out rows with findings instead of refusing the file, and the results say so.

        Raises InvalidRequest for an unknown name or period, InvalidData with all findings for data that
        are not as declared.
        """
        from engine.evaluation import results_of

        wanted = self._wanted(only)
        evaluation = self._evaluation(
            data, folder, by, parameters, keep_rows, keep_going=keep_going, engine=engine
        )
        return results_of(evaluation, Period.parse(period), wanted)

    def evaluate_saved(
        self,
        period: str,
        ledger: Folder,
        *,
        by: str | None = None,
        only: Sequence[str] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
    ) -> Run:
        """Return the results as `evaluate` does, and keep them in the file *ledger*, made if it is not there.

        Figures that the ledger has from the same definitions and the same data files are taken from there, to
        the same results; the others are computed. Raises InvalidRequest for a file that is no ledger.
        """
        from engine.ledger import evaluated

        root = folder if folder is not None else self.definitions.root
        evaluation = self._evaluation(None, root, by, None, keep_going=keep_going)
        return evaluated(Path(ledger), evaluation, Period.parse(period), self._wanted(only))

    def history(self, indicator: str, ledger: Folder) -> tuple[Saved, ...]:
        """Return the figures of an indicator that the file *ledger* has, by period and group."""
        from engine.ledger import history

        return history(Path(ledger), self.indicator(indicator).id)

    def preview(
        self,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        only: Sequence[str] | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
    ) -> Preview:
        """Return what `evaluate` would read and compute for the same request; no row is read.

        Raises InvalidRequest for an unknown name or period, InvalidData for a file that can't be looked at.
        """
        from engine.preview import preview

        wanted = self._wanted(only)
        evaluation = self._evaluation(data, folder, by, parameters, keep_going=keep_going)
        return preview(evaluation, Period.parse(period), wanted)

    def explain(
        self,
        indicator: str,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        group: str | None = None,
        row: str | None = None,
        depth: int | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
    ) -> Explanation:
        """Return how an indicator's result for *period* came about; data and parameters as for `evaluate`.

        *group* chooses one group of the column *by*, *row* one row by its key, and *depth* how many links
        from the result are followed (all without it). Raises InvalidRequest for an unknown name, group
        or row, InvalidData for data that are not as declared.
        """
        from engine.explain import explain

        found = self.indicator(indicator).id
        evaluation = self._evaluation(data, folder, by, parameters, keep_going=keep_going)
        return explain(evaluation, found, Period.parse(period), row=row, group=group, depth=depth)

    def difference(
        self,
        indicator: str,
        earlier: str,
        later: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        group: str | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
    ) -> Difference:
        """Return what moved an indicator's figure between two periods: the rule or the data, which steps.

        The parts add up to the difference; data, parameters and group as for `explain`. Raises InvalidRequest
        for an unknown name or group, for periods of two kinds, and for rows given: they are of one period.
        """
        from engine.explain import difference

        found = self.indicator(indicator).id
        evaluation = self._evaluation(data, folder, by, parameters, keep_going=keep_going)
        return difference(evaluation, found, Period.parse(earlier), Period.parse(later), group)

    def check_data(
        self,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        only: Sequence[str] = (),
        folder: Folder | None = None,
    ) -> tuple[Delivery, ...]:
        """Return what the data of all sources, or *only* some, are like for a period; nothing is computed.

        Data as for `evaluate`. Findings are part of what is returned. Raises InvalidRequest for an unknown
        source or period.
        """
        from engine.delivery import check

        evaluation = self._evaluation(data, folder, None, None, keep_going=False)
        return check(evaluation, Period.parse(period), only)

    def workbook(
        self,
        period: str,
        data: Folder | Mapping[str, Any] | None = None,
        *,
        only: Sequence[str] | None = None,
        parameters: Mapping[str, Value] | None = None,
        folder: Folder | None = None,
        keep_going: bool = False,
        language: str | None = None,
        paper: Paper = "a4",
    ) -> bytes:
        """Return the working paper of a period as an XLSX file: every step of the whole as a live formula.

        Data and parameters as for `evaluate`; *language* is ``id`` or ``en``, else the organization's, and
        *paper* ``a4`` or ``f4``. It needs the extra ``documents``. Raises what `evaluate` raises.
        """
        from engine.workbook import workbook

        wanted = self._wanted(only)
        evaluation = self._evaluation(data, folder, None, parameters, keep_going=keep_going)
        spoken = language or self.definitions.organization.language
        return workbook(evaluation, Period.parse(period), wanted, spoken, paper)

    def _evaluation(
        self,
        data: Folder | Mapping[str, Any] | None,
        folder: Folder | None,
        by: str | None,
        parameters: Mapping[str, Value] | None,
        keep_rows: Sequence[str] = (),
        *,
        keep_going: bool,
        engine: str | None = "polars",
    ) -> Evaluation:
        from engine.evaluation import Data, Evaluation
        from engine.sources import backend_for

        if data is not None and not isinstance(data, (str, os.PathLike, Mapping)):
            message = say(
                "the data are given as {kind}; a folder or a dict of rows by source is needed",
                kind=type(data).__name__,
            )
            raise InvalidRequest(error("wrong-type", None, message))
        given: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        unknown = [name for name in given if name not in self.definitions.sources]
        if unknown:
            raise InvalidRequest(
                error(
                    "unknown-name",
                    None,
                    say("there is no source `{name}`", name=unknown[0]),
                    nearest(unknown[0], self.definitions.sources),
                )
            )
        fixed = [name for name in given if self.definitions.sources[name].rows is not None]
        if fixed:
            raise InvalidRequest(
                error(
                    "rows-of-definition",
                    None,
                    say("the rows of `{name}` are part of its definition", name=fixed[0]),
                    say("change them in the source's file; other data can't take their place"),
                )
            )
        breakdowns = {name.id for i in self.definitions.indicators.values() for name in i.breakdowns}
        if by is not None and by not in breakdowns:
            raise InvalidRequest(
                error(
                    "unknown-name",
                    None,
                    say("no indicator can be split by `{name}`", name=by),
                    nearest(by, sorted(breakdowns))
                    or say("the columns are {known}", known=", ".join(sorted(breakdowns))),
                )
            )
        if isinstance(data, Mapping):
            root = None if folder is None else Path(folder)
        else:
            root = self.definitions.root if data is None else Path(data)
            if data is not None and not root.is_dir():
                raise InvalidRequest(
                    error("missing-file", None, say("there is no folder `{path}`", path=str(root)))
                )
        backend = backend_for(engine, given.values())
        read = Data(root, given, keep_going=keep_going, inputs=self.inputs, backend=backend)
        return Evaluation(self.definitions, read, by, dict(parameters or {}), keep_rows)

    def compile(self, step: str, period: str) -> Compiled:
        """Return a step as a fast callable for one record.

        ``compile("ip_asn.nilai", "2021")(employee, pelatihan=[...])`` gives one employee's value.

        *step* is ``indicator.step``, or ``indicator`` for its result. The callable checks what it is given
        as strictly as a file is checked, and raises InvalidData for what is wrong or where there is no value.
        """
        from engine.compiled import compile_step

        indicator, _, name = step.partition(".")
        return compile_step(self.definitions, self.indicator(indicator), name or None, Period.parse(period))

    def test(self, only: Sequence[str] | None = None) -> tuple[ExampleOutcome, ...]:
        """Run the worked examples of all indicators (or *only* some) and return what each gave."""
        from engine.examples import run_examples

        return tuple(
            outcome
            for name in self._wanted(only)
            for outcome in run_examples(self.definitions, self.indicator(name))
        )
