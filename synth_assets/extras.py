"""What comes with an extra of the package: named where it is missed."""

from importlib.util import find_spec

from synth_assets.errors import UsageError

DISTRIBUTION = "synth-assets"


class MissingExtraError(UsageError, ImportError):
    """Something was asked for that needs packages which the light install leaves out."""


def need(extra: str, what: str, *modules: str) -> None:
    """Look whether what an extra brings is installed; nothing is imported.

    Args:
        extra: its name, as in ``pip install 'synth-assets[extra]'``.
        what: what needs it, as the beginning of a sentence.
        modules: the top-level modules that it takes.

    Raises:
        MissingExtraError: one of them isn't there; names the extra.
    """
    if missing := [name for name in modules if find_spec(name) is None]:
        raise MissingExtraError(
            f"{what} needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed.\n"
            f"  Install it: pip install '{DISTRIBUTION}[{extra}]'"
        )
