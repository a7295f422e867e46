"""Pairs of rows of one table: friendships, matches, links."""

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import Pair, of
from synth_assets.columns.basis.generator import NAMES, Drawn
from synth_assets.columns.basis.parents import Known, Refers, refers_to_nothing
from synth_assets.columns.basis.shuffle import shuffled
from synth_assets.columns.reference import no_choice
from synth_assets.errors import UsageError
from synth_assets.kernel.choice import chance
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column, Reference, Rule
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values

_MOST = 1 << 31
"""Rows of a table whose pairs can be numbered."""


class Pairs(Drawn, Refers):
    """Keys of two different rows of one table, in two columns; no two rows have the same pair, in either direction.

    Both columns are declared with the same arguments, and refer to the same table: friends, matches, links. The pairs
    are those of the rows of the base dataset, in an order of the seed's own, so any slice can be made alone.
    """

    fills: ClassVar = NAMES
    stands_alone: ClassVar = False
    examples: ClassVar = (
        {"columns": ["person_id", "friend_id"]},
        {"columns": ["follower_id", "followed_id"], "directed": True},
    )

    columns: Pair[str] = Field(description="the two columns, by name", examples=[["person_id", "friend_id"]])
    directed: bool = Field(
        default=False,
        description="true if one may be paired with the other and the other with the one: who follows whom",
        examples=[True],
    )

    rising: bool = Field(
        default=False,
        description="true if the first is the earlier row of the two, so that its number is less",
        examples=[True],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.rising and self.directed:
            raise ValueError(
                "rising is one of two directions, and directed has both.\n"
                "  Say one of them. For example: pairs(columns=('person_id', 'friend_id'), rising=True)"
            )
        return self

    def values(self, rows: Any, name: str) -> Values:
        return self.parent_cells(rows, name)

    def parent_rows(self, rows: Any, name: str) -> Known:
        place = (self, "pairs")
        if place not in rows.shared:
            rows.shared[place] = self._pairs(rows)
        return Known(rows.shared[place][self.columns.index(name)])

    def _pairs(self, rows: Any) -> tuple[I64Array, I64Array]:
        """Both rows of each pair by number, shapes (n,)."""
        first, numbers = self.columns[0], rows.row_numbers
        count = self.parent(type(rows), first).positions(rows.dataset)
        self._refuse_more(type(rows), count, int(numbers.max(initial=-1)) + 1)
        # As in a tournament: in round r of an odd number of rounds those meet whose numbers add up to 2r.
        rounds = count - 1 + count % 2
        meetings = (count // 2) * (2 if self.directed else 1)
        key = rows.stream(self.stream or first, f"{self.purpose}pairs")
        turn, meeting = np.divmod(shuffled(numbers, max(rounds, 1), max(meetings, 1), key), max(meetings, 1))
        apart = meeting // 2 if self.directed else meeting
        apart = apart + count % 2  # of an even number one is left over in each round, and meets the last
        one, other = (turn + apart) % max(rounds, 1), (turn - apart) % max(rounds, 1)
        other = np.where(apart == 0, count - 1, other)
        if self.rising:
            return np.minimum(one, other), np.maximum(one, other)
        turned = meeting % 2 == 1 if self.directed else chance(self.words(rows, first, "turned"), 1, 2)
        return np.where(turned, other, one), np.where(turned, one, other)

    def room(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        """Refuse more rows than there are pairs."""
        self._refuse_more(entity, self.parent(entity, name).positions(dataset), entity.positions(dataset))

    def _refuse_more(self, entity: type[Entity], count: int, rows: int) -> None:
        """Refuse more rows than there are pairs, with the arithmetic."""
        name = self.parent(entity, self.columns[0]).about.name
        most = count * (count - 1) if self.directed else count * (count - 1) // 2
        if rows > most or count > _MOST:
            sum_ = f"{count:,} · {max(count - 1, 0):,}{'' if self.directed else ' / 2'}"
            raise UsageError(
                f"{entity.about.domain}/{entity.about.name}: {count:,} rows of {name} make {sum_} ="
                f" {most:,} pairs, {rows:,} rows were asked for.\n  Ask for fewer rows, or give {name} more."
            )

    def tells_apart_in(self, entity: type[Entity]) -> bool:
        """Where both are parts of the key."""
        return set(self.columns) <= set(entity.key().columns)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; a key of text says so."""
        return INT64

    def implied(self, table: str, name: str) -> tuple[tuple[Reference, ...], tuple[Rule, ...]]:
        if name != self.columns[0]:
            return (), ()
        one, other = (f'"{column}"' for column in self.columns)
        group = f"{one}, {other}" if self.directed else f"least({one}, {other}), greatest({one}, {other})"
        said = " and ".join(self.columns)
        return (), (
            Rule(
                f"{'_and_'.join(self.columns)}_differ",
                f"{said} differ.",
                (table,),
                f'FROM "{table}" WHERE {one} = {other}',
            ),
            Rule(
                f"no_{'_and_'.join(self.columns)}_twice",
                f"No two rows have the same {said}{'' if self.directed else ', in either direction'}.",
                (table,),
                f'SELECT {group} FROM "{table}" GROUP BY {group} HAVING count(*) > 1',  # noqa: S608 - names
            ),
        )

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.name not in self.columns:
            return f"it is none of the columns {' and '.join(self.columns)}.\n  Name it among them."
        if self.columns[0] == self.columns[1]:
            return "a pair is of two columns.\n  For example: columns=['person_id', 'friend_id']"
        if problem := refers_to_nothing(entity, column.name):
            return problem
        other = entity.declared().get(self.columns[column.name == self.columns[0]])
        if other is None or other.generator != self:
            both = " and ".join(self.columns)
            return f"{both} are drawn at once, and one isn't there or drawn otherwise.\n  Give both the same words."
        if other.reference is None or other.reference.table != self.parent(entity, column.name).about.name:
            return f"{' and '.join(self.columns)} don't refer to the same table.\n  Give both the same references."
        return no_choice(entity, column.name, self.parent(entity, column.name))


GENERATOR = Pairs


def pairs(columns: tuple[str, str], *, directed: bool = False, stream: str = "", purpose: str = "") -> Pairs:
    """Two different rows of one table: ``pairs(("person_id", "friend_id"))``, for each of both columns."""
    return of(Pairs, columns=list(columns), directed=directed, stream=stream, purpose=purpose)
