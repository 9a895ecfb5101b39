"""The commands for what several reports together tell: stories, events in the world, accounts, lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, get_args

import click

from depesche.archive.rows import RelationRow
from depesche.cli_options import (
    F,
    archive_option,
    find_filters,
    format_options,
    list_options,
    print_rows,
)
from depesche.dossier_views import DossierPrinter, story_columns
from depesche.dossiers import Dossiers
from depesche.exchange.csv import write_table
from depesche.exchange.json import to_json, write_json
from depesche.intake import link_archive
from depesche.language.ontology import load_types
from depesche.library import Archive
from depesche.messages import say
from depesche.read import words_digest
from depesche.reading import RelationKind
from depesche.terminal import make_relation_sheet

_UNITS = ("day", "week", "month")
# Filters that the line of two states has too.
_OF_LINES = frozenset({"start", "end"})


@contextmanager
def _open(archive: str | None) -> Iterator[tuple[Dossiers, DossierPrinter]]:
    """Give what answers from an archive and prints it; say how many reports are not linked."""
    with Archive(archive) as store:
        with store.linked() as links:
            left = links.count_unlinked(words_digest())
        if left:
            click.echo(say("not-linked", left=left), err=True)
        dossiers = Dossiers(store)
        yield dossiers, DossierPrinter(store, dossiers)


def _show(found: Any, as_json: bool, show: Callable[[Any], None]) -> None:
    """Print an answer as JSON, or as ``show`` does."""
    if as_json:
        click.echo(to_json(found.to_dict(), indent=2))
    else:
        show(found)


def _json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help=say("opt-json"))(command)


@click.command(help=say("cmd-stories"))
@archive_option
@list_options(load_types)
@format_options
def stories(archive: str | None, format_: str | None, **options: Any) -> None:
    """List stories, those with the latest news first."""
    with _open(archive) as (dossiers, printer):
        found = dossiers.stories(**find_filters(options))
        if format_ == "json":
            write_json((story.to_dict() for story in found), sys.stdout)
        elif format_ == "csv":
            write_table(story_columns(dossiers), found, sys.stdout)
        else:
            printer.print_stories(found)


@click.command(help=say("cmd-story"))
@click.argument("story")
@archive_option
@_json_option
def story(story: str, archive: str | None, as_json: bool) -> None:
    """Show a story: its days, reports, events and sources."""
    with _open(archive) as (dossiers, printer):
        _show(dossiers.story(story), as_json, printer.print_story)


@click.command(help=say("cmd-event"))
@click.argument("event")
@archive_option
@_json_option
def event(event: str, archive: str | None, as_json: bool) -> None:
    """Show an event in the world."""
    with _open(archive) as (dossiers, printer):
        _show(dossiers.event(event), as_json, printer.print_event)


@click.command(help=say("cmd-accounts"))
@click.argument("event")
@archive_option
@_json_option
def accounts(event: str, archive: str | None, as_json: bool) -> None:
    """Show what each side says of an event."""
    with _open(archive) as (dossiers, printer):
        found = dossiers.event(event)
        if as_json:
            click.echo(to_json(found.accounts, indent=2))
        else:
            printer.print_accounts_of(found)


@click.command(help=say("cmd-actor"))
@click.argument("actor", nargs=-1, required=True, metavar="ACTOR")
@archive_option
@_json_option
def actor(actor: tuple[str, ...], archive: str | None, as_json: bool) -> None:
    """Show an actor over the archive."""
    with _open(archive) as (dossiers, printer):
        _show(dossiers.actor(" ".join(actor)), as_json, printer.print_actor)


@click.command(help=say("cmd-relations"))
@click.argument("states", nargs=-1, metavar="[STATE STATE]")
@archive_option
@list_options(lambda: get_args(RelationKind))
@click.option("--by", "unit", type=click.Choice(_UNITS), help=say("opt-unit"))
@click.option("--known", metavar="DATE", help=say("opt-known"))
@format_options
def relations(
    states: tuple[str, ...],
    archive: str | None,
    format_: str | None,
    unit: str | None,
    known: str | None,
    **options: Any,
) -> None:
    """Draw the line of two states, or list statements about relations."""
    filters = find_filters(options)
    if not states:
        if unit or known:
            raise click.UsageError(say("only-with-states"))
        with Archive(archive) as store:
            print_rows(RelationRow, store.relations(**filters), format_, make_relation_sheet)
        return
    if len(states) != 2:
        raise click.UsageError(say("two-states", count=len(states)))
    if states[0] == states[1]:
        raise click.UsageError(say("one-state", state=states[0]))
    if not _OF_LINES.issuperset(filters):
        raise click.UsageError(say("not-with-states"))
    with _open(archive) as (dossiers, printer):
        found = dossiers.line(*states, **filters, known=known, unit=unit or "month")  # type: ignore[arg-type]
        if format_ == "json":
            click.echo(to_json(found.to_dict(), indent=2))
        elif format_ == "csv":
            write_table(printer.deed_columns(found.line.pair), found.line.deeds, sys.stdout)
        else:
            printer.print_line(found)


@click.command(help=say("cmd-sources"))
@click.argument("story", metavar="WHAT")
@archive_option
@_json_option
def sources(story: str, archive: str | None, as_json: bool) -> None:
    """Show what a story or an event rests on."""
    with _open(archive) as (dossiers, printer):
        _show(dossiers.sources(story), as_json, printer.print_sources)


@click.command(help=say("cmd-link"))
@archive_option
def link(archive: str | None) -> None:
    """Link what is not linked yet."""
    with Archive(archive) as store:
        click.echo(say("linked", count=link_archive(store), path=store.name), err=True)


COMMANDS = (stories, story, event, accounts, actor, relations, sources, link)
