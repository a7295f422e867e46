"""Tables of more rows than 32 bits name: rows of them alone, and what can't be drawn from so many."""

import pytest

from synth_assets import scan
from synth_assets.errors import UsageError

VAST = """
dataset: vast
doc: Tables of every shape, as large as one says.
parameters:
  people: {{default: 1000, minimum: 1, maximum: 10000000000000, doc: rows of people}}
  holders: {{default: 30, minimum: 1, maximum: 2000000000, doc: rows of holders}}
presets: {{small: {{}}, vast: {{people: 1000000000000, holders: 100000000}}}}
default_preset: small
entities:
  people:
    doc: People.
    grain: one
    rows: people
    over: 364
    columns:
      person_id: key
      joined_at: {{moment: born, doc: first seen}}
  friends:
    doc: Friends.
    grain: one
    rows: people
    columns:
      friend_id: key
      person_id: {reference}
  holders:
    doc: Holders.
    grain: one
    rows: holders
    over: 364
    columns:
      holder_id: key
  movements:
    doc: What comes in and goes out.
    grain: one movement
    ledger: {{of: holders, over: 364, days: 7, entries: 4, low: 0, high: 5000}}
    columns:
      movement_id: key
      holder_id: {{key_of: movements.accounts, references: holders, doc: whose it is}}
      moved_at: {{moment: movements.moved}}
      balance: {{property_of: movements.balances, type: int64, doc: what is there afterwards}}
"""


@pytest.fixture
def vast(tmp_path):
    def written(reference="{references: people}"):
        path = tmp_path / "vast.yaml"
        path.write_text(VAST.format(reference=reference))
        return str(path)

    return written


def test_references_to_a_million_million_rows_are_all_of_them(vast):
    rows = scan(f"{vast()}/friends", "vast", offset=5 * 10**11, rows=20_000).collect()
    assert rows["friend_id"].to_list()[:2] == [5 * 10**11 + 1, 5 * 10**11 + 2]
    assert 1 <= rows["person_id"].min() < 10**9
    assert 10**12 - 10**9 < rows["person_id"].max() <= 10**12
    assert abs(rows["person_id"].mean() / 10**12 - 0.5) < 0.02
    assert rows["person_id"].n_unique() > 19_990


@pytest.mark.parametrize("reference", ["{references: people, skew: zipf}", "{references: people, skew: square}"])
def test_skewed_references_to_so_many_are_refused(vast, reference):
    with pytest.raises(UsageError, match=r"person_id refers to 1,000,000,000,000 rows with skew"):
        scan(f"{vast(reference)}/friends", "vast")


def test_a_ledger_with_more_movements_in_a_window_than_it_has_numbers_is_refused(vast):
    with pytest.raises(UsageError, match=r"movements: holders has 1,500,000,000 rows with 4 movements in a window"):
        scan(f"{vast()}/movements", "vast", volumes={"holders": 1_500_000_000})


def test_any_movements_of_a_ledger_are_those_of_the_whole(vast):
    path = f"{vast()}/movements"
    whole = scan(path).collect()
    for offset in (0, 1, 57, 700, whole.height - 40, whole.height - 3, whole.height + 5):
        for rows in (1, 30, 500):
            assert scan(path, offset=offset, rows=rows).collect().equals(whole[offset : offset + rows]), (offset, rows)


def test_rows_far_into_a_ledger_are_made_alone(vast):
    rows = scan(f"{vast()}/movements", "vast", offset=9 * 10**9, rows=5).collect()
    assert rows.height == 5
    assert rows["movement_id"].is_sorted()
    assert rows["holder_id"].max() < 10**8
