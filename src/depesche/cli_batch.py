"""The commands that read millions of reports on many machines, and put the outcome into an archive."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from depesche.cli_options import archive_option, column_option
from depesche.intake import link_archive, show_progress
from depesche.library import Archive
from depesche.messages import say
from depesche.sources.files import Defaults
from depesche.terminal import tame

SOME_FAULTS = 1


@click.command(help=say("cmd-batch"))
@click.argument("paths", nargs=-1, required=True, metavar="INPUT...")
@click.argument("output", type=click.Path(path_type=Path, file_okay=False))
@click.option("--workers", type=click.IntRange(min=1), help=say("opt-workers"))
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help=say("opt-threads"))
@click.option("--cluster", "address", metavar="ADDRESS", help=say("opt-cluster"))
@click.option("--part", type=click.IntRange(min=1), default=200, show_default=True, help=say("opt-part"))
@click.option("--published", metavar="DATE", help=say("opt-published"))
@click.option("--source", metavar="OUTLET", help=say("opt-source"))
@click.option("--language-model", metavar="NAME", help=say("opt-language-model"))
@click.option("--language", "languages", multiple=True, metavar="LANGUAGE", help=say("opt-language"))
@column_option
@click.option("--no-link", "link", is_flag=True, flag_value=False, default=True, help=say("opt-no-link"))
def batch(
    paths: tuple[str, ...],
    output: Path,
    link: bool,
    workers: int | None,
    threads: int,
    address: str | None,
    **options: Any,
) -> None:
    """Read files into a folder of Parquet files, and link what was read."""
    # Here, because only these commands need what reads and writes Parquet.
    from depesche.batch import Batch  # noqa: PLC0415
    from depesche.scale.cluster import open_cluster  # noqa: PLC0415

    defaults = Defaults(options.pop("published"), options.pop("source"), options.pop("columns"))
    with Batch(paths, output, defaults, **options) as work:
        if not work.is_finished():
            with open_cluster(address, workers, threads) as run, _show_steps() as on_progress:
                work.read(run, on_progress)
                if link:
                    work.link(run, on_progress)
        counts = work.counts
    click.echo(
        say("done-batch", read=counts.read, twins=counts.twins, refused=counts.refused, path=output)
        + ("\n" + say("done-batch-links", stories=counts.stories, events=counts.events) if link else ""),
        err=True,
    )
    if counts.skipped:
        click.echo(say("done-skipped", reasons=f"{counts.skipped:,} {say('skipped-language')}"), err=True)
    if counts.refused:
        click.get_current_context().exit(SOME_FAULTS)


@contextlib.contextmanager
def _show_steps() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what to call with the step and how far it is: each step has a bar of its own."""
    with contextlib.ExitStack() as bars:
        current: list[str] = []
        advance: list[Callable[[int], None]] = [lambda done: None]
        state = [""]

        def on_progress(step: str, done: int, total: int) -> None:
            if current != [step]:
                bars.close()
                current[:] = [step]
                bar = show_progress(say(f"step-{step}"), total, lambda _: state[0])
                advance[0] = bars.enter_context(bar)
            state[0] = say("step-done", done=done, total=total)
            advance[0](done)

        yield on_progress


@click.command(help=say("cmd-load"))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@archive_option
@click.option("--no-link", "link", is_flag=True, flag_value=False, default=True, help=say("opt-no-link"))
def load(folder: Path, archive: str | None, link: bool) -> None:
    """Put what a batch has read into the archive."""
    from depesche.batch import load_batch  # noqa: PLC0415

    with Archive(archive) as store:
        with _show_steps() as on_progress:
            counts, faults = load_batch(folder, store, lambda done, total: on_progress("load", done, total))
        for fault in faults:
            click.echo(f"depesche: {tame(str(fault))}", err=True)
        if link:
            link_archive(store)
        click.echo(say("done-load", read=counts.read, twins=counts.twins, faults=len(faults)), err=True)
    if faults:
        click.get_current_context().exit(SOME_FAULTS)
