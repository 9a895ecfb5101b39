"""What a language model says, as CoNLL-U and as JSON Lines: true offsets, and no text that breaks them."""

from __future__ import annotations

import io
import json
import re

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.exchange.analyses import write_analysis
from depesche.exchange.conllu import write_conllu
from depesche.language.analysis import ActorMention, Analysis, Happening, Name, Role, Speech, Word
from depesche.language.document import Document, analyse_report
from depesche.reading import Report

TEXT = "Rubio traf\tLawrow. „Gut“, sagte er."
ANALYSIS = Analysis(
    "fake 1.2",
    (
        Word("PROPN", "Rubio", (("Number", "Sing"), ("Case", "Nom")), 1, "nsubj", 0.75),
        Word("VERB", "treffen", (("Mood", "Ind"),), 1, "root"),
        Word("PROPN", "Lawrow", (("Case", "Acc,Dat"),), 1, "obj"),
        Word("PUNCT", ".", (), 1, "punct"),
        *(Word() for _ in range(7)),
    ),
    names=(Name((0, 1), "PER", 0.5), Name((5, 7), "ORG")),
    actors=(ActorMention((0, 1), "PER"), ActorMention((9, 10), "GROUP")),
    quotations=(
        Speech("Direct", ((5, 6),), (Role("speaker", (9, 10), 0.25), Role("cue", (8, 9))), False, 0.5),
        Speech("Indirect", ((4, 6),), nested=True),
    ),
    events=(Happening("CONSULT", "actual", (1, 2), (Role("actor", (0, 1)), Role("recipient", (2, 3)))),),
    vectors=((1.0, 0.0), (0.5, 0.5)),
)
CONLLU = """\
# newdoc id = 6f0fd3bc8ce0b9e21d71ba82d5b8d5b9
# generator = fake 1.2
# key = k 1
# title = Treffen # zwei
# sent_id = 1
# text = Rubio traf Lawrow.
1 Rubio Rubio PROPN _ Case=Nom|Number=Sing 2 nsubj _ Start=0|End=5|Name=B-PER|Actor=B-PER|EventRole=1:actor
2 traf treffen VERB _ Mood=Ind 0 root _ Start=6|End=10|Event=CONSULT|EventStatus=actual|EventId=1
3 Lawrow Lawrow PROPN _ Case=Acc,Dat 2 obj _ Start=11|End=17|EventRole=1:recipient|SpaceAfter=No
4 . . PUNCT _ _ 2 punct _ Start=17|End=18

# sent_id = 2
# text = „Gut“, sagte er.
1 „ _ _ _ _ _ _ _ Start=19|End=20|Quotation=Indirect|QuotationId=2|SpaceAfter=No
2 Gut _ _ _ _ _ _ _ Start=20|End=23|Name=B-ORG|Quotation=Direct,Indirect|QuotationId=1,2|SpaceAfter=No
3 “ _ _ _ _ _ _ _ Start=23|End=24|Name=I-ORG|SpaceAfter=No
4 , _ _ _ _ _ _ _ Start=24|End=25
5 sagte _ _ _ _ _ _ _ Start=26|End=31|QuotationRole=1:cue
6 er _ _ _ _ _ _ _ Start=32|End=34|Actor=B-GROUP|QuotationRole=1:speaker|SpaceAfter=No
7 . _ _ _ _ _ _ _ Start=34|End=35

"""


def document(text: str, analysis: Analysis | None = None, **about: str) -> Document:
    return msgspec.structs.replace(analyse_report(Report(text=text, **about)), analysis=analysis)


def write(document: Document) -> str:
    stream = io.StringIO()
    write_conllu(document, stream)
    return stream.getvalue()


def test_conllu() -> None:
    found = document(TEXT, ANALYSIS, key="k\t1", title="Treffen\n# zwei")
    expected = re.sub("(newdoc id = ).*", rf"\g<1>{found.report.id}", CONLLU)
    expected = expected.replace("sent_id = ", f"sent_id = {found.report.id[:16]}-")
    lines = [line if line.startswith("#") else line.replace(" ", "\t") for line in expected.split("\n")]
    assert write(found) == "\n".join(lines)


def test_json() -> None:
    stream = io.StringIO()
    write_analysis(document(TEXT, ANALYSIS, key="k"), stream)
    (line,) = stream.getvalue().splitlines()
    plain = json.loads(line)
    assert (plain["model"], plain["key"], plain["text"]) == ("fake 1.2", "k", TEXT)
    assert plain["tokens"][0] == {
        **{"start": 0, "end": 5, "text": "Rubio", "upos": "PROPN", "lemma": "Rubio"},
        **{"features": {"Number": "Sing", "Case": "Nom"}, "head": 1, "relation": "nsubj"},
        **{"confidence": 0.75, "upos_confidence": 1.0, "features_confidence": 1.0},
    }
    assert plain["tokens"][4]["head"] is None
    assert [(s["first"], s["last"], s["start"]) for s in plain["sentences"]] == [(0, 4, 0), (4, 11, 19)]
    assert plain["names"] == [
        {"kind": "PER", "words": [0, 1], "start": 0, "end": 5, "text": "Rubio", "confidence": 0.5},
        {"kind": "ORG", "words": [5, 7], "start": 20, "end": 24, "text": "Gut“", "confidence": 1.0},
    ]
    speaker = {"role": "speaker", "words": [9, 10], "start": 32, "end": 34, "text": "er", "confidence": 0.25}
    direct, indirect = plain["quotations"]
    assert (direct["kind"], direct["nested"], direct["confidence"]) == ("Direct", False, 0.5)
    assert direct["parts"] == [{"words": [5, 6], "start": 20, "end": 23, "text": "Gut"}]
    assert direct["roles"][0] == speaker
    assert (indirect["nested"], indirect["roles"]) == (True, [])
    assert [(a["kind"], a["text"]) for a in plain["actors"]] == [("PER", "Rubio"), ("GROUP", "er")]
    (event,) = plain["events"]
    assert (event["kind"], event["status"], event["text"], event["start"]) == ("CONSULT", "actual", "traf", 6)
    assert [(r["role"], r["text"]) for r in event["roles"]] == [("actor", "Rubio"), ("recipient", "Lawrow")]
    assert plain["vectors"] == [[1.0, 0.0], [0.5, 0.5]]


def test_a_document_without_words_is_no_sentence() -> None:
    assert write(document(" \n ", Analysis("m"))) == ""


# --- any text, and any model ----------------------------------------------------------------------

HOSTILE = st.sampled_from(
    [
        "\t",
        "\n",
        "\r",
        "\u2028",
        "\x85",
        "\x1b[2J",
        "\x00",
        "\ud800",
        "|",
        "=",
        ",",
        "_",
        "#",
        "=1+1",
        "@x",
        "",
    ]
)
NASTY = st.lists(HOSTILE | st.sampled_from(["Oslo. ", " Rat", "–"]) | st.text(max_size=4), max_size=25).map(
    "".join
)
LABEL = st.lists(HOSTILE | st.sampled_from(["nsubj", "A"]), max_size=4).map("".join)


@st.composite
def analysed(draw: st.DrawFn) -> Document:
    """Return a text with a model's words on it, of which no label is what it should be."""
    found = document(draw(NASTY), title=draw(NASTY) or "x", url=draw(NASTY))
    count = len(found.tokens)
    if not count:
        return found
    label = draw(LABEL)
    words = tuple(
        Word(label, label, ((label, label),), s.first, label) for s in found.sentences for _ in found.words(s)
    )
    roles = (Role(label, (0, count)),)
    analysis = Analysis(
        draw(LABEL),
        words,
        names=(Name((0, count), label),),  # type: ignore[arg-type]
        actors=(ActorMention((0, 1), label),),  # type: ignore[arg-type]
        quotations=(Speech(label, ((0, count),), roles), Speech(label, ((0, 1),))),
        events=(Happening(label, label, (0, 1), roles), Happening(label, label, (0, 1))),
    )
    return msgspec.structs.replace(found, analysis=analysis)


def clean(text: str) -> str:
    return re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", text)


@settings(max_examples=150, deadline=None)
@given(analysed())
def test_nothing_breaks_the_format(found: Document) -> None:
    written = write(found)
    written.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", written)
    blocks = [block.split("\n") for block in written.split("\n\n")[:-1]]
    assert len(blocks) == len(found.sentences)
    rows = []
    for block, sentence in zip(blocks, found.sentences, strict=True):
        comments = [line for line in block if line.startswith("# ") and line.count("\t") < 9]
        lines = [line.split("\t") for line in block[len(comments) :]]
        assert [line[0] for line in lines] == [str(n + 1) for n in range(sentence.last - sentence.first)]
        joined = "".join(
            line[1] + ("" if "SpaceAfter=No" in line[9].split("|") or line is lines[-1] else " ")
            for line in lines
        )
        assert comments[-1] == f"# text = {joined}"
        rows += lines
    assert len(rows) == len(found.tokens)
    for row, token in zip(rows, found.tokens, strict=True):
        assert len(row) == 10
        assert all(row)
        assert row[1] == clean(token.text)
        assert len(row[1]) == 1 or row[1][0] not in "=+-@＝＋－＠"
        rest = dict(entry.split("=") for entry in row[9].split("|"))
        assert found.text[int(rest["Start"]) : int(rest["End"])] == token.text
        assert all(entry.count("=") == 1 for entry in row[5].split("|"))


@settings(max_examples=60, deadline=None)
@given(analysed())
def test_json_holds_any_text(found: Document) -> None:
    stream = io.StringIO()
    write_analysis(found, stream)
    written = stream.getvalue()
    written.encode("utf-8")
    assert written.count("\n") == 1
    plain = json.loads(written)
    assert plain["text"] == found.text
    for place in (*plain["tokens"], *plain["names"], *plain["events"]):
        assert found.text[place["start"] : place["end"]] == place["text"]
