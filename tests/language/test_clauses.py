import pathlib

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.analysis import Analysis, Word
from depesche.language.clause_finder import find_clauses
from depesche.language.clauses import Clause, joined_to
from depesche.language.document import Document, analyse_report
from depesche.reading import Report

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "clauses.yaml").read_text("utf-8"))


def describe(document: Document, clause: Clause) -> dict[str, object]:
    def words(first: int, last: int) -> str:
        return " ".join(t.text for t in document.tokens[first:last])

    subject = clause.subject
    group = (
        joined_to(clause, subject)
        if subject in clause.chunks and subject
        else ((subject,) if subject else ())
    )
    return {
        "kind": clause.kind,
        "verb": clause.lemma,
        "subject": [words(c.first, c.last) for c in group],
        "voice": clause.voice,
        "tense": clause.tense,
        "mood": clause.mood,
        "modal": clause.modal,
        "negated": clause.negated,
        "antecedent": words(clause.antecedent.first, clause.antecedent.last) if clause.antecedent else "",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:50])
def test_cases(case: dict[str, object]) -> None:
    document = analyse_report(Report(text=str(case["text"])))
    found = [describe(document, c) for s in document.sentences for c in find_clauses(document, s)]
    expected = case["clauses"]
    assert isinstance(expected, list)
    assert len(found) == len(expected), found
    for have, want in zip(found, expected, strict=True):
        assert {key: have[key] for key in want} == want


@pytest.mark.parametrize(
    ("finite", "sure", "tense"),
    [(True, 0.9, "pres"), (True, 0.2, "perf"), (False, 0.9, "perf")],
    ids=["finite", "not sure", "participle"],
)
def test_a_model_says_which_form_is_meant(finite: bool, sure: float, tense: str) -> None:
    document = analyse_report(Report(text="Peru betrachtet Chile als Nachbarn und danach hat es gedroht."))
    words = [Word() for _ in document.tokens]
    form = "Fin" if finite else "Part"
    words[1] = Word(features=(("VerbForm", form),), features_confidence=sure)
    document = msgspec.structs.replace(document, analysis=Analysis("test", words=tuple(words)))
    assert find_clauses(document, document.sentences[0])[0].tense == tense


WORDS = st.sampled_from(
    "der die das und , . „ “ dass sagte hat werden Minister Rubio in mit zu traf sei ( ) – nicht 10".split()
)


@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200))
def test_any_text_gives_clauses_within_their_sentence(text: str) -> None:
    document = analyse_report(Report(text=text))
    for sentence in document.sentences:
        seen: set[int] = set()
        for clause in find_clauses(document, sentence):
            assert set(clause.tokens) <= set(range(sentence.first, sentence.last))
            assert not seen & set(clause.tokens)
            seen |= set(clause.tokens)
