"""Frames of a dictionary of rand-engine."""

import operator
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from os import PathLike
from typing import TYPE_CHECKING, Any, Self, SupportsIndex, get_args

import polars as pl

from synth_assets.documents.written import moment
from synth_assets.errors import UsageError, shortened, unknown
from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.model.seed import A_SEED, is_seed
from synth_assets.rand_engine.frames import as_pandas, shown
from synth_assets.rand_engine.records import Clock, records, throughput
from synth_assets.rand_engine.rows import GeneratedRows
from synth_assets.rand_engine.writing.file_writer import FileBatchWriter
from synth_assets.rand_engine.writing.stream_writer import FileStreamWriter
from synth_assets.rand_engine.writing.words import MOST_ROWS
from synth_assets.specs.rand_engine.columns import is_functions
from synth_assets.specs.rand_engine.constraints import Constraint
from synth_assets.specs.rand_engine.tables import SIZE, TABLE, RandTable, rand_table
from synth_assets.usecases.constrained import Constrained
from synth_assets.usecases.handlers.base import BaseDBHandler
from synth_assets.usecases.kept_keys import KeptKeys
from synth_assets.usecases.scan import scan_dataset

if TYPE_CHECKING:
    from synth_assets.rand_engine.frames import PandasFrame

Spec = Mapping[str, Any]

_MOST_IN_FRAME = 4_294_967_294
"""Rows that polars numbers in 32 bits."""


class DataGenerator:
    """Makes frames of a dictionary of rand-engine.

    A cell is a function of the seed, its column's name and words, and its row: not of the other columns, their order,
    the number of rows, or how many are made at a time.

    Args:
        random_spec: the dictionary, or a function that gives it; it is asked for each frame, each writer and each
            stream anew.
        seed: any whole number of up to 100 digits; a fresh one without, which :attr:`seed` tells.
        validate: whether to look at the dictionary at once; without, what is wrong with it is told when it is used.

    Raises:
        SpecError: the dictionary is none; says all that is wrong with it.

    Example:
        >>> generator = DataGenerator({"id": {"method": "pk", "kwargs": {}}}, seed=1)
        >>> generator.size(3).get_polars()["id"].to_list()
        [0, 1, 2]
    """

    def __init__(self, random_spec: Spec | Callable[[], Spec], seed: int | None = None, validate: bool = False) -> None:
        self._spec = random_spec
        self._seed = _seed(seed)
        self._size: int | Callable[[], int] | None = None
        self._transformers: tuple[Callable[[Any], Any], ...] = ()
        self._table: RandTable | None = None
        self._kept: KeptKeys | None = None
        self._at: int | None = None
        if validate:
            _ = self.table.declared().load()

    @property
    def seed(self) -> int:
        """What the values follow from, beside the dictionary: what was said, or drawn afresh."""
        return self._seed

    @property
    def table(self) -> RandTable:
        """The dictionary as it was understood.

        Raises:
            SpecError: it is none.
        """
        if self._table is None:
            self._table = rand_table(self._spec() if callable(self._spec) else self._spec)
        return self._table

    def _ask_again(self) -> None:
        """Let a function give its dictionary anew."""
        if callable(self._spec):
            self._table = None

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints that the dictionary has."""
        return self.table.constraints

    def size(self, size: int | Callable[[], int]) -> Self:
        """Say how many rows there shall be: a whole number >= 0, or a function that gives one."""
        self._size = size if callable(size) else _count("size", size)
        return self

    def transformers(self, transformers: Sequence[Callable[[Any], Any]]) -> Self:
        """Say functions that each take the frame of pandas and give another one; they are applied in order."""
        if not is_functions(transformers):
            raise UsageError(
                f"transformers({shortened(repr(transformers))}) is not allowed; it is a list of functions of a frame.\n"
                "  For example: .transformers([lambda frame: frame.assign(double=frame['amount'] * 2)])"
            )
        self._transformers = tuple(transformers)
        return self

    @property
    def has_transformers(self) -> bool:
        """Whether rows go through somebody's functions."""
        return bool(self._transformers) or any(one.transformers for one in self.table.columns)

    def checkpoint(self, db_path: str | PathLike[str]) -> Self:
        """Say where keys are kept: the dictionary's constraints need it.

        Args:
            db_path: ``":memory:"``, which all generators of this process share, or the path of a database: SQLite's if
                it is one, or ends with ``.db``, ``.sqlite`` or ``.sqlite3``; else DuckDB's.
        """
        self._kept = KeptKeys(db_path)
        return self

    def db_checkpoint(self, db_conn: BaseDBHandler) -> Self:
        """The same as 0.6 has it: the database of a handler is where keys are kept."""
        if not isinstance(db_conn, BaseDBHandler):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(
                f"db_checkpoint({shortened(repr(db_conn))}) is not allowed; it is a DuckDBHandler or a SQLiteHandler.\n"
                "  For example: .db_checkpoint(DuckDBHandler('keys.duckdb')), or .checkpoint('keys.duckdb')"
            )
        self._kept = KeptKeys(db_conn.db_path, type(db_conn))
        return self

    def option(self, key: str, value: Any) -> Self:
        """Say one more thing: ``at``, or ``reset_checkpoint``.

        Args:
            key: ``at`` is the moment at which rows are made, in the dataset's own time; watermarks count from it.
                ``reset_checkpoint`` forgets all keys that are kept, at once; say the checkpoint first.
            value: a time in UTC, ``"2026-01-01T00:01:00Z"``; or True.
        """
        name = str(key).replace("_", "").casefold()
        if name == "at":
            self._at = _second(value)
        elif name == "resetcheckpoint" and isinstance(value, bool):
            if self._kept is None:
                raise UsageError("there is no checkpoint to reset.\n  Say it first: .checkpoint(':memory:')")
            if value:
                self._kept.forget()
        elif name == "resetcheckpoint":
            raise UsageError(f"option({key!r}, {shortened(repr(value))}) is not allowed; it is True or False.")
        else:
            raise unknown("option of a generator", key, ("at", "reset_checkpoint"), "Options of files follow .write")
        return self

    def moment(self) -> int:
        """When rows are made, in seconds since 1970 of the dataset's own time.

        What was said; else the last second at which kept keys were made; else the start of ``as_of``.
        """
        if self._at is not None:
            return self._at
        latest = self._kept.latest() if self._kept else None
        start = int(datetime.combine(DEFAULT_AS_OF, datetime.min.time(), UTC).timestamp())
        return start if latest is None else max(start, latest)

    def constrained(self) -> Constrained | None:
        """The constraints with the keys that they are about; ``None`` if there are none.

        Raises:
            UsageError: nobody said where keys are kept.
        """
        if not self.constraints:
            return None
        if self._kept is None:
            names = ", ".join(one.label for one in self.constraints)
            raise UsageError(
                f"constraints {names} need a place for keys, and none is said.\n"
                "  Say the same one for all generators that belong together: .checkpoint(':memory:')"
            )
        return Constrained(self.constraints, self._kept, self._seed)

    @property
    def write(self) -> FileBatchWriter:
        """Takes words about files, and writes all rows at once."""
        self._ask_again()
        return FileBatchWriter(self)

    @property
    def writeStream(self) -> FileStreamWriter:  # noqa: N802 - its name in rand-engine
        """Takes words about files, and writes one every so many seconds."""
        self._ask_again()
        return FileStreamWriter(self)

    def stream_dict(
        self, min_throughput: float = 1, max_throughput: float = 10, *, clock: Clock = "wall"
    ) -> Iterator[dict[str, Any]]:
        """Records without end, as JSON has them, each with the second at which it was created.

        Args:
            min_throughput: records a second, at least.
            max_throughput: likewise, at the most.
            clock: ``"wall"`` hands them over at this speed, ``timestamp_created`` being the wall clock's time;
                ``"dataset"`` as fast as they are taken, with times of the dataset that are the same in every run.

        Raises:
            SpecError: the dictionary is none.
            UsageError: the speed is none, or nobody said where keys are kept.
        """
        self._ask_again()
        speed = throughput(min_throughput, max_throughput)
        if clock not in get_args(Clock):
            raise unknown("clock", clock, get_args(Clock))
        _ = self.constrained()
        return records(self, speed, clock)

    def rows(self) -> int:
        """How many rows were asked for.

        Raises:
            UsageError: it isn't said yet.
        """
        if self._size is None:
            raise UsageError("how many rows there shall be isn't said.\n  For example: .size(1_000).get_df()")
        return _count("size", self._size() if callable(self._size) else self._size)

    def scan(self, offset: int = 0, rows: int | None = None) -> pl.LazyFrame:
        """Rows from ``offset`` on, as many as asked for without ``rows``; cells are made when a query asks for them.

        Transformers aren't applied, and a column that has some has no anomalies here: those come after them.
        """
        self._ask_again()
        return self._rows(offset, self.rows() if rows is None else rows, marks=False)

    def marked(self, first: int, count: int) -> pl.LazyFrame:
        """The same with columns that tell where anomalies come after transformers."""
        return self._rows(first, count, marks=True)

    def _rows(self, offset: int, rows: int, *, marks: bool) -> pl.LazyFrame:
        first, count = _count("offset", offset), _count("rows", rows)
        domain = self.table.declared().load()
        dataset = domain.dataset(seed=self._seed, volumes={SIZE: first + count})
        frame = scan_dataset(domain.entity(TABLE), dataset, first, count)
        return shown(frame, self.table.columns, marks=marks)

    def get_polars(self, offset: int = 0, rows: int | None = None) -> pl.DataFrame:
        """The rows as a frame of polars, whose cells went through their columns' transformers.

        With constraints, references are in it, and its keys are kept.
        """
        self._ask_again()
        found = GeneratedRows(self)
        frame = found.made(offset, _in_frame(self.rows() if rows is None else rows))
        found.note(frame)
        found.keep()
        return frame

    def get_df(self) -> "PandasFrame":
        """The rows as a frame of pandas, through all transformers.

        Raises:
            MissingExtraError: pandas isn't installed.
        """
        self._ask_again()
        found = GeneratedRows(self)
        frame = found.finished(0, _in_frame(self.rows()))
        found.keep()
        return frame

    def finished(self, frame: pl.DataFrame) -> "PandasFrame":
        """A frame as pandas', through the transformers of the whole frame.

        Raises:
            UsageError: one of them gives something else than a frame.
        """
        found = as_pandas(frame, self.table.columns)
        for transformer in self._transformers:
            kind, found = type(found), transformer(found)
            if not isinstance(found, kind):
                raise UsageError(
                    f"a transformer of the frame gave {type(found).__name__}; it gives a frame of pandas.\n"
                    "  For example: .transformers([lambda frame: frame.assign(double=frame['amount'] * 2)])"
                )
        return found


def _seed(seed: object) -> int:
    if seed is None:
        return secrets.randbits(32)
    if isinstance(seed, SupportsIndex) and not isinstance(seed, bool) and is_seed(whole := operator.index(seed)):
        return whole
    raise UsageError(f"seed={shortened(repr(seed))} is not allowed; a seed is {A_SEED}.\n  For example: seed=42")


def _second(value: object) -> int:
    found = moment(value) if isinstance(value, str) else value
    if isinstance(found, datetime) and found.tzinfo is not None:
        return int(found.timestamp())
    raise UsageError(
        f"option('at', {shortened(repr(value))}) is not allowed; it is a time in UTC, or a datetime with its time"
        " zone.\n  For example: .option('at', '2026-01-01T00:01:00Z')"
    )


def _count(name: str, said: object) -> int:
    """A number of rows: Python's, or NumPy's."""
    if isinstance(said, SupportsIndex) and not isinstance(said, bool) and 0 <= operator.index(said) <= MOST_ROWS:
        return operator.index(said)
    raise UsageError(
        f"{name}={shortened(repr(said))} is not allowed; it is a whole number >= 0, at most {MOST_ROWS:,}.\n"
        "  For example: .size(1_000)"
    )


def _in_frame(count: int) -> int:
    """A number of rows that a frame may have."""
    if count > _MOST_IN_FRAME:
        raise UsageError(
            f"{count:,} rows are more than a frame has, which is at most {_MOST_IN_FRAME:,}.\n"
            "  Write files (.write), or take parts: .get_polars(offset=0, rows=1_000_000)"
        )
    return count
