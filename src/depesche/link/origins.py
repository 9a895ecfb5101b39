"""Where reports come from: agencies, other outlets, the outlet itself; and how many sources that makes.

A report rests on an agency if a credit line or dateline names it, if a frame in the text does (``sagte er
der Nachrichtenagentur AFP``), or if it reuses a text that has it as its origin, with a credit or without.
The rest is the outlet's own voice. The rules, one by one: docs/linking.md.

Everything is told of a set of reports, whatever their order; the set decides how much can be known.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

from depesche.language.agencies import Agency, Credit
from depesche.language.lexicon import load_entries
from depesche.language.word_classes import word_class
from depesche.link.components import Groups
from depesche.link.copies import (
    COPY_DAYS,
    Comparison,
    Kind,
    Match,
    Passage,
    describe_matches,
    fingerprints,
    match_words,
)
from depesche.link.order import agencies_of, days_apart, is_agency, precedes, publication_key
from depesche.link.records import Record
from depesche.link.words import Words, words_of
from depesche.reading import Quotation, Span

Basis = Literal["credit", "told", "reuse", "own"]

# An earlier text without a credit is the agency's all the same if this much of it stands in a credited one.
_MOSTLY = 0.6
# Beside what it took over, a report speaks with its own voice from so many sentences or words on.
_OWN_SENTENCES = 2
_OWN_SHARE = 0.2
# Where outlets that write in German are at home.
_HOME = frozenset({"AUT", "CHE", "DEU", "LIE"})
# A sentence retells a text if it has this share of its nouns, names and numbers; told by their first letters,
# for they are inflected and compounded.
_RETOLD = 0.5
_STEM = 5
# How much of a sentence a quotation must cover for the sentence to go on with what was said to an agency.
_QUOTED = 0.8


class Origin(msgspec.Struct, frozen=True, order=True):
    """What a report rests on: an agency, another report by its id, or (neither given) its own outlet."""

    agency: str | None = None
    report: str | None = None


OWN = Origin()


class SentenceOrigin(msgspec.Struct, frozen=True):
    """Where a sentence was first known: its characters, the earliest report that has it, and the agency.

    ``agencies`` has more than one code where a credit names several and nothing tells which it was; it is
    empty for an outlet's own. ``basis`` says how it is known: by a ``credit`` of this report, a frame in
    which it was ``told`` to an agency, by ``reuse`` of another report's text, or not at all (``own``).
    """

    span: Span
    report: str
    agencies: tuple[str, ...] = ()
    basis: Basis = "own"


class ReportOrigins(msgspec.Struct, frozen=True):
    """What a report rests on as a whole, and sentence by sentence."""

    report: str
    origins: tuple[Origin, ...]
    sentences: tuple[SentenceOrigin, ...]


class Copy(msgspec.Struct, frozen=True):
    """A report that took text from an earlier one; of the passages, ``a`` is in the earlier, ``b`` in it."""

    of: str
    report: str
    kind: Kind
    share_of: float
    share: float
    passages: tuple[Passage, ...]


class Source(msgspec.Struct, frozen=True):
    """An independent source and the reports that rest on it: an agency, or an outlet with its own voice."""

    agency: str | None
    outlet: str | None
    reports: tuple[str, ...]


class Sources(msgspec.Struct, frozen=True):
    """What a set of reports rests on: how many reports, how many independent sources, who copied whom.

    An agency is one source in however many papers its text stands, an outlet is one for all that it says
    itself. ``by_report`` is in the order of publication.
    """

    reports: int
    independent: int
    origins: tuple[Source, ...]
    by_report: tuple[ReportOrigins, ...]
    copies: tuple[Copy, ...]


class _Credits(msgspec.Struct, frozen=True):
    """What a report says of its origin.

    The agencies that it credits; whether it bears a mark of the outlet's own; whether it says that the
    agencies' texts were only material; its sentences with the agencies that they were told to.
    """

    agencies: tuple[str, ...]
    own: bool
    material: bool
    told: dict[int, tuple[str, ...]]


class _Known(NamedTuple):
    """What is known of a sentence: who had it first, agencies it was told to or is credited to."""

    first: str
    told: tuple[str, ...]
    agencies: tuple[str, ...]


class _Web:
    """The reports of a set with all sentences that they took from one another."""

    def __init__(self, records: Iterable[Record]) -> None:
        # One text of one day is one report; which of two records of it stands for it must not be chance.
        unique = {record.id: record for record in sorted(records, key=_rank)}
        self.records = sorted(unique.values(), key=publication_key)
        self.words = {r.id: words_of(r) for r in self.records}
        self.credits = {r.id: _credits_of(r) for r in self.records}
        self.by_id = {r.id: r for r in self.records}
        self.matches: dict[tuple[str, str], tuple[Match, ...]] = {}
        self.partners: dict[str, set[str]] = {}
        self.groups = Groups()
        for one, other in _candidates(self.records):
            matches = match_words(self.words[one.id], self.words[other.id])
            if matches:
                self.matches[one.id, other.id] = matches
                self.partners.setdefault(one.id, set()).add(other.id)
                self.partners.setdefault(other.id, set()).add(one.id)
                for match in matches:
                    self.groups.join((one.id, match.a), (other.id, match.b))
        self._known: dict[object, _Known] = {}
        self.members: dict[object, list[tuple[str, int]]] = {}
        for record in self.records:
            for index in range(len(self.words[record.id].bounds)):
                node = (record.id, index)
                self.members.setdefault(self.groups.find(node), []).append(node)

    def known(self, report: str, sentence: int) -> _Known:
        """Return what all reports that have a sentence say of its origin."""
        group = self.groups.find((report, sentence))
        if group not in self._known:
            self._known[group] = _what_is_known(self, self.members[group])
        return self._known[group]

    def taken(self, report: str, other: str) -> set[int]:
        """Return the sentences of a report that stand in another."""
        if (report, other) in self.matches:
            return {m.a for m in self.matches[report, other]}
        return {m.b for m in self.matches.get((other, report), ())}

    def describe(self, report: str, other: str) -> Comparison:
        """Return what two reports share; the first is the earlier one."""
        if (report, other) in self.matches:
            matches = self.matches[report, other]
        else:
            turned = (m.turn() for m in self.matches.get((other, report), ()))
            matches = tuple(sorted(turned, key=lambda m: (m.b_first, m.a_first)))
        return describe_matches(self.words[report], self.words[other], matches, in_order=True)

    def share(self, report: str, other: str) -> float:
        """Return how much of a report's words stand in another."""
        first = (report, other) in self.matches
        matches = self.matches.get((report, other) if first else (other, report), ())
        return sum(m.size for m in matches) / max(1, len(self.words[report]))


def sources(records: Iterable[Record]) -> Sources:
    """Return what a set of reports rests on, the same for any order of them."""
    web = _Web(records)
    found = tuple(_report_origins(web, record) for record in web.records)
    groups = _sources(web, found)
    return Sources(len(web.records), len(groups), groups, found, tuple(_copies(web)))


# --- what a report says of itself -------------------------------------------------------------------


def _credits_of(record: Record) -> _Credits:
    """Return the origins that a report states."""
    words = words_of(record)
    text = record.report.text
    kinds = _bearers()
    codes = dict.fromkeys(agencies_of(record))
    told: dict[int, tuple[str, ...]] = {}
    own = material = False
    for credit in words.credits:
        if credit.kind == "told":
            told[credit.sentence] = (*told.get(credit.sentence, ()), credit.code)
        elif credit.bearer == "agency":
            codes[credit.code] = None
            material = material or _is_material(text, credit)
        else:
            own = own or credit.bearer == "own"
    located = {credit.code for credit in words.credits}
    # What the reading knows beyond the text, its supplier said.
    codes |= dict.fromkeys(c for c in record.reading.agency if c not in located and kinds.get(c) == "agency")
    return _Credits(tuple(codes), own, material, _spread_told(record, words, told))


@functools.cache
def _bearers() -> dict[str, str]:
    return {entry.id: entry.kind for entry in load_entries("de/agencies.yaml", Agency)}


def _is_material(text: str, credit: Credit) -> bool:
    """Whether a credit says that the agency's text is only material: ``Mit Material von dpa``."""
    return any(w in word_class("agency-material") for w in text[credit.start : credit.end].lower().split())


def _spread_told(
    record: Record, words: Words, told: dict[int, tuple[str, ...]]
) -> dict[int, tuple[str, ...]]:
    """Return the sentences told to agencies with those in which the same speaker goes on."""
    found = dict(told)
    for index in sorted(told):
        speakers = {q.speaker.actor for q in _quotations_in(record, words.bounds[index]) if q.speaker} - {
            None
        }
        following = index + 1
        while following < len(words.bounds) and following not in found:
            bound = words.bounds[following]
            quoted = [
                q
                for q in _quotations_in(record, bound)
                if q.speaker
                and q.speaker.actor in speakers
                and not bound.start <= q.speaker.start < bound.end
            ]
            covered = sum(min(s.end, bound.end) - max(s.start, bound.start) for q in quoted for s in q.spans)
            if covered < _QUOTED * (bound.end - bound.start):
                break
            found[following] = told[index]
            following += 1
    return found


def _quotations_in(record: Record, bound: Span) -> list[Quotation]:
    return [q for q in record.reading.quotations if any(bound.start <= s.start < bound.end for s in q.spans)]


# --- what reports have of one another ---------------------------------------------------------------


def _candidates(records: list[Record]) -> list[tuple[Record, Record]]:
    """Return the pairs of reports worth comparing, given in the order of publication.

    For each fingerprint of a report that is the first report that had it, and the first of an agency, as long
    as they are not too many days older. Comparing all that share one would take a thousand reports of one
    story too long, and tells no more: what hangs together by the first hangs together.
    """
    places: dict[int, list[int]] = {}
    agencies: dict[int, list[int]] = {}
    pairs: set[tuple[int, int]] = set()
    # A report alone shares its fingerprints with no other.
    for j, record in enumerate(records if len(records) > 1 else ()):
        by_agency = is_agency(record)
        for print_ in fingerprints(record):
            for index in (places, agencies):
                first = next((i for i in index.get(print_, ()) if _is_near(records[i], record)), None)
                if first is not None:
                    pairs.add((first, j))
            places.setdefault(print_, []).append(j)
            if by_agency:
                agencies.setdefault(print_, []).append(j)
    # A day without a time sorts before an agency's report of that day, which is compared here from its side.
    return [(records[i], records[j]) for i, j in sorted(pairs)]


def _is_near(one: Record, other: Record) -> bool:
    apart = days_apart(one, other)
    return apart is None or apart <= COPY_DAYS


def _report_origins(web: _Web, record: Record) -> ReportOrigins:
    """Return the origins of a report and of its sentences."""
    sentences = tuple(
        _sentence_origin(web, record, index) for index in range(len(web.words[record.id].bounds))
    )
    agencies = dict.fromkeys(web.credits[record.id].agencies)
    reports: dict[str, None] = {}
    for sentence in sentences:
        agencies |= dict.fromkeys(sentence.agencies)
        if sentence.basis == "reuse" and not sentence.agencies:
            reports[sentence.report] = None
    origins = [Origin(agency=code) for code in agencies] + [Origin(report=id_) for id_ in reports]
    if _has_own_voice(web, record, sentences):
        origins.insert(0, OWN)
    return ReportOrigins(record.id, tuple(origins) or (OWN,), sentences)


def _sentence_origin(web: _Web, record: Record, index: int) -> SentenceOrigin:
    """Return the earliest known origin of a sentence."""
    span = web.words[record.id].bounds[index]
    first, told, agencies = web.known(record.id, index)
    if first == record.id:
        own = web.credits[record.id]
        basis: Basis = "told" if told and not own.agencies else "credit" if own.agencies else "own"
        if agencies and not own.agencies and not told:
            basis = "reuse"
        return SentenceOrigin(span, first, agencies or told, basis)
    if _is_same_outlet(web, record.id, first) and not agencies:
        return SentenceOrigin(span, first, told, "told" if told else "own")
    return SentenceOrigin(span, first, agencies or told, "reuse")


def _what_is_known(web: _Web, members: list[tuple[str, int]]) -> _Known:
    """Return what is known of sentences that are one, given from the earliest report on."""
    first = _earliest(web, members)
    told = _first_of(web.credits[id_].told.get(i, ()) for id_, i in members)
    return _Known(first, told, _agencies_of(web, members, first))


def _first_of(codes: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return next((c for c in codes if c), ())


def _earliest(web: _Web, members: list[tuple[str, int]]) -> str:
    """Return the report that first had a sentence."""
    first = members[0][0]
    record = web.by_id[first]
    return next((id_ for id_, _ in members if precedes(web.by_id[id_], record)), first)


def _agencies_of(web: _Web, members: list[tuple[str, int]], first: str) -> tuple[str, ...]:
    """Return the agencies that a sentence is credited to in any report that has it.

    A credit that names one agency says more than one that names two. A later report's credit holds for an
    earlier one only if that has mostly the same text: else the credited report quotes the earlier.
    """
    credited = [id_ for id_, _ in members if web.credits[id_].agencies]
    holding = [id_ for id_ in credited if id_ == first or _holds(web, id_, first)]
    alone = [id_ for id_ in holding if len(web.credits[id_].agencies) == 1]
    chosen = alone or holding
    return web.credits[chosen[0]].agencies if chosen else ()


def _holds(web: _Web, credited: str, first: str) -> bool:
    """Whether the credit of one report tells the origin of a sentence that another had first."""
    if web.credits[first].agencies:
        return True
    later = publication_key(web.by_id[credited])[0] > publication_key(web.by_id[first])[0]
    return not later or web.share(first, credited) >= _MOSTLY


def _is_same_outlet(web: _Web, one: str, other: str) -> bool:
    return _outlet_key(web.by_id[one]) == _outlet_key(web.by_id[other])


def _rank(record: Record) -> tuple[bool, str, str]:
    """Return what sorts records of one report: last stands the one to keep, an agency's if there is one."""
    return is_agency(record), record.report.source or "", record.report.published or ""


def _outlet_key(record: Record) -> str:
    return " ".join((record.report.source or record.id).lower().split())


def _has_own_voice(web: _Web, record: Record, sentences: tuple[SentenceOrigin, ...]) -> bool:
    """Whether a report says something of its own beside what it took from others."""
    stated = web.credits[record.id]
    if is_agency(record):
        return False
    if stated.own:
        return True
    if stated.agencies and not stated.material:
        return _adds_paragraphs(web, record, sentences)
    words = web.words[record.id]
    places = [i for i in range(len(sentences)) if words.sentence(i)]
    own = [i for i in places if sentences[i].report == record.id and sentences[i].basis != "reuse"]
    if 2 * len(own) <= len(places):
        # Mostly another's text: a first paragraph of its own adds nothing, as with a credit.
        own = [i for i in own if words.paragraphs[i] != words.paragraphs[places[0]]]
    share = sum(len(words.sentence(i)) for i in own) / max(1, len(words))
    return not places or len(own) >= _OWN_SENTENCES or share >= _OWN_SHARE


def _adds_paragraphs(web: _Web, record: Record, sentences: tuple[SentenceOrigin, ...]) -> bool:
    """Whether a report that credits an agency adds something that its texts do not have.

    It does with a paragraph of two sentences or more that neither stands in another report nor retells one
    it took from. A first paragraph of its own adds nothing. A last one may come from another text of the
    agency, which the credit covers, unless it tells what the news mean at home. Where no text is known that
    the report took from, nothing can be told.
    """
    others = [web.by_id[id_] for id_ in _taken_from(web, record)]
    if not others:
        return False
    known = frozenset(form[:_STEM] for other in others for form in web.words[other.id].forms)
    abroad = _HOME - {country for other in others for country, _ in _countries(other)}
    words = web.words[record.id]
    paragraphs: dict[int, list[int]] = {}
    for index, paragraph in enumerate(words.paragraphs):
        if words.sentence(index):
            paragraphs.setdefault(paragraph, []).append(index)
    blocks = list(paragraphs.values())
    return any(
        len(inside) >= _OWN_SENTENCES
        and all(sentences[i].report == record.id for i in inside)
        and not _is_retold(record, words, inside, known)
        and (inside is not blocks[-1] or _names_country(record, words, inside, abroad))
        for inside in blocks[1:]
    )


def _names_country(record: Record, words: Words, inside: list[int], countries: frozenset[str]) -> bool:
    """Whether some sentences name one of the countries, or a place or somebody of it."""
    start, end = words.bounds[inside[0]].start, words.bounds[inside[-1]].end
    return any(country in countries and start <= at < end for country, at in _countries(record))


def _countries(record: Record) -> Iterator[tuple[str, int]]:
    """Yield the countries of the places and actors of a report, each with where it is mentioned."""
    for place in record.reading.places:
        yield place.country or "", place.start
    for actor in record.reading.actors:
        for mention in actor.mentions:
            yield actor.country or "", mention.start


def _taken_from(web: _Web, record: Record) -> list[str]:
    """Return the reports of others that share text with a report."""
    return sorted(id_ for id_ in web.partners.get(record.id, ()) if not _is_same_outlet(web, id_, record.id))


def _is_retold(record: Record, words: Words, inside: list[int], known: frozenset[str]) -> bool:
    """Whether the nouns, names and numbers of some sentences stand in another text."""
    text = record.report.text
    places = [i for s in inside for i in range(words.firsts[s], words.firsts[s + 1])]
    telling = [i for i in places if not text[words.spans[i].start].islower()]
    found = sum(words.forms[i][:_STEM] in known for i in telling)
    return found >= _RETOLD * max(1, len(telling))


# --- what that makes of the set ---------------------------------------------------------------------


def _sources(web: _Web, found: tuple[ReportOrigins, ...]) -> tuple[Source, ...]:
    """Return the independent sources, agencies first, each kind in the order of the reports."""
    agencies: dict[str, dict[str, None]] = {}
    outlets: dict[str, dict[str, None]] = {}
    for report in found:
        for origin in report.origins:
            if origin.agency:
                agencies.setdefault(origin.agency, {})[report.report] = None
            else:
                key = _outlet_key(web.by_id[origin.report or report.report])
                outlets.setdefault(key, {})[report.report] = None
    named = {_outlet_key(r): r.report.source for r in web.records}
    return (
        *(Source(code, None, tuple(reports)) for code, reports in agencies.items()),
        *(Source(None, named[key], tuple(reports)) for key, reports in outlets.items()),
    )


def _copies(web: _Web) -> Iterator[Copy]:
    """Yield for each report those before it that it has text from, if none before them explains it."""
    for record in web.records:
        explained: set[int] = set()
        partners = sorted((web.by_id[id_] for id_ in web.partners.get(record.id, ())), key=publication_key)
        for earlier in partners:
            if not precedes(earlier, record):
                continue
            sentences = web.taken(record.id, earlier.id)
            if sentences <= explained or _is_same_outlet(web, earlier.id, record.id):
                continue
            explained |= sentences
            found = web.describe(earlier.id, record.id)
            yield Copy(earlier.id, record.id, found.kind, found.share_a, found.share_b, found.passages)
