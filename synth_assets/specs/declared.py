"""A declared dataset as a domain: its source travels as text, so any process makes the same one."""

import difflib
import functools
import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from synth_assets.columns.basis.spelling import spelt_out
from synth_assets.documents import reading, strict_json
from synth_assets.documents.bounds import LARGEST
from synth_assets.documents.document import Document
from synth_assets.documents.places import Path as Steps
from synth_assets.documents.places import Place
from synth_assets.documents.problems import Problem, Teller, Wording
from synth_assets.documents.regular import regular_text
from synth_assets.documents.syntax import JSON
from synth_assets.documents.validation import checked
from synth_assets.errors import UsageError, shortened
from synth_assets.model.domain import Domain
from synth_assets.model.domain import slips as slips_of
from synth_assets.model.entity import Entity
from synth_assets.model.params import Params
from synth_assets.model.presets import misnamed_preset, twin_preset
from synth_assets.model.rates import RateError, RoomError
from synth_assets.specs import SPEC, SUFFIXES, building, synonyms
from synth_assets.specs.afterwards import with_changes
from synth_assets.specs.declaration import LANGUAGE, Declaration, EntityDeclaration
from synth_assets.specs.delivered import delivery_of
from synth_assets.specs.names import checked_names
from synth_assets.specs.pools import Pool, Pools, pools_in, text_of_pools
from synth_assets.specs.short_forms import in_full
from synth_assets.specs.slips import DeclarationError, Slips

_WORDING = Wording(thing="word")
_ROUNDS = 4
_DOCUMENTS = 64
"""How many documents are kept, at most: more than a project has, and few of the largest that are read."""
_CLOSE = 0.8
"""How like a word has to be to be read as another, which is told; suggested is what is less like."""


@dataclass(frozen=True)
class Declared:
    """A domain's source: the declaration itself.

    Attributes:
        text: the declaration as it is written.
        said: where it is written, for messages.
        syntax: a file's suffix; empty for a dictionary's text, whose lines nobody has seen.
        pools: the text of the pools beside the file; see :mod:`.pools`.
        path: the file, absolute, if it is named by its path; empty where its dataset's name finds it.

    Example:
        >>> source = Declared.of({"dataset": "tiny", "entities": {"things": {"rows": 3, "columns": {"id": "key"}}}})
        >>> source.load().tables["things"].column_names
        ['id']
    """

    text: str
    said: str = ""
    syntax: str = ""
    pools: str = ""
    path: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any], said: str = "a declaration") -> "Declared":
        """The source of a declaration; nothing is checked yet but that it is one of plain values.

        Raises:
            UsageError: it isn't: values that JSON doesn't have, or that hold themselves.
        """
        try:
            return cls(json.dumps(values), said)
        except (TypeError, ValueError, RecursionError) as error:
            problem = "it nests too deeply" if isinstance(error, RecursionError) else str(error)
            raise UsageError(f"{said} can't be read: {problem}.\n  Use mappings, lists, text and numbers.") from None

    @classmethod
    def read(cls, path: Path, said: str = "") -> "Declared":
        """The source that a file is; nothing is checked yet.

        Args:
            path: of the file; its name says the syntax.
            said: what messages call it; its path without.

        Raises:
            DeclarationError: it can't be read, or is larger than anybody writes.
        """
        said = said or str(path)
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(
                f"{said} is no file of a dataset: it ends with none of {', '.join(SUFFIXES)}.\n  Rename it."
            )
        try:
            return cls(regular_text(path, LARGEST), said, path.suffix.lower(), text_of_pools(path))
        except OSError as error:
            raise UsageError(
                f"{said} can't be read: {error.strerror}.\n  Check its name and its permissions."
            ) from None

    def at_path(self, path: Path) -> "Declared":
        """The same, named by the path of its file."""
        return replace(self, path=str(path.absolute()))

    @property
    def typed(self) -> str:
        """What people type for it, if it is named by its path; else empty."""
        return self.said if self.path else ""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its meaning: comments, and the order of keys, aren't part of it.

        Raises:
            DeclarationError: it can't be read.
        """
        said = json.dumps([self.document().values, self.pools], sort_keys=True, default=str)
        return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()

    def document(self) -> Document:
        """What is written, with its places.

        Raises:
            DeclarationError: it is none, more than anybody writes, or of a language that is newer than this program.
        """
        return _document(self)

    def pools_asked_for(self) -> list[Pool]:
        """The pools that it asks for, each once, in the order of its columns.

        Raises:
            DeclarationError: something isn't allowed.
        """
        said = self.declaration()
        columns = [one for entity in said.entities.values() for one in entity.columns.values()]
        return list({pool.fingerprint: pool for one in columns for pool in pools_in(spelt_out(_values(one)))}.values())

    def pools_kept(self) -> dict[str, Any]:
        """Those that are kept beside it, by their fingerprints; none if that can't be read."""
        try:
            return dict(strict_json.loads(self.pools)["pools"]) if self.pools else {}
        except (ValueError, TypeError, KeyError):
            return {}

    def declaration(self) -> Declaration:
        """What it says, in the language's words.

        Raises:
            DeclarationError: something isn't allowed.
        """
        document = self.document()
        slips = Slips(document)
        said = _declaration(_in_full(document, slips), slips, None)
        slips.check()
        assert said is not None  # noqa: S101 - else something is wrong
        said = with_changes(said, slips)
        slips.check()
        return said

    def load(self) -> Domain:
        """The domain, made once a process.

        Raises:
            DeclarationError: something in it isn't allowed; says of all such things where, what, and what is.
        """
        return _load(self)

    def params(self) -> type[Params]:
        """The class of its parameters."""
        return self.load().params

    def __str__(self) -> str:
        return self.said


@functools.lru_cache(maxsize=_DOCUMENTS)
def _document(source: Declared) -> Document:
    """Read once: who asks where its tables are written asks for each of them. Nobody changes a document."""
    try:
        # JSON is bounded, too, as all that people write.
        document = reading.parse(source.text, source.said, source.syntax or ".json")
    except UsageError as error:
        raise DeclarationError((str(error),)) from None
    return _readable(_unseen(source, document))


def _readable(document: Document) -> Document:
    """A document, unless its language is newer: whatever else seems wrong with it then needn't be."""
    version = document.value(("version",))
    if isinstance(version, int) and version > LANGUAGE:
        slips = Slips(document)
        problem = f"it is written in version {version:,} of the dataset language, and this program reads {LANGUAGE}."
        slips.add(("version",), f"{problem}\n  Install a newer synth_assets.")
        slips.check()
    return document


def _unseen(source: Declared, document: Document) -> Document:
    """A document; of a dictionary's text, which nobody has seen, names say where something is, and no lines."""
    if source.syntax:
        return document
    place = Place(source.said, 0, 0)
    written = {path: replace(how, place=place, value_place=None) for path, how in document.written.items()}
    return replace(document, written=written)


@functools.cache
def _load(source: Declared) -> Domain:
    document = source.document()
    slips = Slips(document)
    document = _in_full(document, slips)
    pools = Pools(source.pools, source.said)
    said = _declaration(document, slips, pools)
    if said is None:
        slips.check()
        raise DeclarationError((f"{source.said} is no declaration of a dataset.",))
    if slips.is_wrong(("parameters",)):
        slips.check()  # all that is counted would be told, too
    said = with_changes(said, slips)
    said = checked_names(said, _names(document.value(("parameters",))), slips)
    params = building.params_of(said)
    presets = {name: one for name in said.presets if (one := _preset(said, params, name, document, slips)) is not None}
    _note_presets(said.dataset, presets, slips)
    entities = list(building.entities(said, slips, pools))
    _note_slips(said, entities, slips)
    delivery = delivery_of(said, {entity.about.name: entity.table() for entity in entities}, slips)
    slips.check()
    params.made_by = source
    domain = Domain.of(
        name=said.dataset,
        doc=said.doc or said.dataset,
        params=params,
        presets=presets,
        default_preset=said.default_preset or next(iter(presets)),
        entities=entities,
        source=source,
        delivery=delivery,
    )
    _note_what_presets_lack(domain, document, slips)
    slips.check()
    return domain


def _note_what_presets_lack(domain: Domain, document: Document, slips: Slips) -> None:
    """Note what no preset, or one of them, has room for, before anybody asks for rows."""
    narrow: dict[tuple[str, str], list[tuple[str, RoomError]]] = {}
    for name in domain.presets:
        try:
            dataset = domain.dataset(name)
            for entity in domain.entities.values():
                entity.check_others(dataset, any_seed=True)
        except RoomError as error:
            narrow.setdefault((error.table, error.column), []).append((name, error))
        except RateError as error:
            said_in = ("changes", error.table, error.word)
            is_there = document.value(said_in) is not None
            slips.add(said_in if is_there else ("entities", error.table, error.word), error)
        except UsageError as error:
            slips.add(("presets", name), error)
    for (table, column), errors in narrow.items():
        if len(errors) == len(domain.presets):  # the column's own fault, then, and not that of a preset
            slips.add(("entities", table, "columns", column), errors[0][1])
        else:
            for name, error in errors:
                slips.add(("presets", name), error)


def _in_full(document: Document, slips: Slips) -> Document:
    """The document in the words that declarations are made of; slips find their places in it from here on."""
    full = in_full(_in_own_words(_as_meant(document, slips), slips), slips)
    slips.look_at(full)
    return full


def _as_meant(document: Document, slips: Slips) -> Document:
    """The document with misspelt words of it and its tables read as what they are close to: that is told once."""
    tables = [("entities", name) for name in _names(document.value(("entities",)))]
    groups = [((), Declaration, synonyms.DATASET), *((at, EntityDeclaration, synonyms.TABLE) for at in tables)]
    for path, model, others in groups:
        group, words = _names(document.value(path)), list(model.model_fields)
        for word in group:
            free = [one for one in words if one not in group]
            close = difflib.get_close_matches(word, free, n=1, cutoff=_CLOSE)
            if word not in words and word not in others and word != SPEC and close:
                slips.told(Teller(document, _WORDING).unknown((*path, word), words))
                document = document.renamed(path, {word: close[0]})
    return document


def _in_own_words(document: Document, slips: Slips) -> Document:
    """The document with every table's columns said in our own words."""
    entities = document.value(("entities",))
    if not isinstance(entities, dict) or not any(isinstance(one, dict) and SPEC in one for one in entities.values()):
        return document
    from synth_assets.specs.rand_engine.within import without_specs

    return without_specs(document, slips)


def _names(value: Any) -> list[str]:
    """The names of a mapping; none of what is none."""
    return list(cast("dict[str, Any]", value)) if isinstance(value, dict) else []


def _values(column: Any) -> Any:
    """A column's words as plain values."""
    return column if isinstance(column, str) else column.model_dump(exclude_unset=True)


def _declaration(document: Document, slips: Slips, pools: Pools | None) -> Declaration | None:
    """What a document declares, as far as it declares something: what isn't allowed is noted, and left out."""
    found = checked(document, Declaration, _WORDING)
    if isinstance(found, Declaration):
        return found
    building.note_columns(document.values, slips, pools)
    rest = document
    removed = set[Steps]()
    for _ in range(_ROUNDS):
        for problem in found:
            # What is missing because it was left out is told already.
            is_told = any(_begins(path, problem.path) for path in removed) or _is_misspelt(problem, found)
            # So is what isn't allowed of a group only since something in it isn't.
            within = {*removed, *(one.path for one in found if one.path != problem.path)}
            is_left = problem.kind == "not allowed" and any(_begins(path, problem.path) for path in within)
            if not is_left and (problem.kind != "missing" or not is_told):
                slips.told(problem)
        removed |= {problem.path for problem in found}
        left = _without(rest, found)
        if left is None:
            return None
        rest = left
        found = checked(rest, Declaration, _WORDING)
        if isinstance(found, Declaration):
            return found
    return None


def _is_misspelt(missing: Problem, found: list[Problem]) -> bool:
    """Whether what is missing is there under a name that is close to its own, and that is told."""
    beside = [str(one.path[-1]) for one in found if one.kind == "unknown" and one.path[:-1] == missing.path[:-1]]
    return bool(missing.path) and bool(difflib.get_close_matches(str(missing.path[-1]), beside, n=1))


def _begins(path: Steps, start: Steps) -> bool:
    return path[: len(start)] == start


def _without(document: Document, found: list[Problem]) -> Document | None:
    """A document without what is wrong in it; ``None`` if that is all of it."""
    values = deepcopy(document.values)
    paths = {problem.path[:-1] if problem.kind in {"missing", "contradiction"} else problem.path for problem in found}
    for path in sorted(paths, key=str, reverse=True):  # later items of a list before those in front of them
        if not path:
            return None
        _remove(values, path, building.TOLD if _is_column(path) else None)
    return replace(document, values=values)


def _is_column(path: Steps) -> bool:
    return len(path) == len(("entities", "table", "columns", "name")) and path[::2] == ("entities", "columns")


def _remove(values: Any, path: Steps, instead: Any = None) -> None:
    """Take something out, or let something stand for it: others may ask for it."""
    holder = values
    for step in path[:-1]:
        if not isinstance(holder, dict | list):
            return
        try:
            holder = holder[step]  # pyright: ignore[reportArgumentType, reportCallIssue] - whichever it is
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(holder, dict) and instead is not None:
        holder[path[-1]] = instead
    elif isinstance(holder, dict):
        holder.pop(path[-1], None)
    elif isinstance(holder, list) and isinstance(path[-1], int) and path[-1] < len(holder):
        del holder[path[-1]]


def _note_slips(said: Declaration, entities: list[type[Entity]], slips: Slips) -> None:
    """Note what doesn't go together; nothing about what leans on something that is wrong itself."""
    tables = {entity.about.name: entity for entity in entities}
    was_right = not len(slips)
    for slip in slips_of(said.dataset, entities):
        if not was_right and (slip.column == "" or building.leans_on_unknown(tables[slip.table], slip.column, tables)):
            continue
        if not was_right and building.follows_from_told(said, slip.table, slip.column, slips):
            continue
        path: Steps = ("entities", slip.table) if slip.table else ("entities",)
        slips.add_near((*path, "columns", slip.column) if slip.column else path, slip.error)


def _preset(said: Declaration, params: type[Params], name: str, document: Document, slips: Slips) -> Params | None:
    values = {**_defaults(said), **said.presets[name]}
    what = f"preset {shortened(repr(name))} of {said.dataset}"
    wording = Wording(thing="parameter", by_type=True)
    part = Document.of(values, {(): (Place(what, 0, 0), None)}, JSON)
    place = document.find(("presets", name)).place
    if place and place.line:
        below = {
            path[2:]: replace(how, path=path[2:])
            for path, how in document.written.items()
            if path[:2] == ("presets", name)
        }
        part = replace(part, written={**part.written, **below, (): document.find(("presets", name))})
        wording = replace(wording, of=what)
    found = checked(part, params, wording)
    for problem in found if isinstance(found, list) else ():
        # Of a default the parameter tells it.
        if problem.kind != "not allowed" or problem.path[-1:] == () or problem.path[-1] in said.presets[name]:
            slips.told(problem)
    return None if isinstance(found, list) else found


def _note_presets(dataset: str, presets: Mapping[str, Params], slips: Slips) -> None:
    """Note presets that can't be called so, and those with the numbers of another."""
    named: dict[Params, str] = {}
    for name, params in presets.items():
        if problem := misnamed_preset(name) or twin_preset(params, named):
            slips.add(("presets", name), f"preset {shortened(repr(name))} of {dataset} {problem}")
        named.setdefault(params, name)


def _defaults(said: Declaration) -> dict[str, int]:
    return {name: one if isinstance(one, int) else one.default for name, one in said.parameters.items()}
