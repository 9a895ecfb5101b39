"""Pronouns and words like ``beide Seiten``: for whom of the report's actors they stand.

Abstains where it is unclear. Used for speakers and for the parties of events; a pronoun is no mention.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence

import msgspec

from depesche.find.actors import index_actors
from depesche.language.document import Document
from depesche.language.function_words import all_function_words, words_of
from depesche.language.offices import context_words, first_name_genders, noun_of
from depesche.language.tokens import Sentence, Token
from depesche.language.verbs import analyse_verb
from depesche.reading import Actor

_SUBJECT = {"er": "m", "sie": "f"}
_OBJECT = {"ihm": "m", "ihn": "m", "ihr": "f"}
_AGED = ("-jährige", "-jährigen")
_JOINTS = frozenset({"und", "aber", "sowie", "doch"})
_ARTICLES = frozenset(
    {"der", "die", "das", "den", "dem", "des", "einen", "einer", "einem", "eines", "im", "vom"}
)
_FEMININE = frozenset({"die", "der", "einer"})
_MASCULINE = frozenset({"der", "den", "dem", "des", "einen", "einem", "eines", "im", "vom"})
# States that the verb is plural with.
_PLURAL_STATES = frozenset({"USA", "NLD", "PHL", "ARE", "MDV"})
# So many words at most stand between a possessive and its noun, counted with it.
_MAX_ADJECTIVES = 4
# A pronoun does not look farther back than this.
MAX_SENTENCES_BACK = 3


class Slot(msgspec.Struct, frozen=True, order=True):
    """A mention in the order of the text: tokens ``first`` to ``last`` (exclusive) and whom they name."""

    first: int
    last: int
    actor: str


def find_references(document: Document, actors: Sequence[Actor]) -> dict[int, tuple[str, ...]]:
    """Return for each pronoun or word of reference that is clear, by token, the actors it stands for."""
    if not actors:
        return {}
    return dict(_Resolver(document, actors).resolve())


class _Resolver:
    """The actors of a report by where they stand, and what pronouns they may be called by."""

    def __init__(self, document: Document, actors: Sequence[Actor]) -> None:
        self.document = document
        self.tokens = document.tokens
        self.actors = {a.id: a for a in actors}
        self.genders = {a.id: gender_of_actor(a) for a in actors if a.type == "PER"}
        self.states = {a.country: a.id for a in reversed(actors) if a.type == "GPE" and a.country}
        self.slots = _slots(document, actors)
        self.starts = [s.first for s in self.slots]
        self.resolved: dict[int, str] = {}
        self.full = [_is_full(document.tokens, s) for s in document.sentences]

    def resolve(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield token indexes and the actors they stand for, in the order of the text."""
        for sentence in self.document.sentences:
            for k in range(sentence.first, sentence.last):
                word = self.tokens[k].lower
                if word in _SUBJECT or word in _OBJECT or word in {"dieser", "diese"}:
                    found = self._person(k, word, sentence)
                elif word in {"beide", "beiden", "beider"}:
                    found = self._pair(k, sentence)
                elif word == "ihnen" and self.tokens[k].text == word:
                    found = self._several(k, sentence)
                elif word.endswith(_AGED) and word[0].isdigit():
                    found = self._aged(k, sentence)
                elif self.tokens[k].is_capital and word in context_words("counterparts"):
                    found = self._counterpart(k, sentence)
                elif word in {"land", "landes"} and k > sentence.first:
                    found = self._own_land(k, sentence)
                else:
                    continue
                if found:
                    if len(found) == 1:
                        self.resolved[k] = found[0]
                    yield k, found

    def _between(self, first: int, last: int) -> list[Slot]:
        return self.slots[bisect.bisect_left(self.starts, first) : bisect.bisect_left(self.starts, last)]

    def _with_pronouns(self, first: int, last: int) -> list[Slot]:
        """Return the mentions between two tokens, and the pronouns that are resolved."""
        pronouns = [Slot(j, j + 1, self.resolved[j]) for j in range(first, last) if j in self.resolved]
        return sorted(self._between(first, last) + pronouns)

    # --- one person

    def _person(self, k: int, word: str, sentence: Sentence) -> tuple[str, ...]:
        """Return the one person, or the several, that a pronoun of the third person stands for."""
        if word in {"dieser", "diese"}:
            return self._demonstrative(k, word, sentence)
        if self._is_polite(k, sentence) or self._is_possessive(k, word, sentence):
            return ()
        if word == "sie" and self._verb_is_plural(k, sentence):
            return self._several(k, sentence)
        gender = _SUBJECT.get(word) or _OBJECT[word]
        reported = word in _SUBJECT and self._is_reported(k, sentence)
        speaker = self._speaker_after(k, sentence, gender) if reported else None
        return (speaker,) if speaker else self._antecedent(k, word, gender, sentence)

    def _antecedent(self, k: int, word: str, gender: str, sentence: Sentence) -> tuple[str, ...]:
        """Return the nearest person before whom the pronoun can mean, subjects first."""
        barred = self._barred(k, sentence, word)
        for group in self._groups_before(k, sentence):
            fits = [a for a in group if a not in barred and self.genders.get(a, "x") in ("", gender)]
            if fits:
                return (fits[0],)
        opens = word == "sie" and k == sentence.first
        return self._body_meant(sentence) if opens else ()

    def _body_meant(self, sentence: Sentence) -> tuple[str, ...]:
        """Return the one body with a feminine article in the sentence before that ``Sie`` can mean."""
        before = self.document.sentences[sentence.index - 1] if sentence.index else None
        if before is None or not self.full[before.index]:
            return ()
        slots = self._between(before.first, before.last)
        fits = {
            s.actor
            for s in slots
            if s.actor not in self.genders
            and not self._is_several(s)
            and self._article_of(s, before.first) == "die"
        }
        return (fits.pop(),) if len(fits) == 1 else ()

    def _demonstrative(self, k: int, word: str, sentence: Sentence) -> tuple[str, ...]:
        """Return who was named last: ``dieser`` before a verb points to him, ``diese`` to her or to them."""
        verb = next((j for j in (k + 1, k + 2) if j < sentence.last and self._is_verb_behind(j, k)), None)
        if verb is None:
            return ()
        if k == sentence.first and (found := self._pointed(word, verb, sentence)):
            return found
        return self._latest(k, "m" if word == "dieser" else "f", sentence) if verb == k + 1 else ()

    def _is_verb_behind(self, j: int, k: int) -> bool:
        """Whether a finite verb stands at ``j``, with nothing or an adverb behind the pronoun at ``k``."""
        if self.tokens[j].is_capital or not _is_finite(self.tokens[j]):
            return False
        return j == k + 1 or self.tokens[k + 1].lower in context_words("in_turn")

    def _pointed(self, word: str, verb: int, sentence: Sentence) -> tuple[str, ...]:
        """Return whom the sentence before named last, if a demonstrative that opens a sentence can mean him.

        It fits by number and by the article: ``die Polizei ... Diese nahm``, ``die Bauern ... Diese zogen``.
        """
        before = self.document.sentences[sentence.index - 1] if sentence.index else None
        if before is None or not self.full[before.index]:
            return ()
        numbers = {f.number for f in analyse_verb(self.tokens[verb].lower) if f.kind == "finite"}
        for slot in reversed(self._between(before.first, before.last)):
            several = self._is_several(slot)
            if several and word == "diese" and "pl" in numbers:
                return (slot.actor,)
            if not several and "sg" in numbers and self._fits_article(slot, word, before.first):
                return (slot.actor,)
        return ()

    def _is_several(self, slot: Slot) -> bool:
        """Whether a mention names several: a group, or what has its article and verb in the plural."""
        actor = self.actors[slot.actor]
        return actor.type == "GROUP" or (actor.type == "GPE" and actor.country in _PLURAL_STATES)

    def _fits_article(self, slot: Slot, word: str, first: int) -> bool:
        """Whether a mention has an article of the gender of ``dieser`` or ``diese``."""
        gender = self.genders.get(slot.actor)
        wanted = "m" if word == "dieser" else "f"
        if gender is not None:
            return gender in ("", wanted)
        return self._article_of(slot, first) in (_MASCULINE if wanted == "m" else _FEMININE)

    def _article_of(self, slot: Slot, first: int) -> str:
        """Return the article before a mention, but not before the token ``first``; empty if it has none."""
        near = range(slot.first - 1, max(first, slot.first - 4) - 1, -1)
        return next((w for j in near if (w := self.tokens[j].lower) in _ARTICLES), "")

    def _aged(self, k: int, sentence: Sentence) -> tuple[str, ...]:
        """Return the person named last before ``der 53-Jährige``, with the gender of the article."""
        article = self.tokens[k - 1].lower if k > sentence.first else ""
        gender = {"der": "m", "dem": "m", "den": "m", "des": "m", "die": "f"}.get(article)
        return self._latest(k, gender, sentence) if gender else ()

    def _is_polite(self, k: int, sentence: Sentence) -> bool:
        """Whether ``Sie`` inside a sentence is the polite form."""
        return self.tokens[k].text == "Sie" and k > sentence.first and not self._opens_quote(k)

    def _is_possessive(self, k: int, word: str, sentence: Sentence) -> bool:
        """Whether ``ihr`` belongs to a noun that follows."""
        return word == "ihr" and k + 1 < sentence.last and not _may_follow_pronoun(self.tokens[k + 1])

    def _groups_before(self, k: int, sentence: Sentence) -> Iterator[list[str]]:
        """Yield the persons of this sentence before ``k``, then of the sentences before, subjects first."""
        yield self._persons(sentence.first, k)
        for back in range(1, MAX_SENTENCES_BACK + 1):
            n = sentence.index - back
            if n < 0:
                return
            if not self.full[n]:
                continue
            before = self.document.sentences[n]
            span = range(before.first, before.last) if back == 1 else range(0)
            resolved = [self.resolved[j] for j in span if j in self.resolved]
            yield list(dict.fromkeys(resolved + self._persons(before.first, before.last)))

    def _persons(self, first: int, last: int) -> list[str]:
        slots = [s for s in self._between(first, last) if s.actor in self.genders]
        slots.sort(key=lambda s: (self._is_oblique(s.first, first), s.first))
        return list(dict.fromkeys(s.actor for s in slots))

    def _is_oblique(self, i: int, first: int) -> bool:
        """Whether a preposition or a genitive article stands before the mention: it is no subject."""
        near = self.tokens[max(first, i - 3) : i]
        return any(token.lower in context_words("oblique") for token in near)

    def _barred(self, k: int, sentence: Sentence, word: str) -> set[str]:
        """Return who cannot be meant: whom another pronoun of the clause means, and its subject."""
        barred: set[str] = set()
        j = k - 1
        while j >= sentence.first and self.tokens[j].text not in {",", ";", ":", "–"}:
            if j in self.resolved:
                barred.add(self.resolved[j])
            if word in _OBJECT and self._opens_conjunct(j, sentence):
                break
            j -= 1
        if word in _OBJECT and self._opens_conjunct(j, sentence):
            barred.update(self._subject_before(j, sentence))
        if word in _SUBJECT:
            # "Präsident Carter ersuchte er": whoever stands before the verb is its object then.
            barred.update(s.actor for s in self._between(j + 1, k) if s.last == k - 1)
        if word in _OBJECT:
            barred.update(s.actor for s in self._between(j + 1, k))
            end = self._clause_end(k, sentence)
            barred.update(s.actor for s in self._between(k, end))
        return barred

    def _opens_conjunct(self, j: int, sentence: Sentence) -> bool:
        """Whether a finite verb stands behind ``und`` or a comma at ``j``: its subject is that before it.

        ``Merkel sprach mit Putin und bat ihn``: whom she spoke with is not her.
        """
        if not sentence.first < j < sentence.last - 1:
            return False
        # "Wenn Trump verurteilt wird, droht ihm Haft": the verb behind a clause has a subject of its own.
        depends = self.tokens[sentence.first].lower in words_of("sub")
        opens = self.tokens[j].lower in _JOINTS or (self.tokens[j].text == "," and not depends)
        verb = self.tokens[j + 1]
        return opens and not verb.is_capital and _is_finite(verb) and verb.lower not in all_function_words()

    def _subject_before(self, j: int, sentence: Sentence) -> tuple[str, ...]:
        """Return the person of a sentence before ``j`` who is most likely the subject."""
        return tuple(self._persons(sentence.first, j)[:1])

    def _clause_end(self, k: int, sentence: Sentence) -> int:
        while k < sentence.last and self.tokens[k].text not in {",", ";", ":", "–"}:
            k += 1
        return k

    def _latest(self, k: int, gender: str, sentence: Sentence) -> tuple[str, ...]:
        """Return the person named last before ``k``: what ``dieser`` points to."""
        n = max(0, sentence.index - 1)
        slots = [
            s
            for s in self._between(self.document.sentences[n].first, k)
            if self.genders.get(s.actor, "x") in ("", gender)
        ]
        return (slots[-1].actor,) if slots else ()

    def _speaker_after(self, k: int, sentence: Sentence, gender: str) -> str | None:
        """Return who says the clause of ``k`` in the same sentence: ``Er habe ..., sagte Rubio``."""
        for slot in self._between(k + 1, sentence.last):
            verb = self.tokens[slot.first - 1]
            for j in range(slot.first - 1, max(k, slot.first - 5), -1):
                verb = self.tokens[j]
                if any(
                    (f.kind == "finite" and f.lemma in context_words("speech_verbs")) or f.particle
                    for f in analyse_verb(verb.lower)
                ):
                    break
            else:
                continue
            if (
                j > k
                and self.tokens[j - 1].text in {",", "“", "”", '"', "«", "»", "’"}
                and self.genders.get(slot.actor, "x") in ("", gender)
            ):
                return slot.actor
        return None

    def _is_reported(self, k: int, sentence: Sentence) -> bool:
        """Whether the clause of ``k`` stands in the Konjunktiv: only then is ``er`` who speaks behind it.

        The past of weak verbs looks like its Konjunktiv and is none: ``sicherte er zu, sagte sein Sprecher``.
        """
        for j in range(max(sentence.first, k - 2), sentence.last):
            token = self.tokens[j]
            if j > k and token.text in {",", ":", "–"}:
                return False
            forms = [f for f in analyse_verb(token.lower) if f.kind == "finite" and f.number != "1sg"]
            if forms and all(f.mood != "ind" for f in forms):
                return True
        return False

    def _opens_quote(self, k: int) -> bool:
        return self.tokens[k - 1].text in {"„", "“", '"', "»", ":"}

    def _verb_is_plural(self, k: int, sentence: Sentence) -> bool:
        """Whether the verb next to ``sie`` is plural."""
        for j in (k + 1, k - 1):
            if sentence.first <= j < sentence.last:
                forms = [f for f in analyse_verb(self.tokens[j].lower) if f.kind == "finite"]
                if forms:
                    return all(f.number == "pl" for f in forms)
        for j in range(k + 1, self._clause_end(k, sentence)):
            forms = [f for f in analyse_verb(self.tokens[j].lower) if f.kind == "finite"]
            if forms and j + 1 < len(self.tokens) and self.tokens[j + 1].text in {",", "."}:
                return all(f.number == "pl" for f in forms)
        return False

    # --- by whose they are

    def _owners(self, k: int, sentence: Sentence) -> list[str]:
        """Return whom the possessive right before a noun at ``k`` may mean: persons named before, the nearest
        first, of the sentence and else of the one before."""
        j = k - 1
        while (
            j > sentence.first
            and k - j < _MAX_ADJECTIVES
            and self.tokens[j].lower.endswith(("en", "er", "e"))
        ):
            if self.tokens[j].lower in words_of("poss"):
                break
            j -= 1
        possessive = self.tokens[j].lower
        if possessive not in words_of("poss") or not possessive.startswith(("sein", "ihr")):
            return []
        wanted = "m" if possessive.startswith("sein") else "f"
        spans = [(sentence.first, j)]
        if sentence.index and self.full[sentence.index - 1]:
            before = self.document.sentences[sentence.index - 1]
            spans.append((before.first, before.last))
        for first, last in spans:
            slots = self._with_pronouns(first, last)
            found = [s.actor for s in slots if self.genders.get(s.actor, "x") in ("", wanted)]
            if found:
                return list(dict.fromkeys(found))
        return []

    def _counterpart(self, k: int, sentence: Sentence) -> tuple[str, ...]:
        """Return whom ``seinen Gesprächspartner`` means: the one person beside whose partner he is."""
        owners = self._owners(k, sentence)
        if not owners:
            return ()
        for n in (sentence.index, sentence.index - 1):
            if n < 0:
                break
            current = self.document.sentences[n]
            slots = self._with_pronouns(current.first, min(k, current.last))
            others = {s.actor for s in slots if s.actor in self.genders} - {owners[0]}
            if others:
                return (others.pop(),) if len(others) == 1 else ()
        return ()

    def _own_land(self, k: int, sentence: Sentence) -> tuple[str, ...]:
        """Return the state of whom ``sein Land`` belongs to, or himself if the report does not name it."""
        owners = self._owners(k, sentence)
        if not owners:
            return ()
        country = self.actors[owners[0]].country
        return (self.states.get(country or "", owners[0]),)

    # --- several

    def _several(self, k: int, sentence: Sentence) -> tuple[str, ...]:
        """Return the group or the coordinated actors named last before ``k``."""
        for n in (sentence.index, sentence.index - 1):
            if n < 0:
                break
            current = self.document.sentences[n]
            slots = self._between(current.first, min(k, current.last))
            for slot in reversed(slots):
                if self.actors[slot.actor].type == "GROUP":
                    return (slot.actor,)
            if pair := self._joined(slots):
                return pair
        return ()

    def _joined(self, slots: list[Slot]) -> tuple[str, ...]:
        """Return the last two different actors that ``und`` or ``mit`` joins."""
        for a, b in reversed(list(itertools.pairwise(slots))):
            if (
                a.actor != b.actor
                and any(t.lower == "und" for t in self.tokens[a.last : b.first])
                and b.first - a.last <= 4
            ):
                return (a.actor, b.actor)
        return ()

    def _pair(self, k: int, sentence: Sentence) -> tuple[str, ...]:
        """Return the two that ``beide Seiten`` or ``die beiden`` means: those who last acted together."""
        following = self.tokens[k + 1] if k + 1 < sentence.last else None
        noun = following.lower if following and following.is_capital else ""
        if noun and noun not in context_words("pair_nouns"):
            return ()
        wanted = "GPE" if noun in context_words("pair_states") else ""
        if noun in context_words("pair_bodies"):
            wanted = "ORG"
        for n in range(sentence.index, max(-1, sentence.index - 4), -1):
            current = self.document.sentences[n]
            if not self.full[n]:
                continue
            slots = self._with_pronouns(current.first, min(k, current.last))
            if pair := self._two(slots, wanted):
                return pair
        return ()

    def _two(self, slots: list[Slot], wanted: str) -> tuple[str, ...]:
        """Return the two actors of one kind among the slots, if they are joined or there are only two."""
        for kind in (wanted,) if wanted else ("GPE", "PER"):
            same = [s for s in slots if self.actors[s.actor].type == kind]
            if pair := self._joined(same):
                return pair
            different = list(dict.fromkeys(s.actor for s in same))
            countries = {self.actors[a].country for a in different}
            if len(different) == 2 and len(countries) == 2:
                return (different[0], different[1])
        return ()


def gender_of_actor(actor: Actor) -> str:
    """Return m or f by the actor's office and first name, empty if they do not tell."""
    for mention in actor.mentions:
        for word in mention.text.split():
            form = noun_of(word)
            if form and form.noun.kind == "person":
                return "f" if form.feminine else "m" if not word.endswith(("e", "en")) else ""
    return first_name_genders().get(actor.name.split(" ")[0], "")


def _slots(document: Document, actors: Sequence[Actor]) -> list[Slot]:
    """Return the mentions of all actors as slots, sorted."""
    index = index_actors(document, tuple(actors))
    slots: list[Slot] = []
    for actor in actors:
        for mention in actor.mentions:
            k = document.token_at(mention.start)
            last = k
            while last < len(document.tokens) and document.tokens[last].start < mention.end:
                last += 1
            if index.get(k) == actor.id:
                slots.append(Slot(k, last, actor.id))
    return sorted(slots)


def _is_full(tokens: Sequence[Token], sentence: Sentence) -> bool:
    """Whether the sentence ends as one: a heading does not, and what it names is no one's subject."""
    return any(
        t.text in {".", "!", "?", ":", "…"}
        for t in tokens[max(sentence.first, sentence.last - 3) : sentence.last]
    )


def _is_finite(token: Token) -> bool:
    return any(f.kind == "finite" for f in analyse_verb(token.lower))


def _may_follow_pronoun(token: Token) -> bool:
    """Whether the word can stand after the dative ``ihr``: no adjective or noun does."""
    return not token.is_capital and not token.lower.endswith(("e", "en", "er", "es", "em"))
