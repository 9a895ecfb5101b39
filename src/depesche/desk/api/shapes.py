"""What answers look like: the types of the archive and of its dossiers, and those whose JSON is another.

Several dossiers write themselves otherwise than their fields are (``to_dict``); for each of these there is a
type here that has the fields of its JSON. A test compares the two.
"""

from __future__ import annotations

import typing
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from depesche.alerts.matching import Finding
from depesche.alerts.orders import Order
from depesche.archive.alerts import Channel
from depesche.judgement import Verdict
from depesche.judging import NOBODY
from depesche.link.actors import Candidate, Profile
from depesche.link.origins import Source, Sources
from depesche.link.outlines import StoryOutline
from depesche.link.relations import Deed, Line, Period
from depesche.link.versions import Versions
from depesche.link.world import WorldEvent as _WorldEvent


def _reshape(name: str, base: type[msgspec.Struct], **changes: object) -> type[msgspec.Struct]:
    """Return a type with the fields of another, some of them of another type."""
    fields = {**typing.get_type_hints(base, include_extras=True), **changes}
    made = msgspec.defstruct(name, list(fields.items()), kw_only=True, frozen=True)
    made.__doc__ = base.__doc__
    return made


class Mention(msgspec.Struct, frozen=True):
    """An event of a report."""

    report: str
    event: str


class ActorMention(msgspec.Struct, frozen=True):
    """An actor of a report."""

    report: str
    actor: str


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """Two who dealt with each other: how many events, and how many in each of PLOVER's quadrants.

    A state is its code, a body or a person their name.
    """

    one: str
    other: str
    events: int
    verbal_cooperation: int
    material_cooperation: int
    verbal_conflict: int
    material_conflict: int


class TypeCount(msgspec.Struct, frozen=True):
    """A type of events, and how many there are."""

    type: str
    events: int


class PlaceCount(msgspec.Struct, frozen=True):
    """A place at which something happened: how many events, and of which types, most first."""

    name: str
    country: str | None
    latitude: float
    longitude: float
    events: int
    types: tuple[TypeCount, ...]


class NameCount(msgspec.Struct, frozen=True):
    """A name, and in how many reports it stands."""

    name: str
    reports: int


class CountryCount(msgspec.Struct, frozen=True):
    """A country, and in how many reports somebody is of it."""

    country: str
    reports: int


class Open(msgspec.Struct, frozen=True):
    """Somebody in a report who may be the same, and whom else it may be."""

    report: str
    actor: str
    name: str
    office: str | None
    country: str | None
    day: str | None
    candidates: tuple[Candidate, ...]


class StorySources(msgspec.Struct, frozen=True):
    """How many reports there are, how many independent sources they rest on, and which."""

    reports: int
    independent: int
    origins: tuple[Source, ...]


Story = _reshape("Story", StoryOutline, sources=StorySources)
WorldEvent = _reshape("WorldEvent", _WorldEvent, mentions=tuple[Mention, ...])
Actor = _reshape(
    "ActorDossier",
    Profile,
    names=tuple[NameCount, ...],
    countries=tuple[CountryCount, ...],
    appearances=tuple[ActorMention, ...],
    open=tuple[Open, ...],
)
Relation = _reshape(
    "RelationLine",
    Line,
    pair=Annotated[tuple[str, ...], Meta(min_length=2, max_length=2)],
    deeds=tuple[_reshape("LineDeed", Deed, mentions=tuple[Mention, ...]), ...],  # type: ignore[misc]
    periods=tuple[Period, ...],
)
SourceList = _reshape("SourceList", Sources, versions=tuple[Versions, ...])


class Status(msgspec.Struct, frozen=True):
    """What the archive holds, and which version of Depesche answers.

    ``unlinked`` reports are not in stories yet: ``depesche link`` puts them there.
    """

    version: str
    reports: int
    unlinked: int


# --- what is sent ---------------------------------------------------------------------------------------

# How long a text may be, and that nothing holds NUL, is checked where a report is made (``complete_report``).
_WITHOUT_NUL = {"not": {"pattern": r"\x00"}}
_Text = Annotated[str, Meta(min_length=1, pattern=r"\S", extra_json_schema=_WITHOUT_NUL)]
_Line = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=r"\S", extra_json_schema=_WITHOUT_NUL)]
_Address = Annotated[str, Meta(max_length=2_000, pattern=r"^https?://[^\s\x00]+$")]
_Moment = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$",
        description="A day, or a day with a time of day.",
        extra_json_schema={"anyOf": [{"format": "date"}, {"format": "date-time"}]},
    ),
]
_ReportId = Annotated[str, Meta(pattern="^s?[0-9a-f]{4,64}$", description="A report, or how its id begins.")]
_EventId = Annotated[
    str,
    Meta(
        pattern="^([0-9a-f]{4,64}:(e?[0-9]{1,9})|e[0-9a-f]{4,64}-e[0-9]{1,9})$",
        description="An event of a report: `id:e3`, `id:offset`, or the id of an event in the world.",
    ),
]
_QuotationId = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{4,64}:[0-9]{1,9}$",
        description="A character in a quotation: `id:offset`.",
    ),
]
_WordsId = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{4,64}:[0-9]{1,9}$",
        description="A character in the words for a time or a place: `id:offset`.",
    ),
]
_PersonId = Annotated[
    str,
    Meta(
        pattern="^([0-9a-f]{4,64}:[0-9]{1,9}|a[0-9a-f]{4,64}-a[0-9]{1,9})$",
        description="Words of a report that name somebody (`id:offset`), or an actor's id.",
    ),
]


class NewReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report to be read: its text, and what is known of where it was published."""

    text: _Text
    published: _Moment | None = None
    title: _Line | None = None
    source: Annotated[_Line, Meta(description="The outlet.")] | None = None
    url: _Address | None = None
    key: Annotated[_Line, Meta(description="What its supplier calls it.")] | None = None
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}$", description="ISO 639.")] | None = None
    author: _Line | None = None


class _AlertFields(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    name: str
    order: Order
    channel: Channel
    target: str | None
    language: str
    made: str
    found: int
    sent: int
    waiting: int
    failed: int
    fault: str | None


class Alert(_AlertFields, frozen=True, kw_only=True):
    """A standing order: what it has found, what was delivered, waits or was given up.

    ``fault`` is why the last that failed did.
    """


class MadeAlert(_AlertFields, frozen=True, kw_only=True):
    """An alert that was just made, with the secret by which a webhook's deliveries are signed."""

    secret: str | None


class AlertFinding(msgspec.Struct, frozen=True):
    """Something that an alert has found, and when."""

    number: int
    made: str
    finding: Finding


class NewAlert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alert to be made; ``target`` is the address of the webhook or mailbox."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    order: Order
    channel: Channel = "feed"
    target: Annotated[str, Meta(max_length=2_000)] | None = None
    language: Literal["de", "en"] | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="verdict"):
    """What somebody decides; who it is, the token says."""

    why: Annotated[str, Meta(max_length=2_000)] = ""

    @property
    def verdict(self) -> Verdict:
        """What is decided: the tag of the type."""
        return cast(Verdict, self.__struct_config__.tag)

    @property
    def named(self) -> tuple[str, ...]:
        """What it is about, as ``depesche judge`` takes it."""
        fields = (getattr(self, name) for name in self.__struct_fields__ if name != "why")
        return tuple(NOBODY if value is None else str(value) for value in fields)


class SameStory(Decision, frozen=True, tag="same_story"):
    """Two reports are on one matter."""

    report: _ReportId
    other: _ReportId


class OtherStory(Decision, frozen=True, tag="other_story"):
    """Two reports are not on one matter."""

    report: _ReportId
    other: _ReportId


class SameEvent(Decision, frozen=True, tag="same_event"):
    """Two events of reports are one in the world."""

    event: _EventId
    other: _EventId


class OtherEvent(Decision, frozen=True, tag="other_event"):
    """Two events of reports are not one in the world."""

    event: _EventId
    other: _EventId


class SameActor(Decision, frozen=True, tag="same_actor"):
    """Two persons whom reports name are one."""

    actor: _PersonId
    other: _PersonId


class OtherActor(Decision, frozen=True, tag="other_actor"):
    """Somebody of whom it is open who is meant is not the other."""

    actor: _PersonId
    other: _PersonId


class IsEvent(Decision, frozen=True, tag="is_event"):
    """What was read as an event is one."""

    event: _EventId


class NoEvent(Decision, frozen=True, tag="no_event"):
    """What was read as an event is none."""

    event: _EventId


class WrongSpeaker(Decision, frozen=True, tag="wrong_speaker"):
    """Somebody else says it: an actor of the report, or nobody (null)."""

    quotation: _QuotationId
    speaker: _Line | None


class WrongTime(Decision, frozen=True, tag="wrong_time"):
    """Words for a time mean other days (a day, week, month or year, or two with a slash), or none (null).

    What happened then, by these words, happened on the right days.
    """

    time: _WordsId
    days: _Line | None


class WrongPlace(Decision, frozen=True, tag="wrong_place"):
    """Words for a place mean another one, by its name or the code of a country, or none (null)."""

    place: _WordsId
    name: _Line | None


class EventDate(Decision, frozen=True, tag="event_date"):
    """An event was on other days than was read, or nobody knows when (null)."""

    event: _EventId
    days: _Line | None


class EventPlace(Decision, frozen=True, tag="event_place"):
    """An event was at another place than was read, or nobody knows where (null)."""

    event: _EventId
    place: _Line | None


class Withdrawn(Decision, frozen=True, tag="withdrawn"):
    """A judgement is taken back."""

    withdraws: Annotated[int, Meta(ge=1, le=2**31 - 1)]


AnyDecision = (
    SameStory
    | OtherStory
    | SameEvent
    | OtherEvent
    | SameActor
    | OtherActor
    | IsEvent
    | NoEvent
    | WrongSpeaker
    | WrongTime
    | WrongPlace
    | EventDate
    | EventPlace
    | Withdrawn
)
