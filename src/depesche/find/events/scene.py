"""Which actors stand where in a document, seen from its clauses and chunks."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from depesche.find.actors.regions import is_region
from depesche.find.events.findings import Findings
from depesche.find.events.frames import event_words
from depesche.find.events.speakers import cited_in, speaker_in
from depesche.language.analysis import Happening, Name
from depesche.language.chunks import Chunk
from depesche.language.clause_finder import clauses_of
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.language.states import countries_of_adjective, country_of_compound
from depesche.reading import Actor, Place, Quotation, Time

Ids = tuple[str, ...]
# A noun's attributes are looked for among this many chunks after it.
MAX_ATTRIBUTES = 6
# Quotations stand in one another at most so deep.
MAX_NESTED = 4

_CALENDAR = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d|-(?:SP|SU|FA|WI|Q[1-4]|H[12]))?(?!\d)")
# "der Angriff von X", and where there is none: "die Regierung in X".
_OWNING = frozenset({"von", "vom", "durch", "aus"})
_SEATED = frozenset({"in"})
# Who speaks for a state: "nach israelischen Angaben".
_OFFICIAL = frozenset({"GOV", "MIL", "COP", "JUD", "SPY"})


def calendar_part(time: Time) -> str | None:
    """Return the date in the value of a time: ``2025-07-10TMO`` gives ``2025-07-10``, a duration None.

    A season (``2025-SU``), quarter (``2025-Q3``) or half (``2025-H1``) stays one.
    """
    match = _CALENDAR.match(time.value)
    return match.group() if match and time.type in {"DATE", "TIME"} else None


class Parties(msgspec.Struct, frozen=True):
    """The ids of who acts and of who is acted on."""

    actor: Ids = ()
    recipient: Ids = ()


class Scene(msgspec.Struct, frozen=True, dict=True):
    """A document with its findings, for looking things up by token."""

    document: Document
    findings: Findings

    @functools.cached_property
    def actors_at(self) -> dict[int, str]:
        """The actor of the shortest mention that covers a token."""
        found: dict[int, tuple[int, str]] = {}
        document = self.document
        for actor in self.findings.actors:
            for mention in actor.mentions:
                length = mention.end - mention.start
                for i in range(document.token_at(mention.start), document.token_at(mention.end - 1) + 1):
                    if i not in found or length < found[i][0]:
                        found[i] = (length, actor.id)
        return {i: actor for i, (_, actor) in found.items()}

    @functools.cached_property
    def cast(self) -> dict[str, Actor]:
        """The actors by id."""
        return {actor.id: actor for actor in self.findings.actors}

    @functools.cached_property
    def types(self) -> dict[str, str]:
        """The type of each actor."""
        return {actor.id: actor.type for actor in self.findings.actors}

    @functools.cached_property
    def countries(self) -> dict[str, str | None]:
        """The country of each actor, None where it has none."""
        return {actor.id: actor.country for actor in self.findings.actors}

    @functools.cached_property
    def states(self) -> dict[str, str]:
        """The state among the actors for a country: what ``russisch`` speaks of."""
        found: dict[str, str] = {}
        for actor in self.findings.actors:
            state = actor.type == "GPE" and not is_region(actor)
            if state and actor.country and actor.country not in found:
                found[actor.country] = actor.id
        return found

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """Actors by each single word that names them alone: the first part of ``US-Angriff``."""
        found: dict[str, str] = {}
        for actor in self.findings.actors:
            for mention in actor.mentions:
                if mention.text.isalpha():
                    found.setdefault(mention.text.lower().removesuffix("s"), actor.id)
        return found

    @functools.cached_property
    def dated(self) -> tuple[list[int], list[Time]]:
        """The times that give a date, by the index of their first token."""
        times = [t for t in self.findings.times if calendar_part(t)]
        return [self.document.token_at(t.start) for t in times], times

    @functools.cached_property
    def placed(self) -> tuple[list[int], list[Place]]:
        """The places, by the index of their first token."""
        places = list(self.findings.places)
        return [self.document.token_at(p.start) for p in places], places

    @functools.cached_property
    def places_at(self) -> dict[int, Place]:
        """The place that each token names."""
        token_at = self.document.token_at
        return {i: p for p in self.findings.places for i in range(token_at(p.start), token_at(p.end - 1) + 1)}

    @functools.cached_property
    def happenings(self) -> dict[int, Happening]:
        """The events that the language model tells, by each of their tokens; of several the first."""
        found: dict[int, Happening] = {}
        analysis = self.document.analysis
        for happening in analysis.events if analysis else ():
            for token in range(*happening.words):
                found.setdefault(token, happening)
        return found

    @functools.cached_property
    def learned_names(self) -> dict[int, Name]:
        """The name that the language model sees at each token; empty without a model."""
        analysis = self.document.analysis
        return {i: name for name in (analysis.names if analysis else ()) for i in range(*name.words)}

    @functools.cached_property
    def owners(self) -> dict[int, tuple[int, Clause]]:
        """The clause of each token, with its index among those of its sentence."""
        return {
            i: (number, clause)
            for clauses in clauses_of(self.document)
            for number, clause in enumerate(clauses)
            for i in clause.tokens
        }

    def holds(self, clause: Clause, words: Collection[str]) -> bool:
        """Whether a clause has one of ``words``, which are in lower case."""
        return any(self.document.tokens[i].lower in words for i in clause.tokens)

    def clause_at(self, token: int) -> Clause | None:
        """Return the clause of a token, None if it stands in none."""
        return self.owners.get(token, (0, None))[1]

    @functools.cached_property
    def _spans(self) -> list[tuple[int, int, int]]:
        """The spans of quotations: start, end, number of the quotation; ``Reported`` is no quoting."""
        return sorted(
            (span.start, span.end, k)
            for k, quotation in enumerate(self.findings.quotations)
            if quotation.type != "Reported"
            for span in quotation.spans
        )

    def quotation_at(self, token: int) -> Quotation | None:
        """Return the innermost quotation that holds a token."""
        offset = self.document.tokens[token].start
        k = bisect.bisect_right(self._spans, (offset, len(self.document.text), 0)) - 1
        for start, end, number in reversed(self._spans[max(0, k - MAX_NESTED) : k + 1]):
            if start <= offset < end:
                return self.findings.quotations[number]
        return None

    @functools.cached_property
    def cues(self) -> frozenset[int]:
        """The tokens that begin words of saying: ``sagte``, ``schränkte ... ein``."""
        return frozenset(
            self.document.token_at(cue.start)
            for quotation in self.findings.quotations
            if quotation.type != "Reported"
            for cue in quotation.cue
        )

    def speaker_at(self, token: int) -> str | None:
        """Return the actor in whose words a token stands."""
        quotation = self.quotation_at(token)
        if quotation is None or quotation.speaker is None:
            return None
        speaker = quotation.speaker.actor or speaker_in(self, quotation.speaker)
        if speaker is None or self.cast[speaker].sector == "MED":
            # An agency that refers to somebody passes on his word.
            return cited_in(self, quotation) or speaker
        return speaker

    def official_of(self, country: str, sector: str | None = None) -> str | None:
        """Return who speaks for a state: its body of a sector, itself, or any of its officials."""
        asked = self._officials.get((country, sector)) if sector else None
        return asked or self.states.get(country) or self._officials.get((country, None))

    @functools.cached_property
    def _officials(self) -> dict[tuple[str, str | None], str]:
        """The first official of each state and sector, and of each state."""
        found: dict[tuple[str, str | None], str] = {}
        for actor in self.findings.actors:
            if actor.country and actor.sector in _OFFICIAL:
                found.setdefault((actor.country, actor.sector), actor.id)
                found.setdefault((actor.country, None), actor.id)
        return found

    def sentence_clauses(self, token: int) -> tuple[Clause, ...]:
        """Return the clauses of the sentence that holds a token."""
        sentence = self.document.sentence_at(self.document.tokens[token].start)
        return clauses_of(self.document)[sentence]

    def actors_of(self, chunk: Chunk) -> Ids:
        """Return the actors that a chunk names or, as a pronoun, stands for."""
        if chunk.pronoun:
            return self.findings.references.get(chunk.head) or self._first_person(chunk.head)
        named = [(i, self.actors_at[i]) for i in range(chunk.head, chunk.last) if i in self.actors_at]
        if not named:
            # "seinen Gesprächspartner", "ihr Land"
            return self.findings.references.get(chunk.head) or self._both(chunk)
        i, first = named[0]
        later = next((actor for _, actor in named if actor != first), None)
        if later and self.types[first] == "GROUP" and not self.countries[first]:
            # "Vertreter Moskaus" act for Moscow.
            return (later if self.types[later] == "GPE" else first,)
        # "Frankreichs Präsident Macron" is Macron; what stands before him in the genitive is whose he is.
        last = i
        while last + 1 < chunk.last and self.actors_at.get(last + 1) == first:
            last += 1
        genitive = self.document.tokens[last].text.endswith(("s", "’", "'"))
        if not (later and genitive):
            return (first,)
        if last + 1 in self.actors_at or self.types[later] == "GPE" == self.types[first]:
            return (later,)  # "Kolumbiens Nachbarn Ecuador"
        return (first,)

    def _both(self, chunk: Chunk) -> Ids:
        """Return the two whom ``beide Seiten`` stands for: of two who speak for their states, the states."""
        tokens, references = self.document.tokens, self.findings.references
        both = (i for i in range(chunk.first, chunk.head) if tokens[i].lower in event_words("both"))
        found = next((references[i] for i in both if i in references), ())
        if tokens[chunk.head].lower not in event_words("sides"):
            return found
        return self.as_states(found)

    def names_sides(self, chunk: Chunk) -> bool:
        """Whether a chunk names two sides without saying who they are: ``beide Seiten``."""
        tokens = self.document.tokens
        if tokens[chunk.head].lower in event_words("belligerents"):
            return True
        both = any(tokens[i].lower in event_words("both") for i in range(chunk.first, chunk.head))
        return both and tokens[chunk.head].lower in event_words("sides")

    def as_states(self, ids: Ids) -> Ids:
        """Return the states that actors speak for, where the report names them; others stay who they are."""
        return merge(tuple(self.states.get(self.countries.get(i) or "", i) for i in ids))

    def _first_person(self, token: int) -> Ids:
        """Return the speaker for ``wir``, ``ich`` or ``man`` in somebody's words."""
        if self.document.tokens[token].lower not in event_words("own-voice"):
            return ()
        speaker = self.speaker_at(token)
        return (speaker,) if speaker else ()

    @functools.cached_property
    def groups(self) -> dict[int, tuple[Chunk, ...]]:
        """The coordinated chunks that each chunk, by its first token, stands among, across commas."""
        found: dict[int, tuple[Chunk, ...]] = {}
        for clauses in clauses_of(self.document):
            chunks = sorted((c for clause in clauses for c in clause.chunks), key=lambda c: c.first)
            lists = any(c.joined for c in chunks)
            for group in _groups(_divided(clauses, chunks) if lists else chunks):
                found.update({c.first: group for c in group})
            for clause in clauses:
                # What a clause inserted between them parts: "Kohl, der am Montag kam, und Mitterrand".
                if lists and clause.last - clause.first > len(clause.tokens):
                    parted = (group for group in _groups(clause.chunks) if len(group) > 1)
                    found.update({c.first: group for group in parted for c in group})
        return found

    def actors_of_group(self, chunk: Chunk) -> Ids:
        """Return the actors of a chunk and of all that are coordinated with it."""
        group = self.groups.get(chunk.first, (chunk,))
        found = merge(*(self.actors_of(member) for member in group))
        clause = self.clause_at(chunk.head)
        if len(group) > 1 or clause is None or any(self.types.get(i) != "GPE" for i in found):
            return found
        # "die Regierungen Polens und der Ukraine" are two, "die Außenminister Polens und der Ukraine" one.
        return merge(found, *(self.actors_of(c) for c in self.genitives_behind(clause, chunk)))

    def genitives_behind(self, clause: Clause, chunk: Chunk) -> tuple[Chunk, ...]:
        """Return the genitives joined to one that ends a chunk: ``die Minister Islands und Estlands``."""
        behind = itertools.dropwhile(lambda c: c.first < chunk.last, clause.chunks)
        return tuple(itertools.takewhile(lambda c: c.genitive and c.joined, behind))

    def named_before(self, chunk: Chunk, token: int) -> Ids:
        """Return the actors named in a chunk before one of its nouns: ``Trumps Kritik``, ``ihre Kritik``."""
        for i in range(chunk.first, token):
            if i in self.actors_at:
                return (self.actors_at[i],)
            if i in self.findings.references:
                return self.findings.references[i]
        return ()

    def named_in(self, first: int, last: int) -> Ids:
        """Return the first actor named among the tokens ``first`` to ``last`` (exclusive)."""
        return next(((self.actors_at[i],) for i in range(first, last) if i in self.actors_at), ())

    def by_adjective(self, chunk: Chunk) -> Ids:
        """Return the states that adjectives of a chunk speak of: ``russisch-amerikanisches Treffen``."""
        tokens = self.document.tokens
        found = [
            self.states[c]
            for i in range(chunk.first, chunk.head)
            for c in countries_of_adjective(tokens[i].text)
            if c in self.states
        ]
        return merge(tuple(found))

    def by_first_part(self, token: int) -> Ids:
        """Return the actors that the parts of a compound name before its last one: ``US-Angriff``."""
        word = self.document.tokens[token].text
        named = tuple(self.names[p] for p in word.lower().split("-")[:-1] if p in self.names)
        country = country_of_compound(word)
        state = self.states.get(country) if country else None
        return merge(named, (state,) if state and not named else ())

    def owners_of(self, clause: Clause, chunk: Chunk, *, seated: bool = True) -> Ids:
        """Return to whom the thing belongs that a chunk names: genitive, adjective, ``von``.

        ``seated`` takes whose place it is in where there is nobody else: ``die Regierung in Kiew``.
        """
        mine = (
            self.named_before(chunk, chunk.head)
            or self.by_adjective(chunk)
            or self.by_first_part(chunk.head)
            or self.named_in(chunk.head + 1, chunk.last)
        )
        if mine:
            return merge(mine, *(self.actors_of(c) for c in self.genitives_behind(clause, chunk)))
        # "Enttäuschung über die Lage in der Ukraine" is not about Ukraine.
        held = not seated or self.document.tokens[chunk.head].lower in event_words("conditions")
        for preps in (_OWNING,) if held else (_OWNING, _SEATED):
            for other in attributes(clause, chunk):
                if (other.genitive and preps is _OWNING) or other.prep in preps:
                    found = self.actors_of_group(other)
                    if found:
                        return found
                if other.prep and preps is _OWNING:
                    break  # a genitive behind it belongs to its noun: "am Rande des Treffens"
        return ()


def _divided(clauses: Sequence[Clause], chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks of a sentence, none joined to one that stands in a clause inserted before it."""
    mine = {two.first: one for c in clauses for one, two in itertools.pairwise(c.chunks) if two.joined}
    for before, chunk in itertools.pairwise((None, *chunks)):
        assert chunk is not None
        apart = chunk.joined and mine.get(chunk.first, before) != before
        yield msgspec.structs.replace(chunk, joined=False) if apart else chunk


def _groups(chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ...]]:
    """Yield the coordinated chunks among those of a sentence; a genitive between them parts nothing.

    Genitives are coordinated among themselves: ``Kredite der EU und des Währungsfonds``.
    """
    group: list[Chunk] = []
    owners: list[Chunk] = []
    for chunk in chunks:
        if chunk.joined and owners and chunk.genitive:
            owners.append(chunk)
            continue
        if owners:
            yield tuple(owners)
            owners = []
        if chunk.joined and group and (chunk.genitive == group[0].genitive or not chunk.genitive):
            group.append(chunk)
        elif not (chunk.genitive and group):
            if group:
                yield tuple(group)
            group = [chunk]
        else:
            owners = [chunk]
    if owners:
        yield tuple(owners)
    if group:
        yield tuple(group)


def attributes(clause: Clause, chunk: Chunk) -> Iterator[Chunk]:
    """Yield the chunks that follow a chunk without a gap, coordinated ones left out: its attributes."""
    cursor = chunk.last
    count = 0
    for other in clause.chunks:
        if other.first < cursor or other is chunk:
            continue
        if other.joined and other.first - cursor <= 2:
            cursor = other.last
            continue
        if other.first != cursor or count == MAX_ATTRIBUTES or not (other.prep or other.genitive):
            return
        yield other
        cursor = other.last
        count += 1


def merge(*groups: Ids) -> Ids:
    """Return the ids of all groups, each once, in their order."""
    return tuple(dict.fromkeys(i for group in groups for i in group))
