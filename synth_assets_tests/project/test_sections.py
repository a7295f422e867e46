"""A section is a module: its settings, variables and messages follow from its model."""

import importlib
import sys

import pytest

from synth_assets import generate
from synth_assets.documents import words
from synth_assets.documents.reading import parse
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError
from synth_assets.project import sections
from synth_assets.project.project import Project
from synth_assets.project.settings_sources import section_models

MODULE = """
from pydantic import Field
from synth_assets.project.section import Section

class Warehouse(Section):
    dsn: str = Field(description="where the server is", examples=["postgresql://localhost/shop"])
    schemas: tuple[str, ...] = Field(("public",), description="one or more names of schemas", min_length=1)

SECTION = Warehouse
"""


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    """A section that is one more file, and nothing else."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more/warehouse.py").write_text(MODULE)
    monkeypatch.setattr(sections, "__path__", [*sections.__path__, str(tmp_path / "more")])
    name = f"{sections.__name__}.warehouse"
    yield importlib.import_module(name).SECTION
    del sys.modules[name]


@pytest.fixture
def load(tmp_path):
    def call(toml: str = "", **environ: str):
        (tmp_path / "synth.toml").write_text(toml)
        return Project.here(tmp_path, environ).settings

    return call


def test_a_section_is_read_from_the_file_and_from_variables(load, warehouse):
    section = load("[warehouse]\ndsn = 'a'\nschemas = ['x']", SYNTH_WAREHOUSE__SCHEMAS="y,z").section(warehouse)
    assert (section.dsn, section.schemas) == ("a", ("y", "z"))
    assert load(SYNTH_WAREHOUSE__DSN="b").section(warehouse).dsn == "b"


@pytest.mark.parametrize(
    ("toml", "environ", "said"),
    [
        ("[warehouse]\ndns = 'a'", {}, "line 2: setting of [warehouse] 'dns' is unknown; did you mean 'dsn'"),
        ("[warehosue]\ndsn = 'a'", {}, "line 1: setting 'warehosue' is unknown; did you mean 'warehouse'"),
        (
            "[warehouse]\nschemas = ['a']",
            {},
            "line 1: warehouse.dsn is missing; it is where the server is.\n  For ex",
        ),
        (
            "[warehouse]\ndsn = 5",
            {},
            "line 2: warehouse.dsn=5 is not allowed; it is where the server is.\n  For",
        ),
        ("", {"SYNTH_WAREHOUSE__DSNS": "a"}, "did you mean 'SYNTH_WAREHOUSE__DSN'"),
        ("", {"SYNTH_WAREHOUSE__SCHEMAS": "a"}, "warehouse.dsn is missing"),
    ],
)
def test_what_is_wrong_in_a_section_is_refused_where_it_stands(load, warehouse, toml, environ, said):  # noqa: ARG001
    with pytest.raises(UsageError) as error:
        load(toml, **environ)
    assert said in str(error.value)


def test_a_section_that_needs_something_is_refused_only_when_it_is_asked_for(load, warehouse):
    settings = load()
    with pytest.raises(UsageError, match=r"synth\.toml: \[warehouse\]: dsn is missing; it is where the server is"):
        settings.section(warehouse)


@pytest.mark.parametrize("name", section_models())
def test_every_setting_says_what_it_may_be_and_has_an_example_that_is_right(name):
    for setting, field in section_models()[name].model_fields.items():
        assert field.description
        document = parse(f"{setting} = {words.example(field)!r}".replace("'", '"'), "synth.toml")
        validated(document, section_models()[name])


def test_settings_of_files_stand_where_nobody_says_otherwise(load, tmp_path, monkeypatch):
    load("[files]\ncompression = 'bz2'\nchunk_size = 300\n")
    monkeypatch.chdir(tmp_path)
    usual, said = (
        generate("bronze/raw_products", tmp_path / name, "small", formats=["csv", "duckdb"], **more)
        for name, more in (("usual", {}), ("said", {"compression": "zip", "chunk_size": 1_000}))
    )
    folders = [next(one.path for one in stored if one.format == "csv") for stored in (usual, said)]
    assert [sorted(path.name for path in folder.glob("part-*")) for folder in folders] == [
        ["part-00000.csv.bz2", "part-00001.csv.bz2"],
        ["part-00000.csv.zip"],
    ]
    assert len({one.content_hash for one in (*usual, *said)}) == 1
    assert generate("bronze/raw_products", tmp_path / "none", "small", formats=["sqlite"])
    with pytest.raises(UsageError, match=r"parquet has no compression 'bz2'; it has zstd"):
        generate("bronze/raw_products", tmp_path / "none", "small", formats=["parquet"])
    with pytest.raises(UsageError, match="one of none, gzip, zstd"):
        load("[files]\ncompression = 'rar'\n")
