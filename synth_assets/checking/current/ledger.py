"""A table has taken in every batch from its base on, each as it is stored."""

import re

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.kept import KeptTable
from synth_assets.model.change_log import gaps, span
from synth_assets.model.manifest import read_manifest

_DIGEST = re.compile(r"[0-9a-f]{64}")


def _find(stored: KeptTable) -> Finding:
    folder, (base, *entries) = stored.tables.folder, stored.entries
    held = [entry.batch for entry in entries]
    last = held[-1] if held else base.batch
    logs = set(folder.batches(stored.name))
    problems = [f"batch {one} was skipped" for one in map(span, gaps(held, base.batch + 1, last))]
    rows = 0
    for entry in stored.entries:
        rows += entry.inserts - entry.deletes
        if rows != entry.rows or not _DIGEST.fullmatch(entry.content_hash) or (entry.is_base and entry.updates):
            problems.append(f"batch {entry.batch} is noted with counts, or a content, that it can't have")
            rows = entry.rows
    if rows != (there := stored.rows):
        problems.append(f"the ledger says {rows:,} rows, and there are {there:,}")
    for entry in entries:
        if entry.batch in logs:
            found = read_manifest(folder.log_path(stored.name, entry.batch)).content_hash
            if found != entry.content_hash:
                problems.append(f"batch {entry.batch} is stored with other content than was applied")
    database = stored.tables.database.name
    text = f"{database} has batches {base.batch + 1}..{last}, each once." if held else "No batch was applied yet."
    return Finding(not problems, "; ".join(problems) or text, numbers={"batches": len(held)}, problems=tuple(problems))


CHECK = Check(
    "no_batch_skipped",
    "The ledger has every batch from the base on, each with the content of the stored log.",
    _find,
)
