"""Answers that are costly to make, kept as long as what they were made from stays the same."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)
# So much is kept, in bytes: some thousand stories, or some dozens of those of whom most reports tell.
ROOM = 64_000_000


class Keeper:
    """Keeps one struct under each name, with a digest of what it was made from.

    What was asked for last stays longest. Several threads may ask it at once: what two of them ask for at the
    same time is made once, and the other waits.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._making: set[tuple[str, str]] = set()
        self._changed = threading.Condition()

    def get(self, name: str, digest: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return what is kept under a name, if it has the digest; else make it, and keep it instead.

        What is made may ask for other names, but for none that asks for its own.
        """
        known = self._take(name, digest)
        if known is not None:
            return msgspec.msgpack.decode(known, type=kind)
        try:
            made = make()
            # Reports from the web hold half characters, which have no bytes: what has one is made anew each
            # time.
            with contextlib.suppress(UnicodeEncodeError):
                self._put(name, digest, msgspec.msgpack.encode(made))
        finally:
            with self._changed:
                self._making.discard((name, digest))
                self._changed.notify_all()
        return made

    def _take(self, name: str, digest: str) -> bytes | None:
        """Return what is kept, as soon as nobody is making it; if there is nothing, the caller makes it."""
        with self._changed:
            self._changed.wait_for(lambda: (name, digest) not in self._making)
            known = self._kept.get(name)
            if known is None or known[0] != digest:
                self._making.add((name, digest))
                return None
            self._kept.move_to_end(name)
            return known[1]

    def _put(self, name: str, digest: str, content: bytes) -> None:
        with self._changed:
            self._size += len(content) - len(self._kept.pop(name, ("", b""))[1])
            self._kept[name] = (digest, content)
            while self._size > self._room and len(self._kept) > 1:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._size -= len(oldest)
