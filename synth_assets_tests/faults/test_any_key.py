"""Logs of tables with UUIDs, text and several columns as keys are broken in the same ways as those with numbers."""

import json
from uuid import UUID

import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.faults import catalog
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.injection import broken, write_broken
from synth_assets.model.key import NO_NUMBER, Key
from synth_assets.model.table import Table
from synth_assets_tests.keyed_shop import REFERENCES, SHOP, position_of, write_keyed_log
from synth_assets_tests.oracles.fault_scan import Scan

OWN = {"schema_drift": {"change": "dropped"}, "missing_range": {"rows": 5}, "hot_keys": {"updates": 6}}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return write_keyed_log(tmp_path_factory.mktemp("clean") / "log")


@pytest.fixture
def inject(clean, tmp_path):
    def call(*faults, log=clean):
        plan = fault_plan.parse(json.dumps({"seed": 3, "faults": faults}), "plan")
        write_broken(broken(CleanLog(log), plan), plan, tmp_path / "broken")
        return Scan(log.root, tmp_path / "broken", REFERENCES, position_of)

    return call


def entries(scan):
    return pl.DataFrame(scan.entries, infer_schema_length=None)


@pytest.mark.parametrize("kind", catalog.names())
def test_an_independent_scan_explains_every_kind_of_fault_in_every_kind_of_table(kind, inject):
    some = {} if kind in {"schema_drift", "missing_range"} else {"count": 2}
    found = inject(*({"kind": kind, "entities": name, **some, **OWN.get(kind, {})} for name in SHOP.entities))
    assert {one["fault"] for one in found.entries} == {1, 2, 3, 4}
    assert found.problems() == []


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_scan_explains_all_faults_at_once_and_sees_a_wrong_position(form, clean, inject, tmp_path):
    log = clean if form == "parquet" else write_keyed_log(tmp_path / "log", form=form)
    faults = [{"kind": kind, **OWN.get(kind, {})} for kind in catalog.names()]
    missing = {"kind": "orphaned_references", "mode": "missing"}
    found = inject(*faults, missing, {"kind": "null_keys", "where": "everywhere"}, log=log)
    assert found.problems() == []
    at = next(at for at, one in enumerate(found.entries) if one["position"])
    shifted = {**found.entries[at], "position": found.entries[at]["position"] + 1}
    assert found.problems([*found.entries[:at], shifted, *found.entries[at + 1 :]])


def test_the_key_is_text_as_one_sees_it_and_the_position_is_its_rows_number(inject):
    found = entries(inject({"kind": "corrupt_record", "share": 0.5}))
    for name, table in SHOP.tables.items():
        mine = found.filter(entity=name)
        cells = mine["key"].str.split(", ").list.to_struct(fields=list(table.key.columns)).struct.unnest()
        typed = cells.cast({one: table.schema[one] for one in table.key.columns})
        assert table.key.numbers(typed).tolist() == mine["position"].to_list()
        assert mine["position"].n_unique() > 10


@pytest.mark.parametrize(
    ("entity", "other"),
    [
        ("people", lambda key: key[:14] + "8" + key[15:]),
        ("articles", lambda key: "-" + key),
        ("carts", lambda key: "{}, -{}".format(*key.split(", "))),
        ("lines", lambda key: "{}, {}, -{}".format(*key.split(", "))),
    ],
)
def test_a_key_changes_to_one_that_no_row_has_and_back(entity, other, inject):
    found = entries(inject({"kind": "key_change", "entities": entity, "count": 3}))
    assert found.height == 6
    details, positions = [json.loads(one) for one in found["detail"]], found["position"].to_list()
    for at in (0, 2, 4):
        there, back = details[at : at + 2]
        assert there == {"from_key": back["to_key"], "to_key": other(back["to_key"])}
        assert back["from_key"] == there["to_key"]
        assert found["key"][at : at + 2].to_list() == [there["to_key"], back["to_key"]]
        assert positions[at] == positions[at + 1] == position_of(entity, back["to_key"])


def test_the_other_uuid_is_one_but_names_no_row(inject):
    found = entries(inject({"kind": "key_change", "entities": "people", "count": 1}))
    key = SHOP.tables["people"].key
    assert UUID(found["key"][0]).version == 8
    assert key.numbers(found.select(person_id="key")).tolist() == [NO_NUMBER, found["position"][1]]


@pytest.mark.parametrize(
    ("entity", "column", "parent"),
    [
        ("people", "boss_id", "people"),
        ("articles", "replaces", "articles"),
        ("carts", "email", "people"),
        ("lines", "shop, cart_no", "carts"),
        ("lines", "sku", "articles"),
    ],
)
def test_orphans_are_found_by_every_kind_of_reference(entity, column, parent, inject):
    scan = inject({"kind": "orphaned_references", "entities": entity, "share": 1.0, "mode": "missing"})
    found = entries(scan).filter(entity=entity)
    children = found.filter(pl.col("detail").str.contains('"role":"child"') & (pl.col("column") == column))
    assert children.height
    assert all(json.loads(detail)["parent"] == parent for detail in children["detail"])
    assert scan.problems() == []


def test_an_address_that_a_parent_was_given_later_still_names_it(clean):
    log = CleanLog(clean)
    named = log.named("people", ["email"])
    assert named["email"].n_unique() == named.height
    changed = named.filter(~pl.col("email").str.starts_with("p"))
    assert changed.height
    assert changed["position"].is_in(log.index.filter(entity="people")["position"].implode()).all()


def test_a_table_without_a_key_is_delivered_as_it_is(clean, tmp_path, monkeypatch):
    tables = dict(SHOP.tables)
    lines = tables["lines"]
    tables["lines"] = Table(lines.domain, lines.name, lines.doc, lines.grain, Key.of(""), lines.columns)
    monkeypatch.setitem(clean.__dict__, "tables", tables)
    log = CleanLog(clean)
    assert list(log.tables) == [name for name in SHOP.tables if name != "lines"]
    plan = fault_plan.parse('{"faults": [{"kind": "corrupt_record", "share": 1.0}]}', "plan")
    found = write_broken(broken(log, plan), plan, tmp_path / "broken")
    assert set(found["entity"]) == {*log.tables}
    for path in sorted((clean.root / "changes" / "keyed" / "lines").rglob("*")):
        copy = tmp_path / "broken" / path.relative_to(clean.root)
        assert path.is_dir() or copy.read_bytes() == path.read_bytes()
    plan = fault_plan.parse('{"faults": [{"kind": "corrupt_record", "entities": "lines"}]}', "plan")
    with pytest.raises(UsageError, match="'lines' is unknown"):
        broken(log, plan)
