"""A process that is ended at any moment: nothing is lost, and nothing is told twice but under one id."""

from __future__ import annotations

import collections
import json
import multiprocessing
import os
import pathlib
import random
import signal
from typing import Any

import msgspec
import pytest

from archive.conftest import Place, make_place, place, postgres
from depesche.alerts.orders import Order, add_alert
from depesche.alerts.running import Run, deliver, look, run_alerts
from depesche.archive.alerts import Alert, Delivery
from depesche.errors import FetchError
from depesche.library import Archive
from depesche.reading import Report
from web import answer, run_web

__all__ = ["make_place", "place", "postgres"]

NOW = (0,) * 1_000


def make_reports(count: int) -> list[Report]:
    return [
        Report(text=f"Rubio sprach in Halle {i} mit Gast {i * 7}.", published=f"2025-07-{i % 28 + 1:02}")
        for i in range(count)
    ]


def read_all(path: pathlib.Path, count: int) -> None:
    """Read and link one report after the other, with alerts after each: what is killed."""
    with Archive(path) as archive:
        for report in make_reports(count):
            archive.add(report, link=False)
            archive.link()
            run_alerts(archive, delays=NOW)


def test_killed_at_any_moment_everything_arrives_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPESCHE_ALERT_NETWORKS", "127.0.0.1/32")
    path, count = tmp_path / "a.sqlite", 10
    # What comes after the fork server has loaded the package costs a few milliseconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["depesche.library", "depesche.alerts.running", "alerts.test_stops"])
    chance = random.Random(7)
    with run_web() as web:
        good, bad = answer(), answer(status=503)
        turns = collections.deque([good, good, bad])

        async def take(request: Any, writer: Any) -> None:
            turns.rotate()
            await turns[0](request, writer)
            request.headers["taken"] = str(turns[0] is good)

        web.routes["/hook"] = take
        with Archive(path) as archive:
            archive.add(Report(text="Am Anfang war nichts.", published="2025-01-01"))
            add_alert(archive, "Rubio", Order(words="Rubio"), channel="webhook", target=web.url("/hook"))
        killed = 0
        while True:
            child = context.Process(target=read_all, args=(path, count))
            child.start()
            child.join(chance.uniform(0.2, 1.5) if killed < 5 else 60)
            if child.exitcode is not None:
                assert child.exitcode == 0
                break
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            killed += 1
        with Archive(path) as archive:
            for _ in range(5):
                run_alerts(archive, delays=NOW)
            with archive.alerts() as alerts:
                tally = alerts.count(1)
        taken = {
            request.headers["depesche-delivery"]: json.loads(request.content)
            for request in web.requests
            if request.headers.get("taken") == "True"
        }
    told = [finding["source"]["report"] for content in taken.values() for finding in content["findings"]]
    assert killed
    assert sorted(told) == sorted(report.id for report in make_reports(count))
    assert (tally.found, tally.waiting, tally.failed) == (count, 0, 0)
    assert tally.sent == len(taken)


class EndedError(BaseException):
    """The process ends here."""


def test_what_ends_between_sending_and_noting_is_sent_again_under_its_id(tmp_path: pathlib.Path) -> None:
    sent: list[tuple[str, str]] = []

    def send(alert: Alert, delivery: Delivery) -> None:
        sent.append((delivery.id, delivery.body))
        if len(sent) == 1:
            raise EndedError

    with Archive(tmp_path / "a.sqlite") as archive:
        add_alert(archive, "x", Order(words="Rubio"), channel="webhook", target="https://a.example/")
        archive.add(make_reports(1)[0])
        with pytest.raises(EndedError):
            run_alerts(archive, send=send, delays=NOW)
        assert run_alerts(archive, send=send, delays=NOW).sent == 1
        assert run_alerts(archive, send=send, delays=NOW).sent == 0
    assert len(sent) == 2 and len(set(sent)) == 1


def test_what_ends_before_writing_is_looked_at_again(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path / "a.sqlite") as archive:
        add_alert(archive, "x", Order(words="Rubio"))
        archive.add(make_reports(1)[0])

        def end(*_: Any) -> None:
            raise EndedError

        with monkeypatch.context() as patched:
            patched.setattr("depesche.archive.alerts.Alerts.note", end)
            with pytest.raises(EndedError):
                run_alerts(archive)
        assert run_alerts(archive).found == 1
        assert run_alerts(archive).found == 0


def test_two_processes_send_a_delivery_once(place: Place) -> None:
    """While one sends, the other finds it claimed."""
    sent: list[str] = []
    with Archive(place) as archive, Archive(place) as other:
        add_alert(archive, "x", Order(words="Rubio"), channel="webhook", target="https://a.example/")
        archive.add(make_reports(1)[0])
        while look(archive, Run()):
            pass

        def send(alert: Alert, delivery: Delivery) -> None:
            sent.append(delivery.id)
            deliver(other, Run(), lambda alert, delivery: sent.append(delivery.id), (3_600,))

        deliver(archive, Run(), send, (3_600,))
    assert len(sent) == 1


def test_another_reader_and_another_linking_tell_nothing_again(tmp_path: pathlib.Path) -> None:
    first, late = (
        Report(
            text=f"{lead}US-Außenminister Marco Rubio hat am Donnerstag in Oslo den russischen Außenminister "
            "Sergej Lawrow getroffen.",
            published="2025-07-11",
            source=source,
        )
        for lead, source in (("", "Elbtagblatt"), ("Oslo (dpa) - ", "Nordpost"))
    )
    with Archive(tmp_path / "a.sqlite") as archive:
        add_alert(archive, "x", Order(kind="events", actor="USA", other="RUS", type="CONSULT"))
        archive.add(first)
        assert run_alerts(archive).found == 1
        reading = archive.reading(first.id)
        # Another reader finds the same event under another id, its words a little longer.
        (event,) = reading.events
        moved = msgspec.structs.replace(
            event, id="e7", start=event.start - 5, text=first.text[event.start - 5 : event.end]
        )
        archive.write(first, msgspec.structs.replace(reading, reader="another", events=(moved,)))
        archive.link()
        assert run_alerts(archive).found == 0
        archive.add(late)
        assert run_alerts(archive).found == 0


def test_a_receiver_that_never_takes_anything_loses_nothing(tmp_path: pathlib.Path) -> None:
    def refuse(alert: Alert, delivery: Delivery) -> None:
        raise FetchError("connection", "nobody is there")

    with Archive(tmp_path / "a.sqlite") as archive:
        alert = add_alert(archive, "x", Order(words="Rubio"), channel="webhook", target="https://a.example/")
        for report in make_reports(3):
            archive.add(report)
            run_alerts(archive, send=refuse, delays=(0,))
        for _ in range(10):
            run_alerts(archive, send=refuse, delays=(0,))
        with archive.alerts() as alerts:
            tally = alerts.count(alert.number)
        assert (tally.found, tally.sent, tally.waiting, tally.failed) == (3, 0, 0, 3)
        assert tally.fault == "nobody is there"
        with archive.alerting() as alerts:
            assert alerts.retry() == 3
        sent: list[str] = []
        run_alerts(archive, send=lambda alert, delivery: sent.append(delivery.id))
        assert len(set(sent)) == 3
