"""A view of somebody else's, computed by a process of its own that may take so much memory and no more.

What a view computes is bounded by nothing: one cell may be gigabytes, which DuckDB's limit doesn't count and which no
interrupt stops. So its rows are copied into a file first, by :func:`main` in another process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from synth_assets.errors import UnjudgedError, first_line
from synth_assets.grading.candidates.patience import Patience

MEGABYTES = 1_000
"""That the copy may take beyond what it begins with."""

_TOO_MUCH, _FAILED = 3, 4
"""Exit statuses of :func:`main`: memory didn't do, and what else DuckDB says, which it prints."""

_PROGRAM = f"import sys; from {__name__} import main; sys.exit(main(*sys.argv[1:]))"


def copy_view(
    database: Path, where: str, schema: str, view: str, columns: Sequence[str], to: Path, patience: Patience
) -> None:
    """Copy columns of a view into a Parquet file.

    Args:
        database: that has it; only read.
        where: what to call the view.
        schema: the view's schema.
        view: its name.
        columns: which of its columns.
        to: the file.
        patience: how long it may take.

    Raises:
        UnjudgedError: it can't be computed, takes too long or too much memory.
    """
    command = [sys.executable, "-c", _PROGRAM, str(database), schema, view, json.dumps(list(columns)), str(to)]
    folder = str(Path(__file__).parents[3])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))}
    with (
        subprocess.Popen(  # noqa: S603 - this very program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environ
        ) as child,
        patience.within(child.kill),
    ):
        _, said = child.communicate()
    if child.returncode:
        why = {
            _TOO_MUCH: f"computing it takes more memory than {MEGABYTES:,} MB",
            _FAILED: first_line(said.decode(errors="replace")),
        }.get(child.returncode, f"its process ended with {child.returncode}, perhaps for want of memory")
        raise UnjudgedError(
            f"{where} can't be read: {why}.\n  So it isn't known whether it is right."
            " Grade a table, or a file that the view was copied to."
        )


def main(database: str, schema: str, view: str, columns: str, to: str) -> int:
    """What the process does; its exit status.

    Args:
        database: as in :func:`copy_view`.
        schema: likewise.
        view: likewise.
        columns: as JSON.
        to: the file.
    """
    import duckdb
    import pyarrow.parquet as pq

    from synth_assets.grading.candidates.foreign_sql import CLOSED, SETTINGS, as_read
    from synth_assets.sinks.sql import literal, quoted

    try:
        connection = duckdb.connect()
        connection.execute(SETTINGS)
        connection.execute(f"SET threads = 1; SET temp_directory = {literal(Path(to).parent)}")
        connection.execute(f"ATTACH {literal(Path(database))} AS candidate (TYPE DUCKDB, READ_ONLY)")
        connection.execute(CLOSED)
        _bound_memory()
        source = connection.sql(f"FROM candidate.{quoted(schema)}.{quoted(view)}")
        types = dict(zip(source.columns, map(str, source.types), strict=True))
        wanted = ", ".join(f"{as_read(name, types[name])} AS {quoted(name)}" for name in json.loads(columns))
        source.create_view("viewed")
        batches = connection.sql(f"SELECT {wanted} FROM viewed").to_arrow_reader(2048)  # noqa: S608 - quoted names
        with pq.ParquetWriter(to, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    except (MemoryError, duckdb.OutOfMemoryException):
        return _TOO_MUCH
    except (duckdb.Error, OSError) as error:
        print(first_line(error), file=sys.stderr)  # noqa: T201 - it is a program
        return _FAILED
    return 0


def _bound_memory() -> None:
    """Let memory end where the system can say so; elsewhere the time does."""
    with suppress(ImportError, OSError, ValueError, IndexError):
        import resource

        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEGABYTES * 1_000_000, most))
