"""The content hash, cell by cell, from its description alone."""

import hashlib
import math
import struct
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import xxhash


def word(value):  # noqa: PLR0911 - one kind of cell after the other
    if value is None:
        return struct.pack("<q", 0)
    if isinstance(value, str):
        return struct.pack("<Q", xxhash.xxh3_64_intdigest(value.encode()))
    if isinstance(value, list):
        return word_of_texts(value)
    if isinstance(value, float):
        if math.isnan(value):
            return bytes.fromhex("000000000000f87f")
        return struct.pack("<d", 0.0 if value == 0 else value)
    if isinstance(value, Decimal):
        sign, digits, _ = value.as_tuple()
        number = int("".join(map(str, digits)))
        return struct.pack("<q", -number if sign else number)
    if isinstance(value, datetime):
        epoch = datetime(1970, 1, 1, tzinfo=UTC if value.tzinfo else None)
        return struct.pack("<q", (value - epoch) // timedelta(microseconds=1))
    if isinstance(value, date):
        return struct.pack("<q", (value - date(1970, 1, 1)).days)
    return struct.pack("<q", int(value))


def word_of_texts(texts):
    if all(text and "\x1f" not in text for text in texts):
        return word("\x1f".join(texts))
    data = b"".join(map(word, texts)) + bytes(text is not None for text in texts)
    return struct.pack("<Q", xxhash.xxh3_64_intdigest(data))


def block_digest(values):
    missing = sum(value is None for value in values)
    data = struct.pack("<qq", len(values), missing) + b"".join(map(word, values))
    if missing:
        bits = "".join("0" if value is None else "1" for value in values)
        bits += "0" * (-len(bits) % 8)
        data += bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    return xxhash.xxh3_128_digest(data)


def column_hash(keys, values):
    blocks = {}
    for key, value in zip(keys, values, strict=True):
        blocks.setdefault((key - 1) // 65536, []).append(value)
    data = b""
    for block in sorted(blocks):
        data += struct.pack("<qq", block, len(blocks[block])) + block_digest(blocks[block])
    return hashlib.sha256(data).digest()


def content_hash(rows, columns, key):
    """``rows``: dicts in key order; ``columns``: (name, type name) pairs."""
    keys = [row[key] for row in rows]
    data = b""
    for name, type_name in columns:
        for text in (name.encode(), type_name.encode()):
            data += struct.pack("<q", len(text)) + text
        data += column_hash(keys, [row[name] for row in rows])
    return hashlib.sha256(data).hexdigest()
