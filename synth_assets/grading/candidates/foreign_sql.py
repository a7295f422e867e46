"""How DuckDB reads what is somebody else's: its settings, and the SQL of a column."""

import os
import re

from synth_assets.grading.candidates.opening import LONGEST
from synth_assets.sinks.sql import quoted

SETTINGS = f"""
    SET python_enable_replacements = false;
    SET enable_progress_bar = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET TimeZone = 'UTC';
    SET memory_limit = '300MB';
    SET threads = {min(os.cpu_count() or 1, 4)};
    SET preserve_insertion_order = false;
"""
"""A table of any size is sorted within the limit, which each thread needs a share of; what exceeds it goes to a
temporary folder."""

CLOSED = """
    SET enable_external_access = false;
    SET lock_configuration = true;
"""
"""A view of somebody else's reads its own database, no file, network or setting of ours."""

_READ_AS_THEY_ARE = re.compile(
    r"U?(TINYINT|SMALLINT|INTEGER)|BIGINT|BOOLEAN|VARCHAR|DATE|TIMESTAMP(_S|_MS|_NS)?|"
    r"TIMESTAMP WITH TIME ZONE|DECIMAL\(\d+,\d+\)"
)

_NESTED = re.compile(r"(STRUCT|MAP)\(.*\)|.*\[\d*\]", re.DOTALL)


def as_read(name: str, found: str) -> str:
    """SQL for a column: values of types that have an equal in polars, the text of all others."""
    column = quoted(name)
    if found != "VARCHAR" and _READ_AS_THEY_ARE.fullmatch(found):
        return column
    # A cell that is too long for any of ours is as wrong without its end.
    text = as_text(column, found)
    return f"CASE WHEN strlen({text}) > {LONGEST} THEN left({text}, {LONGEST + 1}) ELSE {text} END"


def as_text(column: str, found: str) -> str:
    """SQL for the text of a column's cells: JSON of lists and structs; texts of old Parquet writers are bytes."""
    if _NESTED.fullmatch(found):
        return f"CASE WHEN {column} IS NOT NULL THEN to_json({column})::VARCHAR END"
    return f"coalesce(TRY(decode({column})), {column}::VARCHAR)" if found == "BLOB" else f"{column}::VARCHAR"
