"""Change data that a project leaves out and somebody names: Dagster says no more than that there is no such asset."""

import re
from collections.abc import Sequence

from synth_assets.errors import UsageError
from synth_assets.orchestration.changes_partitions import ChangeData


def check_named(words: Sequence[str], left_out: Sequence[ChangeData], cadences: Sequence[str]) -> None:
    """Look whether a command names assets, groups, jobs or schedules of a cadence that isn't one of the project's.

    Args:
        words: the command's.
        left_out: the change data of one domain at the other cadences.
        cadences: the project's.

    Raises:
        UsageError: it does.
    """
    for data in left_out:
        own = data.name("(changes|current)")
        schedule = f"|{data.domain.name}_changes_{data.window.adverb}"
        name = re.compile(rf"\b({data.domain.name}[/_]{own}(_(backfill_|checks_)?job)?{schedule})\b")
        if found := next((match[0] for word in words if (match := name.search(word))), None):
            missing = data.cadence.name
            setting = f"SYNTH_CHANGES__CADENCES={','.join([*cadences, missing])}"
            raise UsageError(
                f"{found}: this project leaves out batches by the {missing} (its cadences are {', '.join(cadences)}).\n"
                f"  Add {missing} to cadences in [changes] of synth.toml, or set {setting}"
            )
