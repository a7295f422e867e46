"""Types of SQL → types of the dataset language, and what of them it can't say."""

from typing import Any

from synth_assets.model.types.decimals import MOST_DIGITS
from synth_assets.schemas.schema import SourceType

_NUMBERED = {
    "TINYINT": "int8", "SMALLINT": "int16", "MEDIUMINT": "int32", "INT": "int32", "BIGINT": "int64",
    "UTINYINT": "uint8", "USMALLINT": "uint16", "UMEDIUMINT": "uint32", "UINT": "uint32", "UBIGINT": "uint64",
    "SMALLSERIAL": "int16", "SERIAL": "int32", "BIGSERIAL": "int64", "YEAR": "int16",
    "INT128": "int64", "INT256": "int64", "UINT128": "uint64", "UINT256": "uint64",
}  # fmt: skip
_PLAIN = {
    "BOOLEAN": "boolean", "FLOAT": "float32", "DOUBLE": "float64", "UDOUBLE": "float64", "DATE": "date",
    "DATE32": "date", "TIME": "time", "TIMETZ": "time", "UUID": "uuid", "JSON": "json", "JSONB": "json",
    "VARIANT": "json", "OBJECT": "json", "MAP": "json", "SUPER": "json",
    "BINARY": "binary", "VARBINARY": "binary", "BLOB": "binary", "TINYBLOB": "binary", "MEDIUMBLOB": "binary",
    "LONGBLOB": "binary", "IMAGE": "binary", "ROWVERSION": "binary",
    "DATETIME": "timestamp(s)", "DATETIME2": "timestamp(s)", "DATETIME64": "timestamp(s)",
    "SMALLDATETIME": "timestamp(s)", "TIMESTAMP": "timestamp(s)", "TIMESTAMPNTZ": "timestamp(s)",
    "TIMESTAMP_S": "timestamp(s)", "TIMESTAMP_MS": "timestamp(s)", "TIMESTAMP_NS": "timestamp(s)",
    "TIMESTAMPTZ": "timestamp(s, UTC)", "TIMESTAMPLTZ": "timestamp(s, UTC)",
    "MONEY": "decimal(19,4)", "SMALLMONEY": "decimal(10,4)",
}  # fmt: skip
_DECIMALS = frozenset(
    {"DECIMAL", "DECIMAL32", "DECIMAL64", "DECIMAL128", "DECIMAL256", "UDECIMAL", "BIGDECIMAL", "BIGNUM"}
)
_BY_DIALECT = {
    ("TINYINT", "mysql", 1): "boolean", ("TINYINT", "starrocks", 1): "boolean", ("BIT", "tsql", None): "boolean",
    ("BIT", "mysql", None): "boolean", ("BIT", "mysql", 1): "boolean", ("DATE", "oracle", None): "timestamp(s)",
}  # fmt: skip
"""What means something else in one dialect: a type, the dialect, and its size."""
_AROUND = frozenset({"NULLABLE", "LOWCARDINALITY"})
_LISTS = frozenset({"ARRAY", "LIST"})
SERIALS = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL"})
ENUMERATIONS = frozenset({"ENUM", "SET", "ENUM8", "ENUM16"})
_FIXED = frozenset({"CHAR", "NCHAR", "BPCHAR"})
_TEXT = frozenset({"VARCHAR", "NVARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "NAME", "FIXEDSTRING"})
_FORMS = {
    "INTERVAL": "interval", "INET": "inet", "IPADDRESS": "inet", "IPV4": "inet", "IPV6": "inet", "IPPREFIX": "cidr",
    "XML": "xml", "BIT": "bit", "POINT": "point", "HSTORE": "hstore", "TSVECTOR": "tsvector", "CIDR": "cidr",
    "MACADDR": "macaddr", "CITEXT": "", "TSQUERY": "tsvector", "VARBIT": "bit", "GEOMETRY": "geometry",
    "GEOGRAPHY": "geometry", "INT4RANGE": "numrange", "INT8RANGE": "numrange", "NUMRANGE": "numrange",
    "DATERANGE": "daterange", "TSRANGE": "daterange", "TSTZRANGE": "daterange",
}  # fmt: skip

_DIGITS = 12, 2
"""Of a decimal that says none: enough for money."""


def kind_of_type(data_type: Any) -> str:
    """What sqlglot calls a type; empty for none."""
    return getattr(getattr(data_type, "this", None), "name", "")


def source_type(data_type: Any, dialect: str) -> SourceType:
    """The type of a column.

    Args:
        data_type: sqlglot's tree of it.
        dialect: in which it is told.
    """
    told = data_type.sql(dialect=dialect or None)
    kind, sizes = kind_of_type(data_type), _sizes(data_type)
    first = sizes[0] if sizes else None
    if kind in _AROUND:
        return source_type(data_type.expressions[0], dialect)
    if kind in _LISTS:
        return _array(told, data_type, dialect)
    if (kind, dialect, first) in _BY_DIALECT:
        return SourceType(told, _BY_DIALECT[kind, dialect, first])
    if kind in _NUMBERED:
        return SourceType(told, _NUMBERED[kind], form="year" if kind == "YEAR" else "")
    if kind in _PLAIN:
        return SourceType(told, _PLAIN[kind], first if _PLAIN[kind] == "binary" else None)
    return _decimal(told, kind, sizes) if kind in _DECIMALS else _text(told, kind, first, data_type)


def _text(told: str, kind: str, first: int | None, data_type: Any) -> SourceType:
    if kind in _FIXED:
        return SourceType(told, "string", first or 1, fixed=True)
    if kind in _TEXT:
        return SourceType(told, "string", first)
    if kind in ENUMERATIONS:
        return SourceType(told, "string")
    if kind == "USERDEFINED":
        kind = str(data_type.args.get("kind") or "").rpartition(".")[2].upper().strip('"')
    if kind in _FORMS:
        length = first or (1 if kind == "BIT" else None)
        return SourceType(told, "string", length, form=_FORMS[kind])
    return SourceType(told, "")


def _array(told: str, data_type: Any, dialect: str) -> SourceType:
    within = data_type.expressions[0] if data_type.expressions else None
    of = source_type(within, dialect) if within is not None else SourceType("", "string")
    return SourceType(told, f"list({of.name})" if of.name else "", of.length, digits=of.digits, form=of.form)


def _decimal(told: str, kind: str, sizes: list[int]) -> SourceType:
    digits, scale = (*sizes, 0)[:2] if sizes else _DIGITS
    digits = min(max(digits, 1), MOST_DIGITS)
    scale = min(max(scale, 0), digits)
    return SourceType(told, f"decimal({digits},{scale})", digits=digits - scale, unsigned=kind == "UDECIMAL")


def _sizes(data_type: Any) -> list[int]:
    found: list[int] = []
    for one in data_type.expressions:
        text = one.name if not hasattr(one.this, "name") else one.this.name
        if text.isdigit():
            found.append(int(text))
    return found


def type_told(text: str, dialect: str) -> SourceType:
    """The type that a text names, e.g. ``numeric(10,2)``; without a name in the language if it can't be read."""
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = exp.DataType.build(text, dialect=dialect or None, udt=True)
    except (SqlglotError, ValueError):
        return SourceType(text, "")
    found = source_type(tree, dialect)
    return SourceType(text, found.name, found.length, found.fixed, found.digits, found.unsigned, found.form)
