"""docs/realism.md lists the script's figures and sources; docs/realism-plots.md shows the pictures that are drawn."""

import re
from pathlib import Path

import pytest
from drawing.panels import Bars, Grid, Lines, Points, Shares, panels
from make_realism_pictures import PICTURES, pictures
from realism_panels import PLOTS

from benchmarks.realism.figures import FIGURES
from benchmarks.realism.report import page
from benchmarks.realism.sources import SOURCES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "realism.md").read_text(encoding="utf-8")
NAMES = [name for of in PLOTS.values() for name in of]


def test_the_page_lists_what_the_script_measures():
    assert page(PAGE) == PAGE, "run: python -m benchmarks.realism --page docs/realism.md"
    assert [figure.name for figure in FIGURES if f"| `{figure.name}` | {figure.means} |" not in PAGE] == []


def test_each_figure_has_a_range_and_sources_that_were_read():
    assert {key for figure in FIGURES for key in figure.sources} == set(SOURCES)
    for figure in FIGURES:
        assert figure.sources, figure
        assert (figure.low, figure.high) != (None, None)
        assert figure.low is None or figure.high is None or figure.low < figure.high
        assert bool(figure.size) != bool(figure.why_not), figure
    for source in SOURCES.values():
        assert source.address.startswith(("https://", "http://"))
        assert source.quote
        assert source.title


def test_the_fixed_proportions_are_no_figures():
    said = " ".join(figure.means for figure in FIGURES)
    assert not re.search(r"logged in|sessions per order|events (of|per) session|rows", said)


def test_the_page_of_plots_shows_a_picture_of_each_table_and_each_is_small():
    shown = re.findall(r"!\[(\w+): [^\]]+\]\(images/realism/(\w+)\.svg\)", (DOCS / "realism-plots.md").read_text())
    assert shown == [(name, name) for name in NAMES]
    assert sorted(path.stem for path in PICTURES.iterdir()) == sorted(NAMES)
    for name in NAMES:
        assert (PICTURES / f"{name}.svg").stat().st_size < 150_000


@pytest.mark.parametrize("domain", PLOTS)
def test_each_table_has_eight_plots_with_something_in_them(domain, shop, tenants):
    drawn = pictures(shop if domain == "bronze" else tenants)
    assert list(drawn) == [f"{name}.svg" for name in PLOTS[domain]]
    for name, svg in drawn.items():
        plots = svg.split("<g transform=")[1:]
        assert len(plots) == 8, name
        assert [plot for plot in plots if "var(--bar)" not in plot] == [], name
        assert not re.search(r"\bnan\b", svg)
        titles = re.search(r"<title>\w+: (.+)</title>", svg)
        stored = re.search(r"<title>\w+: (.+)</title>", (PICTURES / name).read_text(encoding="utf-8"))
        assert titles
        assert stored
        assert titles[1] == stored[1], "run: python scripts/make_realism_pictures.py"


def test_a_plot_of_nothing_is_drawn_empty():
    nothing = [Bars("a", [], {}), Shares("b", []), Lines("c", [], {}), Points("d", [[]]), Grid("e", [], {})]
    svg = panels("none", nothing)
    assert svg.count("<g transform=") == 5
    assert "var(--bar)" not in svg.partition("</style>")[2]
