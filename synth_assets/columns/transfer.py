"""Transfers between two rows of one table, whose balances stay above a limit."""

import functools
import math
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, Pair, of
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import DECIMAL, INTEGER, NAMES, Drawn, Needs
from synth_assets.columns.basis.parents import Known, Refers, refers_to_nothing
from synth_assets.columns.basis.shuffle import mixed
from synth_assets.columns.reference import no_choice
from synth_assets.errors import UsageError
from synth_assets.kernel.choice import wide_below
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import StreamKey
from synth_assets.model.entity import Entity
from synth_assets.model.fates import leaves
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values

_MOST = 1 << 31
"""Accounts whose pairs can be numbered."""

_ROOM = 2
"""Units that both accounts can pay in all: another sum than before, and another than nothing."""

_STRIDES = 64
"""Ways of pairing accounts that are drawn from."""


class Moves(NamedTuple):
    """Transfers; shapes (n,), amounts in units of the last digit.

    Attributes:
        payer: the account that pays, by its number.
        payee: the account that is paid.
        amount: how much, above 0.
        payer_balance: what the payer has afterwards.
        payee_balance: what the payee has afterwards.
    """

    payer: I64Array
    payee: I64Array
    amount: I64Array
    payer_balance: I64Array
    payee_balance: I64Array


class Transfer(Drawn, Refers):
    """Keys of who pays and who is paid, in two columns; nobody's balance ever falls below a limit.

    Both columns are declared with the same arguments and refer to the same table, the accounts; the columns of
    `transferred` say how much, and what both have afterwards. In rounds each account meets another one, a few
    transfers go to and fro between them, in another order each time, and in the end both have what they had: so any
    transfer, and any balance, can be made alone. Balances follow the order of the rows.
    """

    fills: ClassVar = NAMES
    stands_alone: ClassVar = False
    examples: ClassVar = (
        {"columns": ["payer_id", "payee_id"], "opening": "credit"},
        {"columns": ["payer_id", "payee_id"], "opening": "credit", "low": -50, "turns": 3},
    )

    columns: Pair[str] = Field(
        description="the two columns, by name: who pays, and who is paid", examples=[["payer_id", "payee_id"]]
    )
    opening: Annotated[str, Field(min_length=1)] = Field(
        description="a column of the accounts: what each holds before its first transfer", examples=["opening"]
    )
    low: Exact = Field(default=Decimal(0), description="no balance falls below it, a number", examples=[0])
    turns: int = Field(
        default=4, ge=2, le=16, description="transfers of a pair in a round, a whole number from 2 to 16", examples=[4]
    )

    def values(self, rows: Any, name: str) -> Values:
        return self.parent_cells(rows, name)

    def parent_rows(self, rows: Any, name: str) -> Known:
        moves = self.moves_of(rows)
        return Known(moves.payer if name == self.columns[0] else moves.payee)

    def moves_of(self, rows: Any) -> Moves:
        """The transfers of some rows, made once for all columns that ask."""
        place = (self, "transfers")
        if place not in rows.shared:
            rows.shared[place] = self._moves(rows)
        return rows.shared[place]

    def _moves(self, rows: Any) -> Moves:
        accounts = self.parent(type(rows), self.columns[0])
        count = self._count(type(rows), accounts.positions(rows.dataset), len(rows))
        pairs = max(count // 2, 1)
        rounds, within = np.divmod(rows.row_numbers, pairs * self.turns)
        turn, place = np.divmod(within, pairs)
        pair = self._in_order(rows, rounds * self.turns + turn, place, pairs)
        one, other = self._met(rows, rounds, pair, count)
        opening = [self._opening(rows, accounts, numbers) for numbers in (one, other)]
        first = rounds * (pairs * self.turns) + pair
        before, after = self._sums(rows, first, pairs, turn, opening)
        pays, amount = after > before, np.abs(after - before)
        mine, theirs = opening[0] - after, opening[1] + after
        return Moves(
            np.where(pays, one, other),
            np.where(pays, other, one),
            amount,
            np.where(pays, mine, theirs),
            np.where(pays, theirs, mine),
        )

    def _in_order(self, rows: Any, turns: I64Array, place: I64Array, pairs: int) -> I64Array:
        """Which pair's turn it is: each time all of them in another order, so nobody pays at equal intervals."""
        shift = wide_below(self._words(rows, "order", turns), pairs)
        moved = (mixed(place, pairs, self._stream(rows, "places")) + shift) % pairs
        return mixed(moved, pairs, self._stream(rows, "pairs"))

    def _met(self, rows: Any, rounds: I64Array, pair: I64Array, count: int) -> tuple[I64Array, I64Array]:
        """Which accounts meet: neighbours after all have been moved by a stride that leads to each of them."""
        strides = _strides(self._stream(rows, "strides"), count)
        stride = strides[(self._words(rows, "stride", rounds) % np.uint64(len(strides))).view(np.int64)]
        start = wide_below(self._words(rows, "start", rounds), count)
        one = (2 * pair * stride + start) % count
        key = self._stream(rows, "accounts")
        return mixed(one, count, key), mixed((one + stride) % count, count, key)

    def _sums(
        self, rows: Any, first: I64Array, pairs: int, turn: I64Array, opening: list[I64Array]
    ) -> tuple[I64Array, I64Array]:
        """What the first account has paid the other in all: before the row's transfer, and after it."""
        low = self._low(type(rows))
        least, most = low - opening[1], opening[0] - low
        poor = (most < 0) | (least > 0) | (most - least < _ROOM)
        if poor.any():
            number = int(rows.row_numbers[np.argmax(poor)])
            raise UsageError(
                f"{rows.about.domain}/{rows.about.name}: an account of row {number} holds less than the limit"
                f" {self.low}, or both no more than that.\n  Let {self.opening} be higher, or low be lower."
            )
        before, after = np.zeros_like(first), np.zeros_like(first)
        total = np.zeros_like(first)
        for step in range(self.turns):
            paid = total
            total = self._total(rows, first + step * pairs, step, paid, least, most)
            here = turn == step
            before[here], after[here] = paid[here], total[here]
        return before, after

    def _total(
        self, rows: Any, numbers: I64Array, step: int, paid: I64Array, least: I64Array, most: I64Array
    ) -> I64Array:
        """All that is paid up to a step: another sum than before it, and nothing at the end of a round."""
        if step == self.turns - 1:
            return np.zeros_like(paid)
        # The last step but one leaves something to pay back.
        lower, upper = (np.minimum(paid, 0), np.maximum(paid, 0)) if step == self.turns - 2 else (paid, paid)
        left_out = 1 + (lower != upper)
        drawn = least + wide_below(self._words(rows, "sum", numbers), most - least + 1 - left_out)
        drawn = drawn + (drawn >= lower)
        return drawn + ((drawn >= upper) & (lower != upper))

    def _opening(self, rows: Any, accounts: type[Entity], numbers: I64Array) -> I64Array:
        cells, _ = plain(accounts(rows.dataset, numbers, rows.dataset.as_of_second).cells(self.opening))
        return cells.astype(np.int64, copy=False)

    def _low(self, entity: type[Entity]) -> int:
        scale = getattr(self.kind_of_amounts(entity), "scale", 0)
        return int(self.low.scaleb(scale))

    def _words(self, rows: Any, purpose: str, numbers: I64Array) -> U64Array:
        return bits(self._stream(rows, purpose), numbers)

    def _stream(self, rows: Any, purpose: str) -> StreamKey:
        return rows.stream(self.stream or self.columns[0], self.purpose + purpose)

    def kind_of_amounts(self, entity: type[Entity]) -> ColumnType:
        """The type of what accounts hold."""
        return self.parent(entity, self.columns[0]).declared()[self.opening].column.type

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; a key of text says so."""
        return INT64

    def needs(self) -> Needs:
        return Needs()

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.name not in self.columns or self.columns[0] == self.columns[1]:
            return (
                "it is none of the two columns, who pays and who is paid.\n"
                "  For example: columns=['payer_id', 'payee_id']"
            )
        if problem := refers_to_nothing(entity, column.name):
            return problem
        other = entity.declared().get(self.columns[column.name == self.columns[0]])
        accounts = self.parent(entity, column.name)
        if other is None or other.generator != self or other.reference is None:
            return f"{' and '.join(self.columns)} are made at once, and one isn't.\n  Give both the same words."
        if other.reference.table != accounts.about.name:
            return f"{' and '.join(self.columns)} don't refer to the same table.\n  Give both the same references."
        return self._unfit_tables(entity, accounts) or no_choice(entity, column.name, accounts)

    def _unfit_tables(self, entity: type[Entity], accounts: type[Entity]) -> str:
        name = accounts.about.name
        held = accounts.declared().get(self.opening)
        if held is None or held.column.type.kind not in {INTEGER, DECIMAL} or held.column.nullable:
            return f"{name} has no column {self.opening} of numbers that are always there.\n  Name one that has."
        if (self.low.scaleb(getattr(held.column.type, "scale", 0))) % 1:
            return f"low={self.low} has more digits than {name}.{self.opening}.\n  Say it with as many."
        if getattr(held.generator, "moves", False):
            return f"{name}.{self.opening} changes in time, and balances begin with it.\n  Name one that stays."
        if accounts.about.shape.appears or accounts.about.shape.parent is not None:
            return (
                f"rows of {name} come one after the other, some after their first transfer.\n  Let them stay: no over."
            )
        if entity.about.shape.parent is not None or leaves(entity):
            return "balances follow the order of the rows, all of which stay.\n  Let the table have rows of its own."
        return ""

    def _count(self, entity: type[Entity], count: int, rows: int) -> int:
        if rows and not 2 <= count <= _MOST:
            name = self.parent(entity, self.columns[0]).about.name
            raise UsageError(
                f"{entity.about.domain}/{entity.about.name}: {count:,} rows of {name} make no pairs.\n"
                f"  Let there be from 2 to {_MOST:,} of them."
            )
        return max(count, 1)


@functools.lru_cache(maxsize=256)
def _strides(key: StreamKey, count: int) -> NDArray[np.int64]:
    """Numbers that have no factor in common with ``count``, shape (64,)."""
    drawn = (bits(key, np.arange(_STRIDES, dtype=np.int64)) % np.uint64(max(count - 1, 1))).tolist()
    found: list[int] = []
    for one in drawn:
        stride = one + 1
        while math.gcd(stride, count) != 1:
            stride = stride % max(count - 1, 1) + 1
        found.append(stride)
    return np.array(found, dtype=np.int64)


GENERATOR = Transfer


def transfer(
    columns: tuple[str, str],
    opening: str,
    *,
    low: Decimal | int | str = 0,
    turns: int = 4,
    stream: str = "",
    purpose: str = "",
) -> Transfer:
    """Who pays and who is paid: ``transfer(("payer_id", "payee_id"), "credit")``, for each of both columns."""
    return of(Transfer, columns=list(columns), opening=opening, low=low, turns=turns, stream=stream, purpose=purpose)
