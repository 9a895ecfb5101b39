"""The network that ships: the same for every batch, true to its text, and not worse than it was."""

import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.archive.nearness import NEAR
from depesche.errors import LanguageModelError
from depesche.language.analysis import Analysis
from depesche.language.document import Document, analyse_report
from depesche.language.meanings import find_vector
from depesche.language.models import analyse_documents, load_language_model
from depesche.language.network import Network
from depesche.language.network.files import FOLDER, NETWORK, PAIRS, SETTINGS, TOKENIZER
from depesche.reading import Report

REPORTS = Path(__file__).parents[2] / "corpus" / "texts"
MEETING = (
    "US-Außenminister Marco Rubio hat am Freitag in Kuala Lumpur seinen chinesischen Kollegen Wang Yi "
    "getroffen. Rubio sagte, die Gespräche seien konstruktiv gewesen. „Wir haben viel erreicht“, fügte er "
    "hinzu. China warf den USA vor, die Spannungen zu verschärfen."
)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    texts = [path.read_text("utf-8") for path in sorted(REPORTS.glob("*.txt"))[:6]]
    assert len(texts) == 6
    return [document_of(text) for text in [*texts, "", "\n", "Ja.", MEETING]]


@pytest.fixture(scope="module")
def analyses(network: Network, documents: list[Document]) -> list[Analysis]:
    return network.analyse(documents)


def document_of(text: str) -> Document:
    return analyse_report(Report(text=text))


def words_of(document: Document, words: tuple[int, int]) -> str:
    return document.text[document.tokens[words[0]].start : document.tokens[words[1] - 1].end]


# --- what it says ---------------------------------------------------------------------------------


def test_a_meeting_is_read(network: Network) -> None:
    document = document_of(MEETING)
    (analysis,) = network.analyse([document])
    names = {(words_of(document, name.words), name.kind) for name in analysis.names}
    assert {("Marco Rubio", "PER"), ("Wang Yi", "PER"), ("China", "GPE")} <= names
    by_word = {token.text: word for token, word in zip(document.tokens, analysis.words, strict=True)}
    assert by_word["getroffen"].upos == "VERB"
    assert by_word["seien"].feature("Mood") == "Sub"
    assert by_word["hat"].feature("Mood") == "Ind"
    assert document.tokens[by_word["Kollegen"].head].text == "getroffen"
    types = {quotation.kind for quotation in analysis.quotations}
    assert {"Direct", "Indirect"} <= types
    events = {words_of(document, event.words): event for event in analysis.events}
    assert events["getroffen"].kind == "CONSULT"
    told = {(role.role, words_of(document, role.words)) for role in events["warf"].roles}
    assert {("actor", "China"), ("recipient", "USA")} <= told


def test_everything_lies_in_its_text(documents: list[Document], analyses: list[Analysis]) -> None:
    asked = []

    class Kept:
        name = "kept"

        def analyse(self, given: list[Document]) -> list[Analysis]:
            asked.extend(given)
            return analyses

    # analyse_documents refuses what cannot be: heads outside the sentence, words outside the text.
    assert len(analyse_documents(Kept(), documents)) == len(documents)  # type: ignore[arg-type]
    for document, analysis in zip(documents, analyses, strict=True):
        assert len(analysis.words) == len(document.tokens)
        assert len(analysis.vectors) == len(document.sentences)


def test_every_sentence_has_one_root(documents: list[Document], analyses: list[Analysis]) -> None:
    for document, analysis in zip(documents, analyses, strict=True):
        for sentence in document.sentences:
            words = range(sentence.first, sentence.last)
            roots = [i for i in words if analysis.words[i].head == i]
            if sum(len(document.tokens[i].text) for i in words) < 100:  # not cut
                assert len(roots) == 1
            for i in words:
                assert (analysis.words[i].relation == "root") == (analysis.words[i].head == i)


def test_vectors_have_length_one(analyses: list[Analysis]) -> None:
    vectors = np.array([vector for analysis in analyses for vector in analysis.vectors])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_the_same_told_in_two_languages_is_nearer_than_another_matter(network: Network) -> None:
    texts = (
        "Der russische Außenminister hat seinen amerikanischen Kollegen getroffen.",
        "The Russian foreign minister met his American counterpart.",
        "Bei einem Erdbeben in Japan sind mehrere Häuser eingestürzt.",
    )
    one, other, quake = (np.array(a.vectors[0]) for a in network.analyse([document_of(t) for t in texts]))
    assert one @ other > one @ quake + 0.1


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Friedensgespräche", "Wang sprach von einem Sieg des Dialogs und des Friedens."),
        ("Handelsstreit", "Trump hatte die EU als Gegner in Handelsfragen bezeichnet."),
        ("Raketen auf Kiew", "Wenige Stunden zuvor waren in Kiew erneut Drohnen eingeschlagen."),
        ("Milchpreise", None),
        ("Oper in Salzburg", None),
        ("Tennisspieler gewinnt Turnier", None),
    ],
)
def test_a_search_finds_what_means_the_same_and_nothing_else(
    question: str, sentence: str | None, network: Network
) -> None:
    """Nothing else is as near as an archive's search wants it (archive/nearness.py)."""
    sentences = (
        "Wang sprach von einem Sieg des Dialogs und des Friedens.",
        "Trump hatte die EU als Gegner in Handelsfragen bezeichnet.",
        "Wenige Stunden zuvor waren in Kiew erneut Drohnen eingeschlagen.",
        "Er ließ offen, ob er Bolton wieder nach Moskau schicken werde.",
    )
    asked = np.array(find_vector(network, question))
    told = np.array([network.analyse([document_of(one)])[0].vectors[0] for one in sentences])
    likeness = told @ asked / np.linalg.norm(asked)
    nearest = int(likeness.argmax())
    assert (sentences[nearest] if likeness[nearest] >= NEAR else None) == sentence


# --- always the same ------------------------------------------------------------------------------


@pytest.mark.parametrize(("batch", "threads"), [(1, 1), (700, 2), (20_000, 3)])
def test_batches_and_threads_change_nothing(
    documents: list[Document], analyses: list[Analysis], batch: int, threads: int
) -> None:
    assert Network(threads=threads, batch=batch).analyse(documents) == analyses


def test_company_changes_nothing(
    network: Network, documents: list[Document], analyses: list[Analysis]
) -> None:
    for document, analysis in itertools.islice(zip(documents, analyses, strict=True), 0, None, 4):
        assert network.analyse([document]) == [analysis]


def test_another_process_says_the_same(network: Network) -> None:
    code = (
        "import sys; from depesche.language.network import load; "
        "from depesche.language.document import analyse_report; from depesche.reading import Report; "
        "network = load(); print(network.name); "
        "print(network.analyse([analyse_report(Report(text=sys.argv[1]))]))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, MEETING],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": "0"},
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert runs[0].splitlines()[0] == network.name


# --- whatever it is given -------------------------------------------------------------------------


@given(st.lists(st.text(max_size=200), max_size=3))
@settings(max_examples=40, deadline=None)
def test_no_text_makes_it_raise(texts: list[str]) -> None:
    documents = [document_of(text) for text in texts]
    network = load_language_model("depesche")
    assert len(analyse_documents(network, documents)) == len(documents)


@pytest.mark.parametrize(
    "text",
    [
        "Rubio " * 3000,
        "„" * 2000,
        "a" * 50_000,
        "x,y;" * 2000,
        "\u202e\u200b\ufeff Moskau\u200b warnt\u0301 \U0001f600.",
        "1. 2. 3. Prof. Dr. h.c. am 3. Mai.",
    ],
)
def test_strange_texts_are_read(network: Network, text: str) -> None:
    document = document_of(text)
    (analysed,) = analyse_documents(network, [document])
    assert analysed.analysis is not None
    assert len(analysed.analysis.words) == len(document.tokens)


@pytest.mark.parametrize("name", [NETWORK, TOKENIZER, PAIRS, SETTINGS])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = copy_model(tmp_path)
    (folder / name).unlink()
    with pytest.raises(LanguageModelError, match=name):
        Network(folder)


@pytest.mark.parametrize("name", [NETWORK, TOKENIZER, PAIRS, SETTINGS])
def test_a_broken_file_is_no_riddle(tmp_path: Path, name: str) -> None:
    folder = copy_model(tmp_path)
    (folder / name).write_bytes(b"\x00 no such thing")
    with pytest.raises(LanguageModelError, match=str(folder)):
        Network(folder)


def copy_model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in (NETWORK, TOKENIZER, PAIRS, SETTINGS):
        shutil.copy(FOLDER / name, folder)
    return folder


def test_nobody_is_told_that_it_is_used(tmp_path: Path) -> None:
    """Onnxruntime tells its makers by itself, unless it is kept from it, and leaves a number in the cache."""
    read = "from depesche.language.network import Network; Network()"
    environment = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", read], env=environment, cwd=tmp_path, check=True)
    assert list(tmp_path.rglob("*")) == []
