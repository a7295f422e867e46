"""`verify` in any layout: all is well, or the very file, value or row that isn't is named."""

import duckdb
import pytest

from synth_assets.project.project import Project
from synth_assets.sinks import layout
from synth_assets.usecases.generate import generate, request_for
from synth_assets.usecases.stored_tables import load
from synth_assets.usecases.verified import Depth
from synth_assets.usecases.verify import verify

FORMATS = ("parquet", "csv")


@pytest.fixture
def tenants(tmp_path, monkeypatch):
    """The domain, as a project in the current folder has it."""
    (tmp_path / "synth.toml").write_text('domains = ["synth_assets_tests.tenants"]\n')
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    return Project.here().domain("tenants")


def made(domain, root, name):
    return generate(request_for(domain, domain.dataset(), tuple(domain.entities), root, formats=FORMATS, layout=name))


def wrong(root, **depth):
    return {
        (one.entity, one.format): one.problems + one.undecided for one in verify([root], Depth(**depth)) if not one.ok
    }


@pytest.mark.parametrize("name", layout.names())
def test_what_was_made_is_found_and_as_it_should_be_in_every_layout(name, tenants, tmp_path):
    stored = made(tenants, tmp_path / "data", name)
    found = verify([tmp_path / "data"], Depth(regenerate=True))
    assert {(one.entity, one.format, one.rows, one.content_hash) for one in found} == {
        (one.entity, one.format, one.rows, one.content_hash) for one in stored
    }
    assert [(one.problems, one.undecided) for one in found] == [((), ())] * len(found)


@pytest.mark.parametrize("name", layout.names())
def test_a_changed_byte_of_any_file_is_found_in_every_layout(name, tenants, tmp_path):
    root = tmp_path / "data"
    (orders,) = [one for one in made(tenants, root, name) if (one.entity, one.format) == ("orders", "csv")]
    for path in sorted(orders.path.glob(str(orders.files.relative_to(orders.path)))):
        before = path.read_bytes()
        path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
        assert [one for one in wrong(root)[("orders", "csv")] if str(path) in one], path
        path.write_bytes(before)
    assert wrong(root) == {}


def test_a_part_file_in_a_value_s_folder_that_no_manifest_lists_is_found(tenants, tmp_path):
    stored = {(one.entity, one.format): one for one in made(tenants, tmp_path / "data", "by_column")}
    (folder, *_) = stored["orders", "parquet"].path.glob("status=*")
    (folder / "part-00009.parquet").write_bytes((folder / "part-00000.parquet").read_bytes())
    assert wrong(tmp_path / "data") == {
        ("orders", "parquet"): (f"{folder / 'part-00009.parquet'} is not in the manifest",)
    }


def test_what_is_not_in_a_folder_that_tables_share_is_called_by_its_name_alone(tenants, tmp_path):
    generate(
        request_for(tenants, tenants.dataset(), ("orders",), tmp_path / "data", formats=("parquet",), layout="flat")
    )
    (result,) = verify([tmp_path / "data"])
    assert result.ok
    assert any(text.endswith(" is not stored.") for text in result.undecided)
    assert not [text for text in result.undecided if " data " in text]


@pytest.mark.parametrize("name", ["hive", "by_column"])
def test_a_stored_table_is_loaded_with_all_its_columns_in_key_order(name, tenants, tmp_path):
    made(tenants, tmp_path / "data", name)
    table = tenants.tables["orders"]
    frame = load(tenants.dataset(), "orders", table, tmp_path / "data", "").collect()
    assert frame.schema == table.schema
    assert frame["order_id"].to_list() == list(range(1, 76))
    with duckdb.connect() as connection:
        counted = connection.sql("SELECT count(DISTINCT status) FROM frame").fetchall()
    assert counted == [(3,)]
