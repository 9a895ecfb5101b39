"""The driver of PostgreSQL (pg8000) as SQLAlchemy shall use it: this module needs the extra ``postgres``."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pg8000
from sqlalchemy.dialects.postgresql.pg8000 import PGDialect_pg8000

from depesche.archive.postgres_address import Address

# The server ends the connection, or has ended it.
_ENDED = {"57P01", "57P02", "57P03", "57P05", "08000", "08003", "08006"}


class Dialect(PGDialect_pg8000):
    """PostgreSQL, with connections that were cut known as such, and many rows written by one statement."""

    driver = "depesche"
    supports_statement_cache = True
    # Else each row is a statement of its own, with three ways to the server and back.
    use_insertmanyvalues_wo_returning = True

    def is_disconnect(self, e: BaseException, connection: Any, cursor: Any) -> bool:
        """Return whether the connection is of no use any more."""
        told = e.args[0] if e.args else None
        if isinstance(told, dict):
            return told.get("C") in _ENDED
        return isinstance(e, pg8000.InterfaceError)

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Execute a statement."""
        with _network_faults():
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Execute a statement for many rows."""
        with _network_faults():
            super().do_executemany(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit."""
        with _network_faults():
            super().do_commit(dbapi_connection)  # type: ignore[no-untyped-call]

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Roll back; of a connection that was cut, the server has done it."""
        with _network_faults():
            super().do_rollback(dbapi_connection)  # type: ignore[no-untyped-call]

    def do_close(self, dbapi_connection: Any) -> None:
        """Close a connection; of one that was cut, nothing is left to be closed."""
        with suppress(pg8000.Error, OSError):
            dbapi_connection.close()

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Return whether the connection still stands."""
        with _network_faults():
            return super().do_ping(dbapi_connection)


@contextmanager
def _network_faults() -> Iterator[None]:
    """Turn the faults of sockets that the driver lets through into its own."""
    try:
        yield
    except OSError as fault:
        raise pg8000.InterfaceError(f"network error: {fault}") from fault


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise what a server said that refused us.

    The driver takes leave of it then; if it has hung up before, only that it did would be told.
    """
    try:
        yield
    except pg8000.InterfaceError as fault:
        behind: BaseException | None = fault
        while behind is not None:
            if isinstance(behind, pg8000.DatabaseError):
                raise behind from None
            behind = behind.__context__
        raise


def connect(address: Address, settings: Mapping[str, str], patience: float) -> Any:
    """Return a new connection; ``patience`` is how many seconds the server has to answer at first."""
    with _network_faults(), _refusals():
        connection = pg8000.connect(
            user=address.user,
            password=address.password,
            database=address.database,
            host=address.host,
            port=address.port,
            unix_sock=address.socket,
            ssl_context=_make_context(address),
            timeout=patience,
            application_name="depesche",
            startup_params=dict(settings),
        )
        # Only the beginning is limited: a long query is no fault.
        connection._usock.settimeout(None)
    return connection


def _make_context(address: Address) -> ssl.SSLContext | bool | None:
    """Return how the connection is encrypted: False is not at all, None if the server can."""
    if address.socket or address.sslmode == "disable":
        return False
    if address.sslmode == "prefer":
        return None
    if address.sslmode == "require":
        return True
    context = ssl.create_default_context(cafile=address.sslrootcert)
    context.check_hostname = address.sslmode == "verify-full"
    return context
