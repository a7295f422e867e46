"""Paths that stand for addresses of object stores: whatever takes a folder takes them.

``s3://bucket/prefix`` is ``CACHE/objects/s3/bucket/prefix``, a local folder, in which copies of what was read lie. So
an address is a path everywhere but where somebody types or reads it: :func:`with_addresses` says it as they know it.
"""

import os
import re
from pathlib import Path

SCHEMES = ("s3", "gs", "az")
"""Of addresses: Amazon's S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage."""

_OBJECTS = "objects"
_PLACE = re.compile(rf"(?P<scheme>{'|'.join(SCHEMES)})[/\\]+(?=[^/\\])")


def cache_folder() -> Path:
    """Where copies are kept: they may be removed at any time, and are made again when they are needed."""
    usual = os.environ.get("XDG_CACHE_HOME", "")
    # As the specification has it, a path that isn't absolute is as good as none.
    above = usual if os.path.isabs(usual) else os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH117, PTH118 — no pathlib before --help
    return Path(above, "synth-assets")


def path_of(scheme: str, bucket: str, name: str = "") -> Path:
    """The path that stands for an address."""
    return cache_folder() / _OBJECTS / scheme / bucket / name


def object_place(path: Path) -> tuple[str, str, str] | None:
    """Scheme, bucket and name that a path stands for; ``None`` of a folder.

    Example:
        >>> object_place(path_of("s3", "bucket", "a/b")), object_place(Path("data"))
        (('s3', 'bucket', 'a/b'), None)
    """
    home = cache_folder() / _OBJECTS
    inside = path.relative_to(home).parts if path.is_relative_to(home) else ()
    if len(inside) < 2 or inside[0] not in SCHEMES:
        return None
    return inside[0], inside[1], "/".join(inside[2:])


def address_at(path: Path) -> str | None:
    """The address that a path stands for; ``None`` of a folder.

    Example:
        >>> address_at(path_of("s3", "bucket", "a/b"))
        's3://bucket/a/b'
    """
    place = object_place(path)
    return None if place is None else f"{place[0]}://{'/'.join(part for part in place[1:] if part)}"


def with_addresses(text: str) -> str:
    """A text in which paths that stand for addresses are written as these.

    Example:
        >>> with_addresses(f"{path_of('s3', 'bucket')} isn't there")
        "s3://bucket isn't there"
    """
    home = str(cache_folder() / _OBJECTS)
    if home not in text:
        return text
    first, *others = text.split(home + os.sep)
    return first + "".join(_PLACE.sub(r"\g<scheme>://", other, count=1) for other in others)
