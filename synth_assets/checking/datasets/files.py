"""What is stored is what was written: part files byte for byte, and what they hold, as their manifest says."""

from collections.abc import Iterator

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding, judged
from synth_assets.checking.stored import StoredTable
from synth_assets.engine.stored import content_problems, definition_problems
from synth_assets.errors import DataError
from synth_assets.produce.copies import Copy


def _find(stored: StoredTable) -> Finding:
    copies = stored.copies
    problems = [problem for copy in copies for problem in _problems(stored, copy)]
    names = ", ".join(copy.name for copy in copies)
    files = sum(len(copy.files) for copy in copies)
    return judged(problems, f"{names}: as their manifests say.", {"files": files})


def _problems(stored: StoredTable, copy: Copy) -> Iterator[str]:
    yield from definition_problems(stored.description, copy.manifest)
    yield from copy.file_problems
    try:
        digest = stored.digest(copy)
    except DataError as error:
        yield str(error)
        return
    yield from content_problems(digest, copy.manifest)


CHECK = Check(
    "files_match_manifest",
    "Part files are those that were written, byte for byte; each column holds what the manifest says.",
    _find,
)
