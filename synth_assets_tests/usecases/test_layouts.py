"""Tables in any layout: the same content, read back by the manifest, made by any number of workers."""

import hashlib
import json

import polars as pl
import pytest

from synth_assets.engine.plan import plan_table
from synth_assets.engine.stored import verify_stored
from synth_assets.errors import OutputError, UsageError
from synth_assets.model.groups import Group
from synth_assets.model.manifest import read_shared_manifest
from synth_assets.produce.expected import expected_digest
from synth_assets.project.packages import Package
from synth_assets.project.project import Project
from synth_assets.sinks import catalog, layout
from synth_assets.usecases.generate import generate, plan, request_for
from synth_assets.usecases.verify import verify

TENANTS = Package("synth_assets_tests.tenants").load()
ALL = tuple(TENANTS.entities)
DATASET = TENANTS.dataset()
DATA = ("csv", "ndjson", "parquet")


def made(root, dataset=DATASET, entities=ALL, **options):
    return generate(request_for(TENANTS, dataset, entities, root, **options))


def digests(root):
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".synth" not in path.parts
    }


def problems(stored):
    """What is wrong with stored tables, and with their content beside the definition."""
    found = []
    for one in stored:
        table, form = TENANTS.tables[one.entity], catalog.load(one.format)
        manifest = form.read_manifest(one.path, table)
        found += verify_stored(form.read(one.path, table), table, manifest, form.part_folder(one.path))
        if one.content_hash != expected_digest(TENANTS, DATASET, one.entity).content_hash:
            found.append(f"{one.entity} in {one.format} is another table")
    return found


@pytest.mark.parametrize("name", layout.names())
@pytest.mark.parametrize("form", DATA)
def test_a_dataset_is_the_same_in_every_layout_and_format(name, form, tmp_path):
    assert problems(made(tmp_path, layout=name, formats=(form, "duckdb"))) == []


@pytest.mark.parametrize("name", layout.names())
def test_two_workers_write_the_same_files_as_one_in_every_layout(name, tmp_path):
    for workers in (1, 2):
        made(tmp_path / str(workers), layout=name, workers=workers)
    assert digests(tmp_path / "1") == digests(tmp_path / "2")


@pytest.mark.parametrize("name", layout.names())
def test_a_plan_tells_the_files_that_come_of_it_in_every_layout(name, tmp_path):
    request = request_for(TENANTS, DATASET, ALL, tmp_path, layout=name, formats=("csv",))
    planned = {table.entity: table for table in plan(request).tables}
    assert not any(tmp_path.iterdir())
    for one in generate(request):
        assert one.path in planned[one.entity].targets
        manifest = catalog.load(one.format).read_manifest(one.path, TENANTS.tables[one.entity])
        assert planned[one.entity].files in {None, len(manifest.files)}


def test_a_domain_s_own_delivery_stands_for_what_nobody_says(tmp_path):
    stored = made(tmp_path)
    assert {one.entity: one.format for one in stored} == dict.fromkeys(ALL, "ndjson") | {"tenants": "csv"}
    expected = {"_manifest.json", "tenants.csv"}
    expected |= {f"settings_t_{tenant:02d}.ndjson" for tenant in range(3)}
    expected |= {f"orders_t_{tenant:02d}_chunk_{chunk:04d}.ndjson" for tenant in range(3) for chunk in range(3)}
    found = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert {name for name in found if not name.startswith("notes_")} == expected


def test_rows_of_a_group_are_in_its_files_only(tmp_path):
    made(tmp_path)
    for tenant in range(3):
        files = sorted(tmp_path.glob(f"orders_t_{tenant:02d}_*"))
        rows = [json.loads(line) for path in files for line in path.read_text().splitlines()]
        assert [row["order_id"] for row in rows] == list(range(tenant * 25 + 1, tenant * 25 + 26))
        assert [len(path.read_text().splitlines()) for path in files] == [10, 10, 5]


def test_flags_override_a_domain_s_own_delivery(tmp_path):
    (tenants, orders) = made(
        tmp_path, entities=("tenants", "orders"), layout="hive", formats=("parquet",), rows_per_file=40, codec="zstd"
    )
    # What a domain writes in another format instead of lines of JSON is Parquet where that is asked for.
    assert tenants.path == tmp_path / "parquet/tenants/tenants/preset=small/seed=42"
    assert orders.path == tmp_path / "parquet/tenants/orders/preset=small/seed=42"
    assert [pl.read_parquet(path).height for path in sorted(orders.path.glob("part-*"))] == [40, 35]


def test_a_codec_is_for_every_file(tmp_path):
    made(tmp_path, codec="gzip")
    assert {path.suffix for path in tmp_path.iterdir() if path.is_file() and path.name[0] != "_"} == {".gz"}


def test_tables_made_one_after_the_other_share_the_folder_and_its_manifest(tmp_path):
    for name in reversed(ALL):
        made(tmp_path, entities=(name,))
    stored = made(tmp_path, keep=True)
    assert all(one.kept for one in stored)
    assert problems(stored) == []
    assert {one.manifest.entity for one in read_shared_manifest(tmp_path).tables} == set(ALL)


def test_a_table_made_again_in_fewer_files_leaves_none_of_the_old_ones(tmp_path):
    made(tmp_path)
    made(tmp_path, entities=("orders",), rows_per_file=100)
    assert len(list(tmp_path.glob("orders_*"))) == 3
    assert len(list(tmp_path.glob("settings_*"))) == 3


def test_another_dataset_in_a_flat_folder_is_refused_before_any_row_is_made(tmp_path, monkeypatch):
    made(tmp_path)
    before = digests(tmp_path)
    monkeypatch.setattr("synth_assets.produce.store.produce", lambda *_: pytest.fail("rows are made"))
    with pytest.raises(OutputError, match="a flat folder holds one: seed is 42, not 7"):
        made(tmp_path, TENANTS.dataset(seed=7), ("orders",))
    assert digests(tmp_path) == before


def test_an_empty_dataset_is_stored_in_every_layout(tmp_path):
    nothing = TENANTS.dataset(volumes={"tenants": 0})
    for name in layout.names():
        stored = made(tmp_path / name, nothing, layout=name, formats=("parquet",))
        assert {one.rows for one in stored} == {0}
        for one in stored:
            table, form = TENANTS.tables[one.entity], catalog.load(one.format)
            assert pl.concat([table.schema.to_frame(), *form.read(one.path, table)]).height == 0


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([Group("a", 0, 40)], "don't hold each of its 75 positions once"),
        ([Group("a", 0, 40), Group("b", 50, 75)], "don't hold each"),
        ([Group("a", 0, 75), Group("b", 75, 70), Group("c", 70, 75)], "don't hold each"),
        ([Group("a", 0, 40), Group("a", 40, 75)], "has no name, or two have the same"),
        ([Group("a", 0, 40), Group("", 40, 75)], "has no name, or two have the same"),
    ],
)
def test_groups_that_are_no_partition_are_refused_by_the_table_s_name(groups, said, monkeypatch):
    orders = TENANTS.entity("orders")
    monkeypatch.setattr(orders, "groups", classmethod(lambda *_: tuple(groups)))
    with pytest.raises(UsageError, match=f"tenants/orders: .*{said}"):
        plan_table(orders, DATASET, grouped=True)


def test_units_of_groups_write_each_position_once_and_hash_each_block_once():
    orders = TENANTS.entity("orders")
    many = TENANTS.dataset(volumes={"tenants": 7, "orders": 30_000})
    for rows_per_file in (None, 1_000, 100_000):
        pieces = [
            piece for unit in plan_table(orders, many, rows_per_file, grouped=True).units for piece in unit.pieces()
        ]
        for use in ("write", "hash"):
            spans = [piece.span for piece in pieces if getattr(piece, use)]
            edges = [0, *(span.start + span.count for span in spans)]
            assert [span.start for span in spans] == edges[:-1]
            assert edges[-1] == 210_000


def test_files_that_are_called_like_a_table_s_are_found_in_a_folder_that_tables_share_and_others_are_not(tmp_path):
    bronze = Project.here().domain("bronze")
    tiny = bronze.dataset("small", volumes={"customers": 10, "products": 10, "orders": 5, "days": 5})
    tables = ("raw_orders", "raw_customers")
    generate(request_for(bronze, tiny, tables, tmp_path, layout="flat", formats=("ndjson",)))
    (tmp_path / "extra.ndjson").write_text("somebody's own")
    assert all(one.ok for one in verify([tmp_path]))
    (tmp_path / "raw_orders_chunk_0007.ndjson").write_text("{}\n")
    wrong = {one.entity: one.problems for one in verify([tmp_path]) if not one.ok}
    assert list(wrong) == ["raw_orders"]
    assert any("raw_orders_chunk_0007.ndjson is not in the manifest" in text for text in wrong["raw_orders"])
