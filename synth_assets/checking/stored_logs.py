"""The stored logs of a batch to look at: replayed once, all tables together."""

from dataclasses import dataclass
from functools import cached_property

from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.replay import Replayed, replay_batch
from synth_assets.errors import DataError, UnjudgedError


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

    @cached_property
    def replayed(self) -> dict[str, Replayed | DataError | UnjudgedError]:
        """What replaying gave, by table: those looked at, and those they refer to, as far as they are stored."""
        tables = self.folder.tables
        parents = {parent for name in self.names for parent in tables[name].parents}
        wanted = [name for name in tables if name in {*self.names, *parents}]
        stored = [name for name in wanted if self.batch in self.folder.batches(name)]
        return replay_batch(self.folder, stored, self.batch) if stored else {}


@dataclass(frozen=True)
class StoredLog:
    """A table's log of a batch among those of the other tables: what the checks of logs look at."""

    logs: StoredLogs
    name: str

    @property
    def replayed(self) -> Replayed | None:
        """What replaying gave; ``None`` if the log isn't stored.

        Raises:
            DataError: something of this table is damaged, or another dataset's.
            UnjudgedError: the system doesn't let it be read.
        """
        found = self.logs.replayed.get(self.name)
        if isinstance(found, DataError | UnjudgedError):
            raise found
        return found

    @property
    def missing_parents(self) -> list[str]:
        """The tables it refers to whose logs of this batch aren't stored, or can't be replayed."""
        replayed = self.logs.replayed
        parents = self.logs.folder.tables[self.name].parents
        return [name for name in parents if not isinstance(replayed.get(name), Replayed)]

    @property
    def not_stored(self) -> str:
        """What to say where it isn't."""
        return f"batch {self.logs.batch} isn't stored in {self.logs.folder.root}."
