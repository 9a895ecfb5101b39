"""An archive, and a mail server that is a real one."""

from __future__ import annotations

import asyncio
import pathlib
import socket
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from depesche.library import Archive

TLS = pathlib.Path(__file__).parents[1] / "tls"


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.sqlite") as archive:
        yield archive


class Post:
    """What a mail server took; ``answers`` are what it answers first, before it takes anything."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: list[str] = []
        self.port = 0

    @property
    def letters(self) -> list[EmailMessage]:
        return [
            message_from_bytes(cast(bytes, envelope.original_content), policy=default)
            for envelope in self.envelopes
        ]

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append(envelope)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 There is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def _log_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(b"depesche", b"geheim")
    # Not handled: the server is to say itself that it refuses.
    return AuthResult(success=good, handled=good)


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run_post() -> Iterator[Callable[..., Post]]:
    """Starts a mail server that speaks STARTTLS and wants a login, or with ``plain`` neither."""
    started: list[Controller] = []

    def run(*, plain: bool = False) -> Post:
        post = Post()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
        guarded: dict[str, Any] = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _log_in,
        }
        controller = Controller(
            post,
            loop=asyncio.new_event_loop(),
            hostname="127.0.0.1",
            port=_find_port(),
            **({} if plain else guarded),
        )
        controller.start()
        started.append(controller)
        post.port = controller.port
        return post

    yield run
    for controller in started:
        controller.stop()
