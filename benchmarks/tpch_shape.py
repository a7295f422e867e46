"""How near the TPC-H-shaped dataset is to the reference, column by column: types, distinct values, nulls, bytes.

    tpchgen-cli parquet -s 1 --compression 'ZSTD(1)' --output-dir peer
    synth generate examples/datasets/tpch.yaml --preset sf1 --output-dir ours
    python -m benchmarks.tpch_shape peer ours

Both folders may be of any scale factor, the same in both. ``--figures FILE`` notes the reference's figures as JSON, so
that a test can compare with them where the reference's program is not.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import polars as pl
import pyarrow.parquet as pq

TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
# How far a figure may be from the reference's, as a share of it.
VALUES, COMPRESSED = 0.05, 0.20
_GROUP = 131_072  # rows


class Figures(NamedTuple):
    """What one column is like.

    ``compressed_bytes`` is what one and the same writer makes of the values, ``written_bytes`` what stands in the
    files: each program has encodings of its own, of which the values know nothing.
    """

    type: str
    rows: int
    distinct: int
    nulls: int
    plain_bytes: int
    compressed_bytes: int
    written_bytes: int


def plain_bytes(column: pl.Series) -> int:
    """Bytes of a column's values as Parquet writes them plainly: widths of its type, and 4 a text more."""
    there = len(column) - column.null_count()
    if column.dtype == pl.String:
        return int(column.str.len_bytes().sum()) + 4 * there
    narrow = column.dtype in {pl.Int32, pl.Date}
    return (4 if narrow else 8) * there


def figures_of_files(parts: list[Path]) -> dict[str, Figures]:
    """The columns of one table, in their order.

    Args:
        parts: its Parquet files
    """
    written: dict[str, int] = {}
    for part in parts:
        for name, size in column_bytes(part).items():
            written[name] = written.get(name, 0) + size
    found = {}
    for name, size in written.items():  # a column at a time, which is all that has to fit into memory
        column = pl.scan_parquet(parts, hive_partitioning=False).select(name).collect()[name]
        found[name] = figures_of(column, size)
    return found


def figures_of(column: pl.Series, written: int = 0) -> Figures:
    """What a column is like.

    Args:
        column: all of its cells.
        written: its bytes in files; 0 where it is in none.
    """
    kind, nulls = str(column.dtype).lower(), column.null_count()
    return Figures(kind, len(column), column.n_unique(), nulls, plain_bytes(column), compressed_bytes(column), written)


def column_bytes(file: Path | BinaryIO) -> dict[str, int]:
    """Compressed bytes of each column of a Parquet file."""
    meta = pq.read_metadata(file)
    found: dict[str, int] = {}
    for group in range(meta.num_row_groups):
        for place in range(meta.num_columns):
            column = meta.row_group(group).column(place)
            found[column.path_in_schema] = found.get(column.path_in_schema, 0) + column.total_compressed_size
    return found


def compressed_bytes(column: pl.Series) -> int:
    """Bytes of a column as pyarrow's writer compresses it, with dictionaries where they pay, like the reference's."""
    file = BytesIO()
    pq.write_table(
        pl.DataFrame(column).to_arrow(), file, compression="zstd", compression_level=1, row_group_size=_GROUP
    )
    return sum(column_bytes(file).values())


def peer_parts(folder: Path, table: str) -> list[Path]:
    """The reference's file of a table, or its files where it was split."""
    return [folder / f"{table}.parquet"] if (folder / f"{table}.parquet").exists() else _parts(folder / table)


def our_parts(folder: Path, table: str) -> list[Path]:
    """The files of a table below a folder that ``synth generate`` wrote to."""
    return _parts(folder / "parquet" / "tpch" / table)


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.parquet"))


def off(ours: float, theirs: float) -> float:
    """How far a figure is from the reference's, as a share of it."""
    return ours / theirs - 1 if theirs else float(ours != theirs)


def misses(theirs: Figures, ours: Figures) -> list[str]:
    """What isn't as near as it is to be."""
    wrong = [] if theirs.type == ours.type else [f"type {ours.type}"]
    allowed = {
        "rows": VALUES,
        "distinct": VALUES,
        "nulls": VALUES,
        "plain_bytes": VALUES,
        "compressed_bytes": COMPRESSED,
    }
    for what, most in allowed.items():
        if abs(off(getattr(ours, what), getattr(theirs, what))) > most:
            wrong.append(what)
    return wrong


def lines(peer: dict[str, dict[str, Figures]], own: dict[str, dict[str, Figures]]) -> Iterator[str]:
    """The comparison as a table in Markdown."""
    yield (
        "| column | type | distinct: reference | ours | plain bytes: reference | ours | compressed: reference | ours |"
        " in files |"
    )
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for table, columns in peer.items():
        for name, theirs in columns.items():
            ours = own[table][name]
            wrong = misses(theirs, ours)
            cells = [f"`{name}`", ours.type]
            for what in ("distinct", "plain_bytes", "compressed_bytes"):
                one, other = getattr(theirs, what), getattr(ours, what)
                told = _told(off(other, one))
                cells += [f"{one:,}", f"**{told}**" if what in wrong else told]
            cells.append(_told(off(ours.written_bytes, theirs.written_bytes)))
            yield "| " + " | ".join(cells) + " |"


def _told(share: float) -> str:
    return f"{share:+.1%}".replace("-", "−")


def measured(folder: Path, parts: Callable[[Path, str], list[Path]]) -> dict[str, dict[str, Figures]]:
    """All tables below a folder."""
    return {table: figures_of_files(parts(folder, table)) for table in TABLES}


def noted(found: dict[str, dict[str, Figures]]) -> str:
    """Figures as JSON, a line a column."""
    lines_of = (
        f'"{table}": {{\n' + ",\n".join(f'"{name}": {json.dumps(list(one))}' for name, one in columns.items()) + "\n}"
        for table, columns in found.items()
    )
    return "{\n" + ",\n".join(lines_of) + "\n}\n"


def read(path: Path) -> dict[str, dict[str, Figures]]:
    """Figures that were noted."""
    tables: dict[str, dict[str, list[Any]]] = json.loads(path.read_text())
    return {table: {name: Figures(*one) for name, one in columns.items()} for table, columns in tables.items()}


def main() -> int:
    """Print the comparison; 1 if anything isn't as near as it is to be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("peer", type=Path, help="the folder that tpchgen-cli wrote to")
    parser.add_argument("ours", type=Path, help="the folder that synth generate wrote to")
    parser.add_argument("--figures", type=Path, help="note the reference's figures in this file")
    arguments = parser.parse_args()
    peer = measured(arguments.peer, peer_parts)
    own = measured(arguments.ours, our_parts)
    if arguments.figures:
        arguments.figures.write_text(noted(peer))
    print("\n".join(lines(peer, own)))
    wrong = [
        f"{name}: {', '.join(missed)}"
        for table in peer
        for name, theirs in peer[table].items()
        if (missed := misses(theirs, own[table][name]))
    ]
    print("\n".join(["", f"{len(wrong)} columns are not as near as they are to be.", *wrong]), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
