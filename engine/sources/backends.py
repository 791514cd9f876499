"""Where rows stay while they are computed with, if not in Polars: in DuckDB or on Spark.

A backend takes rows in and reads Parquet files where they lie. Its tables are spoken to through narwhals;
only findings and aggregates leave it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.problems import InvalidRequest, error, nearest, say

if TYPE_CHECKING:
    import polars

EngineName = Literal["polars", "duckdb", "spark"]
ENGINES: tuple[EngineName, ...] = ("polars", "duckdb", "spark")
Table = Any
"""A lazy frame of narwhals."""
_GLOBS = frozenset("*?[]{}\\")
"""What these libraries take for a pattern of file names."""


@dataclass(frozen=True)
class DuckDB:
    """The DuckDB connection that *anchor*, one of its relations, belongs to."""

    anchor: Any
    name: ClassVar[EngineName] = "duckdb"
    called: ClassVar[str] = "DuckDB"

    def take(self, frame: polars.DataFrame) -> Table:
        """Return rows of this machine as a relation; DuckDB looks at them where they are."""
        return self._query("select * from rows", _plain(frame).to_arrow())

    def scan(self, paths: Sequence[Path]) -> Table | None:
        """Return Parquet files as a relation."""
        if any(_GLOBS & set(str(path)) for path in paths):
            return None
        listed = ", ".join("'{}'".format(str(path).replace("'", "''")) for path in paths)
        return self._query(f"select * from read_parquet([{listed}], hive_partitioning = false)")

    def held(self, table: Table) -> Table:
        """Return a table whose rows are in memory."""
        return self._query("select * from rows", table.to_native().to_arrow_table())

    def joins(self, given: Any) -> bool:
        """Return whether a relation is of the same connection; nothing is computed."""
        import duckdb

        try:
            self.anchor.set_alias("one").cross(given.set_alias("other"))
        except duckdb.InvalidInputException:
            return False
        return True

    def _query(self, sql: str, rows: Any = None) -> Table:
        """Return what a query of the connection gives; DuckDB finds `rows` among the variables here."""
        import narwhals

        return narwhals.from_native(self.anchor.query("iku_anchor", sql))


@dataclass(frozen=True)
class Spark:
    """A Spark session."""

    session: Any
    name: ClassVar[EngineName] = "spark"
    called: ClassVar[str] = "Spark"

    def take(self, frame: polars.DataFrame) -> Table:
        """Return rows of this machine as a DataFrame of the session."""
        import narwhals

        return narwhals.from_native(self.session.createDataFrame(_plain(frame).to_arrow()))

    def scan(self, paths: Sequence[Path]) -> Table | None:
        """Return Parquet files as a DataFrame; every worker must see them at the same path."""
        import narwhals

        if any(_GLOBS & set(str(path)) for path in paths):
            return None
        return narwhals.from_native(self.session.read.parquet(*(f"file:{path}" for path in paths)))

    def held(self, table: Table) -> Table:
        """Return a table that Spark keeps once it has computed it."""
        import narwhals

        return narwhals.from_native(table.to_native().persist())

    def joins(self, given: Any) -> bool:
        """Return whether a DataFrame is of the same session."""
        return given.sparkSession is self.session or given.sparkSession == self.session


Backend = DuckDB | Spark


def _plain(frame: polars.DataFrame) -> polars.DataFrame:
    """Return a frame whose categories, and columns of nothing, are texts: types that every library has."""
    import polars

    return frame.with_columns(polars.col(polars.Enum, polars.Categorical, polars.Null).cast(polars.String))


def backend_of(given: Any) -> Backend | None:
    """Return the backend that a caller's frame lives in; None for what is computed with Polars."""
    module, kind = type(given).__module__.split(".")[0], type(given).__name__
    if module in ("duckdb", "_duckdb") and kind == "DuckDBPyRelation":
        return DuckDB(given)
    if module == "pyspark" and kind == "DataFrame":
        return Spark(given.sparkSession)
    return None


def backend_for(engine: str | None, given: Iterable[Any]) -> Backend | None:
    """Return the backend that a request is computed in; None for Polars.

    *engine* names one; without it the frames given decide, wherever they live. Raises InvalidRequest for
    an unknown name, a library that is not installed, and frames that do not live in one place.
    """
    if engine is not None and engine not in ENGINES:
        hint = nearest(engine, ENGINES) or say("the engines are {all}", all=", ".join(ENGINES))
        raise InvalidRequest(
            error("unknown-name", None, say("there is no engine `{name}`", name=engine), hint)
        )
    if engine == "polars":
        return None
    frames = [frame for frame in given if backend_of(frame) is not None]
    found = _shared(frames)
    if engine is None or (found is not None and found.name == engine):
        return found
    if found is not None:
        message = say(
            "the frames given live in {one}; `{engine}` is asked for", one=found.called, engine=engine
        )
        raise InvalidRequest(error("wrong-type", None, message, _MOVE))
    try:
        import_module("pyarrow")  # rows come and go through it
        return _duckdb() if engine == "duckdb" else _spark()
    except ImportError:
        message = say("the engine `{name}` is not installed", name=engine)
        hint = say("install it with: pip install 'iku[{name}]'", name=engine)
        raise InvalidRequest(error("wrong-option", None, message, hint)) from None


def _duckdb() -> Backend:
    import duckdb

    return DuckDB(duckdb.connect().sql("select 1"))


def _spark() -> Backend:
    """Return the session that ``spark-submit`` made, else a quiet one on this machine."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        return Spark(running)
    builder = SparkSession.builder.appName("iku")
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted:
        builder = builder.master("local[*]")
        for name, value in _LOCAL.items():
            builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as failure:
        reason = str(failure).strip().split("\n")[0]
        message = say("Spark can't be started: {reason}", reason=reason)
        hint = say("it needs Java 17 or later: install openjdk-17-jre-headless, or set JAVA_HOME")
        raise InvalidRequest(error("wrong-option", None, message, hint)) from None
    return Spark(session)


def _shared(frames: Sequence[Any]) -> Backend | None:
    """Return the backend in which all *frames* live; raises InvalidRequest where there are two."""
    known = [backend for frame in frames if (backend := backend_of(frame)) is not None]
    if not known:
        return None
    first = known[0]
    other = next((backend for backend in known if backend.name != first.name), None)
    if other is not None:
        message = say(
            "the frames given live in {one}, the others in {other}", one=first.called, other=other.called
        )
        raise InvalidRequest(error("wrong-type", None, message, _MOVE))
    if not all(first.joins(frame) for frame in frames):
        message = say("the frames given belong to two connections of {engine}", engine=first.called)
        raise InvalidRequest(error("wrong-type", None, message, _MOVE))
    return first


_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
    "spark.python.sql.dataFrameDebugging.enabled": "false",  # asks Java twice for each part of a formula
}
"""How a session on this machine is set up: quiet, and for one machine's worth of rows."""
_MOVE = say("bring them to one place first; files, records and Polars frames come along by themselves")
