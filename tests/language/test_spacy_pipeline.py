"""A spaCy pipeline as language model: on our tokens, within our sentences, whatever its components do."""

from __future__ import annotations

import builtins
import functools
import pathlib
import subprocess
import sys
import warnings

import pytest
import spacy
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from depesche.cli import FAILED, main
from depesche.errors import LanguageModelError
from depesche.language.analysis import Analysis, LanguageModel, Word
from depesche.language.document import Document, analyse_report
from depesche.language.lexicon import load_entries
from depesche.language.models import analyse_documents, load_language_model
from depesche.language.spacy_pipeline import Relation, SpacyPipeline, name_relation
from depesche.reading import Report
from language.small_pipeline import save_pipeline

TEXT = "Der Minister traf Lawrow\nin Oslo. Marco Rubio sagte, er komme nicht."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return save_pipeline(tmp_path_factory.mktemp("spacy") / "small")


@pytest.fixture(scope="module")
def model(folder: pathlib.Path) -> LanguageModel:
    return load_language_model(f"spacy:{folder}")


def document(text: str) -> Document:
    return analyse_report(Report(text=text))


def analyse(model: LanguageModel, text: str) -> Analysis:
    (analysed,) = analyse_documents(model, [document(text)])
    assert analysed.analysis is not None
    return analysed.analysis


# --- what it gives --------------------------------------------------------------------------------


def test_syntax(model: LanguageModel) -> None:
    words = analyse(model, TEXT).words
    assert [(w.upos, w.lemma, w.head, w.relation) for w in words[:7]] == [
        ("DET", "der", 1, "det"),
        ("NOUN", "Minister", 2, "nsubj"),
        ("VERB", "treffen", 2, "root"),
        ("PROPN", "Lawrow", 2, "obj"),
        ("ADP", "in", 2, "obl"),
        ("PROPN", "Oslo", 4, "nmod"),
        ("PUNCT", ".", 2, "punct"),
    ]
    assert words[9].features == (("Mood", "Ind"), ("Tense", "Past"), ("VerbForm", "Fin"))
    assert (words[12].feature("Mood"), words[12].head, words[12].relation) == ("Sub", 9, "ccomp")


def test_names_of_the_kinds_that_we_have(model: LanguageModel) -> None:
    text = "Lawrow, Marco Rubio und deutsche Räte der EU in Oslo am Kreml. Das Ende. Anfang Juli."
    names = analyse(model, text)
    tokens = document(text).tokens
    assert [(n.kind, " ".join(t.text for t in tokens[slice(*n.words)])) for n in names.names] == [
        ("PER", "Lawrow"),
        ("PER", "Marco Rubio"),
        ("ORG", "EU"),
        ("GPE", "Oslo"),
        ("LOC", "Kreml"),
    ]


def test_its_name_tells_saved_pipelines_apart(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    names = set()
    for lemma in ("a", "b", "a"):
        nlp = spacy.blank("de")
        nlp.add_pipe("attribute_ruler").add([[{"TEXT": "x"}]], {"LEMMA": lemma})  # type: ignore[attr-defined]
        nlp.to_disk(tmp_path / lemma)
        load_language_model.cache_clear()
        names.add(load_language_model(f"spacy:{tmp_path / lemma}").name)
    assert len(names) == 2
    name = load_language_model(f"spacy:{folder}").name
    assert name.startswith("spacy:de_core_news_xs 3.8.0+")
    assert SpacyPipeline(spacy.load(folder)).name == "spacy:de_core_news_xs 3.8.0"


@pytest.mark.parametrize("entry", load_entries("de/relations.yaml", Relation), ids=lambda e: e.id)
def test_relations(entry: Relation) -> None:
    label, upos = entry.yes.split()
    assert name_relation(label, upos, tiger=True) == entry.relation
    label, upos = entry.no.split()
    assert name_relation(label, upos, tiger=True) != entry.relation


@pytest.mark.parametrize(
    ("label", "tiger", "relation"),
    [
        ("nsubj", False, "nsubj"),
        ("obl:arg", False, "obl:arg"),
        ("cc", False, "cc"),
        ("cc", True, "obl"),
        ("ROOT", False, "root"),
        ("punct", True, "punct"),
        ("dobj", False, "dep"),
        ("", True, "dep"),
        ("sb", False, "nsubj"),
    ],
)
def test_labels_of_other_schemes(label: str, tiger: bool, relation: str) -> None:
    assert name_relation(label, "NOUN", tiger) == relation


# --- any text -------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *["Der Minister traf Lawrow.", "Oslo", "z.B.", "10.", "(", "=x", "a" * 1500, "Der Rat tagt. " * 20],
        *[
            "\n\n",
            " ",
            "\t",
            "„",
            "“",
            ". ",
            "\u200b",
            "\u202e",
            "\x00",
            "😀",
            "İ",
            "ß",
            "\ud800",
            "\u2028",
            "\x85",
        ],
    ]
)
NASTY = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)


@Language.component("echo")
def echo(doc: Doc) -> Doc:
    """Put into each word's lemma what word it was, and into its features what its place."""
    for token in doc:
        token.lemma_ = token.text
        token.set_morph({"Start": "Yes" if token.is_sent_start else "No"})  # type: ignore[attr-defined]
    return doc


@functools.cache
def echo_pipeline(max_length: int) -> SpacyPipeline:
    nlp = spacy.blank("de")
    nlp.add_pipe("echo")
    nlp.max_length = max_length
    return SpacyPipeline(nlp)


@settings(max_examples=80, deadline=None)
@given(NASTY, st.sampled_from([1, 60, 1_000_000]))
def test_every_word_comes_back_at_its_place(text: str, max_length: int) -> None:
    given_ = document(text)
    words = analyse(echo_pipeline(max_length), text).words
    sent = [t.text[:1000].encode("utf-8", "replace").decode() for t in given_.tokens]
    assert [w.lemma.replace("\ufffd", "?") for w in words] == [s.replace("\ufffd", "?") for s in sent]
    starts = {s.first for s in given_.sentences}
    assert [w.feature("Start") == "Yes" for w in words] == [k in starts for k in range(len(words))]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(NASTY, max_size=4), max_length=st.sampled_from([1, 60, 1_000_000]))
def test_batches_do_not_matter(texts: list[str], max_length: int) -> None:
    documents = [document(text) for text in texts]
    together = [d.analysis for d in analyse_documents(echo_pipeline(max_length), documents)]
    assert together == [analyse(echo_pipeline(1_000_000), text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(NASTY, max_size=4))
def test_no_text_makes_it_raise(model: LanguageModel, texts: list[str]) -> None:
    documents = [document(text) for text in texts]
    for analysed, given_ in zip(analyse_documents(model, documents), documents, strict=True):
        analysis = analysed.analysis
        assert analysis is not None
        assert len(analysis.words) == len(given_.tokens)
        roots = [k for k, word in enumerate(analysis.words) if word.head == k]
        assert {given_.sentence_at(given_.tokens[k].start) for k in roots} == set(
            range(len(given_.sentences))
        )
        assert {word.relation for k, word in enumerate(analysis.words) if word.head == k} <= {"root"}


def test_a_text_beyond_the_limit_is_read_in_groups_of_sentences(folder: pathlib.Path) -> None:
    nlp = spacy.load(folder)
    whole = analyse(SpacyPipeline(nlp), "Der Rat tagt. " * 50)
    sizes = []
    pipe = nlp.pipe
    nlp.pipe = lambda docs, **k: pipe([sizes.append(len(d)) or d for d in docs], **k)  # type: ignore
    nlp.max_length = 30
    parts = analyse(SpacyPipeline(nlp), "Der Rat tagt. " * 50)
    assert sizes == [8] * 25
    assert [(w.upos, w.head) for w in parts.words] == [(w.upos, w.head) for w in whole.words]


def test_no_words_no_analysis(model: LanguageModel) -> None:
    assert analyse(model, " \n ") == Analysis(model.name)
    assert analyse_documents(model, []) == []


def test_memory_is_let_go(folder: pathlib.Path) -> None:
    nlp = spacy.load(folder)
    pipeline = SpacyPipeline(nlp)
    analyse(pipeline, TEXT)
    known = len(nlp.vocab.strings)
    analyse(pipeline, " ".join(f"wort{n}." for n in range(300)))
    assert len(nlp.vocab.strings) == known


# --- components that do what they should not ------------------------------------------------------


@Language.component("across")
def across(doc: Doc) -> Doc:
    """Hang every word on the last one of the document, and start a sentence at each."""
    for token in doc:
        token.is_sent_start = True
    for token in doc:
        token.head, token.dep_, token.pos_ = doc[len(doc) - 1], "nsubj", "SPACE"
    return doc


@Language.component("blows")
def blows(doc: Doc) -> Doc:
    if "Bombe" in doc.text:
        raise RuntimeError("Bombe!")
    echo(doc)
    return doc


@Language.component("joins")
def joins(doc: Doc) -> Doc:
    if "Bombe" in doc.text:
        with doc.retokenize() as retokenizer:
            retokenizer.merge(doc[0:2])
    echo(doc)
    return doc


@Language.component("always-fails")
def always_fails(doc: Doc) -> Doc:
    raise RuntimeError("never works")


def pipeline_with(component: str) -> SpacyPipeline:
    nlp = spacy.blank("de")
    nlp.add_pipe(component)
    return SpacyPipeline(nlp)


def test_a_head_in_another_sentence_makes_a_root() -> None:
    words = analyse(pipeline_with("across"), "Der Rat tagt. Er berät.").words
    heads = [(w.head, w.relation, w.upos) for w in words]
    assert heads == [
        *((k, "root", "X") for k in range(4)),
        (6, "nsubj", "X"),
        (6, "nsubj", "X"),
        (6, "root", "X"),
    ]


@pytest.mark.parametrize("component", ["blows", "joins"])
def test_a_text_at_which_it_fails_costs_only_itself(component: str) -> None:
    model = pipeline_with(component)
    documents = [document(t) for t in ("Der Rat tagt.", "Die Bombe fiel. Dann nichts.", "Er berät.")]
    with pytest.warns(
        RuntimeWarning, match=f"{model.name} fails at {documents[1].report.id}, characters 0 to 28"
    ):
        first, second, third = analyse_documents(model, documents)
    assert [w.lemma for w in first.analysis.words] == ["Der", "Rat", "tagt", "."]  # type: ignore[union-attr]
    assert [w.lemma for w in third.analysis.words] == ["Er", "berät", "."]  # type: ignore[union-attr]
    assert second.analysis == Analysis(model.name)


def test_a_part_at_which_it_fails_costs_only_itself() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("blows")
    nlp.max_length = 1
    with pytest.warns(RuntimeWarning, match="characters 14 to 29"):
        words = analyse(SpacyPipeline(nlp), "Der Rat tagt. Die Bombe fiel. Er berät.").words
    assert [w.lemma for w in words] == ["Der", "Rat", "tagt", ".", "", "", "", "", "Er", "berät", "."]
    assert words[4:8] == (Word(),) * 4


def test_components_that_join_or_divide_are_switched_off(tmp_path: pathlib.Path) -> None:
    nlp = spacy.blank("de")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Rat tagt"}])  # type: ignore[attr-defined]
    for name in ("sentencizer", "merge_entities", "token_splitter"):
        nlp.add_pipe(name)
    nlp.to_disk(tmp_path / "p")
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        analysis = analyse(load_language_model(f"spacy:{tmp_path / 'p'}"), f"Der Rat tagt. {'a' * 500}.")
    assert [n.words for n in analysis.names] == [(1, 3)]


# --- what is not there ----------------------------------------------------------------------------


def test_without_spacy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: object, **named: object) -> object:
        if name.partition(".")[0] == "spacy":
            raise ModuleNotFoundError("No module named 'spacy'")
        return real(name, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(LanguageModelError, match=r'spaCy is not installed .*pip install "depesche\[spacy\]"'):
        load_language_model("spacy:without_spacy")


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("", "Which spaCy pipeline"),
        (
            "de_no_such_pipeline",
            "'de_no_such_pipeline' is neither .* python -m spacy download de_no_such_pipeline",
        ),
        ("/no/such/folder", "neither installed nor a folder"),
        ("{tmp}/empty", "cannot be loaded: OSError"),
        ("{tmp}/broken", "cannot be loaded: "),
        ("{tmp}/fails", "spacy:de_pipeline 0.0.0.* fails at plain sentences: RuntimeError.*never works"),
    ],
)
def test_what_is_missing_is_said(
    argument: str, words: str, tmp_path: pathlib.Path, folder: pathlib.Path
) -> None:
    (tmp_path / "empty").mkdir()
    save_copy_without_weights(folder, tmp_path / "broken")
    nlp = spacy.blank("de")
    nlp.add_pipe("always-fails")
    nlp.to_disk(tmp_path / "fails")
    name = f"spacy:{argument.format(tmp=tmp_path)}"
    with pytest.raises(LanguageModelError, match=words) as caught:
        load_language_model(name)
    assert "Installed providers: " in str(caught.value)
    result = CliRunner().invoke(main, ["analyse", "--language-model", name, "-"], input=TEXT)
    assert (result.exit_code, result.stderr) == (FAILED, f"depesche: {caught.value}\n")


def save_copy_without_weights(folder: pathlib.Path, to: pathlib.Path) -> None:
    to.mkdir()
    for path in folder.glob("*.*"):
        if path.is_file():
            (to / path.name).write_bytes(path.read_bytes())


def test_spacy_is_imported_only_when_asked_for() -> None:
    code = "import sys, depesche.cli, depesche.language.spacy_pipeline; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the command line -----------------------------------------------------------------------------


def test_the_command_line_prints_the_tree(folder: pathlib.Path) -> None:
    result = CliRunner().invoke(main, ["analyse", "--language-model", f"spacy:{folder}", "-"], input=TEXT)
    assert result.exit_code == 0
    assert (
        "2\tMinister\tMinister\tNOUN\t_\tCase=Nom|Number=Sing\t3\tnsubj\t_\tStart=4|End=12\n" in result.stdout
    )
    assert "Start=18|End=24|Name=B-PER\n" in result.stdout
