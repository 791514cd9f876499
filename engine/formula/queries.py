"""The words of column expressions where DuckDB and Spark mean something else by them than Polars."""

from __future__ import annotations

from engine.formula.columns import Expression, Words
from engine.numbers import LARGEST_EXACT


class QueryWords(Words):
    """The words for tables that narwhals speaks to by queries, DuckDB's first of all."""

    def days_between(self, first: Expression, second: Expression) -> Expression:
        """Return the days from first to second: here days are subtracted to a whole number."""
        day = self.library.Date
        return (second.cast(day) - first.cast(day)).cast(self.library.Int64)


class SparkWords(QueryWords):
    """The words for DataFrames of Spark."""

    _DOT = ":"

    @classmethod
    def named(cls, name: str) -> str:
        """Return what a column is called: a dot would lead into a structure."""
        return name.replace(".", cls._DOT)

    @classmethod
    def in_plan(cls, name: str) -> str:
        """Return what a plan calls a column."""
        return name.replace(cls._DOT, ".")

    def floor(self, x: Expression) -> Expression:
        """Return the whole number at or below x: Spark's is 64 bits wide, too narrow for NaN and 1e30."""
        narrow = self.where(x.abs() < LARGEST_EXACT, x)
        return self.library.coalesce(narrow.floor().cast(self.library.Float64), x)
