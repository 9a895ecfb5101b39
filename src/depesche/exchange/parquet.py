"""Parquet of events, quotations and actors: one flat table each, with typed columns.

What several parties have stands in lists that run alike: the third of ``actor_country`` is the country of the
third of ``actor``. Days are days, what is not known is null. Rows are written in groups, so that a file may
be far larger than memory; lone surrogates, which UTF-8 cannot hold, become U+FFFD.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from depesche.archive.rows import ActorRow, QuotationRow
from depesche.exchange.facts import Fact, to_day
from depesche.language.ontology import event_score, load_types

# So many rows make a group.
_GROUP = 10_000
_SURROGATE = re.compile("[\ud800-\udfff]")

_STRING, _STRINGS, _DAY = pa.string(), pa.list_(pa.string()), pa.date32()
_INT, _FLOAT, _BOOL = pa.int32(), pa.float64(), pa.bool_()


class Field(msgspec.Struct, frozen=True):
    """A column: its type in Arrow, what stands in it, and how it is made of a row."""

    type: Any
    what: str
    value: Callable[[Any], object]


def write_parquet(fields: Mapping[str, Field], rows: Iterable[object], stream: IO[bytes]) -> None:
    """Write rows under the fields of one of ``TABLES``."""
    schema = pa.schema([(name, field.type) for name, field in fields.items()])
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = [
                pa.array([_clean(field.value(row)) for row in group], field.type) for field in fields.values()
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def _groups(rows: Iterable[object]) -> Iterator[list[object]]:
    iterator = iter(rows)
    while group := list(itertools.islice(iterator, _GROUP)):
        yield group


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    return [_clean(part) for part in value] if isinstance(value, tuple | list) else value


def _of(name: str) -> Callable[[Any], object]:
    return lambda row: getattr(row, name)


def _of_event(name: str) -> Callable[[Fact], object]:
    return lambda fact: getattr(fact.row, name)


def _of_parties(side: str, name: str) -> Callable[[Fact], object]:
    return lambda fact: [getattr(party, name) for party in getattr(fact.row, side)]


def _of_part(part: str, name: str) -> Callable[[Any], object]:
    """Return a field of what stands in another field, None if nothing stands there."""

    def tell(row: Any) -> object:
        inner = getattr(row, part)
        return getattr(inner, name) if inner else None

    return tell


def _of_testimony(name: str) -> Callable[[Fact], object]:
    """Return a field of all testimony, None if nobody asked for it."""

    def tell(fact: Fact) -> object:
        return None if fact.testimony is None else [getattr(one, name) for one in fact.testimony]

    return tell


def _of_cameo(name: str) -> Callable[[Fact], object]:
    def tell(fact: Fact) -> object:
        event = fact.cameo
        return getattr(event, name) if event else None

    return tell


def _quad(fact: Fact) -> int | None:
    known = load_types().get(fact.row.type)
    return known.quad if known else None


def _parties(side: str, whom: str) -> dict[str, Field]:
    parts = {"name": "names", "country": "states, ISO 3166-1 alpha-3", "sector": "PLOVER's sectors"}
    parts |= {"type": "`PER`, `ORG`, `GPE`, `GROUP`", "role": "functions as the report words them"}
    parts |= {"office": "their normal forms"}
    return {
        side if name == "name" else f"{side}_{name}": Field(
            _STRINGS, f"{whom}: {what}", _of_parties(side, name)
        )
        for name, what in parts.items()
    }


def _report() -> dict[str, tuple[str, Any]]:
    return {
        "title": ("headline", _STRING),
        "outlet": ("who published it", _STRING),
        "url": ("address of the report", _STRING),
    }


EVENTS: dict[str, Field] = {
    "id": Field(_STRING, "id of the report, a colon, id of the event in it", lambda f: f.id),
    "report": Field(_STRING, "id of the report", _of_event("report")),
    "event": Field(_STRING, "id of the event in the report's reading", _of_event("event")),
    "world": Field(_STRING, "id of the event in the world", lambda f: f.telling.world),
    "type": Field(_STRING, "PLOVER's type", _of_event("type")),
    "mode": Field(_STRING, "its mode", _of_event("mode")),
    "context": Field(_STRINGS, "its contexts", _of_event("context")),
    "status": Field(
        _STRING, "`actual`, `future`, `hypothetical`, `negated`, `historical`", _of_event("status")
    ),
    "quad": Field(_INT, "PLOVER's quadrant, 1 to 4", _quad),
    "score": Field(_FLOAT, "PLOVER's score, -10 to 10", lambda f: event_score(f.row.type, f.row.mode)),
    "cameo": Field(_STRING, "CAMEO's code, null where CAMEO cannot say it", _of_cameo("code")),
    "goldstein": Field(_FLOAT, "Goldstein's score of that code", _of_cameo("score")),
    "date": Field(_STRING, "when, as precisely as the report says", _of_event("date")),
    "earliest": Field(_DAY, "first day on which it may have been", lambda f: to_day(f.row.earliest)),
    "latest": Field(_DAY, "last day", lambda f: to_day(f.row.latest)),
    **_parties("actor", "who did it"),
    **_parties("recipient", "to or against whom"),
    "place": Field(_STRING, "the place as the report words it", _of_event("place")),
    "place_name": Field(
        _STRING, "its name, if it is on the map", lambda f: _of_part("location", "name")(f.row)
    ),
    "place_country": Field(_STRING, "the state it lies in", lambda f: _of_part("location", "country")(f.row)),
    "latitude": Field(_FLOAT, "degrees, WGS 84", lambda f: _of_part("location", "latitude")(f.row)),
    "longitude": Field(_FLOAT, "degrees, WGS 84", lambda f: _of_part("location", "longitude")(f.row)),
    "geonames": Field(pa.int64(), "its id at GeoNames", lambda f: _of_part("location", "geonames")(f.row)),
    "source": Field(
        _STRING,
        "on whose word it rests, null if on the report's",
        lambda f: _of_part("source", "name")(f.row),
    ),
    "source_country": Field(
        _STRING, "the state that one belongs to", lambda f: _of_part("source", "country")(f.row)
    ),
    "text": Field(_STRING, "the words of the event", _of_event("text")),
    "start": Field(_INT, "first character of these in the report", _of_event("start")),
    "end": Field(_INT, "the one after the last", _of_event("end")),
    "sentence": Field(_STRING, "the sentence", lambda f: f.row.sentence.text),
    "rule": Field(_STRING, "what found it", _of_event("rule")),
    "published": Field(_DAY, "day of publication", lambda f: to_day(f.row.published)),
    **{name: Field(type_, what, _of_event(name)) for name, (what, type_) in _report().items()},
    "language": Field(_STRING, "language of the report", _of_event("language")),
    "agency": Field(_STRINGS, "its credits", lambda f: f.telling.agency),
    "lead": Field(_BOOL, "whether it stands in the first paragraph", lambda f: f.telling.lead),
    "mentions": Field(
        _INT, "how many events of reports are this one in the world", lambda f: f.telling.mentions
    ),
    "reports": Field(_INT, "how many reports tell it", lambda f: len(f.telling.reports)),
    "outlets": Field(_STRINGS, "who printed these", lambda f: f.telling.outlets),
    "articles": Field(_INT, "how often they were printed", lambda f: f.telling.articles),
    "independent": Field(_INT, "on how many independent sources they rest", lambda f: f.independent),
    "testimony": Field(
        _STRINGS,
        "who says what of it, if somebody asked: `confirmed`, `denied`, `reported`, `silent`",
        _of_testimony("stand"),
    ),
    "testimony_party": Field(_STRINGS, "states, bodies, outlets", _of_testimony("party")),
    "testimony_source": Field(_STRINGS, "who says it", _of_testimony("source")),
    "testimony_words": Field(_STRINGS, "in which words", _of_testimony("words")),
    "testimony_report": Field(_STRINGS, "where", _of_testimony("report")),
    "testimony_start": Field(pa.list_(_INT), "first character of these words", _of_testimony("start")),
    "testimony_end": Field(pa.list_(_INT), "the one after the last", _of_testimony("end")),
    "testimony_date": Field(_STRINGS, "when", _of_testimony("date")),
}

QUOTATIONS: dict[str, Field] = {
    "report": Field(_STRING, "id of the report", _of("report")),
    "number": Field(_INT, "its number in the report, from 0", _of("number")),
    "type": Field(
        _STRING, "`Direct`, `Indirect`, `FreeIndirect`, `IndirectFreeIndirect`, `Reported`", _of("type")
    ),
    "text": Field(_STRING, "its words", _of("text")),
    "starts": Field(
        pa.list_(_INT), "first character of each of its stretches", lambda r: [s.start for s in r.spans]
    ),
    "ends": Field(pa.list_(_INT), "the one after the last of each", lambda r: [s.end for s in r.spans]),
    "speaker": Field(_STRING, "the words that name who says it", _of_part("speaker", "text")),
    "speaker_name": Field(_STRING, "who that is", _of_part("actor", "name")),
    "speaker_country": Field(_STRING, "the state that one belongs to", _of_part("actor", "country")),
    "speaker_sector": Field(_STRING, "PLOVER's sector", _of_part("actor", "sector")),
    "addressee": Field(_STRING, "the words that name to whom", _of_part("addressee", "text")),
    "nested": Field(_BOOL, "whether it stands inside another", _of("nested")),
    "sentence": Field(_STRING, "what stands around it", lambda r: r.sentence.text),
    "rule": Field(_STRING, "what found it", _of("rule")),
    "published": Field(_DAY, "day of publication", lambda r: to_day(r.published)),
    **{name: Field(type_, what, _of(name)) for name, (what, type_) in _report().items()},
}

ACTORS: dict[str, Field] = {
    "name": Field(_STRING, "name", _of("name")),
    "type": Field(_STRING, "`PER`, `ORG`, `GPE`, `GROUP`", _of("type")),
    "country": Field(_STRING, "state, ISO 3166-1 alpha-3", _of("country")),
    "sector": Field(_STRING, "PLOVER's sector", _of("sector")),
    "role": Field(_STRING, "function as the latest report words it", _of("role")),
    "office": Field(_STRING, "its normal form", _of("office")),
    "tenure": Field(_STRING, "`former`, `designated`, `acting`", _of("tenure")),
    "mentions": Field(_INT, "how often it is named", _of("mentions")),
    "reports": Field(_INT, "in how many reports", _of("reports")),
    "first": Field(_DAY, "day of the first", lambda r: to_day(r.first)),
    "last": Field(_DAY, "day of the last", lambda r: to_day(r.last)),
}

TABLES: dict[str, tuple[type, dict[str, Field]]] = {
    "events": (Fact, EVENTS),
    "quotations": (QuotationRow, QUOTATIONS),
    "actors": (ActorRow, ACTORS),
}
