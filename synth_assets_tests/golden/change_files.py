"""What the golden hashes of change files are taken of; for the test, and for scripts/update_golden.py."""

from hashlib import sha256
from pathlib import Path

import polars as pl

from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.sinks.envelopes import catalog
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes

HASHES = Path(__file__).with_name("change_files.json")

FORMS = {
    " ".join([name, form, *(f"{option}={value}" for option, value in options.items())]): (name, form, options)
    for name in catalog.names()
    for form in catalog.load(name).formats
    for options in [{}, *({one.name: value} for one in catalog.load(name).options for value in one.values[1:])]
}
"""What is written down: envelope, format and options; of these one at a time is none of the defaults."""

BATCHES = range(9, 12)
"""There is an erasure in batch 10."""


def digest_of(label: str, root: Path) -> str:
    """The SHA-256 of all files of one of :data:`FORMS`, their paths included.

    Texts count byte by byte. The bytes of Parquet are the library's own matter, so its rows count, as text.
    """
    name, form, options = FORMS[label]
    bronze = Project.here().domain("bronze")
    dataset = bronze.dataset("small", 42, volumes={"customers": 200, "products": 30, "orders": 200, "days": 20})
    entities = tuple(bronze.entities)
    request = ChangeRequest(bronze, dataset, CADENCES["day"], entities, root, BATCHES, name, form, options=options)
    list(generate_changes(request))
    digest = sha256()
    for path in sorted(one for one in (root / name).rglob("*") if one.is_file() and _is_the_tools(one)):
        content = _rows(path) if form == "parquet" and path.suffix == ".parquet" else path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _rows(path: Path) -> bytes:
    frame = pl.read_parquet(path, hive_partitioning=False)
    texts = frame.select(pl.selectors.binary().bin.encode("hex"))
    # Python 3.12 and later show such a mapping otherwise.
    schema = f"Schema({list(frame.schema.items())})"
    return f"{schema}\n{frame.with_columns(texts).write_ndjson()}".encode()


def _is_the_tools(path: Path) -> bool:
    """Whether a file is one that the tool would write; manifests are ours, and say the program's version."""
    return not path.name.startswith(".") and path.parent.name != "_manifests"
