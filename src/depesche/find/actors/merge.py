"""Ties the mentions of a report together: who is who."""

from __future__ import annotations

import bisect
import collections
from collections.abc import Sequence

from depesche.find.actors.candidates import NATIONAL_OFFICES, Candidate
from depesche.find.actors.names import call_names, family_name, gender_of
from depesche.language.document import Document
from depesche.language.leaders import countries_of_family, find_leader
from depesche.language.states import country_of_adjective, country_of_compound, state_name
from depesche.reading import Actor, Mention

# A report that names a state so often is about it, though it stands after ``in`` each time.
OFTEN = 3


# What a dateline weighs against the mentions of a state: the place from where the report is told.
DATELINE_WEIGHT = 2


class Entry:
    """An actor in the making: its candidates and what they say of it together."""

    def __init__(self, candidate: Candidate, country: str | None) -> None:
        self.mentions: list[Candidate] = []
        self.kind = candidate.kind
        self.name: tuple[str, ...] = ()
        self.country: str | None = None
        self.nowhere = candidate.nowhere
        self.noun = candidate.noun
        self.office: str | None = None
        self.role: str | None = None
        self.sector: str | None = None
        self.gender = ""
        self.add(candidate, country)

    def add(self, candidate: Candidate, country: str | None) -> None:
        """Add a mention and what it tells."""
        self.mentions.append(candidate)
        self.country = self.country or country
        if len(candidate.name) > len(self.name):
            self.name = candidate.name
        if candidate.office and candidate.office not in ("same", "deputy"):
            self.office = self.office or candidate.office
        if candidate.role and (self.role is None):
            self.role = candidate.role
        self.sector = self.sector or candidate.sector
        self.gender = self.gender or candidate.gender

    @property
    def last_at(self) -> int:
        """The token of the latest mention."""
        return self.mentions[-1].first


class Register:
    """All actors of a report, filled in the order of the text."""

    def __init__(
        self, document: Document, found: Sequence[Candidate], datelines: Sequence[tuple[int, str]]
    ) -> None:
        self.document = document
        self.entries: list[Entry] = []
        self.by_state: dict[str, Entry] = {}
        self.by_call: dict[str, list[Entry]] = collections.defaultdict(list)
        self.by_key: dict[tuple[str, str | None], Entry] = {}
        self.persons: list[Entry] = []
        self.acronyms: dict[str, Entry] = {}
        self.home = Home(document, found, datelines)

    def add(self, candidate: Candidate) -> None:
        """Add a mention to the actor it names, or begin a new one."""
        if candidate.kind == "state":
            self._add_state(candidate, candidate.country)
        elif candidate.kind == "organisation":
            country = candidate.country
            if candidate.local:
                country = self.home.local([o.country for o in candidate.local])
            self._add_keyed(candidate, country, "org:" + candidate.name[0])
        elif candidate.kind == "person":
            self._add_person(candidate)
        elif candidate.kind == "body":
            self._add_body(candidate)
        elif candidate.kind == "acronym":
            self._add_acronym(candidate)
        else:
            self._add_group(candidate)

    def _new(self, candidate: Candidate, country: str | None) -> Entry:
        entry = Entry(candidate, country)
        self.entries.append(entry)
        return entry

    def _add_state(self, candidate: Candidate, country: str | None) -> None:
        assert country is not None
        entry = self.by_state.get(country)
        if entry:
            entry.add(candidate, country)
        else:
            self.by_state[country] = entry = self._new(candidate, country)
            entry.kind = "state"

    def _add_keyed(self, candidate: Candidate, country: str | None, word: str) -> None:
        key = (word, country)
        entry = self.by_key.get(key)
        if entry:
            entry.add(candidate, country)
        else:
            self.by_key[key] = self._new(candidate, country)

    def _context(self, candidate: Candidate) -> str | None:
        """Return the country of a candidate: its own, or that of the report where its noun may take it."""
        if candidate.country or candidate.nowhere:
            return candidate.country
        if candidate.noun is None or not candidate.noun.noun.context:
            return None
        if self._is_federal(candidate):
            return self.home.federal()
        if candidate.possessive and (owner := self.home.owner(candidate.first)):
            return owner
        return self.home.at(candidate.first)

    def _is_federal(self, candidate: Candidate) -> bool:
        noun = candidate.noun
        return noun is not None and (
            noun.modifier.lower().startswith("bundes")
            or noun.base.startswith("bundes")
            or noun.base == "kanzler"
        )

    def _add_body(self, candidate: Candidate) -> None:
        noun = candidate.noun
        assert noun is not None
        if candidate.owner:
            holders = self.by_call.get(candidate.owner, [])
            country = holders[0].country if holders else candidate.country
            self._add_keyed(candidate, country, candidate.surface)
            return
        country = self._context(candidate)
        if (
            noun.noun.government
            and country
            and not noun.modifier.lower().startswith(("landes", "provinz", "regional"))
        ):
            self._add_state(candidate, country)
            return
        if candidate.name:
            self._add_keyed(candidate, country, " ".join(candidate.name))
            self.by_key.setdefault(
                (candidate.surface, country), self.by_key[(" ".join(candidate.name), country)]
            )
            return
        if (
            candidate.definite
            and (candidate.surface, country) not in self.by_key
            and not candidate.noun.modifier
        ):
            for entry in reversed(self.entries):
                if (
                    entry.kind == "body"
                    and entry.noun
                    and entry.noun.noun is noun.noun
                    and (entry.country == country or candidate.country is None)
                    and entry.mentions[0].surface.endswith(noun.base)
                ):
                    entry.add(candidate, entry.country)
                    return
        self._add_keyed(candidate, country, candidate.surface)

    def _add_acronym(self, candidate: Candidate) -> None:
        """Add an abbreviation: to what it was given for, else as a body of the report's state."""
        word = " ".join(candidate.name)
        if candidate.alias:
            entry = next((e for e in self.entries if candidate.alias in e.mentions), None)
            if entry:
                entry.add(candidate, entry.country)
                self.acronyms[word] = entry
                return
        if entry := self.acronyms.get(word):
            entry.add(candidate, entry.country)
            return
        country = candidate.country
        if country is None and not candidate.nowhere:
            country = self.home.at(candidate.first)
        self.acronyms[word] = entry = self._new(candidate, country)
        entry.kind = "body"

    def _named_body(self, base: str) -> Entry | None:
        """Return the organisation last named whose name ends in the word: ``die Kommission`` for EU-Kommission."""
        for entry in reversed(self.entries):
            if entry.kind == "organisation" and any(
                w.lower().endswith(base) for n in entry.name for w in n.split()
            ):
                return entry
        return None

    def _add_group(self, candidate: Candidate) -> None:
        if candidate.office in NATIONAL_OFFICES and candidate.country is None:
            # Each state has one: several foreign ministers are of several states.
            self._add_keyed(candidate, None, "group:" + candidate.surface)
            return
        self._add_keyed(candidate, self._context(candidate), "group:" + candidate.surface)

    # --- persons

    def _add_person(self, candidate: Candidate) -> None:
        entry = self._named(candidate) if candidate.name else self._holder(candidate)
        if entry is None:
            entry = self._new_person(candidate)
        else:
            entry.add(candidate, candidate.country)
        self._index(entry, candidate)

    def _index(self, entry: Entry, candidate: Candidate) -> None:
        for word in call_names(candidate.name) if candidate.name else ():
            if entry not in self.by_call[word]:
                self.by_call[word].append(entry)

    def _new_person(self, candidate: Candidate) -> Entry:
        country = candidate.country
        leader = find_leader(candidate.name) if candidate.name else None
        if leader and country is None and not candidate.nowhere:
            country = leader.country
        if country is None and leader is None and not candidate.nowhere and candidate.name:
            country = self._family_country(candidate.name)
        if country is None and leader is None and candidate.noun and self._is_federal(candidate):
            country = self.home.federal()
        office = candidate.office
        if office == "same":
            office = self._colleague_office(candidate)
        if country is None and leader is None and candidate.possessive and not candidate.nowhere:
            country = self.home.owner(candidate.first)
        entry = self._new(candidate, country)
        entry.nowhere = entry.nowhere or (leader is not None and leader.country is None)
        if office and office != "same":
            entry.office = office
        entry.kind = "person"
        entry.gender = entry.gender or gender_of(entry.name)
        self.persons.append(entry)
        return entry

    def _family_country(self, name: tuple[str, ...]) -> str | None:
        """Return the state of the known people of a family name that stands alone, if the report names one of them."""
        if len(name) > 1:
            return None
        codes = [c for c in sorted(countries_of_family(name[0])) if self.home.counts[c]]
        return codes[0] if len(codes) == 1 else None

    def _colleague_office(self, candidate: Candidate) -> str | None:
        """Return the office of whoever the colleague is a colleague of: the last named before with an office."""
        for entry in sorted(self.persons, key=lambda e: -e.last_at):
            if entry.office and entry.office not in ("spokesperson",):
                return entry.office
        return None

    def _named(self, candidate: Candidate) -> Entry | None:
        """Return the person whose name fits, None where none does or several do."""
        fits = [e for e in self.by_call.get(family_name(candidate.name), []) if self._fits(e, candidate)]
        if not fits and len(candidate.name) > 1:
            return None
        if len(fits) > 1:
            exact = [e for e in fits if e.name == candidate.name]
            office = [e for e in fits if candidate.office and e.office == candidate.office]
            fits = exact or office or fits
        if len(fits) == 1:
            return fits[0]
        if not fits:
            return None
        alone = [e for e in fits if len(e.name) == 1]
        return alone[0] if alone else None

    def _fits(self, entry: Entry, candidate: Candidate) -> bool:
        if candidate.country and entry.country and candidate.country != entry.country:
            return False
        if len(candidate.name) < 2 or len(entry.name) < 2:
            return True
        if entry.name == candidate.name:
            return True
        a, b = set(entry.name), set(candidate.name)
        if a <= b or b <= a:
            return True
        return entry.name[0] == candidate.name[0] or (
            entry.name[0][0] == candidate.name[0][0]
            and (entry.name[0].endswith(".") or candidate.name[0].endswith("."))
        )

    def _holder(self, candidate: Candidate) -> Entry | None:
        """Return who holds the office in this report, where it is clear: ``der Minister``, ``der US-Präsident``."""
        noun = candidate.noun
        if noun is None or candidate.plural or not (candidate.definite or candidate.country):
            return None
        if candidate.office == "same":
            return None
        fits = [e for e in self.persons if self._holds(e, candidate)]
        if not fits:
            return None
        countries = {e.country for e in fits}
        if len(fits) > 1 and candidate.country is None and len(countries) > 1:
            home = self.home.at(candidate.first)
            fits = [e for e in fits if e.country == home] or fits
        return max(fits, key=lambda e: e.last_at)

    def _holds(self, entry: Entry, candidate: Candidate) -> bool:
        if candidate.country and entry.country and candidate.country != entry.country:
            return False
        if candidate.country and entry.country is None:
            return False
        if any(m.surface == candidate.surface and candidate.surface for m in entry.mentions):
            return True
        noun = candidate.noun
        assert noun is not None
        if any(m.noun and m.noun.base.endswith(noun.base) for m in entry.mentions):
            return True
        return bool(
            candidate.office
            and entry.office == candidate.office
            and candidate.office not in ("head_of_body", "spokesperson")
        )


class Home:
    """The state that a report is about, where a word says none: ``das Parlament`` in a report on Georgia."""

    def __init__(
        self, document: Document, found: Sequence[Candidate], datelines: Sequence[tuple[int, str]]
    ) -> None:
        self.document = document
        self.places: list[tuple[int, str]] = []
        for candidate in found:
            country = candidate.country
            if country is None and candidate.name and (leader := find_leader(candidate.name)):
                country = leader.country
            if country:
                self.places.append((candidate.first, country))
        covered = {k for c in found for k in range(c.first, c.last)}
        for k, token in enumerate(document.tokens):
            if k in covered:
                continue
            code = (
                country_of_adjective(token.text)
                or ("-" in token.text and country_of_compound(token.text))
                or None
            )
            if code:
                self.places.append((k, code))
        self.places.sort()
        counts = collections.Counter(code for _, code in self.places)
        for _, code in datelines:
            counts[code] += DATELINE_WEIGHT
        self.main = counts.most_common(1)[0][0] if counts else None
        self.share = counts[self.main] / max(1, len(self.places)) if self.main else 0.0
        self.counts = counts

    def at(self, index: int) -> str | None:
        """Return the state that a word at token ``index`` is most likely about."""
        return self.main

    def owner(self, index: int) -> str | None:
        """Return the state that ``sein`` or ``ihr`` before token ``index`` means: the first of the sentence."""
        sentence = self.document.sentences[self.document.sentence_at(self.document.tokens[index].start)]
        k = bisect.bisect_left(self.places, (sentence.first, ""))
        return self.places[k][1] if k < len(self.places) and self.places[k][0] < index else None

    def local(self, countries: Sequence[str | None]) -> str | None:
        """Return the state of a body that several states have (Senat, Demokraten): one of ``countries``, which
        its bare name means by itself, if the report is about it too, else the state the report is about."""
        known = [c for c in countries if c]
        best = max(known, key=lambda c: self.counts[c])
        if self.main is None or 2 * self.counts[best] >= self.counts[self.main]:
            return best
        return self.main

    def federal(self) -> str:
        """Return the state whose ``Bundes-`` bodies the report means."""
        candidates = {code: self.counts[code] for code in ("DEU", "AUT", "CHE")}
        best = max(candidates, key=lambda c: (candidates[c], c == "DEU"))
        return best if candidates[best] else "DEU"


def build_actors(
    document: Document, found: Sequence[Candidate], datelines: Sequence[tuple[int, str]] = ()
) -> tuple[Actor, ...]:
    """Return the actors that the candidates name, with ids a1, a2 ... by first mention."""
    register = Register(document, found, datelines)
    for candidate in _drop_places(found):
        register.add(candidate)
    entries = sorted(register.entries, key=lambda e: e.mentions[0].first)
    return tuple(_to_actor(document, f"a{n}", e, register) for n, e in enumerate(entries, 1))


def _drop_places(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without the states and cities that the report names as places alone."""
    places = [c for c in found if c.kind == "state" or (c.kind == "organisation" and c.capital)]
    acting = {_place_key(c) for c in places if c.acting}
    often = collections.Counter(_place_key(c) for c in found if c.kind == "state" and not c.capital)
    acting.update(key for key, times in often.items() if times >= OFTEN)
    silent = {id(c) for c in places if _place_key(c) not in acting}
    organisations = {c.name for c in found if c.kind == "organisation" and not c.part}
    bodies = {c.surface for c in found if c.kind == "body" and c.acting}
    silent |= {id(c) for c in found if c.kind == "body" and c.surface not in bodies}
    silent |= {id(c) for c in found if c.part and c.kind == "organisation" and c.name not in organisations}
    return [c for c in found if id(c) not in silent]


def _place_key(candidate: Candidate) -> tuple[str | None, str]:
    return candidate.country, candidate.surface.rstrip("s") if candidate.capital else ""


def _to_actor(document: Document, id_: str, entry: Entry, register: Register) -> Actor:
    mentions = tuple(_to_mention(document, c) for c in entry.mentions)
    country = entry.country
    if entry.kind == "person" and country is None and not entry.nowhere:
        country = register.home.at(entry.mentions[0].first)
    kind = {"state": "GPE", "person": "PER", "group": "GROUP"}.get(entry.kind, "ORG")
    return Actor(
        id_,
        _name(entry, mentions),
        kind,  # type: ignore[arg-type]
        country,
        entry.sector,
        entry.role,
        entry.office,
        mentions,
    )


def _to_mention(document: Document, candidate: Candidate) -> Mention:
    start = document.tokens[candidate.first].start
    end = start + candidate.part if candidate.part else document.tokens[candidate.last - 1].end
    return Mention(start, end, document.text[start:end], candidate.rule)


def _name(entry: Entry, mentions: tuple[Mention, ...]) -> str:
    if entry.kind == "state" and entry.country:
        return state_name(entry.country) or entry.country
    if entry.name:
        return " ".join(entry.name)
    return " ".join(mentions[0].text.split())
