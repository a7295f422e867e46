"""The one family of exceptions: every message names where, what, what is allowed and the next step."""

import difflib
from collections.abc import Iterable

AGAIN = "Make it again with the command that made it; files of others are kept."
"""The way out where what is stored is damaged: tables, snapshots and batches are made by commands of their own."""


class SynthError(Exception):
    """Something a person can act on; front ends print its message without a traceback."""

    exit_status = 1


class UsageError(SynthError):
    """The request itself is wrong: an unknown name, a value out of range, contradictory settings."""

    exit_status = 2


class DataError(SynthError):
    """Stored data is not what its manifest, or the dataset's definition, says it is."""


class OutputError(SynthError):
    """A file, folder or database could not be written; what stood there before is whole."""


class UnjudgedError(SynthError):
    """What is right could not be found out: a server is down, a file can't be read, a database is in use."""

    exit_status = 3


def unknown(what: str, value: object, allowed: Iterable[object], next_step: str = "") -> UsageError:
    """Build the error for a name that isn't one of ``allowed``, suggesting close matches.

    Example:
        >>> print(unknown("preset", "smal", ["small", "medium"], "List them with: synth list"))
        preset 'smal' is unknown; did you mean 'small'? Allowed: small, medium.
          List them with: synth list
    """
    names = [str(name) for name in allowed]
    close = difflib.get_close_matches(str(value), names, n=3, cutoff=0.6)
    hint = f"; did you mean {' or '.join(repr(name) for name in close)}?" if close else "."
    listed = ", ".join(names[:20]) + (f", … ({len(names)} in all)" if len(names) > 20 else "")
    text = f"{what} {str(value)!r} is unknown{hint} Allowed: {listed or 'none'}."
    return UsageError(text + (f"\n  {next_step}" if next_step else ""))
