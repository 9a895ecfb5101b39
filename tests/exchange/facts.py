"""Facts for the tests of dialects: the archive of samples, and two events that are one in the world."""

import io

import msgspec

from archive.samples import MEETING, SUMMIT, event, meeting
from depesche.archive.links import WorldEvent
from depesche.archive.store import Archive
from depesche.exchange import FORMATS, export
from depesche.exchange.facts import Fact, find_facts
from depesche.reading import Actor, Report

# Another outlet's report of the meeting, with words of its own.
AGAIN = Report(
    text="Rubio und Lawrow sprachen miteinander.\nDie UNO war froh. Ein Treffen in Genf gab es nicht.",
    published="2025-07-11T10:00:00+02:00",
    title='=HYPERLINK("http://böse.example")',
    source="Südpost",
)


def link_samples(archive: Archive) -> None:
    """Add a second report of the meeting, and note that it is the same event in the world."""
    actors = (
        Actor("a1", "Marco Rubio", "PER", "USA", "GOV"),
        Actor("a2", "Sergej Lawrow", "PER", "RUS", "GOV"),
        Actor("a3", "UNO", "ORG", None, "IGO"),
    )
    again = msgspec.structs.replace(
        meeting(),
        id=AGAIN.id,
        title=AGAIN.title,
        published=AGAIN.day,
        source=AGAIN.source,
        agency=("dpa",),
        actors=actors,
        places=(),
        times=(),
        quotations=(),
        relations=(),
        events=(
            event(
                AGAIN,
                "e1",
                "CONSULT",
                "sprachen",
                actor=("a1", "a2", "a3"),
                earliest="2025-07-10",
                latest="2025-07-10",
            ),
            event(AGAIN, "e2", "REJECT", "gab es nicht", actor=("a3",), recipient=("a1",), status="negated"),
        ),
    )
    assert archive.write(AGAIN, again)
    archive.note(msgspec.structs.replace(AGAIN, source="Ostpost"))
    with archive.linking() as links:
        numbers = links.find_numbers([MEETING.id, AGAIN.id, SUMMIT.id])
        first = numbers[MEETING.id]
        links.replace_world_events(
            numbers.values(),
            [
                WorldEvent(first, "e1", first, "e1"),
                WorldEvent(numbers[AGAIN.id], "e1", first, "e1"),
                WorldEvent(first, "e2", first, "e2"),
                WorldEvent(numbers[SUMMIT.id], "e1", numbers[SUMMIT.id], "e1"),
            ],
        )


def facts_of(archive: Archive) -> list[Fact]:
    return list(find_facts(archive, {}, len))


def export_text(archive: Archive, form: str, **options: object) -> str:
    stream = io.StringIO(newline="")
    export(archive, form, stream, count_sources=len, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def export_bytes(archive: Archive, form: str, **options: object) -> bytes:
    if not FORMATS[form].binary:
        return export_text(archive, form, **options).encode()
    stream = io.BytesIO()
    export(archive, form, stream, count_sources=len, **options)  # type: ignore[arg-type]
    return stream.getvalue()
