"""A table with every type, frames of it, and the way from frames to stored data, for tests of sinks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import polars as pl
from hypothesis import strategies as st

from synth_assets.engine.content_hash import BlockHasher
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest, ManifestColumn
from synth_assets.model.table import Column, Table
from synth_assets.model.types import (
    BOOLEAN,
    DATE,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    MONEY,
    STRING,
    STRING_LIST,
    TIMESTAMP,
    TIMESTAMP_UTC,
    TIMESTAMP_UTC_MS,
    WEIGHT,
)
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.staging import Staging

PLAIN = FileOptions()
FILES = {name: catalog.load_file(name) for name in catalog.files()}

TYPES = {
    "tiny": INT8, "small": INT16, "medium": INT32, "large": INT64, "share": FLOAT64, "is_new": BOOLEAN,
    "title": STRING, "born": DATE, "created_at": TIMESTAMP_UTC, "clicked_at": TIMESTAMP_UTC_MS,
    "opens": TIMESTAMP, "tags": STRING_LIST, "price": MONEY, "weight": WEIGHT,
}  # fmt: skip
TABLE = Table(
    "shop",
    "things",
    doc="All types.",
    grain="one thing",
    key=Key.of("id"),
    columns=(Column("id", INT64, ""), *(Column(n, t, "", nullable=True) for n, t in TYPES.items())),
)

ROWS = [
    {
        "id": 1, "tiny": -128, "small": -32_768, "medium": -(2**31), "large": -(2**63), "share": -0.5,
        "is_new": True, "title": 'says "hé", twice\r\n\tthen\nstops', "born": date(1969, 12, 31),
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "clicked_at": datetime(2026, 1, 1, 0, 0, 0, 7_000, tzinfo=UTC),
        "opens": datetime.fromisoformat("1999-12-31T23:59:59"),
        "tags": ['say "hé"', "a,b"], "price": Decimal("-0.01"), "weight": Decimal("0.001"),
    },
    {"id": 3, **dict.fromkeys(TYPES)},
    {
        "id": 65_537, "tiny": 127, "small": 32_767, "medium": 2**31 - 1, "large": 2**63 - 1, "share": 1e300,
        "is_new": False, "title": " 日本, NULL ", "born": date(2026, 2, 28),
        "created_at": datetime(1900, 1, 1, 12, 30, tzinfo=UTC),
        "clicked_at": datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
        "opens": datetime.fromisoformat("2026-07-01T00:00:00"),
        "tags": [], "price": Decimal("9999999999.99"), "weight": Decimal("-99999.999"),
    },
]  # fmt: skip


def frame(rows):
    return pl.DataFrame(rows, schema=TABLE.schema, orient="row")


def many(count, first=1):
    """``count`` rows without a thought to their values, quickly."""
    key = pl.int_range(first, first + count, eager=True, dtype=pl.Int64).alias("id")
    n = pl.col("id")
    return key.to_frame().select(
        n,
        (n % 100).cast(pl.Int8).alias("tiny"),
        (n % 1000).cast(pl.Int16).alias("small"),
        n.cast(pl.Int32).alias("medium"),
        (n * 7919).alias("large"),
        (n / 7).alias("share"),
        (n % 3 == 0).alias("is_new"),
        pl.when(n % 5 != 0).then(pl.format('thing "{}"\nof {}', n, n % 9)).alias("title"),
        (n % 20_000).cast(pl.Date).alias("born"),
        (n * 1_000_000).cast(pl.Datetime("us", "UTC")).alias("created_at"),
        (n * 1_000).cast(pl.Datetime("us", "UTC")).alias("clicked_at"),
        (n * 60_000_000).cast(pl.Datetime("us")).alias("opens"),
        pl.when(n % 4 != 0).then(pl.concat_list(pl.format("t{}", n % 7)).list.head(n % 3)).alias("tags"),
        (n.cast(pl.Decimal(12, 2)) / 4).cast(pl.Decimal(12, 2)).alias("price"),
        n.cast(pl.Decimal(8, 3), strict=False).alias("weight"),
    )


# DuckDB and CSV readers end a text at a zero byte or refuse it; no domain makes one.
_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
_second = st.integers(-(2**31), 2**32).map(lambda s: s * 1_000_000)
_cells = {
    "tiny": st.integers(-128, 127),
    "small": st.integers(-(2**15), 2**15 - 1),
    "medium": st.integers(-(2**31), 2**31 - 1),
    "large": st.integers(-(2**63), 2**63 - 1),
    "share": st.floats(allow_nan=False, allow_infinity=False),
    "is_new": st.booleans(),
    "title": _text,
    "born": st.dates(date(1600, 1, 1), date(2400, 1, 1)),
    "created_at": _second,
    "clicked_at": st.integers(-(2**41), 2**42).map(lambda ms: ms * 1_000),
    "opens": _second,
    "tags": st.lists(_text, max_size=3),
    "price": st.integers(-(10**12) + 1, 10**12 - 1).map(lambda n: Decimal(n).scaleb(-2)),
    "weight": st.integers(-(10**8) + 1, 10**8 - 1).map(lambda n: Decimal(n).scaleb(-3)),
}


@st.composite
def frames(draw, max_rows=12):
    """A frame with any cells and any ascending keys."""
    keys = sorted(draw(st.sets(st.integers(1, 2**40) | st.integers(65_530, 65_540), max_size=max_rows)))
    rows = [{"id": key, **{n: draw(st.none() | cell) for n, cell in _cells.items()}} for key in keys]
    columns = [
        pl.Series(n, [row[n] for row in rows], dtype=_plain(dtype), strict=True).cast(dtype)
        for n, dtype in TABLE.schema.items()
    ]
    return pl.DataFrame(columns)


def _plain(dtype):
    return pl.Int64 if isinstance(dtype, pl.Datetime) else dtype


def pieces(whole, cuts):
    """``whole`` cut before the given rows."""
    edges = [0, *sorted(cuts), whole.height]
    return [whole.slice(a, b - a) for a, b in pairwise(edges)]


def digest(parts, table=TABLE):
    hasher = BlockHasher(table)
    for part in parts:
        hasher.update(part)
    return hasher.finish()


def manifest(parts, files=(), table=TABLE):
    found = digest(parts, table)
    return Manifest(
        domain=table.domain,
        entity=table.name,
        parameters={"preset": "small", "seed": 42},
        rows=found.rows,
        content_hash=found.content_hash,
        columns=tuple(ManifestColumn(c.name, c.type.name, found.column_hashes[c.name]) for c in table.columns),
        files=tuple(files),
        contract=1,
        version="0.0.0",
    )


def write_parts(form, folder, parts, options=PLAIN, table=TABLE):
    """One part file for each list of frames; returns the part files."""
    files = []
    for at, frames_of_part in enumerate(parts):
        path = folder / form.part_name(at, options)
        with form.open_part(path, table, options) as writer:
            for one in frames_of_part:
                writer.write(one)
            files.append(writer.close())
    return files


def store(name, root, parts, *, options=PLAIN, table=TABLE, seed=42):
    """Publish ``parts``, a list of lists of frames, in a format; returns where and the manifest."""
    every = [one for part in parts for one in part]
    target = catalog.load(name).place(root, table.path, "small", seed)
    with Staging(root) as staging:
        if name in FILES:
            files = write_parts(FILES[name], staging.folder(target), parts, options, table)
            written = manifest(every, files, table)
            staging.publish(target, written)
            return target, written
        spool = staging.folder(root / "spool" / table.path)
        files = write_parts(FILES["parquet"], spool, parts, PLAIN, table)
        written = manifest(every, (), table)
        catalog.load_ingesting(name).ingest(
            target, [SpooledTable(table, tuple(spool / f.path for f in files), written)]
        )
        return target, written


def load(name, location, columns=None, table=TABLE):
    return pl.concat(
        [frame([]).select(columns or TABLE.column_names), *catalog.load(name).read(location, table, columns)]
    )
