"""One archive of the sample reports, and one assistant's client of the server that answers from it."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from depesche.intake import Intake, link_archive
from depesche.library import Archive
from depesche.sources.files import Defaults

# Calls a tool; returns whether it failed, its text, and its structured answer.
Ask = Callable[..., tuple[bool, str, Any]]

SAMPLES = pathlib.Path(__file__).parents[2] / "src" / "depesche" / "samples"


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("assistants") / "samples.sqlite"
    with Archive(path) as archive:
        Intake((str(SAMPLES),), Defaults(), jobs=1).fill(archive)
        link_archive(archive)
    return path


@pytest.fixture(scope="session")
def client(archive_path: pathlib.Path) -> Iterator[tuple[Any, Client]]:
    """The SDK's own client, connected to the command in a process of its own."""
    command = ["-m", "depesche.cli", "mcp", "--archive", str(archive_path)]
    server = StdioServerParameters(command=sys.executable, args=command)
    with start_blocking_portal() as portal:
        connected = Client(server, read_timeout_seconds=30)
        with portal.wrap_async_context_manager(connected) as client:
            yield portal, client


@pytest.fixture(scope="session")
def ask(client: tuple[Any, Client]) -> Ask:
    portal, asked = client

    def ask_tool(tool: str, **arguments: Any) -> tuple[bool, str, Any]:
        answer = portal.call(asked.call_tool, tool, arguments)
        (content,) = answer.content
        return bool(answer.is_error), content.text, answer.structured_content

    return ask_tool
