"""A batch of changes as one commit of a lake's table: files with rows that change are written anew, the others stay."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.manifest import PartFile
from synth_assets.model.table import Column, Table
from synth_assets.model.types import STRING
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.lake import FILE_ROWS, as_described, physical, write_files

_FEED = "_change_data"
"""Folder of the files that say what became of each row, as Delta calls it."""

CHANGE_TYPE = "_change_type"


@dataclass(frozen=True)
class Rewriting:
    """What becomes of the files of a table in a batch.

    Attributes:
        table: the table.
        log: its events of the batch.
        files: those that it has.
        folder: where they lie.
        capabilities: of the lake.
        name: what the names of new files begin with.
    """

    table: Table
    log: pl.DataFrame
    files: tuple[Path, ...]
    folder: Path
    capabilities: Capabilities
    name: str

    @cached_property
    def before(self) -> pl.DataFrame:
        """The rows that change or go, as they were."""
        first = self._first.filter(pl.col("op") != "insert")
        return first.select(pl.col(BEFORE + name).alias(name) for name in self.table.column_names)

    @cached_property
    def after(self) -> pl.DataFrame:
        """The rows that are new or changed, as they are, in the order of their numbers."""
        last = self._ordered.unique(self._keys, keep="last", maintain_order=True).filter(pl.col("op") != "delete")
        return self._in_order(last.select(pl.col(AFTER + name).alias(name) for name in self.table.column_names))

    def written(self) -> tuple[tuple[PartFile, ...], tuple[Path, ...]]:
        """Write the files that take the place of others, and those of new rows.

        Returns:
            the new files, and those that go.

        Raises:
            OutputError: they can't be written.
            DataError: rows aren't as the batch expects to find them.
        """
        added: list[PartFile] = []
        removed: list[Path] = []
        seen = self.table.schema.to_frame()
        for path in self.files:
            keys = pl.scan_parquet(path, glob=False, hive_partitioning=False).select(self._keys)
            if (
                keys.join(self._first.lazy().select(self._keys), on=self._keys, how="semi")
                .limit(1)
                .collect()
                .is_empty()
            ):
                continue
            rows = as_described(self._read(path), self.table)
            seen = pl.concat([seen, rows.join(self._first, on=self._keys, how="semi")])
            changed = self.after.join(rows, on=self._keys, how="semi")
            left = pl.concat([rows.join(self._first, on=self._keys, how="anti"), changed])
            added += self._files(self._in_order(left), f"{self.name}-{len(removed):05d}")
            removed.append(path)
        self._check(seen)
        new = self.after.join(self.before, on=self._keys, how="anti")
        added += self._files(new, f"{self.name}-new")
        return tuple(added), tuple(removed)

    def feed(self) -> tuple[PartFile, ...]:
        """Write what became of each row, from the state before a batch to that after it; nothing if rows only come.

        Raises:
            OutputError: it can't be written.
        """
        if self.before.is_empty():
            return ()
        going = self.before.join(self.after, on=self._keys, how="anti")
        changing = self.before.join(self.after, on=self._keys, how="semi")
        changed = self.after.join(self.before, on=self._keys, how="semi")
        coming = self.after.join(self.before, on=self._keys, how="anti")
        told = pl.concat(
            [
                rows.with_columns(pl.lit(what).alias(CHANGE_TYPE))
                for rows, what in (
                    (going, "delete"),
                    (changing, "update_preimage"),
                    (changed, "update_postimage"),
                    (coming, "insert"),
                )
            ]
        )
        files = write_files(self.folder / _FEED, _fed(self.table), [told], self.capabilities, self.name)
        return tuple(_below(file) for file in files)

    @property
    def _keys(self) -> list[str]:
        return list(self.table.key.columns)

    @cached_property
    def _ordered(self) -> pl.DataFrame:
        return self.log.sort("lsn")

    @cached_property
    def _first(self) -> pl.DataFrame:
        return self._ordered.unique(self._keys, keep="first", maintain_order=True)

    def _read(self, path: Path) -> pl.DataFrame:
        return pl.read_parquet(path, glob=False, hive_partitioning=False, columns=self.table.column_names)

    def _in_order(self, rows: pl.DataFrame) -> pl.DataFrame:
        if not self.table.key.tells_numbers:
            return rows.sort(self._keys)
        return rows.with_columns(pl.Series("$number", self.table.key.numbers(rows))).sort("$number").drop("$number")

    def _files(self, rows: pl.DataFrame, name: str) -> tuple[PartFile, ...]:
        pieces = (rows[at : at + FILE_ROWS] for at in range(0, rows.height, FILE_ROWS))
        return write_files(self.folder, self.table, pieces, self.capabilities, name)

    def _check(self, seen: pl.DataFrame) -> None:
        """Look whether each row was what its first event expects, a new one not there."""
        if seen.sort(self._keys).equals(self.before.select(seen.columns).sort(self._keys)):
            return
        missing = self.before.join(seen, on=self._keys, how="anti")
        extra = seen.join(self.before, on=self._keys, how="anti")
        what = "isn't there" if missing.height else "is there already" if extra.height else "is not as expected"
        example = (missing if missing.height else extra if extra.height else self.before).row(0, named=True)
        row = ", ".join(f"{name} {example[name]}" for name in self._keys)
        raise DataError(
            f"{self.folder}: a row that changes next, {row}, {what}.\n"
            "  Somebody has changed the table. Move the lake away; it is made again from the base."
        )


def _fed(table: Table) -> Table:
    """What files of the feed hold: the table's columns, and what became of the row."""
    change = Column(CHANGE_TYPE, STRING, "what became of the row")
    return replace(physical(table), columns=(*table.columns, change))


def _below(file: PartFile) -> PartFile:
    return replace(file, path=f"{_FEED}/{file.path}")
