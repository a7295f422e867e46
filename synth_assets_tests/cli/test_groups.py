"""`--tenant ID`, and whatever else only some domains have an option for: shown there, and unknown elsewhere."""

import gzip
import shlex

import pytest

from synth_assets.cli.progress import Pace
from synth_assets.usecases.generate import Progress

SOME = ["--tenants", "2", "--products-per-tenant", "6", "--orders-per-tenant", "12", "--customers-per-tenant", "3"]


@pytest.fixture(scope="module")
def tenant():
    from synth_assets import scan

    return scan("marketplace/tenants", volumes={"tenants": 2}, rows=1).collect()["tenant_id"][0]


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_tenant_alone_is_made_shown_found_and_verified(synth, project, tenant):
    made = synth("generate", "marketplace", *SOME, "--tenant", tenant, "--with-api-keys", "keys.csv")
    assert made.status == 0
    assert all(
        tenant in name or name in {"tenants.csv", "_manifest.json"} for name in files(project / "generated_data")
    )
    assert (project / "keys.csv").read_text().startswith(f"tenant_id,api_key\n{tenant},sk_test_")
    assert "tenant-" + tenant in synth("where", "marketplace", *SOME, "--tenant", tenant).out
    shown = synth("sample", "marketplace/orders", *SOME, "--tenant", tenant, "--rows", "20", "--columns", "tenant_id")
    assert shown.out.split() == ["tenant_id", *[tenant] * 12]
    assert synth("verify", "generated_data", "--tenant", tenant, "--quiet").status == 0
    assert synth("generate", "marketplace", *SOME).status == 1


def test_a_tenant_that_is_none_is_one_message_and_nothing_is_written(synth, project, tenant):
    for command in ("generate", "plan"):
        result = synth(command, "marketplace", *SOME, "--tenant", "nobody")
        assert result.status == 2
        assert "tenant 'nobody' is unknown" in result.err
        assert f"Allowed: {tenant}, " in result.err
        assert "List them with: synth sample marketplace/tenants --tenants 2 " in result.err
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


@pytest.mark.parametrize("flag", [["--tenant", "x"], ["--with-api-keys", "x"]])
def test_other_domains_have_no_such_options(synth, flag):
    result = synth("generate", "bronze", *flag)
    assert result.status == 2
    assert f"option '{flag[0]}' is unknown" in result.err
    assert flag[0] not in synth("generate", "bronze", "--help").out


@pytest.mark.parametrize("command", [("generate", "--batches"), ("snapshot", "--at"), ("history", "--at")])
def test_change_data_is_of_all_tenants_and_says_so(synth, project, tenant, command):
    result = synth("changes", command[0], "marketplace", *SOME, command[1], "1", "--tenant", tenant)
    assert result.status == 2
    assert result.err.startswith("--tenant: change data is of every tenant, in one log.")
    assert [path.name for path in project.iterdir()] == ["synth.toml"]
    elsewhere = synth("changes", command[0], "bronze", command[1], "1", "--tenant", tenant)
    assert "option '--tenant' is unknown" in elsewhere.err


def test_a_tenant_of_a_feed_is_not_looked_for(synth, tenant):
    synth("changes", "generate", "marketplace", *SOME, "--batches", "1", "--output-dir", "feed", "--quiet")
    result = synth("verify", "feed", "--tenant", tenant)
    assert result.status == 2
    assert result.err.startswith("no dataset with a tenant is stored there; change data is of every tenant.")


def test_where_a_tenant_is_alone_it_is_told_to_who_looks_for_all(synth, tenant):
    absent = synth("where", "marketplace", *SOME, "--tenant", tenant)
    assert absent.status == 1
    (made,) = [line.split(": ", 1)[1] for line in absent.err.splitlines() if line.startswith("  Make it: ")]
    assert synth(*shlex.split(made)[1:], "--quiet").status == 0
    found = synth("where", "marketplace", *SOME)
    assert found.status == 1
    (there,) = [line.split(": ", 1)[1] for line in found.err.splitlines() if line.startswith("  What is there: ")]
    assert f"tenant-{tenant}|42: 7 tables" in synth(*shlex.split(there)[1:]).out
    (other,) = [line.split(": ", 1)[1] for line in found.err.splitlines() if line.startswith("  Make it: ")]
    assert synth(*shlex.split(other)[1:], "--quiet").status == 0  # beside it, where the folder takes no second one


@pytest.mark.parametrize("name", ["tenants.csv", "stock_events_{}_chunk_0000.ndjson"])
def test_a_file_in_the_way_is_refused_before_a_row_is_made(synth, project, tenant, name):
    theirs = project / "generated_data" / name.format(tenant)
    theirs.parent.mkdir()
    theirs.write_text("mine")
    result = synth("generate", "marketplace", *SOME)
    assert result.status == 1
    assert result.err.startswith(f"{theirs} is in no manifest of ours")  # no progress before
    assert theirs.read_text() == "mine"
    theirs.unlink()
    assert synth("generate", "marketplace", *SOME, "--quiet").status == 0
    assert synth("generate", "marketplace", *SOME, "--quiet").status == 0


BAD = {
    "orders need both": (
        ["--orders-per-tenant", "5", "--customers-per-tenant", "0", "--products-per-tenant", "0"],
        "contradict each other",
    ),
    "no tenants": (["--tenants", "0"], "tenants=0 is not allowed"),
    "no rows in a file": (["--chunk-size", "0"], "--chunk-size 0 is not allowed"),
    "a codec that is another's": (["--format", "parquet", "--compress=bz2"], "parquet has no compression 'bz2'"),
    "a database": (["--format", "duckdb", "--compress"], "compression does not apply to duckdb"),
    "a preset's volumes that contradict": (["--preset", "small", "--customers-per-tenant", "0"], "contradict"),
    "no such preset": (["--preset", "smal"], "did you mean 'small'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_nothing_is_written(synth, project, name):
    flags, said = BAD[name]
    result = synth("generate", "marketplace", *flags)
    assert result.status == 2
    assert said in result.err
    assert result.err.count("\n") == 2
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


def test_a_folder_of_another_dataset_is_left_as_it_is(synth, project):
    assert synth("generate", "marketplace", "tenants", *SOME).status == 0
    before = files(project / "generated_data")
    result = synth("generate", "marketplace", "tenants", *SOME, "--seed", "7")
    assert result.status == 1
    assert "seed is 42, not 7" in result.err
    assert files(project / "generated_data") == before


def test_compressing_appends_gz_to_every_file_and_gives_the_same_bytes_again(synth, project):
    for place in ("one", "two"):
        assert synth("generate", "marketplace", *SOME, "--compress", "--output-dir", place).status == 0
    one = files(project / "one")
    assert one == files(project / "two")
    names = sorted(set(one) - {"_manifest.json"})
    assert "tenants.csv.gz" in names
    assert all(name.endswith((".ndjson.gz", "tenants.csv.gz")) for name in names)
    assert all(gzip.decompress(one[name]) for name in names)
    assert synth("generate", "marketplace", *SOME, "--format", "csv", "--output-dir", "three").status == 0
    assert {path.suffix for path in (project / "three").glob("*_*-*")} == {".csv"}


def test_no_arguments_mean_the_small_preset_and_its_own_folder(synth, project, monkeypatch):
    plan = synth("generate", "marketplace", "--dry-run").out
    assert plan.startswith("marketplace small, seed 42")
    assert "generated_data" in plan
    monkeypatch.setenv("SYNTH_DATA", "elsewhere")
    assert synth("generate", "marketplace", "tenants", *SOME).status == 0
    assert sorted(path.name for path in project.iterdir()) == ["elsewhere", "synth.toml"]
    monkeypatch.delenv("SYNTH_DATA")
    (project / "synth.toml").write_text('data = "here"\n')
    assert "here" in synth("plan", "marketplace").out


def test_each_file_that_was_written_is_a_line_of_verbose(synth, project):
    said = synth("generate", "marketplace", "orders", "tenants", *SOME, "--chunk-size", "5", "--verbose").err
    wrote = [line.split()[1].rstrip(":") for line in said.splitlines() if line.startswith("wrote ")]
    assert sorted(wrote) == sorted(
        f"generated_data/{name}" for name in files(project / "generated_data") if name[0] != "_"
    )
    assert len(wrote) == 2 * 3 + 1
    said = synth("generate", "marketplace", "tenants", *SOME, "--format", "duckdb", "--verbose").err
    assert "wrote tenants into " in said


def test_the_end_says_how_many_rows_came_how_quickly(synth):
    said = synth("generate", "marketplace", "orders", *SOME).err
    assert "orders: generated 24 rows, " in said
    assert "24 rows of 1 table in " in said
    assert synth("generate", "marketplace", "orders", *SOME, "--quiet").err == ""


def test_the_pace_is_of_each_table_since_it_began_and_of_all():
    now = [0.0]
    pace = Pace(lambda: now[0])
    now[0] = 2.0
    assert pace.of(Progress("a", 1, 2, 500)) == "250 rows/s"
    now[0] = 4.0
    assert pace.of(Progress("a", 2, 2, 1_000, finished=True)) == "250 rows/s"
    now[0] = 5.0
    assert pace.of(Progress("b", 1, 9, 0)) == ""
    now[0] = 6.0
    assert pace.of(Progress("b", 9, 9, 3_000, finished=True)) == "1,500 rows/s"
    assert pace.total() == "4,000 rows of 2 tables in 6.0 s: 667 rows/s"
    assert Pace().total() == ""
    assert Pace().of(Progress("batches", 1, 2)) == ""
