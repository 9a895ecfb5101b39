"""Alerts by the API: made, looked at and removed by programs with a token."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from depesche.alerts import run_alerts
from depesche.desk.app import create_app
from depesche.library import Archive
from depesche.reading import Report

RUBIO = Report(text="Rubio sprach in Oslo.", published="2025-07-11", source="Nordpost")
ORDER = {"kind": "reports", "words": "Rubio"}


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.sqlite") as archive:
        yield archive


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    _, secret = archive.make_token("Redaktion", ["alert"])
    app = create_app(pathlib.Path(archive.name))
    headers = {"Authorization": f"Bearer {secret}"}
    with TestClient(app, base_url="http://127.0.0.1:8460", headers=headers) as client:
        yield client


def test_an_alert_is_made_finds_and_is_removed(client: TestClient, archive: Archive) -> None:
    made = client.post("/api/v1/alerts", json={"name": "Rubio", "order": ORDER})
    assert made.status_code == 201 and made.json()["secret"] is None
    place = made.headers["location"]
    archive.add(RUBIO)
    assert run_alerts(archive).found == 1
    assert client.get(place).json()["found"] == 1
    (found,) = client.get(f"{place}/findings").json()["items"]
    assert found["finding"]["source"]["report"] == RUBIO.id
    assert [one["name"] for one in client.get("/api/v1/alerts").json()["items"]] == ["Rubio"]
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == client.get(f"{place}/findings").status_code == 404
    assert client.delete(place).status_code == 404


def test_the_secret_of_a_webhook_is_told_once(client: TestClient) -> None:
    body = {"name": "x", "order": ORDER, "channel": "webhook", "target": "https://a.example/hook"}
    made = client.post("/api/v1/alerts", json=body)
    assert len(made.json()["secret"]) == 64
    assert made.json()["secret"] not in client.get("/api/v1/alerts").text
    assert made.json()["secret"] not in client.get(made.headers["location"]).text


def test_findings_come_in_pages(client: TestClient, archive: Archive) -> None:
    place = client.post("/api/v1/alerts", json={"name": "Rubio", "order": ORDER}).headers["location"]
    for i in range(5):
        archive.add(Report(text=f"Rubio sprach in Halle {i}.", published="2025-07-11"), link=False)
    archive.link()
    run_alerts(archive)
    numbers: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(f"{place}/findings", params={"limit": "2", **cursor}).json()
        numbers += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(numbers) == 5 and numbers == sorted(numbers, reverse=True)


# What is sent, and how it is refused.
REFUSED: tuple[tuple[dict[str, Any], int], ...] = (
    ({}, 422),
    ({"name": "x", "order": {"kind": "all"}}, 422),
    ({"name": "x", "order": {"wrong": "y"}}, 422),
    ({"name": "x", "order": {}}, 409),
    ({"name": "", "order": ORDER}, 422),
    ({"name": "x", "order": {"words": "a", "start": "gestern"}}, 409),
    ({"name": "x", "order": {"kind": "events", "type": "MEET"}}, 409),
    ({"name": "x", "order": {"kind": "accounts"}}, 409),
    ({"name": "x", "order": {"kind": "accounts", "event": "ffff:e1"}}, 404),
    ({"name": "x", "order": ORDER, "channel": "webhook"}, 409),
    ({"name": "x", "order": ORDER, "channel": "webhook", "target": "file:///etc/passwd"}, 409),
    ({"name": "x", "order": ORDER, "channel": "webhook", "target": "https://u:p@a.example/"}, 409),
    ({"name": "x", "order": ORDER, "channel": "mail", "target": "a@b.example\nBcc: c@d.example"}, 409),
    ({"name": "x", "order": ORDER, "target": "https://a.example/"}, 409),
)


@pytest.mark.parametrize(("body", "status"), REFUSED)
def test_what_cannot_be_an_alert_is_refused(client: TestClient, body: dict[str, Any], status: int) -> None:
    refused = client.post("/api/v1/alerts", json=body)
    assert refused.status_code == status, refused.text
    assert client.get("/api/v1/alerts").json()["items"] == []


def test_a_name_is_taken_once(client: TestClient) -> None:
    for status in (201, 409):
        assert client.post("/api/v1/alerts", json={"name": "x", "order": ORDER}).status_code == status


@pytest.mark.parametrize("scopes", [None, ["read", "add", "judge"]])
def test_without_the_scope_nobody_gets_in(archive: Archive, scopes: Any) -> None:
    headers = {}
    if scopes:
        _, secret = archive.make_token("Andere", scopes)
        headers = {"Authorization": f"Bearer {secret}"}
    with TestClient(create_app(pathlib.Path(archive.name)), base_url="http://127.0.0.1:8460") as client:
        for method, path in (
            ("GET", ""),
            ("POST", ""),
            ("GET", "/1"),
            ("DELETE", "/1"),
            ("GET", "/1/findings"),
        ):
            answer = client.request(method, f"/api/v1/alerts{path}", headers=headers)
            assert answer.status_code == (403 if scopes else 401)
