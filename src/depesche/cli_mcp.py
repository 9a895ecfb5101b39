"""The command that answers assistants."""

from __future__ import annotations

import click

from depesche.cli_options import archive_option
from depesche.errors import AssistantError
from depesche.library import Archive
from depesche.messages import say


@click.command("mcp", help=say("cmd-mcp"))
@archive_option
def mcp(archive: str | None) -> None:
    """Serve the archive to an assistant."""
    try:
        # Here, because the protocol comes with an extra, and only this command needs it.
        from depesche.assistants.server import serve  # noqa: PLC0415
    except ModuleNotFoundError as fault:
        if (fault.name or "").split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise AssistantError("depesche mcp needs an extra: pip install 'depesche[mcp]'.") from fault
    with Archive(archive, read_only=True) as store:
        serve(store)
