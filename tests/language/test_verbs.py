import pytest

from depesche.language.lexicon import load_entries
from depesche.language.verbs import VerbEntry, VerbForm, analyse_verb, build_forms

ENTRIES = load_entries("de/verbs.yaml", VerbEntry)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_examples_of_each_entry(entry: VerbEntry) -> None:
    forms = {form for form, _ in build_forms(entry)}
    assert entry.yes in forms
    assert entry.no not in forms


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("träfe", VerbForm("treffen", "finite", "subj2", "past", "sg")),
        ("sei", VerbForm("sein", "finite", "subj1", "pres", "sg")),
        ("seien", VerbForm("sein", "finite", "subj1", "pres", "pl")),
        ("teilte", VerbForm("mitteilen", "finite", "ind", "past", "sg", "mit")),
        ("mitteilte", VerbForm("mitteilen", "finite", "ind", "past", "sg")),
        ("mitzuteilen", VerbForm("mitteilen", "zu")),
        ("anzuerkennen", VerbForm("anerkennen", "zu")),
        ("erkannte", VerbForm("anerkennen", "finite", "ind", "past", "sg", "an")),
        ("verurteilt", VerbForm("verurteilen", "participle")),
        ("beantragt", VerbForm("beantragen", "participle")),
        ("abgelehnt", VerbForm("ablehnen", "participle")),
        ("rechnete", VerbForm("rechnen", "finite", "ind", "past", "sg")),
        ("könne", VerbForm("können", "finite", "subj1", "pres", "sg")),
        ("würden", VerbForm("werden", "finite", "subj2", "past", "pl")),
        ("skandierten", VerbForm("skandieren", "finite", "ind", "past", "pl")),
    ],
)
def test_word_is_read_as(word: str, form: VerbForm) -> None:
    assert form in analyse_verb(word)


@pytest.mark.parametrize("word", ["", "der", "regierung", "bier", "tier", "1ier", "ß"])
def test_no_verb_is_invented(word: str) -> None:
    assert analyse_verb(word) == ()
