"""What is sent: the body of a webhook with its signature, and an e-mail, both from one content.

The content is fixed when something is found, so that every attempt sends the same. All words in it come from
strangers: in an e-mail they are text, never HTML, and none of them stands in a header.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

import msgspec

from depesche.alerts.matching import Finding
from depesche.archive.alerts import Alert, Delivery
from depesche.desk.addresses import report_address
from depesche.messages import say_in

_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery tells: which alert found what, and when; ``test`` if it only tries the way."""

    version: int = 1
    id: str
    alert: str
    number: int
    made: str
    test: bool = False
    findings: tuple[Finding, ...] = ()


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a body that is sent at a time: HMAC-SHA256 over ``TIMESTAMP.BODY``.

    >>> sign("key", 1, b"{}")[:16]
    'v1=1ba6b8171186e'
    """
    told = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1={told.hexdigest()}"


def head_webhook(alert: Alert, delivery: Delivery, timestamp: int) -> Mapping[str, str]:
    """Return the headers of a webhook."""
    return {
        "Content-Type": "application/json",
        "Depesche-Delivery": delivery.id,
        "Depesche-Timestamp": str(timestamp),
        "Depesche-Signature": sign(alert.secret or "", timestamp, delivery.body.encode()),
        "Idempotency-Key": delivery.id,
    }


def write_letter(alert: Alert, delivery: Delivery, sender: str, desk: str | None = None) -> EmailMessage:
    """Return the e-mail of a delivery, as text and as HTML; ``desk`` is where the archive is shown."""
    content = msgspec.json.decode(delivery.body, type=Content)
    language = alert.language
    message = EmailMessage(policy=SMTP)
    title = say_in(language, "alert-test" if content.test else "alert-subject", name=alert.name)
    message["Subject"] = _one_line(title)
    message["From"] = sender
    message["To"] = alert.target or ""
    message["Date"] = format_datetime(datetime.datetime.fromisoformat(delivery.made))
    message["Message-ID"] = f"<{delivery.id}@{sender.rpartition('@')[2]}>"
    message["Depesche-Delivery"] = delivery.id
    # Nobody answers a machine, and no machine this one.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_write_text(content, language, desk)) + "\n")
    message.add_alternative(_write_page(title, content, language, desk), subtype="html")
    return message


def _write_text(content: Content, language: str, desk: str | None) -> list[str]:
    if content.test:
        return [say_in(language, "alert-test-body")]
    lines: list[str] = []
    for one in content.findings:
        lines += [
            f"* {head_finding(one)}",
            *(f"  {line}" for line in _words(one)),
            f"  ({_source(one, language)})",
        ]
        lines += [f"  {address}" for address in _addresses(one, desk)]
        lines.append("")
    return [*lines, "-- ", say_in(language, "alert-foot")]


def _write_page(title: str, content: Content, language: str, desk: str | None) -> str:
    parts = [
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>",
    ]
    if content.test:
        parts.append(f"<p>{escape(say_in(language, 'alert-test-body'))}</p>")
    for one in content.findings:
        parts.append(f"<h2>{escape(head_finding(one))}</h2>")
        parts += [f'<blockquote lang="de">{escape(line)}</blockquote>' for line in _words(one)]
        parts.append(f"<p>{escape(_source(one, language))}</p>")
        parts += [
            f'<p><a rel="noreferrer" href="{escape(address)}">{escape(address)}</a></p>'
            for address in _addresses(one, desk)
        ]
    parts.append(f"<p>{escape(say_in(language, 'alert-foot'))}</p></body></html>")
    return "\n".join(parts)


def head_finding(one: Finding) -> str:
    """Return what was found in one line: type, parties, place and day, or a title."""
    parties = ", ".join((*one.actor, *one.recipient))
    told = (one.type, one.party or one.speaker, parties, one.place, one.date)
    head = " · ".join(_one_line(part) for part in told if part)
    return head or one.source.title or one.source.outlet or one.source.report[:12]


def _words(one: Finding) -> list[str]:
    return [_one_line(one.words.quoted)] if one.words else []


def _source(one: Finding, language: str) -> str:
    told = (one.source.outlet, ", ".join(one.source.agency), one.source.date, one.source.title)
    return " · ".join(_one_line(part) for part in told if part) or say_in(language, "alert-no-source")


def _addresses(one: Finding, desk: str | None) -> list[str]:
    """Return where the words can be read: at the outlet's, and on the desk."""
    span = (one.words.start, one.words.end) if one.words else (None, None)
    here = desk.rstrip("/") + report_address(one.source.report, *span) if desk else None
    return [address for address in (one.source.address, here) if address and _WEB.fullmatch(address)]


def _one_line(text: str) -> str:
    return " ".join(text.split())
