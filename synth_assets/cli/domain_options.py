"""Options of `synth generate` that only some domains have: what they hand out, and an API that takes their rows in."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from synth_assets.cli.generation_options import GenerationCommand
from synth_assets.cli.values import FilePath
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from synth_assets.model.domain import Domain
    from synth_assets.model.handouts import Handout

_HANDOUTS = "synth_assets.handouts"
_UPLOADING = {"--upload": True, "--api-url": False, "--api-key": False}
"""Options of uploading, and whether each is a flag."""


class GenerateCommand(GenerationCommand):
    """`synth generate`, with whatever options its domain has."""

    def options_of(self, domains: "Sequence[Domain]") -> list[click.Option]:
        """Those of groups, handouts and uploading."""
        handouts = [_handout_option(one, domain.name) for domain in domains for one in domain.delivery.handouts]
        uploading = _uploading_options() if any(domain.delivery.api for domain in domains) else []
        return [*super().options_of(domains), *handouts, *uploading]


def chosen_handouts() -> dict[str, Path]:
    """The files that the current command line names for what a domain hands out."""
    return click.get_current_context().meta.get(_HANDOUTS, {})


def _handout_option(handout: "Handout", domain: str) -> click.Option:
    def keep(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.meta.setdefault(_HANDOUTS, {})[handout.name] = value

    return click.Option(
        [handout.flag],
        type=FilePath(example="api_keys.csv"),
        expose_value=False,
        callback=keep,
        help=f"{domain}: write {handout.doc}, to this file, too.",
    )


def _uploading_options() -> Iterable[click.Option]:
    """Known by their names, so that whoever has them in a command line hears what becomes of them."""

    def refuse(ctx: click.Context, option: click.Parameter, _: object) -> None:
        # A name without a value, or with an empty one, is written too.
        if ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE:
            raise UsageError(
                f"{option.opts[0]}: rows are written to files and databases, not uploaded to an API.\n"
                f"  Leave {', '.join(_UPLOADING)} out, and send the files that are written, with curl for example."
            )

    for name, is_flag in _UPLOADING.items():
        text = "Refused: rows are not uploaded."
        yield click.Option([name], is_flag=is_flag, expose_value=False, callback=refuse, hidden=True, help=text)
