"""Where data may lie: a folder, or an address of an object store, for which a path stands."""

from synth_assets.errors import UsageError
from synth_assets.object_paths import address_at
from synth_assets.sinks.objects.address import folder_at, is_address, only_a_folder

__all__ = ["folder_at", "is_address", "only_a_folder", "refused_address"]


def refused_address(said: str, where: str = "") -> UsageError:
    """The error about an address where only a path is taken.

    Args:
        said: the address.
        where: the argument's name.
    """
    try:
        # A path that was made of an address has lost a slash.
        address = address_at(folder_at(said)) or ""
    except UsageError as error:
        return error
    return UsageError(
        f"{f'{where}: ' if where else ''}{address} is in an object store, and this takes a path of this machine.\n"
        "  Datasets can lie there: generate, plan, where and verify take it, and so do SYNTH_DATA and Dagster."
    )
