"""One finding of a report: what was read, why, and a form to correct it; the report's page shows it too."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.desk.addresses import report_address
from depesche.desk.lines import Chip, Cited, Marked, cite, mark_words
from depesche.desk.persons import Person, describe_person, link_others
from depesche.desk.reasons import Finding, Why, describe_finding, explain_event
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.desk.wording import Wording
from depesche.errors import DaysError, MissingError
from depesche.judgement import Judgement, days_of
from depesche.judging import NOBODY
from depesche.language.gazetteer import name_with_country
from depesche.link.corrections import list_decisions
from depesche.link.judgements import judgements_in_force
from depesche.reading import Actor, Event, Place, Reading, Time

ROUTER = APIRouter()


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. ``named`` is the finding as a judgement names it, ``speakers`` are the actors.

    ``why`` is None unless the finding is an event that this reader still reads. ``days`` and ``place`` are
    those of the finding as people may give them, "" where it has none. ``decided`` is what people decided on
    it, ``before`` what was read, if it is no more. ``person`` is who a person counts as, ``others`` whom
    decisions on them are about beside.
    """

    report: Cited
    back: str
    finding: Finding
    sentence: tuple[Marked, ...]
    why: Why | None
    named: str
    speakers: tuple[str, ...]
    days: str
    place: str
    decided: tuple[Judgement, ...]
    before: Finding | None
    person: Person | None
    others: Mapping[int, Chip]
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
    in_force = judgements_in_force(shelf.archive.judgements())
    about = finding.about
    person = about if isinstance(about, Actor) and about.type == "PER" else None
    decided = list_decisions(in_force, reading.id, about)
    mark = (finding.start - around.start, finding.end - around.start, finding.kind)
    return FindingView(
        report=cite(shelf, reading.id),
        back=report_address(reading.id, finding.start, finding.end),
        finding=finding,
        sentence=mark_words(around.text, [mark]),
        why=explain_event(shelf, wording, reading.id, id_) if finding.kind == "event" else None,
        named=name_finding(reading.id, finding),
        speakers=tuple(dict.fromkeys(actor.name for actor in reading.actors)),
        days=write_days(about),
        place=write_place(about, reading),
        decided=decided,
        before=find_before(shelf.original(reading.id), finding),
        person=describe_person(shelf, reading, person) if person else None,
        others=link_others(shelf, reading, person, decided) if person else {},
    )


def name_finding(report: str, finding: Finding) -> str:
    """Return a finding as a judgement names it; of actors several may begin at one character."""
    if finding.kind == "actor":
        return f"a{report}-{finding.id}"
    return f"{report}:{finding.id if finding.kind == 'event' else finding.start}"


def write_days(about: object) -> str:
    """Return the days of a time or an event as people may give them."""
    if not isinstance(about, Time | Event):
        return ""
    told = about.value if isinstance(about, Time) else about.date
    try:
        days_of(told or "")
    except DaysError:
        told = None
    if told is not None or about.earliest is None or about.latest is None:
        return told or ""
    return about.earliest if about.earliest == about.latest else f"{about.earliest}/{about.latest}"


def write_place(about: object, reading: Reading) -> str:
    """Return the place that words name, or an event happened at, as people may give it."""
    if isinstance(about, Event):
        there = (place for place in reading.places if place.is_called(about.place))
        return write_place(next(there, None), reading)
    if not isinstance(about, Place):
        return ""
    return name_with_country(about.name, about.country)


def find_before(original: Reading, finding: Finding) -> Finding | None:
    """Return what was read where somebody corrected a time, a place or an event."""
    told: dict[str, tuple[Time | Place, ...]] = {"time": original.times, "place": original.places}
    words = (finding.start, finding.end)
    ids = [
        f"{finding.kind[0]}{n}"
        for n, one in enumerate(told.get(finding.kind, ()))
        if (one.start, one.end) == words
    ]
    if finding.kind == "event":
        ids = [finding.id]
    found = (describe_finding(original, id_) for id_ in ids)
    return next((one for one in found if one is not None and one.about != finding.about), None)
