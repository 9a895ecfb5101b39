"""What is told of an event beside its parties: when, where, how certain, on whose word."""

from __future__ import annotations

import msgspec

from depesche.find.events.certainty import find_status
from depesche.find.events.moments import find_place, find_time
from depesche.find.events.scene import Scene, calendar_part
from depesche.find.events.sources import find_source
from depesche.find.events.triggers import Trigger
from depesche.reading import Status


class Fields(msgspec.Struct, frozen=True):
    """The fields of an event that are no parties."""

    date: str | None = None
    earliest: str | None = None
    latest: str | None = None
    place: str | None = None
    status: Status = "actual"
    source: str | None = None


def find_fields(scene: Scene, trigger: Trigger) -> Fields:
    """Return date, place, status and source of the event of a trigger."""
    time = find_time(scene, trigger)
    return Fields(
        date=calendar_part(time) if time else None,
        earliest=time.earliest if time else None,
        latest=time.latest if time else None,
        place=find_place(scene, trigger.token, trigger.frame.type),
        status=find_status(scene, trigger, time),
        source=find_source(scene, trigger.token),
    )
