"""Of which state a word is that does not say it: ``das Parlament`` in a report on Georgia."""

from __future__ import annotations

import bisect
import collections
import math
from collections.abc import Iterator, Sequence

from depesche.find.actors.candidates import Candidate, leader_of, tokens_of
from depesche.language.document import Document
from depesche.language.leaders import countries_of_family
from depesche.language.name_origins import weigh_origin
from depesche.language.offices import context_ends
from depesche.language.states import country_of_adjective, country_of_compound
from depesche.language.tokens import Sentence
from depesche.reading import Place

# What a dateline weighs against the mentions of a state: the place from where the report is told.
DATELINE_WEIGHT = 2
# Of which state a body is, is told by how often the report names each, by whether the paragraph has named
# it, and by how near it was named: what the last two weigh beside the logarithm of the first, and after how
# many words nearness wears off.
IN_PARAGRAPH, NEARNESS, FADING = 1.2, 1.5, 30
# What it weighs for a person that a state is the sentence's subject, and that its people have such names.
SUBJECT, NAMES = 1.0, 1.2
# No sentence of news has more words; it bounds the work at each diplomat.
LONGEST = 120
# No word farther back than this counts as near; it bounds the work at each body.
WINDOW = 150
# With fewer words for states a report does not tell of which somebody is who holds no office.
TELLING = 6
# Several people are of the state that has this share of all words for states, at least.
MOSTLY = 0.35
# A report is about one state if this share of all its words for states is of it, and they are enough.
ONE_STATE = 0.5
ENOUGH = 3


class Home:
    """The states that a report names, and the one that it is about."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Candidate],
        datelines: Sequence[tuple[int, str]],
        places: Sequence[Place] = (),
    ) -> None:
        self.document = document
        self.year = document.day.year if document.day else None
        self.places = sorted((*_told(found, self.year), *_hinted(document, found, places)))
        self.counts = collections.Counter(code for _, code in self.places)
        for _, code in datelines:
            self.counts[code] += DATELINE_WEIGHT
        self.main = self.counts.most_common(1)[0][0] if self.counts else None
        share = self.counts[self.main] / self.counts.total() if self.main else 0.0
        # Where no state has a third of them, several people are of no one state.
        self.mostly = self.main if share >= MOSTLY else None
        self.telling = self.counts.total() >= TELLING
        self.only = self.main if share >= ONE_STATE and self.counts.total() >= ENOUGH else None
        # Of a report that names one state alone, be it once, all are that do not say of which they are.
        self.sole = self.main if len(self.counts) == 1 else self.only

    def owner(self, index: int) -> str | None:
        """Return the state that ``sein`` or ``ihr`` before token ``index`` means: the sentence's first."""
        sentence = self.document.sentence_of(index)
        return self._first(self._clause_start(sentence, index), index)

    def _clause_start(self, sentence: Sentence, index: int) -> int:
        """Return where the part of the sentence begins that token ``index`` stands in: behind a colon."""
        for k in range(index - 1, max(sentence.first, index - LONGEST) - 1, -1):
            if self.document.tokens[k].text in {":", ";"}:
                return k + 1
        return sentence.first

    def about(self, index: int) -> str | None:
        """Return the state that a body at token ``index`` is of: one just named, or the report's."""
        best = self._weigh(index)
        return max(best, key=lambda code: (best[code], code)) if best else None

    def of_name(self, index: int, name: tuple[str, ...]) -> str | None:
        """Return the state that somebody of that name at token ``index`` is of, None where none is named.

        It is one that the report names: how often and how near, whether it is the subject, and whether the
        name sounds like its people's are weighed.
        """
        best = self._weigh(index)
        if subject := self.near(index):
            best[subject] += SUBJECT
        for code, weight in weigh_origin(name, best).items():
            best[code] += NAMES * weight
        return max(best, key=lambda code: (best[code], code)) if best else None

    def _weigh(self, index: int) -> dict[str, float]:
        """Return for each state how often and how near to token ``index`` the report names it."""
        sentence = self.document.sentence_of(index)
        best = {code: math.log(n) for code, n in self.counts.items()}
        first = bisect.bisect_left(self.places, (max(0, index - WINDOW), ""))
        last = bisect.bisect_left(self.places, (index, ""))
        nearest = {code: k for k, code in self.places[first:last]}
        for code, k in nearest.items():
            named = self.document.sentence_of(k)
            best[code] += NEARNESS * math.exp((k - index) / FADING)
            best[code] += IN_PARAGRAPH * (named.paragraph == sentence.paragraph)
        return best

    def near(self, index: int) -> str | None:
        """Return the state that an office at token ``index`` is of.

        It is that of the subject: the first state of the sentence, else of the one before it in the
        paragraph, else that of the report.
        """
        sentence = self.document.sentence_of(index)
        before = self.document.sentences[max(0, sentence.index - 1)]
        here = self._first(sentence.first, index)
        if here is None and before.paragraph == sentence.paragraph:
            here = self._first(before.first, sentence.first)
        return here or self.main

    def _first(self, first: int, last: int) -> str | None:
        """Return the first state that the tokens ``first`` to ``last`` (exclusive) name."""
        k = bisect.bisect_left(self.places, (first, ""))
        return self.places[k][1] if k < len(self.places) and self.places[k][0] < last else None

    def local(self, countries: Sequence[str | None]) -> str | None:
        """Return the state of a body that several states have (Senat, Demokraten).

        ``countries`` are those whose body the bare name means by itself: one of them if the report is
        about it too, else the state that the report is about.
        """
        known = [c for c in countries if c]
        if not known:
            return None
        best = max(known, key=lambda c: self.counts[c])
        if self.main is None or 2 * self.counts[best] >= self.counts[self.main]:
            return best
        return self.main

    def other(self, country: str | None) -> str | None:
        """Return the state that the report is about beside ``country``, None if it is about several."""
        ranked = [(code, n) for code, n in self.counts.most_common(3) if code != country]
        if country is None or not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
            return None
        return ranked[0][0]

    def other_than_summoner(self, index: int) -> str | None:
        """Return whom the diplomat at token ``index`` stands for, if the sentence says that he is summoned or
        expelled: the state beside the one that does so."""
        sentence = self.document.sentence_of(index)
        words = [t.lower for t in self.document.words(sentence)[:LONGEST]]
        said = any(word.startswith(context_ends("summons")) for word in words)
        parted = {("bestellt", "ein"), ("bestellte", "ein"), ("weist", "aus"), ("wies", "aus")}
        if said or any(verb in words and particle in words for verb, particle in parted):
            return self.other(self.near(index))
        return None

    def federal(self) -> str:
        """Return the state whose ``Bundes-`` bodies and offices the report means."""
        return max(("DEU", "AUT", "CHE"), key=lambda code: self.counts[code])

    def family(self, name: tuple[str, ...]) -> str | None:
        """Return the state of the known people of a family name, if the report names just one of them."""
        codes = [c for c in sorted(countries_of_family(name[0])) if self.counts[c]]
        return codes[0] if len(name) == 1 and len(codes) == 1 else None


def _told(found: Sequence[Candidate], year: int | None) -> Iterator[tuple[int, str]]:
    """Yield where a candidate says a state, by its words or as a known person."""
    for candidate in found:
        leader = leader_of(candidate, year)
        country = candidate.country or (leader.country if leader else None)
        if country:
            yield candidate.first, country


def _hinted(
    document: Document, found: Sequence[Candidate], places: Sequence[Place]
) -> Iterator[tuple[int, str]]:
    """Yield where a city, an adjective or the first part of a compound says a state."""
    covered = tokens_of(found)
    cities = {document.token_at(p.start): p.country for p in places if p.country}
    for k, token in enumerate(document.tokens):
        if k not in covered:
            country = country_of_adjective(token.text)
            if country is None and "-" in token.text:
                country = country_of_compound(token.text)
            if country is None:
                country = cities.get(k)
            if country:
                yield k, country
