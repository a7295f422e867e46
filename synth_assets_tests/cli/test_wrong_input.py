"""What is wrong is said in one message: what, where, what is allowed, what to do; nothing is written."""

import pytest

GENERATE = ("generate", "bronze", "--preset", "small")

WRONG = [
    # a word that is unknown, each with what is close to it
    (("generat",), "command 'generat' is unknown; did you mean 'generate'", "synth --help"),
    (("--versoin",), "option '--versoin' is unknown; did you mean '--version'", "synth --help"),
    (("generate", "bronz"), "domain 'bronz' is unknown; did you mean 'bronze'", "synth list"),
    (("plan", "bronz", "--orders", "5"), "domain 'bronz' is unknown; did you mean 'bronze'", "synth list"),
    (("describe", "bronz"), "domain 'bronz' is unknown; did you mean 'bronze'", "synth list"),
    (("sample", "bronz/raw_orders"), "domain 'bronz' is unknown; did you mean 'bronze'", "synth list"),
    (
        ("generate", "bronze", "raw_order"),
        "bronze: entity 'raw_order' is unknown; did you mean 'raw_orders'",
        "synth list",
    ),
    (
        ("describe", "bronze/raw_order"),
        "bronze: entity 'raw_order' is unknown; did you mean 'raw_orders'",
        "synth list",
    ),
    (("sample", "bronze/raw_order"), "bronze: entity 'raw_order' is unknown; did you mean 'raw_orders'", "synth list"),
    (
        ("generate", "bronze", "--preset", "smal"),
        "preset 'smal' is unknown; did you mean 'small'",
        "synth describe bronze",
    ),
    ((*GENERATE, "--format", "parket"), "format 'parket' is unknown; did you mean 'parquet'", "--format parquet,csv"),
    ((*GENERATE, "--format", "parquet,cvs"), "format 'cvs' is unknown; did you mean 'csv'", "--format parquet,csv"),
    (
        (*GENERATE, "--ordrs", "5"),
        "synth generate: option '--ordrs' is unknown; did you mean '--orders'",
        "generate --help",
    ),
    (
        (*GENERATE, "--engine", "proceses"),
        "--engine 'proceses' is unknown; did you mean 'processes'",
        "generate --help",
    ),
    ((*GENERATE, "--format=csv", "--compress=gzipp"), "'gzipp' is unknown; did you mean 'gzip'", "none, gzip, zstd"),
    (
        ("sample", "bronze/raw_orders", "--columns", "statsu,order_id"),
        "bronze/raw_orders: column 'statsu' is unknown; did you mean 'status'",
        "synth describe bronze/raw_orders",
    ),
    # the beginning of a longer name is closer than letters in common
    (
        ("generate", "marketplace", "--orders", "5"),
        "'--orders' is unknown; did you mean '--orders-per-tenant'?",
        "--help",
    ),
    (("generate", "marketplace", "--customers", "5"), "; did you mean '--customers-per-tenant'?", "--help"),
    # several values where one is taken: click would take the last
    ((*GENERATE, "--seed", "1", "--seed", "2"), "--seed is there 2 times, and takes one value.", "Leave all but one"),
    ((*GENERATE, "--preset", "medium"), "--preset is there 2 times, and takes one value.", "Leave all but one"),
    (
        (*GENERATE, "--orders", "5", "--orders=6"),
        "--orders is there 2 times, and takes one value.",
        "Leave all but one",
    ),
    (
        (*GENERATE, "--compress", "--compression=gzip"),
        "--compression or --compress is there 2 times, and takes one value.",
        "Leave all but one",
    ),
    (
        ("generate", "marketplace", "--tenant", "a", "--tenant", "b"),
        "--tenant is there 2 times, and takes one value.",
        "Leave all but one",
    ),
    # a number that isn't allowed
    ((*GENERATE, "--orders", "-5"), "bronze: orders=-5 is not allowed", "SYNTH_BRONZE__ORDERS="),
    (
        (*GENERATE, "--orders", "3.7"),
        "bronze: orders=3.7 is not allowed; it is a whole number from 0",
        "--orders 50000",
    ),
    ((*GENERATE, "--orders", "many"), "bronze: orders=many is not allowed; it is a whole number", "--orders 50000"),
    ((*GENERATE, "--orders", "9" * 5000), "is not allowed; it is a whole number", "--orders 50000"),
    ((*GENERATE, "--orders", "100000001"), "orders=100000001 is not allowed", "from 0 to 100,000,000"),
    ((*GENERATE, "--days", "0"), "bronze: days=0 is not allowed", "from 1 to 3,650"),
    ((*GENERATE, "--customers", "0"), "orders=5000 with customers=0 contradict each other", "--customers 1 or more"),
    ((*GENERATE, "--seed", "1.5"), "--seed 1.5 is not allowed; it is a whole number", "--seed 42"),
    ((*GENERATE, "--seed", "x"), "--seed x is not allowed; it is a whole number", "--seed 42"),
    ((*GENERATE, "--seed", ""), "--seed '' is not allowed; it is a whole number", "--seed 42"),
    (
        (*GENERATE, "--chunk-size", "0"),
        "--chunk-size 0 is not allowed; it is a whole number >= 1",
        "--chunk-size 1000000",
    ),
    ((*GENERATE, "--workers", "0"), "--workers 0 is not allowed; it is a whole number from 1 to 256", "--workers 4"),
    ((*GENERATE, "--workers", "2.0"), "--workers 2.0 is not allowed", "--workers 4"),
    (
        ("sample", "bronze/raw_orders", "--rows", "-1"),
        "--rows -1 is not allowed; it is a whole number >= 0",
        "--rows 10",
    ),
    (
        ("sample", "bronze/raw_orders", "--offset", "a"),
        "--offset a is not allowed; it is a whole number >= 0",
        "--offset 1000",
    ),
    # a day that isn't one
    ((*GENERATE, "--as-of", "tomorrow"), "--as-of tomorrow is not allowed; it is a day", "--as-of 2026-01-01"),
    ((*GENERATE, "--as-of", "2026-02-30"), "--as-of 2026-02-30 is not allowed; it is a day", "written YYYY-MM-DD"),
    ((*GENERATE, "--as-of", "20260101"), "--as-of 20260101 is not allowed", "written YYYY-MM-DD"),
    ((*GENERATE, "--as-of", "0001-01-01"), "as_of=0001-01-01 is not allowed", "from 1990-01-01 to 2199-12-31"),
    # what is missing, too much, or contradictory
    (("generate",), "synth generate: DOMAIN is missing", "synth generate bronze --preset small"),
    (("describe",), "synth describe: DOMAIN[/ENTITY] is missing", "synth describe bronze/raw_orders"),
    (("verify",), "synth verify: PATH... is missing", "synth verify data/parquet/bronze"),
    (("describe", "bronze", "raw_orders"), "unexpected extra argument", "synth describe --help"),
    (("generate", "bronze", "--seed"), "synth generate: option '--seed' requires an argument", "synth generate --help"),
    (("list", "--json=yes"), "synth list: option '--json' does not take a value", "synth list --help"),
    (
        ("generate", "bronze/raw_orders"),
        "'bronze/raw_orders' is a table where a domain is expected",
        "bronze raw_orders",
    ),
    (("sample", "bronze"), "'bronze' is not of the form DOMAIN/ENTITY", "bronze/raw_orders"),
    ((*GENERATE, "--format", "parquet,,csv"), "--format 'parquet,,csv' is not allowed", "commas between them"),
    ((*GENERATE, "--engine", "local", "--workers", "2"), "--engine local and --workers 2 contradict", "Leave out"),
    (("generate", "bronze", "--partition", "small|42"), "option '--partition' is unknown", "--preset small --seed 42"),
    ((*GENERATE, "--verbose", "--quiet"), "--verbose and --quiet contradict each other", "Leave one of them out"),
    ((*GENERATE, "--format", "duckdb", "--compress=gzip"), "compression does not apply to duckdb", "--format parquet"),
    (("plan", "bronze", "--partition", "small"), "partition 'small' is not of the form PRESET|SEED", "'small|42'"),
    (("plan", "bronze", "--partition", "smal|42"), "preset 'smal' is unknown; did you mean 'small'", "describe bronze"),
    (("plan", "bronze", "--partition", "small|99"), "seed '99' is not one of this project's partitions", "--seed 99"),
    (("plan", "bronze", "--partition", "small|42", "--seed", "42"), "--partition and --seed contradict", "Leave one"),
]


@pytest.mark.parametrize(("args", "said", "next_step"), WRONG, ids=[" ".join(args)[:60] for args, *_ in WRONG])
def test_wrong_usage_ends_with_status_2_one_message_and_nothing_written(synth, project, args, said, next_step):
    result = synth(*args)
    assert result.status == 2
    assert said in result.err
    assert next_step in result.err
    assert len(result.err.splitlines()) <= 3
    assert result.out == ""
    assert [path.name for path in project.rglob("*")] == ["synth.toml"]


@pytest.mark.parametrize(
    "command", ["list", "describe bronze", "plan bronze", "sample bronze/raw_orders", "generate bronze"]
)
def test_every_command_refuses_an_unknown_setting(synth, project, command):
    (project / "synth.toml").write_text("[bronze]\nordres = 5\n")
    result = synth(*command.split())
    assert result.status == 2
    assert "synth.toml, line 2: setting of [bronze] 'ordres' is unknown; did you mean 'orders'?" in result.err
    assert result.out == ""


def test_without_a_command_help_goes_to_stderr_with_status_2(synth):
    result = synth()
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("Usage: synth")


def test_an_output_folder_that_is_a_file_is_a_failure_that_names_it_and_leaves_it(synth, project):
    (project / "out").write_text("mine")
    result = synth(*GENERATE, "raw_orders", "--output-dir", "out")
    assert result.status == 1
    assert "out is a file where a folder is needed" in result.err
    assert (project / "out").read_text() == "mine"
