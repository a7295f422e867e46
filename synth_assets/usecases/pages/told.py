"""Shapes, fates and methods in sentences."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

import yaml

from synth_assets.columns.basis.generator import Generator
from synth_assets.documents.markdown_text import as_markdown, code_span, cut, markdown_table
from synth_assets.documents.shown import in_line
from synth_assets.model.docstrings import docstring
from synth_assets.model.entity import Entity, column
from synth_assets.model.fates import Changes, Ends, Fate, Follows, Lifecycle
from synth_assets.model.timeline import Effect, life_of

_OPS = {"insert": "inserts", "update": "changes", "delete": "deletes"}
_FEW = 6
"""Items of a list in an argument; more are left out."""

_ARGUMENTS = 100
_DOC = 300
"""Letters of all arguments, and of a sentence."""

_ENDS_A_PHRASE = ".:;"


def facts(entity: type[Entity]) -> str:
    """A table's key, its groups of columns that are unique, and how its rows come, in sentences of Markdown."""
    table = entity.table()
    key = f"Key: {', '.join(map(code_span, table.key.columns))}." if table.key.columns else "It has no key."
    groups = [f"No two rows share {' and '.join(map(code_span, group))}." for group in table.unique if len(group) > 1]
    return " ".join(filter(None, [key, *groups, as_markdown(entity.about.shape.told, _DOC)]))


def happens(entity: type[Entity]) -> list[str]:
    """What becomes of a table's rows in time, each in a sentence of Markdown; nothing if they stay as they are."""
    fates = [_fate(entity, fate) for fate in entity.about.fates]
    if entity.life.__func__ is not Entity.life.__func__:  # pyright: ignore[reportFunctionMemberAccess] - class methods
        return [*fates, *_acts(life_of(entity))]
    return [*_with_others(entity), *fates]


def _with_others(entity: type[Entity]) -> list[str]:
    """What a clock, or the rows that they hang on, does to rows."""
    ops, parent = {effect.op for effect in life_of(entity)}, entity.about.shape.parent
    come, alone = "insert" in ops, parent is None or entity.about.shape.appears
    told = ["New rows keep coming after the base."] if come and alone else []
    if parent is None:
        return told
    ends = any(isinstance(fate, Ends) for fate in entity.about.fates)
    follows = ["comes"] * (come and not alone) + ["is deleted"] * ("delete" in ops and not ends)
    if follows:
        told.append(f"A row {' and '.join(follows)} with the row of {code_span(parent)} that it hangs on.")
    return told


def method(entity: type[Entity], name: str) -> str:
    """How a column's cells come about, as a phrase of Markdown; empty of one that the class computes."""
    declared = entity.declared()[name]
    generator = declared.generator if isinstance(declared, column) else None
    return _method(generator) if isinstance(generator, Generator) else ""


def methods(entity: type[Entity]) -> str:
    """Which columns come about how, as a table of Markdown; empty where the class computes all of them."""
    named = [(name, how) for name in entity.table().column_names if (how := method(entity, name))]
    return markdown_table([["column", "how"], *([code_span(name), how] for name, how in named)]) if named else ""


def _method(generator: Generator) -> str:
    inner = getattr(generator, "of", None)
    arguments = {name: _number(getattr(generator, name, None), value) for name, value in generator.as_json().items()}
    left_out = {"method", "pool", *(["of"] if isinstance(inner, Generator) else [])}
    # The first argument is written under the method's name, as in a file.
    first = next(iter(generator.arguments()), "")
    named = {
        generator.method() if name == first else name: arguments[name] for name in arguments if name not in left_out
    }
    said = _said(named) if generator.method() in named or not named else f"{generator.method()}: {{{_said(named)}}}"
    of = f"; {_method(inner)}" if isinstance(inner, Generator) else ""
    return f"{code_span(said or generator.method(), _ARGUMENTS)} {phrase(type(generator))}{of}"


def _number(own: Any, plain: Any) -> Any:
    """An exact number as it is written; JSON has it as text."""
    if not isinstance(own, Decimal):
        return plain
    return int(own) if own == own.to_integral_value() else float(own)


def phrase(generator: type[Generator]) -> str:
    """What a method gives, as Markdown: the beginning of the first sentence of its description."""
    said = " ".join(docstring(generator).partition("\n\n")[0].replace("``", "`").split())
    end = min((at for sign in _ENDS_A_PHRASE if (at := said.find(f"{sign} ")) > 0), default=len(said))
    first = said[:end].rstrip(".")
    return first if first[:2].isalpha() and first[:2].isupper() else first[:1].lower() + first[1:]


def _said(arguments: Mapping[str, Any]) -> str:
    """Arguments as they are written in a file, without braces."""
    said = yaml.safe_dump(_short(arguments), default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return said.strip()[1:-1]


def _short(value: Any) -> Any:
    """A value with the first items of what it has many of."""
    if isinstance(value, str):
        return in_line(cut(value, _ARGUMENTS))
    if isinstance(value, list):
        items = [_short(one) for one in cast("list[Any]", value)[:_FEW]]
        return items if len(items) == len(value) else [*items, "…"]
    if isinstance(value, dict):
        pairs = list(cast("dict[str, Any]", value).items())
        return {name: _short(one) for name, one in pairs[:_FEW]} | ({"…": "…"} if len(pairs) > _FEW else {})
    return value


def _fate(entity: type[Entity], fate: Fate) -> str:
    if isinstance(fate, Ends | Follows):
        return as_markdown(fate.told, _DOC)
    said = as_markdown(fate.told, _DOC)
    return f"{code_span(fate.name)}: {said}{_with(entity, fate)}"


def _with(entity: type[Entity], fate: Changes | Lifecycle) -> str:
    """Which columns become others by a fate."""
    names = [name for name in entity.generated() if fate.name in _by(entity.declared()[name].generator)]
    return f" It shows in {', '.join(map(code_span, names))}." if names else ""


def _by(generator: Any) -> Iterator[str]:
    """The fates that a method follows."""
    while isinstance(generator, Generator) and generator.moves:
        if isinstance(by := getattr(generator, "by", None), str):
            yield by
        generator = getattr(generator, "of", None)


def _acts(life: tuple[Effect, ...]) -> list[str]:
    """What acts do to rows, those with the same act together."""
    said: dict[type[Any], list[str]] = {}
    for effect in life:
        ops = said.setdefault(effect.act, [])
        ops += [op for op in [_OPS[effect.op]] if op not in ops]
    return [f"{code_span(act.name)} {' and '.join(ops)} rows{_why(act)}" for act, ops in said.items()]


def _why(act: type[Any]) -> str:
    doc = docstring(act).partition("\n")[0]
    return f": {as_markdown(doc, _DOC)}" if doc else "."
