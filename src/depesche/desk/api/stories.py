"""What several reports tell together: stories, events in the world, accounts, actors, lines of two states."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.api import shapes
from depesche.desk.api.answers import answer_json, answer_page
from depesche.desk.api.document import describe_list, describe_one
from depesche.desk.api.problems import Route
from depesche.desk.api.queries import LineQuery, ReportQuery
from depesche.desk.shelf import open_shelf
from depesche.dossier_views import story_columns
from depesche.dossiers import Dossiers
from depesche.link.accounts import Accounts
from depesche.link.outlines import StoryOutline

stories = APIRouter(route_class=Route, tags=["stories"])
StoryId = Annotated[
    str, Path(description="The id of a story (`s8b2f0c1a9e12`), or of a report or event in it.")
]
EventId = Annotated[
    str,
    Path(description="The id of an event in the world (`e8b2f0c1a9e12-e1`), or a mention (`8b2f0c1a9e:e1`)."),
]
ActorId = Annotated[str, Path(description="A name, or the id of an actor (`a8b2f0c1a9e12-a2`).")]
State = Annotated[str, Path(description="A state: its code (`USA`) or its German name.")]
_StoryKey = tuple[str | None, str]


def _key_of(story: StoryOutline) -> _StoryKey:
    return story.last, story.reports[0]


@stories.get(
    "/stories", responses=describe_list(shapes.Story, "Stories, those with the latest news first.", "csv")
)
def list_stories(request: Request, query: Annotated[ReportQuery, Query()]) -> Response:
    """List stories of which the filters select a report."""
    shelf = open_shelf(request)
    found = shelf.outlines(query.to_filters(query.find_key("stories", _StoryKey)))
    columns = story_columns(shelf.dossiers)
    return answer_page(request, "stories", found, query.limit, columns, form=query.format, key=_key_of)


@stories.get("/stories/{story}", responses=describe_one(shapes.Story, "The story."))
def show_story(request: Request, story: StoryId) -> Response:
    """Show a story: its days, reports, events and sources."""
    return answer_json(request, Dossiers(request.app.state.archive).story(story))


@stories.get("/stories/{story}/sources", responses=describe_one(shapes.SourceList, "What it rests on."))
def show_story_sources(request: Request, story: StoryId) -> Response:
    """Show what a story rests on: sources, copies, versions with what changed."""
    return answer_json(request, Dossiers(request.app.state.archive).sources(story))


@stories.get("/world-events/{event}", responses=describe_one(shapes.WorldEvent, "The event in the world."))
def show_event(request: Request, event: EventId) -> Response:
    """Show an event in the world: its stages, mentions, who confirms and denies it."""
    return answer_json(request, Dossiers(request.app.state.archive).event(event))


@stories.get("/world-events/{event}/accounts", responses=describe_one(Accounts, "Accounts, side by side."))
def show_accounts(request: Request, event: EventId) -> Response:
    """Show what each side says of an event."""
    return answer_json(request, Dossiers(request.app.state.archive).accounts(event))


@stories.get("/world-events/{event}/sources", responses=describe_one(shapes.SourceList, "What it rests on."))
def show_event_sources(request: Request, event: EventId) -> Response:
    """Show what the reports of an event rest on."""
    return answer_json(request, Dossiers(request.app.state.archive).sources(event))


@stories.get("/actors/{actor:path}", responses=describe_one(shapes.Actor, "The actor over all reports."))
def show_actor(request: Request, actor: ActorId) -> Response:
    """Show an actor: names, offices over time, appearances, what stays open."""
    return answer_json(request, Dossiers(request.app.state.archive).actor(actor))


@stories.get("/relations/{one}/{other}", responses=describe_one(shapes.Relation, "The line of two states."))
def show_relation(
    request: Request, one: State, other: State, query: Annotated[LineQuery, Query()]
) -> Response:
    """Show the line of two states: what happened, what is said of how they stand, and scores by period."""
    line = Dossiers(request.app.state.archive).line(
        one, other, query.by, start=query.from_, end=query.to, known=query.known
    )
    return answer_json(request, line)
