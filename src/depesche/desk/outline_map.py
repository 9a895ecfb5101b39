"""The outlines of the world's states for a map, out of Natural Earth's data, which comes with the package.

The projection is Equal Earth (Šavrič, Patterson and Jenny 2018): areas stay in proportion, which on maps of
the news they rarely do.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from depesche.desk.visit import static_folder

# How wide and high the map is, in its own units.
WIDTH, HEIGHT = 1000.0, 487.0
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_ROOT = math.sqrt(3) / 2
# Half of the width and height of the projected world.
_X, _Y = 2.7066299836, 1.3173627591

Point = tuple[float, float]


def project(latitude: float, longitude: float) -> Point:
    """Return where a place lies on the map, from the upper left corner.

    >>> project(0, 0)
    (500.0, 243.5)
    """
    theta = math.asin(_ROOT * math.sin(math.radians(max(-90.0, min(90.0, latitude)))))
    squared = theta * theta
    sixth = squared**3
    slope = _A[0] + 3 * _A[1] * squared + sixth * (7 * _A[2] + 9 * _A[3] * squared)
    x = math.radians(longitude) * math.cos(theta) / (_ROOT * slope)
    y = theta * (_A[0] + _A[1] * squared + sixth * (_A[2] + _A[3] * squared))
    return WIDTH / 2 * (1 + x / _X), HEIGHT / 2 * (1 - y / _Y)


@functools.cache
def draw_world() -> tuple[str, ...]:
    """Return the outline of each state as the path of an SVG."""
    file = static_folder() / "vendor" / "countries-110m.json"
    data = json.loads(file.read_text("utf-8"))
    arcs = [_open_arc(arc, data["transform"]) for arc in data["arcs"]]
    return tuple(
        "".join(_draw_ring(ring, arcs) for ring in _rings(state))
        for state in data["objects"]["countries"]["geometries"]
    )


def _open_arc(arc: Iterable[Sequence[int]], transform: dict[str, Any]) -> list[Point]:
    """Return the points of an arc (longitude, latitude): each stands as its distance from the one before."""
    x = y = 0
    points: list[Point] = []
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def _rings(state: dict[str, Any]) -> list[list[int]]:
    if state["type"] == "Polygon":
        return list(state["arcs"])
    return [ring for polygon in state.get("arcs", ()) for ring in polygon]


def _draw_ring(ring: Iterable[int], arcs: Sequence[Sequence[Point]]) -> str:
    """Return one closed line, or several, where it crosses the edge of the map.

    An arc with a negative number runs backwards.
    """
    points = [point for number in ring for point in (arcs[number] if number >= 0 else arcs[~number][::-1])]
    return "".join(_draw(piece) for piece in cut_at_edge(points))


def cut_at_edge(points: Sequence[Point]) -> list[list[Point]]:
    """Return the pieces of a closed line (longitude, latitude) that lie on one side of the map's edge.

    >>> cut_at_edge([(170, 60), (179, 61), (-179, 61), (-170, 60), (-179, 59), (179, 59)])
    [[(-179, 61), (-170, 60), (-179, 59)], [(179, 59), (170, 60), (179, 61)]]
    """
    crossings = [n for n in range(len(points)) if abs(points[n][0] - points[n - 1][0]) > 180]
    if not crossings:
        return [list(points)]
    ends = [*crossings[1:], crossings[0] + len(points)]
    turned = [*points, *points]
    return [turned[start:end] for start, end in zip(crossings, ends, strict=True)]


def _draw(points: Iterable[Point]) -> str:
    told = dict.fromkeys("{:.1f} {:.1f}".format(*project(y, x)) for x, y in points)
    return f"M{'L'.join(told)}Z"
