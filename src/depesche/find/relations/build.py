"""The way from a document to its statements about relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from depesche.find.events.findings import Findings
from depesche.find.events.frames import base_forms, fold, is_word_of
from depesche.find.events.scene import Ids, Scene, merge
from depesche.find.relations.frames import (
    BondFrame,
    PredicateFrame,
    RoleFrame,
    StateFrame,
    adjective_forms,
    bond_frame,
    noun_frame,
    participle_frame,
    predicates,
    quality_of,
    state_frames,
    statement_words,
    tells_state,
)
from depesche.find.relations.moments import find_duration
from depesche.find.relations.parties import Site, are_of, are_parties, is_elsewhere
from depesche.find.relations.standing import (
    find_standing,
    is_no_more,
    is_refused,
    is_wished,
    standing_of_noun,
)
from depesche.language.chunks import Chunk
from depesche.language.clause_finder import clauses_of
from depesche.language.document import Document
from depesche.reading import Standing, Statement, Time

# Behind these stands what is, whatever the clause wants.
_GIVEN = frozenset({"nach", "seit", "wegen", "trotz", "angesichts"})
# Nouns for what becomes of a bond, and the predicate that each stands for.
_NOUN_PREDICATES = ("broken", "restored", "normal", "better", "worse")


def find_relations(document: Document, findings: Findings) -> tuple[Statement, ...]:
    """Return the statements about relations in the order of their words, with ids r1, r2 and so on."""
    scene = Scene(document, findings)
    found = sorted(_statements(scene), key=lambda s: (s.start, s.end))
    return tuple(msgspec.structs.replace(s, id=f"r{n}") for n, s in enumerate(_merge(found), 1))


def _merge(statements: Iterable[Statement]) -> Iterable[Statement]:
    """Return each statement once; what a later one tells of since and until is added to the first."""
    kept: dict[tuple[object, ...], Statement] = {}
    for one in statements:
        parties = tuple(sorted(one.parties)) if one.mutual else one.parties
        key = (one.kind, one.mode, parties, one.mutual, one.status, one.source)
        first = kept.get(key)
        kept[key] = (
            one
            if first is None
            else msgspec.structs.replace(
                first, since=first.since or one.since, until=first.until or one.until
            )
        )
    return kept.values()


def _statements(scene: Scene) -> Iterator[Statement]:
    tokens = scene.document.tokens
    for sentence, clauses in enumerate(clauses_of(scene.document)):
        for number, clause in enumerate(clauses):
            site = Site(scene, sentence, number, clause)
            found = [*_states(site), *_attributes(site)]
            for i in clause.tokens:
                if not tokens[i].is_capital:
                    continue
                frame = noun_frame(tokens[i].text)
                if isinstance(frame, RoleFrame):
                    found += _roles(site, i, frame)
                elif frame is not None:
                    found += _bonds(site, i, frame)
            if found and not is_elsewhere(scene, clause):
                yield from found


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What some words tell, before it is known whether its parties can stand so to each other."""

    frame: RoleFrame | BondFrame | StateFrame
    words: tuple[int, ...]
    parties: Ids
    rule: str
    status: Standing = "holds"
    mode: str = ""
    mutual: bool = False
    since: Time | None = None
    until: Time | None = None
    alone: bool = False


def _statement(site: Site, told: Told) -> Iterator[Statement]:
    """Yield the statement if its parties can be such."""
    frame, parties = told.frame, told.parties
    if not are_parties(site.scene, parties, frame.kind, alone=told.alone):
        return
    tokens, text = site.scene.document.tokens, site.scene.document.text
    start, end = tokens[min(told.words)].start, tokens[max(told.words)].end
    yield Statement(
        id="",
        kind=frame.kind,
        start=start,
        end=end,
        text=text[start:end],
        mode=told.mode or frame.mode or None,
        parties=parties,
        mutual=told.mutual and len(parties) > 1,
        status=told.status,
        since=told.since,
        until=told.until,
        source=site.scene.speaker_at(min(told.words)),
        rule=f"relations/{told.rule}",
    )


# --- roles: der Erzrivale Iran -----------------------------------------------------------------------


def _roles(site: Site, token: int, frame: RoleFrame) -> Iterator[Statement]:
    """Yield who stands how to whom by a noun such as ``Verbündeter``."""
    chunk = site.chunk_at(token)
    owner = site.owner(chunk, token)
    holders, predicative = _holders(site, token, chunk)
    rule = f"role/{frame.id}"
    noun = standing_of_noun(site.scene, chunk, token)
    status = noun
    if predicative and noun in {"holds", "denied"}:
        status = find_standing(site.scene, site.number, site.clause, chunk)
    times = find_duration(site.scene, site.clause) if predicative else None
    since, until = (times.since, times.until) if times else (None, None)
    if not are_of(site.scene, holders, frame.who):
        return
    words = (_first_word(site, chunk, token), token)
    others = tuple(i for i in owner if i not in holders)
    told = Told(
        frame=frame, words=words, parties=holders, rule=rule, status=status, mutual=frame.mutual,
        since=since, until=until,
    )  # fmt: skip
    if not others and frame.mutual and len(holders) > 1:
        yield from _statement(site, told)
        return
    if not are_of(site.scene, others, frame.to):
        return
    for holder in holders:
        yield from _statement(site, msgspec.structs.replace(told, parties=merge((holder,), others)))


def _first_word(site: Site, chunk: Chunk, token: int) -> int:
    """Return the first adjective before a noun in its chunk, or the noun."""
    tokens = site.scene.document.tokens
    first = token
    while first - 1 >= chunk.first and tokens[first - 1].text[0].islower():
        word = tokens[first - 1].lower
        if word == chunk.prep or len(adjective_forms(word)) < 2 or word in _DETERMINERS:
            break
        first -= 1
    return first


_DETERMINERS = frozenset(
    """der die das den dem des ein eine einen einem einer eines sein seine seinen seinem seiner seines ihr
    ihre ihren ihrem ihrer ihres unser unsere unseren unserem unserer unseres""".split()
)


def _holders(site: Site, token: int, chunk: Chunk) -> tuple[Ids, bool]:
    """Return who stands so, and whether the clause's verb says it of its subject."""
    scene, clause = site.scene, site.clause
    tokens = scene.document.tokens
    after = site.named_after(chunk, token)
    if after:
        return after, False
    before = tokens[chunk.first - 1].lower if chunk.first else ""
    if before == "," and (named := site.chunk_before(chunk.first - 1)):
        return scene.actors_of(named), False
    if before == "als":
        beside = site.chunk_before(chunk.first - 1)
        if clause.lemma not in statement_words("copula") and clause.voice == "active":
            return (site.named(beside) if beside else ()), False
        return site.subject, True
    copular = clause.lemma in statement_words("copula") and not chunk.prep and not chunk.genitive
    if copular and (clause.subject is None or clause.subject.first != chunk.first):
        return site.subject, True
    return (), False


# --- bonds: die Beziehungen sind angespannt ------------------------------------------------------------


def _bonds(site: Site, token: int, frame: BondFrame) -> Iterator[Statement]:
    """Yield how what a noun names stands: by the clause's predicate, its adjective, or by being named."""
    chunk = site.chunk_at(token)
    scene = site.scene
    if frame.id == "relations" and _has_adjective(site, chunk, token, bond_frame("ties").adjective):
        frame = bond_frame("ties")
    parties = site.of_bond(chunk, token, directed=frame.directed)
    becoming = _becoming(site, chunk, frame)
    if becoming is not None:
        yield from _become(site, token, frame, parties, *becoming)
        return
    for name in frame.says.split():
        predicate = predicates()[name]
        words = _matches(site, chunk, predicate)
        if words is not None:
            yield from _predicated(site, token, chunk, frame, predicate, words, parties)
            return
    mode = _mode_of(site, frame, chunk, token)
    if not (frame.bare or mode) or _count_near(site, chunk, token, parties) < (1 if mode else 2):
        return
    status = standing_of_noun(scene, chunk, token)
    wanted = is_wished(scene, site.number, site.clause) or site.clause.lemma in statement_words("wanting")
    given = chunk.prep in _GIVEN or _is_given(site, chunk) or frame.kind in {"conflict", "rivalry"}
    if status == "holds" and wanted and not given:
        status = "wished"
    words = (_first_word(site, chunk, token), token)
    yield from _statement(
        site,
        Told(
            frame=frame, words=words, parties=parties, rule=f"bond/{frame.id}", status=status, mode=mode,
            mutual=not frame.directed,
        ),
    )  # fmt: skip


def _mode_of(site: Site, frame: BondFrame, chunk: Chunk, token: int) -> str:
    """Return the mode that an adjective before a noun tells: ``die engen Beziehungen``."""
    if not frame.modes:
        return ""
    words = (site.scene.document.tokens[i].lower for i in range(chunk.first, token))
    return next((mode for word in words if (mode := quality_of(word))), "")


def _count_near(site: Site, chunk: Chunk, token: int, parties: Ids) -> int:
    """Return how many parties stand at the noun itself, as they must where nothing else tells of them."""
    near = merge(
        site.owner(chunk, token),
        site.attribute(chunk, frozenset({"zwischen"})),
        site.attribute(chunk, frozenset({"zu", "zum", "zur", "mit", "gegenüber"})),
    )
    return len([i for i in parties if i in near])


def _is_given(site: Site, chunk: Chunk) -> bool:
    """Whether a noun stands with a word that takes it as given: ``die engen Beziehungen``."""
    tokens = site.scene.document.tokens
    return any(tokens[i].lower in statement_words("given") for i in range(chunk.first, chunk.head))


def _has_adjective(site: Site, chunk: Chunk, token: int, adjectives: str) -> bool:
    tokens = site.scene.document.tokens
    wanted = set(adjectives.split())
    return any(wanted & set(adjective_forms(tokens[i].lower)) for i in range(chunk.first, token))


def _matches(site: Site, chunk: Chunk, predicate: PredicateFrame) -> tuple[int, ...] | None:
    """Return the tokens with which a clause says this of a bond in it, or None if it does not."""
    clause = site.clause
    if chunk.prep or clause.lemma not in predicate.verbs.split():
        return None
    tokens = site.scene.document.tokens
    if chunk.genitive and (clause.subject is None or clause.subject.first != chunk.first):
        return None
    verb = clause.verb or ((clause.finite,) if clause.finite is not None else ())
    if predicate.words:
        held = [i for i in clause.tokens if is_word_of(tokens[i].text, predicate.words)]
        return (*verb, held[0]) if held else None
    if predicate.quality:
        inside = range(chunk.first, chunk.last)
        held = [
            i
            for i in clause.tokens
            if i not in inside
            and quality_of(tokens[i].lower) == predicate.quality
            and not any(c.first <= i < c.last for c in clause.chunks)
        ]
        return tuple(held[:1]) if held else None
    return verb


def _predicated(
    site: Site,
    token: int,
    chunk: Chunk,
    frame: BondFrame,
    predicate: PredicateFrame,
    words: tuple[int, ...],
    parties: Ids,
) -> Iterator[Statement]:
    """Yield what a clause says of a bond that is its subject or object."""
    scene, clause, number = site.scene, site.clause, site.number
    times = find_duration(scene, clause)
    since, until = times.since, times.until
    status: Standing = predicate.status
    if is_no_more(scene, clause):
        status = "ended" if predicate.status == "holds" else predicate.refused
    elif is_refused(scene, number, clause, chunk):
        status = predicate.refused
    elif is_wished(scene, number, clause):
        if not predicate.wanted:
            return
        status = "wished"
    elif predicate.time == "until":
        until = until or times.since or times.plain
        since = None
    elif predicate.time == "since":
        since = since or times.plain
    mode = predicate.mode or _mode_of(site, frame, chunk, token)
    held = (_first_word(site, chunk, token), token, *words)
    yield from _statement(
        site,
        Told(
            frame=frame, words=held, parties=parties, rule=f"bond/{frame.id}/{predicate.id}", status=status,
            mode=mode, mutual=not frame.directed, since=since, until=until, alone=frame.alone,
        ),
    )  # fmt: skip


def _becoming(site: Site, chunk: Chunk, frame: BondFrame) -> tuple[int, Chunk, PredicateFrame] | None:
    """Return the noun whose genitive a bond is, if it tells what becomes of it: ``der Abbruch der``."""
    if chunk.prep or frame.kind not in {"ties", "relations"}:
        return None
    before = site.chunk_before(chunk.first)
    # "die Wiederaufnahme diplomatischer Beziehungen": without an article the adjective shows the genitive.
    bare = site.scene.document.tokens[chunk.first].lower.endswith("er")
    if before is None or not (chunk.genitive or bare):
        return None
    stems = set(base_forms(fold(site.scene.document.tokens[before.last - 1].text)))
    for name in _NOUN_PREDICATES:
        if stems & {fold(w) for w in statement_words(f"noun-{name}")}:
            return before.last - 1, before, predicates()[name]
    return None


def _become(
    site: Site,
    token: int,
    frame: BondFrame,
    parties: Ids,
    noun: int,
    above: Chunk,
    predicate: PredicateFrame,
) -> Iterator[Statement]:
    """Yield what a noun tells of a bond: ``seit dem Abbruch der Beziehungen 2016``."""
    scene, clause = site.scene, site.clause
    times = find_duration(scene, clause)
    status: Standing = predicate.status
    wanting = clause.lemma in statement_words("wanting") or is_wished(scene, site.number, clause)
    wanting = wanting or any(
        scene.document.tokens[i].lower in statement_words("wants") for i in clause.tokens
    )
    if status == "ended" and above.prep not in _GIVEN and not (times.since or times.plain):
        return
    if above.prep in statement_words("aiming") or (wanting and above.prep not in {"nach", "seit"}):
        if not predicate.wanted:
            return
        status = "wished"
    time = times.since or (times.plain if above.prep == "seit" else None)
    since = time if status == "holds" else None
    until = time if status == "ended" else None
    yield from _statement(
        site,
        Told(
            frame=frame, words=(noun, token), parties=parties, rule=f"bond/{frame.id}/noun-{predicate.id}",
            status=status, mode=predicate.mode, mutual=True, since=since, until=until,
        ),
    )  # fmt: skip


# --- states: sind verfeindet, erkennt nicht an ---------------------------------------------------------


def _states(site: Site) -> Iterator[Statement]:
    """Yield what the verb of a clause tells by itself, and participles before nouns."""
    for frame in state_frames().get(site.clause.lemma, ()):
        words = _state_words(site, frame)
        if words is None:
            continue
        subject = site.subject
        others = _others(site, frame, subject)
        enough = frame.alone or others or (frame.mutual and len(subject) > 1)
        if not enough or not are_of(site.scene, subject, frame.who):
            continue
        if others and not are_of(site.scene, others, frame.types):
            continue
        times = find_duration(site.scene, site.clause)
        yield from _statement(
            site,
            Told(
                frame=frame, words=words, parties=merge(subject, others), rule=f"state/{frame.id}",
                status=find_standing(site.scene, site.number, site.clause), mutual=frame.mutual,
                since=times.since, until=times.until, alone=frame.alone,
            ),
        )  # fmt: skip
        return


def _state_words(site: Site, frame: StateFrame) -> tuple[int, ...] | None:
    """Return the tokens with which a clause tells a state, or None if it does not."""
    clause, tokens = site.clause, site.scene.document.tokens
    if not frame.words:
        return clause.verb
    for i in clause.tokens:
        if not tells_state(tokens[i].text, frame.words):
            continue
        if tokens[i].is_capital and frame.attribute:
            continue  # "Verbündete" is a role
        if frame.attribute and _is_attribute(site, i):
            continue
        chunk = site.chunk_at(i)
        if tokens[i].is_capital:
            # "im Krieg mit": the noun is in the predicate, with its preposition if it wants one.
            if frame.also and chunk.prep not in frame.also.split():
                continue
            return (chunk.first, i) if frame.also else (i, *clause.verb)
        if chunk.last - chunk.first > 1:
            continue  # before a noun it says nothing of the subject
        return (i,)
    return None


def _is_attribute(site: Site, token: int) -> bool:
    """Whether a participle has an ending and stands before a noun: ``das verbündete Belarus``."""
    tokens = site.scene.document.tokens
    inflected = len(adjective_forms(tokens[token].lower)) > 1
    return inflected and token + 1 < len(tokens) and tokens[token + 1].is_capital


def _attributes(site: Site) -> Iterator[Statement]:
    """Yield what a participle before a noun tells of it: ``die verfeindeten Staaten Iran und Irak``."""
    tokens = site.scene.document.tokens
    for i in site.clause.tokens:
        frame = participle_frame(tokens[i].lower)
        if frame is None or not _is_attribute(site, i):
            continue
        chunk = site.chunk_at(i + 1)
        holders = site.named_after(chunk, chunk.head) or site.named(chunk)
        beside = site.chunk_before(i)
        others = site.named(beside) if beside and beside.prep in frame.to.split() else ()
        if not are_of(site.scene, holders, frame.who) or not (others or len(holders) > 1):
            continue
        rule = f"attribute/{frame.id}"
        parties = merge(holders, others)
        told = Told(frame=frame, words=(i,), parties=parties, rule=rule, mutual=frame.mutual)
        yield from _statement(site, told)


def _others(site: Site, frame: StateFrame, subject: Ids) -> Ids:
    """Return the actors beside the subject, where the frame says that they stand."""
    for place in frame.to.split():
        found = (
            site.object_in(place)
            if place in {"a", "d"}
            else site.with_preposition(frozenset({place}), of_noun=True)
        )
        found = tuple(i for i in found if i not in subject)
        if found:
            return found
    return ()
