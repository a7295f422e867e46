"""A broker, and a consumer of its own: what it has been sent is what tables and change data are."""

import json
import socket
from decimal import Decimal

import pytest

import synth_assets
from synth_assets.errors import OutputError, UsageError
from synth_assets.project.project import Project
from synth_assets.sinks.kafka.address import kafka_address
from synth_assets.sinks.kafka.broker import Brokers
from synth_assets.sinks.kafka.positions import last_places
from synth_assets.sinks.kafka.sending import KafkaRecord, KafkaSending
from synth_assets.sinks.kafka.settings import KAFKA_VARIABLES, KafkaSettings, kafka_settings
from synth_assets_tests.cli.as_process import TINY, done
from synth_assets_tests.oracles.envelope_decoders import row

VOLUMES = {"customers": 30, "products": 10, "orders": 60, "days": 5}


def brokers_of(broker):
    return Brokers(kafka_address(broker.address), KafkaSettings())


def headers(message):
    return {name: value.decode() for name, value in message.headers()}


def test_rows_come_with_key_and_position_and_are_not_sent_a_second_time_unasked(broker, tmp_path):
    (tmp_path / "synth.toml").touch()
    args = ("stream", "bronze/raw_orders", *TINY, "--rate", "900", "--to", f"{broker.address}/some")
    assert done(tmp_path, *args, "--limit", "40", "--quiet").stderr == ""
    again = done(tmp_path, *args)
    assert again.returncode == 2
    assert "topic some has this stream already, up to record 39; sent again, each would be there twice" in again.stderr
    assert done(tmp_path, *args, "--resume").returncode == 0
    last = done(tmp_path, *args, "--resume")
    assert "All records were sent before." in last.stderr
    found = broker.messages("some")
    rows = synth_assets.scan("bronze/raw_orders", volumes=VOLUMES).collect()
    assert [json.loads(one.key())["order_id"] for one in found] == rows["order_id"].to_list()
    assert [json.loads(one.value())["status"] for one in found] == rows["status"].to_list()
    assert [headers(one)["synth-position"] for one in found] == [str(at) for at in range(60)]
    # Another dataset is another stream, also in the same topic.
    other = done(tmp_path, *args, "--seed", "7", "--limit", "5")
    assert other.returncode == 0, other.stderr
    assert len(broker.messages("some")) == 65
    assert not list(tmp_path.glob("data/**/*"))


def taken(broker, table):
    """What a consumer has that applies all records of a table's topic, in their order."""
    state, tombstones, deletes = {}, 0, 0
    for one in broker.messages(f"synth.bronze.{table.name}"):
        if one.value() is None:
            assert one.key() not in state
            tombstones += 1
            continue
        said = json.loads(one.value(), parse_float=Decimal)
        if said["op"] == "d":
            deletes += 1
            del state[one.key()]
        else:
            state[one.key()] = row(table, said["after"])
    assert tombstones == deletes
    return list(state.values())


def test_changes_taken_by_a_consumer_end_in_the_snapshot(broker, tmp_path):
    (tmp_path / "synth.toml").touch()
    args = ("stream", "bronze", "--changes", *TINY, "--to", broker.address)
    assert done(tmp_path, *args, "--batches", "1..2", "--limit", "700").returncode == 0
    for batches in ("1..2", "1..3"):
        ran = done(tmp_path, *args, "--batches", batches, "--resume")
        assert ran.returncode == 0, ran.stderr
    tables = Project.here().domain("bronze").tables
    assert {f"synth.bronze.{name}" for name in tables} | {"synth.transaction"} <= set(broker.topics())
    for name, table in tables.items():
        wanted = synth_assets.scan_snapshot(f"bronze/{name}", at=3, volumes=VOLUMES).collect().to_dicts()
        key = table.key.columns[0]
        assert sorted(taken(broker, table), key=lambda one: one[key]) == sorted(wanted, key=lambda one: one[key])
    boundaries = [json.loads(one.value())["status"] for one in broker.messages("synth.transaction")]
    assert boundaries[::2] == ["BEGIN"] * (len(boundaries) // 2)
    assert boundaries[1::2] == ["END"] * (len(boundaries) // 2)


def test_the_last_place_is_found_behind_what_others_have_sent(broker):
    way = brokers_of(broker)
    way.make(["mixed", "mixed"])
    mine = [("synth-stream", b"a"), ("synth-position", b"3:17")]
    with KafkaSending(way, "others") as sending:
        sending.send(iter([[KafkaRecord("mixed", None, b"x", mine)]]))
        sending.send(iter([[KafkaRecord("mixed", None, b"y", [("synth-stream", b"b")])] * 2_500, []]))
    assert last_places(way, ["mixed", "none"], "a") == {"mixed": (3, 17)}
    assert last_places(way, ["mixed"], "b") == {}


def test_nobody_there_or_nobody_of_the_name_is_said_without_what_is_secret(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = KafkaSettings({"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                              "sasl.username": "me", "sasl.password": "canary"})  # fmt: skip
    for server, reason in ((f"127.0.0.1:{port}", "nothing listens there"), ("no.invalid:1", "no host of that name")):
        with pytest.raises(OutputError, match=f"kafka://{server} can't be used: .*{reason}") as error:
            Brokers(kafka_address(f"kafka://{server}"), settings).topics()
        assert "canary" not in str(error.value)
    with pytest.raises(UsageError, match="A setting of Kafka isn't allowed") as error:
        Brokers(kafka_address("kafka://h:1"), KafkaSettings({"security.protocol": "canary"})).topics()
    (tmp_path / "file").write_text("# mine\nsasl.username = me\nsasl.password=a=b \n\n")
    values = kafka_settings({"SYNTH_KAFKA_CONFIG": str(tmp_path / "file"), "SYNTH_KAFKA_SASL_USERNAME": "you"}).values
    assert values == {"sasl.username": "you", "sasl.password": "a=b"}
    assert "canary" not in repr(settings)
    for text, problem in (("sasl.password canary", "this is no setting, and so isn't shown"), ("x=canary", "unknown")):
        (tmp_path / "file").write_text(text)
        with pytest.raises(UsageError, match=problem) as error:
            kafka_settings({"SYNTH_KAFKA_CONFIG": str(tmp_path / "file")})
        assert "canary" not in str(error.value)
    assert len(KAFKA_VARIABLES) == len(set(KAFKA_VARIABLES))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kafka://me:canary@h:1", "isn't shown"),
        ("kafka://h:1?password=canary", "isn't shown"),
        ("kafka://h", "no address of Kafka"),
        ("kafka://h:1/a/b", "no address of Kafka"),
        ("kafka://h:1/..", "no address of Kafka"),
    ],
)
def test_what_is_no_address_is_refused_without_what_is_secret(text, problem):
    with pytest.raises(UsageError, match=problem) as error:
        kafka_address(text)
    assert "canary" not in str(error.value)


def test_addresses_are_taken_apart():
    assert kafka_address("kafka://a:1,b.c:2/t.x").servers == "a:1,b.c:2"
    assert kafka_address("kafka://[::1]:9092/").topic == ""
