"""The commands for alerts."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from depesche.alerts.orders import KINDS, STATUSES, Kind, Order, add_alert, read_order
from depesche.alerts.running import make_test, run_alerts, send_delivery
from depesche.archive.alerts import Alert, AlertRow, Channel, Tally
from depesche.cli_options import archive_option, find_filters, format_options, print_rows
from depesche.library import Archive
from depesche.messages import say
from depesche.reading import Status
from depesche.terminal import make_alert_sheet


@click.group(help=say("cmd-alert"))
def alert() -> None:
    """Hold the commands together."""


@alert.command(help=say("cmd-alert-add"))
@click.argument("name")
@click.argument("words", nargs=-1)
@click.option("--kind", type=click.Choice(KINDS), help=say("opt-alert-kind"))
@click.option("--meaning", is_flag=True, help=say("opt-meaning"))
@click.option("--actor", help=say("opt-actor"))
@click.option("--between", nargs=2, metavar="A B", help=say("opt-between"))
@click.option("--type", "type_", help=say("opt-type"))
@click.option("--status", multiple=True, type=click.Choice(STATUSES), help=say("opt-alert-status"))
@click.option("--event", help=say("opt-alert-event"))
@click.option("--from", "start", metavar="DATE", help=say("opt-from"))
@click.option("--to", "end", metavar="DATE", help=say("opt-to"))
@click.option("--speaker", help=say("opt-speaker"))
@click.option("--outlet", help=say("opt-outlet"))
@click.option("--place", help=say("opt-place"))
@click.option("--webhook", metavar="URL", help=say("opt-webhook"))
@click.option("--email", metavar="ADDRESS", help=say("opt-email"))
@archive_option
def add(  # noqa: PLR0913, PLR0917 - what the command line has
    name: str,
    words: tuple[str, ...],
    kind: Kind | None,
    between: tuple[str, str] | None,
    status: tuple[Status, ...],
    webhook: str | None,
    email: str | None,
    archive: str | None,
    **options: Any,
) -> None:
    """Make an alert."""
    if webhook and email:
        raise click.UsageError(say("alert-one-target"))
    filters = find_filters(options)
    if between:
        filters["actor"], filters["other"] = between
    usual: Kind = "accounts" if filters.get("event") else "reports" if words else "events"
    order = Order(kind=kind or usual, words=" ".join(words), status=status, **filters)
    channel: Channel = "webhook" if webhook else "mail" if email else "feed"
    with Archive(archive) as store:
        made = add_alert(store, name, order, channel=channel, target=webhook or email)
        what, told = read_order(made).describe(), say(f"alert-channel-{channel}")
        click.echo(say("alert-made", number=made.number, name=made.name, what=what, channel=told), err=True)
        if made.secret:
            # Alone on standard output, so that it can go straight into a file.
            click.echo(made.secret)


@alert.command("list", help=say("cmd-alert-list"))
@archive_option
@format_options
def list_(archive: str | None, format_: str | None) -> None:
    """List alerts."""
    with Archive(archive) as store, store.alerts() as alerts:
        rows = [_describe(one, alerts.count(one.number)) for one in alerts.orders()]
    print_rows(AlertRow, rows, format_, make_alert_sheet)


def _describe(one: Alert, tally: Tally) -> AlertRow:
    return AlertRow(
        number=one.number,
        name=one.name,
        kind=one.kind,
        query=one.query,
        wanted=read_order(one).describe(),
        channel=one.channel,
        target=one.target,
        made=one.made,
        **msgspec.structs.asdict(tally),
    )


@alert.command(help=say("cmd-alert-remove"))
@click.argument("named", metavar="ALERT")
@archive_option
def remove(named: str, archive: str | None) -> None:
    """Remove an alert."""
    with Archive(archive) as store, store.alerting() as alerts:
        found = alerts.find(named)
        alerts.remove(found.number)
    click.echo(say("alert-removed", name=found.name), err=True)


@alert.command(help=say("cmd-alert-run"))
@click.option("--failed", is_flag=True, help=say("opt-alert-failed"))
@archive_option
def run(failed: bool, archive: str | None) -> None:
    """Look at what came, and deliver."""
    with Archive(archive) as store:
        if failed:
            with store.alerting() as alerts:
                alerts.retry()
        tell_run(store)


def tell_run(store: Archive, *, quiet: bool = False) -> None:
    """Run the alerts of an archive and say what was done; if ``quiet``, only if something was."""
    done = run_alerts(store)
    if not quiet or done.found or done.sent or done.failed:
        click.echo(say("alert-ran", **msgspec.structs.asdict(done)), err=True)


@alert.command(help=say("cmd-alert-test"))
@click.argument("named", metavar="ALERT")
@archive_option
def test(named: str, archive: str | None) -> None:
    """Send a test delivery; raises what keeps it from arriving."""
    with Archive(archive) as store:
        with store.alerts() as alerts:
            found = alerts.find(named)
        send_delivery(found, make_test(found))
    click.echo(say("alert-tested", target=found.target or say("alert-channel-feed")), err=True)
