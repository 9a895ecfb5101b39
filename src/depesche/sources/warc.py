"""Pages from web archives: WARC, ISO 28500, plain or with a gzip member for each record, as CC-NEWS has it.

Of all records those count that hold the answer of a web server with status 200 and an HTML page. A record
that is broken costs itself: the next one is looked for behind its beginning. Nothing larger than a page is
held.
"""

from __future__ import annotations

import io
import re
import urllib.parse
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from depesche.errors import DateError, DepescheError
from depesche.reading import Report
from depesche.settings import MAX_PAGE
from depesche.sources.course import Course
from depesche.sources.dates import parse_published
from depesche.sources.encodings import CHUNK
from depesche.sources.records import Defaults, Fault
from depesche.sources.responses import parse_fields, parse_response, unpack_body
from depesche.sources.tape import Tape

_MAX_HEADER = 64_000
# A page and the header that the server sent with it.
_MAX_BLOCK = MAX_PAGE + _MAX_HEADER
# So much is unpacked at once, in bytes: what is left of it is copied each time.
_PACKED = 1 << 13
# So many times a file may be looked through in search of what follows a broken record.
_PATIENCE = 20
_GZIP = b"\x1f\x8b\x08"
_BEGINNING = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]*\r?\n")
_NUMBER = re.compile(r"\d{1,18}")
# Why a record is left out; the names of messages.
NO_PAGE = "skipped-no-page"
NO_SUCCESS = "skipped-status"
OTHER_LANGUAGE = "skipped-language"


class Record(msgspec.Struct, frozen=True):
    """A record: where it begins in the file, which one it is (from 1), its fields and its block.

    ``fault`` says why it cannot be used; then the block is empty. ``enter`` is the offset at which a reader
    can enter the file to find it, and ``before`` how many records stand before that.
    """

    offset: int
    number: int
    enter: int
    before: int
    fields: dict[str, str] = {}
    block: bytes = b""
    fault: str | None = None


def read_warc(
    stream: BinaryIO, where: str, defaults: Defaults, course: Course, at: int = 0, records: int = 0
) -> Iterator[Report | Fault]:
    """Yield the reports in the pages of a web archive.

    ``stream`` stands at the offset ``at``, behind ``records`` records. What is no page or was no success is
    told to the ``course``. A record that cannot be read is a Fault with its number and offset.
    """
    for record in iter_records(stream, at, records):
        course.reach(record.enter, record.before)
        place = f"{where}, record {record.number:,} at byte {record.offset:,}"
        if record.fault is not None:
            yield Fault(place, record.fault)
            continue
        try:
            report = _read_response(record, defaults, course)
        except DepescheError as fault:
            yield Fault(place, str(fault))
            continue
        if report is not None:
            yield report


def iter_records(stream: BinaryIO, at: int = 0, records: int = 0) -> Iterator[Record]:
    """Yield the records with a response, and the broken ones, of a stream that stands at offset ``at``."""
    tape = Tape(stream, at)
    if tape.look(0, 2) == _GZIP[:2]:
        return _iter_members(tape, records)
    return (
        msgspec.structs.replace(record, enter=record.offset, before=record.number - 1)
        for record in _iter_plain(tape, records)
    )


def _iter_members(tape: Tape, number: int) -> Iterator[Record]:
    """Yield the records of gzip members that follow each other, mostly one in each."""
    wasted = 0
    while tape.look(0, 1):
        begin, before = tape.at, number
        try:
            if tape.look(0, 3) != _GZIP:
                raise zlib.error
            inner = Tape(io.BufferedReader(_Inflated(tape), CHUNK))
            for record in _iter_plain(inner, before):
                number = record.number
                if record.block or record.fault:
                    yield msgspec.structs.replace(record, offset=begin, enter=begin, before=before)
            # Whatever is left of the member, its checksum too.
            while inner.read(CHUNK):
                pass
        except (zlib.error, EOFError):
            number += 1
            yield Record(begin, number, begin, before, fault="is broken: damaged or cut off")
            wasted += tape.at - begin
            # To look again into what was looked into already must not go on for ever.
            if wasted <= _PATIENCE * tape.at:
                tape.go_to(begin + 1)
            _find_member(tape)


def _find_member(tape: Tape) -> None:
    """Go to the next gzip member that begins with a record, or to the end."""
    while tape.find(_GZIP):
        try:
            if zlib.decompressobj(31).decompress(tape.look(0, 1000) or b"", 5) == b"WARC/":
                return
        except zlib.error:
            pass
        tape.read(1)


class _Inflated(io.RawIOBase):
    """What a gzip member unpacks to. Raises zlib.error where it is damaged, EOFError where it is cut off."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._machine = zlib.decompressobj(31)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer``, as io.RawIOBase asks."""
        view = memoryview(buffer).cast("B")
        while not self._machine.eof:
            packed = self._machine.unconsumed_tail or self._tape.read(_PACKED)
            if not packed:
                raise EOFError
            piece = self._machine.decompress(packed, len(view))
            if self._machine.eof:
                self._tape.go_to(self._tape.at - len(self._machine.unused_data))
            if piece:
                view[: len(piece)] = piece
                return len(piece)
        return 0


def _iter_plain(tape: Tape, number: int) -> Iterator[Record]:
    """Yield the records that follow each other; those that are no response without their block."""
    while _skip_blank(tape):
        number += 1
        begin = tape.at
        fields = _take_header(tape)
        if fields is None:
            yield Record(begin, number, begin, 0, fault="is no WARC record")
            tape.go_to(begin + 1)
            _find_record(tape)
            continue
        fault, length = _check_length(tape, fields)
        if fault:
            yield Record(begin, number, begin, 0, fault=fault)
            _find_record(tape)
        elif fields.get("warc-type", "").lower() != "response":
            tape.skip(length)
            yield Record(begin, number, begin, 0)
        elif length > _MAX_BLOCK:
            tape.skip(length)
            yield Record(begin, number, begin, 0, fault=f"is larger than the {_MAX_BLOCK:,} bytes allowed")
        else:
            yield Record(begin, number, begin, 0, fields, tape.read_exactly(length))


def _skip_blank(tape: Tape) -> bool:
    """Go to the next byte that ends no line; return whether there is one."""
    while piece := tape.read(CHUNK):
        rest = piece.lstrip(b"\r\n")
        if rest:
            tape.go_to(tape.at - len(rest))
            return True
    return False


def _take_header(tape: Tape) -> dict[str, str] | None:
    """Return the fields of the header that comes next, and go behind it; None if there is none."""
    if not _BEGINNING.match(tape.look(0, 40) or b""):
        return None
    end = tape.look_for(b"\r\n\r\n", _MAX_HEADER)
    # One that is cut off runs into the header of the next record: neither's fields are the other's.
    if end < 0 or _BEGINNING.search(tape.look(0, end) or b"", 1):
        return None
    return parse_fields(tape.read_exactly(end + 4))


def _check_length(tape: Tape, fields: dict[str, str]) -> tuple[str | None, int]:
    """Return what is wrong with the length that a header names, if anything is, and the length."""
    stated = fields.get("content-length", "")
    if not _NUMBER.fullmatch(stated, 0, 40):
        return "names no length", 0
    length = int(stated)
    # Two empty lines and the next record follow, or nothing.
    following = tape.look(length, 9)
    if following is None:
        return None, length
    rest = following.removeprefix(b"\r\n\r\n").lstrip(b"\r\n")
    if not following.startswith(b"\r\n\r\n") and not b"WARC/".startswith(rest[:5]):
        return f"has not the {length:,} bytes that it names", length
    if not following and length and not tape.look(length - 1, 1):
        return f"is cut off before its {length:,} bytes are full", length
    return None, length


def _find_record(tape: Tape) -> None:
    """Go to the next place that looks like the beginning of a record, or to the end."""
    # Not only at the beginning of a line: the record before may end anywhere.
    while tape.find(b"WARC/"):
        if _BEGINNING.match(tape.look(0, 40) or b""):
            return
        tape.read(1)


def _read_response(record: Record, defaults: Defaults, course: Course) -> Report | None:
    """Return the report in a stored answer; None for what is no page. Raises ReportError, DateError."""
    if not record.block:
        return None
    response = parse_response(record.block)
    if response.status != 200:
        course.skip(NO_SUCCESS)
        return None
    payload = record.fields.get("warc-identified-payload-type", "").lower()
    if not (
        response.is_page or (not response.content_type and payload in ("text/html", "application/xhtml+xml"))
    ):
        course.skip(NO_PAGE)
        return None
    # Takes half a second to import, which only pages are worth.
    from depesche.sources.page import glance_paragraphs, page_report  # noqa: PLC0415

    address = _find_address(record.fields)
    body = unpack_body(response)
    if course.may_be_wanted and not course.may_be_wanted(glance_paragraphs(body)):
        course.skip(OTHER_LANGUAGE)
        return None
    report = page_report(body, defaults, response.charset, address)
    return msgspec.structs.replace(
        report,
        source=report.source or _host(address),
        fetched=_find_fetched(record.fields),
    )


def _find_address(fields: dict[str, str]) -> str | None:
    address = fields.get("warc-target-uri", "").strip("<> ")
    is_whole = address.lower().startswith(("http://", "https://")) and len(address) <= 8000
    return address if is_whole and "\0" not in address else None


def _host(address: str | None) -> str | None:
    try:
        return (urllib.parse.urlsplit(address or "").hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _find_fetched(fields: dict[str, str]) -> str | None:
    try:
        return parse_published(fields.get("warc-date", ""))
    except DateError:
        return None
