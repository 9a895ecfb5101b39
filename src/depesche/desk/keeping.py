"""Answers that are costly to make, kept as long as what they were made from stays the same."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)
# So much is kept, in bytes: some hundred stories, or a dozen or two of those of whom most reports tell.
ROOM = 32_000_000


class _Answer(NamedTuple):
    """An answer in bytes, the digest of what it was made from, and when it was, by ``time.monotonic``."""

    digest: str
    content: bytes
    made: float


class Keeper:
    """Keeps one struct under each name, with a digest of what it was made from.

    What was asked for last stays longest. Several threads may ask it at once: what two of them ask for at the
    same time is made once, and the other waits.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[str, _Answer] = OrderedDict()
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

    def find_last(self, name: str, digest: str, kind: type[T], seconds: float) -> T | None:
        """Return what was made in the last so many seconds from what has another digest, None if nothing."""
        with self._changed:
            known = self._kept.get(name)
        if known is None or known.digest == digest or known.made < time.monotonic() - seconds:
            return None
        return msgspec.msgpack.decode(known.content, type=kind)

    def _take(self, name: str, digest: str) -> bytes | None:
        """Return what is kept, as soon as nobody is making it; if there is nothing, the caller makes it."""
        with self._changed:
            self._changed.wait_for(lambda: (name, digest) not in self._making)
            known = self._kept.get(name)
            if known is None or known.digest != digest:
                self._making.add((name, digest))
                return None
            self._kept.move_to_end(name)
            return known.content

    def _put(self, name: str, digest: str, content: bytes) -> None:
        with self._changed:
            before = self._kept.pop(name, None)
            self._size += len(content) - (len(before.content) if before else 0)
            self._kept[name] = _Answer(digest, content, time.monotonic())
            while self._size > self._room and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest.content)
