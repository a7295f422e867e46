"""Parameters of any type, in the file, in variables and in presets; domains are asked for when something needs them."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar

import pytest
from pydantic import Field, field_validator

from synth_assets.errors import UsageError
from synth_assets.model.domain import Domain
from synth_assets.model.params import Params
from synth_assets.project.packages import Package
from synth_assets.project.settings import Settings


class Density(Enum):
    SPARSE = "sparse"
    DENSE = "dense"


class ToyParams(Params):
    other_names: ClassVar[Mapping[str, str]] = {"how_many": "size"}

    size: int = Field(ge=0, description="rows")
    name: str = Field(description="what it is called")
    full: bool = Field(description="whether all is there")
    start: date = Field(ge=date(2020, 1, 1), description="the first day")
    price: Decimal = Field(ge=0, decimal_places=2, description="the price")
    share: float = Field(gt=0, le=1, description="the share")
    density: Density = Field(description="how dense")

    @field_validator("name")
    @classmethod
    def _named(cls, name: str) -> str:
        if name == "nobody":
            raise ValueError
        return name


SOURCE = Package("synth_assets_tests.toy")
FIRST = ToyParams(
    size=5, name="first", full=True, start=date(2026, 1, 1), price=Decimal("1.50"), share=0.5, density=Density.DENSE
)
TOML = """\
size = 7
name = "a, b"
full = false
start = 2026-02-03
price = 19.99
share = 1
density = "sparse"
"""
VALUES = {
    "size": 7, "name": "a, b", "full": False, "start": date(2026, 2, 3), "price": Decimal("19.99"), "share": 1.0,
    "density": Density.SPARSE,
}  # fmt: skip
ENVIRON = {
    "SYNTH_TOY__SIZE": "7", "SYNTH_TOY__NAME": "a, b", "SYNTH_TOY__FULL": "false", "SYNTH_TOY__START": "2026-02-03",
    "SYNTH_TOY__PRICE": "19.99", "SYNTH_TOY__SHARE": "1", "SYNTH_TOY__DENSITY": "sparse",
}  # fmt: skip


class Domains(Mapping[str, Domain]):
    """Two domains with the same parameters, and which of them were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> Domain:
        self.asked.append(name)
        return Domain.of(name, "", ToyParams, {"first": FIRST}, "first", [], SOURCE)

    def __contains__(self, name: object) -> bool:
        return name in {"other", "toy"}

    def __iter__(self):
        return iter(["other", "toy"])

    def __len__(self) -> int:
        return 2


@pytest.fixture
def domains() -> Domains:
    return Domains()


@pytest.fixture
def load(tmp_path, domains):
    def call(toml: str = "", **environ: str) -> Settings:
        (tmp_path / "synth.toml").write_text(toml)
        return Settings.load(domains, tmp_path, environ)

    return call


def test_the_file_sets_parameters_of_every_type(load):
    assert load(f"[toy]\n{TOML}").volumes("toy") == VALUES


def test_variables_set_parameters_of_every_type(load):
    assert load(**ENVIRON).volumes("toy") == VALUES


def test_a_preset_has_parameters_of_every_type(load):
    assert load(f"[presets.toy.mine]\n{TOML}").domain("toy").presets["mine"] == ToyParams(**VALUES)


@pytest.mark.parametrize(
    ("toml", "environ", "said"),
    [
        (
            "full = 1",
            {},
            "line 2: toy.full=1 is not allowed; it is true or false.\n  For example: full = true",
        ),
        ("start = 2019-01-01", {}, 'line 2: toy.start="2019-01-01" is not allowed; it is a day of the calendar'),
        ("density = 'thin'", {}, 'it is one of sparse, dense.\n  For example: density = "dense"'),
        ("price = 1.234", {}, 'digits after the point.\n  For example: price = "1.50"'),
        ("how_many = true", {}, "line 2: toy.how_many=true is not allowed; it is a whole number >= 0."),
        (
            "",
            {"SYNTH_TOY__FULL": "yes"},
            "SYNTH_TOY__FULL=yes is not allowed; it is true or false.\n  For example: S",
        ),
        ("", {"SYNTH_TOY__START": "1.1.26"}, "YYYY-MM-DD >= 2020-01-01.\n  For example: SYNTH_TOY__START=2026-01-01"),
        ("", {"SYNTH_TOY__PRICE": "x"}, "\n  For example: SYNTH_TOY__PRICE=1.50"),
        ("", {"SYNTH_TOY__SIZ": "1"}, "'SYNTH_TOY__SIZ' is unknown; did you mean 'SYNTH_TOY__SIZE'"),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_stands(load, toml, environ, said):
    with pytest.raises(UsageError) as error:
        load(f"[toy]\n{toml}", **environ)
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 2


def test_what_a_domain_s_own_check_refuses_in_a_preset_is_refused_where_it_stands(load):
    with pytest.raises(UsageError, match="line 3: preset 'mine' of toy: name=\"nobody\" is not allowed"):
        load(f"[presets.toy.mine]\n{TOML}".replace('"a, b"', '"nobody"'))


def test_a_domain_of_which_nothing_is_said_is_not_asked_for(load, domains):
    load()
    assert domains.asked == []
    settings = load("[toy]\nsize = 1\n", SYNTH_SEEDS="1")
    assert set(domains.asked) == {"toy"}
    assert settings.volumes("toy") == {"size": 1}
    assert set(domains.asked) == {"toy"}


@pytest.mark.parametrize(
    ("toml", "environ"),
    [("[toy]\nsize = 1", {}), ("[presets.toy]", {}), ("", {"SYNTH_TOY__SIZE": "1"}), ("toy.size = 1", {})],
)
def test_a_domain_of_which_something_is_said_is_asked(load, domains, toml, environ):
    load(toml, **environ)
    assert set(domains.asked) == {"toy"}


@pytest.mark.parametrize(("toml", "imported"), [("", False), ("[partitions]\nseeds = [1]", False), ("[bronze]", True)])
def test_reading_the_settings_imports_the_domains_that_they_name_and_no_other(tmp_path, toml, imported):
    (tmp_path / "synth.toml").write_text(toml)
    code = (
        "import sys; from pathlib import Path; from synth_assets.project.project import Project;"
        "Project.here(Path(sys.argv[1]), {}); print('synth_assets.domains.bronze' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(imported)
