"""Ties the mentions of a report together: who is who."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence

import msgspec

from depesche.find.actors.belonging import POSTED
from depesche.find.actors.candidates import NATIONAL_OFFICES, Candidate, leader_of
from depesche.find.actors.home import Home
from depesche.find.actors.likely import keep_likely, span_of
from depesche.find.actors.names import call_names, calling_words, family_name
from depesche.language.document import Document
from depesche.language.leaders import find_leader
from depesche.language.offices import to_nominative
from depesche.language.organisations import organisation_name
from depesche.language.states import StateNoun, state_name
from depesche.language.word_classes import word_ends
from depesche.reading import Actor, ActorType, Mention, Place, Tenure

# A report that names a state so often is about it, though it stands after ``in`` each time.
OFTEN = 4
# A body named longer ago, in tokens, is not meant by a noun alone.
_BACK_AGAIN = 300
# By so many letters a declined name begins like its first form.
_STEM = 5
# Whoever was first named longer ago is not meant by an office alone; it bounds the work at each mention.
MAX_HOLDERS = 60
# Offices that many hold in each state, so that two mentions need not be one person.
_COMMON_OFFICES = frozenset({"head_of_body", "spokesperson", "candidate"})
_TYPES: dict[str, ActorType] = {"state": "GPE", "person": "PER", "group": "GROUP", "region": "GPE"}


class Entry:
    """An actor in the making: its mentions and what they say of it together."""

    def __init__(self, candidate: Candidate, country: str | None) -> None:
        self.mentions: list[Candidate] = []
        self.kind = candidate.kind
        self.nowhere = False
        self.noun = candidate.noun
        self.name: tuple[str, ...] = ()
        self.country: str | None = None
        self.office: str | None = None
        self.role: str | None = None
        self.sector: str | None = None
        self.gender = ""
        self.tenure: Tenure | None = None
        self.bases: dict[str, Tenure | None] = {}
        self.add(candidate, country)

    def add(self, candidate: Candidate, country: str | None) -> None:
        """Add a mention and what it tells."""
        self.mentions.append(candidate)
        self.country = self.country or country
        self.nowhere = self.nowhere or candidate.nowhere
        if len(candidate.name) > len(self.name):
            self.name = candidate.name
        if candidate.office and candidate.office not in ("same", "deputy"):
            self.hold(candidate.office, candidate.tenure)
        self.role = self.role or candidate.role
        self.sector = self.sector or candidate.sector
        self.gender = self.gender or candidate.gender
        if candidate.noun:
            self.bases.setdefault(candidate.noun.base, candidate.tenure)

    def hold(self, office: str, tenure: Tenure | None) -> None:
        """Note an office; the first that a report names is the one that is shown."""
        if self.office is None:
            self.office, self.tenure = office, tenure

    @property
    def is_proper(self) -> bool:
        """Whether it is a body that has a name of its own."""
        if self.kind == "body":
            return bool(self.name) or (self.noun is not None and "names" in self.noun.noun.id)
        return self.kind in ("organisation", "acronym")

    @property
    def last_at(self) -> int:
        """The token of the latest mention."""
        return self.mentions[-1].first


class Register:
    """All actors of a report, filled in the order of the text."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.entries: list[Entry] = []
        self.persons: list[Entry] = []
        self.by_state: dict[str, Entry] = {}
        self.by_call: dict[str, list[Entry]] = collections.defaultdict(list)
        self.by_word: dict[str, list[Entry]] = collections.defaultdict(list)
        self.by_key: dict[tuple[str, str | None], Entry] = {}
        self.by_end: dict[str, Entry] = {}
        self.by_noun: dict[tuple[str, str | None], Entry] = {}
        self.acronyms: dict[str, Entry] = {}
        self.by_candidate: dict[int, Entry] = {}

    def add(self, candidate: Candidate) -> None:
        """Add a mention to the actor it names, or begin a new one."""
        match candidate.kind:
            case "state" if candidate.described:
                self._described(candidate, candidate.described)
                return
            case "state":
                entry = self._state(candidate, candidate.country or "")
            case "organisation":
                entry = self._organisation(candidate)
            case "person":
                entry = self._person(candidate)
            case "body" | "group" if candidate.again and (known := self._again(candidate)):
                entry = known
                known.add(candidate, known.country)
            case _ if candidate.only_again:
                return
            case "body":
                entry = self._body(candidate)
            case "acronym":
                entry = self._acronym(candidate)
            case "region":
                entry = self._keyed(candidate, candidate.country, "region:" + candidate.surface)
            case _:
                entry = self._group(candidate)
        self.by_candidate[id(candidate)] = entry

    def _new(self, candidate: Candidate, country: str | None) -> Entry:
        entry = Entry(candidate, country)
        self.entries.append(entry)
        return entry

    # --- states, organisations, bodies, groups

    def _state(self, candidate: Candidate, country: str) -> Entry:
        if entry := self.by_state.get(country):
            entry.add(candidate, country)
            return entry
        entry = self.by_state[country] = self._new(candidate, country)
        entry.kind = "state"
        entry.sector = "GOV"
        return entry

    def _described(self, candidate: Candidate, noun: StateNoun) -> None:
        """Add a noun to the state that it stands for: of those named before the one named last."""
        known = [self.by_state[code] for code in noun.states if code in self.by_state]
        latest = max(known, key=lambda e: e.last_at, default=None)
        if latest is not None:
            latest.add(candidate, latest.country)
        elif any(code in self.by_state for code in noun.named):
            self._state(candidate, noun.states[0])

    def _keyed(self, candidate: Candidate, country: str | None, word: str) -> Entry:
        if entry := self.by_key.get((word, country)):
            entry.add(candidate, country)
            return entry
        entry = self.by_key[word, country] = self._new(candidate, country)
        return entry

    def _organisation(self, candidate: Candidate) -> Entry:
        country = candidate.country
        if candidate.surface == "Union" and (union := self.by_end.get("union")) and self._is_no_party(union):
            union.add(candidate, union.country)
            return union
        if candidate.local:
            country = self.home.local([o.country for o in candidate.local])
            meant = next((o for o in candidate.local if o.country == country), candidate.organisation)
            candidate = msgspec.structs.replace(candidate, organisation=meant)
        entry = self._keyed(candidate, country, "org:" + candidate.name[0])
        for word in candidate.name[0].split():
            self.by_end[word.rpartition("-")[2].lower()] = entry
        return entry

    def _is_no_party(self, entry: Entry) -> bool:
        """Whether ``die Union`` is that of several states: no German party is named beside it."""
        named = any(e.country == "DEU" and e.sector == "PTY" for e in self.entries)
        return entry.country is None and not named

    def _body(self, candidate: Candidate) -> Entry:
        noun = candidate.noun
        if noun is None or candidate.owner:
            return self._owned(candidate)
        short = candidate.definite and candidate.country is None and not noun.modifier
        if short and (named := self.by_end.get(noun.base)):
            named.add(candidate, named.country)
            return named
        country = self._context(candidate)
        if (
            noun.noun.government
            and country
            and not noun.modifier.lower().startswith(word_ends("regional-firsts"))
        ):
            return self._state(candidate, country)
        if candidate.name:
            entry = self._keyed(candidate, country, " ".join(candidate.name))
            self.by_key.setdefault((candidate.surface, country), entry)
            return entry
        return self._body_again(candidate, country) or self._first_body(candidate, country)

    def _again(self, candidate: Candidate) -> Entry | None:
        """Return the body named last that a noun stands for: ``die Rebellen`` after ``die Farc``."""
        fits = [e for e in self.entries[-MAX_HOLDERS:] if e.sector in candidate.again and e.is_proper]
        latest = max(fits, key=lambda e: e.last_at, default=None)
        return latest if latest and candidate.first - latest.last_at <= _BACK_AGAIN else None

    def _owned(self, candidate: Candidate) -> Entry:
        """Return the government or camp that is called by somebody's name: of his state."""
        owner = candidate.owner or ""
        holders = self.by_call.get(owner, [])
        leader = find_leader((owner,), self.home.year)
        known = holders[0].country if holders else leader.country if leader else None
        country = candidate.country or known
        return self._keyed(candidate, country, candidate.surface)

    def _body_again(self, candidate: Candidate, country: str | None) -> Entry | None:
        """Return the body that a shorter word means: ``das Gericht`` after ``das Bundesgericht``."""
        noun = candidate.noun
        if noun is None or noun.modifier or not candidate.definite:
            return None
        if (candidate.surface, country) in self.by_key:
            return None
        entry = self.by_noun.get((noun.noun.id, country))
        if entry and entry.mentions[0].surface.endswith(noun.base):
            entry.add(candidate, entry.country)
            return entry
        return None

    def _first_body(self, candidate: Candidate, country: str | None) -> Entry:
        entry = self._keyed(candidate, country, candidate.surface)
        if candidate.noun:
            self.by_noun[candidate.noun.noun.id, country] = entry
        return entry

    def _acronym(self, candidate: Candidate) -> Entry:
        """Return what an abbreviation was given for, else a body of the report's state."""
        word = " ".join(candidate.name)
        entry = self.acronyms.get(word)
        if candidate.alias:
            entry = self.by_candidate.get(id(candidate.alias), entry)
        if entry:
            entry.add(candidate, entry.country)
        else:
            country = candidate.country or (None if candidate.nowhere else self.home.sole)
            entry = self._new(candidate, country)
        self.acronyms[word] = entry
        return entry

    def _group(self, candidate: Candidate) -> Entry:
        # Each state has one foreign minister: several are of several states.
        several = candidate.office in NATIONAL_OFFICES | POSTED and not candidate.possessive
        country = candidate.country or (None if several else self._context(candidate))
        return self._keyed(candidate, country, "group:" + candidate.surface)

    def _context(self, candidate: Candidate) -> str | None:
        """Return the country of a noun: its own, or that of the report where the noun may take it."""
        if candidate.country or candidate.nowhere:
            return candidate.country
        if candidate.noun is None or not candidate.noun.noun.context:
            return None
        if _is_federal(candidate):
            return self.home.federal()
        owner = self.home.owner(candidate.first) if candidate.possessive else None
        if owner is None and candidate.kind == "body":
            return self.home.about(candidate.first)
        return owner or self.home.mostly

    # --- persons

    def _person(self, candidate: Candidate) -> Entry:
        entry = self._named(candidate) if candidate.name else self._holder(candidate)
        if entry is None:
            entry = self._new_person(candidate)
        else:
            # ``Kallas`` in the headline tells less than ``Kaja Kallas`` below it.
            known = leader_of(candidate, self.home.year)
            entry.nowhere = entry.nowhere or (known is not None and known.country is None)
            entry.add(candidate, candidate.country or (known.country if known else None))
        for word in call_names(candidate.name) if candidate.name else ():
            if entry not in self.by_call[word]:
                self.by_call[word].append(entry)
        for word in calling_words(candidate.name):
            if entry not in self.by_word[word]:
                self.by_word[word].append(entry)
        return entry

    def _new_person(self, candidate: Candidate) -> Entry:
        office = self._colleague_office() if candidate.office == "same" else candidate.office
        country, nowhere = self._person_country(candidate)
        entry = self._new(candidate, country)
        entry.nowhere = nowhere
        if office and office not in ("same", "deputy"):
            entry.hold(office, candidate.tenure)
        self.persons.append(entry)
        return entry

    def _person_country(self, candidate: Candidate) -> tuple[str | None, bool]:
        """Return the state of a person by his office, his name, or ``sein``, and whether he is of none."""
        if candidate.country or candidate.nowhere:
            return candidate.country, candidate.nowhere
        if leader := leader_of(candidate, self.home.year):
            return leader.country, leader.country is None
        country = self.home.family(candidate.name) if candidate.name else self._sender(candidate)
        if country is None and _is_federal(candidate):
            country = self.home.federal()
        if country is None and candidate.noun and candidate.noun.noun.id == "colleague":
            return self._country_of_colleague(candidate), True
        if country is None and candidate.possessive:
            country = self.home.owner(candidate.first)
        return country, False

    def _sender(self, candidate: Candidate) -> str | None:
        """Return the state of a diplomat whom another state summons or expels: the one beside that state."""
        noun = candidate.noun
        if noun is None or candidate.possessive or candidate.country or candidate.nowhere:
            return None
        posted = noun.noun.office in POSTED or noun.noun.id == "diplomat"
        return self.home.other_than_summoner(candidate.first) if posted else None

    def _country_of_colleague(self, candidate: Candidate) -> str | None:
        """Return the state of somebody's colleague abroad: not that of whoever was named last."""
        before = [e for e in self.persons[-MAX_HOLDERS:] if e.mentions[-1].first < candidate.first]
        own = max(before, key=lambda e: e.last_at).country if before else None
        return self.home.other(own)

    def _colleague_office(self) -> str | None:
        """Return the office of whoever a colleague is a colleague of: who was named last, with an office."""
        recent = [e for e in self.persons[-MAX_HOLDERS:] if e.office and e.office != "spokesperson"]
        return max(recent, key=lambda e: e.last_at).office if recent else None

    def _named(self, candidate: Candidate) -> Entry | None:
        """Return the person whose name fits; None where none does, or several do."""
        rivals = self.by_call.get(family_name(candidate.name), [])[:MAX_HOLDERS]
        fits = [e for e in rivals if _may_be_one(e, candidate)] or self._named_within(candidate)
        if len(fits) > 1:
            exact = [e for e in fits if e.name == candidate.name]
            office = [e for e in fits if candidate.office and e.office == candidate.office]
            fits = exact or office or [e for e in fits if len(e.name) == 1]
        return fits[0] if fits else None

    def _named_within(self, candidate: Candidate) -> list[Entry]:
        """Return whom a single word of the full name calls: ``Álvaro Uribe Vélez``, ``Uribe``.

        Either may come first in the report.
        """
        if len(candidate.name) == 1:
            found = self.by_word.get(candidate.name[0], [])
        else:
            words = calling_words(candidate.name)
            found = [e for w in words for e in self.by_word.get(w, []) if e.name == (w,)]
        return [e for e in found[:MAX_HOLDERS] if _may_be_one(e, candidate)]

    def _holder(self, candidate: Candidate) -> Entry | None:
        """Return who holds the office in this report: ``der Minister``, ``der US-Präsident``."""
        if candidate.noun is None or candidate.office == "same":
            return None
        if not (candidate.definite or candidate.country):
            return None
        fits = [e for e in self.persons[-MAX_HOLDERS:] if _holds(e, candidate)]
        if candidate.country is None:
            fits = [e for e in fits if e.country == self.home.main] or fits
        return max(fits, key=lambda e: e.last_at) if fits else None


def _is_federal(candidate: Candidate) -> bool:
    noun = candidate.noun
    if noun is None:
        return False
    word = (noun.modifier + noun.base).lower()
    return word.startswith("bundes") or noun.base in ("bundeskanzler", "kanzler")


def _may_be_one(entry: Entry, candidate: Candidate) -> bool:
    """Whether somebody with the same family name may be the same person: not with another first name."""
    if candidate.country and entry.country and candidate.country != entry.country:
        return False
    mine, other = entry.name, candidate.name
    if len(mine) < 2 or len(other) < 2 or set(mine) <= set(other) or set(other) <= set(mine):
        return True
    initial = mine[0].endswith(".") or other[0].endswith(".")
    return mine[0] == other[0] or (initial and mine[0][0] == other[0][0])


def _agrees(entry: Entry, candidate: Candidate) -> bool:
    """Whether the noun has the person's gender: ``der Kanzler`` is no woman, ``die Abgeordnete`` may be."""
    ambiguous = candidate.noun is None or candidate.noun.base.endswith("e")
    return not entry.gender or ambiguous or entry.gender == (candidate.gender or "m")


def _holds(entry: Entry, candidate: Candidate) -> bool:
    """Whether the person may be meant by an office or function alone."""
    if candidate.noun is None or (candidate.country and candidate.country != entry.country):
        return False
    if (candidate.nowhere and entry.country) or not _agrees(entry, candidate):
        return False
    if _is_federal(candidate) and entry.country not in (None, "DEU", "AUT", "CHE"):
        return False
    base = candidate.noun.base
    if any(known.endswith(base) and _in_office(candidate, held) for known, held in entry.bases.items()):
        return True
    same = candidate.office is not None and entry.office == candidate.office not in _COMMON_OFFICES
    return same and _in_office(candidate, entry.tenure)


def _in_office(candidate: Candidate, held: Tenure | None) -> bool:
    """Whether a holder may be meant by what is said of the office: ``der Präsident`` is no former one, and
    whoever holds it, be it for a time, is neither ``der frühere`` nor ``der designierte Präsident``."""
    apart = {"former", "designated"}
    return candidate.tenure == held or not {candidate.tenure, held} & apart


def tie_mentions(
    document: Document,
    found: Sequence[Candidate],
    datelines: Sequence[tuple[int, str]] = (),
    places: Sequence[Place] = (),
) -> Register:
    """Return all actors that the candidates name, each with its mentions."""
    register = Register(Home(document, found, datelines, places))
    for candidate in drop_places(found):
        register.add(candidate)
    return register


def build_actors(document: Document, register: Register, weights: Mapping[str, float]) -> tuple[Actor, ...]:
    """Return the actors of a register that are likely to matter, with ids a1, a2 ... by first mention.

    ``weights`` say how much each sign of ``likely`` speaks for it.
    """
    kept = keep_likely(document, [entry.mentions for entry in register.entries], weights)
    actors = [
        _to_actor(document, entry, mentions, register.home)
        for entry, mentions in zip(register.entries, kept, strict=True)
        if mentions
    ]
    return tuple(msgspec.structs.replace(actor, id=f"a{n}") for n, actor in enumerate(actors, 1))


def drop_places(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without the states, cities and bodies that the report names as places alone."""
    places = [c for c in found if c.kind == "state" or (c.kind == "organisation" and c.capital)]
    acting = {_place_key(c) for c in places if c.acting}
    often = collections.Counter(_place_key(c) for c in found if c.kind == "state" and not c.capital)
    acting.update(key for key, times in often.items() if times >= OFTEN)
    bodies = {c.surface for c in found if c.kind == "body" and c.acting}
    whole = {c.name for c in found if c.kind == "organisation" and not c.part}
    silent = {id(c) for c in places if _place_key(c) not in acting}
    silent |= {id(c) for c in found if c.kind == "body" and c.surface not in bodies}
    silent |= {id(c) for c in found if c.part and c.kind == "organisation" and c.name not in whole}
    return [c for c in found if id(c) not in silent]


def _place_key(candidate: Candidate) -> tuple[str | None, str]:
    return candidate.country, candidate.surface.rstrip("s") if candidate.capital else ""


def _to_actor(document: Document, entry: Entry, named: Sequence[Candidate], home: Home) -> Actor:
    mentions = tuple(_to_mention(document, c) for c in named)
    country = entry.country
    if entry.kind == "person" and country is None and not entry.nowhere:
        country = _country_by_report(entry, home)
    kind = _TYPES.get(entry.kind, "ORG")
    name = _name(entry, mentions)
    return Actor("", name, kind, country, entry.sector, entry.role, entry.office, mentions, entry.tenure)


def _country_by_report(entry: Entry, home: Home) -> str | None:
    """Return the state of a person whose own words tell none."""
    first = entry.mentions[0].first
    # Who holds an office of a state is of the report's; of others that is a guess where it says little.
    national = entry.noun is not None and entry.noun.noun.context
    if entry.name and (national or home.telling):
        return home.of_name(first, entry.name)
    return home.near(first) if national else home.only


def _to_mention(document: Document, candidate: Candidate) -> Mention:
    start, end = span_of(document, candidate)
    return Mention(start, end, document.text[start:end], candidate.rule)


def _name(entry: Entry, mentions: tuple[Mention, ...]) -> str:
    if entry.kind == "state" and entry.country:
        return state_name(entry.country) or entry.country
    if _is_namesake(entry):
        return to_nominative(mentions[0].text, singular=False)
    text = mentions[0].text
    if entry.noun and text == text.lower() and not entry.name:
        # "der deutsche und der polnische Präsident": the noun stands only with the second.
        text = f"{text} {(entry.noun.modifier + entry.noun.base).capitalize()}"
        return to_nominative(text, singular=True)
    return " ".join(entry.name) or to_nominative(text, singular=entry.kind == "person")


def _is_namesake(entry: Entry) -> bool:
    """Whether a body has only a name in common with one in the list, which the list shows by another.

    ``Der italienische Senat`` is no ``US-Senat``; a ``Nationaler Sicherheitsrat`` is called so anywhere.
    """
    first = entry.mentions[0]
    organisation = first.organisation
    if organisation is None or not organisation.local or organisation.country == entry.country:
        return False
    return not first.surface.startswith(organisation_name(organisation).split()[0][:_STEM])
