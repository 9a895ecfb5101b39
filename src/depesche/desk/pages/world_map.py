"""The map: where something happened in a period, on an outline of the world and as a table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.happened import Spot
from depesche.archive.rows import EventRow
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.filters import clean
from depesche.desk.lines import EventLine
from depesche.desk.outline_map import HEIGHT, WIDTH, draw_world, project
from depesche.desk.paging import Page
from depesche.desk.periods import Chosen, list_events, page_events, read_chosen
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.exchange.csv import fields
from depesche.language.ontology import load_types

ROUTER = APIRouter()
# So many places are drawn, and so many stand in the table; a file has all.
_DRAWN, _ROWS = 300, 60
# Radius of the smallest and of the largest circle, in the width of the whole world.
_SMALL, _LARGE = 3.0, 16.0
# Views by their names: the corners as south, west, north, east.
VIEWS: dict[str, tuple[float, float, float, float]] = {
    "europe": (34, -14, 66, 44),
    "middle-east": (11, 24, 43, 66),
    "asia": (-12, 58, 56, 150),
    "africa": (-36, -20, 38, 54),
    "america": (-56, -128, 62, -32),
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place at which something happened: how many events, and of which types most."""

    name: str
    country: str | None
    latitude: float
    longitude: float
    events: int
    types: tuple[tuple[str, int], ...]


class Circle(msgspec.Struct, frozen=True):
    """A place as it is drawn."""

    place: Place
    x: float
    y: float
    radius: float


class Spots(msgspec.Struct, frozen=True):
    """All places of a period, as they are kept."""

    spots: tuple[Spot, ...]


class MapView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. ``box`` is the part of the map that is seen, ``scale`` how much larger."""

    chosen: Chosen
    types: tuple[str, ...]
    name: str
    names: tuple[str, ...]
    box: str
    scale: float
    world: tuple[str, ...]
    circles: tuple[Circle, ...]
    places: tuple[Place, ...]
    number: int
    events_number: int
    at: str
    events: Page[EventLine] | None


@ROUTER.get("/map")
def show_map(visit: Visiting) -> Response:
    """Show where something happened; the table, or the events at a place (``at``), as a file."""
    query, shelf = visit.request.query_params, visit.shelf
    chosen, at = read_chosen(shelf, query), clean(query.get("at", ""))
    places = find_places(shelf, chosen)
    if form := find_format(query.get("format")):

        def rows() -> Sequence[EventRow]:
            return list_events(shelf, chosen, place=at)

        if at:
            return send(form, download_rows(EventRow, "map-events", rows, rows), shelf.archive)
        columns = fields("name", "country", "latitude", "longitude", "events")
        return send(form, Download("map", columns, lambda: places, rows), shelf.archive)
    name = query.get("view", "")
    box, scale = find_box(name)
    view = MapView(
        chosen=chosen,
        types=tuple(load_types()),
        name=name if name in VIEWS else "",
        names=tuple(VIEWS),
        box=box,
        scale=scale,
        world=draw_world(),
        circles=draw_circles(places[:_DRAWN], scale),
        places=places[:_ROWS],
        number=len(places),
        events_number=sum(place.events for place in places),
        at=at,
        events=page_events(shelf, chosen, query.get("after"), place=at) if at else None,
    )
    return visit.render("map.html", view)


def find_places(shelf: Shelf, chosen: Chosen) -> tuple[Place, ...]:
    """Return where something happened, the places of the most events first."""

    def ask() -> Spots:
        with shelf.archive.surveyed() as survey:
            return Spots(tuple(survey.spots(chosen.period)))

    name = f"spots/{chosen.first}/{chosen.last}/{chosen.kind}"
    return sum_spots(shelf.keep_while_same(name, Spots, ask).spots)


def sum_spots(spots: Iterable[Spot]) -> tuple[Place, ...]:
    """Return the places with all their types together, those of the most events first."""
    types: dict[tuple[str, str | None, float, float], Counter[str]] = {}
    for spot in spots:
        where = (spot.name, spot.country, spot.latitude, spot.longitude)
        types.setdefault(where, Counter())[spot.type] += spot.events
    found = [
        Place(
            name=name,
            country=country,
            latitude=latitude,
            longitude=longitude,
            events=sum(counts.values()),
            types=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        )
        for (name, country, latitude, longitude), counts in types.items()
    ]
    return tuple(sorted(found, key=lambda place: (-place.events, place.name)))


def find_box(name: str) -> tuple[str, float]:
    """Return the part of the map that a view shows, as an SVG's viewBox, and how much larger it is drawn."""
    if name not in VIEWS:
        return f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", 1.0
    south, west, north, east = VIEWS[name]
    corners = [project(latitude, longitude) for latitude in (south, north) for longitude in (west, east)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    # As wide as the world's, so that every view has the same shape on the page.
    width = max(right - left, (bottom - top) * WIDTH / HEIGHT)
    height = width * HEIGHT / WIDTH
    x, y = (left + right - width) / 2, (top + bottom - height) / 2
    return f"{x:.1f} {y:.1f} {width:.1f} {height:.1f}", WIDTH / width


def draw_circles(places: Sequence[Place], scale: float) -> tuple[Circle, ...]:
    """Return places as circles: their areas stand for the events, small ones lie on large ones."""
    most = max((place.events for place in places), default=1)
    found = []
    for place in sorted(places, key=lambda one: -one.events):
        x, y = project(place.latitude, place.longitude)
        radius = _SMALL + (_LARGE - _SMALL) * math.sqrt(place.events / most)
        found.append(Circle(place, round(x, 1), round(y, 1), round(radius / scale, 2)))
    return tuple(found)
