"""Searches that somebody saved: a name for the parts of an address, to be opened or followed again."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.write import now
from depesche.errors import MissingError

searches = tables.searches


class SavedSearch(msgspec.Struct, frozen=True):
    """A search under a name; ``query`` are the parts of its address (``q``, ``actor`` ...), ``made`` when."""

    number: int
    name: str
    query: dict[str, str]
    made: str


def save_search(connection: Connection, name: str, query: Mapping[str, str]) -> SavedSearch:
    """Keep a search under a name, and return it; the same search under the same name is kept once."""
    told = msgspec.json.encode(dict(sorted(query.items()))).decode()
    known = sa.select(searches.c.number).where(searches.c.name == name, searches.c.query == told)
    number = connection.execute(known).scalar()
    if number is None:
        row = {"name": name, "query": told, "made": now()}
        key = connection.execute(searches.insert(), row).inserted_primary_key
        assert key is not None
        number = key[0]
    return find_search(connection, int(number))


def find_search(connection: Connection, number: int) -> SavedSearch:
    """Return the search with this number. Raises MissingError."""
    found = next((one for one in list_searches(connection) if one.number == number), None)
    if found is None:
        raise MissingError(f"There is no saved search {number}.")
    return found


def list_searches(connection: Connection) -> tuple[SavedSearch, ...]:
    """Return the saved searches by their names."""
    rows = connection.execute(sa.select(searches).order_by(searches.c.name, searches.c.number))
    return tuple(
        SavedSearch(row.number, row.name, msgspec.json.decode(row.query, type=dict[str, str]), row.made)
        for row in rows
    )


def forget_search(connection: Connection, number: int) -> None:
    """Remove a saved search. Raises MissingError if there is none with this number."""
    find_search(connection, number)
    connection.execute(searches.delete().where(searches.c.number == number))
