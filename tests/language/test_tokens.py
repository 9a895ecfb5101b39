import pathlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.document import analyse_report
from depesche.language.tokens import MAX_SENTENCE_TOKENS, tokenize
from depesche.reading import Report

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "sentences.yaml").read_text("utf-8"))
PIECES = st.sampled_from(
    [
        "Der Rat. ",
        "z.B. ",
        "10. Juli ",
        "„Ja.“ ",
        "\n",
        "\n\n",
        "Dr. ",
        "? ",
        "(afp)",
        "US-",
        " ",
        "\u200b",
        "é",
        "…",
    ]
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_sentences(case: dict[str, object]) -> None:
    text = str(case["text"])
    document = analyse_report(Report(text=text))
    assert [text[s.start : s.end] for s in document.sentences] == case["sentences"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("US-Außenminister Rubio", ["US-Außenminister", "Rubio"]),
        ("Außen- und Innenminister", ["Außen-", "und", "Innenminister"]),
        ("(afp/red)", ["(", "afp", "/", "red", ")"]),
        ("1.000 Mann, 3,5 km, 10:30", ["1.000", "Mann", ",", "3,5", "km", ",", "10:30"]),
        ("z.B. in den U.S.", ["z.B.", "in", "den", "U.S."]),
        ("die 35-jährige Frau", ["die", "35-jährige", "Frau"]),
        ("Das war’s", ["Das", "war’s"]),
        ("Ja...", ["Ja", "..."]),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert [t.text for t in tokenize(text)] == words


@given(st.text() | st.lists(PIECES, max_size=40).map("".join))
def test_tokens_and_sentences_cover_the_text(text: str) -> None:
    document = analyse_report(Report(text=text))
    tokens, end = document.tokens, 0
    for token in tokens:
        assert text[token.start : token.end] == token.text
        assert not text[end : token.start].strip()
        end = token.end
    assert not text[end:].strip()
    bounds = [(s.first, s.last) for s in document.sentences]
    assert [i for first, last in bounds for i in range(first, last)] == list(range(len(tokens)))
    assert all(last - first <= MAX_SENTENCE_TOKENS + 5 for first, last in bounds)
    paragraphs = [s.paragraph for s in document.sentences]
    assert paragraphs == sorted(paragraphs)
