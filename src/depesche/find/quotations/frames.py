"""Reporting frames: the clauses and phrases that say who says it, and where what is said stands.

A frame stands before its content (``X sagte, …``), behind it (``…, sagte X``), inside it, or is a
phrase (``laut X``, ``nach Angaben von X``, ``X zufolge``, ``so X``, ``wie X mitteilte``).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from depesche.find.quotations.passages import DIVIDERS, STOPS, Passage, Range, noun_phrase
from depesche.find.quotations.words import (
    VerbClass,
    is_noun_of_saying,
    needed_words,
    phrase_words,
    speech_acts,
    verb_classes,
)
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of

_CONTENT_OPENERS = frozenset(
    """dass daß ob wer wen wem was wie wo wann warum weshalb wieso woher wohin wodurch wofür womit woran worauf
    welche welcher welches welchen welchem inwieweit inwiefern""".split()
)
_SPEECH: frozenset[VerbClass] = frozenset({"say", "ask", "accuse"})


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A reporting frame. All numbers are token indexes, ends exclusive.

    ``content`` is the stretches in which the content stands; they may hold the frame, which is then cut out.
    ``back`` says that no speaker is named here, so that the last one speaks on. ``inner`` marks
    a frame that is itself said in somebody's words.
    """

    rule: str
    cue: tuple[int, ...]
    first: int
    last: int
    content: tuple[Range, ...]
    speaker: Range | None = None
    addressee: Range | None = None
    back: bool = False
    inner: bool = False
    direct: bool = False


def addressee_of(passage: Passage, clause: Clause) -> Range | None:
    """Return the words in a clause with an act of speech that name who is spoken to, or None."""
    return _addressee(passage, clause, clause.subject, clause.first, clause.last)


def find_frames(passage: Passage) -> list[Frame]:
    """Return the frames of a sentence, in order of their first tokens."""
    frames = list(_verb_frames(passage))
    frames += _noun_frames(passage, frames)
    frames += _so_frames(passage)
    frames += [f for f in _phrase_frames(passage) if not any(_behind(o) and _within(f, o) for o in frames)]
    return sorted(frames, key=lambda f: (f.first, f.last))


def _behind(frame: Frame) -> bool:
    return frame.rule in {"quotations/verb-behind", "quotations/so"}


def _within(inner: Frame, outer: Frame) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


# --- verbs ----------------------------------------------------------------------------------------


def _verb_frames(passage: Passage) -> Iterator[Frame]:
    for k, clause in enumerate(passage.clauses):
        classes = speech_classes(passage, clause)
        if not classes:
            continue
        frame = None
        if clause.kind == "sub" and clause.opener == "wie":
            if classes & {"say", "ask"}:
                frame = _wie_frame(passage, clause)
        elif _stands_behind(passage, clause):
            frame = _frame_behind(passage, clause)
        if frame is None:
            frame = _frame_before(passage, k, clause, classes) or _frame_after(passage, clause, classes)
        if frame is not None:
            yield frame


def speech_classes(passage: Passage, clause: Clause) -> frozenset[VerbClass]:
    """Return the classes of the clause's verb of saying; none if it is quoted itself."""
    if not clause.verb:
        return frozenset()
    lemma = clause.lemma
    classes = verb_classes().get(lemma, frozenset())
    if (lemma == "heißen" and _has_es(passage, clause)) or _let_know(passage, clause) is not None:
        classes = frozenset({"say"})
    if not classes or passage.quoted(clause.verb[0]):
        return frozenset()
    needed = needed_words().get(lemma)
    if needed and not any(passage.tokens[i].lower in needed for i in clause.tokens):
        return frozenset()
    return classes


_KNOWING = frozenset(
    {"wissen", "ausrichten", "verlauten", "durchblicken", "erklären", "mitteilen", "verbreiten"}
)


def _let_know(passage: Passage, clause: Clause) -> int | None:
    """Return the verb that ``lassen`` makes one of saying: ``ließ wissen``, ``ließ ausrichten``."""
    if clause.finite is None or clause.lemma not in {"lassen", *_KNOWING}:
        return None
    if not passage.tokens[clause.finite].lower.startswith(("lass", "läss", "ließ")):
        return None
    return next((i for i in clause.tokens if passage.tokens[i].lower in _KNOWING), None)


def _has_es(passage: Passage, clause: Clause) -> bool:
    return any(passage.tokens[i].lower == "es" for i in clause.tokens) or clause.subject is None


def _stands_behind(passage: Passage, clause: Clause) -> bool:
    """Whether the finite verb opens its stretch behind a comma or closing mark: ``…, sagte X``."""
    i = clause.finite
    if (
        i is None
        or i <= passage.first
        or clause.kind not in {"main", "bare", "sub"}
        or clause.mood == "subj1"
    ):
        return False
    end = _before_verb(passage, i)
    if end is None:
        return False
    if not _can_be_content(passage, _content_start(passage, end), end) and not _is_inserted(passage, clause):
        return False
    subject = _subject_behind(passage, clause)
    if subject is None:
        return clause.voice == "passive"
    return not _is_second_act(passage, clause, subject)


def _is_second_act(passage: Passage, clause: Clause, subject: Chunk) -> bool:
    """Whether the clause is a further act of who acts before: ``X begrüßte den Plan, mahnte aber Eile an``."""
    assert clause.finite is not None
    before = [c for c in passage.clauses if c.first < clause.finite and c is not clause and c.kind == "main"]
    if not before or before[-1].mood != "ind" or before[-1].lemma not in speech_acts():
        return False
    word = passage.tokens[subject.first].lower
    return subject.cases != "n" and word not in words_of("det") and bool(speech_acts().get(clause.lemma))


def _is_inserted(passage: Passage, clause: Clause) -> bool:
    """Whether the clause stands inside another one whose verb follows it: ``Der Iran, sagte er, werde …``."""
    assert clause.finite is not None
    last = _end_of_run(passage, clause, clause.finite)
    after = last + 1
    if after >= passage.last or passage.tokens[last].text not in DIVIDERS:
        return False
    return any(c.finite == after and c is not clause for c in passage.clauses)


def _before_verb(passage: Passage, i: int) -> int | None:
    """Return where the words before a verb that opens its stretch end: before comma or dash, behind a mark."""
    tokens = passage.tokens
    if tokens[i - 1].lower == "so" and i - 1 > passage.first:
        i -= 1
    if tokens[i - 1].text in {",", "–", "—", "-"}:
        return i - 1
    return i if any(s.last == i and s.first <= passage.first for s in passage.stretches) else None


def _can_be_content(passage: Passage, first: int, last: int) -> bool:
    """Whether the words before a frame are more than what leads to its verb (``Nachdem er kam, sagte X``)."""
    if any(s.first <= first and s.last >= last for s in passage.stretches):
        return True
    clauses = [c for c in passage.clauses if first <= c.first < last]
    if any(c.kind in {"main", "bare"} and c.finite is not None and first <= c.finite < last for c in clauses):
        return True
    lead = next((c for c in clauses if c.kind in {"sub", "inf"}), None)
    if lead is not None and lead.first == first:
        return lead.opener in {"dass", "daß", "ob"} or (lead.kind == "inf" and not lead.opener)
    return False


def _closes_stretch(passage: Passage, i: int) -> bool:
    return any(s.last == i + 1 for s in passage.stretches)


def _subject_behind(passage: Passage, clause: Clause) -> Chunk | None:
    """Return the subject behind the finite verb: the first chunk there that can be one."""
    assert clause.finite is not None
    end = _end_of_run(passage, clause, clause.finite)
    for chunk in passage.chunks:
        if chunk.first > clause.finite and chunk.first < end and not chunk.prep:
            if chunk.genitive or chunk.joined or "n" not in chunk.cases:
                continue
            return chunk
    return None


def _end_of_run(passage: Passage, clause: Clause, start: int) -> int:
    """Return where the clause's own words after ``start`` end: at a quotation or at another clause."""
    tokens, mine = passage.tokens, frozenset(clause.tokens)
    i = start
    while i < passage.last:
        if any(s.first == i for s in passage.stretches) and tokens[i - 1].text in DIVIDERS:
            break
        if i not in mine and tokens[i].text not in DIVIDERS:
            break
        if tokens[i].text == ":":
            break
        i += 1
    while i > start and tokens[i - 1].text in DIVIDERS | STOPS:
        i -= 1
    return i


def _frame_behind(passage: Passage, clause: Clause) -> Frame | None:
    assert clause.finite is not None
    tokens = passage.tokens
    first = clause.finite
    last = _end_of_run(passage, clause, clause.finite)
    last = _with_relative(passage, last)
    subject = _subject_behind(passage, clause)
    frame_first = _before_verb(passage, clause.finite)
    assert frame_first is not None
    content: list[Range] = [(_content_start(passage, frame_first), frame_first)]
    after = last + 1 if last < passage.last and tokens[last].text in DIVIDERS else last
    if tokens[min(last, passage.last - 1)].text == ":":
        if not _can_be_content(passage, content[0][0], frame_first):
            content = [(last + 1, passage.last)]
            frame_first = first
    elif after < passage.last and tokens[last].text != ";" and _goes_on(passage, clause, after, frame_first):
        content.append((after, passage.last))
        last = after
    speaker = _speaker_of(passage, clause, subject)
    return Frame(
        rule="quotations/verb-behind",
        cue=_cue(passage, clause, subject),
        first=frame_first,
        last=last,
        content=tuple(content),
        speaker=speaker,
        addressee=_addressee(passage, clause, subject, first, last),
        back=speaker is None,
    )


def _content_start(passage: Passage, end: int) -> int:
    """Return where the content of a frame behind begins: at the sentence's start or that of a quotation."""
    stretch = passage.stretch_at(passage.first)
    if stretch is not None and stretch.first < passage.first and stretch.last <= end:
        return stretch.first
    colons = [
        i for i in range(passage.first, end) if passage.tokens[i].text in {":", ";"} and not passage.quoted(i)
    ]
    for i in reversed(colons):
        clauses = [c for c in passage.clauses if i < c.first < end and c.finite is not None]
        if clauses or any(s.first == i + 1 for s in passage.stretches):
            return i + 1
    return passage.first


def _with_relative(passage: Passage, last: int) -> int:
    """Return the end of a frame after a relative or adverbial clause that hangs on it."""
    tokens = passage.tokens
    if last >= passage.last or tokens[last].text != ",":
        return last
    following = next((c for c in passage.clauses if c.first == last + 1), None)
    if following is None:
        return last
    hangs = following.kind == "rel" or (following.kind == "sub" and following.opener not in _CONTENT_OPENERS)
    if not hangs or passage.quoted(following.first):
        return last
    end = following.first
    mine = frozenset(following.tokens)
    while end < passage.last and end in mine:
        end += 1
    while end > last and tokens[end - 1].text in STOPS:
        end -= 1
    return _with_relative(passage, end)


def _goes_on(passage: Passage, clause: Clause, after: int, before: int) -> bool:
    """Whether the content goes on behind a frame that stands inside it."""
    if any(s.first == after for s in passage.stretches):
        return True
    following = next((c for c in passage.clauses if c.first <= after < c.last and c is not clause), None)
    if following is None or following.finite is None or following.finite < after:
        return following is not None and following.kind in {"inf"}
    if following.finite == after or "ind" not in passage.moods(following.finite):
        return True
    return following.kind == "sub" and following.opener in {"dass", "weil", "da", "wenn", "ob"}


def _wie_frame(passage: Passage, clause: Clause) -> Frame | None:
    first, last = _extent(passage, clause)
    tokens = passage.tokens
    content = ((_content_start(passage, first), first), (last, passage.last))
    subject = clause.subject
    if subject is None and clause.voice != "passive" and clause.lemma != "heißen":
        return None
    speaker = _speaker_of(passage, clause, subject)
    if first > passage.first and tokens[first - 1].text in DIVIDERS:
        first -= 1
    if last < passage.last and tokens[last].text in DIVIDERS:
        last += 1
    return Frame(
        rule="quotations/wie",
        cue=_cue(passage, clause, subject),
        first=first,
        last=last,
        content=content,
        speaker=speaker,
        addressee=_addressee(passage, clause, subject, first, last),
        back=speaker is None,
    )


def _extent(passage: Passage, clause: Clause) -> Range:
    """Return the unbroken run of the clause's tokens from its first one, with relative clauses on it."""
    end = _end_of_run(passage, clause, clause.first)
    return clause.first, _with_relative(passage, end)


def _frame_before(passage: Passage, k: int, clause: Clause, classes: frozenset[VerbClass]) -> Frame | None:
    start = _dependent_start(passage, k, clause, classes)
    if start is None or (clause.opener == "als" and passage.tokens[start].lower not in {"dass", "ob"}):
        return None
    tokens = passage.tokens
    end = _content_end(passage, start, clause)
    first = _frame_start(passage, k, clause)
    last = start
    while last > first and tokens[last - 1].text in QUOTE_OR_SPACE:
        last -= 1
    speaker = _speaker_of(passage, clause, clause.subject)
    return Frame(
        rule="quotations/verb-before",
        cue=_cue(passage, clause, clause.subject),
        first=first,
        last=last,
        content=((start, end),),
        speaker=speaker,
        addressee=_addressee(passage, clause, clause.subject, first, last),
        back=speaker is None and not _is_anonymous(passage, clause),
        inner=clause.mood in {"subj1", "subj2"},
    )


QUOTE_OR_SPACE: frozenset[str] = frozenset()


_POINTERS = frozenset({"das", "dies", "dieses"})


def _frame_after(passage: Passage, clause: Clause, classes: frozenset[VerbClass]) -> Frame | None:
    """Return the frame of a sentence that points back to the one before it: ``Das teilte X mit.``"""
    index = passage.sentence.index
    if index == 0 or clause.kind != "main" or not classes & _SPEECH or clause.negated or clause.mood != "ind":
        return None
    lead = next((i for i in range(passage.first, passage.last) if passage.tokens[i].lower in _POINTERS), None)
    if lead is None or lead > passage.first + 2 or clause.finite is None or abs(lead - clause.finite) != 1:
        return None
    speaker, named = _speaker_behind(passage, clause, lead)
    if not named:
        return None
    before = passage.document.sentences[index - 1]
    last = passage.trim(passage.first, passage.last)
    return Frame(
        rule="quotations/verb-after",
        cue=_cue(passage, clause, None),
        first=passage.first,
        last=last[1] if last else passage.last,
        content=((before.first, before.last),),
        speaker=speaker,
        back=speaker is None,
    )


def _speaker_behind(passage: Passage, clause: Clause, pointer: int) -> tuple[Range | None, bool]:
    """Return the speaker in a sentence that points back, and whether it is such a sentence at all."""
    if clause.lemma == "hervorgehen":
        source = next((c for c in clause.chunks if c.prep == "aus"), None)
        return (noun_phrase(passage, source) if source else None), source is not None
    if clause.voice == "passive":
        return _speaker_of(passage, clause, None), True
    subject = clause.subject
    if subject is None or subject.head == pointer:
        subject = _subject_behind(passage, clause)
    if subject is None or subject.head == pointer:
        return None, False
    return _speaker_of(passage, clause, subject), True


def _dependent_start(passage: Passage, k: int, clause: Clause, classes: frozenset[VerbClass]) -> int | None:
    """Return where the content begins that depends on the verb of saying of clause ``k``, or None."""
    tokens = passage.tokens
    verb_end = max(max(clause.verb), clause.finite or 0)
    colon = next(
        (i for i in range(verb_end + 1, passage.last) if tokens[i].text == ":" and not passage.quoted(i)),
        None,
    )
    if classes == {"call"} and colon is None:
        return None
    for other in passage.clauses[k + 1 :]:
        if other.first <= verb_end:
            continue
        if colon is not None and other.first > colon:
            return _colon_content(passage, colon)
        stretch = passage.stretch_at(other.first)
        if stretch is not None and tokens[stretch.first - 1].text in {",", ":"} and stretch.first > verb_end:
            return stretch.first
        if other.kind == "rel":
            continue
        if other.kind == "sub":
            if other.opener in _CONTENT_OPENERS:
                return other.first
            continue
        if other.kind == "inf":
            if not other.opener:
                return other.first
            continue
        if other.kind == "main":
            return _main_content(passage, other, clause, verb_end)
    return _colon_content(passage, colon)


def _colon_content(passage: Passage, colon: int | None) -> int | None:
    """Return the start of what follows a colon, if it is quoted or stands in the Konjunktiv."""
    if colon is None or colon + 1 >= passage.last:
        return None
    clause = next((c for c in passage.clauses if c.first > colon and c.finite is not None), None)
    reported = clause is not None and clause.finite is not None and "ind" not in passage.moods(clause.finite)
    return colon + 1 if reported or any(s.first == colon + 1 for s in passage.stretches) else None


def _main_content(passage: Passage, other: Clause, clause: Clause, verb_end: int) -> int | None:
    """Return the start of a main clause that is reported without ``dass``, or None if it goes its own way."""
    if other.finite is None or passage.tokens[other.first].lower in words_of("conj"):
        return None
    if other.finite == other.first and "ind" not in passage.moods(other.finite):
        # The clause was interrupted: "…, dem Minister, Franz Maier, sei …" begins behind the frame's comma.
        commas = (i for i in range(verb_end + 1, other.first) if passage.tokens[i].text == ",")
        return next(commas, other.first - 1) + 1
    if passage.tokens[other.first - 1].text not in {",", "–"} and not passage.quoted(other.first - 1):
        return None
    moods = passage.moods(other.finite)
    if "ind" not in moods:
        return other.first
    plural_past = "subj2" in moods
    present = "pres" == clause.tense and other.finite != other.first
    return other.first if (plural_past or present) and other.finite != other.first else None


def _content_end(passage: Passage, start: int, frame: Clause) -> int:
    """Return where the content that begins at ``start`` ends: the sentence's end or where the reporter goes on."""
    tokens = passage.tokens
    for stretch in passage.stretches:
        if stretch.first > start + 1 and tokens[stretch.first - 1].text == ":":
            return stretch.first - 1
    opening = next((c for c in passage.clauses if c.first <= start < c.last or c.first >= start), None)
    dependent = opening is not None and opening.kind in {"sub", "inf"}
    for clause in passage.clauses:
        if (
            clause.first <= start
            or clause.kind != "main"
            or clause.finite is None
            or passage.quoted(clause.finite)
        ):
            continue
        if _reporter_goes_on(passage, clause, frame, dependent=dependent):
            return clause.first
    return passage.last


def _reporter_goes_on(passage: Passage, clause: Clause, frame: Clause, *, dependent: bool) -> bool:
    """Whether a main clause behind reported words is the reporter's again.

    ``dependent``: the reported words are a clause with ``dass`` or an infinitive, so that no main clause is theirs.
    """
    assert clause.finite is not None
    before, moods = passage.tokens[clause.first - 1].text, passage.moods(clause.finite)
    joins = passage.tokens[clause.first].lower in {"und", "aber", "doch", "oder"}
    if before == ";":
        return dependent or moods == {"ind"}
    if "ind" not in moods:
        return False
    second = clause.finite <= clause.first + 1
    told = joins and (clause.lemma in verb_classes() or (dependent and before == "," and second))
    resumes = frame.kind in {"sub", "rel", "inf"} and before == ","
    return told or (moods == {"ind"} and (joins or resumes or clause.finite == clause.first))


def _frame_start(passage: Passage, k: int, clause: Clause) -> int:
    """Return where the frame begins: at its clause, or at the sentence if that only leads to it."""
    if clause.kind != "main":
        return clause.first
    if all(c.kind in {"sub", "bare", "rel"} for c in passage.clauses[:k]) and not _any_speech(passage, k):
        return passage.first
    return clause.first


def _any_speech(passage: Passage, k: int) -> bool:
    return any(c.lemma in verb_classes() for c in passage.clauses[:k])


# --- who speaks to whom ---------------------------------------------------------------------------


def _speaker_of(passage: Passage, clause: Clause, subject: Chunk | None) -> Range | None:
    """Return the words that name the speaker in a clause with a verb of saying, or None."""
    tokens = passage.tokens
    if clause.voice == "passive":
        agent = next((c for c in clause.chunks if c.prep in {"von", "vom"}), None) or next(
            (c for c in clause.chunks if c.prep in {"in", "im", "aus"} and _is_medium(passage, c)), None
        )
        return noun_phrase(passage, agent) if agent else None
    impersonal = subject is None or tokens[subject.head].lower == "es"
    if impersonal or clause.lemma in {"verlauten", "heißen"}:
        place = next(
            (
                c
                for c in clause.chunks
                if c.prep in {"in", "im", "aus", "von", "vom", "bei", "beim"} and not c.pronoun
            ),
            None,
        )
        return noun_phrase(passage, place) if place else None
    assert subject is not None
    if clause.kind == "rel" and clause.pronoun == subject.head and clause.antecedent:
        return noun_phrase(passage, clause.antecedent)
    if _dative_behind(passage, clause, subject) is not None:
        return noun_phrase(passage, subject, alone=True)
    return noun_phrase(passage, subject)


_DATIVE = frozenset(
    """vorwerfen anbieten zusichern versprechen androhen vorhalten unterstellen nachsagen empfehlen raten zusagen
    anlasten vorschlagen garantieren zutrauen mitteilen versichern""".split()
)


def _dative_behind(passage: Passage, clause: Clause, subject: Chunk) -> Chunk | None:
    """Return the chunk behind the subject that looks like its genitive and is the verb's dative.

    ``Des Weiteren wirft die OSZE der Kommission vor``: the verb wants a dative and there is no other.
    """
    if clause.lemma not in _DATIVE or clause.finite is None or subject.first < clause.finite:
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


def _is_anonymous(passage: Passage, clause: Clause) -> bool:
    return clause.lemma not in {"heißen", "verlauten"} and (
        clause.voice == "passive" or clause.subject is not None
    )


_ACCUSATIVE = frozenset(
    """auffordern bitten ersuchen drängen beschuldigen bezichtigen warnen ermahnen mahnen anweisen verpflichten
    erinnern einladen ermuntern aufrufen verdächtigen fragen informieren unterrichten kritisieren""".split()
)


_LISTENERS = frozenset(
    "journalisten reportern presse medienvertretern abgeordneten anhängern parlament".split()
)


def _addressee(
    passage: Passage, clause: Clause, subject: Chunk | None, first: int, last: int
) -> Range | None:
    """Return the words in the frame that name who is spoken to, or None."""
    want = "a" if clause.lemma in _ACCUSATIVE else "d"
    dative = _dative_behind(passage, clause, subject) if subject is not None else None
    if dative is not None:
        return noun_phrase(passage, dative)
    for chunk in clause.chunks:
        if not first <= chunk.first < last or chunk == subject or chunk.genitive or chunk.joined:
            continue
        if chunk.prep == "gegenüber" or (chunk.prep == "an" and clause.lemma in {"appellieren", "schreiben"}):
            return noun_phrase(passage, chunk)
        if chunk.prep == "vor" and passage.tokens[chunk.head].lower in _LISTENERS:
            return noun_phrase(passage, chunk)
        if chunk.prep in {"von", "vom"} and clause.lemma in {"fordern", "verlangen"}:
            return noun_phrase(passage, chunk)
        if not chunk.prep and not chunk.pronoun and want in chunk.cases and _is_object(passage, chunk, want):
            return noun_phrase(passage, chunk)
    return None


def _is_object(passage: Passage, chunk: Chunk, case: str) -> bool:
    """Whether a chunk is surely an object in the case: by its article, or a bare noun for an accusative verb."""
    word = passage.tokens[chunk.first].lower
    if passage.tokens[chunk.head].lower in _LISTENERS:
        return True
    if word in words_of("det") or word in words_of("poss"):
        return "n" not in chunk.cases or case == "a"
    return case == "a"


def _cue(passage: Passage, clause: Clause, subject: Chunk | None) -> tuple[int, ...]:
    cue = {*clause.verb}
    if clause.finite is not None:
        cue.add(clause.finite)
    let = _let_know(passage, clause)
    if let is not None:
        cue.add(let)
    if clause.lemma == "heißen":
        cue |= {i for i in clause.tokens if passage.tokens[i].lower == "es" and abs(i - clause.verb[0]) == 1}
    return tuple(sorted(i for i in cue if i >= 0))


# --- nouns ----------------------------------------------------------------------------------------


def _noun_frames(passage: Passage, frames: list[Frame]) -> Iterator[Frame]:
    """Yield frames by a noun of saying whose content follows: ``die Forderung, die Steuern zu senken``."""
    taken = {start for f in frames for start, _ in f.content}
    for k, clause in enumerate(passage.clauses):
        start = clause.first
        if start in taken or start <= passage.first or passage.tokens[start - 1].text not in {",", ":"}:
            continue
        dependent = (clause.kind == "sub" and clause.opener in {"dass", "daß", "ob", "wonach"}) or (
            clause.kind == "inf" and not clause.opener
        )
        reported = (
            clause.kind == "main" and clause.finite is not None and "ind" not in passage.moods(clause.finite)
        )
        if not dependent and not reported:
            continue
        noun = _noun_before(passage, start - 1)
        if noun is None or passage.quoted(noun.head):
            continue
        yield _noun_frame(passage, noun, start, passage.clauses[:k])


def _noun_before(passage: Passage, comma: int) -> Chunk | None:
    """Return the chunk of a noun of saying that ends before the comma, attributes between them."""
    for chunk in reversed([c for c in passage.chunks if comma - 9 < c.last <= comma]):
        if any(passage.tokens[i].text in DIVIDERS for i in range(chunk.last, comma)):
            return None
        if is_noun_of_saying(passage.tokens[chunk.head].lower, "noun"):
            return chunk
    return None


def _noun_frame(passage: Passage, noun: Chunk, start: int, before: tuple[Clause, ...]) -> Frame:
    owner = next((c for c in before if noun.head in c.tokens), None)
    attribute = next(
        (c for c in passage.chunks if c.first == noun.last and (c.genitive or c.prep == "von")), None
    )
    speaker: Range | None = None
    if attribute is not None:
        speaker = noun_phrase(passage, attribute)
    elif owner is not None and owner.subject is not None and owner.subject.head != noun.head:
        speaker = _speaker_of(passage, owner, owner.subject)
    first = owner.first if owner is not None and owner.first <= noun.first else noun.first
    end = _content_end(passage, start, owner) if owner is not None else passage.last
    return Frame(
        rule="quotations/noun",
        cue=(noun.head,),
        first=first,
        last=start,
        content=((start, end),),
        speaker=speaker,
        back=speaker is None and attribute is None,
    )


# --- phrases --------------------------------------------------------------------------------------


def _so_frames(passage: Passage) -> Iterator[Frame]:
    """Yield frames of the kind ``…, so X`` and ``…, so X weiter, …``."""
    tokens = passage.tokens
    for i in range(passage.first + 1, passage.last - 1):
        if tokens[i].lower != "so" or passage.quoted(i):
            continue
        if tokens[i - 1].text not in {",", "–", "—"} and not _closes_stretch(passage, i - 1):
            continue
        subject = next((c for c in passage.chunks if c.first == i + 1), None)
        if subject is None or subject.prep or subject.pronoun and tokens[subject.head].lower in {"das", "es"}:
            continue
        end = _so_end(passage, i + 1, noun_phrase(passage, subject)[1])
        if end is None:
            continue
        first = i - 1 if tokens[i - 1].text in DIVIDERS else i
        content = [(_content_start(passage, first), first)]
        last = end
        if end < passage.last and tokens[end].text in DIVIDERS - {";", ":"}:
            last = end + 1
            content.append((last, passage.last))
        yield Frame(
            rule="quotations/so",
            cue=(i,),
            first=first,
            last=last,
            content=tuple(content),
            speaker=noun_phrase(passage, subject),
        )


def _so_end(passage: Passage, start: int, phrase_end: int) -> int | None:
    """Return the end of a ``so`` frame, or None if a finite verb stands in it."""
    finites = {c.finite for c in passage.clauses if c.finite is not None}
    i = start
    while i < passage.last and (i < phrase_end or passage.tokens[i].text not in DIVIDERS | STOPS):
        if i in finites and i >= phrase_end:
            return None
        i += 1
    return i


def _phrase_frames(passage: Passage) -> Iterator[Frame]:
    for i in range(passage.first, passage.last):
        lower = passage.tokens[i].lower
        if lower not in _triggers() or passage.quoted(i):
            continue
        found = _phrase_at(passage, i, lower)
        if found is not None:
            yield found


def _triggers() -> frozenset[str]:
    kinds = phrase_words("laut") | phrase_words("zufolge") | phrase_words("demnach")
    return kinds | {"nach", "aus", "wonach"}


def _phrase_at(passage: Passage, i: int, lower: str) -> Frame | None:
    if lower in phrase_words("demnach"):
        return _phrase_frame(passage, "demnach", (i,), i, i + 1, None)
    chunk = next((c for c in passage.chunks if c.first == i and c.prep == lower), None)
    if lower in phrase_words("laut"):
        if lower == "gemäß" and (
            chunk is None or not is_noun_of_saying(passage.tokens[chunk.head].lower, "nach")
        ):
            return None
        speaker = noun_phrase(passage, chunk) if chunk is not None else _unknown_name(passage, i + 1)
        return _phrase_frame(passage, "laut", (i,), i, speaker[1], speaker) if speaker else None
    if lower in phrase_words("zufolge") or lower == "nach":
        postposed = _postposed(passage, i, lower)
        if postposed is not None:
            return postposed
    kind = "nach" if lower == "nach" else "sicht"
    if lower in {"nach", "aus"} and chunk is not None:
        noun = passage.tokens[chunk.head].lower
        if is_noun_of_saying(noun, "nach") if kind == "nach" else noun in phrase_words("sicht"):
            speaker = noun_phrase(passage, chunk)
            return _phrase_frame(passage, kind, (i,), i, speaker[1], speaker)
    return None


def _unknown_name(passage: Passage, i: int) -> Range | None:
    """Return a name that is no chunk: in quotation marks (``„tagesschau.de“``), or in small letters (``taz``)."""
    tokens = passage.tokens
    if i >= passage.last:
        return None
    stretch = passage.stretch_at(i)
    if stretch is not None:
        return (i, stretch.last) if stretch.first == i else None
    if not tokens[i].is_word or tokens[i].lower in words_of("conj"):
        return None
    end = i + 1
    while (
        end < passage.last - 1
        and tokens[end].start == tokens[end - 1].end
        and tokens[end].text not in DIVIDERS
    ):
        end += 1
    return i, end


def _postposed(passage: Passage, i: int, lower: str) -> Frame | None:
    """Return the frame of a phrase that ends in ``zufolge`` or ``nach``: ``ihrer Meinung nach``."""
    tokens = passage.tokens
    for chunk in reversed([c for c in passage.chunks if c.last <= i and c.first > i - 16]):
        if chunk.genitive or chunk.joined or chunk.prep or chunk.pronoun:
            continue
        between = range(chunk.last, i)
        bridged = not any(tokens[k].text in DIVIDERS - {"(", ")"} for k in between)
        if noun_phrase(passage, chunk)[1] != i and (not bridged or "d" not in chunk.cases):
            continue
        if lower == "nach" and not is_noun_of_saying(tokens[chunk.head].lower, "nach"):
            return None
        return _phrase_frame(passage, "zufolge", (i,), chunk.first, i + 1, (chunk.first, i))
    return None


def _phrase_frame(
    passage: Passage, kind: str, cue: tuple[int, ...], first: int, last: int, speaker: Range | None
) -> Frame:
    tokens = passage.tokens
    region = _region(passage, cue[0])
    last = _with_relative(passage, last)
    if last < region[1] and tokens[last].text == "," and first == region[0]:
        last += 1
    if first > region[0] and tokens[first - 1].text == "," and last < region[1] and tokens[last].text == ",":
        first, last = first - 1, last + 1
    return Frame(
        rule=f"quotations/{kind}",
        cue=cue,
        first=first,
        last=last,
        content=(region,),
        speaker=speaker,
        back=speaker is None,
    )


def _region(passage: Passage, i: int) -> Range:
    """Return what a phrase at token ``i`` covers: its clause with what depends on it."""
    tokens = passage.tokens
    owner = next((c for c in passage.clauses if i in c.tokens), None)
    if owner is None:
        return passage.first, passage.last
    number = passage.clauses.index(owner)
    start = owner.first
    if tokens[owner.first].lower in words_of("conj") and number:
        start = owner.first + 1
    for other in passage.clauses[number + 1 :]:
        joins = tokens[other.first].lower in words_of("conj") or tokens[other.first - 1].text == ";"
        if other.kind == "main" and (joins or owner.kind in {"sub", "rel"}) and other.first > i:
            return start, other.first
    return start, passage.last
