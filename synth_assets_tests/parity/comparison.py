"""Two accounts of the same changes, compared cell by cell: which transactions are equal, and where others differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

_PLACES = 10


@dataclass(frozen=True)
class Verdict:
    """What a comparison of change logs found.

    Attributes:
        transactions: how many there are in either account.
        unequal: ``tx_id`` of those that are not the same in both, in order.
        places: where the first of them differ: table, ``lsn``, columns.
    """

    transactions: int
    unequal: list[int]
    places: list[str] = field(default_factory=list)

    @property
    def equal(self) -> int:
        """How many transactions are the same in both."""
        return self.transactions - len(self.unequal)


def compare_logs(ours: Mapping[str, pl.DataFrame], theirs: Mapping[str, pl.DataFrame]) -> Verdict:
    """Compare two change logs of a batch: the same events at the same places, with the same cells.

    Args:
        ours: table → log, whose rows are to be in the order of ``lsn``; ``commit_ts`` is left out, for a database
            commits when it commits.
        theirs: the same tables in the same form.
    """
    assert list(ours) == list(theirs)
    seen: set[int] = set()
    bad: dict[int, list[str]] = {}
    for name, log in ours.items():
        mine, other = log.drop("commit_ts", strict=False), theirs[name]
        late = mine.filter(pl.col("lsn") < pl.col("lsn").shift()).select("lsn", "tx_id", what=pl.lit("out of order"))
        found = pl.concat([differences(mine, other, ["lsn", "tx_id"]), late])
        for lsn, tx_id, what in found.iter_rows():
            bad.setdefault(tx_id, []).append(f"{name} lsn {lsn}, tx_id {tx_id}: {what}")
        seen.update(mine["tx_id"], other["tx_id"])
    places = [place for tx_id in sorted(bad) for place in bad[tx_id]]
    return Verdict(len(seen), sorted(bad), places[:_PLACES])


def differences(ours: pl.DataFrame, theirs: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Rows that two frames don't share.

    Args:
        ours: a frame; the order of its rows says nothing.
        theirs: another with the same schema.
        key: the columns that name a row.

    Returns:
        The key's columns and ``what``: the columns that differ, ``only in ours``, ``only in theirs`` or ``twice``.
    """
    assert ours.schema == theirs.schema, f"{ours.schema} against {theirs.schema}"
    if ours.equals(theirs):
        return ours.clear().select(*key, what=pl.lit("").cast(pl.String))
    both = ours.with_columns(_ours=True).join(
        theirs.with_columns(_theirs=True), on=key, how="full", coalesce=True, suffix="|theirs"
    )
    cells = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}|theirs"))).then(pl.lit(name))
        for name in ours.columns
        if name not in key
    ]
    what = (
        pl.when(pl.col("_ours").is_null())
        .then(pl.lit("only in theirs"))
        .when(pl.col("_theirs").is_null())
        .then(pl.lit("only in ours"))
        .otherwise(pl.concat_str(cells, separator=", ", ignore_nulls=True))
    )
    unequal = both.select(*key, what=what).filter(pl.col("what") != "")
    twice = [frame.select(key).filter(pl.struct(key).is_duplicated()).unique() for frame in (ours, theirs)]
    return pl.concat([unequal, *(frame.with_columns(what=pl.lit("twice")) for frame in twice)]).sort(*key, "what")
