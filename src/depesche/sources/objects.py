"""Reports from JSON: one object, a list of them, or one a line (JSON Lines), with our fields or as ninjs.

Read piece by piece: of a list or file of any length, only one object is held at a time.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from depesche.errors import DepescheError, ReportError
from depesche.reading import Report
from depesche.settings import MAX_RECORD
from depesche.sources.encodings import iter_text, split_lines
from depesche.sources.ninjs import from_ninjs, is_ninjs
from depesche.sources.records import Defaults, Fault, to_report

_GAP = re.compile(r"[\s,]*")


def read_json(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    """Yield the reports of a JSON file: an object, a list of objects, or objects one after the other.

    A file whose first line is a whole object is read as JSON Lines, so that a fault costs one line only.
    """
    chunks = iter_text(stream)
    first = next(chunks)
    chunks = itertools.chain([first], chunks)
    read = _read_lines if _holds_object(first.partition("\n")[0]) else _read_values
    yield from read(chunks, where, defaults)


def read_json_lines(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    """Yield the reports of a JSON Lines file; each line that is none is a Fault with its number."""
    chunks = iter_text(stream)
    first = next(chunks)
    chunks = itertools.chain([first], chunks)
    # Some call a list of objects JSON Lines; each of its lines would be a fault.
    read = _read_values if first.lstrip().startswith("[") else _read_lines
    yield from read(chunks, where, defaults)


def _read_lines(chunks: Iterator[str], where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    for number, line in split_lines(chunks, MAX_RECORD):
        place = f"{where}, line {number}"
        if line is None:
            yield Fault(place, f"is longer than {MAX_RECORD:,} characters")
        elif not line.isspace():
            yield _read_record(line, place, defaults)


def _read_record(line: str, place: str, defaults: Defaults) -> Report | Fault:
    try:
        return _to_report(json.loads(line.rstrip()), defaults)
    except json.JSONDecodeError as fault:
        return Fault(place, f"is not valid JSON ({fault.msg}, character {fault.pos + 1:,})")
    except RecursionError:
        return Fault(place, "is JSON nested too deep")
    except DepescheError as fault:
        return Fault(place, str(fault))
    except ValueError as fault:  # a number of more than 4300 digits
        return Fault(place, f"is not valid JSON ({fault})")


def _read_values(chunks: Iterator[str], where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    number = 0
    try:
        for number, value in enumerate(_iter_values(chunks), start=1):
            try:
                yield _to_report(value, defaults)
            except DepescheError as fault:
                yield Fault(f"{where}, item {number}", str(fault))
    except json.JSONDecodeError as fault:
        yield Fault(where, _explain(fault, number))
    except RecursionError:
        yield Fault(where, "is JSON nested too deep")


def _explain(fault: json.JSONDecodeError, number: int) -> str:
    rest = "; what follows it cannot be read" if number else ""
    at = f"line {fault.lineno:,}, character {fault.colno:,}"
    return f"is not valid JSON (item {number + 1}: {fault.msg}, {at}){rest}"


def _to_report(value: object, defaults: Defaults) -> Report:
    if not isinstance(value, Mapping):
        raise ReportError("is not a JSON object")
    is_own = defaults.column("text") != "text"
    return to_report(value, defaults) if is_own or not is_ninjs(value) else from_ninjs(value, defaults)


def _holds_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _iter_values(chunks: Iterator[str]) -> Iterator[object]:
    """Yield the items of a list, or the values that follow each other.

    Raises JSONDecodeError, with line and character in the whole input, at the first that is none.
    """
    buffer = _Buffer(chunks)
    in_list = buffer.skip("[")
    while not buffer.is_done():
        if in_list and buffer.skip("]"):
            if not buffer.is_done():
                raise buffer.fault("something follows the list")
            return
        yield buffer.take_value()
    if in_list:
        raise buffer.fault("the list has no end")


class _Buffer:
    """The part of the input that is being decoded, and how much of the input lies before it."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self.chunks = chunks
        self.text = ""
        self.at = 0
        self.line, self.column = 1, 0
        self.decode = json.JSONDecoder().raw_decode

    def grow(self, size: int) -> bool:
        """Read ``size`` more characters, if there are any, and drop what is decoded."""
        more: list[str] = []
        while size > 0 and (chunk := next(self.chunks, None)) is not None:
            more.append(chunk)
            size -= len(chunk)
        if not any(more):
            return False
        self.line, self.column = self.position(self.at)
        self.text = "".join((self.text[self.at :], *more))
        self.at = 0
        return True

    def position(self, at: int) -> tuple[int, int]:
        """Return the line, from 1, and the characters before it in that line, of an offset in the buffer."""
        breaks = self.text.count("\n", 0, at)
        if not breaks:
            return self.line, self.column + at
        return self.line + breaks, at - self.text.rfind("\n", 0, at) - 1

    def is_done(self) -> bool:
        """Skip white space and commas; return whether nothing follows."""
        while True:
            found = _GAP.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return False
            if not self.grow(1):
                return True

    def skip(self, sign: str) -> bool:
        """Skip ``sign`` if it comes next; return whether it did."""
        if self.is_done() or self.text[self.at] != sign:
            return False
        self.at += 1
        return True

    def take_value(self) -> object:
        """Return the value that comes next. Raises JSONDecodeError."""
        while True:
            try:
                value, self.at = self.decode(self.text, self.at)
                return value
            except json.JSONDecodeError as fault:
                # Perhaps only its end is missing. Doubling keeps the whole work linear.
                held = len(self.text) - self.at
                if held > MAX_RECORD:
                    raise self.fault(f"longer than {MAX_RECORD:,} characters") from fault
                if not self.grow(held):
                    raise self.fault(fault.msg, fault.pos) from fault
            except ValueError as fault:  # a number of more than 4300 digits
                if isinstance(fault, json.JSONDecodeError):
                    raise
                raise self.fault(str(fault)) from fault

    def fault(self, message: str, at: int | None = None) -> json.JSONDecodeError:
        """Return the error ``message`` at an offset of the buffer, placed in the whole input."""
        line, column = self.position(self.at if at is None else at)
        error = json.JSONDecodeError(message, "", 0)
        error.lineno, error.colno = line, column + 1
        return error
