"""Which clean log a broken one was made from, so that it can be made again."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from synth_assets.changes.folder import ORIGIN_FILE
from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_bytes, regular_text
from synth_assets.errors import DataError
from synth_assets.model.layout import IDENTITY_FILE, LOGS, MANIFEST_FILE

_BYTES = 64_000_000


@dataclass(frozen=True)
class Origin:
    """The clean log that a broken one was made from.

    Attributes:
        source: its folder.
        fingerprint: SHA-256 over its identity and its logs' manifests, which hold the files' own.
    """

    source: Path
    fingerprint: str

    @classmethod
    def of(cls, source: Path) -> "Origin":
        """The clean log as it is now."""
        digest = hashlib.sha256()
        for path in (source / IDENTITY_FILE, *sorted((source / LOGS).rglob(MANIFEST_FILE))):
            text = regular_bytes(path, _BYTES)
            digest.update(f"{path.relative_to(source).as_posix()}\n{len(text)}\n".encode() + text)
        return cls(Path(os.path.realpath(source)), digest.hexdigest())

    @classmethod
    def read(cls, folder: Path) -> "Origin":
        """The origin of a broken log.

        Raises:
            DataError: there is no such thing, or it is damaged.
        """
        path = folder / ORIGIN_FILE
        try:
            values = strict_json.loads(regular_text(path, _BYTES))
            return cls(Path(values["source"]), str(values["fingerprint"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{folder} is no broken log: it has no {ORIGIN_FILE} that can be read.\n"
                "  Name a folder that synth changes inject wrote."
            ) from error

    def to_json(self) -> str:
        """As text."""
        return json.dumps({"source": os.fspath(self.source), "fingerprint": self.fingerprint}, indent=2) + "\n"
