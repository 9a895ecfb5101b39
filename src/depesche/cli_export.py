"""The command that writes what an archive holds in a format that others read."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import click

from depesche import exchange
from depesche.archive.database import refuse_missing
from depesche.cli_options import archive_option, find_filters, list_options
from depesche.intake import show_progress
from depesche.language.ontology import load_types
from depesche.library import Archive, default_place
from depesche.messages import say
from depesche.reading import ActorType, QuotationType
from depesche.witnesses import Hearing, SourceCounter
from depesche.writing import open_whole


@click.command(help=say("cmd-export"))
@click.option(
    "--format", "format_", type=click.Choice([*exchange.FORMATS]), required=True, help=say("opt-format")
)
@click.option(
    "--what", "kind", type=click.Choice(exchange.KINDS), default="events", show_default=True,
    help=say("opt-what"),
)  # fmt: skip
@click.option("--testimony", is_flag=True, help=say("opt-testimony"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-output"))
@archive_option
@list_options(lambda: (*load_types(), *get_args(QuotationType), *get_args(ActorType)))
def export(
    format_: str, kind: str, testimony: bool, output: Path | None, archive: Path | None, **options: Any
) -> None:
    """Write what the archive holds."""
    form = exchange.FORMATS[format_]
    if kind not in form.kinds:
        raise click.BadParameter(say("no-such-table", format=format_, kind=kind), param_hint="--what")
    if form.binary and output is None and sys.stdout.isatty():
        raise click.BadParameter(say("not-to-terminal"), param_hint="--output")
    refuse_missing(archive or default_place())
    with (
        Archive(archive) as store,
        _open(output, binary=form.binary) as stream,
        # What goes to standard output may be on the same screen.
        _notice() if output else contextlib.nullcontext() as notice,
    ):
        exchange.export(
            store,
            format_,
            stream,
            kind=kind,
            count_sources=SourceCounter(store),
            find_testimony=Hearing(store) if testimony else None,
            notice=notice,
            **find_filters(options),
        )


@contextlib.contextmanager
def _notice() -> Iterator[Callable[[int], None]]:
    """Yield what to call with how many rows are done: it shows how far the export is."""
    done = 0
    with show_progress(say("exporting"), None, lambda _: say("exported", rows=f"{done:,}")) as advance:

        def notice(number: int) -> None:
            nonlocal done
            done = number
            advance(number)

        yield notice


@contextlib.contextmanager
def _open(output: Path | None, *, binary: bool) -> Iterator[Any]:
    """Yield where to write: a file that appears when it is whole, or standard output."""
    if output is not None:
        with open_whole(output, binary=binary) as stream:
            yield stream
        return
    yield sys.stdout.buffer if binary else sys.stdout
    if binary:
        sys.stdout.buffer.flush()
