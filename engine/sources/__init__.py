"""Files, frames and records to checked rows, and the findings.

rows        The checked rows of a source, as records or as a frame.
cells       Convert a cell to a value by our own grammar, or say what is wrong with it.
headers     The headers of a file against the declared columns.
places      Where a source's files lie: below the data folder, regular, within limits.
records     Plain Python records to checked rows.
wide        Wide sheets: cells are checked where they stand, then columns become rows.
frames      Columns of a dataframe to checked rows, vectorised.
csv         CSV files: strict, in the declared dialect.
workbook    A look into a workbook's container before a spreadsheet reader sees it.
xlsx        Spreadsheets to checked rows.
footer      The sizes that a Parquet file claims before it is unpacked.
backends    Where rows stay if not in Polars: in DuckDB or on Spark.
tables      Tables of DuckDB and Spark to checked rows, where they are.
parquet     Parquet files, folders and globs.
database    A table of a PostgreSQL database, by name alone, as texts.
sql         The table of a database that a source declares, to checked rows.
references  References between sources: every row that refers to another finds it.
reading     A source's declaration to its rows.
announced   What a source's files say of themselves before they are read.
"""

from engine.sources.announced import Announced, announced, current_files
from engine.sources.backends import ENGINES, Backend, backend_for, backend_of
from engine.sources.frames import frame_of, from_frame, to_kind
from engine.sources.places import declared_path, held_at
from engine.sources.reading import kind_of_frame, read
from engine.sources.records import from_records
from engine.sources.references import check_references, without_orphans
from engine.sources.rows import FileRead, Rows, nothing
from engine.sources.tables import from_table, table_of

__all__ = [
    "ENGINES",
    "Announced",
    "Backend",
    "FileRead",
    "Rows",
    "announced",
    "backend_for",
    "backend_of",
    "check_references",
    "current_files",
    "declared_path",
    "frame_of",
    "from_frame",
    "from_records",
    "from_table",
    "held_at",
    "kind_of_frame",
    "nothing",
    "read",
    "table_of",
    "to_kind",
    "without_orphans",
]
