"""Actors: the word lists' examples, cases of news, and what holds for any text."""

import itertools
import pathlib
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.actors import find_actors, index_actors
from depesche.language.analysis import ActorKind, ActorMention, Analysis, Happening, Role, Word
from depesche.language.document import analyse_report
from depesche.language.leaders import LeaderEntry, leader_names, load_leaders
from depesche.language.lexicon import load_entries
from depesche.language.offices import (
    ActorNoun,
    NamePart,
    context_words,
    load_name_parts,
    load_nouns,
    names_of,
    noun_of,
    noun_phrases,
)
from depesche.language.states import StateNoun
from depesche.language.tokens import tokenize
from depesche.language.word_classes import WordClass
from depesche.read import read_report
from depesche.reading import Actor, Report
from timing import seconds_of

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "actors.yaml").read_text("utf-8"))
LIKELY = yaml.safe_load(
    (pathlib.Path(__file__).parents[1] / "cases" / "likely-actors.yaml").read_text("utf-8")
)
REGIONS = yaml.safe_load(
    (pathlib.Path(__file__).parents[1] / "cases" / "acting-regions.yaml").read_text("utf-8")
)
NOUNS = [n for n in load_nouns() if n.kind != "none"]
NO_NOUNS = [n for n in load_nouns() if n.kind == "none"]
# Words that the walk treats in a way of their own, so that chance brings them together.
WORDS = st.sampled_from(
    (
        "der die des US-Außenminister Präsident Marco Rubio Xi von und , . ( ) EU UDD „ “ Moskau Russlands "
        "russische Regierung beide Partei König II. al-Assad Frau ihr sein Bundeskanzler sagte \n\n 12 "
        "Menschen Länder Ukraine-Krieg ASEAN-Staaten Trump-Regierung Vereinigte Front Rote Westen Tausende"
    ).split(" ")
)


def read(text: str, published: str = "2025-07-11") -> tuple[Actor, ...]:
    return find_actors(analyse_report(Report(text=text, published=published)))


def nouns_in(text: str) -> set[str]:
    tokens = tokenize(text)
    found = {form.noun.id for t in tokens if (form := noun_of(t.text))}
    return found | {match.found[0].noun.id for match in noun_phrases().matches(tokens)}


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_cases(case: dict[str, list[list[str]]]) -> None:
    actors = read(str(case["text"]), str(case.get("published", "2025-07-11")))
    found = [[a.name, a.type, a.country, [m.text for m in a.mentions]] for a in actors]
    assert found == [row[:4] for row in case["actors"]]
    for actor, row in zip(actors, case["actors"], strict=True):
        if len(row) > 4:
            assert [actor.role, actor.office, actor.tenure][: len(row) - 4] == row[4:]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda n: n.id)
def test_nouns(noun: ActorNoun) -> None:
    assert noun.id in nouns_in(noun.yes)
    assert noun.id not in nouns_in(noun.no)


@pytest.mark.parametrize("noun", NO_NOUNS, ids=lambda n: n.id)
def test_words_that_only_end_like_nouns(noun: ActorNoun) -> None:
    assert not nouns_in(noun.yes)
    assert nouns_in(noun.no)


@pytest.mark.parametrize("part", load_name_parts(), ids=lambda p: p.id)
def test_name_parts(part: NamePart) -> None:
    assert set(part.names) & {t.text for t in tokenize(part.yes)} or part.kind == "never_end"
    assert not set(part.names) & {t.text for t in tokenize(part.no)}
    assert set(part.names) <= names_of(part.kind)


@pytest.mark.parametrize("entry", load_entries("de/names-context.yaml", WordClass), ids=lambda e: e.id)
def test_context_words(entry: WordClass) -> None:
    words = context_words(entry.id)

    def known(text: str) -> bool:
        tokens = tokenize(text)
        return any(
            t.text in words or t.lower in words or t.lower.startswith(entry.words) for t in tokens
        ) or any(t.lower.endswith(entry.words) for t in tokens if entry.id in {"place_nouns", "words_from"})

    assert known(entry.yes)
    assert not known(entry.no)


@pytest.mark.parametrize("entry", load_entries("de/state-nouns.yaml", StateNoun), ids=lambda e: e.id)
def test_state_nouns(entry: StateNoun) -> None:
    def rules(text: str) -> set[str]:
        return {m.rule for a in read_report(Report(text=text), "none").actors for m in a.mentions}

    assert "actors/state-noun" in rules(entry.yes)
    assert "actors/state-noun" not in rules(entry.no)


@pytest.mark.parametrize("entry", load_leaders(), ids=lambda e: e.id)
def test_leaders(entry: LeaderEntry) -> None:
    def found(text: str) -> set[str | None]:
        return {m.found[0].country for m in leader_names().matches(tokenize(text))}

    assert entry.code in found(entry.yes)
    assert not found(entry.no)


def test_ids_count_the_actors_by_first_mention() -> None:
    actors = read("Die Ukraine dankte Japan. Wolodymyr Selenskyj kam, und Selenskyj sprach zur Ukraine.")
    assert [a.id for a in actors] == ["a1", "a2", "a3"]
    starts = [a.mentions[0].start for a in actors]
    assert starts == sorted(starts)


def test_index_holds_every_token_of_a_mention_but_no_part_of_a_word() -> None:
    document = analyse_report(Report(text="Die Ukraine dankt Marco Rubio. Der Ukraine-Krieg dauert an."))
    index = index_actors(document, find_actors(document))
    assert {document.tokens[k].text for k in index} == {"Ukraine", "Marco", "Rubio"}


def check_mentions(text: str, actors: tuple[Actor, ...]) -> None:
    """The words are those of the text, in its order, and nothing overlaps."""
    spans = sorted((m.start, m.end) for a in actors for m in a.mentions)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    for actor in actors:
        assert actor.mentions
        assert list(actor.mentions) == sorted(actor.mentions, key=lambda m: m.start)
        for mention in actor.mentions:
            assert text[mention.start : mention.end] == mention.text != ""


@given(st.lists(WORDS, max_size=60).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_news_words(text: str) -> None:
    check_mentions(text, read(text))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    check_mentions(text, read(text))


@pytest.mark.parametrize(
    "unit",
    [
        "Rubio ",
        "der Minister ",
        "(EUX) ",
        "Außenminister Marco Rubio, ",
        "die Kommission der EU ",
        "und Moskau ",
        "A ",
        "Präsident Max Ali kam. ",
        "„ ",
    ],
)
def test_time_is_linear_in_the_text(unit: str) -> None:
    def seconds(times: int) -> float:
        document = analyse_report(Report(text=unit * times))
        return seconds_of(lambda: find_actors(document))

    seconds(10)
    small, large = max(seconds(2_000), 0.01), seconds(16_000)
    assert large < 30 * small


def read_with(text: str, *said: tuple[str, ActorKind, float]) -> list[tuple[str, str | None, list[str]]]:
    """Return type, state and mentions of whom ``read_all`` finds."""
    return [(kind, country, mentions) for _, kind, country, mentions in read_all(text, *said)]


def read_all(text: str, *said: tuple[str, ActorKind, float]) -> list[tuple[str, str, str | None, list[str]]]:
    """Read a text of which a model has said that these words are somebody who acts."""
    document = analyse_report(Report(text=text, published="2025-07-11"))
    mentions = []
    for words, kind, confidence in said:
        first = document.token_at(text.index(words))
        last = document.token_at(text.index(words) + len(words) - 1) + 1
        mentions.append(ActorMention((first, last), kind, confidence))
    document = msgspec.structs.replace(document, analysis=Analysis("test", actors=tuple(mentions)))
    actors = find_actors(document)
    check_mentions(text, actors)
    return [(a.name, a.type, a.country, [m.text for m in a.mentions]) for a in actors]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], []),
        ([("Shakira", "PER", 0.9)], [("PER", None, ["Shakira"])]),
        ([("Shakira", "PER", 0.4)], []),
        ([("der Liga Blau", "ORG", 0.9)], [("ORG", "ESP", ["Liga Blau"])]),
        ([("Frauen", "GROUP", 0.9)], [("GROUP", "ESP", ["Frauen"])]),
        ([("Frauen", "GROUP", 0.3)], []),
        ([("Noten", "GROUP", 0.9)], []),
        ([("Spaniens Musik", "PER", 0.9)], []),
    ],
)
def test_what_a_model_is_sure_of_is_added(
    said: list[tuple[str, ActorKind, float]], found: list[tuple[str, str | None, list[str]]]
) -> None:
    text = "Spanien schwieg. Bei der Liga Blau sang Shakira für Frauen nach Noten von Spaniens Musik."
    without = read_with(text)
    assert [a for a in read_with(text, *said) if a not in without] == found


@pytest.mark.parametrize("case", REGIONS, ids=[c["why"] for c in REGIONS])
def test_cities_and_regions_that_a_model_takes_for_actors(case: dict[str, Any]) -> None:
    said: list[tuple[str, ActorKind, float]] = [(words, "GPE", sure) for words, sure in case["said"].items()]
    found = [list(actor) for actor in read_all(case["text"], *said) if actor[1] == "GPE"]
    assert [
        [name, country, mentions] for name, _, country, mentions in found if name != "Frankreich"
    ] == case["regions"]


@pytest.mark.parametrize(
    ("text", "body", "country"),
    [
        ("Der Norwegische Flüchtlingsrat klagt, Jemen schweigt.", "Norwegische Flüchtlingsrat", "NOR"),
        ("Die deutsche EU-Runde lädt ein.", "EU-Runde", "DEU"),
        ("Die EU-Runde lädt ein.", "EU-Runde", None),
        ("Der Junge Flüchtlingsrat klagt, Jemen schweigt.", "Junge Flüchtlingsrat", "YEM"),
    ],
)
def test_bodies_that_a_model_tells_are_of_the_state_of_their_adjective(
    text: str, body: str, country: str | None
) -> None:
    said = [found for found in read_with(text, (body, "ORG", 0.9)) if found[0] == "ORG"]
    assert said == [("ORG", country, [body])]


@pytest.mark.parametrize(
    ("text", "noun", "found"),
    [
        ("Kenia ehrte den deutschen Maler Karl Huber.", "Maler", ("DEU", "deutschen Maler Karl Huber")),
        (
            "Kenia ehrte die US-Astronautin Paula Kern.",
            "US-Astronautin",
            ("USA", "US-Astronautin Paula Kern"),
        ),
        ("Kenia ehrte die deutsche Malerin Paula Kern.", "Malerin", ("DEU", "deutsche Malerin Paula Kern")),
        # Without an article the noun is something else, and several are not the one who is named.
        ("Kenia ehrte im August Karl Huber.", "", (None, "Karl Huber")),
        ("Kenia ehrte zwei deutsche Maler Karl Huber.", "Maler", (None, "Karl Huber")),
        ("Kenia ehrte den deutschen Maler Karl Huber.", "", (None, "Karl Huber")),
    ],
)
def test_a_noun_of_no_list_in_apposition_tells_of_its_name(
    text: str, noun: str, found: tuple[str | None, str]
) -> None:
    document = analyse_report(Report(text=text, published="2025-07-11"))
    words = [Word(head=k) for k in range(len(document.tokens))]
    if noun:
        k = next(k for k, token in enumerate(document.tokens) if token.text == noun)
        words[k] = Word("NOUN", head=k)
        words[k + 1] = Word("PROPN", relation="appos", head=k)
    name = document.token_at(text.index("Huber" if "Huber" in text else "Kern"))
    said = (ActorMention((name - 1, name + 1), "PER", 0.9),)
    document = msgspec.structs.replace(document, analysis=Analysis("test", words=tuple(words), actors=said))
    actor = next(a for a in find_actors(document) if a.type == "PER")
    assert (actor.country, actor.mentions[0].text) == found


@pytest.mark.parametrize("case", LIKELY, ids=[c["why"] for c in LIKELY])
def test_who_is_likely_to_matter(case: dict[str, Any]) -> None:
    document = analyse_report(Report(text=case["text"], published="2025-07-11"))

    def first(word: str) -> tuple[int, int]:
        k = document.token_at(case["text"].index(word))
        return k, k + 1

    words = [Word(head=k) for k in range(len(document.tokens))]
    for word, relation in case["relations"].items():
        words[first(word)[0]] = Word("NOUN", relation=relation)
    analysis = Analysis(
        "test",
        words=tuple(words),
        actors=tuple(ActorMention(first(word), "GROUP", sure) for word, sure in case["said"].items()),
        events=(
            Happening(
                "ACCUSE",
                "actual",
                (0, 1),
                tuple(Role(role, first(word)) for word, role in case["roles"].items()),
            ),
        ),
    )
    actors = find_actors(msgspec.structs.replace(document, analysis=analysis))
    mentions = sorted((m.start, m.text) for a in actors for m in a.mentions)
    assert [text for _, text in mentions] == case["kept"]


@pytest.mark.parametrize(
    "name", ["Freie Syrische Armee", "Vereinigte Arabische Emirate", "die Europäische Kommission"]
)
def test_a_name_that_a_sentence_is_cut_within_is_no_empty_mention(name: str) -> None:
    """Sentences have 250 words at most, wherever that falls."""
    for before in range(244, 252):
        report = Report(
            text=f"{'! ' * before}{name}. Der Sprecher der Armee wies das zurück.", published="2025-07-11"
        )
        reading = read_report(report)
        assert all(m.start < m.end and m.text for actor in reading.actors for m in actor.mentions)
