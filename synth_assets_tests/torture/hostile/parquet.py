"""Parquet that is none, lies about itself, or is far more than its bytes."""

import struct
import subprocess
import sys

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import CHANGES, PARQUET, each, of
from synth_assets_tests.torture.hostile.writing import part, tell


def parquet_bytes(scene: Scene, value: str) -> str:
    path = part(scene)
    content = path.read_bytes()
    footer = struct.unpack("<I", content[-8:-4])[0]
    path.write_bytes(
        {
            "length of the footer 4 GB": content[:-8] + struct.pack("<I", 2**32 - 1) + b"PAR1",
            "length of the footer the file's": content[:-8] + struct.pack("<I", len(content)) + b"PAR1",
            "length of the footer 0": content[:-8] + struct.pack("<I", 0) + b"PAR1",
            "length of the footer one less": content[:-8] + struct.pack("<I", footer - 1) + b"PAR1",
            "encrypted": content[:-4] + b"PARE",
            "only magic": b"PAR1",
            "magic twice": b"PAR1PAR1",
            "no magic before": b"XXXX" + content[4:],
            "no magic after": content[:-4] + b"XXXX",
            "footer of zeros": content[: -8 - footer] + bytes(footer) + content[-8:],
            "footer of 0xff": content[: -8 - footer] + b"\xff" * footer + content[-8:],
            "footer of lists": content[: -8 - footer]
            + b"\x19\xfc\xff\xff\xff\xff\x0f" * (footer // 7)
            + bytes(footer % 7)
            + content[-8:],
            "pages of zeros": content[:4] + bytes(len(content) - footer - 12) + content[-8 - footer :],
            "pages of 0xff": content[:4] + b"\xff" * (len(content) - footer - 12) + content[-8 - footer :],
            "twice": content + content,
            "bytes after magic": content[:4] + b"xx" + content[4:],
        }[value]
    )
    tell(path)
    return f"{scene.called(path)}: {value}, and its manifest is told"


PARQUET_BYTES = (
    "length of the footer 4 GB",
    "length of the footer the file's",
    "length of the footer 0",
    "length of the footer one less",
    "encrypted",
    "only magic",
    "magic twice",
    "no magic before",
    "no magic after",
    "footer of zeros",
    "footer of 0xff",
    "footer of lists",
    "pages of zeros",
    "pages of 0xff",
    "twice",
    "bytes after magic",
)
for where in (PARQUET, CHANGES, "candidate-parquet", "envelope-delta"):
    each(where, parquet_bytes, *PARQUET_BYTES)


_WIDE = """
import sys, polars as pl
frame = pl.read_parquet(sys.argv[1], hive_partitioning=False)
name = next(name for name, dtype in frame.schema.items() if dtype == pl.String)
frame.with_columns(pl.lit("x" * 30_000_000).alias(name)).write_parquet(sys.argv[1], compression="zstd")
"""


@of(PARQUET, "candidate-parquet")
def parquet_of_many_rows_in_few_bytes(scene: Scene) -> str:
    """200 million rows of one value, which dictionaries and run lengths make small."""
    path = part(scene)
    schema = pq.read_schema(path)
    chunk = pa.table({name: pa.nulls(2_000_000, schema.field(name).type) for name in schema.names})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for _ in range(20):
            writer.write_table(chunk)
    tell(path)
    return f"{scene.called(path)}: 40 million rows in {path.stat().st_size} bytes"


@of(PARQUET, "candidate-parquet")
def parquet_of_a_wide_text(scene: Scene) -> str:
    """A cell of 1.5 GB, compressed to nothing."""
    path = part(scene)
    # Made by another process: what that takes is not what reading it takes.
    subprocess.run([sys.executable, "-c", _WIDE, str(path)], check=True)
    tell(path)
    return f"{scene.called(path)}: texts of 30 MB in each row"


@of(PARQUET)
def parquet_of_many_columns(scene: Scene) -> str:
    path = part(scene)
    pl.DataFrame({f"c{at}": [1] for at in range(20_000)}).write_parquet(path)
    tell(path, 1)
    return f"{scene.called(path)}: 20,000 columns"


@of(PARQUET)
def parquet_with_a_category(scene: Scene) -> str:
    path = part(scene)
    frame = pl.read_parquet(path, hive_partitioning=False)
    frame.cast({pl.String: pl.Categorical}).write_parquet(path)
    tell(path)
    return f"{scene.called(path)}: texts as categories"
