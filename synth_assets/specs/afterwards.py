"""The section ``changes`` of a declaration: what it says of tables, as the words that tables have for it themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from synth_assets.columns.basis import catalog as methods
from synth_assets.columns.basis.nested import Around
from synth_assets.columns.basis.spelling import spelt_out
from synth_assets.documents.places import Path
from synth_assets.errors import unknown
from synth_assets.model.rates import Rate
from synth_assets.specs.declaration import (
    ChangesDeclaration,
    ColumnDeclaration,
    Declaration,
    EndsDeclaration,
    EntityDeclaration,
    ErasedDeclaration,
    EventDeclaration,
    FateDeclaration,
    FollowsDeclaration,
    TableChanges,
)
from synth_assets.specs.names import key_columns
from synth_assets.specs.slips import Slips


def with_changes(said: Declaration, slips: Slips) -> Declaration:
    """A declaration in which tables say themselves what its section ``changes`` says of them.

    What goes into ``born`` and ``fates``, and columns that change are drawn by the method ``changing``. What can't be
    said is noted, and left out; so is a fate that follows nothing.
    """
    entities = dict(said.entities)
    for name, changes in said.changes.items():
        if name not in entities:
            slips.add(("changes", name), unknown(f"{said.dataset}: changes: table", name, entities))
            continue
        entities[name] = _Table(said.dataset, name, entities[name], slips).with_all(changes)
    paths = {name: _where_fates(name, entity) for name, entity in said.entities.items()}
    known = {
        name: _with_leaders(said.dataset, name, entity, entities, paths[name], slips)
        for name, entity in entities.items()
    }
    return said.model_copy(update={"entities": _uncircled(said.dataset, known, paths, slips), "changes": {}})


def _where_fates(name: str, said: EntityDeclaration) -> Path:
    """Where a table says whom it follows."""
    own = [at for at, one in enumerate(said.fates) if isinstance(one, FollowsDeclaration)]
    return ("entities", name, "fates", own[0]) if own else ("changes", name, "follows")


@dataclass
class _Table:
    """A table while what becomes of it is read.

    Attributes:
        domain: the dataset's name.
        name: the table's.
        said: what it says itself.
        slips: what was found.
        fates: those that are added.
        columns: those that change, as they are drawn then.
    """

    domain: str
    name: str
    said: EntityDeclaration
    slips: Slips
    fates: list[FateDeclaration] = field(default_factory=list)
    columns: dict[str, ColumnDeclaration] = field(default_factory=dict)

    def with_all(self, changes: TableChanges) -> EntityDeclaration:
        """The table with all that becomes of it."""
        for word, one in changes.change.items():
            self._change(word, one)
        ways = [one for one in self.said.fates if isinstance(one, EndsDeclaration | ErasedDeclaration)]
        if changes.erased is not None and ways:
            self._add("erased", "its fates say already that rows leave.\n  Say it in one place.")
        elif changes.erased is not None:
            self.fates.append(ErasedDeclaration(erased=changes.erased))
        if changes.follows:
            self.fates.append(FollowsDeclaration(follows=changes.follows))
        more = {} if changes.born is None or not self._may_be_born() else {"born": changes.born}
        columns = {**self.said.columns, **self.columns}
        return self.said.model_copy(update={"columns": columns, "fates": (*self.said.fates, *self.fates), **more})

    def _may_be_born(self) -> bool:
        if self.said.born is not None:
            self._add("born", "the table says already how many come.\n  Say it in one place.")
        elif self.said.rows is None:
            parent = self.said.lines_of or self.said.slots_of or self.said.some_of
            comes = f"its rows come with those of {parent}" if parent else "its rows come by a word of their own"
            self._add("born", f"{comes}.\n  Say {f'born of {parent}' if parent else 'it there'}, or give it rows.")
        else:
            return True
        return False

    def _change(self, word: str, said: Rate | EventDeclaration) -> None:
        """Columns that change at a rate, under a name for what happens."""
        event, names = (word, said.columns) if isinstance(said, EventDeclaration) else (f"{word}_changes", (word,))
        rate = said.rate if isinstance(said, EventDeclaration) else said
        taken = {fate.changes for fate in (*self.said.fates, *self.fates) if isinstance(fate, ChangesDeclaration)}
        path: Path = ("change", word, "columns") if isinstance(said, EventDeclaration) else ("change", word)
        if event in taken:
            self._add(path, f"the table has changes of the name {event} already.\n  Choose another name.")
            return
        drawn = [name for name in names if self._may_change(path, name)]
        if drawn:
            self.fates.append(ChangesDeclaration(changes=event, rate=rate))
        for name in drawn:
            self.columns[name] = _drawn_anew(self.said.columns[name], event)

    def _may_change(self, path: Path, name: str) -> bool:
        if name not in self.said.columns:
            error = unknown(f"{self.domain}/{self.name}: changes: column", name, self.said.columns)
            self.slips.add(("changes", self.name, *path), error)
            return False
        full = spelt_out(_plain(self.said.columns[name]))
        method = _innermost(full)
        problem = ""
        if name in self.columns or method == "changing":
            problem = f"{name} changes already.\n  Let it change once, or together with others in one event."
        elif name in key_columns(self.said):
            problem = f"{name} is the key, and a row keeps its key.\n  Name another column."
        elif full.get("unique"):
            problem = f"{name} is unique, and a value that is drawn anew may be there.\n  Name another column."
        elif method in methods.names() and not methods.load(method).draws_anew:
            problem = (
                f"{name} is made by {method}, which draws nothing, or would draw the same again.\n"
                "  Name a column that is drawn, such as one of weighted, person or decimals."
            )
        elif method in methods.names() and not methods.load(method).stands_alone:
            problem = f"{name} is made by {method}, and other cells have to follow.\n  Name another column."
        if problem:
            self._add(path, problem)
        return not problem

    def _add(self, at: str | Path, problem: str) -> None:
        path = (at,) if isinstance(at, str) else at
        self.slips.add(("changes", self.name, *path), f"{self.domain}/{self.name}: changes: {problem}")


def _plain(said: str | ColumnDeclaration) -> Any:
    return said if isinstance(said, str) else said.model_dump(exclude_unset=True)


def _innermost(full: Mapping[str, Any]) -> str:
    """The method that makes a column's cells, within those that only go around it."""
    method, inner = str(full.get(methods.METHOD, "")), full.get("of")
    around = method != "changing" and method in methods.names() and issubclass(methods.load(method), Around)
    return _innermost(inner) if around and isinstance(inner, dict) else method


def _drawn_anew(said: str | ColumnDeclaration, event: str) -> ColumnDeclaration:
    """A column that is drawn anew each time something happens."""
    full = spelt_out(_plain(said))
    words = {
        word: one for word, one in full.items() if word in ColumnDeclaration.model_fields and word != methods.METHOD
    }
    rest = {word: one for word, one in full.items() if word not in words}
    return ColumnDeclaration.model_validate({methods.METHOD: "changing", "by": event, "of": rest, **words})


def _with_leaders(
    domain: str,
    name: str,
    said: EntityDeclaration,
    entities: Mapping[str, EntityDeclaration],
    path: Path,
    slips: Slips,
) -> EntityDeclaration:
    """A table whose fates follow columns, in place of the tables that these refer to."""
    fates: list[FateDeclaration] = []
    for fate in said.fates:
        if not isinstance(fate, FollowsDeclaration):
            fates.append(fate)
            continue
        columns = _referring(said, fate.follows)
        if len(columns) == 1:
            # That a hidden one can't refer to anything is told of the column.
            if not _is_hidden(said, columns[0]):
                fates.append(FollowsDeclaration(follows=columns[0]))
            continue
        if fate.follows not in entities and fate.follows not in said.columns:
            error = unknown(f"{domain}/{name}: follows: table", fate.follows, entities)
        elif columns:
            error = f"{domain}/{name}: {' and '.join(columns)} refer to {fate.follows}.\n  Follow one of these columns."
        else:
            error = (
                f"{domain}/{name}: no column of {name} refers to {fate.follows} by a method that knows whom it refers"
                f" to.\n  Add one. For example: {{references: {fate.follows}}}"
            )
        slips.add(path, error)
    return said.model_copy(update={"fates": tuple(fates)})


def _referring(said: EntityDeclaration, to: str) -> list[str]:
    """The columns that draw a reference to a table, or the one of that name."""
    found = {name: one for name, one in said.columns.items() if isinstance(one, ColumnDeclaration)}
    drawn = {name: one for name, one in found.items() if one.method == "reference" and one.references}
    return [name for name, one in drawn.items() if to in (name, one.references.partition(".")[0])]


def _is_hidden(said: EntityDeclaration, name: str) -> bool:
    column = said.columns[name]
    return isinstance(column, ColumnDeclaration) and column.hidden


def _uncircled(
    domain: str, entities: Mapping[str, EntityDeclaration], paths: Mapping[str, Path], slips: Slips
) -> dict[str, EntityDeclaration]:
    """Tables of which none follows itself, by whatever way."""
    leaders = {name: set(_leaders(entity)) for name, entity in entities.items()}
    found = dict(entities)
    for name, entity in entities.items():
        follows = any(isinstance(one, FollowsDeclaration) for one in entity.fates)
        if follows and name in _reached(leaders, leaders[name]):
            slips.add(
                paths[name],
                f"{domain}/{name}: follows leads back to {name}: its rows would go with each other.\n"
                "  Let one of the tables stay.",
            )
            kept = tuple(one for one in entity.fates if not isinstance(one, FollowsDeclaration))
            found[name] = entity.model_copy(update={"fates": kept})
    return found


def _leaders(said: EntityDeclaration) -> Iterator[str]:
    """The tables whose rows a table's go with."""
    if parent := said.lines_of or said.slots_of or said.some_of or said.series_of:
        yield parent
    for fate in said.fates:
        column = said.columns.get(fate.follows) if isinstance(fate, FollowsDeclaration) else None
        if isinstance(column, ColumnDeclaration):
            yield column.references.partition(".")[0]


def _reached(leaders: Mapping[str, set[str]], first: Iterable[str]) -> set[str]:
    found, waiting = set[str](), list(first)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += leaders.get(one, ())
    return found
