"""The page of two states: both axes of time, files, and what is typed wrongly."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from desk.conftest import OpenPage

PATH = "/relation/USA/RUS"


def events(client: TestClient, query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(f"{PATH}?format=json&{query}").json()
    return found


def test_later_reports_are_not_known_before(client: TestClient) -> None:
    every = events(client, "")
    known = events(client, "known=2025-07-10")
    assert known and len(known) < len(every)
    assert all(str(row["published"])[:10] <= "2025-07-10" for row in known)


def test_a_time_narrows_the_events_as_true(client: TestClient) -> None:
    some = events(client, "from=2018&to=2018")
    assert some and len(some) < len(events(client, ""))


def test_sums_come_as_a_table(client: TestClient) -> None:
    rows = client.get(f"{PATH}?format=json&list=periods&by=day").json()
    assert rows and {"period", "start", "score", "verbal_conflict"} <= set(rows[0])
    head = client.get(f"{PATH}?format=csv&list=periods").text.splitlines()[0]
    assert "verbal_cooperation_events" in head


def test_pairs_can_be_narrowed_to_a_state(client: TestClient) -> None:
    rows = client.get("/relations?of=USA&format=json").json()
    assert rows and all("USA" in (row["one"], row["other"]) for row in rows)
    assert client.get("/relations?of=Nirgendwo").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PATH}?on=heute", 400),
        (f"{PATH}?known=2025-13", 400),
        (f"{PATH}?by=year", 200),
        (f"{PATH}?after=x", 400),
        ("/relation/USA/XXX", 404),
        ("/relation/%00/%22", 404),
        ("/relation/USA/USA", 200),
    ],
)
def test_what_is_typed_wrongly(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_the_chart_is_drawn_and_stands_beside_its_table(open_page: OpenPage) -> None:
    page = open_page(f"{PATH}?on=2025-07-10&known=2025-07-11")
    page.wait_for_selector("#chart canvas")
    points = json.loads(page.locator("#chart").get_attribute("data-points") or "")
    assert page.locator(".periods tbody tr").count() == len(points)
    assert page.locator("#that-day").is_visible()
