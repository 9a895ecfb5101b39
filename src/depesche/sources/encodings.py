"""Bytes to characters: which encoding a file is in, and its text, whole or piece by piece.

UTF-8 first, because hardly anything else passes for it; UTF-16 and UTF-32 by their byte order mark.
Otherwise the file is in an eight-bit encoding, or in UTF-8 with stray eight-bit characters in it
(pages and tables put together from several sources): for German nearly always Windows-1252, so each
byte that is not UTF-8 is read as that. Only where this yields signs that German news does not use is
charset-normalizer asked. After decoding nothing is altered: line ends stay as they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import charset_normalizer
import msgspec

from depesche.errors import ReportError

CHUNK = 1 << 16

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What German news writes beyond ASCII: its letters, those of European names, punctuation, a few signs.
_USUAL = frozenset(
    "äöüÄÖÜßéèêëáàâãåæçíìîïñóòôõøœúùûýÿšžÉÈÊÁÀÂÅÆÇÍÎÑÓÔØŒÚÛÝŠŽđĐ„“”‚‘’»«›‹–—…•·°€£§©®™²³½¼¾±×\xa0\xad"
)
# Spaces are matched in one place only, that a header full of them takes no longer than its length.
_CHARSET = re.compile(r"""charset\s*=\s*(?:["']\s*)?([\w.:-]{2,40})""", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def _read_stray_bytes(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return "".join(_WINDOWS_1252[byte] for byte in fault.object[fault.start : fault.end]), fault.end


# Five bytes mean nothing in Windows-1252; they stay the control characters that Latin-1 has there.
_WINDOWS_1252 = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
_STRAY = "depesche-stray-windows-1252"
codecs.register_error(_STRAY, _read_stray_bytes)


class Encoding(msgspec.Struct, frozen=True):
    """The name of a codec, and what it does with bytes that are not in it."""

    name: str
    errors: str


_MIXED = Encoding("utf-8", _STRAY)


def find_charset(content_type: str) -> str | None:
    """Return the encoding that a header names, as it does, or None.

    >>> find_charset('text/html; charset="utf-8"')
    'utf-8'
    """
    named = _CHARSET.search(content_type)
    return named[1] if named else None


def detect_encoding(head: bytes, declared: str | None = None) -> Encoding:
    """Return the encoding of a file that begins with ``head``, which may end within a character.

    ``declared`` is the encoding that the file itself names, if it does.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return Encoding(name, _STRAY if name == "utf-8-sig" else "replace")
    if b"\0" in head and (bare := _detect_bare_utf16(head)):
        return bare
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _detect_eight_bit(head, declared)
    return _MIXED


def decode_text(raw: bytes, declared: str | None = None) -> str:
    """Return the text of a whole file, without its byte order mark. Raises ReportError if it is none."""
    encoding = detect_encoding(raw, declared)
    text = raw.decode(encoding.name, encoding.errors)
    _check_is_text(text, 3)
    if "\0" in text:
        raise ReportError("is a binary file, not text")
    return text


def iter_text(stream: BinaryIO) -> Iterator[str]:
    """Yield the text of a file piece by piece. Raises ReportError if the file is empty or no text.

    A stray NUL may be in it: whoever finds it in a line refuses that line, and not the file.
    """
    head = stream.read(CHUNK)
    if not head:
        raise ReportError("is empty")
    encoding = detect_encoding(head)
    decoder = codecs.getincrementaldecoder(encoding.name)(encoding.errors)
    first = decoder.decode(head)
    _check_is_text(first, 8)
    yield first
    while chunk := stream.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", True)


def split_lines(chunks: Iterable[str], limit: int) -> Iterator[tuple[int, str | None]]:
    r"""Yield the number, from 1, and the text of each line with its ``\n``; None for one longer than
    ``limit`` characters. Never holds more than ``limit`` characters and a chunk.
    """
    number, length = 1, 0
    parts: list[str] = []
    for chunk in chunks:
        *complete, rest = chunk.split("\n")
        for piece in complete:
            yield number, None if length + len(piece) > limit else "".join((*parts, piece, "\n"))
            number, length = number + 1, 0
            parts.clear()
        length += len(rest)
        if length > limit:
            parts.clear()
        elif rest:
            parts.append(rest)
    if length:
        yield number, None if length > limit else "".join(parts)


def _check_is_text(text: str, allowed: int) -> None:
    """Raise ReportError where more than ``allowed`` and one in a hundred are control characters."""
    if len(_CONTROLS.findall(text)) > allowed + len(text) // 100:
        raise ReportError("is a binary file, not text")


def _detect_bare_utf16(head: bytes) -> Encoding | None:
    """Return UTF-16 of the byte order in which most other bytes are zero, as they are for Latin letters."""
    pairs = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > pairs // 2 > 4 and even <= pairs // 20:
        return Encoding("utf-16-le", "replace")
    if even > pairs // 2 > 4 and odd <= pairs // 20:
        return Encoding("utf-16-be", "replace")
    return None


def _detect_eight_bit(head: bytes, declared: str | None) -> Encoding:
    foreign = [char for char in head.decode("utf-8", _STRAY) if char > "\x7f"]
    if sum(char in _USUAL for char in foreign) >= 0.9 * len(foreign):
        return _MIXED
    if declared and _is_codec(declared):
        return Encoding(declared, "replace")
    guess = charset_normalizer.from_bytes(head[:CHUNK]).best()
    if guess is None or guess.encoding in ("ascii", "utf_8"):
        return _MIXED
    return Encoding(guess.encoding, "replace")


def _is_codec(name: str) -> bool:
    try:
        # Some codecs (rot13, base64) do not turn bytes into characters.
        return codecs.lookup(name)._is_text_encoding and codecs.lookup(name).name != "utf-8"
    except (LookupError, ValueError):
        return False
