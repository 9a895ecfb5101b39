"""A language model that anybody could write, and how it comes to be installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from depesche.errors import LanguageModelError
from depesche.language.analysis import Analysis, Happening, Name, Role, Speech, Word
from depesche.language.document import Document
from depesche.language.models import load_language_model

ENTRY_POINTS = """
[depesche.language_models]
fake = language.fake_model:load
gone = no_such_package.models:load
nameless = language.fake_model:no_such_function
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package whose entry points are the above, for one test."""
    info = folder / "fake_models-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fake-models\nVersion: 1.2\n", "utf-8")
    (info / "entry_points.txt").write_text(ENTRY_POINTS, "utf-8")
    monkeypatch.syspath_prepend(folder)
    load_language_model.cache_clear()


class FakeModel:
    """Hangs each word on the one before it, and finds in every document all that can be found."""

    def __init__(self, name: str) -> None:
        self.name = name

    def analyse(self, documents: Sequence[Document]) -> list[Analysis]:
        if any("Bombe" in document.text for document in documents):
            raise RuntimeError("Bombe!")
        return [self.analyse_one(document) for document in documents]

    def analyse_one(self, document: Document) -> Analysis:
        words = tuple(
            Word("X", token.lower, (("Case", "Nom"),), max(k - 1, sentence.first), "dep")
            for sentence in document.sentences
            for k, token in enumerate(document.words(sentence), sentence.first)
        )
        if len(words) < 3:
            return Analysis(self.name, words)
        roles = (Role("actor", (0, 2), 0.25),)
        return Analysis(
            self.name,
            words,
            names=(Name((0, 2), "PER", 0.5),),
            quotations=(
                Speech("Direct", ((1, 2), (2, 3)), (Role("speaker", (0, 1)),)),
                Speech("Indirect", ((2, 3),), nested=True),
            ),
            events=(Happening("CONSULT", "actual", (1, 2), roles), Happening("AID", "future", (1, 3))),
            vectors=tuple((0.5, float(sentence.index)) for sentence in document.sentences),
        )


def load(argument: str) -> object:
    """Return the model, or what else a provider may do."""
    if argument == "raises":
        raise RuntimeError("no weights here.\nA second line")
    if argument == "says":
        raise LanguageModelError("The file weights.onnx is missing: make model.")
    if argument == "nothing":
        return None
    if argument.startswith("log="):
        with Path(argument.removeprefix("log=")).open("a", encoding="utf-8") as log:
            log.write(f"{os.getpid()}\n")
    return FakeModel("fake 1.2")
