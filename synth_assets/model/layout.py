"""Where a dataset lies under the data root, and what its files are called."""

import re
from pathlib import Path
from typing import NamedTuple

MANIFEST_FILE = "_manifest.json"
MANIFEST_TABLE = "_synth_manifest"
"""In databases: one row a table, in the domain's schema."""

TRANSACTIONS_TABLE = "_synth_transactions"
"""In a database that lives: one row a transaction of change data that was applied to it."""

IDENTITY_FILE = "_dataset.json"
"""In a folder of change data: whose changes these are."""

LOGS, SNAPSHOTS, HISTORIES = "changes", "snapshots", "history"
"""Folders of a folder of change data."""

DESCRIPTIONS = "descriptions"
"""Folder of what other tools are told of datasets."""

CURRENT = "current"
"""Folder of the databases that take in batches, beside those of whole datasets."""

STAGING = ".synth"
"""Folder inside the data root, on the same filesystem, where files grow until they are published."""

_PART = re.compile(r"part-\d{5,}(\.\w+)+")


def partition_folder(root: Path, form: str, table: str, preset: str, seed: int) -> Path:
    """The folder of one table of one dataset in a file format; ``table`` is ``domain/name``.

    Example:
        >>> print(partition_folder(Path("data"), "parquet", "bronze/raw_orders", "small", 42))
        data/parquet/bronze/raw_orders/preset=small/seed=42
    """
    return root / form / table / f"preset={preset}" / f"seed={seed}"


class Partition(NamedTuple):
    """What a partition's folder is called after."""

    form: str
    domain: str
    table: str


def partition_of(folder: Path) -> Partition | None:
    """Read :func:`partition_folder` backwards; ``None`` for a folder of another form."""
    names = [folder.absolute().name, *(parent.name for parent in folder.absolute().parents)]
    if len(names) < 5 or not names[0].startswith("seed=") or not names[1].startswith("preset="):
        return None
    table, domain, form = names[2:5]
    return Partition(form, domain, table)


def change_folder(root: Path, domain: str, dataset: str, cadence: str) -> Path:
    """The folder of a dataset's change data at a cadence.

    Example:
        >>> print(change_folder(Path("data"), "bronze", "small-42", "day"))
        data/changes/bronze/small-42/day
    """
    return root / LOGS / domain / dataset / cadence


def descriptions_folder(root: Path, domain: str, dataset: str) -> Path:
    """The folder of what other tools are told of a dataset.

    Example:
        >>> print(descriptions_folder(Path("data"), "bronze", "small-42"))
        data/descriptions/bronze/small-42
    """
    return root / DESCRIPTIONS / domain / dataset


def former_change_folder(root: Path, dataset: str, cadence: str) -> Path:
    """Where it was before each domain had a folder of its own."""
    return root / LOGS / dataset / cadence


def current_database(root: Path, form: str, domain: str, dataset: str, cadence: str) -> Path:
    """The database that takes in a dataset's batches at a cadence.

    Example:
        >>> print(current_database(Path("data"), "duckdb", "bronze", "small-42", "day"))
        data/duckdb/bronze/current/small-42-day.duckdb
    """
    return root / form / domain / CURRENT / f"{dataset}-{cadence}.{form}"


_LABELS = {LOGS: "batch", SNAPSHOTS: "at", HISTORIES: "at"}
"""What a folder of change data's lowest folders are called after."""


class ChangePlace(NamedTuple):
    """Where in a folder of change data something is stored.

    Attributes:
        root: the folder of change data.
        what: ``changes``, ``snapshots`` or ``history``.
        domain: the table's domain.
        entity: the table's name.
        label: the batch's number, or the moment, as the folder's name has it.
    """

    root: Path
    what: str
    domain: str
    entity: str
    label: str

    @property
    def path(self) -> Path:
        """The folder; :func:`place_of` reads it backwards.

        Example:
            >>> print(ChangePlace(Path("DIR"), "changes", "bronze", "raw_orders", "00001").path)
            DIR/changes/bronze/raw_orders/batch=00001
        """
        return self.root / self.what / self.domain / self.entity / f"{_LABELS[self.what]}={self.label}"


def place_of(path: Path) -> ChangePlace | None:
    """What a folder of change data holds in one of its folders; ``None`` for a path of another form.

    Args:
        path: for example ``DIR/changes/bronze/raw_orders/batch=00001``.
    """
    here = path.absolute()
    if len(here.parents) < 4:
        return None
    kind, _, label = here.name.partition("=")
    entity, domain, what = (parent.name for parent in here.parents[:3])
    root = here.parents[3]
    known = _LABELS.get(what) == kind and bool(label)
    return ChangePlace(root, what, domain, entity, label) if known and (root / IDENTITY_FILE).exists() else None


def database_file(root: Path, form: str, domain: str, preset: str, seed: int) -> Path:
    """The database of all tables of one dataset; the format's name is its suffix.

    Example:
        >>> print(database_file(Path("data"), "duckdb", "bronze", "small", 42))
        data/duckdb/bronze/small-42.duckdb
    """
    return root / form / domain / f"{preset}-{seed}.{form}"


def part_name(part: int, suffix: str) -> str:
    """The name of a part file, e.g. ``part-00000.parquet``; names sort in the order of the parts."""
    return f"part-{part:05d}{suffix}"


def is_part_name(name: str) -> bool:
    """Whether this is a name that :func:`part_name` gives."""
    return _PART.fullmatch(name) is not None


_LEFT_BY_OTHERS = frozenset(
    {"Thumbs.db", "desktop.ini", "lost+found", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "_SUCCESS"}
)


def is_left_by_others(name: str) -> bool:
    """Whether a file or folder is one that systems, editors and file managers leave anywhere.

    Such a one is never counted, copied or taken for somebody's work.

    Example:
        >>> [is_left_by_others(name) for name in (".DS_Store", "plan.yaml~", "plan.yaml")]
        [True, True, False]
    """
    return name in _LEFT_BY_OTHERS or name.startswith(".") or name.endswith("~")
