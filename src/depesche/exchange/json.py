"""JSON and JSON Lines, of readings and of the archive's rows.

Keys stand in the order of the types, characters as they are; only a lone surrogate, which UTF-8 cannot
hold, is written as its escape. What is written comes back with ``json.loads`` unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TextIO

import msgspec

_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return a struct, a row or plain data as JSON."""
    plain = msgspec.to_builtins(value)
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=indent)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def write_json(values: Iterable[object], stream: TextIO) -> None:
    """Write the values as one JSON list, each on a line of its own."""
    divider = "["
    for value in values:
        stream.write(f"{divider}\n{to_json(value)}")
        divider = ","
    stream.write("[]\n" if divider == "[" else "\n]\n")


def write_lines(values: Iterable[object], stream: TextIO) -> None:
    """Write the values as JSON Lines."""
    for value in values:
        stream.write(to_json(value) + "\n")
