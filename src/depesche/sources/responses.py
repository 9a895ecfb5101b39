"""What a web server answered, as it was stored: status, header fields, and the body with its packing undone.

Servers say what is not so: a body that is not in the chunks or the packing that its header names is taken as
it stands. However small a body is, it is unpacked to no more than a page may have.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

import brotli
import msgspec

from depesche.errors import ReportError
from depesche.settings import MAX_PAGE
from depesche.sources.encodings import find_charset

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]{0,4000})?\r?\n")
# No server packs a body more often.
_MAX_PACKINGS = 3
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


class Response(msgspec.Struct, frozen=True):
    """A stored answer: its status, its fields by their names in lower case, and its body as it was sent."""

    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The type of the content, in lower case and without parameters; empty if none is named."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the header names."""
        return find_charset(self.fields.get("content-type", ""))

    @property
    def is_page(self) -> bool:
        """Whether the header says that it is an HTML page."""
        return self.content_type in _PAGE_TYPES


def parse_response(block: bytes) -> Response:
    """Return the answer stored in a block. Raises ReportError where it is none."""
    status = _STATUS.match(block)
    if not status:
        raise ReportError("holds no answer of a web server")
    ends = [(place, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := block.find(mark)) >= 0]
    place, length = min(ends, default=(len(block), 0))
    return Response(int(status[1]), parse_fields(block[:place]), block[place + length :])


def parse_fields(head: bytes) -> dict[str, str]:
    """Return the fields behind the first line of a header, by their names in lower case; the first counts."""
    fields: dict[str, str] = {}
    name = ""
    for line in head.split(b"\n")[1:]:
        told = line.decode("utf-8", "replace").rstrip("\r")
        if told[:1] in (" ", "\t"):
            if name:
                fields[name] += " " + told.strip()
            continue
        named, colon, value = told.partition(":")
        name = named.strip().lower()
        if not colon or not name or name in fields:
            name = ""
        else:
            fields[name] = value.strip()
    return fields


def unpack_body(response: Response) -> bytes:
    """Return the body with chunks and packing undone.

    Raises ReportError where it is damaged, or unpacks to more than a page may have.
    """
    body = response.body
    if "chunked" in response.fields.get("transfer-encoding", "").lower():
        body = join_chunks(body)
    packings = response.fields.get("content-encoding", "").lower().replace(" ", "").split(",")
    packings = [packing for packing in packings if packing in _UNPACKERS]
    if len(packings) > _MAX_PACKINGS:
        raise ReportError(f"is packed more than {_MAX_PACKINGS} times")
    for packing in reversed(packings):
        body = _UNPACKERS[packing](body)
    return body


def join_chunks(body: bytes) -> bytes:
    """Return the content of a body in chunks; what is not in chunks stays as it is."""
    pieces: list[bytes] = []
    at = 0
    while head := _CHUNK_SIZE.match(body, at):
        size = int(head[1], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(body[head.end() : head.end() + size])
        at = head.end() + size
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    return b"".join(pieces) if pieces else body


def _unpack_gzip(body: bytes) -> bytes:
    return _inflate(body, 31) if body.startswith(b"\x1f\x8b") else body


def _unpack_deflate(body: bytes) -> bytes:
    # Half of all servers mean zlib by it, the others the bare stream; a page begins with neither.
    if _looks_plain(body):
        return body
    is_zlib = len(body) > 1 and body[0] & 15 == 8 and not int.from_bytes(body[:2], "big") % 31
    return _inflate(body, 15 if is_zlib else -15)


def _inflate(body: bytes, bits: int) -> bytes:
    machine = zlib.decompressobj(bits)
    try:
        content = machine.decompress(body, MAX_PAGE + 1)
    except zlib.error as fault:
        raise ReportError("has a damaged body") from fault
    _check_unpacked(len(content))
    if not machine.eof:
        raise ReportError("has a body that is cut off")
    return content


def _unpack_brotli(body: bytes) -> bytes:
    if _looks_plain(body):
        return body
    machine = brotli.Decompressor()
    pieces: list[bytes] = []
    size = 0
    given = body
    try:
        while not machine.is_finished():
            piece = machine.process(given, output_buffer_limit=1 << 20)
            given = b""
            if not piece and machine.can_accept_more_data():
                raise ReportError("has a body that is cut off")
            pieces.append(piece)
            size += len(piece)
            _check_unpacked(size)
    except brotli.error as fault:
        raise ReportError("has a damaged body") from fault
    return b"".join(pieces)


def _check_unpacked(size: int) -> None:
    if size > MAX_PAGE:
        raise ReportError(f"has a body that unpacks to more than the {MAX_PAGE:,} bytes allowed for a page")


def _looks_plain(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


_UNPACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _unpack_gzip,
    "x-gzip": _unpack_gzip,
    "deflate": _unpack_deflate,
    "br": _unpack_brotli,
}
