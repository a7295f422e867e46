"""The stored logs of a batch to look at: replayed once, all tables together."""

from dataclasses import dataclass
from functools import cached_property

from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.replay import Replayed, replay
from synth_assets.errors import DataError


@dataclass(frozen=True)
class StoredLogs:
    """The logs of one batch.

    Attributes:
        folder: of change data.
        batch: its number.
        names: the tables whose logs are looked at.
    """

    folder: ChangeFolder
    batch: int
    names: tuple[str, ...]

    def table(self, name: str) -> "StoredLog":
        """The log of one of the tables, to check."""
        return StoredLog(self, name)

    @property
    def replayed(self) -> dict[str, Replayed]:
        """What replaying gave, by table: those looked at, and those they refer to, as far as they are stored.

        Raises:
            DataError: something is damaged, or another dataset's.
        """
        if isinstance(self._outcome, DataError):
            raise self._outcome
        return self._outcome

    @cached_property
    def _outcome(self) -> dict[str, Replayed] | DataError:
        tables = self.folder.tables
        parents = {parent for name in self.names for parent in tables[name].parents}
        wanted = [name for name in tables if name in {*self.names, *parents}]
        stored = [name for name in wanted if self.batch in self.folder.batches(name)]
        try:
            found = replay(self.folder, stored, first=self.batch, last=self.batch) if stored else []
        except DataError as error:
            return error
        return {one.entity: one for one in found}


@dataclass(frozen=True)
class StoredLog:
    """A table's log of a batch among those of the other tables: what the checks of logs look at."""

    logs: StoredLogs
    name: str

    @property
    def replayed(self) -> Replayed | None:
        """What replaying gave; ``None`` if the log isn't stored.

        Raises:
            DataError: something is damaged, or another dataset's.
        """
        return self.logs.replayed.get(self.name)

    @property
    def missing_parents(self) -> list[str]:
        """The tables it refers to whose logs of this batch aren't stored."""
        return [name for name in self.logs.folder.tables[self.name].parents if name not in self.logs.replayed]

    @property
    def not_stored(self) -> str:
        """What to say where it isn't."""
        return f"batch {self.logs.batch} isn't stored in {self.logs.folder.root}."
