"""What holds of every entity of every domain: slices, keys, references, life, workers, formats, travel."""

import pickle
import subprocess
import sys

import duckdb
import numpy as np
import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.replay import replay
from synth_assets.engine.chunks import chunk_of, generate
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.plan import plan_table
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.change_log import CADENCES, VALIDITY, history_table
from synth_assets.model.timeline import life_of
from synth_assets.usecases import generate as making
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes
from synth_assets.usecases.scan import scan_dataset
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS, ENTITIES, position_of, whole

DAY = CADENCES["day"]
DAYS = 25
LIVING_ELSEWHERE = {name for name in DOMAINS if name.startswith("example")} - {"example shop", "example baskets"}
"""Those whose batches ``cli/test_example_datasets`` replays every time, and which are longer here."""

REPLAYED = 12
"""Days whose batches are replayed, of which each takes longer than looking at a day's state."""

LONGER = {"starter": 31, "library": 25, "example notes": 90}  # where rows seldom come, or few tables live

every_entity = pytest.mark.parametrize(("name", "entity"), ENTITIES)
every_domain = pytest.mark.parametrize("name", list(DOMAINS))
anything = settings(deadline=None, max_examples=6, derandomize=True, database=None)


def kind_of(name, entity):
    return DOMAINS[name].entity(entity)


@every_entity
def test_every_cell_has_its_columns_type_and_is_missing_only_where_it_may_be(name, entity):
    table, frame = DOMAINS[name].tables[entity], whole(name, entity).frame
    assert frame.schema == table.schema
    assert frame.height
    for column in table.columns:
        assert column.nullable or not frame[column.name].null_count(), column.name
        assert not column.values or set(frame[column.name].drop_nulls()) <= set(column.values), column.name


@every_entity
def test_keys_ascend_without_repeats_and_tell_the_rows_numbers(name, entity):
    table, made = DOMAINS[name].tables[entity], whole(name, entity)
    assert (np.diff(made.numbers) > 0).all()
    if table.key.tells_numbers:
        assert table.key.numbers(made.frame).tolist() == made.numbers.tolist()
    for group in filter(None, (table.key.columns, *table.unique)):
        there = made.frame.drop_nulls(group)
        assert there.select(group).is_unique().all(), group


@every_entity
@pytest.mark.parametrize("day", [0, DAYS])
def test_references_find_their_rows(name, entity, day):
    domain, dataset = DOMAINS[name], DATASETS[name]
    at = dataset.as_of_second + day * 86_400
    for reference in domain.tables[entity].references:
        target = reference.target(domain.tables[reference.table])
        parents = whole(name, reference.table, at).frame.select(target)
        rows = whole(name, entity, at).frame
        if reference.when is not None:
            column, value = reference.when
            rows = rows.filter(pl.col(column) == value)
        rows = rows.select(reference.columns).drop_nulls()
        lost = rows.join(parents, left_on=list(reference.columns), right_on=list(target), how="anti")
        assert not lost.height, (reference, lost)


@every_entity
@anything
@given(data=st.data())
def test_any_span_with_some_columns_is_that_part_of_the_whole(name, entity, data):
    kind, dataset, made = kind_of(name, entity), DATASETS[name], whole(name, entity)
    positions = kind.positions(dataset)
    start = data.draw(st.integers(0, positions))
    span = Span(start, data.draw(st.integers(0, positions - start)))
    columns = data.draw(st.lists(st.sampled_from(made.frame.columns), min_size=1, unique=True))
    at = position_of(kind, made.numbers)
    part = generate(kind, dataset, span, columns)
    assert part.frame.equals(made.frame.filter((at >= span.start) & (at < span.stop)).select(columns))


@every_entity
@anything
@given(data=st.data())
def test_any_rows_by_number_are_those_of_the_whole(name, entity, data):
    kind, dataset, made = kind_of(name, entity), DATASETS[name], whole(name, entity)
    wanted = data.draw(st.lists(st.integers(0, len(made.numbers) - 1), max_size=20))
    columns = data.draw(st.lists(st.sampled_from(made.frame.columns), min_size=1, unique=True))
    rows = kind.some(dataset, made.numbers[wanted], dataset.as_of_second)
    assert chunk_of(rows, columns).frame.equals(made.frame[wanted].select(columns))


@every_entity
@anything
@given(data=st.data())
def test_a_scan_from_an_offset_is_that_part_of_the_whole(name, entity, data):
    frame = whole(name, entity).frame
    offset = data.draw(st.integers(0, frame.height + 3))
    rows = data.draw(st.none() | st.integers(0, frame.height + 3))
    assert scan_dataset(kind_of(name, entity), DATASETS[name], offset, rows).collect().equals(frame.slice(offset, rows))


@every_entity
def test_units_hashed_anywhere_join_into_the_hash_of_the_whole(name, entity, monkeypatch):
    kind, dataset, made = kind_of(name, entity), DATASETS[name], whole(name, entity)
    hasher = BlockHasher(kind.table())
    hasher.update(made.frame)
    once = hasher.finish()
    monkeypatch.setattr(type(kind.about.shape), "part", kind.about.shape.edge)
    parts = []
    for unit in plan_table(kind, dataset).units:
        own = BlockHasher(kind.table())
        for piece in unit.pieces():
            if piece.hash:
                own.update(*generate(kind, dataset, piece.span, hashing=True)[:3])
        parts.append(own.finish())
    assert TableDigest.merge(parts[::-1]).content_hash == once.content_hash


@every_entity
def test_a_table_lives_on_from_its_base_and_what_never_lives_stays(name, entity):
    kind, dataset = kind_of(name, entity), DATASETS[name]
    base = whole(name, entity).frame
    assert whole(name, entity, dataset.as_of_second).frame.equals(base)
    later = whole(name, entity, dataset.as_of_second + LONGER.get(name, DAYS) * 86_400).frame
    assert later.equals(base) != bool(life_of(kind))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.torture) if name in LIVING_ELSEWHERE else name for name in DOMAINS]
)
def test_batches_replayed_from_stored_files_give_the_states_and_hold_all_references(name, tmp_path):
    domain, dataset = DOMAINS[name], DATASETS[name]
    living = {one for one, entity in domain.entities.items() if life_of(entity)}
    request = ChangeRequest(
        domain, dataset, DAY, tuple(domain.entities), tmp_path, range(1, LONGER.get(name, REPLAYED) + 1)
    )
    list(generate_changes(request))
    folder = ChangeFolder(tmp_path, domain, dataset, DAY)
    replayed = replay(folder)
    assert {one.entity: one.problems for one in replayed if one.problems} == {}
    assert {one.entity for one in replayed} == set(domain.entities)
    assert {one.entity for one in replayed if one.events} == living


@every_entity
def test_versions_follow_one_another_without_gaps_and_end_in_the_state(name, entity):
    kind, dataset = kind_of(name, entity), DATASETS[name]
    if not kind.key():
        assert not life_of(kind), "a table whose rows have no key can't tell whose versions they are"
        return
    timeline = Timeline(DOMAINS[name], dataset, DAY)
    second = timeline.second(DAYS)
    if {column.name for column in VALIDITY} & {*kind.table().column_names}:
        with pytest.raises(UsageError, match="as its versions have one of their own"):
            history_table(kind.table())
        return
    versions = pl.concat(list(timeline.versions(entity, second)))
    key = list(kind.key().columns)
    now = versions.filter("is_current").select(kind.table().column_names)
    assert now.sort(key).equals(whole(name, entity, second).frame.sort(key))
    following = pl.col("valid_from").shift(-1).over(key).alias("following")
    followed = versions.sort(*key, "valid_from").select("valid_to", following).drop_nulls("following")
    assert followed.select((pl.col("valid_to") <= pl.col("following")).fill_null(value=False).all()).item()


@pytest.mark.parametrize("name", ["bronze", "marketplace", "starter", "example shop"])
def test_workers_and_formats_change_nothing(name, tmp_path):
    domain, dataset = DOMAINS[name], DATASETS[name]
    forms = ("parquet", "csv", "json", "ndjson", "duckdb")
    stored = {}
    for workers in (1, 2):
        request = making.Request(
            domain, dataset, tuple(domain.entities), forms, tmp_path / str(workers), workers=workers
        )
        stored[workers] = {(one.entity, one.format): one.content_hash for one in making.generate(request)}
    assert stored[1] == stored[2]
    assert len(set(stored[1].values())) == len(domain.entities)


@every_domain
def test_the_domains_rules_hold(name):
    domain = DOMAINS[name]
    with duckdb.connect() as connection:
        for entity in domain.entities:
            # DuckDB's intervals don't go as far as durations, which rules don't read.
            frame = whole(name, entity).frame.with_columns(cs.duration().to_physical())
            connection.register(entity, frame.to_arrow())
        for table in domain.tables.values():
            for rule in table.rules:
                assert not connection.execute(rule.sql).fetchall(), rule.name


ELSEWHERE = """
import pickle, sys
from synth_assets.engine.chunks import generate
from synth_assets.engine.content_hash import BlockHasher
from synth_assets.kernel.counter import Span

def told(data):
    domain, dataset, entity = pickle.loads(data)
    kind = domain.entity(entity)
    hasher = BlockHasher(kind.table())
    hasher.update(*generate(kind, dataset, Span(0, kind.positions(dataset)))[:3])
    return dataset.label, hasher.finish().content_hash

def tried(data):
    try:
        return told(data)
    except Exception as error:
        return repr(error)

pickle.dump({name: tried(data) for name, data in pickle.load(sys.stdin.buffer).items()}, sys.stdout.buffer)
"""


@pytest.fixture(scope="session")
def elsewhere():
    """What another process finds of each domain: its dataset's label and the hash of its first table."""
    sent = {
        name: pickle.dumps((domain, DATASETS[name], next(iter(domain.entities)))) for name, domain in DOMAINS.items()
    }
    command = [sys.executable, "-c", ELSEWHERE]
    return pickle.loads(subprocess.run(command, input=pickle.dumps(sent), capture_output=True, check=True).stdout)  # noqa: S301 — of our own process


@every_domain
def test_a_domain_and_its_datasets_travel_to_another_process_by_name_and_source(name, elsewhere):
    """Nothing of a class goes along: the other process finds it, in a module or a declaration."""
    entity = next(iter(DOMAINS[name].entities))
    hasher = BlockHasher(kind_of(name, entity).table())
    hasher.update(whole(name, entity).frame)
    assert elsewhere[name] == (DATASETS[name].label, hasher.finish().content_hash)


def test_the_toy_in_python_and_as_a_declaration_is_the_same_to_the_bit():
    one, other = DOMAINS["workshop"], DOMAINS["declared workshop"]
    assert one.tables == other.tables
    for entity in one.entities:
        for at in (None, DATASETS["workshop"].as_of_second + DAYS * 86_400):
            here, there = (whole(name, entity, at) for name in ("workshop", "declared workshop"))
            assert here.frame.equals(there.frame), entity
            assert here.numbers.tolist() == there.numbers.tolist()


def test_the_toy_has_every_shape_and_every_kind_of_key():
    domain = DOMAINS["workshop"]
    shapes = {type(entity.about.shape).__name__ for entity in domain.entities.values()}
    assert shapes == {"Rows", "LinesOf", "Slots", "SparseOf", "LedgerOf"}
    codecs = {type(table.key.codec).__name__ for table in domain.tables.values()}
    assert codecs == {"IntegerCodec", "TextCodec", "UuidCodec", "CompositeCodec", "RowOrder"}
