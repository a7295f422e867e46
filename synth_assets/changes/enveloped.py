"""What was written of a batch in a tool's own layout: its manifest, apart from the files that the tool reads.

::

    DIR/debezium/_manifests/batch-00001.json     after the batch's files: which, how large, with which SHA-256
    DIR/debezium/_manifests/base.json            of the full load, if the tool has one
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.errors import AGAIN, DataError
from synth_assets.model.layout import is_left_by_others
from synth_assets.version import __version__

FOLDER = "_manifests"
"""No tool reads names with an underscore."""

BASE = "base"

_BATCH = re.compile(r"batch-\d{5,12}", re.ASCII)
_BYTES = 64_000_000


@dataclass(frozen=True)
class EnvelopeFile:
    """A file as it was written.

    Attributes:
        path: below the envelope's folder, with ``/`` between folders.
        bytes: its size.
        sha256: of its bytes.
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class EnvelopeManifest:
    """What was written of a batch.

    Attributes:
        envelope: the envelope's name.
        batch: the batch's number; 0 for the full load.
        format: the format's name.
        tables: the tables asked for.
        events: events, or rows of the full load.
        parameters: of the dataset, with the seed and the cadence, as plain JSON values.
        contract: the version of the domain's values.
        files: in the order in which the envelope wrote them.
        options: the envelope's, each with its value: the form that its records have.
        version: of the program.
        told: of what the others say, the SHA-256 as the file has it; empty in one that isn't written yet.
    """

    envelope: str
    batch: int
    format: str
    tables: tuple[str, ...]
    events: int
    parameters: Mapping[str, Any]
    contract: int
    files: tuple[EnvelopeFile, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    version: str = __version__
    told: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of what it says, but for :attr:`told`: whoever changes something changes this."""
        said = asdict(replace(self, told=""))
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def name(self) -> str:
        """Of its file."""
        return name_of(self.batch)

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(replace(self, told=self.digest)), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, path: Path) -> "EnvelopeManifest":
        """What a file says.

        Raises:
            DataError: it can't be read, or says something else.
        """
        try:
            values = cast("dict[str, Any]", strict_json.loads(regular_text(path, _BYTES)))
            values["version"]  # a new one has this program's by default
            files = tuple(EnvelopeFile(**file) for file in values["files"])
            found = cls(**{**values, "files": files, "tables": tuple(values["tables"])})
            found._check()
        except OSError as error:
            raise DataError(f"{path} can't be read: {error.strerror}.\n  {AGAIN}") from error
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"{path} is damaged: {str(error) or 'it says something else'}.\n  {AGAIN}") from error
        return found

    def _check(self) -> None:
        whole = [self.batch, self.events, self.contract, *(file.bytes for file in self.files)]
        texts = [self.envelope, self.format, self.version, self.told, *self.tables]
        texts += [text for file in self.files for text in (file.path, file.sha256)]
        if any(type(one) is not int or not 0 <= one < 1 << 63 for one in whole) or not all(
            isinstance(one, str) for one in texts
        ):
            raise ValueError("it has texts for numbers, or numbers for texts")
        if not isinstance(self.parameters, dict):
            raise ValueError("its parameters are no object")  # noqa: TRY004 - one kind of error for the caller
        if not isinstance(self.options, dict) or not all(isinstance(one, str) for one in self.options.values()):
            raise ValueError("its options are no object of texts")
        if len({file.path for file in self.files}) < len(self.files) or len({*self.tables}) < len(self.tables):
            raise ValueError("it has a file or a table twice")
        for file in self.files:
            parts = file.path.split("/")
            if not file.path.isprintable() or "\\" in file.path or any(not part.strip(".") for part in parts):
                raise ValueError(f"{strict_json.shown(file.path)} is no path below the envelope's folder")


def name_of(batch: int) -> str:
    """What a batch's manifest is called; 0 is the full load."""
    return f"batch-{batch:05d}.json" if batch else f"{BASE}.json"


def told_in(folder: Path) -> Iterator[EnvelopeManifest]:
    """What the manifests of an envelope's folder say, the full load's first; what is damaged says nothing.

    A folder keeps to one form and to one choice of tables, so the first that can be read speaks for all.
    """
    for path in manifests_in(folder):
        with suppress(DataError):  # it is made again
            yield EnvelopeManifest.read(path)


def batches_in(folder: Path) -> list[int]:
    """The batches that have a manifest in an envelope's folder; 0 is the full load."""
    stems = [path.stem for path in manifests_in(folder) if path.is_file()]
    numbers = [0 if stem == BASE else int(stem[6:]) for stem in stems if stem == BASE or _BATCH.fullmatch(stem)]
    return sorted(numbers)


def manifests_in(folder: Path) -> list[Path]:
    """The manifests of an envelope's folder, in the order of their batches."""
    place = folder / FOLDER
    found = place.glob("*.json") if place.is_dir() else []
    return sorted(path for path in found if not is_left_by_others(path.name))


def surplus(folder: Path, known: Iterable[EnvelopeManifest], endings: Sequence[str]) -> list[str]:
    """Files of a tool's in its folder that no manifest lists; sorted."""
    listed = {file.path for one in known for file in one.files}
    found: list[str] = []
    for path in folder.rglob("*"):
        below = path.relative_to(folder)
        others = any(is_left_by_others(part) or part.startswith("_") for part in below.parts)
        if not others and path.name.endswith(tuple(endings)) and below.as_posix() not in listed:
            found.append(below.as_posix())
    return sorted(found)
