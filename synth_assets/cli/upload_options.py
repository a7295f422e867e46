"""What `synth upload` and `synth generate … --upload` share: the API's address, its keys, and the report."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from synth_assets.cli.progress import reporter
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import count
from synth_assets.cli.values import FilePath
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.project.project import Project
    from synth_assets.usecases.upload import PlannedUpload, Uploaded, UploadRequest

_KEY_VARIABLE = "SYNTH_API_KEY"  # what `project.settings_sources` calls it; a test compares
_WARNING = (
    f"--api-key: others see it in the list of processes, and the shell keeps it; {_KEY_VARIABLE} or --api-keys FILE"
    " gives it without."
)

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Api:
    """The values of :func:`api_options`."""

    api_url: str | None
    api_key: str | None
    api_keys: Path | None

    def __repr__(self) -> str:
        return f"Api({self.api_url!r})"  # without keys


def api_options(function: Function) -> Function:
    """Add the options of :class:`Api` to a command."""
    decorators = (
        click.option(
            "--api-url",
            metavar="URL",
            help="The API's address; without it the one of [upload] in synth.toml, or the domain's own.",
        ),
        click.option(
            "--api-key",
            metavar="KEY",
            help=f"The key that goes with each request; {_KEY_VARIABLE} gives it without showing it to others.",
        ),
        click.option(
            "--api-keys",
            type=FilePath(example="api_keys.csv"),
            help="A file with the key alone; or a CSV with one for each tenant (tenant_id,api_key).",
        ),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def upload_request(
    project: "Project",
    domain: "Domain",
    dataset: "Dataset",
    entities: Sequence[str],
    root: Path,
    api: Api,
    more: Mapping[str, Any] | None = None,
) -> "UploadRequest":
    """The request that a command line and the settings make; a key on the command line is warned of, once.

    Args:
        project: the project.
        domain: the dataset's domain.
        dataset: the dataset.
        entities: names of the tables, parents first.
        root: the data root.
        api: the options.
        more: options of `synth upload` alone, those that were given.

    Raises:
        UsageError: something isn't allowed, or no address is given.
    """
    from synth_assets.project.sections.upload import UploadSettings
    from synth_assets.usecases.upload import UploadRequest, credentials_of, manners_of

    said, more = project.settings.section(UploadSettings), more or {}
    url = api.api_url or said.api_url or domain.delivery.api
    if url is None:
        raise UsageError("--api-url is missing.\n  For example: --api-url http://localhost:8000")
    if api.api_key is not None:
        tell(_WARNING)
    key = api.api_key if api.api_key is not None else os.environ.get(_KEY_VARIABLE) or None
    # Settings are of all domains, so tables that this one hasn't are passed over.
    usual = [text for text in said.endpoints if text.partition("=")[0] in domain.entities]
    template, templates = _templates([said.endpoint, *usual, *more.get("endpoint", ())])
    return UploadRequest(
        domain,
        dataset,
        tuple(entities),
        root,
        url,
        credentials_of(domain, dataset, key, api.api_keys, more.get("api_key_header")),
        template,
        templates,
        more.get("batch_size", said.batch_size),
        manners_of(
            more.get("concurrency", said.concurrency),
            more.get("stragglers", said.stragglers),
            more.get("retries", said.retries),
            more.get("timeout", said.timeout),
        ),
        restart=more.get("restart", False),
    )


def _templates(options: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The path for tables in general, and those of some; a later one of all counts for all."""
    usual, templates = "", dict[str, str]()
    for text in options:
        if text.startswith("/"):
            usual, templates = text, {}
        else:
            name, is_told, path = text.partition("=")
            if not is_told or not name:
                raise UsageError(
                    f"--endpoint {text}: it is a path that begins with /, or TABLE=PATH.\n"
                    "  For example: --endpoint orders=/v2/orders"
                )
            templates[name] = path
    return usual, templates


def show_upload_plan(planned: "Sequence[PlannedUpload]", batch: int, *, as_json: bool) -> None:
    """Print what would be uploaded."""
    if as_json:
        say("\n".join(shown_json(one._asdict()) for one in planned))
        return
    rows = [["table", "records", "uploaded", "to"]]
    rows += [[one.entity, count(one.records), f"{one.before:,}", one.url] for one in planned]
    how = "a record a request" if batch == 1 else f"arrays of up to {batch:,} records"
    lines = [aligned(rows, (1, 2)), "", f"Nothing was sent. It would be: {how}, with an Idempotency-Key each."]
    if any(one.records is None for one in planned):
        lines.append("? counted when uploaded")
    say("\n".join(lines))


def send(request: "UploadRequest", *, quiet: bool, as_json: bool) -> None:
    """Upload, with progress, and print what was uploaded."""
    from synth_assets.usecases.upload import upload

    try:
        with reporter(quiet=quiet, word="uploaded") as report:
            uploaded = upload(request, report)
    except KeyboardInterrupt:
        tell(f"What the server has taken is noted. Go on from there: synth upload {request.domain.name} …")
        raise
    _show_uploaded(uploaded, as_json=as_json, quiet=quiet)


def _show_uploaded(uploaded: "Sequence[Uploaded]", *, as_json: bool, quiet: bool) -> None:
    """Print what was uploaded: a line a table, and one for all."""
    if as_json:
        say("\n".join(shown_json(_plain(one)) for one in uploaded))
        return
    rows = [["table", "records", "requests", "repeated", "seconds", "records/s", "p50 ms", "p95 ms", "p99 ms"]]
    for one in uploaded:
        waits = ["" if wait is None else f"{wait * 1_000:,.1f}" for wait in one.waits.values()]
        told = [f"{one.records:,}", f"{one.requests:,}", f"{one.repeated:,}", f"{one.seconds:.1f}", f"{one.rate:,.0f}"]
        rows.append([one.entity or "all", *told, *waits])
    say(aligned(rows, tuple(range(1, len(rows[0])))))
    last = uploaded[-1]
    if quiet:
        return
    if last.before:
        tell(f"{last.before:,} records were uploaded before; --restart sends them again.")
    if last.reasons:
        tell(f"sent again: {', '.join(f'{why} ({times:,})' for why, times in sorted(last.reasons.items()))}")


def _plain(one: "Uploaded") -> dict[str, Any]:
    waits = {f"{name}_ms": None if wait is None else round(wait * 1_000, 3) for name, wait in one.waits.items()}
    told = {"entity": one.entity or None, "url": one.url, "before": one.before, "records": one.records}
    rest = {"requests": one.requests, "repeated": one.repeated, "reasons": dict(one.reasons)}
    return {**told, **rest, "seconds": round(one.seconds, 3), "records_per_second": round(one.rate, 1), **waits}
