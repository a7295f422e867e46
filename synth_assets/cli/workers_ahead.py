"""Workers begin to start as soon as a command's words say that there will be some.

To know which options a command has, domains have to be read, and dataset files: by then workers could be there. So its
words are looked at as they are, before they are parsed. What they promise in vain ends with the command.
"""

from collections.abc import Sequence
from contextlib import suppress

from synth_assets.errors import UsageError
from synth_assets.usecases import engines

_NOTHING_DONE = {"--dry-run", "--help", "-h"}


def begin(args: Sequence[str]) -> None:
    """Let what workers take a while for begin; in a process of the command's own.

    Args:
        args: the command's words, which may be wrong: whoever parses them says so.
    """
    if not _NOTHING_DONE.isdisjoint(args):
        return
    workers = _value_of("--workers", args)
    with suppress(UsageError, ValueError, OSError):
        number = None if workers is None else int(workers)
        engines.get_ready(_value_of("--engine", args), number, [word for word in args if not word.startswith("-")])


def _value_of(option: str, args: Sequence[str]) -> str | None:
    """What is said of an option, behind it or after ``=``."""
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name == option:
            return value if equals else next(iter(args[at + 1 :]), None)
    return None
