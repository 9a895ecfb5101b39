"""One finding of a report: what was read, why, and a form to correct it; the report's page shows it too."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.desk.addresses import report_address
from depesche.desk.lines import Cited, Marked, cite, mark_words
from depesche.desk.reasons import Finding, Why, describe_finding, explain_event
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.desk.wording import Wording
from depesche.errors import MissingError
from depesche.judging import NOBODY

ROUTER = APIRouter()


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. ``named`` is the finding as a judgement names it, ``speakers`` are the actors.

    ``why`` is None unless the finding is an event that this reader still reads.
    """

    report: Cited
    back: str
    finding: Finding
    sentence: tuple[Marked, ...]
    why: Why | None
    named: str
    speakers: tuple[str, ...]
    nobody: str = NOBODY


@ROUTER.get("/report/{named}/about/{finding}")
def show_finding(visit: Visiting, named: str, finding: str) -> Response:
    """Show a finding of a report."""
    return visit.render("finding.html", view_finding(visit.shelf, visit.wording, named, finding))


def view_finding(shelf: Shelf, wording: Wording, named: str, id_: str) -> FindingView:
    """Return what the page shows. Raises MissingError if the report has no such finding."""
    reading = shelf.reading(named)
    finding = describe_finding(reading, id_)
    if finding is None:
        raise MissingError(f"There is no finding {id_!r} in the report {reading.id[:12]}.")
    around = shelf.sentence(reading.id, finding.start, finding.end)
    mark = (finding.start - around.start, finding.end - around.start, finding.kind)
    return FindingView(
        report=cite(shelf, reading.id),
        back=report_address(reading.id, finding.start, finding.end),
        finding=finding,
        sentence=mark_words(around.text, [mark]),
        why=explain_event(shelf, wording, reading.id, id_) if finding.kind == "event" else None,
        named=f"{reading.id}:{id_ if finding.kind == 'event' else finding.start}",
        speakers=tuple(dict.fromkeys(actor.name for actor in reading.actors)),
    )
