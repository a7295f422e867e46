"""Where the tables of a dataset are stored, as their manifests have it: nothing but those is looked at."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from synth_assets.errors import DataError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.model.manifest import Manifest
from synth_assets.produce.copies import Shelf
from synth_assets.produce.manifests import is_of
from synth_assets.produce.publisher import Stored, stored_as
from synth_assets.sinks import catalog
from synth_assets.sinks.objects.copies import refresh


@dataclass(frozen=True)
class Place:
    """Where a dataset's tables are in one format.

    Attributes:
        format: the format's name.
        pattern: of the part files' paths, with ``*`` for what differs from table to table; the database, for one.
        tables: as they stand there, parents first.
    """

    format: str
    pattern: Path
    tables: tuple[Stored, ...]


def where(domain: Domain, dataset: Dataset, root: Path) -> list[Place]:
    """Find the tables of a dataset under a data root, format by format.

    Raises:
        DataError: none is stored there, or one only as another dataset.
    """
    refresh(root)
    shelf = _shelf(root, dataset)
    found: dict[str, list[Stored]] = {}
    others: list[Manifest] = []
    for name in domain.entities:
        copies, _ = shelf.readable(name)
        for copy in copies:
            if not is_of(copy.manifest, dataset):
                others.append(copy.manifest)
            else:
                size = sum(file.bytes for file in copy.manifest.files)
                stored = stored_as(copy.name, copy.path, copy.manifest, size, 0.0, kept=True)
                found.setdefault(copy.name, []).append(stored)
    if not found:
        there = {one.identity: one for one in _datasets(domain, others) if one.identity != dataset.identity}
        lines = [f"{domain.name} {dataset.partition} is not stored in {root}."]
        lines += [f"  What is there: {_command('where', domain, one, root)}" for one in there.values()]
        # A folder that tables share takes no second dataset.
        place = Path("another") if there else root
        raise DataError("\n".join([*lines, f"  Make it: {_command('generate', domain, dataset, place)}"]))
    return [Place(form, _pattern(tables), tuple(tables)) for form, tables in found.items()]


def _datasets(domain: Domain, manifests: Iterable[Manifest]) -> Iterator[Dataset]:
    """The datasets of a domain that manifests tell of."""
    for manifest in manifests:
        # Another version may have had parameters that aren't known any more.
        with suppress(ValueError, UsageError):
            yield domain.stored_dataset(manifest.parameters)


def _command(name: str, domain: Domain, dataset: Dataset, root: Path) -> str:
    return shlex.join(["synth", name, domain.called, *domain.arguments(dataset), "--output-dir", str(root)])


def widest(domain: Domain, tables: Sequence[Stored]) -> Stored:
    """The table with the most columns, of some at least: the one that shows most."""
    return max(tables, key=lambda one: len(domain.tables[one.entity].columns))


def _shelf(root: Path, dataset: Dataset) -> Shelf:
    """Where a root has a dataset's tables: each in a place of its own, or all in the root itself."""
    apart, together = Shelf.under(root, dataset), (root / MANIFEST_FILE).exists()

    def place(form: str, table: str) -> Path | None:
        own = apart.place(form, table)
        return root if together and form in catalog.files() and not (own and own.exists()) else own

    return replace(apart, place=place)


def _pattern(tables: Sequence[Stored]) -> Path:
    """The paths of all; what isn't the same in all of them is a ``*``."""
    paths = {one.files.parts for one in tables}
    lengths = {len(parts) for parts in paths}
    if len(lengths) > 1:
        return tables[0].path.parent
    return Path(*("*" if len({*parts}) > 1 else parts[0] for parts in zip(*sorted(paths), strict=True)))
