"""Options of `synth generate` that only some domains have: what they hand out beside their tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli.generation_options import GenerationCommand
from synth_assets.cli.values import FilePath

if TYPE_CHECKING:
    from synth_assets.model.domain import Domain
    from synth_assets.model.handouts import Handout

_HANDOUTS = "synth_assets.handouts"


class GenerateCommand(GenerationCommand):
    """`synth generate`, with whatever options its domain has."""

    def options_of(self, domains: "Sequence[Domain]") -> list[click.Option]:
        """Those of groups and handouts."""
        handouts = [_handout_option(one, domain.name) for domain in domains for one in domain.delivery.handouts]
        return [*super().options_of(domains), *handouts]


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
