"""Lemmas: the form that a dictionary has, by simplemma's lists, by the package's own forms for verbs.

The lists take a second to load, so they are loaded when the first lemma is asked for.
"""

from __future__ import annotations

import functools

import msgspec

from depesche.language.analysis import Analysis, Word
from depesche.language.document import Document
from depesche.language.verbs import analyse_verb

_VERBS = frozenset({"VERB", "AUX"})
_NOUNS = frozenset({"NOUN", "PROPN"})
_BARE = frozenset({"PUNCT", "NUM", "SYM", "X", ""})


def fill_lemmas(document: Document) -> Document:
    """Return the document with lemmas in its analysis, if it has one."""
    if document.analysis is None:
        return document
    return msgspec.structs.replace(document, analysis=with_lemmas(document, document.analysis))


def with_lemmas(document: Document, analysis: Analysis) -> Analysis:
    """Return the analysis with the lemma of every word that has none; a particle goes to its verb."""
    words = analysis.words
    if all(word.lemma for word in words):
        return analysis
    particles = {
        word.head: document.tokens[i].lower
        for i, word in enumerate(words)
        if word.relation == "compound:prt" and word.head != i
    }
    filled = (
        word if word.lemma else _fill(word, document.tokens[i].text, particles.get(i, ""))
        for i, word in enumerate(words)
    )
    return msgspec.structs.replace(analysis, words=tuple(filled))


def _fill(word: Word, form: str, particle: str) -> Word:
    return msgspec.structs.replace(word, lemma=find_lemma(form, word.upos, particle))


@functools.lru_cache(maxsize=65_536)
def find_lemma(form: str, upos: str, particle: str = "") -> str:
    """Return the lemma of a form with its part of speech; ``particle`` stands apart from its verb.

    >>> find_lemma("Gesprächen", "NOUN"), find_lemma("warf", "VERB", "vor"), find_lemma("Dem", "DET")
    ('Gespräch', 'vorwerfen', 'der')
    """
    if upos in _BARE or len(form) > 60 or not form.strip():
        return form
    if upos in _VERBS:
        return _verb(form.lower(), particle)
    return _listed(form if upos in _NOUNS else form.lower())


def _verb(form: str, particle: str) -> str:
    lemmas = {found.lemma for found in analyse_verb(form) if found.particle == particle}
    if len(lemmas) == 1:
        return lemmas.pop()
    simple = _listed(form)
    return simple if simple in lemmas or not particle else particle + simple


def _listed(form: str) -> str:
    import simplemma  # noqa: PLC0415

    return str(simplemma.lemmatize(form, lang="de"))
