"""Column types, a file a family: all that is known of a type is said there, and callers ask it.

Every type has a canonical 64-bit *word* per cell (an integer, cents, microseconds, a digest of the text), which is
what content hashes are taken over; see :mod:`synth_assets.engine.content_hash`. A module of this package is a
family: it has ``TYPES``, those of its members that have a name of their own, and ``named(text)``, which makes the
member that a text names, or ``None``. :mod:`.catalog` finds the families by looking. Some types are only there for
tables that somebody else made: nanoseconds and zones other than UTC. :mod:`.frames` says which type a frame's column
has.

Importing this imports neither polars nor NumPy nor Arrow; a type does, when it is asked for something of theirs.
"""

from synth_assets.model.types.base import DIALECTS, ColumnType
from synth_assets.model.types.binary import BINARY
from synth_assets.model.types.booleans import BOOLEAN
from synth_assets.model.types.catalog import every, named
from synth_assets.model.types.dates import DATE
from synth_assets.model.types.decimals import MONEY, WEIGHT, decimal
from synth_assets.model.types.floats import FLOAT32, FLOAT64
from synth_assets.model.types.integers import INT8, INT16, INT32, INT64
from synth_assets.model.types.json_text import JSON
from synth_assets.model.types.lists import STRING_LIST, list_of
from synth_assets.model.types.structs import struct
from synth_assets.model.types.text import STRING
from synth_assets.model.types.times import TIMESTAMP, TIMESTAMP_MS, TIMESTAMP_UTC, TIMESTAMP_UTC_MS, timestamp
from synth_assets.model.types.uuids import UUID

__all__ = [
    "BINARY",
    "BOOLEAN",
    "DATE",
    "DIALECTS",
    "FLOAT32",
    "FLOAT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "JSON",
    "MONEY",
    "STRING",
    "STRING_LIST",
    "TIMESTAMP",
    "TIMESTAMP_MS",
    "TIMESTAMP_UTC",
    "TIMESTAMP_UTC_MS",
    "UUID",
    "WEIGHT",
    "ColumnType",
    "decimal",
    "every",
    "list_of",
    "named",
    "struct",
    "timestamp",
]
