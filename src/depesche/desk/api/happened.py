"""What happened in a period, summed: who dealt with whom, and where; and what people are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.api import queries, shapes
from depesche.desk.api.answers import answer_page
from depesche.desk.api.document import describe_list
from depesche.desk.api.problems import Route
from depesche.desk.pages.correct import list_open
from depesche.desk.pages.network import Dealing, find_dealings
from depesche.desk.pages.world_map import Place, find_places
from depesche.desk.periods import Chosen, read_chosen
from depesche.desk.shelf import Shelf, open_shelf
from depesche.exchange.csv import COLUMNS, fields
from depesche.judgement import Doubt, DoubtKind

happened = APIRouter(route_class=Route, tags=["happened"])
_TIE_COLUMNS = fields(*shapes.Tie.__struct_fields__)
_PLACE_COLUMNS = fields("name", "country", "latitude", "longitude", "events")
T = TypeVar("T")
K = TypeVar("K", bound=tuple[Any, ...])
_TieKey = tuple[int, str, str]
_PlaceKey = tuple[int, str, int, int]
# Whoever makes up a cursor passes no more questions than that.
_FAR = 1_000_000


class PeriodQuery(queries.Query):
    """Of what happened in a period; without days, in the ninety before the last report."""

    from_: Annotated[queries.Date | None, Field(description="The first day.", alias="from")] = None
    to: Annotated[queries.Date | None, Field(description="The last day, included.")] = None
    type: Annotated[queries.EventType | None, Field(description="The type of the events.")] = None
    format: Annotated[Literal["json", "csv"], Field(description="How the answer is written.")] = "json"

    def choose(self, shelf: Shelf, who: str = "") -> Chosen:
        """Return what is asked for, as the pages take it."""
        values = {"from": self.from_ or "", "to": self.to or "", "type": self.type or "", "who": who}
        return read_chosen(shelf, values)


class TieQuery(PeriodQuery):
    """Of who dealt with whom."""

    who: Annotated[
        Literal["states", "people"], Field(description="Between states and bodies, or between persons.")
    ] = "states"


class QuestionQuery(queries.Query):
    """Of what people are asked."""

    kind: Annotated[DoubtKind | None, Field(description="What the question is about.")] = None
    format: Annotated[Literal["json", "csv"], Field(description="How the answer is written.")] = "json"


def _tie_key(one: shapes.Tie) -> _TieKey:
    return -one.events, one.one, one.other


def _place_key(one: shapes.PlaceCount) -> _PlaceKey:
    # Cursors hold no fractions.
    return -one.events, one.name, round(one.latitude * 10**6), round(one.longitude * 10**6)


@happened.get("/ties", responses=describe_list(shapes.Tie, "Ties, those of the most events first.", "csv"))
def list_ties(request: Request, query: Annotated[TieQuery, Query()]) -> Response:
    """List who dealt with whom in a period: events in the world by PLOVER's quadrants."""
    shelf = open_shelf(request)
    found = map(_tell_tie, find_dealings(shelf, query.choose(shelf, query.who)))
    rows = _take(found, _tie_key, query.find_key("ties", _TieKey), query.limit)
    return answer_page(request, "ties", rows, query.limit, _TIE_COLUMNS, form=query.format, key=_tie_key)


@happened.get(
    "/places", responses=describe_list(shapes.PlaceCount, "Places, those of the most events first.", "csv")
)
def list_places(request: Request, query: Annotated[PeriodQuery, Query()]) -> Response:
    """List where something happened in a period, with the number of events in the world."""
    shelf = open_shelf(request)
    found = map(_tell_place, find_places(shelf, query.choose(shelf)))
    rows = _take(found, _place_key, query.find_key("places", _PlaceKey), query.limit)
    return answer_page(
        request, "places", rows, query.limit, _PLACE_COLUMNS, form=query.format, key=_place_key
    )


@happened.get("/questions", responses=describe_list(Doubt, "Questions, the weightiest first.", "csv"))
def list_questions(request: Request, query: Annotated[QuestionQuery, Query()]) -> Response:
    """List what is doubtful about what was read and linked, and nobody has decided."""
    (passed,) = query.find_key("questions", tuple[int]) or (0,)
    offset = min(max(0, passed), _FAR)
    # How many were passed stands in the cursor: a question has no number of its own.
    rows = list_open(open_shelf(request), query.kind, offset, query.limit + 1)
    return answer_page(
        request,
        "questions",
        rows,
        query.limit,
        COLUMNS[Doubt],
        form=query.format,
        key=lambda _: (offset + query.limit,),
    )


def _take(found: Iterable[T], key: Callable[[T], K], after: K | None, limit: int) -> list[T]:
    """Return in order what stands behind a place, one more than goes on a page."""
    rows = sorted(found, key=key)
    return [one for one in rows if after is None or key(one) > after][: limit + 1]


def _tell_tie(one: Dealing) -> shapes.Tie:
    return shapes.Tie(**{name: getattr(one, name) for name in shapes.Tie.__struct_fields__})


def _tell_place(one: Place) -> shapes.PlaceCount:
    types = tuple(shapes.TypeCount(type_, events) for type_, events in one.types)
    return shapes.PlaceCount(one.name, one.country, one.latitude, one.longitude, one.events, types)
