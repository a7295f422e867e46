"""Jobs that are done: noted as they get ready, and found again by a run that goes on from an earlier one."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth_assets.engine.content_hash import Block, TableDigest
from synth_assets.model.manifest import PartFile
from synth_assets.produce.job import Done, Job
from synth_assets.produce.parts import Written
from synth_assets.produce.sources import UnitRows
from synth_assets.sinks.store import Drafts, Finished


class FinishedJobs:
    """The jobs of a run that are done, an earlier one's first.

    Args:
        drafts: of the run.
        together: whether all tables are published at once; else a table's only part waits for nothing.
    """

    def __init__(self, drafts: Drafts, *, together: bool) -> None:
        self.together = together
        self._drafts = drafts
        self._found = {one.told["job"]: one for one in drafts.finished}

    def find(self, job: Job) -> Done | None:
        """What an earlier run has made of a job, if its files are whole; ``None`` else."""
        one = self._found.get(_name(job) or "")
        if one is None:
            return None
        written = _written(one.told)
        files = _files(job, written)
        if tuple(files) != one.files or not all(_is_whole(path, file) for path, file in files.items()):
            return None
        return Done(written)

    def note(self, job: Job, done: Done) -> None:
        """A job is done now; one that is watched can't be taken up again, nor one whose rows come from elsewhere.

        Raises:
            OutputError: it can't be noted.
        """
        name = _name(job)
        if name is not None and done.written.files:
            told = {"job": name, **_told(done.written)}
            self._drafts.note_finished(Finished(tuple(_files(job, done.written)), told))


def _name(job: Job) -> str | None:
    if not isinstance(job.rows, UnitRows) or job.watch is not None:
        return None
    unit = job.rows.unit
    # Where it stops to hash follows from where it stops.
    return f"{job.rows.table.path} {unit.number} {unit.start}-{unit.stop} {unit.chunk}"


def _files(job: Job, written: Written) -> dict[Path, PartFile]:
    return {to.folder / file.path: file for to in job.destinations for file in written.files[to.name]}


def _is_whole(path: Path, file: PartFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.bytes:
        return False
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest() == file.sha256


def _told(written: Written) -> dict[str, Any]:
    digest = written.digest
    return {
        "names": digest.names,
        "types": digest.types,
        "blocks": [[block.id, block.rows, *(one.hex() for one in block.digests)] for block in digest.blocks],
        "files": {name: [asdict(file) for file in files] for name, files in written.files.items()},
    }


def _written(told: Mapping[str, Any]) -> Written:
    blocks = tuple(Block(at, rows, tuple(map(bytes.fromhex, digests))) for at, rows, *digests in told["blocks"])
    digest = TableDigest(tuple(told["names"]), tuple(told["types"]), blocks)
    files = {name: tuple(PartFile(**file) for file in files) for name, files in told["files"].items()}
    return Written(digest, files)
