"""A stream that remembers what was read last, so that a reader who lost its way can go back."""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from depesche.sources.encodings import CHUNK

# So many bytes are remembered before the place at hand, and may be looked at behind it: more than a page has.
KEPT = 12_000_000


class Tape:
    """The bytes of a stream. ``at`` is the offset of the next byte that is read.

    Bytes further back than ``KEPT`` are forgotten. Raises what the stream raises.
    """

    def __init__(self, stream: BinaryIO, at: int = 0) -> None:
        self.at = at
        self._stream = stream
        self._held = bytearray()
        self._from = at
        try:
            self._file: int | None = stream.fileno() if stream.seekable() else None
        except (OSError, io.UnsupportedOperation):
            self._file = None

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""
        begin = self.at - self._from
        if begin == len(self._held):
            self._fetch()
        piece = bytes(memoryview(self._held)[begin : begin + size])
        self.at += len(piece)
        self._forget()
        return piece

    def read_exactly(self, size: int) -> bytes:
        """Return the next ``size`` bytes, or fewer where the stream ends before."""
        pieces = []
        while size > 0 and (piece := self.read(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes, or to the end."""
        if self._file is not None and size > KEPT:
            self.at += size
            self._stream.seek(self.at)
            self._held.clear()
            self._from = self.at
            return
        size -= len(self.read(min(size, max(0, self._from + len(self._held) - self.at))))
        if size > KEPT:
            size = self._pass_over(size)
        while size > 0 and (piece := self.read(min(size, CHUNK))):
            size -= len(piece)

    def _pass_over(self, size: int) -> int:
        """Pass over most of what follows without remembering it; return how much is left."""
        self._held.clear()
        while size > KEPT and (piece := self._stream.read1(CHUNK)):  # type: ignore[attr-defined]
            self.at += len(piece)
            size -= len(piece)
        self._from = self.at
        return size

    def look(self, ahead: int, size: int) -> bytes | None:
        """Return up to ``size`` bytes that stand ``ahead`` of the next one, and stay where it is.

        None where they are too far away to be seen.
        """
        if ahead + size > KEPT:
            return None if self._file is None else os.pread(self._file, size, self.at + ahead)
        begin = self.at - self._from + ahead
        while len(self._held) < begin + size and self._fetch():
            pass
        return bytes(memoryview(self._held)[begin : begin + size])

    def look_for(self, mark: bytes, limit: int) -> int:
        """Return how far ahead ``mark`` stands; -1 if it is not among the next ``limit`` bytes."""
        begin = self.at - self._from
        searched = begin
        while True:
            place = self._held.find(mark, searched, begin + limit)
            if place >= 0:
                return place - begin
            searched = max(begin, len(self._held) - len(mark) + 1)
            if len(self._held) >= begin + limit or not self._fetch():
                return -1

    def find(self, mark: bytes) -> bool:
        """Go on to the next place where ``mark`` stands; return whether there is one. Else, go to the end."""
        while True:
            place = self.look_for(mark, CHUNK)
            if place >= 0:
                self.at += place
                return True
            # What may be the beginning of the mark is looked at again.
            if not self.read(max(1, CHUNK - len(mark) + 1)):
                return False

    def go_to(self, offset: int) -> None:
        """Go to an offset that is remembered; else, to the earliest that is."""
        self.at = max(self._from, min(offset, self._from + len(self._held)))

    def _fetch(self) -> bool:
        piece = self._stream.read1(CHUNK)  # type: ignore[attr-defined]
        self._held += piece
        return bool(piece)

    def _forget(self) -> None:
        if self.at - self._from > 2 * KEPT:
            excess = self.at - self._from - KEPT
            del self._held[:excess]
            self._from += excess
