"""The address of an archive on a PostgreSQL server, as libpq's programs understand it.

``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full``. What is left out comes from the
environment (``PGHOST``, ``PGPORT``, ``PGUSER``, ``PGPASSWORD``, ``PGDATABASE``), the password also from the
file ``~/.pgpass`` or ``$PGPASSFILE``. A host that begins with ``/`` is the folder of a socket.
"""

from __future__ import annotations

import getpass
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from depesche.errors import ArchiveError

PORT = 5432
# Where Debian's server listens for those on the same machine.
_SOCKETS = Path("/var/run/postgresql")
_OPTIONS = {"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert"}
_SSL_MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
_FIELD = re.compile(r"((?:[^\\:]|\\.)*)(?::|\Z)")


class Address(msgspec.Struct, frozen=True):
    """Where a database is and who asks. ``host`` is the folder of a socket if it begins with ``/``."""

    host: str
    port: int
    user: str
    database: str
    password: str | None = None
    sslmode: str = "prefer"
    sslrootcert: str | None = None

    @property
    def socket(self) -> str | None:
        """The socket's file, if the server is asked through one."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else None


def parse_address(address: str) -> Address:
    """Return what an address says, completed by the environment. Raises ArchiveError if it is none."""
    try:
        parts = urlsplit(address)
        given = {
            "host": unquote(parts.hostname or ""),
            "port": str(parts.port or ""),
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "dbname": unquote(parts.path.lstrip("/")),
        }
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as fault:
        raise ArchiveError(f"This is no address of an archive: {fault}.") from fault
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ArchiveError(
            f"An archive's address has no option {unknown[0]!r}: {', '.join(sorted(_OPTIONS))}."
        )
    told = {name: value for name, value in (given | options).items() if value}
    host = told.get("host") or os.environ.get("PGHOST") or _usual_host()
    port = told.get("port") or os.environ.get("PGPORT") or str(PORT)
    user = told.get("user") or os.environ.get("PGUSER") or getpass.getuser()
    database = told.get("dbname") or os.environ.get("PGDATABASE") or user
    sslmode = told.get("sslmode") or "prefer"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ArchiveError(f"This is no address of an archive: {port!r} is no port.")
    if sslmode not in _SSL_MODES:
        raise ArchiveError(f"sslmode is one of {', '.join(_SSL_MODES)}, not {sslmode!r}.")
    password = (
        told.get("password") or os.environ.get("PGPASSWORD") or _find_password(host, port, database, user)
    )
    return Address(host, int(port), user, database, password, sslmode, told.get("sslrootcert"))


def _usual_host() -> str:
    return str(_SOCKETS) if _SOCKETS.is_dir() else "localhost"


def _find_password(*wanted: str) -> str | None:
    """Return the password that the user's file has for host, port, database and user."""
    path = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in lines:
        fields = [re.sub(r"\\(.)", r"\1", field) for field in _FIELD.findall(line)][:5]
        if len(fields) == 5 and all(f in ("*", w) for f, w in zip(fields, wanted, strict=False)):
            return fields[4]
    return None
