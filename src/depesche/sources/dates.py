"""The date of publication, in the forms in which files and feeds state it."""

from __future__ import annotations


def parse_published(value: str) -> str:
    """Return the ISO 8601 date or date with time that ``value`` states. Raises DateError.

    A time keeps its zone if it has one.
    """
    raise NotImplementedError
