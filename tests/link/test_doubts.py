"""What people are asked: the weakest links, readings on weak ground, who is meant; and what is decided."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.judgement import Anchor, Doubt, Judgement, Verdict
from depesche.link.actors import ActorKey, find_actors
from depesche.link.components import Link, find_groups
from depesche.link.doubts import (
    doubt_actors,
    doubt_of_similarity,
    doubt_of_strangers,
    doubt_readings,
    doubt_stories,
    find_weakest,
)
from depesche.link.judgements import actor_pairs, is_decided
from depesche.link.records import Record
from depesche.link.stories import ALIKE
from depesche.reading import Actor, Event, Mention, Quotation, Reading, Report, Span, Voice


@pytest.mark.parametrize(
    ("links", "together", "weakest"),
    [
        # Three and two, held together by the weak one.
        ([("a", "b", 0.9), ("b", "c", 0.8), ("d", "e", 0.9), ("c", "d", 0.5)], [], [("c", "d", 2)]),
        # A ring: the weakest is not needed.
        ([("a", "b", 0.9), ("b", "c", 0.8), ("a", "c", 0.5)], [], [("b", "c", 1)]),
        # What people put together needs no link.
        ([("a", "b", 0.5)], [("a", "b")], []),
        ([("a", "b", 0.5)], [("a", "x")], [("a", "b", 1)]),
        ([("a", "b", 0.9), ("c", "d", 0.6)], [], [("a", "b", 1), ("c", "d", 1)]),
        ([("a", "x", 0.5)], [], []),
        ([], [], []),
    ],
)
def test_weakest_link(
    links: list[tuple[str, str, float]], together: list[tuple[str, str]], weakest: list[tuple[str, str, int]]
) -> None:
    found = find_weakest("abcde", [Link(*link) for link in links], together)
    assert [(link.first, link.second, size) for link, size in found] == weakest


LINKS = st.lists(
    st.builds(Link, st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.floats(0.5, 1.0)), max_size=15
)


@given(LINKS)
def test_without_its_weakest_link_a_group_falls_apart_or_hangs_on_an_equal_one(links: list[Link]) -> None:
    links = [link for link in links if link.first != link.second]
    groups = [group for group in find_groups("abcdef", links) if len(group) > 1]
    weakest = list(find_weakest("abcdef", links))
    assert len(weakest) == len(groups)
    for link, smaller in weakest:
        (group,) = (group for group in groups if link.first in group)
        stronger = [other for other in links if other.strength > link.strength]
        assert group not in find_groups("abcdef", stronger)
        assert 1 <= smaller <= len(group) // 2


def test_doubt_is_greatest_at_the_threshold() -> None:
    assert doubt_of_similarity(ALIKE) == 1.0
    assert doubt_of_similarity(ALIKE + 0.3) == doubt_of_similarity(ALIKE - 0.3) == 0.0
    assert 0 < doubt_of_similarity(ALIKE + 0.06) < 1
    assert doubt_of_strangers(ALIKE - 0.01) > doubt_of_strangers(ALIKE + 0.01) > 0


def test_story_is_doubted_where_it_hangs_by_a_thread() -> None:
    links = [Link("a", "b", 1.0), Link("b", "c", 0.52)]
    (doubt,) = doubt_stories("abc", links)
    assert (doubt.subject, doubt.object, doubt.joined, doubt.weight) == (Anchor("b"), Anchor("c"), True, 1)
    assert list(doubt_stories("abc", links, [("b", "c")])) == []
    assert list(doubt_stories("abc", [Link("a", "b", 1.0)])) == []


def test_more_hangs_on_what_comes_first() -> None:
    def rank(doubt: float, weight: int) -> float:
        return Doubt("event", Anchor("a"), None, True, doubt, weight).rank

    assert rank(0.9, 1) > rank(0.5, 1)
    assert rank(0.5, 5) > rank(0.9, 1)


TEXT = (
    "Ministerin Berg sprach mit Kanzler Holm. Er lobte Präsident Aster. Das Wetter war schön. "
    "Man werde die Grenze am Freitag wieder öffnen. Verhandelt wurde lange."
)


def mention(words: str) -> Mention:
    start = TEXT.index(words)
    return Mention(start, start + len(words), words)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


BERG, HOLM, ASTER = (
    Actor(f"a{n}", name, "PER", mentions=(mention(name),)) for n, name in enumerate(("Berg", "Holm", "Aster"))
)
SENTENCES = tuple(
    span(words)
    for words in (
        "Ministerin Berg sprach mit Kanzler Holm.",
        "Er lobte Präsident Aster.",
        "Das Wetter war schön.",
        "Man werde die Grenze am Freitag wieder öffnen.",
        "Verhandelt wurde lange.",
    )
)
WORDS = span("Man werde die Grenze am Freitag wieder öffnen")


def record(
    *,
    events: tuple[Event, ...] = (),
    speaker: Actor | None = None,
    type_: Any = "FreeIndirect",
    day: str = "2025-07-11",
) -> Record:
    voice = None
    if speaker:
        named = speaker.mentions[0]
        voice = Voice(named.start, named.end, named.text, speaker.id)
    quotation = Quotation(type_, (WORDS,), TEXT[WORDS.start : WORDS.end], voice, rule="x")
    report = Report(text=TEXT, published=day)
    reading = Reading(
        id=report.id, published=day, actors=(BERG, HOLM, ASTER), events=events, quotations=(quotation,)
    )
    return Record(report, reading, (), SENTENCES)


def event(words: str, rule: str, actor: tuple[str, ...] = ()) -> Event:
    at = span(words)
    return Event("e1", "CONSULT", at.start, at.end, words, actor=actor, rule=rule)


@pytest.mark.parametrize(
    ("rule", "actor", "doubtful"),
    [
        ("events/verb/sprechen", ("a0",), False),
        ("events/verb/sprechen", (), True),
        ("events/network", ("a0",), True),
    ],
)
def test_events_on_weak_ground(rule: str, actor: tuple[str, ...], doubtful: bool) -> None:
    found = doubt_readings(record(events=(event("sprach", rule, actor),)), {})
    assert [doubt.kind for doubt in found] == ["reading"] * doubtful


@pytest.mark.parametrize(
    ("speaker", "type_", "doubtful"),
    [
        (BERG, "FreeIndirect", True),  # three sentences and two persons lie between
        (ASTER, "FreeIndirect", True),
        (None, "Direct", True),
        (None, "FreeIndirect", False),
    ],
)
def test_speakers_far_from_their_words(speaker: Actor | None, type_: str, doubtful: bool) -> None:
    found = list(doubt_readings(record(speaker=speaker, type_=type_), {}))
    assert [doubt.kind for doubt in found] == ["speaker"] * doubtful
    if doubtful:
        assert found[0].subject == Anchor(record().id, WORDS.start, WORDS.end)


def judge(verdict: Verdict, subject: Anchor, other: Anchor | None = None) -> Judgement:
    return Judgement(number=1, made="", by="ina", verdict=verdict, subject=subject, object=other)


A, B = Anchor("a", 10, 20), Anchor("b", 5, 9)


@pytest.mark.parametrize(
    ("judgement", "decided"),
    [
        (judge("same_event", A, B), True),
        (judge("other_event", B, A), True),
        (judge("same_event", Anchor("a", 12, 25), B), True),  # another reader draws the ends elsewhere
        (judge("same_event", Anchor("a", 20, 25), B), False),
        (judge("same_event", A, Anchor("c", 5, 9)), False),
        (judge("same_story", A, B), False),
        (judge("no_event", A), False),
    ],
)
def test_what_is_decided(judgement: Judgement, decided: bool) -> None:
    assert is_decided(Doubt("event", A, B, True, 1.0, 1), [judgement]) is decided


def shown(text: str, day: str, *actors: Actor) -> Record:
    report = Report(text=text, published=day)
    return Record(report, Reading(id=report.id, published=day, actors=actors), (), ())


def person(id_: str, name: str, text: str, country: str | None = None) -> Actor:
    start = text.index(name)
    return Actor(id_, name, "PER", country, mentions=(Mention(start, start + len(name), name),))


def test_people_decide_who_is_meant() -> None:
    texts = ("Anna Stern und Karl Stern kamen.", "Dann ging Stern.")
    records = [
        shown(
            texts[0], "2025-07-11", person("a1", "Anna Stern", texts[0]), person("a2", "Karl Stern", texts[0])
        ),
        shown(texts[1], "2025-07-12", person("a1", "Stern", texts[1])),
    ]
    actors = find_actors(records)
    (unresolved,) = actors.open
    assert {c.name for c in unresolved.candidates} == {"Anna Stern", "Karl Stern"}
    (doubt,) = doubt_actors(actors, {r.id: r for r in records})
    assert doubt.subject == Anchor(records[1].id, 10, 15)
    assert doubt.object is not None
    one = ActorKey(records[1].id, "a1")
    first = next(a for a in records[0].reading.actors if a.mentions[0].start == doubt.object.start)
    other = ActorKey(records[0].id, first.id)
    readings = [r.reading for r in records]
    pairs = actor_pairs([judge("same_actor", doubt.subject, doubt.object)], readings)
    assert pairs == (((one, other),), ())
    decided = find_actors(records, *pairs)
    assert decided.open == ()
    assert {one, other} <= set(next(p for p in decided.profiles if p.name == first.name).appearances)
    apart = actor_pairs([judge("other_actor", doubt.object, doubt.subject)], readings)
    (left,) = find_actors(records, *apart).open
    assert [c.name for c in left.candidates] == [
        c.name for c in unresolved.candidates if c.name != first.name
    ]
    # Whoever is one of a name by that name alone is parted: who is named first goes.
    again = [shown(text, "2025-07-13", person("a1", "Anna Stern", text)) for text in ("Anna Stern ging.",)]
    two = ActorKey(records[0].id, "a1"), ActorKey(again[0].id, "a1")
    assert {p.appearances for p in find_actors([*records, *again]).profiles} >= {two}
    parted = find_actors([*records, *again], (), [two])
    assert {p.appearances for p in parted.profiles} >= {two[:1], two[1:]}
    assert {p.appearances for p in find_actors([*records, *again], [two], [two]).profiles} >= {two}
    # Words where nobody is named are nobody.
    assert actor_pairs([judge("same_actor", Anchor(records[1].id, 0, 4), doubt.object)], readings) == ((), ())


def test_an_office_alone_is_whom_people_tell_and_open_again_where_they_tell_not() -> None:
    texts = ("Außenminister Karl Stern kam.", "Der Außenminister ging.", "Ein Sprecher ging.")
    office = {"office": "foreign_minister", "role": "Außenminister", "country": "AUT"}
    named, bare, other = (
        msgspec.structs.replace(person("a1", "Karl Stern", texts[0]), **office),
        msgspec.structs.replace(person("a1", "Außenminister", texts[1]), **office),
        person("a1", "Sprecher", texts[2]),
    )
    records = [
        shown(text, "2025-07-11", actor) for text, actor in zip(texts, (named, bare, other), strict=True)
    ]
    karl, minister, speaker = (ActorKey(record.id, "a1") for record in records)
    (profile,) = find_actors(records).profiles
    assert set(profile.appearances) == {karl, minister}
    # Whoever stood for the group, the office goes.
    left = find_actors(records, (), [(minister, karl)])
    assert [p.appearances for p in left.profiles] == [(karl,)]
    assert [(one.key, one.candidates) for one in left.open] == [(minister, ())]
    told = find_actors(records, [(speaker, karl)])
    assert [set(p.appearances) for p in told.profiles] == [{karl, minister, speaker}]
