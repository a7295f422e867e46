"""The development server as a process: when it starts, what it keeps, what its endpoints do."""

import http.client
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from synth_assets import fake_data
from synth_assets_tests.cli.as_process import done
from synth_assets_tests.devapi.served import KEY, serving, started

ROWS = {"fake_users": 1_000, "fake_orders": 5_000, "fake_analytics": 10_000, "fake_products": 500}
INVENTORY = """
import polars as pl
from synth_assets import fake_data

def generate_fake_inventory_data():
    return pl.DataFrame({"id": [3, 1, 2], "warehouse": ["b", "b", "a"], "stock": [7, None, 0]})

fake_data.get_fake_tables_config()["fake_inventory"] = {
    "generator": generate_fake_inventory_data, "partition_keys": ["warehouse"], "sort_keys": ["id"]
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as found:
        yield found


REFUSED = [
    ({"APP_ENV": None}, "APP_ENV is not set"),
    ({"APP_ENV": ""}, "APP_ENV is ''"),
    ({"APP_ENV": "DEV"}, "APP_ENV is 'DEV'"),
    ({"APP_ENV": "dev "}, "APP_ENV is 'dev '"),
    ({"APP_ENV": "development"}, "APP_ENV is 'development'"),
    ({"APP_ENV": "production"}, "starts only where it is 'dev'"),
    ({"SYNTH_API_KEY": None}, "SYNTH_API_KEY is not set"),
    ({"SYNTH_API_KEY": ""}, "SYNTH_API_KEY is not set"),
    ({"SYNTH_API_KEY": "secret-canary" * 2}, "has a key of 26 characters; it needs 32 or more"),
    ({"SYNTH_API_KEY": "secret-canary-1234567890-1234567"[:31]}, "has a key of 31 characters"),
    ({"SYNTH_API_KEY": "secret-canary with spaces in it, 40 long"}, "no header can have"),
    ({"SYNTH_API_KEY": "secret-canaryé1234567890123456789012345"}, "no header can have"),
]


@pytest.mark.parametrize(("variables", "said"), REFUSED)
def test_it_does_not_start_elsewhere_or_without_a_key(tmp_path, variables, said):
    found = done(tmp_path, "serve", "--port", "0", **{"APP_ENV": "dev", "SYNTH_API_KEY": KEY, **variables})
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr
    assert "secret-canary" not in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_key_may_be_in_a_file(tmp_path):
    (tmp_path / "short.txt").write_text("secret-canary\n")
    found = done(tmp_path, "serve", "--port", "0", "--api-key-file", "short.txt", APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, "short.txt has a key of 13 characters" in found.stderr) == (2, True)
    assert "secret-canary" not in found.stderr
    found = done(tmp_path, "serve", "--port", "0", "--api-key-file", "none.txt", APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, "none.txt can't be read: No such file" in found.stderr) == (2, True)
    (tmp_path / "key.txt").write_text(f"{KEY}\n")
    with serving(tmp_path, "--api-key-file", "key.txt", SYNTH_API_KEY=None) as server:
        assert server.ask("GET", "/dev/fake-data-status").status == 200


def test_a_port_that_is_taken_is_told_and_nothing_is_made(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found = done(tmp_path, "serve", "--port", str(port), APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, found.stdout) == (1, "")
    assert f"Port {port} of 127.0.0.1 can't be listened on: address already in use" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "dev.duckdb").write_text("no database")
    found = done(tmp_path, "serve", "--port", "0", "--database", "dev.duckdb", APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, found.stdout) == (1, "")
    assert "dev.duckdb can't be opened as a DuckDB database" in found.stderr


def test_it_listens_on_this_machine_alone(server):
    table = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    own = [address for _, address, _, state, *_ in table if address.endswith(f":{server.port:04X}") and state == "0A"]
    assert own == [f"0100007F:{server.port:04X}"]
    six = Path("/proc/net/tcp6")
    assert not six.exists() or f":{server.port:04X} {'0' * 32}:0000 0A" not in six.read_text(encoding="ascii")


def test_its_start_says_what_it_made_and_where_it_is(server):
    made = "fake_users (1,000 rows), fake_orders (5,000 rows), fake_analytics (10,000 rows), fake_products (500 rows)"
    assert server.said == [f"data/devdata/dev.duckdb: created {made}", f"http://127.0.0.1:{server.port}/"]


def test_the_status_tells_rows_keys_and_statistics(server):
    found = server.ask("GET", "/dev/fake-data-status")
    assert (found.status, found.headers["content-type"]) == (200, "application/json")
    status = found.json
    assert {name: table["row_count"] for name, table in status["tables"].items()} == ROWS
    assert (status["total_rows"], status["missing"], status["tables_exist"]) == (16_500, [], True)
    config = fake_data.get_fake_tables_config()
    for name, table in status["tables"].items():
        assert (table["partition_keys"], table["sort_keys"]) == (
            config[name]["partition_keys"],
            config[name]["sort_keys"],
        )
        assert server.execute(table["example_query"]).json["row_count"] > 4


def test_rows_lie_by_their_partition_and_sort_keys(server):
    for name, entry in fake_data.get_fake_tables_config().items():
        keys = ", ".join([*entry["partition_keys"], *entry["sort_keys"]])
        numbered = f"SELECT row_number() OVER (ORDER BY {keys}, rowid) - 1 AS place, rowid AS row FROM {name}"
        assert server.rows(f"SELECT count(*) FROM ({numbered}) WHERE place <> row") == [[0]], name


def test_tables_that_are_there_are_kept_and_told(server):
    found = server.ask("POST", "/dev/create-fake-data")
    assert (found.status, found.json["existing"]) == (409, list(ROWS))
    assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


def test_tables_are_kept_across_restarts_and_what_is_missing_is_told(tmp_path):
    with serving(tmp_path) as server:
        assert server.end() == (0, "\n".join([*server.said, ""]), "")
    file = tmp_path / "data" / "devdata" / "dev.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.sql("DROP TABLE fake_orders")
        connection.sql("DELETE FROM fake_users WHERE id > 5")
    with serving(tmp_path) as server:
        assert server.said[0] == "data/devdata/dev.duckdb: its tables stay as they are."
        status = server.ask("GET", "/dev/fake-data-status").json
        assert (status["missing"], status["tables"]["fake_users"]["row_count"]) == (["fake_orders"], 5)
        found = server.ask("POST", "/dev/create-fake-data")
        assert (found.status, found.json["existing"]) == (409, ["fake_users", "fake_analytics", "fake_products"])
        assert (
            "Table with name fake_orders does not exist" in server.execute("SELECT * FROM fake_orders").json["detail"]
        )
        found = server.ask("DELETE", "/dev/reset-fake-data")
        assert (found.status, found.json) == (200, {"created": ROWS})
        assert server.rows("SELECT count(*) FROM fake_users, (SELECT max(id) FROM fake_orders)") == [[1_000]]
        assert server.ask("GET", "/dev/fake-data-status").json["missing"] == []
        assert server.end(signal.SIGTERM)[0] == 0


def test_a_database_that_is_gone_is_made_again_by_asking_for_it(tmp_path):
    with serving(tmp_path) as server:
        (tmp_path / "data" / "devdata" / "dev.duckdb").unlink()
        found = server.execute("SELECT 1")
        assert (found.status, found.json["code"]) == (409, "no_tables")
        found = server.ask("POST", "/dev/create-fake-data")
        assert (found.status, found.json) == (201, {"created": ROWS})
        assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


def test_tables_of_ones_own_are_in_all_operations(tmp_path):
    (tmp_path / "inventory.py").write_text(INVENTORY)
    for args in (["--tables", "inventory.py"], ["--tables", "inventory"]):
        with serving(tmp_path, "--database", f"{args[1]}.duckdb", *args) as server:
            assert "fake_inventory (3 rows)" in server.said[0]
            table = server.ask("GET", "/dev/fake-data-status").json["tables"]["fake_inventory"]
            assert (table["row_count"], table["partition_keys"]) == (3, ["warehouse"])
            assert server.rows(table["example_query"]) == [["b", 2], ["a", 1]]
            assert server.rows("SELECT id FROM fake_inventory ORDER BY rowid") == [[2], [1], [3]]
            assert server.ask("DELETE", "/dev/reset-fake-data").json["created"]["fake_inventory"] == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none", "", "can't be taken up: ModuleNotFoundError"),
        ("bad.py", "1 / 0", "can't be taken up: ZeroDivisionError: division by zero"),
        ("odd.py", INVENTORY.replace('["fake_inventory"]', '["inventory"]'), "its name begins with fake_"),
    ],
)
def test_what_is_wrong_with_tables_of_ones_own_is_told_before_anything_is_made(tmp_path, name, text, said):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text(text)
    found = done(tmp_path, "serve", "--port", "0", "--tables", f"mine/{name}", APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr
    assert not (tmp_path / "data").exists()


def test_a_generator_that_fails_leaves_everything_as_it_was(tmp_path):
    later = INVENTORY.replace(
        "    return", "    import os\n    if os.path.exists('break'): raise RuntimeError('none')\n    return"
    )
    (tmp_path / "inventory.py").write_text(later)
    with serving(tmp_path, "--tables", "inventory") as server:
        (tmp_path / "break").touch()
        found = server.ask("DELETE", "/dev/reset-fake-data")
        assert (found.status, found.json["code"]) == (500, "fault")
        assert server.rows("SELECT count(*) FROM fake_inventory") == [[3]]
        _, _, err = server.end()
        assert "A request failed: RuntimeError" in err


def test_a_database_in_use_elsewhere_is_told_and_let_go_when_nobody_asks(tmp_path):
    with serving(tmp_path) as server:
        assert server.rows("SELECT 1") == [[1]]
        file = str(tmp_path / "data" / "devdata" / "dev.duckdb")
        until = time.monotonic() + 60
        while True:  # some ten seconds after the last query
            try:
                mine = duckdb.connect(file)
                break
            except duckdb.IOException:
                assert time.monotonic() < until
                time.sleep(0.5)
        with mine:
            for method, path in (("DELETE", "/dev/reset-fake-data"), ("POST", "/dev/create-fake-data")):
                found = server.ask(method, path)
                assert (found.status, found.json["code"]) == (503, "database")
            assert server.execute("SELECT 1").status == 503
        assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


def test_a_check_tries_a_server_of_its_own_and_touches_nothing(tmp_path):
    (tmp_path / "inventory.py").write_text(INVENTORY)
    args = ["serve", "--check", "--tables", "inventory.py"]
    found = done(tmp_path, *args, APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, found.stderr) == (0, "")
    for said in ("16,503 rows in 5 tables", *(f"  {name}: ok" for name in [*ROWS, "fake_inventory"]), "All is well."):
        assert said in found.stdout
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == {"inventory.py"}
    assert done(tmp_path, *args, APP_ENV="prod", SYNTH_API_KEY=KEY).returncode == 2


def test_a_check_finds_what_is_wrong(tmp_path):
    changing = INVENTORY.replace('"stock": [7, None, 0]', '"stock": [next(numbers), 0, 0]')
    (tmp_path / "inventory.py").write_text(f"import itertools\nnumbers = itertools.count()\n{changing}")
    found = done(tmp_path, "serve", "--check", "--tables", "inventory.py", APP_ENV="dev", SYNTH_API_KEY=KEY)
    assert (found.returncode, found.stdout.splitlines()[-1]) == (1, "WRONG: fake_inventory differs from call to call")


def test_the_key_is_in_no_other_process_and_no_argument(tmp_path):
    with serving(tmp_path) as server:
        server.rows("SELECT 1")
        for pid in children_of(server.process.pid):
            for name in ("cmdline", "environ"):
                assert KEY.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
        assert KEY.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()


def test_the_key_in_the_environment_is_no_unknown_setting_of_other_commands(tmp_path):
    found = done(tmp_path, "list", SYNTH_API_KEY=KEY)
    assert (found.returncode, found.stderr) == (0, "")
    assert KEY not in found.stdout
    found = done(tmp_path, "list", SYNTH_API_KEYS=KEY)
    assert (found.returncode, "SYNTH_API_KEYS" in found.stderr, KEY in found.stderr) == (2, True, False)


def test_no_process_is_left_when_it_ends_or_is_killed(tmp_path):
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        server = started(tmp_path)
        server.rows("SELECT 1")
        children = children_of(server.process.pid)
        assert len(children) >= 2
        endless = threading.Thread(target=ask_for_what_has_no_end, args=[server])
        endless.start()
        time.sleep(1)
        server.end(how)
        endless.join()
        until = time.monotonic() + 20
        while left := [pid for pid in children if not is_zombie(pid)]:
            assert time.monotonic() < until, left
            time.sleep(0.1)


def ask_for_what_has_no_end(server):
    with suppress(OSError, http.client.HTTPException):
        server.execute("SELECT sum(range) FROM range(1000000000000)")


def children_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def is_zombie(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
