"""Times: each word list's examples, cases of news, and what holds for any text."""

import datetime
import pathlib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.times import calendar, find_times
from depesche.find.times.moments import MEANINGS
from depesche.find.times.rules import RULES, Rule, load_grammar
from depesche.find.times.tenses import TENSES, TenseWord, load_tenses, split_clauses, tense_at
from depesche.find.times.words import (
    FEASTS,
    WORDS,
    Atom,
    Feast,
    TimeWord,
    load_vocabulary,
    read_atoms,
    write_duration,
)
from depesche.language.document import analyse_report
from depesche.language.lexicon import load_entries
from depesche.language.tokens import tokenize
from depesche.reading import Report, Time

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "times.yaml").read_text("utf-8"))
WORD_ENTRIES = load_entries(WORDS, TimeWord)
FEAST_ENTRIES = load_entries(FEASTS, Feast)
RULE_ENTRIES = load_entries(RULES, Rule)


def read(text: str, published: str | None = "2025-07-11") -> tuple[Time, ...]:
    return find_times(analyse_report(Report(text=text, published=published)))


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_cases(case: dict[str, object]) -> None:
    found = read(str(case["text"]), case["published"])  # type: ignore[arg-type]
    assert [[t.text, t.type, t.value] for t in found] == case["times"]


@pytest.mark.parametrize("rule", RULE_ENTRIES, ids=lambda r: r.id)
def test_rules_match_their_examples(rule: Rule) -> None:
    assert rule.meaning in MEANINGS
    assert (rule.id, rule.gives) in [(t.rule, t.value) for t in read(rule.yes)]
    assert rule.id not in [t.rule for t in read(rule.no)]


def atoms_of(text: str) -> list[Atom]:
    tokens = tokenize(text)
    return [a for a in read_atoms(tokens, 0, len(tokens), frozenset()) if a]


@pytest.mark.parametrize("entry", WORD_ENTRIES, ids=lambda e: e.id)
def test_words_are_read_in_their_examples(entry: TimeWord) -> None:
    assert (entry.kind, entry.value) in [(a.kind, a.value) for a in atoms_of(entry.yes)]
    assert (entry.kind, entry.value) not in [(a.kind, a.value) for a in atoms_of(entry.no)]


@pytest.mark.parametrize("entry", FEAST_ENTRIES, ids=lambda e: e.id)
def test_feasts_are_read_in_their_examples(entry: Feast) -> None:
    day = calendar.feast_day(entry.rule, 2019)
    assert day is not None
    assert day.isoformat() in [t.value for t in read(entry.yes) if t.rule == "times/feast"]
    assert not [t for t in read(entry.no) if t.rule == "times/feast"]


def test_no_form_stands_in_two_classes() -> None:
    kinds: dict[str, set[str]] = {}
    for kind, forms in [(e.kind, e.forms) for e in WORD_ENTRIES] + [
        ("FEAST", e.forms) for e in FEAST_ENTRIES
    ]:
        for form in forms:
            kinds.setdefault(form, set()).add(kind)
    assert {form: found for form, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize("entry", load_entries(TENSES, TenseWord), ids=lambda e: e.id)
def test_tense_words_are_read_in_their_examples(entry: TenseWord) -> None:
    known = load_tenses()
    assert entry.tense in {known.get(t.lower) for t in tokenize(entry.yes)}
    assert entry.tense not in {known.get(t.lower) for t in tokenize(entry.no)}


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("Er reiste am Montag ab", "past"),
        ("Er hat am Montag gesprochen", "past"),
        ("Im Irak ist am Montag ein Hubschrauber abgestürzt", "past"),
        ("Er wurde am Montag erwartet", "past"),
        ("Er will am Montag sprechen", "future"),
        ("Er bat, am Montag zu sprechen", "future"),
        ("Er bat, am Montag einen Entwurf vorzulegen", "future"),
        ("Der Rat berät am Montag über die Lage", "present"),
        ("Als er am Montag den Saal betrat", "past"),
        ("Auch nach dem Tod des Führers am Montag wird die Lage kritisch beurteilt", "past"),
    ],
)
def test_tense_of_a_clause(text: str, tense: str) -> None:
    tokens = tokenize(text)
    index = next(n for n, t in enumerate(tokens) if t.text == "Montag")
    assert tense_at(split_clauses(tokens, 0, len(tokens)), index, tokens) == tense


def test_history_keeps_its_year() -> None:
    text = (
        "Der Krieg begann am 28. Juli 1914. Im September 1914 folgte die Schlacht. Schon 1870 und 1871 war "
        "gekämpft worden. Am 11. November begann die Offensive. Im Januar 1915 und im Mai 1915 "
        "ging es weiter. Am 7. Mai sank das Schiff. 1916 und 1917 folgten, bis 1918 Ruhe war."
    )
    values = {t.text: t.value for t in read(text, "2011-02-16")}
    assert values["11. November"] == "1914-11-11"
    assert values["7. Mai"] == "1915-05-07"


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2025-07-11", "2025-07-11", "2025-07-11"),
        ("2025-07-11T10:30", "2025-07-11", "2025-07-11"),
        ("2025-07-10TNI", "2025-07-10", "2025-07-11"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-W28", "2025-07-07", "2025-07-13"),
        ("2025-W28-WE", "2025-07-12", "2025-07-13"),
        ("2024-Q3", "2024-07-01", "2024-09-30"),
        ("2024-H2", "2024-07-01", "2024-12-31"),
        ("2024-WI", "2024-12-01", "2025-03-21"),
        ("199", "1990-01-01", "1999-12-31"),
        ("18", "1800-01-01", "1900-12-31"),
    ],
)
def test_enclosing_days(value: str, first: str, last: str) -> None:
    assert calendar.enclose(value) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    "value", ["XXXX-WXX-5", "PAST_REF", "P2Y", "BC0480", "2025-W60", "2025-13", "0000", ""]
)
def test_no_enclosing_days(value: str) -> None:
    assert calendar.enclose(value) is None


@pytest.mark.parametrize(
    ("year", "day"), [(1961, "1961-04-02"), (2000, "2000-04-23"), (2008, "2008-03-23"), (2038, "2038-04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert calendar.easter(year).isoformat() == day


@pytest.mark.parametrize(
    ("number", "unit", "value"),
    [
        (2.5, "Y", "P2Y6M"),
        (1.5, "TH", "PT1H30M"),
        (0.5, "Y", "P6M"),
        (0.5, "TH", "PT30M"),
        (1.5, "DE", "P15Y"),
        (3, "DE", "P3DE"),
        (1, "Q", "P3M"),
    ],
)
def test_written_durations(number: float, unit: str, value: str) -> None:
    assert write_duration(number, unit) == value


WORDS_OF_TIME = [
    *sorted(load_vocabulary().words), "3.", "11.7.", "2024", "10.30", "Uhr", "und", "bis", "zum", "vor", "in",
    "der", "Nacht", "v.", "Chr.", "99", "0", "31.", "9999", "1.1.9999", "1", "Freitagabend", "dreitägig", "„",
    "(", ")", ",", ".", "war", "wird", "\n\n",
]  # fmt: skip
DATES = st.one_of(st.none(), st.dates().map(datetime.date.isoformat))


def holds(text: str, published: str | None) -> None:
    times = read(text, published)
    end = 0
    for time in times:
        assert end <= time.start < time.end
        assert text[time.start : time.end] == time.text
        end = time.end
        if time.earliest is not None:
            assert time.latest is not None
            first, last = datetime.date.fromisoformat(time.earliest), datetime.date.fromisoformat(time.latest)
            assert first <= last
    assert times == read(text, published)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS_OF_TIME), max_size=25).map(" ".join), DATES)
def test_words_of_time_in_any_order(text: str, published: str | None) -> None:
    holds(text, published)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120), DATES)
def test_no_text_makes_it_raise(text: str, published: str | None) -> None:
    if text:
        holds(text, published)


RELATIVE = [
    "am Freitag", "gestern", "heute Abend", "vor zwei Monaten", "im Januar", "am 5. März", "im Vorjahr",
    "bis Montag", "in drei Tagen", "vergangene Woche", "am Wochenende", "zu Weihnachten", "im Sommer",
    "am Vortag", "um 10 Uhr", "in der Nacht zum Sonntag", "Ende des Jahres", "im dritten Quartal",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(RELATIVE), min_size=1, max_size=8).map(
        lambda p: "Er kam " + " und ".join(p) + "."
    )
)
def test_an_undated_report_gets_no_days(text: str) -> None:
    for time in read(text, None):
        assert time.earliest is None
        assert time.latest is None
        assert not time.value[:4].isdecimal()


def test_hostile_length() -> None:
    assert read("am 3. und " * 3000)
    assert read("„" * 10_000) == ()
    assert len(read("freitags " * 5000)) == 5000


def test_grammar_knows_all_its_names() -> None:
    kinds = {e.kind for e in WORD_ENTRIES} | {"FEAST"}
    numeric = {
        "SMALL", "NUMBER", "ZERO", "YEAR", "NUMWORD", "ORDINAL", "DECIMAL", "CLOCK", "DOTTED", "DOTCLOCK",
        "FULLDATE", "SHORTDATE", "MONTHYEAR", "LASTING", "DECADE", "DECADEYEARS", "DOT", "COMMA", "SLASH",
        "DASH", "OPEN", "CLOSE",
    }  # fmt: skip
    names = {name for name in load_grammar().symbols if name.isupper()}
    assert names <= kinds | numeric, names - kinds - numeric


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(published: str) -> None:
    holds(
        "Er kam am " + ", ".join(RELATIVE) + ", vor drei Wochen, in 500 Jahren, nächsten Freitag.", published
    )
