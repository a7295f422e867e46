"""Addresses of object stores, as people write them; nothing is asked of a store here."""

import re
from pathlib import Path
from typing import NoReturn

from synth_assets.documents.strict_json import shown
from synth_assets.errors import UsageError
from synth_assets.object_paths import SCHEMES, address_at, path_of

_LIKE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(/*)(.*)", re.DOTALL)
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}")
_EXAMPLE = "For example: s3://bucket/prefix"
_ALIKE = {
    "s3a": "s3",
    "s3n": "s3",
    "gcs": "gs",
    "abfs": "az",
    "abfss": "az",
    "azure": "az",
    "wasb": "az",
    "wasbs": "az",
}


def is_address(text: str) -> bool:
    """Whether a text is meant for an address, and not for a path: it begins with a scheme, as no folder's does.

    Example:
        >>> is_address("s3://bucket"), is_address("https://host/x"), is_address("data/s3"), is_address(r"c:/data")
        (True, True, False, False)
    """
    found = _LIKE.match(text)
    if not found:
        return False
    scheme = found[1].lower()
    return scheme in {*SCHEMES, *_ALIKE} or (len(scheme) > 1 and len(found[2]) > 1)


def folder_at(text: str) -> Path:
    """The path that an address stands for, or a path as it is.

    Raises:
        UsageError: an address that isn't taken. What may be a secret in it is not repeated.
    """
    found = _LIKE.match(text)
    if found is None or not is_address(text):
        return Path(text)
    scheme, slashes, rest = found[1].lower(), found[2], found[3]
    if scheme not in SCHEMES:
        _refuse(f"{shown(scheme)} is no scheme of an object store that is known; they are {', '.join(SCHEMES)}", scheme)
    bucket, _, name = rest.partition("/")
    if "@" in bucket or ":" in bucket:
        _refuse(
            "an address of an object store has a user, a password or a port in it, which doesn't belong there",
            step="Keys and the server's address come from the environment, e.g. AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL.",
        )
    if "?" in rest or "#" in rest:
        _refuse("an address of an object store ends with a prefix, without ? and #")
    if len(slashes) != 2:
        _refuse(f"an address of an object store has two slashes before the bucket, not {len(slashes)}", scheme)
    if not _BUCKET.fullmatch(bucket):
        _refuse(f"{shown(bucket)} is no name of a bucket" if bucket else "the address names no bucket", scheme)
    parts = name.rstrip("/").split("/") if name.strip("/") else []
    if any(part in {"", ".", ".."} or not part.isprintable() or "\\" in part for part in parts):
        _refuse("an address's prefix has names with one slash between them; none of them is empty, . or ..", scheme)
    return path_of(scheme, bucket, "/".join(parts))


def only_a_folder(root: Path, what: str) -> Path:
    """A data root, where only a folder will do.

    Args:
        root: the data root.
        what: what needs a folder, as the beginning of a sentence.

    Raises:
        UsageError: it is in an object store.
    """
    if (address := address_at(root)) is None:
        return root
    raise UsageError(
        f"{what} needs a folder of this machine, and the data root is {address}.\n"
        "  Name a folder: --output-dir DIR where the command has it, or SYNTH_DATA=DIR."
        " Datasets in files can lie there."
    )


def _refuse(problem: str, scheme: str = "s3", *, step: str = "") -> NoReturn:
    example = _EXAMPLE.replace("s3:", f"{_ALIKE.get(scheme, scheme if scheme in SCHEMES else 's3')}:")
    raise UsageError(f"{problem}.\n  {step or example}")
