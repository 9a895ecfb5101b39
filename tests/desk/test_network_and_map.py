"""The network and the map: what is counted, drawn, and told as a table."""

from __future__ import annotations

import itertools
import re

import pytest
from fastapi.testclient import TestClient

from depesche.archive.happened import Spot, Tie
from depesche.desk.outline_map import HEIGHT, WIDTH, draw_world, project
from depesche.desk.pages.network import find_tone, sum_ties
from depesche.desk.pages.world_map import VIEWS, find_box, sum_spots
from desk.conftest import OpenPage

ALL = "from=2018-01&to=2025-12"


def test_ties_count_in_both_directions_together() -> None:
    found = sum_ties(
        [Tie("USA", "RUS", "ACCUSE", 2), Tie("RUS", "USA", "CONSULT", 1), Tie("RUS", "UNO", "NONE", 9)]
    )
    (one,) = found
    assert (one.one, one.other, one.events) == ("RUS", "USA", 3)
    assert (one.verbal_conflict, one.verbal_cooperation) == (2, 1)
    assert find_tone(one) == "conflict"
    assert one.address == "/relation/RUS/USA"


def test_spots_of_a_place_count_together() -> None:
    (place,) = sum_spots(
        [Spot("Genf", "CHE", 46.2, 6.1, "CONSULT", 2), Spot("Genf", "CHE", 46.2, 6.1, "AGREE", 1)]
    )
    assert place.events == 3 and place.types == (("CONSULT", 2), ("AGREE", 1))


@pytest.mark.parametrize("latitude", [-90, -45, 0, 45, 90])
@pytest.mark.parametrize("longitude", [-180, -60, 0, 60, 180])
def test_every_place_lies_on_the_map(latitude: float, longitude: float) -> None:
    x, y = project(latitude, longitude)
    assert -0.5 <= x <= WIDTH + 0.5 and -0.5 <= y <= HEIGHT + 0.5


def test_no_outline_runs_across_the_map() -> None:
    for path in draw_world():
        for ring in path.split("M")[1:]:
            xs = [float(x) for x in re.findall(r"(-?[\d.]+) -?[\d.]+", ring)]
            # Antarctica lies at the edge alone, and is cut there like everything else.
            assert all(abs(a - b) < WIDTH / 3 for a, b in itertools.pairwise(xs))


@pytest.mark.parametrize("name", [*VIEWS, "", "nowhere"])
def test_views_have_one_shape(name: str) -> None:
    box, scale = find_box(name)
    _, _, width, height = map(float, box.split())
    assert scale >= 1 and width / height == pytest.approx(WIDTH / HEIGHT, rel=0.01)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/network?{ALL}&of=USA", 200),
        (f"/network?{ALL}&type=verbal_conflict", 200),
        (f"/network?{ALL}&type=%00", 200),
        (f"/network?{ALL}&who=people&of=Marco+Rubio", 200),
        (f"/network?{ALL}&who=%27%00", 200),
        ("/network?from=gestern", 400),
        (f"/map?{ALL}&view=europe&type=CONSULT", 200),
        (f"/map?{ALL}&at=%27%22%00", 200),
        ("/map?to=2025-02-30", 400),
        (f"/map?{ALL}&at=Kuala+Lumpur&after=x", 400),
    ],
)
def test_filters(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_events_of_a_tie_and_a_place_come_as_files(client: TestClient) -> None:
    rows = client.get(f"/network?{ALL}&format=json").json()
    first = rows[0]
    told = client.get(f"/network?{ALL}&one={first['one']}&other={first['other']}&format=json").json()
    assert len(told) == len({(row["report"], row["event"]) for row in told}) > 0
    places = client.get(f"/map?{ALL}&format=json").json()
    at = client.get(f"/map?{ALL}&at={places[0]['name']}&format=json").json()
    assert len(at) == places[0]["events"] == max(place["events"] for place in places)


def test_persons_are_a_network_of_their_own(client: TestClient) -> None:
    rows = client.get(f"/network?{ALL}&who=people&format=json").json()
    names = {name for row in rows for name in (row["one"], row["other"])}
    assert "Marco Rubio" in names
    assert not names & {"USA", "RUS", "IRN"}
    # Offices without a name are nobody.
    assert not [name for name in names if name[:1].islower() or " " not in name]
    first = rows[0]
    ends = f"one={first['one']}&other={first['other']}"
    told = client.get(f"/network?{ALL}&who=people&{ends}&format=json").json()
    assert told
    page = client.get(f"/network?{ALL}&who=people", headers={"accept-language": "de"}).text
    assert "Personen" in page and "who=people" in page


def test_the_network_is_drawn(open_page: OpenPage) -> None:
    page = open_page(f"/network?{ALL}")
    page.wait_for_selector("#graph canvas", state="attached")
    assert page.locator(".networked tbody tr").count() > 5


def test_the_map_shows_its_places(open_page: OpenPage) -> None:
    page = open_page(f"/map?{ALL}", script=False)
    assert page.locator("svg.world circle").count() == page.locator(".placed tbody tr").count() > 5
