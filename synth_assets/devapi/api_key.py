"""The key that requests bring: where it is read, and how it is compared."""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from synth_assets.documents.regular import regular_bytes
from synth_assets.errors import UsageError

VARIABLE = "SYNTH_API_KEY"
SHORTEST = 32
"""Characters of a key: nobody guesses one, if it was drawn."""

_LONGEST = 1_000
_MAKE_ONE = f"""Make one: export {VARIABLE}=$(python -c 'import secrets; print(secrets.token_urlsafe(32))')"""


class ApiKey:
    """A key, which nothing prints.

    Args:
        text: of the key.
        source: what it is from, for messages.

    Raises:
        UsageError: it is too short, or has characters that no header can have.
    """

    def __init__(self, text: str, source: str) -> None:
        if len(text) < SHORTEST:
            raise UsageError(
                f"{source} has a key of {len(text)} characters; it needs {SHORTEST} or more.\n  {_MAKE_ONE}"
            )
        if not text.isascii() or not text.isprintable() or " " in text or len(text) > _LONGEST:
            raise UsageError(
                f"{source} has a key that no header can have: it is of letters of English, digits and signs, without"
                f" spaces, {_LONGEST:,} at most.\n  {_MAKE_ONE}"
            )
        self._bytes = text.encode("ascii")
        self._digest = hashlib.sha256(self._bytes).digest()

    @property
    def text(self) -> str:
        """The key itself, for a client of our own."""
        return self._bytes.decode("ascii")

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def is_same(self, other: bytes) -> bool:
        """Whether this is the key; it takes the same time whatever is alike."""
        return hmac.compare_digest(hashlib.sha256(other).digest(), self._digest)

    def is_in(self, address: bytes) -> bool:
        """Whether an address has the key somewhere, also if it is escaped, once or twice."""
        once = unquote_to_bytes(address)
        return any(self._bytes in text for text in (address, once, unquote_to_bytes(once)))


def read_key(environ: Mapping[str, str], file: Path | None = None) -> ApiKey:
    """The key that a file has, else the environment.

    Raises:
        UsageError: there is none, or it isn't fit to be one.
    """
    if file is not None:
        try:
            text = regular_bytes(file, limit=_LONGEST + 100).decode("utf-8", "replace")
        except OSError as error:
            raise UsageError(f"{file} can't be read: {error.strerror}.\n  Name a file that has the key.") from error
        return ApiKey(text.strip(), str(file))
    found = environ.get(VARIABLE, "").strip("\r\n")
    if not found:
        raise UsageError(f"{VARIABLE} is not set, and nobody may ask without a key.\n  {_MAKE_ONE}")
    return ApiKey(found, VARIABLE)
