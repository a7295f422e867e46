"""A database that lives in a real MariaDB: batches as real transactions, each once, whatever happens on the way."""

import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from synth_assets.errors import DataError, OutputError
from synth_assets.model.change_log import CADENCES, LSN_BITS
from synth_assets.project.project import Project
from synth_assets.sinks.mariadb.connection import maria_connected
from synth_assets.sinks.mariadb.packets import Packets
from synth_assets.sinks.mariadb.server import SERVER
from synth_assets.usecases.apply_changes import apply_changes
from synth_assets.usecases.load import LoadRequest, load
from synth_assets_tests.cli.as_process import TINY, done
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS, whole
from synth_assets_tests.mariadb.reading import differing, frame_of
from synth_assets_tests.parity import hand_made
from synth_assets_tests.parity.mariadb_server import mariadb_server
from synth_assets_tests.postgres.living import expected_ledger, request_of, timeline_of

pytestmark = pytest.mark.torture
"""They need a server, which not every machine has."""

CANARY = "gehe1mnis"
REFUSED = "example types"
"""It has NaN in a struct, which no JSON holds."""


@pytest.mark.parametrize("name", ["bronze", "marketplace"])
def test_after_each_batch_the_database_is_the_snapshot_and_knows_its_transactions(database, name):
    first = request_of(database, name, range(1, 3))
    applied = apply_changes(first)
    assert (applied.snapshot, applied.batches, applied.last, applied.place) == (0, range(1, 3), 2, database.name)
    assert differing(database, first, 2) == []
    again = apply_changes(first)
    assert (again.transactions, again.batches, again.last) == (0, range(0), 2)
    more = request_of(database, name, range(1, 5), resume=True)
    assert apply_changes(more).batches == range(3, 5)
    assert differing(database, more, 4) == []
    assert database.ledger() == expected_ledger(more, 1, 4)
    query = f"SELECT count(*), sum(committed_at < event_at), sum(gtid = '') FROM `{database.name}`._synth_transactions"
    assert database.rows(query) == [(len(database.ledger()), 0, 0)]


@pytest.mark.parametrize("name", [name for name in DOMAINS if name != REFUSED])
def test_every_cell_of_every_domain_arrives_and_a_rerun_adds_nothing(name, database):
    domain, dataset = DOMAINS[name], DATASETS[name]
    asked = LoadRequest(domain, dataset, database.url, batch_rows=700, cadence=CADENCES["day"])
    first, again = load(asked), load(asked)
    assert [(one.rows, one.added) for one in first] == [(one.rows, one.rows) for one in again]
    assert {one.added for one in again} == {0}
    for entity, table in domain.tables.items():
        columns = list(table.key.columns) or table.column_names
        expected = whole(name, entity).frame
        assert frame_of(database, table).sort(columns).equals(expected.sort(columns)), entity


def test_a_cell_that_mariadb_cant_hold_is_refused_and_its_table_has_no_row(database):
    domain = DOMAINS[REFUSED]
    with pytest.raises(DataError, match=r"has NaN"):
        load(LoadRequest(domain, DATASETS[REFUSED], database.url, cadence=CADENCES["day"]))
    for table in domain.tables:
        assert database.rows(f"SELECT count(*) FROM `{database.name}`.`{table}`") == [(0,)]


def test_every_type_comes_back_as_it_was_sent(database):
    with maria_connected(SERVER.address(database.url)) as connection:
        connection.execute(f"CREATE DATABASE `{database.name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        for table in hand_made.TABLES.values():
            columns = ", ".join(f"`{one.name}` {one.type.sql('mariadb')}" for one in table.columns)
            key = table.key.columns[0]
            connection.execute(f"CREATE TABLE `{database.name}`.`{table.name}` ({columns}, PRIMARY KEY (`{key}`))")
        statements = {name: SERVER.statements(database.name, table) for name, table in hand_made.TABLES.items()}
        events = sorted(one for name, log in hand_made.BATCH.items() for one in statements[name].of([log]))
        packets, seen = Packets(connection), []
        for number in sorted({event.tx_id for event in events}):
            for event in events:
                if event.tx_id == number:
                    packets.send(event.statement, event.cells)
            packets.commit(number)
            seen.append(frame_of(database, hand_made.CHILDREN).rows(named=True))
    assert seen[0] == [hand_made.child(1, 1, 0), hand_made.child(2, 1, None)]
    assert seen[2] == [hand_made.child(1, 2, 1), hand_made.child(2, None, 0), hand_made.child(3, 2, None)]
    assert seen[3] == [hand_made.child(2, None, 0)]


def test_a_row_that_somebody_took_away_stops_it_before_that_transaction_and_it_goes_on_when_it_is_back(database):
    apply_changes(request_of(database, batches=range(1, 2)))
    request = request_of(database, batches=range(2, 6))
    log = next(frame for number in range(2, 6) for frame in timeline_of(request).batch(number).log("raw_orders")
               if "update" in frame["op"].to_list())  # fmt: skip
    order, tx = log.filter(op="update").select("order_id", "tx_id").row(0)
    orders = f"`{database.name}`.raw_orders"
    database.rows("SET foreign_key_checks = 0")
    database.rows(f"CREATE TABLE `{database.name}`.kept AS SELECT * FROM {orders} WHERE order_id = %s", order)
    database.rows(f"DELETE FROM {orders} WHERE order_id = %s", order)
    number = tx & ((1 << LSN_BITS) - 1)
    told = f"batch {tx >> LSN_BITS}, transaction {number:,}: update raw_orders: no row has order_id {order},"
    with pytest.raises(OutputError, match=told):
        apply_changes(request)
    assert all(one < tx for one, _ in database.ledger())
    database.rows(f"INSERT INTO {orders} SELECT * FROM `{database.name}`.kept")
    apply_changes(request)
    assert differing(database, request, 5) == []
    assert database.ledger() == expected_ledger(request, 1, 5)


def test_batches_that_are_missing_are_named_and_a_later_snapshot_is_begun_with(database, server):
    apply_changes(request_of(database, batches=range(1, 3)))
    with pytest.raises(OutputError, match=r"batch 5 .*has batch 2, so 3\.\.4 is missing"):
        apply_changes(request_of(database, batches=range(5, 7)))
    with server.database() as name:
        later = request_of(database, batches=range(4, 6), address=server.url(name))
        assert apply_changes(later).snapshot == 3
        with pytest.raises(OutputError, match="began with snapshot 3, not 1"):
            apply_changes(request_of(database, batches=range(2, 7), address=server.url(name), snapshot=1))
    with server.database() as name, pytest.raises(OutputError, match="nothing to go on with"):
        apply_changes(request_of(database, address=server.url(name), resume=True))


def test_what_is_there_is_ours_or_refused(database, server):
    request = request_of(database)
    apply_changes(request)
    there = database.ledger()
    other = Project.here().dataset("bronze", seed=7, volumes=dict(request.dataset.params.as_json()))
    for more in ({"dataset": other}, {"cadence": CADENCES["hour"]}):
        with pytest.raises(OutputError, match="holds another dataset"):
            apply_changes(request_of(database, **more))
    database.rows(f"ALTER TABLE `{database.name}`.raw_reviews ADD COLUMN mine INT")
    with pytest.raises(OutputError, match="has mine besides"):
        apply_changes(request_of(database, batches=range(1, 9)))
    assert database.ledger() == there
    with server.database() as name:
        database.rows(f"CREATE DATABASE `{name}`")
        database.rows(f"CREATE TABLE `{name}`.raw_products LIKE `{database.name}`.raw_products")
        database.rows(f"INSERT INTO `{name}`.raw_products SELECT * FROM `{database.name}`.raw_products")
        with pytest.raises(OutputError, match="rows that synth didn't load"):
            apply_changes(request_of(database, address=server.url(name)))
        assert database.rows(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = %s", name
        ) == [(1,)]  # fmt: skip


def test_a_connection_that_is_lost_is_made_anew(database, server):
    over, ended = threading.Event(), []

    def end():
        query = "SELECT id FROM information_schema.processlist WHERE user = %s AND id <> CONNECTION_ID() AND db IS NULL"
        with server.connect() as connection, connection.cursor() as cursor:
            while not over.wait(0.4):
                cursor.execute(query, (server.user,))
                for (number,) in cursor.fetchall():
                    if number not in own:
                        cursor.execute(f"KILL {number}")
                        ended.append(number)

    apply_changes(request_of(database, batches=range(1, 2)))
    request, told = request_of(database, batches=range(1, 3), speed=2 * 86_400 / 3), []
    own = {number for (number,) in database.rows("SELECT id FROM information_schema.processlist")}
    killer = threading.Thread(target=end)
    killer.start()
    try:
        apply_changes(request, told=told.append)
    finally:
        over.set()
        killer.join()
    assert ended
    assert any("lost" in text for text in told)
    assert database.ledger() == expected_ledger(request, 1, 2)
    assert differing(database, request, 2) == []


def test_two_do_not_apply_at_once(database, monkeypatch):
    monkeypatch.setattr("synth_assets.sinks.mariadb.ledger._WAITS", 0.2)
    apply_changes(request_of(database))
    database.rows("SELECT GET_LOCK(CONCAT('synth ', SHA1(%s)), 1)", database.name)
    with pytest.raises(OutputError, match="somebody else applies or loads"):
        apply_changes(request_of(database, batches=range(1, 4)))


def test_who_may_not_and_who_is_not_known_is_told_so_without_the_password(database, server, monkeypatch, tmp_path):
    database.rows("CREATE USER IF NOT EXISTS nobody_here@'127.0.0.1' IDENTIFIED BY %s", CANARY)
    url = f"mysql://nobody_here@{server.host}:{server.port}/{database.name}"
    line = ("changes", "apply", "bronze", *TINY, "--batches", "1", "--quiet", "--to", url)
    refused = done(tmp_path, *line, MYSQL_PWD=CANARY)
    assert (refused.returncode, "the user may not do that" in refused.stderr) == (1, True), refused.stderr
    wrong = done(tmp_path, *line, MYSQL_PWD=f"{CANARY}2")
    assert (wrong.returncode, "it refuses the password, or the user" in wrong.stderr) == (1, True), wrong.stderr
    assert CANARY not in refused.stderr + refused.stdout + wrong.stderr + wrong.stdout
    assert database.tables() == []
    monkeypatch.setenv("MYSQL_PWD", CANARY)
    score = ("changes", "score", "bronze", *TINY, "--at", "1", "--candidate")
    unread = done(tmp_path, *score, url, MYSQL_PWD=f"{CANARY}2")
    assert (unread.returncode, "can't be reached: it refuses the password" in unread.stderr) == (3, True), unread.stderr
    database.rows("DROP USER nobody_here@'127.0.0.1'")


def test_the_whole_way_as_a_person_types_it(database, tmp_path):
    (tmp_path / "synth.toml").touch()
    line = ("changes", "apply", "bronze", *TINY, "--as-fast-as-possible", "--to", database.url, "--batches", "1..2")
    applied = done(tmp_path, *line)
    assert (applied.returncode, "Follow it by the server's binlog." in applied.stderr) == (0, True), applied.stderr
    score = ("changes", "score", "bronze", *TINY, "--quiet", "--candidate", database.url, "--at")
    right = done(tmp_path, *score, "2")
    assert (right.returncode, right.stdout.count(": Passed: ")) == (0, 8), right.stdout + right.stderr
    assert done(tmp_path, *score, "1").returncode == 1
    database.rows(f"UPDATE `{database.name}`.raw_products SET name = CONCAT(name, ' ') LIMIT 1")
    assert "raw_products: Not passed: 9 of 10 rows" in done(tmp_path, *score, "2").stdout


def test_a_log_that_tells_no_rows_is_said_before_it_goes_on():
    for log, told in (
        ((), "The server writes no binlog"),
        (("--log-bin=b", "--server-id=1"), "binlog_format is MIXED"),
    ):
        with mariadb_server(log=log) as server:
            heard = []
            request = request_of(type("Named", (), {"url": server.url("bronze")}), batches=range(1, 2))
            apply_changes(request, told=heard.append)
            assert [one for one in heard if told in one]


@pytest.fixture
def folder():
    """One that whoever runs the server can read, as none of pytest's is."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_a_certificate_that_does_not_hold_is_refused_and_one_that_does_is_taken(folder):
    folder.chmod(0o755)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True)  # noqa: FBT003
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    with mariadb_server(f"--ssl-cert={folder}/cert.pem", f"--ssl-key={folder}/key.pem") as server:
        place = f"{server.user}@127.0.0.1:{server.port}/bronze"
        named = f"{server.user}@localhost:{server.port}/bronze"
        for url in (
            f"mysql://{place}?ssl-mode=VERIFY_IDENTITY",
            f"mysql://{place}?ssl-mode=VERIFY_IDENTITY&ssl-ca={folder}/cert.pem",
        ):
            with pytest.raises(OutputError, match="its certificate doesn't hold"):
                apply_changes(request_of(type("Named", (), {"url": url}), batches=range(1, 2)))
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"ALTER USER {server.user}@'127.0.0.1' REQUIRE SSL")
        for url in (
            f"mysql://{named}?ssl-mode=VERIFY_IDENTITY&ssl-ca={folder}/cert.pem",
            f"mysql://{place}?ssl-mode=VERIFY_CA&ssl-ca={folder}/cert.pem",
            f"mysql://{place}?ssl-mode=REQUIRED",
        ):
            applied = apply_changes(request_of(type("Named", (), {"url": url}), batches=range(1, 2)))
            assert applied.last == 1
