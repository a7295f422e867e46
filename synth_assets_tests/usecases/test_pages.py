"""Pages of domains: everything is there, they are the same again, and nothing inside changes what is around it."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import markdown
import polars as pl
import pytest

from synth_assets.documents.markdown_text import as_markdown, code_span, fenced, markdown_table
from synth_assets.model.table import Column, Key, Table
from synth_assets.model.types import STRING
from synth_assets.project.packages import Package
from synth_assets.project.project import Project
from synth_assets.usecases.pages.cells import cell_text, plain_cells
from synth_assets.usecases.pages.distributions import BINS, Bars, distribution, distributions
from synth_assets.usecases.pages.mermaid import mermaid_diagram
from synth_assets.usecases.pages.page import markdown_of, markdown_of_table
from synth_assets.usecases.pages.text_plots import plot_lines, sparkline, text_plots
from synth_assets_tests.typed_cells import EVERY, cells

HOSTILE = [
    *("a|b", "`x`", "``", "<script>alert(1)</script>", "*stars* and __lines__", "[a](b) ![c](d)", "{: .c }", "&amp;"),
    *(
        "$a$ and $b$",
        "~~gone~~",
        "# title",
        "1. item",
        "- item",
        "> said",
        "= =",
        "a\\|b",
        "\\",
        "snake_case_",
        "|",
        " ",
    ),
    *("C:\\x\\*", "<!-- x", "a\nb", "tab\tand\x1b[2J", "\u202eabc", "https://example.com", "a & b < c > d", "'\"", "`"),
]
EXTENSIONS = ["tables", "attr_list", "md_in_html", "pymdownx.superfences", "toc"]


def shown(text):
    """The words that MkDocs' Markdown shows of a text, and the tags around them."""
    html = ET.fromstring(f"<x>{markdown.markdown(text, extensions=EXTENSIONS)}</x>")  # noqa: S314 - ours
    return "".join(html.itertext()), {one.tag for one in html.iter()} - {"x"}


def seen(text):
    return " ".join(re.sub(r"[\x1b\u202e]", lambda one: ascii(one[0])[1:-1], text).split())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_shown_as_it_is_whatever_it_holds(text):
    if not text.isspace():
        words, tags = shown(as_markdown(text))
        assert (words.strip(), tags) == (seen(text), {"p"})


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_of_a_table_is_shown_as_it_is_whatever_it_holds(text):
    table = markdown_table([["plain", "code", "last"], [as_markdown(text), code_span(text), "end"]])
    words, tags = shown(table)
    assert tags == {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert [line.strip() for line in words.split("\n") if line.strip()][-1] == "end"
    assert seen(text)[:1] in words
    assert markdown.markdown(table, extensions=EXTENSIONS).count("<td>") == 3


def test_code_ends_where_it_ends():
    words, tags = shown(fenced("a\n```\n<b>\n````\n\x1b", "text"))
    assert words.strip().split("\n") == ["a", "```", "<b>", "````", "\\x1b"]
    assert "b" not in tags


@pytest.fixture(scope="module")
def workshop():
    """The toy domain, which has each shape, each kind of key, and references in circles."""
    return Package("synth_assets_tests.workshop").load()


@pytest.fixture(scope="module")
def workshop_page(workshop):
    return markdown_of(workshop)


def test_a_page_tells_of_every_table_column_rule_parameter_and_preset(workshop, workshop_page):
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", workshop_page, re.DOTALL | re.MULTILINE))
    assert list(sections)[-len(workshop.entities) :] == list(workshop.entities)
    for name, table in workshop.tables.items():
        assert table.grain in sections[name]
        assert [c for c in table.column_names if f"\n| `{c}` | " not in sections[name]] == []
        assert [rule.name for rule in table.rules if f"- `{rule.name}`: " not in sections[name]] == []
    assert [p for p in workshop.params.model_fields if f"\n| {as_markdown(p)} | " not in workshop_page] == []
    assert all(f" {as_markdown(preset)} |" in workshop_page for preset in workshop.presets)


def test_a_diagram_has_a_line_for_each_reference_and_every_key(workshop):
    diagram = mermaid_diagram(workshop)
    lines = re.findall(r'^    "(\w+)" (\|\||\|o)--(o\{|o\|) "(\w+)" : "(.+)"$', diagram, re.MULTILINE)
    references = [(one.table, table, one) for table in workshop.tables.values() for one in table.references]
    assert [(parent, child, said) for parent, _, _, child, said in lines] == [
        (parent, table.name, str(one)) for parent, table, one in references
    ]
    for (_, optional, _, _, _), (_, table, one) in zip(lines, references, strict=True):
        assert (optional == "|o") == any(table.column(c).nullable for c in one.columns)
    for table in workshop.tables.values():
        box = re.search(rf'"{table.name}" {{\n(.*?)    }}', diagram, re.DOTALL)
        assert [c for c in table.key.columns if not re.search(rf" {c} PK", box[1])] == []


def test_a_page_of_one_table_is_its_part_of_the_whole_page(workshop, workshop_page):
    alone = markdown_of_table(workshop, workshop.entity("customers"))
    assert alone.partition("\n")[0] == "# workshop/customers"
    assert alone.partition("**In time**")[2] in workshop_page


def test_pages_are_the_same_again_and_elsewhere(workshop_page):
    assert markdown_of(Package("synth_assets_tests.workshop").load()) == workshop_page
    assert all(line.isprintable() for line in workshop_page.split("\n"))


def test_every_type_has_cells_in_words_and_none_stops_a_page():
    for one in EVERY:
        frame = pl.DataFrame({"x": cells(one)})
        table = Table("d", "t", "", "", Key.of("id"), (Column("x", one, "", nullable=True),))
        assert all(cell_text(cell).strip() for cell in plain_cells(frame["x"])[1:]), one.name
        assert len(distributions(table, frame, 100)) <= 1


def table_of(**columns):
    return Table("d", "t", "", "", Key.of("id"), tuple(Column(name, STRING, "", nullable=True) for name in columns))


def told(values, dtype=None):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})
    return distribution(table_of(x=None), frame, "x")


@pytest.mark.parametrize(
    "values",
    [
        [-1.7e308, 0.0, 1.7e308],
        [5e-324, 1e-323, 0.0],
        [1e18 + 128 * n for n in range(40)],
        [float("nan"), float("inf")],
        [-(2**63), 2**63 - 1],
        [*map(float, range(100)), float("-inf")],
    ],
)
def test_numbers_at_the_edge_have_a_histogram_of_all_of_them_or_none(values):
    found = told(values)
    if found is not None:
        assert isinstance(found, Bars)
        assert 1 <= len(found.counts) <= 2 * BINS
        assert plot_lines(found)


@pytest.mark.parametrize("year", [-200_000, 1, 9_999, 200_000])
def test_times_beyond_pythons_calendar_are_counted_too(year):
    days = pl.Series([0, (year - 1970) * 365]).cast(pl.Int32).cast(pl.Date)
    found = told(days)
    assert isinstance(found, Bars)
    assert sum(found.counts) == 2
    assert len(found.counts) <= 121
    assert "rows per" in found.notes[0]


def test_bars_are_as_high_as_their_share_of_the_highest_and_what_is_missing_is_said():
    assert sparkline([8, 0, 1, 4, 5]) == "█·▁▄▅"
    assert len(sparkline(range(1, 1_000))) <= 40
    frame = pl.DataFrame({"x": ["a"] * 6 + ["b"] * 2 + [None] * 2})
    text = text_plots(table_of(x=None), frame)
    assert "75 % ████████████████████████ a  20 % missing" in text
    assert "25 % ████████ b\n" in text


def test_times_of_two_days_are_counted_by_day():
    found = told([datetime(2026, 1, 1, 23, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)] * 3)
    assert (found.counts, found.labels[0], found.notes) == ((3, 3), "2026-01-01", ("rows per day",))


FILE = """
dataset: hostile
doc: "<script>|`*"
parameters: {n: {default: 40, doc: "a | b `c` <b>"}}
presets: {zero: {n: 0}, some: {}}
entities:
  pk:
    doc: "# not a title %s"
    grain: "<img src=x>"
    rows: n
    columns:
      pk: key
      fk: {weighted: {"a|b": 1, "``": 1, "<script>": 1}, doc: "1. not a list | ` <script>"}
      self: {references: pk, null_rate: 0.5, cycles: true}
%s
    rules:
      - "a | `b` <script> holds": fk is not null
"""


def test_a_hostile_file_of_many_columns_and_no_rows_has_a_page_of_plain_tables(tmp_path):
    more = "\n".join(
        f"      c{n}: {{integers: 1, high: {n + 2}, null_rate: 0.{n % 9}, nullable: true}}" for n in range(297)
    )
    (tmp_path / "hostile.yaml").write_text(FILE % ("long " * 5_000, more))
    domain = Project.here(tmp_path, {}).domain(str(tmp_path / "hostile.yaml"))
    text = markdown_of(domain, "hostile.yaml")
    html = markdown.markdown(text, extensions=EXTENSIONS)
    assert "There are no rows in `zero`." in text
    assert not re.search("<(script|img|b)\\b", html)
    assert max(map(len, text.split("\n"))) < 1_000
    assert html.count("<td><code>c") == 297
    body = re.search(r"<tbody>(?:(?!<tbody>).)*<code>c296</code>.*?</tbody>", html, re.DOTALL)[0]
    assert {row.count("<td") for row in body.split("</tr>")[:-1]} == {5}
