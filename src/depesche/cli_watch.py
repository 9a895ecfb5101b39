"""The command that watches feeds, and says what watching does."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec

from depesche.cli_options import archive_option
from depesche.errors import WatchError
from depesche.exchange.json import to_json
from depesche.library import Archive
from depesche.messages import say
from depesche.read import reader_digest
from depesche.sources.feed_lists import FeedList, load_feed_list
from depesche.terminal import make_console, make_sheet, show_time, tame
from depesche.watch.status import FeedStatus, Status, find_status
from depesche.watch.watcher import Options, Watcher, explain_fault

# What servers are told of who asks, where neither the list nor the command says it.
CONTACT_VARIABLE = "DEPESCHE_CONTACT"
# A log takes no more than so many bytes, in so many files.
_LOG_SIZE, _LOG_FILES = 2_000_000, 5


@click.command(help=say("cmd-watch"))
@click.argument(
    "feeds", required=False, metavar="FEEDS", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@archive_option
@click.option("--once", is_flag=True, help=say("opt-once"))
@click.option("--status", is_flag=True, help=say("opt-watch-status"))
@click.option("--json", "as_json", is_flag=True, help=say("opt-watch-json"))
@click.option("--contact", metavar="CONTACT", envvar=CONTACT_VARIABLE, help=say("opt-contact"))
@click.option("--allow", multiple=True, metavar="NETWORK", help=say("opt-allow"))
@click.option(
    "--pause", type=click.FloatRange(min=0), default=Options().pause, show_default=True, help=say("opt-pause")
)
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help=say("opt-log"))
@click.option("--language-model", metavar="NAME", help=say("opt-language-model"))
@click.option("--no-link", "link", is_flag=True, flag_value=False, default=True, help=say("opt-no-link"))
def watch(  # noqa: PLR0913 - one for each option
    feeds: Path | None,
    archive: str | None,
    *,
    once: bool,
    status: bool,
    as_json: bool,
    contact: str | None,
    allow: tuple[str, ...],
    pause: float,
    log: Path | None,
    language_model: str | None,
    link: bool,
) -> None:
    """Watch feeds until the user stops it, or say what watching does."""
    if status:
        with Archive(archive) as store:
            print_status(find_status(store, time.time()), as_json=as_json)
        return
    if feeds is None:
        raise click.UsageError(say("watch-what"))
    listed = load_feed_list(feeds)
    listed = msgspec.structs.replace(
        listed, contact=contact or listed.contact, allow=tuple(dict.fromkeys((*listed.allow, *allow)))
    )
    # Here, so that a model that is not there is said before anything is made or asked for.
    reader_digest(language_model)
    with Archive(archive, language_model=language_model) as store, _open_log(log) as tell:
        _watch(store, listed, tell, Options(pause=pause, link=link), once=once)


def _watch(
    store: Archive, feeds: FeedList, tell: Callable[[str], None], options: Options, *, once: bool
) -> None:
    if not feeds.contact:
        click.echo(say("watch-no-contact", variable=CONTACT_VARIABLE), err=True)
    watcher = Watcher(store, feeds, tell, options)
    with _stopped_by_signals(watcher.stop):
        watcher.run(once=once)
    tell(watcher.describe())
    click.echo(say("watch-ends", archive=store.name), err=True)


@contextlib.contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM stop in good order; the second one ends the process as ever."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stop()

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _open_log(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Yield what writes a line with its time: to a file that stays small, or to standard error."""
    if path is None:
        handler: logging.Handler = logging.StreamHandler()
    else:
        try:
            handler = logging.handlers.RotatingFileHandler(
                path, maxBytes=_LOG_SIZE, backupCount=_LOG_FILES - 1, encoding="utf-8"
            )
        except OSError as fault:
            raise WatchError.of_file(path, fault) from fault
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))

    def tell(line: str) -> None:
        handler.handle(logging.makeLogRecord({"msg": tame(line).replace("\n", " "), "levelno": logging.INFO}))

    try:
        yield tell
    finally:
        handler.close()


# --- status ---------------------------------------------------------------------------------------


def print_status(status: Status, *, as_json: bool) -> None:
    """Print what watching does."""
    if as_json:
        click.echo(to_json(status, indent=2))
        return
    if status.running:
        click.echo(
            say("watch-runs", process=status.process, machine=status.machine, since=show_time(status.started))
        )
    else:
        click.echo(say("watch-rests"))
    pages = msgspec.structs.asdict(status.pages)
    failing = sum(1 for feed in status.feeds if feed.fault)
    click.echo(say("watch-pages", feeds=len(status.feeds), failing=failing, **pages))
    sheet = make_sheet(
        "feed outlet asked next articles fault",
        (
            (
                feed.address,
                feed.outlet,
                show_time(feed.asked) if feed.asked else None,
                show_time(feed.next) if feed.next else say("watch-never"),
                str(feed.articles),
                _explain(feed),
            )
            for feed in status.feeds
        ),
    )
    if sheet.rows:
        console = make_console()
        console.print(sheet.lay_out(console.width))


def _explain(feed: FeedStatus) -> str | None:
    """Return in words what is wrong with a feed, or where it has gone."""
    told = []
    if feed.fault:
        told.append(explain_fault(feed.fault, feed.detail))
    if feed.fault and feed.failures > 1:
        told.append(say("watch-failures", failures=feed.failures))
    if feed.moved:
        told.append(say("watch-moved", address=feed.moved))
    return "; ".join(told) or None
