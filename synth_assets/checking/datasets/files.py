"""What is stored is what was written: part files byte for byte, and what they hold, as their manifest says."""

from collections.abc import Iterator
from pathlib import PurePath

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged
from synth_assets.checking.stored import StoredTable
from synth_assets.engine.stored import content_problems, definition_problems
from synth_assets.errors import DataError
from synth_assets.model.layout import is_part_name
from synth_assets.produce.copies import Copy
from synth_assets.sinks.layouts import flat


def _find(stored: StoredTable) -> Finding:
    copies = stored.copies
    problems = [problem for copy in copies for problem in _problems(stored, copy)]
    names = ", ".join(copy.name for copy in copies)
    files = sum(len(copy.files) for copy in copies)
    return judged(problems, f"{names}: as their manifests say.", {"files": files})


def _problems(stored: StoredTable, copy: Copy) -> Iterator[str]:
    yield from definition_problems(stored.description, copy.manifest)
    yield from copy.file_problems
    yield from _strangers(stored, copy)
    try:
        digest = stored.digest(copy)
    except DataError as error:
        yield str(error)
        return
    if stored.dataset.only is None:
        yield from content_problems(digest, copy.manifest)


def _strangers(stored: StoredTable, copy: Copy) -> Iterator[str]:
    """Files of a folder that tables share which are called as this table's are, and which its manifest doesn't list.

    Whoever reads ``orders_*.csv`` would read them; other files in such a folder are somebody's own.
    """
    endings = {"".join(path.suffixes) for path in copy.files}
    if not copy.files or any(is_part_name(path.name) for path in copy.files) or copy.is_kept_apart:
        return
    only = stored.dataset.only
    for path in sorted(copy.path.iterdir()):
        spot = flat.LAYOUT.parse(PurePath(path.name), stored.dataset.domain.tables)
        if only and copy.some is not None and spot and spot.group != only.name:
            continue
        if spot and spot.table == stored.name and spot.ending in endings and path not in copy.files:
            yield f"{path} is not in the manifest"


CHECK = Check(
    "files_match_manifest",
    "Part files are those that were written, byte for byte; each column holds what the manifest says.",
    _find,
)
