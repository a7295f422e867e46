"""A dataset card: a README with a head in YAML that says what it is, and how to get it back."""

from collections.abc import Iterator
from shlex import join

from synth_assets.descriptions.described import Described
from synth_assets.descriptions.kind import Kind
from synth_assets.descriptions.yaml_written import without_nothing, written_yaml
from synth_assets.documents.markdown_text import as_markdown, code_span, fenced, markdown_table


def text(of: Described, _argument: str = "") -> str:
    """The card as Markdown."""
    return "\n\n".join([f"---\n{_head(of)}---", *_parts(of)]) + "\n"


KIND = Kind("card", text)


def _head(of: Described) -> str:
    dataset = of.dataset
    tables = {name: {"rows": _rows(of, name), "content_hash": _hash(of, name)} for name in of.tables}
    head = {
        "pretty_name": f"{dataset.domain} {dataset.name}",
        "tags": ["synthetic"],
        "domain": dataset.domain,
        "preset": dataset.label,
        "seed": dataset.seed,
        "parameters": {**dataset.parameters, **dataset.said_only},
        "contract": dataset.contract,
        "formats": of.formats,
        "tables": {name: told or None for name, told in tables.items()},
    }
    return written_yaml(without_nothing(head))


def _parts(of: Described) -> Iterator[str]:
    yield f"# {as_markdown(f'{of.dataset.domain} {of.dataset.name}')}"
    yield from (as_markdown(part) for part in of.doc.split("\n\n") if part.strip())
    yield "Synthetic data: no row is anybody's. The same parameters and seed give the same rows on every machine."
    yield "## How to get it back"
    yield fenced("\n".join(_commands(of)), "console")
    yield f"The values are those of contract {of.dataset.contract}: a later version of the program keeps them."
    yield "## Tables"
    rows = [["table", "one row is", "rows", "content hash"]]
    rows += [
        [code_span(name), as_markdown(table.grain), _counted(_rows(of, name)), code_span(_hash(of, name) or "")]
        for name, table in of.tables.items()
    ]
    yield markdown_table(rows)
    if of.formats:
        yield "## Files"
        files = [["format", "files"]]
        for form in of.formats:
            patterns = dict.fromkeys(str(copy.pattern) for copy in of.of_format(form).values())
            files += [[form, code_span(pattern)] for pattern in patterns]
        yield markdown_table(files)
    for name, table in of.tables.items():
        yield f"## {as_markdown(name)}"
        yield as_markdown(table.doc)
        columns = [["column", "type", "null", "what"]]
        columns += [
            [code_span(one.name), as_markdown(one.type.name), "yes" if one.nullable else "", as_markdown(one.doc)]
            for one in table.columns
        ]
        yield markdown_table(columns)


def _commands(of: Described) -> Iterator[str]:
    yield "$ pip install synth-assets"
    formats = ["--format", ",".join(of.formats)] if of.formats else []
    yield f"$ {join(['synth', 'generate', of.called, *of.arguments, *formats, '--output-dir', 'data'])}"
    yield "$ synth verify data"


def _rows(of: Described, name: str) -> int | None:
    copies = of.copies.get(name, ())
    return copies[0].manifest.rows if copies else None


def _hash(of: Described, name: str) -> str | None:
    copies = of.copies.get(name, ())
    return copies[0].manifest.content_hash if copies else None


def _counted(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"
