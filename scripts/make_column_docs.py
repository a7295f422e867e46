"""Write docs/columns.md from the column generators themselves: python scripts/make_column_docs.py.

A test compares the page with what this makes, so it can't fall behind.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from showroom import given

from synth_assets.columns.basis import catalog
from synth_assets.columns.basis.generator import ANY, SCALARS, Drawn, Generator
from synth_assets.documents.aligned import aligned
from synth_assets.documents.markdown_text import cut, fenced
from synth_assets.documents.words import example
from synth_assets.specs import synonyms
from synth_assets.usecases.pages.text_plots import plot_lines
from synth_assets.world import vocabulary

PAGE = Path(__file__).resolve().parent.parent / "docs" / "columns.md"

LETTERS, LINE = 40, 100
"""Of a value, and of all that are shown; what is more is left out."""

_INTRODUCTION = """# Column generators

How the cells of a column come about. A Python class declares a column with a generator's function, a dictionary names
the same generator by its method; both are checked by the same words.

```python
from synth_assets.columns.weighted import weighted

payment_method = column(STRING, "how it is paid", weighted({"card": 60, "invoice": 40}))
```

```yaml
payment_method: {method: weighted, weights: {card: 60, invoice: 40}}
```

A cell is a function of the seed, the table, the column and the row's number, so any slice can be made alone, and no
column changes another one. Generators that draw do so from the column's own stream of random bits. What suits no
generator is a method of the entity: `@column(STRING, "…")` above a function of all rows.

Below the examples of a method stand the first values that they give with seed 42 (– where one is missing), and how some
thousands of rows are distributed.

This page is made from the generators by `scripts/make_column_docs.py`."""

_STREAMS = """## Streams

Generators that draw take two more arguments."""


_OTHER_WORDS = """## Other words

Words that files may have for others. What is read is the same, and `synth spec show` says the first one."""


def page() -> str:
    """The whole page: an overview, a chapter for each generator, streams, and the vocabularies."""
    generators = {name: catalog.load(name) for name in catalog.names()}
    parts = [_INTRODUCTION, _overview(generators)]
    parts += [text for name, generator in generators.items() for text in _chapter(name, generator)]
    parts += [_STREAMS, _arguments(Drawn, list(Drawn.model_fields)), _OTHER_WORDS, _synonyms(generators)]
    parts += ["## Vocabularies", _vocabularies()]
    return "\n\n".join(parts) + "\n"


def _synonyms(generators: Mapping[str, type[Generator]]) -> str:
    """The words that files may have for others: of tables and their like, and of arguments."""
    of_groups = {
        "the dataset": synonyms.DATASET,
        "a parameter": synonyms.PARAMETER,
        "a table": synonyms.TABLE,
        "a column": synonyms.COLUMN,
        "a table in `changes`": synonyms.CHANGES,
        "a state in a column's `lifecycle`": synonyms.STEP,
    }
    found: dict[tuple[str, str], list[str]] = {}
    for name, words in of_groups.items():
        for word, meant in words.items():
            found.setdefault((name, meant), []).append(word)
    of_methods: dict[tuple[str, str], list[str]] = {}
    for name in generators:
        for word, meant in synonyms.of_method(name).items():
            of_methods.setdefault((meant, word), []).append(f"`{name}`")
    by_methods: dict[tuple[str, str], list[str]] = {}
    for (meant, word), names in of_methods.items():
        by_methods.setdefault((", ".join(names), meant), []).append(word)
    rows = [["of", "word", "others for it"]]
    rows += [
        [of, f"`{meant}`", ", ".join(f"`{word}`" for word in words)]
        for (of, meant), words in [*found.items(), *by_methods.items()]
    ]
    return _table(rows)


def _overview(generators: Mapping[str, type[Generator]]) -> str:
    rows = [["method", "what", "types"]]
    rows += [
        [f"[`{name}`](#{name})", _words_of(generator)[0], _types(generator)] for name, generator in generators.items()
    ]
    return _table(rows)


def _chapter(name: str, generator: type[Generator]) -> list[str]:
    own = [field for field in generator.arguments() if field not in Drawn.model_fields]
    parts = [f"## {name}", "\n\n".join(_words_of(generator)), _fills(generator)]
    if own:
        parts.append(_arguments(generator, own))
    examples = [json.dumps({"method": name, **one}, ensure_ascii=False) for one in generator.examples]
    return [*parts, "\n".join(["```json", *examples, "```"]), _gives(name, generator)]


def _gives(name: str, generator: type[Generator]) -> str:
    """What each example gives: the first values, and how all are distributed."""
    lines: list[tuple[str, str]] = []
    for number, one in enumerate(generator.examples, 1):
        got = given(name, one)
        lines.append((str(number), _first(got.first)))
        lines += [("", f"{bars}  {notes}") for _, bars, notes in (plot_lines(got.spread) if got.spread else [])]
    return fenced(aligned(lines if len(generator.examples) > 1 else [(line,) for _, line in lines]))


def _first(values: list[str]) -> str:
    """As many values as a line has room for."""
    said = ""
    for value in values:
        more = f"{said}{cut(value, LETTERS) or '–'}, "
        if len(more) > LINE and said:
            break
        said = more
    return f"{said}…"


def _words_of(generator: type[Generator]) -> list[str]:
    """The paragraphs of a docstring, each in one line."""
    return [" ".join(part.split()).replace("``", "`") for part in (generator.__doc__ or "").split("\n\n")]


def _fills(generator: type[Generator]) -> str:
    draws = " It draws random bits." if issubclass(generator, Drawn) else ""
    return f"For columns of {_types(generator)}.{draws}"


def _types(generator: type[Generator]) -> str:
    if generator.fills == ANY:
        return "any type"
    return "any plain type" if generator.fills == SCALARS else ", ".join(generator.fills)


def _arguments(generator: type[Generator], names: list[str]) -> str:
    rows = [["argument", "what it is", "default", "for example"]]
    for name in names:
        field = generator.model_fields[name]
        default = "required" if field.is_required() else f"`{_shown(field.get_default())}`"
        rows.append([f"`{name}`", field.description or "", default, f"`{_shown(example(field))}`"])
    return _table(rows)


def _shown(value: Any) -> str:
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, str | int | float | list | dict | None)
        else str(value)
    )


def _vocabularies() -> str:
    rows = [["vocabulary", "columns", "entries"]]
    for name in vocabulary.names():
        entries = vocabulary.rows(name)
        rows.append([f"`{name}`", ", ".join(f"`{column}`" for column in entries[0]), f"{len(entries):,}"])
    return _table(rows)


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
