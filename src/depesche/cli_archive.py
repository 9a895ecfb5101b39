"""The commands for an archive as a whole: copied, checked, backed up and restored."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from depesche.archive.backups import back_up, restore
from depesche.archive.checking import Damage, check_archive
from depesche.archive.copying import copy_archive, count_rows
from depesche.archive.database import Database, name_place, open_database, refuse_missing
from depesche.cli_options import archive_option
from depesche.exchange.json import write_json
from depesche.intake import show_progress
from depesche.library import default_place
from depesche.messages import say

# Seconds to wait for another process's writing.
_WAIT = 60.0
_DAMAGED = 1


@click.group("archive", help=say("cmd-archive"))
def archive_commands() -> None:
    """Hold the commands together."""


@archive_commands.command(help=say("cmd-archive-copy"))
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy an archive into another, to the last row."""
    with (
        _open(source, existing=True) as origin,
        _open(target, unfinished=True) as made,
        _show_rows(say("copying")) as advance,
    ):
        counts = copy_archive(origin, made, advance)
    rows = sum(counts.values())
    click.echo(say("archive-copied", reports=counts["reports"], rows=rows, path=made.name), err=True)


@archive_commands.command(help=say("cmd-archive-check"))
@archive_option
@click.option("--json", "as_json", is_flag=True, help=say("opt-json"))
def check(archive: str | None, as_json: bool) -> None:
    """Look for damage, and name it."""
    with _open(archive or default_place(), existing=True) as opened, _show_rows(say("checking")) as advance:
        checked = check_archive(opened, advance)
    if as_json:
        write_json(checked.damages, sys.stdout)
    else:
        for damage in checked.damages:
            click.echo(describe_damage(damage))
    if checked.unsealed:
        click.echo(say("archive-unsealed", count=checked.unsealed), err=True)
    summary = "archive-damaged" if checked.damages else "archive-whole"
    click.echo(say(summary, reports=checked.reports, count=len(checked.damages), path=opened.name), err=True)
    if checked.damages:
        click.get_current_context().exit(_DAMAGED)


def describe_damage(damage: Damage) -> str:
    """Return what is said of a damage, in the user's language."""
    return say(f"damage-{damage.kind}", where=_shorten(damage.where), what=damage.what)


def _shorten(where: str) -> str:
    """Return the beginning of a report's id, as lists show it; the name of a table or file as it is."""
    return where[:12] if re.fullmatch(r"[0-9a-f]{64}", where) else where


@archive_commands.command(help=say("cmd-archive-backup"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@archive_option
def backup(file: Path, archive: str | None) -> None:
    """Write all of an archive into one file, while it is in use."""
    with _open(archive or default_place(), existing=True) as opened, _show_rows(say("copying")) as advance:
        back_up(opened, file, advance)
    click.echo(say("archive-backed-up", path=opened.name, file=file), err=True)


@archive_commands.command("restore", help=say("cmd-archive-restore"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@archive_option
@click.option("--yes", is_flag=True, help=say("opt-yes"))
def restore_command(file: Path, archive: str | None, yes: bool) -> None:
    """Put a backup in place of what an archive holds."""
    place = archive or default_place()
    with _open(place) as opened:
        with opened.reading() as connection:
            reports = count_rows(connection)["reports"]
        if reports and not yes:
            click.confirm(say("restore-sure", path=name_place(place), reports=reports), abort=True, err=True)
        with _show_rows(say("copying")) as advance:
            restore(file, opened, advance)
    click.echo(say("archive-restored", path=opened.name, file=file), err=True)


@contextlib.contextmanager
def _open(place: str | Path, *, unfinished: bool = False, existing: bool = False) -> Iterator[Database]:
    if existing:
        refuse_missing(place)
    opened = open_database(place, wait=_WAIT, unfinished=unfinished)
    try:
        yield opened
    finally:
        opened.close()


@contextlib.contextmanager
def _show_rows(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what to call with how many of how many are done."""
    state = (0, 0)

    def describe(_: float) -> str:
        return say("done-of", done=state[0], total=state[1])

    with show_progress(what, None, describe) as move:

        def advance(done: int, total: int) -> None:
            nonlocal state
            state = (done, total)
            move(done)

        yield advance
