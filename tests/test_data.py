"""The word lists: each file says what it is, entries have examples, faults a line."""

import string

import pytest
import yaml

from depesche.errors import LexiconError
from depesche.language.detection import WordGroup
from depesche.language.document import analyse_report
from depesche.language.function_words import FunctionWord, words_of
from depesche.language.lexicon import data_root, list_names, load_entries, parse_entries
from depesche.language.tokens import Abbreviation, tokenize
from depesche.language.word_classes import WordClass, word_class
from depesche.messages import Message, say
from depesche.reading import Report

NAMES = list_names()
LANGUAGE_LISTS = [n for n in NAMES if not n.startswith("interface/")]


@pytest.mark.parametrize("name", NAMES)
def test_each_list_begins_with_what_it_is(name: str) -> None:
    assert (data_root() / name).read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("name", LANGUAGE_LISTS)
def test_each_entry_has_an_id_and_two_examples(name: str) -> None:
    entries = yaml.load((data_root() / name).read_text("utf-8"), Loader=yaml.BaseLoader)
    assert entries
    for entry in entries:
        assert {"id", "yes", "no"} <= set(entry), entry


@pytest.mark.parametrize("entry", load_entries("de/function-words.yaml", FunctionWord), ids=lambda e: e.id)
def test_function_words(entry: FunctionWord) -> None:
    forms = words_of(entry.class_)
    assert entry.form in forms
    assert entry.form in {t.lower for t in tokenize(entry.yes)}
    assert entry.form not in {t.lower for t in tokenize(entry.no)}


@pytest.mark.parametrize("entry", load_entries("de/word-classes.yaml", WordClass), ids=lambda e: e.id)
def test_word_classes(entry: WordClass) -> None:
    assert entry.yes in word_class(entry.id)
    assert entry.no not in word_class(entry.id)


def sentence_count(text: str) -> int:
    return len(analyse_report(Report(text=text)).sentences)


@pytest.mark.parametrize("entry", load_entries("de/abbreviations.yaml", Abbreviation), ids=lambda e: e.id)
def test_abbreviations(entry: Abbreviation) -> None:
    assert entry.form in {t.text for t in tokenize(entry.yes)}
    assert entry.form not in {t.text for t in tokenize(entry.no)}
    assert sentence_count(entry.yes) == 1
    assert sentence_count(entry.no) == 2


@pytest.mark.parametrize("entry", load_entries("de/sentence-starters.yaml", Abbreviation), ids=lambda e: e.id)
def test_sentence_starters(entry: Abbreviation) -> None:
    assert sentence_count(entry.yes) == 2
    assert sentence_count(entry.no) == 1


@pytest.mark.parametrize("group", load_entries("en/function-words.yaml", WordGroup), ids=lambda e: e.id)
def test_english_function_words(group: WordGroup) -> None:
    words = set(group.words)
    assert words & {t.lower for t in tokenize(group.yes)}
    assert not words & {t.lower for t in tokenize(group.no)}


@pytest.mark.parametrize("entry", load_entries("interface/messages.yaml", Message), ids=lambda e: e.id)
def test_messages_have_the_same_names_in_both_languages(
    entry: Message, monkeypatch: pytest.MonkeyPatch
) -> None:

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    assert fields(entry.en) == fields(entry.de)
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "de")
    assert say(entry.id, **{str(name): "x" for name in fields(entry.de)})


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("- {id: a, form: x, yes: x, no: y}\n- {id: b, form: 3, yes: x, no: y}\n", 2, "Expected `str`"),
        ("- {id: a, form: x, yes: x, no: y}\n\n- {id: a, form: z, yes: z, no: y}\n", 3, "stands twice"),
        ("- {id: a, form: x, yes: x}\n", 1, "missing required field `no`"),
        ("- {id: a\n  form: [\n", 2, ""),
        ("id: a\n", 1, "Expected `array`"),
    ],
)
def test_a_fault_is_named_with_file_and_line(source: str, line: int, what: str) -> None:
    with pytest.raises(LexiconError, match=f"^de/x.yaml, line {line}: .*{what}"):
        parse_entries("de/x.yaml", source, Abbreviation)


def test_no_and_dates_are_words() -> None:
    (entry,) = parse_entries("x", "- {id: no, form: 2025-07-11, yes: on, no: off}", Abbreviation)
    assert (entry.id, entry.form, entry.yes, entry.no) == ("no", "2025-07-11", "on", "off")
