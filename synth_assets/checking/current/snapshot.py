"""A table that is kept up to date is the snapshot after its last batch."""

from synth_assets.checking.check import Check
from synth_assets.checking.finding import Finding
from synth_assets.checking.kept import KeptTable


def _find(stored: KeptTable) -> Finding:
    table, base, compared = stored.description, stored.entries[0].batch, stored.against_snapshot
    batch, rows, problem = compared.batch, compared.found.rows, compared.problem
    numbers = {"batch": batch, "rows": rows}
    if not problem:
        text = f"snapshot {base} + batches {base + 1}..{batch} = snapshot {batch}: {rows:,} rows agree."
        return Finding(passed=True, text=text, numbers=numbers)
    text = (
        f"{problem}.\n  See which rows: synth changes score {table.path} … --at {batch}"
        f" --candidate {stored.tables.database}::{table.domain}.{table.name}"
    )
    return Finding(passed=False, text=text, numbers=numbers, problems=(problem,))


CHECK = Check(
    "replay_equals_snapshot",
    "The stored table, made of the base and all batches, is the snapshot, cell by cell.",
    _find,
    generates=True,
)
