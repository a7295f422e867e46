"""Transfers: two accounts each, balances that follow the order and never fall below the limit, any slice alone."""

import copy
from pathlib import Path

import numpy as np
import pytest
import yaml

from synth_assets.engine.chunks import chunk_of
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.specs.declared import Declared

SAID = yaml.safe_load((Path(__file__).parents[2] / "examples" / "datasets" / "transfers.yaml").read_text())


def made(change=None):
    said = copy.deepcopy(SAID)
    if change:
        change(said["entities"])
    return Declared.of(said).load()


def table(domain, name, dataset, rows=None):
    kind = domain.entity(name)
    return chunk_of(kind(dataset, rows if rows is not None else Span(0, kind.positions(dataset)))).frame


@pytest.mark.parametrize(("accounts", "turns", "low"), [(2, 2, -100), (3, 4, 0), (7, 3, -100), (40, 16, 100)])
def test_balances_are_what_was_held_and_all_that_moved_since(accounts, turns, low):
    def change(entities):
        for one in ("payer_id", "payee_id"):
            entities["transfers"]["columns"][one] |= {"turns": turns, "low": low}
        for name in ("transfers", "movements"):
            del entities[name]["rules"]

    domain = made(change)
    dataset = domain.dataset("tiny", seed=accounts, volumes={"accounts": accounts, "transfers": 700})
    held = {row[0]: row[3] for row in table(domain, "accounts", dataset).rows()}
    assert min(held.values()) >= low
    paying = table(domain, "transfers", dataset)
    assert paying.height == 700
    assert set(paying["payer_id"]) | set(paying["payee_id"]) == set(held)
    assert (paying["payer_id"] != paying["payee_id"]).all()
    assert paying["amount"].min() > 0
    for account, moved, balance in table(domain, "movements", dataset).select("account_id", "change", "balance").rows():
        held[account] += moved
        assert held[account] == balance >= low


def test_nobody_moves_money_at_equal_intervals():
    """In a round there are as many rows between two of an account's as there are pairs, on an average only."""
    domain = made()
    frame = table(domain, "transfers", domain.dataset("small", seed=3))
    seen, gaps = dict[int, int](), list[int]()
    for row, two in enumerate(frame.select("payer_id", "payee_id").rows()):
        for account in two:
            gaps += [row - seen[account]] if account in seen else []
            seen[account] = row
    usual = max(map(gaps.count, {*gaps}))
    assert usual < len(gaps) / 20
    assert np.std(gaps) > 30


def test_any_transfer_alone_is_the_same():
    domain = made()
    dataset = domain.dataset("tiny", seed=3)
    for name in ("transfers", "movements"):
        whole = table(domain, name, dataset)
        for rows in (Span(17, 9), np.array([50, 3, 0])):
            places = list(range(rows.start, rows.stop)) if isinstance(rows, Span) else rows.tolist()
            assert table(domain, name, dataset, rows).equals(whole[places])


def _other(*columns, **words):
    def change(entities):
        for one in columns:
            entities["transfers"]["columns"][one] |= words

    return change


def _comes(entities):
    entities["accounts"]["over"] = 30


def _goes(entities):
    entities["transfers"]["fates"] = [{"ends": 5}]


def _pinned(entities):
    entities["transfers"]["pinned"] = [{"row": 1, "amount": 5}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other("payee_id", turns=5), "are made at once"),
        (_other("payer_id", transfer=["payer_id", "nobody"]), "are made at once"),
        (_other("payer_id", "payee_id", opening="owner"), "no column owner of numbers"),
        (_other("payer_id", "payee_id", low="0.001"), "has more digits"),
        (_other("amount", by="made_at"), "made_at is no transfer"),
        (_other("amount", transferred="sum"), "it is amount, payer_balance or payee_balance"),
        (_other("amount", type="int64"), "accounts hold decimal(12,2)"),
        (_pinned, "others follow them"),
        (_comes, "Let them stay: no over"),
        (_goes, "all of which stay"),
    ],
)
def test_what_can_not_be_a_transfer_is_refused(change, said):
    with pytest.raises(UsageError) as refused:
        made(change)
    assert said in str(refused.value)


def test_accounts_that_hold_too_little_or_are_too_few_are_refused_with_the_row():
    domain = made()
    with pytest.raises(UsageError, match="accounts=1 is not allowed"):
        domain.dataset("tiny", volumes={"accounts": 1})
    poor = made(
        lambda entities: [entities["transfers"]["columns"][one].update(low=900) for one in ("payer_id", "payee_id")]
    )
    with pytest.raises(UsageError, match=r"an account of row \d+ holds less than the limit 900"):
        table(poor, "transfers", poor.dataset("tiny"))


def test_what_others_follow_is_not_drawn_anew():
    said = {**copy.deepcopy(SAID), "changes": {"transfers": {"change": {"payer_id": "5 % a month"}}}}
    with pytest.raises(UsageError, match="other cells have to follow"):
        Declared.of(said).load()
