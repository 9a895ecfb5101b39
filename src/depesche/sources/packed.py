"""Files within files: what ZIP and gzip files unpack to, without touching the disk.

Members are read as streams, so no name in them can lead anywhere. How much a file may unpack to is
bounded by its own size, over all its members and whatever is packed in those; so is the depth.
"""

from __future__ import annotations

import functools
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import msgspec

from depesche.errors import ReportError
from depesche.settings import FREE_UNPACKED, MAX_UNPACK_RATIO
from depesche.sources.records import Fault, show_name


class UnpackError(ReportError):
    """A file unpacks to more than it may. Ends the reading of that whole file, however deep it shows."""


class Allowance:
    """How many bytes may still be unpacked from one file."""

    def __init__(self) -> None:
        self.left = FREE_UNPACKED
        self.packed = 0

    def grow(self, packed: int) -> None:
        """Count ``packed`` more bytes of the file itself."""
        gained = max(0, self.packed + packed - FREE_UNPACKED // MAX_UNPACK_RATIO)
        gained -= max(0, self.packed - FREE_UNPACKED // MAX_UNPACK_RATIO)
        self.packed += packed
        self.left += gained * MAX_UNPACK_RATIO

    def take(self, unpacked: int) -> None:
        """Count ``unpacked`` bytes that came out of it. Raises UnpackError when they are too many."""
        self.left -= unpacked
        if self.left < 0:
            raise UnpackError(f"unpacks to more than {MAX_UNPACK_RATIO} times its size, as a ZIP bomb does")


class Metered(io.RawIOBase):
    """A stream that reports how many bytes were read from it; ``head`` is put before the stream."""

    def __init__(self, stream: Any, on_read: Callable[[int], None], head: bytes = b"") -> None:
        # read1 hands over what a pipe has, read waits until it has all.
        self.read_some: Callable[[int], bytes] = stream.read1
        self.on_read = on_read
        self.head = head

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer``, as io.RawIOBase asks."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self.head:
            data, self.head = self.head[: len(view)], self.head[len(view) :]
        else:
            data = self.read_some(len(view))
        self.on_read(len(data))
        view[: len(data)] = data
        return len(data)


class Member(msgspec.Struct, frozen=True):
    """A file in a packed file: its name there, and what opens it."""

    name: str
    open: Callable[[], BinaryIO]


def list_zip(stream: BinaryIO, where: str, allowance: Allowance) -> Iterator[Member | Fault]:
    """Yield the members of a ZIP file in its order, hidden ones left out; ``stream`` must be seekable.

    Raises ReportError where it is none.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as fault:
        raise ReportError("is a broken ZIP file") from fault
    with archive:
        for info in archive.infolist():
            # Not info.is_dir(), which fails on a member without a name.
            if not info.filename or info.filename.endswith("/") or is_hidden(info.filename):
                continue
            refusal = _refuse_member(info)
            if refusal:
                yield Fault(f"{where}, {show_name(info.filename)}", refusal)
            else:
                yield Member(info.filename, functools.partial(_open_member, archive, info, allowance))


def open_gzip(stream: BinaryIO, allowance: Allowance) -> BinaryIO:
    """Return the stream that a gzip file unpacks to."""
    return meter(gzip.GzipFile(fileobj=stream), allowance.take)


def is_hidden(name: str) -> bool:
    """Return whether a path in a ZIP file is a hidden file or what macOS adds to each."""
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in name.split("/"))


def _open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> BinaryIO:
    return meter(archive.open(info), allowance.take)


def _refuse_member(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & 0x1:
        return "is encrypted"
    # Python bounds what a read unpacks for these two only.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by a method other than deflate"
    return None


def meter(stream: Any, on_read: Callable[[int], None], head: bytes = b"") -> BinaryIO:
    """Return a buffered stream of ``head`` and what is left in ``stream``; ``on_read`` is told each count."""
    return io.BufferedReader(Metered(stream, on_read, head), 1 << 16)
