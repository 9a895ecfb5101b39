"""Readers of corpora: what their formats mean in the network's labels."""

import random
from pathlib import Path

import pytest

from depesche.language.network.layout import RELATIONS, SPAN_LAYERS, STATUSES
from training.corpora import read_task
from training.corpora.names import (
    allow_spans,
    find_spaces,
    guess_spaces,
    parse_documents,
    spans_of_tags,
    vary_names,
)
from training.corpora.reports import annotate, locate_gold, make_page, occurrences
from training.corpora.shelf import Shelf
from training.corpora.syntax import parse_conllu, relation_label, to_surface
from training.labels import begin
from training.texts import Text

CONLLU = """# text = Er war am US-Hof.
1\tEr\ter\tPRON\t_\tCase=Nom|Number=Sing\t6\tnsubj\t_\t_
2\twar\tsein\tAUX\t_\tMood=Sub|VerbForm=Fin\t6\tcop\t_\t_
3-4\tam\t_\t_\t_\t_\t_\t_\t_\t_
3\tan\tan\tADP\t_\t_\t6\tcase\t_\t_
4\tdem\tder\tDET\t_\tCase=Dat\t6\tdet\t_\t_
5\tUS-\tUS\tX\t_\t_\t6\tcompound\t_\tSpaceAfter=No
6\tHof\tHof\tNOUN\t_\tCase=Dat\t0\troot\t_\tSpaceAfter=No
7\t.\t.\tPUNCT\t_\t_\t6\tpunct\t_\t_
"""


def spans_of(text: Text, layer: str) -> list[tuple[str, str]]:
    found: list[tuple[str, list[str]]] = []
    for word, label in zip(text.words, text.layers[layer], strict=True):
        if label and label % 2:
            found.append((SPAN_LAYERS[layer][label // 2], [word]))
        elif label:
            found[-1][1].append(word)
    return [(kind, " ".join(words)) for kind, words in found]


def test_conllu_gives_syntactic_words_and_their_places() -> None:
    (words,) = parse_conllu(CONLLU)
    assert [w.form for w in words] == ["Er", "war", "an", "dem", "US-", "Hof", "."]
    assert [(w.start, w.end) for w in words[2:6]] == [(7, 9), (7, 9), (10, 13), (13, 16)]


def test_written_words_keep_the_tree() -> None:
    (words,) = parse_conllu(CONLLU)
    merged = to_surface(words)
    assert [(w.form, w.head, w.upos) for w in merged] == [
        ("Er", 4, "PRON"),
        ("war", 4, "AUX"),
        ("am", 4, "ADP"),
        ("US-Hof", 0, "NOUN"),
        (".", 4, "PUNCT"),
    ]


@pytest.mark.parametrize(
    ("theirs", "ours"), [("nsubjpass", "nsubj:pass"), ("acl:relcl", "acl"), ("flat:name", "flat")]
)
def test_relations_are_told_as_they_are_called_now(theirs: str, ours: str) -> None:
    assert RELATIONS[relation_label(theirs)] == ours


def test_a_place_that_may_be_a_state_allows_both() -> None:
    sets = allow_spans(3, [(1, 3, ("GPE", "LOC"))])
    begins = (1 << begin("names", "GPE")) | (1 << begin("names", "LOC"))
    assert sets == (1, begins, begins << 1)


def test_tags_and_spaces() -> None:
    assert spans_of_tags(["B-PER", "I-PER", "O", "I-ORG", "B-ORG"]) == [
        (0, 2, "PER"),
        (3, 4, "ORG"),
        (4, 5, "ORG"),
    ]
    words = ["Er", "sagte", ":", '"', "Ja", '"', "."]
    assert guess_spaces(words) == (True, True, False, True, False, False, False)


def test_documents_follow_one_another() -> None:
    assert list(parse_documents('{"a": 1}\n{"a": {"b": 2}}')) == [{"a": 1}, {"a": {"b": 2}}]


def test_words_are_found_whole_first() -> None:
    assert occurrences("Iraner im Iran", "Iran") == [(10, 14)]
    assert occurrences("Hans  Meier", "Hans Meier") == [(0, 11)]
    assert occurrences("x", "") == []


TEXT = """Gipfel
DATE: 2020-01-02

Russland drohte der EU am Montag mit Krieg. „Wir warten nicht“, sagte Iwan Petrow. Die EU schwieg.
"""
QUOTATION = {
    "type": "Direct",
    "text": ["„Wir warten nicht“"],
    "speaker": "Iwan Petrow",
    "cue": ["sagte"],
    "frame": [", sagte Iwan Petrow"],
    "addressee": None,
    "nested": False,
}
GOLD = {
    "actors": [
        {"id": "a1", "type": "GPE", "mentions": ["Russland"]},
        {"id": "a2", "type": "ORG", "mentions": ["EU"]},
    ],
    "times": [{"text": "Montag", "nth": 1, "type": "DATE", "value": "2019-12-30"}],
    "events": [
        {
            "type": "THREATEN",
            "trigger": "drohte",
            "sentence": "Russland drohte",
            "actor": ["a1"],
            "recipient": ["a2"],
            "date": "2019-12-30",
            "place": None,
            "status": "actual",
        }
    ],
}


def test_a_report_has_its_quotations_and_events() -> None:
    page = make_page(TEXT)
    text = annotate("made", page, {"quotations": [QUOTATION]}, locate_gold(page, GOLD))
    assert "DATE" not in text.words
    assert spans_of(text, "quotations") == [("Direct", "„ Wir warten nicht “")]
    assert spans_of(text, "frame") == [("frame", ", sagte Iwan Petrow")]
    assert spans_of(text, "events") == [("THREATEN", "drohte")]
    assert spans_of(text, "actors") == [("GPE", "Russland"), ("ORG", "EU"), ("ORG", "EU")]
    assert text.layers["status"][text.words.index("drohte")] == STATUSES.index("actual")
    said, event = text.queries
    assert [text.words[a:b] for a, b in said.roles["speaker"]] == [("Iwan", "Petrow")]
    assert [text.words[a:b] for a, b in event.roles["recipient"]] == [("EU",)]
    assert event.roles["recipient"][0] < event.unsure["recipient"][0]
    assert [text.words[a:b] for a, b in event.roles["time"]] == [("Montag",)]
    assert {role for role, _ in event.arguments} == {"actor", "recipient", "time"}


def test_a_layer_that_is_not_annotated_is_missing() -> None:
    text = annotate("made", make_page(TEXT), {"quotations": []}, None)
    assert "events" not in text.layers
    assert set(text.layers["quotations"]) == {0}


def test_reports_are_read_from_a_shelf(tmp_path: Path) -> None:
    for folder in ("texts", "quotations"):
        (tmp_path / "corpus" / folder).mkdir(parents=True)
    (tmp_path / "corpus/train.txt").write_text("7\n", "utf-8")
    (tmp_path / "corpus/texts/7.txt").write_text(TEXT, "utf-8")
    (tmp_path / "corpus/quotations/7.yaml").write_text("quotations: []\n", "utf-8")
    text, *own = read_task(Shelf(tmp_path, "train"), "reports")
    assert text.words[0] == "Gipfel"
    assert {other.source for other in own} == {"own"}
    assert read_task(Shelf(tmp_path, "measure"), "reports") == []


def test_an_unknown_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such task"):
        read_task(Shelf(tmp_path, "train"), "times")


@pytest.mark.parametrize(
    ("words", "text", "spaced"),
    [
        ("Irène Joliot - Curie , an dem Montag .", "Irène Joliot-Curie, am Montag.", "110001110"),
        ("( 2 - 1 )", "(2-1)", "10000"),
        ("", "", ""),
    ],
)
def test_spaces_are_found_in_the_text(words: str, text: str, spaced: str) -> None:
    found = find_spaces(words.split(), text)
    assert [int(s) for s in found] == [int(s) for s in spaced]


def test_other_names_stand_where_names_stood() -> None:
    words = "Der Rat von Rom lobte Anna Seghers und Marias Bruder Otto .".split()
    tags = "O O O B-LOC O B-PER I-PER O B-PER O B-PER O".split()
    varied, labels = vary_names(words, tags, random.Random(1))
    assert len(varied) == len(labels)
    spans = spans_of_tags(labels)
    assert [kind for *_, kind in spans] == ["LOC", "PER", "PER", "PER"]
    names = [" ".join(varied[a:b]) for a, b, _ in spans]
    # The genitive stays, a single name is replaced by a single one, all else is as it was.
    assert names[2] == "Marias" and " " not in names[3] and names[0] != "Rom"
    outside = [w for w, tag in zip(varied, labels, strict=True) if tag == "O"]
    assert outside == [w for w, tag in zip(words, tags, strict=True) if tag == "O"]
    assert (varied, labels) == vary_names(words, tags, random.Random(1))
