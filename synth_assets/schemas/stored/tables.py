"""Which files of a folder are a table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from synth_assets.errors import UsageError

SUFFIXES = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".csv.gz": "csv", ".tsv": "csv", ".csv.zst": "csv"}
"""Endings of files, each with the format."""

_PARTITION = re.compile(r"[^=/]+=.*")
_PART = re.compile(r"(part|data|chunk|file|batch)?[-_.]?\d[\w.-]*|part[-_].*", re.IGNORECASE)
_NUMBERED = re.compile(r"(.+?)[-_.](?:part|chunk|file|batch)[-_.]?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class TableFiles:
    """Files that are a table.

    Attributes:
        name: of the table: the file's, or the folder's.
        kind: ``parquet`` or ``csv``.
        files: in order.
        is_partitioned: whether folders below the table's tell columns, as ``day=2024-01-01``.
        above: columns that folders above the table's seem to tell: none of its own.
    """

    name: str
    kind: str
    files: tuple[Path, ...]
    is_partitioned: bool = False
    above: tuple[str, ...] = ()


def stored_tables(source: Path) -> tuple[list[TableFiles], list[str]]:
    """The tables of a file or folder, and what was passed over, each a sentence.

    Raises:
        UsageError: there are none.
    """
    passed: list[str] = []
    if source.is_file():
        found = [TableFiles(_stem(source), kind, (source,))] if (kind := format_of(source)) else []
    else:
        found = list(_in_folder(source, source.resolve().name, passed, is_top=True))
    kept: dict[str, TableFiles] = {}
    for one in sorted(found, key=lambda table: (table.name, table.kind != "parquet")):
        if one.name in kept:
            passed.append(f"{one.files[0]} was passed over: {kept[one.name].files[0]} is the same table")
        else:
            kept[one.name] = one
    if not kept:
        raise UsageError(
            f"{source} has no files of Parquet or CSV.\n"
            "  Name a folder with one file, or one folder of files, a table. For example: data/orders.parquet"
        )
    return list(kept.values()), passed


def format_of(path: Path) -> str:
    """The format that a file's name tells; empty for others."""
    low = path.name.lower()
    return next((kind for suffix, kind in SUFFIXES.items() if low.endswith(suffix)), "")


def _in_folder(folder: Path, name: str, passed: list[str], *, is_top: bool) -> Iterable[TableFiles]:
    entries = sorted(one for one in folder.iterdir() if not one.name.startswith((".", "_")))
    files = [one for one in entries if one.is_file() and format_of(one)]
    folders = [one for one in entries if one.is_dir()]
    others = [one for one in entries if one.is_file() and not format_of(one)]
    if others and is_top:
        passed.append(f"{len(others)} files of {folder} are neither Parquet nor CSV, and were passed over")
    partitions = [one for one in folders if _PARTITION.fullmatch(one.name)]
    is_one = bool(partitions) or (bool(files) and (not is_top or all(_PART.fullmatch(_stem(one)) for one in files)))
    if is_one:
        below = [path for one in partitions for path in _below(one)]
        above = tuple(part.partition("=")[0] for part in folder.parts if _PARTITION.fullmatch(part))
        for kind in ("parquet", "csv"):
            own = tuple(one for one in [*files, *below] if format_of(one) == kind)
            if own:
                yield TableFiles(name, kind, own, bool(partitions), above)
    else:
        for (stem, kind), own in _by_name(files).items():
            yield TableFiles(stem, kind, tuple(own))
    for one in folders:
        if one not in partitions:
            yield from _in_folder(one, one.name, passed, is_top=False)


def _by_name(files: Iterable[Path]) -> dict[tuple[str, str], list[Path]]:
    """Files by the name of their table and their format: those of one name but for a part's number are together."""
    found: dict[tuple[str, str], list[Path]] = {}
    for one in files:
        numbered = _NUMBERED.fullmatch(_stem(one))
        found.setdefault((numbered[1] if numbered else _stem(one), format_of(one)), []).append(one)
    return found


def _below(folder: Path) -> list[Path]:
    return sorted(one for one in folder.rglob("*") if one.is_file() and format_of(one))


def _stem(path: Path) -> str:
    low = path.name.lower()
    suffix = max((one for one in SUFFIXES if low.endswith(one)), key=len, default="")
    return path.name[: len(path.name) - len(suffix)] or path.name
