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

    Several threads may ask it at once. What two of them ask for at the same time is made once: the other
    waits.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._making: set[_Key] = set()
        self._changed = threading.Condition()

    def get(self, name: str, digest: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return what is kept under a name and a digest; else make it, and keep it.

        What is made may ask for other names, but for none that asks for its own.
        """
        key = (name, digest)
        known = self._take(key)
        if known is not None:
            return msgspec.msgpack.decode(known, type=kind)
        try:
            made = make()
            # Reports from the web hold half characters, which have no bytes: what has one is made anew each
            # time.
            with contextlib.suppress(UnicodeEncodeError):
                self._put(key, msgspec.msgpack.encode(made))
        finally:
            with self._changed:
                self._making.discard(key)
                self._changed.notify_all()
        return made

    def _take(self, key: _Key) -> bytes | None:
        """Return what is kept, as soon as nobody is making it; if there is nothing, the caller makes it."""
        with self._changed:
            self._changed.wait_for(lambda: key not in self._making)
            known = self._kept.get(key)
            if known is None:
                self._making.add(key)
            else:
                self._kept.move_to_end(key)
            return known

    def _put(self, key: _Key, content: bytes) -> None:
        with self._changed:
            self._size += len(content) - len(self._kept.pop(key, b""))
            self._kept[key] = content
            while self._size > self._room and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest)
