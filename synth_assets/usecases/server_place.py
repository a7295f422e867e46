"""Where on a database server something is loaded or lives."""

from synth_assets.model.domain import Domain
from synth_assets.sinks.server import Server
from synth_assets.sinks.servers import server_of

PATIENCE = 60.0
"""Seconds in which a server that was lost may come back: it takes a few to start again after a crash."""


class ServerPlace:
    """What a request says of its server.

    Attributes:
        domain: the domain.
        address: of the database; it may hold a password.
        schema: where the tables lie; empty for what the address says, or the domain's name.
    """

    domain: Domain
    address: str
    schema: str

    @property
    def place(self) -> str:
        """The schema's name; a database's where those hold tables."""
        return self.schema or self.server.default_place(self.address, self.domain.name)

    @property
    def server(self) -> Server:
        """What kind of server the address is of."""
        return server_of(self.address)
