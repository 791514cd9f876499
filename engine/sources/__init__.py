"""Files, frames and records to checked rows, and the findings.

rows      The checked rows of a source, as records or as a frame.
cells     Convert a cell to a value by our own grammar, or say what is wrong with it.
headers   The headers of a file against the declared columns.
places    Where a source's files lie: below the data folder, regular, within limits.
records   Plain Python records to checked rows.
frames    Columns of a dataframe to checked rows, vectorised.
csv       CSV files: strict, in the declared dialect.
xlsx      Spreadsheets, after a look into the container.
parquet   Parquet files, folders and globs.
reading   A source's declaration to its rows; references between sources.
"""

from engine.sources.frames import frame_of, from_frame, to_kind
from engine.sources.reading import check_references, kind_of_frame, read
from engine.sources.records import from_records
from engine.sources.rows import FileRead, Rows, nothing

__all__ = [
    "FileRead",
    "Rows",
    "check_references",
    "frame_of",
    "from_frame",
    "from_records",
    "kind_of_frame",
    "nothing",
    "read",
    "to_kind",
]
