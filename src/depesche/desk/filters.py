"""The filters of the desk's lists: the same words in an address as on the command line."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from depesche.archive.selection import Filters, filters_of

# Longest value of a filter: no name and no search is longer.
_LONGEST = 200


class FilterValues(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader filters by, as typed; "" is no filter. ``other`` is the second party beside ``actor``.

    The fields are called as in the address, but for ``from``, which is ``start``, and ``to``, ``end``.
    """

    actor: str = ""
    other: str = ""
    type: str = ""
    start: str = ""
    end: str = ""
    speaker: str = ""
    text: str = ""
    outlet: str = ""
    place: str = ""

    @property
    def used(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.to_query())

    def to_query(self) -> dict[str, str]:
        """Return the filters as parts of an address."""
        fields = {_NAMES.get(name, name): value for name, value in msgspec.structs.asdict(self).items()}
        return {name: value for name, value in fields.items() if value}

    def to_filters(self) -> Filters:
        """Return the filters as the archive takes them."""
        return filters_of(msgspec.structs.asdict(self) | {"type": self.type.upper()})


_NAMES = {"start": "from", "end": "to"}


def read_filters(query: Mapping[str, str]) -> FilterValues:
    """Return the filters in an address. What is not printable, or too long, is cut.

    >>> read_filters({"actor": " Rubio ", "from": "2025-07"}).to_query()
    {'actor': 'Rubio', 'from': '2025-07'}
    """
    names = FilterValues.__struct_fields__
    return FilterValues(**{name: clean(query.get(_NAMES.get(name, name), "")) for name in names})


def clean(value: str) -> str:
    """Return what a reader typed without control characters and white space around it, at most 200 long."""
    return "".join(c for c in value if c.isprintable())[:_LONGEST].strip()
