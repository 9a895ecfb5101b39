"""What alerts find: each thing once, whatever comes later or is linked anew."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import yaml

from archive.conftest import Place, make_place, place, postgres
from depesche.alerts.matching import Finding
from depesche.alerts.orders import Order, add_alert
from depesche.alerts.running import run_alerts
from depesche.archive.alerts import Alert
from depesche.library import Archive
from depesche.reading import Report

__all__ = ["make_place", "place", "postgres"]

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "alerts.yaml").read_text("utf-8"))


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    """An archive in a file, and one on a PostgreSQL server."""
    with Archive(place) as archive:
        yield archive


def make_report(told: dict[str, Any]) -> Report:
    return Report(text=told["text"], published=told["published"], source=told["source"])


def make_alert(archive: Archive, order: dict[str, Any], first: Report) -> Alert:
    if order.get("event") == "first":
        order = {**order, "event": f"{first.id}:e1"}
    return add_alert(archive, "test", msgspec.convert(order, Order))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_alert_tells_what_is_new(archive: Archive, case: dict[str, Any]) -> None:
    reports = [make_report(told) for told in case["reports"]]
    before = case.get("before", 0)
    alert = None if before else make_alert(archive, case["order"], reports[0])
    for i, (report, told) in enumerate(zip(reports, case["reports"], strict=True)):
        archive.add(report)
        if alert is None and i + 1 == before:
            alert = make_alert(archive, case["order"], reports[0])
        found = run_alerts(archive).found
        assert found == told["new"], f"report {i + 1}"
    assert alert is not None
    check_matches(archive, alert)
    assert run_alerts(archive).found == 0


def check_matches(archive: Archive, alert: Alert) -> None:
    """Make sure that all that was found stands where it says."""
    with archive.alerts() as alerts:
        matches = alerts.list_matches(alert.number, 100)
    for match in matches:
        finding = msgspec.json.decode(match.finding, type=Finding)
        assert finding.source.report == match.report and finding.words is not None
        text = archive.report(match.report).text
        assert text[finding.words.start : finding.words.end] == finding.words.quoted
