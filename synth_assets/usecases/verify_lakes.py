"""Verify tables that live in a lake: each state that can still be read is the snapshot of its number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth_assets.changes.identity import Identity
from synth_assets.documents import strict_json
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import DataError, UsageError, first_line
from synth_assets.model.change_log import spans
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.sinks import catalog
from synth_assets.sinks.current_reader import in_key_order
from synth_assets.sinks.lake import IDENTITY, Lake, LakeTable, LakeVersion, as_described
from synth_assets.usecases.verified import Depth, Found, Verified

_AWAY = "Move the lake away; it is made again from the base."


def verify_lake(found: Found, project: Project, depth: Depth) -> Verified:  # noqa: ARG001 - as for a part
    """Verify a table by its states: each is compared with what the generator makes of its moment.

    States whose files are gone, as after a vacuum, are told and are no problem, the last one's aside. Commits of
    somebody else, as of a compaction, have to leave the rows as they were.

    Raises:
        DataError: it can't be read, or is of another contract version.
    """
    lake = catalog.load_lake(found.format)
    with lake.open(found.path, found.domain, found.entity) as stored:
        timeline = _timeline(stored, found, project)
        return _States(lake, stored, timeline, timeline.domain.tables[found.entity]).verified(found)


@dataclass(frozen=True)
class _States:
    """The states of a table, and the generator of what they should be."""

    lake: Lake
    stored: LakeTable
    timeline: Timeline
    table: Table

    def verified(self, found: Found) -> Verified:
        versions = self.stored.versions()
        problems: list[str] = []
        gone: list[int] = []
        batch, is_alone, digest = None, True, None
        for version in versions:
            if version.batch is None:
                is_alone = False
            elif is_alone and version.batch != version.number:
                problems.append(f"{self._called(version)} is after batch {version.batch}, not {version.number}")
            batch = batch if version.batch is None else version.batch
            if batch is None:
                problems.append(f"{self._called(version)} is of nobody knows which batch")
                continue
            missing = [path for path in self.stored.files(version) if not path.is_file()]
            if missing and version is not versions[-1]:
                gone.append(version.number)
                continue
            digest = self._digest(version)
            problems += self._differences(version, batch, digest)
        first = versions[0].number if versions else 0
        gone = [*range(first), *gone]
        lost = (f"{self._many(gone)}: files of theirs are gone",) if gone else ()
        texts = [f"{self.stored.folder}: {text}.\n  {_AWAY}" for text in problems]
        rows, content_hash = (None, None) if digest is None else (digest.rows, digest.content_hash)
        return replace(found.result(rows, content_hash, texts), lost=lost)

    def _digest(self, version: LakeVersion) -> TableDigest:
        frames = (as_described(frame, self.table) for frame in self.stored.frames(self.table.column_names, version))
        hasher = BlockHasher(self.table)
        for frame in in_key_order(self.table, frames):
            hasher.update(frame)
        return hasher.finish()

    def _expected(self, batch: int) -> TableDigest:
        hasher = BlockHasher(self.table)
        for chunk in self.timeline.state_chunks(self.table.name, self.timeline.second(batch), hashing=True):
            hasher.update(chunk.frame, chunk.words, chunk.numbers)
        return hasher.finish()

    def _differences(self, version: LakeVersion, batch: int, digest: TableDigest) -> Iterator[str]:
        expected = self._expected(batch)
        if digest.content_hash == expected.content_hash:
            return
        if digest.rows != expected.rows:
            what = f"{digest.rows:,} rows instead of {expected.rows:,}"
        else:
            hashes, others = digest.column_hashes, expected.column_hashes
            what = f"other cells in {', '.join(name for name in hashes if hashes[name] != others[name])}"
        whose = "" if version.batch is not None else ", which somebody else committed,"
        yield f"{self._called(version)}{whose} is not snapshot {batch}: {what}"

    def _called(self, version: LakeVersion) -> str:
        return f"{self.lake.versions_are} {version.number}"

    def _many(self, numbers: Sequence[int]) -> str:
        return f"{self.lake.versions_are}{'s' * (len(numbers) > 1)} {', '.join(spans(numbers))}"


def _timeline(stored: LakeTable, found: Found, project: Project) -> Timeline:
    """The generator of what a table should be, as the table itself says it."""
    text = stored.notes().get(IDENTITY)
    if text is None:
        raise DataError(f"{stored.folder} doesn't say whose table it is.\n  {_AWAY}")
    try:
        told: dict[str, Any] = strict_json.loads(text)
        contract, name = told.pop("contract"), told.pop("domain")
        domain, dataset, cadence = Identity(name, contract, told).dataset(project)
        if domain.name != found.domain:
            raise ValueError(f"it is of {domain.name} and lies with {found.domain}")  # noqa: TRY301 - as reading raises
        domain.entity(found.entity)
    except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        raise DataError(f"{stored.folder} was made by another version: {first_line(error)}.\n  {_AWAY}") from error
    return Timeline(domain, dataset, cadence)
