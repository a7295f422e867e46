"""The one family of exceptions: every message names where, what, what is allowed and the next step."""

import difflib
import re
from collections.abc import Iterable, Sequence

from synth_assets.object_paths import with_addresses

AGAIN = "Make it again with the command that made it; files of others are kept."
"""The way out where what is stored is damaged: tables, snapshots and batches are made by commands of their own."""


LONGEST = 100
"""Characters of a value in a message; a message is a line or two."""

_MOST_LOOKED_AT = 100_000
"""Characters of a text of any length in which secrets are looked for before it is cut."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}:/{1,3}[^\s/:]{0,200}:")  # a path has made one / of two
_SECRET = re.compile(
    r"""((?:password|passwd|pwd|secret|token|api_?key)["']?[ \t]*(?:=|:(?=[ \t]*["']))[ \t]*)"""
    r"""(?!\$\(python -c )('[^'\n]*'?|"[^"\n]*"?|[^\s&;,"']+)""",
    re.IGNORECASE,
)
"""What is said to be a secret, and it; our own advice how to make one is none."""


class SynthError(Exception):
    """Something a person can act on; front ends print its message without a traceback.

    Args:
        message: what is wrong; what others wrote in it is made presentable.
    """

    exit_status = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(presentable(message))


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


def first_line(error: object) -> str:
    r"""What a library said, as the beginning of a sentence: its first line, without the point at its end.

    Example:
        >>> first_line(ValueError("no such table.\nLINE 1: …")), first_line(KeyError())
        ('no such table', 'KeyError')
    """
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def forbidden(path: object) -> UnjudgedError:
    """What to say of what the system doesn't let be read."""
    return UnjudgedError(f"{path} can't be read: permission denied.\n  Ask for the right to read it.")


def in_use(path: object, reason: str) -> UnjudgedError:
    """What to say of a database that another process writes to."""
    return UnjudgedError(
        f"{path} is in use: {reason}.\n  Wait for the other process, or close it there, and try again."
    )


def presentable(text: str) -> str:
    r"""A message that may quote what others wrote: it does nothing to a terminal, and keeps their secrets.

    Signs that can't be printed are written as escapes, all but the ends of lines. Of an address the password is left
    out, up to the last ``@`` of the line, whatever stands in it; so is what is said to be a password or a token. Paths
    that stand for addresses of object stores are written as these.

    Example:
        >>> presentable("postgresql://me:x#y@host/db, \x1b[31mred, password=z")
        'postgresql://me:…@host/db, \\x1b[31mred, password=…'
    """
    text = with_addresses(text)
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() or sign == "\n" else _escape(sign) for sign in text)
    return _SECRET.sub(r"\1…", "\n".join(map(_without_password, text.split("\n"))))


def shortened(text: str) -> str:
    """A text that may be long, presentable, for a message of a line."""
    text = presentable(text[:_MOST_LOOKED_AT]).replace("\n", "\\n")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _without_password(line: str) -> str:
    end = line.rfind("@")
    found = _ADDRESS.search(line, 0, max(end, 0))
    return f"{line[: found.end()]}…{line[end:]}" if found else line


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def raise_all(problems: Sequence[UsageError]) -> None:
    """Raise what is wrong, if anything is, as one error.

    Raises:
        UsageError: there are problems; tells all of them.
    """
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise UsageError("\n".join(map(str, problems)))


def unknown(what: str, value: object, allowed: Iterable[object], next_step: str = "") -> UsageError:
    """Build the error for a name that isn't one of ``allowed``, suggesting close matches.

    Example:
        >>> print(unknown("preset", "smal", ["small", "medium"], "List them with: synth list"))
        preset 'smal' is unknown; did you mean 'small'? Allowed: small, medium.
          List them with: synth list
    """
    names = [str(name) for name in allowed]
    alike = {name.casefold(): name for name in names}
    said = str(value)[:LONGEST].casefold()
    close = [alike[one] for one in difflib.get_close_matches(said, alike, n=3, cutoff=0.6)]
    # What is said in full at the beginning of a longer name means that one; letters in common are chance.
    longer = [name for one, name in alike.items() if len(said) > 3 and one.startswith(f"{said}-")]
    close = longer[:3] or close
    hint = f"; did you mean {' or '.join(repr(name) for name in close)}?" if close else "."
    listed = ", ".join(names[:20]) + (f", … ({len(names)} in all)" if len(names) > 20 else "")
    text = f"{what} {shortened(repr(str(value)))} is unknown{hint} Allowed: {listed or 'none'}."
    return UsageError(text + (f"\n  {next_step}" if next_step else ""))
