"""Actors over many reports: spellings, the cases, and what holds for every set of reports."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.language.spelling import Transliteration, fold_name, load_transliterations
from depesche.link.actors import (
    ActorKey,
    actor_id,
    appearances_of,
    candidate_keys,
    country_of_actor,
    find_actors,
    find_holders,
    find_profile,
    keys_of,
    keys_of_name,
    same_actor,
)
from depesche.link.records import Record
from depesche.link.spellings import (
    family_of,
    fit_names,
    skeleton,
    split_name,
)
from depesche.reading import Actor, Mention, Reading, Report
from link.reports import make_record, records_of

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "link-actors.yaml").read_text("utf-8"))


@pytest.mark.parametrize("rule", load_transliterations(), ids=lambda r: r.id)
def test_transliterations(rule: Transliteration) -> None:
    one, same = rule.yes.split()
    other, different = rule.no.split()
    assert fold_name(one) == fold_name(same)
    assert fold_name(other) != fold_name(different)


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("Sergej Lawrow", "Sergey Lavrov", "same"),
        ("Wolodymyr Selenskyj", "Volodymyr Zelensky", "same"),
        ("Recep Tayyip Erdoğan", "Tayyip Erdogan", "same"),
        ("Jewgeni Prigoschin", "Yevgeny Prigozhin", "same"),
        ("Muammar al-Gaddafi", "Muammar Kaddafi", "same"),
        ("Kim Jong Un", "Kim Jong-un", "same"),
        ("R. Nasarow", "Rustam Nasarow", "same"),
        ("Xi Jinping", "Xi", "part"),
        ("Lawrow", "Sergej Lawrow", "part"),
        ("Sergej", "Sergej Lawrow", "different"),
        ("Kim Jong Un", "Kim Jong Il", "different"),
        ("Lech Kaczyński", "Jarosław Kaczynski", "different"),
        ("Gerd Müller", "Ursula Müller", "different"),
        ("Gerd Müller", "Gerd Möller", "different"),
        ("S. Lawrow", "Igor Lawrow", "different"),
    ],
)
def test_spellings_of_names(one: str, other: str, fit: str) -> None:
    assert fit_names(one, other) == fit_names(other, one) == fit


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_makes_it_raise(one: str, other: str) -> None:
    assert fit_names(one, other) == fit_names(other, one)
    assert fold_name(one) == fold_name(one)
    assert keys_of_name(one) is not None
    if split_name(one):
        assert fit_names(one, one) == "same"
        assert skeleton(family_of(one)) is not None


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_cases(case: dict[str, Any]) -> None:
    records = records_of(case)
    letters = {record.id: name for name, record in records.items()}
    found = find_actors(records.values())
    for name, wanted in case.get("actors", {}).items():
        (profile,) = [p for p in found.profiles if p.name == name]
        told: dict[str, Any] = {
            "names": sorted(form for form, _ in profile.names),
            "reports": sorted(letters[key.report] for key in profile.appearances),
            "country": profile.country,
            "offices": {h.office: [h.first, h.last] for h in profile.offices},
        }
        assert {field: told[field] for field in wanted} == wanted
    for one, other in case.get("apart", []):
        ids = {p.id for p in found.profiles if {one, other} & {form for form, _ in p.names}}
        assert len(ids) == len({one, other})
    if "open" in case:
        told = {u.name: sorted(c.name for c in u.candidates) for u in found.open}
        assert told == case["open"]


REPORTS = [record for case in CASES for record in records_of(case).values()]
RECORDS = st.lists(st.sampled_from(REPORTS), max_size=10)


@settings(max_examples=150, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_actors(records: list[Record], random: Any) -> None:
    found = find_actors(records)
    mixed = [*records, *records[:2]]
    random.shuffle(mixed)
    assert find_actors(mixed) == found
    # Everybody is one actor, or open, and nobody both.
    keys = [key for profile in found.profiles for key in profile.appearances]
    still_open = [u.key for u in found.open]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(still_open)
    for profile in found.profiles:
        assert find_profile(found, profile.id) == profile
        assert all(find_profile(found, actor_id(key)) == profile for key in profile.appearances)
    known = {p.id for p in found.profiles}
    assert all(c.id in known for u in found.open for c in u.candidates)


def test_two_alone_agree_both_ways_and_share_a_key() -> None:
    everybody = [a for record in {r.id: r for r in REPORTS}.values() for a in appearances_of(record)]
    for a, b in itertools.combinations(everybody, 2):
        verdict = same_actor(a, b)
        assert verdict == same_actor(b, a)
        if verdict == "same":
            assert keys_of(a) & keys_of(b), (a.actor.name, b.actor.name)


def test_everybody_is_who_they_are() -> None:
    for a in (a for record in REPORTS for a in appearances_of(record)):
        office_only = a.actor.type == "PER" and not a.named
        assert same_actor(a, a) == "same" or office_only


def test_a_name_asked_for_finds_its_keys() -> None:
    record = make_record("Der russische Außenminister Sergei Lawrov kam in Malaysia an.", "2025-07-11")
    assert keys_of_name("Lavrov") & candidate_keys(record)
    assert keys_of_name("Sergej Lawrow") & candidate_keys(record)
    state = make_record("Moskau kritisierte die Nato.", "2025-07-11")
    assert keys_of_name("Russland") & candidate_keys(state)
    assert not keys_of_name("Polen") & candidate_keys(state)


def test_known_people_have_their_state_in_any_spelling() -> None:
    assert country_of_actor(Actor("a1", "Sergei Lavrov", "PER")) == "RUS"
    assert country_of_actor(Actor("a1", "Lavrov", "PER")) == "RUS"
    assert country_of_actor(Actor("a1", "Sergei Lavrov", "PER", country="KAZ")) == "KAZ"
    assert country_of_actor(Actor("a1", "Igor Nobody", "PER")) is None


def test_holders_of_an_office_stand_in_the_order_of_their_days() -> None:
    found = find_actors(
        [
            make_record("US-Außenminister Mike Pompeo besuchte am Freitag Brüssel.", "2018-04-27"),
            make_record("US-Außenminister Rex Tillerson reiste nach Afrika.", "2018-03-01"),
            make_record("Der russische Außenminister Sergej Lawrow reiste nach Afrika.", "2018-03-01"),
        ]
    )
    holders = find_holders(found, "foreign_minister", "USA")
    assert [profile.name for profile, _ in holders] == ["Rex Tillerson", "Mike Pompeo"]
    assert find_profile(found, "Pompeo") == holders[1][0]
    assert find_profile(found, "Nobody") is None


NAMES = st.sampled_from(
    ["Sergej Lawrow", "Lawrow", "Rubio", "Außenminister", "George W. Bush", "Bush", "x", ""]
)
ACTORS = st.builds(
    Actor,
    id=st.sampled_from(["a1", "a2", "a3"]),
    name=NAMES | st.text(max_size=20),
    type=st.sampled_from(["PER", "ORG", "GPE", "GROUP"]),
    country=st.sampled_from(["USA", "RUS", None, "??"]),
    role=st.none() | st.sampled_from(["russischer Außenminister", "US-Präsident", ""]),
    office=st.none() | st.sampled_from(["foreign_minister", "head_of_state", "spokesperson"]),
    tenure=st.none() | st.sampled_from(["former", "acting", "designated"]),
    mentions=st.just((Mention(0, 1, "x"),)),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([None, "2017-01-01", "2025-07-11", "x"]), st.lists(ACTORS)), max_size=6
    )
)
def test_no_reading_makes_it_raise(days: list[tuple[str | None, list[Actor]]]) -> None:
    records = [
        Record(Report(text=str(n), published=day), Reading(id=f"{n:064}", actors=tuple(actors)))
        for n, (day, actors) in enumerate(days)
    ]
    found = find_actors(records)
    assert found == find_actors(reversed(records))
    assert all(ActorKey(*key) for profile in found.profiles for key in profile.appearances)
