"""A run of alerts: look at what came, put what was found into the outbox, send what is due.

Looking takes long and holds no lock; then all of it is written in one transaction, if nobody else was
faster. Sending comes after. Before an attempt it is noted when the next one is due: whoever is ended within
an attempt has lost nothing, and the receiver knows a second one by its id.
"""

from __future__ import annotations

import datetime
import os
import time
import uuid
from collections.abc import Callable, Sequence

import msgspec

from depesche.alerts.letters import Content, head_webhook, write_letter
from depesche.alerts.matching import MOST_REPORTS, Group, Matcher, split_body
from depesche.archive.alerts import Alert, Alerts, Delivery
from depesche.archive.store import Archive
from depesche.archive.write import now
from depesche.errors import FetchError, MailError
from depesche.exchange.json import to_json
from depesche.read import words_digest
from depesche.sources.fetching import Policy, post_once
from depesche.sources.mailing import MailServer, Trust, find_mail_server, send_mail

# Networks inside the own one that webhooks may lie in, divided by commas, and where the desk is shown.
ALLOWED_VARIABLE, DESK_VARIABLE = "DEPESCHE_ALERT_NETWORKS", "DEPESCHE_DESK"
# How many seconds after an attempt the next one comes; after the last it is given up. Three days in all.
DELAYS = (60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400)
# So many findings stand in one delivery, and so many deliveries are looked up at once.
_MOST_FINDINGS, _AT_ONCE = 20, 50
# How long a webhook may take, in seconds: less than the first delay.
_PATIENCE = 20.0

# Sends a delivery. Raises FetchError or MailError if it did not arrive.
Send = Callable[[Alert, Delivery], None]


class Run(msgspec.Struct):
    """What a run did: how many reports it looked at, what was found, sent, and failed (for now)."""

    reports: int = 0
    found: int = 0
    sent: int = 0
    failed: int = 0


def run_alerts(archive: Archive, *, send: Send | None = None, delays: Sequence[int] = DELAYS) -> Run:
    """Look at what came and was linked since the last run, and deliver what is due; return what was done.

    ``send`` stands in for webhooks and e-mail.
    """
    run = Run()
    while look(archive, run):
        pass
    deliver(archive, run, send or send_delivery, delays)
    return run


def look(archive: Archive, run: Run) -> bool:
    """Look at some of what came; return whether there may be more."""
    linker = words_digest()
    with archive.alerts() as alerts:
        orders = alerts.orders()
        numbers = alerts.list_arrivals(linker, MOST_REPORTS)
    if not numbers:
        return False
    if not orders:
        with archive.alerting() as alerts:
            if not alerts.orders():
                alerts.skip_arrivals(linker)
        return False
    matcher = Matcher(archive, numbers)
    found = [(alert, tuple(matcher.find(alert))) for alert in orders if numbers[-1] > alert.since]
    with archive.alerting() as alerts:
        # Another process was faster with some of them: those left are looked at anew.
        if set(alerts.list_arrivals(linker, MOST_REPORTS)).issuperset(numbers):
            alerts.take_arrivals(numbers)
            kept = {alert.number for alert in alerts.orders()}
            for alert, groups in found:
                if alert.number in kept:
                    run.found += _write(alerts, alert, groups, set(numbers))
            run.reports += len(numbers)
    return True


def _write(alerts: Alerts, alert: Alert, groups: Sequence[Group], came: set[int]) -> int:
    """Note what an alert has found, and put what is new into the outbox; return how much that is."""
    told = []
    for group in groups:
        known = alerts.find_known(alert, group.matter, group.spots)
        fresh = [spot for spot in group.spots if spot not in known]
        is_new = not known and fresh[0].report in came
        alerts.note(alert, group.matter, fresh, to_json(group.finding) if is_new else None)
        if is_new:
            told.append(group.finding)
    if alert.channel != "feed":
        for some in split_body(told, _MOST_FINDINGS):
            id_ = uuid.uuid4().hex
            content = Content(id=id_, alert=alert.name, number=alert.number, made=now(), findings=tuple(some))
            alerts.add_delivery(alert.number, id_, to_json(content))
    return len(told)


def deliver(archive: Archive, run: Run, send: Send, delays: Sequence[int]) -> None:
    """Send what is due. What one receiver does not take does not keep others waiting."""
    moment, behind = now(), 0
    with archive.alerts() as alerts:
        orders = {alert.number: alert for alert in alerts.orders()}
    deaf: set[str | None] = set()
    while True:
        with archive.alerts() as alerts:
            due = alerts.list_due(moment, _AT_ONCE, behind)
        if not due:
            return
        for delivery in due:
            behind = delivery.number
            alert = orders.get(delivery.alert)
            if (
                alert is not None
                and alert.target not in deaf
                and not _attempt(archive, run, alert, delivery, send, delays)
            ):
                deaf.add(alert.target)


def _attempt(
    archive: Archive, run: Run, alert: Alert, delivery: Delivery, send: Send, delays: Sequence[int]
) -> bool:
    """Make one attempt; return False if the receiver did not take it."""
    last = delivery.attempts >= len(delays)
    wait = delays[min(delivery.attempts, len(delays) - 1)]
    with archive.alerting() as alerts:
        if not alerts.claim(delivery, _later(wait)):
            return True
    try:
        send(alert, delivery)
    except (FetchError, MailError) as fault:
        run.failed += 1
        with archive.alerting() as alerts:
            alerts.mark_failed(delivery.number, str(fault), given_up=last)
        return False
    run.sent += 1
    with archive.alerting() as alerts:
        alerts.mark_sent(delivery.number)
    return True


def _later(seconds: int) -> str:
    """Return a moment so many seconds from now, as the archive notes it."""
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def send_delivery(alert: Alert, delivery: Delivery) -> None:
    """Send a delivery by its channel, as the environment sets it up. Raises FetchError, MailError."""
    if alert.channel == "webhook":
        send_webhook(alert, delivery, webhook_policy())
    elif alert.channel == "mail":
        send_letter(alert, delivery, find_mail_server())


def webhook_policy() -> Policy:
    """Return how webhooks are reached: inside the own network only where the environment allows it."""
    told = os.environ.get(ALLOWED_VARIABLE, "").split(",")
    return Policy(allowed=tuple(network.strip() for network in told if network.strip()), seconds=_PATIENCE)


def send_webhook(alert: Alert, delivery: Delivery, policy: Policy) -> None:
    """Post a delivery to its webhook; whatever the answer says but 2xx, it did not arrive."""
    headers = head_webhook(alert, delivery, int(time.time()))
    answer = post_once(alert.target or "", delivery.body.encode(), headers, policy)
    if not 200 <= answer.status < 300:
        raise FetchError("status", f"the webhook answers {answer.status}")


def send_letter(alert: Alert, delivery: Delivery, server: MailServer, *, tls: Trust | None = None) -> None:
    """Hand a delivery to the mail server. Raises MailError."""
    letter = write_letter(alert, delivery, server.sender, os.environ.get(DESK_VARIABLE))
    send_mail(letter, alert.target or "", server, tls=tls)


def make_test(alert: Alert) -> Delivery:
    """Return a delivery that tells nothing and only tries the way to the receiver."""
    id_, made = uuid.uuid4().hex, now()
    content = Content(id=id_, alert=alert.name, number=alert.number, made=made, test=True)
    return Delivery(
        number=0,
        id=id_,
        alert=alert.number,
        body=to_json(content),
        made=made,
        due=None,
        attempts=0,
        sent=None,
        fault=None,
    )
