"""Our records of Debezium beside those that the real connector sent of the same, every field but a published list.

The connector's were stored by ``proof/debezium.py --fixtures``, which compares far more of them.
"""

import ast
import gzip
import json
from functools import cache
from pathlib import Path

import pytest

from synth_assets_tests.parity import debezium_case
from synth_assets_tests.parity.debezium_records import TRANSACTIONS, Record, by_topic, differences, normal

STORED = Path(__file__).with_name("debezium")
SCRIPT = Path(__file__).parents[2] / "proof/debezium.py"


def constant(name):
    """A constant of the script, whose own dependencies aren't here."""
    for node in ast.parse(SCRIPT.read_text(encoding="utf-8")).body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if [getattr(one, "id", None) for one in targets] == [name]:
            return node.value
    raise AssertionError(name)


CASE = ast.literal_eval(constant("SMALL"))
FORMS = {
    ast.literal_eval(name): ast.literal_eval(form.elts[0])
    for name, form in zip(constant("FORMS").keys, constant("FORMS").values, strict=True)
}


@cache
def given():
    return debezium_case.batches(debezium_case.Case(**CASE))


@cache
def ours(form):
    return list(debezium_case.records(given(), FORMS[form]))


@cache
def theirs(form):
    text = gzip.decompress((STORED / f"{form}.ndjson.gz").read_bytes()).decode()
    return [Record(*json.loads(line)) for line in text.splitlines()]


@pytest.mark.parametrize("form", FORMS)
def test_every_field_is_the_connectors_but_for_the_published_list(form):
    assert list(differences(normal(ours(form)), normal(theirs(form)))) == []
    assert len(theirs(form)) > 400


def test_what_was_stored_has_all_that_is_hard():
    full, default = theirs("full"), theirs("default")
    topics = by_topic(one for one in full if one.value and one.value.get("op") == "r")
    assert "synth.bronze.raw_reviews" not in topics  # an empty table, the last one
    assert topics["synth.bronze.raw_order_items"][-1].value["source"]["snapshot"] == "last"
    assert [len(topics[f"synth.bronze.{name}"]) for name in ("raw_orders", "raw_order_items")] == [1, 1]
    assert {name for one in full for name in one.headers} == {"__debezium.newkey", "__debezium.oldkey"}
    assert any(one.topic.endswith("raw_customers") and one.value and one.value["op"] == "d" for one in full)
    placeholders = [
        sum("__debezium_unavailable_value" in json.dumps(one.value) for one in some) for some in (full, default)
    ]
    assert placeholders == [0, 10]
    assert all(one.value["before"] is None for one in default if one.value and one.value.get("op") == "u")
    customers = [one.value["after"] for one in topics["synth.bronze.raw_customers"]]
    assert {one["updated_at"][19:] for one in customers} == {".000000Z"}  # timestamptz without precision


@pytest.mark.parametrize("records", [ours, theirs], ids=["ours", "the connector's"])
def test_a_transaction_ends_with_the_lsn_of_its_commit_which_the_next_one_names(records):
    ends, seen = [], []
    boundaries = [one.value for one in by_topic(records("full"))[TRANSACTIONS]]
    changes = [one.value for one in records("full") if one.value and one.value.get("transaction")]
    of_tx = {}
    for one in changes:
        of_tx.setdefault(one["source"]["txId"], []).append(one["source"])
    for begin, end in zip(boundaries[::2], boundaries[1::2], strict=True):
        (number, first), (_, commit) = (map(int, one["id"].split(":")) for one in (begin, end))
        sources = of_tx[number]
        assert first == min(one["lsn"] for one in sources)
        assert commit > max(one["lsn"] for one in sources)
        (last,) = {json.loads(one["sequence"])[0] for one in sources}
        if not ends:
            assert last is None
        else:
            assert int(last) >= ends[-1]
            seen.append(int(last) == ends[-1])
        ends.append(commit)
    assert ends == sorted(ends)
    if records is theirs:
        assert all(seen)
    else:  # between batches something else was committed
        assert seen.count(False) == sum(batch.transactions.height > 0 for batch in given()[2:])


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["source"].update(version="3.6.1.Final"),
        lambda value: value["source"].update(snapshot="true"),
        lambda value: value["source"].update(sequence='[null,"1"]'),
        lambda value: value["transaction"].update(total_order=99),
        lambda value: value.update(before=None),
        lambda value: value.update(op="c"),
        lambda value: value["source"].pop("xmin"),
        lambda value: value["source"].update(txId=1),
        lambda value: value["source"].update(lsn=1),
    ],
)
def test_a_field_that_differs_is_seen(change):
    changed = json.loads(json.dumps(theirs("full")))
    place = next(n for n in range(len(changed) - 1, 0, -1) if (changed[n][2] or {}).get("op") == "u")
    change(changed[place][2])
    assert list(differences(normal(ours("full")), normal(Record(*one) for one in changed)))


def test_a_record_too_many_is_seen():
    (text,) = differences(normal(ours("full")), normal(theirs("full")[:-1]))
    assert "records of ours" in text
