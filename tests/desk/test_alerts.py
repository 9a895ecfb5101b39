"""The pages of alerts: a search becomes one, what it finds stands on its page and in its feeds."""

from __future__ import annotations

import csv
import io
import pathlib
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from depesche.alerts import run_alerts
from depesche.alerts.orders import Order, add_alert
from depesche.desk.app import create_app
from depesche.library import Archive
from depesche.reading import Report
from desk.test_feeds import check_atom, check_json
from desk.test_search import send

MEETING = Report(
    text="US-Außenminister Marco Rubio hat am Donnerstag in Oslo <b>den</b> russischen Außenminister Sergej "
    "Lawrow getroffen. Rubio sagte, er sei enttäuscht. Lawrow sagte, das Treffen sei gut gewesen.",
    published="2025-07-11",
    title="<i>Treffen</i>",
    source="Nordpost",
)


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.sqlite") as archive:
        yield archive


@pytest.fixture
def desk(archive: Archive) -> Iterator[TestClient]:
    app = create_app(pathlib.Path(archive.name))
    with TestClient(app, base_url="http://127.0.0.1:8460", raise_server_exceptions=False) as desk:
        yield desk


def test_a_search_becomes_an_alert_and_is_followed(desk: TestClient, archive: Archive) -> None:
    page = desk.get("/search", params={"q": "enttäuscht", "kind": "quotations"}).text
    (query,) = re.findall(r'name="query" value="([^"]+)"', page)
    wanted = {"query": query.replace("&amp;", "&"), "name": "<b>Rubio</b>"}
    assert send(desk, "/alerts/add", page, **wanted) == 303
    assert send(desk, "/alerts/add", page, **wanted) == 400  # there is one of this name
    assert "&lt;b&gt;Rubio&lt;/b&gt;" in desk.get("/alerts").text
    archive.add(MEETING)
    assert run_alerts(archive).found >= 1
    shown = desk.get("/alerts/1").text
    assert f"/report/{MEETING.id[:12]}" in shown and "<b>den" not in shown
    feed = desk.get("/alerts/1/feed.json")
    assert feed.headers["content-type"] == "application/feed+json"
    assert check_json(feed.content)["items"]
    check_atom(desk.get("/alerts/1/feed.atom").content)
    (listed,) = csv.DictReader(io.StringIO(desk.get("/alerts?format=csv").text))
    assert (listed["name"], listed["found"]) == ("<b>Rubio</b>", "1") and "target" not in listed
    (told,) = desk.get("/alerts/1?format=json").json()
    assert (told["report"], told["outlet"]) == (MEETING.id, "Nordpost") and "enttäuscht" in told["words"]
    for path in ("/alerts", "/alerts/1"):
        assert f'href="{path}?format=plover"' in desk.get(path).text
        records = desk.get(f"{path}?format=plover").text.splitlines()
        assert len(records) == len(archive.events(report=MEETING.id)) > 0
    assert send(desk, "/alerts/remove", desk.get("/alerts").text, number="1", back="/alerts") == 303
    for path in ("/alerts/1", "/alerts/1/feed.json", "/alerts/1/feed.atom", "/alerts/x²"):
        assert desk.get(path).status_code == 404


def test_several_findings_in_one_report_are_entries_of_their_own(desk: TestClient, archive: Archive) -> None:
    add_alert(archive, "all", Order(kind="quotations", outlet="Nordpost"))
    archive.add(MEETING)
    assert run_alerts(archive).found == 2
    assert len(check_json(desk.get("/alerts/1/feed.json").content)["items"]) == 2  # type: ignore[arg-type]
    check_atom(desk.get("/alerts/1/feed.atom").content)


def test_targets_and_secrets_are_not_shown(desk: TestClient, archive: Archive) -> None:
    alert = add_alert(
        archive, "x", Order(words="y"), channel="webhook", target="https://a.example/hook/abc123"
    )
    for path in ("/alerts", "/alerts/1", "/alerts/1/feed.json"):
        text = desk.get(path).text
        assert "abc123" not in text and (alert.secret or "") not in text


def test_nothing_is_made_without_the_form(desk: TestClient) -> None:
    own = {"origin": "http://127.0.0.1:8460"}
    fields = {"query": "q=Genf", "name": "Genf", "form": "x", "number": "1"}
    for path in ("/alerts/add", "/alerts/remove"):
        assert desk.post(path, data=fields, headers=own).status_code == 403
    assert "Genf" not in desk.get("/alerts").text
