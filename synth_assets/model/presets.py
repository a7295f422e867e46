"""What a preset may be called, and that a dataset has one name."""

import re
from collections.abc import Mapping

from synth_assets.model.params import Params

_NAME = re.compile(r"[a-z]([a-z0-9_-]{,62}[a-z0-9_])?")  # a - at its end would be one of the seed's
_CUSTOM = "custom-"


def misnamed_preset(name: str) -> str:
    """Why a preset can't be called so, and the next step in another line; empty if it can."""
    if _NAME.fullmatch(name) and not name.startswith(_CUSTOM):
        return ""
    return (
        f"can't be called so; a name has up to 64 small letters, digits, _ and -, begins with a letter and not with"
        f" {_CUSTOM}, and doesn't end with -.\n  It becomes part of folder names. For example: demo"
    )


def twin_preset(params: Params, named: Mapping[Params, str]) -> str:
    """What is wrong if another preset has the same numbers already; empty if none has.

    Args:
        params: of the preset.
        named: the presets before it: numbers → name.
    """
    same = named.get(params)
    return f"has the numbers of {same!r}; a dataset has one name.\n  Use {same!r}." if same else ""
