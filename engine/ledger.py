"""Results kept in a file, with what they follow from, so that a later run computes only what changed.

A ledger is an SQLite database of figures, each with two things: `follows`, a hash of all definitions that it
may depend on, of the request and of this engine; and the files that its rows came from, with their hashes.
A figure is taken as it is where both are the same now, and computed anew otherwise, when in doubt too: one
without a value, one whose rows don't come from files. What is kept are results, never rows.

One run is one transaction: a run that is broken off leaves the ledger as it was.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine import sources, stored
from engine.definition import Catalogue
from engine.evaluation import Evaluation, results_of
from engine.formula.names import PreviousValue, UnitValue
from engine.plan import all_steps, make
from engine.problems import IkuError, InvalidRequest, Message, Several, error, say
from engine.values import Absent, Achievement, FileUsed, Result, Results
from engine.versions import Period

APPLICATION = 0x696B7531
"""Marks a database as a ledger: "iku1"."""
FORMAT = 1
MOST_WAITED = 30.0
"""Seconds that a run waits for another one that writes into the same ledger."""
_TABLE = """
create table figures (
    indicator text not null, period text not null, split text not null, follows text not null,
    files text not null, results text not null, told text not null, saved text not null,
    primary key (indicator, period, split)
) strict, without rowid
"""
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
Read = tuple[str, str]
"""A source and a period for which its rows are read."""


@dataclass(frozen=True)
class Saved:
    """A figure as it stands in a ledger: what was published, and when it was computed."""

    indicator: str
    period: str
    group: str | None
    value: float | int | None
    unit: str | None
    category: str | None
    target: Any
    achievement: float | int | None
    version_from: str | None
    basis: str | None
    saved: str


@dataclass(frozen=True)
class Run:
    """What a run with a ledger gave: the results, which figures were taken from there, which were saved."""

    results: Results
    taken: tuple[str, ...]
    saved: tuple[str, ...]


class Unkept(Exception):
    """A result holds something that a ledger can't give back just as it was."""


def evaluated(path: Path, evaluation: Evaluation, period: Period, wanted: Sequence[str]) -> Run:
    """Return the results of *wanted*, those that a ledger has for the same definitions and data from there.

    What was computed is kept in the ledger at *path*, which is made if it is not there. Raises InvalidRequest
    for a file that is no ledger, and for figures that are not those of a folder of data as they are.
    """
    if evaluation.data.given or evaluation.data.root is None or evaluation.parameters:
        message = say("only figures of a folder of data, by the rules as they are, are saved")
        raise InvalidRequest(
            error("wrong-option", None, message, say("leave out --set and --data SOURCE=FILE"))
        )
    with _opened(path) as ledger:
        desk = _Desk(evaluation, period)
        # One that can't be split as asked says so in its results: it is not the figure that is kept.
        kept = [name for name in wanted if evaluation.by is None or evaluation.splits(name)]
        taken = [name for name in kept if desk.take(name, ledger)]
        results = results_of(evaluation, period, wanted)
        computed = [name for name in kept if name not in taken]
        rows = [desk.row(name, results) for name in computed]
        with ledger:
            ledger.execute("begin immediate")
            ledger.executemany("replace into figures values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return Run(results, tuple(taken), tuple(computed))


def history(path: Path, indicator: str) -> tuple[Saved, ...]:
    """Return the figures of an indicator that a ledger has, by period and group.

    Raises InvalidRequest for a file that is not there or is no ledger.
    """
    if not path.exists():
        message = say("there is no file {path}", path=path)
        hint = say("`iku evaluate --save {path}` makes it", path=path)
        raise InvalidRequest(error("missing-file", None, message, hint))
    with _opened(path) as ledger:
        asked = "select period, split, told, saved from figures where indicator = ? order by period, split"
        found = ledger.execute(asked, (indicator,)).fetchall()
    return tuple(
        Saved(indicator=indicator, period=period, saved=saved, **told)
        for period, _, listed, saved in found
        for told in json.loads(listed)
    )


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a ledger, or make one where there is no file; raises InvalidRequest for anything else."""
    new = not path.exists()
    try:
        with closing(sqlite3.connect(path, timeout=MOST_WAITED, isolation_level=None)) as ledger:
            if new:
                ledger.execute("begin immediate")
                if not ledger.execute("select count(*) from sqlite_schema").fetchone()[0]:
                    ledger.execute(_TABLE)
                    ledger.execute(f"pragma application_id = {APPLICATION}")
                    ledger.execute(f"pragma user_version = {FORMAT}")
                ledger.execute("commit")
            if ledger.execute("pragma application_id").fetchone()[0] != APPLICATION:
                raise InvalidRequest(_no_ledger(path))
            if ledger.execute("pragma user_version").fetchone()[0] != FORMAT:
                message = say("{path} was made by another version of iku", path=path)
                hint = say("name another file; this one stays as it is")
                raise InvalidRequest(error("wrong-option", None, message, hint))
            yield ledger
    except sqlite3.DatabaseError as failure:
        if "not a database" in str(failure):
            raise InvalidRequest(_no_ledger(path)) from None
        message = say("{path} can't be used: {reason}", path=path, reason=str(failure))
        raise InvalidRequest(error("wrong-option", None, message)) from None


def _no_ledger(path: Path) -> Any:
    message = say("{path} is not a file of saved results", path=path)
    return error("wrong-option", None, message, say("name a new file; iku makes it"))


class _Desk:
    """One request at a ledger: what each figure follows from, and its way in and out."""

    def __init__(self, evaluation: Evaluation, period: Period) -> None:
        self.evaluation, self.period = evaluation, period
        self.catalogue: Catalogue = evaluation.catalogue
        self.split = evaluation.by or ""
        self.hashes: dict[Read, tuple[FileUsed, ...]] = {}

    def take(self, name: str, ledger: sqlite3.Connection) -> bool:
        """Take a figure from the ledger if it follows from the same; return whether it did."""
        asked = "select follows, files, results from figures where indicator = ? and period = ? and split = ?"
        found = ledger.execute(asked, (name, self.period.text, self.split)).fetchone()
        if found is None or not found[0] or found[0] != self.follows(name):
            return False
        try:
            files = {(source, period): tuple(FileUsed(source, *file) for file in listed)
                     for source, period, listed in json.loads(found[1])}  # fmt: skip
            reads = self.reads(name, self.period)
            if (
                files.keys() != reads
                or self.elsewhere(reads)
                or any(self.current(read) != used for read, used in files.items())
            ):
                return False
            results = [self.given_back(name, self.period, plain) for plain in json.loads(found[2])]
        except (IkuError, LookupError, TypeError, ValueError):
            return False
        self.evaluation.figures[name, self.period] = results
        self.evaluation.recalled.update(files)
        return True

    def row(self, name: str, results: Results) -> tuple[str, ...]:
        """Return a computed figure as the ledger keeps it; what can't be given back follows from nothing."""
        own = [result for result in results if result.indicator == name]
        follows, files, plain = "", "[]", "[]"
        if all(result.status == "value" for result in own):
            try:
                reads = sorted(self.reads(name, self.period))
                if self.elsewhere(reads):
                    raise Unkept("rows that are not in files")
                listed = [(*read, [_file(f) for f in self.evaluation.files_of(read)]) for read in reads]
                plain = json.dumps([_plain_result(result) for result in own], allow_nan=False)
                follows, files = self.follows(name), json.dumps(listed)
            except (Unkept, ValueError):
                pass
        told = json.dumps([_told(result) for result in own])
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return (name, self.period.text, self.split, follows, files, plain, told, now)

    # ── what a figure follows from ──

    def follows(self, name: str) -> str:
        """Return the hash of all texts that may matter to a figure, of the request, and of the engine."""
        evaluation = self.evaluation
        texts = {text.path: text for text in self.catalogue.texts}
        wanted = self.mentioned(name)
        parts = [
            f"{'/'.join(Path(path).parts[-2:])}\0{sha256(text.content.encode()).hexdigest()}"
            for path, text in sorted(texts.items())
            if self.owner(path) in (None, *wanted)
        ]
        request = [name, self.period.text, self.split, str(evaluation.data.keep_going)]
        return stored.key(*request, *parts)

    def owner(self, path: str) -> str | None:
        """Return the indicator or source that a file is about; None for a file that matters to all."""
        for kind in (self.catalogue.indicators, self.catalogue.sources):
            for name, thing in kind.items():
                if thing.text.path == path:
                    return name
        return None

    def mentioned(self, name: str) -> set[str]:
        """Return the indicators and sources that the file of an indicator names, and what theirs name.

        A formula uses nothing that its file does not name: so what matters is among these.
        """
        known: Mapping[str, Any] = {**self.catalogue.sources, **self.catalogue.indicators}
        found, waiting = {name}, [name]
        while waiting:
            words = set(_WORD.findall(known[waiting.pop()].text.content))
            new = (words & known.keys()) - found
            found |= new
            waiting += new
        return found

    def reads(self, name: str, period: Period) -> set[Read]:
        """Return the sources that are read for a figure, each with its period: of what it needs too."""
        found: set[Read] = set()
        seen: set[tuple[str, Period]] = set()
        waiting = [(name, period)]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            reads, needs = self.needs(*here)
            found |= reads
            waiting += needs
        return found

    def needs(self, name: str, period: Period) -> tuple[set[Read], list[tuple[str, Period]]]:
        """Return what is read for one figure alone, and the figures that it needs."""
        evaluation = self.evaluation
        proof, absent = evaluation.proof(period)
        indicator = self.catalogue.indicators[name]
        if name in absent or period.within(indicator.frequency) is not None:
            return set(), []
        if indicator.frequency != period.frequency:
            return set(), [(name, part) for part in period.parts(indicator.frequency)]
        by = evaluation.by if evaluation.splits(name) else None
        plan = make(proof, all_steps(proof, [name]), by, known=evaluation.known(period))
        needs = []
        for value in plan.given:
            if isinstance(value, UnitValue) and value.step is None:
                needs.append((value.indicator, period))
            elif isinstance(value, PreviousValue):
                needs.append((value.indicator, period.previous()))
        return {(source, period.text) for source in plan.sources}, needs

    def elsewhere(self, reads: Iterable[Read]) -> bool:
        """Return whether rows come from what can change without a file changing, such as a database."""
        found = (self.catalogue.sources[source] for source, _ in reads)
        return any(source.file is None and source.rows is None for source in found)

    def current(self, read: Read) -> tuple[FileUsed, ...]:
        """Return the files of a source for a period as they are now."""
        if read not in self.hashes:
            source, root = self.catalogue.sources[read[0]], self.evaluation.data.root
            assert root is not None, "only figures of a folder are kept"
            found = sources.current_files(source, Period.parse(read[1]), root)
            self.hashes[read] = tuple(FileUsed(source.id, f.path, f.sha256, f.size) for f in found)
        return self.hashes[read]

    # ── out of the ledger ──

    def given_back(self, name: str, period: Period, plain: Mapping[str, Any]) -> Result:
        """Return a result as it was, its titles, target and legal basis as the definitions have them."""
        rule = self.evaluation.proof(period)[0].rules.get(name)
        head = self.evaluation.head(self.catalogue.indicators[name], rule, period)
        parts = tuple(self.given_back(name, Period.parse(part["period"]), part) for part in plain["parts"])
        return replace(
            head,
            parts=parts,
            steps={step: _value(value) for step, value in plain["steps"].items()},
            notes=tuple(_value(note) for note in plain["notes"]),
            **{key: _value(plain[key]) for key in _KEPT},
        )


_KEPT = (
    "group", "value", "unrounded", "category", "category_reason", "achievement", "achievement_reason",
    "status", "reason", "rows_read",
)  # fmt: skip


def _plain_result(result: Result) -> dict[str, Any]:
    found = {name: _plain(getattr(result, name)) for name in _KEPT}
    return {
        **found,
        "period": result.period,
        "steps": {name: _plain(value) for name, value in result.steps.items()},
        "notes": [_plain(note) for note in result.notes],
        "parts": [_plain_result(part) for part in result.parts],
    }


def _plain(value: Any) -> Any:
    """Return a part of a result as JSON has it: a list begins with what it is."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Message):
        gaps = [[name, _plain(filling)] for name, filling in value.values]
        return ["say", value.template, gaps, value.many]
    if isinstance(value, Several):
        return ["several", [_plain(word) for word in value.words], _plain(value.link)]
    if isinstance(value, Absent):
        return ["absent", _plain(value.reason)]
    if isinstance(value, Achievement):
        return ["achievement", value.value, value.uncapped, value.category]
    if isinstance(value, date) and not isinstance(value, datetime):
        return ["date", value.isoformat()]
    if isinstance(value, Path):
        return ["path", str(value)]
    if isinstance(value, Mapping):
        return {str(name): _plain(own) for name, own in value.items()}
    raise Unkept(type(value).__name__)


def _value(plain: Any) -> Any:
    """Return what `_plain` made *plain*; LookupError, TypeError or ValueError for anything else."""
    if not isinstance(plain, list):
        return plain
    kind, *rest = plain
    if kind == "say":
        template, gaps, many = rest
        return Message(template, tuple((name, _value(filling)) for name, filling in gaps), many)
    if kind == "several":
        return Several(tuple(_value(word) for word in rest[0]), _value(rest[1]))
    if kind == "absent":
        return Absent(_value(rest[0]))
    if kind == "achievement":
        return Achievement(*rest)
    if kind == "date":
        return date.fromisoformat(rest[0])
    if kind == "path":
        return Path(rest[0])
    raise ValueError(kind)


def _file(used: FileUsed) -> list[Any]:
    return [used.path, used.sha256, used.size]


def _told(result: Result) -> dict[str, Any]:
    """Return what a history tells of a result."""
    told = result.to_dict()
    names = ("group", "value", "unit", "category", "target", "achievement", "version_from", "basis")
    return {name: told[name] for name in names}
