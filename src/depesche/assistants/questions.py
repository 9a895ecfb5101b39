"""What an assistant can ask: one struct for each tool, checked as it comes, and described as JSON Schema.

What is not known is refused: a filter that was misspelt and silently ignored would answer with everything.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, field

from depesche.archive.selection import Filters
from depesche.errors import QuestionError
from depesche.language.ontology import load_types
from depesche.link.relations import Unit

# How many items an answer has, unless asked otherwise, and at most.
USUAL, MOST = 10, 50
# How many characters of a report's text come at once.
USUAL_TEXT, MOST_TEXT = 6_000, 20_000

Q = TypeVar("Q", bound="Question")

_Words = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
_Date = Annotated[_Words, Meta(description="A day, month or year: 2025-07-11, 2025-07, 2025.")]
_State = Annotated[_Words, Meta(description="A state: its code (USA) or its German name.")]
_Cursor = Annotated[
    str,
    Meta(pattern="^[A-Za-z0-9_-]{1,4000}$", description="`next` of the answer before; all else the same."),
]
_Limit = Annotated[int, Meta(ge=1, le=MOST, description="How many items at most.")]
_Place = Annotated[int, Meta(ge=0, le=2**31)]
_TypeName = Annotated[str, Meta(extra_json_schema={"enum": list(load_types())})]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every question takes."""


class _Paged(Question, frozen=True, kw_only=True):
    limit: _Limit = USUAL
    cursor: _Cursor | None = None


class _Filtered(_Paged, frozen=True, kw_only=True):
    actor: Annotated[_Words, Meta(description="Part of an actor's name, or a country code (USA).")] | None = (
        None
    )
    between: Annotated[tuple[_Words, _Words], Meta(description="Two parties, e.g. USA and RUS.")] | None = (
        None
    )
    type: Annotated[_TypeName, Meta(description="The PLOVER type of an event.")] | None = None
    start: _Date | None = field(name="from", default=None)
    end: _Date | None = field(name="to", default=None)
    speaker: Annotated[_Words, Meta(description="Who is quoted, or on whose word it rests.")] | None = None
    outlet: Annotated[_Words, Meta(description="Part of the name of an outlet.")] | None = None
    place: Annotated[_Words, Meta(description="Part of a place's name, or a country code.")] | None = None

    def to_filters(self) -> Filters:
        """Return the filters as the archive takes them, without limit. Raises QuestionError."""
        if self.type is not None and self.type not in load_types():
            raise QuestionError(f"type: {self.type!r} is none of {', '.join(load_types())}.")
        return Filters(
            actor=self.actor,
            between=self.between,
            type=self.type,
            start=self.start,
            end=self.end,
            speaker=self.speaker,
            source=self.outlet,
            place=self.place,
        )


class SearchQuestion(_Filtered, frozen=True, kw_only=True):
    """Search the archive."""

    words: Annotated[
        _Words,
        Meta(
            description='German words, all of them in any form; "side by side", -not, begin*. Search the '
            "archive's language: Außenminister, not foreign minister."
        ),
    ]
    meaning: Annotated[bool, Meta(description="Find also what means nearly the same in other words.")] = False
    kind: Annotated[
        Literal["reports", "quotations", "events"],
        Meta(description="What to find: reports, what somebody said, or events."),
    ] = "reports"
    latest: Annotated[bool, Meta(description="The latest first, not the best.")] = False


class EventsQuestion(_Filtered, frozen=True, kw_only=True):
    """List events."""

    words: Annotated[_Words, Meta(description="Words in the event's sentence.")] | None = None


class AccountsQuestion(_Paged, frozen=True, kw_only=True):
    """Compare accounts."""

    event: Annotated[
        _Words, Meta(description="`event` or `mention` of another answer: e8b2f0c1a9e12-e1, 8b2f0c1a9e12:e1.")
    ]


class ActorQuestion(_Paged, frozen=True, kw_only=True):
    """Describe an actor."""

    name: Annotated[_Words, Meta(description="A name, or `actor` of another answer: a8b2f0c1a9e12-a2.")]


class RelationQuestion(_Paged, frozen=True, kw_only=True):
    """Draw the line of two states."""

    one: _State
    other: _State
    by: Annotated[Unit, Meta(description="The periods that scores are summed over.")] = "month"
    start: _Date | None = field(name="from", default=None)
    end: _Date | None = field(name="to", default=None)
    known: Annotated[_Date, Meta(description="As was known on that day.")] | None = None


class ReportQuestion(Question, frozen=True, kw_only=True):
    """Show a report."""

    report: Annotated[_Words, Meta(description="The id of a report, or how it begins.")]
    start: Annotated[_Place, Meta(description="From which character of the text on.")] = 0
    length: Annotated[int, Meta(ge=1, le=MOST_TEXT, description="How many characters at most.")] = USUAL_TEXT


def read_question(form: type[Q], arguments: object) -> Q:
    """Return the arguments of a tool as its question. Raises QuestionError, which says what is wrong."""
    try:
        return msgspec.convert(arguments, form)
    except (msgspec.ValidationError, RecursionError) as fault:
        raise QuestionError(f"{fault}.") from fault


def describe_question(form: type[Question]) -> dict[str, Any]:
    """Return what a question looks like, as JSON Schema."""
    _, components = msgspec.json.schema_components((form,), ref_template="#/$defs/{name}")
    schema = {name: value for name, value in components.pop(form.__name__).items() if name != "description"}
    return schema | ({"$defs": components} if components else {})
