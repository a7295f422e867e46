"""The manifest of what was written, and its publication: the one place where both are made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from synth_assets.engine.content_hash import TableDigest
from synth_assets.model.dataset import Dataset
from synth_assets.model.manifest import Manifest, ManifestColumn, PartFile
from synth_assets.model.table import Table
from synth_assets.produce.parts import Written
from synth_assets.sinks.store import Drafts
from synth_assets.version import __version__


class Provenance(NamedTuple):
    """What the values of a table depend on.

    Attributes:
        parameters: plain JSON values.
        contract: the version of the domain's values.
    """

    parameters: Mapping[str, Any]
    contract: int

    @classmethod
    def of(cls, dataset: Dataset, **more: Any) -> "Provenance":
        """That of a dataset's tables, with what else they depend on."""
        return cls({**dataset.manifest_parameters, **more}, dataset.contract)

    def identity(self, domain: str) -> dict[str, Any]:
        """All that tells a dataset from others, as plain JSON values."""
        return {"domain": domain, "contract": self.contract, **self.parameters}


def manifest_of(table: Table, origin: Provenance, digest: TableDigest, files: tuple[PartFile, ...] = ()) -> Manifest:
    """The manifest of a table.

    Args:
        table: the table.
        origin: what its values depend on.
        digest: of its rows.
        files: its part files in key order; none in a database.
    """
    hashes = digest.column_hashes
    return Manifest(
        domain=table.domain,
        entity=table.name,
        parameters=origin.parameters,
        rows=digest.rows,
        content_hash=digest.content_hash,
        columns=tuple(ManifestColumn(c.name, c.type.name, hashes[c.name]) for c in table.columns),
        files=files,
        contract=origin.contract,
        version=__version__,
    )


def is_of(manifest: Manifest, dataset: Dataset) -> bool:
    """Whether a table was made of a dataset, by its contract."""
    return manifest.parameters == dataset.manifest_parameters and manifest.contract == dataset.contract


def publish_files(
    drafts: Drafts, target: Path, table: Table, origin: Provenance, written: Written, form: str
) -> Manifest:
    """Let a table's part files appear in a folder, whole, in place of what is there; its manifest is sealed.

    Raises:
        OutputError: see :class:`synth_assets.sinks.store.Drafts`.
    """
    manifest = manifest_of(table, origin, written.digest, written.files[form]).sealed()
    drafts.publish(target, manifest)
    return manifest
