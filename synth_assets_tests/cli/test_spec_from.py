"""`synth spec from`: what it prints and writes, what it keeps, and what it refuses."""

import pytest

pytestmark = pytest.mark.usefixtures("source")

SQL = """
CREATE TABLE customer (
    id int PRIMARY KEY,
    email text NOT NULL UNIQUE,
    doubled int GENERATED ALWAYS AS (id * 2) STORED
);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, at timestamptz);
"""


@pytest.fixture
def source(project):
    (project / "shop.sql").write_text(SQL)
    return project / "shop.sql"


def test_without_an_output_the_file_is_printed(synth):
    found = synth("spec", "from", "shop.sql")
    assert found.status == 0
    assert found.out.startswith("# Made of shop.sql (ddl:postgres) by `synth spec from`")
    assert found.err == "customer.doubled: the source computes it itself: don't load it\n"


def test_what_is_written_is_valid_at_once_and_generates(synth):
    found = synth("spec", "from", "shop.sql", "--output", "datasets/shop.yaml")
    assert (found.status, found.out) == (
        0, "datasets/shop.yaml: shop, 2 tables. Look at it: synth spec validate datasets/shop.yaml\n",
    )  # fmt: skip
    assert synth("spec", "validate", "datasets/shop.yaml").out.endswith("all is well.\n")
    assert "@example" in synth("sample", "shop/customer", "--preset", "tiny").out


def test_quiet_says_nothing_but_the_file(synth):
    assert synth("spec", "from", "shop.sql", "--output", "shop.yaml", "--quiet").out == ""
    found = synth("spec", "from", "shop.sql", "--quiet")
    assert (found.out.split("\n")[0][:9], found.err) == ("# Made of", "")


def test_a_file_that_is_there_is_kept_unless_told(synth, project):
    (project / "shop.yaml").write_text("mine")
    refused = synth("spec", "from", "shop.sql", "--output", "shop.yaml")
    assert refused.status == 2
    assert "shop.yaml is there, and is kept" in refused.err
    assert (project / "shop.yaml").read_text() == "mine"
    assert synth("spec", "from", "shop.sql", "--output", "shop.yaml", "--overwrite").status == 0
    assert (project / "shop.yaml").read_text() != "mine"


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["none.sql"], "none.sql isn't there"),
        (["shop.doc"], "tells no kind of source by its name"),
        (["shop.sql", "--as", "ddl:klingon"], "dialect 'klingon' is unknown"),
        (["shop.sql", "--as", "spreadsheet"], "--as 'spreadsheet' is unknown"),
        (["shop.sql", "--open", "orders.at"], "--open 'orders.at' is unknown. Allowed: orders.customer_id"),
        ([], "SOURCE is missing"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_written(synth, project, args, part):
    found = synth("spec", "from", *args, "--output", "new.yaml")
    assert found.status == 2
    assert part in found.err
    assert not (project / "new.yaml").exists()


def test_without_sqlglot_the_extra_is_named(synth, monkeypatch):
    monkeypatch.setattr("synth_assets.extras.find_spec", lambda _: None)
    found = synth("spec", "from", "shop.sql")
    assert found.status == 2
    assert "Reading SQL needs sqlglot" in found.err
    assert "pip install 'synth-assets[schemas]'" in found.err
