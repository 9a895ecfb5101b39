"""Structs whose fields are called as the columns they come from."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from sqlalchemy.engine import Row

S = TypeVar("S", bound=msgspec.Struct)


def fill(kind: type[S], row: Row[Any], **others: object) -> S:
    """Return a ``kind`` with its fields from the row, but for ``others``."""
    told = row._mapping
    return kind(**{name: told[name] for name in kind.__struct_fields__ if name not in others}, **others)
