"""The kinds of database servers in which datasets lie and live, told apart by what an address begins with."""

from typing import TYPE_CHECKING

from synth_assets.sinks.mariadb.address import SCHEMES as MARIADB

if TYPE_CHECKING:
    from synth_assets.sinks.server import Server


def server_of(address: str) -> "Server":
    """The kind of server that an address is of; PostgreSQL's has more than one form, so it is whatever else comes."""
    if address.startswith(MARIADB):
        from synth_assets.sinks.mariadb.server import SERVER
    else:
        from synth_assets.sinks.postgres.server import SERVER
    return SERVER
