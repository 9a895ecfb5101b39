"""The way from a document to its events."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from depesche.find.events.arguments import subject_actors
from depesche.find.events.certainty import SAID, is_proclaimed
from depesche.find.events.fields import Fields, find_fields
from depesche.find.events.findings import Findings
from depesche.find.events.frames import (
    Frame,
    NounFrame,
    VerbFrame,
    event_phrase,
    event_words,
    is_singular,
    is_word_of,
)
from depesche.find.events.implied import complete_parties
from depesche.find.events.kinds import DEEDS, SPEECH_ACTS
from depesche.find.events.learned import with_learned
from depesche.find.events.merge import TOLD_ON, Draft, Merger
from depesche.find.events.modes import with_mode
from depesche.find.events.parties import find_parties, satisfies
from depesche.find.events.scene import Parties, Scene, merge
from depesche.find.events.setting import set_in_story
from depesche.find.events.sources import is_hearsay
from depesche.find.events.thread import complete_drafts
from depesche.find.events.triggers import Trigger, find_triggers
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.reading import Event

# What somebody does not want to do is refused, not merely left undone.
_REFUSABLE = {
    "AGREE": "assist",
    "CONSULT": "meet",
    "SUPPORT": "assist",
    "AID": "assist",
    "COOPERATE": "assist",
    "CONCEDE": "yield",
    "RETREAT": "yield",
}
_DEFINITE = frozenset({"dem", "den", "der", "diesem", "dieser", "zum", "beim", "im", "vom", "am"})
# At a meeting something is said, asked or agreed: ``bei einem Treffen``.
_AT = frozenset({"bei", "beim"})
# Words for these are hardly used of anything but politics.
_TOLD_ALONE = frozenset({"CONCEDE", "RETREAT", "COOPERATE"})
# What somebody is accused of is an event of its own, on the word of whoever accuses: a deed of these types.
_ALLEGED = DEEDS - {"RETREAT", "SANCTION"}
# What is done by force or to power, whether or not somebody speaks of it.
_FORCE = DEEDS - {"AID", "RETREAT"}
Stage = Literal["grammar", "model", "thread"]
# Behind "auch" these add another place.
_PLACING = frozenset({"in", "im"})
# Nouns of these types may have what is asked or promised behind them: "die Forderung, abzuziehen".
_CONTENT_NOUNS = frozenset({"REQUEST", "THREATEN", "AGREE", "REJECT"})
_PROMISED = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})
# Whoever announces these threatens with them.
_HARM = frozenset({"ASSAULT", "COERCE", "SANCTION"})
# Whoever says that he will yield, or will not go along, has done so: only what he speaks of is to come.
_DONE_NOW = frozenset({"CONCEDE", "REJECT"})
# Whoever says so himself does it. Who tells of what he promised or asked for may tell of another day.
_DONE_BY_WORDS = frozenset({"ACCUSE", "REJECT", "SUPPORT", "THREATEN"})


def find_events(document: Document, findings: Findings) -> tuple[Event, ...]:
    """Return the events of a report in the order of their triggers, with ids e1, e2 and so on."""
    scene = Scene(document, findings)
    *_, (_, drafts) = draft_stages(scene)
    return tuple(event for _, event in settle_events(scene, Merger(scene.countries).merge(drafts)))


def settle_events(scene: Scene, drafts: Sequence[Draft]) -> list[tuple[Draft, Event]]:
    """Return the drafts that are events, each with its event: completed by what the report leaves unsaid.

    The events have the ids e1, e2 and so on.
    """
    settled = set_in_story(scene, complete_parties(scene, (draft.event for draft in drafts)))
    told = [
        (draft, one)
        for draft, event in zip(drafts, settled, strict=True)
        if (one := _told(scene, draft, event)) is not None
    ]
    return [
        (draft, msgspec.structs.replace(with_mode(scene, _in_own_words(scene, event)), id=f"e{n}"))
        for n, (draft, event) in enumerate(told, 1)
    ]


def _in_own_words(scene: Scene, event: Event) -> Event:
    """Return the event without a source if it is done by the very words of its actor.

    ``„Wir erkennen das nicht an“, sagte X``: that X refuses is not his word, the report has heard it. What
    it puts into words of its own (``X sagte, man lehne das ab``) may be told of another day.
    """
    if event.type not in _DONE_BY_WORDS or event.source is None or event.actor != (event.source,):
        return event
    token = scene.document.token_at(event.start)
    quotation, clause = scene.quotation_at(token), scene.clause_at(token)
    if quotation is None or quotation.type != "Direct":
        return event
    # "Dabei habe er „Enttäuschung“ geäußert" is told by him, though the words stand in marks.
    finite = clause.finite if clause is not None else None
    whole = finite is None or scene.quotation_at(finite) == quotation
    return msgspec.structs.replace(event, source=None) if whole else event


def _told(scene: Scene, draft: Draft, event: Event) -> Event | None:
    """Return what a draft tells, ``event`` when completed; None if that lacks who its frame needs."""
    frame = draft.wanting
    if frame is None or satisfies(event.actor, event.recipient, frame) or _is_told_alone(scene, event, frame):
        return event
    if isinstance(frame, VerbFrame) and event.type == frame.type and _is_said_alone(scene, event):
        # Whoever is meant by the pronoun may be just who was guessed to be spoken to.
        return msgspec.structs.replace(event, recipient=draft.event.recipient)
    return None


def _is_told_alone(scene: Scene, event: Event, frame: Frame) -> bool:
    """Whether words tell a political event though the report does not say whose: ``Zugesagt ist nichts``.

    What several do together is none if it names nobody: ``Ein Abkommen wurde vereinbart``. Nor is a verb
    whose subject is nobody who acts: ``Das Seil hatte nachgegeben``.
    """
    if event.type != frame.type or frame.mutual:
        return False
    if isinstance(frame, NounFrame) or event.type == "AGREE":
        return event.type in _TOLD_ALONE or isinstance(frame, VerbFrame)
    clause = scene.clause_at(scene.document.token_at(event.start))
    return event.type in _TOLD_ALONE and clause is not None and clause.voice == "passive"


def _is_said_alone(scene: Scene, event: Event) -> bool:
    """Whether somebody says something though it is not known who: ``Sie fordern mehr Lohn``.

    Only people say it, so that a pronoun in the singular or plural is somebody. What is criticised without
    any subject is told of nobody by name: ``Kritisiert wird, dass ...``.
    """
    clause = scene.clause_at(scene.document.token_at(event.start))
    if event.type not in SAID or clause is None:
        return False
    if clause.voice == "passive":
        return event.type == "ACCUSE" and clause.subject is None
    if clause.subject is None or not clause.subject.pronoun:
        return False
    return scene.document.tokens[clause.subject.head].lower in event_words("persons")


def draft_stages(scene: Scene) -> Iterator[tuple[Stage, list[Draft]]]:
    """Yield what each trigger tells, stage by stage, before what is told several times is put together.

    Each stage completes the drafts of the one before, or adds some.
    """
    drafts = list(_drafts(scene))
    yield "grammar", drafts
    drafts = with_learned(scene, drafts)
    yield "model", drafts
    yield "thread", list(complete_drafts(scene, drafts))


def _drafts(scene: Scene) -> Iterator[Draft]:
    """Yield what each trigger tells; beside a verb's event only nouns that add to it or tell their own."""
    covered: dict[tuple[int, int], str] = {}  # clauses (sentence, number) by the type that their verb tells
    alleged: set[tuple[int, int]] = set()  # those that tell what somebody is accused of
    refused: set[tuple[int, int]] = set()  # those whose verb refuses something
    telling: set[int] = set()  # nouns by which the event of a verb was told
    for trigger, parties, wanting in _tellings(scene):
        at = (trigger.sentence, trigger.number)
        frame = trigger.frame
        if trigger.telling in telling:
            continue  # "in Gewahrsam" of "nahm in Gewahrsam"
        deed = at in alleged and isinstance(frame, VerbFrame) and frame.type in _ALLEGED
        answered = at in refused and _is_answered(scene, trigger, parties)
        if at in covered and not deed and not answered and not _is_own(scene, trigger, covered[at]):
            continue
        if wanting and not _may_want(trigger, parties):
            if _is_echo(scene, trigger):
                yield _draft(scene, trigger, Parties(), echo=True)
            continue
        if isinstance(frame, VerbFrame) and frame.told == "with" and trigger.telling != trigger.token:
            telling.add(trigger.telling)
        if isinstance(frame, VerbFrame) and frame.content:
            covered[at] = "" if frame.type in SPEECH_ACTS else frame.type
            content = tuple(_content_clauses(scene, trigger))
            covered.update(dict.fromkeys(content, ""))
            alleged.difference_update([at], content)
            if frame.type == "ACCUSE":
                alleged.update(content)
            if frame.type == "REJECT":
                refused.add(at)
        covered.update(dict.fromkeys(_content_of_noun(scene, trigger), ""))
        draft = _draft(scene, trigger, parties)
        yield msgspec.structs.replace(draft, wanting=frame) if wanting else draft


def _is_answered(scene: Scene, trigger: Trigger, parties: Parties) -> bool:
    """Whether a noun tells whose request or reproach is refused: ``lehnte die Bitte Polens ab``.

    Who refuses has not asked for it himself: ``das Gericht verwarf den Antrag``.
    """
    if isinstance(trigger.frame, VerbFrame) or not _is_word(scene, trigger, "answered"):
        return False
    of_subject = trigger.clause.subject == trigger.chunk
    refuser = () if of_subject else subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
    return bool(parties.actor) and not set(parties.actor) & set(refuser)


def _is_word(scene: Scene, trigger: Trigger, key: str) -> bool:
    return is_word_of(scene.document.tokens[trigger.token].text, event_phrase(key))


def _is_own(scene: Scene, trigger: Trigger, covering: str) -> bool:
    """Whether a noun tells an event in a clause whose verb tells one of the type ``covering``.

    That type is empty where the clause says what is said, asked or promised. A noun of the same type adds to
    the verb's event. What that event came after is another (``nach der Festnahme kritisierte sie``), and so
    is at whose request it is done (``zog sich auf Drängen der EU zurück``). So is force that does something
    (``Der Anschlag erschwerte die Gespräche``) or that something else than words is told beside (``trafen
    sich wegen der Unruhen``).
    """
    frame = trigger.frame
    if isinstance(frame, VerbFrame):
        return False
    prep = trigger.chunk.prep if trigger.chunk is not None else ""
    if frame.type == covering or prep == "nach" or (frame.type == "CONSULT" and prep in _AT):
        return True
    if frame.behind and _is_word(scene, trigger, "urged"):
        return True
    return frame.type in _FORCE and (bool(covering) or trigger.clause.subject == trigger.chunk)


def _tellings(scene: Scene) -> Iterator[tuple[Trigger, Parties, bool]]:
    """Yield the triggers with their parties, and whether these are fewer than the frame needs.

    Of the frames of one verb those come first that have all parties.
    """
    for _, triggers in itertools.groupby(find_triggers(scene), key=lambda t: (t.sentence, t.token)):
        told = []
        for trigger in triggers:
            parties = find_parties(scene, trigger)
            if parties is not None:
                wanting = not satisfies(parties.actor, parties.recipient, trigger.frame)
                told.append((trigger, parties, wanting))
        yield from sorted(told, key=lambda t: t[2])


def _may_want(trigger: Trigger, parties: Parties) -> bool:
    """Whether words that lack a party which their frame needs may tell an event all the same.

    A verb whose subject is no known actor does, and a noun that needs one party only: who is meant stands
    elsewhere. Where a frame needs both to tell an event from something else, one must be there.
    """
    frame = trigger.frame
    if isinstance(frame, VerbFrame) and (frame.by != "subject" or frame.needs == "recipient" or frame.named):
        return False
    if isinstance(frame, VerbFrame):
        return frame.needs != "both" or bool(parties.actor)
    return frame.needs != "both" or bool(parties.actor or parties.recipient)


def _content_clauses(scene: Scene, trigger: Trigger) -> Iterator[tuple[int, int]]:
    """Yield the clauses that only say what is asked, refused, promised or threatened.

    What reports tell that somebody rejects (``wonach``) is no part of the refusal, nor what it came after or
    was told beside (``nachdem``, ``während``).
    """
    if trigger.frame.type not in SPEECH_ACTS:
        return
    below = {trigger.number}
    for number, clause in enumerate(scene.sentence_clauses(trigger.token)):
        told = clause.kind == "inf" or (clause.kind == "sub" and clause.opener not in event_words("setting"))
        if number > trigger.number and clause.parent in below and told:
            below.add(number)
            yield (trigger.sentence, number)


def _content_of_noun(scene: Scene, trigger: Trigger) -> Iterator[tuple[int, int]]:
    """Yield the infinitive that says what a noun asks or promises: ``die Forderung, Truppen abzuziehen``."""
    if trigger.chunk is None or trigger.frame.type not in _CONTENT_NOUNS:
        return
    clauses = scene.sentence_clauses(trigger.token)
    number = trigger.number + 1
    behind = any(
        c.first >= trigger.chunk.last and not c.prep and not c.genitive for c in trigger.clause.chunks
    )
    if behind or number >= len(clauses):
        return
    clause = clauses[number]
    if (
        clause.kind == "inf"
        and not clause.opener
        and clause.parent == trigger.number
        and _is_with_zu(scene, clause)
    ):
        yield (trigger.sentence, number)


def _is_with_zu(scene: Scene, clause: Clause) -> bool:
    """Whether the verb of a clause is an infinitive with ``zu``: ``zu helfen``, ``abzuziehen``."""
    tokens = scene.document.tokens
    return any("zu" in tokens[i].lower or tokens[i - 1].lower == "zu" for i in clause.verb[:1])


def _draft(scene: Scene, trigger: Trigger, parties: Parties, *, echo: bool = False) -> Draft:
    frame = trigger.frame
    fields = find_fields(scene, trigger)
    kind, mode, fields = _settle(trigger, fields)
    if kind in _HARM and (is_proclaimed(scene, trigger) or _is_own_plan(scene, trigger, parties)):
        kind, mode, fields = "THREATEN", "", msgspec.structs.replace(fields, status="actual")
    elif kind == "RETREAT" and is_proclaimed(scene, trigger):
        # He yields in words, and has done so.
        kind, mode, fields = "CONCEDE", "", msgspec.structs.replace(fields, status="actual")
    if kind == "REJECT" and frame.mutual:
        parties = _refusal(scene, trigger, parties)
    token = scene.document.tokens[trigger.telling]
    event = Event(
        id="",
        type=kind,
        start=token.start,
        end=token.end,
        text=token.text,
        mode=mode or None,
        context=tuple(frame.context.split()),
        actor=parties.actor,
        recipient=parties.recipient,
        date=fields.date,
        earliest=fields.earliest,
        latest=fields.latest,
        place=fields.place,
        status=fields.status,
        source=fields.source,
        rule=f"events/{'noun' if isinstance(frame, NounFrame) else 'verb'}/{frame.id}",
    )
    return Draft(
        event,
        trigger.sentence,
        frame.id,
        heading=scene.document.is_heading(scene.document.sentences[trigger.sentence]),
        echo=echo,
        follows=_follows(scene, trigger),
        again=_is_again(scene, trigger),
        further=_is_further(scene, trigger),
        hearsay=is_hearsay(scene, trigger.token),
    )


def _is_own_plan(scene: Scene, trigger: Trigger, parties: Parties) -> bool:
    """Whether somebody says what harm his own side will do: ``man werde die Grenze schließen, so Moskau``."""
    clause, speaker = trigger.clause, scene.speaker_at(trigger.token)
    to_come = clause.tense == "fut" and clause.mood.startswith("subj") and not clause.negated
    if (
        speaker is None
        or not to_come
        or clause.voice == "passive"
        or not isinstance(trigger.frame, VerbFrame)
    ):
        return False
    land = scene.countries.get(speaker)
    return speaker in parties.actor or (
        land is not None and any(scene.countries.get(i) == land for i in parties.actor)
    )


def _is_echo(scene: Scene, trigger: Trigger) -> bool:
    """Whether a noun points back to a meeting that was told: ``nach dem Gespräch``."""
    if trigger.frame.type != "CONSULT" or trigger.chunk is None or not trigger.chunk.prep:
        return False
    return any(
        scene.document.tokens[i].lower in _DEFINITE for i in range(trigger.chunk.first, trigger.chunk.head)
    )


def _is_again(scene: Scene, trigger: Trigger) -> bool:
    """Whether a noun points back to the protest that was told: ``zu der Demonstration``, ``der Streik``."""
    chunk, frame = trigger.chunk, trigger.frame
    if chunk is None or not isinstance(frame, NounFrame) or frame.type not in TOLD_ON:
        return False
    tokens = scene.document.tokens
    opening = {tokens[i].lower for i in range(max(chunk.first - 1, 0), min(chunk.first + 2, trigger.token))}
    return not opening.isdisjoint(event_words("pointing-back")) and is_singular(
        tokens[trigger.token].text, frame
    )


def _is_further(scene: Scene, trigger: Trigger) -> bool:
    """Whether words add another one of the kind told before: ``auch in Wien``, ``weitere Proteste``.

    ``auch`` stands before the subject or a place, ``weitere`` with the subject or with the noun itself.
    """
    tokens, clause = scene.document.tokens, trigger.clause
    for chunk in clause.chunks:
        told_by_verb = trigger.chunk is None and chunk == clause.subject
        if chunk != trigger.chunk and not told_by_verb and chunk.prep not in _PLACING:
            continue
        told = range(max(chunk.first - 1, clause.first), chunk.first + 1 if chunk.prep else chunk.head)
        if any(tokens[i].lower in event_words("further") for i in told):
            return True
    return False


def _follows(scene: Scene, trigger: Trigger) -> bool:
    """Whether a clause goes on from what was told before: ``Dabei habe er ...``."""
    head = scene.document.tokens[trigger.clause.first].lower
    return head in event_words("going-on")


def _refusal(scene: Scene, trigger: Trigger, parties: Parties) -> Parties:
    """Return the parties of a refused meeting: who refuses, and whom."""
    actor = subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
    everybody = merge(parties.actor, parties.recipient)
    return Parties(actor, tuple(i for i in everybody if i not in actor)) if actor else parties


def _settle(trigger: Trigger, fields: Fields) -> tuple[str, str, Fields]:
    """Return type, mode and fields: a refused act is REJECT, a promised one AGREE."""
    frame = trigger.frame
    clause = trigger.clause
    if isinstance(frame, VerbFrame):
        # "konnte sich nicht einigen" is no refusal.
        unwilling = fields.status == "negated" and (clause.modal == "wollen" or clause.tense == "fut")
        if unwilling and frame.type in _REFUSABLE:
            return "REJECT", _REFUSABLE[frame.type], msgspec.structs.replace(fields, status="actual")
    if fields.status == "future" and frame.type in _PROMISED:
        # A meeting at a day is still to come; one that somebody says he wants, and help that he will give, is
        # promised now.
        wanted = isinstance(frame, VerbFrame) and clause.modal == "wollen" and fields.date is None
        to_come = frame.type == "CONSULT" and not wanted
        status = fields.status if to_come else "actual"
        return "AGREE", "", msgspec.structs.replace(fields, status=status)
    promised = frame.type == "AGREE" and clause.modal == "wollen"
    if fields.status == "future" and (promised or (isinstance(frame, VerbFrame) and frame.type in _DONE_NOW)):
        return frame.type, frame.mode, msgspec.structs.replace(fields, status="actual")
    return frame.type, frame.mode, fields
