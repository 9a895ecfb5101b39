"""Sending an e-mail through an SMTP server. What it says, others decide; here it is only handed over.

| variable | what |
|---|---|
| ``DEPESCHE_SMTP_SERVER`` | the server, ``mail.example.org`` or ``mail.example.org:587`` |
| ``DEPESCHE_SMTP_SECURITY`` | ``starttls`` (usual), ``tls`` from the first byte on, or ``none`` |
| ``DEPESCHE_SMTP_USER``, ``DEPESCHE_SMTP_PASSWORD`` | the login, if the server wants one |
| ``DEPESCHE_SMTP_FROM`` | the mailbox that sends |
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Literal, get_args

import msgspec

from depesche.errors import MailError

Security = Literal["starttls", "tls", "none"]
# Which certificates of servers hold.
Trust = ssl.SSLContext
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
# How long each step may take, in seconds.
_PATIENCE = 30.0
_LONGEST_ADDRESS = 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_SERVER = re.compile(r"(?P<host>[^\s:/\[\]]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """The server that takes e-mails, how it is spoken to, and who sends."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = None


def find_mail_server(environment: Mapping[str, str] | None = None) -> MailServer:
    """Return the server that the environment names. Raises MailError if it names none, or wrongly."""
    told = os.environ if environment is None else environment
    named = told.get("DEPESCHE_SMTP_SERVER", "").strip()
    if not named:
        raise MailError("no mail server is set: DEPESCHE_SMTP_SERVER, DEPESCHE_SMTP_FROM")
    form = _SERVER.fullmatch(named)
    security = told.get("DEPESCHE_SMTP_SECURITY", "starttls").strip().lower()
    if form is None or int(form["port"] or 1) > 65535:
        raise MailError("DEPESCHE_SMTP_SERVER is no server: mail.example.org:587")
    if security not in get_args(Security):
        raise MailError("DEPESCHE_SMTP_SECURITY is one of starttls, tls, none")
    kind: Security = security  # type: ignore[assignment]
    user = told.get("DEPESCHE_SMTP_USER") or None
    if user and kind == "none":
        raise MailError("a password is not sent without TLS: DEPESCHE_SMTP_SECURITY must be starttls or tls")
    return MailServer(
        host=form["host"].strip("[]"),
        port=int(form["port"] or _PORTS[kind]),
        sender=check_address(told.get("DEPESCHE_SMTP_FROM", "")),
        security=kind,
        user=user,
        password=told.get("DEPESCHE_SMTP_PASSWORD") or None,
    )


def check_address(address: str) -> str:
    """Return the address of a mailbox in the form that every server takes. Raises MailError if it is none.

    >>> check_address(" redaktion@zeitung.example ")
    'redaktion@zeitung.example'
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError as fault:
        raise MailError("this is no address of a mailbox") from fault
    found = f"{local}@{domain}"
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(found) > _LONGEST_ADDRESS:
        raise MailError("this is no address of a mailbox")
    return found


def send_mail(message: EmailMessage, to: str, server: MailServer, *, tls: Trust | None = None) -> None:
    """Hand an e-mail over; it is the server's from then on. Raises MailError if the server did not take it.

    ``tls`` stands in for the usual trust in authorities.
    """
    try:
        with _connect(server, tls or ssl.create_default_context()) as connection:
            if server.user:
                connection.login(server.user, server.password or "")
            connection.send_message(message, server.sender, [to])
    except ssl.SSLError as fault:
        raise MailError(f"{server.host} cannot be trusted: its TLS certificate does not hold") from fault
    except smtplib.SMTPAuthenticationError as fault:
        raise MailError(f"{server.host} refuses the login") from fault
    except smtplib.SMTPRecipientsRefused as fault:
        raise MailError(f"{server.host} refuses the recipient: {_first_reason(fault)}") from fault
    except smtplib.SMTPResponseException as fault:
        raise MailError(f"{server.host} refuses: {fault.smtp_code} {_plain(fault.smtp_error)}") from fault
    except (OSError, smtplib.SMTPException, UnicodeError) as fault:
        raise MailError(f"{server.host}:{server.port} cannot be spoken to: {_plain(str(fault))}") from fault


def _connect(server: MailServer, context: Trust) -> smtplib.SMTP:
    """Return a connection on which nobody listens in, unless that is allowed."""
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    if server.security == "starttls":
        try:
            connection.starttls(context=context)
        except BaseException:
            connection.close()
            raise
    return connection


def _first_reason(fault: smtplib.SMTPRecipientsRefused) -> str:
    code, told = next(iter(fault.recipients.values()))
    return f"{code} {_plain(told)}"


def _plain(told: bytes | str) -> str:
    """Return what a server says on one line, cut."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return " ".join(re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", text).split())[:200]
