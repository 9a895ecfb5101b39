"""The pages that every test of pages opens. A new page is a row here, and nothing else.

``{story}``, ``{event}``, ``{report}`` and so on are filled in with what the sample archive has (``Samples``).
"""

from __future__ import annotations

import msgspec

from depesche.archive.store import Archive
from depesche.dossiers import Dossiers


class Samples(msgspec.Struct, frozen=True):
    """What pages are opened on: ids in the archive of the sample reports.

    ``story`` is the story with the most reports, ``event`` the most told event of 10 July 2025 in
    it, ``report`` one that tells it.
    """

    story: str
    event: str
    report: str
    actor: str


def find_samples(archive: Archive) -> Samples:
    dossiers = Dossiers(archive)
    story = max(dossiers.stories(), key=lambda s: len(s.reports))
    meetings = (dossiers.event(event) for event in story.events)
    event = next(meeting for meeting in meetings if meeting.date == "2025-07-10")
    return Samples(story.id, event.id, event.mentions[0].report[:12], story.actors[0])


# The name of a page (the tests are called so), and its address.
PAGES: dict[str, str] = {
    "today": "/",
    "story": "/story/{story}",
    "event": "/event/{event}",
    "actor": "/actor/{actor}",
    "correct": "/correct",
    "decisions": "/correct/log",
    "relations": "/relations",
    "relation": "/relation/USA/RUS",
    "report": "/report/{report}?at=10-30",
    "finding": "/report/{report}/about/e1",
    "search": "/search?q=Treffen&actor=USA",
    "alerts": "/alerts",
    "network": "/network?from=2018-01&to=2025-12",
    "map": "/map?from=2018-01&to=2025-12",
    "missing": "/story/s000000000000",
}
