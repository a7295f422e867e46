"""MariaDB as a server in which datasets live: what it is told, in its own words."""

from synth_assets.model.types.base import FAR_TIMES, FINER_TIMES, INFINITY, NANOSECONDS, NESTED_NOT_FINITE, NOT_A_NUMBER
from synth_assets.sinks.capabilities import ALIKE, NAMELESS, RECORDS, THOUSANDS, Capabilities
from synth_assets.sinks.mariadb.address import maria_address, place_in
from synth_assets.sinks.mariadb.binlog import Binlog
from synth_assets.sinks.mariadb.catalog import check_database, maria_columns, maria_takes, maria_types
from synth_assets.sinks.mariadb.connection import maria_connected, maria_refusals, maria_said, maria_verdict
from synth_assets.sinks.mariadb.filling import maria_copying
from synth_assets.sinks.mariadb.ledger import MariaLedger, MariaTransactions
from synth_assets.sinks.mariadb.packets import packets_for
from synth_assets.sinks.mariadb.statements import maria_statements
from synth_assets.sinks.server import Server

CAPABILITIES = Capabilities(
    idempotent_by="the ledger of tables and transactions, in the same transaction as their rows",
    lacks={
        RECORDS: "whose tables hold rows",
        FAR_TIMES: "where MariaDB ends with the year 9999",
        FINER_TIMES: "which a DATETIME of so many digits cuts",
        NANOSECONDS: "where MariaDB counts microseconds",
        NOT_A_NUMBER: "which MariaDB's numbers haven't",
        INFINITY: "which MariaDB's numbers haven't",
        NESTED_NOT_FINITE: "which JSON hasn't",
        NAMELESS: "which SQL can't say",
        ALIKE: "where MariaDB sees one name",
        THOUSANDS: "where InnoDB ends at 1,017",
    },
)

SERVER = Server(
    title="MariaDB",
    dialect="mariadb",
    place="database",
    another="another database in the URL",
    anew="DROP DATABASE, and the same command",
    capabilities=CAPABILITIES,
    most_columns=1_017,
    longest_name=64,
    width=len,
    in_="characters",
    address=maria_address,
    default_place=place_in,
    connected=maria_connected,
    refusals=maria_refusals,
    said=maria_said,
    verdict=maria_verdict,
    check_place=check_database,
    columns_of=maria_columns,
    wanted_types=maria_types,
    takes=maria_takes,
    schema_ledger=MariaLedger,
    transaction_ledger=MariaTransactions,
    statements=maria_statements,
    following=Binlog,
    pipeline=packets_for,
    copying=maria_copying,
    merging=None,
    makes_first=True,
    identities=(),
)
