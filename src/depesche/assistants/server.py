"""The archive as an MCP server: six tools that only read.

This needs the extra ``mcp`` (pip install 'depesche[mcp]'), the official SDK of the Model Context Protocol.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
import msgspec
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from depesche.archive.store import Archive
from depesche.assistants.answers import NOTICE, Answers, to_plain
from depesche.assistants.questions import (
    AccountsQuestion,
    ActorQuestion,
    EventsQuestion,
    Question,
    RelationQuestion,
    ReportQuestion,
    SearchQuestion,
    describe_question,
    read_question,
)
from depesche.errors import DepescheError
from depesche.exchange.json import to_json

INSTRUCTIONS = (
    "An archive of German news reports, read into actors, quotations and political events (PLOVER). Begin "
    "with `search` or `events`; `accounts` sets side by side what each party says of an event; `report` "
    "gives the text. Cite the outlet, agency and date of each source, and its address; give quotations word "
    "for word. The archive says what reports say, not what is true, and knows only its own reports. " + NOTICE
)


class _Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool: its question, who answers it, and what an assistant is told of it."""

    name: str
    title: str
    description: str
    form: type[Question]


TOOLS = (
    _Tool(
        name="search",
        title="Search reports",
        description="Find reports, quotations or events by words and by meaning.",
        form=SearchQuestion,
    ),
    _Tool(
        name="events",
        title="List events",
        description="List political events by parties, PLOVER type, days and place: who did what to whom, "
        "when, where, and on whose word. Each is an event as one report tells it; `event` is its id in the "
        "world, which reports share.",
        form=EventsQuestion,
    ),
    _Tool(
        name="accounts",
        title="Compare accounts",
        description="Set side by side what each party says of one event, matter by matter, whether they "
        "agree, and who confirms it, denies it or is silent.",
        form=AccountsQuestion,
    ),
    _Tool(
        name="actor",
        title="Describe an actor",
        description="Say who a person, body or state is over all reports: names, offices with their days, "
        "and the reports that name it, the latest first.",
        form=ActorQuestion,
    ),
    _Tool(
        name="relation",
        title="Relation of two states",
        description="Show what happened between two states over time, scored from -10 (conflict) to 10 "
        "(cooperation), what is said of how they stand, and sums by period.",
        form=RelationQuestion,
    ),
    _Tool(
        name="report",
        title="Read a report",
        description="Give the text of a report, a stretch at a time, with what was read in it.",
        form=ReportQuestion,
    ),
)
# None of them changes anything, and all look at one archive.
_ANNOTATIONS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def make_server(archive: Archive) -> Server[Any]:
    """Return the server that answers from an archive."""
    answers = Answers(archive)
    forms = {tool.name: tool.form for tool in TOOLS}
    listed = [
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=describe_question(tool.form),
            annotations=_ANNOTATIONS,
        )
        for tool in TOOLS
    ]

    async def list_tools(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed)

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        form = forms.get(params.name)
        if form is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool of this name, only {', '.join(forms)}.")
        answer = functools.partial(_answer, getattr(answers, params.name), form, params.arguments or {})
        # SQLite is asked in a thread, so that the protocol goes on meanwhile.
        return await anyio.to_thread.run_sync(answer)

    return Server(
        "depesche",
        title="Depesche",
        version=version("depesche"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _answer(
    answer: Callable[[Any], msgspec.Struct], form: type[Question], arguments: Any
) -> types.CallToolResult:
    """Return the answer of a tool; what goes wrong on purpose is told to the assistant."""
    try:
        told = to_plain(answer(read_question(form, arguments)))
    except DepescheError as fault:
        return types.CallToolResult(content=_as_text(str(fault)), is_error=True)
    return types.CallToolResult(content=_as_text(to_json(told)), structured_content=told)


def _as_text(text: str) -> list[types.ContentBlock]:
    return [types.TextContent(type="text", text=text)]


def serve(archive: Archive) -> None:
    """Answer whoever started this process, over standard input and output, until input ends."""

    async def run() -> None:
        server = make_server(archive)
        async with stdio_server() as (received, sent):
            await server.run(received, sent, server.create_initialization_options())

    anyio.run(run)
