"""Files with descriptions: what they begin with, and what stands in them."""

import errno
import json
from pathlib import Path
from typing import Any

from synth_assets.documents import reading
from synth_assets.documents.document import Document
from synth_assets.documents.regular import open_regular, regular_text
from synth_assets.errors import UnjudgedError, UsageError

LARGEST_JSON = 512_000_000
"""Bytes of a file that a program wrote."""

_BEGINNING = 16_384
YAML_SUFFIXES = (".yaml", ".yml")


def beginning(source: str) -> str:
    """What a file begins with; empty if there is none, or no text."""
    try:
        with open_regular(Path(source)) as stream:
            return stream.read(_BEGINNING).decode("utf-8-sig", errors="ignore")
    except OSError:
        return ""


def described(source: str) -> Document:
    """A document that people write.

    Raises:
        UsageError: it isn't there, or is no YAML or JSON.
    """
    path = Path(source)
    suffix = path.suffix.lower()
    return reading.read(path, syntax="" if suffix in {*YAML_SUFFIXES, ".json"} else ".yaml")


def program_json(path: Path) -> Any:
    """The values of a JSON file that a program wrote, of any size.

    Raises:
        UsageError: it isn't there, or is no JSON.
        UnjudgedError: it can't be read.
    """
    try:
        return json.loads(regular_text(path, LARGEST_JSON))
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise UsageError(f"{path} isn't there.\n  Check its name.") from None
        raise UnjudgedError(f"{path} can't be read: {error.strerror}.\n  Check its permissions.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}.\n  Let the program write it again.") from None
