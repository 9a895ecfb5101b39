"""Loads the word lists under data/, checks them, and names file and line of a fault.

Each list is a YAML file whose top level is a list of entries. Its first comment says what it is, where
it comes from and what does not belong in it. Each entry has an ``id``, what it matches, ``yes`` (an
example that it must match) and ``no`` (one that it must not); tests/test_data.py runs the examples.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import re
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec
import yaml

from depesche.errors import LexiconError

T = TypeVar("T", bound=msgspec.Struct)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without the surprises of version 1.1: ``no`` and ``on`` are words, and so is a date."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])

_PATH_INDEX = re.compile(r"\$(?:\[(\d+)\])?")


def data_root() -> Traversable:
    """Return the folder of the word lists."""
    return importlib.resources.files("depesche") / "data"


@functools.cache
def load_entries(name: str, kind: type[T]) -> tuple[T, ...]:
    """Return the entries of the list ``name`` (``de/times.yaml``), each as a ``kind``.

    Raises LexiconError, with file and line, where an entry is not of that kind or an id stands twice.
    """
    return parse_entries(name, (data_root() / name).read_text("utf-8"), kind)


def parse_entries(name: str, source: str, kind: type[T]) -> tuple[T, ...]:
    """Return the entries in the YAML text ``source``; ``name`` is for messages. Raises LexiconError."""
    try:
        plain = yaml.load(source, Loader=_Loader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(fault, "problem", None) or "not YAML"
        raise LexiconError(f"{name}, line {line}: {problem}") from fault
    try:
        entries = msgspec.convert(plain, tuple[kind, ...])  # type: ignore[valid-type]
    except msgspec.ValidationError as fault:
        index = _PATH_INDEX.search(str(fault).rpartition("`")[0].rpartition("`")[2])
        line = _entry_line(source, int(index[1])) if index and index[1] else 1
        raise LexiconError(f"{name}, line {line}: {fault}") from fault
    seen: set[object] = set()
    for number, entry in enumerate(entries):
        key = getattr(entry, "id", number)
        if key in seen:
            raise LexiconError(f"{name}, line {_entry_line(source, number)}: the id {key!r} stands twice")
        seen.add(key)
    return entries


def find_line(name: str, key: str) -> int:
    """Return the line, counted from 1, on which the entry with the id ``key`` of a list begins; 1 if none."""
    source = (data_root() / name).read_text("utf-8")
    plain = yaml.load(source, Loader=_Loader)
    return next((_entry_line(source, n) for n, entry in enumerate(plain) if entry.get("id") == key), 1)


@functools.cache
def data_digest() -> str:
    """Return the SHA-256 over all word lists: two readings with the same digest had the same words."""
    digest = hashlib.sha256()
    for path, content in sorted(_walk(data_root(), "")):
        digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def list_names() -> tuple[str, ...]:
    """Return the names of all word lists, sorted."""
    return tuple(sorted(name for name, _ in _walk(data_root(), "")))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _walk(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".yaml"):
            found.append((prefix + item.name, item.read_bytes()))
    return found


def _entry_line(source: str, index: int) -> int:
    """Return the line, counted from 1, on which the entry ``index`` of a top-level list begins."""
    node = yaml.compose(source, Loader=_Loader)
    if isinstance(node, yaml.SequenceNode) and index < len(node.value):
        return int(node.value[index].start_mark.line) + 1
    return 1
