"""Domains of a project's own: packages that its settings name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from synth_assets.errors import UsageError
from synth_assets.project.project import Project

INIT = '''"""A shop."""
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field
from synth_assets.model.params import Params


class ShopParams(Params):
    """Volumes."""

    things: int = Field(ge=0, le=1000, description="rows of things")
    opened: date = Field(date(2020, 2, 29), description="first day")
    returned: Decimal = Field(Decimal("0.10"), ge=0, le=1, description="share of returns")
    size: Literal["small", "large"] = Field("small", description="how large the shop is")
    is_open: bool = Field(True, description="whether it is open")


PARAMS = ShopParams
PRESETS = {"small": ShopParams(things=5)}
DEFAULT_PRESET = "small"
'''
THINGS = '''"""Things."""
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.shapes import Rows
from synth_assets.model.types import INT64


class Things(Entity):
    """Things."""

    about = About(domain="{name}", name="things", grain="one thing", key="thing_id", shape=Rows("things"))

    @column(INT64, "number")
    def thing_id(self):
        return self.row_numbers + 1
'''


def package(folder, name):
    path = folder / name.replace(".", "/")
    path.mkdir(parents=True)
    (path / "__init__.py").write_text(INIT)
    things = THINGS.format(name=path.name)
    (path / "things.py").write_text(things)
    (path / "others.py").write_text(
        things.replace("class Things", "class Others").replace('name="things"', 'name="others"')
    )


def test_a_package_that_the_settings_name_is_a_domain_for_every_command(tmp_path):
    package(tmp_path, "mine.corner_shop")
    (tmp_path / "synth.toml").write_text('domains = ["mine.corner_shop"]\n\n[corner_shop]\nthings = 7\n')

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "synth_assets.cli", *words], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    assert "corner_shop: A shop." in run("list")
    assert len(run("sample", "corner_shop/things", "--json").splitlines()) == 7
    # Two processes find it by its name, though only the settings know where it is.
    assert "others" in run("generate", "corner_shop", "--things", "9", "--workers", "2", "--quiet")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('domains = ["nowhere.shop"]', "package nowhere.shop .*: there is no such package"),
        ('domains = ["mine.bronze"]', "two domains are called bronze: package synth_assets.domains.bronze and"),
        ('domains = ["mine.changes"]', "can't be a domain called changes: that is a section of synth.toml"),
        ("domains = [3]", "domains"),
    ],
)
def test_a_package_that_cannot_be_a_domain_is_refused_where_it_is_named(tmp_path, toml, message):
    (tmp_path / "synth.toml").write_text(toml)
    with pytest.raises(UsageError, match=message):
        list(Project.here(tmp_path, {}).entities())


def test_flags_and_settings_take_parameters_of_every_type(tmp_path):
    package(tmp_path, "mine.corner_shop")
    (tmp_path / "synth.toml").write_text('domains = ["mine.corner_shop"]\n\n[corner_shop]\nopened = "2021-01-31"\n')

    def run(*words):
        command = [sys.executable, "-m", "synth_assets.cli", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    flags = ("--returned", "0.25", "--size", "large", "--is-open", "false", "--things", "1_0")
    made = run("generate", "corner_shop", "things", *flags, "--json", "--quiet")
    manifest = json.loads((Path(json.loads(made.stdout)["path"]) / "_manifest.json").read_text())
    assert manifest["parameters"] == {
        "things": 10, "opened": "2021-01-31", "returned": "0.25", "size": "large", "is_open": False,
        "as_of": "2026-01-01", "seed": 42,
    }  # fmt: skip
    assert "--opened VALUE" in " ".join(run("generate", "corner_shop", "--help").stdout.split())
    for flag, value, allowed in (
        ("--opened", "2021-02-30", "a day"), ("--size", "huge", "small"), ("--is-open", "perhaps", "true"),
        ("--returned", "2", "0 to 1"),
    ):  # fmt: skip
        wrong = run("generate", "corner_shop", flag, value)
        assert wrong.returncode == 2
        assert f"{flag[2:].replace('-', '_')}={value} is not allowed" in wrong.stderr
        assert allowed in wrong.stderr
