"""The options that commands share, and how they print a list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click
import msgspec

from depesche.exchange.csv import write_csv
from depesche.exchange.json import write_json
from depesche.messages import say
from depesche.sources.records import FIELDS
from depesche.terminal import Sheet, make_console

F = TypeVar("F", bound=Callable[..., Any])


def archive_option(command: F) -> F:
    """Add the option that names the archive."""
    return click.option("--archive", metavar="PLACE", help=say("opt-archive"))(command)


def column_option(command: F) -> F:
    """Add the option that says what fields are called in tables and JSON, as pairs under ``columns``."""
    fields = ", ".join(FIELDS)

    def to_pairs(ctx: click.Context, option: click.Parameter, value: tuple[str, ...]) -> tuple[Any, ...]:
        pairs = tuple(tuple(column.split("=", 1)) for column in value)
        for pair, column in zip(pairs, value, strict=True):
            if len(pair) != 2 or pair[0] not in FIELDS or not pair[1]:
                raise click.BadParameter(say("bad-column", column=repr(column), fields=fields))
        return pairs

    return click.option(
        "--column", "columns", multiple=True, metavar="FIELD=NAME", callback=to_pairs,
        help=say("opt-column", fields=fields),
    )(command)  # fmt: skip


def type_option(list_types: Callable[[], Iterable[str]]) -> Callable[[F], F]:
    """Return what adds the option for a type: one of those listed, in upper or lower case."""

    def to_type(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
        if value is None:
            return None
        types = tuple(list_types())
        found = next((known for known in types if known.lower() == value.lower()), None)
        if found is None:
            raise click.BadParameter(say("bad-type", type=repr(value), known=", ".join(types)))
        return found

    return click.option("--type", "type_", callback=to_type, help=say("opt-type"))


def list_options(list_types: Callable[[], Iterable[str]]) -> Callable[[F], F]:
    """Return what adds the filters that every list has; ``list_types`` gives the types it knows."""
    options: list[Callable[[Any], Any]] = [
        click.option("--actor", help=say("opt-actor")),
        click.option("--between", nargs=2, metavar="A B", help=say("opt-between")),
        type_option(list_types),
        click.option("--from", "start", metavar="DATE", help=say("opt-from")),
        click.option("--to", "end", metavar="DATE", help=say("opt-to")),
        click.option("--speaker", help=say("opt-speaker")),
        click.option("--text", help=say("opt-text")),
        click.option("--report", help=say("opt-report")),
        click.option("--outlet", "source", help=say("opt-outlet")),
        click.option("--place", help=say("opt-place")),
        click.option("--limit", type=click.IntRange(min=0), help=say("opt-limit")),
    ]

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def format_options(command: F) -> F:
    """Add the options for JSON and CSV."""
    as_json = click.option("--json", "format_", flag_value="json", help=say("opt-json"))
    as_csv = click.option("--csv", "format_", flag_value="csv", help=say("opt-csv"))
    return as_json(as_csv(command))


def find_filters(options: dict[str, Any]) -> dict[str, Any]:
    """Return the filters among a command's options, under the names that the archive knows."""
    renamed = {"type" if name == "type_" else name: value for name, value in options.items()}
    return {name: value for name, value in renamed.items() if value is not None}


def print_rows(
    kind: type[msgspec.Struct], rows: Iterable[Any], format_: str | None, make_sheet: Callable[[Any], Sheet]
) -> None:
    """Print the rows of one kind as a table, as JSON or as CSV."""
    if format_ == "json":
        write_json(rows, sys.stdout)
        return
    if format_ == "csv":
        write_csv(kind, rows, sys.stdout)
        return
    sheet = make_sheet(rows)
    if sheet.rows:
        console = make_console()
        console.print(sheet.lay_out(console.width))
    else:
        click.echo(say("nothing"))
