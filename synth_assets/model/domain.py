"""A domain: a set of entities that belong together, their parameters and presets."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError

from synth_assets.documents import words
from synth_assets.documents.strict_json import shown
from synth_assets.documents.variable_text import from_text
from synth_assets.errors import UsageError, unknown
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset, custom_label
from synth_assets.model.delivery import Delivery
from synth_assets.model.groups import GroupedBy, Only
from synth_assets.model.handouts import Handout
from synth_assets.model.key import CompositeCodec, TextCodec, UuidCodec
from synth_assets.model.order import opened, parents_first
from synth_assets.model.params import RESERVED, Params
from synth_assets.model.presets import misnamed_preset
from synth_assets.model.seed import A_SEED, is_seed
from synth_assets.model.table import Reference, Table
from synth_assets.spoken import option, spoken, volume

if TYPE_CHECKING:  # what makes values is imported by the domain itself, when it is asked for
    from synth_assets.model.entity import Entity

EARLIEST_AS_OF = date(1990, 1, 1)
LATEST_AS_OF = date(2199, 12, 31)
"""Beyond these, some times of a dataset would leave what every format can hold."""


_LONGEST = 100
"""Signs of a text in a message."""


class Source(Protocol):
    """Where a domain comes from: a value that can be pickled, and finds the domain in any process."""

    def load(self) -> "Domain":
        """The domain."""
        ...


@dataclass(frozen=True, eq=False)
class Domain:
    """A domain of entities. It travels to other processes as its source.

    Attributes:
        name: its name, also the schema in databases and the asset group.
        doc: one paragraph for ``synth describe``.
        contract: version of its data: the greatest of its columns' own.
        params: the parameters' class.
        presets: named parameter sets, smallest first.
        default_preset: what the command line takes without ``--preset``.
        entities: name → entity, each after those it refers to.
        source: where it comes from.
        delivery: how its tables are delivered unless somebody says otherwise.
        grouped_by: what its groups are, if they can be had alone.
    """

    name: str
    doc: str
    contract: int
    params: type[Params]
    presets: Mapping[str, Params]
    default_preset: str
    entities: Mapping[str, "type[Entity]"]
    source: Source
    delivery: Delivery = field(default_factory=Delivery)
    grouped_by: GroupedBy | None = None

    @classmethod
    def of(
        cls,
        name: str,
        doc: str,
        params: type[Params],
        presets: Mapping[str, Params],
        default_preset: str,
        entities: Iterable["type[Entity]"],
        source: Source,
        *,
        delivery: Delivery | None = None,
        grouped_by: GroupedBy | None = None,
    ) -> "Domain":
        """Put a domain together: order its entities, and make them known to each other.

        Raises:
            UsageError: two entities of one name, references to nothing or in a closed circle, a default preset that
                isn't there, a delivery or groups of what isn't there.
        """
        of_it = list(entities)
        for slip in slips(name, of_it):
            raise slip.error
        by_name = {entity.about.name: entity for entity in of_it}
        tables = {one: entity.table() for one, entity in by_name.items()}
        _check_delivery(name, delivery or Delivery(), tables)
        usual = delivery or Delivery()
        _check_words(name, params, grouped_by, usual.handouts, tables)
        for parameter in params.model_fields:
            if parameter in RESERVED:
                problem = f"parameter {parameter} can't be called so: commands have an option of that name."
                raise UsageError(f"{name}: {problem}\n  Rename it.")
        for preset in presets:
            if problem := misnamed_preset(preset):
                raise UsageError(f"{name}: preset {preset!r} {problem}")
        if default_preset not in presets:
            raise unknown(f"{name}: default preset", default_preset, presets)
        ordered = {one: by_name[one] for one in parents_first(name, list(tables.values()))}
        contract = max([column.since for table in tables.values() for column in table.columns], default=1)
        return cls(name, doc, contract, params, presets, default_preset, ordered, source, usual, grouped_by)

    def __reduce__(self) -> Any:
        """Entities are classes that may have been made from a declaration: another process finds them by the source."""
        return _loaded, (self.source, dict(self.presets))

    def entity(self, name: str) -> "type[Entity]":
        """The entity called ``name``.

        Raises:
            UsageError: there is none; close matches are suggested.
        """
        try:
            return self.entities[name]
        except KeyError:
            raise unknown(f"{self.name}: entity", name, self.entities, "List them with: synth list") from None

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables' descriptions by name, parents first."""
        return {name: entity.table() for name, entity in self.entities.items()}

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """Table → the tables it refers to that come before it; where references go round, one of them doesn't."""
        return opened(self.tables)

    @property
    def called(self) -> str:
        """What commands call it: its name, or the path by which its file was named."""
        made_by = self.params.made_by
        return made_by.typed if made_by and made_by.typed else self.name

    def with_presets(self, own: Mapping[str, Params]) -> "Domain":
        """The same domain with a project's own presets after its built-in ones."""
        return replace(self, presets={**self.presets, **own})

    def dataset(
        self,
        preset: str | None = None,
        seed: int = 42,
        as_of: date = DEFAULT_AS_OF,
        volumes: Mapping[str, Any] | None = None,
        only: str | None = None,
    ) -> Dataset:
        """Make a dataset from a preset and volumes that override it.

        Args:
            preset: a name in :attr:`presets`; ``None`` for :attr:`default_preset`.
            seed: any whole number.
            as_of: the day at whose start the base dataset is looked at.
            volumes: parameter name → value, or a text that means one.
            only: the name of the group whose rows alone there shall be; all of them without.

        Raises:
            UsageError: an unknown preset, parameter or group, a value or day that isn't allowed, or more rows than a
                table's keys have names for.
        """
        name = self.default_preset if preset is None else preset
        if name not in self.presets:
            raise unknown(f"{self.name}: preset", name, self.presets, f"See them with: synth describe {self.called}")
        if not is_seed(seed):
            msg = f"{self.name}: seed={shown(seed)} is not allowed; a seed is {A_SEED}."
            raise UsageError(f"{msg}\n  Set it with {option('seed', 42)}")
        if not EARLIEST_AS_OF <= as_of <= LATEST_AS_OF:
            msg = f"{self.name}: as_of={as_of} is not allowed; it is a day from {EARLIEST_AS_OF} to {LATEST_AS_OF}."
            raise UsageError(f"{msg}\n  Set it with {option('as_of', str(DEFAULT_AS_OF))}")
        values = {**self.presets[name].model_dump(), **(volumes or {})}
        params = self._validated(values)
        if problem := params.contradiction():
            msg = f"{self.name}: {problem}"
            raise UsageError(msg)
        dataset = Dataset(self.name, self.contract, params, seed, as_of, self._label(params, as_of))
        for entity in self.entities.values():
            entity.check_capacity(dataset)
        for entity in self.entities.values():
            entity.check_others(dataset)
        return dataset if only is None else self.alone(dataset, only)

    def alone(self, dataset: Dataset, name: str) -> Dataset:
        """The rows of one group of a dataset of this domain.

        Raises:
            UsageError: the domain has no groups that can be had alone, or the dataset none of this name.
        """
        by = self.grouped_by
        if by is None:
            raise UsageError(f"{self.name}: its rows are of no groups that could be had alone.\n  Leave that out.")
        grouped = (entity.groups(dataset) for entity in self.entities.values())
        names = [group.name for group in next(filter(None, grouped), ())]
        if name not in names:
            said, volumes = " ".join(self.arguments(dataset)), dataset.params.as_json()
            path = f"{self.called}/{by.table}"
            listing = spoken(
                f"synth sample {path} {said} --rows {len(names)}",
                f"scan({path!r}, seed={dataset.seed}, as_of={str(dataset.as_of)!r}, volumes={volumes}).collect()",
            )
            raise unknown(f"{self.name} {dataset.name}: {by.word}", name, names, f"List them with: {listing}")
        return dataset.alone(Only(by.word, by.table, name))

    def arguments(self, dataset: Dataset) -> list[str]:
        """The options of commands that say which dataset it is."""
        label = self._label(dataset.params, dataset.as_of)
        if label in self.presets:
            named = ["--preset", label]
        else:
            values = dataset.params.as_json()
            named = [text for name, value in values.items() for text in (f"--{name.replace('_', '-')}", str(value))]
        only = [f"--{dataset.only.word}", dataset.only.name] if dataset.only else []
        return [*named, "--seed", str(dataset.seed), "--as-of", dataset.as_of.isoformat(), *only]

    def check_until(self, dataset: Dataset, second: int) -> None:
        """Look whether keys and columns whose values differ have one for each row that comes until then.

        Raises:
            UsageError: they haven't.
        """
        for entity in self.entities.values():
            entity.check_capacity(dataset, second)

    def positions(self, dataset: Dataset, entities: Iterable[str] = ()) -> int:
        """How many rows a dataset has at most, without generating any: of some tables, or of all."""
        return sum(self.entities[name].positions(dataset) for name in entities or self.entities)

    def stored_dataset(self, parameters: Mapping[str, Any]) -> Dataset:
        """The dataset that a manifest's parameters tell of: those of the domain, ``seed`` and ``as_of``.

        Raises:
            ValueError: one of the two is missing, or values of other kinds than the parameters have.
            UsageError: values that no dataset of this domain has.
        """
        values = dict(parameters)
        seed, as_of = values.pop("seed", None), values.pop("as_of", None)
        only = values.pop(self.grouped_by.word, None) if self.grouped_by else None
        if not isinstance(only, str | None):
            raise ValueError("whose rows alone they are is no name")  # noqa: TRY004 - one kind for the caller
        if type(seed) is not int or not isinstance(as_of, str):
            raise ValueError("it has no seed that is a whole number, or no as_of that is a date")
        return self.dataset(None, seed, date.fromisoformat(as_of), self.params.from_json(values).model_dump(), only)

    def _meant(self, name: str, text: str) -> Any:
        """What a text means for a parameter; text that means nothing there stays text."""
        field = self.params.model_fields[name]
        if field.annotation is None:
            return text
        try:
            meant = json.dumps(from_text(text, field.annotation))
            return TypeAdapter(field.annotation).validate_json(meant, strict=True)
        except ValidationError:
            return text

    def allowed(self, name: str) -> str:
        """What a parameter may be, in words; see :func:`~synth_assets.documents.words.allowed`."""
        return words.allowed(self.params.model_fields[name])

    def _label(self, params: Params, as_of: date) -> str:
        named = next((name for name, known in self.presets.items() if known == params), None)
        if named is None or as_of != DEFAULT_AS_OF:
            return custom_label({**params.as_json(), "as_of": as_of.isoformat()})
        return named

    def _validated(self, values: Mapping[str, Any]) -> Params:
        fields = self.params.model_fields
        for name in values:
            if name not in fields:
                raise unknown(f"{self.name}: parameter", name, fields, f"See them with: synth describe {self.called}")
        try:
            meant = {
                name: self._meant(name, value) if isinstance(value, str) else value for name, value in values.items()
            }
            return self.params.model_validate(meant)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise UsageError(self._refusal(name, values[name])) from None

    def _refusal(self, name: str, value: object) -> str:
        good = self.presets[self.default_preset].as_json()[name]
        return (
            f"{self.name}: {name}={_told(value)} is not allowed; it is {self.allowed(name)}.\n"
            f"  Set it with {volume(name, good)} or SYNTH_{self.name.upper()}__{name.upper()}={good}."
        )


class Slip(NamedTuple):
    """Something that is wrong with tables that are to make a domain.

    Attributes:
        table: which one; empty for all together.
        column: which column of it; empty for the table.
        error: what.
    """

    table: str
    column: str
    error: UsageError


def slips(name: str, entities: "Iterable[type[Entity]]") -> Iterator[Slip]:
    """What is wrong with the tables of a domain, one after the other; they are known to each other from here on."""
    by_name: dict[str, type[Entity]] = {}
    found: list[Slip] = []
    for entity in entities:
        if entity.about.name in by_name:
            error = UsageError(f"{name}: two entities are called {entity.about.name}.\n  Rename one of them.")
            found.append(Slip(entity.about.name, "", error))
        by_name[entity.about.name] = entity
    tables = {one: entity.table() for one, entity in by_name.items()}
    found += [slip for table in tables.values() for slip in _slips_of_table(name, table, tables)]
    for one, entity in by_name.items():
        parent = entity.about.shape.parent
        if parent is not None and parent not in tables:
            found.append(Slip(one, "", unknown(f"{name}/{one}: table", parent, tables)))
    if not found:
        try:
            by_name = {one: by_name[one] for one in parents_first(name, list(tables.values()))}
        except UsageError as error:
            found.append(Slip("", "", error))
    yield from found
    for entity in by_name.values():
        entity.tables = by_name
    yield from _slips_of_entities(name, by_name, sound=not found)


def _slips_of_entities(name: str, entities: "Mapping[str, type[Entity]]", *, sound: bool) -> Iterator[Slip]:
    """What is wrong with tables that know each other; of those that refer to nothing, what can be told all the same."""
    # Of what hangs on itself that is told, and nothing else can be.
    straight = {one: entity for one, entity in entities.items() if not _hangs_on_itself(entity)}
    ours: list[Exception] = []
    for one, entity in straight.items():
        try:
            _check_entity(name, entity)
        except UsageError as error:
            sound = False
            yield Slip(one, "", error)
        except (KeyError, AssertionError) as error:
            ours.append(error)
    for one, entity in entities.items():
        for column in entity.generated():
            try:
                entity.check_column(column)
            except UsageError as error:
                sound = False
                yield Slip(one, column, error)
            except (KeyError, AssertionError) as error:
                ours.append(error)
    # What leans on something that is told can't be looked at; where nothing is, it is a fault of ours.
    if sound and ours:
        raise ours[0]


def _hangs_on_itself(entity: "type[Entity]") -> bool:
    """Whether the parents of a table's rows lead in a circle."""
    seen, name = set[str](), entity.about.name
    while name is not None and name in entity.tables and name not in seen:
        seen.add(name)
        name = entity.tables[name].about.shape.parent
    return name in seen


def _told(value: object) -> str:
    is_plain = isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST
    return str(value) if is_plain else shown(value)


def _loaded(source: Source, presets: Mapping[str, Params]) -> Domain:
    return replace(source.load(), presets=presets)


def _check_entity(domain: str, entity: "type[Entity]") -> None:
    """Refuse an entity of another domain, and a key that gives its rows' places other names than they have."""
    about = entity.about
    if about.domain != domain:
        raise UsageError(
            f"{domain}: {about.name} says that it belongs to {about.domain!r}.\n  Write domain={domain!r} in its About."
        )
    if not entity.key() and entity.life():
        raise UsageError(
            f"{domain}/{about.name}: its rows come, change or go, but have no key, so nobody could tell which."
            "\n  Give it one, or let its rows stay: no clock (over), no fates, no parent."
        )
    entity.check_fates()
    _check_composite(f"{domain}/{about.name}", entity)
    _check_apart(f"{domain}/{about.name}", entity)
    parent = entity.parent()
    if problem := about.shape.misnamed(entity.key(), parent and parent.key()) or about.shape.mishung(entity):
        raise UsageError(f"{domain}/{about.name}: {problem}")


def _check_composite(where: str, entity: "type[Entity]") -> None:
    """Refuse a key of several columns whose types aren't those of its parts."""
    key = entity.key()
    parts = key.codec.parts if isinstance(key.codec, CompositeCodec) else ()
    for part, column in zip(parts, map(entity.table().column, key.columns), strict=False):
        if isinstance(part, TextCodec | UuidCodec):
            if column.type.kind == "integer":
                raise UsageError(
                    f"{where}: {column.name} is a part of a key, which shows keys of text, and is of type"
                    f" {column.type.name}.\n  Leave its type out."
                )
        elif column.type.kind != "integer":
            raise UsageError(
                f"{where}: {column.name} is a part of a key of several columns, and is of type {column.type.name},"
                " which isn't the key of what it hangs on.\n"
                "  Let it be the key of a table (of_parent), or a whole number (ordinal); or give this table its own"
                " key. For example: id: key"
            )


def _check_apart(where: str, entity: "type[Entity]") -> None:
    """Refuse a key of several columns, made by themselves, of which none tells rows apart."""
    key = entity.key()
    if key.tells_numbers or len(key.columns) < 2:
        return
    filled = [one.generator for name in key.columns if (one := entity.declared().get(name))]
    if len(filled) < len(key.columns) or any(one is None or one.tells_apart_in(entity) for one in filled):
        return
    *first, last = key.columns
    raise UsageError(
        f"{where}: two rows may have the same {', '.join(key.columns)}, which are its key: each is drawn by itself.\n"
        f'  Let rows hang on those of one table (lines_of), {first[0]} be {{of_parent: ""}}, and {last} distinct: true;'
        " or give the table a key of its own. For example: id: key"
    )


def _slips_of_table(domain: str, table: Table, tables: Mapping[str, Table]) -> Iterator[Slip]:
    """Keys, groups and references of columns or tables that aren't there."""
    names = table.column_names
    referring = ((*one.columns, *(one.when or ())[:1]) for one in table.references)
    groups = [table.key.columns, *table.unique, *referring]
    missing = dict.fromkeys(one for group in groups for one in group if one not in names)
    for name in missing:
        yield Slip(table.name, "", unknown(f"{domain}/{table.name}: column", name, names))
    for one in table.all_references:
        try:
            _check_reference(f"{domain}/{table.name}: {one}", one, tables)
        except UsageError as error:
            yield Slip(table.name, one.columns[0] if len(one.columns) == 1 else "", error)


def _check_delivery(domain: str, delivery: Delivery, tables: Mapping[str, Table]) -> None:
    """Refuse tables and columns that aren't there."""
    by_columns = (*delivery.partition_by.items(), *delivery.sort_by.items())
    for name in (*delivery.formats_of, *delivery.whole, *(table for table, _ in by_columns)):
        if name not in tables:
            raise unknown(f"{domain}: delivery of a table", name, tables)
    for name, column in ((table, column) for table, columns in by_columns for column in columns):
        if column not in tables[name].column_names:
            raise unknown(f"{domain}: delivery of {name} by column", column, tables[name].column_names)


def _check_words(
    domain: str,
    params: type[Params],
    grouped_by: GroupedBy | None,
    handouts: Iterable[Handout],
    tables: Mapping[str, Table],
) -> None:
    """Refuse words that are options already, and groups that no table has a row for."""
    taken = RESERVED | params.model_fields.keys()
    for word in (*([grouped_by.word] if grouped_by else []), *(one.name for one in handouts)):
        if word in taken or not word.isidentifier():
            raise UsageError(f"{domain}: {word!r} can't be an option of its own: it is one already.\n  Rename it.")
    if grouped_by and grouped_by.table not in tables:
        raise unknown(f"{domain}: groups of a table", grouped_by.table, tables)
    if grouped_by and len(tables[grouped_by.table].key.columns) != 1:
        raise UsageError(f"{domain}: groups are called after the key of {grouped_by.table}, which is one column.")


def _check_reference(where: str, reference: Reference, tables: Mapping[str, Table]) -> None:
    if reference.table not in tables:
        raise unknown(f"{where} refers to a table that isn't there; table", reference.table, tables)
    parent = tables[reference.table]
    target = reference.target(parent)
    if not target or len(target) != len(reference.columns):
        raise UsageError(
            f"{where} refers to {parent.name}, whose key is {parent.key or 'none'}; as many columns are needed.\n"
            "  Name the columns of the key, or say which unique columns of the other table are meant."
        )
    if target != parent.key.columns and target not in parent.unique:
        raise UsageError(
            f"{where} refers to {parent.name}.{', '.join(target)}, which doesn't name a row there: it is neither the"
            f" key ({parent.key or 'none'}) nor unique.\n  Refer to the key, or declare those columns unique."
        )
