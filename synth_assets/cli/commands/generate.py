"""`synth generate`: make tables of a dataset and store them."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli.domain_options import GenerateCommand, chosen_handouts
from synth_assets.cli.generation_options import Options, generation_options, request_of
from synth_assets.cli.hints import look_lines, read_lines
from synth_assets.cli.load_options import Loading, target_of
from synth_assets.cli.plan_text import show_plan, tell_plan
from synth_assets.cli.progress import reporter
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import short, size
from synth_assets.cli.upload_options import Api, api_options, send, show_upload_plan, upload_request
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synth_assets.project.project import Project
    from synth_assets.usecases.generate import Request, Stored
    from synth_assets.usecases.upload import UploadRequest


@click.command(
    "generate",
    cls=GenerateCommand,
    grouped=True,
    has_workers=True,
    example="synth generate bronze --preset small",
    short_help="Make tables of a dataset and store them.",
)
@generation_options
@click.option(
    "--load",
    metavar="[=URL]",
    help="Load the tables into PostgreSQL, too: at this URL, or where synth load does without one.",
)
@click.option("--upload", "uploading", is_flag=True, help="Bring the records to an API, too, as synth upload does.")
@api_options
@click.option(
    "--resume",
    is_flag=True,
    help="Go on where a run with the same arguments ended early: keep its tables and finished parts.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be made and taken, and store nothing.")
@click.option("--verbose", is_flag=True, help="Show the plan before, and each file, sizes and times after.")
@click.option("--quiet", is_flag=True, help="No progress and no hints, only results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table and format.")
def command(  # noqa: PLR0913 - an option each
    *,
    uploading: bool,
    api_url: str | None,
    api_key: str | None,
    api_keys: Path | None,
    resume: bool,
    dry_run: bool,
    verbose: bool,
    quiet: bool,
    as_json: bool,
    load: str | None,
    **values: Any,
) -> None:
    """Make the tables of DOMAIN, or only those named, and store each in every format asked for.

    The same arguments give the same values on every machine, whatever the workers, formats and file sizes.
    A table appears whole, in place of the one that was there, or not at all.
    """
    _check_not_both(verbose=verbose, quiet=quiet)
    from synth_assets.project.project import Project
    from synth_assets.usecases.generate import generate

    project, api = Project.here(), Api(api_url, api_key, api_keys)
    request = replace(request_of(project, Options(**values)), handouts=chosen_handouts(), resume=resume)
    going = _upload_of(project, request, api) if uploading else _not_uploading(api)
    if dry_run:
        _show_plans(request, going, as_json=as_json)
        return
    loading = None
    if load is not None:
        place = target_of(load or None, os.environ, project.settings.data_root)
        loading = Loading(request.domain, request.dataset, place, request.entities, quiet=quiet)
        loading.check()
    if going is not None:
        from synth_assets.usecases.upload import reach

        going.check()
        reach(going)
    if verbose:
        tell_plan(request)
    with reporter(quiet=quiet) as report:
        stored = generate(request, report)
    if verbose:
        tell("\n".join(_files(stored)))
    say(_json(stored) if as_json else _text(stored, verbose=verbose))
    if loading is not None:
        loading.do(as_json=as_json)
    if not quiet and stored:
        tell("\n".join([*read_lines(stored[-1]), *look_lines(stored[-1])]))
    if going is not None:
        send(going, quiet=quiet, as_json=as_json)


def _check_not_both(*, verbose: bool, quiet: bool) -> None:
    if verbose and quiet:
        raise UsageError("--verbose and --quiet contradict each other.\n  Leave one of them out.")


def _show_plans(request: "Request", going: "UploadRequest | None", *, as_json: bool) -> None:
    """What would be made, and what would be uploaded of it."""
    from synth_assets.usecases.upload import plan_upload

    show_plan(request, as_json=as_json)
    if going is not None:
        if not as_json:
            say("")
        show_upload_plan(plan_upload(going), going.batch, as_json=as_json)


def _upload_of(project: "Project", request: "Request", api: Api) -> "UploadRequest":
    return upload_request(project, request.domain, request.dataset, request.entities, request.root, api)


def _not_uploading(api: Api) -> None:
    if said := [name for name in ("api_url", "api_key", "api_keys") if getattr(api, name) is not None]:
        raise UsageError(f"--{said[0].replace('_', '-')} is for uploading.\n  Say that, too: --upload")


def _files(stored: "Sequence[Stored]") -> list[str]:
    """A line for each file that was written."""
    made = [one for one in stored if not one.kept]
    files = [(one.path / file.path, file.rows, file.bytes) for one in made for file in one.parts]
    lines = [f"wrote {short(path)}: {rows:,} rows, {size(length)}" for path, rows, length in files]
    return [*lines, *(f"wrote {one.entity} into {short(one.path)}: {one.rows:,} rows" for one in made if not one.parts)]


def _json(stored: "Sequence[Stored]") -> str:
    return "\n".join(shown_json(_plain(one)) for one in stored)


def _plain(one: "Stored") -> dict[str, Any]:
    from dataclasses import asdict

    told = {**asdict(one), "path": str(one.path), "seconds": round(one.seconds, 3)}
    del told["files"], told["ending"], told["parts"]  # a pattern for people; the manifest lists them
    return told


def _text(stored: "Sequence[Stored]", *, verbose: bool) -> str:
    rows = [["table", "format", "rows", "content hash", *(["size", "seconds"] if verbose else []), "path"]]
    for one in stored:
        more = [size(one.bytes), f"{one.seconds:.1f}"] if verbose else []
        kept = " (kept)" if one.kept else ""
        rows.append([one.entity, one.format, f"{one.rows:,}", one.content_hash[:12], *more, short(one.path) + kept])
    return aligned(rows, (2, 4, 5) if verbose else (2,))
