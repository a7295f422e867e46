"""What a declaration says of a table's key → the codec between its values and row numbers."""

from synth_assets.errors import UsageError
from synth_assets.model.key import (
    CompositeCodec,
    GappedCodec,
    IntegerCodec,
    Key,
    KeyCodec,
    RowOrder,
    TextCodec,
    UuidCodec,
)
from synth_assets.specs.declaration import Declaration, EntityDeclaration, KeyDeclaration, full_column
from synth_assets.specs.names import key_columns, parent_of

_WHOLE = ("integer", "composite")
"""Codecs of whole numbers."""

_MAKES = {"integer": "whole numbers from 1", "text": "a prefix with a number", "uuid": "UUIDs of the row's own number"}
"""What cells codecs of one column make."""

_FOLLOWS_ROWS = ("key", "of_parent", "sequence")
"""Methods whose cells may be those of a codec: they follow from the row's number."""


def declared_key(where: str, said: Declaration, name: str) -> Key:
    """The key of a table.

    Args:
        where: how messages call the table.
        said: the whole declaration: parts of a key may refer to other tables' keys.
        name: of the table.

    Raises:
        UsageError: words that don't go together.
    """
    entity = said.entities[name]
    if not isinstance(entity.key, KeyDeclaration):
        column = next(iter(key_columns(entity)), "")
        return Key((column,), RowOrder()) if _refers_out_of_order(where, said, entity, column) else Key.of(column)
    one = entity.key
    _check_words(where, one)
    _check_method(where, one, entity)
    if one.codec == "composite":
        first, *others = one.columns
        rest = (_part(said, entity, at) or IntegerCodec() for at in others)
        return Key(one.columns, CompositeCodec((_part(said, entity, first) or _numbers(one), *rest), one.sizes))
    codecs: dict[str, KeyCodec] = {
        "integer": _numbers(one),
        "text": TextCodec(one.prefix, one.digits),
        "uuid": UuidCodec(),
        "none": RowOrder(),
    }
    return Key(one.columns, codecs[one.codec])


def _refers_out_of_order(where: str, said: Declaration, entity: EntityDeclaration, column: str) -> bool:
    """Whether a key's column refers to rows of another table, and these are numbered otherwise than the own ones."""
    method = full_column(entity.columns[column]).method if column in entity.columns else ""
    if method not in {"of_parent", "reference"} or (method == "of_parent" and _shares_numbers(said, entity)):
        return False
    if entity.some_of or entity.slots_of:
        raise UsageError(
            f"{where}: its key {column} refers to rows whose numbers it doesn't tell, and not every one of them has a"
            f' row.\n  Let {column} be {{of_parent: ""}} of a key of whole numbers, take lines_of, or give it a key'
            " of its own. For example: profile_id: key"
        )
    return True


def _shares_numbers(said: Declaration, entity: EntityDeclaration) -> bool:
    """Whether rows have the numbers of those that they hang on, whose keys are the whole numbers from 1."""
    parent = said.entities.get(parent_of(entity))
    at_most_one = bool(entity.some_of) or {count for count, share in entity.per_parent.items() if share} == {1}
    if parent is None or entity.slots_of or not at_most_one:
        return False
    if isinstance(parent.key, KeyDeclaration):
        return parent.key.codec == "integer" and isinstance(_numbers(parent.key), IntegerCodec)
    column = next(iter(key_columns(parent)), "")
    method = full_column(parent.columns[column]).method if column in parent.columns else ""
    return _shares_numbers(said, parent) if method == "of_parent" else method != "reference"


def _check_words(where: str, one: KeyDeclaration) -> None:
    count = min(len(one.columns), 2)
    if one.codec != "none" and count != (2 if one.codec == "composite" else 1):
        raise UsageError(
            f"{where}: a key of {len(one.columns)} columns can't have the codec {one.codec}.\n"
            "  Several columns have the codec composite, one column another."
        )
    if one.codec == "composite" and len(one.sizes) != len(one.columns) - 1:
        raise UsageError(
            f"{where}: sizes has {len(one.sizes)} numbers; each column of the key but the first has one.\n"
            "  For example: sizes: [8]"
        )
    if (one.start, one.run, one.of) != (1, 1, 1) and one.codec not in _WHOLE:
        raise UsageError(
            f"{where}: start, run and of are about whole numbers, and its key has the codec {one.codec}.\n"
            "  Leave them out, or the codec."
        )
    if one.run > one.of:
        raise UsageError(
            f"{where}: run={one.run} of of={one.of} numbers in a row can't be keys.\n"
            "  For example: run: 8, of: 32 takes the first 8 of every 32 numbers"
        )


def _check_method(where: str, one: KeyDeclaration, entity: EntityDeclaration) -> None:
    """A codec says what the cells of its column are, so nothing else can make them."""
    if one.codec not in _MAKES or one.columns[0] not in entity.columns:
        return
    column = one.columns[0]
    method = full_column(entity.columns[column]).method
    if method not in _FOLLOWS_ROWS:
        raise UsageError(
            f"{where}: cells of its key {column} would be {_MAKES[one.codec]}, and {method} makes others.\n"
            f"  Fill it by the method key; or, if its own cells name rows: key: {{columns: {column}, codec: none}}"
        )


def _numbers(one: KeyDeclaration) -> KeyCodec:
    plain = (one.start, one.run, one.of) == (1, 1, 1)
    return IntegerCodec() if plain else GappedCodec(one.start, one.run, one.of)


def _part(said: Declaration, entity: EntityDeclaration, column: str, steps: int = 0) -> KeyCodec | None:
    """The codec of a part that is another table's key, or a part of it; ``None`` if that says nothing of its own."""
    table, to = _referred(entity, column)
    other = said.entities.get(table)
    if other is None or not isinstance(other.key, KeyDeclaration) or steps > len(said.entities):
        return None
    key = other.key
    place = key.columns.index(to) if to in key.columns else to
    if not isinstance(place, int) or place >= len(key.columns):
        return None
    shown = key.columns[place]
    if key.codec == "composite":
        return _part(said, other, shown, steps + 1) or (_numbers(key) if shown == key.columns[0] else None)
    if key.codec == "text":
        return TextCodec(key.prefix, key.digits)
    if key.codec == "uuid":
        return UuidCodec()
    return _numbers(key) if key.codec == "integer" and key.run <= key.of else None


def _referred(entity: EntityDeclaration, column: str) -> tuple[str, str | int]:
    """The table that a column refers to, by itself or with others, and the column there, or its place in the key."""
    if column not in entity.columns:
        return "", 0
    full = full_column(entity.columns[column])
    table, _, to = full.references.partition(".")
    if table:
        return table, to or 0
    for one in entity.references:
        if column in one.columns:
            place = one.columns.index(column)
            return one.to, one.target[place] if one.target else place
    return (parent_of(entity) if full.method == "of_parent" else ""), 0
