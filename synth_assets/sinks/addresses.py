"""What may hold a password: nothing is taken apart here, so that no way to write one is missed.

Addresses of databases and services, connection strings and settings come where a file's name is expected, too. What is
in doubt counts as one of them.
"""

import re

_WORDS = (
    r"(?:[a-z0-9_.\-]{0,40}(?:passw(?:or)?d|passphrase|passcode|pwd|secret|token|credentials?|api[-_]?key|"
    r"access[-_]?key(?:[-_]?id)?|account[-_]?key|private[-_]?key|signature)|"
    r"(?<![a-z0-9])(?:[a-z0-9_.\-]{0,40}[_.\-])?(?:pass|sig|sas))"
)
"""What settings that hold secrets are called, or end with."""

_HOLDERS = r"user(?:name|[-_ ]?id)?|uid|host(?:addr|name)?|server|dsn|database|dbname|data[-_ ]source|service"
"""What those beside them in a connection string are called."""

_ADDRESS = re.compile(
    rf"""
      ^\s*[a-z][a-z0-9+.\-]+:/                      # scheme://…, or with a slash forgotten
    | ://
    | ^\s*(?:jdbc|odbc|adbc|dsn|md|motherduck):
    | ^[^/]*:.*@                                    # user:password@host
    | {_WORDS}["']?\s*[=:]                          # password=…, "password": …
    | ^\s*(?:{_HOLDERS})\s*=.*[\s;]                 # host=… dbname=…, Server=…;
    | [;\s](?:{_HOLDERS})\s*=
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def may_hold_secret(text: str) -> bool:
    """Whether a text looks like an address or a connection string, with a password in it or not.

    Example:
        >>> may_hold_secret("mysql://me:secret@localhost/shop"), may_hold_secret("Server=db;Pwd=secret")
        (True, True)
        >>> may_hold_secret("lake/country=DE/orders.parquet")
        False
    """
    return _ADDRESS.search(text) is not None
