"""Whom the words of a source mean that name no actor: ``nach eigenen Angaben``, ``Behördenangaben``.

The words of a source mostly name who speaks. Where they do not, they say by what belongs to them whose word
it is: the subject's own, that of who was spoken of before, of a state, of a town's state, or of the officials
where something happens. Words that say none of this (``Medienberichten zufolge``) leave it open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from depesche.find.actors.regions import is_region
from depesche.find.events.frames import event_words
from depesche.find.quotations.words import is_noun_of_saying
from depesche.find.references import gender_of_actor
from depesche.language.chunks import Chunk, is_postposed
from depesche.language.function_words import words_of
from depesche.language.states import countries_of_adjective
from depesche.language.tokens import QUOTES
from depesche.language.word_classes import word_class, word_ends
from depesche.reading import Actor, Quotation, Voice

if TYPE_CHECKING:  # a scene asks here who speaks
    from depesche.find.events.scene import Scene

# Of which sector officials are by what their compound begins with.
_SECTORS = {"polizei": "COP", "militär": "MIL", "armee": "MIL", "justiz": "JUD"}
# Whose "Büro" it is stands at most so many sentences before.
_SENTENCES_BACK = 2
# Only so many clauses of a sentence, or phrases of a clause, are looked through for a subject.
_CLAUSES = 12
# So many words around a source may tell where something happens.
_NEAR = 60
# Which possessive goes with a subject by its article.
_ARTICLES = {"der": "sein", "das": "sein", "ein": "sein", "die": "ihr", "eine": "ihr"}


def speaker_in(scene: Scene, voice: Voice) -> str | None:
    """Return the actor whom words mean that name none, None where they leave it open."""
    document = scene.document
    first, last = document.token_at(voice.start), document.token_at(voice.end - 1) + 1
    if any(document.tokens[i].text in QUOTES for i in range(first, last)):
        return None  # "laut der Londoner „Times“": the name of a paper, which is no state's word
    for i in range(first, last):
        word = document.tokens[i].lower
        possessive = _possessive(word)
        if word in event_words("own"):
            return _subject_beside(scene, i, first, last)
        if possessive is not None and i not in scene.findings.references:
            return _owner(scene, i, possessive)
        if is_official(word) and not countries_of_adjective(document.tokens[i].text):
            here = _country_here(scene, i, first, last)
            return scene.official_of(here, _sector(word)) if here else None
        if (named := _named_by(scene, i)) is not None:
            return named
    return _author(scene, first, last)


def _author(scene: Scene, first: int, last: int) -> str | None:
    """Return whose a text is that is named for the first time: ``veröffentlichte einen Bericht, in dem ...``.

    It is that of the subject which brings it, or, where nobody does (``hieß es in einer Mitteilung``), of
    the subject of the sentence before in the paragraph.
    """
    document, clause = scene.document, scene.clause_at(first)
    if clause is None or not any(_is_text(document.tokens[i].lower) for i in range(first, last)):
        return None
    chunk = clause.chunk_at(first)
    if clause.lemma != "heißen":
        # "laut einem Bericht griff Peru an", "einem Bericht zufolge griff Peru an": not Peru's word.
        apart = chunk is None or chunk.prep or is_postposed(document.tokens, last)
        return None if apart else _subject_beside(scene, first, first, last)
    sentence = document.sentence_of(first)
    if document.opens_paragraph(sentence):
        return None
    before = document.sentences[sentence.index - 1]
    subjects = (c.subject for c in scene.sentence_clauses(before.first)[:_CLAUSES] if c.kind == "main")
    return next((who[0] for s in subjects if s is not None and (who := scene.actors_of(s))), None)


def _is_text(word: str) -> bool:
    return is_noun_of_saying(word, "text")


def _named_by(scene: Scene, token: int) -> str | None:
    """Return whom a word names in passing: ``er``, ``sudanesischen``, ``UNHCR-Angaben``, ``aus Kiew``."""
    if token in scene.findings.references:
        return next(iter(scene.findings.references[token]), None)
    country = next(iter(countries_of_adjective(scene.document.tokens[token].text)), None)
    named = () if country else scene.by_first_part(token)
    country = country or (None if named else _country_at(scene, token))
    return scene.official_of(country) if country else next(iter(named), None)


def cited_in(scene: Scene, quotation: Quotation) -> str | None:
    """Return to whom the frame of a quotation refers: ``meldete Reuters unter Berufung auf Kiew``."""
    document = scene.document
    for span in quotation.frame:
        first = document.token_at(span.start)
        last = min(document.token_at(span.end - 1) + 1, first + _NEAR)
        for i in range(first + 1, last - 1):
            words = (document.tokens[k].lower for k in (i - 1, i, i + 1))
            if " ".join(words) in word_class("referring"):
                return next(iter(_named_behind(scene, i + 1)), None)
    return None


def _named_behind(scene: Scene, token: int) -> tuple[str, ...]:
    """Return the actors of the phrase that a preposition opens."""
    clause = scene.clause_at(token)
    chunk = clause.chunk_at(token) if clause else None
    if clause is None or chunk is None:
        return ()
    return scene.actors_of(chunk) or scene.owners_of(clause, chunk)


def is_official(word: str) -> bool:
    """Whether a lower-case word makes something that of officials: ``regierungsangaben``, ``amtlichen``."""
    if word in word_class("official-words"):
        return True
    return word.endswith(word_ends("told-ends")) and word.startswith(word_ends("official-parts"))


def _sector(word: str) -> str | None:
    return next((sector for part, sector in _SECTORS.items() if word.startswith(part)), None)


def _possessive(word: str) -> str | None:
    """Return ``sein`` or ``ihr`` for a lower-case form of it, None for other words."""
    if word not in words_of("poss"):
        return None
    return "sein" if word.startswith("sein") else "ihr" if word.startswith("ihr") else None


def _subject_beside(scene: Scene, token: int, first: int, last: int) -> str | None:
    """Return who does what a clause tells whose source stands at ``first`` to ``last``: it is his own word.

    ``Eigenen Angaben zufolge griff Russland an`` begins with what looks like a subject.
    """
    clause = scene.clause_at(token)
    if clause is None:
        return None
    chunks = (c for c in clause.chunks[:_CLAUSES] if not c.prep and not c.genitive and "n" in c.cases)
    for subject in (clause.subject, *chunks):
        if subject is not None and not first <= subject.head < last and (who := scene.actors_of(subject)):
            return who[0]
    return None


def _owner(scene: Scene, token: int, possessive: str) -> str | None:
    """Return whose something is by ``sein`` or ``ihr``: the subject before that the word can mean."""
    for subject in _subjects_before(scene, token):
        for id_ in scene.actors_of(subject):
            if _may_own(scene, subject, scene.cast[id_], possessive):
                return id_
    return None


def _may_own(scene: Scene, subject: Chunk, actor: Actor, possessive: str) -> bool:
    """Whether ``sein`` or ``ihr`` can mean a subject, by its article, or by who it is."""
    article = scene.document.tokens[subject.first].lower
    if article in _ARTICLES:
        return _ARTICLES[article] == possessive
    if actor.type == "PER":
        return gender_of_actor(actor) != ("f" if possessive == "sein" else "m")
    # States and cities without an article are neuter.
    return actor.type != "GPE" or possessive == "sein"


def _subjects_before(scene: Scene, token: int) -> Iterator[Chunk]:
    """Yield the subjects before a token in its sentence, then of the main clauses in those before."""
    document = scene.document
    for clause in scene.sentence_clauses(token)[:_CLAUSES]:
        if clause.subject is not None and clause.subject.last <= token:
            yield clause.subject
    at = document.sentence_at(document.tokens[token].start)
    for back in range(at - 1, max(-1, at - 1 - _SENTENCES_BACK), -1):
        for clause in scene.sentence_clauses(document.sentences[back].first)[:_CLAUSES]:
            if clause.subject is not None and clause.kind == "main":
                yield clause.subject


def _country_at(scene: Scene, token: int) -> str | None:
    """Return the state of the place that a token names."""
    place = scene.places_at.get(token)
    return place.country if place else None


def _country_here(scene: Scene, token: int, first: int, last: int) -> str | None:
    """Return the state where a clause happens whose source stands at ``first`` to ``last``.

    It is that of the places and adjectives of the clause if all are of one, else of its subject;
    ``offiziell`` is either side's.
    """
    clause = scene.clause_at(token)
    if clause is None:
        return None
    near = (i for i in range(token - _NEAR, token + _NEAR) if scene.clause_at(i) is clause)
    states = {country for i in near for country in _countries_beside(scene, i)}
    if states:
        return states.pop() if len(states) == 1 else None
    either = scene.document.tokens[token].lower in word_class("official-words")
    who = None if either else _subject_beside(scene, token, first, last)
    return scene.countries.get(who) if who else None


def _countries_beside(scene: Scene, token: int) -> tuple[str, ...]:
    """Return the states of which a word says that something is there: ``in Helmand``, ``afghanische``."""
    place = _country_at(scene, token) if _is_scene(scene, token) else None
    return (place,) if place else countries_of_adjective(scene.document.tokens[token].text)


def _is_scene(scene: Scene, token: int) -> bool:
    """Whether a token names nobody who acts, so that a place it names is only where something is."""
    actor = scene.actors_at.get(token)
    return actor is None or is_region(scene.cast[actor])
