"""Files and texts → documents; which syntax it is, the file's name tells."""

import errno
import importlib
from pathlib import Path

from synth_assets.documents.bounds import LARGEST, check_size
from synth_assets.documents.document import Document
from synth_assets.documents.regular import regular_text
from synth_assets.errors import UsageError, unknown

_READERS = {".toml": "toml_text", ".yaml": "yaml_text", ".yml": "yaml_text", ".json": "json_text"}


def read(path: Path, next_step: str = "Check its name and its permissions.", syntax: str = "") -> Document:
    """Read a file.

    Args:
        path: its name says the syntax.
        next_step: what a message tells to do if it can't be read.
        syntax: a suffix such as ``.toml``, for a file whose name says nothing.

    Raises:
        UsageError: it can't be read, is not what its name says, or is larger or deeper than anybody writes; says in
            which line.
    """
    suffix = syntax or path.suffix.lower()
    try:
        text = regular_text(path, LARGEST)
    except OSError as error:
        no_text = error.errno == errno.EILSEQ
        what = f"is no valid {suffix.removeprefix('.').upper()}" if no_text else "can't be read"
        raise UsageError(f"{path} {what}: {error.strerror}.\n  {next_step}") from None
    return parse(text, str(path), suffix)


def parse(text: str, file: str, syntax: str = "") -> Document:
    """Read a text.

    Args:
        text: the text.
        file: what messages call it; its name says the syntax, unless ``syntax`` does.
        syntax: a suffix such as ``.toml``.

    Raises:
        UsageError: it is not what its name says, or larger or deeper than anybody writes; says in which line.

    Example:
        >>> parse("orders = 5", "shop.toml").values
        {'orders': 5}
    """
    suffix = syntax or Path(file).suffix.lower()
    if suffix not in _READERS:
        raise unknown(f"{file}: syntax", suffix, _READERS, "Give the file the ending of its syntax. For example: .yaml")
    check_size(text, file)
    reader = importlib.import_module(f"synth_assets.documents.{_READERS[suffix]}")  # yaml only for who reads YAML
    return reader.parse(text, file)
