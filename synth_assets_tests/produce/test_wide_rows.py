"""Of wide rows fewer are made, and written as a row group, at a time; nothing else depends on it."""

import polars as pl
import pyarrow.parquet as pq
import pytest

from synth_assets import generate
from synth_assets.engine.plan import plan_table
from synth_assets.model import wide_rows
from synth_assets.model.wide_rows import fitting_rows, row_bytes
from synth_assets.produce.sources import UnitRows
from synth_assets.project.project import Project

COLUMNS = "".join(f"      c{at}: {{decimals: 1, high: 1000000, type: 'decimal(12,2)'}}\n" for at in range(60))
WIDE = f"""
dataset: wide
doc: Things with many columns.
parameters:
  count: {{default: 70000, minimum: 1, maximum: 1000000000, doc: rows}}
presets: {{default: {{}}}}
default_preset: default
entities:
  things:
    doc: Things.
    grain: one thing
    rows: count
    columns:
      thing_id: key
      about: {{prose: 200, high: 1000}}
{COLUMNS}"""


@pytest.fixture
def wide(tmp_path):
    path = tmp_path / "wide.yaml"
    path.write_text(WIDE)
    return str(path)


def portions(path):
    domain = Project.here().domain(path)
    dataset = domain.dataset()
    (unit,) = plan_table(domain.entity("things"), dataset).units
    return list(UnitRows(domain, dataset, "things", unit).portions())


def test_a_row_has_its_cells_its_text_and_a_word_each():
    frame = pl.DataFrame({"a": [1, 2], "b": ["x" * 100, None], "c": [b"12", b"1234"]})
    assert row_bytes(frame) == 3 * 8 + 8 + (16 + 50) + (16 + 3)
    assert row_bytes(frame.clear()) == 0


def test_of_a_piece_of_lists_only_its_own_entries_count():
    frame = pl.DataFrame({"a": [[1, 2, 3]] * 100_000, "b": [{"c": 1}] * 100_000})
    assert row_bytes(frame) < 2 * 8 + 64
    assert row_bytes(frame[50_000:]) == row_bytes(frame)


def test_rows_are_halved_until_they_fit():
    assert fitting_rows(100, 131_072) == 131_072
    assert fitting_rows(1_000, 131_072) == 32_768
    assert fitting_rows(10**9, 131_072) == 256


def test_of_wide_rows_fewer_are_made_at_a_time(wide, monkeypatch):
    made = portions(wide)
    heights = [one.frame.height for one in made]
    assert max(heights) == 16_384
    assert sum(heights) == sum(one.positions for one in made) == 70_000
    assert all(row_bytes(one.frame) * one.frame.height <= 64_000_000 for one in made)
    whole = pl.concat([one.frame for one in made])
    monkeypatch.setattr(wide_rows, "_MOST_BYTES", 10**12)
    (alone,) = portions(wide)
    assert alone.frame.equals(whole)


def test_row_groups_are_as_small_and_neither_values_nor_hashes_differ(wide, tmp_path, monkeypatch):
    (stored,) = generate(wide, tmp_path / "few", formats="parquet")
    (path,) = stored.path.glob("part-*")
    groups = pq.ParquetFile(path).metadata
    assert {groups.row_group(at).num_rows for at in range(groups.num_row_groups - 1)} == {16_384}
    monkeypatch.setattr(wide_rows, "_MOST_BYTES", 10**12)
    (other,) = generate(wide, tmp_path / "many", formats="parquet")
    assert other.content_hash == stored.content_hash
    (path,) = other.path.glob("part-*")
    assert pq.ParquetFile(path).metadata.num_row_groups == 1


def test_rows_that_are_not_wide_are_made_and_written_as_ever(tmp_path):
    volumes = {"customers": 1_000, "products": 500, "orders": 5_000}
    (stored,) = generate("bronze/raw_clickstream", tmp_path, "small", formats="parquet", volumes=volumes)
    (path,) = stored.path.glob("part-*")
    groups = pq.ParquetFile(path).metadata
    assert groups.row_group(0).num_rows == 131_072
