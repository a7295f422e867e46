"""How a domain's tables are delivered unless somebody says otherwise."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from synth_assets.model.handouts import Handout


@dataclass(frozen=True)
class Delivery:
    """A domain's own defaults for files; flags and arguments override them.

    Attributes:
        layout: how part files are called and where they lie; see :mod:`synth_assets.sinks.layouts`.
        formats: names of formats.
        rows_per_file: rows in each part file but the last.
        codec: compression of part files; the formats' own default without.
        root: the folder that files go to, seen from the current one, where neither the command nor the settings say
            one; the project's data root without.
        formats_of: table → file format asked for → the one that it is written in instead.
        whole: tables that are one part file, or one a group, whatever :attr:`rows_per_file` says.
        partition_by: table → columns that part files are kept apart by, where the layout does that.
        sort_by: table → columns that rows are sorted by within a part file, likewise, then by the key; of tables that
            are in :attr:`partition_by`.
        forms: file formats that the layout and :attr:`rows_per_file` are for; where only others are asked for, files
            lie as those of any domain. All of them without.
        handouts: what else is written where somebody asks for it.
        api: the address of the API that takes the rows in, as it usually is; none without.

    Example:
        The ``__init__.py`` of a domain for tools that read lines of JSON::

            DELIVERY = Delivery(layout="flat", formats=("ndjson",), rows_per_file=10_000, root="generated_data")
    """

    layout: str = "hive"
    formats: tuple[str, ...] = ("parquet",)
    rows_per_file: int | None = None
    codec: str | None = None
    root: str | None = None
    formats_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    partition_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    handouts: tuple[Handout, ...] = ()
    api: str | None = None

    def of(self, formats: Collection[str]) -> "Delivery":
        """What is usual where these formats are asked for."""
        if not self.forms or not formats or {*formats} & {*self.forms}:
            return self
        usual = Delivery()
        return replace(self, layout=usual.layout, rows_per_file=usual.rows_per_file)
