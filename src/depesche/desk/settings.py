"""What a desk is told when it starts."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import msgspec

# Where the desk is, if nobody says otherwise.
HOST, PORT = "127.0.0.1", 8460
# Names of this machine that no other machine can be reached by.
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Which archive is served, and where.

    ``hosts`` are further names under which browsers may ask for it (``desk.example.org``); others are
    refused, so that no page on the web can reach the desk through a name of its own.
    """

    # A path, or the address of a database.
    archive: str | Path
    host: str = HOST
    port: int = PORT
    hosts: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the desk."""
        return is_loopback(self.host)

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """The names under which the desk may be asked for."""
        own = () if self.host in {"0.0.0.0", "::"} else (bracket(self.host),)
        return tuple(dict.fromkeys((*LOOPBACK_NAMES, *own, *self.hosts)))


def is_loopback(host: str) -> bool:
    """Return whether a host's name or address stands for this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def bracket(host: str) -> str:
    """Return a host as it stands in an address: in brackets where it has colons.

    >>> bracket("::1"), bracket("localhost")
    ('[::1]', 'localhost')
    """
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
