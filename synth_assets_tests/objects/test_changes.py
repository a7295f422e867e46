"""Change data in a bucket: written batch by batch, verified, replayed; and what of it needs a folder."""

import pytest

from synth_assets import verify
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.change_data import DatasetChanges
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes
from synth_assets.usecases.places import folder_at
from synth_assets.usecases.replay_changes import replay_folder
from synth_assets.usecases.store_states import StateRequest, store_at

TABLES = ("users", "events")


def request(root, **more):
    domain = Project.here().domain("starter")
    return ChangeRequest(domain, domain.dataset("small"), CADENCES["day"], TABLES, folder_at(root), range(1, 4), **more)


def state(root, at):
    one = request(root)
    return StateRequest(one.domain, one.dataset, one.cadence, TABLES, one.root, "snapshot", at, "parquet")


def test_a_log_in_a_bucket_replays_to_its_snapshot_as_one_in_a_folder_does(bucket, tmp_path):
    hashes = []
    for root in (f"{bucket}/feed", str(tmp_path / "feed")):
        stored = [*store_at(state(root, 0)), *generate_changes(request(root)), *store_at(state(root, 3))]
        assert len(stored) == 10
        hashes.append([one.content_hash for one in stored])
        replayed = replay_folder(folder_at(root))
        assert [(one.problems, one.batches) for one in replayed] == [((), 3), ((), 3)]
    assert hashes[0] == hashes[1]
    verified = verify(f"{bucket}/feed")
    assert [one.problems for one in verified] == [()] * 10
    (name,) = [one for one in bucket.names(".parquet") if "/users/batch=00002/" in one]
    data = bucket[name]
    bucket[name] = data[:-9] + b"!" + data[-8:]
    with pytest.raises(DataError, match="is damaged: it has another SHA-256 than its manifest says"):
        replay_folder(folder_at(f"{bucket}/feed"))
    list(generate_changes(request(f"{bucket}/feed")))
    assert name not in bucket.names()
    assert not any(one.problems for one in replay_folder(folder_at(f"{bucket}/feed")))


def test_batches_of_dagster_are_stored_and_come_back(bucket):
    one = request(str(bucket))
    changes = DatasetChanges(one.domain, one.dataset, one.cadence, folder_at(str(bucket)))
    stored = changes.store_log("users", 2)
    assert changes.stored_log("users", 2).content_hash == stored.content_hash
    assert changes.scan_log("users", 2, "Make it.").collect().height == stored.rows
    before = bucket.names()
    with pytest.raises(UsageError, match="A database that is kept up to date needs a folder of this machine"):
        changes.bring_up(2, ["users"], catch_up=True)
    assert bucket.names() == before


def test_another_dataset_in_it_and_other_envelopes_are_refused(bucket):
    list(generate_changes(request(f"{bucket}/feed")))
    before = bucket.names()
    other = request(f"{bucket}/feed")
    with pytest.raises(UsageError, match="holds the changes of another dataset or cadence: seed is 42, not 7"):
        list(generate_changes(ChangeRequest(**{**vars(other), "dataset": other.domain.dataset("small", 7)})))
    with pytest.raises(UsageError, match="Change data as debezium needs a folder of this machine"):
        list(generate_changes(request(f"{bucket}/feed", envelope="debezium")))
    assert bucket.names() == before
