"""The commands for tokens: what programs show to use the desk."""

from __future__ import annotations

import click

from depesche.archive.selection import last_day
from depesche.archive.tokens import SCOPES, Scope, Token
from depesche.archive.write import now
from depesche.cli_options import archive_option, format_options, print_rows
from depesche.library import Archive
from depesche.messages import say
from depesche.terminal import make_token_sheet


@click.group(help=say("cmd-token"))
def token() -> None:
    """Hold the commands together."""


@token.command(help=say("cmd-token-create"))
@click.argument("name")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, default=("read",), show_default=True,
    help=say("opt-scope"),
)  # fmt: skip
@click.option("--expires", metavar="DATE", help=say("opt-expires"))
@archive_option
def create(name: str, scopes: tuple[Scope, ...], expires: str | None, archive: str | None) -> None:
    """Make a token and print it, this once."""
    if expires and last_day(expires) < now()[:10]:
        raise click.BadParameter(say("token-over", day=last_day(expires)), param_hint="--expires")
    with Archive(archive) as store:
        made, secret = store.make_token(name, scopes, expires)
    click.echo(say("token-made", name=made.name, scopes=" ".join(made.scopes)), err=True)
    # Alone on standard output, so that it can go straight into a file.
    click.echo(secret)


@token.command("list", help=say("cmd-token-list"))
@archive_option
@format_options
def list_(archive: str | None, format_: str | None) -> None:
    """List tokens, without the tokens themselves."""
    with Archive(archive) as store:
        print_rows(Token, store.tokens(), format_, make_token_sheet)


@token.command(help=say("cmd-token-revoke"))
@click.argument("name", metavar="NAME")
@archive_option
def revoke(name: str, archive: str | None) -> None:
    """Revoke a token for good."""
    with Archive(archive) as store:
        click.echo(say("token-revoked", name=store.revoke_token(name).name), err=True)
