"""The servers in Docker are what the page says: on this machine alone, pinned, set up for change data capture."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
SERVICES = yaml.safe_load((ROOT / "examples/servers/docker-compose.yml").read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_server_listens_on_this_machine_alone_at_the_port_that_the_page_names(name):
    (port,) = SERVICES[name]["ports"]
    host, outside, inside = port.split(":")
    assert host == "127.0.0.1"
    assert outside == inside
    usual = {"postgres": "5432", "mariadb": "3306"}
    assert outside == usual.get(name) or f"127.0.0.1:{outside}" in PAGE


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_a_version(name):
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert image
    assert tag == "lts" or re.fullmatch(r"[0-9]+(\.[0-9]+)*", tag)


def test_the_s3_server_is_the_one_of_the_tests():
    locked = re.search(r'name = "moto"\nversion = "([^"]+)"', (ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert locked
    assert SERVICES["s3"]["image"] == f"motoserver/moto:{locked[1]}"


def test_databases_tell_all_that_a_tool_needs():
    assert "wal_level=logical" in SERVICES["postgres"]["command"]
    assert {"--binlog-format=ROW", "--binlog-row-image=FULL", "--log-bin"} <= set(SERVICES["mariadb"]["command"])


def test_the_page_names_every_system_with_its_page():
    table = PAGE.partition("## ")[0]
    pages = set(re.findall(r"\]\(([a-z-]+\.md)", table))
    names = ("postgresql", "living-database", "http-upload", "streams", "object-stores", "lakes", "serve")
    assert pages == {f"{name}.md" for name in names}
    assert all((ROOT / "docs" / page).is_file() for page in pages)
