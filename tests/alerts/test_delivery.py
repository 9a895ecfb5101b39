"""How what was found reaches its receivers: webhooks and e-mails, each once, whatever fails in between."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conftest import TLS, Post
from depesche.alerts.letters import Content, write_letter
from depesche.alerts.matching import Finding
from depesche.alerts.orders import Order, add_alert
from depesche.alerts.running import make_test, run_alerts, send_delivery, send_letter
from depesche.archive.alerts import Alert, Channel, Delivery
from depesche.errors import AlertError, FetchError, MailError
from depesche.exchange.json import to_json
from depesche.library import Archive
from depesche.quoting import Quote, ReportSource
from depesche.reading import Report
from depesche.sources.mailing import MailServer, check_address, find_mail_server
from web import Request, answer, reset, run_web

RUBIO = Report(
    text="US-Außenminister Marco Rubio hat am Donnerstag in Oslo Sergej Lawrow getroffen.",
    published="2025-07-11",
    title='<b>Rubio</b> "trifft" Lawrow\r\nBcc: x@y.example',
    source="Elbtagblatt",
    url="https://elbtagblatt.example/1",
)
NOW = (0,) * 20


def rubio(day: int) -> Report:
    return Report(text=f"Rubio sprach am {day}. Juli.", published=f"2025-07-{day:02}", source="Nordpost")


def make_alert(archive: Archive, channel: Channel, target: str, name: str = "Rubio") -> Alert:
    return add_alert(archive, name, Order(words="Rubio"), channel=channel, target=target, language="en")


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let webhooks lie on this machine."""
    monkeypatch.setenv("DEPESCHE_ALERT_NETWORKS", "127.0.0.1/32")


def check_signature(alert: Alert, request: Request) -> dict[str, Any]:
    """Check a webhook as its receiver does; return what it tells."""
    timestamp, told = request.headers["depesche-timestamp"], request.headers["depesche-signature"]
    signed = hmac.new(
        (alert.secret or "").encode(), f"{timestamp}.".encode() + request.content, hashlib.sha256
    )
    assert hmac.compare_digest(told, f"v1={signed.hexdigest()}")
    content: dict[str, Any] = json.loads(request.content)
    assert content["id"] == request.headers["depesche-delivery"] == request.headers["idempotency-key"]
    return content


@pytest.mark.usefixtures("near")
def test_a_webhook_is_signed_and_tells_its_sources(archive: Archive) -> None:
    with run_web() as web:
        web.routes["/hook"] = answer()
        alert = make_alert(archive, "webhook", web.url("/hook"))
        archive.add(RUBIO)
        run = run_alerts(archive)
        assert (run.found, run.sent, run.failed) == (1, 1, 0)
        (request,) = web.asked("/hook")
        content = check_signature(alert, request)
        (finding,) = content["findings"]
        assert finding["source"]["report"] == RUBIO.id and finding["source"]["address"] == RUBIO.url
        words = finding["words"]
        assert RUBIO.text[words["start"] : words["end"]] == words["quoted"]
        assert run_alerts(archive).sent == 0 and len(web.requests) == 1


# What a receiver does wrong at first.
FAULTS = {
    "refuses": answer(status=503),
    "breaks": reset,
    "sends elsewhere": answer(status=302, headers={"Location": "/other"}),
    "is gone": answer(status=404),
}


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_fails_is_tried_again_with_the_same_id_and_body(archive: Archive, fault: Any) -> None:
    with run_web() as web:
        web.routes["/hook"] = fault
        alert = make_alert(archive, "webhook", web.url("/hook"))
        archive.add(RUBIO)
        assert run_alerts(archive, delays=NOW).failed == 1
        assert run_alerts(archive, delays=NOW).failed == 1
        with archive.alerts() as alerts:
            tally = alerts.count(alert.number)
        assert (tally.waiting, tally.sent) == (1, 0) and tally.fault
        web.routes["/hook"] = answer()
        assert run_alerts(archive, delays=NOW).sent == 1
        assert run_alerts(archive, delays=NOW).sent == 0
        assert len({(r.headers["depesche-delivery"], r.content) for r in web.asked("/hook")}) == 1
        assert not web.asked("/other")


@pytest.mark.usefixtures("near")
def test_attempts_wait_and_end(archive: Archive) -> None:
    with run_web() as web:
        web.routes["/hook"] = answer(status=500)
        alert = make_alert(archive, "webhook", web.url("/hook"))
        archive.add(RUBIO)
        run_alerts(archive, delays=(3_600,))
        assert run_alerts(archive, delays=(3_600,)).failed == 0  # not due yet
        assert len(web.requests) == 1
        other = make_alert(archive, "webhook", web.url("/other"), "other")
        archive.add(rubio(12))
        web.routes["/other"] = answer(status=500)
        for _ in range(5):
            run_alerts(archive, delays=(0, 0))
        assert len(web.asked("/other")) == 3
        with archive.alerts() as alerts:
            assert alerts.count(other.number).failed == 1
        web.routes["/other"] = web.routes["/hook"] = answer()
        assert run_alerts(archive).sent == 0
        with archive.alerting() as alerts:
            assert alerts.retry() >= 1
        assert run_alerts(archive).sent >= 1
        with archive.alerts() as alerts:
            assert alerts.count(other.number).sent == 1
        assert alert.number != other.number


@pytest.mark.usefixtures("near")
def test_one_deaf_receiver_keeps_nobody_else_waiting(archive: Archive) -> None:
    with run_web() as web:
        web.routes["/good"] = answer()
        make_alert(archive, "webhook", web.url("/deaf"), "deaf")
        make_alert(archive, "webhook", web.url("/good"), "good")
        for day in (11, 12):
            archive.add(rubio(day))
            run_alerts(archive, delays=NOW)
        assert len(web.asked("/good")) == 2
        assert len(web.asked("/deaf")) == 2  # one a run, though two are due in the second


def test_a_webhook_inside_the_own_network_is_not_asked(archive: Archive) -> None:
    with run_web() as web:
        web.routes["/hook"] = answer()
        alert = make_alert(archive, "webhook", web.url("/hook"))
        archive.add(RUBIO)
        assert run_alerts(archive).failed == 1 and web.requests == []
        with pytest.raises(FetchError):
            send_delivery(alert, make_test(alert))
        assert web.requests == []


@pytest.mark.usefixtures("near")
def test_many_findings_come_in_bounded_deliveries(archive: Archive) -> None:
    with run_web() as web:
        web.routes["/hook"] = answer()
        alert = make_alert(archive, "webhook", web.url("/hook"))
        for day in range(1, 26):
            Archive.add(archive, rubio(day), link=False)
        archive.link()
        assert run_alerts(archive).found == 25
        told = [check_signature(alert, request)["findings"] for request in web.asked("/hook")]
        assert [len(findings) for findings in told] == [20, 5]
        assert len({one["source"]["report"] for findings in told for one in findings}) == 25


# --- e-mail ---------------------------------------------------------------------------------------------


def trust() -> ssl.SSLContext:
    """Trust the server of the tests, whatever it is called."""
    context = ssl.create_default_context(cafile=TLS / "certificate.pem")
    context.check_hostname = False
    return context


def make_server(post: Post, **fields: Any) -> MailServer:
    usual = {"user": "depesche", "password": "geheim"}
    return MailServer(host="127.0.0.1", port=post.port, sender="bot@depesche.example", **(usual | fields))


def send_all(archive: Archive, server: MailServer) -> Any:
    def send(alert: Alert, delivery: Delivery) -> None:
        send_letter(alert, delivery, server, tls=trust())

    return run_alerts(archive, send=send, delays=NOW)


def test_an_email_goes_through_tls_with_a_login(archive: Archive, run_post: Callable[..., Post]) -> None:
    post = run_post()
    make_alert(archive, "mail", "redaktion@zeitung.example")
    archive.add(RUBIO)
    assert send_all(archive, make_server(post)).sent == 1
    assert send_all(archive, make_server(post)).sent == 0
    (letter,) = post.letters
    assert post.envelopes[0].rcpt_tos == ["redaktion@zeitung.example"]
    assert letter["Subject"] == "Depesche: Rubio" and letter["Bcc"] is None
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and page is not None
    assert RUBIO.text in plain.get_content() and "https://elbtagblatt.example/1" in plain.get_content()
    assert "&lt;b&gt;Rubio&lt;/b&gt;" in page.get_content() and "<b>" not in page.get_content()


def test_an_email_that_is_refused_is_sent_again_as_the_same(
    archive: Archive, run_post: Callable[..., Post]
) -> None:
    post = run_post()
    post.answers = ["451 Try again later", "550 I do not want this"]
    make_alert(archive, "mail", "redaktion@zeitung.example")
    archive.add(RUBIO)
    first = make_server(post)
    assert [send_all(archive, first).failed for _ in range(2)] == [1, 1]
    assert send_all(archive, first).sent == 1
    assert len({letter["Message-ID"] for letter in post.letters}) == 1
    assert letter_id(post) == f"<{post.letters[0]['Depesche-Delivery']}@depesche.example>"


def letter_id(post: Post) -> str:
    return str(post.letters[0]["Message-ID"])


# A server as it should not be, and what is said of it.
REFUSALS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"password": "falsch"}, "redaktion@zeitung.example", "refuses the login"),
    ({"user": None}, "redaktion@zeitung.example", "refuses"),
    ({}, "nobody@zeitung.example", "550 There is nobody"),
    ({"security": "tls"}, "redaktion@zeitung.example", "127.0.0.1"),
    ({"security": "none", "user": None}, "redaktion@zeitung.example", "530"),
)


@pytest.mark.parametrize(("fields", "to", "words"), REFUSALS)
def test_what_a_mail_server_refuses_is_said(
    archive: Archive, run_post: Callable[..., Post], fields: dict[str, Any], to: str, words: str
) -> None:
    post = run_post()
    alert = make_alert(archive, "mail", to)
    with pytest.raises(MailError, match=words):
        send_letter(alert, make_test(alert), make_server(post, **fields), tls=trust())
    assert post.envelopes == []


def test_a_certificate_that_does_not_hold_is_refused(archive: Archive, run_post: Callable[..., Post]) -> None:
    alert = make_alert(archive, "mail", "redaktion@zeitung.example")
    post = run_post()
    with pytest.raises(MailError, match="certificate"):
        send_letter(alert, make_test(alert), make_server(post))
    assert post.envelopes == []


def test_starttls_is_not_talked_away(archive: Archive, run_post: Callable[..., Post]) -> None:
    alert = make_alert(archive, "mail", "redaktion@zeitung.example")
    post = run_post(plain=True)
    with pytest.raises(MailError):
        send_letter(alert, make_test(alert), make_server(post), tls=trust())
    assert post.envelopes == []


def test_the_environment_names_the_server(
    archive: Archive, run_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    post = run_post(plain=True)
    monkeypatch.setenv("DEPESCHE_SMTP_SERVER", f"127.0.0.1:{post.port}")
    monkeypatch.setenv("DEPESCHE_SMTP_SECURITY", "none")
    monkeypatch.setenv("DEPESCHE_SMTP_FROM", "bot@depesche.example")
    alert = make_alert(archive, "mail", "redaktion@zeitung.example")
    send_delivery(alert, make_test(alert))
    assert post.letters[0]["Subject"] == "Depesche: test of Rubio"


SETTINGS: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "DEPESCHE_SMTP_SERVER"),
    ({"DEPESCHE_SMTP_SERVER": "a b"}, "no server"),
    ({"DEPESCHE_SMTP_SERVER": "m.example:99999"}, "no server"),
    ({"DEPESCHE_SMTP_SERVER": "m.example", "DEPESCHE_SMTP_SECURITY": "ssl"}, "one of"),
    ({"DEPESCHE_SMTP_SERVER": "m.example"}, "no address"),
    (
        {"DEPESCHE_SMTP_SERVER": "m.example", "DEPESCHE_SMTP_SECURITY": "none", "DEPESCHE_SMTP_USER": "x"},
        "without TLS",
    ),
)


@pytest.mark.parametrize(("environment", "words"), SETTINGS)
def test_wrong_settings_are_said(environment: dict[str, str], words: str) -> None:
    with pytest.raises(MailError, match=words):
        find_mail_server(environment)


def test_settings_are_taken() -> None:
    server = find_mail_server({"DEPESCHE_SMTP_SERVER": "m.example", "DEPESCHE_SMTP_FROM": "a@b.example"})
    assert (server.port, server.security, server.user) == (587, "starttls", None)


BAD_ADDRESSES = (
    *("", "x", "@", "a@", "@b.example", "a b@c.example", "a@b.example\nBcc: x@y.example", "a@b@c.example"),
    *(
        "<a@b.example>",
        "a@b.example,c@d.example",
        "a@-b.example",
        '"a"@b.example',
        "a@b..example",
        "ä@b.example",
    ),
)


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_no_mailbox_is_refused(archive: Archive, address: str) -> None:
    with pytest.raises(MailError):
        check_address(address)
    with pytest.raises(AlertError):
        make_alert(archive, "mail", address)


def test_domains_with_umlauts_are_written_as_servers_know_them() -> None:
    assert check_address("a@zürich.example") == "a@xn--zrich-kva.example"


TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["\r\nBcc: x@y.example\r\n\r\n<script>", "\r\n.\r\n", "\0", "\u2028", "-- \n"]
)


@given(TEXTS, TEXTS, TEXTS)
def test_no_words_leave_their_place_in_a_letter(title: str, words: str, outlet: str) -> None:
    source = ReportSource(
        report="ab" * 32, outlet=outlet, agency=(outlet,), date=None, title=title, address=None
    )
    finding = Finding(
        kind="reports", source=source, words=Quote(quoted=words, start=0, end=1), type=title, place=outlet
    )
    content = Content(id="ff", alert="x", number=1, made="2025-07-11T00:00:00Z", findings=(finding,))
    alert = Alert(
        number=1, name="Rubio", kind="reports", query="{}", channel="mail", target="a@b.example",
        secret=None, language="de", since=0, made="",
    )  # fmt: skip
    delivery = Delivery(
        number=1, id="ff", alert=1, body=to_json(content), made="2025-07-11T00:00:00Z", due=None,
        attempts=0, sent=None, fault=None,
    )  # fmt: skip
    letter = write_letter(alert, delivery, "bot@depesche.example")
    assert letter["Bcc"] is None and letter["To"] == "a@b.example"
    head = letter.as_bytes().partition(b"\r\n\r\n")[0]
    assert b"script" not in head and b"Bcc" not in head
    page = letter.get_body(("html",))
    assert page is not None and "<script" not in page.get_content()
