"""Delta Lake's MERGE, with its own change data feed on, tells the same net effect of a batch as our log."""

import polars as pl
import pytest

from synth_assets_tests.parity import delta_lake, hand_made, stored
from synth_assets_tests.parity.comparison import differences
from synth_assets_tests.parity.delta_lake import CHANGE_TYPE, events, followed, net_effect


@pytest.fixture(scope="module")
def told(folder, tmp_path_factory):
    """Delta tables that have taken in every batch: where they are, and the pairs of feeds."""
    root = tmp_path_factory.mktemp("delta")
    tables = folder.tables
    logs = {batch: stored.logs(folder, batch) for batch in stored.batches_of(folder)}
    base = stored.snapshots(folder, 0)
    pairs = followed(root, tables, base, logs, lambda name, batch: events(tables[name], logs[batch][name]))
    return root, {(batch, name): (net, theirs) for batch, name, net, theirs in pairs}


def test_the_net_effect_of_every_batch_is_what_delta_says_of_its_merge(folder, told):
    _, pairs = told
    unequal = {
        place: found.rows()
        for place, (net, theirs) in pairs.items()
        if len(found := differences(net, theirs, [*folder.tables[place[1]].key.columns, CHANGE_TYPE]))
    }
    assert unequal == {}
    kinds = {kind for _, theirs in pairs.values() for kind in theirs[CHANGE_TYPE]}
    assert kinds == {"insert", "update_preimage", "update_postimage", "delete"}


def test_delta_ends_in_our_snapshot(folder, told):
    root, _ = told
    for name, rows in stored.snapshots(folder, stored.batches_of(folder)[-1]).items():
        table = folder.tables[name]
        assert differences(rows, delta_lake.rows(root / name, table), table.key.columns).rows() == []


def test_our_envelope_has_the_net_effect_that_delta_tells(folder, told):
    _, pairs = told
    for (batch, name), (_, theirs) in pairs.items():
        table = folder.tables[name]
        feed = stored.delta_feed(folder, name, batch)
        assert feed["_commit_version"].is_sorted()
        net = net_effect(table, feed.select(*table.column_names, CHANGE_TYPE))
        assert differences(net, theirs, [*table.key.columns, CHANGE_TYPE]).rows() == [], (batch, name)


def by_hand(root, base, *batches):
    """The children's feeds after batches written by hand: ours and Delta's, a pair a batch."""
    table = hand_made.CHILDREN
    feeds = {number: events(table, hand_made.change_logs(number, *batch)[table.name]) for number, batch in batches}
    rows = {table.name: pl.DataFrame(base, table.schema)}
    return [
        (net, theirs)
        for _, _, net, theirs in followed(root, {table.name: table}, rows, feeds, lambda _, batch: feeds[batch])
    ]


def inserted(row):
    return ("children", None, row)


def updated(row, to):
    return ("children", row, to)


def deleted(row):
    return ("children", row, None)


ONE, OTHER, NULLS = (hand_made.child(number, None, which) for number, which in ((1, 0), (2, 1), (3, None)))


def numbered(row, number):
    return row | {"child_id": number}


def test_every_type_and_operation_comes_back_as_it_was_sent(tmp_path):
    come = [inserted(OTHER), inserted(NULLS)]
    change = [updated(ONE, numbered(NULLS, 1)), updated(NULLS, numbered(OTHER, 3)), deleted(OTHER)]
    (_, first), (_, second) = pairs = by_hand(tmp_path, [ONE], (1, [come]), (2, [change]))
    assert first.rows(named=True) == [OTHER | {CHANGE_TYPE: "insert"}, NULLS | {CHANGE_TYPE: "insert"}]
    assert second.rows(named=True) == [
        numbered(NULLS, 1) | {CHANGE_TYPE: "update_postimage"},
        ONE | {CHANGE_TYPE: "update_preimage"},
        OTHER | {CHANGE_TYPE: "delete"},
        numbered(OTHER, 3) | {CHANGE_TYPE: "update_postimage"},
        NULLS | {CHANGE_TYPE: "update_preimage"},
    ]
    assert all(net.equals(theirs) for net, theirs in pairs)


def test_a_row_that_came_and_went_or_is_what_it_was_has_no_net_effect(tmp_path):
    there_and_back = [[updated(ONE, numbered(OTHER, 1))], [updated(numbered(OTHER, 1), ONE)]]
    come_and_gone = [[inserted(OTHER)], [updated(OTHER, numbered(NULLS, 2)), deleted(numbered(NULLS, 2))]]
    come_and_changed = [[inserted(NULLS)], [updated(NULLS, numbered(ONE, 3))]]
    changed_and_gone = [[updated(numbered(ONE, 4), numbered(NULLS, 4))], [deleted(numbered(NULLS, 4))]]
    acts = [*there_and_back, *come_and_gone, *come_and_changed, *changed_and_gone]
    [(net, theirs)] = by_hand(tmp_path, [ONE, numbered(ONE, 4)], (1, acts))
    assert theirs.rows(named=True) == [
        numbered(ONE, 3) | {CHANGE_TYPE: "insert"},
        numbered(ONE, 4) | {CHANGE_TYPE: "delete"},
    ]
    assert net.equals(theirs)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda feed: feed.slice(1),
        lambda feed: pl.concat([feed, feed.slice(1, 1)]),
        lambda feed: feed.with_columns(a_int8=pl.lit(1, pl.Int8)),
        lambda feed: feed.with_columns(pl.col("a_struct").struct.with_fields(other=pl.lit("another"))),
        lambda feed: feed.with_columns(pl.col(CHANGE_TYPE).replace("update_preimage", "delete")),
        lambda feed: feed.with_columns(child_id=pl.col("child_id") + 1),
    ],
    ids=["a row less", "a row twice", "another cell", "another part of a cell", "another type", "another row"],
)
def test_a_feed_that_is_not_delta_s_is_noticed(wrong, tmp_path):
    acts = [[inserted(OTHER), updated(ONE, numbered(NULLS, 1))]]
    [(net, theirs)] = by_hand(tmp_path, [ONE], (1, acts))
    assert differences(net, theirs, ["child_id", CHANGE_TYPE]).is_empty()
    assert not differences(wrong(net), theirs, ["child_id", CHANGE_TYPE]).is_empty()
