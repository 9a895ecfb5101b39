"""Which clauses have a verb of saying, and who speaks to whom in them."""

from __future__ import annotations

from depesche.find.quotations.passages import Passage, Range, noun_phrase
from depesche.find.quotations.words import VerbClass, is_noun_of_saying, needed_words, verb_classes
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.language.word_classes import word_class

SPEECH: frozenset[VerbClass] = frozenset({"say", "ask", "accuse"})


def speech_classes(passage: Passage, clause: Clause) -> frozenset[VerbClass]:
    """Return the classes of the clause's verb of saying; none if it is quoted itself."""
    if not clause.verb:
        return frozenset()
    lemma = clause.lemma
    classes = verb_classes().get(lemma, frozenset())
    told = (lemma == "heißen" and _has_es(passage, clause)) or _let_know(passage, clause) is not None
    if told or is_heard(passage, clause) or is_convinced(passage, clause):
        classes = frozenset({"say"})
    if not classes or passage.quoted(clause.verb[0]):
        return frozenset()
    needed = needed_words().get(lemma)
    if needed and not any(passage.tokens[i].lower in needed for i in clause.tokens):
        return frozenset()
    return classes


def _let_know(passage: Passage, clause: Clause) -> int | None:
    """Return the verb that ``lassen`` makes one of saying: ``ließ wissen``, ``ließ ausrichten``."""
    if clause.finite is None or clause.lemma not in {"lassen", "wissenlassen", *word_class("told-by")}:
        return None
    if not passage.tokens[clause.finite].lower.startswith(("lass", "läss", "ließ", "liess")):
        return None
    return next((i for i in clause.tokens if passage.tokens[i].lower in word_class("told-by")), None)


def is_convinced(passage: Passage, clause: Clause) -> bool:
    """Whether a participle only says what somebody thinks: ``Beobachter sind überzeugt, dass ...``."""
    if clause.voice != "passive" or clause.finite is None or clause.subject is None:
        return False
    being = passage.tokens[clause.finite].lower in {"bin", "ist", "sind", "war", "waren", "sei", "seien"}
    return being and passage.tokens[clause.verb[0]].lower in needed_words().get("zeigen", ())


def is_heard(passage: Passage, clause: Clause) -> bool:
    """Whether a clause only says where something was heard: ``aus Brüssel war zu hören``."""
    if clause.lemma not in word_class("heard-verbs") or clause.finite is None or clause.subject is not None:
        return False
    verb = clause.verb[0]
    return (
        passage.tokens[clause.finite].lower in {"ist", "war", "sei"}
        and passage.tokens[verb - 1].lower == "zu"
        and any(c.prep in {"in", "im", "aus", "von", "vom", "bei", "beim"} for c in clause.chunks)
    )


def _has_es(passage: Passage, clause: Clause) -> bool:
    return any(passage.tokens[i].lower == "es" for i in clause.tokens) or clause.subject is None


def cue_of(passage: Passage, clause: Clause, subject: Chunk | None) -> tuple[int, ...]:
    """Return the tokens that say that it is said: the verb with all its parts."""
    cue = {*clause.verb}
    if clause.finite is not None:
        cue.add(clause.finite)
    let = _let_know(passage, clause)
    if let is not None:
        cue.add(let)
    if clause.lemma == "heißen":
        cue |= {i for i in clause.tokens if passage.tokens[i].lower == "es" and abs(i - clause.verb[0]) == 1}
    return tuple(sorted(i for i in cue if i >= 0))


def speaker_of(passage: Passage, clause: Clause, subject: Chunk | None) -> Range | None:
    """Return the words that name the speaker in a clause with a verb of saying, or None."""
    tokens = passage.tokens
    if clause.voice == "passive" and not is_convinced(passage, clause):
        agent = next((c for c in clause.chunks if c.prep in {"von", "vom"}), None) or next(
            (c for c in clause.chunks if c.prep in {"in", "im", "aus"} and _is_medium(passage, c)), None
        )
        agent = agent or _text_before(passage, clause)
        return noun_phrase(passage, agent) if agent else None
    impersonal = subject is None or tokens[subject.head].lower == "es"
    if impersonal or clause.lemma in {"verlauten", "heißen"} or is_heard(passage, clause):
        place = next(
            (
                c
                for c in clause.chunks
                if c.prep in {"in", "im", "aus", "von", "vom", "bei", "beim"} and not c.pronoun
            ),
            _text_before(passage, clause),
        )
        return noun_phrase(passage, place) if place else None
    assert subject is not None
    if clause.lemma == "zitieren":
        # "…, zitierte die Zeitung einen Minister": who is quoted says it.
        quoted = (c for c in clause.chunks if c != subject and not c.prep and not c.genitive)
        named = next((c for c in quoted if c.cases in {"a", "ad"}), None)
        if named is not None and not named.pronoun:
            return noun_phrase(passage, named)
    if clause.kind == "rel" and clause.pronoun == subject.head and clause.antecedent:
        return noun_phrase(passage, clause.antecedent)
    if _dative_behind(passage, clause, subject) is not None:
        return noun_phrase(passage, subject, alone=True)
    return noun_phrase(passage, subject)


def _text_before(passage: Passage, clause: Clause) -> Chunk | None:
    """Return the text that a relative clause says something of: ``ein Brief, in dem es heißt``."""
    text = clause.antecedent if clause.kind == "rel" else None
    named = text is not None and (_is_medium(passage, text) or _is_text(passage, text))
    return text if named else None


def _is_text(passage: Passage, chunk: Chunk) -> bool:
    return is_noun_of_saying(passage.tokens[chunk.head].lower, "text")


def _dative_behind(passage: Passage, clause: Clause, subject: Chunk) -> Chunk | None:
    """Return the chunk behind the subject that looks like its genitive and is the verb's dative.

    ``Des Weiteren wirft die OSZE der Kommission vor``: the verb wants a dative and there is no other.
    """
    if (
        clause.lemma not in word_class("said-to-dative")
        or clause.finite is None
        or subject.first < clause.finite
    ):
        return None
    if any(c.cases == "d" and not c.prep and not c.genitive for c in clause.chunks):
        return None
    following = next((c for c in clause.chunks if c.first == subject.last and c.genitive), None)
    dative = following is not None and passage.tokens[following.first].lower in {
        "der",
        "einer",
        "ihrer",
        "seiner",
    }
    return following if dative else None


def _is_medium(passage: Passage, chunk: Chunk) -> bool:
    return is_noun_of_saying(passage.tokens[chunk.head].lower, "nach")


def is_anonymous(passage: Passage, clause: Clause) -> bool:
    """Whether the clause hides who speaks: a passive, or ``es`` that stands for nobody."""
    return clause.lemma not in {"heißen", "verlauten"} and (
        clause.voice == "passive" or clause.subject is not None
    )


def addressee_of(passage: Passage, clause: Clause) -> Range | None:
    """Return the words in a clause with an act of speech that name who is spoken to, or None."""
    if clause.lemma not in word_class("said-to-accusative") | word_class("said-to-dative") | {
        "fordern",
        "verlangen",
        "appellieren",
    }:
        return None
    return addressee_within(passage, clause, clause.subject, clause.first, clause.last)


def addressee_within(
    passage: Passage, clause: Clause, subject: Chunk | None, first: int, last: int
) -> Range | None:
    """Return the words in the frame that name who is spoken to, or None."""
    want = "a" if clause.lemma in word_class("said-to-accusative") else "d"
    dative = _dative_behind(passage, clause, subject) if subject is not None else None
    if dative is not None:
        return noun_phrase(passage, dative)
    for chunk in clause.chunks:
        if not first <= chunk.first < last or chunk == subject or chunk.genitive or chunk.joined:
            continue
        if chunk.prep == "gegenüber" or (chunk.prep == "an" and clause.lemma in {"appellieren", "schreiben"}):
            return noun_phrase(passage, chunk)
        if chunk.prep == "vor" and passage.tokens[chunk.head].lower in word_class("listeners"):
            return noun_phrase(passage, chunk)
        if chunk.prep in {"von", "vom"} and clause.lemma in {"fordern", "verlangen"}:
            return noun_phrase(passage, chunk)
        if not chunk.prep and not chunk.pronoun and want in chunk.cases and _is_object(passage, chunk, want):
            return noun_phrase(passage, chunk)
    return None


def _is_object(passage: Passage, chunk: Chunk, case: str) -> bool:
    """Whether a chunk is surely an object in the case: by its article; any for an accusative verb."""
    word = passage.tokens[chunk.first].lower
    if passage.tokens[chunk.head].lower in word_class("listeners"):
        return True
    if word in words_of("det") or word in words_of("poss"):
        return "n" not in chunk.cases or case == "a"
    return case == "a"
