import itertools
import pathlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.find.actors import find_actors
from depesche.find.quotations import find_quotations
from depesche.find.quotations.marks import find_stretches
from depesche.find.quotations.words import ActEntry, PhraseEntry, VerbEntry
from depesche.language.document import Document, analyse_report
from depesche.language.lexicon import load_entries
from depesche.language.verbs import analyse_verb
from depesche.reading import Actor, Mention, Quotation, Report, Span

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "quotations.yaml").read_text("utf-8"))
LISTS = (
    *load_entries("de/quotations-verbs.yaml", VerbEntry),
    *load_entries("de/quotations-acts.yaml", ActEntry),
    *load_entries("de/quotations-phrases.yaml", PhraseEntry),
)


def read(text: str) -> Document:
    return analyse_report(Report(text=text))


def quotations(text: str) -> tuple[Quotation, ...]:
    return find_quotations(read(text), (), {})


def describe(text: str, quotation: Quotation) -> dict[str, object]:
    def words(spans: tuple[Span, ...]) -> list[str]:
        return [text[s.start : s.end] for s in spans]

    return {
        "type": quotation.type,
        "text": words(quotation.spans),
        "speaker": quotation.speaker.text if quotation.speaker else None,
        "cue": words(quotation.cue),
        "frame": words(quotation.frame),
        "nested": quotation.nested,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_cases(case: dict[str, object]) -> None:
    text = str(case["text"])
    found = [describe(text, q) for q in quotations(text)]
    expected = case["quotations"]
    assert isinstance(expected, list)
    assert len(found) == len(expected), found
    for have, want in zip(found, expected, strict=True):
        assert {key: have[key] for key in want} == want


@pytest.mark.parametrize("entry", LISTS, ids=lambda e: e.id)
def test_entries_read_their_examples(entry: VerbEntry | ActEntry | PhraseEntry) -> None:
    if entry.id == "names":
        assert [q.type for q in quotations(entry.no)] != [] and quotations(entry.yes) == ()
        return
    assert quotations(entry.yes), entry.yes
    assert not quotations(entry.no), entry.no


def test_every_verb_of_saying_has_known_forms() -> None:
    verbs = {v for e in LISTS if isinstance(e, VerbEntry) for v in e.verbs.split()}
    verbs |= {a.split()[0] for e in LISTS if isinstance(e, ActEntry) for a in e.acts}
    assert [v for v in sorted(verbs) if not any(f.lemma == v for f in analyse_verb(v))] == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Kenias Präsident William Ruto sagte, er komme.", "William Ruto"),
        ("Er komme, teilte Chinas Außenministerium mit.", "Außenministerium"),
        ("Kenia sagte, es komme.", "Kenia"),
    ],
)
def test_whose_genitive_stands_before_the_speaker_does_not_speak(text: str, speaker: str) -> None:
    document = read(text)
    actors = find_actors(document)
    (quotation,) = find_quotations(document, actors, {})
    assert quotation.speaker is not None
    assert {a.id: a.name for a in actors}[quotation.speaker.actor or ""] == speaker


def test_speakers_are_actors_by_mention_and_by_pronoun() -> None:
    text = "Außenminister Rubio traf Lawrow. Er sagte, man werde reden. Dazu sei man bereit."
    actors = (
        Actor("a1", "Marco Rubio", "PER", mentions=(Mention(0, 19, "Außenminister Rubio"),)),
        Actor("a2", "Sergej Lawrow", "PER", mentions=(Mention(25, 31, "Lawrow"),)),
    )
    document = read(text)
    pronoun = next(i for i, t in enumerate(document.tokens) if t.text == "Er")
    said, went_on = find_quotations(document, actors, {pronoun: ("a1",)})
    assert said.speaker is not None and went_on.speaker is not None
    assert (said.speaker.text, said.speaker.actor) == ("Er", "a1")
    assert went_on.speaker.actor == "a1"


def test_a_pronoun_for_several_names_nobody() -> None:
    document = read("Sie sagten, man werde reden.")
    (quotation,) = find_quotations(document, (), {0: ("a1", "a2")})
    assert quotation.speaker is not None and quotation.speaker.actor is None


def test_a_medium_stands_for_who_spoke_before() -> None:
    text = "Das Amt teilte mit, es sei offen. Der Mitteilung zufolge bleibt es dabei."
    actors = (Actor("a1", "Amt", "ORG", mentions=(Mention(0, 7, "Das Amt"),)),)
    assert [q.speaker.actor for q in find_quotations(read(text), actors, {}) if q.speaker] == ["a1", "a1"]


MARKS = '„ “ ” " » « ‚ ‘ ( ) : ; , . ! ? –'.split()
WORDS = """Der Minister Rubio sagte teilte mit dass er sei habe werde man laut Polizei nach Angaben zufolge
    so wie forderte auf zu gehen das Land es hieß soll in Oslo und aber „Die Welle“ Das ihm vor""".split()


@given(st.lists(st.sampled_from(WORDS + MARKS), max_size=80).map(" ".join) | st.text(max_size=200))
def test_any_text_gives_true_offsets(text: str) -> None:
    for quotation in quotations(text):
        assert quotation.spans == tuple(sorted(quotation.spans))
        assert quotation.text == " ".join(text[s.start : s.end] for s in quotation.spans)
        for span in (*quotation.spans, *quotation.cue, *quotation.frame):
            assert 0 <= span.start < span.end <= len(text)
        for voice in (quotation.speaker, quotation.addressee):
            assert voice is None or (voice.start < voice.end and text[voice.start : voice.end] == voice.text)


@given(st.lists(st.sampled_from([*MARKS, "Wort", "\n\n"]), max_size=60).map(" ".join))
def test_stretches_never_overlap(text: str) -> None:
    stretches = find_stretches(read(text))
    assert all(a.last <= b.first for a, b in itertools.pairwise(stretches))
    assert all(s.first < s.last for s in stretches)


@pytest.mark.parametrize(
    "text", ["„" * 10_000, '"a ' * 10_000, "sagte er, " * 10_000, "„Ja“, sagte er, " * 8_000]
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    quotations(text)
