"""The pages and pictures that are made from the domains."""

import re
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from drawing.layers import GAP, place
from drawing.plots import plots
from make_domain_docs import PAGES, PICTURES, examples, files, navigation, overview

from synth_assets.project.packages import Package
from synth_assets.project.project import Project

ROOT = Path(__file__).resolve().parents[2]
NAMES = Project.here().names()
EXAMPLES = {domain.name: (path, domain) for path, domain in examples().items()}
EMPTY = ("movement_id", "branch_code", "amount", "balance")


@pytest.fixture(scope="module")
def workshop():
    """What is made of the toy domain, which has each shape, each kind of key, and references in circles."""
    return files(Package("synth_assets_tests.workshop").load())


@pytest.mark.parametrize("name", [*NAMES, *EXAMPLES])
def test_the_page_and_the_pictures_of_a_domain_are_what_it_makes(name):
    path, domain = EXAMPLES.get(name) or ("", Project.here().domain(name))
    made = files(domain, path)
    differs = [at for at, text in made.items() if _stored(at) != text]
    assert differs == [], "run: python scripts/make_domain_docs.py"


def _stored(at):
    path = ROOT / "docs" / at
    return path.read_text(encoding="utf-8") if path.exists() else None


@pytest.mark.parametrize("name", [*NAMES, *EXAMPLES])
def test_no_picture_is_left_of_a_column_that_is_not_drawn(name):
    stored = {path.name for path in (ROOT / "docs" / PICTURES / name).iterdir()}
    page = f"{PAGES}/{name}.md" if name in EXAMPLES else f"{name}.md"
    assert stored == set(re.findall(rf"{name}/([\w.]+\.svg)", (ROOT / "docs" / page).read_text()))


def test_no_page_is_left_of_an_example_that_is_no_more():
    assert {path.stem for path in (ROOT / "docs" / PAGES).iterdir()} == set(EXAMPLES)


def test_the_lists_of_domains_are_what_they_say():
    assert (ROOT / "docs" / "domains.md").read_text(encoding="utf-8") == overview(), "run: scripts/make_domain_docs.py"
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert settings == navigation(settings), "run: python scripts/make_domain_docs.py"
    assert all(f"- {name}.md\n" in settings for name in NAMES)
    assert all(f"- {PAGES}/{name}.md\n" in settings for name in EXAMPLES)


def test_a_page_shows_every_table_column_and_rule_with_a_picture_of_the_keys(workshop):
    tables = [entity.table() for entity in Package("synth_assets_tests.workshop").load().entities.values()]
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", workshop["workshop.md"], re.DOTALL | re.MULTILINE))
    keys = workshop[f"{PICTURES}/workshop/keys.svg"]
    for table in tables:
        section = sections[table.name]
        assert [c for c in table.column_names if f"| `{c}` | " not in section] == []
        assert [rule.name for rule in table.rules if f"- `{rule.name}`: " not in section] == []
        assert f'<a href="#{table.name}">' in keys
        assert [c for one in table.references for c in one.columns if f">{c}</text>" not in keys] == []


def test_pictures_are_well_formed_and_all_shown(workshop):
    pictures = [path for path in workshop if path.endswith(".svg")]
    assert len(pictures) > 10
    for path in pictures:
        assert ET.fromstring(workshop[path]).find("{http://www.w3.org/2000/svg}title") is not None  # noqa: S314 — ours
        assert f"]({path})" in workshop["workshop.md"]


def test_a_diagram_has_a_line_for_each_reference_and_it_is_dashed_where_it_may_be_missing(workshop):
    tables = [entity.table() for entity in Package("synth_assets_tests.workshop").load().entities.values()]
    nullable = [any(t.column(c).nullable for c in one.columns) for t in tables for one in t.references]
    keys = workshop[f"{PICTURES}/workshop/keys.svg"]
    assert len(nullable) >= 8
    assert keys.count("stroke-dasharray") == sum(nullable)
    assert len(re.findall(r'd="M[^"]*[Cc]', keys)) == len(nullable)


def test_what_lies_nowhere_is_missing_in_a_plot_and_tables_without_rows_have_none():
    table = Package("synth_assets_tests.workshop").load().entity("price_tags").table()
    prices = [*map(float, range(100)), float("nan"), float("inf"), None]
    rows = pl.DataFrame({"label": ["a"] * len(prices), "price": prices})
    (plot,) = plots(table, rows)
    assert plot.column == "price"
    assert ">3 % missing</text>" in plot.svg
    assert plots(table, rows.head(0)) == []


@pytest.mark.parametrize(("days", "per"), [(119, "day"), (1_499, "month"), (9_000, "year")])
def test_times_are_counted_per_day_month_or_year_and_every_row_is_in_a_bar(days, per):
    table = Package("synth_assets_tests.workshop").load().entity("till").table()
    first = datetime(2020, 1, 1, tzinfo=UTC)
    times = [first + timedelta(days=day * days / 999) for day in range(1_000)]
    (plot,) = plots(table, pl.DataFrame({"moved_at": times, **dict.fromkeys(EMPTY, [None] * 1_000)}))
    assert f">rows per {per}</text>" in plot.svg
    assert f">{times[0]:{'%Y-%m-%d' if per == 'day' else '%Y-%m' if per == 'month' else '%Y'}}</text>" in plot.svg


def test_boxes_never_lie_over_each_other_and_parents_stand_on_the_left():
    names = [f"t{number}" for number in range(24)]
    heights = {name: 40.0 + 7 * (number % 5) for number, name in enumerate(names)}
    links = [(names[(7 * child) % child], names[child]) for child in range(1, 20)]
    links += [(names[(5 * child) % child], names[child]) for child in range(1, 20)]
    placed = place(heights, links)
    assert all(placed.layer[parent] < placed.layer[child] for parent, child in links)
    for one, other in combinations(names, 2):
        upper, lower = sorted((one, other), key=placed.top.__getitem__)
        if placed.layer[one] == placed.layer[other]:
            assert placed.top[lower] - placed.top[upper] - heights[upper] > GAP - 0.01
    assert max(placed.top[name] + heights[name] for name in names) <= placed.height + 0.01


def test_a_circle_of_references_has_a_place_for_each_table():
    placed = place({"a": 50.0, "b": 50.0, "c": 50.0}, [("a", "b"), ("b", "c"), ("c", "a")])
    assert sorted(placed.layer.values()) == [0, 1, 2]
    assert [len(placed.passages[link]) for link in (("a", "b"), ("b", "c"), ("c", "a"))] == [0, 0, 1]
