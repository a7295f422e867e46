"""Fake tables for development, in a database of one's own: made where ``APP_ENV`` is ``dev``, and nowhere else.

The tables are those of the domain ``devdata``. Whoever wants another one writes a function that gives its frame, and
an entry in what :func:`get_fake_tables_config` gives; all functions here take it up.

Example:
    >>> from synth_assets import fake_data
    >>> fake_data.generate_fake_products_data().select("id", "category", "price").row(0)
    (1, 'Home & Kitchen', 31.99)
"""

import logging
import os
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets.usecases.door import public
from synth_assets.usecases.fake_tables import FakeTable, configured, make_again, make_missing, there, told
from synth_assets.usecases.scan import scan

__all__ = [
    "check_fake_tables_exist",
    "create_db_and_tables",
    "create_fake_tables_and_data",
    "generate_fake_analytics_data",
    "generate_fake_orders_data",
    "generate_fake_products_data",
    "generate_fake_users_data",
    "get_fake_data_status",
    "get_fake_tables_config",
    "reset_fake_data",
]

DATABASE = "data/devdata/dev.duckdb"
"""The database that is taken where nobody names another one, seen from the current folder."""

_VARIABLE, _DEV = "APP_ENV", "dev"
_log = logging.getLogger(__name__)


@public
def generate_fake_users_data(rows: int | None = None, seed: int = 42) -> pl.DataFrame:
    """Users with their departments and salaries, 1,000 unless another number of rows is said."""
    return _frame("fake_users", "users", rows, seed)


@public
def generate_fake_orders_data(rows: int | None = None, seed: int = 42) -> pl.DataFrame:
    """Orders of fake_products by fake_users, 5,000 unless another number of rows is said."""
    return _frame("fake_orders", "orders", rows, seed)


@public
def generate_fake_analytics_data(rows: int | None = None, seed: int = 42) -> pl.DataFrame:
    """Visits of fake_users on the site, 10,000 unless another number of rows is said."""
    return _frame("fake_analytics", "events", rows, seed)


@public
def generate_fake_products_data(rows: int | None = None, seed: int = 42) -> pl.DataFrame:
    """Products of a catalogue, 500 unless another number of rows is said."""
    return _frame("fake_products", "products", rows, seed)


_CONFIG: dict[str, dict[str, Any]] = {
    "fake_users": {
        "generator": generate_fake_users_data,
        "partition_keys": ["department"],
        "sort_keys": ["id"],
        "description": "User profiles with demographics and employment data",
    },
    "fake_orders": {
        "generator": generate_fake_orders_data,
        "partition_keys": ["status"],
        "sort_keys": ["order_date", "id"],
        "description": "E-commerce orders with products and pricing",
    },
    "fake_analytics": {
        "generator": generate_fake_analytics_data,
        "partition_keys": ["country", "device_type"],
        "sort_keys": ["event_date"],
        "description": "Web analytics events and metrics",
    },
    "fake_products": {
        "generator": generate_fake_products_data,
        "partition_keys": ["category"],
        "sort_keys": ["id"],
        "description": "Product catalog with categories and inventory",
    },
}


def get_fake_tables_config() -> dict[str, dict[str, Any]]:
    """The configuration of all fake tables: table → its entry. It is the one in use: what is added to it counts.

    An entry has a ``generator``, a function without arguments that gives a frame of polars, and may have
    ``partition_keys``, ``sort_keys`` and a ``description``.

    Example:
        >>> import polars
        >>> def generate_fake_inventory_data():
        ...     return polars.DataFrame({"id": [1, 2], "stock": [7, 0]})
        >>> config = get_fake_tables_config()
        >>> config["fake_inventory"] = {"generator": generate_fake_inventory_data, "sort_keys": ["id"]}
        >>> del config["fake_inventory"]  # and it is as it was
    """
    return _CONFIG


@public
def check_fake_tables_exist(database: str | Path = DATABASE) -> bool:
    """Whether any of the fake tables is there.

    Raises:
        OutputError: the database can't be opened.
    """
    return _is_dev("check_fake_tables_exist") and bool(there(Path(database), _tables()))


@public
def create_fake_tables_and_data(database: str | Path = DATABASE) -> dict[str, int]:
    """Create the fake tables that aren't there, all of them or none; those that are stay as they are.

    Args:
        database: a file of DuckDB, made if there is none; or ``":memory:"`` for this process.

    Returns:
        the tables that were created, with their rows; empty if none was.

    Raises:
        UsageError: the configuration isn't right, or a generator gives no frame.
        DataError: a column is of a type that no database has.
        OutputError: the database can't be opened or written.
    """
    if not _is_dev("create_fake_tables_and_data"):
        return {}
    made = make_missing(Path(database), _tables())
    _log.info("%s: %s", database, ", ".join(f"{name} with {rows:,} rows" for name, rows in made.items()) or "as it was")
    return made


@public
def reset_fake_data(database: str | Path = DATABASE) -> dict[str, int]:
    """Drop the fake tables and create them anew, all of them or none; see :func:`create_fake_tables_and_data`."""
    return make_again(Path(database), _tables()) if _is_dev("reset_fake_data") else {}


@public
def get_fake_data_status(database: str | Path = DATABASE) -> dict[str, Any]:
    """What there is of the fake tables, in plain values that JSON has.

    Returns:
        ``enabled``, ``app_env``, ``database``, ``tables_exist``, ``total_rows``, and in ``tables`` for each one whether
        it ``exists``, its ``row_count``, ``columns`` with types, keys, and ``statistics`` of each column: ``distinct``
        and ``missing`` cells, ``min`` and ``max`` as text. Outside of development nothing is looked at, and
        ``tables`` is empty.

    Raises:
        OutputError: the database can't be opened.
    """
    is_dev = _is_dev("get_fake_data_status")
    tables = told(Path(database), _tables()) if is_dev else {}
    return {
        "enabled": is_dev,
        "app_env": os.environ.get(_VARIABLE, ""),
        "database": str(database),
        "tables_exist": any(one["exists"] for one in tables.values()),
        "total_rows": sum(one["row_count"] for one in tables.values()),
        "tables": tables,
    }


@public
def create_db_and_tables(database: str | Path = DATABASE) -> dict[str, int]:
    """For a server's start: create all fake tables, unless any of them is there; see above for the rest."""
    if not _is_dev("create_db_and_tables"):
        return {}
    known = there(Path(database), _tables())
    if known:
        _log.info("%s has %s: nothing was created.", database, ", ".join(known))
        return {}
    return make_missing(Path(database), _tables())


def _frame(table: str, volume: str, rows: int | None, seed: int) -> pl.DataFrame:
    volumes = {} if rows is None else {volume: rows}
    return scan(f"devdata/{table}", "small", seed, volumes=volumes).collect()


def _tables() -> list[FakeTable]:
    return configured(get_fake_tables_config(), globals().get)


def _is_dev(function: str) -> bool:
    """Whether this is development; says so if it isn't."""
    found = os.environ.get(_VARIABLE)
    if found == _DEV:
        return True
    what = "is not set" if found is None else f"is {found!r}, not {_DEV!r}"
    _log.warning(
        "%s: nothing was done, as %s %s.\n  For development: export %s=%s", function, _VARIABLE, what, _VARIABLE, _DEV
    )
    return False
