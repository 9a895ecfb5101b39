"""How certain an event is: it happened, will, may, did not, or lies far back; and on whose word it rests."""

from __future__ import annotations

import bisect
import datetime

import msgspec

from depesche.find.events.fates import find_fate, is_considered, is_definite, is_object, is_subject
from depesche.find.events.frames import NounFrame, VerbFrame, event_phrase, event_words, is_word_of
from depesche.find.events.kinds import DEEDS
from depesche.find.events.moments import NEAR_TOKENS, clauses_above, is_moment, times_in
from depesche.find.events.scene import Scene, calendar_part
from depesche.find.events.triggers import Trigger
from depesche.find.times.calendar import first_day_of
from depesche.language.chunks import Chunk
from depesche.language.clauses import PAST_TENSES, Clause
from depesche.language.verbs import analyse_verb
from depesche.reading import Event, Status, Time

# Older than this, an event is background: "more than about a month before".
HISTORICAL_DAYS = 32
# A time of so many days at most is a month, week or day; half of it lies further back than its end.
_MONTH_DAYS = 31
_YEAR_DAYS = 366
# The middle of the beginning of a month or year lies behind its first day by so small a part of it.
_PARTS = 8
# What is said in the present is said now, whatever day it is about.
SAID = frozenset({"REQUEST", "ACCUSE", "REJECT", "THREATEN"})
_PAST = frozenset({"actual", "historical"})
_NOT = frozenset({"nicht", "nie", "niemals"})
_MODAL_FUTURE = frozenset({"wollen", "sollen", "werden"})
# What is announced of these is to come; the announcement of others is the event itself.
_DEEDS_TO_COME = frozenset({"PROTEST", "MOBILIZE", "COERCE", "RETREAT", "SANCTION", "REJECT"})
# What brings the attribute of a plan, a danger, a fear.
_OF_THOUGHT = frozenset({"zu", "zum", "zur", "vor", "auf", "für", "von", "an"})
_ABOUT = "über"
_DONE_ON_A_DAY = DEEDS | {"CONSULT", "COOPERATE"}
# What somebody may do something else for; who "took an hour to sentence" somebody has sentenced him.
_AIMS = _DONE_ON_A_DAY - {"SANCTION"}
# What somebody who must do it has not done yet; who must go or answer to a court has been told to.
_OWED = frozenset({"SUPPORT", "AGREE", "CONCEDE"})
_MODAL_POSSIBLE = frozenset({"können", "mögen", "dürfen"})


def find_status(scene: Scene, trigger: Trigger, time: Time | None) -> Status:
    """Return whether the event happened, will happen, may happen, did not, or lies far back."""
    fate = find_fate(scene, trigger)
    if fate is not None:
        return fate[0]
    if _is_negated(scene, trigger):
        return "negated"
    if _is_hypothetical(scene, trigger):
        return "hypothetical"
    if _is_future(scene, trigger):
        return "future"
    return _relation(scene, trigger, time) or ("historical" if _is_long_ago(scene, trigger) else "actual")


def settle_status(scene: Scene, event: Event) -> Event:
    """Return the event, its day chosen, with the status that its own words give it whatever that day is."""
    if event.status not in _PAST:
        return event
    token = scene.document.token_at(event.start)
    settled = settled_by(scene, token, event.type)
    current = _is_up_to_now(scene, token, event) or _is_told_of_now(scene, token)
    if settled is None and event.status == "historical" and current:
        return msgspec.structs.replace(event, status="actual")
    if settled is None and event.status == "actual" and _is_background(scene, token, event):
        return msgspec.structs.replace(event, status="historical")
    if settled is None and event.status == "actual" and _is_to_come(scene, token, event):
        return msgspec.structs.replace(event, status="future")
    return msgspec.structs.replace(event, status=settled[0]) if settled else event


def _is_to_come(scene: Scene, token: int, event: Event) -> bool:
    """Whether a deed is told of a day behind that of the report: ``am Freitag läuft das Schiff aus``.

    What is promised or asked for by such a day is done now.
    """
    day, clause = scene.document.day, scene.clause_at(token)
    earliest = first_day_of(event.earliest) if event.earliest else None
    if day is None or clause is None or earliest is None or event.type not in _DONE_ON_A_DAY:
        return False
    return earliest > day and _has_open_tense(clause, noun=token not in clause.verb)


def _has_open_tense(clause: Clause, *, noun: bool) -> bool:
    """Whether what a verb or noun of a clause tells may be to come by its tense.

    A noun with a date of its own has none: ``rief für Montag zu einer Kundgebung auf``.
    """
    return noun or clause.tense in {"pres", "fut", ""}


def _is_up_to_now(scene: Scene, token: int, event: Event) -> bool:
    """Whether a verb tells what has happened since a day of the last months: ``seit Januar starben 40``.

    What goes on for years already is background.
    """
    clause, document = scene.clause_at(token), scene.document
    if (
        clause is None
        or document.day is None
        or token not in clause.verb
        or clause.tense not in {"past", "perf"}
    ):
        return False
    for time in times_in(scene, clause):
        first, start = first_day_of(time.earliest), document.token_at(time.start)
        since = start and document.tokens[start - 1].lower == "seit"
        if since and first is not None and calendar_part(time) == event.date:
            return (document.day - first).days < _YEAR_DAYS
    return False


def _is_told_of_now(scene: Scene, token: int) -> bool:
    """Whether a verb's clause says that it is news: ``jetzt hat die Regierung protestiert``."""
    clause, document = scene.clause_at(token), scene.document
    if clause is None or token not in clause.verb or clause.tense not in {"perf", "pres"}:
        return False
    if any(is_old(document.day, time) for time in times_in(scene, clause)):
        return False
    return scene.holds(clause, event_words("just-now"))


def _is_background(scene: Scene, token: int, event: Event) -> bool:
    return _is_told_of_old(scene, token, event) or _is_told_of_formerly(scene, token)


def _is_told_of_formerly(scene: Scene, token: int) -> bool:
    """Whether a sentence in the past says that it tells of long ago: ``damals``, ``der damalige Präsident``.

    Unless its clause names a near day: ``Der damalige Minister wurde am Freitag verurteilt``.
    """
    clause, document = scene.clause_at(token), scene.document
    if clause is None or clause.tense not in PAST_TENSES:
        return False
    if any(not is_old(document.day, time) for time in times_in(scene, clause)):
        return False
    if _is_of_epoch(scene, clause):
        return True
    above = clauses_above(scene, scene.sentence_clauses(token), scene.owners[token][0])
    return any(
        document.tokens[i].lower in event_words("formerly") and not _is_apposed(scene, one, i)
        for one in above
        for i in one.tokens
    )


def _is_of_epoch(scene: Scene, clause: Clause) -> bool:
    """Whether a clause begins with a time that is over: ``Nach dem Ende des Bosnienkriegs wurden ...``."""
    tokens = scene.document.tokens
    if clause.finite is None or tokens[clause.first].lower not in event_words("epoch-openers"):
        return False
    ahead = range(clause.first, clause.finite)
    if any(
        tokens[i].lower in {"kalten", "kalter"} and tokens[i + 1].lower.startswith("krieg") for i in ahead
    ):
        return True
    return any(tokens[i].lower in event_words("epochs") for i in ahead)


def _is_apposed(scene: Scene, clause: Clause, token: int) -> bool:
    """Whether a word only says what somebody was: ``Petrow, einst Minister, trat zurück``."""
    return token > clause.first and scene.document.tokens[token - 1].text in {",", "("}


def _is_told_of_old(scene: Scene, token: int, event: Event) -> bool:
    """Whether the clause of an event itself says in the past that it was long ago: ``im August ... gewarnt``.

    A day that only begins or ends something (``seit August``) or belongs to a noun says nothing of that.
    """
    clause, document = scene.clause_at(token), scene.document
    if clause is None or clause.tense not in PAST_TENSES:
        return False
    return any(
        calendar_part(time) == event.date
        and is_old(document.day, time)
        and is_moment(scene, document.token_at(time.start))
        for time in times_in(scene, clause)
    )


def settled_by(scene: Scene, token: int, kind: str) -> tuple[Status, tuple[int, ...]] | None:
    """Return the status that a noun's own words settle, and the tokens that do; None for most."""
    clause = scene.clause_at(token)
    chunk = clause.chunk_at(token) if clause else None
    if clause is None or chunk is None or token in clause.verb:
        return None
    if kind == "ASSAULT" and clause.lemma in event_words("announcing") and is_object(clause, chunk):
        # An attack that is planned is none yet: "plante einen Anschlag".
        return "hypothetical", clause.verb
    if chunk.prep == "seit" and token <= chunk.head and _is_far(scene, chunk):
        return "historical", (chunk.first,)
    return None


def is_old(day: datetime.date | None, time: Event | Time) -> bool:
    """Whether what happened at a time is background for a report of a day.

    Somewhen in July is for the end of August as old as the middle of July, and ``Ende Juli`` as old as its
    end. So is a year or a summer: most of what a report tells of it is of its last weeks.
    """
    first, last = first_day_of(time.earliest), first_day_of(time.latest)
    if day is None or last is None:
        return False
    ago = (day - last).days
    length = (last - first).days if first is not None else 0
    part = time.text.split(" ")[0].lower() if isinstance(time, Time) else ""
    if part in event_words("end"):
        return ago >= HISTORICAL_DAYS
    if part in event_words("beginnings") and first is not None:
        # The beginning of a month or year is as old as its own middle.
        return (day - first).days - length // _PARTS >= HISTORICAL_DAYS
    if ago > 0 and 0 < length < _MONTH_DAYS:
        return ago + length // 2 >= HISTORICAL_DAYS
    return ago >= HISTORICAL_DAYS


def _is_far(scene: Scene, chunk: Chunk) -> bool:
    """Whether no day behind a noun says that it is near: ``seit dem Überfall``, and no ``am Montag``."""
    at, times = scene.dated
    k = bisect.bisect_left(at, chunk.head)
    own = times[k] if k < len(at) and at[k] - chunk.head <= NEAR_TOKENS else None
    day = scene.document.day
    if day is None or own is None or first_day_of(own.latest) is None:
        return True
    return is_old(day, own)


def _is_long_ago(scene: Scene, trigger: Trigger) -> bool:
    """Whether an undated report's words say that something was months ago.

    ``vor fünf Monaten`` does, and the Pluperfekt with a month but no day: ``im Januar hatte ...``.
    """
    clause = trigger.clause
    if scene.document.day is not None or clause.tense == "pres":
        return False
    above = clauses_above(scene, scene.sentence_clauses(trigger.token), trigger.number)
    tokens = {i for one in above for i in one.tokens}
    named = (t for t in scene.findings.times if scene.document.token_at(t.start) in tokens)
    return any(
        (time.rule == "times/ago" and time.text.split()[-1].lower() in event_words("long-units"))
        or (time.rule == "times/month" and clause.tense == "pluperf")
        for time in named
    )


def _is_negated(scene: Scene, trigger: Trigger) -> bool:
    clause = trigger.clause
    if _governed_by(scene, trigger, "denying", kinds=frozenset({"sub"})):
        return True
    if _governed_by(scene, trigger, "renouncing", kinds=frozenset({"inf"})):
        return True
    if _is_in_vain(scene, trigger):
        return True
    denied = clause.negated or _is_without(scene, clause)
    if isinstance(trigger.frame, VerbFrame):
        denied = denied or _hangs_on_no(scene, trigger) or _is_denied_beside(scene, trigger)
        return denied and trigger.frame.negated != "yes"
    return _is_no_noun(scene, trigger, denied=denied)


def _is_in_vain(scene: Scene, trigger: Trigger) -> bool:
    """Whether an infinitive tells what somebody failed to do: ``scheiterte mit dem Versuch, sie zu stürzen``.

    Also ``versuchte vergeblich, sie zu stürzen``.
    """
    clause = trigger.clause
    if clause.kind != "inf" or clause.parent is None or clause.parent >= trigger.number:
        return False
    above = scene.sentence_clauses(trigger.token)[clause.parent]
    words = [scene.document.tokens[i].lower for i in above.tokens]
    if above.negated:
        return False
    if above.lemma in event_words("failing"):
        return not event_words("attempts").isdisjoint(words)
    return above.lemma == "versuchen" and not event_words("in-vain").isdisjoint(words)


def _is_denied_beside(scene: Scene, trigger: Trigger) -> bool:
    """Whether a participle is denied for itself: ``die nicht anerkannte Republik``."""
    before = scene.document.tokens[trigger.token - 1].lower if trigger.token else ""
    return before in _NOT


def _is_no_noun(scene: Scene, trigger: Trigger, *, denied: bool) -> bool:
    """Whether what a noun tells is said not to be; ``denied`` is the verb of its clause."""
    clause, chunk = trigger.clause, trigger.chunk
    assert chunk is not None
    tokens = scene.document.tokens
    if any(tokens[i].lower.startswith("kein") for i in range(chunk.first, trigger.token)):
        return True
    if chunk.genitive:
        # "Angaben zur Zahl der Angriffe gibt es nicht" denies no attack.
        return False
    if _is_missing(trigger, chunk):
        return True
    # "Gespräche gibt es nicht", "zu einem Treffen kam es nicht"
    if not denied:
        return False
    there = clause.lemma in event_words("being") and (not chunk.prep or chunk.prep == "zu")
    return there or (clause.lemma in event_words("bringing-about") and is_object(clause, chunk))


def _is_without(scene: Scene, clause: Clause) -> bool:
    """Whether a clause tells what was not done: ``ohne dass es dazu kam``, ``ohne zu verhandeln``."""
    tokens = scene.document.tokens
    if tokens[clause.first].lower != "ohne":
        return False
    return clause.kind == "inf" or tokens[min(clause.first + 1, len(tokens) - 1)].lower == "dass"


def _is_missing(trigger: Trigger, chunk: Chunk) -> bool:
    """Whether the verb of a noun says there is none: ``Krawalle blieben aus``, ``sah von Strafen ab``."""
    clause = trigger.clause
    if clause.negated:
        return False
    if clause.lemma in event_words("missing"):
        return is_subject(trigger.clause, trigger.chunk)
    return clause.lemma in event_words("renouncing") and chunk.prep in event_words("renounced")


def _governed_by(scene: Scene, trigger: Trigger, words: str, *, kinds: frozenset[str]) -> bool:
    """Whether a clause of one of ``kinds`` depends on a verb of a list: ``erwägt, die Hilfe zu kürzen``.

    The verb may stand behind it: ``dass er nachgebe, bestritt er``.
    """
    clause = trigger.clause
    if clause.kind not in kinds or (clause.kind == "sub" and clause.opener != "dass"):
        return False
    clauses = scene.sentence_clauses(trigger.token)
    above = clauses[clause.parent] if clause.parent is not None and clause.parent < trigger.number else None
    if above is None and trigger.number + 1 < len(clauses):
        above = clauses[trigger.number + 1]
    return above is not None and not above.negated and above.lemma in event_words(words)


def is_proclaimed(scene: Scene, trigger: Trigger) -> bool:
    """Whether a verb tells what somebody proclaims that he will do: ``kündigte an, die Stadt anzugreifen``.

    Also ``kündigte an, man werde sie festnehmen``, and the same before it.
    """
    clause = trigger.clause
    if not isinstance(trigger.frame, VerbFrame) or clause.voice == "passive" or clause.negated:
        return False
    if clause.kind == "inf" or clause.opener == "dass":
        return _governed_by(scene, trigger, "proclaiming", kinds=frozenset({"inf", "sub"}))
    if clause.kind != "main" or clause.tense != "fut" or not clause.mood.startswith("subj"):
        return False
    clauses = scene.sentence_clauses(trigger.token)
    around = clauses[max(0, trigger.number - 1) : trigger.number + 2]
    return any(c.lemma in event_words("proclaiming") and not c.negated for c in around)


def _hangs_on_no(scene: Scene, trigger: Trigger) -> bool:
    """Whether an infinitive depends on what is not: ``hat nicht vor, die Hilfe zu kürzen``."""
    clause = trigger.clause
    if clause.kind != "inf" or clause.parent is None or clause.parent >= trigger.number:
        return False
    parent = scene.sentence_clauses(trigger.token)[clause.parent]
    return parent.negated and parent.lemma not in event_words("hesitating")


def _is_hypothetical(scene: Scene, trigger: Trigger) -> bool:
    clause = trigger.clause
    considered = _governed_by(scene, trigger, "considering", kinds=frozenset({"inf", "sub"}))
    if considered or clause.opener in event_words("conditional") or _is_condition(scene, trigger):
        return True
    if _is_behind_thought(scene, clause) or _is_looming_penalty(trigger):
        return True
    if _is_under_possible(scene, trigger) or _is_guessed(scene, trigger) or _is_wished(scene, clause):
        return True
    if _is_consequence(scene, trigger) or _is_drafted(scene, clause) or _is_purpose(trigger):
        return True
    unreal = (
        clause.mood == "subj2"
        and (clause.tense in {"pres", "fut"} or _is_missed(scene, clause))
        and scene.quotation_at(trigger.token) is None
        and not _is_indicative(scene, clause)
    )
    if isinstance(trigger.frame, VerbFrame):
        # "dürfen nicht einreisen" forbids, and the frame of what is forbidden knows it.
        forbidden = clause.negated and trigger.frame.negated == "yes"
        # "konnte fliehen" tells that he did.
        managed = clause.modal == "können" and clause.tense == "past" and clause.mood == "ind"
        possible = (clause.modal in _MODAL_POSSIBLE and not forbidden and not managed) or _is_due(trigger)
        return unreal or (possible and not _is_perfect(scene, clause))
    considered = is_considered(clause, trigger.chunk) or _is_thought(scene, trigger)
    wished = clause.modal == "wollen" and clause.tense == "past" and _is_done(trigger)
    possible = _beside(scene, trigger, event_phrase("possible")) or _is_called_possible(scene, trigger)
    return unreal or considered or wished or possible or _is_aim(scene, trigger) or _is_case(scene, trigger)


def _is_wished(scene: Scene, clause: Clause) -> bool:
    """Whether a clause tells what somebody would like to do: ``er würde gern mit ihm sprechen``."""
    if clause.mood != "subj2" or clause.tense != "fut":
        return False
    return scene.holds(clause, event_words("wishing"))


def _is_missed(scene: Scene, clause: Clause) -> bool:
    """Whether a clause tells what could have been: ``hätte verlangen können``, ``wäre sonst einmarschiert``.

    ``hätte verlangt`` alone may be what somebody says was so.
    """
    words = event_words("otherwise") | event_words("nearly")
    return bool(clause.modal) or scene.holds(clause, words)


def _is_due(trigger: Trigger) -> bool:
    """Whether somebody must still consent or agree: ``das Parlament muss zustimmen``."""
    clause = trigger.clause
    owed = clause.modal == "müssen" and clause.mood == "ind" and clause.tense == "pres"
    return owed and not clause.negated and trigger.frame.type in _OWED


def _is_looming_penalty(trigger: Trigger) -> bool:
    """Whether a verb says that somebody may be punished: ``ihm droht Haft``."""
    return trigger.frame.type == "SANCTION" and trigger.clause.lemma in event_words("looming")


def _is_purpose(trigger: Trigger) -> bool:
    """Whether a deed is what something is done for: ``um die Stadt einzunehmen``.

    What is said is said then: ``reiste nach Genf, um für Hilfe zu werben``.
    """
    clause = trigger.clause
    return clause.opener == "um" and trigger.token in clause.verb and trigger.frame.type in _AIMS


def _is_drafted(scene: Scene, clause: Clause) -> bool:
    """Whether a clause tells what a draft says: ``ein Entwurf, der den Abzug vorsieht``."""
    noun, subject = clause.antecedent, clause.subject
    if clause.kind != "rel" or noun is None or clause.tense not in {"pres", "fut"}:
        return False
    drafted = is_word_of(scene.document.tokens[noun.head].text, event_phrase("drafts"))
    return drafted and (subject is None or subject.first in {clause.pronoun, noun.first})


def _is_condition(scene: Scene, trigger: Trigger) -> bool:
    """Whether a clause that begins with its verb is a condition: ``Kommt es zum Abzug, wäre ...``.

    The clause that it is a condition of begins with its own verb, or with ``dann`` or ``so``. ``sollte``
    makes a condition also behind it.
    """
    clause, tokens = trigger.clause, scene.document.tokens
    if clause.finite is None or clause.finite != clause.first or clause.kind not in {"main", "sub"}:
        return False
    clauses = scene.sentence_clauses(trigger.token)
    begins = trigger.number == 0
    if clause.modal == "sollen":
        return begins or tokens[clause.first - 1].text == ","
    if not begins or len(clauses) == 1:
        return False
    after = next((c for c in clauses[1:] if c.kind == "main"), None)
    if after is None or after.finite is None or tokens[after.first - 1].text not in {",", "“", "”"}:
        return False
    return after.finite == after.first or tokens[after.first].lower in {"dann", "so"}


def _is_consequence(scene: Scene, trigger: Trigger) -> bool:
    """Whether a clause tells what will be on a condition: ``falls er kommt, werden sie schießen``.

    What is announced on a condition is no more than that either: ``kündigte sein Veto an, falls ...``.
    """
    clause = trigger.clause
    willed = clause.tense == "fut" or (clause.modal == "wollen" and clause.tense == "pres")
    if clause.kind not in {"main", "sub"} or not (willed or _is_announced(trigger)):
        return False
    if scene.holds(clause, event_words("otherwise")):
        return True
    return any(
        other.opener in event_words("if") or (other.modal == "sollen" and other.finite == other.first)
        for other in scene.sentence_clauses(trigger.token)
        if other.first != clause.first
    )


def _is_done(trigger: Trigger) -> bool:
    """Whether a noun is what the verb of its clause says is done: ``wollen Anschläge verüben``."""
    clause = trigger.clause
    if clause.lemma in event_words("light"):
        return is_object(clause, trigger.chunk)
    return clause.lemma in event_words("happening") and is_subject(trigger.clause, trigger.chunk)


def _is_called_possible(scene: Scene, trigger: Trigger) -> bool:
    """Whether the clause says of a noun that it may be: ``ein Boykott ist denkbar``."""
    clause, tokens = trigger.clause, scene.document.tokens
    if clause.subject is None or clause.lemma not in event_words("linking"):
        return is_object(clause, trigger.chunk) and _is_held_possible(scene, trigger)
    if _is_called_for(scene, trigger) and is_subject(clause, trigger.chunk):
        return True
    # "Denkbar ist ein Boykott": the capital makes the adjective look like the subject.
    ahead = tokens[clause.subject.head].lower in event_words("possible")
    bare = trigger.chunk is not None and not (trigger.chunk.prep or trigger.chunk.genitive)
    if not (is_subject(clause, trigger.chunk) or (ahead and bare)):
        return False
    return scene.holds(clause, event_words("possible"))


def _is_held_possible(scene: Scene, trigger: Trigger) -> bool:
    """Whether somebody holds a noun for possible, or for right or wrong: ``hält einen Abzug für denkbar``."""
    clause, tokens = trigger.clause, scene.document.tokens
    if clause.lemma != "halten":
        return False
    held = any(
        tokens[i].lower in event_words("possible") and tokens[i - 1].lower == "für" for i in clause.tokens
    )
    return held or _is_called_for(scene, trigger)


def _is_called_for(scene: Scene, trigger: Trigger) -> bool:
    """Whether a clause says of a noun that it should or should not be: ``Ein Abzug ist verfrüht``.

    What *the* attack is called was made, and what was called for in the past may have been done.
    """
    clause, chunk = trigger.clause, trigger.chunk
    if chunk is None or clause.tense in PAST_TENSES or is_definite(scene, chunk):
        return False
    return scene.holds(clause, event_words("called-for"))


def _is_under_possible(scene: Scene, trigger: Trigger) -> bool:
    """Whether a clause tells what is called possible or a condition: ``denkbar ist, dass er kommt``."""
    clause = trigger.clause
    if clause.kind != "sub" or clause.opener != "dass" or clause.parent is None or not trigger.number:
        return False
    above = scene.sentence_clauses(trigger.token)[clause.parent]
    if above.lemma not in event_words("linking") or above.tense in PAST_TENSES:
        return False
    words = {scene.document.tokens[i].lower for i in above.tokens}
    only = event_words("possible") | event_words("called-for") | event_words("aims") | event_words("thoughts")
    return not only.isdisjoint(words)


def _is_guessed(scene: Scene, trigger: Trigger) -> bool:
    """Whether a verb tells what somebody perhaps does or will do: ``zieht womöglich ab``."""
    clause = trigger.clause
    if not isinstance(trigger.frame, VerbFrame) or clause.tense not in {"pres", "fut"} or clause.modal:
        return False
    return scene.holds(clause, event_words("perhaps"))


def _is_case(scene: Scene, trigger: Trigger) -> bool:
    """Whether a noun tells the case that something is said for: ``im Falle eines Angriffs``."""
    chunk = trigger.chunk
    if chunk is None or not chunk.genitive or chunk.first < 1:
        return False
    around = scene.document.tokens[chunk.first - 1 : chunk.first + 1]
    return any(token.lower in {"fall", "falle"} for token in around)


def _is_behind_thought(scene: Scene, clause: Clause) -> bool:
    """Whether an infinitive stands behind a noun that makes it only thought of: ``der Plan, ... zu``."""
    tokens = scene.document.tokens
    if clause.kind != "inf" or clause.first < 2 or tokens[clause.first - 1].text != ",":
        return False
    noun = tokens[clause.first - 2].lower
    return noun in event_words("thoughts") or noun in event_words("aims")


def _is_thought(scene: Scene, trigger: Trigger) -> bool:
    """Whether a noun is the attribute of one that makes it only thought of: ``die Gefahr eines Krieges``."""
    chunk = trigger.chunk
    if chunk is None:
        return False
    # "Spekulationen über einen Abzug"; those about "den Angriff" are about what happened.
    about = chunk.prep == _ABOUT and not is_definite(scene, chunk)
    if not (chunk.genitive or chunk.prep in _OF_THOUGHT or about):
        return False
    before = trigger.clause.chunk_before(chunk)
    return before is not None and scene.document.tokens[before.head].lower in event_words("thoughts")


def _is_aim(scene: Scene, trigger: Trigger) -> bool:
    """Whether an infinitive says that a noun be done: ``ein Treffen zu organisieren``.

    What something else is to be done to may be there already: ``die Frist zu strecken``.
    """
    chunk, clause = trigger.chunk, trigger.clause
    done = clause.kind == "inf" and clause.lemma in event_words("light") and not _is_under_way(scene, trigger)
    return done and chunk is not None and not chunk.prep and not chunk.genitive


def _is_under_way(scene: Scene, trigger: Trigger) -> bool:
    """Whether an infinitive depends on a verb that says that it is done: ``begann, Angriffe zu fliegen``."""
    parent = trigger.clause.parent
    if parent is None:
        return False
    above = scene.sentence_clauses(trigger.token)[parent]
    return above.lemma in event_words("going-about") and not above.negated


def _is_indicative(scene: Scene, clause: Clause) -> bool:
    """Whether a form in the Konjunktiv is also another verb's indicative: ``drängen``, of ``dringen``."""
    if clause.finite is None:
        return False
    return any(form.mood == "ind" for form in analyse_verb(scene.document.tokens[clause.finite].lower))


def _is_future(scene: Scene, trigger: Trigger) -> bool:
    clause = trigger.clause
    if clause.tense == "pres" and _ends_later(scene, clause):
        return True
    intended = any(
        _governed_by(scene, trigger, words, kinds=frozenset({"inf"})) for words in ("announcing", "intending")
    )
    if intended and trigger.frame.type != "AGREE":
        return True
    if isinstance(trigger.frame, VerbFrame):
        willed = clause.modal in _MODAL_FUTURE and clause.mood != "subj2"
        return clause.tense == "fut" or (willed and not _is_perfect(scene, clause))
    later = _is_announced(trigger) or (
        clause.modal == "wollen" and _is_done(trigger) and not _is_perfect(scene, clause)
    )
    return later or _beside(scene, trigger, event_phrase("planned")) or _is_planned(trigger)


def _is_announced(trigger: Trigger) -> bool:
    """Whether a noun is a deed that the verb of its clause only announces: ``kündigte Streiks an``."""
    announced = trigger.frame.type in _DEEDS_TO_COME and trigger.clause.lemma in event_words("announcing")
    return announced and is_object(trigger.clause, trigger.chunk)


def _ends_later(scene: Scene, clause: Clause) -> bool:
    """Whether a clause in the present names an end that is to come: ``zieht bis Jahresende ab``."""
    day = scene.document.day
    if day is None:
        return False
    for time in times_in(scene, clause):
        before = scene.document.tokens[max(0, scene.document.token_at(time.start) - 1)].lower
        if before == "bis" and time.latest and time.latest[:10] > day.isoformat():
            return True
    return False


def _is_perfect(scene: Scene, clause: Clause) -> bool:
    """Whether a modal verb governs a perfect: ``soll aufgerufen haben`` tells what is said to have been."""
    if not clause.verb:
        return False
    tokens = scene.document.tokens
    participle = any(f.kind == "participle" for f in analyse_verb(tokens[clause.verb[0]].lower))
    return participle and any(
        tokens[i].lower in {"haben", "sein"} for i in clause.tokens if i > clause.verb[0]
    )


def _is_planned(trigger: Trigger) -> bool:
    """Whether a noun is the subject of a clause that says that it will be: ``ein Besuch ist geplant``."""
    clause = trigger.clause
    if clause.subject is None or trigger.chunk is None or clause.subject.first != trigger.chunk.first:
        return False
    if clause.lemma in event_words("planning"):
        return clause.voice == "passive" or clause.tense == "perf" or clause.lemma == "bevorstehen"
    will_be = clause.tense == "fut" or clause.modal in _MODAL_FUTURE
    return will_be and clause.lemma in event_words("happening")


def _beside(scene: Scene, trigger: Trigger, words: str) -> bool:
    """Whether one of ``words`` stands in the chunk of a noun."""
    assert trigger.chunk is not None
    tokens = scene.document.tokens
    return any(is_word_of(tokens[i].text, words) for i in range(trigger.chunk.first, trigger.token))


def _relation(scene: Scene, trigger: Trigger, time: Time | None) -> Status | None:
    """Return ``historical`` or ``future`` by the time of an event and the day of the report."""
    day = scene.document.day
    latest, earliest = (first_day_of(time.latest), first_day_of(time.earliest)) if time else (None, None)
    if day is None or latest is None or earliest is None:
        return None
    tense = trigger.clause.tense
    if time is not None and is_old(day, time):
        return "historical" if tense != "pres" or trigger.clause.mood == "subj1" else None
    if tense == "pres" and isinstance(trigger.frame, VerbFrame) and trigger.frame.type in SAID:
        # "lädt für März ein": the day is that of what is asked for.
        return None
    noun = isinstance(trigger.frame, NounFrame)
    return "future" if earliest > day and _has_open_tense(trigger.clause, noun=noun) else None
