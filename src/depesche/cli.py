"""The command line: one thin command for each thing a user wants.

Exit status: 0 all well; 1 some reports could not be read, each of which was named; 2 the command could not
be carried out; 130 stopped by the user.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import importlib.resources
import sys
from pathlib import Path
from typing import Any, get_args

import click

from depesche.archive.database import name_place
from depesche.archive.rows import ActorRow, EventRow, QuotationRow, ReportRow, SearchHit
from depesche.cli_alerts import alert, tell_run
from depesche.cli_archive import archive_commands
from depesche.cli_batch import batch, load
from depesche.cli_desk import desk, may_wait, serve_desk
from depesche.cli_dossiers import COMMANDS
from depesche.cli_export import export
from depesche.cli_mcp import mcp
from depesche.cli_options import (
    archive_option,
    column_option,
    find_filters,
    format_options,
    list_options,
    print_rows,
)
from depesche.cli_tokens import token
from depesche.cli_watch import watch
from depesche.errors import ArchiveError, DepescheError
from depesche.exchange.json import to_json
from depesche.explain import Explainer, Explanation, event_at, pick_event
from depesche.explanations import print_events, print_explanation
from depesche.garbage import collect_rarely
from depesche.intake import Counts, Intake, link_archive
from depesche.judgement import Judgement, Verdict
from depesche.judging import ARGUMENTS, make_judgement
from depesche.language.models import OWN, load_language_model
from depesche.language.ontology import load_types
from depesche.library import Archive
from depesche.messages import say, tell
from depesche.passages import print_overview, print_passage, print_report
from depesche.reading import ActorType, Event, QuotationType, Report
from depesche.sources.files import Defaults
from depesche.sources.single import find_report
from depesche.terminal import (
    make_actor_sheet,
    make_event_sheet,
    make_judgement_sheet,
    make_quotation_sheet,
    make_report_sheet,
    make_search_sheet,
)

SOME_FAULTS = 1
FAILED = 2
STOPPED = 130
DEMO_ARCHIVE = "depesche-demo.sqlite"
_SHOWN_IN_DEMO = 12
# What a system says that cannot take what is printed.
_OUTPUT_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
# As a user types them.
_VERDICTS: dict[str, Verdict] = {name.replace("_", "-"): name for name in ARGUMENTS}


class _Command(click.Group):
    """Turns what goes wrong on purpose into one sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here, where a closed pipe is no fault, not when Python ends
        except DepescheError as fault:
            click.echo(f"depesche: {tell(fault)}", err=True)
            ctx.exit(FAILED)
        except KeyboardInterrupt:
            click.echo("\n" + say("stopped"), err=True)
            ctx.exit(STOPPED)
        except BrokenPipeError:
            # Somebody closed the pipe (head): not a fault. Nothing more may be written, not even at exit.
            sys.stdout = None
            ctx.exit(0)
        except OSError as fault:
            # What is written goes to files that say so themselves, or here.
            if fault.errno not in _OUTPUT_FAULTS or fault.filename is not None:
                raise
            sys.stdout = None
            click.echo(f"depesche: {tell(ArchiveError.of_file(say('standard-output'), fault))}", err=True)
            ctx.exit(FAILED)


@click.group(cls=_Command, help=say("app"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="depesche")
def main() -> None:
    """Hold the commands together."""
    collect_rarely()


for _command in (*COMMANDS, desk, batch, load):
    main.add_command(_command)
main.add_command(token)
main.add_command(archive_commands)
main.add_command(export)
main.add_command(watch)
main.add_command(mcp)
main.add_command(alert)

# --- read -----------------------------------------------------------------------------------------


@main.command(help=say("cmd-read"))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--published", metavar="DATE", help=say("opt-published"))
@click.option("--source", metavar="OUTLET", help=say("opt-source"))
@archive_option
@click.option("--json", "as_json", is_flag=True, help=say("opt-read-json"))
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help=say("opt-jobs"))
@click.option("--language-model", metavar="NAME", help=say("opt-language-model"))
@click.option("--language", "languages", multiple=True, metavar="LANGUAGE", help=say("opt-language"))
@column_option
@click.option("--no-link", "link", is_flag=True, flag_value=False, default=True, help=say("opt-no-link"))
def read(
    paths: tuple[str, ...],
    archive: str | None,
    as_json: bool,
    jobs: int,
    language_model: str | None,
    languages: tuple[str, ...],
    link: bool,
    **defaults: Any,
) -> None:
    """Read reports into the archive, and link them."""
    intake = Intake(paths, Defaults(**defaults), jobs, language_model, languages)
    if as_json:
        counts = intake.print_readings(sys.stdout)
        click.echo(say("done-printed", read=counts.read, faults=counts.faults), err=True)
    else:
        with Archive(archive) as store:
            counts = intake.fill(store)
            if link:
                link_archive(store)
                tell_run(store, quiet=True)
            click.echo(
                say("done-read", read=counts.read, known=counts.known, faults=counts.faults, path=store.name),
                err=True,
            )
    if skipped := intake.skipped():
        reasons = ", ".join(f"{count:,} {say(reason)}" for reason, count in skipped.items())
        click.echo(say("done-skipped", reasons=reasons), err=True)
    _exit_for(counts)


def _exit_for(counts: Counts) -> None:
    if counts.faults:
        click.get_current_context().exit(SOME_FAULTS)


# --- analyse --------------------------------------------------------------------------------------


@main.command(help=say("cmd-analyse"))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--language-model", metavar="NAME", default=OWN, show_default=True,
    help=say("opt-language-model"),
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(["conllu", "json"]), default="conllu", show_default=True,
    help=say("opt-format"),
)  # fmt: skip
def analyse(paths: tuple[str, ...], language_model: str, format_: str) -> None:
    """Print what a language model says of reports."""
    model = load_language_model(language_model)
    counts = Intake(paths, Defaults()).print_analyses(model, format_, sys.stdout)
    click.echo(say("done-printed", read=counts.read, faults=counts.faults), err=True)
    _exit_for(counts)


# --- lists ----------------------------------------------------------------------------------------


@main.command(help=say("cmd-reports"))
@archive_option
@list_options(load_types)
@format_options
def reports(archive: str | None, format_: str | None, **options: Any) -> None:
    """List reports."""
    with Archive(archive) as store:
        print_rows(ReportRow, store.reports(**find_filters(options)), format_, make_report_sheet)


@main.command(help=say("cmd-actors"))
@archive_option
@list_options(lambda: get_args(ActorType))
@format_options
def actors(archive: str | None, format_: str | None, **options: Any) -> None:
    """List actors."""
    with Archive(archive) as store:
        print_rows(ActorRow, store.actors(**find_filters(options)), format_, make_actor_sheet)


@main.command(help=say("cmd-events"))
@archive_option
@list_options(load_types)
@format_options
def events(archive: str | None, format_: str | None, **options: Any) -> None:
    """List events."""
    with Archive(archive) as store:
        print_rows(EventRow, store.events(**find_filters(options)), format_, make_event_sheet)


@main.command(help=say("cmd-quotations"))
@archive_option
@list_options(lambda: get_args(QuotationType))
@format_options
def quotations(archive: str | None, format_: str | None, **options: Any) -> None:
    """List quotations."""
    with Archive(archive) as store:
        print_rows(QuotationRow, store.quotations(**find_filters(options)), format_, make_quotation_sheet)


# A word that begins with a minus sign is to be left out; it is no option.
@main.command(help=say("cmd-search"), context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True)
@click.option("--meaning", is_flag=True, help=say("opt-meaning"))
@archive_option
@list_options(load_types)
@format_options
def search(
    words: tuple[str, ...], meaning: bool, archive: str | None, format_: str | None, **options: Any
) -> None:
    """Search the full text, and what means the same."""
    with Archive(archive) as store:
        asked = " ".join(_keep_phrase(w) for w in words)
        sense = store.sense(asked) if meaning else None
        if meaning and sense is None:
            click.echo(say("no-meaning"), err=True)
        hits = store.search(asked, sense=sense, **find_filters(options))
        print_rows(SearchHit, hits, format_, make_search_sheet)


def _keep_phrase(word: str) -> str:
    """Return a word of the command line; one that the shell's quotes held together is a phrase again."""
    return f'"{word}"' if " " in word.strip() and '"' not in word else word


# --- one report -----------------------------------------------------------------------------------


@main.command(help=say("cmd-show"))
@click.argument("report")
@archive_option
@click.option("--json", "as_json", is_flag=True, help=say("opt-json"))
def show(report: str, archive: str | None, as_json: bool) -> None:
    """Print a report with its findings marked."""
    wanted, colon, offset = report.partition(":")
    with Archive(archive) as store:
        found, reading, appearances = store.report(wanted), store.reading(wanted), store.appearances(wanted)
    if as_json:
        click.echo(to_json(reading, indent=2))
    elif colon:
        print_passage(found, reading, _parse_offset(found, offset), appearances)
    else:
        print_report(found, reading, appearances=appearances)


@main.command(help=say("cmd-explain"))
@click.argument("report")
@click.argument("event", required=False)
@click.option("--published", metavar="DATE", help=say("opt-published"))
@click.option("--language-model", metavar="NAME", help=say("opt-language-model"))
@archive_option
@click.option("--json", "as_json", is_flag=True, help=say("opt-json"))
def explain(
    report: str,
    event: str | None,
    published: str | None,
    language_model: str | None,
    archive: str | None,
    as_json: bool,
) -> None:
    """Show why an event was read."""
    single = find_report(report, Defaults(published))
    if single is None:
        found = _explain_kept(report, event, archive, language_model)
    else:
        explainer = Explainer(single, language_model)
        found = explainer.events if event is None else explainer.explain(event)
    if as_json:
        click.echo(to_json(found, indent=2))
    elif isinstance(found, Explanation):
        print_explanation(found)
    else:
        print_events(found)


def _explain_kept(
    report: str, event: str | None, archive: str | None, language_model: str | None
) -> Explanation | tuple[Event, ...]:
    """Return why an event of a report in the archive was read; without one, the events that it has."""
    wanted, colon, offset = report.partition(":")
    with Archive(archive) as store:
        kept, reading = store.report(wanted), store.reading(wanted)
    if colon:
        event = event_at(reading.events, _parse_offset(kept, offset))
    if event is None:
        return reading.events
    pick_event(reading.events, event)  # before a language model is loaded in vain
    return Explainer(kept, language_model).explain_kept(reading, event)


def _parse_offset(report: Report, offset: str) -> int:
    """Return the place behind the colon of ``id:offset``. Raises BadParameter if the report has none such."""
    if not offset.isdecimal() or int(offset) >= len(report.text):
        raise click.BadParameter(say("bad-offset", offset=repr(offset), length=len(report.text)))
    return int(offset)


# --- judgements -----------------------------------------------------------------------------------


@main.command(help=say("cmd-judge"))
@click.argument("verdict", type=click.Choice([*_VERDICTS]))
@click.argument("named", nargs=-1, required=True, metavar="WHAT...")
@click.option("--why", default="", help=say("opt-why"))
@click.option("--by", default=getpass.getuser, show_default=False, help=say("opt-by"))
@archive_option
def judge(verdict: str, named: tuple[str, ...], why: str, by: str, archive: str | None) -> None:
    """Keep what somebody decided."""
    with Archive(archive) as store:
        made = store.judge(make_judgement(store, _VERDICTS[verdict], named, by=by, why=why))
        click.echo(say("judged", number=made.number), err=True)


@main.command(help=say("cmd-judgements"))
@archive_option
@format_options
def judgements(archive: str | None, format_: str | None) -> None:
    """List what was decided."""
    with Archive(archive) as store:
        print_rows(Judgement, store.judgements(), format_, make_judgement_sheet)


# --- demo -----------------------------------------------------------------------------------------


@main.command(help=say("cmd-demo"))
@click.option(
    "--archive", metavar="PLACE", default=DEMO_ARCHIVE, show_default=True, help=say("opt-archive"),
)  # fmt: skip
@click.option("--no-desk", is_flag=True, help=say("opt-no-desk"))
def demo(archive: str, no_desk: bool) -> None:
    """Read the samples, show what is in them, and serve them to the browser."""
    with Archive(archive) as store, _samples() as folder:
        counts = Intake((str(folder),), Defaults(), jobs=1).fill(store)
        link_archive(store)
        summary = say(
            "done-read", read=counts.read, known=counts.known, faults=counts.faults, path=store.name
        )
        click.echo(summary, err=True)
        print_overview(store, _SHOWN_IN_DEMO)
    if may_wait() and not no_desk:
        serve_desk(archive)
    elif not no_desk:
        click.echo(say("desk-how", path=name_place(archive)), err=True)


def _samples() -> contextlib.AbstractContextManager[Path]:
    return importlib.resources.as_file(importlib.resources.files("depesche") / "samples")


if __name__ == "__main__":
    main()
