"""Load a dataset into a database file that somebody names, in one transaction."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from synth_assets.engine.plan import plan_table
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.manifest import Manifest
from synth_assets.produce.line import order_of, produce
from synth_assets.produce.manifests import Provenance, is_of, manifest_of
from synth_assets.produce.parts import Destination
from synth_assets.sinks import catalog
from synth_assets.sinks.database import Database, SpooledTable
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder
from synth_assets.sinks.interface import FileOptions
from synth_assets.usecases.generate import Progress
from synth_assets.usecases.load import Loaded

_SPOOL = "parquet"
"""The file format that databases take in."""

_SPOOL_OPTIONS = FileOptions(compression="lz4")


def load_file(
    domain: Domain,
    dataset: Dataset,
    form: str,
    path: Path,
    entities: Sequence[str] = (),
    *,
    overwrite: bool = False,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> list[Loaded]:
    """Load tables of a dataset into a database file; one that holds them already stays as it is.

    Args:
        domain: the domain.
        dataset: the dataset.
        form: the kind of the database.
        path: the file; its folder is made.
        entities: names of the tables; all without.
        overwrite: replace another dataset's tables.
        progress: told how far each table is.

    Raises:
        UsageError: the database can't be there.
        OutputError: another dataset lies there, or the file can't be written; it is what it was.
        DataError: it is damaged, or can't hold a column or a cell; likewise.
    """
    database, known = catalog.load_database(form), check_file(domain, dataset, form, path, overwrite=overwrite)
    wanted = [name for name in domain.entities if name in (entities or domain.entities)]
    if set(wanted) <= set(known):
        for name in wanted:
            database.check(path, domain.tables[name])
            progress(Progress(name, 1, 1, known[name].rows, finished=True))
        return [_loaded(name, known[name], 0, 0.0) for name in wanted]
    started = time.monotonic()
    with writing(path):
        make_folder(path.parent)
    with tempfile.TemporaryDirectory(prefix=".synth-load-", dir=path.parent) as spool:
        tables = [_spooled(domain, dataset, name, Path(spool), progress) for name in wanted]
        database.ingest(path, tables)
    seconds = time.monotonic() - started
    return [_loaded(one.table.name, one.manifest, one.manifest.rows, seconds) for one in tables]


def check_file(
    domain: Domain, dataset: Dataset, form: str, path: Path, *, overwrite: bool = False
) -> dict[str, Manifest]:
    """Look whether :func:`load_file` can do what is asked for; nothing is changed.

    Returns:
        table → its manifest, of those that lie there already.

    Raises:
        SynthError: as :func:`load_file`.
    """
    database = catalog.load_database(form)
    database.check_place(path)
    if form == "duckdb" and path.name.partition(".")[0].lower() == domain.name.lower():
        raise UsageError(
            f"{path.name} is called like the schema {domain.name} in it, and DuckDB couldn't tell them apart.\n"
            f"  Call it otherwise: {domain.name}-{dataset.name}.duckdb"
        )
    for table in domain.tables.values():
        for column, problem in database.capabilities.unfit(table):
            raise DataError(f"{table.path}: {form} can't hold column {column!r}: {problem}.\n  Rename it.")
    return _known(database, path, domain, dataset, overwrite=overwrite)


def _known(database: Database, path: Path, domain: Domain, dataset: Dataset, *, overwrite: bool) -> dict[str, Manifest]:
    """What lies there of the dataset, and isn't overwritten.

    Raises:
        OutputError: another dataset does.
    """
    others = set(database.tables(path, domain.name)) - set(domain.tables) if path.exists() else set[str]()
    if others:
        raise OutputError(f"{path} holds tables of another dataset: {', '.join(sorted(others))}.\n  Name another file.")
    if overwrite:
        return {}
    there = {name: table for name, table in domain.tables.items() if database.holds(path, table)}
    known = {name: database.read_manifest(path, table) for name, table in there.items()}
    for name, manifest in known.items():
        if manifest.domain != domain.name or not is_of(manifest, dataset):
            raise OutputError(
                f"{path} holds another dataset: {name} is of {manifest.domain}, seed"
                f" {manifest.parameters.get('seed')}, with other parameters than {domain.name} {dataset.partition}.\n"
                "  Name another file, or replace it, in one transaction: --overwrite"
            )
    return known


def _spooled(
    domain: Domain, dataset: Dataset, name: str, folder: Path, progress: Callable[[Progress], None]
) -> SpooledTable:
    table, plan = domain.tables[name], plan_table(domain.entity(name), dataset)
    into = Destination(_SPOOL, folder / f"{list(domain.entities).index(name)}", _SPOOL_OPTIONS)
    with writing(into.folder):
        into.folder.mkdir()
    done = 0

    def count(_order: object, positions: int) -> None:
        nonlocal done
        done += positions
        if done < plan.positions:
            progress(Progress(name, done, plan.positions, done if plan.rows is not None else None))

    ((_, result),) = produce([order_of(domain, dataset, plan, lambda _group: (into,))], done=count)
    manifest = manifest_of(table, Provenance.of(dataset), result.written.digest)
    progress(Progress(name, plan.positions, plan.positions, manifest.rows, finished=True))
    return SpooledTable(table, tuple(into.folder / file.path for file in result.written.files[_SPOOL]), manifest)


def _loaded(name: str, manifest: Manifest, added: int, seconds: float) -> Loaded:
    return Loaded(name, name, manifest.rows, added, manifest.content_hash, seconds)
