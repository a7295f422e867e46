"""What `synth load` and `synth generate --load` share: where to, how, and what is told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli.progress import reporter
from synth_assets.cli.streams import say, tell
from synth_assets.cli.values import WholeNumber
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

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


def target_of(url: str | None, environ: Mapping[str, str], root: "Path") -> "Place":
    """The place that a command line names, or else the environment, or else the project's own server, which starts.

    Args:
        url: what the command line names, if it does.
        environ: the environment.
        root: the data root.

    Raises:
        UsageError: it is none.
        SynthError: the server can't be started.
    """
    from synth_assets.project.settings_sources import PG_URL
    from synth_assets.usecases.load_places import place_of

    if url is not None:
        place = place_of(url)
        if place.has_secret:
            instead = "MYSQL_PWD" if place.is_mariadb else f"{PG_URL}, PGPASSWORD or ~/.pgpass"
            tell(f"Whoever is on this machine can read the password in a command line. Give it in {instead} instead.")
        return place
    if told := environ.get(PG_URL, "").strip():
        return place_of(told, PG_URL)
    from synth_assets.usecases.own_server import start_server

    return replace(place_of(start_server(root)), is_own=True)


class Loading:
    """A load that a command line asks for.

    Args:
        domain: the domain.
        dataset: the dataset.
        place: where it goes.
        entities: names of the tables.
        quiet: whether nothing is told on the way.
        schema: of PostgreSQL; the domain's name without.
        overwrite: whether what was loaded there is replaced.
        batch_size: rows that are sent at a time.
    """

    def __init__(
        self,
        domain: "Domain",
        dataset: "Dataset",
        place: "Place",
        entities: "Sequence[str]" = (),
        *,
        quiet: bool = False,
        schema: str | None = None,
        overwrite: bool = False,
        batch_size: int | None = None,
    ) -> None:
        from synth_assets.usecases.load_request import BATCH_ROWS, LoadRequest

        if place.is_mariadb:
            raise UsageError(
                f"{place.shown} is MariaDB, which takes a dataset as the beginning of one that lives.\n"
                f"  Use: synth changes apply {domain.name} --batches 1 --to mysql://…"
            )
        said = {"--schema": schema, "--batch-size": batch_size}
        if place.format and (wrong := [name for name, value in said.items() if value is not None]):
            raise UsageError(f"{wrong[0]} is for PostgreSQL; {place.shown} is a file.\n  Leave it out.")
        self._place = place
        self._quiet = quiet
        self._request = LoadRequest(
            domain,
            dataset,
            place.address,
            schema or "",
            tuple(entities),
            overwrite=overwrite,
            batch_rows=batch_size or BATCH_ROWS,
        )

    def check(self) -> None:
        """Look whether it can be, before anything else is done.

        Raises:
            SynthError: it can't.
        """
        from synth_assets.usecases.load import check_load
        from synth_assets.usecases.load_file import check_file

        if self._place.address:
            check_load(self._request)
        else:
            one = self._request
            check_file(one.domain, one.dataset, self._place.format, self._place.file, overwrite=one.overwrite)

    def do(self, *, as_json: bool = False) -> None:
        """Load, and tell how far it is and what lies there then.

        Raises:
            SynthError: it can't be loaded.
        """
        from synth_assets.usecases.load import load
        from synth_assets.usecases.load_file import load_file

        one, place = self._request, self._place
        with reporter(quiet=self._quiet, word="loaded") as report:
            if place.address:
                loaded = load(one, report, tell)
            else:
                more = {} if report is None else {"progress": report}
                loaded = load_file(
                    one.domain, one.dataset, place.format, place.file, one.entities, overwrite=one.overwrite, **more
                )
        say(_shown(loaded, as_json=as_json))
        if place.is_own:
            tell(f"It is in {place.address}\n  Look: psql '{place.address}'. It runs until: synth postgres stop")


def _shown(loaded: "Sequence[Loaded]", *, as_json: bool) -> str:
    """What lies there now, for people or programs."""
    if as_json:
        return "\n".join(shown_json(_plain(one)) for one in loaded)
    rows = [["table", "rows", "added", "content hash"]]
    rows += [[one.place, f"{one.rows:,}", f"{one.added:,}", one.content_hash[:12]] for one in loaded]
    return aligned(rows, (1, 2))


def _plain(one: "Loaded") -> dict[str, Any]:
    return {**asdict(one), "seconds": round(one.seconds, 3)}
