"""What `synth load` and `synth generate --load` share: where to, how, and what is told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli.progress import reporter
from synth_assets.cli.streams import tell
from synth_assets.cli.values import WholeNumber
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.usecases.load import Loaded
    from synth_assets.usecases.load_places import Place

_MOST_ROWS = 1_000_000

batch_size_option = click.option(
    "--batch-size",
    type=WholeNumber(example=50_000, least=1, most=_MOST_ROWS),
    metavar="ROWS",
    help="Rows that are sent at a time.  [default: 50000]",
)


def target_of(url: str | None, environ: Mapping[str, str]) -> "Place":
    """The place that a command line names, or the environment.

    Raises:
        UsageError: it is none, or neither names one.
    """
    from synth_assets.project.settings_sources import PG_URL
    from synth_assets.usecases.load_places import place_of

    if url is not None:
        place = place_of(url)
        if place.has_secret:
            tell(
                "Whoever is on this machine can read the password in a command line."
                f" Give it in {PG_URL}, PGPASSWORD or ~/.pgpass instead."
            )
        return place
    if told := environ.get(PG_URL, "").strip():
        return place_of(told, PG_URL)
    raise UsageError(
        f"nobody says where to load to: URL is missing, and {PG_URL} isn't set.\n"
        "  For example: postgresql://me@localhost/shop, or shop.duckdb"
    )


def loading(
    domain: "Domain",
    dataset: "Dataset",
    place: "Place",
    *,
    quiet: bool = False,
    schema: str | None = None,
    overwrite: bool = False,
    batch_size: int | None = None,
) -> "list[Loaded]":
    """Load a dataset, and tell how far it is.

    Raises:
        SynthError: it can't be loaded.
    """
    from synth_assets.usecases.load import BATCH_ROWS, LoadRequest, load
    from synth_assets.usecases.load_file import load_file

    with reporter(quiet=quiet, word="loaded") as report:
        if place.address:
            request = LoadRequest(
                domain,
                dataset,
                place.address,
                schema or "",
                overwrite=overwrite,
                batch_rows=batch_size or BATCH_ROWS,
            )
            return load(request, report, tell)
        said = {"--schema": schema, "--batch-size": batch_size}
        if wrong := [name for name, value in said.items() if value is not None]:
            raise UsageError(f"{wrong[0]} is for PostgreSQL; {place.shown} is a file.\n  Leave it out.")
        return load_file(
            domain, dataset, place.format, place.file, overwrite=overwrite, progress=report or (lambda _: None)
        )


def shown_loaded(loaded: "Sequence[Loaded]", *, as_json: bool = False) -> str:
    """What lies there now, for people or programs."""
    if as_json:
        return "\n".join(shown_json(_plain(one)) for one in loaded)
    rows = [["table", "rows", "added", "content hash"]]
    rows += [[one.place, f"{one.rows:,}", f"{one.added:,}", one.content_hash[:12]] for one in loaded]
    return aligned(rows, (1, 2))


def _plain(one: "Loaded") -> dict[str, Any]:
    return {**asdict(one), "seconds": round(one.seconds, 3)}
