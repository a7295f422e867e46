"""Events: what happens to which row when, and where in the order of all that happens; no cell of any row."""

from typing import Any, NamedTuple

from synth_assets.kernel.counter import I64Array

CHUNK_EVENTS = 1 << 14
"""Events in a frame of rows' histories: fewer than rows in a chunk, as each has a row twice."""

_AT_ONCE = ((1_000_000, 1 << 16), (4_000_000, 1 << 14))
_OF_MORE = 1 << 13


def events_at_once(count: int) -> int:
    """Events in a frame of the logs of a batch that has so many: the more, the less is taken beside the batch's own.

    Measured: of 812,000 events a batch 16,384 at a time are 194,000 a second, 65,536 are 262,000, with the same 825 MB.
    A batch of 7.5 million takes 47, 55 and 62 s and 947, 815 and 782 MB with 65,536, 16,384 and 8,192.
    """
    return next((size for most, size in _AT_ONCE if count <= most), _OF_MORE)


INSERT, UPDATE, DELETE = range(3)
"""Places in :data:`~synth_assets.model.change_log.OPS`."""


class Events(NamedTuple):
    """Events of one table, in the order of their lsn; shapes (n,).

    Attributes:
        rows: whose events they are: positions, or a ledger's movements.
        seconds: when they are committed.
        ops: places in :data:`~synth_assets.model.change_log.OPS`.
        lsn: log sequence numbers.
        tx: numbers of the transactions.
        seq: positions in the transactions.
        total: how many events the transactions have.
    """

    rows: I64Array
    seconds: I64Array
    ops: I64Array
    lsn: I64Array
    tx: I64Array
    seq: I64Array
    total: I64Array

    def chosen(self, which: Any) -> "Events":
        """Some of them, by slice, index or mask."""
        return Events(*(values[which] for values in self))
