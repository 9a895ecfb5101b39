"""Reports from files, folders, globs and standard input, one after the other, whatever their format.

The format follows from a file's name, and where that says nothing (standard input, a name without a
known ending) from how its content begins. Nothing is held but the report at hand: a JSON Lines file of
any length is read line by line, a ZIP file member by member.

A file named twice, or reached by several links, is read once; links that lead in circles do no harm.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import glob
import gzip
import io
import os
import re
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import msgspec

from depesche.bookmark import Bookmark
from depesche.errors import DepescheError, ReportError
from depesche.reading import Report
from depesche.settings import MAX_HELD, MAX_UNPACK_DEPTH
from depesche.sources.course import Course
from depesche.sources.dates import parse_published
from depesche.sources.encodings import CHUNK, decode_text
from depesche.sources.newsml import ForeignError, read_xml
from depesche.sources.objects import read_json, read_json_lines
from depesche.sources.packed import Allowance, Member, UnpackError, list_zip, meter, open_gzip
from depesche.sources.records import NO_DEFAULTS, Defaults, Fault, show_name, show_value
from depesche.sources.tables import find_header, read_csv, read_parquet
from depesche.sources.warc import read_warc
from depesche.sources.whole import read_text, read_whole

__all__ = ["Defaults", "Fault", "count_bytes", "iter_reports", "list_files"]

Items = Iterator[Report | Fault]

_KINDS = {
    ".txt": "text",
    ".text": "text",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".json": "json",
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".zip": "zip",
    ".gz": "gzip",
    ".warc": "warc",
    ".xml": "xml",
}
# Its members are read one by one, so that a broken one costs itself only.
_PACKED_WARC = ".warc.gz"
_PAGE_START = re.compile(
    r"<(?:!doctype html|html|head|body|\?xml[^>]{0,200}>\s*<(?:!doctype html|html))", re.IGNORECASE
)
_XML_START = re.compile(r"<\?xml\s|<(?:\w+:)?(?:newsItem|newsMessage|packageItem|nitf)[\s>]")
_OBJECT_START = re.compile(r"\[?\s*\{|\[\s*\]")
_MARKS = (
    (b"PK\3\4", "zip"),
    (b"PK\5\6", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "parquet"),
    (b"WARC/", "warc"),
)
_STANDARD_INPUT = "-"


class _Found(msgspec.Struct, frozen=True):
    """A file to read. ``size`` in bytes; None for standard input and pipes. ``changed`` when, nanoseconds."""

    path: str
    size: int | None
    changed: int = 0


class _Place(msgspec.Struct, frozen=True):
    """Where a stream stands: what to call it, what to fill, what may still be unpacked, how deep it lies.

    ``begin`` is where to enter the file, on disk, that the stream is.
    """

    where: str
    defaults: Defaults
    allowance: Allowance
    course: Course
    depth: int = 0
    begin: Bookmark | None = None


def count_bytes(paths: Sequence[str | Path]) -> int | None:
    """Return how many bytes ``iter_reports`` will read for these paths; None where nobody can tell
    (standard input, pipes).
    """
    total = 0
    for found in _find_files(paths):
        if isinstance(found, _Found):
            if found.size is None:
                return None
            total += found.size
    return total


def list_files(paths: Sequence[str | Path]) -> Iterator[tuple[str, int] | Fault]:
    """Yield path and size, in bytes, of each file that ``iter_reports`` would read, in its order.

    Standard input and pipes, which cannot be read twice, are Faults here.
    """
    for found in _find_files(paths):
        if isinstance(found, Fault):
            yield found
        elif found.size is None:
            yield Fault(show_name(found.path), "is no file that can be read twice")
        else:
            yield found.path, found.size


def iter_reports(
    paths: Sequence[str | Path],
    defaults: Defaults = NO_DEFAULTS,
    on_bytes: Callable[[int], None] | None = None,
    course: Course | None = None,
) -> Items:
    """Yield each report under the paths, in a fixed order, and a Fault for each that cannot be read.

    ``-`` is standard input. Before each item, and at the end of each file, ``on_bytes`` is given how many
    of ``count_bytes(paths)`` bytes are done, so that a progress bar needs nothing else. A fault never
    stops the others. The ``course`` knows, at each item, how far the files before it are done, and lets a
    run begin where another was stopped. Raises DateError, at once, if ``defaults.published`` is no date.
    """
    if defaults.published is not None:
        defaults = msgspec.structs.replace(defaults, published=parse_published(defaults.published))
    return _iter_found(_find_files(paths), defaults, on_bytes or (lambda done: None), course or Course())


def _iter_found(
    found_files: Iterator[_Found | Fault],
    defaults: Defaults,
    on_bytes: Callable[[int], None],
    course: Course,
) -> Items:
    before = 0
    for found in found_files:
        if isinstance(found, Fault):
            yield found
            continue
        counter = _Counter()
        for item in _read_found(found, defaults, counter, course):
            on_bytes(before + min(counter.count, found.size or counter.count))
            yield item
            course.count(reports=isinstance(item, Report), faults=isinstance(item, Fault))
        course.close()
        before += counter.count if found.size is None else found.size
        on_bytes(before)


class _Counter:
    """Counts the bytes that are read from a file."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, number: int) -> None:
        """Count ``number`` more."""
        self.count += number


class _CountedFile(io.FileIO):
    """A file whose bytes are counted as they are read."""

    def __init__(self, path: str, counter: _Counter) -> None:
        super().__init__(path)
        self.counter = counter

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer``, as io.RawIOBase asks."""
        number = super().readinto(buffer)
        self.counter.add(number or 0)
        return number


# ---- Which files


def _find_files(paths: Sequence[str | Path]) -> Iterator[_Found | Fault]:
    """Yield each file under the paths once, each folder's in the order of their names."""
    seen: set[tuple[int, int]] = set()
    for path in (os.fspath(path) for path in paths):
        if path == _STANDARD_INPUT:
            yield _Found(path, None)
        elif glob.has_magic(path) and not os.path.lexists(path):
            matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute ones
            if not matches:
                yield Fault(show_name(path), "matches no file")
            for match in matches:
                yield from _find_under(Path(match), seen)
        else:
            yield from _find_under(Path(path), seen)


def _find_under(path: Path, seen: set[tuple[int, int]]) -> Iterator[_Found | Fault]:
    """Yield the file ``path``, or the files of known formats in the folder ``path``, however deep."""
    waiting = [path]
    is_barren = False
    while waiting:
        current = waiting.pop()
        try:
            status = current.stat()
            identity = (status.st_dev, status.st_ino)
            if identity in seen:
                is_barren = False
            elif stat.S_ISDIR(status.st_mode):
                seen.add(identity)
                is_barren = is_barren or current == path
                waiting += _list_folder(current)
            elif stat.S_ISREG(status.st_mode):
                seen.add(identity)
                is_barren = False
                yield _Found(str(current), status.st_size, status.st_mtime_ns)
            elif current == path:
                yield _Found(str(current), None)
        except (OSError, ValueError) as fault:
            is_barren = False
            yield Fault(show_name(str(current)), _explain(fault))
    if is_barren:
        yield Fault(show_name(str(path)), "holds no file of a known format")


def _list_folder(folder: Path) -> list[Path]:
    """Return the folders in a folder and its files of known formats, last name first. Raises OSError."""
    visible = (child for child in folder.iterdir() if not child.name.startswith("."))
    return sorted((child for child in visible if is_known(child.name) or child.is_dir()), reverse=True)


def is_known(name: str) -> bool:
    """Return whether the ending of a file's name tells a format that can be read."""
    path = PurePosixPath(name.lower())
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix in _KINDS


# ---- What is in them


def _read_found(found: _Found, defaults: Defaults, counter: _Counter, course: Course) -> Items:
    is_input = found.path == _STANDARD_INPUT
    where = "standard input" if is_input else show_name(found.path)
    begin = None
    if found.size is not None:
        begin = course.open(str(Path(found.path).absolute()), found.size, found.changed)
        if begin.offset and begin.offset == found.size:
            return
        counter.count = begin.offset
    place = _Place(where, defaults, Allowance(), course, begin=begin)
    try:
        with contextlib.ExitStack() as opened:
            stream = opened.enter_context(_open_found(found, counter, place.allowance, opened))
            yield from _read_stream(stream, "" if is_input else found.path, place)
    except UnpackError as fault:
        yield Fault(place.where, str(fault))
    except OSError as fault:
        yield Fault(place.where, _explain(fault))
        course.leave()


def _open_found(
    found: _Found, counter: _Counter, allowance: Allowance, opened: contextlib.ExitStack
) -> BinaryIO:
    if found.size is not None:
        allowance.grow(found.size)
        return io.BufferedReader(_CountedFile(found.path, counter), CHUNK)

    def count(number: int) -> None:
        counter.add(number)
        allowance.grow(number)

    if found.path == _STANDARD_INPUT:
        source: BinaryIO = sys.stdin.buffer
    else:
        source = opened.enter_context(io.BufferedReader(io.FileIO(found.path)))
    return meter(source, count)


def _read_stream(stream: BinaryIO, name: str, place: _Place) -> Iterator[Report | Fault]:
    """Yield what is in a file; whatever is wrong with it is a Fault, and ends this file only.

    Raises UnpackError, which ends the whole file on disk.
    """
    number, skipped = 0, place.course.skipped.total()
    try:
        kind = (
            "warc" if name.lower().endswith(_PACKED_WARC) else _KINDS.get(PurePosixPath(name.lower()).suffix)
        )
        if kind is None:
            kind, stream = _sniff(stream)
        for number, item in enumerate(_READERS[kind](stream, name, place), start=1):  # noqa: B007 - counts
            yield item
        is_entered = place.begin is not None and place.begin.offset > 0
        if not number and skipped == place.course.skipped.total() and not is_entered:
            yield Fault(place.where, "holds no report")
    except UnpackError:
        raise
    except DepescheError as fault:
        # Packed files hold XML of all kinds, which nobody has named.
        if not (place.depth and isinstance(fault, ForeignError)):
            yield Fault(place.where, str(fault))
    except OSError as fault:
        yield Fault(place.where, _explain(fault))
        if not isinstance(fault, gzip.BadGzipFile):
            place.course.leave()
    # Readers of foreign formats raise what they like.
    except Exception as fault:
        yield Fault(place.where, _explain(fault))


def _sniff(stream: BinaryIO) -> tuple[str, BinaryIO]:
    """Return the format that the content's beginning tells, and the stream from its beginning."""
    head = stream.read(CHUNK)
    if stream.seekable():
        stream.seek(0)
    else:
        stream = meter(stream, lambda number: None, head)
    return _tell_kind(head), stream


def _tell_kind(head: bytes) -> str:
    marked = next((kind for mark, kind in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return "warc" if marked == "gzip" and _is_packed_warc(head) else marked
    text = decode_text(head).lstrip()
    if _PAGE_START.match(text):
        return "page"
    if _XML_START.match(text):
        return "xml"
    if _OBJECT_START.match(text):
        return "json"
    try:
        _, header = find_header(text.partition("\n")[0][:1000])
    except ReportError:
        return "text"
    # A first line that is just "Text" is a headline.
    return "csv" if len(header) > 1 else "text"


def _is_packed_warc(head: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(head, 5) == b"WARC/"
    except zlib.error:
        return False


def _read_page(stream: BinaryIO, name: str, place: _Place) -> Items:
    # Takes half a second to import, which only pages are worth.
    from depesche.sources.page import read_page  # noqa: PLC0415

    return read_page(stream, place.where, place.defaults)


def _read_parquet(stream: BinaryIO, name: str, place: _Place) -> Items:
    for item in read_parquet(_seekable(stream), place.where, place.defaults):
        # A dictionary makes one long text of a small file a million rows.
        if isinstance(item, Report):
            place.allowance.take(len(item.text))
        yield item


def _read_xml(stream: BinaryIO, name: str, place: _Place) -> Items:
    return read_xml(stream, place.where, place.defaults, place.course)


def _read_warc(stream: BinaryIO, name: str, place: _Place) -> Items:
    if place.begin is None:
        # What stands in another file cannot be entered: its offsets are not those of a file.
        return read_warc(stream, place.where, place.defaults, place.course.within())
    if place.begin.offset:
        stream.seek(place.begin.offset)
    return read_warc(
        stream, place.where, place.defaults, place.course, place.begin.offset, place.begin.records
    )


def _read_zip(stream: BinaryIO, name: str, place: _Place) -> Items:
    inner = _descend(place)
    for member in list_zip(_seekable(stream), place.where, place.allowance):
        if isinstance(member, Fault):
            yield member
        elif is_known(member.name):
            yield from _read_member(
                member, msgspec.structs.replace(inner, where=f"{place.where}, {show_name(member.name)}")
            )


def _read_member(member: Member, place: _Place) -> Items:
    try:
        stream = member.open()
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as fault:
        yield Fault(place.where, _explain(fault))
        return
    with stream:
        yield from _read_stream(stream, member.name, place)


def _read_gzip(stream: BinaryIO, name: str, place: _Place) -> Items:
    return _read_stream(
        open_gzip(stream, place.allowance), name[: -len(".gz")] if name else "", _descend(place)
    )


def _descend(place: _Place) -> _Place:
    if place.depth >= MAX_UNPACK_DEPTH:
        raise ReportError(f"is packed more than {MAX_UNPACK_DEPTH} files deep")
    return msgspec.structs.replace(place, depth=place.depth + 1, begin=None)


def _seekable(stream: BinaryIO) -> BinaryIO:
    return stream if stream.seekable() else io.BytesIO(read_whole(stream, MAX_HELD))


def _read_simple(
    read: Callable[[BinaryIO, str, Defaults], Items], stream: BinaryIO, name: str, place: _Place
) -> Items:
    return read(stream, place.where, place.defaults)


_READERS: dict[str, Callable[[BinaryIO, str, _Place], Items]] = {
    "text": functools.partial(_read_simple, read_text),
    "json": functools.partial(_read_simple, read_json),
    "json lines": functools.partial(_read_simple, read_json_lines),
    "csv": functools.partial(_read_simple, read_csv),
    "page": _read_page,
    "parquet": _read_parquet,
    "warc": _read_warc,
    "xml": _read_xml,
    "zip": _read_zip,
    "gzip": _read_gzip,
}


def _explain(fault: Exception) -> str:
    """Return what to say of an error that reading a file raised, in a few words."""
    if isinstance(fault, FileNotFoundError):
        return "does not exist"
    if isinstance(fault, PermissionError):
        return "may not be read: permission denied"
    # A packed file that is damaged sends its reader to places that are not there: invalid argument.
    is_astray = isinstance(fault, OSError) and fault.errno == errno.EINVAL
    if is_astray or isinstance(fault, EOFError | zlib.error | zipfile.BadZipFile | gzip.BadGzipFile):
        return "is broken: damaged or cut off"
    if isinstance(fault, MemoryError):
        return "needs more memory than there is"
    if isinstance(fault, OSError) and fault.strerror:
        return f"cannot be read: {fault.strerror}"
    return f"cannot be read ({type(fault).__name__}: {show_value(fault, 120)})"
