"""When and where each event is, in the story that the report tells."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from depesche.find.events.certainty import settle_status
from depesche.find.events.choices import View, best_of
from depesche.find.events.choose_day import Days
from depesche.find.events.choose_place import Places
from depesche.find.events.learned import read_status
from depesche.find.events.scene import Scene, calendar_part
from depesche.find.events.setting_weights import DAY, PLACE
from depesche.find.events.story import Story
from depesche.reading import Event, Time


def set_in_story(scene: Scene, events: Iterable[Event]) -> list[Event]:
    """Return the events with the day and the place of the report that each most likely has, if any.

    What an event's own words say speaks for itself, and mostly wins.
    """
    told = list(events)
    story = Story(scene)
    days, places = Days(scene, story), Places(scene, story, told)
    settled = []
    for number, event in enumerate(told):
        view = View(scene, told, number)
        time = best_of(days.options(view), DAY)
        place = best_of(places.options(view), PLACE)
        dated = _set(story, view, msgspec.structs.replace(event, place=place), time)
        settled.append(story.in_chapter(settle_status(scene, read_status(scene, dated))))
    return settled


def _set(story: Story, view: View, event: Event, time: Time | None) -> Event:
    """Return the event at a time, None for an open one; historical if that is old."""
    if time is None:
        if event.date is not None:
            event = msgspec.structs.replace(event, date=None, earliest=None, latest=None)
        return story.seen(event, None)
    document = view.scene.document
    if calendar_part(time) == event.date:
        return story.seen(event, time if document.sentence_at(time.start) == view.sentence else event)
    if document.sentence_at(time.start) == view.sentence:
        own = calendar_part(time), time.earliest, time.latest
        event = msgspec.structs.replace(event, date=own[0], earliest=own[1], latest=own[2])
        return story.seen(event, time)
    if story.is_far(event, time):
        return msgspec.structs.replace(event, date=None, earliest=None, latest=None)
    return story.seen(story.dated(event, time), time)
