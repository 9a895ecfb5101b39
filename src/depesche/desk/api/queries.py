"""What can be asked of each list: the filters of the command line, checked and described.

What is not known is refused: a filter that was misspelt and silently ignored would answer with everything.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.requests import Request

from depesche.archive.selection import Filters
from depesche.desk.api.cursors import FORM, parse_cursor
from depesche.language.ontology import load_types
from depesche.reading import ActorType, QuotationType, RelationKind

MOST = 500
USUAL = 50
_LONGEST = 200

_PERIOD = re.compile(r"(?!0000)\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Half a character cannot be asked for, and no name holds NUL.
_PLAIN = r"^[^\x00]+$"


def _check_date(value: str) -> str:
    if not _PERIOD.fullmatch(value):
        if not _DAY.fullmatch(value):
            raise ValueError("is no day, month or year: 2025-07-11, 2025-07 or 2025")
        datetime.date.fromisoformat(value)
    return value


def refuse_twice(request: Request) -> None:
    """Refuse a request that says one thing twice, of which FastAPI would silently take the last.

    Raises RequestValidationError.
    """
    names = [name for name, _ in request.query_params.multi_items() if name != "between"]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        errors = [{"loc": ("query", name), "msg": "is said more than once"} for name in twice]
        raise RequestValidationError(errors)


def _one_of(values: Sequence[str]) -> AfterValidator:
    """Return what refuses a text that is none of these."""

    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"is none of {', '.join(values)}")
        return value

    return AfterValidator(check)


def _enumerate(values: Sequence[str]) -> Any:
    """Return what says that a text is one of these."""
    return Field(json_schema_extra={"enum": list(values)})


Date = Annotated[
    str,
    AfterValidator(_check_date),
    Field(
        json_schema_extra={
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "pattern": r"^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?$"},
            ]
        }
    ),
]
Words = Annotated[str, Field(min_length=1, max_length=_LONGEST, pattern=_PLAIN)]
EventType = Annotated[str, _one_of(tuple(load_types())), _enumerate(tuple(load_types()))]

_ACTOR = "Part of an actor's name, or a country code of three capital letters."
_BETWEEN = "Two of these, `between=USA&between=RUS`: both are parties, on whichever side."
_SPEAKER = "Who is quoted; of events and statements, on whose word they rest."
_OUTLET = "Part of the name of an outlet that published the report."
_PLACE = "Part of a place's name, or a country code: where the event happened; else what the report names."
_TEXT = "Words in the sentence of the event or statement, the quotation, the report or the actor's mentions."
_FORMAT = "How the answer is written."
EventFormat = Literal["json", "csv", "plover", "polecat", "gdelt", "ftm", "jsonld", "parquet"]
_FIRST = "The first day; a month or year begins with its first."
_LAST = "The last day, included; a month or year ends with its last."


class Query(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = USUAL
    cursor: Annotated[
        str | None, Field(pattern=FORM, description="`next` of the page before; the filters stay the same.")
    ] = None

    def find_key(self, list_: str, form: Any) -> tuple[Any, ...] | None:
        """Return the key of the row behind which the page begins. Raises CursorError."""
        return parse_cursor(self.cursor, list_, form) if self.cursor is not None else None


class FilteredQuery(Query):
    """The filters that all lists have."""

    actor: Annotated[Words | None, Field(description=_ACTOR)] = None
    between: Annotated[list[Words] | None, Field(description=_BETWEEN, min_length=2, max_length=2)] = None
    from_: Annotated[Date | None, Field(description=_FIRST, alias="from")] = None
    to: Annotated[Date | None, Field(description=_LAST)] = None
    speaker: Annotated[Words | None, Field(description=_SPEAKER)] = None
    report: Annotated[
        str | None, Field(description="The id of a report, or how it begins.", pattern="^[0-9a-f]{4,64}$")
    ] = None
    outlet: Annotated[Words | None, Field(description=_OUTLET)] = None
    place: Annotated[Words | None, Field(description=_PLACE)] = None

    def to_filters(self, after: Sequence[Any] | None = None) -> Filters:
        """Return the filters as the archive takes them, for one row more than are wanted."""
        values = self.model_dump(exclude={"limit", "cursor", "format", "q", "meaning"}, exclude_none=True)
        names = {"from_": "start", "to": "end", "outlet": "source"}
        found = {names.get(name, name): value for name, value in values.items()}
        if "between" in found:
            found["between"] = tuple(found["between"])
        return cast(Filters, {**found, "limit": self.limit + 1, "after": after})


class _WordedQuery(FilteredQuery):
    text: Annotated[Words | None, Field(description=_TEXT)] = None


class _Table(_WordedQuery):
    format: Annotated[Literal["json", "csv"], Field(description=_FORMAT)] = "json"


class ReportQuery(_Table):
    """Of reports and stories."""

    type: Annotated[EventType | None, Field(description="The type of an event in the report.")] = None


class EventQuery(_WordedQuery):
    """Of events."""

    type: Annotated[EventType | None, Field(description="The type of the event.")] = None
    format: Annotated[EventFormat, Field(description=_FORMAT)] = "json"


class QuotationQuery(_Table):
    """Of quotations."""

    type: Annotated[QuotationType | None, Field(description="The type of the quotation.")] = None


class StatementQuery(_Table):
    """Of statements about relations."""

    type: Annotated[RelationKind | None, Field(description="The kind of the relation.")] = None


class ActorQuery(_Table):
    """Of actors."""

    type: Annotated[ActorType | None, Field(description="The type of the actor.")] = None


class SearchQuery(FilteredQuery):
    """Of a search."""

    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=_LONGEST,
            pattern=_PLAIN,
            description='The words: all must be there, in any form. `"side by side"`, `-not`, `begin*`.',
        ),
    ]
    meaning: Annotated[
        bool,
        Field(
            description="Also reports with a sentence that means nearly the same (`likeness`). Without a "
            "language model it changes nothing."
        ),
    ] = False
    type: Annotated[EventType | None, Field(description="The type of an event in the report.")] = None
    format: Annotated[Literal["json", "csv"], Field(description=_FORMAT)] = "json"


class JudgementQuery(Query):
    """Of judgements."""

    format: Annotated[Literal["json", "csv"], Field(description=_FORMAT)] = "json"


class LineQuery(BaseModel):
    """Of the line of two states."""

    model_config = ConfigDict(extra="forbid")

    from_: Annotated[Date | None, Field(description=_FIRST, alias="from")] = None
    to: Annotated[Date | None, Field(description=_LAST)] = None
    known: Annotated[
        Date | None, Field(description="As was known on that day, or at the end of that month or year.")
    ] = None
    by: Annotated[Literal["day", "week", "month"], Field(description="What scores are summed by.")] = "month"
