"""What the language model adds to the events that the grammar reads, and what it takes from them.

The grammar knows words and where their parties stand; the network has learnt from annotated reports which
words tell an event where no list has them, and who takes part where no rule sees it. Where both see an event,
the grammar's account stands and the network's fills what it leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from depesche.find.events.certainty import is_old
from depesche.find.events.frames import Frame, event_words, is_with_each_other, noun_frames, verb_frames
from depesche.find.events.kinds import MUTUAL
from depesche.find.events.merge import Draft
from depesche.find.events.moments import find_place
from depesche.find.events.parties import is_interview
from depesche.find.events.scene import Ids, Scene, calendar_part, merge
from depesche.find.events.seats import is_seat
from depesche.find.events.sites import is_kind, is_no_site
from depesche.find.events.sources import find_source, is_hearsay
from depesche.find.events.triggers import word_in
from depesche.language.analysis import Happening, Role, Words
from depesche.language.clauses import PAST_TENSES
from depesche.language.function_words import words_of
from depesche.reading import Event, Status, Time

# From which confidence on an event that only the network sees is one, and a role that it gives is believed.
ALONE = 0.55
# From which confidence on its word is enough where the word lists know the words as telling that type, though
# no rule sees an event in them: a noun beside another verb, a verb whose parties are not found.
KNOWN = 0.3
ROLE = 0.5
# Words before a noun that tells a place which are no part of it.
_BEFORE_SITE = frozenset({*words_of("prep"), *words_of("det"), *words_of("poss")})
# From which confidence on it decides whether something that happened is background.
STATUS = 0.8
_PAST = frozenset({"actual", "historical"})
# Types of events in which one's own people go or come.
_MOVING = frozenset({"SANCTION", "RETREAT", "MOBILIZE"})
# Tenses of what is over; the perfect is that of news.
_NARRATIVE = frozenset({"past", "pluperf"})
# From which confidence on what no rule doubts is only to come, possible or denied.
DOUBT = 0.5


def with_learned(scene: Scene, drafts: Iterable[Draft]) -> list[Draft]:
    """Return the grammar's drafts, completed by the language model's, and those that only it has."""
    analysis = scene.document.analysis
    own = list(drafts)
    if analysis is None or not analysis.events:
        return own
    matched: dict[int, Happening] = {}
    added: list[Draft] = []
    for happening in analysis.events:
        same = _find_same(scene, own, happening)
        if same is not None:
            matched.setdefault(same, happening)
            continue
        if happening.kind == "CONSULT" and _is_interview(scene, happening):
            continue
        frame = _known_as(scene, happening)
        if happening.confidence >= (KNOWN if frame else ALONE):
            added.append(_draft(scene, happening, frame))
    completed = [
        _complete(scene, draft, matched[i]) if i in matched else draft for i, draft in enumerate(own)
    ]
    return sorted([*completed, *added], key=lambda d: (d.sentence, d.event.start))


def read_status(scene: Scene, event: Event) -> Event:
    """Return the event with the status that the language model tells, where its word goes before the rules'.

    It does if it is sure that something is background or that it is news, and where no rule sees that
    something is only to come, possible or denied, nor the grammar that it was done.
    """
    happening = _happening_of(scene, event)
    if happening is None or event.status not in _PAST:
        return event
    if happening.status in _PAST:
        sure = happening.status_confidence >= STATUS and not _is_at_old_day(scene, event)
    else:
        # What is refused or promised is done by saying so, though what it is about is not.
        alike = happening.kind == event.type != "AGREE"
        doubted = alike and happening.status_confidence >= DOUBT and not _is_told_as_done(scene, event)
        sure = event.status == "actual" and doubted
    return msgspec.structs.replace(event, status=_status(happening)) if sure else event


def _is_at_old_day(scene: Scene, event: Event) -> bool:
    """Whether a verb tells in the past what was done at a day of long ago: ``danach trat er zurück``."""
    token = scene.document.token_at(event.start)
    clause = scene.clause_at(token)
    if clause is None or token not in clause.verb or clause.tense not in _NARRATIVE:
        return False
    if scene.holds(clause, event_words("until-now")):
        return False
    return is_old(scene.document.day, event)


def _is_told_as_done(scene: Scene, event: Event) -> bool:
    """Whether a verb says in the past and the indicative that it was done: ``reiste``, ``hat gekürzt``."""
    token = scene.document.token_at(event.start)
    clause = scene.clause_at(token)
    if clause is None or token not in clause.verb:
        return False
    return clause.tense in PAST_TENSES and clause.mood == "ind" and not clause.modal


def read_place(scene: Scene, event: Event) -> str | None:
    """Return the place that the language model tells of an event, or None."""
    happening = _happening_of(scene, event)
    return _place(scene, happening) if happening else None


def _happening_of(scene: Scene, event: Event) -> Happening | None:
    """Return the first event of the language model whose words are among those of an event."""
    document = scene.document
    first, last = document.token_at(event.start), document.token_at(event.end - 1) + 1
    return next((scene.happenings[i] for i in range(first, last) if i in scene.happenings), None)


def _find_same(scene: Scene, drafts: Sequence[Draft], happening: Happening) -> int | None:
    """Return the number of the draft that tells the event: in its words, or of its type in its clause."""
    document = scene.document
    first, last = happening.words
    start, end = document.tokens[first].start, document.tokens[last - 1].end
    for number, draft in enumerate(drafts):
        if draft.event.start < end and start < draft.event.end:
            return number
    clause = scene.owners.get(first)
    if clause is None:
        return None
    alike = (i for i, draft in enumerate(drafts) if draft.event.type == happening.kind)
    return next(
        (i for i in alike if scene.owners.get(document.token_at(drafts[i].event.start)) == clause), None
    )


def _is_interview(scene: Scene, happening: Happening) -> bool:
    """Whether the network takes for a meeting what somebody says to the press."""
    clause = scene.clause_at(happening.words[0])
    return clause is not None and is_interview(scene, clause, happening.words[0])


def _known_as(scene: Scene, happening: Happening) -> Frame | None:
    """Return the frame of a word of an event that tells its type, if the word lists have one."""
    frames = (f for i in range(*happening.words) for f in _frames_at(scene, i) if not _is_barred(scene, i, f))
    return next((frame for frame in frames if frame.type == happening.kind), None)


def _is_barred(scene: Scene, token: int, frame: Frame) -> bool:
    """Whether words stand in the clause beside which a frame's words tell something else."""
    clause = scene.clause_at(token)
    return clause is not None and bool(frame.without) and word_in(scene, clause, frame.without) is not None


def _frames_at(scene: Scene, token: int) -> tuple[Frame, ...]:
    """Return the frames of a noun, or of the verb of whose words a token is one."""
    word = scene.document.tokens[token]
    clause = scene.clause_at(token)
    if clause is not None and token in clause.verb:
        return verb_frames().get(clause.lemma, ())
    return noun_frames(word.text) if word.is_capital else ()


def _complete(scene: Scene, draft: Draft, happening: Happening) -> Draft:
    """Return a draft with what the grammar left open filled in."""
    event = draft.event
    actor, recipient = (event.actor, event.recipient) if draft.echo else _parties(scene, event, happening)
    time = None if event.date else _time(scene, happening)
    return msgspec.structs.replace(
        draft,
        event=msgspec.structs.replace(
            event,
            actor=actor,
            recipient=recipient,
            date=event.date or (calendar_part(time) if time else None),
            earliest=time.earliest if time else event.earliest,
            latest=time.latest if time else event.latest,
            place=_place(scene, happening) or event.place,
        ),
    )


def _parties(scene: Scene, event: Event, happening: Happening) -> tuple[Ids, Ids]:
    if event.type not in MUTUAL and is_with_each_other(event):
        return event.actor, ()
    actor = event.actor or _ids(scene, happening, "actor")
    without = (*actor, *_own_people(scene, event))
    recipient = event.recipient or tuple(i for i in _ids(scene, happening, "recipient") if i not in without)
    return tuple(i for i in actor if event.actor or i not in event.recipient), recipient


def _own_people(scene: Scene, event: Event) -> Ids:
    """Return the people whom somebody moves or calls back, at whom nothing is done: ``zog Diplomaten ab``."""
    clause = scene.clause_at(scene.document.token_at(event.start))
    if event.type not in _MOVING or clause is None or clause.lemma not in event_words("moving-own"):
        return ()
    moved = (c for c in clause.chunks if not (c.prep or c.genitive) and "a" in c.cases)
    return merge(*(scene.actors_of_group(c) for c in moved))


def _draft(scene: Scene, happening: Happening, frame: Frame | None) -> Draft:
    """Return the draft of an event that only the language model sees, though a frame may know its words."""
    document = scene.document
    first, last = happening.words
    start, end = document.tokens[first].start, document.tokens[last - 1].end
    time = _time(scene, happening)
    actor = _ids(scene, happening, "actor")
    event = Event(
        id="",
        type=happening.kind,
        start=start,
        end=end,
        text=document.text[start:end],
        mode=(frame.mode or None) if frame else None,
        context=tuple(frame.context.split()) if frame else (),
        actor=actor,
        recipient=tuple(i for i in _ids(scene, happening, "recipient") if i not in actor),
        date=calendar_part(time) if time else None,
        earliest=time.earliest if time else None,
        latest=time.latest if time else None,
        place=_place(scene, happening) or find_place(scene, first, happening.kind),
        status=_status(happening),
        source=find_source(scene, first),
        rule="events/network",
    )
    family = frame.id if frame else f"network/{document.tokens[first].lower}"
    return Draft(event, document.sentence_at(start), family, hearsay=is_hearsay(scene, first))


def _status(happening: Happening) -> Status:
    return happening.status  # type: ignore[return-value]


def _roles(happening: Happening, role: str) -> Iterator[Role]:
    yield from (r for r in happening.roles if r.role == role and r.confidence >= ROLE)


def _ids(scene: Scene, happening: Happening, role: str) -> Ids:
    """Return the actors that the words of a role name or stand for."""
    return merge(*(_actors_in(scene, r.words) for r in _roles(happening, role)))


def _actors_in(scene: Scene, words: Words) -> Ids:
    found = (
        (scene.actors_at[i],) if i in scene.actors_at else scene.findings.references.get(i, ())
        for i in range(*words)
    )
    named = merge(*found)
    # The last of several names is who is meant: "Frankreichs Präsident Macron".
    return named[-1:]


def _time(scene: Scene, happening: Happening) -> Time | None:
    """Return the time that gives a date and stands in the words of the role."""
    at, times = scene.dated
    for role in _roles(happening, "time"):
        for token, time in zip(at, times, strict=True):
            if role.words[0] <= scene.document.token_at(time.end - 1) and token < role.words[1]:
                return time
    return None


def _place(scene: Scene, happening: Happening) -> str | None:
    """Return the place that the words of the role name, or the words themselves: ``im Galle Face Green``."""
    told = [
        role for role in _roles(happening, "place") if not any(is_seat(scene, i) for i in range(*role.words))
    ]
    for role in told:
        # The words may leave out a part of the name: "Penh".
        named = [scene.places_at[i] for i in range(*role.words) if i in scene.places_at]
        if named:
            return named[-1].text
    return next((site for role in told if (site := _site(scene, role.words))), None)


def _site(scene: Scene, words: Words) -> str | None:
    """Return the words of a place without its preposition and article, if there is a noun among them."""
    tokens = scene.document.tokens
    first, last = words
    opening = scene.document.sentence_of(first).first
    while first < last and tokens[first].lower in _BEFORE_SITE:
        if first > opening and tokens[first].is_capital:
            break  # "Den Haag"
        first += 1
    named = [scene.learned_names[i] for i in range(first, last) if i in scene.learned_names]
    if any(scene.types.get(scene.actors_at.get(i, "")) == "PER" for i in range(first, last)):
        return None
    # "Penh", "Norden des": a name and a phrase are taken as a whole.
    first = min([first, *(name.words[0] for name in named)])
    last = max([last, *(name.words[1] for name in named)])
    if tokens[last - 1].lower in _BEFORE_SITE:
        clause = scene.clause_at(last - 1)
        chunk = clause.chunk_at(last - 1) if clause else None
        last = chunk.last if chunk else last - 1
    nouns = [tokens[i].text for i in range(first, last) if tokens[i].is_capital]
    if not nouns or (last == first + 1 and (is_kind(nouns[0]) or is_no_site(nouns[0]))):
        return None
    return scene.document.text[tokens[first].start : tokens[last - 1].end]
