"""JSON objects a line each, in other forms than the format's own: with escapes only, or spread over lines."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import Encoding, FileFormat
from synth_assets.sinks.json_objects import object_text
from synth_assets.sinks.text_files import compressed

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def written_otherwise(*, is_ascii: bool, indent: int) -> FileFormat:
    """The format of lines, its objects written otherwise.

    Args:
        is_ascii: whether all other signs are written as escapes.
        indent: how many spaces members are indented by; 0 for objects of a line.
    """

    def change(text: str) -> str:
        found = escaped(text) if is_ascii else text
        return "\n".join(indented(found, indent)) if indent else found

    def sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
        _sink(frames, file, table, encoding, change)

    return replace(catalog.load_file("ndjson"), sink=sink)


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding, change: Callable[[str], str]) -> None:
    lines = frames.select(line=object_text(table.columns).map_elements(change, return_dtype=pl.String))
    with compressed(file, encoding) as (to, how):
        lines.sink_csv(to, include_header=False, quote_style="never", engine="streaming", **how)


def escaped(text: str) -> str:
    r"""JSON with escapes for all signs but those of ASCII.

    Example:
        >>> escaped('{"city":"Köln"}')
        '{"city":"K\\u00f6ln"}'
    """
    return _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)


def indented(text: str, width: int) -> Iterator[str]:
    """The lines of JSON with a member each.

    Example:
        >>> print(*indented('{"id":1,"tags":["a",{}]}', 2), sep=chr(10))
        {
          "id": 1,
          "tags": [
            "a",
            {}
          ]
        }
    """
    depth, line, before = 0, "", ""
    for sign in _SIGN.findall(text):
        opens, closes = sign in "{[", sign in "}]"
        if closes:
            depth -= 1
        if before and ((closes and before not in "{[") or (not closes and before in "{[,")):
            yield line
            line = " " * (width * depth)
        line += ": " if sign == ":" else sign
        if opens:
            depth += 1
        before = sign
    yield line
