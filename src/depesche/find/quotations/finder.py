"""The quotations of a whole report, sentence by sentence, with who speaks on where no speaker is named."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping

import msgspec

from depesche.find.quotations.drafting import Draft
from depesche.find.quotations.drafts import draft_sentence
from depesche.find.quotations.konjunktiv import is_hearsay, reported_start
from depesche.find.quotations.marks import Stretch, find_stretches
from depesche.find.quotations.names import is_name, owner_clause
from depesche.find.quotations.passages import STOPS, Passage, Range, noun_phrase
from depesche.find.quotations.roles import speech_classes
from depesche.find.quotations.voices import Cast, gather_cast, is_actor, is_pronoun, name_voice
from depesche.find.quotations.words import verb_classes
from depesche.language.clause_finder import clauses_of
from depesche.language.document import Document
from depesche.language.word_classes import word_class
from depesche.reading import Actor, Quotation, Span, Voice


class _State(msgspec.Struct):
    """What carries over from sentence to sentence."""

    drafts: list[Draft]
    cast: Cast
    spoke: Range | None = None  # the words that last named a speaker
    said: bool = False  # the sentence before was somebody's words
    continued: int | None = None  # the draft that a sentence in the Konjunktiv can go on with
    topic: Range | None = None  # the subject of the sentence before


def find_quotations(
    document: Document, actors: tuple[Actor, ...], references: Mapping[int, tuple[str, ...]]
) -> tuple[Quotation, ...]:
    """Return the quotations of a report in the order of their first words.

    ``references`` gives, for the index of a pronoun's token, the ids of the actors it may stand for.
    """
    stretches = find_stretches(document)
    cast = gather_cast(actors, references)
    state = _State([], cast)
    for passage in _passages(document, stretches):
        _read_sentence(passage, state)
    return tuple(_finish(document, cast, state.drafts))


def _passages(document: Document, stretches: tuple[Stretch, ...]) -> Iterable[Passage]:
    ends = [s.last for s in stretches]
    for sentence, clauses in zip(document.sentences, clauses_of(document), strict=True):
        k = bisect.bisect_right(ends, sentence.first)
        mine = []
        while k < len(stretches) and stretches[k].first < sentence.last:
            mine.append(stretches[k])
            k += 1
        yield Passage(document, sentence, clauses, tuple(mine))


def _read_sentence(passage: Passage, state: _State) -> None:
    opening = passage.stretch_at(passage.first)
    if opening is not None and opening.first < passage.first and opening.last >= passage.last:
        return  # within a longer quotation
    drafts = draft_sentence(passage)
    own = _own_words(passage, state, drafts)
    if own is not None:
        first = own.spans[0][0]
        drafts = [d for d in drafts if d.rule != "quotations/demnach"]
        drafts = [_within_own(d) if first <= d.spans[0][0] else d for d in drafts]
        drafts = [own, *(d for d in drafts if not (d.type == "Reported" and d.nested))]
    drafts = [d for d in drafts if d.rule != "quotations/verb-after" or not _is_taken(state, d)]
    drafts += _quoted(passage, drafts, state)
    _remember(passage, state, drafts, own)


def _last_voice(state: _State) -> Range | None:
    """Return who speaks on: whoever spoke in the sentence before, else what that sentence was about."""
    return state.spoke if state.said else state.topic or state.spoke


def _speaker_before(passage: Passage, cast: Cast, drafts: list[Draft], first: int) -> Range | None:
    """Return who speaks in the first part of a sentence whose end, from ``first`` on, goes on with it."""
    named = [d.speaker for d in drafts if d.speaker is not None and not d.nested and d.spans[0][0] < first]
    return named[-1] if named else _topic(passage, cast)


def _within_own(draft: Draft) -> Draft:
    """Return a draft as one within somebody's words: who is not named in it is who speaks."""
    return msgspec.structs.replace(draft, nested=True, back=draft.back or draft.speaker is None)


def _is_taken(state: _State, draft: Draft) -> bool:
    """Whether the sentence that a draft points back to is somebody's words already."""
    first, last = draft.spans[0]
    return any(a < last and b > first for d in state.drafts[-6:] for a, b in d.spans if d.type != "Reported")


def _own_words(passage: Passage, state: _State, drafts: list[Draft]) -> Draft | None:
    """Return the sentence, or its end, as a quotation if its mood shows that somebody goes on speaking."""
    framed = [d for d in drafts if d.type != "Reported" and d.rule != "quotations/demnach"]
    told_of = state.topic is not None and not passage.document.opens_paragraph(passage.sentence)
    first = reported_start(passage, framed, after_speech=state.said, told_of=told_of)
    if first is not None:
        span = passage.trim(first, passage.last, stop=True)
        speaker = (
            _speaker_before(passage, state.cast, drafts, first)
            if first > passage.first
            else _last_voice(state)
        )
        return span and Draft(
            type="IndirectFreeIndirect",
            rule="quotations/konjunktiv",
            spans=(span,),
            speaker=speaker,
            back=speaker is None,
        )
    span = passage.trim(passage.first, passage.last, stop=True)
    # What is planned opens a paragraph of its own: "Das Treffen soll am Montag beginnen."
    goes_on = state.said and not passage.document.opens_paragraph(passage.sentence)
    if span and not drafts and is_hearsay(passage, after_speech=goes_on):
        return Draft(type="FreeIndirect", rule="quotations/soll", spans=(span,), back=state.said)
    return None


def _quoted(passage: Passage, drafts: list[Draft], state: _State) -> list[Draft]:
    """Return drafts for the stretches in quotation marks that begin here and are no quotation yet."""
    found: list[Draft] = []
    for stretch in passage.stretches:
        if any((stretch.first, stretch.last) in d.spans for d in drafts):
            continue
        if any(
            d.type == "Direct" and a <= stretch.first < b
            for d in [*drafts, *state.drafts[-2:]]
            for a, b in d.spans
        ):
            continue
        draft = _quoted_draft(passage, stretch, drafts)
        if draft is not None:
            found.append(draft)
    return found


def _quoted_draft(passage: Passage, stretch: Stretch, drafts: list[Draft]) -> Draft | None:
    """Return what a stretch in quotation marks is that no frame took whole, or None if nobody says it."""
    span = (stretch.first, stretch.last)
    holders = [d for d in drafts if any(a <= stretch.first and stretch.last <= b + 1 for a, b in d.spans)]
    if stretch.first < passage.first or (stretch.first == passage.first and stretch.last >= passage.last):
        alone = not holders and _is_alone(passage, stretch)
        return Draft(type="Direct", rule="quotations/alone", spans=(span,), back=True) if alone else None
    colon = stretch.first > passage.first and passage.tokens[stretch.first - 1].text == ":"
    if colon and (not holders or _only_behind(holders)):
        return _after_colon(passage, stretch)
    if is_name(passage, stretch):
        return None
    if holders:
        holder = min(holders, key=lambda d: d.spans[-1][1] - d.spans[0][0])
        rule = "quotations/marks-within"
        return msgspec.structs.replace(holder, type="Direct", rule=rule, spans=(span,), nested=True)
    return _in_speech_clause(passage, stretch)


def _only_behind(holders: list[Draft]) -> bool:
    """Whether only a frame behind what it reports reaches over the colon: ``…, betonte X: „…“``."""
    return len(holders) == 1 and holders[0].type == "Indirect" and holders[0].rule == "quotations/verb-behind"


def _is_alone(passage: Passage, stretch: Stretch) -> bool:
    """Whether a stretch is whole sentences without a frame, the last of which is this one."""
    if stretch.first == passage.first:
        ends = stretch.last == passage.last
        return ends and any(passage.tokens[i].text in STOPS for i in range(stretch.first, stretch.last))
    return _begins_sentence(passage, stretch)


def _begins_sentence(passage: Passage, stretch: Stretch) -> bool:
    document = passage.document
    return (
        document.sentences[document.sentence_at(passage.tokens[stretch.first].start)].first == stretch.first
    )


def _after_colon(passage: Passage, stretch: Stretch) -> Draft | None:
    """Return ``X: „…“``: what stands before the colon is the frame, its subject or last name the speaker."""
    colon = stretch.first - 1
    clauses = [c for c in passage.clauses if c.subject is not None and c.first < colon]
    clause = next(
        (c for c in reversed(clauses) if speech_classes(passage, c)), clauses[0] if clauses else None
    )
    chunk = clause.subject if clause is not None else None
    if chunk is None or chunk.first > colon:
        chunk = next((c for c in reversed(passage.chunks) if c.last <= colon), None)
    return Draft(
        type="Direct",
        rule="quotations/colon",
        spans=((stretch.first, stretch.last),),
        frame=((passage.first, stretch.first),),
        speaker=noun_phrase(passage, chunk) if chunk is not None else None,
        back=chunk is None,
    )


def _in_speech_clause(passage: Passage, stretch: Stretch) -> Draft | None:
    """Return a few quoted words in a sentence of the reporter with a verb of saying."""
    if (draft := _with_words(passage, stretch)) is not None:
        return draft
    clause = owner_clause(passage, stretch)
    if clause is None:
        return None
    subject = clause.subject
    if clause.voice == "passive":
        subject = next((c for c in clause.chunks if c.prep in {"von", "vom"}), None)
    tokens = [i for i in clause.tokens if not stretch.first <= i < stretch.last]
    while tokens and passage.tokens[tokens[-1]].text in STOPS:
        tokens.pop()
    cue = {*clause.verb} | ({clause.finite} if clause.finite is not None else set())
    return Draft(
        type="Direct",
        rule="quotations/marks-in-clause",
        spans=((stretch.first, stretch.last),),
        cue=tuple(sorted(i for i in cue if i >= 0)),
        frame=_runs(tokens),
        speaker=noun_phrase(passage, subject) if subject is not None else None,
        back=subject is None,
    )


def _with_words(passage: Passage, stretch: Stretch) -> Draft | None:
    """Return what somebody does something with: ``Mit den Worten „…“ trat der Präsident ab``."""
    first = stretch.first - 3
    if first < passage.first or passage.tokens[first].lower != "mit":
        return None
    if passage.tokens[first + 2].lower not in word_class("words-said"):
        return None
    behind = (c for c in passage.chunks if c.first >= stretch.last and not (c.prep or c.genitive or c.joined))
    before = (c for c in reversed(passage.chunks) if c.last <= first and not (c.prep or c.genitive))
    chunks = behind if first == passage.first else before
    subject = next((c for c in chunks if "n" in c.cases and passage.tokens[c.head].lower != "sich"), None)
    return Draft(
        type="Direct",
        rule="quotations/with-words",
        spans=((stretch.first, stretch.last),),
        cue=(first + 2,),
        frame=((first, stretch.first),),
        speaker=noun_phrase(passage, subject) if subject is not None else None,
        back=subject is None,
    )


def _runs(indexes: list[int]) -> tuple[Range, ...]:
    runs: list[Range] = []
    for i in sorted(indexes):
        if runs and runs[-1][1] == i:
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return tuple(runs)


def _remember(passage: Passage, state: _State, drafts: list[Draft], whole: Draft | None) -> None:
    """Add the drafts, name who speaks on, and note who spoke last."""
    for found in drafts:
        draft, speaker = found, found.speaker
        if speaker is None and found.back:
            draft = msgspec.structs.replace(found, speaker=_last_voice(state))
        # "Das Gericht sieht das anders: Er habe geschossen." has another speaker.
        joined = draft.type == "IndirectFreeIndirect" and draft.spans[0][0] <= passage.first
        if joined and state.continued is not None:
            before = state.drafts[state.continued]
            state.drafts[state.continued] = msgspec.structs.replace(before, spans=before.spans + draft.spans)
        else:
            state.drafts.append(draft)
            if draft.type == "IndirectFreeIndirect":
                state.continued = len(state.drafts) - 1
        if (
            speaker is not None
            and not draft.nested
            and not (state.spoke and is_pronoun(passage.document, speaker))
        ):
            state.spoke = speaker
    if whole is None or whole.type != "IndirectFreeIndirect":
        state.continued = None
    state.said = bool(drafts)
    state.topic = _topic(passage, state.cast)


def _topic(passage: Passage, cast: Cast) -> Range | None:
    """Return the subject of the sentence's first main clause if it is an actor, so that it can speak."""
    clause = next((c for c in passage.clauses if c.kind == "main" and c.subject is not None), None)
    if clause is None or clause.subject is None or clause.subject.pronoun:
        return None
    speaker = clause.subject
    if clause.voice == "passive" and clause.lemma in verb_classes():
        # "Die Meldung wurde von der Armee verbreitet": it is the army that goes on.
        agents = [c for c in clause.chunks if c.prep in {"von", "vom"} and not c.pronoun]
        speaker = agents[-1] if agents and agents[-1].first > speaker.last else speaker
    words = noun_phrase(passage, speaker)
    return words if not cast.mentions or is_actor(passage.document, cast, words) else None


def _finish(document: Document, cast: Cast, drafts: list[Draft]) -> list[Quotation]:
    last: Voice | None = None
    found: list[Quotation] = []
    for draft in sorted(drafts, key=lambda d: (d.spans[0], d.nested)):
        quotation = _quotation(document, cast, draft, last)
        found.append(quotation)
        if quotation.speaker is not None and quotation.speaker.actor is not None:
            last = quotation.speaker
    return found


def _quotation(document: Document, cast: Cast, draft: Draft, last: Voice | None) -> Quotation:
    spans = tuple(_span(document, r) for r in draft.spans)
    return Quotation(
        type=draft.type,
        spans=spans,
        text=" ".join(document.text[s.start : s.end] for s in spans),
        speaker=name_voice(document, cast, draft.speaker, last) if draft.speaker else None,
        cue=tuple(_span(document, (i, i + 1)) for i in draft.cue),
        frame=tuple(_span(document, r) for r in draft.frame),
        addressee=name_voice(document, cast, draft.addressee, None) if draft.addressee else None,
        nested=draft.nested,
        rule=draft.rule,
    )


def _span(document: Document, words: Range) -> Span:
    return Span(document.tokens[words[0]].start, document.tokens[words[1] - 1].end)
