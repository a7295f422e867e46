"""Datasets in a bucket: written, read from a checked copy, replaced, refused; and what a killed run leaves."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from synth_assets import extras, generate, verify
from synth_assets.errors import DataError, OutputError, UnjudgedError, UsageError
from synth_assets.extras import MissingExtraError
from synth_assets.object_paths import address_at, cache_folder, path_of, with_addresses
from synth_assets.project.project import Project
from synth_assets.sinks.objects import bucket as buckets
from synth_assets.sinks.objects.profiles import profile_settings
from synth_assets.usecases import stored_tables
from synth_assets.usecases.places import folder_at
from synth_assets.usecases.where import where
from synth_assets_tests.certificates import self_signed
from synth_assets_tests.objects.server import KEY, SECRET, environment, refusing

MARK = re.compile(r"\.synth[0-9a-f]{12}")


def load(root, name="users", seed=42):
    project = Project.here()
    dataset = project.dataset("starter", "small", seed)
    return stored_tables.load(dataset, name, project.domain("starter").tables[name], root, "Make it.").collect()


def unmarked(names):
    return sorted(MARK.sub("", name) for name in names)


def told(run):
    with pytest.raises((OutputError, UnjudgedError, UsageError, DataError)) as raised:
        run()
    assert KEY not in str(raised.value)
    assert SECRET not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("prefix", "what", "formats"),
    [
        ("", "starter", "parquet"),
        ("/", "starter/users", "csv"),
        ("/data/of mine", "starter/users", ["parquet", "csv", "ndjson", "json"]),
        ("/data/", "starter/users", "ndjson"),
    ],
)
def test_a_bucket_holds_what_a_folder_does_and_is_verified_table_by_table(bucket, tmp_path, prefix, what, formats):
    stored = generate(what, f"{bucket}{prefix}", formats=formats, chunk_size=60)
    here = generate(what, tmp_path / "out", formats=formats, chunk_size=60)
    assert [(one.format, one.entity, one.content_hash, one.bytes) for one in stored] == [
        (one.format, one.entity, one.content_hash, one.bytes) for one in here
    ]
    root = prefix.strip("/")
    there = [name.removeprefix(f"{root}/") for name in bucket.names() if ".synth/" not in name]
    names = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert unmarked(there) == sorted(name for name in names if not name.startswith((".synth", "descriptions")))
    verified = verify(f"{bucket}{prefix}")
    assert [one.problems for one in verified] == [()] * len(here)
    assert not any(one.undecided for one in verified)
    assert not Path("s3:").exists()


def test_a_second_look_brings_nothing_and_a_changed_object_is_found(bucket, monkeypatch):
    generate("starter/users", str(bucket), formats="parquet")
    root = folder_at(str(bucket))
    first = load(root)
    brought = []
    fetch = buckets.Bucket.fetch
    monkeypatch.setattr(buckets.Bucket, "fetch", lambda self, name, to: brought.append(name) or fetch(self, name, to))
    assert load(root).equals(first)
    assert brought == []
    (name,) = [one for one in bucket.names(".parquet") if "/users/" in one]
    data = bucket[name]
    bucket[name] = data[:-30] + b"!" + data[-29:]
    assert f"{bucket}/{name} is damaged: it has another SHA-256" in told(lambda: load(root))
    assert brought == [name]
    (wrong,) = [one for one in verify(str(bucket)) if not one.ok]
    assert (wrong.entity, wrong.judged) == ("users", True)
    del bucket[name]
    assert f"{bucket}/{name} is missing" in told(lambda: load(root))
    bucket[name] = data
    assert load(root).equals(first)


def test_a_replaced_dataset_has_other_names_and_nothing_of_the_old_one_stays(bucket):
    generate("starter/users", f"{bucket}/a", formats="parquet", chunk_size=100)
    before = bucket.all()
    root = folder_at(f"{bucket}/a")
    first = load(root)
    bucket["a/parquet/starter/users/preset=small/seed=42/notes.txt"] = b"mine"
    bucket["a/letter.txt"] = b"mine"
    generate("starter/users", f"{bucket}/a", formats="parquet", chunk_size=60)
    after = bucket.all()
    parts = {name for name in after if name.endswith(".parquet")}
    assert parts.isdisjoint(before)
    manifests = [name for name in after if name.endswith("_manifest.json")]
    listed = {
        f"{name.rpartition('/')[0]}/{file['path']}" for name in manifests for file in json.loads(after[name])["files"]
    }
    assert parts == listed
    assert [name for name in after if name.endswith(".txt")] == [
        "a/letter.txt",
        "a/parquet/starter/users/preset=small/seed=42/notes.txt",
    ]
    assert load(root).equals(first)
    assert all(one.ok for one in verify(f"{bucket}/a"))


def test_kept_tables_are_looked_up_and_not_made_again(bucket):
    from synth_assets.usecases.generate import generate as making
    from synth_assets.usecases.generate import request_for

    domain = Project.here().domain("starter")
    root = folder_at(str(bucket))
    request = request_for(domain, domain.dataset("small"), ("users",), root, formats=("parquet",), keep=True)
    assert not making(request)[0].kept
    assert making(request)[0].kept
    (name,) = bucket.names(".parquet")
    del bucket[name]
    assert not making(request)[0].kept


def test_tables_that_share_a_folder_share_a_prefix(bucket):
    volumes = {"tenants": 2, "customers_per_tenant": 3, "products_per_tenant": 3, "orders_per_tenant": 4}
    generate("marketplace", f"{bucket}/shop", preset="small", volumes=volumes)
    assert all(one.ok for one in verify(f"{bucket}/shop"))
    assert "holds another dataset, and a flat folder holds one" in told(
        lambda: generate("marketplace", f"{bucket}/shop", preset="small", volumes=volumes, seed=7)
    )


def test_what_cannot_lie_there_is_refused_by_name_before_anything_is_written(bucket):
    for formats, said in (("duckdb", "duckdb"), (["parquet", "sqlite", "delta", "iceberg"], "sqlite, delta, iceberg")):
        text = told(lambda formats=formats: generate("starter", str(bucket), formats=formats))
        assert text.startswith(
            f"{said} can't lie in an object store, and {bucket} is one: the formats that can are csv, "
        )
    assert bucket.names() == []


def test_others_objects_stand_in_the_way_and_stay(bucket):
    generate("starter/users", str(bucket), formats="csv")
    folder = next(name for name in bucket.names("_manifest.json")).rpartition("/")[0]
    bucket[f"{folder}/part-00009.csv"] = b"mine"
    assert f"{bucket}/{folder}/part-00009.csv is not in the manifest" in told(
        lambda: generate("starter/users", str(bucket), formats="csv")
    )
    del bucket[f"{folder}/_manifest.json"]
    assert f"{bucket}/{folder} holds objects but no _manifest.json" in told(
        lambda: generate("starter/users", str(bucket), formats="csv")
    )
    assert bucket[f"{folder}/part-00009.csv"] == b"mine"


def test_where_a_dataset_lies_is_told_by_its_address(bucket):
    generate("starter", f"{bucket}/x", formats="csv")
    project = Project.here()
    (place,) = where(project.domain("starter"), project.dataset("starter", "small", 42), folder_at(f"{bucket}/x"))
    assert address_at(place.pattern) == f"{bucket}/x/csv/starter/*/preset=small/seed=42/part-*"
    text = told(
        lambda: where(project.domain("starter"), project.dataset("starter", "small", 7), folder_at(str(bucket)))
    )
    assert f"starter small|7 is not stored in {bucket}." in text
    assert str(cache_folder()) not in text


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "AccessDenied", "the key has no right to do that"),
        (403, "InvalidAccessKeyId", "the server doesn't know the key"),
        (403, "SignatureDoesNotMatch", "the server doesn't know the key"),
        (404, "NoSuchBucket", "there is no bucket closed at 127.0.0.1:"),
        (400, "InvalidRequest", "answered 400"),
    ],
)
def test_a_server_that_refuses_is_one_message_without_what_it_said(bucket, monkeypatch, status, code, said):
    with refusing(status, code) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert said in told(lambda: generate("starter", "s3://closed/x", formats="parquet"))
        assert said in told(lambda: verify("s3://closed/x"))
    assert bucket.names() == []


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """What a server with a certificate shows that nobody signed but itself."""
    context, _ = self_signed(tmp_path_factory.mktemp("tls"))
    return context


@pytest.mark.usefixtures("bucket")
def test_a_certificate_that_does_not_hold_is_said(tls, monkeypatch):
    with refusing(403, "AccessDenied", tls) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url.replace("http://127.0.0.1", "https://localhost"))
        assert "the certificate of localhost:" in told(lambda: generate("starter", "s3://closed", formats="parquet"))


def test_a_profile_says_what_the_environment_does_not(bucket, tmp_path, monkeypatch):
    for variable in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(variable)
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(f"[profile work]\nregion = us-east-1\nendpoint_url = {bucket.url}\n")
    credentials.write_text(f"[work]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_PROFILE", "work")
    generate("starter/users", str(bucket), formats="csv")
    assert len(bucket.names(".csv")) == 1
    monkeypatch.setenv("AWS_PROFILE", "play")
    assert "AWS_PROFILE names 'play', which is in neither file" in told(lambda: verify(str(bucket)))
    monkeypatch.setenv("AWS_PROFILE", "work")
    credentials.write_text(f"[work]\n{SECRET}\n")
    assert "credentials can't be read as a file of profiles" in told(lambda: verify(str(bucket)))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "other")
    credentials.write_text(f"[work]\naws_secret_access_key = {SECRET}\n")
    assert profile_settings({**os.environ, "AWS_REGION": "eu-central-1"}) == {"endpoint": bucket.url}


def test_without_the_extra_it_is_named(bucket, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    for run in (lambda: generate("starter", str(bucket), formats="csv"), lambda: verify(str(bucket))):
        with pytest.raises(MissingExtraError, match=r"pip install 'synth-assets\[objects\]'"):
            run()


def test_a_server_that_is_not_there_is_noticed(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    said = "127.0.0.1:9 can't be reached"
    assert said in told(lambda: generate("starter", f"{bucket}/x", formats="parquet"))
    with pytest.raises(UnjudgedError, match=said):
        verify(f"{bucket}/x")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://me:hunter2@bucket/x", "has a user, a password or a port in it"),
        ("s3://AKID@bucket", "has a user, a password or a port in it"),
        ("s3://bucket/x?versionId=hunter2", "without ? and #"),
        ("s3:/bucket", "two slashes before the bucket, not 1"),
        ("s3://", "names no bucket"),
        ("s3:///x", "two slashes before the bucket, not 3"),
        ("s3://b", "no name of a bucket"),
        ("s3://bucket//x", "names with one slash between them"),
        ("s3://bucket/../x", "names with one slash between them"),
        (
            "gcs://bucket/x",
            "'gcs' is no scheme of an object store that is known; they are s3, gs, az.\n  For example: gs://",
        ),
        ("https://host/x", "'https' is no scheme of an object store"),
        ("file:///tmp/x", "'file' is no scheme of an object store"),
    ],
)
def test_an_address_that_is_none_is_refused_and_no_secret_is_repeated(address, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = told(lambda: generate("starter", address, formats="parquet"))
    assert said in text
    assert "hunter2" not in text
    assert list(tmp_path.iterdir()) == []


def test_paths_that_stand_for_addresses_are_said_as_addresses():
    path = path_of("az", "box", "a b/c")
    assert with_addresses(f"{path}/d isn't in {path_of('gs', 'bucket')}") == "az://box/a b/c/d isn't in gs://bucket"
    assert address_at(Path("data/s3/bucket")) is None
    assert address_at(path_of("s3", "bucket")) == "s3://bucket"


def cli(*arguments, cwd, environ=None):
    return subprocess.run(
        [sys.executable, "-m", "synth_assets.cli", *arguments],
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["changes", "generate", "starter", "--batches", "1..2", "--envelope", "debezium", "--output-dir", "{root}"],
        ["changes", "generate", "starter", "--batches", "1..2", "--envelope", "maxwell"],
        ["changes", "inject", "{root}", "--plan", "plan.yaml", "--output-dir", "broken"],
        ["changes", "score", "starter/users", "--at", "2", "--candidate", "{root}"],
        ["changes", "lake", "starter", "--format", "delta", "--batches", "1..2"],
        ["upload", "starter", "--api-url", "http://127.0.0.1:9"],
        ["stream", "starter/users", "--rate", "5", "--to", "stdout"],
        ["postgres", "start"],
        ["load", "starter"],
        ["spec", "from", "{root}"],
    ],
)
def test_commands_that_need_a_folder_say_so_and_make_none(arguments, tmp_path, monkeypatch):
    from synth_assets.cli import main

    root = "s3://bucket-of-nobody/x"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYNTH_DATA", root)
    for name, value in environment("http://127.0.0.1:9", tmp_path / "cache").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SYNTH_PG_URL", raising=False)
    monkeypatch.setattr(sys, "argv", ["synth", *(one.format(root=root) for one in arguments)])
    said = []
    monkeypatch.setattr(sys.stderr, "write", said.append)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == UsageError.exit_status
    assert root in "".join(said)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from synth_assets import generate
from synth_assets.sinks.objects.bucket import Bucket
left = int(sys.argv[1])
def counted(do):
    def counting(*args, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*args, **more)
    return counting
for name in ("put", "put_over", "remove"):
    setattr(Bucket, name, counted(getattr(Bucket, name)))
generate("starter/users", sys.argv[2], formats="parquet", chunk_size=40)
"""


def killed(bucket, changes, environ):
    command = [sys.executable, "-c", KILLED, str(changes), f"{bucket}/k"]
    return subprocess.run(
        command, env={**os.environ, **environ}, check=False, timeout=240, capture_output=True
    ).returncode


@pytest.mark.parametrize("changes", [3, 5])
def test_a_run_that_was_killed_leaves_what_was_there_whole_and_the_next_one_sweeps(bucket, changes):
    generate("starter/users", f"{bucket}/k", formats="parquet", chunk_size=50)
    rows = load(folder_at(f"{bucket}/k"))
    assert killed(bucket, changes, {}) == -9
    assert all(one.ok for one in verify(f"{bucket}/k"))
    assert load(folder_at(f"{bucket}/k")).equals(rows)
    generate("starter/users", f"{bucket}/k", formats="parquet", chunk_size=50)
    manifests = bucket.names("_manifest.json")
    listed = {
        f"{one.rpartition('/')[0]}/{file['path']}" for one in manifests for file in json.loads(bucket[one])["files"]
    }
    assert set(bucket.names(".parquet")) == listed


@pytest.mark.torture
def test_killed_at_each_change_it_is_whole(bucket):
    generate("starter/users", f"{bucket}/k", formats="parquet", chunk_size=50)
    rows = load(folder_at(f"{bucket}/k"))
    changes = 0
    while killed(bucket, changes, {}) == -9:
        assert all(one.ok for one in verify(f"{bucket}/k")), changes
        assert load(folder_at(f"{bucket}/k")).equals(rows)
        changes += 1
    assert changes >= 6  # notes, part files, the manifest, and what is removed


def test_no_secret_is_in_what_a_command_prints_or_stores(bucket, tmp_path):
    for arguments in (
        ["generate", "starter", "users", "--format", "parquet,csv", "--output-dir", f"{bucket}/c", "--verbose"],
        ["where", "starter", "--output-dir", f"{bucket}/c", "--json"],
        ["generate", "starter", "users", "--output-dir", "s3://nobodys-bucket/c"],
    ):
        done = cli(*arguments, cwd=tmp_path)
        assert done.returncode == (2 if "s3://nobodys-bucket/c" in arguments else 0), done.stderr
        for text in (done.stdout, done.stderr):
            assert SECRET not in text
            assert KEY not in text
            assert str(tmp_path / "cache") not in text
    for name, data in bucket.all().items():
        assert SECRET.encode() not in data, name
    for path in (tmp_path / "cache").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_two_copies_of_the_same_table_are_the_same_rows(bucket):
    generate("starter/users", f"{bucket}/f", formats=["csv"])
    generate("starter/users", f"{bucket}/g", formats=["parquet"])
    assert_frame_equal(load(folder_at(f"{bucket}/f")), load(folder_at(f"{bucket}/g")))
