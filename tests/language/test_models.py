"""Language models that are plugged in: found by name, loaded once, and not believed what cannot be."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable, Sequence

import pytest
from click.testing import CliRunner

import depesche
from depesche.cli import FAILED, main
from depesche.errors import LanguageModelError
from depesche.language.analysis import Analysis, Happening, Name, Role, Speech, Word
from depesche.language.document import Document, analyse_report
from depesche.language.models import analyse_documents, list_providers, load_language_model
from depesche.read import read_report, reader_digest
from depesche.reading import Report
from language import fake_model

TEXT = "Der Minister traf am Freitag in Oslo ein. Dort sprach er mit der Presse über die Lage."


@pytest.fixture(autouse=True)
def installed(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_model.install(tmp_path, monkeypatch)
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(tmp_path / "archive.sqlite"))


def document(text: str = TEXT) -> Document:
    return analyse_report(Report(text=text))


def test_a_model_is_found_by_its_name_and_loaded_once() -> None:
    assert set(list_providers()) >= {"spacy", "fake", "gone"}
    model = load_language_model("fake:all")
    assert model.name == "fake 1.2"
    assert load_language_model("fake:all") is model
    (analysed,) = analyse_documents(model, [document()])
    assert analysed.analysis == fake_model.FakeModel("fake 1.2").analyse_one(document())
    assert document().analysis is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", ["no provider ''", "depesche.language_models", "install"]),
        ("nobody:x", ["no provider 'nobody'", "depesche.language_models", "install"]),
        ("FAKE", ["no provider 'FAKE'"]),
        ("gone", ["'gone'", "No module named 'no_such_package'", "fake-models 1.2", "install that again"]),
        ("nameless:x", ["'nameless:x'", "no_such_function", "fake-models 1.2"]),
        ("fake:raises", ["'fake:raises'", "RuntimeError: no weights here.", "fake-models 1.2"]),
        ("fake:says", ["The file weights.onnx is missing: make model."]),
        ("fake:nothing", ["no language model for 'fake:nothing' but a NoneType"]),
    ],
)
def test_one_clear_error_says_what_is_missing(name: str, words: list[str]) -> None:
    with pytest.raises(LanguageModelError) as caught:
        load_language_model(name)
    message = str(caught.value)
    assert [
        w for w in [*words, "Installed providers: ", "fake, gone, nameless", "spacy"] if w not in message
    ] == []
    assert "\n" not in message
    for arguments in (["read", "--json"], ["read"], ["analyse"]):
        result = CliRunner().invoke(main, [*arguments, "--language-model", name, "-"], input=TEXT)
        assert (result.exit_code, result.stdout) == (FAILED, "")
        assert result.stderr == f"depesche: {message}\n"


def test_no_archive_is_made_for_a_model_that_is_not_there(tmp_path: pathlib.Path) -> None:
    CliRunner().invoke(main, ["read", "--language-model", "gone", "-"], input=TEXT)
    assert not (tmp_path / "archive.sqlite").exists()


# What a model may say of TEXT (two sentences, tokens 0 to 9 and 9 to 19) that cannot be, and how it is named.
WORDS = tuple(Word(head=0 if k < 9 else 9) for k in range(19))
IMPOSSIBLE: dict[str, tuple[Analysis, str]] = {
    "too few words": (Analysis("m", WORDS[1:]), "18 words for 19 tokens"),
    "head before": (Analysis("m", (*WORDS[:18], Word(head=8))), "the head 8"),
    "head behind": (Analysis("m", (Word(head=9), *WORDS[1:])), "the head 9"),
    "head below": (Analysis("m", (Word(head=-2), *WORDS[1:])), "the head -2"),
    "empty name": (Analysis("m", names=(Name((3, 3), "PER"),)), "tokens 3 to 3 of 19"),
    "name outside": (Analysis("m", names=(Name((17, 20), "PER"),)), "tokens 17 to 20 of 19"),
    "part before": (Analysis("m", quotations=(Speech("Direct", ((-1, 2),)),)), "tokens -1 to 2"),
    "event turned": (Analysis("m", events=(Happening("AID", "actual", (4, 2)),)), "tokens 4 to 2"),
    "role of event": (
        Analysis("m", events=(Happening("AID", "actual", (4, 5), (Role("actor", (0, 40)),)),)),
        "tokens 0 to 40",
    ),
    "role of quotation": (
        Analysis("m", quotations=(Speech("Direct", ((0, 2),), (Role("cue", (19, 20)),)),)),
        "tokens 19 to 20",
    ),
    "vectors": (Analysis("m", vectors=((1.0,),)), "1 vectors for 2 sentences"),
}


class Saying:
    name = "saying 1"

    def __init__(self, answer: Callable[[], object]) -> None:
        self._answer = answer

    def analyse(self, documents: Sequence[Document]) -> list[Analysis]:
        return self._answer()  # type: ignore[return-value]


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_cannot_be_is_not_believed(case: str) -> None:
    analysis, words = IMPOSSIBLE[case]
    with pytest.raises(LanguageModelError, match=f"saying 1 gave .*{words}"):
        analyse_documents(Saying(lambda: [analysis]), [document()])


@pytest.mark.parametrize("analysis", [Analysis("m"), Analysis("m", WORDS), Analysis("m", (Word(),) * 19)])
def test_what_is_left_out_is_left_out(analysis: Analysis) -> None:
    (analysed,) = analyse_documents(Saying(lambda: [analysis]), [document()])
    assert analysed.analysis is analysis


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (list, "gave 0 analyses of 1 documents"),
        (lambda: ["x"], "gave a str instead of an Analysis"),
        (lambda: None, "failed: TypeError"),
        (lambda: 1 // 0, "saying 1 failed: ZeroDivisionError"),
    ],
)
def test_a_model_that_fails_is_named(answer: Callable[[], object], words: str) -> None:
    with pytest.raises(LanguageModelError, match=words):
        analyse_documents(Saying(answer), [document()])


# --- reading with one -----------------------------------------------------------------------------


def test_a_reading_names_the_model_that_was_asked() -> None:
    plain, asked = depesche.read(TEXT), depesche.read(TEXT, language_model="fake")
    assert plain.reader == reader_digest()
    assert asked.reader == f"{plain.reader}+fake 1.2" == reader_digest("fake")
    english = depesche.read(
        "The minister said on Friday that the talks would go on and that they had been useful.",
        language_model="fake",
    )
    assert (english.language, english.reader) == ("en", asked.reader)


def test_a_model_is_not_asked_about_a_language_that_is_not_read() -> None:
    text = "The minister said that the Bombe would go on and that they had been useful."
    assert read_report(Report(text=text), "fake").language == "en"
    with pytest.raises(LanguageModelError, match="Bombe!"):
        read_report(Report(text=text, language="de"), "fake")


def test_another_model_reads_a_report_again() -> None:
    def read(*options: str) -> str:
        return CliRunner().invoke(main, ["read", *options, "-"], input=TEXT).stderr

    assert "1 read, 0 already there" in read()
    assert "1 read, 0 already there" in read("--language-model", "fake")
    assert "0 read, 1 already there" in read("--language-model", "fake")
    assert "1 read, 0 already there" in read()


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_process_loads_the_model_once(tmp_path: pathlib.Path, jobs: int) -> None:
    reports = [json.dumps({"text": f"{TEXT} Folge {n}."}) for n in range(30)]
    reports.insert(3, json.dumps({"text": f"{TEXT} Die Bombe."}))
    (tmp_path / "reports.jsonl").write_text("\n".join(reports), "utf-8")
    name = f"fake:log={tmp_path / 'log'}"
    result = CliRunner().invoke(
        main,
        ["read", "--json", "--jobs", str(jobs), "--language-model", name, str(tmp_path / "reports.jsonl")],
    )
    readers = [json.loads(line)["reader"] for line in result.stdout.splitlines()]
    assert readers == [reader_digest(name)] * 30
    assert result.stderr.count("The language model fake 1.2 failed: RuntimeError: Bombe!") == 1
    processes = (tmp_path / "log").read_text("utf-8").split()
    assert len(processes) == len(set(processes))
    assert len(processes) >= jobs
