"""Recompute hashes, keys and references of stored tables from what is stored."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import polars as pl

from synth_assets.engine.stored import verify_stored
from synth_assets.errors import DataError, SynthError, UsageError
from synth_assets.model.layout import CURRENT, MANIFEST_FILE, STAGING, partition_of, place_of
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats


@dataclass(frozen=True)
class Verified:
    """A stored table, looked at.

    Attributes:
        format: the format's name.
        path: the folder of part files, or the database.
        domain: the table's domain.
        entity: the table's name.
        rows: as the manifest says.
        content_hash: as the manifest says.
        problems: what is wrong; nothing if all is well.
    """

    format: str
    path: Path
    domain: str
    entity: str
    rows: int
    content_hash: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "path": str(self.path),
            "format": self.format,
            "domain": self.domain,
            "entity": self.entity,
            "rows": self.rows,
            "content_hash": self.content_hash,
            "ok": self.ok,
            "problems": list(self.problems),
        }


@dataclass(frozen=True)
class _Found:
    """A stored table by its place; ``problem`` is why a database's tables can't even be listed."""

    format: str
    path: Path
    domain: str
    entity: str
    what: Literal["dataset", "change data", "current"] = "dataset"
    problem: str = ""


def verify(paths: Sequence[Path]) -> list[Verified]:
    """Verify stored tables.

    Args:
        paths: folders of part files, databases, or folders that hold such.

    Returns:
        one result a table and format, in the order of the paths.

    Raises:
        UsageError: a path doesn't exist, or there is no dataset in it.
    """
    found: dict[_Found, None] = {}
    for path in paths:
        if not path.exists():
            msg = f"{path} doesn't exist.\n  Name a folder or a database that synth generate wrote."
            raise UsageError(msg)
        here = list(_search(path))
        if not here:
            msg = (
                f"there is no dataset in {path}: no {MANIFEST_FILE} and no database of ours.\n"
                "  Name what synth generate wrote."
            )
            raise UsageError(msg)
        found.update(dict.fromkeys(here))
    return [_verified(one) for one in found]


def _search(path: Path) -> Iterator[_Found]:
    """The stored tables at or below a path, in the order of their names."""
    if path.is_file():
        yield from _in_database(path)
    elif (path / MANIFEST_FILE).exists():
        yield _in_folder(path)
    else:
        for folder, names, files in os.walk(path):
            names[:] = sorted(name for name in names if name != STAGING)
            # A manifest somewhere else is somebody else's.
            if MANIFEST_FILE in files and (partition_of(Path(folder)) or place_of(Path(folder))):
                yield _in_folder(Path(folder))
            for name in sorted(files):
                if _database_format(Path(name)) is not None:
                    yield from _in_database(Path(folder) / name)


def _in_folder(folder: Path) -> _Found:
    if place := partition_of(folder):
        return _Found(place.form, folder, place.domain, place.table)
    if change := place_of(folder):
        return _Found("", folder, change.domain, change.entity, "change data")
    msg = (
        f"{folder} doesn't lie where synth generate puts part files: FORMAT/DOMAIN/TABLE/preset=…/seed=….\n"
        "  Move it back to verify it, or generate it again."
    )
    raise UsageError(msg)


def _database_format(path: Path) -> str | None:
    name = path.suffix.removeprefix(".")
    return name if name in formats.databases() else None


def _in_database(path: Path) -> Iterator[_Found]:
    name = _database_format(path)
    if name is None:
        msg = (
            f"{path} is no database of ours.\n"
            f"  Name a folder with a {MANIFEST_FILE}, or a database that synth generate wrote."
        )
        raise UsageError(msg)
    above = path.absolute().parent
    is_current = above.name == CURRENT
    what, domain = ("current", above.parent.name) if is_current else ("dataset", above.name)
    try:
        tables = _changes().current_tables(path, domain) if is_current else formats.load_database(name).tables(path)
    except DataError as error:
        yield _Found(name, path, domain, "", what, str(error))
        return
    for table in tables:
        yield _Found(name, path, domain, table, what)


def _verified(found: _Found) -> Verified:
    """The problems of one stored table; what can't be read is a problem too."""
    try:
        if found.problem:
            raise DataError(found.problem)
        if found.what == "change data":
            manifest, form, problems = _changes().verify_part(found.path)
            return _result(replace(found, format=form), manifest.rows, manifest.content_hash, problems)
        if found.what == "current":
            compared = _changes().verify_current(found.path, found.domain, found.entity)
            return _result(found, compared.expected.rows, compared.expected.content_hash, compared.problems)
    except SynthError as error:
        return _result(found, 0, "", [str(error)])
    rows, content_hash = 0, ""
    try:
        _, entity = Project.here().find(f"{found.domain}/{found.entity}")
        table = entity.table()
        manifest = formats.load(found.format).read_manifest(found.path, table)
        rows, content_hash = manifest.rows, manifest.content_hash
        problems = _problems(found, table, manifest)
    except SynthError as error:
        problems = [str(error)]
    return _result(found, rows, content_hash, problems)


def _changes() -> ModuleType:
    """What knows change data; imported only where there is some, as it brings DuckDB, which takes its time."""
    from synth_assets.usecases import verify_changes as changes

    return changes


def _result(found: _Found, rows: int, content_hash: str, problems: Sequence[str]) -> Verified:
    return Verified(found.format, found.path, found.domain, found.entity, rows, content_hash, tuple(problems))


def _problems(found: _Found, table: Table, manifest: Manifest) -> list[str]:
    form = formats.load(found.format)
    problems = verify_stored(form.read(found.path, table, None), table, manifest, form.part_folder(found.path))
    if not problems:
        problems += _orphans(found, table)
    return problems


def _orphans(found: _Found, table: Table) -> list[str]:
    """References that lead nowhere; a table that isn't stored beside this one can't be asked."""
    problems: list[str] = []
    for column, parent_name in ((str(one), one.table) for one in table.references):
        _, parent = Project.here().find(f"{table.domain}/{parent_name}")
        keys = _keys(found, parent.table())
        if keys is None:
            continue
        references = _column(found.path, found.format, table, column).drop_nulls()
        lost = references.filter(~references.is_in(keys.implode()))
        if len(lost):
            some = ", ".join(map(str, lost.unique(maintain_order=True)[:3]))
            problems.append(f"{len(lost)} values of {column} are not in {parent_name}, for example {some}")
    return problems


def _keys(found: _Found, parent: Table) -> pl.Series | None:
    """The keys of the parent table of the same dataset and format; ``None`` if it isn't stored."""
    path = found.path.absolute()
    if path.is_dir():
        path = path.parents[2] / parent.name / path.parent.name / path.name
        if not path.exists():
            return None
    try:
        return _column(path, found.format, parent, str(parent.key))
    except DataError:
        return None


def _column(path: Path, form: str, table: Table, column: str) -> pl.Series:
    parts = [frame[column] for frame in formats.load(form).read(path, table, [column])]
    return pl.concat(parts) if parts else pl.Series(column, [], dtype=table.schema[column])
