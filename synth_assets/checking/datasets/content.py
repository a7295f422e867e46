"""What is stored is what the definition generates."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.stored import StoredTable


def _find(stored: StoredTable) -> Finding:
    copy = stored.copies[0]
    expected, digest = stored.expected, stored.digest(copy)
    if digest.content_hash == expected.content_hash:
        return Finding(passed=True, text=f"{copy.name}: {digest.content_hash}")
    hashes = expected.column_hashes
    wrong = [name for name, value in digest.column_hashes.items() if value != hashes[name]]
    return Finding(
        passed=False, text=f"{copy.name} differs from the definition in {', '.join(wrong)}.\n  Generate it again."
    )


CHECK = Check(
    "content_matches_definition",
    "The content hash, recomputed from storage, is that of the generated values.",
    _find,
    generates=True,
)
