"""Answers that are costly to make, kept as long as what they were made from stays the same."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)
# So much is kept, in bytes: some thousand stories.
ROOM = 128_000_000

_Key = tuple[str, str]


class Keeper:
    """Keeps structs under a name and a digest of what they were made from; those asked for last stay longest.

    Several threads may ask it at once. What two of them ask for at the same time may be made twice.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, digest: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return what is kept under a name and a digest; else make it, and keep it."""
        with self._lock:
            known = self._kept.get((name, digest))
            if known is not None:
                self._kept.move_to_end((name, digest))
        if known is not None:
            return msgspec.msgpack.decode(known, type=kind)
        made = make()
        # Reports from the web hold half characters, which have no bytes: what has one is made anew each time.
        with contextlib.suppress(UnicodeEncodeError):
            self._put((name, digest), msgspec.msgpack.encode(made))
        return made

    def _put(self, key: _Key, content: bytes) -> None:
        with self._lock:
            self._size += len(content) - len(self._kept.pop(key, b""))
            self._kept[key] = content
            while self._size > self._room and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest)
