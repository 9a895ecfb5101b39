"""The types that travel through Depesche: what goes in (a report) and what comes out (a reading).

All are frozen and have no behaviour beyond themselves. Offsets count Unicode characters of the
report's text exactly as it was given; ``end`` is exclusive; ``text[start:end]`` equals the stored
words, always. Dates are ISO 8601 strings whose length is their precision, because news says
"im Januar" as often as it names a day. Countries are ISO 3166-1 alpha-3, with XKX for Kosovo.

Every finding carries ``rule``: the path of the rule that found it (``quotations/laut-before``).
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

VERSION = 1

ActorType = Literal["PER", "ORG", "GPE", "GROUP"]
TimeType = Literal["DATE", "TIME", "DURATION", "SET"]
QuotationType = Literal["Direct", "Indirect", "FreeIndirect", "IndirectFreeIndirect", "Reported"]
Tenure = Literal["former", "designated", "acting"]
Status = Literal["actual", "future", "hypothetical", "negated", "historical"]
RelationKind = Literal[
    "alliance",
    "partnership",
    "rivalry",
    "relations",
    "ties",
    "recognition",
    "neutrality",
    "membership",
    "conflict",
    "peace",
    "restriction",
    "neighbourhood",
]
Standing = Literal["holds", "ended", "wished", "denied"]


# None of what a report is read as can refer to itself, so nobody need look there for what does (``gc``): a
# story of hundreds of reports is taken out of the archive in half the time.
class Span(msgspec.Struct, gc=False, frozen=True, order=True):
    """A stretch of the report's text, in characters."""

    start: int
    end: int


class Report(msgspec.Struct, gc=False, frozen=True, kw_only=True):
    """A news report as it was published.

    ``published`` is an ISO 8601 date or date with time, or None if the report carries no date.
    ``source`` is the outlet. ``key`` is the identifier that the supplier of the report gave it. ``fetched``
    is the time at which somebody fetched it from its address, ISO 8601; it says nothing of the publication.
    """

    text: str
    published: str | None = None
    title: str | None = None
    source: str | None = None
    url: str | None = None
    key: str | None = None
    language: str | None = None
    author: str | None = None
    fetched: str | None = None

    @property
    def day(self) -> str | None:
        """The day of publication, YYYY-MM-DD, as the report states it."""
        return self.published[:10] if self.published else None

    @property
    def id(self) -> str:
        """SHA-256 over the day of publication and the text: the same report has the same id everywhere."""
        return report_id(self.text, self.day)


def report_id(text: str, day: str | None) -> str:
    """Return the id of a report, 64 hexadecimal digits.

    >>> report_id("Text", "2025-07-11")[:8]
    'a33ffc12'
    """
    digest = hashlib.sha256((day or "").encode())
    digest.update(b"\0")
    # A lone surrogate cannot be encoded; a report that holds one must still have an id.
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


# The rule of a mention that lies within a longer one of the same actor: who counts how often somebody is
# named leaves these out.
INNER_MENTION = "actors/inner"


class Mention(msgspec.Struct, gc=False, frozen=True):
    """One place where the text names an actor, or a shorter form within it (``INNER_MENTION``)."""

    start: int
    end: int
    text: str
    rule: str = ""


class Actor(msgspec.Struct, gc=False, frozen=True):
    """Somebody who acts, suffers or speaks in the report: all its mentions tied together.

    ``role`` is the function as the report words it; ``office`` its normal form (``foreign_minister``);
    ``tenure`` says that it is a former, designated or acting holder's, None where the report says neither.
    ``sector`` is a PLOVER sector. ``country`` is None for international bodies and where it is unknown.
    """

    id: str
    name: str
    type: ActorType
    country: str | None = None
    sector: str | None = None
    role: str | None = None
    office: str | None = None
    mentions: tuple[Mention, ...] = ()
    tenure: Tenure | None = None


class Place(msgspec.Struct, gc=False, frozen=True):
    """A place that the text names, with its coordinates in degrees and its GeoNames id where known."""

    start: int
    end: int
    text: str
    name: str
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames: int | None = None
    rule: str = ""

    def is_called(self, name: str | None) -> bool:
        """Whether an event that is told to be at ``name`` is here."""
        return name in (self.text, self.name)


class Time(msgspec.Struct, gc=False, frozen=True):
    """A time expression: TIMEX3 type and value, and the days that enclose it.

    ``earliest`` and ``latest`` are None where no day can be told (an undated report's ``am Freitag``).
    """

    start: int
    end: int
    text: str
    type: TimeType
    value: str
    earliest: str | None = None
    latest: str | None = None
    rule: str = ""


class Voice(msgspec.Struct, gc=False, frozen=True):
    """The words that name who speaks or who is spoken to, and the actor they name, if it is known."""

    start: int
    end: int
    text: str
    actor: str | None = None


class Quotation(msgspec.Struct, gc=False, frozen=True):
    """What the report gives as somebody's words or thoughts.

    ``text`` is the words of the spans, joined by a space. ``cue`` says that it is said, ``frame`` is
    the reporting clause around it as far as it is outside the quotation.
    """

    type: QuotationType
    spans: tuple[Span, ...]
    text: str
    speaker: Voice | None = None
    cue: tuple[Span, ...] = ()
    frame: tuple[Span, ...] = ()
    addressee: Voice | None = None
    nested: bool = False
    rule: str = ""


class Event(msgspec.Struct, gc=False, frozen=True):
    """A political event by PLOVER: who did what to whom, when, where, on whose word.

    ``actor`` and ``recipient`` hold actor ids. ``date`` is what the text says, as precisely as it says it;
    ``earliest`` and ``latest`` enclose it. ``source`` is the actor on whose word the event rests;
    None means that the report states it in its own voice.
    """

    id: str
    type: str
    start: int
    end: int
    text: str
    mode: str | None = None
    context: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    date: str | None = None
    earliest: str | None = None
    latest: str | None = None
    place: str | None = None
    status: Status = "actual"
    source: str | None = None
    rule: str = ""


class Statement(msgspec.Struct, gc=False, frozen=True, kw_only=True):
    """What a report says of how states or bodies stand to each other: a state of things, no event.

    ``parties`` holds actor ids, each once. If the statement is ``mutual`` they stand on one level, else the
    first is who stands so to the others: the protector, the member, who does not recognise, who restricts.
    ``since`` and ``until`` are the times that the text gives for it, ``source`` the actor on whose word it
    rests; None means that the report states it in its own voice. ``start``, ``end`` and ``text`` are the
    words that tell it.
    """

    id: str
    kind: RelationKind
    start: int
    end: int
    text: str
    mode: str | None = None
    parties: tuple[str, ...] = ()
    mutual: bool = False
    status: Standing = "holds"
    since: Time | None = None
    until: Time | None = None
    source: str | None = None
    rule: str = ""


class Meaning(msgspec.Struct, gc=False, frozen=True):
    """What the sentences of a report mean, as vectors of a language model: no finding, but kept beside them.

    ``vectors`` has ``size`` signed bytes for each of the ``sentences``: the direction of its vector, with the
    greatest number at 127. The cosine of two says how much two sentences mean the same, if ``model`` is the
    same.
    """

    model: str
    sentences: tuple[Span, ...]
    size: int
    vectors: bytes


class Reading(msgspec.Struct, gc=False, frozen=True, kw_only=True):
    """What Depesche reads in one report. ``reader`` is the digest of program and word lists that read it."""

    version: int = VERSION
    id: str
    title: str | None = None
    published: str | None = None
    source: str | None = None
    language: str = "de"
    agency: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    places: tuple[Place, ...] = ()
    times: tuple[Time, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    events: tuple[Event, ...] = ()
    relations: tuple[Statement, ...] = ()
    reader: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the reading as plain dicts and lists, in the format of docs/reading.md (version 1)."""
        plain = _to_lists(msgspec.to_builtins(self))
        assert isinstance(plain, dict)
        return plain


def _to_lists(value: object) -> object:
    """Return the value with lists for tuples: the contract is JSON's."""
    if isinstance(value, dict):
        return {key: _to_lists(item) for key, item in value.items()}
    return [_to_lists(item) for item in value] if isinstance(value, tuple | list) else value


def reading_from_dict(plain: object) -> Reading:
    """Return the reading that ``to_dict`` wrote.

    Raises msgspec.ValidationError, which names the path of the fault.
    """
    return msgspec.convert(plain, Reading)
