"""Write the pages of docs/ that describe domains, with their pictures: python scripts/make_domain_docs.py [DOMAIN …].

Of the domains of the program and of the files in examples/datasets/. All of it comes from the domains themselves, by
what `synth describe … --as page` is made by; the pages of the program's domains have plots as SVG. The list of all
pages, in docs/domains.md and in mkdocs.yml, is made too. A test compares pages, pictures and lists with what this
makes, so they can't fall behind.
"""

import re
import sys
from pathlib import Path

import polars as pl
from drawing.keys_diagram import keys_diagram
from drawing.plots import plots

from synth_assets.documents.markdown_text import as_markdown, code_span, markdown_table
from synth_assets.model.domain import Domain
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.usecases.describe import describe
from synth_assets.usecases.pages.page import Pictures, markdown_of
from synth_assets.usecases.pages.text_plots import text_plots

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples" / "datasets"
PAGES = "datasets"
"""The folder of the examples' pages."""

PICTURES = "images/domains"
OWN = """Tables of your own are [a file](own-dataset.md) away, or a [package in Python](own-domain.md);
`synth describe FILE --as page` makes such a page of them.
With `marketplace` you [test a multi-tenant system](multi-tenant.md)."""

REAL = ("bronze", "marketplace")
REALISM = "How much of it is as in real shops: [figures with sources](realism.md), [plots](realism-plots.md)."

NAVIGATION = re.compile(r"( *)# (pages of (\w+)), by scripts/make_domain_docs\.py\n.*?( *)# end of \2\n", re.DOTALL)


def examples() -> dict[str, Domain]:
    """The domains of the files in examples/datasets/, by the path that commands call them."""
    project = Project.here(ROOT, {})
    paths = [path.relative_to(ROOT).as_posix() for path in sorted(EXAMPLES.glob("*.yaml"))]
    return {path: project.domain(str(ROOT / path)) for path in paths}


def files(domain: Domain, path: str = "") -> dict[str, str]:
    """Everything that is made of a domain, or of an example in a file: path below docs/ → text."""
    up = "../" if path else ""
    keys = f"{PICTURES}/{domain.name}/keys.svg"
    found = {keys: keys_diagram(domain)}

    def drawn(table: Table, rows: pl.DataFrame) -> str:
        here = {f"{PICTURES}/{domain.name}/{table.name}.{plot.column}.svg": plot for plot in plots(table, rows)}
        found.update({at: plot.svg for at, plot in here.items()})
        images = "\n".join(f"![{table.name}.{plot.column}]({at})" for at, plot in here.items())
        return f'<div class="plots" markdown="1">\n\n{images}\n\n</div>' if images else ""

    pictures = Pictures(lambda _: _diagram(domain, up + keys), text_plots if path else drawn)
    found[f"{PAGES}/{domain.name}.md" if path else f"{domain.name}.md"] = markdown_of(
        domain, path, pictures, [_made(domain, path)]
    )
    return found


def _diagram(domain: Domain, picture: str) -> str:
    image = f"![Tables of {domain.name} and their keys]({picture})"
    says = "A line leads from a key to the columns that refer to it; it is dashed where they may be missing."
    return f'<div class="wide" markdown="1">\n\n{image}\n\n</div>\n\n{says}'


def _made(domain: Domain, path: str) -> str:
    if path:
        made = f"This page is made by `scripts/make_domain_docs.py` from the file `{path}`"
        return f"{made}; `synth describe {path} --as page` prints the like."
    made = "This page and its pictures are made from the domain itself by `scripts/make_domain_docs.py`"
    real = f" {REALISM}" if domain.name in REAL else ""
    return f"{made}; its values are those of contract {domain.contract}.{real}"


def overview() -> str:
    """The page that lists all domains, and the examples of files."""
    project = Project.here(ROOT, {})
    parts = [
        "# Domains",
        "A domain is a set of tables that belong together. Its page has keys, columns, rules, plots and rows.",
        _list({f"{name}.md": project.domain(name) for name in project.names()}),
        OWN,
        "## Examples of files",
        "These are declared by the files in `examples/datasets/`, and shown as any file of yours would be.",
        _list({f"{PAGES}/{domain.name}.md": domain for domain in examples().values()}),
    ]
    return "\n\n".join(parts) + "\n"


def _list(pages: dict[str, Domain]) -> str:
    rows = [["domain", "what", "tables", "presets"]]
    for address, domain in pages.items():
        info = describe(domain)
        presets = ", ".join(map(code_span, info.presets))
        what = as_markdown(info.doc.partition("\n\n")[0])
        rows.append([f"[{info.name}]({address})", what, str(len(info.entities)), presets])
    return markdown_table(rows)


def navigation(text: str) -> str:
    """The text of mkdocs.yml with the pages of all domains where its comments say that they belong."""
    listed = {
        "domains": [f"{name}.md" for name in Project.here(ROOT, {}).names()],
        "examples": [f"{PAGES}/{domain.name}.md" for domain in examples().values()],
    }

    def pages(found: re.Match[str]) -> str:
        head = f"{found[1]}# {found[2]}, by scripts/make_domain_docs.py\n"
        lines = "".join(f"{found[1]}- {address}\n" for address in listed[found[3]])
        return f"{head}{lines}{found[4]}# end of {found[2]}\n"

    return NAVIGATION.sub(pages, text)


def _written(made: dict[str, str], domain: str) -> None:
    for old in (DOCS / PICTURES / domain).glob("*.svg"):
        if f"{PICTURES}/{domain}/{old.name}" not in made:
            old.unlink()
    for path, text in made.items():
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(text, encoding="utf-8")


def main() -> None:
    """Write pages and pictures of the domains that are named, or of all, and the lists of all."""
    (DOCS / "domains.md").write_text(overview(), encoding="utf-8")
    settings = ROOT / "mkdocs.yml"
    settings.write_text(navigation(settings.read_text(encoding="utf-8")), encoding="utf-8")
    project = Project.here(ROOT, {})
    everything = {name: ("", project.domain(name)) for name in project.names()}
    everything |= {domain.name: (path, domain) for path, domain in examples().items()}
    for name in sys.argv[1:] or everything:
        path, domain = everything[name]
        _written(files(domain, path), name)


if __name__ == "__main__":
    main()
