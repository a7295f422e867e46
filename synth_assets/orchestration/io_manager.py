"""The IO manager: has generated tables made, streams other frames into every format, and hands all out lazily."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from pydantic import Field

from synth_assets.errors import SynthError, UsageError
from synth_assets.object_paths import address_at
from synth_assets.orchestration.changes_inputs import ChangeInput
from synth_assets.orchestration.findings import materialise
from synth_assets.orchestration.inputs import Wanted, only_of
from synth_assets.orchestration.metadata import materialisation_metadata
from synth_assets.orchestration.places import AssetPartition, place_of
from synth_assets.project.project import Project
from synth_assets.project.sections.files import FileSettings
from synth_assets.project.sections.partitions import MOST_ROWS
from synth_assets.usecases import own_tables, stored_tables
from synth_assets.usecases.formats import files
from synth_assets.usecases.generate import Progress, generate_watched, layout_of_folders, request_for
from synth_assets.usecases.generated import Generated
from synth_assets.usecases.groups import alone_in, check_words, rows_alone
from synth_assets.usecases.places import folder_at
from synth_assets.usecases.profile import Profile
from synth_assets.usecases.store_frames import Made, store_frames

DEFAULT_FORMATS = ("parquet", "csv", "duckdb")

_BATCH_ROWS = 131_072
_ANNOUNCE_SECONDS = 5


class SynthIOManager(dg.ConfigurableIOManager):
    """Stores tables in all formats from one pass, and loads them lazily.

    It serves this package's assets, whose :class:`~synth_assets.usecases.generated.Generated` it makes as
    ``synth generate`` does, the same files; and anybody's own that have the same partitions and return a LazyFrame
    or a DataFrame. Output that isn't a table of a known domain is stored as it comes: columns from its schema, rows
    in its order.

    Whose rows come where only one group is wanted is a run's ``only``, or an input's metadata; see :mod:`.inputs`.

    Example:
        A run that needs nothing but Parquet, elsewhere than usual, made by four processes::

            resources:
              synth_io_manager:
                config: {formats: [parquet], data_root: /srv/data, workers: 4}
    """

    formats: list[str] = Field(
        default=list(DEFAULT_FORMATS),
        description="What to store every table as: parquet, csv, duckdb or another of `synth generate --help`; in an "
        "object store the usual ones but DuckDB.",
    )
    compression: str | None = Field(
        default=None,
        description="Of the files: zstd, gzip or another that all of the file formats know, as `synth generate --help` "
        "lists them; each format's own without.",
    )
    chunk_size: int | None = Field(default=None, ge=1, description="Rows in a file, at most; some 4 million without.")
    project: str | None = Field(
        default=None, description="The project's folder, where its synth.toml is looked for; the current one without."
    )
    data_root: str | None = Field(
        default=None,
        description="Where data is stored, a folder or s3://bucket/prefix; the project's data/ without.",
    )

    only: dict[str, str] = Field(
        default={},
        description="One group whose rows alone are loaded and checked, by the word that its domain has for groups: "
        "{tenant: ID}. What is stored are the rows of all.",
    )

    settings: dict[str, str] = Field(
        default={},
        description="Settings as variables, SYNTH_SEEDS and so on, which stand over the environment's.",
    )

    workers: int = Field(
        default=1,
        ge=1,
        le=256,
        description="Processes that make a generated table, each some of its parts; 1 for the step's own. No value and "
        "no file depends on how many.",
    )

    engine: str | None = Field(
        default=None,
        description="Who makes them: local, processes, or ray, a cluster that RAY_ADDRESS names or one of the step's "
        "own; without, processes where there are several workers.",
    )

    most_rows: int = Field(
        default=MOST_ROWS,
        ge=1,
        description="A run that would make more rows fails at its first step: a preset of half a billion rows may be "
        "chosen by a slip of the hand.",
    )

    def handle_output(self, context: dg.OutputContext, obj: Generated | pl.LazyFrame | pl.DataFrame) -> None:
        """Store an asset's partition; the content hash becomes its data version.

        Raises:
            dagster.Failure: with the product's message; what was stored before is whole.
        """
        try:
            self._check_rows(context)
            place, made, profile = self._store(context, obj, _Announcer(context.log.info))
        except SynthError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        context.log.info(_told(made))
        context.add_output_metadata(materialisation_metadata(made.table, place.origins, made.stored, profile))
        version = dg.DataVersion(made.stored[0].content_hash)
        context.step_context.set_data_version(context.asset_key, version)

    def load_input(self, context: dg.InputContext) -> Any:
        """Load upstream partitions, in the shape that the input's annotation says; see :mod:`.inputs`.

        Raises:
            dagster.Failure: a partition isn't stored, or there are several where the annotation says one.
        """
        # Dagster gives them in an order that changes from process to process.
        keys = sorted(context.asset_partition_keys) if context.has_asset_partitions else [None]
        try:
            wanted = Wanted.by(context.dagster_type.typing_type)
            only = only_of(context.definition_metadata, self.only, context.asset_key.to_user_string())
            check_words(self.here().domains(), only)
            frames = self._load(context.asset_key, keys, only)
            wanted.check(context.asset_key.to_user_string(), len(frames))
            return wanted.given(frames)
        except SynthError as error:
            raise dg.Failure(str(error), allow_retries=False) from None

    def root(self) -> Path:
        """The data root in use."""
        if self.data_root is None:
            return self.here().settings.data_root
        return folder_at(self.data_root).expanduser().absolute()

    def stored_as(self) -> list[str]:
        """The formats in use: databases can't lie in an object store, and where nobody asks for one, none does."""
        is_usual = self.formats == list(DEFAULT_FORMATS)
        return [one for one in self.formats if one in files()] if is_usual and address_at(self.root()) else self.formats

    def here(self) -> Project:
        """The project in use."""
        folder = None if self.project is None else Path(self.project)
        return Project.here(folder, {**os.environ, **self.settings})

    def _check_rows(self, context: dg.OutputContext) -> None:
        """Let no run begin by a slip of the hand that takes hours and fills the disk.

        Raises:
            UsageError: the tables of ours that the run makes, all of its steps taken together, have too many rows.
        """
        if not context.has_asset_partitions:
            return
        keys, project = context.step_context.job_def.asset_layer.selected_asset_keys, self.here()
        rows = 0
        for domain in project.domains():
            made = [table for table in domain.entities if dg.AssetKey([domain.name, table]) in keys]
            if made:
                rows += domain.positions(project.partition(domain.name, context.partition_key), made)
        if rows > self.most_rows:
            raise UsageError(
                f"{context.partition_key} has {rows:,} rows, and a run makes {self.most_rows:,} at the most; nothing"
                " was generated.\n  Allow more in the run's config: "
                f"resources: {{{_key_of(context)}: {{config: {{most_rows: {rows}}}}}}}"
            )

    def _store(
        self, context: dg.OutputContext, value: object, announce: Callable[[Progress], None]
    ) -> tuple[AssetPartition, Made, Profile]:
        partition = context.partition_key if context.has_asset_partitions else None
        place = place_of(context.asset_key, partition, self.here())
        made = self._make(place, announce) if _is_what_belongs_there(value, place) else self._stream(place, value)
        assert isinstance(made.watched, Profile)  # noqa: S101 - for the type checker
        return place, made, made.watched

    def _make(self, place: AssetPartition, announce: Callable[[Progress], None]) -> Made:
        """Have a table of a domain made."""
        assert place.domain is not None  # noqa: S101 - as the caller has found
        request = request_for(
            place.domain,
            place.dataset,
            (place.name,),
            self.root(),
            formats=self.stored_as(),
            codec=self.compression,
            rows_per_file=self.chunk_size,
            layout=layout_of_folders(place.domain),
            settings=self.here().settings.section(FileSettings),
            workers=self.workers,
            engine=self.engine,
        )
        return generate_watched(request, Profile, announce)[place.name]

    def _stream(self, place: AssetPartition, value: object) -> Made:
        """Store somebody's frames, which know nothing of plans."""
        frame = own_tables.lazy(value, place.path)
        if place.entity is None:
            table = own_tables.table_of(place.dataset.domain, place.name, frame.collect_schema())
            frames = (own_tables.conform(some, table) for some in _batches(frame))
        else:
            table, frames = place.entity.table(), _batches(frame)
        return store_frames(
            table,
            place.dataset,
            frames,
            self.stored_as(),
            self.root(),
            Profile,
            domain=None if place.entity is None else place.domain,
            **self._written(),
        )

    def _written(self) -> dict[str, Any]:
        """How files are written: as the config says, else as the project's settings do."""
        usual = self.here().settings.section(FileSettings)
        has_files = any(form in files() for form in self.stored_as())
        codec = self.compression or (usual.compression if has_files else None)
        return {"codec": codec, "rows_per_file": self.chunk_size or usual.chunk_size}

    def _load(
        self, key: dg.AssetKey, partitions: Sequence[str | None], only: Mapping[str, str]
    ) -> Mapping[str, pl.LazyFrame]:
        changes = ChangeInput.of(key, self.here())
        if changes is not None:
            return changes.load([str(one) for one in partitions], self.root(), only)
        return {str(one): self._load_table(key, one, only) for one in partitions}

    def _load_table(self, key: dg.AssetKey, partition: str | None, only: Mapping[str, str]) -> pl.LazyFrame:
        place = place_of(key, partition, self.here())
        table = None if place.entity is None else place.entity.table()
        next_step = materialise(key.to_user_string(), str(partition))
        if place.domain is None or table is None:
            return stored_tables.load(place.dataset, place.name, table, self.root(), next_step)
        alone = alone_in(place.domain, place.dataset, only)
        frame = stored_tables.load(place.dataset, place.name, table, self.root(), next_step)
        return rows_alone(frame, place.domain, alone, place.name)


class _Announcer:
    """Says how far a table is, now and then: nothing of one that is made at once."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._said >= _ANNOUNCE_SECONDS and progress.done < progress.total:
            self._said = now
            self._say(f"{progress.table}: {100 * progress.done // progress.total} %")


def _key_of(context: dg.OutputContext) -> str:
    """The key that the IO manager of an output has among the resources."""
    return context.op_def.output_def_named(context.name).io_manager_key


def _told(made: Made) -> str:
    first = made.stored[0]
    formats = ", ".join(one.format for one in made.stored)
    seconds = max(one.seconds for one in made.stored)
    return f"{first.domain}/{first.entity}: {first.rows:,} rows in {formats}, {seconds:.1f} s; {first.path}"


def _batches(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    return frame.collect_batches(chunk_size=_BATCH_ROWS, maintain_order=True)


def _is_what_belongs_there(value: object, place: AssetPartition) -> bool:
    """Whether a value is the very table that an asset's partition is; another one is stored like anybody's frame."""
    return isinstance(value, Generated) and (value.dataset, value.entity) == (place.dataset, place.name)
