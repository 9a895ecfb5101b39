"""Structs: filled from rows whose columns are called as their fields, and learned before threads come."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from sqlalchemy.engine import Row

S = TypeVar("S", bound=msgspec.Struct)

_PACKAGE = "depesche."
_LOCK = threading.Lock()
_learned: set[type[msgspec.Struct]] = set()


def fill(kind: type[S], row: Row[Any], **others: object) -> S:
    """Return a ``kind`` with its fields from the row, but for ``others``."""
    told = row._mapping
    return kind(**{name: told[name] for name in kind.__struct_fields__ if name not in others}, **others)


def learn_structs() -> None:
    """Let msgspec learn how to decode all structs of the package that are loaded by now.

    It learns a struct when it first decodes one, and the process ends at once, with SIGSEGV, if two threads
    do so at the same time. So whoever opens an archive does it for all, and who loads more before threads do.
    """
    with _LOCK:
        for kind in _list_kinds(msgspec.Struct):
            if kind not in _learned and kind.__module__.startswith(_PACKAGE):
                _learned.add(kind)
                # Some hold what nobody ever decodes, and msgspec could not.
                with contextlib.suppress(NameError, TypeError):
                    msgspec.msgpack.Decoder(kind)


def _list_kinds(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for below in kind.__subclasses__():
        yield below
        yield from _list_kinds(below)
