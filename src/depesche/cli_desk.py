"""The command that serves the desk, and what `depesche demo` ends with."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from depesche.archive.database import name_place
from depesche.cli_options import archive_option
from depesche.desk.settings import HOST, PORT, Settings
from depesche.errors import DeskError
from depesche.library import default_place
from depesche.messages import say


@click.command(help=say("cmd-desk"))
@archive_option
@click.option("--port", type=click.IntRange(1, 65535), help=say("opt-port", port=PORT))
@click.option("--host", default=HOST, show_default=True, help=say("opt-host"))
@click.option("--name", "names", multiple=True, metavar="HOST", help=say("opt-name"))
def desk(archive: str | None, port: int | None, host: str, names: tuple[str, ...]) -> None:
    """Serve the archive to the browser."""
    serve_desk(archive or default_place(), host=host, port=port, hosts=names)


def serve_desk(
    archive: str | Path, *, host: str = HOST, port: int | None = None, hosts: tuple[str, ...] = ()
) -> None:
    """Serve an archive until the user stops it; without a port, at the usual one or any that is free.

    Raises ArchiveError if the archive cannot be opened, DeskError if the address cannot be had.
    """
    # Here, because only this command needs what serves pages.
    from depesche.desk.app import name_address, serve  # noqa: PLC0415

    settings = Settings(archive=archive, host=host, port=find_port(host, port), hosts=hosts)

    def announce() -> None:
        click.echo(say("desk-at", address=name_address(settings), path=name_place(archive)), err=True)

    serve(settings, announce)


def find_port(host: str, port: int | None) -> int:
    """Return a port that can be listened on: the one asked for; else the usual one, or a free one.

    Raises DeskError if it cannot.
    """
    wanted = [port] if port is not None else [PORT, 0]
    for number in wanted:
        try:
            family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, number))
                return int(probe.getsockname()[1])
        except OSError as fault:
            if number == wanted[-1]:
                reason = fault.strerror or str(fault)
                raise DeskError(f"{host}:{number} cannot be listened on: {reason}.") from fault
    raise AssertionError("one port is always tried")


def may_wait() -> bool:
    """Return whether somebody sits there who can read the desk and stop it."""
    return sys.stdin.isatty() and sys.stderr.isatty() and not os.environ.get("CI")
