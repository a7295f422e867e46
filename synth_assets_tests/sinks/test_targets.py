"""One suite for every target, built from what it says that it can do."""

import io
import json
import re
import subprocess
import sys

import polars as pl
import pytest
from psycopg.conninfo import make_conninfo

from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT64
from synth_assets.sinks import catalog
from synth_assets.sinks.capabilities import ABILITIES, CELLS, IDEMPOTENT, RECORDS, ROWS
from synth_assets.sinks.sql import listed, quoted
from synth_assets.sinks.target import RECORD_SCHEMA
from synth_assets_tests import typed_cells
from synth_assets_tests.abilities import cases, lack
from synth_assets_tests.parity.pg_server import pg_server
from synth_assets_tests.peculiar_cells import PECULIAR
from synth_assets_tests.postgres.reading import frame_of
from synth_assets_tests.samples import TABLE, many
from synth_assets_tests.streams.broker import running_broker
from synth_assets_tests.upload.api import Api

TARGETS = {name: catalog.load_target(name).capabilities for name in catalog.targets()}
TARGET_TYPES = {name: catalog.load_target(name).type_name for name in catalog.targets()}
RECORD_ROWS = pl.DataFrame(
    {
        "topic": ["shop.things", "shop.things"],
        "key": ['{"id":1}', None],
        "value": ['{"title":"é\\n\\"x\\""}', None],
        "headers": [[{"name": "op", "value": "c"}], []],
    },
    schema=RECORD_SCHEMA,
)


class Stdout:
    """What has arrived on standard output."""

    address = "stdout"

    def ready(self, table):
        """It takes any."""

    def __init__(self, capture):
        self._capture = capture

    def rows(self, table):
        return self._arrived({c.name: c.type.json_dtype for c in table.columns}).select(
            c.type.from_json(pl.col(c.name)).alias(c.name) for c in table.columns
        )

    def records(self):
        return self._arrived(RECORD_SCHEMA)

    def _arrived(self, schema):
        return pl.read_ndjson(io.BytesIO(self._capture.readouterr().out), schema=schema)


class Http:
    """What an API keeps; once for each Idempotency-Key."""

    def __init__(self, api):
        self._api = api
        self.address = f"{api.url}/{{entity}}"

    def ready(self, table):
        """Nothing has to be there before."""

    def rows(self, table):
        return self._arrived({c.name: c.type.json_dtype for c in table.columns}, f"/{table.name}").select(
            c.type.from_json(pl.col(c.name)).alias(c.name) for c in table.columns
        )

    def records(self):
        return self._arrived(RECORD_SCHEMA, "/shop.things")

    def _arrived(self, schema, path):
        bodies = [body for where, body in self._api.received.bodies.values() if where == path]
        return pl.read_ndjson(io.BytesIO(b"\n".join(bodies)), schema=schema)


class Kafka:
    """A topic of its own for rows, and those that records name."""

    def __init__(self, broker, topic):
        self._broker, self._topic = broker, topic
        self.address = f"{broker.address}/{topic}"

    def ready(self, table):
        """The target makes it."""

    def rows(self, table):
        values = b"\n".join(one.value() for one in self._broker.messages(self._topic))
        return pl.read_ndjson(io.BytesIO(values), schema={c.name: c.type.json_dtype for c in table.columns}).select(
            c.type.from_json(pl.col(c.name)).alias(c.name) for c in table.columns
        )

    def records(self):
        told = [
            {
                "topic": one.topic(),
                "key": one.key() and one.key().decode(),
                "value": one.value() and one.value().decode(),
                "headers": [{"name": name, "value": value.decode()} for name, value in one.headers() or []],
            }
            for one in self._broker.messages("shop.things")
        ]
        return pl.DataFrame(told, schema=RECORD_SCHEMA)


class Postgresql:
    """A database of a server that has started for these tests."""

    def __init__(self, server, connection):
        self.address = make_conninfo(server.url, dbname=connection.info.dbname)
        self._connection = connection

    def ready(self, table):
        columns = [f"{quoted(c.name)} {TARGET_TYPES['postgresql'](c.type)}" for c in table.columns]
        keys = [f"PRIMARY KEY ({listed(table.key.columns)})"] if table.key.columns else []
        self._connection.execute(f"CREATE SCHEMA {quoted(table.domain)}")
        self._connection.execute(f"CREATE TABLE {table.domain}.{table.name} ({', '.join(columns + keys)})")

    def rows(self, table):
        return frame_of(self._connection, table)


SYSTEMS = {"http": Http, "kafka": Kafka, "postgresql": Postgresql, "stdout": Stdout}


@pytest.fixture(scope="module")
def server():
    with pg_server() as found:
        yield found


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with running_broker(tmp_path_factory.mktemp("broker")) as found:
        yield found


@pytest.fixture
def system(name, request):
    if name == "kafka":
        topic = re.sub(r"[^a-zA-Z0-9._-]", "_", request.node.name)
        yield Kafka(request.getfixturevalue("broker"), topic)
        return
    if name == "stdout":
        yield Stdout(request.getfixturevalue("capsysbinary"))
        return
    if name == "http":
        with Api().running() as api:
            yield Http(api)
        return
    server = request.getfixturevalue("server")
    with server.database() as connection:
        yield Postgresql(server, connection)


def test_every_target_is_in_this_suite_and_called_like_its_module():
    assert sorted(SYSTEMS) == catalog.targets()
    assert [catalog.load_target(name).name for name in catalog.targets()] == catalog.targets()
    with pytest.raises(UsageError, match="target 'stdin' is unknown"):
        catalog.load_target("stdin")


def test_every_lack_is_one_of_the_known_abilities_and_says_why():
    for capabilities in TARGETS.values():
        assert bool(capabilities.idempotent_by) == capabilities.can(IDEMPOTENT)
        assert set(capabilities.lacks) <= set(ABILITIES)
        assert all(len(reason.split()) > 2 for reason in capabilities.lacks.values())


@pytest.mark.parametrize(("name", "ability"), cases(TARGETS, [ROWS, RECORDS, IDEMPOTENT]))
def test_rows_and_records_arrive_in_their_order_and_once_where_that_is_promised(name, ability, system, request):
    target, whole = catalog.load_target(name), many(1_000)
    times = 2 if ability == IDEMPOTENT else 1
    system.ready(TABLE)
    with target.open(system.address) as delivery:
        for _ in range(times):
            if ability == RECORDS and (reason := lack(request)):
                with pytest.raises(OutputError, match=re.escape(f"can't go to PostgreSQL, {reason}")):
                    delivery.records(RECORD_ROWS)
                return
            if ability == RECORDS:
                delivery.records(RECORD_ROWS)
            else:
                delivery.rows(TABLE, whole[:400])
                delivery.rows(TABLE, whole[400:])
    if ability == RECORDS:
        assert system.records().equals(RECORD_ROWS)
    else:
        assert system.rows(TABLE).equals(pl.concat([whole] * (1 if lack(request) is None else times)))


@pytest.mark.parametrize("name", TARGETS)
def test_cells_of_every_type_arrive_as_values_of_the_type_that_the_target_names(name, system):
    target = catalog.load_target(name)
    columns = tuple(Column(f"c{at}", of, of.name, nullable=True) for at, of in enumerate(typed_cells.EVERY))
    table = Table("shop", "types", "", "", Key.of(""), columns)
    some = [typed_cells.cells(column.type).alias(column.name) for column in columns]
    height = max(map(len, some))
    whole = pl.DataFrame([pl.concat([one, one.clear(height - len(one))]) for one in some])
    system.ready(table)
    with target.open(system.address) as delivery:
        delivery.rows(table, whole)
    assert system.rows(table).equals(whole)
    assert all(target.type_name(column.type) for column in columns)


@pytest.mark.parametrize(("name", "ability"), cases(TARGETS, CELLS))
def test_peculiar_cells_arrive_or_are_refused_for_the_declared_reason(name, ability, system, request):
    of, cell = PECULIAR[ability]
    table = Table("shop", "odd", "", "", Key.of("id"), (Column("id", INT64, ""), Column("odd", of, "", nullable=True)))
    whole = pl.DataFrame([pl.Series("id", [1, 2]), pl.Series("odd", [None, cell], dtype=of.polars)])
    system.ready(table)
    with catalog.load_target(name).open(system.address) as delivery:
        if (reason := lack(request)) is None:
            delivery.rows(table, whole)
        else:
            with pytest.raises(DataError, match=re.escape(f"column odd, {of.name}, has {ability}, {reason}")):
                delivery.rows(table, whole)
            whole = whole.clear()
    assert system.rows(table).equals(whole)


def test_what_stdout_calls_a_type_is_what_json_makes_of_its_values(capsysbinary):
    kinds = {"number": int | float, "string": str, "boolean": bool, "array": list, "object": dict}
    target = catalog.load_target("stdout")
    for of in typed_cells.EVERY:
        table = Table("shop", "one", "", "", Key.of(""), (Column("c", of, "", nullable=True),))
        with target.open("stdout") as delivery:
            delivery.rows(table, pl.DataFrame([typed_cells.cells(of).alias("c")]))
        values = [json.loads(line)["c"] for line in capsysbinary.readouterr().out.splitlines()]
        assert values[0] is None
        assert all(isinstance(value, kinds[target.type_name(of)]) for value in values[1:]), of.name


def test_a_table_that_isnt_there_is_told_without_a_word_of_the_password(server):
    with server.database() as connection:
        address = make_conninfo(server.url, dbname=connection.info.dbname, password="canary")  # noqa: S106
        with (
            pytest.raises(OutputError, match=r"has no table shop.things.\n  Make it: synth load shop") as error,
            catalog.load_target("postgresql").open(address) as delivery,
        ):
            delivery.rows(TABLE, many(1))
    assert "canary" not in str(error.value)


PRINTS = """
import sys
from synth_assets.errors import OutputError
from synth_assets.sinks import catalog
from synth_assets_tests.samples import TABLE, many
from synth_assets_tests.upload.api import Api
with catalog.load_target("stdout").open("stdout") as delivery:
    try:
        for _ in range(20):
            delivery.rows(TABLE, many(10_000))
    except BrokenPipeError:
        sys.stderr.write("enough")
    except OutputError as error:
        sys.stderr.write(str(error))
sys.stdout = None
"""


def test_a_reader_who_has_had_enough_is_no_error_and_a_full_disk_is_one():
    with subprocess.Popen([sys.executable, "-c", PRINTS], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b"enough"
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        ran = subprocess.run([sys.executable, "-c", PRINTS], stdout=full, stderr=subprocess.PIPE, check=False)
    assert re.match(rb"stdout can't be written: No space left", ran.stderr), ran.stderr
    assert OutputError.exit_status == 1
