"""A run that ended early is gone on with: what is finished is not made again, and nobody takes what isn't theirs."""

import json
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest

from synth_assets.errors import OutputError, UsageError
from synth_assets.produce.job import Job
from synth_assets.project.project import Project
from synth_assets.usecases.generate import generate, request_for
from synth_assets_tests.cli.as_process import done, surroundings

VOLUMES = {"tenants": 4, "products_per_tenant": 8, "orders_per_tenant": 12, "customers_per_tenant": 6}
TABLES = ("customers", "products", "orders")


def request(folder, seed=3, **more):
    project = Project.here()
    domain = project.domain("marketplace")
    dataset = project.dataset("marketplace", "small", seed, volumes=VOLUMES)
    return request_for(domain, dataset, TABLES, folder, **more)


def files(folder):
    found = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if path.parts[0] != ".synth"}


def records(folder):
    return sorted((folder / ".synth").glob("*/finished.jsonl"))


def noted(record):
    return [json.loads(line) for line in record.read_text().splitlines()[1:]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same dataset, undisturbed."""
    folder = tmp_path_factory.mktemp("whole")
    generate(request(folder))
    return files(folder)


@pytest.fixture
def jobs(monkeypatch):
    """The jobs that are done; the one after ``fails_after`` fails."""

    class Jobs(list):
        fails_after = 10_000

    names, begin = Jobs(), Job.begin

    def counted(self, told):
        if len(names) == names.fails_after:
            raise OutputError("The disk is full.\n  Make room.")
        names.append((self.name, self.first_part, self.rows.unit.group))
        return begin(self, told)

    monkeypatch.setattr(Job, "begin", counted)
    return names


@pytest.fixture
def ended_early(tmp_path, jobs):
    """A folder in which a run has failed after five jobs."""
    jobs.fails_after = 5
    with pytest.raises(OutputError) as failed:
        generate(request(tmp_path / "data"))
    waiting = sum(len(one["files"]) for one in noted(records(tmp_path / "data")[0]))
    assert str(failed.value) == (
        f"The disk is full.\n  Make room.\n  Finished parts wait, {waiting} of them; go on with --resume."
    )
    jobs.clear()
    jobs.fails_after = 10_000
    return tmp_path / "data"


def test_what_is_finished_is_not_made_again(ended_early, jobs, whole):
    stored = generate(request(ended_early, resume=True))
    assert files(ended_early) == whole
    assert len(jobs) == 3 * 4 - 5
    assert [one.entity for one in stored] == sorted(TABLES, key=[one.entity for one in stored].index)
    assert not records(ended_early)
    assert not [path for path in (ended_early / ".synth").iterdir() if (path / "lock").exists()]


def test_what_waits_counts_for_no_reader(ended_early):
    looked = done(ended_early.parent, "verify", str(ended_early))
    assert looked.returncode == 1
    assert "products" in looked.stdout  # which was asked for
    assert "finished.jsonl" not in looked.stdout + looked.stderr


def test_a_run_without_it_begins_anew_and_sweeps(ended_early, jobs, whole):
    generate(request(ended_early))
    assert files(ended_early) == whole
    assert len(jobs) == 3 * 4
    assert not records(ended_early)


def test_a_run_that_goes_on_may_fail_too(ended_early, jobs, whole):
    jobs.fails_after = 2
    with pytest.raises(OutputError, match="go on with --resume"):
        generate(request(ended_early, resume=True))
    jobs.fails_after = 10_000
    generate(request(ended_early, resume=True))
    assert len(jobs) == 3 * 4 - 5
    assert files(ended_early) == whole


def test_nothing_waits_and_all_is_made(tmp_path, jobs, whole):
    generate(request(tmp_path, resume=True))
    assert files(tmp_path) == whole
    assert len(jobs) == 3 * 4
    generate(request(tmp_path, resume=True))
    assert len(jobs) == 3 * 4  # what is stored is kept


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"seed": 4}, "seed 3, not 4"),
        ({"formats": ("parquet",), "codec": "zstd"}, "compression "),
        ({"formats": ("csv",)}, "formats "),
        ({"rows_per_file": 5}, "chunk_size "),
    ],
)
def test_another_dataset_or_other_files_are_refused(ended_early, other, told):
    before = records(ended_early)[0].read_bytes()
    with pytest.raises(UsageError, match=told) as refused:
        generate(request(ended_early, resume=True, **other))
    assert str(refused.value).startswith(f"The finished parts below {ended_early} are of another dataset: ")
    assert records(ended_early)[0].read_bytes() == before


@pytest.mark.parametrize("name", ["version", "contract"])
def test_another_version_or_contract_is_refused(ended_early, name):
    (record,) = records(ended_early)
    first, *others = record.read_text().splitlines()
    identity = json.loads(first)["identity"]
    record.write_text("\n".join([json.dumps({"identity": {**identity, name: "0"}}), *others]))
    with pytest.raises(UsageError, match=f'{name} "0", not '):
        generate(request(ended_early, resume=True))


def test_parts_that_are_not_what_was_finished_are_made_again(ended_early, jobs, whole):
    (record,) = records(ended_early)
    gone, changed = (record.parent / one["files"][0] for one in noted(record)[:2])
    gone.unlink()
    changed.write_bytes(changed.read_bytes()[:-1] + b"?")
    generate(request(ended_early, resume=True))
    assert len(jobs) == 3 * 4 - 5 + 2
    assert files(ended_early) == whole


@pytest.mark.parametrize(
    "rest", ['{"files": ["new/', "", "[]", '{"a": 1}', '{"files": ["../../x"], "told": {"job": "x"}}']
)
def test_a_record_whose_end_was_not_written_is_read_up_to_there(ended_early, jobs, whole, rest):
    (record,) = records(ended_early)
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(lines[:-1]) + rest)
    generate(request(ended_early, resume=True))
    assert len(jobs) == 3 * 4 - 5 + 1
    assert files(ended_early) == whole


@pytest.mark.parametrize("text", ["", "{}", "no JSON", '{"identity": 1}\n{}'])
def test_a_record_that_says_nothing_is_none(ended_early, jobs, whole, text):
    records(ended_early)[0].write_text(text)
    generate(request(ended_early, resume=True))
    assert len(jobs) == 3 * 4
    assert files(ended_early) == whole


def test_a_killed_run_is_gone_on_with_on_the_command_line(tmp_path, whole):
    script = """
        import os, signal, sys
        from synth_assets.produce.finished import FinishedJobs
        from synth_assets.usecases.generate import generate
        from synth_assets_tests.usecases import test_resume
        from pathlib import Path
        note, count = FinishedJobs.note, []
        def killing(self, job, done):
            note(self, job, done)
            count.append(job)
            if len(count) == 7:
                os.kill(os.getpid(), signal.SIGKILL)
        FinishedJobs.note = killing
        generate(test_resume.request(Path(sys.argv[1])))
    """
    data = tmp_path / "data"
    line = [sys.executable, "-c", textwrap.dedent(script), str(data)]
    killed = subprocess.run(line, env=surroundings(), capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(records(data)[0].read_text().splitlines()) == 1 + 7
    size = [word for name, count in VOLUMES.items() for word in (f"--{name.replace('_', '-')}", str(count))]
    again = done(
        tmp_path, "generate", "marketplace", *TABLES, *size, "--seed", "3", "--output-dir", str(data), "--resume"
    )
    assert again.returncode == 0, again.stderr
    assert files(data) == whole


def test_parts_in_an_object_store_cannot_be_gone_on_with(tmp_path):
    ran = done(tmp_path, "generate", "marketplace", "--output-dir", "s3://bucket/prefix", "--resume")
    assert ran.returncode == 2
    assert "none of an object store" in ran.stderr


def test_it_is_asked_for_with_true_or_false(tmp_path):
    from synth_assets import generate as in_python

    with pytest.raises(UsageError, match="True or False"):
        in_python("bronze/raw_orders", tmp_path, resume=1)


def test_databases_are_filled_from_what_was_finished(tmp_path, jobs):
    asked = request(tmp_path, formats=("duckdb",))
    jobs.fails_after = 2
    with pytest.raises(OutputError):
        generate(asked)
    jobs.clear()
    jobs.fails_after = 10_000
    stored = generate(replace(asked, resume=True))
    assert len(jobs) == 1
    other = generate(request(tmp_path / "other", formats=("duckdb",)))
    assert [one.content_hash for one in stored] == [one.content_hash for one in other]
