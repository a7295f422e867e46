"""What an asset's input is to be, by its annotation: one frame or a frame a partition; lazy, or collected.

By its metadata, whose rows: ``{"synth/only": {"tenant": "…"}}`` are those of one tenant.

====================================================  ==========================================================
annotation                                            what comes
====================================================  ==========================================================
``pl.LazyFrame``, ``pl.DataFrame``                    the frame of one partition; several are refused
``dict[str, pl.LazyFrame]``, ``Mapping[str, …]``,     a dictionary from partition key to frame, of one partition
``dict[str, pl.DataFrame]``                           too
none, or ``Any``                                      a LazyFrame; of several partitions a dictionary of them
====================================================  ==========================================================

``| None`` changes nothing: a partition that isn't stored is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import polars as pl

from synth_assets.errors import UsageError, unknown

ONLY = "synth/only"
"""The entry of an input's metadata that names the group whose rows alone come."""

_OURS = "synth/"

_FRAMES = (pl.LazyFrame, pl.DataFrame, Any, object)


@dataclass(frozen=True)
class Wanted:
    """What is to come.

    Attributes:
        keyed: whether it is a dictionary; ``None`` where nobody says, and their number does.
        eager: whether frames are collected.
    """

    keyed: bool | None
    eager: bool

    @classmethod
    def by(cls, annotation: Any) -> "Wanted":
        """What an input's annotation asks for, as Dagster has it.

        Raises:
            UsageError: nothing that can be given.

        Example:
            >>> Wanted.by(dict[str, pl.DataFrame] | None)
            Wanted(keyed=True, eager=True)
        """
        one = _without_none(annotation)
        if one in {dict, Mapping}:
            return cls(keyed=True, eager=False)
        is_keyed = get_origin(one) in {dict, Mapping}
        inner = _without_none(get_args(one)[-1]) if is_keyed else one
        if inner not in _FRAMES:
            raise UsageError(
                f"an input annotated {_called(annotation)} can't be loaded; SynthIOManager gives polars' frames.\n"
                "  Annotate it pl.LazyFrame or pl.DataFrame, or a dict[str, …] of either for several partitions."
            )
        is_said = is_keyed or inner in {pl.LazyFrame, pl.DataFrame}
        return cls(keyed=is_keyed if is_said else None, eager=inner is pl.DataFrame)

    def check(self, where: str, partitions: int) -> None:
        """Look whether so many partitions can come.

        Args:
            where: the asset.
            partitions: how many of it.

        Raises:
            UsageError: they can't.
        """
        if self.keyed is False and partitions != 1:
            frame = "pl.DataFrame" if self.eager else "pl.LazyFrame"
            raise UsageError(
                f"{where}: {partitions} partitions come, and the input is annotated {frame}, which is one.\n"
                f"  Annotate it dict[str, {frame}], or map one partition to it."
            )

    def given(self, frames: Mapping[str, pl.LazyFrame]) -> Any:
        """The frames in this shape."""
        loaded = {key: frame.collect() if self.eager else frame for key, frame in frames.items()}
        is_keyed = len(loaded) != 1 if self.keyed is None else self.keyed
        return loaded if is_keyed else next(iter(loaded.values()))


def only_of(metadata: Mapping[str, Any], config: Mapping[str, str], where: str) -> dict[str, str]:
    """The groups whose rows alone an input is to have, word → name, by its metadata and a run's config.

    Args:
        metadata: the input's.
        config: what the run's config says.
        where: the asset, for messages.

    Raises:
        UsageError: metadata of ours that isn't :data:`ONLY`, or no words and names; or the two contradict each other.
    """
    for name in metadata:
        if name.startswith(_OURS) and name != ONLY:
            raise unknown(f"{where}: an input's metadata", name, [ONLY])
    found: Any = metadata.get(ONLY, {})
    if not isinstance(found, Mapping) or not all(isinstance(one, str) for pair in found.items() for one in pair):
        raise UsageError(
            f"{where}: an input's metadata {ONLY!r} is {found!r}, which is no name of a group.\n"
            f'  Write the word that its domain has, and the name: {{"{ONLY}": {{"tenant": "…"}}}}'
        )
    own = dict(found)
    for word in own.keys() & config.keys():
        if own[word] != config[word]:
            raise UsageError(
                f"{where}: an input is of {word} {own[word]} alone, and the run's config says {word} {config[word]}.\n"
                f"  Leave one of them out."
            )
    return {**config, **own}


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation
    others = [one for one in get_args(annotation) if one is not NoneType]
    return others[0] if len(others) == 1 else annotation


def _called(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).removeprefix("typing.")
